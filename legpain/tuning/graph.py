"""The layers as an ONNX file of few, fused operators, its matrices in int8.

The products of matrices are computed in integers (`DynamicQuantizeMatMul`): a text takes less
than half the time. A matrix keeps to 7 bits: on processors without VNNI, sums of products of
8 bits by 8 overflow, and the encoder would read otherwise there.
"""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Tuple, Union

import numpy as np
import onnx
from onnx import helper, numpy_helper

HEADS = 12
EPSILON = 1e-12  # of the norms
LARGEST = 63  # of int8: 63 × 255, twice, is below 2 ** 15
_FUSED = "com.microsoft"
_IR_VERSION, _OPSET = 8, 17

# "4.inner" -> the matrix, float32 (inputs, outputs); "4.inner.bias" -> the vector
Arrays = Dict[str, np.ndarray]


def quantized(matrix: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
    """Return a matrix as int8 and a scale for each output, float32 (outputs,)."""
    scale = (np.abs(matrix).max(axis=0) / LARGEST).astype(np.float32)
    return np.round(matrix / scale).clip(-LARGEST, LARGEST).astype(np.int8), scale


class _Graph:
    """Nodes and arrays that are put together one after the other."""

    def __init__(self) -> None:
        self.nodes: List[Any] = []
        self.arrays: List[Any] = []

    def keep(self, name: str, array: np.ndarray) -> str:
        self.arrays.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def add(self, operator: str, inputs: List[str], output: str, **settings: Any) -> str:
        self.nodes.append(helper.make_node(operator, inputs, [output], output, **settings))
        return output


def layers_file(
    embeddings: Mapping[str, np.ndarray], arrays: Arrays, metadata: Mapping[str, str]
) -> bytes:
    """Return an ONNX file that makes states, (1, tokens, 384), of words' vectors of that shape.

    Args:
        embeddings: `positions`, (places, 384), and the norm's `scale` and `shift`, (384,).
        arrays: the layers' weights; without any, the states are what the layers begin with.
        metadata: kept in the file.
    """
    graph = _Graph()
    states = _embedded(graph, embeddings)
    for layer in sorted({name.partition(".")[0] for name in arrays}):
        states = _layer(graph, layer, arrays, states)
    shape: List[Union[int, str, None]] = [1, "tokens", len(embeddings["scale"])]
    ends = [
        helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape)
        for name in ("words", states)
    ]
    model = helper.make_model(
        helper.make_graph(graph.nodes, "encoder", ends[:1], ends[1:], graph.arrays),
        opset_imports=[helper.make_opsetid("", _OPSET), helper.make_opsetid(_FUSED, 1)],
        ir_version=_IR_VERSION,
    )
    helper.set_model_props(model, dict(metadata))
    return bytes(model.SerializeToString())


def arrays_of(model: Any) -> Arrays:
    """Return the layers' weights that are in a file of `layers_file`."""
    stored = {each.name: numpy_helper.to_array(each) for each in model.graph.initializer}
    found: Arrays = {}
    for name, array in stored.items():
        matrix, _, kind = name.rpartition(".")
        if kind == "values":
            found[matrix] = array.astype(np.float32) * stored[f"{matrix}.steps"]
        elif name[0].isdigit() and kind in ("bias", "scale", "shift"):
            found[name] = np.asarray(array)
    return found


def _embedded(graph: _Graph, embeddings: Mapping[str, np.ndarray]) -> str:
    """Add the places of the words, and the norm before the layers."""
    graph.keep("positions", embeddings["positions"])
    graph.keep("first", np.array([0], dtype=np.int64))
    graph.add("Shape", ["words"], "tokens_", start=1, end=2)
    graph.add("Slice", ["positions", "first", "tokens_"], "places")
    graph.add("Unsqueeze", ["places", "first"], "places_")
    norm = [graph.keep(f"embedded.{name}", embeddings[name]) for name in ("scale", "shift")]
    return graph.add(
        "SkipLayerNormalization",
        ["words", "places_", *norm],
        "embedded",
        domain=_FUSED,
        epsilon=EPSILON,
    )


def _layer(graph: _Graph, layer: str, arrays: Arrays, states: str) -> str:
    def product(name: str, inputs: str, *bias: str) -> str:
        values, steps = quantized(arrays[f"{layer}.{name}"])
        at = f"{layer}.{name}"
        kept = [graph.keep(f"{at}.values", values), graph.keep(f"{at}.steps", steps)]
        zeros = graph.keep(f"{at}.zeros", np.zeros(len(steps), dtype=np.int8))
        inputs_ = [inputs, *kept, zeros, *bias]
        return graph.add("DynamicQuantizeMatMul", inputs_, f"{at}.product", domain=_FUSED)

    def keep(name: str) -> str:
        return graph.keep(f"{layer}.{name}", arrays[f"{layer}.{name}"])

    def norm(name: str, product_: str, before: str, bias: str) -> str:
        scale_shift = [keep(f"{name}.scale"), keep(f"{name}.shift")]
        inputs = [product_, before, *scale_shift, bias]
        operator = "SkipLayerNormalization"
        return graph.add(operator, inputs, f"{layer}.{name}", domain=_FUSED, epsilon=EPSILON)

    parts = [f"{layer}.{name}" for name in ("query", "key", "value")]
    together = product("qkv", states, keep("qkv.bias"))
    graph.nodes.append(helper.make_node("Split", [together], parts, axis=2))
    mixed = graph.add("MultiHeadAttention", parts, f"{layer}.mixed", domain=_FUSED, num_heads=HEADS)
    after = norm("attention_norm", product("attention", mixed), states, keep("attention.bias"))
    inner = [product("inner", after), keep("inner.bias")]
    inner_ = graph.add("BiasGelu", inner, f"{layer}.gelu", domain=_FUSED)
    return norm("output_norm", product("outer", inner_), after, keep("outer.bias"))
