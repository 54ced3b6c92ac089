"""A call made ready: which models are asked in which order, with what, and what makes two calls equal."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from hagame.errors import InvalidInput
from hagame.llm import prompts
from hagame.llm.catalogue import DEFAULT, Catalogue, Target
from hagame.llm.json_schema import check_schema
from hagame.llm.provider import Ask
from hagame.llm.schemas import Call, Caller, Message, PromptUsed
from hagame.settings import Settings

USUAL_OUTPUT_TOKENS = 2048


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be asked. `public` answers may be given to anybody who asks the same."""

    targets: tuple[Target, ...]
    asked_model: str
    messages: tuple[Message, ...]
    max_output_tokens: int
    temperature: float | None
    schema: Mapping[str, JsonValue] | None
    offline_answer: str | None
    prompt: PromptUsed | None
    prompt_version_id: UUID | None
    public: bool
    bypass: bool

    def ask(self, target: Target) -> Ask:
        """What is sent to one model."""
        return Ask(
            target.model, self.messages, self.max_output_tokens, self.temperature, self.schema, self.offline_answer
        )

    def key(self, caller: Caller) -> str:
        """Equal for calls whose answers are interchangeable: all that matters is in it, and whose it is."""
        matters = {
            "whose": "public" if self.public else str(caller.user_id),
            "models": [target.name for target in self.targets],
            "messages": [message.model_dump() for message in self.messages],
            "max_output_tokens": self.max_output_tokens,
            "temperature": self.temperature,
            "schema": self.schema,
            "offline_answer": self.offline_answer,
            "prompt": None if self.prompt is None else [self.prompt.name, self.prompt.version],
        }
        return hashlib.sha256(json.dumps(matters, sort_keys=True).encode()).hexdigest()


class Planner:
    """Turns calls into plans, by the settings, the catalogue and the stored prompts."""

    def __init__(self, settings: Settings, catalogue: Catalogue, sessions: async_sessionmaker[AsyncSession]) -> None:
        self._most = settings.llm_max_output_tokens
        self._catalogue = catalogue
        self._sessions = sessions

    async def plan(self, caller: Caller, call: Call) -> Plan:
        """Raises `NotFound` for a prompt or model, `InvalidInput` for what does not fit."""
        if call.response_schema is not None:
            check_schema(call.response_schema, "/response_schema")
        if call.prompt is None:
            return self._of_messages(call)
        async with self._sessions() as session:
            chosen = await prompts.choose(session, call.prompt, caller.user_id)
        return self._of_prompt(call, chosen, call.prompt.variables)

    def _of_messages(self, call: Call) -> Plan:
        asked = call.model or DEFAULT
        return Plan(
            targets=self._catalogue.find(asked),
            asked_model=asked,
            messages=tuple(call.messages or ()),
            max_output_tokens=self._output(call.max_output_tokens),
            temperature=call.temperature,
            schema=call.response_schema,
            offline_answer=None,
            prompt=None,
            prompt_version_id=None,
            public=False,
            bypass=call.cache == "bypass",
        )

    def _of_prompt(self, call: Call, chosen: prompts.Chosen, variables: dict[str, JsonValue]) -> Plan:
        version = chosen.version
        written = prompts.write(version, variables, "/prompt/variables")
        asked = call.model or version.model or DEFAULT
        return Plan(
            targets=self._catalogue.find(asked),
            asked_model=asked,
            messages=written.messages,
            max_output_tokens=self._output(call.max_output_tokens or version.max_output_tokens),
            temperature=call.temperature if call.temperature is not None else version.temperature,
            schema=call.response_schema or version.response_schema,
            offline_answer=written.offline_answer,
            prompt=PromptUsed(name=chosen.name, version=version.version, label=chosen.label),
            prompt_version_id=version.id,
            public=version.public,
            bypass=call.cache == "bypass",
        )

    def _output(self, asked: int | None) -> int:
        if asked is not None and asked > self._most:
            raise InvalidInput(f"At most {self._most} tokens may be asked for.", field="/max_output_tokens")
        return asked or min(USUAL_OUTPUT_TOKENS, self._most)
