"""What every opponent promises."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from hagame.mind.model import Probabilities
from hagame.mind.opponents import Choice, Opponent, Scene, TrackRecord
from hagame.mind.opponents.opponent import MOST_MEMORY_BYTES
from hagame.rules.game import AI, PLAYER, Game, Situation
from hagame.rules.numbers import Numbers
from hagame.testing.common import TOLERANCE, check_facts, drawn, generator, require


def check_opponent(opponent: Opponent, game: Game[Any], *, rounds: int = 60, seed: int = 0) -> None:
    """Let `opponent` choose in scenes of random play of `game` and check every promise of `Opponent`.

    Facts and parameters are complete; it suits the game; actions are legal and come from the mixture told; numbers lie
    in the bin chosen; the same scene and generator give the same choice; the scene is not changed; there is a reason in
    words; what it remembers is small, and comes back to it. Raises `ContractBroken`.
    """
    check_facts(opponent)
    asked = game.situation(game.start(generator(seed)), AI)
    require(opponent, opponent.suits(game.facts, asked), "it suits the game it is checked with", game)
    memory: dict[int, bytes] = {}
    for n, (scene, numbers) in enumerate(_scenes(game, rounds, seed, memory)):
        before = copy.deepcopy(scene)
        choice = opponent.act(scene, generator(n))
        require(opponent, _same_scene(scene, before), "act leaves the scene as it was", "a changed one")
        again = opponent.act(scene, generator(n))
        require(opponent, choice == again, "the same scene and generator give the same choice", (choice, again))
        _check_choice(opponent, choice, scene.situation)
        number = choice.number
        inside = number is None or (numbers is not None and numbers.index(numbers.text(number)) == choice.action)
        require(opponent, inside, "the number lies in the bin chosen", number)
        memory[scene.seat] = choice.memory


def _scenes(
    game: Game[Any], rounds: int, seed: int, memory: dict[int, bytes]
) -> Iterator[tuple[Scene, Numbers | None]]:
    """Scenes of the AIs' seats in random play, with predictions and records of all kinds, and a first one."""
    rng, last, state = generator(seed), None, None
    for n in range(rounds):
        if state is None or game.is_over(state):
            last, state = None, game.start(rng)
            memory.clear()
        situation = game.situation(state, AI)
        record = TrackRecord(n, float(rng.normal(0, 0.3) * n)) if n else TrackRecord()
        for seat in range(AI, game.seats):
            if game.legal_actions(state, seat):
                prediction = _prediction(game, state, rng, (0.1, 1.0, 100.0)[n % 3])
                known = memory.get(seat, b"")
                seen = game.situation(state, seat), game.view(state, seat)
                scene = Scene(*seen, prediction, record, last, seat, known, game.position(state))
                yield scene, game.numbers(state, seat)
        chosen = drawn(game, state, rng)
        last = _indices(situation, chosen)
        state = game.apply(state, chosen, rng)


def _prediction(game: Game[Any], state: Any, rng: np.random.Generator, spread: float) -> Probabilities:
    """Of what the person may choose; empty where the person may not."""
    situation, found = game.situation(state, PLAYER), np.zeros(0)
    if game.legal_actions(state, PLAYER):
        found = np.zeros(len(situation.actions))
        found[list(situation.legal)] = rng.dirichlet(np.full(len(situation.legal), spread))
    return found


def _indices(situation: Situation, chosen: Mapping[int, str]) -> tuple[int, int] | None:
    """Own and person's action in games of two whose situations list both."""
    own, theirs = chosen.get(AI), chosen.get(PLAYER)
    if own not in situation.actions or theirs not in situation.opponent_actions:
        return None
    return situation.actions.index(own), situation.opponent_actions.index(theirs)


def _same_scene(one: Scene, other: Scene) -> bool:
    same = np.array_equal(one.prediction, other.prediction)
    return same and replace(one, prediction=other.prediction) == other


def _check_choice(opponent: Opponent, choice: Choice, situation: Situation) -> None:
    mixture = np.array(choice.mixture)
    legal = np.isin(np.arange(len(situation.actions)), situation.legal)
    require(opponent, mixture.shape == legal.shape, f"mixtures have shape {legal.shape}", mixture)
    valid = bool((mixture >= 0).all() and (mixture[~legal] == 0).all() and abs(mixture.sum() - 1) < TOLERANCE)
    require(opponent, valid, "mixtures are distributions over legal actions", mixture)
    require(opponent, bool(mixture[choice.action] > 0), "the action comes from the mixture", choice)
    require(opponent, bool(choice.why.strip()), "there is a reason in words", choice.why)
    size = len(choice.memory)
    require(opponent, size <= MOST_MEMORY_BYTES, f"it remembers at most {MOST_MEMORY_BYTES} bytes", size)
