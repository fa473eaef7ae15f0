"""Numbers and addresses written the way they are said: "five five five, oh one double two"."""

from __future__ import annotations

import re
from typing import List

_DIGITS = {
    "zero": "0", "oh": "0", "o": "0", "nought": "0", "one": "1", "two": "2", "three": "3",
    "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
}  # fmt: skip
_TEENS = {
    "ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14",
    "fifteen": "15", "sixteen": "16", "seventeen": "17", "eighteen": "18", "nineteen": "19",
}  # fmt: skip
_TENS = {
    "twenty": "2", "thirty": "3", "forty": "4", "fourty": "4", "fifty": "5", "sixty": "6",
    "seventy": "7", "eighty": "8", "ninety": "9",
}  # fmt: skip
_REPEATS = {"double": 2, "triple": 3, "treble": 3}
_WORD = re.compile(r"[A-Za-z]+|\d+|.", re.S)
_FEWEST = 5  # digits; fewer in a row are no phone number ("one or two weeks" stays words)


def spoken_digits(text: str) -> str:
    """Return the text with runs of number words turned into digits.

    Only a run of at least five digits changes, so that other number words stay words.
    """
    out: List[str] = []
    run: List[str] = []  # the words of the run as written, separators among them
    digits: List[str] = []  # what the run says, word by word
    for token in _WORD.findall(text):
        said = _said(token, run)
        if said is not None:
            run.append(token)
            digits.append(said)
        elif run and (token in " ,.-()/" or token.lower() in ("dash", "hyphen")):
            run.append(token)
            digits.append(" ")
        else:
            _end(out, run, digits)
            out.append(token)
    _end(out, run, digits)
    return "".join(out)


def _said(token: str, run: List[str]) -> str | None:
    word = token.lower()
    if word == "o" and not any(part.lower() in _DIGITS for part in run):
        return None  # the letter, unless it follows a digit
    if word in _REPEATS or word in _TENS or word in ("hundred", "thousand", "plus"):
        return word
    if word.isdigit() and word.isascii():
        return word
    return _DIGITS.get(word) or _TEENS.get(word)


def _end(out: List[str], run: List[str], digits: List[str]) -> None:
    """Close a run: write its digits if there are enough, else its words."""
    has_words = any(part.isalpha() for part in run)
    said = _joined([part for part in digits if part != " "]) if has_words else ""
    if sum(sign.isdigit() for sign in said) >= _FEWEST:
        trailing = len(run) - len("".join(run).rstrip(" ,.-()/")) if run else 0
        out.append(said + (" " if trailing or run[-1] == " " else ""))
    else:
        out.extend(run)
    run.clear()
    digits.clear()


def _joined(parts: List[str]) -> str:
    """Put the run together: "double five" is 55, "twenty one" 21, "eight hundred" 800."""
    out = ""
    index = 0
    while index < len(parts):
        part = parts[index]
        following = parts[index + 1] if index + 1 < len(parts) else ""
        if part in _REPEATS and following.isdigit():
            out += following[0] * _REPEATS[part] + following[1:]
            index += 1
        elif part in _TENS:
            if len(following) == 1 and following.isdigit() and following != "0":
                out += _TENS[part] + following
                index += 1
            else:
                out += _TENS[part] + "0"
        elif part in ("hundred", "thousand"):
            out += "00" if part == "hundred" else "000"
        elif part == "plus":
            out += "+"
        elif part.isdigit():
            out += part
        index += 1
    return out


_SPOKEN_ADDRESS = re.compile(
    r"([\w.+'-]+(?:\s+(?:dot|underscore|dash)\s+[\w+'-]+)*)\s*(?:\(at\)|\[at\]|\bat\b)\s*"
    r"([\w-]+(?:\s*(?:\bdot\b|\(dot\)|\[dot\]|\.)\s*[\w-]+)+)",
    re.I,
)
# "call me at noon.thanks" is no address.
_NO_MAILBOX = {"me", "us", "her", "him", "them", "back", "or", "and", "is", "come", "be", "it"}
_SIGNS = {"dot": ".", "underscore": "_", "dash": "-"}


def spoken_email(text: str) -> List[str]:
    """Return addresses written as "ann dot lee at example dot com"."""
    return [
        f"{_without_words(local)}@{_without_words(domain)}"
        for local, domain in _SPOKEN_ADDRESS.findall(text)
        if local.lower() not in _NO_MAILBOX
    ]


def _without_words(part: str) -> str:
    part = re.sub(r"[(\[]\s*dot\s*[)\]]", " dot ", part, flags=re.I)
    part = re.sub(
        r"\s+(dot|underscore|dash)\s+", lambda found: _SIGNS[found[1].lower()], part, flags=re.I
    )
    return re.sub(r"\s+", "", part)
