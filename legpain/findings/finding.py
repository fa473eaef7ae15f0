"""One finding, as everything that reads or remembers findings sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import List, NamedTuple, Optional

from legpain.findings.context import COUNTED, Context
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

    @property
    def counts(self) -> bool:
        """Whether it is told as true now, or not ruled out: the rules see it."""
        return self.context in COUNTED


class Reading(NamedTuple):
    """What a message says.

    Attributes:
        findings: in the order of the text, those seen in its meaning alone last.
        corrects: it takes back what it names without stating it: "sorry, I meant my knee".
    """

    findings: List[Finding]
    corrects: bool
