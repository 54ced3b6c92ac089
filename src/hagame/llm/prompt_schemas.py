"""What the prompt routes take and give. `PromptIn` is also the form of a prompt in a file."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from hagame.core.schemas import Strict
from hagame.llm.schemas import MAX_OUTPUT_TOKENS, Label, Message, PromptName
from hagame.llm.templates import MAX_SOURCE

MAX_VERSION = 2**31 - 1
MAX_WEIGHT = 1_000_000

_EXAMPLE: dict[str, Any] = {
    "messages": [
        {"role": "system", "content": "You are a coach for games. Answer in two sentences."},
        {"role": "user", "content": "{{ player }} lost {{ losses }} of {{ rounds }} rounds. What should they try?"},
    ],
    "variables": {
        "type": "object",
        "properties": {
            "player": {"type": "string", "maxLength": 64},
            "losses": {"type": "integer", "minimum": 0},
            "rounds": {"type": "integer", "minimum": 1},
        },
        "required": ["player", "losses", "rounds"],
        "additionalProperties": False,
    },
    "offline_answer": "You lost {{ losses }} of {{ rounds }} rounds. Try to be less predictable.",
}


def _no_variables() -> dict[str, JsonValue]:
    return {"type": "object", "additionalProperties": False}


Version = Annotated[int, Field(ge=1, le=MAX_VERSION, examples=[1])]


class TemplateMessage(Strict):
    """One message; `content` is a Jinja2 template."""

    role: Literal["system", "user", "assistant"]
    content: str = Field(min_length=1, max_length=MAX_SOURCE)


class VersionIn(Strict):
    """One wording of a prompt, with what it takes and how it is asked."""

    model_config = ConfigDict(json_schema_extra={"example": _EXAMPLE})

    messages: list[TemplateMessage] = Field(min_length=1, max_length=20)
    variables: dict[str, JsonValue] = Field(
        default_factory=_no_variables,
        description="JSON Schema (2020-12) of the variables",
    )
    model: str | None = Field(None, max_length=128, description="Model or alias, unless the call names another")
    temperature: float | None = Field(None, ge=0, le=2, allow_inf_nan=False)
    max_output_tokens: int | None = Field(None, ge=1, le=MAX_OUTPUT_TOKENS)
    response_schema: dict[str, JsonValue] | None = Field(None, description="JSON Schema (2020-12) of the answer")
    offline_answer: str | None = Field(
        None, max_length=MAX_SOURCE, description="Jinja2 template of the answer where no language model is connected"
    )
    public: bool = Field(False, description="Equal questions of different people may share one cached answer")
    note: str = Field("", max_length=500, description="Why this version was made")


class PromptIn(VersionIn):
    """A prompt with its first version, or one from a file."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"name": "match-feedback", "description": "Advice after a match", **_EXAMPLE}}
    )

    name: PromptName
    description: str = Field("", max_length=500)


class PromptVersionOut(VersionIn):
    """One stored version. It never changes."""

    model_config = ConfigDict(from_attributes=True, strict=False)

    version: int
    created_at: datetime


class Choice(Strict):
    """A version that a label points at. Of several, each person always gets the same one, as often as weights say."""

    version: Version
    weight: int = Field(1, ge=1, le=MAX_WEIGHT)


class LabelIn(Strict):
    """Where a label shall point: at one version, or at several to compare them."""

    model_config = ConfigDict(json_schema_extra={"example": {"choices": [{"version": 2, "weight": 1}]}})

    choices: list[Choice] = Field(min_length=1, max_length=10)


class LabelOut(BaseModel):
    """Where a label points."""

    model_config = ConfigDict(from_attributes=True)

    label: str
    choices: list[Choice]
    updated_at: datetime


class PromptSummary(BaseModel):
    """A prompt in the list."""

    name: str
    description: str
    built_in: bool
    latest: int
    created_at: datetime


class PromptOut(PromptSummary):
    """A prompt with its labels and all its versions, newest first."""

    labels: list[LabelOut]
    versions: list[PromptVersionOut]


class RenderIn(Strict):
    """A dry run: which version, with which variables."""

    model_config = ConfigDict(
        json_schema_extra={"example": {"version": 1, "variables": {"player": "Ada", "losses": 6, "rounds": 10}}}
    )

    version: Version | None = None
    label: Label | None = None
    variables: dict[str, JsonValue] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_way(self) -> RenderIn:
        if self.version is not None and self.label is not None:
            raise ValueError("give a version or a label, not both")
        return self


class RenderOut(BaseModel):
    """What would be asked. Nothing was."""

    version: int
    label: str | None
    messages: list[Message]
    offline_answer: str | None
    most_input_tokens: int = Field(description="A bound; the exact number is the provider's")
