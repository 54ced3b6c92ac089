"""Each opponent does what its description declares."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from hagame.mind.opponents import Adaptive, Equilibrium, Opponent, Random, Scene, TrackRecord, WinStayLoseShift
from hagame.rules.game import AI
from hagame.rules.matrix import Matrix

ROCK, PAPER, SCISSORS = range(3)
COOPERATE, DEFECT = range(2)
NEW = TrackRecord()
SURE = TrackRecord(n=50, gain=50.0)
EVEN = (1 / 3, 1 / 3, 1 / 3)


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=seed))


def scene(
    preset: str = "rock-paper-scissors",
    prediction: tuple[float, ...] = EVEN,
    record: TrackRecord = NEW,
    last: tuple[int, int] | None = None,
) -> Scene:
    game = Matrix.model_validate({"preset": preset})
    state = game.start(rng())
    return Scene(game.situation(state, AI), game.view(state, AI), np.array(prediction), record, last)


ALL: list[Opponent] = [Random(), Equilibrium(), Adaptive(), WinStayLoseShift(noise=0.2)]


@pytest.mark.parametrize("opponent", ALL, ids=lambda o: o.info.key)
def test_actions_are_drawn_from_the_mixture_that_is_told(opponent: Opponent) -> None:
    """Within four standard errors of each share, over 3,000 draws."""
    shown = scene(prediction=(0.6, 0.3, 0.1), last=(ROCK, PAPER), record=TrackRecord(10, 1.0))
    generator = rng(3)
    choices = [opponent.act(shown, generator) for _ in range(3000)]
    share = np.bincount([choice.action for choice in choices], minlength=3) / len(choices)
    mixture = np.array(choices[0].mixture)
    assert mixture.sum() == pytest.approx(1)
    assert np.all(np.abs(share - mixture) <= 4 * np.sqrt(mixture * (1 - mixture) / len(choices)))


def test_random_ignores_everything() -> None:
    assert Random().act(scene(prediction=(1, 0, 0), record=SURE, last=(0, 1)), rng()).mixture == EVEN


def test_equilibrium_ignores_everything() -> None:
    assert Equilibrium().act(scene(prediction=(1, 0, 0), record=SURE, last=(0, 1)), rng()).mixture == EVEN


def test_adaptive_answers_the_expected_move_once_its_predictions_have_proved_right() -> None:
    for expected, answer in ((ROCK, PAPER), (PAPER, SCISSORS), (SCISSORS, ROCK)):
        prediction = tuple(0.8 if i == expected else 0.1 for i in range(3))
        choice = Adaptive().act(scene(prediction=prediction, record=SURE), rng())
        assert choice.action == answer
        assert choice.mixture[answer] == pytest.approx(1)


def test_adaptive_plays_the_equilibrium_once_its_predictions_have_proved_wrong() -> None:
    wrong = TrackRecord(n=50, gain=-50.0)
    assert Adaptive().act(scene(prediction=(0.8, 0.1, 0.1), record=wrong), rng()).mixture == pytest.approx(EVEN)


def test_adaptive_trusts_more_the_better_it_has_predicted_between_its_bounds() -> None:
    opponent = Adaptive(prior=0.4, ceiling=0.9)
    assert opponent.trust(TrackRecord()) == pytest.approx(0.4)
    trust = [opponent.trust(TrackRecord(20, gain)) for gain in (-1e9, -5.0, -1.0, 0.0, 1.0, 5.0, 1e9)]
    assert all(a < b for a, b in pairwise(trust[:5]))
    assert trust[0] == pytest.approx(0)
    assert trust[-1] == 0.9


def test_adaptive_needs_no_longer_to_notice_a_change_after_a_long_match() -> None:
    opponent = Adaptive(memory=50)
    assert opponent.trust(TrackRecord(1000, 60.0)) == pytest.approx(opponent.trust(TrackRecord(50, 3.0)))


def test_chance_rarely_earns_the_trust_of_adaptive() -> None:
    """Ville (1939): even odds ever exceed 19 (trust 0.95) with probability at most 1/19."""
    generator = rng(11)
    prediction = generator.dirichlet((1, 1, 1), size=(2000, 300))
    chosen = generator.integers(3, size=(2000, 300))
    gains = np.log(3 * np.take_along_axis(prediction, chosen[..., None], axis=2)[..., 0]).cumsum(axis=1)
    opponent = Adaptive(prior=0.5)
    ever = np.array([[opponent.trust(TrackRecord(n, row[n - 1])) for n in (5, 20, 50, 100, 300)] for row in gains])
    assert (ever.max(axis=1) >= 0.95).mean() <= 1 / 19


def test_adaptive_splits_evenly_between_equally_good_answers() -> None:
    choice = Adaptive().act(scene(prediction=EVEN, record=SURE), rng())
    assert choice.mixture == pytest.approx(EVEN)
    torn = Adaptive().act(scene(prediction=(0.5, 0.5, 0.0), record=SURE), rng())
    assert torn.mixture == pytest.approx((0, 1, 0))


def test_adaptive_always_defects_in_a_prisoners_dilemma() -> None:
    for prediction in ((1.0, 0.0), (0.5, 0.5), (0.0, 1.0)):
        assert Adaptive().act(scene("prisoners-dilemma", prediction), rng()).mixture == pytest.approx((0, 1))


def simulate(shares: tuple[float, ...], rounds: int, seed: int = 1) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Payoffs of adaptive against somebody who draws from `shares`, predicted from counts (Laplace)."""
    opponent, generator = Adaptive(), rng(seed)
    counts, record, won = np.ones(3), TrackRecord(), []
    shown = scene()
    for _ in range(rounds):
        prediction = counts / counts.sum()
        now = Scene(shown.situation, shown.view, prediction, record, None)
        action = int(generator.choice(3, p=shares))
        won.append(shown.situation.payoffs[opponent.act(now, generator).action][action])
        gain = float(np.log(3 * prediction[action]))
        record = TrackRecord(record.n + 1, record.gain + gain)
        counts[action] += 1
    return np.array(won)


def test_a_perfectly_random_player_costs_adaptive_nothing() -> None:
    """Mean payoff within three standard errors of 0 over 5,000 rounds."""
    won = simulate(EVEN, 5000)
    assert abs(won.mean()) < 3 * won.std() / np.sqrt(len(won))


def test_adaptive_beats_a_biased_player_nearly_as_well_as_anybody_could() -> None:
    """Against 50 % rock, 30 % paper, 20 % scissors paper wins 0.3 a round; a twentieth of it is the price of safety."""
    won = simulate((0.5, 0.3, 0.2), 2000)
    assert won.mean() > 0.95 * 0.3 - 2 * won.std() / np.sqrt(len(won))


def test_adaptive_loses_nothing_to_somebody_who_outguesses_it() -> None:
    """Somebody who knows the prediction and always beats the best response to it gets a few rounds for it, and no more.

    Without the safe part of the mixture every one of the 1,000 rounds would be lost.
    """
    opponent, generator, record, won = Adaptive(), rng(5), TrackRecord(), []
    prediction = (0.5, 0.3, 0.2)
    for _ in range(1000):
        now = scene(prediction=prediction, record=record)
        won.append(now.situation.payoffs[opponent.act(now, generator).action][SCISSORS])
        gain = float(np.log(3 * prediction[SCISSORS]))
        record = TrackRecord(record.n + 1, record.gain + gain)
    assert abs(np.mean(won[30:])) < 3 * np.std(won) / np.sqrt(970)
    assert opponent.trust(record) < 0.01


def test_win_stay_lose_shift_does_both_and_stays_after_ties() -> None:
    opponent = WinStayLoseShift()
    assert opponent.act(scene(last=(ROCK, SCISSORS)), rng()).mixture == (1, 0, 0)
    assert opponent.act(scene(last=(ROCK, ROCK)), rng()).mixture == (1, 0, 0)
    assert opponent.act(scene(last=(ROCK, PAPER)), rng()).mixture == (0, 0.5, 0.5)
    assert opponent.act(scene(), rng()).mixture == EVEN


def test_win_stay_lose_shift_is_pavlov_in_the_prisoners_dilemma() -> None:
    """Nowak & Sigmund (1993): cooperate after both did the same, defect after they differed."""
    for own in (COOPERATE, DEFECT):
        for theirs in (COOPERATE, DEFECT):
            choice = WinStayLoseShift().act(scene("prisoners-dilemma", (0.5, 0.5), last=(own, theirs)), rng())
            assert choice.action == (COOPERATE if own == theirs else DEFECT)


@pytest.mark.parametrize(("shift", "to"), [("up", PAPER), ("down", SCISSORS)])
def test_win_stay_lose_shift_shifts_in_the_direction_it_is_given(shift: str, to: int) -> None:
    opponent = WinStayLoseShift.model_validate({"shift": shift})
    assert opponent.act(scene(last=(ROCK, PAPER)), rng()).action == to


def test_win_stay_lose_shift_with_noise_lapses_that_often() -> None:
    mixture = WinStayLoseShift(noise=0.3).act(scene(last=(ROCK, SCISSORS)), rng()).mixture
    assert mixture == pytest.approx((0.8, 0.1, 0.1))


def test_win_stay_lose_shift_with_a_higher_aspiration_shifts_after_ties() -> None:
    assert WinStayLoseShift(aspiration=0.5).act(scene(last=(ROCK, ROCK)), rng()).mixture == (0, 0.5, 0.5)


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        (Adaptive, {"ceiling": 1.1}),
        (Adaptive, {"prior": 0.0}),
        (Adaptive, {"memory": 0}),
        (WinStayLoseShift, {"noise": -0.1}),
        (WinStayLoseShift, {"noise": "0.1"}),
        (WinStayLoseShift, {"shift": "sideways"}),
        (WinStayLoseShift, {"aspiration": float("inf")}),
        (Random, {"seed": 1}),
        (Equilibrium, {"prior": 0.5}),
    ],
)
def test_wrong_parameters_are_refused(kind: type[Opponent], parameters: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        kind.model_validate(parameters)


@pytest.mark.parametrize("opponent", ALL, ids=lambda o: o.info.key)
def test_every_choice_is_explained_in_one_sentence(opponent: Opponent) -> None:
    for seed in range(20):
        why = opponent.act(scene(prediction=(0.6, 0.3, 0.1), last=(ROCK, PAPER)), rng(seed)).why
        assert why.endswith(".")
        assert 20 < len(why) < 160
