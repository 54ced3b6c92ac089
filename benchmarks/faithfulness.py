"""Whether the evidence that an explanation names first really carries the prediction.

    python -m benchmarks.faithfulness [--data DIR] [--people 60] [--rounds 150] [--seed 1]

Before every tenth decision from the 20th on, the part of the explanation that speaks most for the expected move is
taken out of what the AI knows: the counts of its contexts in the present situation are erased from the belief, or the
learners' values set back, and the real engine predicts anew, with its back-off, its mixture and its trees. The same is
done with each other part that rests on evidence. Told is by how much the logarithm of the probability of the expected
move falls: for the named part, for the mean of the others (a part drawn at random), and the difference with its 95 %
bootstrap interval over people. Simulated people have habits of six kinds (benchmarks/drift.py); with --data, or
HAGAME_DATA, also the people of `rps_wxz2014_human_vs_human.csv.gz`, whom the shipped population never saw.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from benchmarks.drift import KINDS, Rounds, played
from hagame.mind.model import Contribution, Decision
from hagame.mind.predict.belief import Belief
from hagame.mind.predict.counting import rows_of
from hagame.mind.predict.explain import REST, TENDENCIES, VALUES, part_of
from hagame.mind.predict.learners import VOTERS
from hagame.mind.predict.mixture import CountMixture
from hagame.mind.predict.state import copied, new
from hagame.rules.game import Situation

FIRST, EVERY = 20, 10
RESAMPLES = 2000
FILE = "rps_wxz2014_human_vs_human.csv.gz"
MODEL = CountMixture()
NAMES = ("rock", "paper", "scissors")
TABLE = ((0.0, -1.0, 1.0), (1.0, 0.0, -1.0), (-1.0, 1.0, 0.0))
RPS = Situation(NAMES, NAMES, (0, 1, 2), TABLE, tuple(zip(*TABLE, strict=True)), "rock-paper-scissors")


class Fall(NamedTuple):
    """By how much the log-probability (nats) of the expected move falls without the named part, and without another."""

    named: float
    others: float


def without(belief: Belief, key: str) -> Belief:
    """The belief without the evidence of one part in the present situation."""
    state = copied(belief.state)
    fresh = new(belief.layout, belief.population.pool.precision)
    if key == VALUES:
        state.values[:VOTERS] = fresh.values[:VOTERS]
    elif key == TENDENCIES:
        state.values[VOTERS:] = fresh.values[VOTERS:]
        state.pace[:] = fresh.pace
    else:
        rows = rows_of(belief.plan, state, 0)
        for e, context in enumerate(belief.layout.contexts):
            if part_of(context) == key:
                state.counts[rows[e]] = 0
    return Belief(belief.layout, belief.plan, belief.population, state)


def fall(belief: Belief) -> Fall | None:
    """Of one prediction; None where fewer than three parts rest on evidence."""
    p = MODEL.predict(belief, RPS)
    expected = int(p.argmax())
    parts = [part for part in MODEL.explain(belief, RPS, top=99).parts if _rests_on_evidence(part)]
    if len(parts) < 3:
        return None
    named = max(parts[:4], key=lambda part: part.log_odds[expected])
    falls = {part.key: _fall(belief, part.key, p, expected) for part in parts}
    mine = falls.pop(named.key)
    return Fall(mine, float(np.mean(list(falls.values()))))


def _rests_on_evidence(part: Contribution) -> bool:
    counted = part.key.startswith(("taken/", "reply/"))
    return part.key != REST and part.seen > 0 and (counted or part.key in (VALUES, TENDENCIES))


def _fall(belief: Belief, key: str, p: NDArray[np.float64], expected: int) -> float:
    return float(np.log(p[expected] / MODEL.predict(without(belief, key), RPS)[expected]))


def falls_of(rounds: Rounds) -> Iterator[Fall]:
    """Of the predictions of one person."""
    belief = MODEL.start(RPS)
    for turn, (own, other) in enumerate(rounds, 1):
        if turn >= FIRST and turn % EVERY == 0:
            found = fall(belief)
            if found is not None:
                yield found
        belief = MODEL.update(belief, RPS, Decision(own, other, TABLE[own][other], TABLE[other][own]))


def recorded(path: Path) -> list[Rounds]:
    """The moves of each person of the file, in order; rounds without a move are left out."""
    people: dict[str, Rounds] = {}
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["move"] in "RPS" and row["opp_move"] in "RPS" and row["move"] and row["opp_move"]:
                pair = "RPS".index(row["move"]), "RPS".index(row["opp_move"])
                people.setdefault(row["subject"], []).append(pair)
    return list(people.values())


def row_of(name: str, people: Sequence[Rounds], rng: np.random.Generator) -> list[str]:
    """A row of the table, means over people."""
    by_person = [np.array(list(falls_of(rounds))) for rounds in people]
    by_person = [falls for falls in by_person if len(falls)]
    means = np.array([falls.mean(axis=0) for falls in by_person])
    everything = np.concatenate(by_person)
    drawn = means[rng.integers(len(means), size=(RESAMPLES, len(means)))]
    differences = (drawn[..., 0] - drawn[..., 1]).mean(axis=1)
    low, high = np.quantile(differences, (0.025, 0.975))
    named, others = means.mean(axis=0)
    wins = float((everything[:, 0] > everything[:, 1]).mean())
    figures = f"{named:.3f}", f"{others:.3f}", f"{named - others:.3f} [{low:.3f}, {high:.3f}]", f"{wins:.3f}"
    return [name, str(len(means)), str(len(everything)), *figures]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=os.environ.get("HAGAME_DATA"), help="directory with recordings")
    parser.add_argument("--people", type=int, default=60, help="simulated people")
    parser.add_argument("--rounds", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    rng, console = np.random.default_rng(asked.seed), Console(width=140)
    draws = list(KINDS.values())
    simulated = [played([(draws[k % len(draws)](rng, 3), asked.rounds)], rng) for k in range(asked.people)]
    table = Table("people", "n", "predictions", "fall, named", "fall, another", "difference [95 %]", "named falls more")
    table.add_row(*row_of("simulated", simulated, rng))
    path = None if asked.data is None else Path(asked.data) / FILE
    if path is not None and path.exists():
        table.add_row(*row_of("recorded, against people", recorded(path), rng))
    else:
        console.print(f"Recorded people are left out: no {FILE} (--data DIR or HAGAME_DATA).")
    console.print(table)


if __name__ == "__main__":
    main()
