"""What a client may send: strict types, few fields, everything else ignored or refused."""

from __future__ import annotations

import json
import re
import unicodedata
import uuid
from dataclasses import dataclass
from typing import Any, Dict, Optional

from legpain.web.errors import Refusal, bad_request, patient_text

MOST_BYTES = 8 * 1024
MOST_CHARACTERS = 1_000
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_PAGE = re.compile(r"/[\w\-./~%!$&'()*+,;=:@]{0,199}", re.ASCII)
_LOCALE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")


@dataclass(frozen=True)
class Incoming:
    """One message of a patient.

    Attributes:
        id: made by the client; the same id is processed once.
        text: words, or the payload of a button.
        metadata: page (path only) and locale, where given; nothing else of the client's.
    """

    id: str
    text: str
    metadata: Dict[str, str]


def parse_object(content_type: Optional[str], body: bytes) -> Dict[str, Any]:
    """Read a request's body.

    Raises:
        Refusal: 415 `not_json` or 400 `bad_json`.
    """
    kind, _, parameters = (content_type or "").partition(";")
    charset = parameters.lower().replace(" ", "").replace('"', "")
    if kind.strip().lower() != "application/json" or charset not in ("", "charset=utf-8"):
        raise Refusal(415, "not_json", "Send JSON in UTF-8 as 'Content-Type: application/json'.")
    try:
        content = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Refusal(400, "bad_json", "The body is not JSON.") from None
    if not isinstance(content, dict):
        raise Refusal(400, "bad_json", "The body must be a JSON object.")
    return content


def parse_message(content: Dict[str, Any]) -> Incoming:
    """Check a message field by field; fields that are not known are ignored.

    Raises:
        Refusal: 400 `bad_request`, which names the field, or 422 `too_long`.
    """
    id_ = content.get("id")
    if not isinstance(id_, str) or not _UUID.fullmatch(id_):
        raise bad_request("id", "a UUID")
    metadata = {}
    for name, pattern, expected in (
        ("page", _PAGE, "the path of a URL, such as /knee-pain"),
        ("locale", _LOCALE, "a language tag, such as en-US"),
    ):
        value = content.get(name)
        if value is None:
            continue
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise bad_request(name, expected)
        metadata[name] = value
    return Incoming(str(uuid.UUID(id_)), _text(content.get("text")), metadata)


def _text(text: Any) -> str:
    if not isinstance(text, str):
        raise bad_request("text", "a text")
    if len(text) > MOST_CHARACTERS:
        raise Refusal(422, "too_long", patient_text("too_long"))
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise bad_request("text", "valid Unicode")
    # Control characters mean nothing to a reader, and databases refuse some of them.
    text = "".join(
        " " if unicodedata.category(char) == "Cc" and char not in "\n\t" else char for char in text
    ).strip()
    if not text:
        raise bad_request("text", "a text that is not empty")
    return text
