"""What an appointment request holds so far; lives as plain data in Rasa's slots."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Dict, Mapping, Optional, Tuple

import phonenumbers
from phonenumbers import PhoneNumberFormat

from legpain.booking.texts import FIELDS

TYPED = ("name", "phone", "email", "preferred_time", "reason")  # what a patient types
OPTIONAL = ("phone", "email", "preferred_time", "reason")  # one of phone and e-mail is needed
_INTERNATIONAL = PhoneNumberFormat.INTERNATIONAL
STATE_SLOT = "booking"  # what is not the patient's answer
SLOTS = (*FIELDS, STATE_SLOT)


@dataclass(frozen=True)
class Form:
    """An appointment request in the making.

    Attributes:
        values: field -> the patient's answer, for the fields in TYPED.
        consent: the patient may be contacted.
        confirm: the patient has checked the summary and wants it sent.
        asked: the field that was asked for last.
        tries: answers to it that could not be used.
        declined: fields that the patient does not want to fill.
        patient: whom the visit is for, if for someone else.
        start: of the preferred window, ISO 8601; None if it names no day.
        end: its end.
        consent_at: when consent was given, ISO 8601.
        with_summary: the summary of the pain check goes along.
        adult: the patient was said to be 16 or older.
        submission: names this request, so that sending it twice makes one.
        end_reason: why the form has ended; see `ends` in booking.yml.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    consent: bool = False
    confirm: bool = False
    asked: Optional[str] = None
    tries: int = 0
    declined: Tuple[str, ...] = ()
    patient: Optional[str] = None
    start: Optional[str] = None
    end: Optional[str] = None
    consent_at: Optional[str] = None
    with_summary: bool = True
    adult: bool = False
    submission: str = field(default_factory=lambda: uuid.uuid4().hex)
    end_reason: Optional[str] = None

    @property
    def is_new(self) -> bool:
        """Whether nothing was asked yet."""
        return self.asked is None

    @property
    def contact(self) -> str:
        """How the patient can be reached, as it is shown."""
        return " or ".join(self.shown(name) for name in ("phone", "email") if name in self.values)

    def shown(self, name: str) -> str:
        """Return an answer as the patient sees it: phone numbers the way they are written."""
        value = self.values[name]
        if name != "phone":
            return value
        number = phonenumbers.parse(value)
        style = PhoneNumberFormat.NATIONAL if number.country_code == 1 else _INTERNATIONAL
        return str(phonenumbers.format_number(number, style))

    def with_value(self, name: str, value: str) -> Form:
        """Return the form with one more answer."""
        left = tuple(each for each in self.declined if each != name)
        return replace(self, values={**self.values, name: value}, declined=left)

    def without(self, *names: str) -> Form:
        """Return the form with these fields declined."""
        values = {name: value for name, value in self.values.items() if name not in names}
        declined = tuple(dict.fromkeys((*self.declined, *names)))
        return replace(self, values=values, declined=declined)

    def ended(self, reason: Optional[str]) -> Form:
        """Return the form at its end; None takes the end back."""
        confirm = self.confirm and reason in (None, "confirmed")
        return replace(self, end_reason=reason, confirm=confirm)

    def next_field(self) -> str:
        """Return what to ask for next."""
        if "name" not in self.values:
            return "name"
        if not self.contact:
            return "email" if "phone" in self.declined and "email" not in self.declined else "phone"
        for name in ("preferred_time", "reason"):
            if name not in self.values and name not in self.declined:
                return name
        return "confirm" if self.consent else "consent"

    def to_slots(self) -> Dict[str, Any]:
        """Return slot -> value."""
        state = {
            name: value
            for name, value in asdict(self).items()
            if name not in ("values", "consent", "confirm")
        }
        answers: Dict[str, Any] = {name: self.values.get(name) for name in TYPED}
        answers.update(consent=self.consent or None, confirm=self.confirm or None)
        return {**answers, STATE_SLOT: state}

    @classmethod
    def from_slots(cls, slots: Mapping[str, Any]) -> Form:
        """Read what `to_slots` wrote; without it a new form."""
        state = slots.get(STATE_SLOT)
        if not isinstance(state, dict):
            return cls()
        known = {each.name for each in fields(cls)} - {"values", "consent", "confirm"}
        kept = {name: value for name, value in state.items() if name in known}
        kept["declined"] = tuple(kept.get("declined") or ())
        return cls(
            values={name: str(slots[name]) for name in TYPED if slots.get(name)},
            consent=slots.get("consent") is True,
            confirm=slots.get("confirm") is True,
            **kept,
        )


def empty_slots() -> Dict[str, None]:
    """Return the slots as they are when there is no request."""
    return {name: None for name in SLOTS}
