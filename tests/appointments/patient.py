"""A patient who talks to the running servers, and a network that can break."""

from __future__ import annotations

import contextlib
import socket
import threading
import uuid
from typing import Any, Dict, List, Optional

from legpain.processes import ask

_SECONDS = 10.0  # within which every turn is answered, whatever is broken


class Patient:
    """One conversation over REST.

    Args:
        url: of the Rasa server.
        name: what the patient gives as the name.
        phone: and as the number.
    """

    def __init__(self, url: str, name: str = "Zenobia Quill", phone: str = "813 555 0100") -> None:
        self.url, self.name, self.phone = url, name, phone
        self.conversation = uuid.uuid4().hex
        self.heard: List[Dict[str, Any]] = []

    @property
    def text(self) -> str:
        """What the assistant said last."""
        return "\n".join(str(each["text"]) for each in self.heard if each.get("text"))

    def say(self, text: str, seconds: float = _SECONDS) -> Dict[str, Any]:
        """Say something; return the custom messages of the answer by kind."""
        self.heard = [dict(each) for each in ask(self.url, self.conversation, text, seconds)]
        assert self.text, f"no answer to: {text}"
        data = [each["custom"]["data"] for each in self.heard if each.get("custom")]
        return {each["kind"]: each for each in data}

    def fill_in(self, seconds: float = _SECONDS) -> None:
        """Ask for a visit and answer everything; what is left is the last yes."""
        answers = [
            "i'd like to book a visit",
            self.name,
            self.phone,
            "any morning",
            "my calf aches",
        ]
        for answer in answers:
            self.say(answer, seconds)
        asked = self.say("/affirm", seconds).get("question") or {}
        assert asked.get("slot") == "confirm" and self.name in self.text, self.text

    def send(self, seconds: float = _SECONDS) -> Optional[str]:
        """Confirm; return the reference, if the request is said to be saved."""
        lead = self.say("/affirm", seconds).get("lead") or {}
        return lead.get("reference") if lead.get("status") == "saved" else None


class Network:
    """A TCP proxy that can refuse, or hang, as a broken network does.

    Args:
        host: of the server behind it.
        port: of the server behind it.
    """

    def __init__(self, host: str, port: int) -> None:
        self._behind = (host, port)
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = int(self._listening.getsockname()[1])
        self._works, self._flows = threading.Event(), threading.Event()
        self._open: List[socket.socket] = []
        self.restore()
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Break all connections; new ones are broken at once."""
        self._works.clear()
        for each in self._open:
            _shut(each)
        self._open.clear()

    def hang(self) -> None:
        """Let nothing through any more, without saying so."""
        self._flows.clear()

    def restore(self) -> None:
        """Work again."""
        self._works.set()
        self._flows.set()

    def close(self) -> None:
        """End it."""
        self.cut()
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:
                return  # closed
            if not self._works.is_set():
                near.close()
                continue
            far = socket.create_connection(self._behind)
            self._open += [near, far]
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                self._flows.wait()
                sink.sendall(data)
        except OSError:
            pass
        _shut(source)
        _shut(sink)


def _shut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it is shut
        connection.shutdown(socket.SHUT_RDWR)
