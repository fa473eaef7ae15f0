"""Finds known names in a text, exactly or with a near-misspelling."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Dict, Iterable, List, Mapping, Sequence, Set, Tuple

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

_TOKEN = re.compile(r"[a-z0-9]+", re.IGNORECASE)
_APOSTROPHES = re.compile(r"['’`]")


@dataclass(frozen=True)
class Match:
    """A name found in a text: what kind, which value, and its character offsets."""

    kind: str
    value: str
    start: int
    end: int
    exact: bool


def _normalise(name: str) -> str:
    """Lower case, no apostrophes, single blanks: "Baker's cyst" -> "bakers cyst"."""
    return " ".join(_TOKEN.findall(_APOSTROPHES.sub("", name.lower())))


def _allowed_edits(length: int) -> int:
    """How many edits (insert, delete, replace, swap) a name of this length may differ by."""
    if length < 6:
        return 0
    if length < 9:
        return 1
    return 2 if length < 16 else 3


class Lookup:
    """Names of several kinds (condition, article, …), each pointing to a value.

    Args:
        names: kind -> name -> value. Names are matched without case and punctuation.
        fuzzy_kinds: kinds in which near-misspellings count too.
        ordinary_words: words that are never taken for a misspelling.
    """

    def __init__(
        self,
        names: Mapping[str, Mapping[str, str]],
        fuzzy_kinds: Iterable[str] = (),
        ordinary_words: Iterable[str] = (),
    ) -> None:
        self._exact: Dict[str, List[Tuple[str, str]]] = {}
        # Names by kind, number of words and first letter, which is rarely misspelled.
        self._fuzzy: Dict[Tuple[str, int, str], List[str]] = {}
        self._fuzzy_kinds = set(fuzzy_kinds)
        self._ordinary: Set[str] = set(ordinary_words)
        for kind, values in names.items():
            for name, value in values.items():
                key = _normalise(name)
                self._exact.setdefault(key, []).append((kind, value))
                if kind in self._fuzzy_kinds and _allowed_edits(len(key)):
                    self._fuzzy.setdefault((kind, key.count(" ") + 1, key[0]), []).append(key)
        self._longest = max((key.count(" ") + 1 for key in self._exact), default=0)

    def find(self, text: str) -> List[Match]:
        """Return the names in `text`, longest first at each place, without overlap in a kind."""
        # Apostrophes vanish inside words, so that offsets still point into the text.
        tokens = [
            (_APOSTROPHES.sub("", found.group()).lower(), found.start(), found.end())
            for found in re.finditer(r"[^\W_]+(?:['’`][^\W_]+)*", text)
        ]
        taken: Dict[str, Set[int]] = {}
        matches: List[Match] = []
        for exact in (True, False):
            for size in range(min(self._longest, len(tokens)), 0, -1):
                for first in range(len(tokens) - size + 1):
                    window = tokens[first : first + size]
                    for kind, value in self._values(window, exact):
                        places = taken.setdefault(kind, set())
                        span = set(range(first, first + size))
                        if places & span:
                            continue
                        places |= span
                        matches.append(Match(kind, value, window[0][1], window[-1][2], exact))
        return sorted(_joined(text, matches), key=lambda match: (match.start, match.kind))

    def _values(self, window: Sequence[Tuple[str, int, int]], exact: bool) -> List[Tuple[str, str]]:
        words = [token for token, _, _ in window]
        phrase = " ".join(words)
        if exact:
            return self._exact.get(phrase, [])
        if len(phrase) < 6 or (len(words) == 1 and phrase in self._ordinary):
            return []
        found: List[Tuple[str, str]] = []
        for kind in self._fuzzy_kinds:
            near = _near(phrase, self._fuzzy.get((kind, len(words), phrase[0]), []))
            if near:
                found.extend(item for item in self._exact[near] if item[0] == kind)
        return found


def _joined(text: str, matches: Sequence[Match]) -> List[Match]:
    """Return the matches, with a word that only ends the name before it ("hammy strain") in it."""
    joined: List[Match] = []
    for match in sorted(matches, key=lambda each: (each.kind, each.start)):
        before = joined[-1] if joined else None
        one_word = " " not in text[match.start : match.end].strip()
        if (
            before
            and one_word
            and before.kind == match.kind
            and text[before.end : match.start].isspace()
        ):
            joined[-1] = replace(before, end=match.end)
        else:
            joined.append(match)
    return joined


def _near(phrase: str, names: Sequence[str]) -> str:
    """Return the name nearest to `phrase` within the allowed edits, or ''."""
    best = extractOne(phrase, names, scorer=OSA.distance, score_cutoff=3)
    if not best or best[1] > _allowed_edits(min(len(best[0]), len(phrase))):
        return ""
    # Short words must match: "it bad" is not the IT band, "for cramps" are not foot cramps.
    for word, other in zip(phrase.split(), best[0].split(), strict=False):
        if OSA.distance(word, other) > _allowed_edits_of_word(min(len(word), len(other))):
            return ""
    return str(best[0])


def _allowed_edits_of_word(length: int) -> int:
    return 0 if length < 4 else min(2, max(1, _allowed_edits(length)))
