"""The opponents of the library: rule bots, people, tutor, search, Axelrod and OpenSpiel."""

from __future__ import annotations

import csv
import gzip
import os
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hagame import plugins
from hagame.errors import InvalidInput
from hagame.mind.opponents import Adaptive, Choice, Equilibrium, Opponent, Random, Scene
from hagame.mind.opponents.humanlike import AFTER_OUTCOME, COOPERATING, Humanlike
from hagame.mind.opponents.nash import regret, solve
from hagame.mind.opponents.search import Search
from hagame.mind.opponents.transition_rule import TransitionRule
from hagame.mind.opponents.tutor import Tutor
from hagame.mind.predict import CountMixture
from hagame.rules.board.in_a_row import InARow
from hagame.rules.matrix import Matrix
from hagame.rules.presets import PRESETS
from hagame.simulation import Side, Step, play

RPS = Matrix(preset="rock-paper-scissors", rounds=300)
DILEMMA = Matrix(preset="prisoners-dilemma", rounds=40)
CONNECT_FOUR = InARow(width=7, height=6, in_a_row=4, gravity=True)
MOVES = {"R": 0, "P": 1, "S": 2}
STABLE = "rps_brockbank_vs_stable_bot.csv.gz"


def side(opponent: Opponent) -> Side:
    return Side(opponent, CountMixture() if opponent.info.predicts else None)


def matches(game: Any, player: Opponent, opponent: Opponent, seeds: range) -> list[list[Step]]:
    return [list(play(game, (side(player), side(opponent)), seed)) for seed in seeds]


def success(runs: list[list[Step]]) -> float:
    """Mean payoff of the player, from 0 for the worst to 1 for the best, of payoffs between -1 and 1."""
    return float(np.mean([(1 + step.payoffs[0]) / 2 for run in runs for step in run]))


class Habit(Opponent):
    """A beginner: repeats the last action most of the time."""

    info = Random.info
    strength: float = 0.9

    def act(self, scene: Scene, rng: np.random.Generator) -> Choice:
        if scene.last is None or rng.random() > self.strength:
            return Random().act(scene, rng)
        mixture = tuple(float(i == scene.last[0]) for i in range(3))
        return Choice(scene.last[0], mixture, "habit")


@pytest.mark.parametrize("payoffs", list(PRESETS.values()), ids=list(PRESETS))
def test_the_equilibrium_gives_nobody_a_reason_to_deviate(payoffs: Any) -> None:
    own, other = np.array(payoffs.payoffs), np.array(payoffs.opponent_payoffs)
    assert regret(own, other, solve(own, other)) <= 1e-6


@pytest.mark.parametrize("preset", ["rock-paper-scissors", "matching-pennies"])
def test_no_best_response_gains_anything_against_the_equilibrium_as_it_is_played(preset: str) -> None:
    """The mixture that the opponent tells, beside the value of the game, which is 0."""
    game = Matrix.model_validate({"preset": preset})
    situation = game.situation(game.start(np.random.default_rng(0)), 1)
    scene = Scene(situation, {}, np.full(len(situation.opponent_actions), 0.5), Random_record(), None)
    mixture = np.array(Equilibrium().act(scene, np.random.default_rng(0)).mixture)
    assert np.max(mixture @ np.array(situation.opponent_payoffs)) <= 1e-6


def Random_record() -> Any:  # noqa: N802
    from hagame.mind.opponents import TrackRecord

    return TrackRecord()


def test_adaptive_loses_nothing_significant_to_an_even_player() -> None:
    """10,000 rounds of rock-paper-scissors against even draws: the mean payoff is within its 99.9 % interval of 0."""
    long = Matrix(preset="rock-paper-scissors", rounds=10_000)
    payoffs = [step.payoffs[1] for step in matches(long, Random(), Adaptive(), range(1))[0]]
    assert abs(np.mean(payoffs)) < 3.29 * np.std(payoffs) / 100


@pytest.mark.slow
def test_adaptive_beats_the_people_who_played_the_rule_bots() -> None:
    """Replay of a tenth of them, off-policy: what its moves would have scored against the recorded ones."""
    net = [replayed(moves) for moves in recorded(STABLE, every=10)]
    assert len(net) >= 10
    assert np.mean(net) > 0.3, "wins less losses per round"
    assert np.mean([value > 0 for value in net]) >= 0.9, "share of people beaten"


def data(name: str) -> Path:
    directory = os.environ.get("HAGAME_DATA", "")
    path = Path(directory) / name
    if not directory or not path.exists():
        pytest.skip(f"needs HAGAME_DATA: a folder with {name}")
    return path


def rounds(name: str) -> Iterator[tuple[str, str, list[tuple[int, int]]]]:
    """Subject, bot, and moves of both in rounds in which both moved."""
    by: dict[tuple[str, str], list[tuple[int, int]]] = {}
    with gzip.open(data(name), "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["move"] in MOVES and row["opp_move"] in MOVES:
                moves = by.setdefault((row["subject"], row["bot_strategy"]), [])
                moves.append((MOVES[row["move"]], MOVES[row["opp_move"]]))
    yield from ((subject, bot, moves) for (subject, bot), moves in by.items())


def recorded(name: str, every: int) -> list[list[tuple[int, int]]]:
    return [moves for _, _, moves in rounds(name)][::every]


def replayed(moves: list[tuple[int, int]]) -> float:
    """Mean wins less losses of `adaptive` against one recorded person."""
    from hagame.mind.model import Decision
    from hagame.mind.opponents import TrackRecord

    person, ai = (RPS.situation(RPS.start(np.random.default_rng(0)), seat) for seat in (0, 1))
    model, opponent, record, last = CountMixture(), Adaptive(), TrackRecord(), None
    belief, rng, payoffs = model.start(person), np.random.default_rng(1), []
    for own, bot in moves:
        prediction = model.predict(belief, person)
        choice = opponent.act(Scene(ai, {}, prediction, record, last), rng)
        payoffs.append(ai.payoffs[choice.action][own])
        record = TrackRecord(record.n + 1, record.gain + float(np.log(3 * prediction[own])))
        belief = model.update(belief, person, Decision(own, bot, person.payoffs[own][bot], ai.payoffs[bot][own]))
        last = (bot, own)
    return float(np.mean(payoffs))


def test_rule_bots_do_what_the_bots_of_the_study_did() -> None:
    """Every rule by its name, beside the recorded bots: the share of rounds in which it foretold the bot's move."""
    kept: dict[str, list[bool]] = {}
    for _, bot, moves in rounds(STABLE):
        rule = TransitionRule.model_validate({"rule": bot, "noise": 0.0})
        situation = RPS.situation(RPS.start(np.random.default_rng(0)), 1)
        memory = b""
        for (person, own), (_, after) in pairwise(moves):
            scene = Scene(situation, {}, np.zeros(3), Random_record(), (own, person), memory=memory)
            choice = rule.act(scene, np.random.default_rng(0))
            if max(choice.mixture) == 1.0:
                kept.setdefault(bot, []).append(choice.action == after)
            memory = choice.memory
    assert len(kept) == 7
    for bot, shares in kept.items():
        assert np.mean(shares) == pytest.approx(0.9, abs=0.02), bot


def test_a_rule_bot_keeps_to_its_rule_but_for_lapses() -> None:
    run = matches(RPS, Random(), TransitionRule(rule="prev_move_positive"), range(10))
    steps = Counter(
        (RPS.situation(None, 1).actions.index(b.actions[1]) - RPS.situation(None, 1).actions.index(a.actions[1])) % 3
        for steps in run
        for a, b in pairwise(steps)
    )
    assert steps[1] / steps.total() == pytest.approx(0.9, abs=0.02)
    assert steps[0] / steps.total() == pytest.approx(0.05, abs=0.02)


def test_humanlike_people_differ_and_keep_to_their_habits() -> None:
    """Each match meets another person, whose share of staying after a loss spreads as the population's does."""
    stays = []
    for steps in matches(RPS, Random(), Humanlike(), range(60)):
        after_loss = [b.actions[1] == a.actions[1] for a, b in pairwise(steps) if a.payoffs[1] < 0]
        stays.append(np.mean(after_loss))
    alpha = AFTER_OUTCOME[-1]
    assert np.mean(stays) == pytest.approx(alpha[0] / sum(alpha), abs=0.05)
    assert np.std(stays) > 0.06, "even draws would spread by 0.04 around a third"


def test_humanlike_people_return_cooperation_in_a_dilemma() -> None:
    runs = matches(DILEMMA, Humanlike(), Humanlike(), range(100))
    after: dict[tuple[str | None, str | None], list[bool]] = {}
    for steps in runs:
        for a, b in pairwise(steps):
            after.setdefault((a.actions[1], a.actions[0]), []).append(b.actions[1] == "cooperate")
    both, neither = np.mean(after["cooperate", "cooperate"]), np.mean(after["defect", "defect"])
    assert both > 0.9
    assert neither < 0.2
    assert COOPERATING[True, True][0] > COOPERATING[True, True][1]


def test_humanlike_takes_a_win_on_a_board_nearly_always() -> None:
    game = InARow(width=9, height=4, in_a_row=4)
    state, rng = game.start(np.random.default_rng(0)), np.random.default_rng(0)
    for action in ("a1", "a2", "b1", "b2", "c1", "c2"):
        state = game.apply(state, {state.to_move: action}, rng)
    scene = Scene(game.situation(state, 0), {}, np.zeros(0), Random_record(), None)
    mixture = Humanlike().act(scene, rng).mixture
    assert mixture[game.labels.index("d1")] > 0.8


@pytest.mark.parametrize("target", [0.4, 0.5])
def test_the_tutor_holds_three_skills_near_the_target(target: float) -> None:
    """A beginner with a habit, a humanlike player, and an adaptive one who learns the tutor.

    Against an opponent that only wins they would differ by far: the test asserts that, too.
    """
    players = {"beginner": Habit(), "humanlike": Humanlike(), "learner": Adaptive()}
    held = {name: success(matches(RPS, player, Tutor(target=target), range(2))) for name, player in players.items()}
    against = {name: success(matches(RPS, player, Adaptive(), range(2))) for name, player in players.items()}
    assert against["beginner"] < 0.2
    assert abs(held["beginner"] - target) < 0.03
    assert abs(held["humanlike"] - target) < 0.08
    assert held["learner"] == pytest.approx(0.5, abs=0.07), "who sees through it gains no more than a fair game"


def test_the_tutor_gives_a_beginner_at_connect_four_a_game() -> None:
    """Even draws never win against a search of three moves, and win or draw often against the tutor."""
    searching = success(matches_won(Random(), Search(depth=3), range(6)))
    taught = success(matches_won(Random(), Tutor(), range(12)))
    assert searching < 0.1
    assert 0.25 <= taught <= 0.95


def matches_won(player: Opponent, opponent: Opponent, seeds: range) -> list[list[Step]]:
    """The last step of each game, which pays for all of it."""
    return [run[-1:] for run in matches(CONNECT_FOUR, player, opponent, seeds)]


@pytest.mark.parametrize("method", ["alpha-beta", "mcts"])
def test_search_beats_even_draws_and_depends_on_its_seed_alone(method: str) -> None:
    player = Search.model_validate({"method": method, "depth": 3, "playouts": 100})
    runs = matches(CONNECT_FOUR, player, Random(), range(4))
    assert success([run[-1:] for run in runs]) == 1.0
    assert runs == matches(CONNECT_FOUR, player, Random(), range(4))


def test_deeper_search_plays_better() -> None:
    points = success(matches_won(Search(depth=4), Search(depth=1), range(5)))
    points += 1 - success(matches_won(Search(depth=1), Search(depth=4), range(5)))
    assert points / 2 > 0.6


def test_opponents_are_offered_only_where_they_can_play() -> None:
    offered = {
        "table of three": set(plugins.opponents_for(RPS)),
        "dilemma": set(plugins.opponents_for(DILEMMA)),
        "board": set(plugins.opponents_for(CONNECT_FOUR)),
        "heaps": set(plugins.opponents_for(plugins.make_game("nim", {}))),
    }
    assert offered["board"] >= {"random", "search", "tutor", "humanlike"}
    assert not offered["board"] & {"adaptive", "equilibrium", "axelrod", "transition-rule", "openspiel:cfr"}
    assert "humanlike" not in offered["heaps"]
    assert "axelrod" not in offered["table of three"]
    assert offered["table of three"] >= {"transition-rule", "tutor", "humanlike"}
    assert "search" not in offered["dilemma"]
    with pytest.raises(InvalidInput, match=r"'adaptive' cannot play 'Stones in a row'; these can: .*search"):
        plugins.make_rival(CONNECT_FOUR, "adaptive", {})
