"""What the payoffs of a situation say: what counts as a win, whether it is a dilemma, what answers what."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import fsum

from hagame.rules.game import Situation


@dataclass(frozen=True, slots=True)
class Structure:
    """Facts of a situation, from the seat it is seen from.

    `aspiration`: mean of the seat's own payoffs over all pairs of actions, in the units of the game; a round that pays
    more is a win, one that pays less a loss (Posch 1999). `cooperate`: index of the cooperative action of a prisoner's
    dilemma, None in other games. `responses[j]`: own best responses to the other's action j; empty when some action is
    best against all of them, because then a best response shows no attention to the other.
    """

    aspiration: float
    cooperate: int | None
    responses: tuple[frozenset[int], ...]

    def outcome(self, payoff: float) -> int:
        """1 for a win, -1 for a loss, 0 where the payoff just meets the aspiration, up to rounding."""
        margin = 1e-9 * max(1.0, abs(self.aspiration))
        return (payoff > self.aspiration + margin) - (payoff < self.aspiration - margin)


@lru_cache(maxsize=1024)
def structure(situation: Situation) -> Structure:
    """The structure of this situation; worked out once."""
    cells = [x for row in situation.payoffs for x in row]
    return Structure(fsum(cells) / len(cells), _cooperative(situation), _responses(situation))


def _cooperative(situation: Situation) -> int | None:
    """The cooperative action of a symmetric two-by-two game with T > R > P > S (Rapoport & Chammah 1965)."""
    own = situation.payoffs
    if len(own) != 2 or len(own[0]) != 2 or situation.opponent_payoffs != tuple(zip(*own, strict=True)):
        return None
    for c, d in ((0, 1), (1, 0)):
        if own[d][c] > own[c][c] > own[d][d] > own[c][d]:
            return c
    return None


def _responses(situation: Situation) -> tuple[frozenset[int], ...]:
    columns = list(zip(*situation.payoffs, strict=True))
    responses = tuple(frozenset(i for i, x in enumerate(column) if x == max(column)) for column in columns)
    return () if frozenset.intersection(*responses) else responses
