"""The engine's own experts as a crowd, on recorded people: `hagame bench pools`, and how often the engine would win.

The file holds people against people, of whom the shipped populations learnt nothing. Every prediction is made before
the move is seen, and weights are learnt from the same person's earlier moves only, so no pool looks into the future.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from math import log
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.progress import Progress
from rich.table import Table

from hagame.cli.console import console
from hagame.cli.crowd_data import Missing, Part, records
from hagame.errors import InvalidInput
from hagame.mind.crowd import POOLS, brier, performance_weights, pool
from hagame.mind.crowd.weights import Settled
from hagame.mind.model import Decision
from hagame.mind.predict.belief import Belief
from hagame.mind.predict.engine import Thought
from hagame.mind.predict.mixture import CountMixture, gather
from hagame.rules.game import PLAYER, Situation
from hagame.rules.matrix import Matrix

FILE = "rps_wxz2014_human_vs_human.csv.gz"
MOVES = "RPS"
WANG = "Wang et al. (2020): more than 95 % of 52"
POMERLEAU = "Pomerleau: 13,000 rounds"
LATEST, EVERY = 50, 10
"""Weights are learnt from so many of the last moves, anew after so many."""
LEAST = 1e-6
Moves = Sequence[tuple[int, int]]
"""Own and the other's move of one person, in order."""
Score = tuple[float, float]
"""Log-loss in nats, Brier."""


def report(data: Path | None, most: int) -> None:
    """Play the moves of `most` people again and print a table. Raises `InvalidInput` without the recordings."""
    try:
        people = recorded(data)[:most]
    except Missing as missing:
        message = f"data: {missing} is not there; say where it is with --data or HAGAME_DATA."
        raise InvalidInput(message, field="/data") from missing
    situation = _situation()
    with Progress(console=console, transient=True) as progress:
        tracked = progress.track(people, description=f"Pooling on {len(people)} people")
        each = [scores_of(moves, situation) for moves in tracked]
    table = Table("prediction", "log-loss", "± s.e. over people", "Brier", title=f"{FILE}: {len(people)} people")
    for name in each[0]:
        losses = np.array([np.mean(scores[name], axis=0) for scores in each])
        error = f"{losses[:, 0].std(ddof=1) / np.sqrt(len(losses)):.4f}" if len(losses) > 1 else ""
        table.add_row(name, f"{losses[:, 0].mean():.4f}", error, f"{losses[:, 1].mean():.4f}")
    console.print(table)


def recorded(data: Path | None) -> list[Moves]:
    """Everybody's moves. Raises `Missing`."""
    people: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for row in records(data, FILE):
        people[row["subject"]].append((MOVES.index(row["move"]), MOVES.index(row["opp_move"])))
    return list(people.values())


def wins(data: Path | None) -> Iterator[Part]:
    """What best answers to the predictions would have won of people who did not play against them."""
    situation = _situation()
    won, lost, beaten, people = 0, 0, 0, recorded(data)
    for moves in people:
        own = [_answered(thought.probabilities, move) for move, thought in _thoughts(moves, situation)]
        won, lost, beaten = won + own.count(1), lost + own.count(-1), beaten + (sum(own) > 0)
    topic, told = "rock-paper-scissors", f"{len(people)} people replayed"
    share = 100 * (won / (won + lost) - 0.5)
    yield (
        topic,
        f"share of people beaten, {told}",
        0.95,
        beaten / len(people),
        WANG,
    )
    yield topic, f"points won beyond half of decided rounds, {told}", 3.05, share, POMERLEAU


def scores_of(moves: Moves, situation: Situation) -> dict[str, list[Score]]:
    """Every prediction's score in each round of one person."""
    found, settled = defaultdict[str, list[Score]](list), list[Settled]()
    weights = None
    for turn, (own, thought) in enumerate(_thoughts(moves, situation)):
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
    return dict(found)


def _thoughts(moves: Moves, situation: Situation) -> Iterator[tuple[int, Thought]]:
    """Each own move with what was expected of it beforehand."""
    model = CountMixture()
    belief: Belief = model.start(situation)
    for own, other in moves:
        yield own, gather(belief, situation)
        paid = situation.payoffs[own][other], situation.opponent_payoffs[own][other]
        belief = model.update(belief, situation, Decision(own, other, *paid))


def _answered(expected: NDArray[np.float64], own: int) -> int:
    """1 if the best answer to what was expected beats the move, -1 if it loses."""
    beats = (np.arange(3) + 1) % 3
    gains = [expected[(i - 1) % 3] - expected[(i + 1) % 3] for i in range(3)]
    answer = int(np.argmax(gains))
    return 1 if beats[own] == answer else -1 if beats[answer] == own else 0


def _scored(prediction: NDArray[np.float64], own: int) -> Score:
    return -log(max(float(prediction[own]), LEAST)), brier(prediction, own)


def _situation() -> Situation:
    """The decision as the engine sees it."""
    game = Matrix(preset="rock-paper-scissors", rounds=300)
    return game.situation(game.start(np.random.default_rng(0)), PLAYER)
