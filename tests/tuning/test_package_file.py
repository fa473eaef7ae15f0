"""The encoder's file: its layers are read, written back, and are what TensorFlow computes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from legpain.sentence_encoder import (
    TUNED_LAYERS,
    EncoderUnavailable,
    SentenceEncoder,
    package_weights,
    with_layers,
)
from legpain.tuning.package_file import PackageFile, quantized
from legpain.tuning.transformer import EncoderLayers

TEXT = "My calf is swollen, but my chest is fine."


@pytest.fixture(scope="module")
def file() -> PackageFile:
    return PackageFile()


@pytest.fixture(scope="module")
def plain() -> SentenceEncoder:
    return SentenceEncoder(package_weights())


def test_layers_that_are_written_as_they_were_change_nothing(
    file: PackageFile, plain: SentenceEncoder, tmp_path: Path
) -> None:
    path = tmp_path / "layers.npz"
    file.save(file.arrays(), path)
    same = SentenceEncoder(with_layers(package_weights(), path))
    assert np.array_equal(same.encode([TEXT]), plain.encode([TEXT]))


def test_tensorflow_computes_what_the_encoder_computes(
    file: PackageFile, plain: SentenceEncoder
) -> None:
    (trunk,) = SentenceEncoder(file.trunk()).token_states([TEXT])
    layers = EncoderLayers(file.arrays(), dropout=0.0)
    states = layers(tf.constant(trunk.states[None]), tf.ones((1, len(trunk.states))))
    (expected,) = plain.token_states([TEXT])
    assert np.allclose(states.numpy()[0], expected.states, atol=1e-4)


def test_padding_changes_nothing(file: PackageFile) -> None:
    (trunk,) = SentenceEncoder(file.trunk()).token_states([TEXT])
    layers, tokens = EncoderLayers(file.arrays(), dropout=0.0), len(trunk.states)
    longer = np.zeros((1, tokens + 5, trunk.states.shape[1]), dtype=np.float32)
    longer[0, :tokens] = trunk.states
    mask = (np.arange(tokens + 5) < tokens)[None].astype(np.float32)
    alone = layers(tf.constant(trunk.states[None]), tf.ones((1, tokens)))
    assert np.allclose(layers(longer, mask)[:, :tokens], alone, atol=1e-4)


def test_a_matrix_is_stored_to_a_127th_of_its_largest_number() -> None:
    matrix = np.random.default_rng(0).standard_normal((40, 6)).astype(np.float32)
    values, scale = quantized(matrix)
    assert values.dtype == np.int8 and scale.shape == (1, 6)
    assert (np.abs(values * scale - matrix) <= scale / 2 + 1e-6).all()


def test_the_tuned_layers_fit_into_the_package_s_file() -> None:
    with np.load(TUNED_LAYERS) as pieces:
        ends = pieces["offsets"] + pieces["lengths"]
        assert pieces["lengths"].sum() == len(pieces["values"])
    assert ends.max() < len(package_weights())


def test_missing_layers_are_named(tmp_path: Path) -> None:
    with pytest.raises(EncoderUnavailable, match=r"layers\.npz"):
        with_layers(b"", tmp_path / "layers.npz")
