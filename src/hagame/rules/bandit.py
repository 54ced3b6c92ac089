"""Bandits: several arms, one of them pulled per round; what each pays must be found out by pulling.

The AI plays a copy of its own beside the person: the same arms with the same means, shuffled, and rewards drawn apart.
So both have it equally hard, and nothing the AI does tells the person anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from hagame.errors import IllegalAction, InvalidInput
from hagame.rules.definition import BuiltIn
from hagame.rules.fields import PARAMETERS, Amount, Label, Rounds
from hagame.rules.game import AI, PLAYER, Action, Feedback, Game, GameInfo, Seat, Situation

Arms = Annotated[tuple[Label, ...], Field(strict=False, min_length=2, max_length=10)]
Deviation = Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)]
Rewards = tuple[float, ...]


class Spread(BaseModel):
    """Means of the arms that are drawn anew for each match, from a normal distribution."""

    model_config = PARAMETERS

    mean: Amount
    sd: Deviation


class Walk(BaseModel):
    """How means change after each round: to decay mean + (1 - decay) centre + N(0, sd), reflected at the bounds."""

    model_config = PARAMETERS

    sd: Deviation
    decay: Annotated[float, Field(ge=0, le=1)] = 1.0
    centre: Amount = 0.0
    low: Amount | None = None
    high: Amount | None = None

    @model_validator(mode="after")
    def _bounds(self) -> Walk:
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise _wrong("low must lie below high")
        return self

    def step(self, means: Rewards, rng: np.random.Generator) -> Rewards:
        """The means after one more round."""
        moved = self.decay * np.array(means) + (1 - self.decay) * self.centre + rng.normal(0, self.sd, len(means))
        return tuple(self._reflected(float(m)) for m in moved)

    def _reflected(self, mean: float) -> float:
        if self.low is not None and mean < self.low:
            mean = 2 * self.low - mean
        if self.high is not None and mean > self.high:
            mean = 2 * self.high - mean
        return min(max(mean, -1e9 if self.low is None else self.low), 1e9 if self.high is None else self.high)


@dataclass(frozen=True, slots=True)
class BanditState:
    """Between two rounds. `means` are those of the person's arms now; the AI's arm i has the mean of arm `shuffle[i]`.

    `pulled` are the arms of the last round and `rewards` what they paid, person first; `told` is what each arm would
    have paid both, where the game tells that.
    """

    round: int
    means: tuple[float, ...]
    shuffle: tuple[int, ...]
    pulled: tuple[str, str] | None
    rewards: tuple[float, float]
    told: tuple[tuple[float, ...], tuple[float, ...]] | None
    scores: tuple[float, float]
    over: bool


class Bandit(Game[BanditState]):
    """`arms` that pay 1 or 0 (`binary`, the mean being the chance of 1) or a number around their mean (`gaussian`)."""

    model_config = ConfigDict(
        **PARAMETERS,
        json_schema_extra={
            "examples": [
                {"arms": ["left", "right"], "rewards": "binary", "means": [0.3, 0.7], "rounds": 50},
                {"means": {"mean": 50, "sd": 15}, "walk": {"sd": 2.8, "decay": 0.9836, "centre": 50}, "noise_sd": 4},
            ]
        },
    )

    info: ClassVar[GameInfo] = GameInfo(
        key="bandit",
        version="1",
        title="Bandit",
        seats=2,
        simultaneous=True,
        hidden=("means", "shuffle"),
        sources=(
            "Robbins (1952). Some aspects of the sequential design of experiments. Bulletin of the American "
            "Mathematical Society 58(5), 527-535.",
            "Daw, O'Doherty, Dayan, Seymour & Dolan (2006). Cortical substrates for exploratory decisions in humans. "
            "Nature 441, 876-879.",
        ),
        rival="thompson",
    )
    State: ClassVar[type] = BanditState

    arms: Arms = Field(("a", "b", "c", "d"), description="What may be pulled")
    rewards: Literal["binary", "gaussian"] = Field("gaussian", description="1 or 0, or numbers around the mean")
    means: Annotated[tuple[Amount, ...], Field(strict=False)] | Spread = Field(
        Spread(mean=50.0, sd=15.5),
        description="One mean per arm, dealt to the arms at random in each match; or how means are drawn",
    )
    noise_sd: Deviation = Field(4.0, description="Standard deviation of gaussian rewards around their mean")
    walk: Walk | None = Field(None, description="How means change from round to round; they stay unless given")
    limits: Annotated[tuple[Amount, Amount], Field(strict=False)] | None = Field(
        None, description="Least and most that gaussian rewards pay; what lies outside is moved to them"
    )
    digits: int = Field(0, ge=0, le=6, description="Decimals to which gaussian rewards are rounded")
    full_feedback: bool = Field(False, description="Whether the rewards of the arms not pulled are shown, too")
    rounds: Rounds = Field(100, description="How many pulls")

    @field_validator("arms")
    @classmethod
    def _unique(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(value)) < len(value):
            raise _wrong("must name each arm once")
        return value

    @field_validator("means")
    @classmethod
    def _one_per_arm(cls, value: tuple[float, ...] | Spread, info: ValidationInfo) -> tuple[float, ...] | Spread:
        arms, rewards = info.data.get("arms", ()), info.data.get("rewards")
        if isinstance(value, Spread):
            return value
        if arms and len(value) != len(arms):
            raise _wrong(f"must have {len(arms)} numbers, one for each arm")
        if rewards == "binary" and not all(0 <= mean <= 1 for mean in value):
            raise _wrong("must be chances from 0 to 1, for rewards are binary")
        return value

    @field_validator("limits")
    @classmethod
    def _ordered(cls, value: tuple[float, float] | None) -> tuple[float, float] | None:
        if value is not None and value[0] >= value[1]:
            raise _wrong("must be the least reward, then a greater one")
        return value

    def start(self, rng: np.random.Generator) -> BanditState:
        """Deal or draw the means, and shuffle the AI's arms."""
        n = len(self.arms)
        if isinstance(self.means, Spread):
            means = tuple(rng.normal(self.means.mean, self.means.sd, n).tolist())
        else:
            means = tuple(self.means[i] for i in rng.permutation(n).tolist())
        return BanditState(1, means, tuple(rng.permutation(n).tolist()), None, (0.0, 0.0), None, (0.0, 0.0), over=False)

    def legal_actions(self, state: BanditState, seat: Seat) -> tuple[Action, ...]:  # noqa: ARG002  # alike for both
        """All arms, until the match is over."""
        return () if state.over else self.arms

    def apply(self, state: BanditState, actions: Mapping[Seat, Action], rng: np.random.Generator) -> BanditState:
        """Both pull. Raises `IllegalAction`, and `InvalidInput` unless both seats choose."""
        if set(actions) != {PLAYER, AI}:
            raise InvalidInput(f"Seats 0 and 1 choose at once; got seats {sorted(actions)}.", field="/actions")
        for seat in (PLAYER, AI):
            if actions[seat] not in self.legal_actions(state, seat):
                raise IllegalAction(actions[seat], self.legal_actions(state, seat))
        all_rewards = (self._drawn(state.means, rng), self._drawn([state.means[i] for i in state.shuffle], rng))
        pulled = (actions[PLAYER], actions[AI])
        paid = tuple(every[self.arms.index(arm)] for every, arm in zip(all_rewards, pulled, strict=True))
        over = state.round >= self.rounds
        return BanditState(
            round=state.round + (not over),
            means=state.means if self.walk is None else self.walk.step(state.means, rng),
            shuffle=state.shuffle,
            pulled=pulled,
            rewards=(paid[0], paid[1]),
            told=all_rewards if self.full_feedback else None,
            scores=(self._rounded(state.scores[0] + paid[0]), self._rounded(state.scores[1] + paid[1])),
            over=over,
        )

    def payoffs(self, state: BanditState) -> tuple[float, ...]:
        """What the last pulls paid the person and the AI."""
        return state.rewards

    def is_over(self, state: BanditState) -> bool:
        """Whether the last round has been played."""
        return state.over

    def view(self, state: BanditState, seat: Seat) -> dict[str, JsonValue]:
        """Round, own last pull, both scores; of arms not pulled only what the game tells."""
        last: dict[str, JsonValue] | None = None
        if state.pulled is not None:
            other = 1 - seat
            last = {
                "action": state.pulled[seat],
                "payoff": state.rewards[seat],
                "opponent_action": state.pulled[other],
                "opponent_payoff": state.rewards[other],
                "all": None if state.told is None else dict(zip(self.arms, state.told[seat], strict=True)),
            }
        return {
            "round": state.round,
            "rounds": self.rounds,
            "actions": list(self.arms),
            "rewards": self.rewards,
            "last": last,
            "score": state.scores[seat],
            "opponent_score": state.scores[1 - seat],
        }

    def situation(self, state: BanditState, seat: Seat) -> Situation:  # noqa: ARG002  # alike for both
        """The arms; nobody answers, for the copies do not touch each other."""
        return self._over if state.over else self._open

    def feedback(self, state: BanditState, seat: Seat) -> Feedback:
        """Rewards of all arms, where the game tells them."""
        return Feedback() if state.told is None else Feedback(foregone=state.told[seat])

    def tell(self, view: Mapping[str, JsonValue]) -> str:
        """The last pulls."""
        last: Any = view["last"]
        if last is None:
            return f"{len(self.arms)} arms; find out which pays best. The AI has a copy of its own."
        every = ", ".join(f"{arm} {reward:g}" for arm, reward in last["all"].items()) if last["all"] else ""
        return f"Last: {last['action']} paid {last['payoff']:g}." + (f" All: {every}." if every else "")

    @cached_property
    def _open(self) -> Situation:
        family = "bandit" if self.rewards == "binary" else "graded-bandit"
        return Situation(self.arms, (), tuple(range(len(self.arms))), (), (), family, payoff_range=self._range)

    @cached_property
    def _over(self) -> Situation:
        return Situation(self.arms, (), (), (), (), self._open.family, payoff_range=self._range)

    @property
    def _range(self) -> tuple[float, float]:
        """What rewards usually are: the limits, or two standard deviations around all means."""
        if self.rewards == "binary":
            return 0.0, 1.0
        if self.limits is not None:
            return self.limits
        drawn = isinstance(self.means, Spread)
        centres = (self.means.mean,) if isinstance(self.means, Spread) else self.means
        reach = 2 * ((self.means.sd if isinstance(self.means, Spread) and drawn else 0.0) + self.noise_sd)
        return min(centres) - reach, max(centres) + reach

    def _drawn(self, means: tuple[float, ...] | list[float], rng: np.random.Generator) -> Rewards:
        """One reward of each arm."""
        if self.rewards == "binary":
            return tuple(float(u < mean) for u, mean in zip(rng.random(len(means)), means, strict=True))
        low, high = self.limits or (-1e9, 1e9)
        noisy = np.clip(np.array(means) + rng.normal(0, self.noise_sd, len(means)), low, high)
        return tuple(self._rounded(float(reward)) for reward in noisy)

    def _rounded(self, amount: float) -> float:
        return round(amount, self.digits) + 0.0


def _wrong(message: str) -> PydanticCustomError:
    return PydanticCustomError("bandit", "{message}", {"message": message})


BANDITS: tuple[BuiltIn, ...] = (
    {
        "key": "restless-bandit",
        "engine": "bandit",
        "title": "Four restless arms",
        "description": "A hundred pulls at four arms whose pay drifts up and down, as in Daw et al. (2006). Keep to "
        "the one you know, or look whether another has become better? The AI plays a copy of its own beside you.",
        "parameters": {
            "means": {"mean": 50, "sd": 15.5},
            "walk": {"sd": 2.8, "decay": 0.9836, "centre": 50},
            "noise_sd": 4,
            "limits": [1, 100],
            "rounds": 100,
        },
        "tags": ["bandit", "learning"],
    },
    {
        "key": "two-armed-bandit",
        "engine": "bandit",
        "title": "Two arms",
        "description": "Fifty pulls. One arm pays in seven of ten cases, the other in three of ten. Which is which?",
        "parameters": {"arms": ["left", "right"], "rewards": "binary", "means": [0.3, 0.7], "rounds": 50},
        "tags": ["bandit", "learning", "quick"],
    },
    {
        "key": "two-armed-bandit-full-feedback",
        "engine": "bandit",
        "title": "Two arms, both shown",
        "description": "Fifty pulls. After each you see what the other arm would have paid, too.",
        "parameters": {
            "arms": ["left", "right"],
            "rewards": "binary",
            "means": [0.3, 0.7],
            "full_feedback": True,
            "rounds": 50,
        },
        "tags": ["bandit", "learning", "quick"],
    },
)
"""Definitions of a new installation."""
