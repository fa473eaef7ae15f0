"""Finds the cue words of `context.yml` in a message, as they are written (no stems)."""

from __future__ import annotations

from collections import defaultdict
from typing import Dict, FrozenSet, Iterable, List

from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from legpain.findings.lexicon import Cues
from legpain.findings.message import Message, Span
from legpain.findings.words import UNKNOWN, Words

_NOT_PHRASES = ("contractions", "times", "around_times", "idioms")


class CueFinder:
    """Finds every cue, by the name of its list in `context.yml`."""

    def __init__(self, cues: Cues, words: Words) -> None:
        self._vocab = Vocab()
        self._matcher = PhraseMatcher(self._vocab, attr="ORTH")
        self._names: Dict[str, List[str]] = defaultdict(list)
        known = set()
        for name, phrases in cues.dict().items():
            if name in _NOT_PHRASES:
                continue
            for phrase in phrases:
                row = [token.word for token in words.tokens(phrase)]
                known.update(row)
                key = f"{name} {' '.join(row)}"
                self._matcher.add(key, [Doc(self._vocab, words=row)])
        self._known: FrozenSet[str] = frozenset(known)

    def find(self, message: Message) -> Dict[str, List[Span]]:
        """Return the places of each list's cues, in order; of overlapping ones the longest."""
        doc = Doc(
            self._vocab,
            words=[t.word if t.word in self._known else UNKNOWN for t in message.tokens],
        )
        found: Dict[str, List[Span]] = defaultdict(list)
        for key, start, end in self._matcher(doc):
            if message.sentence[start] == message.sentence[end - 1]:
                found[self._vocab.strings[key].split(" ", 1)[0]].append(Span(start, end))
        return {name: _longest(spans) for name, spans in found.items()}


def _longest(spans: Iterable[Span]) -> List[Span]:
    """Keep the longest of overlapping spans."""
    kept: List[Span] = []
    for span in sorted(spans, key=lambda s: (s.start, s.start - s.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept
