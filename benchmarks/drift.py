"""How often a change of strategy is told where there is none, and how soon where there is one.

    python -m benchmarks.drift [--matches 1000] [--pairs 300] [--labels 3] [--seed 1]

Simulated people play rock-paper-scissors, or with more labels the like of it on a larger ring, half of them against an
opponent that draws evenly, half against one that answers their last 20 moves. People of the stationary matches keep one
strategy for 100 or 300 rounds; those who change play another one from round 61 to 140. Beside the engine's detector
stand river's on the stream of whether the last move was repeated: Page-Hinkley with a threshold at which about as many
stationary matches of 100 rounds are told to have changed, and ADWIN, which tells fewer.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from statistics import median

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from river.drift import ADWIN, PageHinkley

from hagame.mind.explain.drift import Drift, news, watch
from hagame.mind.model import Decision
from hagame.rules.game import Situation

BEFORE, AFTER = 60, 80

Rounds = list[tuple[int, int]]
Strategy = Callable[[Rounds], NDArray[np.float64]]
Draw = Callable[[np.random.Generator, int], Strategy]
Detector = Callable[[Rounds, int], Iterator[tuple[int, int]]]
"""Of rounds with so many labels: for each change told the round in which, and that since which it is said to be."""


def ring(n: int) -> Situation:
    """Each of n labels beats the half of the others that comes before it; rock-paper-scissors for n = 3."""
    names = ("rock", "paper", "scissors", *(f"label {k}" for k in range(4, n + 1)))[:n]
    table = tuple(tuple(float(outcome(i, j, n)) for j in range(n)) for i in range(n))
    return Situation(names, names, tuple(range(n)), table, tuple(zip(*table, strict=True)), "")


def outcome(own: int, other: int, n: int) -> int:
    """1, 0 or -1; with an even number of labels, opposite ones tie."""
    step = (own - other) % n
    return 0 if step in (0, n / 2) else 1 if step < n / 2 else -1


def even(_: np.random.Generator, n: int = 3) -> Strategy:
    """Draws evenly."""
    return lambda _rounds: np.full(n, 1 / n)


def biased(rng: np.random.Generator, n: int = 3) -> Strategy:
    """Likes some moves better."""
    p = rng.dirichlet([3.0] * n)
    return lambda _rounds: p


def reacting(rng: np.random.Generator, n: int = 3) -> Strategy:
    """Stays after each outcome with a probability of its own, else goes one up twice as often as one down."""
    stay = rng.uniform(0.2, 0.8, 3)

    def choose(rounds: Rounds) -> NDArray[np.float64]:
        if not rounds:
            return np.full(n, 1 / n)
        own, other = rounds[-1]
        s, p = stay[outcome(own, other, n)], np.zeros(n)
        p[own], p[(own + 1) % n], p[(own - 1) % n] = s, (1 - s) * 2 / 3, (1 - s) / 3
        return p

    return choose


def chained(rng: np.random.Generator, n: int = 3) -> Strategy:
    """Goes on from the own last move."""
    p = rng.dirichlet([2.0] * n, n)
    return lambda rounds: np.asarray(p[rounds[-1][0]]) if rounds else np.full(n, 1 / n)


def chained_twice(rng: np.random.Generator, n: int = 3) -> Strategy:
    """Goes on from the last two own moves."""
    p = rng.dirichlet([1.5] * n, (n, n))
    return lambda rounds: np.asarray(p[rounds[-1][0], rounds[-2][0]]) if len(rounds) > 1 else np.full(n, 1 / n)


def answering(rng: np.random.Generator, n: int = 3) -> Strategy:
    """Goes by the opponent's last move, four to eight times in ten."""
    slip, step = rng.uniform(0.2, 0.6), int(rng.integers(n))

    def choose(rounds: Rounds) -> NDArray[np.float64]:
        p: NDArray[np.float64] = np.full(n, slip / n)
        if rounds:
            p[(rounds[-1][1] + step) % n] += 1 - slip
        else:
            p += (1 - slip) / n
        return p

    return choose


KINDS: dict[str, Draw] = {
    "even": even,
    "biased": biased,
    "reacting": reacting,
    "chained": chained,
    "chained twice": chained_twice,
    "answering": answering,
}


def played(strategies: Sequence[tuple[Strategy, int]], rng: np.random.Generator, n: int = 3) -> Rounds:
    """One match; the opponent is one of two kinds."""
    answers, rounds = bool(rng.random() < 0.5), Rounds()
    for strategy, length in strategies:
        for _ in range(length):
            own = int(rng.choice(n, p=strategy(rounds)))
            counts = np.bincount([a for a, _ in rounds[-20:]], minlength=n) + rng.random(n)
            rounds.append((own, int(counts.argmax() + 1) % n if answers else int(rng.integers(n))))
    return rounds


def ours(rounds: Rounds, n: int) -> Iterator[tuple[int, int]]:
    """The engine's detector."""
    drift, situation = Drift(), ring(n)
    for turn, (own, other) in enumerate(rounds, 1):
        paid = situation.payoffs[own][other]
        drift = watch(drift, situation, Decision(own, other, paid, -paid))
        change = news(drift)
        if change is not None:
            yield turn, change.since


def rivers(make: Callable[[], ADWIN | PageHinkley]) -> Detector:
    """A detector of river on the stream of repetitions."""

    def detect(rounds: Rounds, _: int) -> Iterator[tuple[int, int]]:
        detector = make()
        for turn in range(1, len(rounds)):
            detector.update(float(rounds[turn][0] == rounds[turn - 1][0]))
            if detector.drift_detected:
                yield turn + 1, turn + 1

    return detect


DETECTORS: dict[str, Detector] = {
    "hagame": ours,
    "river ADWIN": rivers(lambda: ADWIN(delta=0.05, clock=1, grace_period=10)),
    "river Page-Hinkley": rivers(lambda: PageHinkley(min_instances=10, delta=0.1, threshold=8.0)),
}


def false_alarms(matches: int, length: int, n: int, rng: np.random.Generator) -> dict[str, dict[str, int]]:
    """By detector and kind: how many of so many matches without a change were told to have one."""
    found = {name: dict.fromkeys(KINDS, 0) for name in DETECTORS}
    for kind, draw in KINDS.items():
        for _ in range(matches):
            rounds = played([(draw(rng, n), length)], rng, n)
            for name, detector in DETECTORS.items():
                found[name][kind] += any(True for _ in detector(rounds, n))
    return found


def delays(pairs: int, n: int, rng: np.random.Generator) -> dict[str, list[tuple[int, int]]]:
    """By detector: rounds until the change was told, and by how much its beginning was missed."""
    found: dict[str, list[tuple[int, int]]] = {name: [] for name in DETECTORS}
    draws = list(KINDS.values())
    for _ in range(pairs):
        first, second = (draws[int(k)] for k in rng.choice(len(draws), 2, replace=False))
        rounds = played([(first(rng, n), BEFORE), (second(rng, n), AFTER)], rng, n)
        for name, detector in DETECTORS.items():
            told = [(turn - BEFORE, since - BEFORE - 1) for turn, since in detector(rounds, n) if turn > BEFORE]
            found[name].extend(told[:1])
    return found


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--matches", type=int, default=1000, help="stationary matches in all, of each length")
    parser.add_argument("--pairs", type=int, default=300, help="matches with a change")
    parser.add_argument("--labels", type=int, default=3, help="3 to 10")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    rng, console = np.random.default_rng(asked.seed), Console(width=150)
    each = max(1, asked.matches // len(KINDS))
    for length in (100, 300):
        table = Table("detector", *KINDS, "all", title=f"Told of a change that is not there, {length} rounds")
        for name, counts in false_alarms(each, length, asked.labels, rng).items():
            total = sum(counts.values()) / (each * len(KINDS))
            table.add_row(name, *(f"{count / each:.3f}" for count in counts.values()), f"{total:.3f}")
        console.print(table)
    table = Table("detector", "found", "median delay", "median error of the beginning", title="Changes in round 61")
    for name, told in delays(asked.pairs, asked.labels, rng).items():
        late, missed = [d for d, _ in told], [abs(e) for _, e in told]
        table.add_row(
            name, f"{len(told) / asked.pairs:.3f}", *(f"{median(x):.0f}" if x else "-" for x in (late, missed))
        )
    console.print(table)


if __name__ == "__main__":
    main()
