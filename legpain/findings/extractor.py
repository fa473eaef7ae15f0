"""Text in, findings out: the one way from a patient's words to what the rules see."""

from __future__ import annotations

from pathlib import Path
from typing import Dict, FrozenSet, List, Optional, Tuple

from legpain.findings.context import COUNTED, Context, ContextReader, Cued, Policy
from legpain.findings.cues import CueFinder
from legpain.findings.experiencer import Experiencer
from legpain.findings.finding import Finding, Reading
from legpain.findings.lexicon import Lexicon, load_lexicon
from legpain.findings.matcher import Matcher, number_hits
from legpain.findings.message import Match, Message, Span
from legpain.findings.numbers import find_numbers
from legpain.findings.regions import Regions
from legpain.findings.sides import Sides
from legpain.findings.words import Words, prepare


class FindingExtractor:
    """Extracts findings from what a patient writes.

    Args:
        lexicon: the words and cues of `data/knowledge`.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        words = Words(
            lexicon.forms, lexicon.cues.contractions, lexicon.repairable, lexicon.look_alikes
        )
        self._matcher = Matcher(lexicon, words)
        self._cues = CueFinder(lexicon.cues, words)
        self._regions = Regions(lexicon)
        self._region_names = tuple(lexicon.regions)
        self._background = frozenset(s.id for s in lexicon.findings if s.group == "Background")
        self._plainly_told = self._background | {
            s.id for s in lexicon.findings if s.group == "Place"
        }
        self._crisis = frozenset(s.id for s in lexicon.findings if s.group == "Crisis")
        self._words = words
        self._times = frozenset(lexicon.cues.times)
        self._around_times = frozenset(lexicon.cues.around_times)
        self._outright = {
            spec.id: frozenset(self._spelled(phrase) for phrase in spec.outright)
            for spec in lexicon.findings
        }
        self._plurals = frozenset(lexicon.expand("plural"))
        self._policy = Policy(
            background=self._background,
            past_stays=frozenset(s.id for s in lexicon.findings if s.past == "stays"),
            resolved_stays=frozenset(s.id for s in lexicon.findings if s.resolved == "stays"),
        )

    @classmethod
    def from_folder(cls, folder: Optional[Path] = None) -> FindingExtractor:
        """Load the lexicon from a knowledge folder (the project's own by default).

        Raises:
            KnowledgeError: if the files are wrong.
        """
        return cls(load_lexicon(folder))

    def read(self, text: str) -> Reading:
        """Find all findings of a message, each with context, person and side.

        Never raises, whatever the text; the work grows with the text's length only.
        """
        message = self._matcher.message(text)
        if not message.tokens:
            return Reading([], False)
        cues = self._cues.find(message)
        corrects = bool(cues.get("corrections"))
        return Reading(self._read(message, text, cues), corrects)

    def extract(self, text: str) -> List[Finding]:
        """Return the findings alone of what `read` returns."""
        return self.read(text).findings

    def _read(self, message: Message, text: str, cues: Cued) -> List[Finding]:
        numbers = number_hits(message, find_numbers(prepare(text)))
        hits = self._matcher.hits(message, numbers)
        parts = self._regions.parts(message, hits)
        spans = [part.span for part in parts]
        matches = self._matcher.matches(message, hits, spans)
        chest = [piece for m in matches if m.finding == "chest_pain" for piece in m.pieces]
        # "It stabs when I breathe" is not said of the leg that was named before.
        matches += [
            m for m in self._regions.matches(message, hits, parts) if m.pieces[0] not in chest
        ]
        if not matches:
            return []
        cues.setdefault("historical", []).extend(hits.get("@num_long_ago", []))
        experiencer = Experiencer(message, cues)
        named = sorted({s for found in hits.values() for s in found})
        named_parts = {s for name in self._region_names for s in hits.get(f"@{name}", ())}
        reader = ContextReader(
            message, cues, matches, named, spans, named_parts, experiencer, self._policy
        )
        read = [(match, reader.read(match)) for match in dict.fromkeys(matches)]
        read = self._tidy(message, read, experiencer)
        sides = Sides(message, cues, parts, self._plurals)
        return self._findings(message, read, sides, experiencer)

    def is_outright(self, finding: Finding, text: str) -> bool:
        """Say whether the text names a finding so plainly that no meaning takes it back."""
        phrases = self._outright[finding.id]  # most findings have none
        return bool(phrases) and self._spelled(text[finding.start : finding.end]) in phrases

    def _spelled(self, phrase: str) -> Tuple[str, ...]:
        return tuple(token.norm for token in self._words.tokens(phrase))

    def tells_a_time(self, text: str) -> bool:
        """Say whether a message is of words of times alone: "actually make it Wednesday"."""
        told = [token.word for token in self._words.tokens(text) if token.word.isalpha()]
        others = {word for word in told if word not in self._times}
        return len(others) < len(told) and others <= self._around_times

    @property
    def background(self) -> FrozenSet[str]:
        """Illnesses, operations, age: what is true of the patient, not of the leg."""
        return self._background

    @property
    def plainly_told(self) -> FrozenSet[str]:
        """Findings that are told in plain words or not at all: places, illnesses, operations."""
        return self._plainly_told

    @property
    def crisis(self) -> FrozenSet[str]:
        """Findings of despair and calls for help: everyday words come near to them in meaning."""
        return self._crisis

    def _tidy(
        self, message: Message, read: List[Tuple[Match, Context]], experiencer: Experiencer
    ) -> List[Tuple[Match, Context]]:
        """Drop what only seems to be there once all contexts are known."""
        own = any(
            c in COUNTED and experiencer.person(m) == "self" and m.finding not in self._background
            for m, c in read
        )
        background = [m.span for m, _ in read if m.finding in self._background]
        kept: List[Tuple[Match, Context]] = []
        for match, context in read:
            other = experiencer.person(match) == "other"
            if own and other and match.finding in self._background and context in COUNTED:
                context = "family"  # mom's diabetes is not the writer's
            if match.finding == "persistent_weeks" and self._of_background(
                message, match, background
            ):
                continue
            kept.append((match, context))
        return kept

    @staticmethod
    def _of_background(message: Message, match: Match, background: List[Span]) -> bool:
        """Say whether a time belongs to a background fact: "type 2 for 15 years"."""
        return any(
            0 <= message.gap(span, match.span) <= 2
            and "," not in [message.word(i) for i in range(span.end, match.span.start)]
            for span in background
        )

    def _findings(
        self,
        message: Message,
        read: List[Tuple[Match, Context]],
        sides: Sides,
        experiencer: Experiencer,
    ) -> List[Finding]:
        denied = {m.finding for m, c in read if c == "denied"}
        found: Dict[Finding, None] = {}
        for match, context in read:
            if match.implied and match.finding in denied and context in COUNTED:
                continue
            person = experiencer.person(match)
            side, one, both = sides.read(match)
            start, end = self._offsets(message, match.span)
            found[Finding(match.finding, context, person, side, start, end)] = None
            if context in COUNTED and match.finding not in self._background:
                if one:
                    found[Finding("unilateral", context, person, side, start, end)] = None
                if both:
                    found[Finding("bilateral", context, person, "both", start, end)] = None
        return sorted(found, key=lambda f: (f.start, f.end, f.id))

    @staticmethod
    def _offsets(message: Message, span: Span) -> Tuple[int, int]:
        return message.tokens[span.start].start, message.tokens[span.end - 1].end
