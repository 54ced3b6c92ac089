"""What the API of watching a match takes and gives. Nothing here is known to the player alone."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from hagame.core.schemas import Strict
from hagame.games.schemas import Opened, OpponentSideOut, OtherOut, Score, SideOut, Status


class WatchLinkIn(Strict):
    """A link by which others may watch a match of yours."""

    model_config = ConfigDict(json_schema_extra={"example": {"show_name": False}})

    show_name: bool = Field(False, description="Tell them your display name, or your username where you have none")


class WatchLinkOut(BaseModel):
    """Whether a match may be watched."""

    since: datetime | None = Field(description="Since when there is a link; null for none")
    show_name: bool


class NewWatchLinkOut(WatchLinkOut):
    """A link that was made just now. Its token is told this once; one that was made before is worthless."""

    token: str = Field(description="Who sends it as `Watch-Token` may watch")
    address: str = Field(description="Of the page that shows the match: what follows the address of this server")


class WatchedGame(BaseModel):
    """What is played."""

    key: str
    engine: str
    title: str


class WatchedOpponent(BaseModel):
    """Against whom."""

    key: str
    title: str
    summary: str


class WatchedReply(BaseModel):
    """A move that an AI made openly."""

    seat: int
    action: str


class WatchedNext(BaseModel):
    """The open turn: the seal on it, and what the player sees of the game as far as others may."""

    turn: int
    commitment: str
    sealed: list[Literal["action", "prediction"]]
    legal_actions: list[str]
    replies: list[WatchedReply]
    view: dict[str, JsonValue]


class WatchedTurn(BaseModel):
    """A turn that is over, its seal opened."""

    turn: int
    player: SideOut
    opponent: OpponentSideOut | None
    others: list[OtherOut]
    replies: list[WatchedReply] = Field(description="What AIs did openly after it, in order")
    prediction: dict[str, float]
    surprise_bits: float
    commitment: Opened
    score: Score
    status: Status
    next: WatchedNext | None
    view: dict[str, JsonValue] | None = Field(description="At the end of the match; before it see next.view")


class WatchedMatch(BaseModel):
    """A match as those may see it who hold its link: what is under the seal, and what was inferred of the player, not.

    Of a game in which one seat knows what others do not, turns and views are shown when it is over.
    """

    game: WatchedGame
    opponent: WatchedOpponent
    player: str | None = Field(description="Name of the player, where the player wants it told")
    private: bool = Field(description="Whether turns and views are held back until the match is over")
    status: Status
    turn: int = Field(description="The turn that is open, or would be")
    score: Score
    next: WatchedNext | None = Field(description="null once the match is over")
    turns: list[WatchedTurn] = Field(description="The latest hundred, in order")
