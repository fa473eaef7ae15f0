"""Sentences of made-up words, which tell nothing.

A network that has never met words that do not exist takes them for whatever is rare: an emergency.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import DefaultDict, List, Sequence

import numpy as np
from spacy.lang.en.stop_words import STOP_WORDS

from legpain.findings.labelled import LabelledText

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
_END = "."
_SEED = 7
_SHARE = 0.05  # of the texts
_KEPT = 3  # letters; "my", "the", "was" say nothing
_SHARE_OF_KEEPING = 0.6  # of the sentences keep such words
_WORDS = (3, 12)  # of a sentence, at most
_LONGEST = 12  # letters
_TRIES = 100


class WordMaker:
    """Makes words up that are spelled as those of some texts are, letter after two letters."""

    def __init__(self, texts: Sequence[str], random: np.random.Generator) -> None:
        self._random = random
        self._known = {word for text in texts for word in _WORD.findall(text.lower())}
        self._next: DefaultDict[str, List[str]] = defaultdict(list)
        for word in sorted(self._known):
            spelled = f"  {word}{_END}"
            for at in range(2, len(spelled)):
                self._next[spelled[at - 2 : at]].append(spelled[at])

    def word(self) -> str:
        """Return a word that none of the texts has."""
        word = ""
        for _ in range(_TRIES):
            spelled = "  "
            while not spelled.endswith(_END):
                letters = self._next[spelled[-2:]]
                spelled += letters[self._random.integers(len(letters))]
            word = spelled[2:-1]
            if _KEPT < len(word) <= _LONGEST and word not in self._known:
                return word
        return word * 2  # few texts, few ways to spell


def made_up_texts(texts: Sequence[LabelledText]) -> List[LabelledText]:
    """Return sentences of made-up words in the rhythm of the texts; the same for the same texts.

    Some keep the texts' smallest words: "my thamer is gloony since ploon".
    """
    turns = [turn for each in texts for turn in each.turns]
    random = np.random.default_rng(_SEED)
    maker, made = WordMaker(turns, random), []
    for _ in range(int(_SHARE * len(turns))):
        words = _WORD.findall(turns[random.integers(len(turns))].lower())
        words = words[: int(random.integers(*_WORDS, endpoint=True))]
        keeps = random.random() < _SHARE_OF_KEEPING
        made.append(
            " ".join(
                word if keeps and len(word) <= _KEPT and word in STOP_WORDS else maker.word()
                for word in words
            )
        )
    return [LabelledText((each,)) for each in made if each]
