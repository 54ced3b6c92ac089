"""What every game promises."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from hagame.errors import HagameError, IllegalAction
from hagame.rules.game import Game, Situation
from hagame.testing.common import TOLERANCE, check_facts, drawn, generator, played, refuses, require

NO_ACTION = "no such action"


def check_game(game: Game[Any], *, seeds: Sequence[int] = range(5), steps: int = 300) -> None:
    """Play `game` at random, at most `steps` steps for each seed, and check every promise of `Game`.

    Facts and parameters are complete; the same generator gives the same match; no method changes a state; states and
    views are JSON and stay small; legal actions agree with the situation and end with the match; others are refused;
    payoffs lie within the table of the situation, where it has one; stages, features and feedback have the shapes they
    should; every kind of choice is in the same place for the whole game; nothing shown depends on a hidden field.
    Raises `ContractBroken`.
    """
    check_facts(game)
    _check_state_class(game)
    runs = [played(game, seed, steps) for seed in seeds]
    for seed, run in zip(seeds, runs, strict=True):
        require(game, run == played(game, seed, steps), "the same generator gives the same match", f"seed {seed}")
        for state in run:
            _untouched(game, state)
            _check_actions(game, state)
        _check_situations(game, run)
        _check_payoffs(game, run)
        _check_feedback(game, run)
        _check_size(game, run)
    _check_hidden(game, [state for run in runs for state in run])


def _check_state_class(game: Game[Any]) -> None:
    frozen = is_dataclass(game.State) and game.State.__dataclass_params__.frozen  # type: ignore[attr-defined]
    require(game, frozen, "State is a frozen dataclass", game.State)
    names = {field.name for field in fields(game.State)}
    require(game, names.issuperset(game.info.hidden), "info.hidden names fields of State", game.info.hidden)


def _untouched(game: Game[Any], state: Any) -> None:
    """States survive JSON, views are JSON, and no method changes a state."""
    adapter: TypeAdapter[Any] = TypeAdapter(game.State)
    text = adapter.dump_json(state)
    again = adapter.validate_json(text)
    require(game, again == state, "states survive JSON", again)
    for seat in range(game.seats):
        view = game.view(state, seat)
        json.dumps(view, allow_nan=False)
        game.situation(state, seat)
        game.feedback(state, seat)
        told = game.tell(view)
        require(game, isinstance(told, str), "tell gives text", told)
    if not game.is_over(state):
        game.apply(state, drawn(game, state, None), generator(0))
    require(game, adapter.dump_json(state) == text, "no method changes a state", state)


def _check_actions(game: Game[Any], state: Any) -> None:
    legal = {seat: game.legal_actions(state, seat) for seat in range(game.seats)}
    for seat, actions in legal.items():
        situation = game.situation(state, seat)
        if game.is_over(state):
            require(game, actions == (), "nothing is legal after the end", actions)
        elif actions:
            named = tuple(situation.actions[i] for i in situation.legal)
            require(game, actions == named, "legal_actions and Situation.legal agree", (actions, named))
            _check_numbers(game, state, seat, actions)
            _check_table(game, situation)
    chosen = drawn(game, state, None) or dict.fromkeys(legal, NO_ACTION)
    kind = HagameError if game.is_over(state) else IllegalAction
    for seat in chosen:
        act = partial(game.apply, state, {**chosen, seat: NO_ACTION}, generator(0))
        refuses(game, kind, act, f"apply raises {kind.__name__} at what is not legal")


def _check_numbers(game: Game[Any], state: Any, seat: int, actions: tuple[str, ...]) -> None:
    """Bins are the legal actions; each has a legal middle, which the rules take."""
    numbers = game.numbers(state, seat)
    if numbers is None:
        return
    require(game, actions == numbers.labels, "legal_actions are the bins of the numbers", (actions, numbers.labels))
    for i in range(len(actions)):
        middle = numbers.text(numbers.middle_of(i))
        inside = numbers.allows(middle) and numbers.index(middle) == i
        require(game, inside, "each bin has a number on a step in its middle", (i, middle))
        game.apply(state, {**drawn(game, state, None), seat: middle}, generator(0))


def _check_table(game: Game[Any], situation: Situation) -> None:
    if not (situation.payoffs or situation.opponent_payoffs):
        low, high = situation.payoff_range or (1.0, 0.0)
        proper = np.isfinite(low) and np.isfinite(high) and low <= high
        require(game, bool(proper), "without a table, payoff_range says what is paid", situation.payoff_range)
        return
    shape = (len(situation.actions), len(situation.opponent_actions))
    for table in (situation.payoffs, situation.opponent_payoffs):
        found = np.shape(table)
        require(game, found == shape, f"the situation has payoffs of shape {shape}", found)
        require(game, bool(np.isfinite(table).all()), "payoffs are finite", table)


def _check_situations(game: Game[Any], run: list[Any]) -> None:
    """Models count on what stays the same for a whole match."""
    for seat in range(game.seats):
        first, *later = [game.situation(state, seat) for state in run]
        for found in (first, *later):
            same = (found.actions, found.stages, found.family) == (first.actions, first.stages, first.family)
            require(game, same, "actions, stages and family are the same throughout", found)
            require(game, 0 <= found.stage < found.stages, f"stage lies within 0..{found.stages - 1}", found.stage)
            shape = np.shape(found.features)
            proper = not found.features or shape == (len(found.actions), len(first.features[0]))
            require(game, proper, "features have one row per action, and always the same columns", shape)


def _check_feedback(game: Game[Any], run: list[Any]) -> None:
    for before, after in pairwise(run):
        for seat in range(game.seats):
            told, actions = game.feedback(after, seat), game.situation(before, seat).actions
            json.dumps(told.outcome, allow_nan=False)
            shape = len(told.foregone)
            require(game, shape in (0, len(actions)), "foregone payoffs have one entry per action", shape)


def _check_payoffs(game: Game[Any], run: list[Any]) -> None:
    nothing = tuple([0.0] * game.seats)
    require(game, game.payoffs(run[0]) == nothing, "payoffs are zero before the first step", game.payoffs(run[0]))
    for before, after in pairwise(run):
        payoffs = game.payoffs(after)
        require(game, len(payoffs) == game.seats, "there is one payoff per seat", payoffs)
        require(game, bool(np.isfinite(payoffs).all()), "payoffs are finite", payoffs)
        for seat, payoff in enumerate(payoffs):
            table = np.array(game.situation(before, seat).payoffs)
            if not table.size:
                continue
            low, high = float(min(table.min(), 0.0)), float(max(table.max(), 0.0))
            within = low - TOLERANCE <= payoff <= high + TOLERANCE
            require(game, within, f"payoffs of seat {seat} lie within {low}..{high} as the situation says", payoff)


def _check_size(game: Game[Any], run: list[Any]) -> None:
    """After fifty steps a state that holds the history has grown far beyond that after three."""
    if len(run) > 50:
        early, late = (len(TypeAdapter(game.State).dump_json(run[i])) for i in (3, -1))
        require(game, late <= 2 * early + 200, "states stay small, for they hold no history", f"{early}, {late} bytes")


def _check_hidden(game: Game[Any], states: list[Any]) -> None:
    """Put into each state what a hidden field was in others: no seat may see a difference."""
    for name in game.info.hidden:
        values: list[Any] = []
        for state in states:
            if getattr(state, name) not in values and len(values) < 10:
                values.append(getattr(state, name))
        for state in states:
            for changed in (replace(state, **{name: value}) for value in values):
                for seat in range(game.seats):
                    same = _seen(game, state, seat) == _seen(game, changed, seat)
                    require(game, same, f"nothing shown depends on the hidden field {name!r}", changed)


def _seen(game: Game[Any], state: Any, seat: int) -> tuple[object, ...]:
    seen = game.view(state, seat), game.situation(state, seat), game.legal_actions(state, seat)
    return *seen, game.numbers(state, seat), game.feedback(state, seat)
