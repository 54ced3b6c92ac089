"""Sentences about changes of strategy."""

from __future__ import annotations

from hagame.mind.explain.drift import ALWAYS, OPPONENT, OUTCOME, OWN, Change
from hagame.mind.language import Message, message
from hagame.mind.language.message import Value
from hagame.mind.predict.contexts import layout_of
from hagame.mind.predict.words import outcome_phrase, step_phrase
from hagame.rules.game import Situation


def change_said(change: Change, situation: Situation) -> Message:
    """`About round 41 you began to play differently: ...`, with the habit that changed most."""
    return message("change.said", since=change.since, habit=_habit(change, situation))


def _habit(change: Change, situation: Situation) -> Message:
    kind, value, taken = change.cell
    counts: dict[str, Value] = {
        "before": change.before,
        "of_before": change.of_before,
        "after": change.after,
        "of_after": change.of_after,
    }
    if kind == ALWAYS:
        return message("change.always", action=situation.actions[taken], **counts)
    layout = layout_of(situation)
    if kind == OUTCOME:
        when = message("when.outcomes", outcomes=(outcome_phrase(layout, value),))
        if taken == 0:
            return message("change.stay", when=when, **counts)
        return message("change.step", when=when, step=step_phrase(layout, taken, layout.n_actions), **counts)
    if kind == OPPONENT:
        when = message("when.opponent", other=(situation.opponent_actions[value],))
    elif kind == OWN:
        when = message("when.own", own=(situation.actions[value],))
    else:
        first, then = (situation.actions[a] for a in divmod(value, len(situation.actions)))
        when = message("when.own-two", first=first, then=then)
    return message("change.choice", when=when, action=situation.actions[taken], **counts)
