"""The encoder's layers in TensorFlow, as all-MiniLM-L6-v2 defines them, to be trained."""

from __future__ import annotations

from typing import Any, Dict, Mapping

import numpy as np
import tensorflow as tf

_HEADS = 12
_EPSILON = 1e-12
_HIDDEN = -1e9  # added to the attention to what is only padding


class EncoderLayers:
    """The layers that are tuned, one after the other.

    Args:
        arrays: their weights, by name (see `legpain.tuning.package_file`).
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
            states = self._layer(layer, states, padding)
        return states

    def _layer(self, layer: str, states: Any, padding: Any) -> Any:
        shape = tf.shape(states)

        def by_head(name: str) -> Any:
            rows = tf.reshape(self._dense(layer, name, states), [shape[0], shape[1], _HEADS, -1])
            return tf.transpose(rows, [0, 2, 1, 3])

        query, key, value = by_head("query"), by_head("key"), by_head("value")
        width = tf.cast(tf.shape(query)[-1], tf.float32)
        attention = tf.matmul(query, key, transpose_b=True) / tf.sqrt(width) + padding
        attention = tf.nn.dropout(tf.nn.softmax(attention), self._dropout)
        mixed = tf.reshape(tf.transpose(tf.matmul(attention, value), [0, 2, 1, 3]), shape)
        mixed = tf.nn.dropout(self._dense(layer, "attention", mixed), self._dropout)
        states = self._norm(layer, "attention_norm", states + mixed)
        inner = tf.nn.gelu(self._dense(layer, "inner", states))
        outer = tf.nn.dropout(self._dense(layer, "outer", inner), self._dropout)
        return self._norm(layer, "output_norm", states + outer)

    def _dense(self, layer: str, name: str, inputs: Any) -> Any:
        weight, bias = self.weights[f"{layer}.{name}"], self.weights[f"{layer}.{name}.bias"]
        shape = tf.shape(inputs)
        rows = tf.matmul(tf.reshape(inputs, [-1, weight.shape[0]]), weight) + bias
        return tf.reshape(rows, [shape[0], shape[1], weight.shape[1]])

    def _norm(self, layer: str, name: str, inputs: Any) -> Any:
        mean, variance = tf.nn.moments(inputs, axes=-1, keepdims=True)
        scale, shift = self.weights[f"{layer}.{name}.scale"], self.weights[f"{layer}.{name}.shift"]
        return (inputs - mean) * tf.math.rsqrt(variance + _EPSILON) * scale + shift
