"""The encoder's ONNX file as its package brings it: its layers, and where its words lie."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

import numpy as np
import onnx
from onnx import numpy_helper

from legpain.sentence_encoder import package_weights
from legpain.tuning.graph import Arrays, arrays_of, layers_file

_LAYERS = range(6)
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
_EMBEDDINGS = "inner.embeddings."


class PackageFile:
    """The file, its graph, and its weights.

    A matrix is stored as int8 with one scale for each output.

    Raises:
        EncoderUnavailable: if the file is missing or is another one.
    """

    def __init__(self) -> None:
        self._content = package_weights()
        self._model = onnx.load_from_string(self._content)
        self._stored = {each.name: each for each in self._model.graph.initializer}

    def arrays(self, tuned: Optional[Path] = None) -> Arrays:
        """Return the weights of the layers.

        Args:
            tuned: what `save` wrote, to be read in place of the package's own.
        """
        if tuned:
            return arrays_of(onnx.load(str(tuned)))
        found: Arrays = {}
        products = self._products()
        for layer in _LAYERS:
            of_layer = dict(zip(_MATRICES, products[layer * len(_MATRICES) :], strict=False))
            for name, (values, scales) in of_layer.items():
                found[f"{layer}.{name}"] = self._array(values) * self._array(scales)
            for name, stored in _VECTORS.items():
                found[f"{layer}.{name}"] = self._array(f"inner.encoder.layer.{layer}.{stored}")
            # What a layer computes from the same states is one product.
            for ending in ("", ".bias"):
                parts = [found.pop(f"{layer}.{name}{ending}") for name in _MATRICES[:3]]
                found[f"{layer}.qkv{ending}"] = np.concatenate(parts, axis=-1)
        return found

    def with_layers(self, arrays: Arrays) -> bytes:
        """Return these layers as a file for `SentenceEncoder`; none at all give their input."""
        words = {
            key: str(self._offset(f"{_EMBEDDINGS}word_embeddings.weight_{stored}"))
            for key, stored in (("words", "q"), ("scales", "scale"))
        }
        return layers_file(self._embeddings(), arrays, words)

    def save(self, arrays: Arrays, path: Path) -> None:
        """Write the layers to a file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.with_layers(arrays))

    def _embeddings(self) -> Dict[str, np.ndarray]:
        positions = f"{_EMBEDDINGS}position_embeddings.weight"
        of_one_text = self._array(f"{_EMBEDDINGS}token_type_embeddings.weight")[0]
        return {
            "positions": self._array(f"{positions}_q") * self._array(f"{positions}_scale")
            + of_one_text,
            "scale": self._array(f"{_EMBEDDINGS}LayerNorm.weight"),
            "shift": self._array(f"{_EMBEDDINGS}LayerNorm.bias"),
        }

    def _products(self) -> List[Tuple[str, str]]:
        """Return under which names each matrix's values and scales are stored, in their order."""
        made: Dict[str, Any] = {out: node for node in self._model.graph.node for out in node.output}
        products = [
            made[node.input[1]]
            for node in self._model.graph.node
            if node.op_type == "MatMul" and node.input[1] in made
        ]
        return [
            (made[product.input[0]].input[0], product.input[1])
            for product in products
            if product.op_type == "Mul"
            and product.input[1] in self._stored
            and product.input[0] in made
            and made[product.input[0]].op_type == "Cast"
        ]

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
