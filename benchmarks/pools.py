"""The engine's own experts as a crowd: pools of what they expect beside what the engine makes of them.

    python -m benchmarks.pools [DIR] [--people N]

DIR (default: HAGAME_DATA) holds `rps_wxz2014_human_vs_human.csv.gz`: people against people, of whom the shipped
populations learnt nothing. Every prediction is made before the move is seen, and weights are learnt from the same
person's earlier moves only, so no pool looks into the future.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import os
from collections import defaultdict
from collections.abc import Sequence
from math import log
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from benchmarks.predictor_cost import rock_paper_scissors
from hagame.mind.crowd import POOLS, brier, performance_weights, pool
from hagame.mind.crowd.weights import Settled
from hagame.mind.model import Decision
from hagame.mind.predict.mixture import CountMixture, gather
from hagame.rules.game import Situation

FILE = "rps_wxz2014_human_vs_human.csv.gz"
MOVES = "RPS"
LATEST, EVERY = 50, 10
"""Weights are learnt from so many of the last moves, anew after so many."""
LEAST = 1e-6
Score = tuple[float, float]
"""Log-loss in nats, Brier."""


def main() -> None:
    """Play all moves again and print a table."""
    parser = argparse.ArgumentParser(description="Pools over the engine's experts, prequentially.")
    parser.add_argument("directory", type=Path, nargs="?", default=os.environ.get("HAGAME_DATA"))
    parser.add_argument("--people", type=int, default=10_000, help="only so many people")
    given = parser.parse_args()
    if given.directory is None:
        parser.error("say where the recordings are: DIR or HAGAME_DATA")
    people = read(Path(given.directory) / FILE)[: given.people]
    situation = rock_paper_scissors()
    each = [scores_of(moves, situation) for moves in people]
    table = Table("prediction", "log-loss", "± s.e. over people", "Brier", title=f"{FILE}: {len(people)} people")
    for name in each[0]:
        losses = np.array([np.mean(scores[name], axis=0) for scores in each])
        error = float(losses[:, 0].std(ddof=1) / np.sqrt(len(losses)))
        table.add_row(name, f"{losses[:, 0].mean():.4f}", f"{error:.4f}", f"{losses[:, 1].mean():.4f}")
    Console().print(table)


def read(path: Path) -> list[list[tuple[int, int]]]:
    """Own and the other's move of each person, in order."""
    people: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            people[row["subject"]].append((MOVES.index(row["move"]), MOVES.index(row["opp_move"])))
    return list(people.values())


def scores_of(moves: Sequence[tuple[int, int]], situation: Situation) -> dict[str, list[Score]]:
    """Every prediction's score in each round of one person."""
    model, found, settled = CountMixture(), defaultdict[str, list[Score]](list), list[Settled]()
    belief, weights = model.start(situation), None
    for turn, (own, other) in enumerate(moves):
        thought = gather(belief, situation)
        experts = thought.experts[:-1] / thought.experts[:-1].sum(1, keepdims=True)
        if settled and turn % EVERY == 0:
            weights = performance_weights(settled[-LATEST:], len(experts))
        expected = {"even": np.full(3, 1 / 3), "engine": thought.probabilities, "Bayes": thought.experts[-1]}
        expected |= {method: pool(experts, None, method) for method in POOLS}
        expected["performance-weighted"] = pool(experts, weights)
        for name, prediction in expected.items():
            found[name].append(_scored(prediction, own))
        found["one expert"].append(tuple(np.mean([_scored(row, own) for row in experts], axis=0)))
        settled.append((experts, list(range(len(experts))), own))
        paid = situation.payoffs[own][other], situation.opponent_payoffs[own][other]
        belief = model.update(belief, situation, Decision(own, other, *paid))
    return dict(found)


def _scored(prediction: NDArray[np.float64], own: int) -> Score:
    return -log(max(float(prediction[own]), LEAST)), brier(prediction, own)


if __name__ == "__main__":
    main()
