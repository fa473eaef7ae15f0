"""Deletes chats where they are kept: in the Rasa server."""

from __future__ import annotations

import json
import os
import urllib.request
from typing import Dict, Iterable, List, Optional

from legpain.web.keys import signing_key
from legpain.web.sessions import Sessions, session_of

URL_VARIABLE = "LEGPAIN_RASA_URL"
_SECONDS = 20.0


def rasa_url() -> str:
    """Return the address of the Rasa server: LEGPAIN_RASA_URL, else port 5005 of this machine."""
    return os.environ.get(URL_VARIABLE, "").rstrip("/") or "http://127.0.0.1:5005"


def forget_conversations(conversations: Iterable[str]) -> List[str]:
    """Delete conversations, and return those that could not be deleted."""
    return [each for each in conversations if not _is_forgotten(each)]


def _is_forgotten(conversation: str) -> bool:
    session = session_of(conversation)
    if session is not None:
        # In the patient's place: the channel itself remembers the latest answers.
        token = Sessions(signing_key(), _SECONDS * 3).new(session).token
        _delete("web", {"Authorization": f"Bearer {token}"})
    body = json.dumps({"sender": conversation}).encode()
    return _delete("rest", {"Content-Type": "application/json"}, body)


def _delete(channel: str, headers: Dict[str, str], body: Optional[bytes] = None) -> bool:
    address = f"{rasa_url()}/webhooks/{channel}/conversation"
    try:
        request = urllib.request.Request(address, body, headers, method="DELETE")
        with urllib.request.urlopen(request, timeout=_SECONDS):
            return True
    except (OSError, ValueError):  # down, refused, or no URL
        return False
