"""How tasks are shown."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

State = Literal["queued", "running", "waiting", "done", "failed", "cancelled"]


class TaskProblem(BaseModel):
    """Why a task failed, as RFC 9457 tells it."""

    type: str = Field(examples=["urn:hagame:problem:not-found"])
    title: str
    status: int
    detail: str


class TaskOut(BaseModel):
    """One piece of background work of yours."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    kind: str = Field(examples=["report.make"])
    state: State = Field(description="waiting: for the shards it was split into")
    progress: float = Field(ge=0, le=1, examples=[0.4])
    note: str = Field(description="What it is at", examples=["drawing"])
    result: dict[str, Any] | None = Field(description="Of a task that is done", examples=[None])
    problem: TaskProblem | None = Field(description="Of a task that failed", examples=[None])
    attempt: int = Field(description="How often it was begun")
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
