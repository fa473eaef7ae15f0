"""The action server as a process of its own that is killed and started again, over and over.

Each is forked from a process that has imported everything, so that a start costs a fraction of
a second and not the seconds of an import. Nothing else is left out: a new process opens its port
and, with the first request, the store.
"""

from __future__ import annotations

import multiprocessing
import os
import socket
import time
from typing import Any, Mapping

from legpain.rasa.action_server import serve_actions

_START_LIMIT = 60.0  # seconds


class KilledServer:
    """Starts and kills the action server.

    Args:
        port: of the action server.
        environment: that it gets besides the test's own.
    """

    def __init__(self, port: int, environment: Mapping[str, str]) -> None:
        self._port, self._environment = port, dict(environment)
        self._processes = multiprocessing.get_context("forkserver")
        self._processes.set_forkserver_preload([__name__, "tests.leads.preloaded"])
        self._process: Any = None

    @property
    def url(self) -> str:
        """Address of the webhook."""
        return f"http://127.0.0.1:{self._port}/webhook"

    def start(self) -> None:
        """Start it and wait until its port is open."""
        self._process = self._processes.Process(target=_serve, args=(self._port, self._environment))
        self._process.start()
        deadline = time.monotonic() + _START_LIMIT
        while time.monotonic() < deadline and self._process.is_alive():
            try:
                socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.01)
        raise AssertionError("the action server did not start")

    def kill(self) -> None:
        """Kill it with SIGKILL, whatever it is doing."""
        self._process.kill()
        self._process.join()


def _serve(port: int, environment: Mapping[str, str]) -> None:
    os.environ.update(environment)
    serve_actions(port)
