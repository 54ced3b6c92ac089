"""Cognitive models as trainable models: what a group is like is learnt from people, each new person by Bayes' rule.

Training fits the group's distribution of parameters (`hierarchical`). A belief about a person is a weight for each of
some points of that distribution, and what somebody at each point would have learnt so far. So a prediction is the
posterior predictive distribution, and it falls into three parts exactly: what people of this group do at first, what
the rounds so far taught somebody of whom nothing else is known, and what this person's choices say of the person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Annotated, Any, ClassVar, Literal

import msgspec
import numpy as np
from pydantic import ConfigDict, Field, field_validator

from hagame.errors import CorruptState, InvalidInput
from hagame.mind.cognition import kernels, memory, posed
from hagame.mind.cognition.estimate import cloud
from hagame.mind.cognition.family import Family
from hagame.mind.cognition.hierarchical import fit_group, fit_pooled
from hagame.mind.cognition.parameters import Floats, prior_of
from hagame.mind.cognition.registry import families, holding
from hagame.mind.cognition.rows import FIRST, FRESH, NEXT, Trials
from hagame.mind.learn.logits import attribution, centred
from hagame.mind.model import Arrays, Attribution, Contribution, Decision, Model, ModelInfo, Person, Probabilities
from hagame.rules.game import Situation

MAGIC = b"HCM1"
BELIEF_BYTES = 30_000
"""Of points and their states; where states are large there are fewer points."""
FEWEST_POINTS = 32
LEAST = 1e-9
"""Least probability of a legal action."""


class Belief(msgspec.Struct, frozen=True, array_like=True):
    """Of one person: decisions that counted, how the next row begins, and float32 bytes of log-weights and states."""

    n: int
    fresh: float
    logs: bytes
    states: bytes


Held = Annotated[float, Field(strict=True)] | Annotated[str, Field(max_length=64)]
"""A number, or the name of another parameter."""


class Cognitive(Model[Belief]):
    """A family with a group's distribution of its parameters: the prior, until it is trained."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    whole: ClassVar[Family]
    trainable: ClassVar[bool] = True

    points: Literal[64, 128, 256, 512] = Field(
        256, description="Points of the group among which a person is looked for"
    )
    hold: dict[Annotated[str, Field(max_length=64)], Held] = Field(
        default_factory=dict,
        max_length=16,
        description="Parameters that are not learnt: a value, or the name of a parameter whose value they take",
    )

    @field_validator("hold")
    @classmethod
    def _can_be_held(cls, hold: dict[str, Held]) -> dict[str, Held]:
        try:
            holding(cls.whole, hold)
        except InvalidInput as error:
            raise ValueError(error.detail) from error
        return hold

    @property
    def family(self) -> Family:
        """The family, or the corner of it in which what is held is held."""
        return _corner(self.whole, tuple(sorted(self.hold.items())))

    def start(self, situation: Situation) -> Belief:  # noqa: ARG002 - nothing is kept before the first decision
        """Nothing seen yet."""
        return Belief(0, FIRST, b"", b"")

    def carry_over(self, belief: Belief) -> Belief:
        """Weights stay; what a match taught is begun anew, as the family says."""
        return belief if belief.fresh else msgspec.structs.replace(belief, fresh=NEXT)

    def suits(self, situation: Situation) -> bool:
        """Whether the family has something to say of such choices; of others it predicts an even draw."""
        return posed.suits(self.family, situation)

    def predict(self, belief: Belief, situation: Situation) -> Probabilities:
        """The mean over points of the group, by how well each explains this person."""
        return self._expected(belief, situation)[-1]

    def update(self, belief: Belief, situation: Situation, decision: Decision) -> Belief:
        """Bayes' rule at each point, and one more round to learn from."""
        row = posed.row_before(self.family, situation, belief.fresh)
        if row is None:
            return belief
        posed.answer(self.family, row, situation, decision)
        n = len(situation.actions)
        logs, states = self._opened(belief, n)
        kernels.update_cloud(*self.family.steps, self._thetas(n), states, logs, row[np.newaxis], n)
        logs -= logs.max()
        return Belief(belief.n + 1, 0.0, logs.astype("<f4").tobytes(), states.astype("<f4").tobytes())

    def explain(self, belief: Belief, situation: Situation) -> Attribution:
        """The group at first (baseline), what the rounds taught, and what this person's choices say."""
        odds = [
            np.array(centred(np.log(np.maximum(p, LEAST)).tolist(), situation.legal))
            for p in self._expected(belief, situation)
        ]
        parts = [
            Contribution("rounds", self._about_rounds(belief), tuple((odds[1] - odds[0]).tolist()), 0.0, 0.0),
            Contribution(
                "person", self._about_person(belief, situation), tuple((odds[2] - odds[1]).tolist()), 0.0, 0.0
            ),
        ]
        return attribution(odds[0].tolist(), parts, len(parts))

    def dump(self, belief: Belief) -> bytes:
        """MessagePack behind four bytes that name the form."""
        return MAGIC + msgspec.msgpack.encode(belief)

    def load(self, data: bytes, situation: Situation) -> Belief:
        """The belief that `dump` wrote. Raises `CorruptState`."""
        if data[:4] != MAGIC:
            raise CorruptState(f"a belief must begin with {MAGIC!r}")
        try:
            belief = msgspec.msgpack.decode(data[4:], type=Belief)
        except msgspec.MsgspecError as error:
            raise CorruptState("a belief of a cognitive model cannot be read") from error
        self._opened(belief, len(situation.actions))
        return belief

    def summarise(self, person: Person, situation: Situation) -> Arrays:
        """The person's decisions as `rows` (T, C) of the family. Raises `InvalidInput` where the game suits it not."""
        return {"rows": posed.trials_in(self.family, person, situation).rows}

    def learn(self, summaries: Sequence[Arrays], situation: Situation, rng: np.random.Generator) -> Arrays:  # noqa: ARG002 - nothing is drawn
        """`mean` and `sd` (P,) of the group on the unbounded scale, with their standard errors.

        Families of a population have one set of parameters for all, so their `sd` is 0. Raises `InvalidInput`.
        """
        people = [Trials(each["rows"], len(situation.actions)) for each in summaries]
        people = [each for each in people if each.choices]
        if len(people) < 2:
            raise InvalidInput("data: fewer than two people had a choice that this model explains.", field="/data")
        if self.family.level == "population":
            fitted = fit_pooled(self.family, people)
            nothing = np.zeros(len(fitted.z))
            return {"mean": fitted.z, "mean_se": np.sqrt(np.diag(fitted.covariance)), "sd": nothing, "sd_se": nothing}
        groups = fit_group(self.family, people).groups
        return {
            name: np.array([getattr(groups[each], name) for each in self.family.names])
            for name in ("mean", "mean_se", "sd", "sd_se")
        }

    def _group(self) -> tuple[Floats, Floats]:
        """Mean and deviation of a new person's z: the spread of the group, and what is not known of its mean."""
        weights = self.weights
        if weights is None:
            return prior_of(self.family.free)
        mean, sd, error = (np.asarray(weights[name], dtype=np.float64) for name in ("mean", "sd", "mean_se"))
        if mean.shape != (len(self.family.names),):
            raise CorruptState(f"the weights are of another model: {mean.shape} parameters")
        return mean, np.hypot(sd, error)

    def _points(self, n: int) -> int:
        size = max(self.family.memory(n), 1) if self.family.own_state else 0
        fitting = max(BELIEF_BYTES // (4 * (size + 1)), FEWEST_POINTS)
        return min(self.points, 1 << (fitting.bit_length() - 1))

    def _z(self, n: int) -> Floats:
        mean, sd = self._group()
        return mean + sd * _normal(self.family, self._points(n))

    def _thetas(self, n: int) -> Floats:
        mean, sd = self._group()
        return _placed(self.family, mean.tobytes(), sd.tobytes(), self._points(n))

    def _opened(self, belief: Belief, n: int) -> tuple[Floats, Floats]:
        """Log-weights (N,), and states (N, S) or (1, S) where parameters do not show in them."""
        count = self._points(n)
        return memory.log_weights(self.family, belief.logs, count), memory.states(self.family, belief.states, count, n)

    def _expected(self, belief: Belief, situation: Situation) -> tuple[Probabilities, Probabilities, Probabilities]:
        """What is expected of anybody at first, of anybody after these rounds, and of this person."""
        row = posed.row_before(self.family, situation, belief.fresh)
        if row is None:
            even = _legal(np.ones(len(situation.actions)), situation)
            return even, even, even
        n, order = len(situation.actions), posed.order_of(self.family, situation)
        logs, states = self._opened(belief, n)
        begin, score, _ = self.family.steps
        now = np.exp(kernels.predict_cloud(begin, score, self._thetas(n), states, row, n))[:, order]
        first = row.copy()
        first[FRESH] = FIRST
        new = np.exp(kernels.predict_cloud(begin, score, self._thetas(n), np.zeros(states.shape), first, n))[:, order]
        weights = np.exp(logs - logs.max())
        mixed = weights @ now / weights.sum()
        return _legal(new.mean(axis=0), situation), _legal(now.mean(axis=0), situation), _legal(mixed, situation)

    def _about_rounds(self, belief: Belief) -> str:
        if not belief.n:
            return "No round has been played yet."
        return f"What the {belief.n} rounds so far taught: somebody of whom nothing else is known would now choose so."

    def _about_person(self, belief: Belief, situation: Situation) -> str:
        if not belief.n:
            return "Nothing is known of you yet: you are taken for one of the group."
        n = len(situation.actions)
        z, logs = self._z(n), self._opened(belief, n)[0]
        weights = np.exp(logs - logs.max())
        centre = weights @ z / weights.sum()
        mean, sd = self._group()
        furthest = int(np.argmax(np.abs(centre - mean) / np.maximum(sd, 1e-9)))
        each = self.family.free[furthest]
        mine, theirs = each.natural(float(centre[furthest])), each.natural(float(mean[furthest]))
        return f"What your choices say of you: {each.title} about {mine:.2f}, in the group {theirs:.2f}."


def _legal(p: Floats, situation: Situation) -> Probabilities:
    found = np.zeros(len(p))
    legal = list(situation.legal)
    found[legal] = np.maximum(p[legal], LEAST)
    scaled: Probabilities = found / found.sum()
    return scaled


@lru_cache(maxsize=256)
def _corner(whole: Family, hold: tuple[tuple[str, float | str], ...]) -> Family:
    """Always the same object: what is computed once of a family is known by it."""
    return holding(whole, dict(hold))


@lru_cache(maxsize=64)
def _normal(family: Family, count: int) -> Floats:
    """Points of a standard normal distribution (count, P); the first is its middle."""
    mean, sd = prior_of(family.free)
    found: Floats = (cloud(family, count) - mean) / sd
    found[0] = 0.0
    return found


@lru_cache(maxsize=256)
def _placed(family: Family, mean: bytes, sd: bytes, count: int) -> Floats:
    z = np.frombuffer(mean) + np.frombuffer(sd) * _normal(family, count)
    return np.ascontiguousarray(family.thetas(z))


@cache
def algorithms() -> Mapping[str, type[Cognitive]]:
    """Every built-in family as a model, by key."""
    return {key: _algorithm(each) for key, each in families().items()}


def _algorithm(family: Family) -> type[Cognitive]:
    info = ModelInfo(
        key=family.key,
        version=family.version,
        title=family.title,
        parameters={
            "points": "points of the group among which a person is looked for",
            "hold": "parameters that are not learnt, each at a value or at that of another one",
        },
        sources=family.sources,
    )
    told: list[Any] = [
        {"name": each.name, "title": each.title, "meaning": each.meaning, "says_not": each.says_not}
        for each in family.free
    ]
    corners: list[Any] = [{"name": each.name, "title": each.title, "hold": dict(each.hold)} for each in family.variants]
    body = {
        "__module__": __name__,
        "__doc__": family.summary,
        "model_config": ConfigDict(json_schema_extra={"learns": told, "variants": corners}),
        "whole": family,
        "info": info,
    }
    name = "".join(part.capitalize() for part in family.key.split("-"))
    return type(name, (Cognitive,), body)
