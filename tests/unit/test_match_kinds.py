"""Games that are not of two who choose at once: alone, in turns, with several AIs, with numbers, against the clock."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import msgspec
import numpy as np
import pytest

from hagame import match as matches
from hagame import plugins
from hagame.errors import IllegalAction, InvalidInput
from hagame.match import Match, MatchState
from hagame.mind.opponents import Choice, Opponent, OpponentInfo, Random, Scene
from hagame.rules import Feedback, Game, GameInfo, MoveLimit, Numbers, Situation
from hagame.testing import check_game, check_model, check_opponent

SECRET = bytes(range(16))
SIDES = ("left", "right")


@dataclass(frozen=True)
class Doors:
    prize: int = 0
    round: int = 1
    paid: float = 0.0


class Alone(Game[Doors]):
    """One person, two doors, a prize behind one of them; both are opened afterwards."""

    info: ClassVar[GameInfo] = GameInfo("alone", "1", "Doors", 1, False, ("prize",), (), "observer")
    State: ClassVar[type] = Doors

    def start(self, rng: np.random.Generator) -> Doors:
        return Doors(int(rng.integers(2)))

    def legal_actions(self, state: Doors, seat: int) -> tuple[str, ...]:  # noqa: ARG002
        return () if state.round > 5 else SIDES

    def apply(self, state: Doors, actions: Mapping[int, str], rng: np.random.Generator) -> Doors:
        if state.round > 5 or actions[0] not in SIDES:
            raise IllegalAction(actions[0], self.legal_actions(state, 0))
        return Doors(int(rng.integers(2)), state.round + 1, float(SIDES.index(actions[0]) == state.prize))

    def payoffs(self, state: Doors) -> tuple[float, ...]:
        return (state.paid,)

    def is_over(self, state: Doors) -> bool:
        return state.round > 5

    def view(self, state: Doors, seat: int) -> dict[str, Any]:  # noqa: ARG002
        return {"round": state.round, "paid": state.paid}

    def situation(self, state: Doors, seat: int) -> Situation:  # noqa: ARG002
        legal = () if state.round > 5 else (0, 1)
        odd = (state.round - 1) % 2
        return Situation(SIDES, (), legal, (), (), "", odd, 2, ((0.0,), (1.0,)), (0.0, 1.0))

    def feedback(self, state: Doors, seat: int) -> Feedback:  # noqa: ARG002
        return Feedback(foregone=(state.paid, 1.0 - state.paid), outcome={"round": state.round - 1})


@dataclass(frozen=True)
class Pile:
    left: int = 9
    mover: int = 0
    paid: tuple[float, ...] = (0.0, 0.0)


class Nim(Game[Pile]):
    """Take one or two of nine, one seat after the other; whoever takes the last one wins."""

    info: ClassVar[GameInfo] = GameInfo("takeaway", "1", "Take away", 2, False, (), (), "random")
    State: ClassVar[type] = Pile
    first: int = 0

    def start(self, rng: np.random.Generator) -> Pile:  # noqa: ARG002
        return Pile(mover=self.first)

    def legal_actions(self, state: Pile, seat: int) -> tuple[str, ...]:
        return tuple(str(n) for n in (1, 2) if n <= state.left) if seat == state.mover else ()

    def apply(self, state: Pile, actions: Mapping[int, str], rng: np.random.Generator) -> Pile:  # noqa: ARG002
        if set(actions) != {state.mover} or actions[state.mover] not in self.legal_actions(state, state.mover):
            raise IllegalAction(str(dict(actions)), self.legal_actions(state, state.mover))
        left = state.left - int(actions[state.mover])
        won = (1.0, -1.0) if state.mover == 0 else (-1.0, 1.0)
        return Pile(left, 1 - state.mover, (0.0, 0.0) if left else won)

    def payoffs(self, state: Pile) -> tuple[float, ...]:
        return state.paid

    def is_over(self, state: Pile) -> bool:
        return state.left == 0

    def view(self, state: Pile, seat: int) -> dict[str, Any]:
        return {"left": state.left, "yours": seat == state.mover}

    def situation(self, state: Pile, seat: int) -> Situation:
        legal = tuple(range(len(self.legal_actions(state, seat))))
        return Situation(("1", "2"), ("1", "2"), legal, (), (), "", payoff_range=(-1.0, 1.0))


@dataclass(frozen=True)
class Guesses:
    round: int = 1
    guesses: tuple[int, ...] = ()
    paid: tuple[float, ...] = ()


class Beauty(Game[Guesses]):
    """Whoever is nearest to two thirds of the mean of all guesses wins the round."""

    info: ClassVar[GameInfo] = GameInfo("beauty", "1", "Guess", 4, True, (), (), "random")
    State: ClassVar[type] = Guesses
    others: int = 3

    @property
    def seats(self) -> int:
        return 1 + self.others

    def start(self, rng: np.random.Generator) -> Guesses:  # noqa: ARG002
        return Guesses(paid=(0.0,) * self.seats)

    def numbers(self, state: Guesses, seat: int) -> Numbers | None:  # noqa: ARG002
        return Numbers.evenly(0, 100, 1)

    def legal_actions(self, state: Guesses, seat: int) -> tuple[str, ...]:
        asked = self.numbers(state, seat)
        return () if self.is_over(state) or asked is None else asked.labels

    def apply(self, state: Guesses, actions: Mapping[int, str], rng: np.random.Generator) -> Guesses:  # noqa: ARG002
        if self.is_over(state):
            raise IllegalAction("any", ())
        guesses = [int(Numbers.evenly(0, 100, 1).value(actions[seat])) for seat in range(self.seats)]
        target = 2 / 3 * float(np.mean(guesses))
        best = min(abs(g - target) for g in guesses)
        return Guesses(state.round + 1, tuple(guesses), tuple(float(abs(g - target) == best) for g in guesses))

    def payoffs(self, state: Guesses) -> tuple[float, ...]:
        return state.paid

    def is_over(self, state: Guesses) -> bool:
        return state.round > 4

    def view(self, state: Guesses, seat: int) -> dict[str, Any]:  # noqa: ARG002
        return {"round": state.round, "guesses": list(state.guesses)}

    def situation(self, state: Guesses, seat: int) -> Situation:
        bins = Numbers.evenly(0, 100, 1).labels
        return Situation(bins, (), tuple(range(len(self.legal_actions(state, seat)))), (), (), "", payoff_range=(0, 1))


class Counting(Opponent):
    """Chooses as many as it has moved before, and remembers that."""

    info: ClassVar[OpponentInfo] = OpponentInfo("counting", "1", "Counting", "Counts its own moves.")

    def act(self, scene: Scene, rng: np.random.Generator) -> Choice:  # noqa: ARG002
        n = int(scene.memory or b"0")
        action = scene.situation.legal[n % len(scene.situation.legal)]
        mixture = tuple(float(i == action) for i in range(len(scene.situation.actions)))
        number = None if len(mixture) < 10 else 10.0 * action + scene.seat
        return Choice(action, mixture, f"I had moved {n} times.", number, str(n + 1).encode())


def a_match(game: Game[Any], opponent: Opponent | None = None) -> Match:
    return Match(game, plugins.make_model("count-mixture", {}), opponent or Random(), seed=3)


def run(match: Match, *actions: str) -> list[matches.Turn]:
    state, turns = matches.start(match, SECRET), []
    for action in actions:
        turns.append(matches.play(match, reread(match, state), action))
        state = turns[-1].state
    return turns


def reread(match: Match, state: MatchState) -> MatchState:
    """As if it had been stored and read again."""
    return matches.load(match, *matches.dump(match, state))


@pytest.mark.parametrize("game", [Alone(), Nim(), Nim(first=1), Beauty(), Beauty(others=1)])
def test_the_contract_holds_for_all_kinds(game: Game[Any]) -> None:
    check_game(game)
    situation = game.situation(game.start(np.random.default_rng(0)), 0)
    if situation.legal:
        check_model(plugins.make_model("count-mixture", {}), situation, decisions=40)
    if game.seats > 1:
        check_opponent(Random(), game)
        check_opponent(Counting(), game)


def test_alone_only_the_prediction_is_sealed() -> None:
    match = a_match(Alone())
    turn = run(match, "left", "right")[-1]
    assert matches.verify(turn.sealed.commitment, turn.sealed.nonce, turn.sealed.payload)
    opened = json.loads(turn.sealed.payload)
    assert opened["action"] is None
    assert set(opened["prediction"]) == set(SIDES)
    assert turn.opponent_action is None
    assert turn.payoffs[1] == 0.0
    assert turn.sealed.why == ""


def test_what_the_game_tells_beside_the_payoff_reaches_the_turn_and_the_model() -> None:
    seen = []
    match = a_match(Alone())

    class Listening(type(match.predictor)):  # type: ignore[misc]
        def update(self, belief: Any, situation: Situation, decision: Any) -> Any:
            seen.append((situation.stage, decision))
            return super().update(belief, situation, decision)

    turns = run(replace(match, predictor=Listening()), "left", "left")
    assert [stage for stage, _ in seen] == [0, 1]
    assert seen[0][1].foregone == turns[0].feedback.foregone == (turns[0].payoffs[0], 1.0 - turns[0].payoffs[0])
    assert seen[0][1].opponent_action == -1
    assert turns[1].feedback.outcome == {"round": 2}


def test_in_turns_the_ai_answers_openly_within_the_same_move() -> None:
    match = a_match(Nim(), Counting())
    state = matches.start(match, SECRET)
    assert state.replies == ()
    turn = matches.play(match, state, "2")
    assert json.loads(turn.sealed.payload)["action"] is None
    assert [(r.seat, r.action, r.why) for r in turn.state.replies] == [(1, "1", "I had moved 0 times.")]
    assert turn.opponent_action == "1"
    assert matches.view(match, turn.state) == {"left": 6, "yours": True}
    again = matches.play(match, reread(match, turn.state), "2")
    assert again.state.replies[0].action == "2"
    assert again.state.replies[0].why == "I had moved 1 times."


def test_the_ai_may_move_first() -> None:
    match = a_match(Nim(first=1))
    state = matches.start(match, SECRET)
    assert len(state.replies) == 1
    assert matches.view(match, state)["left"] == 9 - int(state.replies[0].action)
    assert reread(match, state).replies == state.replies


def test_payoffs_of_the_ais_answer_belong_to_the_move_it_answers() -> None:
    match = a_match(Nim(), Random())
    for seed in range(20):
        state = matches.start(replace(match, seed=seed), SECRET)
        while state.sealed is not None:
            turn = matches.play(replace(match, seed=seed), state, "1")
            state = turn.state
        assert state.scores == turn.payoffs
        assert turn.payoffs in {(1.0, -1.0), (-1.0, 1.0)}
        assert matches.legal_actions(match, state) == ()


def test_several_ais_are_sealed_seat_by_seat() -> None:
    match = a_match(Beauty(), Counting())
    first, second = run(match, "37", "0")
    assert json.loads(first.sealed.payload)["actions"] == {"1": "1", "2": "2", "3": "3"}
    assert first.opponent_action == "1, 2, 3"
    assert json.loads(second.sealed.payload)["actions"] == {"1": "11", "2": "12", "3": "13"}
    assert second.all_payoffs == (0.0, 1.0, 0.0, 0.0)
    assert second.payoffs == (0.0, pytest.approx(1 / 3))


def test_a_number_is_scored_by_its_bin_and_kept_as_it_is() -> None:
    match = a_match(Beauty())
    turn = run(match, "37")[0]
    assert turn.action == "37"
    assert turn.score.probability == turn.sealed.prediction[3]
    assert list(json.loads(turn.sealed.payload)["prediction"]) == sorted(Numbers.evenly(0, 100, 1).labels)


@pytest.mark.parametrize("action", ["-1", "101", "3.5", "37.0", "037", "1e1", "nan", "", "30 to 39", "٣"])
def test_a_number_that_is_not_asked_for_is_refused(action: str) -> None:
    match = a_match(Beauty())
    with pytest.raises(IllegalAction, match="a number from 0 to 100 in steps of 1"):
        matches.play(match, matches.start(match, SECRET), action)


def test_numbers_fall_into_bins_by_their_edges() -> None:
    asked = Numbers.evenly(0, 1, 0.01, bins=4)
    assert asked.labels == ("0 to 0.24", "0.25 to 0.49", "0.5 to 0.74", "0.75 to 1")
    assert [asked.index(x) for x in ("0", "0.24", "0.25", "0.74", "0.75", "1")] == [0, 0, 1, 2, 3, 3]
    assert [asked.text(asked.middle_of(i)) for i in range(4)] == ["0.12", "0.37", "0.62", "0.87"]


def test_a_record_can_only_be_replayed_where_both_choose_at_once() -> None:
    match = a_match(Nim())
    with pytest.raises(InvalidInput, match="two who choose at once"):
        matches.play(match, matches.start(match, SECRET), "1", observed_opponent_action="1")


@pytest.mark.parametrize(("named", "expected"), [("2", {"2"}), ("7", {"1", "2"}), (None, {"1", "2"})])
def test_the_clock_chooses_what_is_named_if_that_is_legal_and_draws_else(named: str | None, expected: set[str]) -> None:
    found = set()
    for seed in range(20):
        match = replace(a_match(Nim(move_limit=MoveLimit(seconds=5, action=named))), seed=seed)
        state = matches.start(match, SECRET)
        found.add(matches.default_action(match, state))
        assert matches.default_action(match, state) == matches.default_action(match, state)
    assert found == expected


def test_the_clock_chooses_numbers_too() -> None:
    match = a_match(Beauty(move_limit=MoveLimit(seconds=5, action="40")))
    assert matches.default_action(match, matches.start(match, SECRET)) == "40"
    drawn = a_match(Beauty(move_limit=MoveLimit(seconds=5)))
    action = matches.default_action(drawn, matches.start(drawn, SECRET))
    assert matches.play(drawn, matches.start(drawn, SECRET), action).action == action


def test_opponents_say_which_games_they_suit() -> None:
    rps = plugins.make_game("matrix", {"preset": "rock-paper-scissors"})
    assert "adaptive" in plugins.opponents_for(rps)
    assert "observer" not in plugins.opponents_for(rps)
    assert list(plugins.opponents_for(Alone())) == ["observer"]
    assert "adaptive" not in plugins.opponents_for(Nim())


def test_a_state_of_the_first_version_is_still_read() -> None:
    match = replace(a_match(plugins.make_game("matrix", {"preset": "matching-pennies"})), seed=5)
    state = matches.start(match, SECRET)
    old = _as_version_1(matches.dump(match, state).state)
    assert state.sealed is not None
    assert matches.load(match, old).sealed == msgspec.structs.replace(state.sealed, said=None)
    assert (
        matches.play(match, matches.load(match, old), "heads").opponent_action
        == matches.play(match, state, "heads").opponent_action
    )


def _as_version_1(data: bytes) -> bytes:
    """The ten fields of version 1, of which the seal had five."""
    import msgspec

    fields = msgspec.msgpack.decode(data)[:10]
    fields[0], fields[5] = 1, fields[5][:5]
    return msgspec.msgpack.encode(fields)
