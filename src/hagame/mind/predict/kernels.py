"""Compiled: what the experts say before a choice, and what they learn from it.

Everything here runs once per decision, so it is compiled (numba) and its machine code is kept on disk. Functions change
their array arguments only where they say so. Shapes are as in `state`; K inputs of the pool: two memories of each of E
contexts, the Bayesian mixture, L learners, R reactions, then the columns that the situation itself brings.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hagame.mind.predict.compiled import compiled
from hagame.mind.predict.contexts import WIN, WINDOW
from hagame.mind.predict.counting import Floats, Integers, Plan, count, counted, outcome_of, rows_of
from hagame.mind.predict.learners import (
    CHOICE,
    FOREGONE,
    LATEST,
    LEARNERS,
    MEAN,
    PAIN,
    PLANNED,
    SIGN,
    TABLE,
    TALLY,
    TEMPERATURE,
    VOTERS,
)
from hagame.mind.predict.state import (
    ANSWER,
    FILLED,
    LOSS,
    MATCHES,
    OUTCOME,
    OWN,
    PENDING,
    POSITION,
    RETURNED,
    RUN,
    SEEN,
    STAY,
    STAY_BADLY,
    STAY_WELL,
    State,
)

SHARE = 0.05
"""Share of the Bayesian weights dealt out anew after each choice."""
PACE = 0.1
"""Rate of the running means of `State.pace`."""
N_LEARNERS = len(LEARNERS)
REACTIONS = ("stay", "win-stay-lose-shift", "stay-again", "copy", "reply", "agree", "copy-before")
N_REACTIONS = len(REACTIONS)
CUES = 27
"""Columns of `cues`."""
ROUND_CUE = 17
"""The one that says how many rounds of this match have been played."""


@compiled
def planned(state: State, learner: int, into: Floats) -> None:
    """Value of each first choice by the best values of the stages it leads to, written to `into` (n,)."""
    stages, n = state.values.shape[1], state.values.shape[2]
    for a in range(n):
        total, value = 0.0, 0.0
        for s in range(1, stages):
            best = state.values[learner, s, 0]
            for b in range(1, n):
                best = max(best, state.values[learner, s, b])
            total += state.reach[a, s]
            value += state.reach[a, s] * best
        into[a] = value / total


@compiled
def held(state: State, stage: int, into: Floats) -> None:
    """What each learner holds of each action, written to `into` (L, n)."""
    n = into.shape[1]
    for k in range(N_LEARNERS):
        kind = int(TABLE[k, 0])
        if kind == PLANNED and stage == 0 and state.values.shape[1] > 1:
            planned(state, k, into[k])
            continue
        for a in range(n):
            value = float(state.values[k, stage, a])
            into[k, a] = 1.0 / np.sqrt(1.0 + value) if kind == TALLY else value


@compiled
def votes(values: Floats, into: Floats) -> None:
    """Softmax of the values (L, n) of the learners that vote, written to `into` (VOTERS, n)."""
    n = into.shape[1]
    for k in range(VOTERS):
        top, total = values[k].max(), 0.0
        for a in range(n):
            into[k, a] = np.exp(TEMPERATURE * (values[k, a] - top))
            total += into[k, a]
        into[k] /= total


@compiled
def centre(row: Floats, legal: NDArray[np.bool_]) -> None:
    """Takes the mean over the legal actions from `row` (n,), in place; illegal ones become 0."""
    total, count = 0.0, 0
    for a in range(len(row)):
        if legal[a]:
            total += row[a]
            count += 1
    for a in range(len(row)):
        row[a] = row[a] - total / count if legal[a] else 0.0


@compiled
def expert_probabilities(plan: Plan, state: State, stage: int, legal: NDArray[np.bool_], values: Floats) -> Floats:
    """Probabilities of all experts over the legal actions, the Bayesian mixture last, shape (M + 1, n).

    `values` (L, n) are what the learners hold.
    """
    n, contexts = len(legal), len(plan.contexts)
    experts = 2 * contexts + VOTERS
    found = np.zeros((experts + 1, n))
    if contexts:
        counted(plan, state, stage, rows_of(plan, state, stage), found)
    votes(values, found[2 * contexts : experts])
    shares = 0.0
    for i in range(experts):
        total = 0.0
        for a in range(n):
            found[i, a] = found[i, a] if legal[a] else 0.0
            total += found[i, a]
        share = float(state.shares[stage, i])
        shares += share
        for a in range(n):
            found[i, a] /= total
            found[experts, a] += share * found[i, a]
    found[experts] /= shares
    return found


@compiled
def reactions(plan: Plan, state: State, stage: int, into: Floats) -> None:
    """Whether each action is one of `REACTIONS` to the last round, written to `into` (R, n); zeros before the first.

    With win-stay/lose-shift, tit for tat and their like among people, weights of these are what a memory of one round
    is.
    """
    n, window, filled = into.shape[1], state.window[stage], state.marks[FILLED + stage]
    into[:] = 0.0
    if not filled:
        return
    own, answer, outcome = window[OWN, 0], window[ANSWER, 0], window[OUTCOME, 0]
    into[0, own] = 1.0
    into[1, own] = outcome - 1.0
    if filled > 1 and window[OWN, 1] == own:
        into[2, own] = 1.0
    if len(plan.replies):
        into[4, plan.replies[answer]] = 1.0
        if int(plan.numbers[1]) == n:
            into[3, answer] = 1.0
            into[5, own] = 1.0 if own == answer else 0.0
            if filled > 1:
                into[6, window[ANSWER, 1]] = 1.0


@compiled
def inputs_of(experts: Floats, values: Floats, reacted: Floats, columns: Floats, legal: NDArray[np.bool_]) -> Floats:
    """The pool's inputs, centred over the legal actions: shape (K, n).

    `experts` (M + 1, n) are probabilities, `values` (L, n) those of the learners, `reacted` (R, n) the reactions,
    `columns`
    (n, H) what the situation brings.
    """
    n, counts = len(legal), len(experts) - 1 - VOTERS
    known = counts + 1 + N_LEARNERS + N_REACTIONS
    inputs = np.zeros((known + columns.shape[1], n))
    for i in range(counts + 1):
        source = i if i < counts else len(experts) - 1
        for a in range(n):
            inputs[i, a] = np.log(experts[source, a]) if legal[a] else 0.0
    for k in range(N_LEARNERS):
        for a in range(n):
            inputs[counts + 1 + k, a] = values[k, a]
    inputs[counts + 1 + N_LEARNERS : known] = reacted
    for h in range(columns.shape[1]):
        for a in range(n):
            inputs[known + h, a] = columns[a, h]
    for k in range(len(inputs)):
        centre(inputs[k], legal)
    return inputs


@compiled
def cues(plan: Plan, state: State, stage: int, values: Floats) -> Floats:
    """What trees may split on beside the inputs, for each action: shape (n, CUES)."""
    n, marks = values.shape[1], state.marks
    window, filled, recent = state.window[stage], marks[FILLED + stage], state.recent[stage]
    found = np.zeros((n, CUES))
    same_names = int(plan.numbers[1]) == n
    for a in range(n):
        row = found[a]
        for k in range(4):
            row[k] = 1.0 if filled > k and window[OWN, k] == a else 0.0
        for k in range(2):
            answered = filled > k and len(plan.replies) > 0
            row[4 + k] = 1.0 if answered and same_names and window[ANSWER, k] == a else 0.0
            row[6 + k] = 1.0 if answered and plan.replies[window[ANSWER, k]] == a else 0.0
        for k in range(3):
            row[8 + k] = window[OUTCOME, k] if filled > k else -1
            row[11 + k] = recent[k]
        row[14] = window[ANSWER, 0] if filled else -1
        row[15] = state.reach[a, window[ANSWER, 0] + 1] / state.reach[a].sum() if state.reach.shape[1] > 1 else 0.0
        row[16] = a
        row[ROUND_CUE] = marks[POSITION]
        row[18] = np.log(1.0 + marks[SEEN])
        row[19] = marks[MATCHES]
        row[20] = marks[RUN]
        row[21] = stage
        row[22] = state.pace[LOSS]
        row[23] = state.pace[STAY]
        row[24] = state.pace[STAY_WELL] - state.pace[STAY_BADLY]
        row[25] = values[1, a]
        row[26] = values[6, a]
    return found


@compiled
def share_out(shares: NDArray[np.float32], experts: Floats, action: int) -> None:
    """Posterior of the experts after one choice, with fixed share (Herbster & Warmuth 1998); `shares` (M,) in place."""
    total = 0.0
    for i in range(len(shares)):
        total += shares[i] * experts[i, action]
    for i in range(len(shares)):
        shares[i] = (1 - SHARE) * shares[i] * experts[i, action] / total + SHARE / len(shares)


@compiled
def reward(state: State, stage: int, action: int, payoff: float, foregone: Floats) -> None:
    """Lets every learner learn, in place, that `action` paid `payoff` (-1 to 1).

    `foregone` (n,) is what others would have paid.

    `foregone` is not a number where that is not known.
    """
    before = tried(state, stage)
    for k in range(N_LEARNERS):
        kind, row = int(TABLE[k, 0]), state.values[k, stage]
        for a in range(len(foregone)):
            chosen = a == action
            if kind == TALLY:
                row[a] += 1.0 if chosen else 0.0
                continue
            target = lesson(kind, payoff) if chosen else (foregone[a] if kind == FOREGONE else np.nan)
            if not np.isnan(target):
                rate = TABLE[k, 1] if target >= row[a] else TABLE[k, 2]
                if kind == MEAN:
                    rate = 1.0 / (1.0 + before[a])
                row[a] += rate * (target - row[a])
            elif kind != LATEST:
                row[a] -= TABLE[k, 3] * row[a]


@compiled
def lesson(kind: int, payoff: float) -> float:
    """What a learner of this kind takes a payoff of the action chosen for."""
    if kind == CHOICE:
        return 1.0
    if kind == SIGN:
        return float(np.sign(payoff))
    return min(payoff, 0.0) if kind == PAIN else payoff


@compiled
def tried(state: State, stage: int) -> Integers:
    """How often each action was chosen before in this match and stage, shape (n,)."""
    found = np.zeros(state.values.shape[2], dtype=np.int64)
    for k in range(N_LEARNERS):
        if int(TABLE[k, 0]) == TALLY:
            found[:] = state.values[k, stage]
    return found


@compiled
def push(plan: Plan, state: State, stage: int, action: int, answer: int, payoff: float) -> None:
    """Appends one finished round to the stage's window, in place; `payoff` in the units of the game."""
    outcome = outcome_of(plan, action, answer, payoff)
    filled, pace = state.marks[FILLED + stage], state.pace
    window, recent = state.window[stage], state.recent[stage]
    for k in range(WINDOW - 1, 0, -1):
        window[:, k] = window[:, k - 1]
        recent[k] = recent[k - 1]
    window[OWN, 0], window[ANSWER, 0], window[OUTCOME, 0] = action, max(answer, 0), outcome
    recent[0] = (payoff - plan.numbers[3]) / plan.numbers[4]
    state.marks[FILLED + stage] = min(filled + 1, WINDOW)
    if filled:
        stayed = 1.0 if window[OWN, 1] == action else 0.0
        pace[STAY] += PACE * (stayed - pace[STAY])
        after = STAY_WELL if window[OUTCOME, 1] == WIN else STAY_BADLY
        pace[after] += PACE * (stayed - pace[after])
        state.marks[RUN] = state.marks[RUN] + 1 if stayed else 1
    else:
        state.marks[RUN] = 1


@compiled
def finish(plan: Plan, state: State, stage: int, action: int, answer: int, payoff: float, foregone: Floats) -> None:
    """Learns from one finished round, in place."""
    centre_, unit = plan.numbers[3], plan.numbers[4]
    reward(state, stage, action, (payoff - centre_) / unit, (foregone - centre_) / unit)
    push(plan, state, stage, action, answer, payoff)


@compiled
def learn(
    plan: Plan, state: State, stage: int, action: int, answer: int, payoff: float, foregone: Floats, experts: Floats
) -> None:
    """Everything that is learnt from one choice but the slopes, in place; `experts` (M + 1, n) are as before it.

    In games of stages the first choice is open until a later one tells where it led and what it paid.
    """
    stages, marks = state.values.shape[1], state.marks
    nothing = np.full(len(foregone), np.nan)
    count(plan, state, stage, action, answer if stages == 1 else -1)
    share_out(state.shares[stage], experts, action)
    if stages == 1:
        finish(plan, state, 0, action, answer, payoff, foregone)
    elif stage == 0:
        if marks[PENDING] >= 0:
            finish(plan, state, 0, marks[PENDING], 0, float(state.pace[RETURNED]), nothing)
        marks[PENDING] = action
        state.pace[RETURNED] = payoff
    else:
        finish(plan, state, stage, action, 0, payoff, foregone)
        if marks[PENDING] >= 0:
            first = marks[PENDING]
            state.reach[first, stage] += 1
            finish(plan, state, 0, first, stage - 1, payoff + float(state.pace[RETURNED]), nothing)
            marks[PENDING] = -1
            state.pace[RETURNED] = 0.0
    surprise = -np.log(max(experts[len(experts) - 1, action], 1e-4))
    state.pace[LOSS] += PACE * (surprise - state.pace[LOSS])
    marks[POSITION] += 1
    marks[SEEN] += 1


@compiled
def next_match(state: State) -> None:
    """Habits stay; the last rounds and what options were worth, which belong to another match, go. In place."""
    state.values[:] = 0
    state.window[:] = 0
    state.recent[:] = 0
    state.pace[RETURNED] = 0
    state.marks[PENDING] = -1
    state.marks[MATCHES] += 1
    state.marks[POSITION] = 0
    state.marks[RUN] = 0
    state.marks[FILLED:] = 0
