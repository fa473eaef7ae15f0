"""Who is meant: the name in an answer, the person a visit is for, whether someone is grown up."""

from __future__ import annotations

import re
from typing import Optional

from legpain.leads.validation import Result, clean_text, parse_name

# Words that stand in sentences and not in names.
_SENTENCE = frozenset(
    """
    i i'm im i'd i'll i've you your you're we us they he she it it's its is are was were be been the
    this that these those what how why when where who which does did to of for with about from at on
    in if or and but because not don't dont can't cannot won't no yes yeah have has had want need
    like get got see hurt hurts hurting pain painful leg legs knee calf foot ankle ache aches sore
    me mine please thanks hello just sure fine good ok okay here sorry looking trying tired worried
    already there some any all first last number phone email appointment visit doctor clinic book
    none business nothing name call walk walking skip know think say said tell going give question
    """.split()  # noqa: SIM905
)
# These are parts of names too, when written so ("Lee On", "She Yang").
_MAY_BE_NAMES = frozenset({"she", "he", "or", "in", "on", "see", "like", "all", "of", "no", "im"})
_MARKUP = re.compile(r"[<=;(]")
_LONGEST_NAME = 8  # words
_NAME_ENDS = re.compile(
    r"[,;.]\s|\s-\s|\s(?=\+?\(?\d)|\s(?=[\w.+-]+@)|\s(?=(?:my|i|at|on|and my|here)\b)", re.I
)

_RELATIVE = (
    r"(?:(?:mother|father|brother|sister|son|daughter)-in-law|wife|husband|mom|mother|mum|mama|dad|father|papa|son|daughter|kid|child|boy|girl|brother"
    r"|sister|partner|spouse|boyfriend|girlfriend|friend|neighbou?r|grand\w+|aunt|uncle|cousin"
    r"|nephew|niece|boss|roommate|fianc\w+|parents?|in-laws?"
    r"|patient|client|teenager|teen|toddler|baby)"
)
_NAMED_AFTER = r"(?:,?\s+(?-i:[A-ZÀ-Þ][\w'’-]+(?:\s+[A-ZÀ-Þ][\w'’-]+)*))?"
_FOR_OTHER = re.compile(
    r"\b(?:for|book(?:ing)?|schedul\w+|get|bring|behalf\s+of|see)\s+"
    rf"(my\s+(?:(?:elderly|old|dear|little|own)\s+)?{_RELATIVE}\b{_NAMED_AFTER})",
    re.I,
)
_RELATIVE_NEEDS = re.compile(
    rf"^\W*(my\s+{_RELATIVE})\b"
    r"(?=.{0,40}\b(?:needs?|wants?|should|would like|has to|appointment|visit)\b)",
    re.I,
)
_OTHERS_NAME = re.compile(
    r"\b(?:her|his|their|the patient'?s?|patient)(?:\s+(?:full\s+)?name(?:\s+is|'s|:)|\s+is called)"
    r"\s+(?P<name>[^,.;!?\n]{1,80})",
    re.I,
)
_CAPITAL = "A-ZÀ-ÞŁŚŻ"
_NAMED_OTHER = re.compile(
    r"\b(?i:for|book|schedule|behalf of)\s+(?!(?i:mon|tue|wed|thu|fri|sat|sun)\w*day|[A-Z]+\b)"
    rf"(?P<name>(?:(?:Mr|Mrs|Ms|Miss|Mx)\.?\s+)?[{_CAPITAL}][\w'’-]+(?:\s+[{_CAPITAL}][\w'’-]+)+)"
)
_LABELLED = re.compile(r"(?:^|[\s/|,;])name\s*[:=]\s*(?P<name>[^/|,;\n]{1,80})", re.I)
_INTRODUCES = re.compile(
    r"^\W*(?:(?:hi|hello|hey|good \w+)\b[\s,.!]*)*(?:i'?m|i am|this is|it'?s|it is)\s", re.I
)
_ADULT = re.compile(
    r"\b(?:is|i'?m|am|he'?s|she'?s|they'?re|turned|aged?|just|already)\s+(?:\w+\s+)?"
    r"(?:1[6-9]|[2-9]\d)\b(?!\s*(?:min|hour|day|week|month|%|:))"
    r"|\b(?:1[6-9]|[2-9]\d)[\s-]*(?:years?[\s-]*old|yo\b|y/o)|\badult\b|\bgrown[\s-]?up\b",
    re.I,
)


def read_name(text: str) -> Result[str]:
    """Read an answer to the question for the name; a sentence is none unless it introduces one.

    Problems: as those of `parse_name`.
    """
    cleaned = clean_text(text)
    result = parse_name(cleaned)
    if result.value is None or _is_name(result.value):
        return result
    shorter = parse_name(_NAME_ENDS.split(cleaned, maxsplit=1)[0])
    if shorter.value and shorter.value != result.value and _is_name(shorter.value):
        return shorter
    return Result(problem="not_a_name")


def _is_name(name: str) -> bool:
    parts = re.findall(r"[\w'’.-]+", name.replace("’", "'"))
    if _MARKUP.search(name):
        return True
    if len(parts) > _LONGEST_NAME or "@" in name or len(re.findall(r"\d", name)) > 4:
        return False
    sentence = [part for part in parts if part.lower().strip(".'") in _SENTENCE]
    unsure = [part for part in sentence if part.lower() in _MAY_BE_NAMES and part[0].isupper()]
    return len(sentence) == len(unsure)


def introduced_name(text: str) -> Optional[str]:
    """Return the name with which a longer message begins: "hi, I'm Teresa, can I …"."""
    said = text.replace("’", "'")
    labelled = _LABELLED.search(said)
    if labelled:
        return parse_name(labelled["name"]).value
    name = parse_name(said).value if _INTRODUCES.match(said) else None
    return name if name and name[0].isupper() and name != said and _is_name(name) else None


def read_patient(text: str) -> Optional[str]:
    """Return whom the visit is for ("my wife, Ann Lee"), if it is for someone else."""
    said = text.replace("’", "'")
    found = _FOR_OTHER.search(said) or _RELATIVE_NEEDS.search(said)
    who = " ".join(found[1].split()) if found else None
    named = _OTHERS_NAME.search(said) or (None if who else _NAMED_OTHER.search(said))
    name = parse_name(named["name"]).value if named else None
    return ", ".join(part for part in (who, name) if part) or None


def names_other(text: str) -> bool:
    """Whether the name in a message is somebody else's ("her name is …")."""
    return bool(_OTHERS_NAME.search(text.replace("’", "'")))


def is_adult(text: str) -> bool:
    """Whether the message says that somebody is 16 or older."""
    return bool(_ADULT.search(text))
