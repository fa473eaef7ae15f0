"""A real SMTP server for tests."""

from __future__ import annotations

import email
from contextlib import contextmanager
from email.message import Message
from typing import Any, Dict, Iterator, List

from aiosmtpd.controller import Controller

from tests.conftest import free_port


class Inbox:
    """Takes mail, or refuses as many as it is told to."""

    def __init__(self) -> None:
        self.mails: List[Message] = []
        self.refuse = 0
        self.port = free_port()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        if self.refuse:
            self.refuse -= 1
            return "451 try again later"
        self.mails.append(email.message_from_bytes(envelope.content))
        return "250 OK"

    def bodies(self) -> List[str]:
        return [str(mail.get_payload()) for mail in self.mails]


@contextmanager
def open_inbox() -> Iterator[Inbox]:
    handler = Inbox()
    server = Controller(handler, hostname="127.0.0.1", port=handler.port)
    server.start()
    try:
        yield handler
    finally:
        server.stop()


def environment(port: int) -> Dict[str, str]:
    return {
        "LEGPAIN_SMTP_HOST": "127.0.0.1",
        "LEGPAIN_SMTP_PORT": str(port),
        "LEGPAIN_SMTP_SECURITY": "none",
        "LEGPAIN_MAIL_FROM": "bot@clinic.example",
        "LEGPAIN_MAIL_TO": "desk@clinic.example, nurse@clinic.example",
    }
