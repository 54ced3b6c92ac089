"""Any two-player game of OpenSpiel by name (extra `spiel`).

OpenSpiel's states are kept as the numbers of the actions that led to them, chance's among them, and made again when
they are asked for. Actions are those numbers too, as text; what each one means now stands in the view.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

import numpy as np
from pydantic import ConfigDict, Field, JsonValue, field_validator
from pydantic_core import PydanticCustomError

from hagame.errors import IllegalAction, InvalidInput
from hagame.rules.game import AI, PLAYER, Action, Game, GameInfo, Seat, Situation
from hagame.rules.position import Position

if TYPE_CHECKING:
    import pyspiel

MOST_ACTIONS = 128
"""Distinct actions a game may have: each prediction tells the probability of every one."""
MOST_MOVES = 1000


@dataclass(frozen=True, slots=True)
class SpielState:
    """Between two moves, chance's done. `history` holds the actions of all players and of chance, in OpenSpiel's order.

    `person` is the number of the person's player in OpenSpiel; `payoffs` are those of the last step, person first.
    """

    history: tuple[int, ...]
    person: int
    payoffs: tuple[float, float]
    over: bool


class Spiel(Game[SpielState]):
    """An OpenSpiel game by the text that `pyspiel.load_game` takes: `kuhn_poker`, `hex(board_size=4)`.

    It must be for two players and have at most 128 distinct actions. Who sits where OpenSpiel counts player 0 is said
    by `seat`. Payoffs are OpenSpiel's returns.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        json_schema_extra={"examples": [{"game": "kuhn_poker"}, {"game": "hex(board_size=4)", "seat": "second"}]},
    )

    info: ClassVar[GameInfo] = GameInfo(
        key="openspiel",
        version="1",
        title="Game of OpenSpiel",
        seats=2,
        simultaneous=False,
        hidden=(),
        sources=(
            "Lanctot et al. (2019). OpenSpiel: a framework for reinforcement learning in games. arXiv 1908.09453.",
        ),
        rival="random",
        needs=("pyspiel", "hagame[spiel]"),
    )
    State: ClassVar[type] = SpielState

    game: str = Field(
        pattern=r"^[a-z0-9_]+(\([A-Za-z0-9_=,.;() -]*\))?$",
        max_length=128,
        description="Name of the game, with parameters in parentheses where others than the defaults are wanted",
    )
    seat: Literal["first", "second", "random"] = Field("first", description="Which of the two players the person is")

    @field_validator("game")
    @classmethod
    def _playable(cls, name: str) -> str:
        if "filename" in name:
            raise PydanticCustomError("openspiel", "must be no game that is read from a file")
        known, kind = names(), name.partition("(")[0]
        if kind not in known:
            near = ", ".join(get_close_matches(kind, known, 3)) or "kuhn_poker, hex, othello"
            raise PydanticCustomError("openspiel", "is no game of OpenSpiel; some that are: {near}", {"near": near})
        try:
            game = load(name)
        except Exception as error:
            raise PydanticCustomError("openspiel", "{why}", {"why": str(error).partition("\n")[0]}) from error
        why = _unplayable(game)
        if why:
            raise PydanticCustomError("openspiel", "{why}", {"why": why})
        return name

    @cached_property
    def facts(self) -> GameInfo:
        """As OpenSpiel tells them of this game."""
        game = load(self.game)
        kind = game.get_type()
        at_once, private = kind.dynamics.name == "SIMULTANEOUS", kind.information.name == "IMPERFECT_INFORMATION"
        return replace(self.info, simultaneous=at_once, positions=is_searchable(game), private=private)

    @cached_property
    def labels(self) -> tuple[Action, ...]:
        """The numbers of all actions."""
        return tuple(str(action) for action in range(load(self.game).num_distinct_actions()))

    def start(self, rng: np.random.Generator) -> SpielState:
        """Before the first move, after chance's."""
        person = int(rng.random() * 2) if self.seat == "random" else int(self.seat == "second")
        return self._settled(load(self.game).new_initial_state(), person, (0.0, 0.0), rng)

    def legal_actions(self, state: SpielState, seat: Seat) -> tuple[Action, ...]:
        """What OpenSpiel allows this player now."""
        labels = self.labels
        return tuple([labels[action] for action in self._legal(state, seat)])

    def apply(self, state: SpielState, actions: Mapping[Seat, Action], rng: np.random.Generator) -> SpielState:
        """After these moves and what chance does then. Raises `IllegalAction`, and `InvalidInput` for a wrong seat."""
        chosen = {}
        for seat in (PLAYER, AI):
            legal = self.legal_actions(state, seat)
            if seat in actions and actions[seat] not in legal:
                raise IllegalAction(actions[seat], legal)
            if (seat in actions) != bool(legal):
                raise InvalidInput(f"Seat {seat} {'must' if legal else 'may not'} move now.", field="/actions")
            if seat in actions:
                chosen[self._player(state, seat)] = int(actions[seat])
        before = self.state_of(state)
        after = before.clone()
        if before.is_simultaneous_node():
            after.apply_actions([chosen[player] for player in (0, 1)])
        else:
            after.apply_action(chosen[before.current_player()])
        return self._settled(after, state.person, tuple(before.returns()), rng)

    def payoffs(self, state: SpielState) -> tuple[float, ...]:
        """By how much the returns of both rose in the last step."""
        return state.payoffs

    def is_over(self, state: SpielState) -> bool:
        """Whether OpenSpiel says so."""
        return state.over

    def view(self, state: SpielState, seat: Seat) -> dict[str, JsonValue]:
        """What this player may know, as OpenSpiel tells it, and what the legal actions mean."""
        place, player = self.state_of(state), self._player(state, seat)
        meanings: dict[str, JsonValue] = {
            str(action): place.action_to_string(player, action) for action in self._legal(state, seat)
        }
        return {
            "game": self.game,
            "player": player,
            "seen": seen(place, player),
            "information_state": _information(place, player),
            "meanings": meanings,
            "your_turn": bool(meanings),
            "result": None if not state.over else place.returns()[player],
        }

    def situation(self, state: SpielState, seat: Seat) -> Situation:
        """All numbers there are, and which may be chosen now."""
        game = load(self.game)
        return Situation(
            actions=self.labels,
            opponent_actions=(),
            legal=tuple(self._legal(state, seat)),
            payoffs=(),
            opponent_payoffs=(),
            family=f"openspiel:{self.game}",
            payoff_range=(game.min_utility(), game.max_utility()),
        )

    def position(self, state: SpielState) -> SpielPosition | None:
        """Where nothing is hidden, drawn or chosen at once, and what one wins the other loses."""
        return SpielPosition(self.state_of(state)) if self.facts.positions else None

    def tell(self, view: Mapping[str, JsonValue]) -> str:
        """What is seen, and what the numbers mean."""
        meanings = view["meanings"]
        listed = meanings.items() if isinstance(meanings, dict) else ()
        return "\n".join([str(view["seen"]).rstrip(), *(f"{number}: {meaning}" for number, meaning in listed)])

    def state_of(self, state: SpielState) -> pyspiel.State:
        """OpenSpiel's own state. Others hold it too: clone it before you change it."""
        return _state(self.game, state.history)

    def _legal(self, state: SpielState, seat: Seat) -> list[int]:
        place, player = self.state_of(state), self._player(state, seat)
        if place.is_terminal() or not (place.is_simultaneous_node() or place.current_player() == player):
            return []
        return sorted(place.legal_actions(player))

    def _settled(
        self, place: pyspiel.State, person: int, before: tuple[float, ...], rng: np.random.Generator
    ) -> SpielState:
        """Once chance has moved."""
        while place.is_chance_node():
            actions, weights = zip(*place.chance_outcomes(), strict=True)
            place.apply_action(actions[_drawn(weights, rng)])
        gained = [after - earlier for after, earlier in zip(place.returns(), before, strict=True)]
        return SpielState(tuple(place.history()), person, (gained[person], gained[1 - person]), place.is_terminal())

    @staticmethod
    def _player(state: SpielState, seat: Seat) -> int:
        return state.person if seat == PLAYER else 1 - state.person


class SpielPosition(Position):
    """A place in an OpenSpiel game, to think ahead from."""

    __slots__ = ("best", "state")

    def __init__(self, state: pyspiel.State) -> None:
        self.state = state
        self.best: float = state.get_game().max_utility()

    @property
    def player(self) -> int:
        """Who moves; after the end it does not matter."""
        return max(int(self.state.current_player()), 0)

    def moves(self) -> Sequence[int]:
        """OpenSpiel's legal actions."""
        return [] if self.state.is_terminal() else sorted(self.state.legal_actions())

    def play(self, move: int) -> Self:
        """A state one move on."""
        return type(self)(self.state.child(move))

    def outcome(self) -> float | None:
        """The return of player 0, as a share of the most there is to win."""
        return self.state.returns()[0] / self.best if self.state.is_terminal() else None

    def key(self) -> Hashable:
        """The moves that led here: what OpenSpiel shows of a board may leave out what repetition rules need."""
        return tuple(self.state.history())


@lru_cache(maxsize=256)
def load(name: str) -> pyspiel.Game:
    """The OpenSpiel game of this name; raises what OpenSpiel raises."""
    import pyspiel  # noqa: PLC0415  # an extra

    return pyspiel.load_game(name)


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """All of OpenSpiel's games."""
    import pyspiel  # noqa: PLC0415  # an extra

    return tuple(pyspiel.registered_names())


def is_searchable(game: pyspiel.Game) -> bool:
    """Whether a game is sequential, deterministic, of perfect information and zero-sum."""
    kind = game.get_type()
    names = (kind.dynamics.name, kind.chance_mode.name, kind.information.name, kind.utility.name)
    return names == ("SEQUENTIAL", "DETERMINISTIC", "PERFECT_INFORMATION", "ZERO_SUM")


def seen(place: pyspiel.State, player: int) -> str:
    """The board where nothing is hidden, else what this player may know."""
    if place.get_game().get_type().information.name == "PERFECT_INFORMATION":
        return str(place)
    return _information(place, player) or str(place.observation_string(player))


def _information(place: pyspiel.State, player: int) -> str:
    """The name of the player's information state; empty where OpenSpiel has none."""
    told = place.get_game().get_type().provides_information_state_string
    return str(place.information_state_string(player)) if told else ""


def _unplayable(game: pyspiel.Game) -> str:
    """Why this game cannot be played here; empty when it can."""
    kind = game.get_type()
    if game.num_players() != 2:
        return f"must be a game for two players, not {game.num_players()}"
    if kind.dynamics.name not in {"SEQUENTIAL", "SIMULTANEOUS"} or kind.chance_mode.name == "SAMPLED_STOCHASTIC":
        return "must be a game in turns or at once, whose chances are known"
    if game.num_distinct_actions() > MOST_ACTIONS:
        return f"must have at most {MOST_ACTIONS} distinct actions, not {game.num_distinct_actions()}"
    if game.max_game_length() > MOST_MOVES:
        return f"must end after at most {MOST_MOVES} moves, not {game.max_game_length()}"
    hides = kind.information.name != "PERFECT_INFORMATION"
    if hides and not (kind.provides_information_state_string or kind.provides_observation_string):
        return "must tell what a player may know"
    return ""


@lru_cache(maxsize=4096)
def _state(name: str, history: tuple[int, ...]) -> Any:
    place, done = load(name).new_initial_state(), 0
    while done < len(history):
        if place.is_simultaneous_node():
            place.apply_actions(list(history[done : done + 2]))
            done += 2
        else:
            place.apply_action(history[done])
            done += 1
    return place


def _drawn(weights: Sequence[float], rng: np.random.Generator) -> int:
    left = rng.random() * sum(weights)
    for i, weight in enumerate(weights):
        left -= weight
        if left < 0:
            return i
    return len(weights) - 1
