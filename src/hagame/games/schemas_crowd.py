"""What the API tells a person about the answers of others."""

from __future__ import annotations

from pydantic import BaseModel, Field


class LiveCrowd(BaseModel):
    """What other players of this game answered to one question, before they saw anybody else's answer."""

    key: str = Field(description="Of the question", examples=["bones"])
    n: int = Field(description="People, at least five; each counts once", examples=[12])
    quartiles: tuple[float, float, float] = Field(examples=[[150, 200, 214]])
