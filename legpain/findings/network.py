"""A small neural network over vectors of the encoder: one hidden layer, several outputs.

It learns from texts of which a label is known but not the place: of a text's vectors, the one with
the highest score speaks for it. NumPy alone: so small a network trains in seconds, and the servers
need nothing but two products of matrices to use it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Dict, Iterator, List, Sequence, Tuple

import numpy as np

_SCALE = 4.0  # of the inputs, unit vectors, while learning
_BATCH = 256  # texts
_DECAY = 1e-3
_FIRST_GUESS = -4.0  # nearly every label is 0
_WARM_UP = 50  # steps
_LEAST_STEPS = 250  # few texts are seen more often
_MOMENTUM, _MEMORY = 0.9, 0.99  # Adam's


@dataclass(frozen=True)
class Network:
    """Scores vectors; the logistic function of a score is a probability.

    Attributes:
        inner: float32 array of shape (inputs, hidden).
        inner_bias: (hidden,).
        outer: (hidden, outputs).
        outer_bias: (outputs,).
    """

    inner: np.ndarray
    inner_bias: np.ndarray
    outer: np.ndarray
    outer_bias: np.ndarray

    def scores(self, vectors: np.ndarray, shared: int = 0) -> np.ndarray:
        """Return the scores of vectors, (vectors, outputs).

        Args:
            shared: so many inputs, the last ones, are the same in all vectors; that saves time.
        """
        own = vectors.shape[1] - shared
        beside = vectors[0, own:] @ self.inner[own:] + self.inner_bias
        hidden = np.maximum(vectors[:, :own] @ self.inner[:own] + beside, 0)
        return np.asarray(hidden @ self.outer + self.outer_bias)

    def arrays(self) -> Dict[str, np.ndarray]:
        """Return the arrays by name, to be saved."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @classmethod
    def load(cls, path: Path) -> Network:
        """Read the arrays of an `.npz` file."""
        with np.load(path) as content:
            return cls(**{each.name: content[each.name] for each in fields(cls)})


@dataclass(frozen=True)
class Schedule:
    """How a network learns.

    Attributes:
        hidden: units of the hidden layer.
        epochs: how often it sees every text.
        rate: Adam's step at its longest; it shrinks to nothing.
        dropout: share of hidden units that are left out at a step.
    """

    hidden: int
    epochs: int
    rate: float
    dropout: float


def fit(
    vectors: np.ndarray,
    counts: np.ndarray,
    labels: np.ndarray,
    emphasis: np.ndarray,
    schedule: Schedule,
    seed: int = 7,
) -> Network:
    """Fit a network by Adam, with the same result for the same seed.

    Args:
        vectors: float32 array of shape (vectors, inputs), text after text.
        counts: (texts,), number of vectors of each.
        labels: (texts, outputs), 0 or 1.
        emphasis: (texts, outputs), weight of each label.
        schedule: size and pace.
        seed: of the first weights and of the order.
    """
    random = np.random.default_rng(seed)
    width, outputs = vectors.shape[1], labels.shape[1]
    weights = [
        _normal(random, (width, schedule.hidden), np.sqrt(2 / width)),
        np.zeros(schedule.hidden, dtype=np.float32),
        _normal(random, (schedule.hidden, outputs), 0.3 / np.sqrt(schedule.hidden)),
        np.full(outputs, _FIRST_GUESS, dtype=np.float32),
    ]
    means = [np.zeros_like(each) for each in weights]
    squares = [np.zeros_like(each) for each in weights]
    a_round = -(-len(counts) // _BATCH)
    epochs = max(schedule.epochs, -(-_LEAST_STEPS // a_round))
    steps = epochs * a_round
    for step, texts in enumerate(_batches(random, len(counts), epochs), 1):
        rows, owners = _rows_of(texts, counts)
        kept = (random.random((len(rows), schedule.hidden)) >= schedule.dropout).astype(np.float32)
        slopes = _slopes(
            vectors[rows] * np.float32(_SCALE),
            kept / np.float32(1 - schedule.dropout),
            owners,
            labels[texts],
            emphasis[texts],
            weights,
        )
        rate = schedule.rate * min(1, step / _WARM_UP) * (1 - step / (steps + 1))
        for place, slope in enumerate(slopes):
            means[place] += (1 - _MOMENTUM) * (slope - means[place])
            squares[place] += (1 - _MEMORY) * (slope**2 - squares[place])
            mean = means[place] / (1 - _MOMENTUM**step)
            spread = np.sqrt(squares[place] / (1 - _MEMORY**step)) + 1e-8
            decay = _DECAY * weights[place] if weights[place].ndim == 2 else 0
            weights[place] -= np.float32(rate) * (mean / spread + decay)
    return Network(weights[0] * np.float32(_SCALE), *weights[1:])


def joined(networks: Sequence[Network]) -> Network:
    """Return one network whose scores are the means of these networks' scores."""
    return Network(
        np.hstack([each.inner for each in networks]),
        np.hstack([each.inner_bias for each in networks]),
        np.vstack([each.outer for each in networks]) / np.float32(len(networks)),
        np.mean([each.outer_bias for each in networks], axis=0),
    )


def _normal(random: np.random.Generator, shape: Tuple[int, int], spread: float) -> np.ndarray:
    return (random.standard_normal(shape) * spread).astype(np.float32)


def _batches(random: np.random.Generator, texts: int, epochs: int) -> Iterator[np.ndarray]:
    for _ in range(epochs):
        order = random.permutation(texts)
        for start in range(0, texts, _BATCH):
            yield order[start : start + _BATCH]


def _rows_of(texts: np.ndarray, counts: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
    """Return the places of these texts' vectors, and which of the texts each belongs to."""
    ends = np.cumsum(counts)
    rows = np.concatenate([np.arange(ends[text] - counts[text], ends[text]) for text in texts])
    return rows, np.repeat(np.arange(len(texts)), counts[texts])


def _slopes(
    inputs: np.ndarray,
    kept: np.ndarray,
    owners: np.ndarray,
    labels: np.ndarray,
    emphasis: np.ndarray,
    weights: List[np.ndarray],
) -> List[np.ndarray]:
    """Return the slope of the weighted logistic loss, for each array of the weights."""
    inner, inner_bias, outer, outer_bias = weights
    before = inputs @ inner + inner_bias
    hidden = np.maximum(before, 0) * kept
    scores = hidden @ outer + outer_bias
    best = np.maximum.reduceat(scores, np.unique(owners, return_index=True)[1], axis=0)
    error = emphasis * (1 / (1 + np.exp(-best)) - labels) / len(labels)
    error = np.where(scores >= best[owners], error[owners], 0).astype(np.float32)
    back = (error @ outer.T) * kept * (before > 0)
    return [inputs.T @ back, back.sum(axis=0), hidden.T @ error, error.sum(axis=0)]
