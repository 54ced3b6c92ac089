"""Evidence of a person's traits: sums to which each decision adds, whatever the game and however long it lasts.

The sums are sufficient for the posteriors of `traits`, and those of several matches simply add up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import log

import msgspec

from hagame.mind.cognition.structure import Structure, structure
from hagame.mind.model import Decision
from hagame.rules.game import Situation

Sums = tuple[float, float, float]
"""Number of observations of a trait, their sum, and the sum of their squares."""

LN2 = log(2.0)
FASTEST_MS, SLOWEST_MS = 100, 60_000
"""Response times outside are no time to decide: anticipations, and people who went away (Whelan 2008)."""


class Evidence(Mapping[str, Sums]):
    """Sums by key of trait, of those that have been observed; immutable. Takes what `dict(evidence)` or JSON gives."""

    __slots__ = ("_sums",)

    def __init__(self, sums: Mapping[str, Sequence[float]] | None = None) -> None:
        self._sums: dict[str, Sums] = {k: (v[0], v[1], v[2]) for k, v in sums.items()} if sums else {}

    def __getitem__(self, key: str) -> Sums:
        return self._sums[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._sums)

    def __len__(self) -> int:
        return len(self._sums)

    def __repr__(self) -> str:
        return f"Evidence({self._sums!r})"

    def to_dict(self) -> dict[str, Sums]:
        """A copy of the sums, several times as fast as `dict(evidence)`."""
        return self._sums.copy()

    def to_json(self) -> dict[str, list[float]]:
        """The sums as plain lists."""
        return {key: list(sums) for key, sums in self._sums.items()}

    def adding(self, values: Mapping[str, float]) -> Evidence:
        """With one more observation of each of these traits."""
        sums = self._sums.copy()
        for key, x in values.items():
            n, total, squares = sums.get(key, (0.0, 0.0, 0.0))
            sums[key] = (n + 1.0, total + x, squares + x * x)
        after = Evidence()
        after._sums = sums
        return after

    def replacing(self, sums: Mapping[str, Sums]) -> Evidence:
        """With these sums instead of those that had the same keys."""
        return Evidence({**self._sums, **sums})


class Observation(msgspec.Struct, frozen=True):
    """One decision in its circumstances, from the person's seat.

    `previous` is the decision before it in the same match, None in the first round. `log_loss` is that of the sealed
    prediction, in nats. `measures` are what the game itself reads off the choice, by trait.
    """

    situation: Situation
    previous: Decision | None
    decision: Decision
    log_loss: float
    response_time_ms: int | None
    measures: Mapping[str, float] = msgspec.field(default_factory=dict)


def observe(evidence: Evidence, observation: Observation) -> Evidence:
    """The evidence after one more decision.

    Winning, staying, answering and cooperating are traits of games in which a table says what a round pays; how
    predictable and how quick a choice is can be told of all, and what else there is the game measures.
    """
    situation, time = observation.situation, observation.response_time_ms
    choices = len(situation.legal)
    values = dict(observation.measures)
    if choices > 1:
        values["predictability_bits"] = (log(choices) - observation.log_loss) / LN2
        if situation.payoffs:
            facts = structure(situation)
            _cooperation(values, facts, observation)
            if observation.previous is not None and observation.previous.opponent_action >= 0:
                _habits(values, facts, observation.previous, observation)
    if time is not None and FASTEST_MS <= time <= SLOWEST_MS:
        values["response_time"] = log(time / 1000.0)
    return evidence.adding(values)


def pool(parts: Iterable[Evidence]) -> Evidence:
    """All evidence together, as if it had been observed in one match."""
    total: dict[str, Sums] = {}
    for part in parts:
        for key, sums in part.items():
            before = total.get(key, (0.0, 0.0, 0.0))
            total[key] = (before[0] + sums[0], before[1] + sums[1], before[2] + sums[2])
    return Evidence(total)


def changed(before: Evidence, after: Evidence) -> Evidence:
    """The part of `after` that is new or different."""
    return Evidence({key: sums for key, sums in after.items() if before.get(key) != sums})


_AFTER = {1: "win_stay", 0: "tie_stay"}


def _habits(values: dict[str, float], facts: Structure, previous: Decision, observation: Observation) -> None:
    action = observation.decision.action
    if previous.action in observation.situation.legal:
        stayed = float(action == previous.action)
        outcome = facts.outcome(previous.payoff)
        values["repetition"] = stayed
        if outcome < 0:
            values["lose_shift"] = 1.0 - stayed
        else:
            values[_AFTER[outcome]] = stayed
    if facts.responses:
        values["best_response"] = float(action in facts.responses[previous.opponent_action])


def _cooperation(values: dict[str, float], facts: Structure, observation: Observation) -> None:
    if facts.cooperate is None:
        return
    action, previous = observation.decision.action, observation.previous
    values["cooperation"] = float(action == facts.cooperate)
    if previous is not None:
        values["reciprocity"] = float(action == previous.opponent_action)
