"""How people bargain, guess, choose and decide in time, published and by the engine: rows of `hagame bench science`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hagame.cli.crowd_data import Part, records
from hagame.mind.cognition.estimate import fit
from hagame.mind.cognition.hierarchical import fit_group
from hagame.mind.cognition.registry import family
from hagame.mind.opponents.level_k import LevelK
from hagame.mind.opponents.opponent import Opponent, Scene, TrackRecord
from hagame.mind.opponents.published import Published
from hagame.rules.bargaining import Trust, Ultimatum
from hagame.rules.division import Division
from hagame.rules.game import AI, PLAYER
from hagame.rules.guessing import Guessing

FORSYTHE = "Forsythe et al. (1994)"
OOSTERBEEK = "Oosterbeek, Sloof & van de Kuilen (2004)"
BERG = "Berg, Dickhaut & McCabe (1995)"
NAGEL = "Nagel (1995), p = 2/3"
PROSPECTS = "Tversky & Kahneman (1992)"
CAVANAGH = "Cavanagh et al. (2011), as fitted in the documentation of HDDM"
Shares = NDArray[np.float64]
NOTHING: Shares = np.zeros(0)
"""Predicted of the person by opponents that do not look."""
CHOICES = 3000
"""Made-up ones, for parameters to be found again."""


def bargaining() -> Iterator[Part]:
    """Means and spreads of the opponent `published`, exactly; and how often its offers are refused by its like."""
    offers = _proposals(Ultimatum(pie=10, role="second"))
    shares = np.linspace(0.0, 1.0, len(offers))
    mean = float(offers @ shares)
    sd = float(np.sqrt(offers @ (shares - mean) ** 2))
    refused = np.array([1 - _answers(Ultimatum(pie=10, role="first"), offer)[0] for offer in range(11)])
    yield "ultimatum game", "mean offer, of 5", 2.33, 5 * mean, FORSYTHE
    yield "ultimatum game", "standard deviation of offers, of 5", 0.49, 5 * sd, FORSYTHE
    yield "ultimatum game", "mean share offered", 0.40, mean, OOSTERBEEK
    yield "ultimatum game", "share of offers refused", 0.16, float(offers @ refused), OOSTERBEEK
    sent = _proposals(Trust(role="second"))
    backs = [_answers(Trust(role="first"), units) for units in range(len(sent))]
    means = np.array([float(back @ np.arange(len(back))) for back in backs])
    units = np.arange(len(sent))
    yield "trust game", "mean sent, of 10", 5.16, float(sent @ units), BERG
    yield "trust game", "mean returned", 4.66, float(sent @ means), BERG
    yield "trust game", "correlation of sent and returned", 0.01, _correlation(sent, backs), BERG


def guesses() -> Iterator[Part]:
    """First guesses of the opponent `level-k` with steps drawn from a Poisson distribution."""
    game, rng = Guessing(p="2/3"), np.random.default_rng(1995)
    state = game.start(rng)
    scene = Scene(game.situation(state, AI), game.view(state, AI), NOTHING, TrackRecord(), None)
    opponent = LevelK()
    found = np.array([opponent.act(scene, rng).number for _ in range(CHOICES)], dtype=np.float64)
    yield "beauty contest", "mean of first guesses", 36.73, float(found.mean()), NAGEL
    yield "beauty contest", "median of first guesses", 33.0, float(np.median(found)), NAGEL
    yield "beauty contest", "share of first guesses above 67", 0.10, float((found > 67).mean()), NAGEL


def prospects() -> Iterator[Part]:
    """Prospect theory with the published parameters makes choices up, and is fitted to them."""
    published = {"risk_attitude": 0.88, "loss_aversion": 2.25, "weighting_gain": 0.61, "weighting_loss": 0.69}
    model = family("prospect-theory")
    made = model.simulate(published | {"choice_sensitivity": 1.0}, np.random.default_rng(1992), CHOICES)
    found = fit(model, made).estimates
    for name, value in published.items():
        figure = f"{name.replace('_', ' ')}, from {CHOICES} made-up choices"
        yield "prospect theory", figure, value, found[name].value, PROSPECTS


def response_times(data: Path | None) -> Iterator[Part]:
    """The boundary of the diffusion model, people as draws from a group."""
    parts: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for row in records(data, "rt_cavanagh2011.csv.gz"):
        parts[row["subject"]].append((int(float(row["response"])), row["rt"]))
    model = family("drift-diffusion")
    people = [model.read({"action": [a for a, _ in part], "time": [t for _, t in part]}) for part in parts.values()]
    found = fit_group(model, people).groups["boundary"]
    yield "response times", "boundary of the group", 1.975, found.value, CAVANAGH
    yield "response times", "its spread over people", 0.338, found.value * found.sd, CAVANAGH


def _proposals(game: Division) -> Shares:
    """Probability of each offer of the AI, which divides."""
    state = game.start(np.random.default_rng(0))
    return _mixture(Published(), Scene(game.situation(state, AI), game.view(state, AI), NOTHING, TrackRecord(), None))


def _answers(game: Division, offer: int) -> Shares:
    """Probability of each legal answer of the AI to an offer of the person."""
    rng = np.random.default_rng(0)
    state = game.apply(game.start(rng), {PLAYER: str(offer)}, rng)
    return _mixture(Published(), Scene(game.situation(state, AI), game.view(state, AI), NOTHING, TrackRecord(), None))


def _mixture(opponent: Opponent, scene: Scene) -> Shares:
    mixture = np.array(opponent.act(scene, np.random.default_rng(0)).mixture)
    return mixture[list(scene.situation.legal)]


def _correlation(sent: Shares, backs: list[Shares]) -> float:
    """Of units sent and units given back, over pairs of the opponent with itself."""
    pairs = [(x, y, p * q) for x, (p, back) in enumerate(zip(sent, backs, strict=True)) for y, q in enumerate(back)]
    x, y, weights = np.array(pairs).T
    covariance = np.cov(x, y, aweights=weights, ddof=0)
    return float(covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1]))
