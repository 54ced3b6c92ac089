"""Choices with and without news, published and by both models of them: rows of `hagame bench science`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from hagame.cli.crowd_data import Part
from hagame.mind.quantum import DilemmaCounts, DilemmaFit, fit_dilemma, quantum_dilemma
from hagame.mind.quantum.news import NewsState, news_state
from hagame.rules.game import AI, PLAYER, Action
from hagame.rules.pd_information import COOPERATE, DEFECT, PdInformation

Shares = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Disjunction:
    """Shares of people who acted, per condition of `names`; the last one is without news.

    `asked` people in each condition; None where only shares are at hand, each of which then counts the same.
    """

    title: str
    act: str
    names: tuple[str, str, str]
    shares: Shares
    asked: float | None
    source: str

    def fit(self) -> DilemmaFit:
        """Both models with two parameters each, by maximum likelihood."""
        n = self.asked or 1.0
        acted = self.shares[0] * n, self.shares[1] * n, self.shares[2] * n
        return fit_dilemma(DilemmaCounts(acted, (n, n, n)))

    @property
    def verdict(self) -> str:
        """Which model does better; of shares alone only the log-loss can say."""
        if self.asked is not None:
            return self.fit().verdict
        return "how many were asked is not at hand, so BIC cannot be told; see the log-loss."


DISJUNCTIONS = (
    Disjunction(
        "one-shot dilemma",
        "defect",
        ("other defects", "other cooperates", "unknown"),
        (430 / 444, 371 / 444, 280 / 444),
        444,
        "Shafir & Tversky (1992)",
    ),
    Disjunction(
        "two-stage gamble",
        "gamble again",
        ("won", "lost", "unknown"),
        (0.69, 0.59, 0.36),
        98,
        "Tversky & Shafir (1992)",
    ),
    Disjunction(
        "one-shot dilemma",
        "defect",
        ("other defects", "other cooperates", "unknown"),
        (0.67, 0.32, 0.30),
        None,
        "Croson (1999), after Pothos & Busemeyer (2009), table 2",
    ),
)
CONSTANT = ((DEFECT, "pure defector"), (COOPERATE, "pure cooperator"))


def typical() -> Iterator[Part]:
    """The quantum model at the parameters of its paper."""
    source = "Pothos & Busemeyer (2009), mu .51, gamma 2.09"
    names = ("known to defect", "known to cooperate", "unknown")
    for name, value, ours in zip(names, (0.81, 0.65, 0.57), quantum_dilemma(0.51, 2.09), strict=True):
        yield "prisoner's dilemma", f"defect, other {name}", value, ours, source


def disjunctions() -> Iterator[Part]:
    """Published shares beside the fitted quantum model, what its Markov rival makes of them, and how well both do."""
    for study in DISJUNCTIONS:
        yield from _study(study, study.fit())


def _study(study: Disjunction, found: DilemmaFit) -> Iterator[Part]:
    """Ours is the quantum model's share; the Markov rival differs where nothing is known."""
    topic = f"disjunction effect, {study.title}"
    for name, share, ours in zip(study.names, study.shares, found.quantum.predicted, strict=False):
        yield topic, f"{study.act}, {name}: quantum", share, ours, study.source
    yield topic, f"{study.act}, unknown: Markov", study.shares[2], found.markov.predicted[2], study.source
    seen = _interference(study.shares)
    for fit in (found.quantum, found.markov):
        yield topic, f"interference: {fit.model}", seen, _interference(fit.predicted), study.source
    answers = 3 * (study.asked or 1.0)
    for fit in (found.quantum, found.markov):
        yield topic, f"log-loss per answer, nats: {fit.model}", None, -fit.log_likelihood / answers, study.source


def _interference(shares: tuple[float, ...]) -> float:
    """p(unknown) minus the even mean of both known cases."""
    return shares[2] - (shares[0] + shares[1]) / 2


def constant_players() -> Iterator[Part]:
    """Who always does the same cannot interfere: nothing else may come out of a whole match."""
    source = "Savage's sure-thing principle; simulated matches of pd-information"
    for action, name in CONSTANT:
        told = constant_player(action).interference
        if told is not None:
            for figure, value in (("value", told.value), ("low", told.low), ("high", told.high)):
                yield "interference of who always does the same", f"{name}: {figure}", 0.0, value, source


def constant_player(action: Action, seed: int = 1954) -> NewsState:
    """What the model says after a match of somebody who always chooses `action`."""
    game, rng = PdInformation(), np.random.default_rng(seed)
    state = game.start(rng)
    while not game.is_over(state):
        other = game.legal_actions(state, AI)
        state = game.apply(state, {PLAYER: action, AI: other[int(rng.integers(len(other)))]}, rng)
    return news_state(game.judged(state))
