"""One turn of one match: rules + opponent + predictor + live cognition. Pure; the heart of the house.

The AI's move and its prediction of the player are sealed before the player moves. The seal shown is
SHA-256(nonce || payload), the payload being the canonical JSON of turn, AI's action and prediction; nonce and payload
are shown after the move, so anyone can check that nothing was changed. The nonce comes from a secret of the match
and not from its seed: whoever knows the seed still cannot open a seal by its hash alone.

All draws of a turn come from Philox(key=seed, counter=turn) (Salmon et al. 2011), so a retried turn draws the same
numbers and no generator state is stored. A state is bounded: it never holds the history.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from math import log
from typing import Any

import msgspec
import numpy as np
from pydantic import JsonValue

from hagame.errors import CorruptState, Gone, IllegalAction
from hagame.mind.cognition import Evidence, Observation, observe
from hagame.mind.model import Attribution, Decision, Model, Probabilities
from hagame.mind.opponents import Opponent, Scene, TrackRecord
from hagame.rules.game import AI, PLAYER, Action, Game, Situation

STATE_VERSION = 1
SECRET_BYTES = 16
LEAST = 1e-6
"""Least probability of a legal action that is sealed; keeps every log-loss finite."""


@dataclass(frozen=True, slots=True)
class Match:
    """What stays the same from the first turn to the last.

    `seed` is in 0..2^63-1. `modelled` says whether evidence of the player's traits is kept.
    """

    game: Game[Any]
    predictor: Model[Any]
    opponent: Opponent
    seed: int
    modelled: bool = True


class Sealed(msgspec.Struct, frozen=True, array_like=True):
    """The AI's move and prediction, fixed before the player's move. `prediction` is over the player's actions."""

    action: int
    prediction: tuple[float, ...]
    payload: str
    nonce: bytes
    why: str

    @property
    def commitment(self) -> str:
        """SHA-256 of nonce and payload, hex: all that may be shown before the move."""
        return hashlib.sha256(self.nonce + self.payload.encode()).hexdigest()


class Last(msgspec.Struct, frozen=True, array_like=True):
    """The last round, seen by the player: indices of both actions, and both payoffs."""

    action: int
    opponent_action: int
    payoff: float
    opponent_payoff: float


class MatchState(msgspec.Struct, frozen=True):
    """Where a match stands before turn `turn`. `sealed` is None once the match is over."""

    turn: int
    secret: bytes
    game: Any
    belief: Any
    sealed: Sealed | None
    record: TrackRecord
    last: Last | None
    evidence: Evidence
    scores: tuple[float, float]


class Scored(msgspec.Struct, frozen=True):
    """How the sealed prediction did: probability given to the action, log-loss (nats), multi-class Brier, hit.

    `hit`: the action was the most probable one.
    """

    probability: float
    log_loss: float
    brier: float
    hit: bool


class Turn(msgspec.Struct, frozen=True):
    """All that one decision brought: the opened seal, its score and explanation, and the state after it.

    `opponent_action` is what the player met; it differs from the sealed action only in matches that replay a record.
    """

    number: int
    state: MatchState
    situation: Situation
    action: Action
    opponent_action: Action
    payoffs: tuple[float, float]
    sealed: Sealed
    score: Scored
    attribution: Attribution

    @property
    def ai_action(self) -> Action:
        """What the AI had sealed."""
        return self.situation.opponent_actions[self.sealed.action]

    @property
    def ai_payoff(self) -> float:
        """What the sealed action pays the AI against the player's action."""
        player = self.situation.actions.index(self.action)
        return self.situation.opponent_payoffs[player][self.sealed.action]


def start(match: Match, secret: bytes, belief: Any = None) -> MatchState:
    """The state before the first decision, with the first move sealed.

    `secret` holds `SECRET_BYTES` unguessable bytes. `belief` is what an earlier match learnt of this person; None for
    somebody new. Raises `ValueError` when the secret is too short.
    """
    if len(secret) < SECRET_BYTES:
        raise ValueError(f"secret must have at least {SECRET_BYTES} bytes, not {len(secret)}")
    rng = _generator(match.seed, 0)
    game = match.game.start(rng)
    situation = match.game.situation(game, PLAYER)
    known = match.predictor.start(situation) if belief is None else match.predictor.carry_over(belief)
    state = MatchState(1, secret, game, known, None, TrackRecord(), None, Evidence(), (0.0, 0.0))
    return msgspec.structs.replace(state, sealed=_seal(match, state, situation, rng))


def play(
    match: Match,
    state: MatchState,
    action: Action,
    *,
    response_time_ms: int | None = None,
    observed_opponent_action: Action | None = None,
) -> Turn:
    """Take the player's decision, open the seal, learn, and seal the next move.

    `observed_opponent_action` replaces the sealed action when recorded decisions are replayed: the player had
    answered to that one. Raises `IllegalAction`, and `Gone` when the match is over.
    """
    sealed = state.sealed
    if sealed is None:
        raise Gone("This match is over.")
    situation = match.game.situation(state.game, PLAYER)
    chosen = _index(action, situation.actions, situation.legal)
    met = sealed.action
    if observed_opponent_action is not None:
        met = _index(observed_opponent_action, situation.opponent_actions, field="/observed_opponent_action")
    rng = _generator(match.seed, state.turn)
    game = match.game.apply(state.game, {PLAYER: action, AI: situation.opponent_actions[met]}, rng)
    payoffs = match.game.payoffs(game)
    decision = Decision(chosen, met, payoffs[PLAYER], payoffs[AI])
    score = score_prediction(sealed.prediction, chosen)
    after = MatchState(
        turn=state.turn + 1,
        secret=state.secret,
        game=game,
        belief=match.predictor.update(state.belief, situation, decision),
        sealed=None,
        record=_record(state.record, score, situation),
        last=Last(chosen, met, *payoffs),
        evidence=_observe(match, state, situation, decision, score, response_time_ms),
        scores=(state.scores[0] + payoffs[PLAYER], state.scores[1] + payoffs[AI]),
    )
    if not match.game.is_over(game):
        after = msgspec.structs.replace(after, sealed=_seal(match, after, match.game.situation(game, PLAYER), rng))
    return Turn(
        number=state.turn,
        state=after,
        situation=situation,
        action=action,
        opponent_action=situation.opponent_actions[met],
        payoffs=(payoffs[PLAYER], payoffs[AI]),
        sealed=sealed,
        score=score,
        attribution=match.predictor.explain(state.belief, situation),
    )


def view(match: Match, state: MatchState) -> dict[str, JsonValue]:
    """What the player may see now; never the sealed move."""
    return match.game.view(state.game, PLAYER)


def legal_actions(match: Match, state: MatchState) -> tuple[Action, ...]:
    """What the player may choose now; `()` when the match is over."""
    return match.game.legal_actions(state.game, PLAYER)


def score_prediction(prediction: tuple[float, ...], action: int) -> Scored:
    """Score a sealed distribution over actions against the action taken (Brier 1950; Good 1952)."""
    probability = prediction[action]
    brier = sum(p * p for p in prediction) - 2 * probability + 1.0
    return Scored(probability, -log(probability), max(brier, 0.0), probability >= max(prediction))


def verify(commitment: str, nonce: bytes, payload: str) -> bool:
    """Whether the opened nonce and payload are those that `commitment` (hex) had sealed."""
    return hmac.compare_digest(hashlib.sha256(nonce + payload.encode()).hexdigest(), commitment)


class _Stored(msgspec.Struct, frozen=True, array_like=True):
    """The form in which a state is stored."""

    version: int
    turn: int
    secret: bytes
    game: msgspec.Raw
    belief: bytes
    sealed: Sealed | None
    record: TrackRecord
    last: Last | None
    evidence: dict[str, tuple[float, float, float]]
    scores: tuple[float, float]


_JSON = msgspec.json.Encoder(order="sorted")
_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(_Stored)


def dump(match: Match, state: MatchState) -> bytes:
    """The state as bytes (MessagePack, versioned)."""
    return _ENCODER.encode(
        _Stored(
            STATE_VERSION,
            state.turn,
            state.secret,
            msgspec.Raw(_ENCODER.encode(state.game)),
            match.predictor.dump(state.belief),
            state.sealed,
            state.record,
            state.last,
            dict(state.evidence),
            state.scores,
        )
    )


def load(match: Match, data: bytes) -> MatchState:
    """The state that `dump` wrote. Raises `CorruptState` when it is not one, or one of another version."""
    try:
        stored = _DECODER.decode(data)
        game: Any = msgspec.msgpack.decode(stored.game, type=match.game.State)
    except (msgspec.MsgspecError, ValueError) as error:
        raise CorruptState(f"The stored match cannot be read: {error}.") from error
    if stored.version != STATE_VERSION:
        raise CorruptState(f"The stored match has version {stored.version}; this server reads {STATE_VERSION}.")
    belief = match.predictor.load(stored.belief, match.game.situation(game, PLAYER))
    return MatchState(
        turn=stored.turn,
        secret=stored.secret,
        game=game,
        belief=belief,
        sealed=stored.sealed,
        record=stored.record,
        last=stored.last,
        evidence=Evidence(stored.evidence),
        scores=stored.scores,
    )


def _generator(seed: int, turn: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=seed, counter=(0, turn, 0, 0)))


def _index(action: Action, actions: tuple[Action, ...], legal: tuple[int, ...] | None = None, **kw: str) -> int:
    allowed = actions if legal is None else tuple(actions[i] for i in legal)
    if action not in allowed:
        raise IllegalAction(action, allowed, **kw)
    return actions.index(action)


def _record(record: TrackRecord, score: Scored, situation: Situation) -> TrackRecord:
    gain = log(len(situation.legal)) - score.log_loss
    return TrackRecord(record.n + 1, record.gain + gain)


def _observe(
    match: Match,
    state: MatchState,
    situation: Situation,
    decision: Decision,
    score: Scored,
    response_time_ms: int | None,
) -> Evidence:
    if not match.modelled:
        return state.evidence
    previous = None if state.last is None else Decision(*_fields(state.last))
    return observe(state.evidence, Observation(situation, previous, decision, score.log_loss, response_time_ms))


def _fields(last: Last) -> tuple[int, int, float, float]:
    return last.action, last.opponent_action, last.payoff, last.opponent_payoff


def _seal(match: Match, state: MatchState, situation: Situation, rng: np.random.Generator) -> Sealed:
    prediction = _rounded(match.predictor.predict(state.belief, situation))
    last = None if state.last is None else (state.last.opponent_action, state.last.action)
    scene = Scene(
        situation=match.game.situation(state.game, AI),
        view=match.game.view(state.game, AI),
        prediction=np.array(prediction),
        record=state.record,
        last=last,
    )
    choice = match.opponent.act(scene, rng)
    payload = _canonical(
        {
            "action": situation.opponent_actions[choice.action],
            "prediction": dict(zip(situation.actions, prediction, strict=True)),
            "turn": state.turn,
        }
    )
    nonce = hmac.digest(state.secret, state.turn.to_bytes(8, "big"), "sha256")[:SECRET_BYTES]
    return Sealed(choice.action, prediction, payload, nonce, choice.why)


def _rounded(prediction: Probabilities) -> tuple[float, ...]:
    """Six digits, for people to read; what is scored is what was sealed. The largest takes the rest."""
    rounded = [max(round(p, 6), LEAST) if p > 0 else 0.0 for p in prediction.tolist()]
    largest = rounded.index(max(rounded))
    rounded[largest] = round(rounded[largest] + 1.0 - sum(rounded), 6)
    return tuple(rounded)


def _canonical(value: Mapping[str, JsonValue]) -> str:
    """JSON with sorted keys and no spaces, as RFC 8785 has it but for the spelling of numbers below 1e-5."""
    return _JSON.encode(value).decode()
