"""What the channel refuses, and how it says so."""

from __future__ import annotations

from functools import cache
from typing import Any, Dict, Optional

from legpain.replies import failure_text


class Refusal(Exception):
    """A request that is answered with an error.

    Args:
        status: HTTP status.
        code: stable, for programs; all are listed in docs/web-channel.openapi.yml.
        message: one sentence for the people who read it.
        headers: further HTTP headers of the answer.
    """

    def __init__(
        self, status: int, code: str, message: str, headers: Optional[Dict[str, str]] = None
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.message = status, code, message
        self.headers = headers or {}

    def body(self) -> Dict[str, Any]:
        """Return the answer's JSON."""
        return {"error": {"code": self.code, "message": self.message}}


def bad_request(field: str, expected: str) -> Refusal:
    """Return the refusal of a field that is missing or wrong."""
    return Refusal(400, "bad_request", f"'{field}' must be {expected}.")


def wait_and_retry(status: int, code: str, seconds: float) -> Refusal:
    """Return a refusal that says when to try again; its text is for patients."""
    return Refusal(status, code, patient_text(code), {"Retry-After": str(max(1, round(seconds)))})


@cache
def patient_text(key: str) -> str:
    """Return a text of `failures.yml`, filled in, read once."""
    return failure_text(key)
