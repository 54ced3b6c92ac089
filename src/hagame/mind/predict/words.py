"""Plain English for contexts: when a row is visited, and what its count says."""

from __future__ import annotations

from hagame.mind.predict.contexts import LOSS, TIE, WIN, Context, Layout
from hagame.rules.game import Situation

_TIMES = ("", "last", "one before", "third last", "fourth last")
_OUTCOME = {LOSS: "losing", TIE: "a tie", WIN: "winning"}
_PAID = {LOSS: "earning less than the opponent", TIE: "earning the same", WIN: "earning more than the opponent"}


def statement(
    layout: Layout,
    context: Context,
    situation: Situation,
    own: tuple[int, ...],
    opponent: tuple[int, ...],
    action: int,
    *,
    seen: float,
    taken: float,
) -> str:
    """One sentence: in this context, `action` was chosen (or would have been best) in `taken` of `seen` cases."""
    when = _when(layout, context, situation, own, opponent)
    cases = f"in {taken:.0f} of {seen:.0f} {'case' if round(seen) == 1 else 'cases'}"
    name = situation.actions[action]
    if context.symbol == "reply":
        return _sentence(
            when, f"{_named_reply(layout, context, name, own, opponent, action)} was the best reply {cases}"
        )
    if context.coding == "own":
        return _sentence(when, f"you {_own_step(layout, name, own[0], action)} {cases}")
    if context.coding == "opponent":
        return _sentence(when, f"you {_against(layout, name, opponent[0], action)} {cases}")
    return _sentence(when, f"you chose {name} {cases}")


def _sentence(when: str, what: str) -> str:
    joined = f"{when}, {what}." if when else f"{what}."
    return joined[0].upper() + joined[1:]


def _when(
    layout: Layout, context: Context, situation: Situation, own: tuple[int, ...], opponent: tuple[int, ...]
) -> str:
    """`After losing and switching`; empty for the context without features."""
    parts = [
        part
        for part in (
            _moves("your", [own[k] for k in _lags(context, "own")], situation.actions),
            _moves("the opponent's", [opponent[k] for k in _lags(context, "opponent")], situation.opponent_actions),
            _outcomes(layout, situation, [layout.outcomes[own[k]][opponent[k]] for k in _lags(context, "outcome")]),
            _steps("your own", [own[k] - own[k + 1] for k in _lags(context, "shift")]),
            _steps("the opponent's", [opponent[k] - opponent[k + 1] for k in _lags(context, "drift")]),
        )
        if part
    ]
    return f"After {' and '.join(parts)}" if parts else ""


def _lags(context: Context, kind: str) -> list[int]:
    return [int(f[-1]) - 1 for f in context.features if f[:-1] == kind]


def _moves(whose: str, moves: list[int], names: tuple[str, ...]) -> str:
    if not moves:
        return ""
    return f"{whose} {', '.join(names[move] for move in reversed(moves))}"


def _outcomes(layout: Layout, situation: Situation, outcomes: list[int]) -> str:
    words = _OUTCOME if _is_contest(layout, situation) else _PAID
    return ", then ".join(words[outcome] for outcome in reversed(outcomes))


def _steps(whose: str, steps: list[int]) -> str:
    return ", then ".join(f"{'a repeat' if step == 0 else 'a change'} of {whose} move" for step in reversed(steps))


def _is_contest(layout: Layout, situation: Situation) -> bool:
    """Whether one's gain is the other's loss, so that winning and losing mean something."""
    total = {
        round(situation.payoffs[i][j] + situation.opponent_payoffs[i][j], 9)
        for i in range(layout.n_actions)
        for j in range(layout.n_opponent)
    }
    return len(total) == 1


def _own_step(layout: Layout, name: str, last: int, action: int) -> str:
    if action == last:
        return f"repeated your last move (now {name})"
    relation = _relation(layout, (action - last) % layout.n_actions)
    return f"switched to what {relation} your last move (now {name})" if relation else f"made this switch (now {name})"


def _against(layout: Layout, name: str, last: int, action: int) -> str:
    if action == last:
        return f"copied the opponent's last move (now {name})"
    relation = _relation(layout, (action - last) % layout.n_actions)
    verb = (
        f"chose what {relation} the opponent's last move" if relation else "answered the opponent's last move this way"
    )
    return f"{verb} (now {name})"


def _named_reply(
    layout: Layout, context: Context, name: str, own: tuple[int, ...], opponent: tuple[int, ...], action: int
) -> str:
    if context.coding == "absolute":
        return name
    last, whose = (own[0], "your") if context.coding == "own" else (opponent[0], "the opponent's")
    if action == last:
        return f"{whose} last move (now {name})"
    relation = _relation(layout, (action - last) % layout.n_actions)
    return (
        f"what {relation} {whose} last move (now {name})"
        if relation
        else f"this step from {whose} last move (now {name})"
    )


def _relation(layout: Layout, shift: int) -> str:
    """`beats` or `loses to` where that shift does so from every action."""
    n = layout.n_actions
    if layout.n_opponent != n:
        return ""
    outcomes = {layout.outcomes[(a + shift) % n][a] for a in range(n)}
    return "beats" if outcomes == {WIN} else "loses to" if outcomes == {LOSS} else ""
