"""What one turn of the engine costs, early and late in a match, and how large its state is then.

    python -m benchmarks.predictor_cost [--turns 10 5000] [--repeats 2000] [--json OUT]

Times are medians over repeats on one core, in microseconds, of a freshly loaded belief: predict + update is what
learning costs, explain comes on top when a move is explained. `ratio` is late over early.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from hagame.mind.model import Decision
from hagame.mind.predict.belief import Belief
from hagame.mind.predict.mixture import CountMixture
from hagame.rules.game import PLAYER, Situation
from hagame.rules.matrix import Matrix

Cost = dict[str, float]


def main() -> None:
    """Measure, print a table, write JSON if asked."""
    parser = argparse.ArgumentParser(description="Cost and size of the prediction engine over a match.")
    parser.add_argument("--turns", type=int, nargs=2, default=(10, 5000), metavar=("EARLY", "LATE"))
    parser.add_argument("--repeats", type=int, default=2000)
    parser.add_argument("--json", type=Path, help="write the figures here")
    given = parser.parse_args()
    report = {}
    for name, situation in (("rock-paper-scissors", rock_paper_scissors()), ("10 by 10 actions", _large())):
        early, late = (_cost(_belief(situation, turn), situation, given.repeats) for turn in given.turns)
        ratio = late["predict_update_us"] / early["predict_update_us"]
        report[name] = {"turns": list(given.turns), "early": early, "late": late, "ratio": ratio}
        _print(name, given.turns, early, late, ratio)
    if given.json is not None:
        given.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def rock_paper_scissors() -> Situation:
    """The decision as the engine sees it."""
    game = Matrix(preset="rock-paper-scissors", rounds=300)
    return game.situation(game.start(np.random.default_rng(0)), PLAYER)


def _large() -> Situation:
    names = tuple(f"a{i}" for i in range(10))
    own, other = np.random.default_rng(1).integers(-9, 10, (2, 10, 10)).astype(float)
    return Situation(names, names, tuple(range(10)), _table(own), _table(other), "")


def _table(payoffs: np.ndarray) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(row) for row in payoffs.tolist())


def _belief(situation: Situation, turn: int) -> Belief:
    """What is known of a player who is random half of the time and repeats a pattern otherwise."""
    model, rng = CountMixture(), np.random.default_rng(0)
    n, m = len(situation.actions), len(situation.opponent_actions)
    belief = model.start(situation)
    for t in range(turn):
        own = int(rng.integers(n)) if rng.random() < 0.5 else t % n
        belief = model.update(belief, situation, Decision(own, int(rng.integers(m)), 0.0, 0.0))
    return belief


def _cost(belief: Belief, situation: Situation, repeats: int) -> Cost:
    model, data, decision = CountMixture(), CountMixture().dump(belief), Decision(0, 0, 0.0, 0.0)

    def turn(fresh: Belief) -> None:
        model.predict(fresh, situation)
        model.update(fresh, situation, decision)

    def explained(fresh: Belief) -> None:
        model.predict(fresh, situation)
        model.explain(fresh, situation)

    def fresh() -> Belief:
        return model.load(data, situation)

    return {
        "predict_update_us": _median_us(turn, fresh, repeats),
        "predict_explain_us": _median_us(explained, fresh, repeats),
        "dump_us": _median_us(model.dump, fresh, repeats),
        "load_us": _median_us(lambda _: fresh(), fresh, repeats),
        "state_bytes": float(len(data)),
    }


def _median_us(work: Callable[[Belief], object], fresh: Callable[[], Belief], repeats: int) -> float:
    times = np.empty(repeats)
    for i in range(repeats):
        belief = fresh()
        began = time.perf_counter()
        work(belief)
        times[i] = time.perf_counter() - began
    return float(np.median(times) * 1e6)


def _print(name: str, turns: Sequence[int], early: Cost, late: Cost, ratio: float) -> None:
    table = Table(
        "", f"turn {turns[0]:,}", f"turn {turns[1]:,}", title=name, caption=f"predict + update ratio {ratio:.2f}"
    )
    for key in early:
        table.add_row(key, f"{early[key]:,.1f}", f"{late[key]:,.1f}")
    Console().print(table)


if __name__ == "__main__":
    main()
