"""From text to tokens: contractions, simple word stems, and repair of misspelled words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Dict, Iterable, List, Mapping, Set, Tuple

_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)*|\d+(?:[.,]\d+)*|[^\w\s]|\n|\w+")
_SUFFIX = re.compile(r"^(.+)'(s|m|re|ve|ll|d)$")
_SUFFIX_WORDS = {"s": "'s", "m": "am", "re": "are", "ve": "have", "ll": "will", "d": "would"}
_VOWEL = re.compile(r"[aeiouy]")
SENTENCE_ENDS = frozenset(".!?;\n…")
UNKNOWN = "\N{WHITE SQUARE}"
# Letters: shorter words have too many honest neighbours; longer ones are no words.
_MIN_REPAIR, _MIN_REPAIR_TWO, _MAX_REPAIR = 5, 9, 24


@dataclass(frozen=True)
class Token:
    """A word or mark: as written (lower case), its norm, and its character offsets."""

    word: str
    norm: str
    start: int
    end: int


def prepare(text: str) -> str:
    """Lower the text and mend its apostrophes without moving a single character."""
    lowered = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    lowered = re.sub(r"[\u2018\u2019\u02bc\u00b4`]", "'", lowered)
    return re.sub(r"(?<=n)[;:](?=t\b)", "'", lowered)


def stem(word: str) -> str:
    """Strip plural and verb endings; crude, but the same on both sides of every comparison."""
    if len(word) <= 3:
        return word
    if word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    elif re.search(r"(ss|x|ch|sh|z)es$", word):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        base = word[: -len(ending)]
        if word.endswith(ending) and len(base) >= 3 and _VOWEL.search(base) and base[-1] != "e":
            word = base
            if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
                word = word[:-1]
            break
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def _deletes(word: str, distance: int) -> Set[str]:
    """Return the word and all that is left of it when up to `distance` letters are dropped."""
    found = layer = {word}
    for _ in range(distance):
        layer = {w[:i] + w[i + 1 :] for w in layer for i in range(len(w))}
        found = found | layer
    return found


def edit_distance(a: str, b: str) -> int:
    """Return how many letters to insert, drop, change or swap to get from one to the other."""
    rows = [list(range(len(b) + 1))]
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            row.append(min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (x != y)))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                row[-1] = min(row[-1], rows[-2][j - 2] + 1)
        rows.append(row)
    return rows[-1][-1]


class Words:
    """Turns text into tokens whose norms can be compared with the lexicon's.

    Args:
        forms: norm -> irregular and misspelled forms that stand for it.
        contractions: word -> the words that it is short for, separated by spaces.
        repairable: words that are worth repairing when they are misspelled.
        look_alikes: real words that must never be repaired into one of those.
    """

    def __init__(
        self,
        forms: Mapping[str, Iterable[str]],
        contractions: Mapping[str, str],
        repairable: Iterable[str] = (),
        look_alikes: Iterable[str] = (),
    ) -> None:
        # A norm that is listed among its own forms stays as it is: "pants" is not "pant".
        self._forms = {
            form: norm if norm in listed else stem(norm)
            for norm, listed in ((n, list(f)) for n, f in forms.items())
            for form in listed
        }
        self._contractions = dict(contractions)
        self._look_alikes = set(look_alikes)
        self._known: Set[str] = set()
        self._near: Dict[str, Set[str]] = {}
        for right in repairable:
            for shorter in _deletes(right, 2 if len(right) >= _MIN_REPAIR_TWO else 1):
                self._near.setdefault(shorter, set()).add(right)
        self.norm = lru_cache(maxsize=20_000)(self._norm)

    def learn(self, norms: Iterable[str]) -> None:
        """Take up the lexicon's norms: words that have one of them need no repair."""
        self._known = {n for n in norms if n.isalpha()}
        self.norm.cache_clear()

    def _norm(self, word: str) -> str:
        if word in self._forms:
            return self._forms[word]
        norm = stem(word)
        if norm in self._known or not self._known or not word.isalpha():
            return norm
        squeezed = re.sub(r"(.)\1{2,}", r"\1", word)
        doubled = re.sub(r"(.)\1{2,}", r"\1\1", word)
        for form in (squeezed, doubled):
            if form in self._forms or stem(form) in self._known:
                return self._forms.get(form, stem(form))
        return self._repair(squeezed)

    def _repair(self, word: str) -> str:
        """Return the norm of the misspelled word that this most likely is, or its own stem."""
        norm = stem(word)
        if not _MIN_REPAIR <= len(word) <= _MAX_REPAIR or {word, norm} & self._look_alikes:
            return norm
        best: Tuple[int, str] = (3, "")
        for shorter in _deletes(word, 2 if len(word) >= _MIN_REPAIR_TWO else 1):
            for right in self._near.get(shorter, ()):
                # The first letter is seldom wrong: "bumb" for "numb" is not believed.
                if word[0] not in right[:2]:
                    continue
                distance = edit_distance(word, right)
                if distance <= (2 if min(len(word), len(right)) >= _MIN_REPAIR_TWO else 1):
                    best = min(best, (distance, right))
        right = best[1]
        return self._forms.get(right, stem(right)) if right else norm

    def tokens(self, text: str) -> List[Token]:
        """Split text into tokens; contractions give one token for each word they hold."""
        found: List[Token] = []
        for match in _TOKEN.finditer(prepare(text)):
            for word in self._split(match.group()):
                found.append(Token(word, self.norm(word), match.start(), match.end()))
        return found

    def _split(self, word: str) -> List[str]:
        if word in self._contractions:
            return self._contractions[word].split()
        if word.endswith("n't"):
            return [word[:-3], "not"]
        suffix = _SUFFIX.match(word)
        if suffix:
            return [suffix.group(1), _SUFFIX_WORDS[suffix.group(2)]]
        return [word]
