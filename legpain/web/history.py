"""A conversation's turns, as the client may read them, from Rasa's events."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, Dict, Iterable, List, Mapping

from legpain.web.payloads import buttons_of, is_command, offered_by

_MOST_TURNS = 400
_LATEST = 5  # turns of the user whose answers' buttons may be tapped


def public_message(message: Mapping[str, Any]) -> Dict[str, Any]:
    """Return the parts of a bot's message that the contract knows, and nothing else."""
    public: Dict[str, Any] = {}
    if message.get("text"):
        public["text"] = str(message["text"])
    buttons = [
        {"title": str(button.get("title") or ""), "payload": str(button.get("payload") or "")}
        for button in message.get("buttons") or []
        if isinstance(button, dict)
    ]
    if buttons:
        public["buttons"] = buttons
    if message.get("custom"):
        public["custom"] = message["custom"]
    return public


def turns_of(events: Iterable[Mapping[str, Any]]) -> List[Dict[str, Any]]:
    """Return who said what and when, oldest first; a tapped button shows its title.

    Args:
        events: of one conversation, as Rasa's `as_dict` gives them.
    """
    turns: List[Dict[str, Any]] = []
    titles: Dict[str, str] = {}
    for event in events:
        content: Dict[str, Any] = {}
        if event.get("event") == "user":
            content = _said(str(event.get("text") or "").strip(), titles)
        elif event.get("event") == "bot":
            content = public_message({**(event.get("data") or {}), "text": event.get("text")})
            titles.update(buttons_of(content))
        if content:
            at = datetime.fromtimestamp(float(event.get("timestamp") or 0), timezone.utc)
            turns.append({"from": event["event"], **content, "at": at.isoformat()})
    return turns[-_MOST_TURNS:]


def _said(text: str, titles: Mapping[str, str]) -> Dict[str, Any]:
    shown = titles.get(text, "") if is_command(text) else text
    return {"text": shown} if shown else {}


def offered_lately(events: Iterable[Mapping[str, Any]], payload: str) -> bool:
    """Return whether the latest turns of a conversation offered this payload."""
    asked = 0
    for event in reversed(list(events)):
        if event.get("event") == "user":
            asked += 1
            if asked == _LATEST:
                return False
        elif event.get("event") == "bot" and payload in offered_by([event.get("data") or {}]):
            return True
    return False
