"""The encoder's layers in TensorFlow, as all-MiniLM-L6-v2 defines them, to be trained."""

from __future__ import annotations

from typing import Any, Dict, Mapping

import numpy as np
import tensorflow as tf

from legpain.tuning.graph import EPSILON, HEADS, LARGEST

_HIDDEN = -1e9  # added to the attention to what is only padding
_STEPS = 255.0  # of uint8, in which a text's states are multiplied


class EncoderLayers:
    """The layers that are tuned, one after the other.

    They round as the integers do in which they are computed later, and learn to bear it.

    Args:
        arrays: their weights, by name (see `legpain.tuning.graph`).
        dropout: share of the numbers that are left out while training.
    """

    def __init__(self, arrays: Mapping[str, np.ndarray], dropout: float) -> None:
        self.weights: Dict[str, Any] = {
            name: tf.Variable(array, name=name) for name, array in arrays.items()
        }
        self._layers = sorted({name.partition(".")[0] for name in arrays})
        self._dropout = dropout

    def arrays(self) -> Dict[str, np.ndarray]:
        """Return the weights as they are now."""
        return {name: weight.numpy() for name, weight in self.weights.items()}

    def __call__(self, states: Any, mask: Any) -> Any:
        """Return the last layer's states, for training.

        Args:
            states: what the layer before the first of these gave, (texts, tokens, 384).
            mask: 1 for a token, 0 for padding, (texts, tokens).
        """
        padding = (1.0 - mask)[:, None, None, :] * _HIDDEN
        for layer in self._layers:
            states = self._layer(layer, states, padding, mask[:, :, None])
        return states

    def _layer(self, layer: str, states: Any, padding: Any, mask: Any) -> Any:
        shape = tf.shape(states)

        def by_head(rows: Any) -> Any:
            parted = tf.reshape(rows, [shape[0], shape[1], HEADS, -1])
            return tf.transpose(parted, [0, 2, 1, 3])

        query, key, value = map(
            by_head, tf.split(self._dense(layer, "qkv", states * mask), 3, axis=2)
        )
        width = tf.cast(tf.shape(query)[-1], tf.float32)
        attention = tf.matmul(query, key, transpose_b=True) / tf.sqrt(width) + padding
        attention = tf.nn.dropout(tf.nn.softmax(attention), self._dropout)
        mixed = tf.reshape(tf.transpose(tf.matmul(attention, value), [0, 2, 1, 3]), shape)
        mixed = tf.nn.dropout(self._dense(layer, "attention", mixed * mask), self._dropout)
        states = self._norm(layer, "attention_norm", states + mixed)
        inner = tf.nn.gelu(self._dense(layer, "inner", states * mask))
        outer = tf.nn.dropout(self._dense(layer, "outer", inner * mask), self._dropout)
        return self._norm(layer, "output_norm", states + outer)

    def _dense(self, layer: str, name: str, inputs: Any) -> Any:
        weight, bias = self.weights[f"{layer}.{name}"], self.weights[f"{layer}.{name}.bias"]
        shape = tf.shape(inputs)
        rows = tf.reshape(_rounded_states(inputs), [-1, weight.shape[0]])
        rows = tf.matmul(rows, _rounded_matrix(weight)) + bias
        return tf.reshape(rows, [shape[0], shape[1], weight.shape[1]])

    def _norm(self, layer: str, name: str, inputs: Any) -> Any:
        mean, variance = tf.nn.moments(inputs, axes=-1, keepdims=True)
        scale, shift = self.weights[f"{layer}.{name}.scale"], self.weights[f"{layer}.{name}.shift"]
        return (inputs - mean) * tf.math.rsqrt(variance + EPSILON) * scale + shift


def _rounded_states(states: Any) -> Any:
    """Return states as they are in uint8, for each text from its least to its greatest number."""
    least = tf.minimum(tf.reduce_min(states, axis=[1, 2], keepdims=True), 0.0)
    step = (tf.maximum(tf.reduce_max(states, axis=[1, 2], keepdims=True), 0.0) - least) / _STEPS
    return _as_if(states, tf.round(states / step) * step)


def _rounded_matrix(matrix: Any) -> Any:
    """Return a matrix as it is in int8, see `legpain.tuning.graph.quantized`."""
    step = tf.reduce_max(tf.abs(matrix), axis=0) / LARGEST
    return _as_if(matrix, tf.round(matrix / step) * step)


def _as_if(exact: Any, rounded: Any) -> Any:
    """Return what is rounded, with the slope of what is exact: rounding has none."""
    return exact + tf.stop_gradient(rounded - exact)
