"""Restored models: those asked last are kept, and never more than so many."""

from __future__ import annotations

from uuid import uuid4

import pytest
from tests.unit import onnx_files

from hagame.core import artefacts
from hagame.core.artefacts import Stored, Version
from hagame.errors import CorruptState

pytestmark = pytest.mark.anyio


async def test_the_models_that_were_asked_last_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(artefacts, "MOST", 2)
    stored = Stored("onnx", onnx_files.linear())
    first, second, third = (Version(uuid4(), 1) for _ in range(3))
    model = await artefacts.restore(first, stored)
    await artefacts.restore(second, stored)
    assert artefacts.kept(first) is model
    await artefacts.restore(third, stored)
    assert artefacts.kept(second) is None
    assert artefacts.kept(first) is model
    assert artefacts.kept(third) is not None
    assert artefacts.kept(Version(first.model_id, 2)) is None


async def test_what_cannot_be_restored_is_not_kept() -> None:
    version = Version(uuid4(), 1)
    with pytest.raises(CorruptState):
        await artefacts.restore(version, Stored("safetensors", b"no artefact"))
    assert artefacts.kept(version) is None
