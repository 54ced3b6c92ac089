"""Why the engine predicts what it predicts: an exact decomposition of its logits, told in words.

The pool is linear in its inputs, so each input contributes its weight (the population's, and the person's slopes) times
itself. The Bayesian mixture is one of the inputs: log(n p) = log(1 + d) with d = sum_e d_e, d_e = share_e (n p_e -
1), and
expert e's part of it is d_e log(1 + d) / d, its integrated gradient from the uniform distribution (Sundararajan, Taly
& Yan
2017). A tree's score is the sum of the steps along its path, each of which belongs to the column it looks at. So all
parts still add up.

Contexts that look at the same thing (own moves, say, one to three of them) back off to each other and are one part:
what one of them takes back from another is no news to people. A part cites the context that speaks most for the action
the part favours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log1p

import numpy as np
from numpy.typing import NDArray

from hagame.mind.language import message, say
from hagame.mind.model import Attribution, Contribution
from hagame.mind.predict.belief import Belief
from hagame.mind.predict.contexts import Context, Layout
from hagame.mind.predict.counting import anchor_of, rows_of
from hagame.mind.predict.engine import Thought
from hagame.mind.predict.kernels import N_LEARNERS, N_REACTIONS, tried
from hagame.mind.predict.learners import VOTERS
from hagame.mind.predict.population import GROUPS
from hagame.mind.predict.state import ANSWER, OWN
from hagame.mind.predict.trees import attributed
from hagame.mind.predict.words import learnt_statement, statement
from hagame.rules.game import Situation

Floats = NDArray[np.float64]

REST = "rest"
"""Key of the part that sums what is not told."""
VALUES, TENDENCIES, OPTIONS, PEOPLE = "values", "tendencies", "options", "people"
"""Keys of the parts that are no contexts: payoffs so far, inclinations such as repeating, what the options look like,
and
what other people did."""
TINY = 1e-9
"""Below this, log(1 + d) / d is 1 as far as rounding goes."""
_LOOKS_AT = {
    "own": "own",
    "shift": "own",
    "opponent": "opponent",
    "drift": "opponent",
    "outcome": "outcome",
    "opening": "opening",
}


def explain(belief: Belief, thought: Thought, situation: Situation, top: int) -> Attribution:
    """The `top` parts of widest log-odds in words and the sum of all others as one, widest first."""
    by_input = contributions(belief, thought, situation)
    groups = _groups(belief.layout, len(thought.inputs))
    parts: list[list[float]] = (groups.membership @ by_input).tolist()
    kept = [p for p in range(len(parts)) if groups.members[p] or any(parts[p])]
    order = sorted(kept, key=[_spread(part) for part in parts].__getitem__, reverse=True)
    columns: list[list[float]] = by_input.T.tolist()
    told = [_part(belief, situation, parts[p], groups.keys[p], groups.members[p], columns) for p in order[:top]]
    if order[top:]:
        rest = tuple(sum(parts[p][a] for p in order[top:]) for a in range(len(parts[0])))
        said = message("evidence.rest", n=len(order) - top)
        told.append(Contribution(REST, say(said), rest, float(belief.seen), 0.0, said))
        told.sort(key=lambda part: -_spread(part.log_odds))
    return Attribution(baseline=(0.0,) * len(situation.actions), parts=tuple(told))


def contributions(belief: Belief, thought: Thought, situation: Situation) -> Floats:
    """Log-odds of each context (both memories together), each other input but the mixture, and the rest of the trees.

    Shape (E + L + R + H + 1, n); they sum to the logits of the prediction.
    """
    contexts = len(belief.layout.contexts)
    parts = thought.inputs * _coefficients(belief, situation.stage)[:, None]
    mixture = np.array(parts[2 * contexts])
    parts[2 * contexts] = 0.0
    if mixture.any():
        at = thought.inputs[2 * contexts]
        widest = int(np.argmax(np.abs(at)))
        weight = mixture[widest] / at[widest]
        inner = weight * _mixture_parts(belief, thought, situation)
        parts[: 2 * contexts] += inner[: 2 * contexts]
        parts[2 * contexts + 1 : 2 * contexts + 1 + VOTERS] += inner[2 * contexts :]
    people = np.zeros((1, parts.shape[1]))
    if thought.table.size:
        _add_trees(belief, thought, situation, parts, people)
    counts = parts[: 2 * contexts].reshape(contexts, 2, parts.shape[1]).sum(axis=1)
    everything = np.concatenate((counts, parts[2 * contexts + 1 :], people))
    return np.asarray(everything * float(thought.scale[0]), dtype=np.float64)


def _coefficients(belief: Belief, stage: int) -> Floats:
    """What each input is multiplied with, shape (K,)."""
    pool = belief.population.pool
    part = min(stage, len(pool.weights) - 1)
    slopes = belief.state.slopes[part].astype(np.float64)
    groups = len(slopes) - len(pool.singles)
    found: Floats = pool.weights[part] * (1 + slopes[:groups][pool.groups])
    found[pool.singles] += slopes[groups:] * pool.units[pool.singles]
    return found


def _mixture_parts(belief: Belief, thought: Thought, situation: Situation) -> Floats:
    """Integrated gradients of the centred log of the Bayesian mixture, shape (M, n)."""
    keep = list(situation.legal)
    size = len(keep)
    shares = belief.state.shares[situation.stage].astype(np.float64)
    shares *= size / shares.sum()
    excess = shares[:, None] * (thought.experts[:-1, keep] - 1 / size)
    total = (size * thought.experts[-1, keep] - 1).tolist()
    slope = np.array([log1p(d) / d if abs(d) > TINY else 1.0 for d in total])
    parts = np.zeros((len(shares), thought.experts.shape[1]))
    found = excess * slope
    parts[:, keep] = found - found.mean(axis=1, keepdims=True)
    return parts


def _add_trees(belief: Belief, thought: Thought, situation: Situation, parts: Floats, people: Floats) -> None:
    """Adds what the trees owe to each input to `parts` (K, n), and all else of theirs to `people` (1, n)."""
    steps = attributed(belief.population.trees, thought.table)
    keep = list(situation.legal)
    found = np.zeros_like(steps)
    found[keep] = steps[keep] - steps[keep].mean(axis=0)
    first = 1 + len(GROUPS)
    of_inputs = found[:, first : first + len(parts)]
    mixture = 2 * len(belief.layout.contexts)
    people[0] += found.sum(axis=1) - of_inputs.sum(axis=1) + of_inputs[:, mixture]
    parts += of_inputs.T
    parts[mixture] = 0.0


@dataclass(frozen=True, slots=True)
class _Groups:
    """The parts of one layout: keys, numbers of their contexts, and what belongs to them as a matrix of 0 and 1."""

    keys: tuple[str, ...]
    members: tuple[tuple[int, ...], ...]
    membership: Floats


@lru_cache(maxsize=256)
def _groups(layout: Layout, inputs: int) -> _Groups:
    of = [part_of(context) for context in layout.contexts]
    columns = inputs - 2 * len(of) - 1 - N_LEARNERS - N_REACTIONS
    learners = [VALUES if k <= VOTERS - 1 or k == 12 else TENDENCIES for k in range(N_LEARNERS)]
    everything = [*of, *learners, *[TENDENCIES] * N_REACTIONS, *[OPTIONS] * columns, PEOPLE]
    keys = tuple(sorted(set(everything)))
    members = tuple(tuple(e for e, key in enumerate(of) if key == wanted) for wanted in keys)
    return _Groups(keys, members, np.array([[float(key == wanted) for key in everything] for wanted in keys]))


def part_of(context: Context) -> str:
    """Which part a context belongs to, e.g. `taken/own+opponent`: what is counted, and after what."""
    looks = {_LOOKS_AT[feature[:-1]] for feature in context.features}
    return f"{context.symbol}/{'+'.join(sorted(looks, reverse=True)) or 'always'}"


def _part(
    belief: Belief,
    situation: Situation,
    log_odds: list[float],
    key: str,
    members: tuple[int, ...],
    columns: list[list[float]],
) -> Contribution:
    """One part in words: the action it favours, and the context among `members` that speaks most for that.

    A context that has not come up yet speaks for the one it backs off to, so that one is cited.
    """
    layout, state, stage = belief.layout, belief.state, situation.stage
    action = max(situation.legal, key=log_odds.__getitem__)
    if not members:
        chosen = [int(tried(state, stage, a)) for a in range(layout.n_actions)]
        cases = (chosen[action], sum(chosen)) if key in (VALUES, TENDENCIES) else (0, 0)
        said = learnt_statement(key, situation.actions[action], cases)
        return Contribution(key, say(said), tuple(log_odds), float(cases[1]), float(cases[0]), said)
    rows = rows_of(belief.plan, state, stage)
    e = max(members, key=columns[action].__getitem__)
    found = cases_of(belief, stage, rows, e)
    while not any(found) and layout.parents[e] >= 0:
        e = layout.parents[e]
        found = cases_of(belief, stage, rows, e)
    taken, seen = found[action], sum(found)
    last = int(state.window[stage, OWN, 0]), int(state.window[stage, ANSWER, 0])
    said = statement(layout, situation, e, int(rows[e]) - stage * layout.rows, last, action, (taken, seen))
    return Contribution(key, say(said), tuple(log_odds), float(seen), float(taken), said)


def cases_of(belief: Belief, stage: int, rows: NDArray[np.int64], e: int) -> list[int]:
    """Cases of each action in the row that context `e` visits, in its long memory."""
    anchor = anchor_of(belief.plan, belief.state, stage, e)
    return [int(c) for c in np.roll(belief.state.counts[rows[e], 0], anchor)]


def _spread(log_odds: Sequence[float]) -> float:
    """Widest difference over the legal actions; illegal ones have 0, which lies between as parts are centred."""
    return max(log_odds) - min(log_odds)
