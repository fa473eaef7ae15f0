"""`booking.yml`: everything that the dialogue of an appointment request says."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Tuple
from zoneinfo import ZoneInfo

from pydantic import validator

from legpain.knowledge import (
    KnowledgeError,
    KnowledgeModel,
    knowledge_dir,
    load_knowledge,
    parse_model,
    read_yaml,
)
from legpain.replies import clinic_call

# In the order in which they are asked for; the contract's slots.
FIELDS = ("name", "phone", "email", "preferred_time", "reason", "consent", "confirm")
# What `legpain.leads.validation` and the dialogue itself find wrong with an answer.
PROBLEMS = {
    "name": ("empty", "too_long", "not_a_name"),
    "phone": ("no_number", "too_short", "too_long", "no_area_code", "impossible"),
    "email": ("no_email", "malformed"),
    "preferred_time": (
        *("empty", "not_understood", "no_such_date", "no_such_time", "in_past", "too_far"),
    ),
    "reason": ("empty", "too_long"),
    "consent": ("not_understood", "refused"),
    "confirm": ("not_understood", "change"),
}
ENDS = ("saved", "failed", "cancelled", "no_consent", "no_contact", "under_16")


class Option(KnowledgeModel):
    """A choice: what is shown, and what is sent when it is picked."""

    title: str
    payload: str


class FieldTexts(KnowledgeModel):
    """What is said about one field of the form."""

    title: str
    input: str
    ask: str
    ask_again: Optional[str] = None
    ask_for_other: Optional[str] = None
    ask_with_summary: Optional[str] = None
    why: str
    skipped: Optional[str] = None
    problems: Dict[str, str]
    way_out: str
    options: List[Option] = []
    options_with_summary: List[Option] = []


class Privacy(KnowledgeModel):
    """The privacy sentence and its version."""

    version: str
    text: str


class Booking(KnowledgeModel):
    """The file `booking.yml`."""

    time_zone: str
    privacy: Privacy
    fields: Dict[str, FieldTexts]
    texts: Dict[str, str]
    ends: Dict[str, str]

    @validator("time_zone")
    def _is_known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError("expected a time zone such as America/New_York") from error
        return name

    def say(self, text: str, **values: str) -> str:
        """Fill a text of this file; what a patient gave is put in as it is, never interpreted."""
        known = {"clinic_call": clinic_call(load_knowledge().clinic)}
        known.update({name: as_shown(value) for name, value in values.items()})
        return re.sub(r"\{(\w+)\}", lambda hit: known[hit[1]], text)

    def patient_texts(self) -> Iterator[Tuple[str, str]]:
        """Yield (place, text) of everything that patients read."""
        yield "booking.yml: privacy", self.privacy.text
        for name, field in self.fields.items():
            where = f"booking.yml: fields.{name}"
            for part in (
                "ask",
                "ask_again",
                "ask_for_other",
                "ask_with_summary",
                "why",
                "skipped",
                "way_out",
            ):
                if getattr(field, part):
                    yield f"{where}.{part}", getattr(field, part)
            for code, text in field.problems.items():
                yield f"{where}.problems.{code}", text
        for name, text in {**self.texts, **self.ends}.items():
            yield f"booking.yml: {name}", text


def as_shown(words: str) -> str:
    """Return a patient's words so that the chat's Markdown shows them as they are."""
    return words.replace("**", "*\u200b*").replace("](", "]\u200b(")


def load_booking(folder: Optional[Path] = None) -> Booking:
    """Load and check the texts.

    Raises:
        KnowledgeError: one line for every mistake.
    """
    return _load_booking(folder or knowledge_dir())


@lru_cache(maxsize=4)
def _load_booking(folder: Path) -> Booking:
    booking = parse_model(Booking, read_yaml(folder / "booking.yml"), "booking.yml")
    mistakes = [
        f"booking.yml: fields.{name}: expected a field"
        for name in FIELDS
        if name not in booking.fields
    ]
    for name, field in booking.fields.items():
        mistakes += [
            f"booking.yml: fields.{name}.problems.{code}: expected a text"
            for code in PROBLEMS.get(name, ())
            if code not in field.problems
        ]
    mistakes += [
        f"booking.yml: ends.{end}: expected a text" for end in ENDS if end not in booking.ends
    ]
    if mistakes:
        raise KnowledgeError("\n".join(mistakes))
    return booking
