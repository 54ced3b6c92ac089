"""From a stored game to the choices it poses, as models see them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

import numpy as np
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hagame import plugins
from hagame.aimodels.schemas import Match
from hagame.core.tables import GameDefinition
from hagame.errors import IllegalAction, InvalidInput, NotFound
from hagame.mind.model import Decision
from hagame.rules.game import PLAYER, Situation
from hagame.rules.walk import walk

STEPS = 12
"""Of random play that are looked at to see whether all choices are of one kind."""


async def find_definition(session: AsyncSession, id_or_key: str, field: str = "/definition") -> GameDefinition:
    """The definition with this id, or the newest version of this key. Raises `NotFound`."""
    try:
        wanted = select(GameDefinition).where(GameDefinition.id == UUID(id_or_key))
    except ValueError:
        wanted = select(GameDefinition).where(GameDefinition.key == id_or_key)
    found = (await session.scalars(wanted.order_by(GameDefinition.version.desc()).limit(1))).first()
    if found is None:
        raise NotFound(f"{field[1:]}: there is no game definition {id_or_key!r}; see /games/definitions.")
    return found


def situation_of(definition: GameDefinition, field: str = "/definition") -> Situation:
    """The one kind of choice that the game poses. Raises `InvalidInput` where choices differ from turn to turn."""
    game = plugins.make_game(definition.engine, definition.parameters)
    first, *others = [game.situation(state, PLAYER) for state in walk(game, np.random.default_rng(0), STEPS)]
    if any(other != first for other in others):
        raise InvalidInput(
            f"{field[1:]}: in {definition.key!r} each choice is of another kind; "
            "models are trained on games that ask the same in every round.",
            field=field,
        )
    return first


def same_situation(definitions: Sequence[GameDefinition], field: str) -> Situation:
    """What all of these ask of a person. Raises `InvalidInput` where they ask different things."""
    first, *others = [situation_of(definition, field) for definition in definitions]
    for definition, other in zip(definitions[1:], others, strict=True):
        if other != first:
            raise InvalidInput(
                f"{field[1:]}: {definitions[0].key!r} and {definition.key!r} ask different things of a person.",
                field=field,
            )
    return first


def decisions_of(rounds: Match, situation: Situation, field: str) -> tuple[Decision, ...]:
    """The rounds as decisions. Raises `IllegalAction` and `InvalidInput` that name the round."""
    own = {name: i for i, name in enumerate(situation.actions) if i in situation.legal}
    other = {name: j for j, name in enumerate(situation.opponent_actions)}
    found = []
    for k, turn in enumerate(rounds):
        if turn.action not in own:
            raise IllegalAction(turn.action, tuple(own), field=f"{field}/{k}/action")
        found.append(_decision(situation, own[turn.action], _answer(other, turn.opponent_action, f"{field}/{k}")))
    return tuple(found)


def _answer(other: dict[str, int], action: str | None, field: str) -> int:
    if action is None and not other:
        return -1
    if action is None or action not in other:
        wanted = ", ".join(other) or "nothing, for nobody answers in this game"
        raise InvalidInput(f"opponent_action must be one of: {wanted}.", field=f"{field}/opponent_action")
    return other[action]


def _decision(situation: Situation, own: int, other: int) -> Decision:
    if other < 0 or not situation.payoffs:
        return Decision(own, other, 0.0, 0.0)
    return Decision(own, other, situation.payoffs[own][other], situation.opponent_payoffs[own][other])


def labelled(values: Iterable[float], situation: Situation) -> dict[str, float]:
    """One number per action, by its name."""
    return {name: round(float(value), 9) for name, value in zip(situation.actions, values, strict=True)}
