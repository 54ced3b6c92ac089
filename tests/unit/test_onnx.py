"""Uploaded ONNX files: good ones predict as they should, bad ones are refused before they can do anything."""

from __future__ import annotations

import importlib.util
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from structlog.testing import capture_logs

from hagame import plugins
from hagame.aimodels import sandbox
from hagame.errors import CorruptState, InvalidInput
from hagame.mind.learn import onnx as running
from hagame.mind.learn.onnx import WINDOW, Onnx, history
from hagame.mind.learn.onnx_file import check
from hagame.mind.model import Decision
from hagame.rules.game import PLAYER, Situation
from hagame.testing import check_model


def _files() -> ModuleType:
    spec = importlib.util.spec_from_file_location("onnx_files", Path(__file__).with_name("onnx_files.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["onnx_files"] = module
    spec.loader.exec_module(module)
    return module


files = _files()


def situation_of(preset: str = "rock-paper-scissors") -> Situation:
    game = plugins.make_game("matrix", {"preset": preset})
    return game.situation(game.start(np.random.default_rng(0)), PLAYER)


RPS = situation_of()


def loaded(data: bytes) -> Onnx:
    return Onnx().with_weights({running.FILE: np.frombuffer(data, dtype=np.uint8)})


def seen(model: Onnx, rounds: int, situation: Situation = RPS) -> Any:
    belief = model.start(situation)
    rng = np.random.default_rng(4)
    for own, other in rng.integers(0, len(situation.actions), (rounds, 2)).tolist():
        belief = model.update(belief, situation, Decision(own, other, 0.0, 0.0))
    return belief


@pytest.mark.parametrize("make", [files.linear, files.recurrent])
@pytest.mark.parametrize("preset", ["rock-paper-scissors", "prisoners-dilemma"])
def test_a_file_that_keeps_the_contract_is_a_model_like_others(make: Callable[..., bytes], preset: str) -> None:
    situation = situation_of(preset)
    n = len(situation.actions)
    data = make(n, n)
    check(data, n, n)
    check_model(loaded(data), situation, decisions=40)


def test_a_prediction_is_what_the_file_says_of_the_last_rounds() -> None:
    model = loaded(files.linear(seed=7))
    belief = seen(model, 20)
    assert len(belief.own) == WINDOW
    weights = np.random.default_rng(7).normal(0, 1, (WINDOW * 6, 3)).astype(np.float32)
    logits: NDArray[np.float64] = (history(belief.own, belief.opponent, 3, 3).reshape(1, -1) @ weights)[0]
    expected = np.exp(logits - logits.max())
    expected = np.maximum(expected / expected.sum(), running.LEAST)
    assert model.predict(belief, RPS) == pytest.approx(expected / expected.sum(), abs=1e-5)


def test_the_last_round_is_the_last_row_and_there_is_nothing_before_the_first() -> None:
    shown = history((2, 0), (1, 1), 3, 3)
    assert shown[0, -1].tolist() == [1, 0, 0, 0, 1, 0]
    assert shown[0, -2].tolist() == [0, 0, 1, 0, 1, 0]
    assert not shown[0, :-2].any()


def test_what_is_no_distribution_makes_an_even_prediction_and_the_explanation_says_so() -> None:
    model = loaded(files.linear(softmax=False))
    belief = seen(model, 5)
    assert model.predict(belief, RPS) == pytest.approx([1 / 3] * 3)
    why = model.explain(belief, RPS)
    assert [part.key for part in why.parts] == ["invalid"]
    assert "no distribution" in why.parts[0].statement


def test_a_file_of_one_game_is_refused_in_another() -> None:
    model = loaded(files.linear())
    pennies = situation_of("matching-pennies")
    with pytest.raises(CorruptState, match="another game"):
        model.predict(model.start(pennies), pennies)


HOSTILE = {
    "no ONNX": (lambda: b"\x80\x04\x95pickle", "no ONNX"),
    "empty": (lambda: b"", "opset is 0"),
    "cut": (lambda: files.linear()[:-40], "no ONNX"),
    "a loop": (files.endless, "'Loop'"),
    "a memory bomb": (files.bomb, "'Expand'"),
    "weights elsewhere": (files.outside, "file itself"),
    "operators of its own": (files.foreign, "evil.example"),
    "random numbers": (files.drawn, "'RandomNormalLike'"),
    "moving shapes": (files.moved, "'Range'"),
    "no distribution": (lambda: files.linear(softmax=False), "no distribution"),
    "another game": (lambda: files.linear(2, 2), "1 x 16 x 6"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_does_not_keep_it_is_refused_with_a_reason(name: str) -> None:
    make, reason = HOSTILE[name]
    with pytest.raises(InvalidInput, match=reason) as refused:
        check(make(), 3, 3)
    assert refused.value.field == "/file"


@pytest.mark.anyio
async def test_the_sandbox_says_what_the_check_says() -> None:
    await sandbox.check(files.recurrent(), 3, 3)
    with pytest.raises(InvalidInput, match="'Loop'"):
        await sandbox.check(files.endless(), 3, 3)


@pytest.mark.anyio
async def test_a_file_that_breaks_its_reader_breaks_the_sandbox_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    # As if the library had crashed: the process ends without a word.
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(InvalidInput, match="could not be read and run within 2 GiB"):
        await sandbox.check(files.linear(), 3, 3)


def test_the_sandbox_has_little_memory() -> None:
    import subprocess

    code = (
        "from hagame.aimodels import sandbox\nsandbox._limit()\n"
        "try:\n    bytearray(sandbox.MEMORY_BYTES)\nexcept MemoryError:\n    print('refused')\n"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "refused"


def test_a_file_that_takes_too_long_is_left_alone_and_the_prediction_is_even(monkeypatch: pytest.MonkeyPatch) -> None:
    model = loaded(files.linear(3, 3))
    belief = seen(model, 5)
    assert len(set(model.predict(belief, RPS).tolist())) > 1
    freed = threading.Event()

    class Stuck:
        def get_inputs(self) -> Any:
            return running.open_session(files.linear(3, 3)).get_inputs()

        def run(self, *_: Any) -> Any:
            freed.wait(10)

    monkeypatch.setattr(running, "session_of", lambda _: Stuck())
    monkeypatch.setattr(running, "LIMIT_S", 0.01)
    with capture_logs() as told:
        predicted, why = model.predict(belief, RPS), model.explain(belief, RPS)
        freed.set()
    assert predicted.tolist() == [1 / 3] * 3
    assert [part.key for part in why.parts] == ["invalid"]
    assert {line["event"] for line in told} == {"model.too_slow"}
