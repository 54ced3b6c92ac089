"""A game played at random, to look at what it asks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import numpy as np

from hagame.rules.game import Action, Game, Seat

S = TypeVar("S")


def walk(game: Game[S], rng: np.random.Generator, steps: int) -> Iterator[S]:
    """The first state and those after up to `steps` random steps of all seats; none after the end."""
    state = game.start(rng)
    for _ in range(steps):
        if game.is_over(state):
            return
        yield state
        state = game.apply(state, _drawn(game, state, rng), rng)
    if not game.is_over(state):
        yield state


def _drawn(game: Game[S], state: S, rng: np.random.Generator) -> dict[Seat, Action]:
    found: dict[Seat, Action] = {}
    for seat in range(game.seats):
        legal, numbers = game.legal_actions(state, seat), game.numbers(state, seat)
        if legal:
            index = int(rng.integers(len(legal)))
            found[seat] = legal[index] if numbers is None else numbers.text(numbers.middle_of(index))
    return found
