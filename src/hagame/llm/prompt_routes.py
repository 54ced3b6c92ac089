"""HTTP of prompts: parse, call one function, answer."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, status
from pydantic import BaseModel, Field

from hagame.core.bodies import JsonRoute
from hagame.core.database import Session
from hagame.core.pagination import Paging
from hagame.core.problems import responses
from hagame.core.schemas import Page
from hagame.core.security import CurrentUser, Researcher
from hagame.llm import estimate, outcomes, prompt_reading, prompts
from hagame.llm.prompt_schemas import (
    MAX_VERSION,
    LabelIn,
    LabelOut,
    PromptIn,
    PromptOut,
    PromptSummary,
    PromptVersionOut,
    RenderIn,
    RenderOut,
    VersionIn,
)
from hagame.llm.schemas import Label, PromptName, PromptRef

router = APIRouter(prefix="/prompts", route_class=JsonRoute)

Name = Annotated[PromptName, Path()]
Number = Annotated[int, Path(ge=1, le=MAX_VERSION)]
Asked = Annotated[int, Query(ge=1, le=MAX_VERSION)]


class Difference(BaseModel):
    """What changed."""

    diff: list[str] = Field(description="Lines of a unified diff; none when nothing changed")


@router.get("")
async def list_prompts(_: CurrentUser, session: Session, paging: Paging) -> Page[PromptSummary]:
    """Stored prompts, newest first."""
    return await prompt_reading.list_prompts(session, paging)


@router.post("", status_code=status.HTTP_201_CREATED, responses=responses(403, 409))
async def create_prompt(body: PromptIn, user: Researcher, session: Session) -> PromptOut:
    """A new prompt with its first version."""
    await prompts.create_prompt(session, user, body)
    return await prompt_reading.get_prompt(session, body.name)


@router.post("/import", responses=responses(403, 404, 409))
async def import_prompt(body: PromptIn, user: Researcher, session: Session) -> PromptVersionOut:
    """A prompt from a file: new, the next version, or the one that is there already, just as it is."""
    return PromptVersionOut.model_validate(await prompts.import_prompt(session, user, body))


@router.get("/{name}", responses=responses(404))
async def get_prompt(name: Name, _: CurrentUser, session: Session) -> PromptOut:
    """One prompt with its labels and versions."""
    return await prompt_reading.get_prompt(session, name)


@router.post("/{name}/versions", status_code=status.HTTP_201_CREATED, responses=responses(403, 404, 409))
async def add_version(name: Name, body: VersionIn, user: Researcher, session: Session) -> PromptVersionOut:
    """The next version of one of your prompts. The earlier ones stay as they are."""
    return PromptVersionOut.model_validate(await prompts.add_version(session, user, name, body))


@router.get("/{name}/versions/{version}/file", responses=responses(404))
async def export_version(name: Name, version: Number, _: CurrentUser, session: Session) -> PromptIn:
    """One version in the form in which prompts are imported."""
    return await prompt_reading.as_file(session, name, version)


@router.get("/{name}/diff", responses=responses(404))
async def compare(name: Name, before: Asked, after: Asked, _: CurrentUser, session: Session) -> Difference:
    """What changed from one version to another."""
    return Difference(diff=await prompt_reading.difference(session, name, before, after))


@router.put("/{name}/labels/{label}", responses=responses(403, 404))
async def move_label(
    name: Name, label: Annotated[Label, Path()], body: LabelIn, user: Researcher, session: Session
) -> LabelOut:
    """Point a label of one of your prompts at a version, or at several to compare them."""
    return LabelOut.model_validate(await prompts.move_label(session, user, name, label, body.choices))


@router.post("/{name}/render", responses=responses(404))
async def render(name: Name, body: RenderIn, user: CurrentUser, session: Session) -> RenderOut:
    """A dry run: what would be asked, without asking."""
    ref = PromptRef(name=name, version=body.version, label=body.label, variables=body.variables)
    chosen = await prompts.choose(session, ref, user.id)
    written = prompts.write(chosen.version, ref.variables, "/variables")
    return RenderOut(
        version=chosen.version.version,
        label=chosen.label,
        messages=list(written.messages),
        offline_answer=written.offline_answer,
        most_input_tokens=estimate.most(written.messages, chosen.version.response_schema, 0).input_tokens,
    )


@router.get("/{name}/outcomes", responses=responses(403, 404))
async def compare_outcomes(
    name: Name, _: Researcher, session: Session, label: Annotated[Label | None, Query()] = None
) -> list[outcomes.OutcomeReport]:
    """What became of the answers, by version: means of people with intervals, and differences to the first version."""
    return await outcomes.report(session, name, label)
