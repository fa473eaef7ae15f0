"""The floor: what a message costs at least, each part alone, on this machine and at this moment.

- HTTP: the same server software, one route that answers a message's JSON with a fixed one.
- The encoder: its arithmetic for one message.
- A write: one row of a turn's size, committed to SQLite as the tracker store does it.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Dict, List, Optional, Sequence

from legpain.bench.client import Client
from legpain.sentence_encoder import SentenceEncoder

_START_LIMIT = 60.0  # seconds
_STOP_LIMIT = 10.0  # seconds
_ECHO = "legpain.bench.echo"
_TURN = "x" * 2_000  # characters of a turn's events as JSON, about


class Floor:
    """An echo server, an encoder and a database of their own; a context manager.

    Args:
        port: free TCP port on loopback.
    """

    def __init__(self, port: int) -> None:
        self._port, self._encoder = port, SentenceEncoder()
        self._folder = tempfile.TemporaryDirectory(prefix="legpain-floor-")
        self._database = sqlite3.connect(Path(self._folder.name) / "floor.db")
        self._process: Optional[subprocess.Popen[bytes]] = None

    def __enter__(self) -> Floor:
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=NORMAL")
        self._database.execute("CREATE TABLE events (id INTEGER PRIMARY KEY, data TEXT)")
        self._process = subprocess.Popen([sys.executable, "-m", _ECHO, str(self._port)])
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()
        self._folder.cleanup()
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(_STOP_LIMIT)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def wait(self) -> None:
        """Wait until the echo server answers.

        Raises:
            OSError: if it has not within a minute.
        """
        deadline = time.monotonic() + _START_LIMIT
        while True:
            try:
                self._http(["hello"])
                return
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def measure(self, texts: Sequence[str]) -> Dict[str, List[float]]:
        """Return, by part, the milliseconds of each message: `http`, `encoder`, `write`."""
        return {
            "http": self._http(texts),
            "encoder": [self._encode(text) for text in texts],
            "write": [self._write() for _ in texts],
        }

    def _http(self, texts: Sequence[str]) -> List[float]:
        with Client(f"http://127.0.0.1:{self._port}") as client:
            return [client.ask("floor", text)[0] for text in texts]

    def _encode(self, text: str) -> float:
        started = time.perf_counter()
        self._encoder.encode([text])
        return (time.perf_counter() - started) * 1000

    def _write(self) -> float:
        started = time.perf_counter()
        self._database.execute("INSERT INTO events (data) VALUES (?)", (_TURN,))
        self._database.commit()
        return (time.perf_counter() - started) * 1000
