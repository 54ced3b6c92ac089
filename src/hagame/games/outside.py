"""Choices that are made outside of the match: a language model is asked, and its answer comes in as data.

The match plays on with the opponent's fallback first, then the answer takes its place under the seal, before anything
of the coming turn was shown. No connection to the database is held meanwhile.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace

import structlog

from hagame import match as matches
from hagame.errors import HagameError
from hagame.llm import Call, Caller, Completion, Gateway, PromptRef
from hagame.match import Match, MatchState
from hagame.mind.opponents import LanguageModel, Scene

PURPOSE = "opponent"

log = structlog.get_logger()


async def reseal(gateway: Gateway, caller: Caller, match: Match, state: MatchState) -> MatchState:
    """The state with the choice of a language model under the seal, where such a one plays and the match goes on."""
    opponent = match.opponent
    if not isinstance(opponent, LanguageModel) or state.sealed is None:
        return state
    scene = matches.scene(match, state)
    answer = await _ask(gateway, caller, opponent, scene, _name_of(state))
    if isinstance(answer, Completion) and isinstance(answer.output, dict):
        choice = opponent.answered(scene, str(answer.output["action"]), str(answer.output["why"]))
    else:
        choice = opponent.instead(scene, state.sealed.action, str(answer))
    return matches.reseal(match, state, choice)


async def _ask(gateway: Gateway, caller: Caller, opponent: LanguageModel, scene: Scene, name: str) -> Completion | str:
    """The answer, or why there is none; that is logged, too."""
    prompt = PromptRef(name=opponent.prompt, variables=opponent.question(scene) | {"match": name})
    call = Call(prompt=prompt, response_schema=opponent.answer_schema(scene))
    try:
        async with asyncio.timeout(opponent.seconds):
            # Whoever plays reads their own calls, and shall not read the sealed move there.
            completion = await gateway.complete(replace(caller, sealed=True), call)
    except TimeoutError:
        return _none(caller, "late", "The language model did not answer in time")
    except HagameError as error:
        reason = str(error.extra.get("reason", error.slug))
        return _none(caller, reason, f"No language model gave a legal answer ({error.title.lower()})")
    if completion.offline:
        return _none(caller, "offline", "No language model is connected")
    return completion


def _none(caller: Caller, reason: str, because: str) -> str:
    log.warning("game.llm_fallback", user_id=str(caller.user_id), reason=reason)
    return because


def _name_of(state: MatchState) -> str:
    """Differs between matches, so that equal questions of two matches are answered anew, and of one match once."""
    return hashlib.sha256(b"name of a match" + state.secret).hexdigest()[:12]
