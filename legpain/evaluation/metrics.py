"""The arithmetic of the measurements: plain functions from labels and readings to numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from math import sqrt
from typing import Dict, List, Sequence, Tuple

from legpain.evaluation.data import ASK, ASKING, Example, HeldOutRow
from legpain.evaluation.nlu import Reading
from legpain.explain import aspects_asked
from legpain.lookup import Lookup

_MOST_ASPECTS = 2  # a reply explains at most two


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    hits: int
    rows: int

    @property
    def value(self) -> float:
        """The share, 0 to 1; 0 of nothing is 0."""
        return self.hits / self.rows if self.rows else 0.0

    def interval(self) -> Tuple[float, float]:
        """Return the 95 % interval of the share (Wilson's score interval)."""
        if not self.rows:
            return 0.0, 1.0
        z, n, p = 1.96, self.rows, self.value
        centre = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return max(0.0, centre - half), min(1.0, centre + half)


def share(flags: Sequence[bool]) -> Share:
    """Count the true ones."""
    return Share(sum(flags), len(flags))


@dataclass(frozen=True)
class IntentScores:
    """How well intents were understood."""

    accuracy: Share
    top3: Share
    asked_back: Share
    macro_f1: float


@dataclass(frozen=True)
class Confusion:
    """One intent taken for another."""

    expected: str
    read_as: str
    count: int
    of: int
    texts: List[str] = field(default_factory=list)


@dataclass(frozen=True)
class TopicScores:
    """How well the conditions named in a message were found.

    Attributes:
        found: messages that name conditions and in which all of them were found.
        as_listed: the same over messages in which every name is in the lookup tables.
        misspelled: the same over the other messages, whose spelling nobody has listed.
        answered: messages of `found` whose intent is also a question on a condition.
        surplus: messages that ask of a condition in which one was found that they do not name.
    """

    found: Share
    as_listed: Share
    misspelled: Share
    answered: Share
    surplus: Share


def accepts(example: Example, intent: str) -> bool:
    """Return whether the intent is right for the example."""
    return intent == example.intent or intent in example.also_ok


def predicted(example: Example, reading: Reading) -> str:
    """Return the intent to count: the expected one where another is accepted as well."""
    best = reading.intents[0] if reading.intents else ""
    return example.intent if accepts(example, best) else best


def intent_scores(examples: Sequence[Example], readings: Sequence[Reading]) -> IntentScores:
    """Measure the intents; an intent of `also_ok` counts as right."""
    pairs = list(zip(examples, readings, strict=True))
    expected = [example.intent for example in examples]
    guessed = [predicted(example, reading) for example, reading in pairs]
    return IntentScores(
        accuracy=share([one == other for one, other in zip(expected, guessed, strict=True)]),
        top3=share([any(accepts(one, each) for each in other.intents[:3]) for one, other in pairs]),
        asked_back=share([reading.asked_back for reading in readings]),
        macro_f1=macro_f1(expected, guessed),
    )


def macro_f1(expected: Sequence[str], guessed: Sequence[str]) -> float:
    """Return the mean F1 over the expected intents, each weighing the same."""
    right = Counter(one for one, other in zip(expected, guessed, strict=True) if one == other)
    wanted, given = Counter(expected), Counter(guessed)
    scores = [2 * right[name] / (wanted[name] + given[name]) for name in wanted]
    return sum(scores) / len(scores) if scores else 0.0


def confusions(
    examples: Sequence[Example],
    readings: Sequence[Reading],
    most: int = 15,
    texts: int = 3,
) -> List[Confusion]:
    """Return the most frequent confusions, each with the first few texts."""
    found: Dict[Tuple[str, str], List[str]] = {}
    for example, reading in zip(examples, readings, strict=True):
        read_as = predicted(example, reading)
        if read_as != example.intent:
            found.setdefault((example.intent, read_as), []).append(example.text)
    of = Counter(example.intent for example in examples)
    ranked = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    return [
        Confusion(expected, read_as, len(where), of[expected], where[:texts])
        for (expected, read_as), where in ranked[:most]
    ]


def topic_scores(
    rows: Sequence[HeldOutRow], readings: Sequence[Reading], exact: Lookup
) -> TopicScores:
    """Measure the conditions named.

    Args:
        rows: the held-out set.
        readings: what a system made of it.
        exact: lookup of the listed names, without misspellings.
    """
    pairs = [(row, reading) for row, reading in zip(rows, readings, strict=True) if row.topics]
    found = [set(row.topics) <= _topics(reading) for row, reading in pairs]
    listed = [
        set(row.topics) <= {match.value for match in exact.find(row.text)} for row, _ in pairs
    ]
    answered = [
        hit and bool(reading.intents) and reading.intents[0] in ASKING
        for hit, (_, reading) in zip(found, pairs, strict=True)
    ]
    surplus = [
        bool(_topics(reading) - set(row.topics))
        for row, reading in zip(rows, readings, strict=True)
        if row.intent in ASKING
    ]
    return TopicScores(
        found=share(found),
        as_listed=share([hit for hit, easy in zip(found, listed, strict=True) if easy]),
        misspelled=share([hit for hit, easy in zip(found, listed, strict=True) if not easy]),
        answered=share(answered),
        surplus=share(surplus),
    )


def _topics(reading: Reading) -> set[str]:
    return set(reading.entities.get("condition", ()))


def two_questions(rows: Sequence[HeldOutRow], readings: Sequence[Reading]) -> Share:
    """Return in how many of the messages that ask two things a reply would answer both."""
    return share(
        [
            {name[len(ASK) :] for name in row.aspects} <= _told(reading)
            for row, reading in zip(rows, readings, strict=True)
            if len(row.aspects) > 1
        ]
    )


def _told(reading: Reading) -> set[str]:
    intent = reading.intents[0] if reading.intents else ""
    if intent not in ASKING or intent == "ask_compare":
        return set()
    return set(aspects_asked(intent, reading.entities.get("aspect", ()), None)[:_MOST_ASPECTS])
