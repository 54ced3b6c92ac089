"""Why the AI expected what it expected: the log's exact attribution, what would have changed it, what was alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
from anyio import to_thread
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from hagame import match as matches
from hagame.core.artefacts import Stored
from hagame.core.speech import language_of
from hagame.core.tables import Decision, GameDefinition, GameInstance
from hagame.errors import CorruptState
from hagame.games.export import check_owner, find_decision
from hagame.games.instances import prepared_match
from hagame.games.schemas import PartOut
from hagame.games.schemas_explanation import AlikeOut, CounterfactualOut, EditOut, ExplanationOut
from hagame.games.trained import fetch, keep
from hagame.match import Match
from hagame.mind.explain.alike import Played, alike, alike_said
from hagame.mind.explain.counterfactual import ROUNDS, flip, flip_said
from hagame.mind.language import Message, from_json, message, say
from hagame.mind.model import Decision as Choice
from hagame.mind.opponents import plays_table
from hagame.rules.game import Situation

MOST_REPLAYED = 2000
"""Rounds that are learnt again for a counterfactual: about half a second."""
SAME = 1e-4
"""By how much a prediction made again may differ: sealed ones have six digits, and floats are stored in 32 bits."""


class _Stored(NamedTuple):
    """A match as the database has it.

    `earlier` is the state of the match that the belief came from; `artefact` is that of the predictor, where this
    process has it not ready.
    """

    instance: GameInstance
    definition: GameDefinition
    earlier: bytes | None
    artefact: Stored | None


class _Read(NamedTuple):
    """What there is to be explained; `stored` is None where nothing is to be replayed."""

    language: str
    decision: Decision
    past: Sequence[Played]
    stored: _Stored | None


async def explain(
    sessions: async_sessionmaker[AsyncSession],
    user_id: UUID,
    instance_id: UUID,
    turn: int | None,
    accept_language: str = "",
    asked: str | None = None,
) -> ExplanationOut:
    """Where the prediction of a turn (default: the last) came from. Raises `NotFound` and `InvalidInput`.

    Everything is learnt again for it: in a thread, and without a connection meanwhile.
    """
    async with sessions() as session:
        await check_owner(session, user_id, instance_id)
        language = await language_of(session, user_id, accept_language, asked)
        read = await _read(session, instance_id, turn, language)
    match = None if read.stored is None else await _match(read.stored)
    return await to_thread.run_sync(_explained, read, match)


async def _read(session: AsyncSession, instance_id: UUID, turn: int | None, language: str) -> _Read:
    decision = await find_decision(session, instance_id, turn)
    past = await _past(session, instance_id, decision.turn)
    replayed = 0 < len(past) <= MOST_REPLAYED
    return _Read(language, decision, past, await _stored(session, instance_id) if replayed else None)


async def _past(session: AsyncSession, instance_id: UUID, turn: int) -> list[Played]:
    query = select(Decision.turn, Decision.action, Decision.opponent_action, Decision.payoff)
    query = query.where(Decision.instance_id == instance_id, Decision.turn < turn).order_by(Decision.turn)
    return [Played(*row) for row in (await session.execute(query)).all()]


async def _stored(session: AsyncSession, instance_id: UUID) -> _Stored:
    query = select(GameInstance, GameDefinition).join(GameDefinition, GameDefinition.id == GameInstance.definition_id)
    instance, definition = (await session.execute(query.where(GameInstance.id == instance_id))).one()
    earlier = None
    if instance.belief_from is not None:
        earlier = await session.scalar(select(GameInstance.state).where(GameInstance.id == instance.belief_from))
    return _Stored(instance, definition, earlier, await fetch(session, instance.predictor))


async def _match(stored: _Stored) -> Match:
    await keep(stored.instance.predictor, stored.artefact)
    return prepared_match(stored.instance, stored.definition)


def _explained(read: _Read, match: Match | None) -> ExplanationOut:
    decision, language = read.decision, read.language
    prediction: dict[str, float] = decision.answer["prediction"]
    parts = [_part(part, language) for part in decision.answer["explanation"]]
    return ExplanationOut(
        turn=decision.turn,
        language=language,
        prediction=prediction,
        action=decision.action,
        parts=parts,
        sum_log_odds={a: round(sum(p.log_odds[a] for p in parts), 6) for a in prediction},
        why=_why(decision.answer, language),
        counterfactual=_counterfactual(read, match),
        alike=_alike(read.past, language),
    )


def _why(answer: Mapping[str, Any], language: str) -> str:
    """As the opponent told it, or in another language where the log holds more than the words."""
    said = answer.get("why_message")
    return str(answer["why"]) if said is None else say(from_json(said), language)


def _part(part: Mapping[str, Any], language: str) -> PartOut:
    """As it was told, or in another language where the log holds more than the words."""
    told = PartOut.model_validate(part)
    if told.message is None:
        return told
    return told.model_copy(update={"statement": say(from_json(part["message"]), language)})


def _alike(past: Sequence[Played], language: str) -> list[AlikeOut]:
    return [
        AlikeOut(
            turn=found.turn,
            distance=round(found.distance, 6),
            action=found.action,
            before=[{"turn": p.turn, "action": p.action, "opponent_action": p.opponent_action} for p in found.before],
            statement=say(alike_said(found), language),
        )
        for found in alike(past)
    ]


class _Begun(NamedTuple):
    """A match, its situation in every round, and the belief it began with; None where that is not kept."""

    match: Match
    situation: Situation
    belief: Any


def _counterfactual(read: _Read, match: Match | None) -> CounterfactualOut:
    if not read.past:
        return _none(message("counterfactual.no-past"), read.language)
    if read.stored is None or match is None:
        return _none(message("counterfactual.too-long", most=MOST_REPLAYED), read.language)
    begun = _begun(read.stored, match)
    if begun is None:
        return _none(message("counterfactual.unsuited"), read.language)
    sealed = np.array(list(read.decision.answer["prediction"].values()))
    return _searched(begun, read.decision.turn, sealed, read.past, read.language)


def _begun(stored: _Stored, match: Match) -> _Begun | None:
    """The match as it began; None in games that have no table of payoffs."""
    state = matches.load(match, stored.instance.state)
    situation = match.game.situation(state.game, 0)
    if not plays_table(match.game.info, situation):
        return None
    if stored.instance.belief_from is None:
        return _Begun(match, situation, match.predictor.start(situation))
    try:
        known = matches.load(match, stored.earlier or b"").belief
    except CorruptState:
        return _Begun(match, situation, None)
    return _Begun(match, situation, match.predictor.carry_over(known))


def _searched(
    begun: _Begun, turn: int, sealed: np.ndarray[Any, np.dtype[np.float64]], past: Sequence[Played], language: str
) -> CounterfactualOut:
    model, situation = begun.match.predictor, begun.situation
    belief, rounds = begun.belief, [_choice(situation, played) for played in past]
    if belief is None:
        return _none(message("counterfactual.not-reproduced"), language)
    last = min(ROUNDS, len(rounds))
    for done in rounds[:-last]:
        belief = model.update(belief, situation, done)
    beliefs = []
    for done in rounds[-last:]:
        beliefs.append(belief)
        belief = model.update(belief, situation, done)
    now = model.predict(belief, situation)
    # The earlier match may have been played on after this one began.
    if np.abs(now - sealed).max() > SAME:
        return _none(message("counterfactual.not-reproduced"), language)
    found = flip(model, situation, beliefs, rounds[-last:], now)
    said = flip_said(found, situation, turn, last, now)
    if found is None:
        return _none(said, language)
    names = {"own": situation.actions, "opponent": situation.opponent_actions}
    return CounterfactualOut(
        statement=say(said, language),
        changes=[
            EditOut(turn=turn - e.back, side=e.side, now=names[e.side][e.now], then=names[e.side][e.then])
            for e in found.edits
        ],
        prediction={a: round(float(p), 6) for a, p in zip(situation.actions, found.prediction, strict=True)},
    )


def _choice(situation: Situation, played: Played) -> Choice:
    i = situation.actions.index(played.action)
    j = situation.opponent_actions.index(played.opponent_action or "")
    return Choice(i, j, situation.payoffs[i][j], situation.opponent_payoffs[i][j])


def _none(said: Message, language: str) -> CounterfactualOut:
    return CounterfactualOut(statement=say(said, language), changes=[], prediction=None)
