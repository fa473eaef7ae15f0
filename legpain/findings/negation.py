"""Which tokens of a message stand under a negation (ConText, clinical.md section 4a)."""

from __future__ import annotations

from itertools import pairwise
from typing import AbstractSet, Dict, List, Set

from legpain.findings.message import Match, Message, Span

_OR = frozenset({"or", "nor"})
_JOINS = frozenset({",", "and", "&", "/", "+", "-", "–", "—"}) | _OR
_SUBJECT_REACH = 4  # tokens in which "my left calf" finds its verb


class NegationScopes:
    """Works out how far each negation of one message reaches.

    Args:
        cues: the places of the cues, by list.
        spans: every place where a word of the lexicon was found.
        parts: the places of body parts.
    """

    def __init__(
        self, message: Message, cues: Dict[str, List[Span]], spans: List[Span], parts: List[Span]
    ) -> None:
        self._message = message
        self._named: Set[int] = {i for span in spans for i in range(span.start, span.end)}
        self._parts = {part.start: part for part in parts}
        self._cues = cues
        self._words = {
            name: {i for span in cues.get(name, []) for i in range(span.start, span.end)}
            for name in ("subjects", "verbs", "prepositions", "thinking", "nouns")
        }
        self._stops = {span.start for span in cues.get("negation_stops", [])}

    def denied(self, consumed: AbstractSet[int]) -> Set[int]:
        """Return the tokens under a negation.

        Args:
            consumed: tokens that already belong to a finding ("can't feel"): no cues.
        """
        found: Set[int] = set()
        pseudo = self._cues.get("pseudo_negation", [])
        for cue in self._cues.get("negation", []):
            if any(i in consumed for i in range(cue.start, cue.end)):
                continue
            if any(p.overlaps(cue) and not (cue.holds(p) and cue != p) for p in pseudo):
                continue
            word = self._message.word(cue.start)
            if word in ("never", "nothing") and self._beyond_compare(cue):
                continue
            if word == "without" and self._cannot_before(cue):
                continue  # "can't lie flat without gasping"
            if word == "nothing" and cue.end not in self._named:
                continue  # "nothing swollen" denies, "nothing helps the swelling" does not
            end = self._end(cue)
            if self._message.word(end) not in ("until", "till"):  # "no pain until this morning"
                found.update(range(cue.end, end))
        for cue in self._cues.get("negation_after", []):
            named = any(i in consumed for i in range(cue.start, cue.end))
            if not named and self._answers(cue):
                found.update(range(self._item_start(cue.start), cue.start))
        return found

    def _cannot_before(self, cue: Span) -> bool:
        """Say whether "can't" or "couldn't" stands shortly before."""
        words = [self._message.word(i) for i in range(max(0, cue.start - 8), cue.start)]
        return any(a in ("can", "could") and b == "not" for a, b in pairwise(words))

    def _beyond_compare(self, cue: Span) -> bool:
        """Say whether "never" means "never as bad as now": "never had pain like this"."""
        sentence = self._message.sentence_span(cue.start)
        return any(
            sentence.holds(s) and s.start >= cue.end for s in self._cues.get("superlatives", [])
        )

    def _end(self, cue: Span) -> int:
        """Return the token at which the scope of a forward cue ends."""
        message, index = self._message, cue.end
        end = message.sentence_span(cue.start).end
        seen = False
        while index < end:
            word = message.word(index)
            if index in self._stops and index > cue.start:
                return index
            if index > cue.end and self._new_subject(index):
                return index
            if word == "," and index == cue.end:  # "no, my calf is swollen"
                return index
            if word in _JOINS and seen and not self._continues(index, end):
                return index
            seen = seen or index in self._named
            index += 1
        return end

    def _new_subject(self, index: int) -> bool:
        """Say whether a new statement begins here: "no swelling my foot is cold"."""
        message, before = self._message, index - 1
        if before in self._words["prepositions"] or before in self._words["thinking"]:
            return False
        if message.word(before) in _OR:
            return False
        if index in self._words["subjects"]:
            pronoun = message.word(index) in {"i", "it", "he", "she", "they", "there", "we"}
            reach = 2 if pronoun else _SUBJECT_REACH
            return any(i in self._words["verbs"] for i in range(index + 1, index + 1 + reach))
        part = self._parts.get(index)
        return part is not None and part.end in self._words["verbs"]

    def _continues(self, join: int, end: int) -> bool:
        """Say whether the list of denied things goes on after a comma, "and" or "or"."""
        message = self._message
        if message.word(join) in _OR:
            return not self._new_subject(join + 1)
        index = join + 1
        while index < end and message.word(index) in _JOINS and message.word(index) not in _OR:
            index += 1
        item_end = index
        while item_end < end and message.word(item_end) not in _JOINS | {"but"}:
            item_end += 1
        if message.word(index) in _OR:
            return True
        if not self._is_clean(index, item_end):
            return False
        if item_end < end and message.word(item_end) in _JOINS:
            closing = self._list_has_or(item_end, end)
            if closing:
                return True
        if any(i in self._words["nouns"] for i in range(index, item_end)):
            return True
        # "It's not red and swollen": one bare adjective after "and", then the end.
        content = [i for i in range(index, item_end) if i in self._named]
        return message.word(join) in ("and", "&", "/") and len(content) == 1

    def _list_has_or(self, index: int, end: int) -> bool:
        """Say whether a list of bare items goes on until an "or"."""
        message = self._message
        while index < end and message.word(index) in _JOINS:
            if message.word(index) in _OR:
                return True
            item_end = index + 1
            while item_end < end and message.word(item_end) not in _JOINS | {"but"}:
                item_end += 1
            if item_end > index + 1 and not self._is_clean(index + 1, item_end):
                return False
            index = item_end
        return False

    def _is_clean(self, start: int, end: int) -> bool:
        """Say whether nothing but named things and filler words stands here."""
        message = self._message
        loose = [
            i
            for i in range(start, end)
            if message.place[i] != message.place[i + 1]
            and i not in self._named
            and i not in self._words["prepositions"]
            and i not in self._words["nouns"]
            and message.word(i) not in {"any", "other", "real", "much", "recent", "no", "not"}
        ]
        verbs = [i for i in range(start, end) if i in self._words["verbs"] - self._named]
        return start < end and not loose and not verbs

    def _answers(self, cue: Span) -> bool:
        """Say whether a cue such as "fever: none" ends its item."""
        word = self._message.word(cue.end)
        return word in ("", ",", ".", ";", "!", "?", "\n", "and", "but", ")")

    def _item_start(self, index: int) -> int:
        """Return where the item before a backward cue starts."""
        message = self._message
        start = index
        while start > 0 and message.word(start - 1) in {
            ":",
            "?",
            "-",
            "–",
            "=",
            "is",
            "are",
            "was",
        }:
            start -= 1
        while start > 0 and message.word(start - 1) not in {",", ".", ";", "\n", "!", "?", "but"}:
            start -= 1
        return start


def consumed_tokens(matches: List[Match]) -> Set[int]:
    """Return the tokens that name a finding themselves."""
    return {i for m in matches for piece in m.pieces for i in range(piece.start, piece.end)}
