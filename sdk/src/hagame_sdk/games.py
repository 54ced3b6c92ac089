"""Games: what is installed, what can be played, and matches."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, Unpack

from hagame_sdk.flow import EVENT_STREAM, JSON, Call, Flow, Pages, Stream, given
from hagame_sdk.matches import Match
from hagame_sdk.resource import D, Resource, operation, pages, stream
from hagame_sdk.types import (
    Definition,
    DefinitionIn,
    Engine,
    GameProgress,
    Instance,
    InstanceSummary,
    Opponent,
    Predictability,
    WatchedMatch,
    WatchedTurn,
)


class Games(Resource[D]):
    """`client.games`."""

    @operation
    def engines(self) -> Flow[list[Engine]]:
        """Installed rules."""
        return self._json("GET", "/games/engines")

    @operation
    def engine(self, key: str) -> Flow[Engine]:
        """One engine with the JSON Schemas of its parameters, state and actions."""
        return self._json("GET", f"/games/engines/{key}")

    @operation
    def opponents(self, definition: str | None = None) -> Flow[list[Opponent]]:
        """Installed opponents; those that can play a definition, by its key or id, when it is given."""
        return self._json("GET", "/games/opponents", query=given(definition=definition))

    @pages
    def definitions(
        self, *, engine: str | None = None, tag: str | None = None, text: str | None = None, limit: int | None = None
    ) -> Pages[Definition]:
        """Games that can be played, newest first."""
        query = given(engine=engine, tag=tag, text=text, limit=limit)
        return Pages(Call("GET", "/games/definitions", query, repeatable=True))

    @operation
    def definition(self, definition_id: str) -> Flow[Definition]:
        """One game."""
        return self._json("GET", f"/games/definitions/{definition_id}")

    @operation
    def define(self, **definition: Unpack[DefinitionIn]) -> Flow[Definition]:
        """A new game, or the next version of one of yours. For researchers."""
        return self._json("POST", "/games/definitions", definition)

    @operation
    def begin(
        self,
        definition: str,
        *,
        opponent: str | None = None,
        opponent_parameters: dict[str, Any] | None = None,
        predictor: str | None = None,
        seed: int | None = None,
        memory: Literal["person", "none"] | None = None,
        recorded: bool | None = None,
    ) -> Flow[Match[D]]:
        """Begin a match of a definition, by its key or id. What is left out is chosen by the server.

        `opponent` is a key (see `opponents`) or an AI model; `predictor` likewise; `seed` makes it reproducible;
        `memory="none"` is an AI that knows nothing of earlier matches; `recorded` replays recorded decisions.
        """
        body = given(
            definition=definition,
            opponent=opponent,
            opponent_parameters=opponent_parameters,
            predictor=predictor,
            seed=seed,
            memory=memory,
            recorded=recorded,
        )
        begun: Instance = yield from self._json("POST", "/games/instances", body, keyed=True)
        return Match(self.driver, begun)

    @operation
    def match(self, instance_id: str) -> Flow[Match[D]]:
        """A match of yours that was begun before."""
        state: Instance = yield from self._json("GET", f"/games/instances/{instance_id}")
        return Match(self.driver, state)

    @pages
    def matches(
        self,
        *,
        status: Literal["active", "finished", "abandoned"] | None = None,
        game: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int | None = None,
    ) -> Pages[InstanceSummary]:
        """Your matches, newest first; `game` is the key of a definition."""
        query = given(status=status, game=game, since=since, until=until, limit=limit)
        return Pages(Call("GET", "/games/my-instances", query, repeatable=True))

    @operation
    def progress(self) -> Flow[list[GameProgress]]:
        """How your finished matches went, game by game."""
        return self._json("GET", "/games/my-progress")

    @operation
    def predictability(self, game: str) -> Flow[Predictability]:
        """What makes you predictable in a game, by the key of its definition: bits by kind of evidence."""
        return self._json("GET", f"/games/my-progress/{game}/predictability")

    @operation
    def watch(self, token: str) -> Flow[WatchedMatch]:
        """A match of somebody else, by the token of its link (see `Match.let_watch`). Needs no session."""
        told: WatchedMatch = yield from self.driver.core.json(_watching("", token))
        return told

    @stream
    def follow_watched(self, token: str, *, after: int = 0) -> Stream[WatchedTurn]:
        """Each of its turns later than `after` once and in order, until it is over or may not be watched any more."""
        call = _watching("/events", token, {"Last-Event-ID": str(after)} if after else {}, EVENT_STREAM)
        return Stream(call, lambda name, data: data if name == "turn" else None)


def _watching(rest: str, token: str, headers: Mapping[str, str] | None = None, accept: str = JSON) -> Call:
    headers = {"Watch-Token": token, **(headers or {})}
    return Call("GET", f"/games/watch{rest}", headers=headers, accept=accept, repeatable=True, signed=False)
