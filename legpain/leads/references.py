"""References that are told over the phone: short, random, without look-alike signs."""

from __future__ import annotations

import re
import secrets

# No 0/O, 1/I/L, 2/Z, 5/S, 8/B, U/V; no vowels, so that no word comes out.
_SIGNS = "34679CDFGHJKMNPQRTWXY"
_LENGTH = 8  # 21 ** 8 is about 38 thousand million


def new_reference() -> str:
    """Return a random reference such as `7KQM-3XRD`; it says nothing of the row it names."""
    return _grouped("".join(secrets.choice(_SIGNS) for _ in range(_LENGTH)))


def normal_reference(text: str) -> str:
    """Return the reference as stored, from what a person typed (case, spaces, hyphens)."""
    return _grouped(re.sub(r"[^0-9A-Z]", "", text.upper()))


def _grouped(signs: str) -> str:
    return f"{signs[:4]}-{signs[4:]}"
