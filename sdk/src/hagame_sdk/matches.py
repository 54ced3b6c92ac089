"""One match: its open turn, moves, and the proof that every seal held."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from hagame_sdk import seal
from hagame_sdk.errors import MatchOver, SealBroken
from hagame_sdk.flow import EVENT_STREAM, Call, Flow, Pages, Stream, given
from hagame_sdk.resource import D, Resource, operation, pages, stream
from hagame_sdk.types import (
    Coach,
    CoachTask,
    Decision,
    Explanation,
    Feedback,
    Instance,
    LiveCrowd,
    Move,
    NewWatchLink,
    Next,
    Score,
    WatchLink,
)

Format = Literal["csv", "parquet"]
MEDIA_TYPES = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}


class Match(Resource[D]):
    """A match of the person who is logged in. `state` is what the server told of it last."""

    def __init__(self, driver: D, state: Instance) -> None:
        super().__init__(driver)
        self.state = state
        self._shown: dict[int, str] = {}
        self._remember(state["next"])

    def __repr__(self) -> str:
        return f"Match({self.id}, {self.status}, turn {self.state['turn']})"

    @property
    def id(self) -> str:
        """Its id."""
        return self.state["id"]

    @property
    def status(self) -> Literal["active", "finished", "abandoned"]:
        """Whether it goes on."""
        return self.state["status"]

    @property
    def score(self) -> Score:
        """Sums of payoffs so far."""
        return self.state["score"]

    @property
    def next(self) -> Next | None:
        """The open turn with the seal on it; None once the match is over."""
        return self.state["next"]

    @property
    def legal_actions(self) -> list[str]:
        """What may be done now."""
        return [] if self.next is None else self.next["legal_actions"]

    @operation
    def play(
        self,
        action: str | float | None,
        *,
        response_time_ms: int | None = None,
        observed_opponent_action: str | None = None,
    ) -> Flow[Move]:
        """Make the move of the open turn; the seal on it is opened and checked.

        `action` is one of `legal_actions`, a number where the game takes numbers, or None to let the time run out.
        Raises `IllegalAction`, `MatchOver`, `SealBroken`; `Conflict` when the match was played on elsewhere: `refresh`.
        """
        shown = self.next
        if shown is None:
            raise MatchOver(f"Match {self.id} is {self.status}: it takes no more moves.")
        body = {"turn": shown["turn"], "action": action if action is None else written(action)} | given(
            response_time_ms=response_time_ms, observed_opponent_action=observed_opponent_action
        )
        move: Move = yield from self._json("POST", self._path("/moves"), body, keyed=True)
        seal.check(shown["commitment"], move)
        self.take(move)
        return move

    @operation
    def verify(self) -> Flow[int]:
        """Check every seal of the match so far, from the log; how many there were. Raises `SealBroken`.

        A seal must open, must be the one that was shown (to this object, or in the answer before it), and the answer
        must tell what it held.
        """
        before: Next | None = None
        cursor: Any = None
        checked = 0
        while True:
            page = yield from self.driver.core.pages(self._decisions(), cursor)
            for decision in page["items"]:
                move: Move = decision["answer"]
                for commitment in self.commitments(move, before):
                    seal.check(commitment, move)
                before = move["next"]
                checked += 1
            if (cursor := page["next_cursor"]) is None:
                return checked

    @operation
    def refresh(self) -> Flow[Instance]:
        """Ask for the match again."""
        return self._state("GET", "")

    @operation
    def abandon(self) -> Flow[Instance]:
        """End it before its end."""
        return self._state("POST", "/abandon")

    @operation
    def explanation(self, turn: int | None = None) -> Flow[Explanation]:
        """Where the prediction of a turn came from, exactly; default: the last one opened."""
        return self._json("GET", self._path("/explanation"), query=given(turn=turn))

    @operation
    def feedback(self) -> Flow[Feedback]:
        """How predictable you were, by which habits, what gave you away, what to try."""
        return self._json("GET", self._path("/feedback"))

    @operation
    def crowd(self) -> Flow[list[LiveCrowd]]:
        """What others answered to the questions that you have answered, where at least five did."""
        return self._json("GET", self._path("/crowd"))

    @operation
    def coach(self, about: Literal["match", "turn"] = "match", turn: int | None = None) -> Flow[Coach]:
        """A coach's words on the match or on one turn, every number of them checked."""
        return self._json("POST", self._path("/feedback"), given(about=about, turn=turn), repeatable=True)

    @operation
    def coach_later(self, about: Literal["match", "turn"] = "match", turn: int | None = None) -> Flow[CoachTask]:
        """The same as a task, see `client.tasks`."""
        return self._json("POST", self._path("/feedback/task"), given(about=about, turn=turn))

    @pages
    def decisions(self, *, limit: int | None = None) -> Pages[Decision]:
        """The decision log, in order; `limit` is the size of a page."""
        return self._decisions(limit)

    @operation
    def download(self, to: str | Path, format: Format | None = None) -> Flow[Path]:  # noqa: A002
        """The decision log as a file, which appears whole or not at all.

        Without `format` the name says it: CSV where it ends in `.csv`, else Parquet.
        """
        named: Format = "csv" if Path(to).suffix.lower() == ".csv" else "parquet"
        return self._file(self._path("/decisions"), to, MEDIA_TYPES[format or named])

    @stream
    def follow(self, *, after: int = 0) -> Stream[Move]:
        """Each turn later than `after` once and in order, as it is played, until the match is over."""
        headers = {"Last-Event-ID": str(after)} if after else {}
        call = Call("GET", self._path("/events"), headers=headers, accept=EVENT_STREAM, repeatable=True)
        return Stream(call, lambda name, data: data if name == "turn" else None)

    @operation
    def let_watch(self, *, show_name: bool = False) -> Flow[NewWatchLink]:
        """A link by which others may watch this match; its token is told this once, and one made before ends.

        They use it with `client.games.watch` and `follow_watched`; your name is told to them only with `show_name`.
        """
        return self._json("POST", self._path("/watch"), {"show_name": show_name})

    @operation
    def watch_link(self) -> Flow[WatchLink]:
        """Whether there is such a link."""
        return self._json("GET", self._path("/watch"))

    @operation
    def stop_watching(self) -> Flow[None]:
        """Nobody may watch this match any more."""
        return self._json("DELETE", self._path("/watch"))

    def _path(self, rest: str) -> str:
        return f"/games/instances/{self.id}{rest}"

    def _decisions(self, limit: int | None = None) -> Pages[Decision]:
        return Pages(Call("GET", self._path("/decisions"), given(limit=limit), repeatable=True))

    def _state(self, method: str, rest: str) -> Flow[Instance]:
        state: Instance = yield from self._json(method, self._path(rest))
        self.restore(state)
        return state

    def restore(self, state: Instance) -> None:
        """Go on from what the server told of the match. Raises `SealBroken` when its seal is another than before."""
        self.state = state
        self._remember(self.next)

    def take(self, move: Move) -> None:
        """Move on by the answer to a move, without asking again."""
        following = move["next"]
        turn = move["turn"] + 1 if following is None else following["turn"]
        self.state = self.state | {
            "status": move["status"],
            "score": move["score"],
            "next": following,
            "view": move["view"],
            "turn": turn,
        }
        self._remember(following)

    def _remember(self, shown: Next | None) -> None:
        if shown is None:
            return
        seen = self._shown.setdefault(shown["turn"], shown["commitment"])
        if seen != shown["commitment"]:
            raise SealBroken(f"Turn {shown['turn']}: another seal is shown than before.")

    def commitments(self, move: Move, before: Next | None = None) -> set[str]:
        """All seals that were shown for this turn; the answer's own where nothing is known."""
        shown = {self._shown.get(move["turn"]), None if before is None else before["commitment"]} - {None}
        return {c for c in shown if c is not None} or {move["commitment"]["sha256"]}


def written(action: str | float) -> str:
    """A number in its shortest form, as the API takes it."""
    return action if isinstance(action, str) else f"{action:.15g}"
