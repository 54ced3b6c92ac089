"""Recorded people play matches over HTTP: each as a guest of their own, whose moves are those of the recording."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import log2
from typing import Any

import numpy as np

from hagame.cli.client import AsyncClient
from hagame.cli.recordings import Person, Round
from hagame.cli.scoring import Played, rivals
from hagame.errors import Conflict, CorruptState
from hagame_sdk.types import Move, Next

ROUNDING = 2e-6
"""By how much the surprise that the server tells may differ from the sealed one, bits: it is told with six digits."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is played: `definition` by key, against which opponent. Person k gets the seed `seed` + k, or none."""

    definition: str
    opponent: str
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """One recorded round with what the AI had sealed for it: its prediction by action, and its own action."""

    round: Round
    prediction: tuple[float, ...]
    ai_action: str


@dataclass(frozen=True, slots=True)
class RecordedMatch:
    """A match that was played to the end of the recording; every seal in it was opened and verified."""

    opening: Next
    answers: tuple[Answered, ...]
    predictor: str
    predictor_version: str

    @property
    def seals(self) -> int:
        """Seals that were verified."""
        return len(self.answers)


async def play_all(
    client: AsyncClient, plan: Plan, people: Sequence[Person], concurrency: int, progress: Callable[[], None]
) -> list[RecordedMatch]:
    """One match per person, in the order of `people`, `concurrency` at once; `progress` is called for each decision.

    Raises what the server says, and `CorruptState` when an opened seal is not the one shown before the move.
    """
    found: dict[int, RecordedMatch] = {}
    waiting = iter(enumerate(people))
    tasks = [asyncio.create_task(_work(client, plan, waiting, found, progress)) for _ in range(concurrency)]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return [found[i] for i in range(len(people))]


def played(match: RecordedMatch) -> Played:
    """The match as arrays, with what simple rivals would have predicted."""
    view: dict[str, Any] = match.opening["view"]
    rounds = [answer.round for answer in match.answers]
    actions = np.array([view["actions"].index(r.action) for r in rounds], dtype=np.int64)
    opponent = np.array([view["opponent_actions"].index(r.opponent_action) for r in rounds], dtype=np.int64)
    ai = np.array([view["opponent_actions"].index(answer.ai_action) for answer in match.answers], dtype=np.int64)
    ahead = np.sign(np.array(view["opponent_payoffs"]) - np.array(view["payoffs"])).astype(np.int64)
    return Played(
        rounds=np.array([r.number for r in rounds], dtype=np.int64),
        actions=actions,
        opponent_actions=opponent,
        predictions=np.array([answer.prediction for answer in match.answers]),
        ai=ahead[actions, ai],
        recorded_opponent=ahead[actions, opponent],
        rivals=rivals(actions, opponent, len(view["actions"])),
    )


async def _work(
    client: AsyncClient,
    plan: Plan,
    waiting: Iterator[tuple[int, Person]],
    found: dict[int, RecordedMatch],
    progress: Callable[[], None],
) -> None:
    for number, person in waiting:
        found[number] = await play_person(client, plan, number, person, progress)


async def play_person(
    client: AsyncClient, plan: Plan, number: int, person: Person, progress: Callable[[], None]
) -> RecordedMatch:
    """One person's match; one that outlasts the recording is abandoned then. The client checks every seal."""
    guest = client.another()
    await guest.guest()
    match = await guest.games.begin(
        plan.definition,
        opponent=plan.opponent,
        memory="none",
        recorded=True,
        seed=None if plan.seed is None else plan.seed + number,
    )
    opening = match.next
    answers = []
    for round_ in person.rounds:
        shown = match.next
        if shown is None:
            raise Conflict(f"The match of subject {person.subject} ended before their recorded round {round_.number}.")
        move = await match.play(
            round_.action,
            response_time_ms=round_.response_time_ms,
            observed_opponent_action=round_.opponent_action,
        )
        answers.append(_answered(shown, move, round_))
        progress()
    if match.next is not None:
        await match.abandon()
    if opening is None:
        raise Conflict("A match of this game is over before its first turn.")
    return RecordedMatch(opening, tuple(answers), match.state["predictor"], match.state["predictor_version"])


def _answered(shown: Next, move: Move, round_: Round) -> Answered:
    """What the seal held, which the answer must fit: a recorded match tells the AI's own move, and the surprise."""
    view: dict[str, Any] = shown["view"]
    prediction, ai = move["prediction"], move["ai"]
    if ai is None or abs(move["surprise_bits"] + log2(prediction[round_.action])) >= ROUNDING:
        raise CorruptState(f"Turn {shown['turn']}: the answer tells other things than its seal held.")
    return Answered(round_, tuple(prediction[action] for action in view["actions"]), ai["action"])
