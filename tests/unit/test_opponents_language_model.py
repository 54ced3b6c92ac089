"""The opponent that asks a language model: what is asked, what may be answered, what is played without."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from hagame import match as matches
from hagame.llm.json_schema import check_schema, misfit
from hagame.llm.prompts import write
from hagame.llm.schemas import Message
from hagame.match import Match, MatchState
from hagame.mind.opponents import LanguageModel
from hagame.mind.predict.mixture import CountMixture
from hagame.rules.matrix import Matrix

SECRET = bytes(range(16))


def match_of(**parameters: Any) -> Match:
    game = Matrix(preset="rock-paper-scissors", rounds=30)
    return Match(game, CountMixture(), LanguageModel(**parameters), seed=5)


def played(match: Match, turns: int) -> MatchState:
    state = matches.start(match, SECRET)
    for _ in range(turns):
        state = matches.play(match, state, "rock").state
    return state


def asked(match: Match, state: MatchState) -> dict[str, Any]:
    assert isinstance(match.opponent, LanguageModel)
    return match.opponent.question(matches.scene(match, state))


def test_it_is_told_the_payoffs_the_rounds_and_what_is_expected() -> None:
    match = match_of()
    state = played(match, 3)
    told = asked(match, state)
    assert told["actions"] == ["rock", "paper", "scissors"]
    assert {"own": "paper", "theirs": "rock", "own_payoff": 1.0, "their_payoff": -1.0} in told["payoffs"]
    assert [r["theirs"] for r in told["rounds"]] == ["rock"] * 3
    assert told["played"] == 3
    assert state.sealed is not None
    assert told["expected"] == pytest.approx(dict(zip(told["actions"], state.sealed.prediction, strict=True)), abs=1e-3)


def test_the_prediction_is_kept_from_it_on_request_and_rounds_are_bounded() -> None:
    match = match_of(sees_prediction=False, rounds=4)
    told = asked(match, played(match, 9))
    assert told["expected"] == {}
    assert len(told["rounds"]) == 4
    assert asked(match_of(rounds=0), played(match_of(rounds=0), 5))["rounds"] == []


def test_an_answer_takes_the_place_under_the_seal_and_the_round_is_remembered_once() -> None:
    match = match_of()
    assert isinstance(match.opponent, LanguageModel)
    state = played(match, 2)
    choice = match.opponent.answered(matches.scene(match, state), "paper", "You like rock.")
    resealed = matches.reseal(match, state, choice)
    assert resealed.sealed is not None
    assert state.sealed is not None
    assert (resealed.sealed.why, resealed.sealed.prediction) == ("You like rock.", state.sealed.prediction)
    turn = matches.play(match, resealed, "rock")
    assert (turn.ai_action, turn.payoffs) == ("paper", (-1.0, 1.0))
    assert matches.verify(resealed.sealed.commitment, turn.sealed.nonce, turn.sealed.payload)
    assert [r["own"] for r in asked(match, turn.state)["rounds"]][-1] == "paper"
    assert len(asked(match, turn.state)["rounds"]) == 3


def test_without_an_answer_the_fallback_stays_under_the_seal_and_says_why() -> None:
    match = match_of(fallback="uniform")
    assert isinstance(match.opponent, LanguageModel)
    state = played(match, 1)
    assert state.sealed is not None
    assert state.sealed.why == "No language model was asked, so I drew evenly among my actions."
    instead = match.opponent.instead(matches.scene(match, state), state.sealed.action, "It was late")
    resealed = matches.reseal(match, state, instead)
    assert resealed.sealed is not None
    assert resealed.sealed.commitment == state.sealed.commitment
    assert resealed.sealed.why == "It was late, so I drew evenly among my actions."


def test_a_resealed_state_is_stored_and_read_again() -> None:
    match = match_of()
    assert isinstance(match.opponent, LanguageModel)
    state = played(match, 3)
    choice = match.opponent.answered(matches.scene(match, state), "scissors", "Why not.")
    resealed = matches.reseal(match, state, choice)
    again = matches.load(match, *matches.dump(match, resealed))
    assert (again.sealed, again.memory) == (resealed.sealed, resealed.memory)


def test_only_legal_actions_fit_the_schema() -> None:
    match = match_of()
    assert isinstance(match.opponent, LanguageModel)
    schema = match.opponent.answer_schema(matches.scene(match, played(match, 0)))
    check_schema(schema, "")
    assert misfit({"action": "rock", "why": "Because."}, schema) is None
    assert misfit({"action": "lizard", "why": "Because."}, schema) == "/action"
    assert misfit({"action": "rock", "why": "x" * 400}, schema) == "/why"


def test_the_prompt_that_ships_takes_the_question() -> None:
    from hagame.core.tables import PromptVersion
    from hagame.llm.files import read_prompts

    (prompt,) = (p for p in read_prompts("hagame.games") if p.name == "opponent")
    match = match_of()
    for state in (played(match, 0), played(match, 5)):
        values = asked(match, state) | {"match": "0a1b"}
        stored = PromptVersion(**prompt.model_dump(exclude={"name", "description"}))
        rendered: Message = write(stored, values, "/variables").messages[-1]
        assert f"round {state.turn}" in rendered.text
        assert "you get 1.0, they get -1.0" in rendered.text


def test_it_needs_a_table_of_payoffs() -> None:
    game = Matrix(preset="rock-paper-scissors")
    situation = game.situation(game.start(np.random.default_rng(0)), 1)
    assert LanguageModel.suits(game.info, situation)
    from dataclasses import replace

    assert not LanguageModel.suits(replace(game.info, simultaneous=False), situation)
