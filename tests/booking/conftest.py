"""A patient's messages, and a form that has come some way."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Callable
from zoneinfo import ZoneInfo

import pytest

from legpain.booking.form import Form
from legpain.booking.reading import Message

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=ZoneInfo("America/New_York"))  # a Wednesday


@pytest.fixture
def say() -> Callable[..., Message]:
    """Make a message; the intent is what the model would say where it matters."""

    def make(text: str, intent: str = "inform", sure: float = 0.9, **parts: Any) -> Message:
        return Message(text, intent, NOW, sure, **parts)

    return make


@pytest.fixture
def half_full() -> Form:
    """Name, phone and time are given; the reason was asked for."""
    values = {"name": "Zoe Quint", "phone": "+18135550118", "preferred_time": "next friday"}
    return Form(values=values, asked="reason")


@pytest.fixture
def summed_up() -> Form:
    """Everything is given, and the summary was shown."""
    values = {
        "name": "Zoe Quint",
        "phone": "+18135550118",
        "preferred_time": "next friday",
        "reason": "my knee hurts",
    }
    return Form(values=values, asked="confirm", consent=True, consent_at=NOW.isoformat())
