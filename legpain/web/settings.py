"""The channel's settings, as `credentials.yml` gives them."""

from __future__ import annotations

from typing import Any, Dict, List, Optional
from urllib.parse import urlsplit

from pydantic import BaseModel, Extra, Field, ValidationError, validator


class WebSettings(BaseModel):
    """Settings of the website's channel; every one has a default that fits a small clinic."""

    allowed_origins: List[str] = Field(
        default_factory=list,
        description="websites that may embed the chat, besides the server's own pages: "
        "https://www.example.com",
    )
    proxies: int = Field(
        0, ge=0, le=5, description="reverse proxies in front, each adding to X-Forwarded-For"
    )
    session_hours: float = Field(12, gt=0, le=168, description="how long a session's token is good")
    turn_seconds: float = Field(
        13, gt=0, le=13, description="longest wait for Rasa; then a safe text, within 15 s in all"
    )
    messages_per_session: int = Field(30, gt=0, description="a minute")
    messages_per_address: int = Field(300, gt=0, description="a minute; many share an address")
    requests_per_address: int = Field(
        120, gt=0, description="a minute: new sessions, histories, deletions"
    )
    emergencies_per_session: int = Field(
        10, gt=0, description="a minute over the limits; further ones get the alert alone"
    )

    class Config:
        """A misspelled setting is a mistake, not a default."""

        extra = Extra.forbid
        allow_mutation = False

    @validator("allowed_origins", each_item=True)
    def _is_origin(cls, origin: str) -> str:
        parts = urlsplit(origin)
        plain = f"{parts.scheme}://{parts.netloc}"
        if parts.scheme not in ("http", "https") or not parts.hostname or plain != origin:
            raise ValueError("expected scheme and host only, such as https://www.example.com")
        if "*" in origin or "@" in origin:
            raise ValueError("expected one website, without wildcards")
        return origin.lower()


def read_settings(credentials: Optional[Dict[str, Any]]) -> WebSettings:
    """Check what `credentials.yml` says of the channel.

    Raises:
        ValueError: one line a mistake, with the setting's name.
    """
    try:
        return WebSettings.parse_obj(credentials or {})
    except ValidationError as error:
        lines = [
            f"credentials.yml: {'.'.join(str(part) for part in item['loc'])}: {item['msg']}"
            for item in error.errors()
        ]
        raise ValueError("\n".join(lines)) from error
