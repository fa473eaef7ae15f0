"""The encoder's ONNX file as its package brings it: its layers, and where they lie."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List, Mapping, Tuple

import numpy as np
import onnx
from onnx import numpy_helper

from legpain.sentence_encoder import package_weights

LAYERS = (0, 1, 2, 3, 4, 5)  # all; the embeddings before them stay as they are
_MATRICES = ("query", "key", "value", "attention", "inner", "outer")  # in the graph's order
_VECTORS = {
    "query.bias": "attention.self.query.bias",
    "key.bias": "attention.self.key.bias",
    "value.bias": "attention.self.value.bias",
    "attention.bias": "attention.output.dense.bias",
    "attention_norm.scale": "attention.output.LayerNorm.weight",
    "attention_norm.shift": "attention.output.LayerNorm.bias",
    "inner.bias": "intermediate.dense.bias",
    "outer.bias": "output.dense.bias",
    "output_norm.scale": "output.LayerNorm.weight",
    "output_norm.shift": "output.LayerNorm.bias",
}
_LARGEST = 127  # of int8, the same on both sides of 0

# "4.query" -> the matrix, float32 (inputs, outputs); "4.query.bias" -> the vector
Arrays = Dict[str, np.ndarray]


class PackageFile:
    """The file, its graph, and the weights of the layers that are tuned.

    A matrix is stored as int8 with one scale for each output.

    Raises:
        EncoderUnavailable: if the file is missing or is another one.
    """

    def __init__(self) -> None:
        self._content = package_weights()
        self._model = onnx.load_from_string(self._content)
        self._stored = {each.name: each for each in self._model.graph.initializer}

    def arrays(self) -> Arrays:
        """Return the weights of the layers to tune."""
        found: Arrays = {}
        for name, (values, scales) in self._matrices().items():
            found[name] = self._array(values).astype(np.float32) * self._array(scales)
        for name, stored in self._vectors().items():
            found[name] = self._array(stored)
        return found

    def trunk(self) -> bytes:
        """Return the encoder up to the layers to tune, as an ONNX file: it gives their input."""
        model = onnx.ModelProto()
        model.CopyFrom(self._model)
        norms = [node for node in model.graph.node if node.op_type == "LayerNormalization"]
        last = norms[2 * LAYERS[0]].output[0]  # one for the embeddings, then two a layer
        del model.graph.output[:]
        model.graph.output.append(
            onnx.helper.make_tensor_value_info(last, onnx.TensorProto.FLOAT, None)
        )
        return bytes(model.SerializeToString())

    def save(self, arrays: Mapping[str, np.ndarray], path: Path) -> None:
        """Write the layers as pieces of this file (see `legpain.sentence_encoder.with_layers`)."""
        pieces: List[Tuple[str, np.ndarray]] = []
        for name, (values, scales) in self._matrices().items():
            int8, scale = quantized(arrays[name])
            pieces += [(values, int8), (scales, scale)]
        for name, stored in self._vectors().items():
            pieces.append((stored, arrays[name].astype(np.float32)))
        bytes_ = [array.tobytes() for _, array in pieces]
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez(
            path,
            offsets=np.array([self._offset(stored) for stored, _ in pieces]),
            lengths=np.array([len(each) for each in bytes_]),
            values=np.frombuffer(b"".join(bytes_), dtype=np.uint8),
        )

    def _matrices(self) -> Dict[str, Tuple[str, str]]:
        """Return, for each matrix, under which names its values and its scales are stored."""
        made: Dict[str, Any] = {out: node for node in self._model.graph.node for out in node.output}
        products = [
            made[node.input[1]]
            for node in self._model.graph.node
            if node.op_type == "MatMul" and node.input[1] in made
        ]
        stored = [
            (made[product.input[0]].input[0], product.input[1])
            for product in products
            if product.op_type == "Mul"
            and product.input[1] in self._stored
            and product.input[0] in made
            and made[product.input[0]].op_type == "Cast"
        ]
        return {
            f"{layer}.{name}": stored[layer * len(_MATRICES) + place]
            for layer in LAYERS
            for place, name in enumerate(_MATRICES)
        }

    @staticmethod
    def _vectors() -> Dict[str, str]:
        return {
            f"{layer}.{name}": f"inner.encoder.layer.{layer}.{stored}"
            for layer in LAYERS
            for name, stored in _VECTORS.items()
        }

    def _array(self, stored: str) -> np.ndarray:
        return np.asarray(numpy_helper.to_array(self._stored[stored]))

    def _offset(self, stored: str) -> int:
        """Return where an array begins in the file.

        Raises:
            ValueError: if its bytes are there more than once.
        """
        raw = self._array(stored).tobytes()
        if self._content.count(raw) != 1:
            raise ValueError(f"{stored}: expected once in the encoder's file")
        return self._content.index(raw)


def quantized(matrix: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
    """Return a matrix as int8 and a scale for each output, float32 (1, outputs)."""
    scale = (np.abs(matrix).max(axis=0, keepdims=True) / _LARGEST).astype(np.float32)
    return np.round(matrix / scale).clip(-_LARGEST, _LARGEST).astype(np.int8), scale
