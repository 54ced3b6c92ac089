"""Prompts that ship with HAGAME: one TOML file each, in the folder `prompts` of the room that asks them."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from hagame.llm.prompt_schemas import PromptIn


def read_prompts(package: str) -> list[PromptIn]:
    """The prompts of a room, by name. A file that is no prompt is a fault of ours and raises `ValidationError`."""
    folder = files(package) / "prompts"
    found = (file.read_text(encoding="utf-8") for file in folder.iterdir() if file.name.endswith(".toml"))
    return sorted((PromptIn.model_validate(tomllib.loads(text)) for text in found), key=lambda prompt: prompt.name)
