"""Whoever plays first in a process waits for no compiler: all that moves need was made ready before."""

from __future__ import annotations

import json
import subprocess
import sys

PROGRAM = """
import gc, json
from numba.core.dispatcher import Dispatcher
from hagame import match as matches, plugins
from hagame.games.installed import PREDICTOR, match_from, text_of, warm_up
from hagame.rules.builtin import BUILT_IN

def ready():
    found = [each for each in gc.get_objects() if isinstance(each, Dispatcher)]
    return {(each.py_func.__module__, each.py_func.__name__, len(each.overloads)) for each in found if each.overloads}

warm_up()
before = ready()
for each in BUILT_IN:
    game = plugins.make_game(each["engine"], each["parameters"])
    row = {"engine": each["engine"], "parameters": text_of(each["parameters"]), "opponent": game.info.rival,
           "opponent_parameters": "{}", "predictor": PREDICTOR, "seed": 0, "modelled": True}
    match = match_from(row)
    state = matches.start(match, bytes(matches.SECRET_BYTES))
    for _ in range(21):
        if state.sealed is None:
            break
        state = matches.play(match, state, matches.default_action(match, state)).state
        state = matches.load(match, *matches.dump(match, state))
print(json.dumps(sorted(ready() - before)))
"""


def test_moves_of_built_in_games_compile_nothing_that_was_not_ready_before() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.splitlines()[-1]) == []
