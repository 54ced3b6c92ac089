"""How fast matches are simulated on one core, beside OpenSpiel's Python loop on the same game in the same run.

    python -m benchmarks.simulate [--rounds 100] [--matches 100] [--repeats 5] [--json OUT]

The game is rock-paper-scissors, repeated; both sides draw evenly. OpenSpiel plays it in two ways: its state straight
from a loop with Python's `random.choice` (the shortest there is), and through its bots (`UniformRandomBot`), which is
what stands beside opponents. `hagame` is what `hagame simulate` does in each of its processes, with a record of every
step. Moves count both sides. All ways are measured in turns, `--repeats` times; figures are medians, in moves per
second.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from hagame.cli.simulate_job import Job
from hagame.cli.simulate_run import play_share

GAME = "repeated_game(stage_game=matrix_rps(),num_repetitions={rounds})"


def main() -> None:
    """Measure, print a table, write JSON if asked."""
    parser = argparse.ArgumentParser(description="Moves per second of simulated matches, on one core.")
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--matches", type=int, default=100)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--json", type=Path, help="write the figures here")
    given = parser.parse_args()
    speeds: dict[str, list[float]] = {name: [] for name in WAYS}
    for _ in range(given.repeats):
        for name, way in WAYS.items():
            began = time.perf_counter()
            moves = way(given.rounds, given.matches)
            speeds[name].append(moves / (time.perf_counter() - began))
    medians = {name: statistics.median(found) for name, found in speeds.items()}
    _print(medians)
    if given.json is not None:
        report = {"rounds": given.rounds, "matches": given.matches, "moves_per_second": medians, "all": speeds}
        given.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def hagame(player: str, opponent: str, rounds: int, matches: int) -> int:
    """Matches as `hagame simulate` plays them."""
    parameters = json.dumps({"preset": "rock-paper-scissors", "rounds": rounds})
    job = Job("matrix", parameters, player, "{}", opponent, "{}", matches, 0)
    return play_share(job, 0, matches, steps=True).moves


def openspiel_loop(rounds: int, matches: int) -> int:
    """States alone."""
    import pyspiel  # noqa: PLC0415  # an extra

    game, moves = pyspiel.load_game(GAME.format(rounds=rounds)), 0
    for _ in range(matches):
        state = game.new_initial_state()
        while not state.is_terminal():
            state.apply_actions([random.choice(state.legal_actions(player)) for player in (0, 1)])  # noqa: S311
            state.rewards()
            moves += 2
    return moves


def openspiel_bots(rounds: int, matches: int) -> int:
    """States and bots."""
    import pyspiel  # noqa: PLC0415  # an extra
    from open_spiel.python.bots.uniform_random import UniformRandomBot  # noqa: PLC0415

    game, moves = pyspiel.load_game(GAME.format(rounds=rounds)), 0
    bots = [UniformRandomBot(player, np.random.RandomState(player)) for player in (0, 1)]  # as it asks
    for _ in range(matches):
        state = game.new_initial_state()
        while not state.is_terminal():
            state.apply_actions([bot.step(state) for bot in bots])
            state.rewards()
            moves += 2
    return moves


WAYS: dict[str, Callable[[int, int], int]] = {
    "OpenSpiel, loop over states": openspiel_loop,
    "OpenSpiel, UniformRandomBot": openspiel_bots,
    "hagame, random against random": lambda rounds, matches: hagame("random", "random", rounds, matches),
    "hagame, humanlike against equilibrium": lambda rounds, matches: hagame(
        "humanlike", "equilibrium", rounds, matches
    ),
    "hagame, humanlike against adaptive": lambda rounds, matches: hagame(
        "humanlike", "adaptive", rounds, max(matches // 20, 1)
    ),
}


def _print(medians: dict[str, float]) -> None:
    table = Table("", "moves per second", "beside OpenSpiel's bots", title="Repeated rock-paper-scissors on one core")
    for name, speed in medians.items():
        table.add_row(name, f"{speed:,.0f}", f"{speed / medians['OpenSpiel, UniformRandomBot']:.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
