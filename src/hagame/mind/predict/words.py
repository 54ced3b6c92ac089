"""Sentences for contexts: when a row is visited, and what its count says. The words are in `mind.language`.

In cyclic games every step from a move either beats it (a switch up) or loses to it (a switch down).
"""

from __future__ import annotations

from functools import lru_cache

from hagame.mind.language import Message, message
from hagame.mind.language.message import Value
from hagame.mind.predict.contexts import LOSS, TIE, WIN, Context, Layout, values_in
from hagame.rules.game import Situation

_OUTCOMES = {LOSS: "loss", TIE: "tie", WIN: "win"}
Names = tuple[str, ...]
NOTHING = message("evidence.nothing")


def statement(
    layout: Layout, situation: Situation, e: int, row: int, last: tuple[int, int], action: int, cases: tuple[int, int]
) -> Message:
    """One sentence: in row `row` of context `e`, `action` was chosen, or would have been best, in so many cases.

    `last` holds own and opponent's last move, `cases` those with `action` and all.
    """
    if not cases[1]:
        return NOTHING
    context = layout.contexts[e]
    when = _when(layout, e, row, situation.actions, _answers(layout, situation))
    counted: dict[str, Value] = {"taken": cases[0], "seen": cases[1]}
    if context.symbol == "reply":
        counted["what"] = _what(layout, context, last, action, situation)
    else:
        counted["did"] = _did(layout, context, last, action, situation)
    if when is None:
        return message(f"evidence.{context.symbol}-always", **counted)
    return message(f"evidence.{context.symbol}", when=when, **counted)


def learnt_statement(key: str, name: str, cases: tuple[int, int]) -> Message:
    """One sentence for evidence that is no context; `name` was chosen in `cases` of this match: so often of so many."""
    if key in ("values", "tendencies"):
        if not cases[1]:
            return message("evidence.unpaid") if key == "values" else NOTHING
        return message(f"evidence.{key}", name=name, taken=cases[0], seen=cases[1])
    return message(f"evidence.{'options' if key == 'options' else 'people'}", name=name)


def outcome_phrase(layout: Layout, outcome: int) -> Message:
    """`a loss`, `a tie` or `a win`, as the game has it."""
    kind = "contest" if layout.is_contest else "compared" if len(layout.table.replies) else "paid"
    return message(f"outcome.{kind}-{_OUTCOMES[outcome]}")


def step_phrase(layout: Layout, shift: int, n: int) -> Message:
    """`repeated`, `switched up` or the like: the move `shift` on from the one before, of n moves."""
    if shift == 0:
        return message("step.repeated")
    relation = _relation(layout, shift)
    if relation:
        return message("step.up" if relation == "beats" else "step.down")
    return message("step.on", n=shift) if n > 2 else message("step.changed")


def _answers(layout: Layout, situation: Situation) -> tuple[Value, ...]:
    return situation.opponent_actions or tuple(message("what.place", n=k + 1) for k in range(layout.n_answers))


@lru_cache(maxsize=16384)
def _when(layout: Layout, e: int, row: int, actions: Names, answers: tuple[Value, ...]) -> Message | None:
    """`after a loss and after you switched up`; None for the context without features. Steps are told oldest first."""
    told: dict[str, list[Value]] = {}
    for feature, value in reversed(values_in(layout, e, row)):
        kind = feature[:-1]
        if kind == "opening":
            return None if value else message("when.start")
        told.setdefault(kind, []).append(_phrase(layout, kind, value, actions, answers))
    found = {kind: tuple(phrases) for kind, phrases in told.items()}
    parts = (
        _moves(found.get("own", ()), found.get("opponent", ())),
        message("when.outcomes", outcomes=found["outcome"]) if "outcome" in found else None,
        message("when.your-steps", steps=found["shift"]) if "shift" in found else None,
        message("when.opponent-steps", steps=found["drift"]) if "drift" in found else None,
    )
    said = tuple(part for part in parts if part is not None)
    return message("when.after", parts=said) if said else None


def _phrase(layout: Layout, kind: str, value: int, actions: Names, answers: tuple[Value, ...]) -> Value:
    if kind in ("own", "opponent"):
        return (actions if kind == "own" else answers)[value]
    if kind == "outcome":
        return outcome_phrase(layout, value)
    return step_phrase(layout, value, layout.n_actions if kind == "shift" else layout.n_answers)


def _moves(own: tuple[Value, ...], other: tuple[Value, ...]) -> Message | None:
    if own and other:
        return message("when.moves", own=own, other=other)
    if own:
        return message("when.own", own=own)
    return message("when.opponent", other=other) if other else None


def _did(layout: Layout, context: Context, last: tuple[int, int], action: int, situation: Situation) -> Message:
    """`chose paper`, or where codes are relative `repeated your last move (now paper)`."""
    name = situation.actions[action]
    if context.coding == "own" and action == last[0]:
        return message("did.repeated", name=name)
    if context.coding == "opponent" and action == last[1]:
        return message("did.copied", name=name)
    what = _what(layout, context, last, action, situation)
    if isinstance(what, Message) and what.id.endswith("-step"):
        return Message(f"did.{context.coding}-step", what.args)
    return message("did.chose", what=what)


def _what(layout: Layout, context: Context, last: tuple[int, int], action: int, situation: Situation) -> Value:
    """`paper`, or where codes are relative `what beats your last move (now paper)`.

    Labels in no order have no distance that a person would know: there the same step is named by its two ends.
    """
    name, whose = situation.actions[action], context.coding
    from_ = -1 if whose == "absolute" else last[0] if whose == "own" else last[1]
    if from_ < 0:
        return name
    shift = (action - from_) % layout.n_actions
    if shift == 0:
        return message(f"what.{whose}", name=name)
    relation = _relation(layout, shift)
    if relation:
        return message(f"what.{whose}-{relation}", name=name)
    if layout.n_actions > 2:
        names = situation.actions if whose == "own" else situation.opponent_actions or situation.actions
        return message(f"what.{whose}-step", last=names[from_], name=name)
    return message(f"what.{whose}-other", name=name)


def _relation(layout: Layout, shift: int) -> str:
    """`beats` or `loses-to` where that shift does so from every action."""
    n = layout.n_actions
    if layout.table.outcomes.shape != (n, n):
        return ""
    outcomes = {int(layout.table.outcomes[(action + shift) % n, action]) for action in range(n)}
    return "beats" if outcomes == {WIN} else "loses-to" if outcomes == {LOSS} else ""
