"""The values that go into the store and come out of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Optional, Tuple

from legpain.leads.errors import InvalidLead

LEVELS = ("emergency", "urgent", "soon")
STATUSES = ("new", "contacted", "booked", "closed", "spam")
_LONGEST_ID = 255  # characters
_LONGEST_TEXT = 4000  # characters; the dialogue asks for far less, a replay may send anything


@dataclass(frozen=True)
class Consent:
    """The patient's consent to be contacted.

    Attributes:
        text_version: which privacy sentence was shown.
        given_at: when it was given, with a time zone.
    """

    text_version: str
    given_at: datetime


@dataclass(frozen=True)
class Contact:
    """What identifies or describes the patient; stored encrypted only.

    Attributes:
        name: of the person to call.
        phone: E.164, an extension after it as in `+18135550100 ext. 12`.
        email: address.
        preferred_time: the patient's own words.
        reason: the patient's own words.
        summary: of the pain check, if there was one.
        patient: who the visit is for, when the request is made for someone else.
    """

    name: str
    phone: Optional[str] = None
    email: Optional[str] = None
    preferred_time: str = ""
    reason: str = ""
    summary: Optional[str] = None
    patient: Optional[str] = None


@dataclass(frozen=True)
class LeadRequest:
    """An appointment request as the dialogue hands it over.

    Attributes:
        contact: the person and their words.
        consent: to be contacted.
        conversation_id: of the dialogue.
        channel: where it came from, such as "web" or "rest".
        level: highest level of the conversation: "emergency", "urgent", "soon" or None.
        red_flags: ids of the rules that fired.
        preferred_start: start of the parsed window, with a time zone.
        preferred_end: its end, exclusive.

    Raises:
        InvalidLead: if name, way of contact or consent is missing, or a value has the wrong form.
    """

    contact: Contact
    consent: Consent
    conversation_id: str
    channel: str
    level: Optional[str] = None
    red_flags: Tuple[str, ...] = ()
    preferred_start: Optional[datetime] = None
    preferred_end: Optional[datetime] = None

    def __post_init__(self) -> None:
        if not self.contact.name.strip():
            raise InvalidLead("A request needs a name.")
        if not (self.contact.phone or self.contact.email):
            raise InvalidLead("A request needs a phone number or an e-mail address.")
        if not self.consent.text_version:
            raise InvalidLead("A request needs consent to a named text.")
        if self.level is not None and self.level not in LEVELS:
            raise InvalidLead(f"The level must be one of {', '.join(LEVELS)}, or None.")
        check_ids(self.conversation_id, self.channel, self.consent.text_version, *self.red_flags)
        for moment in (self.consent.given_at, self.preferred_start, self.preferred_end):
            if moment is not None and moment.tzinfo is None:
                raise InvalidLead("Every time needs a time zone.")
        texts = [value for value in vars(self.contact).values() if value]
        if any(len(text) > _LONGEST_TEXT for text in texts):
            raise InvalidLead(f"No text may be longer than {_LONGEST_TEXT} characters.")


def check_ids(*ids: str) -> None:
    """Refuse ids that not every database can hold; some come from the client.

    Raises:
        InvalidLead: if one is empty, too long or has signs that can not be shown.
    """
    for text in ids:
        if not (0 < len(text) <= _LONGEST_ID and text.isprintable()):
            raise InvalidLead("An id must be one line of at most 255 characters.")


@dataclass(frozen=True)
class SavedLead:
    """The answer to a submission, read back from the committed row.

    Attributes:
        reference: what the patient is told.
        created: False if this submission had been stored before.
    """

    reference: str
    created: bool


@dataclass(frozen=True)
class Lead:
    """A stored request, decrypted.

    Attributes:
        related: references of other requests with the same phone number or e-mail address.
    """

    reference: str
    contact: Contact
    consent: Consent
    conversation_id: str
    channel: str
    level: Optional[str]
    red_flags: Tuple[str, ...]
    preferred_start: Optional[datetime]
    preferred_end: Optional[datetime]
    status: str
    created_at: datetime
    updated_at: datetime
    related: Tuple[str, ...] = ()


@dataclass(frozen=True)
class LeadFilter:
    """Which requests to list; None means any.

    Attributes:
        status: one of STATUSES.
        level: one of LEVELS.
        since: created at this moment or later.
        until: created before this moment.
        conversation_id: of the dialogue.
        limit: at most so many, the newest.
    """

    status: Optional[str] = None
    level: Optional[str] = None
    since: Optional[datetime] = None
    until: Optional[datetime] = None
    conversation_id: Optional[str] = None
    limit: Optional[int] = None


@dataclass(frozen=True)
class AuditEntry:
    """One change or read: who did what to which request, and when."""

    at: datetime
    actor: str
    action: str
    reference: str
    detail: str


@dataclass(frozen=True)
class Escalation:
    """A red flag that was told in a conversation; never the patient's words."""

    conversation_id: str
    rules: Tuple[str, ...]
    level: str
    at: datetime


@dataclass(frozen=True)
class Purged:
    """What a purge removed.

    Attributes:
        references: of the requests that are gone.
        conversations: ids of conversations no remaining request belongs to; the caller removes
            them from where the dialogues are kept.
    """

    references: Tuple[str, ...] = field(default_factory=tuple)
    conversations: Tuple[str, ...] = field(default_factory=tuple)
