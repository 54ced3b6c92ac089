"""ONNX files to try: good ones, and ones that somebody hostile might send."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

WINDOW = 16


def graph_of(nodes: list[Any], initializers: list[Any], n: int = 3, m: int = 3, **ends: Any) -> Any:
    shown = ends.get("inputs") or [helper.make_tensor_value_info("history", TensorProto.FLOAT, [1, WINDOW, n + m])]
    said = ends.get("outputs") or [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [1, n])]
    return helper.make_graph(nodes, "predictor", shown, said, initializers)


def model_of(graph: Any, opset: int = 17, domains: tuple[str, ...] = ()) -> bytes:
    imports = [helper.make_opsetid("", opset), *(helper.make_opsetid(domain, 1) for domain in domains)]
    model = helper.make_model(graph, opset_imports=imports, ir_version=9)
    return bytes(model.SerializeToString())


def linear(n: int = 3, m: int = 3, *, seed: int = 0, before: tuple[Any, ...] = (), softmax: bool = True) -> bytes:
    """One linear layer over the whole history and a softmax; `before` come first and lead from `history` to `seen`."""
    rng = np.random.default_rng(seed)
    weights = numpy_helper.from_array(rng.normal(0, 1, (WINDOW * (n + m), n)).astype(np.float32), "w")
    nodes = [
        *before,
        helper.make_node("Flatten", ["seen" if before else "history"], ["flat"]),
        helper.make_node("MatMul", ["flat", "w"], ["logits" if softmax else "probabilities"]),
    ]
    if softmax:
        nodes.append(helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1))
    return model_of(graph_of(nodes, [weights], n, m))


def recurrent(n: int = 3, m: int = 3, hidden: int = 8) -> bytes:
    """A GRU over the rounds, as a person would train one elsewhere."""
    rng = np.random.default_rng(1)
    shapes = {"w": (1, 3 * hidden, n + m), "r": (1, 3 * hidden, hidden), "v": (hidden, n)}
    weights = [numpy_helper.from_array(rng.normal(0, 0.5, s).astype(np.float32), k) for k, s in shapes.items()]
    shape = numpy_helper.from_array(np.array([1, hidden], dtype=np.int64), "shape")
    nodes = [
        helper.make_node("Transpose", ["history"], ["steps"], perm=[1, 0, 2]),
        helper.make_node("GRU", ["steps", "w", "r"], ["", "last"], hidden_size=hidden),
        helper.make_node("Reshape", ["last", "shape"], ["state"]),
        helper.make_node("MatMul", ["state", "v"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1),
    ]
    return model_of(graph_of(nodes, [*weights, shape], n, m))


def endless() -> bytes:
    """A loop that would go on for 2**60 steps."""
    turns = numpy_helper.from_array(np.array(2**60, dtype=np.int64), "turns")
    on = numpy_helper.from_array(np.array(True), "on")
    body = helper.make_graph(
        [helper.make_node("Identity", ["go"], ["still"]), helper.make_node("Identity", ["value"], ["next"])],
        "body",
        [
            helper.make_tensor_value_info("turn", TensorProto.INT64, []),
            helper.make_tensor_value_info("go", TensorProto.BOOL, []),
            helper.make_tensor_value_info("value", TensorProto.FLOAT, [1, WINDOW, 6]),
        ],
        [
            helper.make_tensor_value_info("still", TensorProto.BOOL, []),
            helper.make_tensor_value_info("next", TensorProto.FLOAT, [1, WINDOW, 6]),
        ],
    )
    loop = helper.make_node("Loop", ["turns", "on", "history"], ["seen"], body=body)
    data = onnx.load_model_from_string(linear(before=(loop,)))
    data.graph.initializer.extend([turns, on])
    return bytes(data.SerializeToString())


def bomb() -> bytes:
    """Five numbers that ask for a terabyte."""
    shape = numpy_helper.from_array(np.array([1, 262_144, 1_048_576], dtype=np.int64), "size")
    nodes = [
        helper.make_node("Expand", ["history", "size"], ["seen"]),
        helper.make_node("ReduceSum", ["seen"], ["sum"], keepdims=0),
    ]
    data = onnx.load_model_from_string(linear())
    data.graph.node.extend(nodes)
    data.graph.initializer.append(shape)
    return bytes(data.SerializeToString())


def outside() -> bytes:
    """Weights that lie in another file of the server."""
    data = onnx.load_model_from_string(linear())
    tensor = data.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", "/etc/passwd"
    return bytes(data.SerializeToString())


def foreign() -> bytes:
    """An operator of a library of its own."""
    node = helper.make_node("Anything", ["history"], ["seen"], domain="evil.example")
    data = onnx.load_model_from_string(linear(before=(node,)))
    data.opset_import.append(helper.make_opsetid("evil.example", 1))
    return bytes(data.SerializeToString())


def drawn() -> bytes:
    """Random numbers: the same history would give another prediction."""
    return linear(before=(helper.make_node("RandomNormalLike", ["history"], ["seen"]),))


def moved() -> bytes:
    """A shape that depends on the history."""
    nodes = (
        helper.make_node("ReduceSum", ["history"], ["total"], keepdims=0),
        helper.make_node("Cast", ["total"], ["whole"], to=TensorProto.INT64),
        helper.make_node("Range", ["whole", "whole", "whole"], ["made"]),
        helper.make_node("Identity", ["history"], ["seen"]),
    )
    return linear(before=nodes)
