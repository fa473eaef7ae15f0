"""One finding, as everything that reads or remembers findings sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from legpain.findings.context import Context
from legpain.findings.experiencer import Person
from legpain.findings.sides import Side


@dataclass(frozen=True)
class Finding:
    """One finding in a message.

    `id` is one of the 111 of clinical.md section 4; `start` and `end` are character offsets.
    """

    id: str
    context: Context
    person: Person
    side: Optional[Side]
    start: int
    end: int
