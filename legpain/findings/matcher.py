"""Finds the lexicon's words in a message, and the patterns that are built of them.

Words and phrases are found by spaCy's PhraseMatcher over word norms. A pattern is a row of
elements: `@calf ~4 hurt|@swollen` is a word for the calf, at most four content words, then
"hurt" or a word for swollen (`give_out` is "give out"). `&6` between elements means: within six
words, in either order; `&&8` also over the end of a sentence.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from typing import Dict, FrozenSet, Iterator, List, Optional, Set, Tuple

from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from legpain.findings.lexicon import NUMBER_TAGS, FindingSpec, Lexicon
from legpain.findings.message import Match, Message, Span
from legpain.findings.words import UNKNOWN, Words
from legpain.knowledge import KnowledgeError

Hits = Dict[str, List[Span]]  # tag -> the places in the message, in order
_DEFAULT_GAP = 3
_LONGEST = 10  # words: no phrase of the lexicon is longer
_PLACES = frozenset({"in", "on", "of", "at", "near", "inside", "around", "along"})
_POINTERS = frozenset({"my", "the", "his", "her", "left", "right", "a", "one", "their"})


@dataclass(frozen=True)
class _Element:
    tags: FrozenSet[str]
    gap: int  # content words allowed before this element
    joint: str  # how it is tied to the one before: "~" in order, "&" either order, "&&" further


@dataclass(frozen=True)
class _Pattern:
    finding: str
    elements: Tuple[_Element, ...]


def _parse_pattern(finding: str, source: str) -> _Pattern:
    """Read one pattern.

    Raises:
        KnowledgeError: if a gap stands first or last.
    """
    elements: List[_Element] = []
    gap, joint, waiting = 0, "~", False
    for part in source.split():
        if part[0] in "~&":
            joint = part.rstrip("0123456789")
            gap, waiting = int(part[len(joint) :] or _DEFAULT_GAP), True
            continue
        tags = frozenset(p if p.startswith("@") else f"={p}" for p in part.split("|"))
        elements.append(_Element(tags, gap, joint))
        gap, joint, waiting = 0, "~", False
    if waiting or not elements or elements[0].gap:
        raise KnowledgeError(f"findings.yml: {finding}: '{source}': a gap needs words on each side")
    return _Pattern(finding, tuple(elements))


class _Phrases:
    """Tagged phrases, found by spaCy in a row of norms."""

    def __init__(self, vocab: Vocab) -> None:
        self._vocab = vocab
        self._matcher = PhraseMatcher(vocab, attr="ORTH")
        self._tags: Dict[str, Set[str]] = defaultdict(set)
        self._known: Set[str] = set()

    def add(self, tag: str, row: Tuple[str, ...]) -> None:
        """Add a phrase."""
        key = " ".join(row)
        self._matcher.add(key, [Doc(self._vocab, words=list(row))])
        self._tags[key].add(tag)
        self._known.update(row)

    def find(self, norms: List[str]) -> Iterator[Tuple[str, int, int]]:
        """Yield tag, start and end of every phrase in the row."""
        # Words that no phrase uses all look the same, so that messages never grow the vocabulary.
        doc = Doc(self._vocab, words=[n if n in self._known else UNKNOWN for n in norms])
        for key, start, end in self._matcher(doc):
            for tag in self._tags[self._vocab.strings[key]]:
                yield tag, start, end


class Matcher:
    """Finds tags (words of the lexicon) and matches (findings) in messages."""

    def __init__(self, lexicon: Lexicon, words: Words) -> None:
        self._words = words
        self._fillers = frozenset(lexicon.fillers)
        vocab = Vocab()
        # A phrase is looked for among the words with content; one that would have a single word
        # left ("the shakes"), or is marked exact, among all words.
        self._loose, self._exact = _Phrases(vocab), _Phrases(vocab)
        self._patterns: Dict[str, List[_Pattern]] = defaultdict(list)
        self._regions = [f"@{name}" for name in lexicon.regions]
        self._qualities = [f"@{name}" for name in lexicon.qualities]
        rows = self._rows(lexicon)
        words.learn(norm for _, loose, full, _ in rows for norm in (*loose, *full))
        for tag, loose, full, exact in rows:
            if exact or (len(loose) == 1 < len(full)):
                self._exact.add(tag, full)
            else:
                self._loose.add(tag, loose)
        for spec in lexicon.findings:
            self._add_patterns(spec)

    def message(self, text: str) -> Message:
        """Read a text into tokens."""
        return Message(text, self._words, self._fillers)

    def _rows(self, lexicon: Lexicon) -> List[Tuple[str, Tuple[str, ...], Tuple[str, ...], bool]]:
        """Return every tag with each of its phrases: norms with content, all norms, exact or not.

        Raises:
            KnowledgeError: for phrases of filler words only; they would match anything.
        """
        rows, empty = [], []
        for tag, phrase, exact in self._tagged(lexicon):
            message = self.message(phrase)
            full = tuple(token.norm for token in message.tokens)
            loose = tuple(full[i] for i in message.content)
            if not full or not (loose or exact):
                empty.append(f"findings.yml: {tag}: '{phrase}': expected more than filler words")
            rows.append((tag, loose, full, exact))
        if empty:
            raise KnowledgeError("\n".join(empty))
        return rows

    @staticmethod
    def _tagged(lexicon: Lexicon) -> Iterator[Tuple[str, str, bool]]:
        """Yield every tag with each phrase that carries it, and whether each word of it counts."""
        for name in lexicon.named_lists():
            for phrase in lexicon.expand(name):
                yield f"@{name}", phrase, False
        for phrase in lexicon.cues.idioms:
            yield "!idiom", phrase, True
        for phrase in lexicon.compounds:
            for word in lexicon.expand(phrase[1:]) if phrase.startswith("@") else [phrase]:
                yield "!compound", word, False
        for spec in lexicon.findings:
            for phrase in spec.phrases:
                yield f"#{spec.id}", phrase, False
            for phrase in (*spec.exact, *spec.outright):
                yield f"#{spec.id}", phrase, True
            for pattern in spec.patterns:
                for part in pattern.replace("|", " ").split():
                    if part[0] not in "@~&":
                        yield f"={part}", part.replace("_", " "), False

    def _add_patterns(self, spec: FindingSpec) -> None:
        for source in spec.patterns:
            pattern = _parse_pattern(spec.id, source)
            for tag in pattern.elements[0].tags:
                self._patterns[tag].append(pattern)

    def hits(self, message: Message, numbers: Hits) -> Hits:
        """Find all tags; what an idiom says ("cold feet about the wedding") is left out."""
        found: Dict[str, Set[Span]] = defaultdict(set)
        tokens, content = message.tokens, message.content
        for tag, start, end in self._loose.find([tokens[i].norm for i in content]):
            span = Span(content[start], content[end - 1] + 1)
            if message.sentence[span.start] == message.sentence[span.end - 1]:
                found[tag].add(span)
        for tag, start, end in self._exact.find([token.norm for token in tokens]):
            found[tag].add(Span(start, end))
        for tag, spans in numbers.items():
            found[f"@{tag}"].update(spans)
        for idiom in self._idioms(message, found):
            for tag in set(found) - {"!idiom"}:
                found[tag] = {
                    s
                    for s in found[tag]
                    if not s.overlaps(idiom) or (s.holds(idiom) and s != idiom)
                }
        return {tag: sorted(spans) for tag, spans in found.items() if spans}

    def _idioms(self, message: Message, found: Dict[str, Set[Span]]) -> List[Span]:
        """Return the idioms that are meant as such: "I have a cold", but not "a cold foot"."""
        regions = {span.start for tag in self._regions for span in found.get(tag, ())}
        ends = {span.end for tag in self._qualities for span in found.get(tag, ())}
        return [
            idiom
            for idiom in found.get("!idiom", ())
            if not (idiom.end in ends and idiom.end in regions)
        ]

    def matches(self, message: Message, hits: Hits, parts: List[Span]) -> List[Match]:
        """Find the findings that phrases and patterns name.

        Args:
            parts: every body part in the message; a pattern never reaches over one.
        """
        found = [
            Match(tag[1:], (span,))
            for tag, spans in hits.items()
            if tag.startswith("#")
            for span in spans
        ]
        for tag in list(hits):
            for pattern in self._patterns.get(tag, ()):
                for span in hits[tag]:
                    pieces = self._follow(message, hits, parts, pattern, (span,))
                    if pieces:
                        found.append(Match(pattern.finding, tuple(pieces)))
        return found

    def _follow(
        self,
        message: Message,
        hits: Hits,
        parts: List[Span],
        pattern: _Pattern,
        pieces: Tuple[Span, ...],
    ) -> Optional[Tuple[Span, ...]]:
        """Find the rest of a pattern whose first elements are `pieces`, nearest words first."""
        if len(pieces) == len(pattern.elements):
            return pieces
        element = pattern.elements[len(pieces)]
        last = pieces[-1]
        candidates = []
        first, end = self._window(message, last, element)
        for tag in element.tags:
            spans = hits.get(tag, [])
            for span in spans[bisect_left(spans, (first, 0)) : bisect_left(spans, (end, 0))]:
                other = message.sentence[span.start] != message.sentence[last.start]
                if other and element.joint != "&&":
                    continue
                gap = message.gap(last, span)
                if gap < 0 and element.joint != "~":
                    gap = message.gap(span, last)
                if 0 <= gap <= element.gap and not self._blocked(message, last, span, parts):
                    candidates.append((gap, span))
        for _, span in sorted(candidates)[:3]:
            rest = self._follow(message, hits, parts, pattern, (*pieces, span))
            if rest:
                return rest
        return None

    @staticmethod
    def _window(message: Message, last: Span, element: _Element) -> Tuple[int, int]:
        """Return the tokens between which the element may start."""
        after = message.place[last.end] + element.gap
        end = message.content[after] + 1 if after < len(message.content) else len(message.tokens)
        if element.joint == "~":
            return last.end, end
        before = max(0, message.place[last.start] - element.gap - _LONGEST)
        return (message.content[before] if message.content else 0), end

    @staticmethod
    def _blocked(message: Message, a: Span, b: Span, parts: List[Span]) -> bool:
        """Say whether another body part stands between the two: "calf hurts, ankle swollen"."""
        left, right = min(a, b), max(a, b)
        if not any(p.holds(a) or p.holds(b) or a.holds(p) or b.holds(p) for p in parts):
            return False
        head = left.end
        for part in parts:
            if part.start < left.end or part.end > right.start:
                continue
            between = {message.word(i) for i in range(head, part.start)}
            if not between & _PLACES or between - _PLACES - _POINTERS:
                return True
            head = part.end  # "the vein on my shin": still the vein
        return False


def number_hits(message: Message, found: List[Tuple[str, int, int]]) -> Hits:
    """Turn the numbers found by character offsets into hits by token."""
    hits: Hits = defaultdict(list)
    for tag, start, end in found:
        if tag not in NUMBER_TAGS:
            raise KeyError(tag)
        inside = [i for i, t in enumerate(message.tokens) if t.start < end and start < t.end]
        if inside:
            hits[tag].append(Span(inside[0], inside[-1] + 1))
    return hits
