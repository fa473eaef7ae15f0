"""What a message gives to the form besides the answer that was asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Dict, List, Optional, Tuple

from legpain.leads.preferred_time import PreferredTime
from legpain.leads.validation import (
    Result,
    clean_text,
    find_details,
    parse_phone,
    parse_preferred_time,
)

LONGEST_REASON = 1000  # characters


@dataclass(frozen=True)
class Message:
    """A patient's message.

    Attributes:
        text: the words; empty when a button's payload came that has none.
        intent: as the model sees it.
        now: in the clinic's time zone.
        sure: the model's confidence in the intent, 0 to 1.
        topics: (start, end) of words for a part of the body or a condition.
    """

    text: str
    intent: str
    now: datetime
    sure: float = 1.0
    topics: Tuple[Tuple[int, int], ...] = ()

    @property
    def words(self) -> int:
        """How many words there are."""
        return len(self.text.split())

    @property
    def complaints(self) -> List[Tuple[int, int]]:
        """(start, end) of words that belong to a complaint."""
        said = [hit.span() for hit in _COMPLAINT.finditer(self.text)]
        return sorted([*self.topics, *said])


_COMPLAINT = re.compile(
    r"\b(?:hurt\w*|pain\w*|ach(?:e|es|ing)|sore\w*|swell\w*|swollen|numb(?:ness)?|tingl\w*|cramp\w*"
    r"|stiff\w*|limp\w*|burning|throb\w*|injur\w*|sprain\w*|surgery|rash|bruis\w*)\b",
    re.I,
)
_STORY = re.compile(
    r"\b(?:started|since|began|ago|worse|fell|happened|hurts?|hurting|pain|swollen)\b", re.I
)
_REASON_SAID = re.compile(
    r"\b(?:the\s+)?reason(?:\s+(?:is|for (?:the|my) visit is))?\s*[:=,]?\s+(?P<reason>[^;\n]{3,})",
    re.I,
)
_ABOUT = re.compile(
    r"\b(?:about|for|regarding|because of|due to|with|concerning|look at|check)\s+", re.I
)
_CLAUSE = re.compile(
    r"[;!?\n]|[,.](?!\s*\d)\s*|\s+/\s+|\s+-\s+"
    r"|\s+(?:and|but)\s+(?=(?:my|i|i'm|i'd|call|the|you|he|she)\b)",
    re.I,
)


def read_reason(message: Message) -> Optional[str]:
    """Return the reason that a longer message gives: the clause with the complaint in it."""
    said = _REASON_SAID.search(message.text)
    if said:
        return clean_text(said["reason"])[:LONGEST_REASON]
    spans = message.complaints
    if not spans or message.words <= 3:
        return None
    first = spans[0][0]
    cuts = [0, *(hit.end() for hit in _CLAUSE.finditer(message.text)), len(message.text)]
    begin = max(cut for cut in cuts if cut <= first)
    until = min(cut for cut in cuts if cut >= spans[0][1])
    about = [hit.end() for hit in _ABOUT.finditer(message.text, begin, first)]
    clause = message.text[about[-1] if about else begin : until]
    return clean_text(clause).strip(" ,.;!?/-")[:LONGEST_REASON] or None


def read_time(message: Message) -> Result[PreferredTime]:
    """Read an answer to the question for the time; what else the message says is left out.

    Problems: as those of `parse_preferred_time`.
    """
    details = find_details(message.text, message.now)
    if details.preferred_time and (details.phone or details.email or message.complaints):
        return Result(details.preferred_time)
    return parse_preferred_time(message.text, message.now)


def read_details(message: Message) -> Dict[str, Any]:
    """Return field -> value of everything that a message gives, whatever was asked."""
    details = find_details(message.text, message.now)
    found = {name: value for name, value in vars(details).items() if value is not None}
    if details.preferred_time and tells_story(details.preferred_time.raw):
        del found["preferred_time"]  # "it hurts since Tuesday"
    return found


def tells_story(text: str) -> bool:
    """Whether a day in the text is one that has passed: "it started on Tuesday"."""
    return bool(_STORY.search(text))


def bad_phone(text: str) -> Optional[str]:
    """Return what is wrong with a phone number that a longer message holds, if it holds one."""
    digits = re.search(r"(?<![\d/:-])\(?\d[\d ().-]{5,}\d(?![\d/:])", text)
    return parse_phone(digits[0]).problem if digits else None
