"""The hours in a wish for a time: "after 3 pm", "between 2 and 4", "in the morning"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Optional


class TimeProblem(ValueError):
    """The words name no time that can be asked for.

    Attributes:
        code: of the problem; see validation.py.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Hours:
    """A part of a day; `end` None means to the day's end."""

    start: time
    end: Optional[time]


_PARTS = (
    (r"early morning|first thing", Hours(time(7), time(10))),
    (r"late morning", Hours(time(10), time(12))),
    (r"mornings?|before lunch", Hours(time(8), time(12))),
    (r"late afternoon", Hours(time(15), time(18))),
    (r"early afternoon|after lunch", Hours(time(12), time(15))),
    (r"afternoons?|after school", Hours(time(12), time(17))),
    (r"lunch ?time|lunch(?: break| hour)?", Hours(time(12), time(13))),
    (r"evenings?|tonight|nights?|after work", Hours(time(17), time(21))),
)
_CLOCK = r"(?:(?:\d{1,2}(?::\d{2})?)\s*(?:am|pm|o'clock)?|\b(?:noon|midday|midnight)\b)"
_BETWEEN = re.compile(
    rf"\b(?:between|from)?\s*(?P<first>{_CLOCK})\s*(?:and|to|-|–|until|till)\s*(?P<second>{_CLOCK})"
    r"(?!\s*(?:days?|weeks?|months?))"
)
_SINGLE = re.compile(
    r"(?:(?:\b(?P<word>at|after|past|from|before|by|until|till?|around|about)\s+|@\s*)(?:about\s+)?)?"
    rf"(?<![\d:/])(?P<clock>{_CLOCK})(?![\d/:]|(?:st|nd|rd|th)\b|\s*(?:days?|weeks?|months?|hours?|%)\b)"
)
_IMPOSSIBLE = re.compile(r"\b\d{1,2}:[6-9]\d\b|\b(?:2[4-9]|[3-9]\d):\d{2}\b")


def read_hours(words: str) -> Optional[Hours]:
    """Return the hours that the words name, or None.

    Raises:
        TimeProblem: "no_such_time", such as 25:00 or 13 pm.
    """
    if _IMPOSSIBLE.search(words):
        raise TimeProblem("no_such_time")
    part = next((name for name, _hours in _PARTS if re.search(rf"\b(?:{name})\b", words)), None)
    between = _BETWEEN.search(words)
    if between and _is_clock(between[0]):
        return _between(between["first"], between["second"], part or "")
    for single in _SINGLE.finditer(words):
        if single["word"] or _is_clock(single["clock"]):
            return _single(single["word"] or "at", _time(single["clock"], part or ""))
    return next((hours for name, hours in _PARTS if name == part), None)


def _is_clock(words: str) -> bool:
    """Whether the words say themselves that a number is an hour."""
    return bool(re.search(r"\d:\d|am\b|pm\b|clock|noon|mid|between|from", words))


def _between(first: str, second: str, part: str) -> Hours:
    end = _time(second, part)
    if not re.search("[ap]m", first) and (half := re.search("[ap]m", second)):
        # "2 to 4 pm" is in the same half of the day, "10 to 2 pm" is not.
        same = f"{first.replace(chr(39), '').replace('oclock', '').strip()} {half[0]}"
        start = (
            _time(same, part) if "noon" not in first and "mid" not in first else _time(first, part)
        )
        if start >= end:
            start = _time(first, part)
    else:
        start = _time(first, part)
    if start >= end:
        raise TimeProblem("no_such_time")
    return Hours(start, end)


def _single(word: str, moment: time) -> Hours:
    if word in ("after", "past", "from"):
        return Hours(moment, None)
    if word in ("before", "by", "until", "till", "til"):
        return Hours(time.min, moment) if moment > time.min else Hours(moment, None)
    later = datetime.combine(datetime.min, moment) + timedelta(hours=1)
    return Hours(moment, later.time() if later.date() == datetime.min.date() else None)


def _time(words: str, part: str) -> time:
    """Return one clock time; without am or pm 1 to 7 are afternoon."""
    if words.startswith(("noon", "midday")):
        return time(12)
    if words.startswith("midnight"):
        return time(0)
    found = re.match(r"(\d{1,2})(?::(\d{2}))?\s*(am|pm)?", words)
    assert found is not None  # _CLOCK begins with a number where it names no noon
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if hour > 23 or minute > 59 or (half and not 1 <= hour <= 12):
        raise TimeProblem("no_such_time")
    evening = bool(re.search("evening|night|work", part))
    is_afternoon = half == "pm" or (
        half is None and hour < 12 and "morning" not in part and (1 <= hour <= 7 or evening)
    )
    if is_afternoon and hour < 12:
        hour += 12
    if half == "am" and hour == 12:
        hour = 0
    return time(hour, minute)
