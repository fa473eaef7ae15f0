"""Sessions: signed tokens that only the server can make; nothing of them is the client's to say."""

from __future__ import annotations

import re
import secrets
import time
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Dict, Optional

import jwt

from legpain.web.errors import Refusal, patient_text

_ALGORITHM = "HS256"
_ID_BYTES = 24  # 192 random bits
_ID = re.compile(r"[A-Za-z0-9_-]{22,64}")
_MOST_CHARACTERS = 1_000
_CONVERSATION = "web-"  # before a session's id, it names the conversation in Rasa


def conversation_of(sid: str) -> str:
    """Return the conversation's id in Rasa: from the session's id and from nothing else."""
    return _CONVERSATION + sid


def session_of(conversation: str) -> Optional[str]:
    """Return the id of the session that a conversation belongs to; None if to no session."""
    is_ours = conversation.startswith(_CONVERSATION)
    return conversation[len(_CONVERSATION) :] if is_ours else None


@dataclass(frozen=True)
class NewSession:
    """A session just issued."""

    token: str
    expires_at: datetime


class Sessions:
    """Issues, reads and forgets sessions.

    Args:
        key: signs the tokens.
        seconds: how long a token is good.
    """

    def __init__(self, key: bytes, seconds: float) -> None:
        self._key, self._seconds = key, int(seconds)
        # Kept until the token would have expired anyway. A restart forgets this, and the
        # conversation stays deleted: the token then opens an empty one.
        self._forgotten: Dict[str, float] = {}

    def new(self, sid: Optional[str] = None) -> NewSession:
        """Issue a session with a random id.

        Args:
            sid: of a session that there is, to act in its place.
        """
        now = int(time.time())
        expires = now + self._seconds
        claims = {"sid": sid or secrets.token_urlsafe(_ID_BYTES), "iat": now, "exp": expires}
        token = jwt.encode(claims, self._key, algorithm=_ALGORITHM)
        return NewSession(token, datetime.fromtimestamp(expires, timezone.utc))

    def read(self, authorization: Optional[str]) -> str:
        """Return the id of the session whose token the `Authorization` header holds.

        Raises:
            Refusal: 401 `no_session`, `bad_session` or `session_expired`.
        """
        claims = self._claims(authorization)
        sid = claims.get("sid")
        if not isinstance(sid, str) or not _ID.fullmatch(sid) or sid in self._forgotten:
            raise _bad_session()
        return sid

    def is_from_before(self, authorization: Optional[str], moment: float) -> bool:
        """Return whether a session was issued before a moment (seconds since 1970).

        Raises:
            Refusal: as `read`.
        """
        return int(str(self._claims(authorization)["iat"])) < int(moment)

    def _claims(self, authorization: Optional[str]) -> Dict[str, object]:
        scheme, _, token = (authorization or "").partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token:
            raise _refusal("no_session", "Send 'Authorization: Bearer TOKEN' of POST session.")
        if len(token) > _MOST_CHARACTERS:
            raise _bad_session()
        try:
            # The algorithm is ours to say, never the token's.
            claims: Dict[str, object] = jwt.decode(
                token,
                self._key,
                algorithms=[_ALGORITHM],
                options={"require": ["sid", "iat", "exp"], "verify_iat": False},
            )
        except jwt.ExpiredSignatureError:
            raise _refusal("session_expired", patient_text("session_expired")) from None
        except (jwt.InvalidTokenError, ValueError, RecursionError):
            raise _bad_session() from None
        return claims

    def forget(self, sid: str) -> None:
        """Make a session's token worthless."""
        now = time.time()
        self._forgotten = {each: until for each, until in self._forgotten.items() if until > now}
        self._forgotten[sid] = now + self._seconds


def _bad_session() -> Refusal:
    return _refusal("bad_session", "This session is not known here; ask for a new one.")


def _refusal(code: str, message: str) -> Refusal:
    return Refusal(401, code, message, {"WWW-Authenticate": "Bearer"})
