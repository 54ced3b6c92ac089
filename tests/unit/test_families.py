"""What each family pays, and how it ends: against the numbers of the papers that define it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from hagame import match as matches
from hagame import plugins
from hagame.errors import IllegalAction
from hagame.match import Match
from hagame.rules.bandit import Bandit, Walk
from hagame.rules.builtin import BUILT_IN
from hagame.rules.delay import KIRBY, Delay
from hagame.rules.game import AI, PLAYER, Game
from hagame.rules.igt import CARDS, DECKS, IowaGambling
from hagame.rules.risk import Risk
from hagame.rules.two_step import TwoStep
from hagame.testing import check_game, check_opponent

FAMILIES = ("bandit", "igt", "two-step", "risk", "delay")
SECRET = bytes(16)


def generator(seed: int = 0) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(seed))


def run(game: Game[Any], choose: Any, seed: int = 0) -> list[Any]:
    """All states of a match in which each seat chooses by `choose(state, legal)`."""
    rng = generator(seed)
    states = [game.start(rng)]
    while not game.is_over(states[-1]):
        state = states[-1]
        seats = range(game.seats)
        chosen = {seat: choose(state, game.legal_actions(state, seat)) for seat in seats}
        states.append(game.apply(state, chosen, rng))
    return states


@pytest.mark.parametrize("item", [b for b in BUILT_IN if b["engine"] in FAMILIES], ids=lambda b: b["key"])
def test_built_in_parameters_fit_the_schema_that_the_api_shows(item: Any) -> None:
    engine = plugins.games()[item["engine"]]
    Draft202012Validator(engine.model_json_schema()).validate(item["parameters"])
    for example in engine.model_json_schema().get("examples", ()):
        Draft202012Validator(engine.model_json_schema()).validate(example)
        check_game(engine.model_validate(example), seeds=range(2))


# Iowa gambling task


@pytest.mark.parametrize(("deck", "per_ten"), [("a", -250), ("b", -250), ("c", 250), ("d", 250)])
def test_ten_cards_of_each_deck_bring_what_bechara_says(deck: str, per_ten: float) -> None:
    game = IowaGambling(rounds=40)
    paid = [game.payoffs(state)[0] for state in run(game, lambda *_: deck)[1:]]
    assert sum(paid[:10]) == per_ten
    assert sum(paid) == 4 * per_ten
    assert max(paid) == (100 if deck in "ab" else 50)


def test_a_deck_that_is_used_up_cannot_be_chosen() -> None:
    game = IowaGambling(rounds=4 * CARDS)
    states = run(game, lambda _, legal: legal[0])
    assert game.legal_actions(states[CARDS], PLAYER) == DECKS[1:]
    with pytest.raises(IllegalAction, match="legal now: b, c, d"):
        game.apply(states[CARDS], {PLAYER: "a"}, generator())
    assert states[-1].balance == 2000 + 4 * (-250 - 250 + 250 + 250)


def test_shuffled_decks_pay_the_same_at_other_places() -> None:
    game = IowaGambling(rounds=10, shuffled=True)
    totals = {
        tuple(sum(game.payoffs(s)[0] for s in run(game, lambda *_, d=d: d, seed)) for d in DECKS) for seed in range(12)
    }
    assert len(totals) > 1
    assert {tuple(sorted(t)) for t in totals} == {(-250, -250, 250, 250)}


# Two-step


def test_seven_in_ten_first_choices_lead_to_their_own_state_and_chances_stay_within_bounds() -> None:
    game = TwoStep(rounds=3000)
    states = run(game, lambda state, _: "left" if state.round % 2 else "right")
    firsts = [s for s in states if s.stage != 0]
    own = np.mean([s.led_to == (1 if s.first == "left" else 2) for s in firsts])
    assert own == pytest.approx(0.7, abs=0.03)
    chances = np.array([s.chances for s in states])
    assert chances.min() >= 0.25
    assert chances.max() <= 0.75
    steps = np.abs(np.diff(chances[::2], axis=0))
    assert steps.std() > 0
    assert np.sqrt((np.diff(chances[::2], axis=0) ** 2).mean()) == pytest.approx(0.025, rel=0.05)


def test_rewards_follow_the_chance_of_the_mine_chosen() -> None:
    game = TwoStep(rounds=4000, drift=0.0)
    states = run(game, lambda *_: "left")
    for planet in (1, 2):
        paid = [after.reward for before, after in pairwise(states) if before.stage == planet]
        assert np.mean(paid) == pytest.approx(states[0].chances[2 * (planet - 1)], abs=0.05)


def test_a_first_choice_pays_nothing_and_tells_where_it_led() -> None:
    game = TwoStep(rounds=2)
    rng = generator(3)
    state = game.apply(game.start(rng), {PLAYER: "right"}, rng)
    assert game.payoffs(state) == (0.0,)
    told = game.feedback(state, PLAYER).outcome
    assert told["transition"] == ("common" if state.led_to == 2 else "rare")
    assert game.situation(state, PLAYER).stage == state.led_to


# Bandits


def test_binary_arms_pay_as_often_as_their_means_say_for_both_sides() -> None:
    game = Bandit(arms=("left", "right"), rewards="binary", means=(0.3, 0.7), rounds=4000)
    states = run(game, lambda *_: "left")
    paid = np.array([s.rewards for s in states[1:]]).mean(axis=0)
    mine = states[0].means[0]
    theirs = states[0].means[states[0].shuffle[0]]
    assert paid == pytest.approx([mine, theirs], abs=0.03)
    assert sorted(states[0].means) == [0.3, 0.7]


def test_the_restless_arms_walk_as_those_of_daw_2006() -> None:
    game = Bandit(walk=Walk(sd=2.8, decay=0.9836, centre=50.0), noise_sd=4.0, limits=(1.0, 100.0), rounds=5000)
    states = run(game, lambda state, _: "abcd"[state.round % 4])
    means = np.array([s.means for s in states])
    steps = means[1:-1] - (0.9836 * means[:-2] + (1 - 0.9836) * 50)
    assert steps.std() == pytest.approx(2.8, rel=0.03)
    assert means.mean() == pytest.approx(50, abs=4)
    rewards = [s.rewards[0] for s in states[1:]]
    assert min(rewards) >= 1
    assert max(rewards) <= 100
    assert all(reward == round(reward) for reward in rewards)


@settings(max_examples=40, deadline=None)
@given(st.floats(-5, 5), st.floats(0, 3), st.integers(0, 1000))
def test_a_walk_with_bounds_stays_within_them(mean: float, sd: float, seed: int) -> None:
    walk = Walk(sd=sd, low=-5.0, high=5.0)
    means = (mean,) * 3
    rng = generator(seed)
    for _ in range(20):
        means = walk.step(means, rng)
        assert all(-5 <= m <= 5 for m in means)


def test_rewards_of_other_arms_are_shown_only_with_full_feedback() -> None:
    parameters: dict[str, Any] = {"arms": ("left", "right"), "rewards": "binary", "means": (0.5, 0.5), "rounds": 3}
    for full in (False, True):
        game = Bandit(**parameters, full_feedback=full)
        state = run(game, lambda *_: "left")[1]
        told = game.feedback(state, PLAYER).foregone
        assert len(told) == (2 if full else 0)
        assert (game.view(state, PLAYER)["last"]["all"] is not None) == full  # type: ignore[index,call-overload]
        if full:
            assert told[0] == state.rewards[0]


def test_the_ais_copy_has_the_same_arms_in_another_order_and_its_pulls_leave_the_persons_alone() -> None:
    game = Bandit(rounds=30)
    found = []
    for theirs in "abcd":
        rng = generator(4)
        states = [game.start(rng)]
        while not states[-1].over:
            states.append(game.apply(states[-1], {PLAYER: "a", AI: theirs}, rng))
        found.append([s.rewards[0] for s in states])
        means = [states[0].means[i] for i in states[0].shuffle]
        mine = means["abcd".index(theirs)]
        assert np.mean([s.rewards[1] for s in states[1:]]) == pytest.approx(mine, abs=4)
    assert found[0] == found[1] == found[2] == found[3]
    assert sorted(states[0].shuffle) == [0, 1, 2, 3]


@pytest.mark.parametrize("opponent", ["thompson", "ucb", "softmax-q"])
def test_learners_earn_more_than_chance_and_keep_the_contract(opponent: str) -> None:
    game = Bandit(arms=("left", "right"), rewards="binary", means=(0.2, 0.8), rounds=100)
    learner = plugins.make_opponent(opponent, {})
    check_opponent(learner, game)
    check_opponent(learner, game.model_copy(update={"full_feedback": True}))
    match = Match(game, plugins.make_model("count-mixture", {}), learner, 1)
    earned = []
    for seed in range(5):
        own = replace(match, seed=seed)
        state = matches.start(own, SECRET)
        while state.sealed is not None:
            state = matches.play(own, state, "left").state
        earned.append(state.scores[AI] / 100)
    assert np.mean(earned) > 0.65


# Gambles


def test_gambles_are_played_with_the_chances_told() -> None:
    game = Risk.model_validate(
        {"actions": ["x", "y"], "items": [[[[3, 0.2], [-1, 0.5], [0, 0.3]], [[1, 1]]]] * 50, "paid": "each"}
        | {"repeats": 50}
    )
    states = run(game, lambda *_: "x")
    shares = Counter(s.won for s in states[1:])
    assert {k: v / 2500 for k, v in shares.items()} == pytest.approx({3.0: 0.2, -1.0: 0.5, 0.0: 0.3}, abs=0.04)
    assert states[-1].score == pytest.approx(sum(s.won for s in states))


def test_one_choice_is_paid_in_the_end_and_each_is_drawn_as_often() -> None:
    game = Risk(preset="holt-laury", paid="one", shuffled=False)
    drawn = Counter()
    for seed in range(300):
        states = run(game, lambda *_: "safe", seed)
        assert all(s.won == 0 and s.paid_round == 0 for s in states[:-1])
        assert states[-1].won in (1.6, 2.0)
        drawn[states[-1].paid_round] += 1
    assert set(drawn) == set(range(1, 11))
    assert max(drawn.values()) < 60


def test_hypothetical_choices_pay_nothing() -> None:
    game = Risk(preset="kahneman-tversky", paid="none")
    assert {s.won for s in run(game, lambda *_: "a")} == {0.0}
    assert len(run(game, lambda *_: "a")) - 1 == 14
    assert game.situation(game.start(generator()), PLAYER).payoff_range == (0.0, 0.0)


def test_features_tell_what_an_option_is_worth() -> None:
    game = Risk(preset="loss-aversion", shuffled=False)
    features = game.situation(game.start(generator()), PLAYER).features
    assert features == ((2.0, 4.0, -2.0, 6.0, 0.5), (0.0, 0.0, 0.0, 0.0, 0.0))


def test_what_other_options_would_have_paid_is_told_where_asked() -> None:
    game = Risk(preset="holt-laury", paid="each", full_feedback=True)
    state = run(game, lambda *_: "risky")[1]
    assert game.feedback(state, PLAYER).foregone[1] == state.won


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({}, "unless a preset is named"),
        ({"preset": "holt-laury", "actions": ["a", "b"]}, "beside a preset"),
        ({"actions": ["a", "b"], "items": [[[[1, 0.5]], [[1, 1]]]]}, "sum to 1"),
        ({"actions": ["a", "b"], "items": [[[[1, 1]], [[1, 1]], [[1, 1]]]]}, "one for each action"),
        ({"preset": "holt-laury", "full_feedback": True}, "paid: each"),
        ({"preset": "holt-laury", "paid": "two"}, "'one'"),
    ],
)
def test_what_no_list_of_gambles_can_be_is_refused_by_name(parameters: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Risk.model_validate(parameters)


@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ({"arms": ["a", "a"]}, "each arm once"),
        ({"arms": ["a"]}, "at least 2"),
        ({"means": [1, 2]}, "4 numbers"),
        ({"rewards": "binary", "means": [0.1, 0.2, 0.3, 1.4]}, "from 0 to 1"),
        ({"limits": [5, 1]}, "least reward"),
        ({"walk": {"sd": 1, "low": 2, "high": 1}}, "below high"),
        ({"noise_sd": -1}, "greater than or equal"),
    ],
)
def test_what_no_bandit_can_be_is_refused_by_name(parameters: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Bandit.model_validate(parameters)


# Delays


def test_the_questionnaire_has_the_discount_rates_that_kirby_gives() -> None:
    rates = sorted((later / now - 1) / days for (now, _), (later, days) in KIRBY)
    assert len(KIRBY) == 27
    assert rates[0] == pytest.approx(0.00016, abs=5e-6)
    assert rates[-1] == pytest.approx(0.25, abs=1e-3)
    assert sorted({later for _, (later, _) in KIRBY})[:2] == [25, 30]


def test_pairs_come_in_their_order_or_in_a_drawn_one() -> None:
    plain, drawn = Delay(preset="kirby"), Delay(preset="kirby", shuffled=True)
    assert plain.start(generator()).order == tuple(range(27))
    assert sorted(drawn.start(generator()).order) == list(range(27))
    assert drawn.start(generator()).order != drawn.start(generator(1)).order
    with pytest.raises(ValidationError, match="before the second"):
        Delay.model_validate({"pairs": [[[10, 5], [20, 5]]]})


def test_predictions_of_gambles_are_explained_without_an_opponent() -> None:
    match = Match(
        Risk(preset="certainty-equivalents"),
        plugins.make_model("count-mixture", {}),
        plugins.make_opponent("observer", {}),
        2,
    )
    state = matches.start(match, SECRET)
    said = []
    while state.sealed is not None:
        turn = matches.play(match, state, "sure")
        said += [part.statement for part in turn.attribution.parts]
        state = turn.state
    assert not [text for text in said if "opponent" in text or "loss" in text or "best reply" in text]
    assert {key for key in state.evidence if "." not in key} == {"predictability_bits"}
    assert all(key.startswith("prospect-theory.") for key in state.evidence if "." in key)
