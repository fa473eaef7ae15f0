"""Measures what the pipelines understand: by cross-validation and on the held-out set."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List, Optional, Sequence, Tuple

from legpain.evaluation import nlu
from legpain.evaluation.data import Example, HeldOutRow, exact_lookup, folds
from legpain.evaluation.metrics import (
    Confusion,
    IntentScores,
    Share,
    TopicScores,
    confusions,
    intent_scores,
    predicted,
    share,
    topic_scores,
    two_questions,
)
from legpain.evaluation.systems import System
from legpain.progress import say

Pairs = List[Tuple[str, str]]


@dataclass(frozen=True)
class Understanding:
    """What one system understood.

    Attributes:
        system: id of the system.
        title: what the report calls it.
        held_out: intents of the held-out set.
        unseen: intents of its messages that do not stand in the training data as well: two
            people write "hi" and "say that again" alike.
        cross_validated: intents of the training examples, each read by a model that did not
            learn from it; None where that was not measured.
        fold_accuracies: the accuracy of each fold.
        topics: conditions named in the held-out set.
        two_questions: messages with two questions of which both would be answered.
        worst: the most frequent confusions on the held-out set, with texts.
        milliseconds: median time to read one message in this process.
        megabytes: size of the model that learned from all examples.
        pairs: (expected, read) intents, of the cross-validation or else of the held-out set.
    """

    system: str
    title: str
    held_out: IntentScores
    unseen: Share
    cross_validated: Optional[IntentScores]
    fold_accuracies: List[float]
    topics: TopicScores
    two_questions: Share
    worst: List[Confusion]
    milliseconds: float
    megabytes: float
    pairs: Pairs


def measure(
    root: Path, system: System, examples: Sequence[Example], rows: Sequence[HeldOutRow]
) -> Understanding:
    """Train a system as often as needed and measure what it understands.

    Raises:
        RuntimeError: if a training gave no model.
    """
    say(f"Measuring {system.title}")
    model = nlu.train(root, system, "all", examples)
    readings, milliseconds = nlu.read(model, [row.text for row in rows], "held-out set")
    held_out = [row.example() for row in rows]
    known = {example.text.lower() for example in examples}
    unseen = [
        pair for pair in zip(held_out, readings, strict=True) if pair[0].text.lower() not in known
    ]
    tested, read, accuracies = _cross_validate(root, system, examples)
    pairs_of = zip(tested, read, strict=True) if tested else zip(held_out, readings, strict=True)
    return Understanding(
        system=system.id,
        title=system.title,
        held_out=intent_scores(held_out, readings),
        unseen=share([predicted(*pair) == pair[0].intent for pair in unseen]),
        cross_validated=intent_scores(tested, read) if tested else None,
        fold_accuracies=accuracies,
        topics=topic_scores(rows, readings, exact_lookup("condition")),
        two_questions=two_questions(rows, readings),
        worst=confusions(held_out, readings),
        milliseconds=milliseconds,
        megabytes=model.stat().st_size / 1e6,
        pairs=[(example.intent, predicted(example, reading)) for example, reading in pairs_of],
    )


def _cross_validate(
    root: Path, system: System, examples: Sequence[Example]
) -> Tuple[List[Example], List[nlu.Reading], List[float]]:
    """Return all examples, what models that did not know them read, and each fold's accuracy."""
    tested: List[Example] = []
    read: List[nlu.Reading] = []
    accuracies: List[float] = []
    if not system.cross_validated:
        return tested, read, accuracies
    for number, (known, unknown) in enumerate(folds(examples), 1):
        model = nlu.train(root, system, f"fold{number}", known)
        readings, _ = nlu.read(model, [example.text for example in unknown], f"fold {number}")
        accuracies.append(intent_scores(unknown, readings).accuracy.value)
        tested += unknown
        read += readings
    return tested, read, accuracies


def by_intent(pairs: Pairs) -> Dict[str, Share]:
    """Return intent -> how many of its messages were read right."""
    hits: Dict[str, int] = {}
    rows: Dict[str, int] = {}
    for expected, read_as in pairs:
        rows[expected] = rows.get(expected, 0) + 1
        hits[expected] = hits.get(expected, 0) + (expected == read_as)
    return {name: Share(hits[name], rows[name]) for name in rows}
