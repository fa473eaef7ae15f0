"""The key that signs sessions: from the environment, or from a file made on the first run."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Optional

KEY_VARIABLE = "LEGPAIN_WEB_KEY"
KEY_FILE_VARIABLE = "LEGPAIN_WEB_KEY_FILE"
KEY_FILE = Path(__file__).resolve().parent.parent.parent / "var" / "web.key"
_LEAST_CHARACTERS = 32


class KeyProblem(ValueError):
    """The signing key can not be used; the message says why, never what it is."""


def signing_key(path: Optional[Path] = None) -> bytes:
    """Return the key of the environment, else of the file, else of a new file (mode 0600).

    Args:
        path: of the file; without it LEGPAIN_WEB_KEY_FILE, else `var/web.key`.

    Raises:
        KeyProblem: if the key is too short.
    """
    text = os.environ.get(KEY_VARIABLE, "").strip()
    path = path or Path(os.environ.get(KEY_FILE_VARIABLE) or KEY_FILE)
    if not text:
        if not path.exists():
            _create(path)
        text = path.read_text(encoding="utf-8").strip()
    if len(text) < _LEAST_CHARACTERS:
        raise KeyProblem(
            f"The key in {KEY_VARIABLE} or {path.name} must have at least {_LEAST_CHARACTERS} "
            "characters, as `openssl rand -base64 32` prints them."
        )
    return text.encode("utf-8")


def _create(path: Path) -> None:
    """Write a whole new key in one step; if another process was quicker, theirs stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        temporary.unlink()
