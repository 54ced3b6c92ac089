"""Made-up people for cognitive models: each has parameters drawn from the prior, and plays the game itself by them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from hagame.aimodels.situations import Steps, person_of
from hagame.errors import InvalidInput
from hagame.mind.cognition import posed
from hagame.mind.cognition.algorithm import Cognitive
from hagame.mind.cognition.family import Family
from hagame.mind.cognition.parameters import Floats, prior_of
from hagame.mind.cognition.rows import ACTION, FIRST, NEXT, TIME
from hagame.mind.model import Decision, Model, Person
from hagame.rules.game import PLAYER, Game, Seat, Situation

SPREAD = 0.8
"""Of the prior: people at its far ends could hardly be told from each other."""
MOST_STEPS = 10_000
"""Of one match."""


def players(model: Model[Any], game: Game[Any], people: int, decisions: int, seed: int) -> list[Person]:
    """Person i is the same however many there are; other seats draw evenly. Raises `InvalidInput`."""
    if not isinstance(model, Cognitive):
        raise InvalidInput("Only cognitive models make up people who play.", field="/model_id")
    return [
        _played(model.family, game, decisions, np.random.Generator(np.random.Philox(key=seed, counter=(0, i, 0, 0))))
        for i in range(people)
    ]


class _Player:
    """A person with parameters theta (P,), who remembers what the family says."""

    def __init__(self, family: Family, theta: Floats, rng: np.random.Generator) -> None:
        self._family, self._theta, self._rng = family, theta, rng
        self._state = np.zeros(0)

    def choose(self, situation: Situation, fresh: float) -> tuple[int, int, Floats]:
        """Index of the action, response time in ms (0 where the family knows none), and the row to learn from."""
        family, n = self._family, len(situation.actions)
        row = posed.row_before(family, situation, fresh)
        if row is None:
            raise InvalidInput(f"{family.title} says nothing of a choice in this game.", field="/data/definition")
        begin, score, _ = family.steps
        out = np.zeros(n)
        if fresh:
            self._state = self._state if len(self._state) else np.zeros(max(family.memory(n), 1))
            begin(self._theta, self._state, row, out)
        if family.timed:
            walk = family.act(self._theta, family.task(self._rng, 1), self._rng).rows[0]
            return int(walk[ACTION]), max(round(1000 * float(walk[TIME])), 1), row
        score(self._theta, self._state, row, out)
        p = np.exp(out)[posed.order_of(family, situation)]
        p[np.isin(np.arange(n), situation.legal, invert=True)] = 0.0
        return int(self._rng.choice(n, p=p / p.sum())), 0, row

    def learn(self, row: Floats, situation: Situation, decision: Decision) -> None:
        """What the family makes of a decision."""
        posed.answer(self._family, row, situation, decision)
        self._family.steps[2](self._theta, self._state, row, np.zeros(len(situation.actions)))


def _played(family: Family, game: Game[Any], decisions: int, rng: np.random.Generator) -> Person:
    mean, sd = prior_of(family.free)
    own = SPREAD if family.level == "person" else 0.0
    player = _Player(family, family.thetas(mean + own * sd * rng.normal(size=len(mean))), rng)
    matches: list[Steps] = []
    left = decisions
    while left > 0:
        match = tuple(_match(player, game, left, NEXT if matches else FIRST, rng))
        if not match:
            raise InvalidInput("This game asks nothing of the person.", field="/data/definition")
        matches.append(match)
        left -= len(match)
    return person_of(matches, matches[0][0][0])


def _match(
    player: _Player, game: Game[Any], most: int, fresh: float, rng: np.random.Generator
) -> Iterator[tuple[Situation, Decision]]:
    state = game.start(rng)
    for _ in range(MOST_STEPS):
        if game.is_over(state) or most == 0:
            return
        others = {
            seat: legal[int(rng.integers(len(legal)))]
            for seat in range(1, game.seats)
            if (legal := game.legal_actions(state, seat))
        }
        if not game.legal_actions(state, PLAYER):
            state = game.apply(state, others, rng)
            continue
        situation = game.situation(state, PLAYER)
        action, time, row = player.choose(situation, fresh)
        state = game.apply(state, {PLAYER: situation.actions[action], **others}, rng)
        decision = _decision(game, state, situation, action, others, time)
        player.learn(row, situation, decision)
        yield situation, decision
        most, fresh = most - 1, 0.0


def _decision(
    game: Game[Any], state: Any, situation: Situation, action: int, others: dict[Seat, str], time: int
) -> Decision:
    own, *theirs = game.payoffs(state)
    met = next(iter(others.values()), None)
    answer = situation.opponent_actions.index(met) if met in situation.opponent_actions else -1
    return Decision(action, answer, own, sum(theirs) / len(theirs) if theirs else 0.0, (), time)
