"""Findings by meaning: what the lexicon misses, seen by sentence and by clause.

The encoder reads a message once. Each stretch of it (sentence, clause, the whole) is the mean of
its word pieces, which the encoder has put into their context; one logistic regression a finding
looks at all stretches, and the likeliest counts. It is trained on the clauses of `data/findings`
and on the whole messages of `data/findings/messages`, half of which name findings that do not
count: denied, past, hypothetical, another's. This layer only ever adds.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Callable, Dict, List, Optional, Sequence, Tuple

import numpy as np
from scipy.optimize import minimize

from legpain.findings.experiencer import Person
from legpain.findings.finding import Finding
from legpain.findings.labelled import LabelledText
from legpain.sentence_encoder import SentenceEncoder, TokenStates

# Sides come from grammar ("my calf") and hold with what they are the side of: nothing to learn.
SIDES = frozenset({"unilateral", "bilateral"})
_POSITIVE_WEIGHT = 3.0  # a finding's texts are few among all the others
_NAMED_WEIGHT = 3.0  # named, but it does not count: what is hardest to tell apart
_L2 = 1.0 / 6.0
_ITERATIONS = 80
_PART = 1024  # texts that are encoded at once
# What is named, but read as denied or past, comes back only if the meaning is this clear.
_CLEAR = 0.9
_BREAK = re.compile(
    r"[.!?;,:\n()]+|\s[-–—]\s|\b(?:and|but|so|because|then|while|although|though)\b", re.I
)
SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")


def stretches(text: str) -> List[Tuple[int, int]]:
    """Return first and last character (excluded) of each sentence and clause, and of the whole."""
    found: Dict[Tuple[int, int], None] = {}
    for sentence in SENTENCE.finditer(text):
        found[sentence.span()] = None
        start = sentence.start()
        for mark in _BREAK.finditer(text, sentence.start(), sentence.end()):
            found[(start, mark.start())] = None
            start = mark.end()
        found[(start, sentence.end())] = None
    found[(0, len(text))] = None
    return [(start, end) for start, end in found if text[start:end].strip()]


def _vectors(text: str, states: TokenStates) -> Tuple[np.ndarray, List[Tuple[int, int]]]:
    """Return one unit vector a stretch, (stretches, 384), and the stretches."""
    rows: List[np.ndarray] = []
    kept: List[Tuple[int, int]] = []
    for start, end in stretches(text):
        mean = states.mean(start, end)
        if mean is not None:
            rows.append(mean)
            kept.append((start, end))
    if not rows:
        return states.states.mean(axis=0, keepdims=True), [(0, len(text))]
    vectors = np.array(rows)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True), kept


class SemanticFindings:
    """Recognises findings by meaning.

    Args:
        encoder: the sentence encoder.
        findings: ids, one for each row of the weights.
        weights: float32 array of shape (findings, 384 + 1); the last column is the bias.
    """

    def __init__(
        self, encoder: SentenceEncoder, findings: Sequence[str], weights: np.ndarray
    ) -> None:
        self._encoder, self._findings, self._weights = encoder, list(findings), weights

    @classmethod
    def train(
        cls,
        encoder: SentenceEncoder,
        examples: Sequence[LabelledText],
        without: Sequence[str],
        look: Optional[Callable[[str, TokenStates], None]] = None,
    ) -> SemanticFindings:
        """Fit on texts with their findings, and on texts without any.

        Args:
            look: is shown every text with its states, so that none is encoded twice.
        """
        texts = [*examples, *(LabelledText((text,)) for text in without)]
        findings = sorted({f for each in examples for f in each.findings} - SIDES)
        column = {finding: index for index, finding in enumerate(findings)}
        labels = np.zeros((len(texts), len(findings)), dtype=np.float32)
        emphasis = np.ones_like(labels)
        for row, each in enumerate(texts):
            labels[row, [column[f] for f in each.findings if f in column]] = 1
            emphasis[row, [column[f] for f in each.named if f in column]] = _NAMED_WEIGHT
        emphasis[labels > 0] = _POSITIVE_WEIGHT
        turns = [turn for each in texts for turn in each.turns]
        vectors: List[np.ndarray] = []
        for start in range(0, len(turns), _PART):  # all states at once would fill the memory
            part = turns[start : start + _PART]
            for turn, states in zip(part, encoder.token_states(part), strict=True):
                vectors.append(_vectors(turn, states)[0])
                if look:
                    look(turn, states)
        counts, place = [], 0
        for each in texts:
            counts.append(sum(len(v) for v in vectors[place : place + len(each.turns)]))
            place += len(each.turns)
        weights = _fit(np.vstack(vectors), np.array(counts), labels, emphasis)
        return cls(encoder, findings, weights)

    def extract(self, text: str, known: Sequence[Finding], threshold: float) -> List[Finding]:
        """Return findings beyond those `known`, as "uncertain": seen in meaning, not in words.

        A finding among the `known` that is denied, past or another's needs to be clear.

        Args:
            threshold: probability from which a finding counts.
        """
        if not text.strip():
            return []
        vectors, places = _vectors(text, self._encoder.token_states([text])[0])
        scores = vectors @ self._weights[:, :-1].T + self._weights[:, -1]
        best = scores.argmax(axis=0)
        likely = 1 / (1 + np.exp(-scores.max(axis=0)))
        stated = {f.id for f in known if f.context in ("present", "uncertain")}
        read = {finding.id for finding in known}
        person: Person = (
            "other" if known and all(each.person == "other" for each in known) else "self"
        )
        return [
            Finding(finding, "uncertain", person, None, *places[best[column]])
            for column, finding in enumerate(self._findings)
            if finding not in stated
            and likely[column] >= (_CLEAR if finding in read else threshold)
        ]

    def save(self, path: Path) -> None:
        """Write findings and weights to an `.npz` file."""
        np.savez(path, findings=np.array(self._findings), weights=self._weights)

    @classmethod
    def load(cls, path: Path, encoder: SentenceEncoder) -> SemanticFindings:
        """Read what `save` wrote."""
        with np.load(path) as content:
            return cls(encoder, content["findings"].tolist(), content["weights"])


def _fit(
    vectors: np.ndarray, counts: np.ndarray, labels: np.ndarray, emphasis: np.ndarray
) -> np.ndarray:
    """Fit all logistic regressions at once by L-BFGS; a text's likeliest stretch speaks for it.

    Args:
        vectors: (stretches, 384), text after text.
        counts: (texts,), number of stretches of each.
        labels: (texts, findings), 1 where the text states the finding.
        emphasis: (texts, findings), weight of each label.

    Returns:
        Array of shape (findings, 384 + 1).
    """
    inputs = np.hstack([vectors, np.ones((len(vectors), 1), dtype=np.float32)])
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    # Texts with as many stretches as each other are looked at together.
    groups = [
        (rows, starts[rows][:, None] + np.arange(count))
        for count in np.unique(counts)
        for rows in [np.flatnonzero(counts == count)]
    ]
    text_of = np.repeat(np.arange(len(counts)), counts)
    shape = (labels.shape[1], inputs.shape[1])
    free_bias = np.ones(shape[1], dtype=np.float32)
    free_bias[-1] = 0

    def loss(flat: np.ndarray) -> Tuple[float, np.ndarray]:
        weights = flat.reshape(shape).astype(np.float32)
        scores = inputs @ weights.T
        best = np.empty_like(labels)
        for rows, places in groups:
            best[rows] = scores[places].max(axis=1)
        cost = emphasis * (np.logaddexp(0, best) - labels * best)
        slope = emphasis * (1 / (1 + np.exp(-best)) - labels)
        gradient = np.where(scores >= best[text_of], slope[text_of], 0).T @ inputs
        penalty = weights * free_bias
        total = float(cost.sum() + _L2 / 2 * (penalty**2).sum())
        return total, (gradient + _L2 * penalty).astype(np.float64).ravel()

    start = np.zeros(shape[0] * shape[1])
    result = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _ITERATIONS})
    return np.asarray(result.x.reshape(shape), dtype=np.float32)
