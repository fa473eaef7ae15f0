"""Payloads of buttons: only what the bot has just offered may come back as `/intent…`."""

from __future__ import annotations

import re
from typing import Any, Dict, FrozenSet, Iterable

# What Rasa would take for an intent, should it come through: `/intent`, `/intent{"entity": "v"}`.
_PAYLOAD = re.compile(r"/\s*[A-Za-z_][\w+-]*\s*(?:[{@].*)?", re.S)


def is_command(text: str) -> bool:
    """Return whether Rasa would not read the text as a patient's words."""
    return text.strip().startswith("/")


def looks_like_payload(text: str) -> bool:
    """Return whether the text names an intent, so that it is no patient's slip of a finger."""
    return bool(_PAYLOAD.fullmatch(text.strip()))


def as_words(text: str) -> str:
    """Return the text without leading slashes: `/my calf hurts` are words, and nothing more."""
    return re.sub(r"\A[/\s]+", "", text)


def buttons_of(message: Dict[str, Any]) -> Dict[str, str]:
    """Return payload -> title of what a bot's message offers, as buttons or as options."""
    data = (message.get("custom") or {}).get("data")
    options = data.get("options") if isinstance(data, dict) else None
    offered: Dict[str, str] = {}
    for button in [*(message.get("buttons") or []), *(options or [])]:
        if isinstance(button, dict) and isinstance(button.get("payload"), str):
            offered[button["payload"].strip()] = str(button.get("title") or "")
    return offered


def offered_by(messages: Iterable[Dict[str, Any]]) -> FrozenSet[str]:
    """Return the payloads that a turn's messages offer."""
    return frozenset(payload for message in messages for payload in buttons_of(message))
