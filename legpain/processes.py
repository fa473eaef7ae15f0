"""Starts the action server and the Rasa server together, and stops them together."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import nullcontext
from pathlib import Path
from types import TracebackType
from typing import Dict, List, Optional, Type

_START_LIMIT = 180.0  # seconds; a slow machine with a cold disk
_STOP_LIMIT = 10.0
_LOOPBACK = "127.0.0.1"
_QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "PYTHONWARNINGS": "ignore",  # Rasa's dependencies warn at every start
}


# Both processes work at one message at a time: threads would only fight over the cores, and each
# would have memory of its own. Whoever sets one of these has the last word.
_SPARING = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}


class StartError(RuntimeError):
    """A server did not start, or died; the message says which and why."""


def port_is_free(host: str, port: int) -> bool:
    """Return whether nothing listens on the port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def ask(url: str, sender: str, text: str, timeout: float = 30.0) -> List[Dict[str, object]]:
    """Send one message over the REST webhook and return the answer's messages.

    Raises:
        OSError: if the server can not be reached.
    """
    body = json.dumps({"sender": sender, "message": text}).encode()
    request = urllib.request.Request(
        f"{url}/webhooks/rest/webhook", body, {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=timeout) as answer:
        return list(json.load(answer))


class Servers:
    """The two server processes; a context manager that stops both at its end.

    Args:
        root: the project's folder.
        port: TCP port of the Rasa server.
        actions_port: TCP port of the action server.
        host: address that the Rasa server binds; the action server stays on loopback.
        environment: variables for both, beside this process's own.
        log: file for what both print; without it, the terminal.
    """

    def __init__(
        self,
        root: Path,
        port: int,
        actions_port: int,
        host: str = "127.0.0.1",
        environment: Optional[Dict[str, str]] = None,
        log: Optional[Path] = None,
    ) -> None:
        self.root, self.host, self.port, self.actions_port = root, host, port, actions_port
        self.environment = {**_SPARING, **os.environ, **_QUIET, **(environment or {})}
        self.url = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"
        self.processes: Dict[str, subprocess.Popen[bytes]] = {}
        self._log = log

    def __enter__(self) -> Servers:
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.stop()

    def start_actions(self) -> None:
        """Start the action server."""
        self._need_port(self.actions_port, "ACTIONS_PORT", _LOOPBACK)
        self._start("action server", "actions", "--port", str(self.actions_port))

    def start_rasa(self, model: Path) -> None:
        """Start the Rasa server with a trained model."""
        self._need_port(self.port, "PORT", self.host)
        self._start(
            "Rasa server",
            "serve",
            "--model",
            str(model),
            "--port",
            str(self.port),
            "--actions-port",
            str(self.actions_port),
            "--host",
            self.host,
        )

    def need_ports(self) -> None:
        """Raise StartError if one of the two ports is in use."""
        self._need_port(self.port, "PORT", self.host)
        self._need_port(self.actions_port, "ACTIONS_PORT", _LOOPBACK)

    def _need_port(self, port: int, option: str, host: str) -> None:
        if not port_is_free(host, port):
            raise StartError(
                f"Port {port} is in use. Stop what uses it, or choose another: "
                f"make run {option}={port + 1}"
            )

    def _start(self, name: str, *command: str) -> None:
        with self._log.open("ab") if self._log else nullcontext() as output:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", "legpain", *command],
                cwd=self.root,
                env=self.environment,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C reaches us only; we stop them in order
            )

    def wait_until_answering(self) -> None:
        """Wait until a test message is answered by both servers.

        Raises:
            StartError: if one dies, or nothing is answered within three minutes.
        """
        deadline = time.monotonic() + _START_LIMIT
        while time.monotonic() < deadline:
            self.check()
            try:
                answer = ask(self.url, "start-up-check", "what shoes should I wear for walking?")
                if answer and not any(_is_error(message) for message in answer):
                    return
            except (OSError, ValueError, urllib.error.URLError):
                pass
            time.sleep(0.5)
        raise StartError(f"The servers did not answer within {_START_LIMIT:.0f} seconds.")

    def check(self) -> None:
        """Raise StartError if one of the servers has ended."""
        for name, process in self.processes.items():
            code = process.poll()
            if code is not None:
                raise StartError(f"The {name} has stopped (exit code {code}); see the lines above.")

    def stop(self) -> None:
        """Stop both servers; kill one that does not stop in time."""
        for process in self.processes.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + _STOP_LIMIT
        for process in self.processes.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _is_error(message: Dict[str, object]) -> bool:
    custom = message.get("custom")
    return isinstance(custom, dict) and custom.get("data", {}).get("kind") == "error"
