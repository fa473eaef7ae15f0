"""Finds ages, temperatures, durations, hours and pain scores, written in digits or words."""

from __future__ import annotations

import re
from typing import Callable, List, Optional, Tuple

Found = Tuple[str, int, int]  # tag of lexicon.NUMBER_TAGS, start, end (character offsets)

_UNIT_WORDS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen"
)
_UNITS = {word: number for number, word in enumerate(_UNIT_WORDS.split(), start=1)}
_TEN_WORDS = "twenty thirty forty fifty sixty seventy eighty ninety"
_TENS = {word: 10 * number for number, word in enumerate(_TEN_WORDS.split(), start=2)}
_VAGUE = {"a": 1, "an": 1, "couple": 2, "few": 3, "several": 4, "many": 9, "some": 3}
_WORD = "|".join([*_UNITS, *_TENS, *_VAGUE])
_NUMBER = (
    rf"(?:\d{{1,3}}(?:\.\d+)?|(?:{'|'.join(_TENS)})(?:[ -](?:{'|'.join(_UNITS)}))?"
    rf"|(?:a |the |last |past )?(?:{_WORD})(?: of)?)"
)
_YEARS = r"(?:years?|yrs?|decades?)"
_NOT_A_PERSON = (
    r"(?!\s+(?:injury|knee|hip|shoes?|boots?|sneakers|mattress|car|truck|dog|cat|puppy|scar"
    r"|problem|surgery|replacement|implant|house|phone|daughter|son|kid|boy|girl|child))"
)


def _value(words: str) -> Optional[float]:
    """Return the number that words or digits stand for."""
    words = re.sub(r"^(?:(?:a|the|last|past) )+(?=\w)|(?: of)$", "", words.strip())
    if re.fullmatch(r"\d+(?:\.\d+)?", words):
        return float(words)
    parts = re.split(r"[ -]", words)
    values = [{**_UNITS, **_TENS, **_VAGUE}.get(part) for part in parts]
    return float(sum(v for v in values if v is not None)) if all(values) else None


_AGES = [
    re.compile(
        rf"\b({_NUMBER})\s*-?\s*(?:{_YEARS}|y)[\s/.-]*(?:old|o|young|of age)\b" + _NOT_A_PERSON
    ),
    re.compile(rf"\b({_NUMBER})[\s-]*(?:{_YEARS})[\s-]*old\s+(?:daughter|son|kid|boy|girl|child)"),
    re.compile(
        rf"\b(?:i'?m|i am|im|aged?|she'?s|he'?s|she is|he is|turning|turned|iam|is now|now|me)\s+"
        rf"(?:a\s+|only\s+|almost\s+|nearly\s+|just\s+)*({_NUMBER})\b"
        r"(?=\s*(?:$|[.,!?;\n)]|and\b|but\b|with\b|my\b|male\b|female\b|f\b|m\b|so\b|w/|in\b"
        r"(?! (?:weeks|days|months))|his\b|her\b|year|yrs?\b|yo\b|smoke|diabet|years\b|who\b"
        r"|now\b|i\b|have\b|never\b|overweight|retired|a\b|the\b|both\b|left\b|right\b))"
        r"(?!\s*(?:weeks?|wks?|months?|days?|hours?|hrs?|min\w*|miles?|lbs?|pounds?|%|feet|ft"
        r"|inch\w*|steps|blocks|out of|mg|kg|k\b|years? (?:ago|post|in|into|out|since|of)"
        r"|of\b))"
    ),
    re.compile(
        r"(?:^|[.!?\n]\s*)(\d{2})\s*(?=[.,;]\s*[a-z]|\s(?:male|female|woman|man|lady|guy)\b)"
    ),
    re.compile(r"\b(\d{2})\s?[mf]\b(?!\w)"),
    re.compile(r"\b[mf]\s?/?\s?(\d{2})\b"),
    re.compile(
        rf"\b(?:son|daughter|kid|child|boy|girl|grandson|granddaughter|niece|nephew|brother|sister|mom"
        rf"|mother|dad|father|wife|husband|grandma|grandpa|patient|who|pt)(?: is|'s)\s+"
        rf"(?:only |almost |about )*({_NUMBER})\b(?!\s*(?:weeks|months|days|feet|hours|miles|of\b))"
    ),
    re.compile(rf"\bage\s*(?:is|:|of)?\s*({_NUMBER})\b"),
]
_DECADE = re.compile(
    r"\bin (?:my|his|her|their) (?:late |mid |early |mid-|late-|early-)?"
    r"(?:(\d)0'?s|(fif|six|seven|eigh|nine)t?ies)\b"
)
_TEMPERATURE = re.compile(
    r"(?<![\d.])(\d{2,3}(?:[.,]\d+)?)\s*(?:°|degrees?|deg\b)?\s*(f(?:ahrenheit)?\b|c(?:elsius)?\b)?"
)
_HEAT_WORDS = re.compile(r"fever|temp|thermometer|°|degree|\bf\b|\bc\b|\bran\b|running|hit|spik")
_AGO = re.compile(
    rf"\b({_NUMBER})\s+(days?|weeks?|wks?|months?|{_YEARS})\s+(?:ago|back|earlier|prior|before)\b"
)
_SINCE_EVENT = re.compile(
    rf"\b({_NUMBER})[\s-]+(days?|weeks?|wks?|months?|{_YEARS})[\s-]+"
    r"(?:after|post|out|since|from|past)\b"
)
_DURATION = re.compile(
    rf"\b(over |more than |at least |about |around |almost |nearly )?({_NUMBER}) ?\+?[\s-]*"
    rf"(days?|weeks?|wks?|months?|mos?\b|{_YEARS})\b"
    r"(?! (?:ago|old|back|pregnant|post|of age|along|after|out|from now|later|in to|into my"
    r"|gestation|earlier|since my))(?!-old)"
)
_VAGUE_LONG = re.compile(r"\b(?:weeks and weeks|for (?:weeks|months|years|ages)|months now)\b")
_HOURS = re.compile(rf"\b({_NUMBER})\s*\+?[\s-]*(?:hours?|hrs?|h)\b")
_SCORE = re.compile(rf"\b({_NUMBER})\s*(?:/|out of|outta|over)\s*(?:10|ten)\b")
_SCORE_WORD = re.compile(
    r"\b(?:pain|hurts?|hurting|it)(?:'s| is| level| score| at| was| rated?)*\s+"
    r"(?:a |an |at |about |like )*(8|9|10|eight|nine|ten)\b(?!\s*(?:\w|[-/:]))"
)
_PULSE = re.compile(
    r"\b(?:heart ?rate|pulse|hr|bpm|heart|heartbeat)\b[^.!?\d]{0,25}(\d{2,3})\b(?!\s*(?:/|over))"
)
_OXYGEN = re.compile(
    r"\b(?:oxygen|o2|spo2|sats?|pulse ?ox|saturation)\b[^.!?\d]{0,25}(\d{2})\b(?!\s*(?:/|year|yo))"
)
_YEAR = re.compile(r"\b(?:in|since|of|around|back in)\s+((?:19|20)\d\d)\b")
_DAYS = {"d": 1.0, "w": 7.0, "m": 30.0, "y": 365.0}
_STARTED = re.compile(
    r"\b(?:start|began|begun|begin|since|been|came on|onset|been hav|going on)\w*"
)


def _days(words: str, unit: str) -> Optional[float]:
    value = _value(words)
    if value is None:
        return None
    return value * (3650.0 if unit.startswith("dec") else _DAYS[unit[0]])


def _ages(text: str) -> List[Found]:
    found: List[Found] = []
    for pattern in _AGES:
        for match in pattern.finditer(text):
            age = _value(match.group(1))
            if age is None or age > 115:
                continue
            tag = (
                "num_age_55_plus"
                if age >= 55
                else ("num_age_under_16" if age < 16 else "num_age_adult")
            )
            found.append((tag, match.start(1), match.end()))
    for match in _DECADE.finditer(text):
        old = match.group(2) in ("six", "seven", "eigh", "nine") or (match.group(1) or "0") > "5"
        found.append(("num_age_55_plus" if old else "num_age_adult", match.start(), match.end()))
    return found


def _fever(text: str) -> List[Found]:
    found: List[Found] = []
    for match in _TEMPERATURE.finditer(text):
        degrees = float(match.group(1).replace(",", "."))
        nearby = text[max(0, match.start() - 30) : match.end() + 15]
        hot = (
            100.4 <= degrees <= 108
            or (38 <= degrees <= 42.5 and "." in match.group(1))
            or (38 <= degrees <= 42 and (match.group(2) or "").startswith("c"))
        )
        if hot and _HEAT_WORDS.search(nearby):
            found.append(("num_fever", match.start(), match.end()))
    return found


def _times(text: str) -> List[Found]:
    found: List[Found] = []
    for match in _AGO.finditer(text):
        days = _days(match.group(1), match.group(2))
        before = text[max(0, match.start() - 40) : match.start()]
        if days is None:
            continue
        if days <= 84:
            found.append(("num_within_12_weeks", match.start(), match.end()))
        if days > 14 and _STARTED.search(before):
            found.append(("num_over_two_weeks", match.start(), match.end()))
        elif days > 120:
            found.append(("num_long_ago", match.start(), match.end()))
    for match in _SINCE_EVENT.finditer(text):
        days = _days(match.group(1), match.group(2))
        if days is not None and days <= 84:
            found.append(("num_within_12_weeks", match.start(), match.end()))
        elif days is not None and days > 120:
            found.append(("num_long_ago", match.start(), match.end()))
    for match in _YEAR.finditer(text):
        if not match.group().startswith("since"):
            found.append(("num_long_ago", match.start(), match.end()))
    return found


def _durations(text: str) -> List[Found]:
    found: List[Found] = []
    for match in _DURATION.finditer(text):
        days = _days(match.group(2), match.group(3))
        if days is None:
            continue
        more = (match.group(1) or "").strip() in ("over", "more than")
        if days > 14 or (days == 14 and more):
            found.append(("num_over_two_weeks", match.start(), match.end()))
        if days >= 3:
            found.append(("num_days_3_plus", match.start(), match.end()))
    found += [("num_over_two_weeks", m.start(), m.end()) for m in _VAGUE_LONG.finditer(text)]
    return found


def _at_least(tag: str, limit: float, pattern: re.Pattern[str]) -> Callable[[str], List[Found]]:
    def find(text: str) -> List[Found]:
        values = ((m, _value(m.group(1))) for m in pattern.finditer(text))
        return [(tag, m.start(), m.end()) for m, v in values if v is not None and v >= limit]

    return find


def _low_oxygen(text: str) -> List[Found]:
    found = ((m, int(m.group(1))) for m in _OXYGEN.finditer(text))
    return [("num_low_oxygen", m.start(), m.end()) for m, value in found if 50 <= value <= 92]


_FINDERS: Tuple[Callable[[str], List[Found]], ...] = (
    _ages,
    _fever,
    _times,
    _low_oxygen,
    _durations,
    _at_least("num_long_hours", 4, _HOURS),
    _at_least("num_fast_pulse", 110, _PULSE),
    _at_least("num_pain_8_plus", 8, _SCORE),
    _at_least("num_pain_8_plus", 8, _SCORE_WORD),
)


def find_numbers(text: str) -> List[Found]:
    """Find numbers that are findings: tags of `lexicon.NUMBER_TAGS` with character offsets.

    Ages are in years, temperatures in degrees Fahrenheit (100.4 and above) or Celsius (38 and
    above), travel in hours (4 and above, clinical.md section 4), pulse a minute (110 and
    above), oxygen saturation in percent (92 and below), pain from 0 to 10 (8 and above).

    Args:
        text: prepared text (see `words.prepare`).
    """
    return [found for finder in _FINDERS for found in finder(text)]
