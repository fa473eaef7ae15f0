"""Ties what is wrong ("swollen") to the body part that it is said of ("left calf")."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, List, Optional, Set

from legpain.findings.lexicon import Lexicon, Quality
from legpain.findings.message import Match, Message, Span

if TYPE_CHECKING:  # it needs spaCy, which who only remembers findings need not load
    from legpain.findings.matcher import Hits

_JOINS = frozenset({"and", "or", ",", "&", "/", "+", "plus"})
_INTO = frozenset(
    {
        "in",
        "on",
        "of",
        "at",
        "around",
        "behind",
        "along",
        "down",
        "across",
        "near",
        "inside",
        "through",
        "under",
        "below",
        "above",
        "from",
        "to",
        "into",
        "up",
        "over",
        "by",
        "throughout",
        "between",
        "within",
        "round",
        "beneath",
        "underneath",
        "onto",
        "outside",
    }
)
_REACH = 4  # content words between "pain in" and the part: "pain deep down in my left outer calf"


@dataclass(frozen=True)
class Part:
    """A body part named in the message."""

    region: str
    span: Span
    chain: int  # parts joined by "and" or a comma have the same number


def inside_longer(spans: List[Span]) -> Set[Span]:
    """Return the spans that lie within a longer one (of spans in order of their start)."""
    inner: Set[Span] = set()
    for index, span in enumerate(spans):
        for other in spans[index + 1 :]:
            if other.start >= span.end:
                break
            if span.holds(other):
                inner.add(other)
            elif other.holds(span):
                inner.add(span)
    return inner


def _after_not(message: Message, start: int) -> bool:
    """Say whether a part is named as what is not meant: "not my calf", "not in the left calf"."""
    passed = {"my", "the", "his", "her", "in", "left", "right", "on"}
    index = start - 1
    while message.word(index) in passed:
        index -= 1
    return message.word(index) == "not"


class Regions:
    """Finds body parts, and ties qualities to them."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._regions = tuple(lexicon.regions)
        self._qualities = lexicon.qualities

    def parts(self, message: Message, hits: Hits) -> List[Part]:
        """Return the body parts in order; the longest name wins ("back of my knee")."""
        # A part that is only a word of something longer ("knee brace", "hot to the hand").
        compounds = hits.get("!compound", []) + [
            s for name in self._qualities for s in hits.get(f"@{name}", ()) if s.end - s.start > 1
        ]
        found = [(span, r) for r in self._regions for span in hits.get(f"@{r}", ())]
        inner = inside_longer(sorted({span for span, _ in found} | set(compounds)))
        found = [(span, r) for span, r in found if span not in inner and span not in compounds]
        parts: List[Part] = []
        for span, region in sorted(found):
            if parts and parts[-1].span.overlaps(span):
                continue
            joined = bool(parts) and self._joined(message, parts[-1].span, span)
            chain = parts[-1].chain if joined else len(parts)
            parts.append(Part(region, span, chain))
        return parts

    @staticmethod
    def _joined(message: Message, left: Span, right: Span) -> bool:
        """Say whether only "and", commas and filler words stand between two parts."""
        between = range(left.end, right.start)
        words = [message.word(i) for i in between]
        content = [i for i in between if message.place[i] != message.place[i + 1]]
        sides = {"left", "right", "lower", "upper"}
        if left.end == right.start:  # "my legs chest and back"
            return True
        return any(w in _JOINS for w in words) and all(
            message.word(i) in _JOINS | sides for i in content
        )

    def matches(self, message: Message, hits: Hits, parts: List[Part]) -> List[Match]:
        """Return the findings that come of a quality and the part it belongs to."""
        spans = sorted({s for name in self._qualities for s in hits.get(f"@{name}", ())})
        inner = inside_longer(spans)
        found: List[Match] = []
        for name, quality in self._qualities.items():
            for span in hits.get(f"@{name}", ()):
                if span in inner:
                    continue
                chosen = self._choose(message, span, parts, spans)
                if not chosen:
                    found += [Match(f, (span,)) for f in quality.at.get("none", ())]
                for part in chosen:
                    found += [
                        Match(f.rstrip("?"), (span,), (part.span,), f.endswith("?"))
                        for f in quality.at.get(part.region, ())
                    ]
                found += self._contrasts(message, span, quality, parts, chosen)
        return found

    @staticmethod
    def _contrasts(
        message: Message, span: Span, quality: Quality, parts: List[Part], chosen: List[Part]
    ) -> List[Match]:
        """Return what "my knee is swollen, not my calf" says of the calf; the context denies it."""
        return [
            Match(f.rstrip("?"), (part.span,), (part.span,), f.endswith("?"))
            for part in parts
            if part not in chosen
            and message.sentence[part.span.start] == message.sentence[span.start]
            and _after_not(message, part.span.start)
            for f in quality.at.get(part.region, ())
        ]

    def _choose(
        self, message: Message, span: Span, parts: List[Part], qualities: List[Span]
    ) -> List[Part]:
        """Return the part that a quality is said of, with the parts joined to it."""
        index = self._choose_one(message, span, parts, qualities)
        if index is None:
            return []
        first = last = index
        while first > 0 and parts[first - 1].chain == parts[index].chain:
            first -= 1
        while last + 1 < len(parts) and parts[last + 1].chain == parts[index].chain:
            last += 1
        return parts[first : last + 1]

    def _choose_one(
        self, message: Message, span: Span, parts: List[Part], qualities: List[Span]
    ) -> Optional[int]:
        """Return the index of the part: the one it is attached to, else the one before it in the
        sentence, else the one after it there, else the last one that was spoken of."""
        right = bisect_left(parts, span.end, key=lambda part: part.span.start)
        left = right - 1
        if left >= 0 and parts[left].span.overlaps(span):
            return left
        here = message.sentence[span.start]
        follows = right < len(parts) and message.sentence[parts[right].span.start] == here
        if follows and self._attached(message, span, parts[right].span, qualities):
            return right
        if left >= 0 and message.sentence[parts[left].span.start] == here:
            return left
        if follows:
            return right
        return left if left >= 0 else None

    @staticmethod
    def _attached(message: Message, span: Span, part: Span, qualities: List[Span]) -> bool:
        """Say whether "swollen calf" or "swelling and pain in my calf" stands here."""
        if message.gap(span, part) > _REACH:
            return False
        seen_into = False
        for index in range(span.end, part.start):
            word = message.word(index)
            if word in _INTO:
                seen_into = True
            elif word in {
                "when",
                "while",
                "because",
                "but",
                "so",
                "if",
                "than",
                "since",
                "as",
                "feels",
                "feel",
                "is",
                "are",
                "looks",
                "gets",
            }:
                return False
        near = qualities[
            bisect_left(qualities, (span.end, 0)) : bisect_left(qualities, (part.start, 0))
        ]
        listed = bool(near)
        passed = {"left", "right", "lower", "upper", "both", "one"} | (_JOINS if listed else set())
        between = [
            i
            for i in range(span.end, part.start)
            if (message.place[i] != message.place[i + 1] or message.word(i) == ",")
            and not any(q.start <= i < q.end for q in near)
            and message.word(i) not in passed
        ]
        return seen_into or not between
