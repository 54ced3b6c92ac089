"""AI models: algorithms trained on people, and their versions."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, Unpack

from hagame_sdk.flow import Call, Flow, Pages, given
from hagame_sdk.resource import D, Resource, operation, pages
from hagame_sdk.types import (
    AiModel,
    AiModelIn,
    AiModelPatch,
    Algorithm,
    BatchIn,
    Explain,
    ModelCard,
    ModelVersion,
    Predict,
    PredictIn,
    Recordings,
    RecordingsIn,
    Started,
    TrainIn,
)

Kind = Literal["predictor", "opponent", "cognitive", "aggregator", "emotion"]


class AiModels(Resource[D]):
    """`client.ai_models`. Trainings and batches are tasks: `client.tasks.wait(started["task_id"])`."""

    @operation
    def algorithms(self, kind: Kind | None = None) -> Flow[list[Algorithm]]:
        """What can be trained or used, with the JSON Schemas of their parameters."""
        return self._json("GET", "/ai-models/algorithms", query=given(kind=kind))

    @pages
    def list(
        self,
        *,
        kind: Kind | None = None,
        algorithm: str | None = None,
        status: Literal["draft", "active", "archived"] | None = None,
        limit: int | None = None,
    ) -> Pages[AiModel]:
        """Models that you may use, newest first."""
        query = given(kind=kind, algorithm=algorithm, status=status, limit=limit)
        return Pages(Call("GET", "/ai-models/", query, repeatable=True))

    @operation
    def create(self, **model: Unpack[AiModelIn]) -> Flow[ModelCard]:
        """A new model: an algorithm with parameters, under a name."""
        return self._json("POST", "/ai-models/", model)

    @operation
    def get(self, model_id: str) -> Flow[ModelCard]:
        """Its card: data, metrics, lineage, licence, status."""
        return self._json("GET", _at(model_id))

    @operation
    def change(self, model_id: str, **changes: Unpack[AiModelPatch]) -> Flow[ModelCard]:
        """Set name, description, licence or status."""
        return self._json("PATCH", _at(model_id), changes, repeatable=True)

    @operation
    def upload_recordings(self, model_id: str, **recordings: Unpack[RecordingsIn]) -> Flow[Recordings]:
        """Recorded people to train on."""
        return self._json("POST", _at(model_id, "/recordings"), recordings)

    @operation
    def upload_parquet(self, model_id: str, definition: str, file: str | Path) -> Flow[Recordings]:
        """The same as a Parquet file."""
        return self._upload(_at(model_id, "/recordings/parquet"), definition, file)

    @operation
    def delete_recordings(self, model_id: str, recordings_id: str) -> Flow[None]:
        """Take recordings away. Versions trained on them stay."""
        return self._json("DELETE", _at(model_id, f"/recordings/{recordings_id}"))

    @operation
    def train(self, model_id: str, **training: Unpack[TrainIn]) -> Flow[Started]:
        """Train the next version, as a task."""
        return self._json("POST", _at(model_id, "/train"), training, keyed=True)

    @operation
    def predict(self, model_id: str, **asked: Unpack[PredictIn]) -> Flow[Predict]:
        """The next choice after a history."""
        return self._json("POST", _at(model_id, "/predict"), asked, repeatable=True)

    @operation
    def predict_batch(self, model_id: str, **asked: Unpack[BatchIn]) -> Flow[Started]:
        """The same for many histories, as a task."""
        return self._json("POST", _at(model_id, "/predict-batch"), asked, keyed=True)

    @operation
    def explain(self, model_id: str, **asked: Unpack[PredictIn]) -> Flow[Explain]:
        """The prediction with its exact parts."""
        return self._json("POST", _at(model_id, "/explain"), asked, repeatable=True)

    @pages
    def versions(self, model_id: str, *, limit: int | None = None) -> Pages[ModelVersion]:
        """Trained versions, newest first."""
        return Pages(Call("GET", _at(model_id, "/versions"), given(limit=limit), repeatable=True))

    @operation
    def version(self, model_id: str, number: int) -> Flow[ModelVersion]:
        """One version with its metrics."""
        return self._json("GET", _at(model_id, f"/versions/{number}"))

    @operation
    def upload_version(self, model_id: str, definition: str, file: str | Path) -> Flow[ModelVersion]:
        """A version that was made elsewhere, as an ONNX file."""
        return self._upload(_at(model_id, "/versions"), definition, file)

    @operation
    def set_version(
        self, model_id: str, number: int, status: Literal["candidate", "active", "archived"]
    ) -> Flow[ModelVersion]:
        """Make a version the active one, or put it away."""
        return self._json("PUT", _at(model_id, f"/versions/{number}"), {"status": status})

    @operation
    def artefact(self, model_id: str, number: int, to: str | Path) -> Flow[Path]:
        """What was trained, as a file."""
        return self._file(_at(model_id, f"/versions/{number}/artefact"), to)

    def _upload(self, path: str, definition: str, file: str | Path) -> Flow[Any]:
        headers = {"Content-Type": "application/octet-stream"}
        content = Path(file).read_bytes()
        call = Call("POST", path, {"definition": definition}, content=content, headers=headers)
        return self.driver.core.json(call)


def _at(model_id: str, rest: str = "") -> str:
    return f"/ai-models/{model_id}{rest}"
