"""Evidence in words."""

from __future__ import annotations

from collections.abc import Sequence

from hagame.mind.learn.past import Lags, Past
from hagame.rules.game import Situation


def after(situation: Situation, belief: Past, lags: Lags) -> str:
    """`After you played rock and then paper against scissors, ` ..., oldest first; empty without a past."""
    own = [situation.actions[move] for move in belief.own[: lags[0]]][::-1]
    # Where nobody answers, the past holds a silent opponent.
    answered = belief.opponent[: lags[1]] if situation.opponent_actions else ()
    other = [situation.opponent_actions[move] for move in answered][::-1]
    if own and other:
        return f"After you played {', then '.join(own)} against {', then '.join(other)}, "
    if own:
        return f"After you played {', then '.join(own)}, "
    return f"After the opponent played {', then '.join(other)}, " if other else "Overall, "


def cases(situation: Situation, action: int, counted: Sequence[int]) -> str:
    """What was counted, as `you chose rock in 3 of 7 cases`."""
    if not sum(counted):
        return "you have not chosen yet."
    return f"you chose {situation.actions[action]} in {counted[action]} of {sum(counted)} cases."
