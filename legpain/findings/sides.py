"""Works out the side of each finding, and the findings `unilateral` and `bilateral`.

The side convention is clinical.md section 3's: one side is named, the noun is singular, or there
is swelling or warmth and no side is said. `bilateral` does not unset it.
"""

from __future__ import annotations

from typing import AbstractSet, Dict, List, Literal, Optional, Tuple

from legpain.findings.message import Match, Message, Span
from legpain.findings.regions import Part

Side = Literal["left", "right", "both"]
_REACH = 4  # tokens before the noun: "my right lower outer calf"
# These need no body part to mean one leg when no side is said.
ONE_SIDED = frozenset({"swelling", "warmth"})
LEG_REGIONS = frozenset(
    {
        "calf",
        "thigh",
        "back_thigh",
        "buttock",
        "groin_hip",
        "outer_knee",
        "front_knee",
        "back_knee",
        "knee",
        "shin",
        "ankle",
        "inner_ankle",
        "heel_achilles",
        "heel_sole",
        "foot",
        "leg",
        "toe",
    }
)
_MODIFIES = frozenset(
    {
        "pain",
        "pains",
        "cramp",
        "cramps",
        "ache",
        "aches",
        "soreness",
        "injury",
        "stiffness",
        "muscle",
        "muscles",
        "problem",
        "problems",
        "issue",
        "issues",
        "exercises",
        "weakness",
        "swelling",
        "numbness",
    }
)
_OWNERS = frozenset(
    {"my", "his", "her", "the", "a", "one", "this", "that", "their", "left", "right"}
)


class Sides:
    """Reads sides off the words before a body part."""

    def __init__(
        self,
        message: Message,
        cues: Dict[str, List[Span]],
        parts: List[Part],
        plurals: AbstractSet[str],
    ) -> None:
        self._message = message
        self._marks = {
            i: side
            for side in ("left", "right", "both")
            for span in cues.get(side, [])
            for i in range(span.start, span.end)
        }
        self._plurals = plurals
        self._part_at = {i: p for p in parts for i in range(p.span.start, p.span.end)}
        self._sides = {p.span: self._read_side(p.span) for p in parts}
        self.any_plural = any(
            p.region in LEG_REGIONS and self._sides[p.span] == "both" for p in parts
        )

    def _parts_of(self, match: Match) -> List[Part]:
        """Return the body parts that a match is tied to, or that its own words name."""
        tokens = [span.start for span in match.region]
        tokens += [i for piece in match.pieces for i in range(piece.start, piece.end)]
        return list(dict.fromkeys(self._part_at[i] for i in tokens if i in self._part_at))

    def side_of(self, part: Part) -> Optional[Side]:
        """Return the side named before (or right after) a body part; plural means both."""
        return self._sides[part.span]

    def _read_side(self, part: Span) -> Optional[Side]:
        sentence = self._message.sentence_span(part.start)
        window = range(max(sentence.start, part.start - _REACH), min(sentence.end, part.end))
        named = {self._marks[i] for i in window if i in self._marks}
        if {"left", "right"} <= named:
            return "both"
        if named:
            return "both" if "both" in named else ("left" if "left" in named else "right")
        if self._message.word(part.end) in ("on",) and part.end + 2 < sentence.end:
            after = {self._marks.get(i) for i in range(part.end + 1, part.end + 4)}
            for side in ("left", "right"):
                if side in after:
                    return "left" if side == "left" else "right"
        return "both" if self.is_plural(part) else None

    def is_plural(self, part: Span) -> bool:
        """Say whether the noun is plural ("calves", "legs") and not "one of my calves"."""
        words = [self._message.word(i) for i in range(max(0, part.start - 4), part.end)]
        return any(w in self._plurals for w in words[-(part.end - part.start) :]) and not (
            "one" in words and "of" in words
        )

    def is_one(self, part: Part) -> bool:
        """Say whether the words speak of one leg: a side, or a singular noun ("my calf")."""
        if part.region not in LEG_REGIONS or part.region == "toe":
            return False
        side = self.side_of(part)
        if side in ("left", "right"):
            return True
        if side == "both":
            return False
        before = [
            self._message.word(i) for i in range(max(0, part.span.start - 3), part.span.start)
        ]
        loose = self._message.word(part.span.end) in _MODIFIES
        return not loose or bool(_OWNERS.intersection(before))

    def read(self, match: Match) -> Tuple[Optional[Side], bool, bool]:
        """Return the side named for a match, and whether it speaks of one leg, and of both."""
        parts = self._parts_of(match)
        named = [side for part in parts if (side := self._sides[part.span])]
        both = any(p.region in LEG_REGIONS and self._sides[p.span] == "both" for p in parts)
        one = any(self.is_one(part) for part in parts)
        if not one and match.finding in ONE_SIDED:
            one = "both" not in named if parts else not self.any_plural
        return (named[0] if named else None), one, both
