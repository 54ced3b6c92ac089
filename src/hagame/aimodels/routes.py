"""HTTP of AI models: parse, call one service function, answer."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response, status

from hagame.aimodels import algorithms, data, inference, registry, training, uploads, versions
from hagame.aimodels.schemas import (
    AiModelIn,
    AiModelOut,
    AiModelPatch,
    AlgorithmOut,
    BatchIn,
    EngineIn,
    ExplainOut,
    Kind,
    ModelCard,
    ModelStatus,
    ModelVersionOut,
    PredictIn,
    PredictOut,
    RecordingsIn,
    RecordingsOut,
    Started,
    TrainIn,
    VersionPut,
)
from hagame.core.bodies import JsonRoute
from hagame.core.database import Session
from hagame.core.links import links
from hagame.core.pagination import Paging
from hagame.core.problems import responses
from hagame.core.schemas import Page
from hagame.core.security import CurrentUser, PassingResearcher, PassingUser, Researcher

router = APIRouter(prefix="/ai-models", tags=["ai-models"], route_class=JsonRoute, responses=responses(401, 422, 503))
stateless = APIRouter(prefix="/ai", tags=["ai"], route_class=JsonRoute, responses=responses(401, 422, 503))

BYTES = "application/octet-stream"
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
Definition = Annotated[str, Query(min_length=1, max_length=64, description="Id or key of a game definition")]
Key = Annotated[
    str | None, Header(alias="Idempotency-Key", max_length=128, description="The same call again starts nothing new")
]


_FILE = {
    "requestBody": {
        "required": True,
        "content": {BYTES: {"schema": {"type": "string", "format": "binary"}, "example": "the bytes of the file"}},
    }
}


async def _raw(request: Request) -> bytes:
    return await request.body()


Raw = Annotated[bytes, Depends(_raw)]


@router.get("/algorithms")
async def list_algorithms(_: CurrentUser, kind: Annotated[Kind | None, Query()] = None) -> list[AlgorithmOut]:
    """Installed plugins that can be made a model, with the JSON Schemas of their parameters."""
    return algorithms.list_algorithms(kind)


@router.get("/")
async def list_models(
    user: CurrentUser,
    session: Session,
    paging: Paging,
    kind: Annotated[Kind | None, Query()] = None,
    algorithm: Annotated[str | None, Query(max_length=64)] = None,
    status: Annotated[ModelStatus | None, Query()] = None,
) -> Page[AiModelOut]:
    """Active models, and your own drafts, newest first."""
    return await registry.list_models(session, user, paging, kind=kind, algorithm=algorithm, status=status)


_OF_A_MODEL = links(
    201,
    "model_id",
    *("GET /ai-models/{model_id}", "PATCH /ai-models/{model_id}", "POST /ai-models/{model_id}/recordings"),
    *("POST /ai-models/{model_id}/train", "GET /ai-models/{model_id}/versions"),
)


@router.post("/", status_code=status.HTTP_201_CREATED, responses={**responses(403, 404), **_OF_A_MODEL})
async def create_model(body: AiModelIn, user: Researcher, session: Session) -> ModelCard:
    """A new model: an algorithm with parameters, a draft until one of its versions is made active."""
    return await registry.create_model(session, user, body)


@router.get("/{model_id}", responses=responses(404))
async def get_model(model_id: UUID, user: CurrentUser, session: Session) -> ModelCard:
    """The card of a model: what it is, what it learnt from, how well it predicts beside simple rivals."""
    return await registry.get_card(session, user, model_id)


@router.patch("/{model_id}", responses=responses(403, 404, 409))
async def change_model(model_id: UUID, body: AiModelPatch, user: Researcher, session: Session) -> ModelCard:
    """Rename, describe, publish or archive one of your models."""
    return await registry.change_model(session, user, model_id, body)


@router.post(
    "/{model_id}/recordings",
    status_code=status.HTTP_201_CREATED,
    responses=responses(403, 404),
)
async def upload_recordings(model_id: UUID, body: RecordingsIn, user: Researcher, session: Session) -> RecordingsOut:
    """Recorded people to train this model on, without names; at most 1 MiB of JSON."""
    model = await registry.own_model(session, user, model_id)
    return RecordingsOut.model_validate(await data.upload(session, model, body))


@router.post(
    "/{model_id}/recordings/parquet",
    status_code=status.HTTP_201_CREATED,
    responses=responses(403, 404, 413),
    openapi_extra=_FILE,
)
async def upload_parquet(
    model_id: UUID, definition: Definition, content: Raw, user: Researcher, session: Session
) -> RecordingsOut:
    """The same as a Parquet file: columns person, match, action, opponent_action, one row per decision, in order."""
    model = await registry.own_model(session, user, model_id)
    return RecordingsOut.model_validate(await data.upload_parquet(session, model, definition, content))


@router.delete(
    "/{model_id}/recordings/{recordings_id}", status_code=status.HTTP_204_NO_CONTENT, responses=responses(403, 404)
)
async def delete_recordings(model_id: UUID, recordings_id: UUID, user: Researcher, session: Session) -> None:
    """Forget uploaded people. Versions that were trained on them stay, and keep their SHA-256."""
    await registry.own_model(session, user, model_id)
    await data.forget_set(session, model_id, recordings_id)


@router.post("/{model_id}/train", status_code=status.HTTP_202_ACCEPTED, responses=responses(403, 404, 409, 429))
async def train(
    model_id: UUID, body: TrainIn, user: Researcher, session: Session, idempotency_key: Key = None
) -> Started:
    """Train one of your models: a task, whose result is the number of a new version."""
    return await training.train(session, user, model_id, body, idempotency_key)


@router.post("/{model_id}/predict", responses=responses(403, 404, 409))
async def predict(model_id: UUID, body: PredictIn, user: PassingResearcher, request: Request) -> PredictOut:
    """What somebody with this history does next."""
    return await inference.predict(request.app.state.sessions, user, model_id, body)


@router.post("/{model_id}/predict-batch", status_code=status.HTTP_202_ACCEPTED, responses=responses(403, 404, 409, 429))
async def predict_batch(
    model_id: UUID, body: BatchIn, user: PassingResearcher, request: Request, idempotency_key: Key = None
) -> Started:
    """The same for many histories: a task, whose result holds one row of probabilities for each."""
    return await training.predict_batch(request.app.state.sessions, user, model_id, body, idempotency_key)


@router.post("/{model_id}/explain", responses=responses(403, 404, 409))
async def explain(model_id: UUID, body: PredictIn, user: PassingResearcher, request: Request) -> ExplainOut:
    """A prediction and where it comes from, exactly."""
    return await inference.explain(request.app.state.sessions, user, model_id, body)


@router.get("/{model_id}/versions", responses=responses(404))
async def list_versions(model_id: UUID, user: CurrentUser, session: Session, paging: Paging) -> Page[ModelVersionOut]:
    """What trainings and uploads gave, newest first."""
    await registry.seen_model(session, user, model_id)
    return await versions.list_versions(session, model_id, paging)


@router.post(
    "/{model_id}/versions",
    status_code=status.HTTP_201_CREATED,
    responses=responses(403, 404, 413),
    openapi_extra=_FILE,
)
async def upload_version(
    model_id: UUID, definition: Definition, content: Raw, user: PassingResearcher, request: Request
) -> ModelVersionOut:
    """An ONNX file as the next version of a model with the algorithm `onnx`; at most 1 MiB, see the contract."""
    return await uploads.upload_version(request.app.state.sessions, user, model_id, definition, content)


@router.get("/{model_id}/versions/{number}", responses=responses(404))
async def get_version(model_id: UUID, number: Number, user: CurrentUser, session: Session) -> ModelVersionOut:
    """One version: metrics beside rivals, data, seed, lineage."""
    await registry.seen_model(session, user, model_id)
    return await versions.get_version(session, model_id, number)


@router.put("/{model_id}/versions/{number}", responses=responses(403, 404, 409))
async def set_version(
    model_id: UUID, number: Number, body: VersionPut, user: Researcher, session: Session
) -> ModelVersionOut:
    """Make a version the active one, or put it away. Matches that have begun go on with the version they began with."""
    model = await registry.own_model(session, user, model_id)
    return await versions.set_status(session, model, number, body.status)


@router.get(
    "/{model_id}/versions/{number}/artefact",
    response_class=Response,
    responses={200: {"content": {BYTES: {"schema": {"type": "string", "format": "binary"}}}}, **responses(404)},
)
async def get_artefact(model_id: UUID, number: Number, user: CurrentUser, session: Session) -> Response:
    """The bytes of a version, safetensors or ONNX; their SHA-256 is the entity tag."""
    await registry.seen_model(session, user, model_id)
    version = await versions.get_artefact(session, model_id, number)
    name = f"{model_id}-{number}.{version.format}"
    headers = {"ETag": f'"{version.sha256}"', "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(version.artefact, media_type=BYTES, headers=headers)


@stateless.post("/predict", responses=responses(404, 409))
async def engine(body: EngineIn, user: PassingUser, request: Request) -> ExplainOut:
    """What somebody with this history does next, and why: any installed predictor, or a trained one."""
    return await inference.engine(request.app.state.sessions, user, body)
