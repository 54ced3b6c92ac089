"""The smallest change of the last rounds that would have flipped a prediction, by playing it all again.

One move of the last rounds is changed, the person's or the opponent's, then two; each time the real model learns the
rounds again from the belief before them and predicts anew. The smallest change is the one with fewest moves; among
those the latest, then the one that the model would have been surest after.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any, Literal

from hagame.mind.language import Message, message
from hagame.mind.model import Decision, Model, Probabilities
from hagame.rules.game import Situation

ROUNDS = 4
"""Last rounds that are changed."""
MOST_MOVES = 2
"""Moves that are changed at once."""
MOST_ACTIONS = 6
"""With more actions than this only single moves are changed."""

Side = Literal["own", "opponent"]


@dataclass(frozen=True, slots=True)
class Edit:
    """In the round `back` rounds before the prediction, `side` plays action `then` instead of `now` (indices)."""

    back: int
    side: Side
    now: int
    then: int


@dataclass(frozen=True, slots=True)
class Flip:
    """What was changed, and what would have been predicted then, shape (n_actions,)."""

    edits: tuple[Edit, ...]
    prediction: Probabilities


def flip(
    model: Model[Any], situation: Situation, beliefs: Sequence[Any], rounds: Sequence[Decision], now: Probabilities
) -> Flip | None:
    """The smallest change after which another action is the most probable; None when no change of two moves is enough.

    `beliefs` are those before each of `rounds`, the last ones in order; `now` is what was predicted after them. The
    situation must have tables of payoffs, and be the same in all rounds.
    """
    expected = int(now.argmax())
    most = MOST_MOVES if max(len(situation.actions), len(situation.opponent_actions)) <= MOST_ACTIONS else 1
    for moves in range(1, most + 1):
        best: tuple[tuple[int, float], Flip] | None = None
        for edits in _edits(situation, rounds, moves):
            first = max(edit.back for edit in edits)
            # Later changes are tried first, so nothing older can be better.
            if best is not None and first > -best[0][0]:
                break
            then = _after(model, situation, beliefs[-first], _edited(situation, rounds[-first:], edits))
            rank = -first, float(then.max())
            if int(then.argmax()) != expected and (best is None or rank > best[0]):
                best = rank, Flip(edits, then)
        if best is not None:
            return best[1]
    return None


def flip_said(found: Flip | None, situation: Situation, turn: int, rounds: int, now: Probabilities) -> Message:
    """The change in a sentence; `turn` is that of the prediction, `rounds` how many were tried."""
    if found is None:
        return message("counterfactual.none", rounds=rounds)
    names = {"own": situation.actions, "opponent": situation.opponent_actions}
    changes = tuple(
        message(
            f"counterfactual.{edit.side}",
            then=names[edit.side][edit.then],
            now=names[edit.side][edit.now],
            round=turn - edit.back,
        )
        for edit in found.edits
    )
    then, expected = int(found.prediction.argmax()), int(now.argmax())
    return message(
        "counterfactual.flip",
        changes=changes,
        then=situation.actions[then],
        then_p=float(found.prediction[then]),
        now=situation.actions[expected],
        now_p=float(now[expected]),
    )


def _edits(situation: Situation, rounds: Sequence[Decision], moves: int) -> Iterator[tuple[Edit, ...]]:
    """All changes of so many moves; those that begin latest come first."""
    places = [(back, side) for back in range(1, len(rounds) + 1) for side in ("own", "opponent")]
    chosen = sorted(combinations(places, moves), key=lambda places: max(back for back, _ in places))
    for some in chosen:
        yield from product(*(_at(situation, rounds[-back], back, side) for back, side in some))


def _at(situation: Situation, done: Decision, back: int, side: str) -> list[Edit]:
    if side == "own":
        return [Edit(back, "own", done.action, a) for a in situation.legal if a != done.action]
    others = range(len(situation.opponent_actions))
    return [Edit(back, "opponent", done.opponent_action, a) for a in others if a != done.opponent_action]


def _edited(situation: Situation, rounds: Sequence[Decision], edits: Sequence[Edit]) -> list[Decision]:
    """The rounds as they would have been, paid by the tables."""
    moves = [[done.action, done.opponent_action] for done in rounds]
    for edit in edits:
        moves[-edit.back][0 if edit.side == "own" else 1] = edit.then
    return [Decision(i, j, situation.payoffs[i][j], situation.opponent_payoffs[i][j]) for i, j in moves]


def _after(model: Model[Any], situation: Situation, belief: Any, rounds: Sequence[Decision]) -> Probabilities:
    for done in rounds:
        belief = model.update(belief, situation, done)
    return model.predict(belief, situation)
