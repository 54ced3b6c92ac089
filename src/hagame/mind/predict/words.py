"""Plain English for contexts: when a row is visited, and what its count says.

In cyclic games every step from a move either beats it (a switch up) or loses to it (a switch down).
"""

from __future__ import annotations

from hagame.mind.predict.contexts import LOSS, TIE, WIN, Context, Layout
from hagame.rules.game import Situation

_CONTEST = {LOSS: "a loss", TIE: "a tie", WIN: "a win"}
_COMPARED = {LOSS: "getting less than the opponent", TIE: "getting the same", WIN: "getting more than the opponent"}
Window = tuple[int, ...]


def statement(
    layout: Layout,
    context: Context,
    situation: Situation,
    window: tuple[Window, Window],
    action: int,
    *,
    seen: int,
    taken: int,
) -> str:
    """One sentence: in this context `action` was chosen, or would have been best, in `taken` of `seen` cases.

    `window` holds own and opponent's last moves, newest first.
    """
    when = _when(layout, context, situation, window)
    if not seen:
        return _sentence(when, "there is nothing to go by yet")
    cases = f"in {taken} of {seen} case{'' if seen == 1 else 's'}"
    name = situation.actions[action]
    if context.symbol == "reply":
        return _sentence(when, f"{_what(layout, context, window, action, name)} would have been the best reply {cases}")
    return _sentence(when, f"you {_did(layout, context, window, action, name)} {cases}")


def _sentence(when: str, what: str) -> str:
    joined = f"{when}, {what}." if when else f"{what}."
    return joined[0].upper() + joined[1:]


def _when(layout: Layout, context: Context, situation: Situation, window: tuple[Window, Window]) -> str:
    """`After a loss and after you switched up`; empty for the context without features."""
    own, opponent = window
    n, m = layout.n_actions, layout.n_opponent
    outcomes = [layout.outcomes[own[k]][opponent[k]] for k in _lags(context, "outcome")]
    words = _CONTEST if layout.is_contest else _COMPARED
    parts = (
        _moves(context, situation, window),
        ", then ".join(words[outcome] for outcome in reversed(outcomes)),
        _steps("you", [_step(layout, (own[k] - own[k + 1]) % n, n) for k in _lags(context, "shift")]),
        _steps(
            "the opponent", [_step(layout, (opponent[k] - opponent[k + 1]) % m, m) for k in _lags(context, "drift")]
        ),
    )
    told = " and after ".join(part for part in parts if part)
    return f"After {told}" if told else ""


def _lags(context: Context, kind: str) -> list[int]:
    return [int(feature[-1]) - 1 for feature in context.features if feature[:-1] == kind]


def _moves(context: Context, situation: Situation, window: tuple[Window, Window]) -> str:
    own = ", ".join(situation.actions[window[0][k]] for k in reversed(_lags(context, "own")))
    other = ", ".join(situation.opponent_actions[window[1][k]] for k in reversed(_lags(context, "opponent")))
    if own and other:
        return f"you played {own} against {other}"
    return f"you played {own}" if own else f"the opponent played {other}" if other else ""


def _steps(who: str, steps: list[str]) -> str:
    return f"{who} {', then '.join(reversed(steps))}" if steps else ""


def _step(layout: Layout, shift: int, n: int) -> str:
    if shift == 0:
        return "repeated"
    direction = {"beats": " up", "loses to": " down"}.get(_relation(layout, shift), f" {shift} on" if n > 2 else "")
    return f"switched{direction}"


def _did(layout: Layout, context: Context, window: tuple[Window, Window], action: int, name: str) -> str:
    """`chose paper`, or where codes are relative `repeated your last move (now paper)`."""
    if context.coding == "own" and action == window[0][0]:
        return f"repeated your last move (now {name})"
    if context.coding == "opponent" and action == window[1][0]:
        return f"copied the opponent's last move (now {name})"
    return f"chose {_what(layout, context, window, action, name)}"


def _what(layout: Layout, context: Context, window: tuple[Window, Window], action: int, name: str) -> str:
    """`paper`, or where codes are relative `what beats your last move (now paper)`."""
    if context.coding == "absolute":
        return name
    last, whose = (window[0][0], "your") if context.coding == "own" else (window[1][0], "the opponent's")
    shift = (action - last) % layout.n_actions
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
    if layout.n_opponent != n:
        return ""
    outcomes = {layout.outcomes[(action + shift) % n][action] for action in range(n)}
    return "beats" if outcomes == {WIN} else "loses to" if outcomes == {LOSS} else ""
