"""Habits that stand out from chance, with what they paid and how often they were foreseen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp, inf, lgamma, sqrt
from typing import Literal

from hagame.mind.feedback.log import Step

Kind = Literal["always", "after-result", "after-own", "after-opponent"]
Response = str
"""An action, or one of these two."""
STAY: Response = "<stay>"
SHIFT: Response = "<shift>"
LEVEL = 0.05
"""Probability that somebody without any habit is told of one, at most: the level of all tests together (Bonferroni)."""
LEAST = 5
"""Fewer cases are no habit, whatever they are."""
MOST = 5
CLEAR_Z = 2.576
"""Two-sided 1 %: `LEVEL` over `MOST` habits."""
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Habit:
    """In `seen` choices of one kind, `taken` times the same response, where even choice makes `share` of them.

    Of those taken, `foreseen` were the AI's most probable action; they paid `paid` on average. `gain` is what they paid
    in all beyond as many other choices of the match, 0 where that is no more than chance may bring. `value` is the
    result or the action that the choices came after, empty for `always`.
    """

    kind: Kind
    value: str
    response: Response
    taken: int
    seen: int
    share: float
    foreseen: int
    paid: float
    gain: float = 0.0

    @property
    def excess(self) -> float:
        """How many choices more than by even choice."""
        return self.taken - self.seen * self.share


@dataclass
class Cases:
    """Sums over choices: how many, foreseen, expected by chance, payoffs and their squares."""

    n: int = 0
    hits: int = 0
    chance: float = 0.0
    payoff: float = 0.0
    squares: float = 0.0

    def add(self, step: Step) -> None:
        """Count these choices too."""
        self.n += step.n
        self.squares += step.squares
        self.hits += step.hits
        self.chance += step.chance
        self.payoff += step.payoff

    @property
    def mean(self) -> float:
        """Of the payoffs."""
        return self.payoff / self.n

    @property
    def variance(self) -> float:
        """Of the payoffs, unbiased; with `LEAST` of them or more."""
        return max(self.squares - self.n * self.mean**2, 0.0) / (self.n - 1)


def habits(steps: Sequence[Step]) -> list[Habit]:
    """The habits that stand out, at most `MOST`, that with most choices beyond chance first.

    Each is tested by the binomial tail against even choice among the legal actions, at `LEVEL` over the number of
    tests. Tests of one match overlap, and Bonferroni's bound holds for that too. The same choices seen in another way
    (as many, paid alike) are told once.
    """
    tested = list(_candidates(steps))
    level = LEVEL / max(1, len(tested))
    found: dict[tuple[int, int, float], Habit] = {}
    for habit in sorted(tested, key=lambda h: -h.excess):
        if habit.taken >= LEAST and tail(habit.taken, habit.seen, habit.share) < level:
            found.setdefault((habit.taken, habit.foreseen, round(habit.paid, 9)), habit)
    return list(found.values())[:MOST]


def tail(k: int, n: int, p: float) -> float:
    """P(X >= k) for X ~ Binomial(n, p)."""
    from scipy.special import bdtrc  # type: ignore[import-untyped]  # slow to import

    return 1.0 if k <= 0 else float(bdtrc(k - 1, n, p))


def later_more(early: int, before: int, late: int, after: int) -> float:
    """Fisher's exact test, one-sided: the probability of `late` hits of `after` or more, if both halves are alike."""
    hits, n = early + late, before + after
    ways = [_log_ways(after, k) + _log_ways(before, hits - k) for k in range(late, min(after, hits) + 1)]
    return min(1.0, sum(exp(way - _log_ways(n, hits)) for way in ways))


def _log_ways(n: int, k: int) -> float:
    """Log of the number of ways to choose k of n; -inf where there is none."""
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) if 0 <= k <= n else -inf


def gain(cases: Cases, all_cases: Cases) -> float:
    """What these choices paid beyond as many others; 0 unless Welch's z exceeds that of `LEVEL` / `MOST`, two-sided."""
    others = Cases(
        n=all_cases.n - cases.n, payoff=all_cases.payoff - cases.payoff, squares=all_cases.squares - cases.squares
    )
    if cases.n < LEAST or others.n < LEAST:
        return 0.0
    difference = cases.mean - others.mean
    error = sqrt(cases.variance / cases.n + others.variance / others.n)
    return difference * cases.n if abs(difference) > CLEAR_Z * error + ROUNDING else 0.0


def _candidates(steps: Sequence[Step]) -> Iterator[Habit]:
    seen: dict[tuple[Kind, str], Cases] = defaultdict(Cases)
    taken: dict[tuple[Kind, str, Response], Cases] = defaultdict(Cases)
    everything = Cases()
    for step in steps:
        everything.add(step)
        for kind, value, response in _readings(step):
            seen[kind, value].add(step)
            taken[kind, value, response].add(step)
    for (kind, value, response), cases in taken.items():
        of = seen[kind, value]
        share = of.chance / of.n
        share = 1.0 - share if response == SHIFT else share
        won = gain(cases, everything)
        yield Habit(kind, value, response, cases.n, of.n, share, cases.hits, cases.mean, won)


def _readings(step: Step) -> Iterator[tuple[Kind, str, Response]]:
    """All ways to see a choice as a response to what came before."""
    yield "always", "", step.action
    if step.previous_action is None:
        return
    yield "after-own", step.previous_action, step.action
    if step.previous_opponent_action is not None:
        yield "after-opponent", step.previous_opponent_action, step.action
    if step.previous_result is not None:
        yield "after-result", step.previous_result, STAY if step.action == step.previous_action else SHIFT
