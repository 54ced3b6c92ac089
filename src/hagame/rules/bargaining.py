"""Bargaining: the ultimatum, the dictator and the trust game, over rounds of `division`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field, JsonValue

from hagame.rules.division import Division, Role, Shares, Units
from hagame.rules.game import Action, GameInfo

ACCEPT, REFUSE = "accept", "refuse"
LOW = 1 / 3
"""Offers below this share of the pie count as low."""

RoleField = Annotated[
    Role,
    Field(description="Whether the person moves first, second, or in turns with the AI, first in the first round"),
]


class Ultimatum(Division):
    """The first mover proposes how to divide a pie; the second accepts, or both get nothing."""

    info: ClassVar[GameInfo] = GameInfo(
        key="ultimatum",
        version="1",
        title="Ultimatum game",
        seats=2,
        simultaneous=False,
        hidden=(),
        sources=(
            "Güth, Schmittberger & Schwarze (1982). An experimental analysis of ultimatum bargaining. J. Economic "
            "Behavior and Organization 3(4), 367-388.",
            "Oosterbeek, Sloof & van de Kuilen (2004). Cultural differences in ultimatum game experiments. "
            "Experimental Economics 7, 171-188.",
        ),
        rival="fair",
    )

    pie: Units = Field(10, description="Units to divide in each round")
    role: RoleField = "first"

    @property
    def person(self) -> Role:
        """As the parameter says."""
        return self.role

    @property
    def most(self) -> int:
        """The pie."""
        return self.pie

    @property
    def total(self) -> int:
        """The pie."""
        return self.pie

    def answers(self, offer: int) -> tuple[Action, ...]:  # noqa: ARG002  # any offer may be refused
        """To accept or to refuse."""
        return ACCEPT, REFUSE

    def shares(self, offer: int, answer: Action | None) -> Shares:
        """As proposed, or nothing for both."""
        return (0.0, 0.0) if answer == REFUSE else (float(self.pie - offer), float(offer))

    def measured(self, offer: int, answer: Action | None) -> Mapping[str, float]:
        """The share offered; whether a low offer was refused."""
        if answer is None:
            return {"offer_share": offer / self.pie}
        return {"low_refused": float(answer == REFUSE)} if offer < LOW * self.pie else {}

    def units(self, answer: Action) -> int:
        """1 for accepting."""
        return int(answer == ACCEPT)


class Dictator(Division):
    """The person divides a pie between itself and the AI, which has no say."""

    info: ClassVar[GameInfo] = GameInfo(
        key="dictator",
        version="1",
        title="Dictator game",
        seats=2,
        simultaneous=False,
        hidden=(),
        sources=(
            "Forsythe, Horowitz, Savin & Sefton (1994). Fairness in simple bargaining experiments. Games and Economic "
            "Behavior 6(3), 347-369.",
        ),
        rival="fair",
    )

    pie: Units = Field(10, description="Units to divide in each round")

    @property
    def most(self) -> int:
        """The pie."""
        return self.pie

    @property
    def total(self) -> int:
        """The pie."""
        return self.pie

    def answers(self, offer: int) -> tuple[Action, ...]:  # noqa: ARG002  # whatever is given is taken
        """None."""
        return ()

    def shares(self, offer: int, answer: Action | None) -> Shares:  # noqa: ARG002  # there is no answer
        """As the dictator says."""
        return float(self.pie - offer), float(offer)

    def measured(self, offer: int, answer: Action | None) -> Mapping[str, float]:  # noqa: ARG002  # there is no answer
        """The share given."""
        return {"giving_share": offer / self.pie}

    def units(self, answer: Action) -> int:  # noqa: ARG002  # there is no answer
        """Nothing is ever answered."""
        return 0


class Trust(Division):
    """The investor sends some of its endowment, it grows on the way, and the trustee gives back what it likes."""

    info: ClassVar[GameInfo] = GameInfo(
        key="trust",
        version="1",
        title="Trust game",
        seats=2,
        simultaneous=False,
        hidden=(),
        sources=(
            "Berg, Dickhaut & McCabe (1995). Trust, reciprocity, and social history. Games and Economic Behavior "
            "10(1), 122-142.",
        ),
        rival="fair",
    )
    endowment: Units = Field(10, description="Units that the investor has in each round")
    trustee_endowment: Annotated[int, Field(ge=0, le=100)] = Field(10, description="Units that the trustee has besides")
    multiplier: Annotated[int, Field(ge=1, le=10)] = Field(3, description="What is sent arrives as so many times that")
    role: RoleField = "first"

    @property
    def person(self) -> Role:
        """As the parameter says."""
        return self.role

    @property
    def most(self) -> int:
        """The endowment."""
        return self.endowment

    @property
    def total(self) -> int:
        """What both have when all is sent."""
        return self.endowment * self.multiplier + self.trustee_endowment

    def shown(self) -> dict[str, JsonValue]:
        """What is sent grows."""
        return {"multiplier": self.multiplier, "trustee_endowment": self.trustee_endowment}

    def answers(self, offer: int) -> tuple[Action, ...]:
        """To give back anything from nothing to all that arrived."""
        return tuple(str(units) for units in range(offer * self.multiplier + 1))

    def shares(self, offer: int, answer: Action | None) -> Shares:
        """What was kept and came back, and what arrived and was not given back."""
        back = int(answer or 0)
        return float(self.endowment - offer + back), float(self.trustee_endowment + offer * self.multiplier - back)

    def measured(self, offer: int, answer: Action | None) -> Mapping[str, float]:
        """The share sent; the share given back of what arrived."""
        if answer is None:
            return {"trust_share": offer / self.endowment}
        return {"return_share": int(answer) / (offer * self.multiplier)} if offer else {}

    def units(self, answer: Action) -> int:
        """Units given back."""
        return int(answer)
