"""The public checks find what is broken, and let pass what is not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import msgspec
import numpy as np
import pytest

from hagame.errors import CorruptState, IllegalAction
from hagame.mind.model import Attribution, Contribution, Decision, Model, ModelInfo
from hagame.mind.opponents import Choice, Opponent, OpponentInfo, Random, Scene
from hagame.rules.game import PLAYER, Game, GameInfo, Situation
from hagame.rules.matrix import Matrix
from hagame.testing import ContractBroken, check_game, check_model, check_opponent

SIDES = ("heads", "tails")
WON = ((1.0, -1.0), (-1.0, 1.0))
LOST = ((-1.0, 1.0), (1.0, -1.0))


@dataclass(frozen=True)
class Coins:
    round: int = 1
    last_round: int = 150
    log: tuple[int, ...] = ()
    won: float = 0.0
    over: bool = False


class Pennies(Game[Coins]):
    """Matching pennies whose last round is drawn, and hidden, at the start."""

    info: ClassVar[GameInfo] = GameInfo("pennies", "1", "Pennies", 2, True, ("last_round",), ())
    State: ClassVar[type] = Coins

    def start(self, rng: np.random.Generator) -> Coins:
        return Coins(last_round=int(150 + 50 * rng.random()))

    def legal_actions(self, state: Coins, seat: int) -> tuple[str, ...]:  # noqa: ARG002
        return () if state.over else SIDES

    def apply(self, state: Coins, actions: Any, rng: np.random.Generator) -> Coins:  # noqa: ARG002
        for seat, action in actions.items():
            if state.over or action not in SIDES:
                raise IllegalAction(action, self.legal_actions(state, seat))
        won = 1.0 if actions[0] == actions[1] else -1.0
        return replace(state, round=state.round + 1, won=won, over=state.round >= state.last_round)

    def payoffs(self, state: Coins) -> tuple[float, ...]:
        return (state.won, 0.0 - state.won)

    def is_over(self, state: Coins) -> bool:
        return state.over

    def view(self, state: Coins, seat: int) -> dict[str, Any]:
        return {"round": state.round, "won": self.payoffs(state)[seat]}

    def situation(self, state: Coins, seat: int) -> Situation:  # noqa: ARG002
        mine, theirs = (WON, LOST) if seat == PLAYER else (LOST, WON)
        return Situation(SIDES, SIDES, (0, 1), mine, theirs, "")


def test_a_sound_game_passes() -> None:
    check_game(Pennies())


UNSEEDED = np.random.default_rng()


class Unseeded(Pennies):
    def start(self, rng: np.random.Generator) -> Coins:  # noqa: ARG002
        return Coins(last_round=int(150 + 50 * UNSEEDED.random()))


class Remembering(Pennies):
    def apply(self, state: Coins, actions: Any, rng: np.random.Generator) -> Coins:
        return replace(super().apply(state, actions, rng), log=(*state.log, SIDES.index(actions[0])))


class Telling(Pennies):
    def view(self, state: Coins, seat: int) -> dict[str, Any]:
        return super().view(state, seat) | {"left": state.last_round - state.round}


class Endless(Pennies):
    def legal_actions(self, state: Coins, seat: int) -> tuple[str, ...]:  # noqa: ARG002
        return SIDES


class Lenient(Pennies):
    def apply(self, state: Coins, actions: Any, rng: np.random.Generator) -> Coins:
        return super().apply(state, {seat: "tails" if a not in SIDES else a for seat, a in actions.items()}, rng)


class Generous(Pennies):
    def payoffs(self, state: Coins) -> tuple[float, ...]:
        return (2 * state.won, -2 * state.won)


class Changing(Pennies):
    def view(self, state: Coins, seat: int) -> dict[str, Any]:
        object.__setattr__(state, "won", state.won + 1)
        return super().view(state, seat)


class Disagreeing(Pennies):
    def situation(self, state: Coins, seat: int) -> Situation:
        return replace(super().situation(state, seat), legal=(0,))


class Misnamed(Pennies):
    info: ClassVar[GameInfo] = replace(Pennies.info, hidden=("secret",))


@pytest.mark.parametrize(
    ("broken", "promise"),
    [
        (Unseeded, "the same generator gives the same match"),
        (Remembering, "they hold no history"),
        (Telling, "nothing shown depends on the hidden field 'last_round'"),
        (Endless, "nothing is legal after the end"),
        (Lenient, "apply raises"),
        (Generous, "payoffs of seat 0 lie within"),
        (Changing, "no method changes a state"),
        (Disagreeing, r"legal_actions and Situation\.legal agree"),
        (Misnamed, r"info\.hidden names fields of State"),
    ],
)
def test_a_broken_game_is_found(broken: type[Pennies], promise: str) -> None:
    with pytest.raises(ContractBroken, match=promise):
        check_game(broken())


Counts = tuple[float, ...]


class Counting(Model[Counts]):
    """Relative frequencies with one of each to start from."""

    info: ClassVar[ModelInfo] = ModelInfo("counting", "1", "Counting")

    def start(self, situation: Situation) -> Counts:
        return tuple(1.0 if i in situation.legal else 0.0 for i in range(len(situation.actions)))

    def predict(self, belief: Counts, situation: Situation) -> Any:  # noqa: ARG002
        return np.array(belief) / sum(belief)

    def update(self, belief: Counts, situation: Situation, decision: Decision) -> Counts:  # noqa: ARG002
        return tuple(n + (i == decision.action) for i, n in enumerate(belief))

    def explain(self, belief: Counts, situation: Situation) -> Attribution:
        legal = list(situation.legal)
        odds = np.zeros(len(belief))
        odds[legal] = np.log(np.array(belief)[legal])
        odds[legal] -= odds[legal].mean()
        part = Contribution("counts", "You chose it that often.", tuple(odds.tolist()), sum(belief), max(belief))
        return Attribution((0.0,) * len(belief), (part,))

    def dump(self, belief: Counts) -> bytes:
        return b"counts" + np.array(belief).tobytes()

    def load(self, data: bytes, situation: Situation) -> Counts:
        if not data.startswith(b"counts") or len(data) != 6 + 8 * len(situation.actions):
            raise CorruptState("These bytes are no counts.")
        return tuple(np.frombuffer(data[6:]).tolist())


def situation(*legal: int) -> Situation:
    game = Matrix(preset="rock-paper-scissors")
    return replace(game.situation(game.start(np.random.default_rng(0)), PLAYER), legal=legal)


@pytest.mark.parametrize("legal", [(0, 1, 2), (0, 2), (1,)])
def test_a_sound_model_passes(legal: tuple[int, ...]) -> None:
    check_model(Counting(), situation(*legal))


class Certain(Counting):
    def start(self, situation: Situation) -> Counts:
        return tuple(0.0 if i else 1.0 for i in range(len(situation.actions)))


class Improper(Counting):
    def predict(self, belief: Counts, situation: Situation) -> Any:
        return super().predict(belief, situation) * 1.1


class Exaggerating(Counting):
    def explain(self, belief: Counts, situation: Situation) -> Attribution:
        why = super().explain(belief, situation)
        double = tuple(2 * x for x in why.parts[0].log_odds)
        return replace(why, parts=(msgspec.structs.replace(why.parts[0], log_odds=double),))


class Forgetful(Counting):
    def load(self, data: bytes, situation: Situation) -> Counts:
        super().load(data, situation)
        return self.start(situation)


class Bloated(Counting):
    def dump(self, belief: Counts) -> bytes:
        return super().dump(belief) + b" " * 40_000

    def load(self, data: bytes, situation: Situation) -> Counts:
        return super().load(data[:-40_000], situation)


class Gullible(Counting):
    def load(self, data: bytes, situation: Situation) -> Counts:
        return super().load(data, situation) if data.startswith(b"counts") else self.start(situation)


class Impure(Counting):
    def start(self, situation: Situation) -> Any:
        return np.array(super().start(situation))

    def update(self, belief: Any, situation: Situation, decision: Decision) -> Any:  # noqa: ARG002
        belief[decision.action] += 1
        return belief


@pytest.mark.parametrize(
    ("broken", "promise"),
    [
        (Certain, "legal actions have positive probability"),
        (Improper, "probabilities sum to 1"),
        (Exaggerating, "softmax"),
        (Forgetful, "a stored belief predicts as the one it was made from"),
        (Bloated, "a belief fits in 32768 bytes"),
        (Gullible, "load raises CorruptState"),
        (Impure, "update leaves the belief as it was"),
    ],
)
def test_a_broken_model_is_found(broken: type[Counting], promise: str) -> None:
    with pytest.raises(ContractBroken, match=promise):
        check_model(broken(), situation(0, 1, 2))


def opponent(act: Callable[[Scene, np.random.Generator], Choice]) -> Opponent:
    class Own(Opponent):
        info: ClassVar[OpponentInfo] = OpponentInfo("own", "1", "Own", "Plays in its own way.")

        def act(self, scene: Scene, rng: np.random.Generator) -> Choice:
            return act(scene, rng)

    return Own()


def spoil(scene: Scene, rng: np.random.Generator) -> Choice:
    scene.prediction[0] = 1.0
    return Random().act(scene, rng)


@pytest.mark.parametrize(
    ("act", "promise"),
    [
        (spoil, "act leaves the scene as it was"),
        (lambda scene, _: Random().act(scene, UNSEEDED), "the same scene and generator give the same choice"),
        (lambda *_: Choice(0, (0.0, 1.0), "Why not."), "the action comes from the mixture"),
        (lambda *_: Choice(0, (0.7, 0.7), "Why not."), "mixtures are distributions over legal actions"),
        (lambda *_: Choice(0, (1.0,), "Why not."), "mixtures have shape"),
        (lambda *_: Choice(0, (1.0, 0.0), " "), "there is a reason in words"),
    ],
)
def test_a_broken_opponent_is_found(act: Callable[[Scene, np.random.Generator], Choice], promise: str) -> None:
    with pytest.raises(ContractBroken, match=promise):
        check_opponent(opponent(act), Pennies())


def test_a_sound_opponent_passes() -> None:
    check_opponent(opponent(lambda *_: Choice(1, (0.0, 1.0), "I like tails.")), Pennies())
