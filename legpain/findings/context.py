"""Reads what a finding's surroundings make of it: present, denied, past, hypothetical, …

The scheme is ConText's (clinical.md section 4a), with scopes that fit chat: a scope ends where a
new statement begins, and words that name a finding ("can't feel") are never cues themselves.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import AbstractSet, Dict, FrozenSet, List, Literal, Set

from legpain.findings.experiencer import Experiencer
from legpain.findings.message import Match, Message, Span
from legpain.findings.negation import NegationScopes, consumed_tokens

# "uncertain" counts; "doubtful" does not, but is worth a question where an emergency hangs on it.
Context = Literal["present", "uncertain", "doubtful", "denied", "past", "hypothetical", "family"]
COUNTED: FrozenSet[Context] = frozenset({"present", "uncertain"})
Cued = Dict[str, List[Span]]


def _inside(spans: List[Span], within: Span) -> List[Span]:
    return [span for span in spans if within.holds(span)]


@dataclass(frozen=True)
class Policy:
    """Findings that are no symptoms, that still count when past, or when gone again."""

    background: FrozenSet[str]
    past_stays: FrozenSet[str]
    resolved_stays: FrozenSet[str]


class ContextReader:
    """Reads the context of every match of one message."""

    def __init__(
        self,
        message: Message,
        cues: Cued,
        matches: List[Match],
        spans: List[Span],
        parts: List[Span],
        named_parts: AbstractSet[Span],
        experiencer: Experiencer,
        policy: Policy,
    ) -> None:
        self._message = message
        self._cues = cues
        self._matches = matches
        self._parts = parts
        self._named_parts = named_parts
        self._person = experiencer
        self._policy = policy
        consumed = consumed_tokens(matches)
        self._named: AbstractSet[int] = consumed
        self._free = {
            name: [s for s in found if not consumed.issuperset(range(s.start, s.end))]
            for name, found in cues.items()
        }
        self._denied = NegationScopes(message, cues, spans, parts).denied(consumed)
        self._clauses = self._split()
        self._clause_at = [n for n, c in enumerate(self._clauses) for _ in range(c.start, c.end)]
        self._starts = {m.span.start for m in matches}
        self._past = self._past_tokens()
        self._part_starts = {part.start for part in parts}
        self._symptoms = {m.span.start for m in matches if m.finding not in policy.background}
        self._unsure = sorted(cue.start for cue in self._free.get("uncertain", []))
        self._open = self._hypothetical_tokens()
        self._resolved = self._resolved_matches()

    def read(self, match: Match) -> Context:
        """Return the context of one match."""
        # What is said of a body part counts, not where the part itself is named.
        core = [piece for piece in match.pieces if piece not in self._named_parts]
        tokens = {i for piece in core or match.pieces for i in range(piece.start, piece.end)}
        first = match.span.start
        if self._person.is_family(match):
            return "family"
        if tokens & self._open:
            return "hypothetical"
        if tokens & self._denied:
            return "denied"
        if tokens & self._past and match.finding not in self._policy.past_stays:
            return "past"
        if match in self._resolved and match.finding not in self._policy.resolved_stays:
            return "past"
        return "uncertain" if self._is_uncertain(first) else "present"

    # Clauses

    def _split(self) -> List[Span]:
        """Split every sentence at commas, conjunctions and new subjects."""
        message, start = self._message, 0
        clauses: List[Span] = []
        breaks = {span.start for span in self._cues.get("clause_words", [])}
        for index in range(len(message.tokens)):
            new_sentence = index > 0 and message.sentence[index] != message.sentence[index - 1]
            word = message.word(index)
            new = (
                word in {",", "(", ")", "-", "–", "—", ":"}
                or index in breaks
                or (word in {"and", "&", "then"} and self._subject_follows(index))
            )
            if (new or new_sentence) and index > start:
                clauses.append(Span(start, index))
                start = index
        clauses.append(Span(start, len(message.tokens)))
        return clauses

    def _subject_follows(self, index: int) -> bool:
        starts = {span.start for span in self._cues.get("subjects", [])}
        verbs = {span.start for span in self._cues.get("verbs", [])}
        parts = {span.start for span in self._parts}
        return index + 1 in starts | parts or index + 1 in verbs

    def _clause(self, index: int) -> int:
        return self._clause_at[index]

    def _has_match(self, clause: Span) -> bool:
        return any(i in self._starts for i in range(clause.start, clause.end))

    # Past and gone

    def _past_tokens(self) -> Set[int]:
        """Return the tokens that tell of long ago."""
        message = self._message
        found: Set[int] = set()
        began = {s.start for s in self._free.get("began", [])}
        for cue in self._free.get("historical", []):
            number = self._clause(cue.start)
            clause = self._clauses[number]
            if any(i in began for i in range(clause.start, cue.start)):
                continue  # "started two years ago" is a duration
            if any(s.start == cue.start for s in self._cues.get("not_long_ago", [])):
                continue  # "when I was walking"
            covered = [clause]
            if not self._has_match(clause):
                same = [
                    c
                    for c in self._clauses[max(0, number - 1) : number + 2]
                    if c != clause
                    and c.start < len(message.tokens)
                    and message.sentence[c.start] == message.sentence[clause.start]
                ]
                # "Two years ago, I broke it" looks ahead; "I broke it, two years ago" looks back.
                ahead = [c for c in same if c.start > clause.start and self._has_match(c)]
                back = [c for c in same if c.start < clause.start and self._has_match(c)]
                opening = clause.start == message.sentence_span(clause.start).start
                covered += (ahead if opening else back) or ahead or back
            for span in covered:
                found.update(range(span.start, self._until_now(span, cue)))
        return found

    def _until_now(self, clause: Span, cue: Span) -> int:
        """Return where talk of the past ends in this clause: at "now", "still", "today"."""
        for mark in _inside(self._cues.get("present_marks", []), clause):
            if mark.start >= cue.end:
                return mark.start
            if mark.start > clause.start + 1 and mark.end <= cue.start:
                return clause.start  # "still swollen from last year": not over
        return clause.end

    def _resolved_matches(self) -> Set[Match]:
        """Return the matches that are said to be over: "it was swollen but it's fine now"."""
        gone: Set[Match] = set()
        if self._free.get("returned"):
            return gone
        for cue in self._cues.get("resolved", []):
            if not self._named.isdisjoint(range(cue.start, cue.end)):
                continue  # "I stand still and it's gone" names a finding itself
            if any(
                cue.end <= s.start <= cue.end + 3 for s in self._cues.get("resolved_unless", [])
            ):
                continue
            if cue.start in self._denied or cue.start in self._open:
                continue
            gone.update(self._said_over(cue))
        return gone

    def _said_over(self, cue: Span) -> List[Match]:
        number = self._clause(cue.start)
        clause = self._clauses[number]
        own = [m for m in self._matches if clause.start <= m.span.start < cue.start]
        if own:
            return own
        first = clause.start if self._message.word(clause.start).isalpha() else clause.start + 1
        before_cue = range(first, cue.start)
        named = any(part.start in before_cue for part in self._parts)
        if named:
            return []
        for earlier in reversed(self._clauses[:number]):
            found = [m for m in self._matches if earlier.start <= m.span.start < earlier.end]
            if found:
                sentence = self._message.sentence[earlier.start]
                return [
                    m
                    for m in self._matches
                    if self._message.sentence[m.span.start] == sentence and m.span.start < cue.start
                ]
        return []

    # Hypothetical and educational

    def _hypothetical_tokens(self) -> Set[int]:
        """Return the tokens that only ask or suppose."""
        message = self._message
        found: Set[int] = set()
        habitual = self._cues.get("habitual", [])
        for cue in self._free.get("conditional", []):
            if any(span.holds(cue) for span in habitual):
                continue  # "it hurts if I press on it"
            found.update(range(cue.end, self._supposed_until(cue)))
        for cue in self._free.get("hypothetical", []):
            found.update(range(cue.start, self._asked_until(cue)))
        for cue in self._free.get("generic", []):
            sentence = message.sentence_span(cue.start)
            if not self._is_own(sentence):
                found.update(range(sentence.start, sentence.end))
        starts = {0} | {c.start for c in self._clauses}
        questions = [
            cue
            for cue in self._free.get("question_words", [])
            if message.word(cue.end) != "not"  # "Can't walk at all now."
        ]
        for cue in self._cues.get("question_marks_needed", []):
            sentence = message.sentence_span(cue.start)
            if message.word(sentence.end - 1) == "?" and cue.start == sentence.start:
                questions.append(cue)
        for cue in questions:
            sentence = message.sentence_span(cue.start)
            if cue.start != sentence.start and cue.start not in starts:
                continue
            rest = Span(cue.start, sentence.end)
            if not self._is_own(rest):
                found.update(range(rest.start, self._asked_until(Span(cue.start, cue.start + 1))))
        return found

    def _is_own(self, span: Span) -> bool:
        """Say whether somebody's own body is spoken of here: "my calf", "her leg", "I have"."""
        if _inside(self._cues.get("persons", []), span):
            return True
        pronouns = self._cues.get("self_pronouns", []) + self._cues.get("other_pronouns", [])
        return any(self._owns(cue) for cue in _inside(pronouns, span)) or bool(
            _inside(self._cues.get("question_exempt", []), span)
            or _inside(self._cues.get("now_marks", []), span)
        )

    def _owns(self, cue: Span) -> bool:
        """Say whether a pronoun speaks of a body: "I", "my calf", but not "my statin"."""
        if self._message.word(cue.start) not in {"my", "his", "her", "their", "our"}:
            return True
        part = any(i in self._part_starts for i in range(cue.end, cue.end + 4))
        return part or any(i in self._symptoms for i in range(cue.end, cue.end + 2))

    def _supposed_until(self, cue: Span) -> int:
        """Return where a supposition ends: at its comma, or at a statement of fact."""
        end = self._message.sentence_span(cue.start).end
        marks = _inside(self._cues.get("now_marks", []), Span(cue.end, end))
        if marks:
            return cue.end  # "what if my calf is swollen right now" is no supposition
        for stop in self._cues.get("hypothetical_stops", []):
            if cue.end < stop.start < end:
                return stop.start
        return end

    def _asked_until(self, cue: Span) -> int:
        """Return where a question about things in general ends: at "my …" or "I have"."""
        end = self._message.sentence_span(cue.start).end
        for name in ("hypothetical_stops", "self_pronouns", "other_pronouns"):
            for stop in self._cues.get(name, []):
                if cue.end <= stop.start < end and self._states(stop, name):
                    end = stop.start
        return end

    def _states(self, stop: Span, name: str) -> bool:
        """Say whether "my" or "her" is followed by a body part or a statement."""
        if name == "hypothetical_stops":
            return True
        window = Span(stop.end, stop.end + 4)
        return any(window.start <= p.start < window.end for p in self._parts) and (
            self._message.word(stop.start) in {"my", "his", "her", "their", "mine"}
        )

    def _is_uncertain(self, index: int) -> bool:
        clause = self._clauses[self._clause(index)]
        unsure = bisect_left(self._unsure, clause.start)
        return unsure < len(self._unsure) and self._unsure[unsure] <= index
