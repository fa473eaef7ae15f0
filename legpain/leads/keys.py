"""The encryption key: where it comes from, how text is sealed, how people are compared.

A sealed text is AES-256-GCM with a random nonce for each value, bound to its row by the
associated data, with the key's id before it: `1.<key id>.<base64 of nonce and ciphertext>`.
"""

from __future__ import annotations

import base64
import binascii
import fcntl
import hashlib
import hmac
import os
import secrets
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Tuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from legpain.leads.errors import KeyProblem

KEY_VARIABLE = "LEGPAIN_KEY"
_KEY_BYTES = 32
_NONCE_BYTES = 12


@dataclass(frozen=True)
class Key:
    """One 256-bit key, with the keys derived from it."""

    secret: bytes = field(repr=False)

    @classmethod
    def new(cls) -> Key:
        """Return a random key."""
        return cls(secrets.token_bytes(_KEY_BYTES))

    @classmethod
    def from_text(cls, text: str) -> Key:
        """Read base64 (either alphabet) of 32 bytes.

        Raises:
            KeyProblem: if it is anything else.
        """
        try:
            padded = text + "=" * (-len(text) % 4)
            secret = base64.b64decode(padded.replace("-", "+").replace("_", "/"), validate=True)
        except (binascii.Error, ValueError) as error:
            raise KeyProblem(_FORM) from error
        if len(secret) != _KEY_BYTES:
            raise KeyProblem(_FORM)
        return cls(secret)

    def to_text(self) -> str:
        """Return the form that the key file and the environment hold."""
        return base64.urlsafe_b64encode(self.secret).decode("ascii")

    @property
    def id(self) -> str:
        """A short fingerprint that says which key sealed a text, and nothing of the key."""
        return self._derive(b"legpain leads key id").hex()[:12]

    def seal(self, text: str, context: str) -> str:
        """Encrypt text, bound to context (the row's reference)."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        cipher = AESGCM(self._derive(b"legpain leads seal"))
        sealed = cipher.encrypt(nonce, text.encode("utf-8"), context.encode("utf-8"))
        return f"1.{self.id}.{base64.b64encode(nonce + sealed).decode('ascii')}"

    def unseal(self, payload: str, context: str) -> str:
        """Decrypt what `seal` made.

        Raises:
            KeyProblem: if the text was changed, or belongs to another row or key.
        """
        cipher = AESGCM(self._derive(b"legpain leads seal"))
        try:
            raw = base64.b64decode(payload, validate=True)
            text = cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], context.encode("utf-8"))
        except (InvalidTag, ValueError) as error:
            raise KeyProblem("A stored request was altered, or its key is another one.") from error
        return text.decode("utf-8")

    def blind_index(self, kind: str, value: str) -> str:
        """Return a keyed hash: equal values can be found, none can be read or guessed."""
        secret = self._derive(b"legpain leads blind index")
        return hmac.new(secret, f"{kind}\0{value}".encode(), hashlib.sha256).hexdigest()

    def _derive(self, purpose: bytes) -> bytes:
        return HKDF(SHA256(), _KEY_BYTES, salt=None, info=purpose).derive(self.secret)


_FORM = (
    f"The key in {KEY_VARIABLE} or the key file must be base64 of 32 random bytes, "
    "as `openssl rand -base64 32` prints it."
)


class Keyring:
    """The keys at hand, from the environment or else from the key file.

    The database says which of them is in use; the others are of a rotation.

    Args:
        path: of the key file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._keys: Dict[str, Key] = {}
        self.reload()

    @property
    def from_environment(self) -> bool:
        """Whether the environment, not the file, holds the keys."""
        return bool(os.environ.get(KEY_VARIABLE, "").strip())

    def reload(self) -> None:
        """Read the keys again, after another process has rotated them."""
        text = os.environ.get(KEY_VARIABLE, "").strip()
        if not text and self.path.exists():
            text = self.path.read_text(encoding="ascii")
        keys = [Key.from_text(part) for part in text.replace(",", " ").split()]
        self._keys = {key.id: key for key in keys}

    def get(self, key_id: str) -> Optional[Key]:
        """Return the key with this id, or None."""
        return self._keys.get(key_id)

    def keys(self) -> List[Key]:
        """Return all keys at hand, the newest first."""
        return list(self._keys.values())

    def unseal(self, sealed: str, context: str) -> str:
        """Decrypt with whichever key sealed the text.

        Raises:
            KeyProblem: if that key is not at hand, or the text was altered.
        """
        key_id, payload = _parts(sealed)
        key = self.get(key_id)
        if key is None:
            raise KeyProblem(f"A stored request needs the key {key_id}, which is not at hand.")
        return key.unseal(payload, context)

    def first(self) -> Key:
        """Return the first key; on a first run, create the key file (mode 0600) with a new one."""
        if not self._keys:
            _create(self.path, Key.new())
            self.reload()
        return self.keys()[0]

    def write(self, keys: List[Key]) -> None:
        """Replace the key file by these keys, in one step that a crash can not halve."""
        _replace(self.path, "".join(f"{key.to_text()}\n" for key in keys))
        self.reload()

    @contextmanager
    def rotation_lock(self) -> Iterator[None]:
        """Let only one process of this machine rotate the key file at a time."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with open(f"{self.path}.lock", "w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.reload()
            yield


def _parts(sealed: str) -> Tuple[str, str]:
    version, _, rest = sealed.partition(".")
    key_id, _, payload = rest.partition(".")
    if version != "1" or not payload:
        raise KeyProblem("A stored request has an unknown form of encryption.")
    return key_id, payload


def _temporary(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return temporary


def _sync_folder(path: Path) -> None:
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _create(path: Path, key: Key) -> None:
    """Write a new key file unless another process was quicker; then theirs stays."""
    temporary = _temporary(path, f"{key.to_text()}\n")
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        temporary.unlink()
    _sync_folder(path)


def _replace(path: Path, text: str) -> None:
    os.replace(_temporary(path, text), path)
    _sync_folder(path)
