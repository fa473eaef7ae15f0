"""The encoder's file: its layers are read, written in integers, and learned as they will be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
import tensorflow as tf

from legpain import sentence_encoder
from legpain.sentence_encoder import (
    TUNED_LAYERS,
    EncoderUnavailable,
    SentenceEncoder,
    package_weights,
    tokenize,
)
from legpain.tuning.graph import LARGEST, quantized
from legpain.tuning.package_file import PackageFile
from legpain.tuning.transformer import EncoderLayers

TEXT = "My calf is swollen, but my chest is fine."


@pytest.fixture(scope="module")
def file() -> PackageFile:
    return PackageFile()


@pytest.fixture(scope="module")
def input_states(file: PackageFile) -> Any:
    (trunk,) = SentenceEncoder(file.with_layers({})).token_states([TEXT])
    return tf.constant(trunk.states[None])


def test_integers_read_nearly_as_the_package_s_encoder(file: PackageFile) -> None:
    """The package's own graph computes in float32."""
    ids = np.array([tokenize(TEXT)])
    (exact,) = onnxruntime.InferenceSession(package_weights()).run(
        None,
        {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": ids * 0},
    )
    mean = exact[0].mean(axis=0)
    (ours,) = SentenceEncoder(file.with_layers(file.arrays())).encode([TEXT])
    assert ours @ mean / np.linalg.norm(mean) > 0.98


def test_tensorflow_computes_what_the_encoder_computes(
    file: PackageFile, input_states: Any
) -> None:
    layers = EncoderLayers(file.arrays(TUNED_LAYERS), dropout=0.0)
    states = layers(input_states, tf.ones(input_states.shape[:2]))
    (expected,) = SentenceEncoder().token_states([TEXT])
    assert np.allclose(states.numpy()[0], expected.states, atol=1e-3)


def test_padding_changes_nothing(file: PackageFile, input_states: Any) -> None:
    layers, tokens = EncoderLayers(file.arrays(), dropout=0.0), input_states.shape[1]
    longer = tf.pad(input_states, [[0, 0], [0, 5], [0, 0]])
    mask = tf.constant([[1.0] * tokens + [0.0] * 5])
    alone = layers(input_states, tf.ones((1, tokens)))
    assert np.allclose(layers(longer, mask)[:, :tokens], alone, atol=1e-3)


def test_layers_that_are_written_are_read_back(file: PackageFile, tmp_path: Path) -> None:
    arrays, path = file.arrays(), tmp_path / "layers.onnx"
    file.save(arrays, path)
    read = file.arrays(path)
    assert set(read) == set(arrays)
    for name, array in arrays.items():
        step = np.abs(array).max(axis=0) / LARGEST if array.ndim == 2 else 0
        assert (np.abs(read[name] - array) <= step / 2 + 1e-6).all()


def test_a_matrix_is_stored_to_seven_bits() -> None:
    """255 × 63 twice fits into 16 bits, which some processors add up in."""
    matrix = np.random.default_rng(0).standard_normal((40, 6)).astype(np.float32)
    values, steps = quantized(matrix)
    assert values.dtype == np.int8 and steps.shape == (6,)
    assert np.abs(values).max() == LARGEST and 2 * 255 * LARGEST < 2**15
    assert (np.abs(values * steps - matrix) <= steps / 2 + 1e-6).all()


def test_a_text_is_read_alike_alone_and_among_others() -> None:
    (alone,) = SentenceEncoder().token_states([TEXT])
    among = SentenceEncoder().token_states(["my heel", TEXT, "a much longer text " * 20])[1]
    assert np.array_equal(alone.states, among.states)


def test_missing_layers_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sentence_encoder, "TUNED_LAYERS", tmp_path / "layers.onnx")
    with pytest.raises(EncoderUnavailable, match=r"layers\.onnx"):
        SentenceEncoder()
