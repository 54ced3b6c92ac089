"""From a stored game to the choices it poses, as models see them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import isfinite
from typing import Any

import numpy as np

from hagame import plugins
from hagame.aimodels.schemas import Match, PosedChoice, Round
from hagame.core.tables import GameDefinition
from hagame.errors import IllegalAction, InvalidInput
from hagame.mind.model import Decision, Person
from hagame.rules.game import PLAYER, Situation
from hagame.rules.walk import walk

Steps = tuple[tuple[Situation, Decision], ...]
"""What each choice was about, and what was decided."""
STEPS = 12
"""Of random play that are looked at to see whether all choices are of one kind."""


def situation_of(definition: GameDefinition, field: str = "/definition", kind: str = "predictor") -> Situation:
    """The one kind of choice that the game poses. Raises `InvalidInput` where choices differ from turn to turn.

    Cognitive models read choices of many kinds: for them it is the first one, and rounds tell what differs.
    """
    game = plugins.make_stored_game(definition.engine, definition.engine_version, definition.parameters)
    first, *others = [game.situation(state, PLAYER) for state in walk(game, np.random.default_rng(0), STEPS)]
    if kind != "cognitive" and any(other != first for other in others):
        raise InvalidInput(
            f"{field[1:]}: in {definition.key!r} each choice is of another kind; "
            "predictors are trained on games that ask the same in every round, cognitive models on others too.",
            field=field,
        )
    return first


def same_situation(definitions: Sequence[GameDefinition], field: str, kind: str = "predictor") -> Situation:
    """What all of these ask of a person. Raises `InvalidInput` where they ask different things."""
    first, *others = [situation_of(definition, field, kind) for definition in definitions]
    for definition, other in zip(definitions[1:], others, strict=True):
        if other != first:
            raise InvalidInput(
                f"{field[1:]}: {definitions[0].key!r} and {definition.key!r} ask different things of a person.",
                field=field,
            )
    return first


def steps_of(rounds: Match, situation: Situation, field: str) -> Steps:
    """Each round: what it was about, what was decided. Raises `IllegalAction`, `InvalidInput` that name the round."""
    own = {name: i for i, name in enumerate(situation.actions)}
    other = {name: j for j, name in enumerate(situation.opponent_actions)}
    found = []
    for k, turn in enumerate(rounds):
        posed = posed_by(turn, situation, f"{field}/{k}")
        if turn.action not in own or own[turn.action] not in posed.legal:
            legal = tuple(situation.actions[action] for action in posed.legal)
            raise IllegalAction(turn.action, legal, field=f"{field}/{k}/action")
        answer = _answer(other, turn.opponent_action, f"{field}/{k}")
        found.append((posed, _decision(posed, own[turn.action], answer, turn, f"{field}/{k}")))
    return tuple(found)


def person_of(matches: Sequence[Steps], situation: Situation) -> Person:
    """Somebody who took these decisions; what they were about is kept where it is not always the same."""
    told = any(posed != situation for match in matches for posed, _ in match)
    return Person(
        tuple(tuple(decision for _, decision in match) for match in matches),
        tuple(tuple(posed for posed, _ in match) for match in matches) if told else (),
    )


def posed_by(choice: PosedChoice, situation: Situation, field: str) -> Situation:
    """The situation of one choice. Raises `InvalidInput` where something is missing, or where nothing can differ."""
    changed: dict[str, Any] = {}
    if (choice.stage is None) != (situation.stages == 1) or (choice.stage or 0) >= situation.stages:
        right = "left out: this game has one" if situation.stages == 1 else f"from 0 to {situation.stages - 1}"
        raise InvalidInput(f"stage must be {right}.", field=f"{field}/stage")
    if choice.stage is not None:
        changed["stage"] = choice.stage
    if (choice.features is None) != (not situation.features):
        right = "given, one list per action" if situation.features else "left out: this game has none"
        raise InvalidInput(f"features must be {right}.", field=f"{field}/features")
    if choice.features is not None:
        changed["features"] = _features(choice.features, situation, f"{field}/features")
    if choice.legal is not None:
        unknown = sorted(set(choice.legal) - set(situation.actions))
        if unknown:
            raise IllegalAction(unknown[0], situation.actions, field=f"{field}/legal")
        changed["legal"] = tuple(sorted({situation.actions.index(name) for name in choice.legal}))
    return replace(situation, **changed) if changed else situation


def _features(rows: list[list[float]], situation: Situation, field: str) -> tuple[tuple[float, ...], ...]:
    count, width = len(situation.features), len(situation.features[0])
    if len(rows) != count or any(len(row) != width or not all(map(isfinite, row)) for row in rows):
        raise InvalidInput(f"features must be {count} lists of {width} finite numbers.", field=field)
    return tuple(tuple(row) for row in rows)


def _answer(other: dict[str, int], action: str | None, field: str) -> int:
    if action is None and not other:
        return -1
    if action is None or action not in other:
        wanted = ", ".join(other) or "nothing, for nobody answers in this game"
        raise InvalidInput(f"opponent_action must be one of: {wanted}.", field=f"{field}/opponent_action")
    return other[action]


def _decision(situation: Situation, own: int, other: int, turn: Round, field: str) -> Decision:
    time = turn.response_time_ms or 0
    if other < 0 or not situation.payoffs:
        return Decision(own, other, turn.payoff or 0.0, 0.0, (), time)
    if turn.payoff is not None:
        raise InvalidInput("payoff must be left out: the table of this game tells it.", field=f"{field}/payoff")
    return Decision(own, other, situation.payoffs[own][other], situation.opponent_payoffs[own][other], (), time)


def labelled(values: Iterable[float], situation: Situation) -> dict[str, float]:
    """One number per action, by its name."""
    return {name: round(float(value), 9) for name, value in zip(situation.actions, values, strict=True)}
