"""Language models behind one door: calls, their log, and prompts with versions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, TypedDict, Unpack
from urllib.parse import quote

from hagame_sdk import types
from hagame_sdk.flow import EVENT_STREAM, Call, Flow, Pages, Stream, given
from hagame_sdk.resource import D, Resource, operation, pages, stream
from hagame_sdk.types import (
    CallIn,
    Choice,
    Completion,
    Difference,
    Label,
    Models,
    OutcomeReport,
    Prompt,
    PromptIn,
    PromptSummary,
    PromptVersion,
    Render,
    RenderIn,
    Stats,
    VersionIn,
)

OutcomeReports = list[OutcomeReport]

SLOW_S = 180.0
"""Language models take their time."""


class LogFilter(TypedDict, total=False):
    """Which calls; `limit` is the size of a page."""

    user_id: str
    provider: str
    model: str
    outcome: str
    cache: Literal["miss", "hit", "joined", "bypass", "off"]
    purpose: str
    prompt: str
    since: datetime
    until: datetime
    limit: int


class Llm(Resource[D]):
    """`client.llm`. It costs money where a provider is set, so no call is sent twice unless the server refused it."""

    @operation
    def call(self, **asked: Unpack[CallIn]) -> Flow[Completion]:
        """Ask by `messages`, or by `prompt` with its variables."""
        return self._json("POST", "/llm/call", asked, timeout_s=SLOW_S)

    @stream
    def stream(self, **asked: Unpack[CallIn]) -> Stream[str | Completion]:
        """The same, in pieces of text as they come, and the whole at last."""
        body = {**asked, "stream": True}
        call = Call("POST", "/llm/call", body=body, accept=EVENT_STREAM, timeout_s=SLOW_S)
        return Stream(call, _piece, frozenset({"done"}), resumable=False)

    @pages
    def logs(self, **wanted: Unpack[LogFilter]) -> Pages[types.Call]:
        """Your calls with their attempts, newest first; for administrators everybody's."""
        return Pages(Call("GET", "/llm/logs", given(**wanted), repeatable=True))

    @operation
    def record_outcome(self, call_id: str, name: str, value: float) -> Flow[None]:
        """Say how good the answer to one of your calls was."""
        return self._json("POST", f"/llm/logs/{call_id}/outcomes", {"name": name, "value": value})

    @operation
    def stats(
        self,
        *,
        bucket: Literal["hour", "day"] | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        user_id: str | None = None,
    ) -> Flow[Stats]:
        """Your calls over time: cost, speed, cache and errors."""
        query = given(bucket=bucket, since=since, until=until, user_id=user_id)
        return self._json("GET", "/llm/stats", query=query)

    @operation
    def models(self) -> Flow[Models]:
        """What can be asked, at which price, and what you may still spend today."""
        return self._json("GET", "/llm/models")


class Prompts(Resource[D]):
    """`client.prompts`: texts with variables, whose versions never change and whose labels move."""

    @pages
    def list(self, *, limit: int | None = None) -> Pages[PromptSummary]:
        """Prompts that you may see."""
        return Pages(Call("GET", "/llm/prompts", given(limit=limit), repeatable=True))

    @operation
    def create(self, **prompt: Unpack[PromptIn]) -> Flow[Prompt]:
        """A new prompt with its first version."""
        return self._json("POST", "/llm/prompts", prompt)

    @operation
    def import_file(self, **prompt: Unpack[PromptIn]) -> Flow[PromptVersion]:
        """What `export` gave, as a new prompt or the next version of one."""
        return self._json("POST", "/llm/prompts/import", prompt)

    @operation
    def get(self, name: str) -> Flow[Prompt]:
        """One prompt with all versions and labels."""
        return self._json("GET", _at(name))

    @operation
    def add_version(self, name: str, **version: Unpack[VersionIn]) -> Flow[PromptVersion]:
        """The next version."""
        return self._json("POST", _at(name, "/versions"), version)

    @operation
    def export(self, name: str, version: int) -> Flow[PromptIn]:
        """One version as a file would hold it."""
        return self._json("GET", _at(name, f"/versions/{version}/file"))

    @operation
    def diff(self, name: str, before: int, after: int) -> Flow[Difference]:
        """What changed between two versions."""
        return self._json("GET", _at(name, "/diff"), query={"before": before, "after": after})

    @operation
    def move_label(self, name: str, label: str, choices: Sequence[Choice]) -> Flow[Label]:
        """Let a label mean a version, or several by weight."""
        return self._json("PUT", _at(name, f"/labels/{quote(label, safe='')}"), {"choices": choices})

    @operation
    def render(self, name: str, **asked: Unpack[RenderIn]) -> Flow[Render]:
        """The text with its variables filled in, without asking anybody."""
        return self._json("POST", _at(name, "/render"), asked, repeatable=True)

    @operation
    def outcomes(self, name: str, label: str | None = None) -> Flow[OutcomeReports]:
        """How the versions of a label compare, by the outcomes that were recorded."""
        return self._json("GET", _at(name, "/outcomes"), query=given(label=label))


def _at(name: str, rest: str = "") -> str:
    return f"/llm/prompts/{quote(name, safe='')}{rest}"


def _piece(name: str, data: dict[str, object]) -> str | Completion | None:
    if name == "delta":
        return str(data["text"])
    return data if name == "done" else None  # type: ignore[return-value]
