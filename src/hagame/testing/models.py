"""What every model of a person promises."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

from hagame.errors import CorruptState
from hagame.mind.learn.artefact import arrays_of, card_of, pack, tensors
from hagame.mind.model import Attribution, Decision, Model, Person, Probabilities
from hagame.plugins import restore
from hagame.rules.game import Situation
from hagame.testing.common import TOLERANCE, check_facts, generator, refuses, require

MOST_BELIEF_BYTES = 32 * 1024


def check_model(model: Model[Any], situation: Situation, *, decisions: int = 150, seed: int = 0) -> None:
    """Let `model` predict and learn random decisions in `situation` and check every promise of `Model`.

    Facts and parameters are complete; predictions are distributions with all legal actions possible; explanations add
    up to them; no method changes a belief; a belief fits in 32 KiB, and one that was stored and read predicts the same
    ever after; bytes that are no belief are refused. Raises `ContractBroken`.
    """
    check_facts(model)
    _check_garbage(model, situation)
    rng = generator(seed)
    belief = twin = model.start(situation)
    for n in range(decisions):
        _check_prediction(model, belief, situation)
        same = np.array_equal(model.predict(belief, situation), model.predict(twin, situation))
        require(model, same, "a stored belief predicts as the one it was made from", f"another after {n} decisions")
        if n % 10 == 0:
            twin = model.load(_dumped(model, belief), situation)
        decision = _decision(situation, rng, habit=n % 3)
        before = model.dump(belief)
        after = model.update(belief, situation, decision)
        require(model, model.dump(belief) == before, "update leaves the belief as it was", "a changed one")
        belief, twin = after, model.update(twin, situation, decision)
    _check_prediction(model, model.carry_over(belief), situation)


def check_training(model: Model[Any], situation: Situation, people: Sequence[Person], *, seed: int = 0) -> None:
    """Train `model` on these people and check every promise of `Model.fit`.

    The same people and generator give the same weights, bit for bit, however the people are dealt to who summarises
    them; what is trained keeps the contract of `Model`, and survives its artefact. Raises `ContractBroken`.
    """
    trained = model.fit(people, situation, generator(seed))
    summaries = [model.summarise(person, situation) for person in reversed(people)]
    handed = [arrays_of(tensors(summary, ""))[0] for summary in reversed(summaries)]
    again = model.with_weights(model.learn(handed, situation, generator(seed)))
    require(model, again == trained, "the same people and generator give the same weights", again.version)
    require(model, trained.version != model.version, "a trained model has a version of its own", trained.version)
    restored = restore(pack(card_of(trained, situation), trained.weights or {}))
    require(model, restored == trained, "a trained model survives its artefact", restored.version)
    check_model(trained, situation, decisions=60, seed=seed)


def _check_prediction(model: Model[Any], belief: Any, situation: Situation) -> None:
    before = _dumped(model, belief)
    p = model.predict(belief, situation)
    legal = np.isin(np.arange(len(situation.actions)), situation.legal)
    require(model, p.shape == legal.shape, f"predictions have shape {legal.shape}", p.shape)
    valid = bool(np.isfinite(p).all() and (p[legal] > 0).all() and (p[~legal] == 0).all())
    require(model, valid, "legal actions have positive probability and illegal ones none", p)
    require(model, abs(p.sum() - 1) < TOLERANCE, "probabilities sum to 1", p.sum())
    _check_attribution(model, model.explain(belief, situation), p, legal)
    require(model, model.dump(belief) == before, "predict and explain leave the belief as it was", "a changed one")


def _check_attribution(model: Model[Any], why: Attribution, p: Probabilities, legal: Any) -> None:
    rows = np.array([why.baseline, *(part.log_odds for part in why.parts)])[:, legal]
    require(model, bool(np.abs(rows.mean(axis=1)).max() < TOLERANCE), "log-odds are centred over legal actions", why)
    odds = np.exp(rows.sum(axis=0))
    difference = float(np.abs(odds / odds.sum() - p[legal]).max())
    require(model, difference < TOLERANCE, "softmax(baseline + parts) is the prediction", f"{difference} apart")
    spreads = np.ptp(rows[1:], axis=1)
    ordered = all(a >= b - TOLERANCE for a, b in pairwise(spreads.tolist()))
    require(model, ordered, "parts come largest first", spreads)


def _dumped(model: Model[Any], belief: Any) -> bytes:
    data = model.dump(belief)
    require(model, len(data) <= MOST_BELIEF_BYTES, f"a belief fits in {MOST_BELIEF_BYTES} bytes", len(data))
    return data


def _check_garbage(model: Model[Any], situation: Situation) -> None:
    good = model.dump(model.start(situation))
    for bad in (b"", b"no belief", good[: len(good) // 2], b"\xff" + good):
        refuses(
            model, CorruptState, partial(model.load, bad, situation), "load raises CorruptState at what is no belief"
        )


def _decision(situation: Situation, rng: np.random.Generator, *, habit: int) -> Decision:
    """Random, but with a habit in two of three rounds, so that there is something to learn."""
    own = situation.legal[int(rng.random() * len(situation.legal)) if habit == 0 else habit % len(situation.legal)]
    if not situation.payoffs:
        low, high = situation.payoff_range or (0.0, 1.0)
        return Decision(own, -1, low + (high - low) * rng.random(), 0.0)
    other = int(rng.random() * len(situation.opponent_actions))
    return Decision(own, other, situation.payoffs[own][other], situation.opponent_payoffs[own][other])
