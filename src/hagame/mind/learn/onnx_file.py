"""Whether an ONNX file may be run: a plain graph of fixed shapes that keeps the contract of `onnx.py`.

Reading a hostile file is dangerous in itself, so `check` is called in a process of its own with little memory and time
(`hagame.aimodels.sandbox`). What passes has no loops, no branches, no random numbers, no shapes that depend on values
and nothing outside the file: whatever history it is given, it takes the time and memory that it took here.
"""

from __future__ import annotations

from time import perf_counter
from typing import Any

import numpy as np

from hagame.errors import InvalidInput
from hagame.mind.learn.onnx import INPUT, OUTPUT, WINDOW, history, is_distribution, open_session

OPSETS = range(13, 26)
MOST_NODES = 500
MOST_MILLISECONDS = 5.0
"""Median time of one run; it is on the way of every move."""
TRIALS = 60
FIELD = "/file"
FLOAT32 = 1
"""As ONNX numbers it."""

_ALLOWED = """
    Abs Add And ArgMax AveragePool BatchNormalization Cast Clip Concat Constant Conv Div Dropout Elu Equal Erf Exp
    Flatten GRU Gather Gelu Gemm GlobalAveragePool Greater GroupNormalization HardSigmoid Identity LSTM
    LayerNormalization LeakyRelu Less Log LogSoftmax MatMul Max MaxPool Mean Min Mul Neg Not Or Pow RNN ReduceMax
    ReduceMean ReduceMin ReduceSum Relu Reshape Selu Sigmoid Slice Softmax Softplus Softsign Split Sqrt Squeeze Sub
    Sum Tanh Transpose Unsqueeze Where
"""
OPERATORS = frozenset(_ALLOWED.split())
"""None of them repeats, branches, draws, or makes more of its input than its shape says."""


def check(data: bytes, n: int, m: int) -> None:
    """Raises `InvalidInput` that says what is wrong with the file, for a game of n own and m opponent's actions."""
    import onnx  # noqa: PLC0415 - slow to import

    try:
        model = onnx.load_model_from_string(data)
    except Exception as error:
        raise _wrong("it is no ONNX model") from error
    _check_parts(model)
    try:
        onnx.checker.check_model(model, full_check=True)
    except Exception as error:
        raise _wrong("it is no valid ONNX model") from error
    _check_ends(model, n, m)
    _check_shapes(model)
    _check_runs(data, n, m)


def _check_parts(model: Any) -> None:
    if model.functions or model.training_info:
        raise _wrong("it must not bring functions or training of its own")
    versions = {entry.domain: entry.version for entry in model.opset_import}
    if set(versions) - {"", "ai.onnx"}:
        raise _wrong(
            f"it needs operators of {', '.join(sorted(set(versions) - {'', 'ai.onnx'}))}; only ai.onnx's may be used"
        )
    version = next(iter(versions.values()), 0)
    if version not in OPSETS:
        raise _wrong(f"its opset is {version}; it must be {OPSETS.start} to {OPSETS.stop - 1}")
    graph = model.graph
    if len(graph.node) > MOST_NODES:
        raise _wrong(f"it has {len(graph.node)} nodes; it may have {MOST_NODES}")
    for node in graph.node:
        if node.domain not in {"", "ai.onnx"} or node.op_type not in OPERATORS:
            raise _wrong(f"the operator {node.op_type!r} may not be used")
        if any(a.HasField("g") or a.graphs or a.sparse_tensors for a in node.attribute):
            raise _wrong(f"the operator {node.op_type!r} holds a graph of its own")
    _check_constants(graph)


def _check_constants(graph: Any) -> None:
    fixed = {tensor.name for tensor in graph.initializer}
    fixed |= {name for node in graph.node if node.op_type == "Constant" for name in node.output}
    if graph.sparse_initializer or any(t.data_location or t.external_data for t in _tensors(graph)):
        raise _wrong("all of its numbers must be in the file itself")
    for node in graph.node:
        if node.op_type == "Reshape" and not fixed.issuperset(node.input[1:]):
            raise _wrong("the shapes in it must be constants")


def _tensors(graph: Any) -> list[Any]:
    inner = [a.t for node in graph.node for a in node.attribute if a.HasField("t")]
    return [*graph.initializer, *inner, *(t for node in graph.node for a in node.attribute for t in a.tensors)]


def _check_ends(model: Any, n: int, m: int) -> None:
    weights = {tensor.name for tensor in model.graph.initializer}
    _check_end("input", [v for v in model.graph.input if v.name not in weights], INPUT, (1, WINDOW, n + m))
    _check_end("output", list(model.graph.output), OUTPUT, (1, n))


def _check_end(kind: str, values: list[Any], name: str, shape: tuple[int, ...]) -> None:
    if [_end(value) for value in values] != [(name, FLOAT32, shape)]:
        wanted = " x ".join(map(str, shape))
        raise _wrong(f"its only {kind} must be `{name}`, float32, of the shape {wanted}")


def _check_shapes(model: Any) -> None:
    import onnx  # noqa: PLC0415 - slow to import

    try:
        inferred = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True).graph
    except Exception as error:
        raise _wrong("its shapes do not fit together") from error
    known = {value.name: _end(value)[2] for value in (*inferred.value_info, *inferred.output)}
    for node in inferred.node:
        if any(name and -1 in known.get(name, (-1,)) for name in node.output):
            raise _wrong(f"what {node.op_type} gives must have a shape that no value can change")


def _end(value: Any) -> tuple[str, int, tuple[int, ...]]:
    kind = value.type.tensor_type
    shape = tuple(d.dim_value if d.HasField("dim_value") else -1 for d in kind.shape.dim)
    return value.name, kind.elem_type, shape


def _check_runs(data: bytes, n: int, m: int) -> None:
    try:
        session = open_session(data)
    except Exception as error:
        raise _wrong("onnxruntime refuses it") from error
    rng = np.random.default_rng(0)
    times = []
    for trial in range(TRIALS):
        rounds = min(trial, WINDOW)
        shown = history(rng.integers(0, n, rounds).tolist(), rng.integers(0, m, rounds).tolist(), n, m)
        began = perf_counter()
        try:
            (raw,) = session.run([OUTPUT], {INPUT: shown})
        except Exception as error:
            raise _wrong(f"it fails on a history of {rounds} rounds") from error
        times.append(perf_counter() - began)
        if not is_distribution(np.asarray(raw, dtype=np.float64).reshape(-1)):
            raise _wrong(f"what it gives for a history of {rounds} rounds is no distribution over {n} actions")
    milliseconds = float(np.median(times)) * 1000
    if milliseconds > MOST_MILLISECONDS:
        raise _wrong(f"one prediction takes {milliseconds:.1f} ms; it may take {MOST_MILLISECONDS:.0f}")


def _wrong(what: str) -> InvalidInput:
    return InvalidInput(f"The file cannot be used: {what}.", field=FIELD)
