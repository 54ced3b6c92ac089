"""Golden playthroughs: what each built-in definition did when it was last looked at, to compare with."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from pydantic import JsonValue, TypeAdapter

from hagame.plugins import make_game
from hagame.rules.builtin import BUILT_IN, BuiltIn
from hagame.rules.game import Game
from hagame.testing.common import played


def golden(item: BuiltIn, *, seed: int = 1, steps: int = 10) -> dict[str, JsonValue]:
    """A playthrough of one definition to compare with later: its first steps in full, its length and its end."""
    game = make_game(item["engine"], item["parameters"])
    run = played(game, seed, sys.maxsize)
    return {
        "definition": item["key"],
        "engine": item["engine"],
        "engine_version": game.info.version,
        "parameters": item["parameters"],
        "seed": seed,
        "steps": [_shown(game, state) for state in run[: steps + 1]],
        "length": len(run) - 1,
        "end": _shown(game, run[-1]),
    }


def write_golden(directory: Path) -> list[Path]:
    """Write the golden playthrough of each built-in definition as `<key>.json`; returns the files."""
    directory.mkdir(parents=True, exist_ok=True)
    written = []
    for item in BUILT_IN:
        path = directory / f"{item['key']}.json"
        path.write_text(json.dumps(golden(item), indent=1) + "\n", encoding="utf-8")
        written.append(path)
    return written


def _shown(game: Game[Any], state: Any) -> dict[str, JsonValue]:
    seats = range(game.seats)
    shown = {
        "state": TypeAdapter(game.State).dump_python(state, mode="json"),
        "payoffs": list(game.payoffs(state)),
        "legal_actions": [list(game.legal_actions(state, seat)) for seat in seats],
        "views": [game.view(state, seat) for seat in seats],
    }
    return TypeAdapter(dict[str, JsonValue]).validate_python(shown)
