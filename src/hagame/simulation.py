"""Matches without people: two opponents play each other by the rules of a game. Pure; one call, one match.

What is played here is what people meet: the same rules, opponents and predictors. There are no seals, for nobody looks,
and a side predicts the other only if its opponent reads predictions or it was asked to. Each side and the rules draw
from generators of their own, made from the seed of the match, so a match does not depend on any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import log
from typing import Any, NamedTuple

import numpy as np

from hagame.mind.model import Decision, Model, Probabilities
from hagame.mind.opponents import Opponent, Scene, TrackRecord
from hagame.rules.game import Action, Game, Seat, Situation

NOTHING: Probabilities = np.zeros(0)
LEAST = 1e-6
"""Least probability with which a move is scored, as in sealed predictions."""


@dataclass(frozen=True, slots=True)
class Side:
    """Who plays in a seat, and by which model it predicts the other side; None: it predicts nothing."""

    opponent: Opponent
    predictor: Model[Any] | None = None


class Step(NamedTuple):
    """One step of a match: who did what (None: it was not their turn), what it paid, and how well it was foreseen.

    `foreseen[seat]` is the probability that the other side had given to what `seat` did; None when it predicted none.
    """

    turn: int
    actions: tuple[Action | None, Action | None]
    payoffs: tuple[float, float]
    foreseen: tuple[float | None, float | None]


@dataclass(slots=True)
class _Player:
    """A side in the middle of a match."""

    side: Side
    seat: Seat
    rng: np.random.Generator
    belief: Any = None
    record: TrackRecord = field(default_factory=TrackRecord)
    memory: bytes = b""
    prediction: Probabilities = field(default_factory=lambda: NOTHING)


def play(game: Game[Any], sides: tuple[Side, Side], seed: int) -> Iterator[Step]:
    """One match from its start to its end, step by step. The same arguments give the same match."""
    rules, *own = (_generator(seed, purpose) for purpose in range(3))
    players = [_Player(side, seat, rng) for seat, (side, rng) in enumerate(zip(sides, own, strict=True))]
    state, last, turn = game.start(rules), None, 0
    while not game.is_over(state):
        turn += 1
        situations = {seat: game.situation(state, seat) for seat in (0, 1) if game.legal_actions(state, seat)}
        chosen = {seat: _choose(game, state, players[seat], situations, last) for seat in situations}
        actions = {seat: situations[seat].actions[action] for seat, action in chosen.items()}
        state = game.apply(state, actions, rules)
        first, second = game.payoffs(state)
        foreseen = _learn(players, situations, chosen, (first, second)) if len(chosen) == 2 else (None, None)
        last = (chosen[0], chosen[1]) if len(chosen) == 2 else None
        yield Step(turn, (actions.get(0), actions.get(1)), (first, second), foreseen)


def _choose(
    game: Game[Any], state: Any, player: _Player, situations: dict[Seat, Situation], last: tuple[int, int] | None
) -> int:
    """The index of what this player does now."""
    seat, other = player.seat, 1 - player.seat
    player.prediction = _predict(player, situations.get(other))
    scene = Scene(
        situation=situations[seat],
        view=game.view(state, seat),
        prediction=player.prediction,
        record=player.record,
        last=None if last is None else (last[seat], last[other]),
        seat=seat,
        memory=player.memory,
        position=game.position(state),
    )
    choice = player.side.opponent.act(scene, player.rng)
    player.memory = choice.memory
    return choice.action


def _predict(player: _Player, other: Situation | None) -> Probabilities:
    """What this player expects the other to do now; nothing where the other does not move, or nothing is predicted."""
    model = player.side.predictor
    if model is None or other is None:
        return NOTHING
    if player.belief is None:
        player.belief = model.start(other)
    return model.predict(player.belief, other)


def _learn(
    players: list[_Player],
    situations: dict[Seat, Situation],
    chosen: dict[Seat, int],
    payoffs: tuple[float, float],
) -> tuple[float | None, float | None]:
    """Both learn from what the other did. What each was foreseen to do, by seat."""
    second, first = (_learn_one(player, situations[1 - player.seat], chosen, payoffs) for player in players)
    return first, second


def _learn_one(
    player: _Player, other: Situation, chosen: dict[Seat, int], payoffs: tuple[float, float]
) -> float | None:
    """Learn what the other did; how probable that had been found."""
    model, theirs = player.side.predictor, 1 - player.seat
    if model is None:
        return None
    p = max(float(player.prediction[chosen[theirs]]), LEAST)
    gain = log(len(other.legal)) + log(p)
    player.record = TrackRecord(player.record.n + 1, player.record.gain + gain)
    decision = Decision(chosen[theirs], chosen[player.seat], payoffs[theirs], payoffs[player.seat])
    player.belief = model.update(player.belief, other, decision)
    return p


def _generator(seed: int, purpose: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=seed, counter=(0, 0, 0, purpose)))
