"""A message as the sentence encoder reads it: medical words as the plain words that they mean.

The encoder knows few medical words: "dyspnoea" comes in pieces that mean nothing to it, "shortness
of breath" does not. `data/knowledge/medical_words.yml` says what stands for what.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Dict, List, NamedTuple, Pattern, Tuple

from legpain.knowledge import KnowledgeError, knowledge_dir, read_yaml

# Phones write them; the texts that were learned from were typed without, character for character.
_TYPED = str.maketrans("\u2018\u2019\u201c\u201d\u2013\u2014\u2026", "''\"\"--.")


class PlainText(NamedTuple):
    """A text in plain words, and where each of its characters comes from.

    Attributes:
        text: the text.
        starts: for each character, where it, or the word that it stands for, starts in the message.
        ends: where that ends, excluded.
    """

    text: str
    starts: List[int]
    ends: List[int]


def medical_words_file() -> Path:
    """Return the file that says what medical words mean."""
    return knowledge_dir() / "medical_words.yml"


def read_medical_words(path: Path) -> Dict[str, str]:
    """Read which plain words a medical word, in lower case, stands for.

    Raises:
        KnowledgeError: if the file is missing or is no YAML, or a word stands for two things.
    """
    meanings: Dict[str, str] = {}
    for plain, listed in read_yaml(path).items():
        for word in (each.strip().lower() for each in listed.split(",")):
            if not word or word in meanings:
                raise KnowledgeError(f"{path.name}: {plain}: '{word}' is empty or listed twice")
            meanings[word] = plain
    return meanings


@lru_cache(maxsize=1)
def _meanings() -> Tuple[Pattern[str], Dict[str, str]]:
    meanings = read_medical_words(medical_words_file())
    longest_first = sorted(meanings, key=len, reverse=True)
    words = "|".join(re.escape(word) for word in longest_first)
    return re.compile(rf"(?<![\w/])(?:{words})(?![\w/])", re.I), meanings


def in_plain_words(message: str) -> PlainText:
    """Return a message with its medical words as plain ones, and a phone's marks as typed ones."""
    message = message.translate(_TYPED)
    pattern, meanings = _meanings()
    parts: List[str] = []
    starts: List[int] = []
    ends: List[int] = []
    at = 0
    for word in pattern.finditer(message):
        plain = meanings[word.group().lower()]
        parts += [message[at : word.start()], plain]
        starts += [*range(at, word.start()), *[word.start()] * len(plain)]
        ends += [*range(at + 1, word.start() + 1), *[word.end()] * len(plain)]
        at = word.end()
    parts.append(message[at:])
    starts += range(at, len(message))
    ends += range(at + 1, len(message) + 1)
    return PlainText("".join(parts), starts, ends)
