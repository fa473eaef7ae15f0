"""Misspelled copies of texts: patients type at night, in pain, on a telephone.

The encoder cuts a misspelled word into other pieces; it learns that they mean the same.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import List, Sequence

import numpy as np

from legpain.findings.labelled import LabelledText

_WORD = re.compile(r"[A-Za-z]{4,}")  # shorter ones would become other words
_SHARE = 0.2  # of the words, and one more
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def misspelled(text: str, random: np.random.Generator) -> str:
    """Return the text with slips in some of its words: a letter lost, doubled, swapped, hit beside.

    First letters stay: they are seldom wrong.
    """
    words = list(_WORD.finditer(text))
    slips = min(len(words), 1 + int(_SHARE * len(words)))
    for number in sorted(random.choice(len(words), slips, replace=False), reverse=True):
        word = words[number]
        at = int(random.integers(word.start() + 1, word.end() - 1))
        here, after = text[at], text[at + 1]
        slip = ("", here * 2, after + here, _beside(here, random))[random.integers(4)]
        rest = text[at + 2 :] if slip == after + here else text[at + 1 :]
        text = text[:at] + slip + rest
    return text


def misspelled_copies(
    texts: Sequence[LabelledText], share: float, random: np.random.Generator
) -> List[LabelledText]:
    """Return misspelled copies of a random share of the texts, with the same labels."""
    chosen = [each for each in texts if random.random() < share]
    return [
        replace(each, turns=tuple(misspelled(turn, random) for turn in each.turns))
        for each in chosen
    ]


def _beside(letter: str, random: np.random.Generator) -> str:
    """Return a letter of a neighbouring key, in lower case as phones write."""
    (row,) = (row for row in _ROWS if letter.lower() in row)
    at = row.index(letter.lower())
    return str(random.choice(list(row[max(0, at - 1) : at] + row[at + 1 : at + 2])))
