"""A predictor that came as an ONNX file: a fixed graph from the last rounds to probabilities.

The file is trusted only after `onnx_file.check` has looked at it. Here it is run on one thread of its own for at most
`LIMIT_S`, and what it says is looked at every time: where it is no distribution, or comes too late, the prediction is
even, and the explanation says so.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, ClassVar

import numpy as np
import structlog
from numpy.typing import NDArray

from hagame.errors import CorruptState
from hagame.mind.learn.logits import attribution, centred
from hagame.mind.model import Attribution, Contribution, Decision, Learnt, Model, ModelInfo, Probabilities
from hagame.rules.game import Situation

WINDOW = 16
"""Rounds that are shown to the file."""
INPUT, OUTPUT = "history", "probabilities"
FILE = "file"
"""Name of the array that holds the bytes of the file."""
LEAST = 1e-4
"""Least probability of a legal action."""
TOLERANCE = 1e-3
"""How far the sum of what the file says may be from 1."""
LIMIT_S = 0.25
"""How long one run may take: fifty times what a file is admitted with."""
AT_ONCE = 4
"""Runs at once, per process."""
MAGIC = b"HON1"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Rounds:
    """The last rounds, newest last; at most `WINDOW`."""

    own: tuple[int, ...] = ()
    opponent: tuple[int, ...] = ()


class Onnx(Model[Rounds]):
    """Runs an uploaded file; without one, every action is as likely as any other."""

    info: ClassVar[ModelInfo] = ModelInfo(
        key="onnx",
        version="1",
        title="Uploaded ONNX file",
        sources=("Shapley (1953) A value for n-person games (shares of the explanation)", "https://onnx.ai"),
        slow=True,
    )

    def start(self, situation: Situation) -> Rounds:  # noqa: ARG002 - the same in all
        """No round yet."""
        return Rounds()

    def carry_over(self, belief: Rounds) -> Rounds:  # noqa: ARG002 - nothing is learnt
        """The last rounds belong to another match."""
        return Rounds()

    def predict(self, belief: Rounds, situation: Situation) -> Probabilities:
        """What the file says of these rounds, over the legal actions."""
        return self._said(belief, situation, own=True, opponent=True)[0]

    def update(self, belief: Rounds, situation: Situation, decision: Decision) -> Rounds:  # noqa: ARG002
        """One round more; the oldest is forgotten."""
        own = (*belief.own, decision.action)[-WINDOW:]
        return Rounds(own, (*belief.opponent, max(decision.opponent_action, 0))[-WINDOW:])

    def explain(self, belief: Rounds, situation: Situation) -> Attribution:
        """Without any move (baseline), and the Shapley values of your moves and of the opponent's: exact."""
        parts = [(False, False), (True, False), (False, True), (True, True)]
        said = [self._said(belief, situation, own=own, opponent=opponent) for own, opponent in parts]
        legal = situation.legal
        none, own, other, both = ([math.log(x) if x > 0 else 0.0 for x in p.tolist()] for p, _ in said)
        baseline, mine = centred(none, legal), _shapley(none, own, other, both, legal)
        if not said[-1][1]:
            doubt = "The file gave no distribution in time, so every action was taken to be as likely as any other."
            # All that is predicted is the even baseline.
            return attribution(centred(both, legal), [Contribution("invalid", doubt, (0.0,) * len(both), 0.0, 0.0)], 1)
        theirs = _shapley(none, other, own, both, legal)
        told = [("own moves", "Your last", mine), ("opponent's moves", "The opponent's last", theirs)]
        seen = float(len(belief.own))
        contributions = [
            Contribution(key, f"{whose} moves ({seen:.0f}) speak for {_favoured(odds, situation)}.", odds, seen, 0.0)
            for key, whose, odds in told
        ]
        return attribution(baseline, contributions, top=2)

    def dump(self, belief: Rounds) -> bytes:
        """The rounds."""
        return MAGIC + bytes((len(belief.own), *belief.own, *belief.opponent))

    def load(self, data: bytes, situation: Situation) -> Rounds:
        """The belief that `dump` wrote. Raises `CorruptState`."""
        count = data[4] if len(data) > 4 else -1
        if data[:4] != MAGIC or count > WINDOW or len(data) != 5 + 2 * count:
            raise CorruptState("these bytes are no rounds of ours")
        own, opponent = tuple(data[5 : 5 + count]), tuple(data[5 + count :])
        if any(a >= len(situation.actions) for a in own) or any(a >= _opponents(situation) for a in opponent):
            raise CorruptState("a belief remembers rounds that cannot have been played")
        return Rounds(own, opponent)

    def _said(self, belief: Rounds, situation: Situation, *, own: bool, opponent: bool) -> tuple[Probabilities, bool]:
        """The prediction where the moves of one side may be hidden, and whether the file gave a distribution."""
        n, m = len(situation.actions), _opponents(situation)
        if self._learnt is None:
            return _over(np.full(n, 1 / n), situation.legal)
        session = session_of(self._learnt)
        shape = tuple(session.get_inputs()[0].shape)
        if shape != (1, WINDOW, n + m):
            raise CorruptState(f"the file is for another game: its input has the shape {shape}")
        shown = history(belief.own if own else (), belief.opponent if opponent else (), n, m)
        raw = _run(session, shown)
        if raw.shape != (n,) or not is_distribution(raw):
            return _over(np.full(n, 1 / n), situation.legal)[0], False
        return _over(raw, situation.legal)


def history(own: Sequence[int], opponent: Sequence[int], n: int, m: int) -> NDArray[np.float32]:
    """The input of a file, shape (1, `WINDOW`, n + m): one row per round, newest last, zeros before the first."""
    shown = np.zeros((1, WINDOW, n + m), dtype=np.float32)
    for k, move in enumerate(reversed(own)):
        shown[0, WINDOW - 1 - k, move] = 1.0
    for k, move in enumerate(reversed(opponent)):
        shown[0, WINDOW - 1 - k, n + move] = 1.0
    return shown


def is_distribution(raw: NDArray[np.float64]) -> bool:
    """Whether these are probabilities: finite, none below 0, sum 1 within `TOLERANCE`."""
    return bool(np.isfinite(raw).all() and (raw >= -TOLERANCE).all() and abs(raw.sum() - 1.0) <= TOLERANCE)


@lru_cache(maxsize=32)
def session_of(learnt: Learnt) -> Any:
    """The file, ready to run on one thread. Raises `CorruptState` when the runtime refuses it."""
    try:
        return open_session(learnt.arrays[FILE].tobytes())
    except Exception as error:
        raise CorruptState("the ONNX file cannot be run") from error


def open_session(data: bytes) -> Any:
    """A session of onnxruntime: one thread, no memory kept between runs, no word of its own."""
    import onnxruntime as ort  # type: ignore[import-untyped]  # slow to import

    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 4
    return ort.InferenceSession(data, options, providers=["CPUExecutionProvider"])


def _run(session: Any, shown: NDArray[np.float32]) -> NDArray[np.float64]:
    """What the file says, shape (n,); nothing where it fails or takes longer than `LIMIT_S`."""
    options = _options()
    running = _threads().submit(session.run, [OUTPUT], {INPUT: shown}, options)
    try:
        (raw,) = running.result(LIMIT_S)
    except TimeoutError:
        # It stops at its next operator; until then its thread is busy, and nobody waits for it.
        options.terminate = True
        log.warning("model.too_slow", limit_s=LIMIT_S)
        return np.empty(0)
    except Exception:  # noqa: BLE001 - whatever a file does, the match goes on
        return np.empty(0)
    return np.asarray(raw, dtype=np.float64).reshape(-1)


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(AT_ONCE, thread_name_prefix="onnx")


def _options() -> Any:
    import onnxruntime as ort

    return ort.RunOptions()


def _over(raw: NDArray[np.float64], legal: Sequence[int]) -> tuple[Probabilities, bool]:
    """Over the legal actions, none of them below `LEAST`."""
    keep = list(legal)
    found = np.zeros(len(raw))
    found[keep] = np.maximum(raw[keep], LEAST)
    return found / found.sum(), True


def _opponents(situation: Situation) -> int:
    return max(len(situation.opponent_actions), 1)


def _shapley(
    none: list[float], mine: list[float], theirs: list[float], both: list[float], legal: Sequence[int]
) -> tuple[float, ...]:
    """Mean of what one side adds before the other and after it, centred."""
    columns = zip(none, mine, theirs, both, strict=True)
    return tuple(centred([(alone - empty + whole - rest) / 2 for empty, alone, rest, whole in columns], legal))


def _favoured(odds: Sequence[float], situation: Situation) -> str:
    return situation.actions[max(situation.legal, key=odds.__getitem__)]
