"""Why the engine predicts what it predicts: an exact decomposition of its logits (`parts`), told in words.

Contexts that look at the same thing (own moves, say, one to three of them) back off to each other and are one part:
what one of them takes back from another is no news to people. A part cites the context that speaks most for the action
the part favours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import add

import msgspec
import numpy as np
from numpy.typing import NDArray

from hagame.mind.language import message, say
from hagame.mind.model import Attribution, Contribution
from hagame.mind.predict.belief import Belief
from hagame.mind.predict.contexts import Context, Layout
from hagame.mind.predict.engine import Thought, legal_of
from hagame.mind.predict.kernels import N_LEARNERS, N_REACTIONS
from hagame.mind.predict.learners import VOTERS
from hagame.mind.predict.parts import Parts, parts_of, told_of
from hagame.mind.predict.state import ANSWER, OWN
from hagame.mind.predict.words import learnt_statement, statement
from hagame.rules.game import Situation

REST = "rest"
"""Key of the part that sums what is not told."""
VALUES, TENDENCIES, OPTIONS, PEOPLE = "values", "tendencies", "options", "people"
"""Keys of the parts that are no contexts: payoffs so far, inclinations such as repeating, what the options look like,
and what other people did."""
_LOOKS_AT = {
    "own": "own",
    "shift": "own",
    "opponent": "opponent",
    "drift": "opponent",
    "outcome": "outcome",
    "opening": "opening",
}


def explain(belief: Belief, thought: Thought, situation: Situation, top: int) -> Attribution:
    """The `top` parts of widest log-odds in words and the sum of all others as one, widest first.

    Of those that say the same, as early in a match, one is told with the sum of their log-odds.
    """
    legal, groups = legal_of(situation.legal, len(situation.actions)), _groups(belief.layout, len(thought.inputs))
    pool, stage = belief.population.pool, situation.stage
    found = told_of(belief.plan, belief.state, pool, stage, legal, thought, groups.of, top)
    order, log_odds = found.groups.tolist(), found.log_odds.tolist()
    parts = zip(order[:top], log_odds, found.cited.tolist(), strict=False)
    told = _told_once([_part(belief, situation, groups.keys[g], tuple(odds), cited) for g, odds, cited in parts])
    if order[top:]:
        said = message("evidence.rest", n=len(order) - top)
        told.append(Contribution(REST, say(said), tuple(log_odds[-1]), float(belief.seen), 0.0, said))
    told.sort(key=_spread, reverse=True)
    return Attribution(baseline=(0.0,) * len(situation.actions), parts=tuple(told))


def _told_once(parts: Sequence[Contribution]) -> list[Contribution]:
    """Parts that say the same as one, under the key of the widest of them."""
    found: dict[str, Contribution] = {}
    for part in parts:
        same = found.get(part.statement)
        if same is not None:
            part = msgspec.structs.replace(same, log_odds=tuple(map(add, same.log_odds, part.log_odds)))  # noqa: PLW2901
        found[part.statement] = part
    return list(found.values())


def contributions(belief: Belief, thought: Thought, situation: Situation) -> Parts:
    """What each context and each other input adds, exactly."""
    population = belief.population
    legal, groups = legal_of(situation.legal, len(situation.actions)), _groups(belief.layout, len(thought.inputs))
    return parts_of(belief.plan, belief.state, population.pool, situation.stage, legal, thought, groups.of)


@dataclass(frozen=True, slots=True)
class _Groups:
    """The parts of one layout: keys, and the part of each context, input and the rest."""

    keys: tuple[str, ...]
    of: NDArray[np.int64]


@lru_cache(maxsize=256)
def _groups(layout: Layout, inputs: int) -> _Groups:
    of = [part_of(context) for context in layout.contexts]
    columns = inputs - 2 * len(of) - 1 - N_LEARNERS - N_REACTIONS
    learners = [VALUES if k <= VOTERS - 1 or k == 12 else TENDENCIES for k in range(N_LEARNERS)]
    everything = [*of, *learners, *[TENDENCIES] * N_REACTIONS, *[OPTIONS] * columns, PEOPLE]
    keys = tuple(sorted(set(everything)))
    return _Groups(keys, np.array([keys.index(key) for key in everything]))


def part_of(context: Context) -> str:
    """Which part a context belongs to, e.g. `taken/own+opponent`: what is counted, and after what."""
    looks = {_LOOKS_AT[feature[:-1]] for feature in context.features}
    return f"{context.symbol}/{'+'.join(sorted(looks, reverse=True)) or 'always'}"


def _part(
    belief: Belief, situation: Situation, key: str, log_odds: tuple[float, ...], cited: Sequence[int]
) -> Contribution:
    """One part in words; `cited` as in `Told`."""
    layout, state, stage = belief.layout, belief.state, situation.stage
    action, e, row, taken, seen = cited
    if e < 0:
        if key not in {VALUES, TENDENCIES}:
            taken = seen = 0
        said = learnt_statement(key, situation.actions[action], (taken, seen))
    else:
        last = int(state.window[stage, OWN, 0]), int(state.window[stage, ANSWER, 0])
        said = statement(layout, situation, e, row - stage * layout.rows, last, action, (taken, seen))
    return Contribution(key, say(said), log_odds, float(seen), float(taken), said)


def _spread(part: Contribution) -> float:
    """Widest difference over the legal actions; illegal ones have 0, which lies between as parts are centred."""
    return max(part.log_odds) - min(part.log_odds)
