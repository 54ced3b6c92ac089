"""Every call of the OpenAPI document, made by everybody who may come, on things that are really there."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from httpx2 import AsyncClient, Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from tests.api.sessions import PASSWORD

from hagame.core.security import Hasher, make_token
from hagame.core.tables import AiModelVersion, GameDefinition, Identity, Report, User
from hagame.core.tables.base import new_id
from hagame.settings import Settings

Json = dict[str, Any]
CALLERS = ("anonymous", "player", "researcher", "admin", "owner")
"""The owner last: what they do may take away what the path names."""
MADE_BY_RESEARCHERS = ("model_id", "question_id", "name")


@dataclass(frozen=True, eq=False)
class Operation:
    """One call of the document."""

    method: str
    path: str
    declared: Json
    schemas: Json

    @property
    def label(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def parameters(self) -> list[str]:
        return [part[1:-1] for part in self.path.split("/") if part.startswith("{")]

    @property
    def query(self) -> dict[str, str]:
        """What must be in the query."""
        needed = [p["name"] for p in self.declared.get("parameters", ()) if p["in"] == "query" and p.get("required")]
        return {name: "rock-paper-scissors" if name == "definition" else "1" for name in needed}

    @property
    def watches(self) -> bool:
        """Whether it asks for the token of a link, which everybody is given here."""
        return any(p["name"] == "Watch-Token" for p in self.declared.get("parameters", ()))

    @property
    def streams(self) -> bool:
        return self.path.endswith("/events")

    @property
    def content(self) -> Mapping[str, Any]:
        found: Json = self.declared.get("requestBody", {}).get("content", {})
        return found

    @property
    def takes_json(self) -> bool:
        return "application/json" in self.content

    def example(self) -> Any:
        """A body that fits, from the document itself."""
        content = self.content["application/json"]
        schema = content["schema"]
        named = self.schemas.get(schema.get("$ref", "").rsplit("/", 1)[-1], schema)
        for given in (content, named):
            if "example" in given:
                return given["example"]
            if "examples" in given:
                return given["examples"][0]
        return {name: part["examples"][0] for name, part in named.get("properties", {}).items() if "examples" in part}


def operations(document: Json) -> Iterator[Operation]:
    """All of them, in the order of the document."""
    for path, item in document["paths"].items():
        for method, declared in item.items():
            yield Operation(method.upper(), path, declared, document["components"]["schemas"])


class World:
    """People of every role, and things of one of them made when a path asks for them."""

    def __init__(self, client: AsyncClient, settings: Settings, sessions: async_sessionmaker[AsyncSession]) -> None:
        self.client = client
        self._settings = settings
        self._sessions = sessions

    async def people(self, operation: Operation, owns: str = "") -> dict[str, Json]:
        """Headers by caller, all of them new. The owner has role `owns`: by default the least that can make things."""
        owns = owns or ("researcher" if set(operation.parameters) & set(MADE_BY_RESEARCHERS) else "player")
        roles = {"player": "player", "researcher": "researcher", "admin": "admin", "owner": owns}
        hashed = await Hasher(time_cost=1, memory_kib=8, parallelism=1).hash(PASSWORD)
        async with self._sessions.begin() as session:
            users = {caller: _user(role, hashed) for caller, role in roles.items()}
            session.add_all(users.values())
            await session.flush()
            for user in users.values():
                await session.refresh(user)
        now = datetime.now(UTC)
        headers = {c: {"Authorization": f"Bearer {make_token(self._settings, u, now)}"} for c, u in users.items()}
        return {"anonymous": {}, **headers}

    async def things(self, operation: Operation, owner: Json) -> dict[str, str]:
        """Values for the parameters of the path, all of them of `owner`."""
        made: dict[str, str] = {}
        for name in operation.parameters:
            maker = self._makers().get(name)
            assert maker is not None, f"{operation.label}: say in tests/api/everyone.py how to make a {name}"
            made[name] = await maker(owner, made)
        if operation.watches:
            made["Watch-Token"] = await self._watch_token(owner)
        return made

    def _makers(self) -> dict[str, Callable[[Json, dict[str, str]], Awaitable[str]]]:
        return {
            "instance_id": self._instance,
            "game_def_id": self._definition,
            "user_id": self._me,
            "key": _said("matrix"),
            "game": _said("rock-paper-scissors"),
            "name": self._prompt,
            "version": _said("1"),
            "label": _said("production"),
            "call_id": self._llm_call,
            "model_id": self._model,
            "recordings_id": self._recordings,
            "number": self._version,
            "report_id": self._report,
            "task_id": self._task,
            "question_id": self._question,
            "key_id": self._key,
            "watched_id": self._watched,
            "link_id": self._link,
            "session_id": self._session,
        }

    async def _post(self, path: str, who: Json, body: Json) -> Json:
        answer = await self.client.post(path, json=body, headers=who)
        assert answer.is_success, answer.text
        found: Json = answer.json()
        return found

    async def _instance(self, owner: Json, _: Json) -> str:
        body = {"definition": "rock-paper-scissors", "opponent": "random"}
        instance = await self._post("/games/instances", owner, body)
        await self._post(f"/games/instances/{instance['id']}/moves", owner, {"turn": 1, "action": "rock"})
        return str(instance["id"])

    async def _definition(self, owner: Json, _: Json) -> str:
        found = await self.client.get("/games/definitions", headers=owner)
        return str(found.json()["items"][0]["id"])

    async def _me(self, owner: Json, _: Json) -> str:
        return str((await self.client.get("/auth/me", headers=owner)).json()["id"])

    async def _prompt(self, owner: Json, _: Json) -> str:
        name = f"of-{secrets.token_hex(6)}"
        messages = [{"role": "user", "content": "Say something to {{ player }}."}]
        await self._post("/llm/prompts", owner, {"name": name, "messages": messages, "variables": {"player": {}}})
        return name

    async def _llm_call(self, owner: Json, _: Json) -> str:
        await self._post("/llm/call", owner, {"messages": [{"role": "user", "content": "Hello"}]})
        logs = await self.client.get("/llm/logs", headers=owner)
        return str(logs.json()["items"][0]["id"])

    async def _model(self, owner: Json, _: Json) -> str:
        body = {"name": "Habits", "kind": "predictor", "algorithm": "logistic", "config": {"lags": 3}}
        return str((await self._post("/ai-models/", owner, body))["id"])

    async def _recordings(self, owner: Json, made: dict[str, str]) -> str:
        rounds = [{"action": "rock", "opponent_action": "paper"}] * 2
        body = {"definition": "rock-paper-scissors", "people": [{"matches": [rounds]}] * 2}
        return str((await self._post(f"/ai-models/{made['model_id']}/recordings", owner, body))["id"])

    async def _version(self, _: Json, made: dict[str, str]) -> str:
        artefact = b"not to be read"
        async with self._sessions.begin() as session:
            definition = await session.scalar(select(GameDefinition.id).where(GameDefinition.built_in).limit(1))
            session.add(
                AiModelVersion(
                    model_id=made["model_id"],
                    definition_id=definition,
                    number=1,
                    format="safetensors",
                    artefact=artefact,
                    size=len(artefact),
                    sha256=hashlib.sha256(artefact).hexdigest(),
                    algorithm="logistic",
                    algorithm_version="1",
                    code_version="1",
                    data={},
                )
            )
        return "1"

    async def _report(self, owner: Json, _: Json) -> str:
        report = new_id()
        async with self._sessions.begin() as session:
            me = await self._me(owner, {})
            session.add(Report(id=report, user_id=me, span="all", facts={}, html=b"<p>mine</p>", pdf=b"%PDF-"))
        return str(report)

    async def _task(self, owner: Json, _: Json) -> str:
        return str((await self._post("/reports", owner, {"span": "week"}))["id"])

    async def _question(self, owner: Json, _: Json) -> str:
        body = {"title": "Will it rain?", "options": ["yes", "no"], "closes_at": "2099-12-31T23:00:00Z"}
        return str((await self._post("/collective/questions", owner, body))["id"])

    async def _watched(self, owner: Json, made: dict[str, str]) -> str:
        body = {"instance": await self._instance(owner, made)}
        return str((await self._post("/collective/matches", owner, body))["id"])

    async def _link(self, owner: Json, _: Json) -> str:
        identity = Identity(issuer="https://login.example.org", subject=secrets.token_hex(8))
        identity.user_id = UUID(await self._me(owner, {}))
        async with self._sessions.begin() as session:
            session.add(identity)
            await session.flush()
            await session.refresh(identity)
        return str(identity.id)

    async def _session(self, owner: Json, _: Json) -> str:
        name = (await self.client.get("/auth/me", headers=owner)).json()["username"]
        await self._post("/auth/login", {}, {"username": name, "password": PASSWORD})
        return str((await self.client.get("/auth/sessions", headers=owner)).json()["items"][0]["id"])

    async def _watch_token(self, owner: Json) -> str:
        instance = await self._instance(owner, {})
        return str((await self._post(f"/games/instances/{instance}/watch", owner, {}))["token"])

    async def _key(self, owner: Json, _: Json) -> str:
        return str((await self._post("/auth/keys", owner, {"name": "mine", "scopes": ["play"]}))["id"])


async def call(
    client: AsyncClient, operation: Operation, things: Mapping[str, str], who: Json, content: bytes | None = None
) -> Response:
    """The operation with the body of its example, or this one, by this caller."""
    kind = "application/json" if operation.takes_json else "application/octet-stream"
    if content is None and operation.content:
        content = json.dumps(_fitting(operation.example())).encode() if operation.takes_json else b"bytes"
    return await client.request(
        operation.method,
        operation.path.format(**things),
        params=operation.query,
        content=content,
        headers=who
        | ({"Content-Type": kind} if operation.content else {})
        | ({"Watch-Token": things["Watch-Token"]} if operation.watches else {}),
    )


def _fitting(example: Any) -> Any:
    """Examples name turns, names and labels of their own: names must be free, and the second turn is open."""
    if isinstance(example, dict):
        unique = {"username": f"u-{secrets.token_hex(6)}", "email": f"{secrets.token_hex(6)}@example.org"}
        for name in ("key", "name"):
            if name in example and {"messages", "engine"} & set(example):
                unique[name] = f"x-{secrets.token_hex(6)}"
        fitting = {name: unique.get(name, value) for name, value in example.items()}
        return fitting | ({"turn": 2} if {"turn", "action"} <= set(example) else {})
    return example


def _said(value: str) -> Callable[[Json, dict[str, str]], Awaitable[str]]:
    async def say(_owner: Json, _made: dict[str, str]) -> str:
        return value

    return say


def _user(role: str, hashed: str) -> User:
    name = f"{role}-{secrets.token_hex(6)}"
    return User(username=name, email=f"{name}@example.org", password_hash=hashed, role=role)
