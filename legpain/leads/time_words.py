"""The words that people use for times, and what makes a text one about time."""

from __future__ import annotations

import re

WEEKDAYS = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}
WEEKDAY = (
    r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:s|nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?"
    r"|sat(?:urday)?|sun(?:day)?)"
)
MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9,
    "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)

IN_PAST = re.compile(
    rf"\byesterday\b|\b(?:last|past)\s+(?:week|month|year|night|{WEEKDAY}|{MONTH})\b|\bago\b"
)
SOONEST = re.compile(
    r"\ba\.?s\.?a\.?p\b|\bas soon as\b|\b(?:soonest|earliest|sooner|urgent|urgently|immediately"
    r"|right away|straight away|right now|now|soon)\b"
    r"|\b(?:first|next) (?:available|opening|free|open|slot)"
)
PART_OF_DAY = re.compile(
    r"\s*(?:any|early|late|most|weekday)?\s*"
    r"(?:mornings?|afternoons?|evenings?|weekdays?|weekends?|day|any\s?time)\s*",
    re.I,
)
IS_ABOUT_TIME = re.compile(
    r"\b(?:any ?time|when ?ever|flexible|any|days?|daytime|weekdays?|weekends?|weeks?|months?"
    r"|mornings?|afternoons?|evenings?|nights?|noon|lunch(?:time)?|early|later?|some ?time"
    r"|after work|after school|business hours|office hours|holidays?|thanksgiving|christmas"
    r"|new year|easter|spring|summer|fall|autumn|winter|doesn'?t matter|don'?t (?:mind|care)"
    r"|no preference|up to you|you (?:choose|pick|decide)|open|time"
    rf"|{WEEKDAY}s?|january|february|april|june|july|august|september|october|november|december)\b"
)

_SPELLINGS = (
    (r"\b(?:tmrw|tmr|tmw|tommorow|tommorrow|tomorow|tomorro|2morrow)\b", "tomorrow"),
    (r"\b(?:wensday|wendsday|wednsday|wedensday)s?\b", "wednesday"),
    (r"\b(?:tuseday|teusday|tuesay)s?\b", "tuesday"),
    (r"\b(?:thrusday|thurday|thusday)s?\b", "thursday"),
    (r"\b(?:saterday|satuday)s?\b", "saturday"),
    (r"\bfebuary\b", "february"),
    (r"\b(?:nxt|nex)\b", "next"),
    (r"\bwk(s?)\b", r"week\1"),
    (r"\b(?:morn|mornin)\b", "morning"),
    (r"\b(?:eve|evng)\b", "evening"),
    (r"\baft(?:ernon|rnoon)\b", "afternoon"),
    (r"\b([ap])\.\s?m\b\.?", r"\1m"),
    (r"\bo'?\s?clock\b", "o'clock"),
    (r"\b(?:a\s+)?couple(?:\s+of)?\b", "2"),
    (r"\ba few\b", "3"),
    (r"\bfew\b(?=\s+(?:days|weeks))", "3"),
    (r"\b(?:a|an)\b(?=\s+(?:day|week|month)\b)", "1"),
    (r"\bfortnight\b", "2 weeks"),
)
_NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip
_ORDINALS = {
    "first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th", "fifth": "5th",
    "sixth": "6th", "seventh": "7th", "eighth": "8th", "ninth": "9th", "tenth": "10th",
    "eleventh": "11th", "twelfth": "12th", "fifteenth": "15th", "twentieth": "20th",
    "thirtieth": "30th",
}  # fmt: skip
_ORDINAL_DATE = re.compile(
    rf"\b(?P<before>{MONTH}\s+(?:the\s+)?|the\s+)(?P<word>{'|'.join(_ORDINALS)})\b(?!\s+available)"
)
_EXCLUDABLE = (
    rf"(?:{WEEKDAY}s?|mornings?|afternoons?|evenings?|weekends?|today|tomorrow"
    r"|(?:this|next)\s+(?:week|month))\b"
)
_EXCLUDED = re.compile(
    r"\b(?:not|except(?:\s+for)?|but(?:\s+not)?|besides|no|never|other than|can(?:'?t|not)"
    rf"(?:\s+do)?)\s+(?:on\s+|in\s+the\s+)?{_EXCLUDABLE}"
    rf"(?:\s*(?:,|or|and|nor)\s*{_EXCLUDABLE})*"
)


def plain_words(text: str) -> str:
    """Return the text in small letters, with usual misspellings and number words replaced."""
    words = text.lower().replace("’", "'")
    for pattern, plain in _SPELLINGS:
        words = re.sub(pattern, plain, words)
    words = _ORDINAL_DATE.sub(lambda hit: hit["before"] + _ORDINALS[hit["word"]], words)
    return re.sub(rf"\b({'|'.join(_NUMBERS)})\b", lambda hit: str(_NUMBERS[hit[1]]), words)


def without_excluded(words: str) -> str:
    """Return the words without the days and hours that are ruled out ("not on mondays")."""
    return _EXCLUDED.sub(" ", words)
