"""What every game, model and opponent promises, as checks that a plugin's own tests can call.

    from hagame.testing import check_game

    def test_my_game_keeps_the_contract():
        check_game(MyGame(rounds=20))

Each check drives random play and raises `ContractBroken`, which says the promise and what was found instead.
`python -m hagame.testing golden DIRECTORY` writes a golden playthrough of each built-in definition; do so,
and raise the `version` of the game, when its behaviour has changed on purpose.
"""

from __future__ import annotations

import copy
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from pydantic import BaseModel, JsonValue, TypeAdapter

from hagame.errors import CorruptState, HagameError, IllegalAction
from hagame.mind.learn.artefact import arrays_of, card_of, pack, tensors
from hagame.mind.model import Attribution, Decision, Model, Person, Probabilities
from hagame.mind.opponents import Choice, Opponent, Scene, TrackRecord
from hagame.plugins import make_game, restore
from hagame.rules.builtin import BUILT_IN, BuiltIn
from hagame.rules.game import AI, Game, Situation

__all__ = [
    "ContractBroken",
    "check_game",
    "check_model",
    "check_opponent",
    "check_training",
    "golden",
    "write_golden",
]

MOST_BELIEF_BYTES = 32 * 1024
TOLERANCE = 1e-6
"""Largest difference between numbers that ought to be equal."""
NO_ACTION = "no such action"


class ContractBroken(AssertionError):
    """A plugin does not do what its contract promises."""

    def __init__(self, plugin: object, promise: str, found: object) -> None:
        name = type(plugin).__name__
        super().__init__(f"{name} breaks its contract: {promise}; found {found!r}")


def check_game(game: Game[Any], *, seeds: Sequence[int] = range(5), steps: int = 300) -> None:
    """Play `game` at random, at most `steps` steps for each seed, and check every promise of `Game`.

    Facts and parameters are complete; the same generator gives the same match; no method changes a state; states and
    views are JSON and stay small; legal actions agree with the situation and end with the match; others are refused;
    payoffs lie within those of the situation; nothing shown depends on a hidden field. Raises `ContractBroken`.
    """
    _check_facts(game)
    _check_state_class(game)
    runs = [_play(game, seed, steps) for seed in seeds]
    for seed, run in zip(seeds, runs, strict=True):
        _require(game, run == _play(game, seed, steps), "the same generator gives the same match", f"seed {seed}")
        for state in run:
            _untouched(game, state)
            _check_actions(game, state)
        _check_payoffs(game, run)
        _check_size(game, run)
    _check_hidden(game, [state for run in runs for state in run])


def check_model(model: Model[Any], situation: Situation, *, decisions: int = 150, seed: int = 0) -> None:
    """Let `model` predict and learn random decisions in `situation` and check every promise of `Model`.

    Facts and parameters are complete; predictions are distributions with all legal actions possible; explanations add
    up to them; no method changes a belief; a belief fits in 32 KiB, and one that was stored and read predicts the same
    ever after; bytes that are no belief are refused. Raises `ContractBroken`.
    """
    _check_facts(model)
    _check_garbage(model, situation)
    rng = _generator(seed)
    belief = twin = model.start(situation)
    for n in range(decisions):
        _check_prediction(model, belief, situation)
        same = np.array_equal(model.predict(belief, situation), model.predict(twin, situation))
        _require(model, same, "a stored belief predicts as the one it was made from", f"another after {n} decisions")
        if n % 10 == 0:
            twin = model.load(_dumped(model, belief), situation)
        decision = _decision(situation, rng, habit=n % 3)
        before = model.dump(belief)
        after = model.update(belief, situation, decision)
        _require(model, model.dump(belief) == before, "update leaves the belief as it was", "a changed one")
        belief, twin = after, model.update(twin, situation, decision)
    _check_prediction(model, model.carry_over(belief), situation)


def check_training(model: Model[Any], situation: Situation, people: Sequence[Person], *, seed: int = 0) -> None:
    """Train `model` on these people and check every promise of `Model.fit`.

    The same people and generator give the same weights, bit for bit, however the people are dealt to who summarises
    them; what is trained keeps the contract of `Model`, and survives its artefact. Raises `ContractBroken`.
    """
    trained = model.fit(people, situation, _generator(seed))
    summaries = [model.summarise(person, situation) for person in reversed(people)]
    handed = [arrays_of(tensors(summary, ""))[0] for summary in reversed(summaries)]
    again = model.with_weights(model.learn(handed, situation, _generator(seed)))
    _require(model, again == trained, "the same people and generator give the same weights", again.version)
    _require(model, trained.version != model.version, "a trained model has a version of its own", trained.version)
    restored = restore(pack(card_of(trained, situation), trained.weights or {}))
    _require(model, restored == trained, "a trained model survives its artefact", restored.version)
    check_model(trained, situation, decisions=60, seed=seed)


def check_opponent(opponent: Opponent, game: Game[Any], *, rounds: int = 60, seed: int = 0) -> None:
    """Let `opponent` choose in scenes of random play of `game` and check every promise of `Opponent`.

    Facts and parameters are complete; actions are legal and come from the mixture told; the same scene and generator
    give the same choice; the scene is not changed; there is a reason in words. Raises `ContractBroken`.
    """
    _check_facts(opponent)
    for n, scene in enumerate(_scenes(game, rounds, seed)):
        before = copy.deepcopy(scene)
        choice = opponent.act(scene, _generator(n))
        _require(opponent, _same_scene(scene, before), "act leaves the scene as it was", "a changed one")
        again = opponent.act(scene, _generator(n))
        _require(opponent, choice == again, "the same scene and generator give the same choice", (choice, again))
        _check_choice(opponent, choice, scene.situation)


def golden(item: BuiltIn, *, seed: int = 1, steps: int = 10) -> dict[str, JsonValue]:
    """A playthrough of one definition to compare with later: its first steps in full, its length and its end."""
    game = make_game(item["engine"], item["parameters"])
    run = _play(game, seed, sys.maxsize)
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


def _require(plugin: object, kept: bool, promise: str, found: object) -> None:
    if not kept:
        raise ContractBroken(plugin, promise, found)


def _generator(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(key=seed))


def _check_facts(plugin: Game[Any] | Model[Any] | Opponent) -> None:
    info, kind = plugin.info, type(plugin)
    for name in ("key", "version", "title"):
        _require(plugin, bool(getattr(info, name)), f"info.{name} is given", "nothing")
    _require(plugin, bool(kind.model_config.get("frozen")), "its parameters are frozen", "frozen is not set")
    again: BaseModel = kind.model_validate_json(plugin.model_dump_json())
    _require(plugin, again.model_dump() == plugin.model_dump(), "parameters survive JSON", again)
    _require(plugin, isinstance(kind.model_json_schema(), dict), "parameters have a JSON Schema", "none")


def _check_state_class(game: Game[Any]) -> None:
    frozen = is_dataclass(game.State) and game.State.__dataclass_params__.frozen  # type: ignore[attr-defined]
    _require(game, frozen, "State is a frozen dataclass", game.State)
    names = {field.name for field in fields(game.State)}
    _require(game, names.issuperset(game.info.hidden), "info.hidden names fields of State", game.info.hidden)


def _play(game: Game[Any], seed: int, steps: int) -> list[Any]:
    """States of a match in which every seat chooses evenly."""
    rng = _generator(seed)
    states = [game.start(rng)]
    while len(states) <= steps and not game.is_over(states[-1]):
        state = states[-1]
        legal = {seat: game.legal_actions(state, seat) for seat in range(game.info.seats)}
        _require(game, any(legal.values()), "somebody may choose until the match is over", state)
        chosen = {seat: actions[int(rng.random() * len(actions))] for seat, actions in legal.items() if actions}
        states.append(game.apply(state, chosen, rng))
    return states


def _untouched(game: Game[Any], state: Any) -> None:
    """States survive JSON, views are JSON, and no method changes a state."""
    adapter: TypeAdapter[Any] = TypeAdapter(game.State)
    text = adapter.dump_json(state)
    again = adapter.validate_json(text)
    _require(game, again == state, "states survive JSON", again)
    for seat in range(game.info.seats):
        json.dumps(game.view(state, seat), allow_nan=False)
        game.situation(state, seat)
    first = {seat: game.legal_actions(state, seat)[:1] for seat in range(game.info.seats)}
    if not game.is_over(state):
        game.apply(state, {seat: actions[0] for seat, actions in first.items() if actions}, _generator(0))
    _require(game, adapter.dump_json(state) == text, "no method changes a state", state)


def _check_actions(game: Game[Any], state: Any) -> None:
    legal = {seat: game.legal_actions(state, seat) for seat in range(game.info.seats)}
    for seat, actions in legal.items():
        situation = game.situation(state, seat)
        if game.is_over(state):
            _require(game, actions == (), "nothing is legal after the end", actions)
        elif actions:
            named = tuple(situation.actions[i] for i in situation.legal)
            _require(game, actions == named, "legal_actions and Situation.legal agree", (actions, named))
            _check_table(game, situation)
    chosen = {seat: actions[0] for seat, actions in legal.items() if actions} or dict.fromkeys(legal, NO_ACTION)
    kind = HagameError if game.is_over(state) else IllegalAction
    for seat in chosen:
        act = partial(game.apply, state, {**chosen, seat: NO_ACTION}, _generator(0))
        _refuses(game, kind, act, f"apply raises {kind.__name__} at what is not legal")


def _check_table(game: Game[Any], situation: Situation) -> None:
    shape = (len(situation.actions), len(situation.opponent_actions))
    for table in (situation.payoffs, situation.opponent_payoffs):
        found = np.shape(table)
        _require(game, found == shape, f"the situation has payoffs of shape {shape}", found)
        _require(game, bool(np.isfinite(table).all()), "payoffs are finite", table)


def _check_payoffs(game: Game[Any], run: list[Any]) -> None:
    nothing = tuple([0.0] * game.info.seats)
    _require(game, game.payoffs(run[0]) == nothing, "payoffs are zero before the first step", game.payoffs(run[0]))
    for before, after in pairwise(run):
        payoffs = game.payoffs(after)
        _require(game, len(payoffs) == game.info.seats, "there is one payoff per seat", payoffs)
        for seat, payoff in enumerate(payoffs):
            table = np.array(game.situation(before, seat).payoffs)
            low, high = float(min(table.min(), 0.0)), float(max(table.max(), 0.0))
            within = low - TOLERANCE <= payoff <= high + TOLERANCE
            _require(game, within, f"payoffs of seat {seat} lie within {low}..{high} as the situation says", payoff)


def _check_size(game: Game[Any], run: list[Any]) -> None:
    """After fifty steps a state that holds the history has grown far beyond that after three."""
    if len(run) > 50:
        early, late = (len(TypeAdapter(game.State).dump_json(run[i])) for i in (3, -1))
        _require(game, late <= 2 * early + 200, "states stay small, for they hold no history", f"{early}, {late} bytes")


def _check_hidden(game: Game[Any], states: list[Any]) -> None:
    """Put into each state what a hidden field was in others: no seat may see a difference."""
    for name in game.info.hidden:
        values: list[Any] = []
        for state in states:
            if getattr(state, name) not in values and len(values) < 10:
                values.append(getattr(state, name))
        for state in states:
            for changed in (replace(state, **{name: value}) for value in values):
                for seat in range(game.info.seats):
                    same = _seen(game, state, seat) == _seen(game, changed, seat)
                    _require(game, same, f"nothing shown depends on the hidden field {name!r}", changed)


def _seen(game: Game[Any], state: Any, seat: int) -> tuple[object, ...]:
    return game.view(state, seat), game.situation(state, seat), game.legal_actions(state, seat)


def _refuses(plugin: object, kind: type[HagameError], act: Callable[[], object], promise: str) -> None:
    try:
        found = act()
    except kind:
        return
    except Exception as error:
        raise ContractBroken(plugin, promise, error) from error
    raise ContractBroken(plugin, promise, found)


def _check_prediction(model: Model[Any], belief: Any, situation: Situation) -> None:
    before = _dumped(model, belief)
    p = model.predict(belief, situation)
    legal = np.isin(np.arange(len(situation.actions)), situation.legal)
    _require(model, p.shape == legal.shape, f"predictions have shape {legal.shape}", p.shape)
    valid = bool(np.isfinite(p).all() and (p[legal] > 0).all() and (p[~legal] == 0).all())
    _require(model, valid, "legal actions have positive probability and illegal ones none", p)
    _require(model, abs(p.sum() - 1) < TOLERANCE, "probabilities sum to 1", p.sum())
    _check_attribution(model, model.explain(belief, situation), p, legal)
    _require(model, model.dump(belief) == before, "predict and explain leave the belief as it was", "a changed one")


def _check_attribution(model: Model[Any], why: Attribution, p: Probabilities, legal: Any) -> None:
    rows = np.array([why.baseline, *(part.log_odds for part in why.parts)])[:, legal]
    _require(model, bool(np.abs(rows.mean(axis=1)).max() < TOLERANCE), "log-odds are centred over legal actions", why)
    odds = np.exp(rows.sum(axis=0))
    difference = float(np.abs(odds / odds.sum() - p[legal]).max())
    _require(model, difference < TOLERANCE, "softmax(baseline + parts) is the prediction", f"{difference} apart")
    spreads = np.ptp(rows[1:], axis=1)
    ordered = all(a >= b - TOLERANCE for a, b in pairwise(spreads.tolist()))
    _require(model, ordered, "parts come largest first", spreads)


def _dumped(model: Model[Any], belief: Any) -> bytes:
    data = model.dump(belief)
    _require(model, len(data) <= MOST_BELIEF_BYTES, f"a belief fits in {MOST_BELIEF_BYTES} bytes", len(data))
    return data


def _check_garbage(model: Model[Any], situation: Situation) -> None:
    good = model.dump(model.start(situation))
    for bad in (b"", b"no belief", good[: len(good) // 2], b"\xff" + good):
        _refuses(
            model, CorruptState, partial(model.load, bad, situation), "load raises CorruptState at what is no belief"
        )


def _decision(situation: Situation, rng: np.random.Generator, *, habit: int) -> Decision:
    """Random, but with a habit in two of three rounds, so that there is something to learn."""
    own = situation.legal[int(rng.random() * len(situation.legal)) if habit == 0 else habit % len(situation.legal)]
    other = int(rng.random() * len(situation.opponent_actions))
    return Decision(own, other, situation.payoffs[own][other], situation.opponent_payoffs[own][other])


def _scenes(game: Game[Any], rounds: int, seed: int) -> Iterator[Scene]:
    """Scenes of the AI's seat in random play, with predictions and records of all kinds, and a first one."""
    rng, last, state = _generator(seed), None, None
    for n in range(rounds):
        if state is None or game.is_over(state):
            last, state = None, game.start(rng)
        situation = game.situation(state, AI)
        if game.legal_actions(state, AI):
            prediction = rng.dirichlet(np.full(len(situation.opponent_actions), (0.1, 1.0, 100.0)[n % 3]))
            record = TrackRecord(n, float(rng.normal(0, 0.3) * n)) if n else TrackRecord()
            yield Scene(situation, game.view(state, AI), prediction, record, last)
        legal = {seat: game.legal_actions(state, seat) for seat in range(game.info.seats)}
        chosen = {seat: actions[int(rng.random() * len(actions))] for seat, actions in legal.items() if actions}
        last = _indices(situation, chosen)
        state = game.apply(state, chosen, rng)


def _indices(situation: Situation, chosen: Mapping[int, str]) -> tuple[int, int] | None:
    if len(chosen) < 2:
        return None
    return situation.actions.index(chosen[AI]), situation.opponent_actions.index(chosen[1 - AI])


def _same_scene(one: Scene, other: Scene) -> bool:
    same = np.array_equal(one.prediction, other.prediction)
    return same and replace(one, prediction=other.prediction) == other


def _check_choice(opponent: Opponent, choice: Choice, situation: Situation) -> None:
    mixture = np.array(choice.mixture)
    legal = np.isin(np.arange(len(situation.actions)), situation.legal)
    _require(opponent, mixture.shape == legal.shape, f"mixtures have shape {legal.shape}", mixture)
    valid = bool((mixture >= 0).all() and (mixture[~legal] == 0).all() and abs(mixture.sum() - 1) < TOLERANCE)
    _require(opponent, valid, "mixtures are distributions over legal actions", mixture)
    _require(opponent, bool(mixture[choice.action] > 0), "the action comes from the mixture", choice)
    _require(opponent, bool(choice.why.strip()), "there is a reason in words", choice.why)


def _shown(game: Game[Any], state: Any) -> dict[str, JsonValue]:
    seats = range(game.info.seats)
    shown = {
        "state": TypeAdapter(game.State).dump_python(state, mode="json"),
        "payoffs": list(game.payoffs(state)),
        "legal_actions": [list(game.legal_actions(state, seat)) for seat in seats],
        "views": [game.view(state, seat) for seat in seats],
    }
    return TypeAdapter(dict[str, JsonValue]).validate_python(shown)


def main(arguments: list[str]) -> NoReturn:
    """`golden DIRECTORY` writes the golden playthroughs."""
    if len(arguments) != 2 or arguments[0] != "golden":
        sys.exit("usage: python -m hagame.testing golden DIRECTORY")
    files = write_golden(Path(arguments[1]))
    print(f"{len(files)} playthroughs written to {arguments[1]}")
    sys.exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
