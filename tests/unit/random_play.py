"""Matches in which every seat chooses at random, for tests of rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from hagame.rules.game import Action, Game, Seat


@dataclass(frozen=True)
class Step:
    """The state before, what was chosen, and the state after."""

    before: Any
    actions: dict[Seat, Action]
    after: Any


def played(game: Game[Any], seed: int) -> Iterator[Step]:
    """The steps of one match, to its end."""
    rng = np.random.default_rng(seed)
    state = game.start(rng)
    while not game.is_over(state):
        actions = {seat: drawn(game, state, seat, rng) for seat in range(game.seats) if game.legal_actions(state, seat)}
        after = game.apply(state, actions, rng)
        yield Step(state, actions, after)
        state = after


def drawn(game: Game[Any], state: Any, seat: Seat, rng: np.random.Generator) -> Action:
    """A legal action; of numbers one in the middle of a bin."""
    legal, asked = game.legal_actions(state, seat), game.numbers(state, seat)
    i = int(rng.random() * len(legal))
    return legal[i] if asked is None else asked.text(asked.middle_of(i))
