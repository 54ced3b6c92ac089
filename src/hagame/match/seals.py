"""What the AIs choose and expect, and how it is sealed."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Mapping
from typing import NamedTuple

import msgspec
import numpy as np
from pydantic import JsonValue

from hagame.match.state import SECRET_BYTES, Match, MatchState, Sealed
from hagame.mind.language import told
from hagame.mind.model import Probabilities
from hagame.mind.opponents import Choice, Scene
from hagame.rules.game import AI, PLAYER, Action, Seat, Situation

LEAST = 1e-6
"""Least probability of a legal action that is sealed; keeps every log-loss finite."""
NOTHING: Probabilities = np.zeros(0)
_JSON = msgspec.json.Encoder(order="sorted")


class Chosen(NamedTuple):
    """What the AIs that may move now have chosen, by seat, and the opponent's memories after it."""

    choices: tuple[tuple[Seat, Action], ...]
    whys: tuple[str, ...]
    memory: tuple[bytes, ...]


def verify(commitment: str, nonce: bytes, payload: str) -> bool:
    """Whether the opened nonce and payload are those that `commitment` (hex) had sealed."""
    return hmac.compare_digest(hashlib.sha256(nonce + payload.encode()).hexdigest(), commitment)


def seal(match: Match, state: MatchState, rng: np.random.Generator, given: Choice | None = None) -> MatchState:
    """The state with the prediction of the player's coming move sealed, and the AIs' own moves that go with it.

    `given` stands for the choice of an opponent that has been made elsewhere.
    """
    situation = match.game.situation(state.game, PLAYER)
    prediction = _rounded(match.predictor.predict(state.belief, situation), frozenset(situation.legal))
    chosen = choose(match, state, np.array(prediction), rng, given)
    payload = _canonical(
        _actions(match, chosen)
        | {"prediction": dict(zip(situation.actions, prediction, strict=True)), "turn": state.turn}
    )
    nonce = hashlib.blake2b(state.turn.to_bytes(8, "big"), key=state.secret, digest_size=SECRET_BYTES).digest()
    why = chosen.whys[0] if chosen.whys else ""
    sealed = Sealed(_index(situation, chosen), prediction, payload, nonce, str(why), chosen.choices, told(why))
    return msgspec.structs.replace(state, sealed=sealed, memory=chosen.memory)


def scene(match: Match, state: MatchState) -> Scene:
    """What the opponent in the first AI seat may use for the choice that `state` has under its seal."""
    prediction = NOTHING if state.sealed is None else np.array(state.sealed.prediction)
    return _scene(match, state, match.game.situation(state.game, AI), AI, prediction)


def choose(
    match: Match, state: MatchState, prediction: Probabilities, rng: np.random.Generator, given: Choice | None = None
) -> Chosen:
    """Let the opponent choose for each AI seat that may move now. `prediction` is empty unless the player moves too."""
    choices, whys, memory = [], [], state.memory
    for seat in range(AI, match.game.seats):
        if match.game.legal_actions(state.game, seat):
            situation = match.game.situation(state.game, seat)
            choice = given or match.opponent.act(_scene(match, state, situation, seat, prediction), rng)
            choices.append((seat, _named(match, state, situation, seat, choice)))
            whys.append(choice.why)
            memory = _remembering(memory, seat, choice.memory)
    return Chosen(tuple(choices), tuple(whys), memory)


def _scene(match: Match, state: MatchState, situation: Situation, seat: Seat, prediction: Probabilities) -> Scene:
    last = None
    if state.last is not None and state.last.opponent_action >= 0:
        last = (state.last.opponent_action, state.last.action)
    return Scene(
        situation=situation,
        view=match.game.view(state.game, seat),
        prediction=prediction,
        record=state.record,
        last=last,
        seat=seat,
        memory=state.memory[seat - AI] if seat - AI < len(state.memory) else b"",
        position=match.game.position(state.game),
    )


def _named(match: Match, state: MatchState, situation: Situation, seat: Seat, choice: Choice) -> Action:
    numbers = match.game.numbers(state.game, seat)
    if numbers is None:
        return situation.actions[choice.action]
    return numbers.text(numbers.middle_of(choice.action) if choice.number is None else choice.number)


def _remembering(memory: tuple[bytes, ...], seat: Seat, said: bytes) -> tuple[bytes, ...]:
    """With what the opponent wants to know again; no entries at all as long as it wants nothing."""
    place = seat - AI
    if not said and place >= len(memory):
        return memory
    padded = memory + (b"",) * (place + 1 - len(memory))
    return (*padded[:place], said, *padded[place + 1 :])


def _actions(match: Match, chosen: Chosen) -> dict[str, JsonValue]:
    if match.game.seats > 2:
        return {"actions": {str(seat): action for seat, action in chosen.choices}}
    return {"action": chosen.choices[0][1] if chosen.choices else None}


def _index(situation: Situation, chosen: Chosen) -> int:
    if len(chosen.choices) != 1 or chosen.choices[0][1] not in situation.opponent_actions:
        return -1
    return situation.opponent_actions.index(chosen.choices[0][1])


def _rounded(prediction: Probabilities, legal: Collection[int]) -> tuple[float, ...]:
    """Six digits, for people to read; what is scored is what was sealed. The largest takes the rest."""
    rounded = [max(round(p, 6), LEAST) if i in legal else 0.0 for i, p in enumerate(prediction.tolist())]
    largest = rounded.index(max(rounded))
    rounded[largest] = round(rounded[largest] + 1.0 - sum(rounded), 6)
    return tuple(rounded)


def _canonical(value: Mapping[str, JsonValue]) -> str:
    """JSON with sorted keys and no spaces, as RFC 8785 has it but for the spelling of numbers below 1e-5."""
    return _JSON.encode(value).decode()
