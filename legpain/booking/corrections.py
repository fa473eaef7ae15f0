"""Corrections of earlier answers: "the number ends in 19", "it's spelled Zoë", "make it Friday"."""

from __future__ import annotations

import difflib
import re
from typing import Any, Dict, Optional

from legpain.booking import words
from legpain.booking.form import Form
from legpain.booking.people import introduced_name, names_other
from legpain.booking.reading import Message, read_details, tells_story
from legpain.booking.reply import ANSWERS
from legpain.leads.validation import (
    clean_text,
    parse_email,
    parse_name,
    parse_phone,
    parse_preferred_time,
)

_SMALL = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()  # noqa: SIM905
_NUMBER = rf"(?P<digits>(?:(?:\d|oh|{'|'.join(_TENS)}|{'|'.join(_SMALL[::-1])})[\s,-]*)+)"
_NEW_TAIL = re.compile(
    r"\b(?:end(?:s|ing)?|finish(?:es)?"
    r"|last\s+(?:\w+\s+)?(?:digits?|numbers?|part|bit)(?:\s+(?:is|are|should be|of it|was))*)\s*"
    rf"(?:in|with|on|is|are|should be|be|:)?\s*(?:an?\s+)?{_NUMBER}",
    re.I,
)
_SPELLED = re.compile(
    r"\b(?:spell(?:ed|t|ing)?|written)\b(?:\s+(?:it|like|as|that|is|this|out|with|:))*\s*[:,]?\s*"
    r"[\"“']?(?P<word>[^\s\"”,;!?]+(?:[\s-]+[^\W\d_](?![^\W\d_]))*)",
    re.I,
)
_NO_SPELLING = frozenset(
    [
        "it",
        "wrong",
        "wrongly",
        "incorrectly",
        "right",
        "correctly",
        "with",
        "my",
        "the",
        "differently",
        "a",
    ]
)
_FEW = 6  # words
_LIKE = 0.4  # how alike two spellings of one word are, at least
_TO = re.compile(
    r"\b(?:to|should (?:be|read|say)|is(?: actually)?|as|it'?s|be|make (?:it|that)|with|:|=)\s+"
    r"(?P<value>.+)$",
    re.I | re.S,
)
_NEW_TIME = re.compile(
    r"^\W*(?:(?:oh|um|uh|hey|ok(?:ay)?|yes)\W+)*(?:wait|actually|sorry|no\b|oops|make (?:it|that)"
    r"|change|instead|rather|scratch that|on second thought|i meant?|can we (?:make|do)"
    r"|let'?s (?:make|do|say))\b|\b(?:instead|is better|works better)\W*$",
    re.I,
)


def read_corrections(form: Form, message: Message) -> Dict[str, Any]:
    """Return field -> new value for what a message gives or changes, but for the asked field."""
    found: Dict[str, Any] = {}
    if phone := _new_tail(form, message.text):
        found["phone"] = phone
    elif name := _respelled(form, message.text):
        found["name"] = name
    else:
        found.update(_named(form, message))
    if "name" not in form.values and (name := introduced_name(message.text)):
        found["name"] = name
    for field, value in read_details(message).items():
        if field == "preferred_time":
            is_new = _is_new_time(form, message)
        elif field == "name":
            is_new = not names_other(message.text)
        else:
            is_new = True
        if is_new and str(value) != form.values.get(field):
            found.setdefault(field, value)
    return {field: value for field, value in found.items() if field != form.asked}


def change_wanted(form: Form, message: Message) -> Optional[str]:
    """Return the field that the patient wants to change but gives no value for."""
    named = words.field_named(message.text)
    if named is None or named == form.asked or _asks(message):
        return None
    in_summary = form.asked == "confirm" and message.words <= 4
    return named if in_summary or words.wants_change(message.text) else None


def _asks(message: Message) -> bool:
    """Whether the message is a question to the clinic: "is that time confirmed?"."""
    return words.is_question(message.text) and message.intent not in ANSWERS


def _is_new_time(form: Form, message: Message) -> bool:
    if form.asked == "confirm" and message.words <= _FEW:
        return not tells_story(message.text)
    if form.asked == "reason" or "preferred_time" in form.values:
        return bool(_NEW_TIME.search(message.text)) and not tells_story(message.text)
    return True


def _new_tail(form: Form, text: str) -> Optional[str]:
    """Return the phone number with its last digits replaced."""
    phone = form.values.get("phone")
    found = _NEW_TAIL.search(text)
    if not phone or not found:
        return None
    digits = _digits(found["digits"])
    number, _, extension = phone.partition(" ")
    if not 1 <= len(digits) < len(number) - 2:
        return None
    changed = number[: -len(digits)] + digits + (f" {extension}" if extension else "")
    return parse_phone(changed).value


def _digits(said: str) -> str:
    """Return "one nine", "nineteen" or "19" as digits."""
    out, tens = "", 0
    for part in re.findall(r"oh|[a-z]+|\d", said.lower()):
        unit = int(part) if part.isdigit() else 0
        if part in _SMALL:
            unit = _SMALL.index(part)
        if part in _TENS:
            out += str(tens) if tens else ""
            tens = 10 * (_TENS.index(part) + 2)
        elif tens and 0 < unit < 10 and not part.isdigit():
            out, tens = out + str(tens + unit), 0
        else:
            out, tens = out + (str(tens) if tens else "") + str(unit), 0
    return out + (str(tens) if tens else "")


def _respelled(form: Form, text: str) -> Optional[str]:
    """Return the name with the word that was spelled anew."""
    name = form.values.get("name")
    found = _SPELLED.search(text)
    if not name or not found:
        return None
    letters = re.split(r"[\s-]+", found["word"].strip(".!'"))
    spelled_out = len(letters) > 1 and all(len(each) == 1 for each in letters)
    word = "".join(letters).capitalize() if spelled_out else found["word"].split()[0].strip(".!'")
    if word.lower() in _NO_SPELLING or not parse_name(word).value:
        return None
    parts = name.split(" ")
    nearest = max(range(len(parts)), key=lambda place: _likeness(parts[place], word))
    if _likeness(parts[nearest], word) < _LIKE:
        return None
    parts[nearest] = word
    return " ".join(parts)


def _likeness(first: str, second: str) -> float:
    return difflib.SequenceMatcher(None, first.casefold(), second.casefold()).ratio()


def _named(form: Form, message: Message) -> Dict[str, Any]:
    """Read "change the time to Friday", "my name should be Ann Lee", "make it Friday"."""
    field = words.field_named(message.text)
    said = _TO.search(message.text)
    value = said["value"] if said else ""
    if field and words.wants_change(message.text):
        parsed = _parse(field, value, message)
        return {field: parsed} if parsed is not None else {}
    if "preferred_time" in form.values and _is_new_time(form, message) and not _asks(message):
        wish = parse_preferred_time(value or message.text, message.now).value
        if wish is not None and wish.start is not None:
            return {"preferred_time": wish}
    return {}


def _parse(field: str, value: str, message: Message) -> Any:
    if not value:
        return None
    if field == "preferred_time":
        return parse_preferred_time(value, message.now).value
    if field == "reason":
        return clean_text(value) or None
    parse = {"name": parse_name, "phone": parse_phone, "email": parse_email}[field]
    return parse(value).value
