"""What patients type into the form, turned into values; libraries do the work.

Pure functions. A result carries a value or a problem's code, never a sentence for the patient.
Each finds its value inside a sentence too, so that everything may be said at once.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic, List, Optional, TypeVar

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import (
    Leniency,
    NumberParseException,
    PhoneNumber,
    PhoneNumberMatch,
    PhoneNumberMatcher,
)
from phonenumbers import ValidationResult as Possible

from legpain.leads.preferred_time import PreferredTime, TimeProblem, read_preferred_time
from legpain.leads.spoken import spoken_digits, spoken_email
from legpain.leads.time_words import IS_ABOUT_TIME, PART_OF_DAY

T = TypeVar("T")

LONGEST_NAME = 200  # characters
_LONGEST_INPUT = 2000  # characters that are looked at

# Problem codes. A name: empty, too_long, not_a_name. A phone number: no_number, too_short,
# too_long, no_area_code, impossible. An e-mail address: no_email, malformed.
# A time: empty, not_understood, no_such_date, no_such_time, in_past, too_far.


@dataclass(frozen=True)
class Result(Generic[T]):
    """A value, or the code of the problem; exactly one is set."""

    value: Optional[T] = None
    problem: Optional[str] = None

    @property
    def ok(self) -> bool:
        """Whether there is a value."""
        return self.problem is None


@dataclass(frozen=True)
class Details:
    """What one sentence gives; None where it gives nothing that can be used.

    Attributes:
        name: only when introduced, as in "my name is …".
        phone: E.164.
        email: address.
        preferred_time: only when something in the sentence names a time.
    """

    name: Optional[str] = None
    phone: Optional[str] = None
    email: Optional[str] = None
    preferred_time: Optional[PreferredTime] = None


# Strong introductions start a name anywhere; weak ones ("I'm …", "this is …") only an answer.
_STRONG = r"(?:my|the|her|his|their|patient'?s?)\s+(?:full\s+|first\s+|last\s+)?name(?:\s+is|'s|:)"
_WEAK = (
    r"(?:name(?:\s+is)?\s*[:=-]|name\s+is|i\s+am|i'?m|it'?s|it\s+is|this\s+is"
    r"|(?:you\s+can\s+)?call\s+me|they\s+call\s+me|put\s+(?:me\s+)?down)"
)
_POLITE = r"(?:(?:hi|hello|hey|ok|okay|sure|yes|yeah|well|so|um|uh)\b[\s,.!]*)*"
_INTRODUCED = re.compile(rf"\s*{_POLITE}(?:{_STRONG}|{_WEAK})\s+(?=\S)", re.I)
_STRONG_ANYWHERE = re.compile(rf"\b{_STRONG}\s+(?=\S)", re.I)
# Where a name ends that was introduced in the middle of a longer sentence.
_NAME_ENDS = re.compile(
    r"[,;!?\n]|\.(?:\s|$)|\s(?=and\s+(?:my|i|the|you|here|it)\b)|\s-\s"
    r"|\s(?=(?:my|phone|number|cell|call|e-?mail|reach|i|i'm|i'd|at|on|for|because)\b)|\s(?=\+?\(?\d)",
    re.I,
)
_THANKS = re.compile(r"[\s,.!]*(?:please|thanks?(?:\s+you)?|ty)?[\s,.!]*$", re.I)
_NOT_NAMES = {
    "no", "none", "nope", "yes", "yeah", "ok", "okay", "skip", "idk", "n/a", "na", "nothing",
    "i don't know", "dont know", "don't know", "stop", "cancel", "quit", "help", "why",
    "no thanks", "no thank you", "rather not say", "prefer not to say", "anonymous",
}  # fmt: skip


def parse_name(text: str) -> Result[str]:
    """Read a name; it is kept as written, also when it is markup, SQL or a formula.

    Problems: "empty", "too_long", "not_a_name" (a refusal, a question, a number).
    """
    cleaned = clean_text(text)
    if not cleaned:
        return Result(problem="empty")
    if len(cleaned) > LONGEST_NAME:
        return Result(problem="too_long")
    name = _after_introduction(cleaned)
    name = _THANKS.sub("", name) or name
    plain = name.replace("’", "'").casefold().strip(" .!")
    has_letter = any(unicodedata.category(sign)[0] == "L" for sign in name)
    if plain in _NOT_NAMES or name.endswith("?") or not (has_letter or name.startswith("=")):
        return Result(problem="not_a_name")
    return Result(name)


def _after_introduction(text: str) -> str:
    found = _INTRODUCED.match(text.replace("’", "'"))
    if found is None:
        return text
    return _up_to_end(text[found.end() :]) or text


def _up_to_end(rest: str) -> str:
    end = _NAME_ENDS.search(rest)
    return (rest[: end.start()] if end else rest).strip()


def clean_text(text: str) -> str:
    """Return the text on one line, composed (NFC), without control signs and stray spaces."""
    shown = (
        " " if unicodedata.category(sign) in ("Cc", "Zl", "Zp") else sign
        for sign in unicodedata.normalize("NFC", text)
        # Half surrogates can not be stored; direction marks can make a text look like another.
        if unicodedata.category(sign) != "Cs" and sign not in _DIRECTION_MARKS
    )
    return " ".join("".join(shown).split())


_DIRECTION_MARKS = set(
    "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
)


def parse_phone(text: str) -> Result[str]:
    """Read a phone number, of the United States unless it says otherwise, also in words.

    Returns E.164, with ` ext. 12` after it if there is an extension. A number of the right form
    is taken even if the library does not know its area code: the library lags behind, and the
    patient confirms the number. After "no, I mean" the last number counts, else the first.

    Problems: "no_number", "too_short", "too_long", "no_area_code", "impossible".
    """
    digits = _ABROAD.sub("+", spoken_digits(clean_text(text)[:_LONGEST_INPUT]))
    found = _numbers_in(digits)
    if found:
        corrected = re.search(r"\b(?:no|sorry|i mean|actually|instead|wrong|not)\b", digits, re.I)
        return Result(_formatted(found[-1 if corrected else 0]))
    return Result(problem=_phone_problem(digits))


def _numbers_in(text: str) -> List[PhoneNumber]:
    found = [match.number for match in _matches(text)]
    return found or [number for number in _alone(text) if _is_usable(number)]


def _matches(text: str) -> List[PhoneNumberMatch]:
    """Return the usable numbers in a text that are not cut out of a longer run of digits."""
    return [
        match
        for match in PhoneNumberMatcher(text, "US", leniency=Leniency.POSSIBLE)
        if _is_usable(match.number)
        and not _DIGITS_BEFORE.search(text[: match.start])
        and not _DIGITS_AFTER.match(text[match.end :])
    ]


# Dialled before a country's number in Europe; not the 00 in the middle of 813-555-0012.
_ABROAD = re.compile(r"(?<![\d+])(?<!\d[ ().-])(?<!\d[ ().-]{2})00(?=[1-9])")
_DIGITS_BEFORE = re.compile(r"[\d+][ ().-]*$")
_DIGITS_AFTER = re.compile(r"[ ().-]*\d+(?![\d:/]|\s*(?:[ap]\.?m|st|nd|rd|th|o'clock))")


def _alone(text: str) -> List[PhoneNumber]:
    """Read the whole text as one number: other prefixes of foreign numbers, odd spacing."""
    signs = re.sub(r"^\D*?(?=[+(]?\d)", "", text)
    plain = re.sub(r"[\s().-]", "", signs)
    try:
        found = [phonenumbers.parse(plain, "US")]
        if re.fullmatch(r"[2-9]\d{10,13}", plain):  # perhaps a country code without its plus
            abroad = phonenumbers.parse(f"+{plain}")
            found += [abroad] if phonenumbers.is_valid_number(abroad) else []
    except NumberParseException:
        return []
    return found


def _is_usable(number: PhoneNumber) -> bool:
    if phonenumbers.is_valid_number(number):
        return True
    if phonenumbers.is_possible_number_with_reason(number) != Possible.IS_POSSIBLE:
        return False
    national = phonenumbers.national_significant_number(number)
    if number.country_code == 1 and national[0] in "01":
        return False  # no area code begins so
    return len(set(national)) > 1


def _formatted(number: PhoneNumber) -> str:
    plain = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{plain} ext. {number.extension}" if number.extension else str(plain)


def _phone_problem(text: str) -> str:
    digits = re.sub(r"\D", "", text)
    if not digits:
        return "no_number"
    if len(digits) == 7:
        return "no_area_code"
    if len(digits) < 10:
        return "too_short"
    return (
        "too_long" if len(digits) > 15 or (len(digits) > 11 and "+" not in text) else "impossible"
    )


_ADDRESS = re.compile(r"[^\s<>,;:\"()\[\]]+@[^\s<>,;:\"()\[\]]+")


def parse_email(text: str) -> Result[str]:
    """Read an e-mail address, also as "ann at example dot com"; nothing is asked of the network.

    Problems: "no_email", "malformed".
    """
    cleaned = clean_text(text)[:_LONGEST_INPUT]
    candidates = _ADDRESS.findall(re.sub(r"mailto:", " ", cleaned, flags=re.I))
    if not candidates:
        candidates = spoken_email(cleaned)
    for candidate in reversed(candidates):  # the last one is the corrected one
        try:
            found = validate_email(candidate.strip(".!?'*"), check_deliverability=False)
        except EmailNotValidError:
            continue
        return Result(found.normalized)
    return Result(problem="malformed" if candidates or "@" in cleaned else "no_email")


def parse_preferred_time(text: str, now: datetime) -> Result[PreferredTime]:
    """Read when the patient would like to come; the raw words stay beside the window.

    Args:
        text: the patient's words.
        now: in the clinic's time zone; the window comes in the same zone.

    Problems: "empty", "not_understood", "no_such_date", "no_such_time", "in_past", "too_far".
    """
    cleaned = clean_text(text)[:_LONGEST_INPUT]
    if not cleaned:
        return Result(problem="empty")
    try:
        corrected = _CORRECTED.split(cleaned)[-1]
        if corrected != cleaned and IS_ABOUT_TIME.search(corrected.lower()):
            return Result(replace(read_preferred_time(corrected, now), raw=cleaned))
        return Result(read_preferred_time(cleaned, now))
    except TimeProblem as problem:
        return Result(problem=problem.code)


_CORRECTED = re.compile(
    r"\b(?:no wait|wait|sorry|actually|i mean|i meant|make that|scratch that|no[,:.])", re.I
)


def find_details(text: str, now: datetime) -> Details:
    """Return what a sentence that may hold several answers gives at once."""
    cleaned = clean_text(text)[:_LONGEST_INPUT]
    email = parse_email(cleaned).value
    spoken = _ABROAD.sub("+", spoken_digits(_ADDRESS.sub(" ", cleaned)))
    numbers = [(match.number, match.raw_string) for match in _matches(spoken)]
    # A day is looked for in what is left, so that no number is taken for a date.
    rest = spoken
    for _number, raw in numbers:
        rest = rest.replace(raw, " ")
    time = _time_among(rest, now, vague=bool(numbers or email))
    introduced = _STRONG_ANYWHERE.search(cleaned.replace("’", "'"))
    name = parse_name(_up_to_end(cleaned[introduced.end() :])).value if introduced else None
    phone = _formatted(numbers[0][0]) if numbers else None
    return Details(name, phone, email, time)


def _time_among(text: str, now: datetime, vague: bool) -> Optional[PreferredTime]:
    """Return the first clause that names a day, or, if vague, is a part of one and nothing else.

    "It hurts in the morning" is no wish; "mornings" beside a phone number is.
    """
    for clause in _CLAUSES.split(text):
        found = parse_preferred_time(clause, now).value
        if found is not None and (found.start or (vague and PART_OF_DAY.fullmatch(clause))):
            return found
    return None


_CLAUSES = re.compile(r"[;!?\n]|[,.](?!\s*\d)|\band\s+(?=my\b|i\b|the reason\b)", re.I)
