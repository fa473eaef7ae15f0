"""The small network: it learns which of a text's vectors speaks for a label, and repeats itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from legpain.findings.network import Network, Schedule, fit, joined

SCHEDULE = Schedule(hidden=16, epochs=30, rate=4e-3, dropout=0.2)


def _unit(vectors: np.ndarray) -> np.ndarray:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def _texts(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return vectors, counts and labels: a text has the label if one of its vectors points up."""
    random = np.random.default_rng(seed)
    counts = random.integers(1, 4, size=400)
    vectors = random.standard_normal((counts.sum(), 8))
    vectors[:, 0] = -np.abs(vectors[:, 0])
    labels = np.zeros((len(counts), 1), dtype=np.float32)
    for text, start in enumerate(np.cumsum(counts) - counts):
        if text % 2:
            labels[text] = 1
            vectors[start + random.integers(counts[text]), 0] += 8
    return _unit(vectors), counts, labels


def _probabilities(network: Network, vectors: np.ndarray, counts: np.ndarray) -> np.ndarray:
    best = np.maximum.reduceat(network.scores(vectors)[:, 0], np.cumsum(counts) - counts)
    return np.asarray(1 / (1 + np.exp(-best)))


@pytest.fixture(scope="module")
def network() -> Network:
    vectors, counts, labels = _texts(0)
    return fit(vectors, counts, labels, np.ones_like(labels), SCHEDULE)


def test_one_vector_of_a_text_speaks_for_it(network: Network) -> None:
    vectors, counts, labels = _texts(1)
    right = (_probabilities(network, vectors, counts) > 0.5) == (labels[:, 0] > 0)
    assert right.mean() > 0.95


def test_emphasis_moves_what_is_undecided() -> None:
    vectors, counts, labels = _texts(0)
    random = np.random.default_rng(3)
    labels = random.integers(0, 2, labels.shape).astype(np.float32)  # nothing to learn from
    light = fit(vectors, counts, labels, np.ones_like(labels), SCHEDULE)
    heavy = fit(vectors, counts, labels, 1 + 9 * labels, SCHEDULE)
    means = [_probabilities(each, vectors, counts).mean() for each in (light, heavy)]
    assert means[1] > means[0] + 0.1


def test_the_same_texts_give_the_same_network(network: Network) -> None:
    vectors, counts, labels = _texts(0)
    again = fit(vectors, counts, labels, np.ones_like(labels), SCHEDULE)
    for name, array in network.arrays().items():
        np.testing.assert_array_equal(array, again.arrays()[name])


def test_joined_networks_give_the_mean_of_their_scores(network: Network) -> None:
    vectors, counts, labels = _texts(0)
    other = fit(vectors, counts, labels, np.ones_like(labels), SCHEDULE, seed=8)
    assert not np.allclose(network.scores(vectors), other.scores(vectors))
    mean = (network.scores(vectors) + other.scores(vectors)) / 2
    np.testing.assert_allclose(joined([network, other]).scores(vectors), mean, atol=1e-4)


def test_inputs_that_all_vectors_share_are_worth_the_same(network: Network) -> None:
    vectors, _, _ = _texts(0)
    vectors[:, -2:] = vectors[0, -2:]
    np.testing.assert_allclose(
        network.scores(vectors, shared=2), network.scores(vectors), atol=1e-4
    )


def test_it_survives_persisting(network: Network, tmp_path: Path) -> None:
    np.savez(tmp_path / "network.npz", **network.arrays())
    vectors, _, _ = _texts(2)
    loaded = Network.load(tmp_path / "network.npz")
    np.testing.assert_array_equal(loaded.scores(vectors), network.scores(vectors))
