"""Plays turns: the player's choice, the AIs' open moves after it, what was learnt, and the next seal."""

from __future__ import annotations

import threading
from math import log
from typing import Any

import msgspec
import numpy as np
from pydantic import JsonValue

from hagame.errors import Gone, IllegalAction, InvalidInput
from hagame.match.seals import NOTHING, choose, seal
from hagame.match.state import MOST_SECRET_BYTES, SECRET_BYTES, Last, Match, MatchState, Reply, Scored, Sealed, Turn
from hagame.mind.cognition import Evidence, Observation, live, observe
from hagame.mind.cognition.profile import EVERY, evidence_of
from hagame.mind.explain.drift import watch
from hagame.mind.language import told
from hagame.mind.model import Decision
from hagame.mind.opponents import Choice, TrackRecord
from hagame.rules.game import AI, PLAYER, Action, Feedback, Seat, Situation
from hagame.rules.numbers import Numbers

MOST_STEPS = 10_000
"""Steps that AIs may take in a row; rules that ask for more never let the player move."""
_PLAY, _DEFAULT = 0, 1
"""What numbers are drawn for; kept apart, so that a move left to the clock meets the same draws."""


def start(match: Match, secret: bytes, belief: Any = None) -> MatchState:
    """The state before the first decision: what AIs do first is done, and the first seal is made.

    `secret` holds `SECRET_BYTES` unguessable bytes. `belief` is what an earlier match learnt of this person; None for
    somebody new. Raises `ValueError` when the secret is too short or too long.
    """
    if not SECRET_BYTES <= len(secret) <= MOST_SECRET_BYTES:
        raise ValueError(
            f"secret must have at least {SECRET_BYTES} bytes and at most {MOST_SECRET_BYTES}, not {len(secret)}"
        )
    rng = _generator(match.seed, 0, _PLAY)
    game = match.game.start(rng)
    situation = match.game.situation(game, PLAYER)
    known = match.predictor.start(situation) if belief is None else match.predictor.carry_over(belief)
    state = MatchState(1, secret, game, known, None, TrackRecord(), None, Evidence(), (0.0, 0.0))
    state, payoffs = _until_the_player(match, state, (0.0,) * match.game.seats, rng)
    models = live.start(match.game.situation(state.game, PLAYER)) if match.modelled else ()
    state = msgspec.structs.replace(state, scores=_both(payoffs), models=models)
    return state if match.game.is_over(state.game) else seal(match, state, rng)


def play(
    match: Match,
    state: MatchState,
    action: Action,
    *,
    response_time_ms: int | None = None,
    observed_opponent_action: Action | None = None,
) -> Turn:
    """Take the player's decision, open the seal, let the AIs answer, learn, and seal what comes next.

    `observed_opponent_action` replaces the sealed action when recorded decisions are replayed: the player had
    answered to that one. Raises `IllegalAction`, and `Gone` when the match is over.
    """
    sealed = state.sealed
    if sealed is None:
        raise Gone("This match is over.")
    situation = match.game.situation(state.game, PLAYER)
    chosen = _index(action, situation, match.game.numbers(state.game, PLAYER))
    met = _met(sealed, situation, observed_opponent_action)
    rng = _generator(match.seed, state.turn, _PLAY)
    game = match.game.apply(state.game, {PLAYER: action, **met}, rng)
    score = score_prediction(sealed.prediction, chosen)
    moved = MatchState(
        turn=state.turn + 1,
        secret=state.secret,
        game=game,
        belief=state.belief,
        sealed=None,
        record=_record(state.record, score, situation),
        last=state.last,
        evidence=state.evidence,
        scores=state.scores,
        memory=state.memory,
        drift=state.drift,
        models=state.models,
    )
    answered, payoffs = _until_the_player(match, moved, match.game.payoffs(game), rng)
    feedback = match.game.feedback(answered.game, PLAYER)
    theirs = _answer(feedback, met, answered.replies)
    decision = _decision(situation, chosen, theirs, payoffs, feedback, response_time_ms or 0)
    after = msgspec.structs.replace(
        answered,
        belief=match.predictor.update(state.belief, situation, decision),
        last=Last(chosen, decision.opponent_action, decision.payoff, decision.opponent_payoff),
        evidence=_observe(match, state, situation, decision, action, score, response_time_ms),
        drift=watch(state.drift, situation, decision) if match.modelled else state.drift,
        scores=(state.scores[0] + decision.payoff, state.scores[1] + decision.opponent_payoff),
    )
    after = _followed(match, after, situation, decision)
    return Turn(
        number=state.turn,
        state=after if match.game.is_over(after.game) else seal(match, after, rng),
        before=state.game,
        situation=situation,
        action=action,
        opponent_action=theirs,
        payoffs=(decision.payoff, decision.opponent_payoff),
        all_payoffs=payoffs,
        feedback=feedback,
        sealed=sealed,
        score=score,
        attribution=match.predictor.explain(state.belief, situation),
    )


def reseal(match: Match, state: MatchState, choice: Choice) -> MatchState:
    """The state with a choice under the seal that was made outside; before anything of this turn has been shown."""
    return seal(match, state, _generator(match.seed, state.turn, _PLAY), choice)


def view(match: Match, state: MatchState) -> dict[str, JsonValue]:
    """What the player may see now; never the sealed move."""
    return match.game.view(state.game, PLAYER)


def legal_actions(match: Match, state: MatchState) -> tuple[Action, ...]:
    """What the player may choose now, or the bins of what may be chosen; `()` when the match is over."""
    return match.game.legal_actions(state.game, PLAYER)


def numbers(match: Match, state: MatchState) -> Numbers | None:
    """Which numbers the player may choose now; None where actions are named, or the match is over."""
    return match.game.numbers(state.game, PLAYER) if legal_actions(match, state) else None


def default_action(match: Match, state: MatchState) -> Action:
    """What is chosen for a player whose time is over: what the definition names if that is legal, else an even draw."""
    legal, asked = legal_actions(match, state), numbers(match, state)
    named = match.game.move_limit.action if match.game.move_limit else None
    if named is not None and (named in legal if asked is None else asked.allows(named)):
        return named
    drawn = int(_generator(match.seed, state.turn, _DEFAULT).random() * len(legal))
    return legal[drawn] if asked is None else asked.text(asked.middle_of(drawn))


def score_prediction(prediction: tuple[float, ...], action: int) -> Scored:
    """Score a sealed distribution over actions against the action taken (Brier 1950; Good 1952)."""
    probability = prediction[action]
    brier = sum(p * p for p in prediction) - 2 * probability + 1.0
    return Scored(probability, -log(probability), max(brier, 0.0), probability >= max(prediction))


class _Draws(threading.local):
    """One generator per thread: to make one asks the system for entropy that these draws have no use for."""

    def __init__(self) -> None:
        self.bits = np.random.Philox(key=0)
        self.fresh = self.bits.state
        self.rng = np.random.Generator(self.bits)


_DRAWS = _Draws()


def _generator(seed: int, turn: int, purpose: int) -> np.random.Generator:
    """Draws from Philox(key=seed, counter=(0, turn, purpose, 0)), until this thread asks for the next ones."""
    state = _DRAWS.fresh["state"]
    state["key"][0] = seed
    state["counter"][1:3] = turn, purpose
    _DRAWS.bits.state = _DRAWS.fresh
    return _DRAWS.rng


def _until_the_player(
    match: Match, state: MatchState, payoffs: tuple[float, ...], rng: np.random.Generator
) -> tuple[MatchState, tuple[float, ...]]:
    """The AIs move openly until the player may, or the match is over; `payoffs` of these steps are added."""
    rules, game, memory = match.game, state.game, state.memory
    replies: tuple[Reply, ...] = ()
    for _ in range(MOST_STEPS):
        if rules.is_over(game) or rules.legal_actions(game, PLAYER):
            return state, payoffs
        chosen = choose(match, state, NOTHING, rng)
        game, memory = rules.apply(game, dict(chosen.choices), rng), chosen.memory
        moves = zip(chosen.choices, chosen.whys, strict=True)
        replies = (*replies, *(Reply(seat, action, str(why), told(why)) for (seat, action), why in moves))
        payoffs = tuple(a + b for a, b in zip(payoffs, rules.payoffs(game), strict=True))
        state = msgspec.structs.replace(state, game=game, memory=memory, replies=replies)
    raise RuntimeError(f"{rules.info.key} has not let the player move for {MOST_STEPS} steps")


def _index(action: Action, situation: Situation, asked: Numbers | None, **kw: str) -> int:
    if asked is not None:
        return asked.index(action)
    return _listed(action, situation.actions, situation.legal, **kw)


def _listed(action: Action, actions: tuple[Action, ...], legal: tuple[int, ...] | None = None, **kw: str) -> int:
    allowed = actions if legal is None else tuple(actions[i] for i in legal)
    if action not in allowed:
        raise IllegalAction(action, allowed, **kw)
    return actions.index(action)


def _met(sealed: Sealed, situation: Situation, observed: Action | None) -> dict[Seat, Action]:
    """What the AIs that choose at once with the player do, by seat."""
    if observed is None:
        return dict(sealed.choices)
    if sealed.action < 0:
        raise InvalidInput("observed_opponent_action: no game of two who choose at once.", field="/recorded")
    _listed(observed, situation.opponent_actions, field="/observed_opponent_action")
    return {AI: observed}


def _answer(feedback: Feedback, met: dict[Seat, Action], replies: tuple[Reply, ...]) -> Action | None:
    if feedback.opponent_action is not None:
        return feedback.opponent_action
    if met:
        return ", ".join(met.values())
    return replies[0].action if replies else None


def _decision(
    situation: Situation,
    chosen: int,
    theirs: Action | None,
    payoffs: tuple[float, ...],
    feedback: Feedback,
    response_time_ms: int,
) -> Decision:
    known = theirs is not None and theirs in situation.opponent_actions
    met = situation.opponent_actions.index(theirs) if known and theirs is not None else -1
    return Decision(chosen, met, *_both(payoffs), feedback.foregone, response_time_ms)


def _both(payoffs: tuple[float, ...]) -> tuple[float, float]:
    """The player's payoff, and the mean of the AIs'; 0 where there is none."""
    theirs = payoffs[AI:]
    return payoffs[PLAYER], sum(theirs) / len(theirs) if theirs else 0.0


def _record(record: TrackRecord, score: Scored, situation: Situation) -> TrackRecord:
    gain = log(len(situation.legal)) - score.log_loss
    return TrackRecord(record.n + 1, record.gain + gain)


def _observe(
    match: Match,
    state: MatchState,
    situation: Situation,
    decision: Decision,
    action: Action,
    score: Scored,
    response_time_ms: int | None,
) -> Evidence:
    if not match.modelled:
        return state.evidence
    previous = None if state.last is None else Decision(*_fields(state.last))
    measures = match.game.measures(state.game, action)
    seen = Observation(situation, previous, decision, score.log_loss, response_time_ms, measures)
    return observe(state.evidence, seen)


def _followed(match: Match, after: MatchState, situation: Situation, decision: Decision) -> MatchState:
    """The cognitive models moved on; now and then what they say goes to the evidence."""
    if not after.models:
        return after
    if not match.modelled:
        # Consent was withdrawn: with a gap in it a filter could not go on.
        return msgspec.structs.replace(after, models=())
    models = live.update(after.models, situation, decision)
    evidence = after.evidence
    if (after.turn - 1) % EVERY == 0 or match.game.is_over(after.game):
        models = live.settled(models, situation)
        evidence = evidence.replacing(evidence_of(models, situation))
    return msgspec.structs.replace(after, models=models, evidence=evidence)


def _fields(last: Last) -> tuple[int, int, float, float]:
    return last.action, last.opponent_action, last.payoff, last.opponent_payoff
