"""Plain English for contexts: when a row is visited, and what its count says.

In cyclic games every step from a move either beats it (a switch up) or loses to it (a switch down).
"""

from __future__ import annotations

from functools import lru_cache

from hagame.mind.predict.contexts import LOSS, TIE, WIN, Context, Layout, values_in
from hagame.rules.game import Situation

_CONTEST = {LOSS: "a loss", TIE: "a tie", WIN: "a win"}
_PAID = {LOSS: "a bad outcome", TIE: "an even outcome", WIN: "a good outcome"}
_COMPARED = {LOSS: "getting less than the opponent", TIE: "getting the same", WIN: "getting more than the opponent"}
Names = tuple[str, ...]


def statement(
    layout: Layout, situation: Situation, e: int, row: int, last: tuple[int, int], action: int, cases: tuple[int, int]
) -> str:
    """One sentence: in row `row` of context `e`, `action` was chosen, or would have been best, in so many cases.

    `last` holds own and opponent's last move, `cases` those with `action` and all.
    """
    if not cases[1]:
        return _NOTHING
    context = layout.contexts[e]
    answers = situation.opponent_actions or tuple(f"place {k + 1}" for k in range(layout.n_answers))
    when = _when(layout, e, row, situation.actions, answers)
    counted = f"in {cases[0]} of {cases[1]} case{'' if cases[1] == 1 else 's'}"
    name = situation.actions[action]
    if context.symbol == "reply":
        return _sentence(when, f"{_what(layout, context, last, action, name)} would have been the best reply {counted}")
    return _sentence(when, f"you {_did(layout, context, last, action, name)} {counted}")


def learnt_statement(key: str, name: str, cases: tuple[int, int]) -> str:
    """One sentence for evidence that is no context; `name` was chosen in `cases` of this match: so often of so many."""
    counted = f"chosen in {cases[0]} of {cases[1]} rounds of this match"
    if key == "values":
        return f"What was paid so far speaks for {name}, {counted}." if cases[1] else "Nothing has been paid yet."
    if key == "tendencies":
        return f"How you tend to repeat and to change speaks for {name}, {counted}." if cases[1] else _NOTHING
    if key == "options":
        return f"What the options look like speaks for {name}."
    return f"Other people in situations like this chose {name} more often than your own past tells."


_NOTHING = "Nothing like this has come up yet."


def _sentence(when: str, what: str) -> str:
    joined = f"{when}, {what}." if when else f"{what}."
    return joined[0].upper() + joined[1:]


@lru_cache(maxsize=16384)
def _when(layout: Layout, e: int, row: int, actions: Names, opponent_actions: Names) -> str:
    """`After a loss and after you switched up`; empty for the context without features. Steps are told oldest first."""
    told: dict[str, list[str]] = {}
    words = _CONTEST if layout.is_contest else _COMPARED if len(layout.table.replies) else _PAID
    for feature, value in reversed(values_in(layout, e, row)):
        kind = feature[:-1]
        if kind in ("own", "opponent"):
            word = (actions if kind == "own" else opponent_actions)[value]
        elif kind == "outcome":
            word = words[value]
        elif kind == "opening":
            return "" if value else "At the start of a match"
        else:
            word = _step(layout, value, layout.n_actions if kind == "shift" else layout.n_answers)
        told.setdefault(kind, []).append(word)
    parts = (
        _moves(", ".join(told.get("own", ())), ", ".join(told.get("opponent", ()))),
        ", then ".join(told.get("outcome", ())),
        _steps("you", told.get("shift", [])),
        _steps("the opponent", told.get("drift", [])),
    )
    said = " and after ".join(part for part in parts if part)
    return f"After {said}" if said else ""


def _moves(own: str, other: str) -> str:
    if own and other:
        return f"you played {own} against {other}"
    return f"you played {own}" if own else f"the opponent played {other}" if other else ""


def _steps(who: str, steps: list[str]) -> str:
    return f"{who} {', then '.join(steps)}" if steps else ""


def _step(layout: Layout, shift: int, n: int) -> str:
    if shift == 0:
        return "repeated"
    direction = {"beats": " up", "loses to": " down"}.get(_relation(layout, shift), f" {shift} on" if n > 2 else "")
    return f"switched{direction}"


def _did(layout: Layout, context: Context, last: tuple[int, int], action: int, name: str) -> str:
    """`chose paper`, or where codes are relative `repeated your last move (now paper)`."""
    if context.coding == "own" and action == last[0]:
        return f"repeated your last move (now {name})"
    if context.coding == "opponent" and action == last[1]:
        return f"copied the opponent's last move (now {name})"
    return f"chose {_what(layout, context, last, action, name)}"


def _what(layout: Layout, context: Context, last: tuple[int, int], action: int, name: str) -> str:
    """`paper`, or where codes are relative `what beats your last move (now paper)`."""
    if context.coding == "absolute":
        return name
    anchor, whose = (last[0], "your") if context.coding == "own" else (last[1], "the opponent's")
    shift = (action - anchor) % layout.n_actions
    if shift == 0:
        return f"{whose} last move (now {name})"
    relation = _relation(layout, shift)
    if relation:
        return f"what {relation} {whose} last move (now {name})"
    step = f"{shift} on from" if layout.n_actions > 2 else "another move than"
    return f"{step} {whose} last move (now {name})"


def _relation(layout: Layout, shift: int) -> str:
    """`beats` or `loses to` where that shift does so from every action."""
    n = layout.n_actions
    if layout.table.outcomes.shape != (n, n):
        return ""
    outcomes = {int(layout.table.outcomes[(action + shift) % n, action]) for action in range(n)}
    return "beats" if outcomes == {WIN} else "loses to" if outcomes == {LOSS} else ""
