"""When the patient would like to come: words to a window of time.

The day is found here, clock.py finds the hours, dateparser works out the dates.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import List, Optional, Tuple

import dateparser

from legpain.leads.clock import Hours, TimeProblem, read_hours
from legpain.leads.time_words import (
    IN_PAST,
    IS_ABOUT_TIME,
    MONTH,
    MONTHS,
    SOONEST,
    WEEKDAY,
    WEEKDAYS,
    plain_words,
    without_excluded,
)

__all__ = ["PreferredTime", "TimeProblem", "read_preferred_time"]

_FURTHEST = timedelta(days=400)


@dataclass(frozen=True)
class PreferredTime:
    """A wish for a time.

    Attributes:
        raw: the patient's own words.
        start: start of the window in the clinic's zone; None if the words name no day.
        end: its end, exclusive; None if it is open.
    """

    raw: str
    start: Optional[datetime] = None
    end: Optional[datetime] = None


@dataclass(frozen=True)
class _Days:
    """A run of whole days; `end` is exclusive, None if open."""

    start: date
    end: Optional[date]


def read_preferred_time(text: str, now: datetime) -> PreferredTime:
    """Read a wish such as "next tuesday morning", "asap" or "any afternoon".

    Args:
        text: the patient's words.
        now: in the clinic's time zone.

    Raises:
        TimeProblem: "not_understood", "no_such_date", "no_such_time", "in_past" or "too_far".
    """
    words = without_excluded(plain_words(text))
    if IN_PAST.search(words):
        raise TimeProblem("in_past")
    days = _read_days(words, now.date())
    hours = read_hours(_without_dates(words))
    if days is not None:
        return _window(text, days, hours, now)
    if SOONEST.search(words):
        return PreferredTime(text, now, None)
    if hours is not None or IS_ABOUT_TIME.search(plain_words(text)):
        return PreferredTime(text)
    raise TimeProblem("not_understood")


def _window(raw: str, days: _Days, hours: Optional[Hours], now: datetime) -> PreferredTime:
    first = hours.start if hours else time.min
    start = datetime.combine(days.start, first, now.tzinfo)
    end = None
    if days.end is not None:
        last = days.end - timedelta(days=1) if hours and hours.end else days.end
        end = datetime.combine(last, hours.end if hours and hours.end else time.min, now.tzinfo)
    if (end is not None and end <= now) or (end is None and start < now - timedelta(days=1)):
        raise TimeProblem("in_past")
    if start - now > _FURTHEST:
        raise TimeProblem("too_far")
    return PreferredTime(raw, max(start, now), end)


def _read_days(words: str, today: date) -> Optional[_Days]:
    """Return the days named; several of them ("tuesday or thursday") give one run."""
    found = _dates(words, today) or _periods(words, today)
    if not found:
        return None
    ends = [days.end for days in found]
    last = None if None in ends else max(end for end in ends if end is not None)
    return _Days(min(days.start for days in found), last)


# --- dates of the calendar

_YEAR = r"(?:,?\s*(?P<{0}>\d{{4}}))?"
_DATE = re.compile(
    r"(?:\b(?P<bound>after|before|by|until|till|from|starting|since|week of)\s+(?:the\s+)?)?(?:"
    r"\b(?P<iso>\d{4}-\d{1,2}-\d{1,2})\b"
    rf"|\b(?P<month>{MONTH})\.?\s+(?:the\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?![:.]\d|\s*[ap]m)"
    + _YEAR.format("year")
    + rf"|\b(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month2>{MONTH})\b"
    + _YEAR.format("year2")
    + r"|\b(?P<slash>\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})|\d{1,2}/\d{1,2})\b"
    r"|\bthe\s+(?P<ordinal>\d{1,2}(?:st|nd|rd|th))\b(?!\s+of)"
    r"|\b(?P<relative>day after tomorrow|tomorrow|today|tonight"
    r"|this (?:morning|afternoon|evening))\b"
    r"|\b(?P<bare>(?:\d{1,2}(?:st|nd|rd|th)))(?=\s*$|\s+(?:at|in|or|of this))"
    rf"|\b(?P<which>next|this|coming|following)?\s*\b(?P<weekday>{WEEKDAY})s?\b"
    r"(?P<later>\s+(?:after next|(?:of\s+)?next week))?)",
)


def _without_dates(words: str) -> str:
    """Return the words without calendar dates, whose numbers are no hours."""
    keep = ("relative", "weekday")
    return _DATE.sub(lambda hit: hit[0] if any(hit[name] for name in keep) else " ", words)


def _dates(words: str, today: date) -> List[_Days]:
    return [_bounded(hit, _date_of(hit, today), today) for hit in _DATE.finditer(words)]


def _bounded(hit: re.Match[str], day: date, today: date) -> _Days:
    """Apply the word before the date: "after", "by", "week of"."""
    following = day + timedelta(days=1)
    bound = hit["bound"]
    if bound == "after":
        return _Days(following, None)
    if bound in ("from", "starting", "since"):
        return _Days(day, None)
    if bound in ("before", "by", "until", "till"):
        return _Days(min(today, day), day if bound == "before" else following)
    if bound == "week of":
        return _Days(day, day + timedelta(days=7))
    return _Days(day, following)


def _date_of(hit: re.Match[str], today: date) -> date:
    if hit["weekday"]:
        return _weekday(hit["weekday"], hit["which"], bool(hit["later"]), today)
    if hit["relative"]:
        ahead = {"tomorrow": 1, "day after tomorrow": 2}.get(hit["relative"], 0)
        return today + timedelta(days=ahead)
    if hit["month"] or hit["month2"]:
        month = MONTHS[(hit["month"] or hit["month2"])[:3]]
        return _calendar(hit["year"] or hit["year2"], month, int(hit["day"] or hit["day2"]), today)
    return _numeric(hit, today)


def _numeric(hit: re.Match[str], today: date) -> date:
    if hit["iso"]:
        year, month, day = hit["iso"].split("-")
        return _calendar(year, int(month), int(day), today)
    if hit["slash"]:
        parts = re.split(r"[/.-]", hit["slash"])
        month, day = int(parts[0]), int(parts[1])
        if month > 12 >= day:  # day first, as most of the world writes it
            month, day = day, month
        year = parts[2] if len(parts) == 3 else None
        return _calendar(f"20{year}" if year and len(year) == 2 else year, month, day, today)
    return _day_of_month(int((hit["ordinal"] or hit["bare"])[:-2]), today)


def _day_of_month(day: int, today: date) -> date:
    """Return the next date with this number; dateparser takes "the 2nd" for another day."""
    if not 1 <= day <= 31:
        raise TimeProblem("no_such_date")
    first = today.replace(day=1)
    for ahead in range(3):  # of three months in a row one has 31 days
        month = _add_months(first, ahead)
        try:
            found = month.replace(day=day)
        except ValueError:
            continue
        if found >= today:
            return found
    raise TimeProblem("no_such_date")


def _calendar(year: Optional[str], month: int, day: int, today: date) -> date:
    """Return the date; without a year the next one.

    Raises:
        TimeProblem: "no_such_date", such as 30 February.
    """
    try:
        if year:
            return date(int(year), month, day)
        this_year = date(today.year, month, day)
        return this_year if this_year >= today else date(today.year + 1, month, day)
    except ValueError as error:
        raise TimeProblem("no_such_date") from error


def _parsed(phrase: str, today: date) -> date:
    settings = {
        "RELATIVE_BASE": datetime.combine(today, time(12)),
        "PREFER_DATES_FROM": "future",
        "DATE_ORDER": "MDY",
    }
    found = dateparser.parse(phrase, languages=["en"], settings=settings)
    if found is None:
        raise TimeProblem("no_such_date")
    return found.date()


def _weekday(name: str, which: Optional[str], week_after: bool, today: date) -> date:
    """Return the day: plain and "this" are the nearest to come, "next" is in the next week."""
    number = WEEKDAYS[name[:3]]
    if which == "next" or week_after:
        return _monday(today) + timedelta(days=7 + number)
    return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)


# --- weeks, months, "in ten days"

_AHEAD = re.compile(
    r"\b(?P<within>within(?:\s+the)?(?:\s+next)?|(?:in|over|during) the (?:next|coming)|next)?\s*"
    r"\b(?:in\s+|about\s+)*(?P<count>\d{1,3})\s*(?P<unit>day|week|month)s?\b(?P<now>\s+from now)?"
)
_NAMED = re.compile(
    r"(?:\b(?P<part>early|beginning of|start of|mid|middle of|late|later|end of)\s*(?:in\s+)?)?"
    r"(?:the\s+)?\b(?P<which>this|next|the)\s+(?P<unit>week(?:end)?|month)\b"
    r"(?P<after>\s+after next)?"
)
_MONTH_ALONE = re.compile(
    r"\b(?:in|during|sometime in|anytime in|next|this|(?P<part>early|beginning of|start of|mid"
    rf"|middle of|late|end of))\s*(?:in\s+)?(?P<month>{MONTH})\b(?!\s*\d)"
)


def _periods(words: str, today: date) -> List[_Days]:
    """Return weeks, weekends, months and distances such as "in two weeks"."""
    found = [_named(hit, today) for hit in _NAMED.finditer(words)]
    found += [_month(hit, today) for hit in _MONTH_ALONE.finditer(words)]
    if not found:
        found = [_ahead(hit, today) for hit in _AHEAD.finditer(words)]
    return found


def _ahead(hit: re.Match[str], today: date) -> _Days:
    day = _parsed(f"in {hit['count']} {hit['unit']}s", today)
    if hit["within"]:
        return _Days(today, day + timedelta(days=1))
    length = {"day": 1, "week": 7, "month": 30}[hit["unit"]]
    return _Days(day, day + timedelta(days=length))


def _named(hit: re.Match[str], today: date) -> _Days:
    later = 0 if hit["which"] == "this" else 1 if hit["which"] == "next" else None
    if hit["unit"] == "month":
        first = _add_months(today.replace(day=1), (later or 0) + (1 if hit["after"] else 0))
        return _part(_Days(max(first, today), _add_months(first, 1)), hit["part"])
    monday = _monday(today) + timedelta(days=7 * ((later or 0) + (1 if hit["after"] else 0)))
    if hit["unit"] == "weekend":
        if later == 1 and not hit["after"] and today.weekday() == 6:
            monday = _monday(today) + timedelta(days=7)
        saturday = monday + timedelta(days=5)
        return _Days(max(saturday, today), saturday + timedelta(days=2))
    return _part(_Days(max(monday, today), monday + timedelta(days=7)), hit["part"])


def _month(hit: re.Match[str], today: date) -> _Days:
    number = MONTHS[hit["month"][:3]]
    year = today.year if number >= today.month else today.year + 1
    first = date(year, number, 1)
    return _part(_Days(max(first, today), _add_months(first, 1)), hit["part"])


def _part(days: _Days, part: Optional[str]) -> _Days:
    """Return the early, middle or late part of a period."""
    if part is None or days.end is None:
        return days
    third = (days.end - days.start) / 3
    cuts: Tuple[date, date] = (days.start + third, days.end - third)
    if part.startswith(("early", "beginning", "start")):
        return _Days(days.start, max(cuts[0], days.start + timedelta(days=1)))
    if part.startswith("mid"):
        return _Days(cuts[0], max(cuts[1], cuts[0] + timedelta(days=1)))
    return _Days(min(cuts[1], days.end - timedelta(days=1)), days.end)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _add_months(first: date, count: int) -> date:
    months = first.year * 12 + first.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)
