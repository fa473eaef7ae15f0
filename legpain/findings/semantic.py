"""Findings by meaning: what the lexicon misses, seen by sentence and by clause.

The encoder reads a message once. Each stretch of it (sentence, clause, the whole) is the mean of
its word pieces, which the encoder has put into their context. A network looks at each stretch
beside the whole message and gives every finding a probability; the likeliest stretch counts. It is
trained on the clauses of `data/findings` and on the whole messages of `data/findings/messages`,
half of which name findings that do not count: denied, past, hypothetical, another's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List, NamedTuple, Sequence, Tuple

import numpy as np

from legpain.findings.labelled import LabelledText, as_read
from legpain.findings.made_up import made_up_texts
from legpain.findings.network import Network, Schedule, fit, joined
from legpain.red_flags import RedFlags
from legpain.sentence_encoder import DIMENSION, SentenceEncoder, TokenStates

_POSITIVE_WEIGHT = 3.0  # a finding's texts are few among all the others
_NAMED_WEIGHT = 3.0  # named, but it does not count: what is hardest to tell apart
_SCHEDULE = Schedule(hidden=256, epochs=15, rate=4e-3, dropout=0.3)
_SEEDS = (7, 11, 23, 31, 43)  # one network alone misses others by chance
_PART = 1024  # texts that are encoded at once
_BREAK = re.compile(
    r"[.!?…;,:\n()]+|\s[-–—]\s|\b(?:and|but|so|because|then|while|although|though)\b", re.I
)
_SENTENCE = re.compile(r"[^.!?…\n]+[.!?…]*")


def stretches(text: str) -> List[Tuple[int, int]]:
    """Return first and last character (excluded) of each sentence and clause, and of the whole."""
    found: Dict[Tuple[int, int], None] = {}
    for sentence in _SENTENCE.finditer(text):
        found[sentence.span()] = None
        start = sentence.start()
        for mark in _BREAK.finditer(text, sentence.start(), sentence.end()):
            found[(start, mark.start())] = None
            start = mark.end()
        found[(start, sentence.end())] = None
    found[(0, len(text))] = None
    return [(start, end) for start, end in found if text[start:end].strip()]


def _vectors(text: str, states: TokenStates) -> Tuple[np.ndarray, List[Tuple[int, int]]]:
    """Return each stretch's unit vector beside the whole text's, (stretches, 768), and the places.

    The whole tells what a stretch alone does not: a story of last year, a film, a question.
    """
    whole = states.states.mean(axis=0)
    rows: List[np.ndarray] = []
    kept: List[Tuple[int, int]] = []
    for start, end in stretches(text):
        mean = states.mean(start, end)
        if mean is not None:
            rows.append(mean)
            kept.append((start, end))
    vectors = np.array(rows or [whole])
    both = np.stack([vectors, np.broadcast_to(whole, vectors.shape)], axis=1)
    both /= np.linalg.norm(both, axis=2, keepdims=True)
    return both.reshape(len(vectors), -1), kept or [(0, len(text))]


@dataclass(frozen=True)
class Meaning:
    """What a text means, as far as it is about findings; probabilities.

    Attributes:
        stated: finding -> that the text states it, and the stretch that says so.
        named: finding -> that the text speaks of it without stating it: denied, past, a film's.
        corrects: that the text takes back something said before.
        emergency: that all that it states is an emergency by the rules.
    """

    stated: Dict[str, Tuple[float, Tuple[int, int]]]
    named: Dict[str, float]
    corrects: float = 0.0
    emergency: float = 0.0


class SemanticFindings:
    """Recognises findings by meaning.

    Args:
        encoder: the sentence encoder.
        findings: ids; the network has an output for each being stated, then one for each being
            named only, then one for a correction and one for an emergency.
        network: scores a stretch beside its text.
    """

    def __init__(self, encoder: SentenceEncoder, findings: Sequence[str], network: Network) -> None:
        self._encoder, self._findings, self._network = encoder, list(findings), network

    @classmethod
    def train(
        cls,
        encoder: SentenceEncoder,
        clauses: Sequence[LabelledText],
        messages: Sequence[LabelledText],
        without: Sequence[str],
        red_flags: RedFlags,
    ) -> SemanticFindings:
        """Fit on clauses and whole messages with their findings, and on texts without any.

        Texts of made-up words are added.

        Args:
            red_flags: say which findings together are an emergency.
        """
        texts = [*clauses, *as_read(messages)]
        texts += made_up_texts(texts)
        texts += [LabelledText((text,)) for text in without]
        goal = labels_of(texts, red_flags)
        turns = [turn for each in texts for turn in each.turns]
        vectors: List[np.ndarray] = []
        for start in range(0, len(turns), _PART):  # all states at once would fill the memory
            part = turns[start : start + _PART]
            for turn, states in zip(part, encoder.token_states(part), strict=True):
                vectors.append(_vectors(turn, states)[0])
        counts, place = [], 0
        for each in texts:
            counts.append(sum(len(v) for v in vectors[place : place + len(each.turns)]))
            place += len(each.turns)
        rows, of_each = np.vstack(vectors), np.array(counts)
        networks = [
            fit(rows, of_each, goal.labels, goal.emphasis, _SCHEDULE, seed) for seed in _SEEDS
        ]
        return cls(encoder, goal.findings, joined(networks))

    def read(self, text: str) -> Meaning:
        """Return how likely the text states each finding, and where."""
        vectors, places = _vectors(text, self._encoder.token_states([text])[0])
        scores = self._network.scores(vectors, shared=DIMENSION)
        likely = (1 / (1 + np.exp(-scores.max(axis=0)))).tolist()
        best = scores.argmax(axis=0)
        count = len(self._findings)
        stated = {
            finding: (likely[column], places[best[column]])
            for column, finding in enumerate(self._findings)
        }
        named = dict(zip(self._findings, likely[count : 2 * count], strict=True))
        return Meaning(stated, named, *likely[-2:])

    def save(self, path: Path) -> None:
        """Write findings and network to an `.npz` file."""
        np.savez(path, findings=np.array(self._findings), **self._network.arrays())

    @classmethod
    def load(cls, path: Path, encoder: SentenceEncoder) -> SemanticFindings:
        """Read what `save` wrote."""
        with np.load(path) as content:
            findings = content["findings"].tolist()
        return cls(encoder, findings, Network.load(path))


class Labels(NamedTuple):
    """What a network shall give for texts.

    Attributes:
        findings: that there is something to learn of.
        labels: float32 (texts, 2 × findings + 2), 0 or 1, in the order of `SemanticFindings`.
        emphasis: the weight of each label.
    """

    findings: List[str]
    labels: np.ndarray
    emphasis: np.ndarray


def labels_of(texts: Sequence[LabelledText], red_flags: RedFlags) -> Labels:
    """Return the outputs of texts to learn from, and what each weighs.

    Args:
        red_flags: say which findings together are an emergency.
    """
    findings = sorted({finding for each in texts for finding in each.findings})
    column = {finding: index for index, finding in enumerate(findings)}
    labels = np.zeros((len(texts), 2 * len(findings) + 2), dtype=np.float32)
    emphasis = np.ones_like(labels)
    for row, each in enumerate(texts):
        stated = [column[f] for f in each.findings if f in column]
        named = [column[f] for f in each.named if f in column]
        labels[row, stated] = 1
        labels[row, [len(findings) + at for at in named]] = 1
        labels[row, -2] = each.corrects
        labels[row, -1] = red_flags.level(frozenset(each.findings)) == "emergency"
        emphasis[row, named] = _NAMED_WEIGHT
        emphasis[row, [len(findings) + at for at in stated]] = _NAMED_WEIGHT
    emphasis[labels > 0] = _POSITIVE_WEIGHT
    # What turns tell together, none of them tells alone.
    emphasis[[len(each.turns) > 1 for each in texts], -1] = 0
    only_corrects = [each.only_corrects for each in texts]
    emphasis[only_corrects, :-2] = emphasis[only_corrects, -1] = 0
    return Labels(findings, labels, emphasis)
