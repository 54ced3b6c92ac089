"""Opponents of bargaining, public goods, guessing and one-shot games do what their sources say."""

from __future__ import annotations

from math import exp
from typing import Any

import numpy as np
import pytest

from hagame.mind.opponents import ConditionalCooperator, Fair, LevelK, Published, Selfish
from hagame.mind.opponents.inequity import acceptance, accepts, given_back, utility
from hagame.mind.opponents.opponent import Choice, Opponent, Scene, TrackRecord
from hagame.rules.bargaining import Dictator, Trust, Ultimatum
from hagame.rules.division import Division
from hagame.rules.game import AI, PLAYER, Game
from hagame.rules.guessing import Guessing
from hagame.rules.matrix import Matrix
from hagame.rules.pd_information import PdInformation
from hagame.rules.public_goods import PublicGoods

NO_PREDICTION = np.array([])


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def scene(game: Game[Any], state: Any, seat: int = AI) -> Scene:
    return Scene(game.situation(state, seat), game.view(state, seat), NO_PREDICTION, TrackRecord(), None, seat)


def acted(opponent: Opponent, game: Game[Any], state: Any = None, seat: int = AI, seed: int = 0) -> tuple[str, Choice]:
    state = game.start(rng()) if state is None else state
    choice = opponent.act(scene(game, state, seat), rng(seed))
    if choice.number is not None:
        return str(int(choice.number)), choice
    return game.situation(state, seat).actions[choice.action], choice


def after(game: Division, *steps: str) -> Any:
    state = game.start(rng())
    for action in steps:
        state = game.apply(state, {game.mover(state): action}, rng())
    return state


def test_utility_is_that_of_fehr_and_schmidt() -> None:
    assert utility(4, (6,), alpha=0.5, beta=0.25) == 4 - 0.5 * 2
    assert utility(6, (4,), alpha=0.5, beta=0.25) == 6 - 0.25 * 2
    assert utility(2, (4, 0), alpha=1, beta=0.5) == 2 - (2 / 2) - 0.5 * (2 / 2)


@pytest.mark.parametrize(("offer", "answer"), [("3", "refuse"), ("4", "accept"), ("5", "accept"), ("9", "accept")])
def test_fair_refuses_less_than_a_third(offer: str, answer: str) -> None:
    """alpha = 1: at least alpha / (1 + 2 alpha) = 1/3 of the pie (proposition 1)."""
    game = Ultimatum()
    assert acted(Fair(), game, after(game, offer))[0] == answer
    assert acted(Selfish(), game, after(game, offer))[0] == "accept"


def test_fair_offers_half_and_gives_back_half() -> None:
    """With beta above a half, a unit of advantage is worth less than nothing (proposition 2)."""
    assert acted(Fair(), Ultimatum(role="second"))[0] == "5"
    game = Trust(trustee_endowment=0)
    state = after(game, "10")
    assert acted(Fair(), game, state)[0] == "15"
    assert acted(Selfish(), game, state)[0] == "0"


def test_selfish_learns_what_this_person_accepts() -> None:
    game = Ultimatum(role="second", rounds=50)
    state = game.start(rng())
    first = int(acted(Selfish(), game, state)[0])
    for _ in range(8):
        offer = acted(Selfish(), game, state)[0]
        state = game.apply(game.apply(state, {AI: offer}, rng()), {PLAYER: "accept"}, rng())
        assert int(offer) <= first
    greedy = int(acted(Selfish(), game, state)[0])
    state = game.start(rng())
    for _ in range(8):
        offer = acted(Selfish(), game, state)[0]
        answer = "accept" if int(offer) >= 5 else "refuse"
        state = game.apply(game.apply(state, {AI: offer}, rng()), {PLAYER: answer}, rng())
    assert greedy < int(acted(Selfish(), game, state)[0])


def test_acceptance_starts_with_the_published_types_and_follows_the_answers() -> None:
    """Fehr & Schmidt (1999), table III: thresholds 0, 1/4, 1/3 and 4/9 of 30, 30, 30 and 10 % of people."""
    assert [accepts(s) for s in (0.0, 0.25, 1 / 3, 0.44, 0.45)] == pytest.approx([0.3, 0.6, 0.9, 0.9, 1.0])
    before = acceptance([(0, 0)] * 11, 10)
    assert before == sorted(before)
    refused = acceptance([(0, 0), (0, 0), (0, 0), (3, 0), *[(0, 0)] * 7], 10)
    taken = acceptance([(0, 0), (3, 3), *[(0, 0)] * 9], 10)
    assert refused[3] < before[3] < taken[3]


def test_what_is_given_back_is_expected_and_then_learnt() -> None:
    assert given_back([(0, 0), (0, 0)], [0, 3], expected=0.4) == 0.4
    assert given_back([(0, 0), (9, 18)], [0, 3], expected=0.4) == pytest.approx((0.4 + 6) / 10)


def test_the_fair_trust_others_to_be_like_themselves_and_the_selfish_too() -> None:
    assert acted(Fair(), Trust(role="second"))[0] == "10"
    assert acted(Selfish(), Trust(role="second"))[0] == "0"


def test_an_investor_who_gets_much_back_sends_more() -> None:
    game = Trust(role="second", rounds=30, trustee_endowment=0)
    generous, mean = game.start(rng()), game.start(rng())
    for _ in range(6):
        generous = game.apply(game.apply(generous, {AI: "5"}, rng()), {PLAYER: "9"}, rng())
        mean = game.apply(game.apply(mean, {AI: "5"}, rng()), {PLAYER: "0"}, rng())
    assert acted(Selfish(), game, generous)[0] == "10"
    assert acted(Selfish(), game, mean)[0] == "0"


def goods(*given: int) -> tuple[PublicGoods, Any]:
    game = PublicGoods(partners=len(given) - 1)
    return game, game.apply(game.start(rng()), {seat: str(units) for seat, units in enumerate(given)}, rng())


def test_conditional_cooperators_give_what_the_others_gave() -> None:
    game, state = goods(20, 10, 0, 5)
    opponent = ConditionalCooperator()
    assert [acted(opponent, game, state, seat)[0] for seat in (1, 2, 3)] == ["8", "12", "10"]
    assert acted(opponent, game)[0] == "10"
    riders = ConditionalCooperator(matching=0.5, free_riders=1)
    assert [acted(riders, game, state, seat)[0] for seat in (1, 2, 3)] == ["4", "6", "0"]


def test_in_a_group_the_selfish_give_nothing_and_the_fair_as_much_as_they_expect() -> None:
    game, state = goods(8, 8, 8, 8)
    assert acted(Selfish(), game, state)[0] == "0"
    assert acted(Fair(beta=0.9), game, state)[0] == "8"


@pytest.mark.parametrize(("depth", "guess"), [(1, "33"), (2, "22"), (3, "15")])
def test_level_k_guesses_as_many_steps_as_it_reasons(depth: int, guess: str) -> None:
    """50, 33.3, 22.2, 14.8: Nagel (1995)."""
    found, choice = acted(LevelK(depth=depth), Guessing())
    assert found == guess
    assert choice.mixture[int(guess) // 10] == 1


def test_level_k_starts_from_the_middle_of_the_last_round() -> None:
    game = Guessing(partners=1)
    state = game.apply(game.start(rng()), {0: "20", 1: "40"}, rng())
    assert acted(LevelK(depth=1), game, state)[0] == "20"


def test_steps_are_drawn_from_a_poisson_distribution() -> None:
    """Camerer, Ho & Chong (2004): tau = 1.5, so exp(-1.5) of the guesses are blind."""
    guesses = [int(acted(LevelK(), Guessing(), seed=seed)[0]) for seed in range(2000)]
    assert np.mean([g == 33 for g in guesses]) == pytest.approx(1.5 * exp(-1.5) + exp(-1.5) / 101, abs=0.03)
    blind = [g for g in guesses if g > 34]
    assert len(blind) / 2000 == pytest.approx(exp(-1.5) * 66 / 101, abs=0.03)


def test_level_k_in_a_normal_form_is_best_against_the_level_below() -> None:
    """Level 1 answers even play, level 2 answers level 1: worked out by hand."""
    game = Matrix(
        actions=("up", "down"),
        opponent_actions=("left", "right"),
        payoffs=((4.0, 0.0), (1.0, 2.0)),
        opponent_payoffs=((0.0, 3.0), (2.0, 1.0)),
    )
    ai = ["left", "right"]
    # As the AI: left pays 0 or 2, right 3 or 1, so level 1 is right; level 1 of the person is up, answered by right.
    assert [acted(LevelK(depth=k), game)[0] for k in (1, 2)] == ["right", "right"]
    # Level 2 of the person answers right with down; so level 3 of the AI is left.
    assert acted(LevelK(depth=3), game)[0] == ai[0]
    assert acted(LevelK(depth=0), game)[1].mixture == (0.5, 0.5)


def test_the_hierarchy_answers_all_lower_levels_as_often_as_they_occur() -> None:
    game = Matrix(preset="matching-pennies")
    mixture = acted(LevelK(mean_depth=1.5), game)[1].mixture
    assert sum(mixture) == pytest.approx(1)
    assert acted(LevelK(mean_depth=0), game)[1].mixture == pytest.approx((0.5, 0.5))


def test_published_offers_as_people_did() -> None:
    """Forsythe et al. (1994): 47 % of the pie on average, sd 10 %."""
    mixture = np.array(acted(Published(), Ultimatum(role="second", pie=100))[1].mixture)
    shares = np.linspace(0, 1, 101)[: len(mixture)]
    assert mixture @ shares == pytest.approx(0.466, abs=0.002)
    assert (mixture @ (shares - 0.466) ** 2) ** 0.5 == pytest.approx(0.098, abs=0.002)


def test_published_answers_by_the_published_thresholds() -> None:
    game = Ultimatum()
    yes = [acted(Published(), game, after(game, str(offer)))[1].mixture[0] for offer in (0, 3, 4, 5)]
    assert yes == pytest.approx([0.3, 0.6, 0.9, 1.0])


def test_published_sends_and_returns_the_published_means() -> None:
    """Berg et al. (1995): 5.16 of 10 sent, 4.66 back."""
    sent = np.array(acted(Published(), Trust(role="second"))[1].mixture)
    assert sent @ np.arange(11) == pytest.approx(5.16)
    game = Trust()
    back = np.array(acted(Published(), game, after(game, "10"))[1].mixture)
    assert back @ np.arange(31) / 30 == pytest.approx(4.66 / 15.48)


def test_published_defects_without_news_as_often_as_people_and_obeys_the_news() -> None:
    game = PdInformation()
    for seed in range(20):
        state = game.start(rng(seed))
        known = game.view(state, PLAYER)["known"]
        mixture = acted(Published(), game, state)[1].mixture
        expected = {None: (0.37, 0.63), "defect": (0.0, 1.0), "cooperate": (1.0, 0.0)}[known]
        assert mixture == pytest.approx(expected)


@pytest.mark.parametrize(
    ("opponent", "games"),
    [
        (Fair, {"ultimatum", "dictator", "trust", "public-goods"}),
        (Selfish, {"ultimatum", "dictator", "trust", "public-goods"}),
        (ConditionalCooperator, {"public-goods"}),
        (LevelK, {"guessing", "matrix", "pd-information"}),
        (Published, {"ultimatum", "trust", "pd-information"}),
    ],
)
def test_opponents_suit_the_games_that_they_can_play(opponent: type[Opponent], games: set[str]) -> None:
    rps = Matrix(preset="rock-paper-scissors")
    every = (rps, Ultimatum(), Dictator(), Trust(), PublicGoods(), Guessing(), PdInformation())
    starts = {game.info: game.situation(game.start(rng()), AI) for game in every}
    assert {info.key for info, situation in starts.items() if opponent.suits(info, situation)} == games
