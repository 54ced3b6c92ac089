"""Notices when a person begins to play differently.

Five simple models compete within each stretch of play: choices have fixed chances; or chances that hang on the own last
move; or on the opponent's; or, with few labels, on the own last two; or the step from the own last move hangs on how
the last round ended (each Dirichlet-multinomial with the prior of `PRIORS` per cell). Let L(s) be the marginal
likelihood of all choices if the person changed before round s, and L that if nothing changed. The statistic is
Shiryaev's and Roberts' sum over s of L(s) / L (Pollak 1985, Annals of Statistics 13:206), with run lengths followed as
Adams & MacKay (2007, arXiv:0710.3742) do, but for one change at a time: a change is told when the sum exceeds `ALARM`,
and watching begins anew with the rounds after it. Only `MOST_RUNS` beginnings are kept, so state and cost are
bounded.
"""

from __future__ import annotations

from bisect import bisect_right
from math import log
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from hagame.mind.model import Decision
from hagame.mind.predict.compiled import compiled
from hagame.mind.predict.contexts import LABELS_MEAN_LITTLE, LOSS, TIE, WIN, Layout, layout_of
from hagame.rules.game import Situation

ALARM = log(1e4)
"""Log of the sum at which a change is told; docs/science/explanation.md has the false alarms that follow."""
ALARM_UNPAIRED = log(1e5)
"""The same where the own last two moves are not counted, so that their pieces look more like changes."""
MOST_RUNS = 16
YOUNG = 6
"""The youngest beginnings are kept whatever they say: evidence for a change takes some rounds."""
LEAST_BEFORE, LEAST_AFTER = 10, 6
"""Rounds that a stretch must have before a change, and after it."""
MOST_ACTIONS = 10
MOST_IN_PAIRS = 4
"""With more labels the own last two moves are not counted: so many rows would tell little and fill the state."""
ALWAYS, OUTCOME, OWN, OPPONENT, PAIR = range(5)
"""What the chances of a choice hang on in each of the models."""
MOST_CHANGES = 8
LONGEST = 50_000
"""Rounds of one stretch; then watching begins anew, so that 16 bits hold every count."""
PRIORS = np.array((0.5, 0.5, 0.5, 0.5, 1.0))
"""Per cell of each model. Many rows fit what is noise, so the last one is held nearer to even chances."""
WIDE_PRIOR = 1.0
"""The same with more labels than `MOST_IN_PAIRS`, where every model has many cells."""
CLEAR = 1e-9

Floats = NDArray[np.float64]
Counts = NDArray[np.uint16]
_Table = NDArray[np.int64]


class Change(msgspec.Struct, frozen=True, array_like=True):
    """A change that was told after round `noticed`; the person seems to play differently since round `since`.

    `cell` is the habit that changed most: what it comes after (`ALWAYS`, `OUTCOME`, ...), which value of that, and the
    action or the step that was taken in `before` of `of_before` such rounds before, and in `after` of `of_after` since.
    `log_odds` is the log of the sum.
    """

    since: int
    noticed: int
    cell: tuple[int, int, int]
    before: int
    of_before: int
    after: int
    of_after: int
    log_odds: float


class Drift(msgspec.Struct, frozen=True, array_like=True):
    """What is kept of one match. K beginnings, the first of which is that of the stretch; n actions."""

    rounds: int = 0
    last: tuple[int, int, int] = (-1, -1, -1)
    """Own action, the opponent's (-1: none) and the outcome of the last round."""
    starts: tuple[int, ...] = ()
    """(K,): rounds."""
    births: bytes = b""
    """(K,) float64: log-likelihood of the rounds of the stretch before each beginning."""
    evidence: bytes = b""
    """(K, M) float64: log-likelihood of the rounds since, by each of M models."""
    counts: bytes = b""
    """(K, R, n) uint16, packed as of `_pack`: actions; steps by outcome; actions by own and by the opponent's last
    move, and by the own last two where they are counted."""
    changes: tuple[Change, ...] = ()
    second: int = -1
    """Own action of the round before the last."""


class _Runs(NamedTuple):
    starts: NDArray[np.int64]
    births: Floats
    evidence: Floats
    counts: Counts


class _Stored(NamedTuple):
    """The same as it is stored, with the counts as `_pack` makes them; arrays that cannot be written."""

    starts: NDArray[np.int64]
    births: Floats
    evidence: Floats
    bits: NDArray[np.uint8]
    values: Counts


def watched(situation: Situation) -> bool:
    """Whether a change can be noticed: the same few labels every time, and all of them legal."""
    same = situation.stages == 1 and not situation.features and situation.family not in LABELS_MEAN_LITTLE
    few = 2 <= len(situation.actions) <= MOST_ACTIONS and len(situation.opponent_actions) <= MOST_ACTIONS
    return same and few and len(situation.legal) == len(situation.actions)


def begun_anew(drift: Drift) -> Drift:
    """The same match, watched from its next round on; what was told stays."""
    return Drift(drift.rounds, drift.last, changes=drift.changes, second=drift.second)


def watch(drift: Drift, situation: Situation, decision: Decision) -> Drift:
    """After one more decision; a new `changes[-1]` with `noticed` of this round is news."""
    if not watched(situation):
        return drift
    if drift.starts and drift.rounds - drift.starts[0] >= LONGEST:
        drift = begun_anew(drift)
    n, m, rounds = len(situation.actions), len(situation.opponent_actions), drift.rounds + 1
    seen = np.array((decision.action, *drift.last, drift.second))
    runs, odds, k = _advanced(_stored(drift, n, m), seen, n, m, rounds)
    changes = drift.changes
    if odds >= (ALARM if n <= MOST_IN_PAIRS else ALARM_UNPAIRED):
        change, runs = _alarm(runs, k, odds, rounds, m)
        changes = (*changes, change)[-MOST_CHANGES:]
    last = decision.action, decision.opponent_action, outcome_of(layout_of(situation), decision)
    bits, values = _pack(runs.counts)
    return Drift(
        rounds, last, tuple(runs.starts.tolist()), runs.births.tobytes(), runs.evidence.tobytes(),
        bits.tobytes() + values.tobytes(), changes, drift.last[0],
    )  # fmt: skip


def outcome_of(layout: Layout, decision: Decision) -> int:
    """LOSS, TIE or WIN: by the table where there is one, else by the middle of what can be paid."""
    if len(layout.table.replies) and decision.opponent_action >= 0:
        return int(layout.table.outcomes[decision.action, decision.opponent_action])
    above = decision.payoff - layout.midpoint
    return TIE if abs(above) < CLEAR else WIN if above > 0 else LOSS


def news(drift: Drift) -> Change | None:
    """The change that the last round brought to light, if it did."""
    return drift.changes[-1] if drift.changes and drift.changes[-1].noticed == drift.rounds else None


def _stored(drift: Drift, n: int, m: int) -> _Stored:
    k, (models, rows) = len(drift.starts), _shape(n, m)
    bits = (k * rows * n + 7) // 8
    return _Stored(
        np.array(drift.starts, dtype=np.int64),
        np.frombuffer(drift.births, np.float64),
        np.frombuffer(drift.evidence, np.float64).reshape(k, models),
        np.frombuffer(drift.counts[:bits], np.uint8),
        np.frombuffer(drift.counts[bits:], np.uint16),
    )


@compiled
def _shape(n: int, m: int) -> tuple[int, int]:
    """How many models there are, and how many rows of counts."""
    return (5, 4 + n + m + n * n) if n <= MOST_IN_PAIRS else (4, 4 + n + m)


@compiled
def _advanced(stored: _Stored, seen: NDArray[np.int64], n: int, m: int, rounds: int) -> tuple[_Runs, float, int]:
    """All beginnings after round `rounds`, with one at this round if the stretch has lasted long enough.

    `seen` (5,) holds the action, the three numbers of `Drift.last`, and `Drift.second`. Also answers the log of the
    sum, and which beginning adds most to it.
    """
    k, (models, rows) = len(stored.starts), _shape(n, m)
    size = k + 1 if k == 0 or rounds - stored.starts[0] >= LEAST_BEFORE else k
    runs = _Runs(
        np.full(size, rounds), np.zeros(size), np.zeros((size, models)), np.zeros((size, rows, n), dtype=np.uint16)
    )
    runs.starts[:k], runs.births[:k], runs.evidence[:k] = stored.starts, stored.births, stored.evidence
    _unpack(stored.bits, stored.values, runs.counts[:k])
    kept, odds, best = _advance(runs, k, rounds, _cells(seen, n, m))
    return _Runs(runs.starts[:kept], runs.births[:kept], runs.evidence[:kept], runs.counts[:kept]), odds, best


@compiled
def _pack(counts: Counts) -> tuple[NDArray[np.uint8], Counts]:
    """One bit per cell and then what is not zero, of each beginning what the next one has not counted as well."""
    size, used = counts.size, 0
    bits, values = np.zeros((size + 7) // 8, dtype=np.uint8), np.empty(size, dtype=np.uint16)
    for k in range(counts.shape[0]):
        for row in range(counts.shape[1]):
            for a in range(counts.shape[2]):
                more = counts[k, row, a] - (counts[k + 1, row, a] if k + 1 < counts.shape[0] else 0)
                if more:
                    cell = (k * counts.shape[1] + row) * counts.shape[2] + a
                    bits[cell // 8] |= 1 << cell % 8
                    values[used] = more
                    used += 1
    return bits, values[:used]


@compiled
def _unpack(bits: NDArray[np.uint8], values: Counts, counts: Counts) -> None:
    """What `_pack` packed, into zeros."""
    used = len(values)
    for k in range(counts.shape[0] - 1, -1, -1):
        for row in range(counts.shape[1] - 1, -1, -1):
            for a in range(counts.shape[2] - 1, -1, -1):
                cell = (k * counts.shape[1] + row) * counts.shape[2] + a
                if k + 1 < counts.shape[0]:
                    counts[k, row, a] = counts[k + 1, row, a]
                if bits[cell // 8] >> cell % 8 & 1:
                    used -= 1
                    counts[k, row, a] += values[used]


@compiled
def _cells(seen: NDArray[np.int64], n: int, m: int) -> NDArray[np.int64]:
    """Row and column in which each model counts the choice, (M, 2): the first where what it hangs on is not known."""
    action, own, other, outcome, second = seen
    cells = np.zeros((_shape(n, m)[0], 2), dtype=np.int64)
    cells[:, 1] = action
    if own >= 0:
        cells[1] = (1 + outcome, (action - own) % n)
        cells[2, 0] = 4 + own
    if other >= 0:
        cells[3, 0] = 4 + n + other
    if second >= 0 and len(cells) > 4:
        cells[4, 0] = 4 + n + m + second * n + own
    return cells


@compiled
def _advance(runs: _Runs, old: int, rounds: int, cells: NDArray[np.int64]) -> tuple[int, float, int]:
    """Takes one more choice in, in place; of the beginnings `old` are not new.

    Answers how many are kept, from the first, the log of the sum, and which beginning adds most to it.
    """
    size = len(runs.starts)
    if 0 < old < size:
        runs.births[old] = _likelihood(runs.evidence, 0)
    _learn(runs.counts, runs.evidence, cells)
    whole = _likelihood(runs.evidence, 0)
    ratios = np.empty(size)
    for k in range(size):
        ratios[k] = runs.births[k] + _likelihood(runs.evidence, k) - whole
    if size > MOST_RUNS:
        _leave_out(runs, ratios, 1 + int(np.argmin(ratios[1 : size - YOUNG])))
        size -= 1
    odds, best = -np.inf, 0
    for k in range(1, size):
        if runs.starts[k] <= rounds + 1 - LEAST_AFTER:
            odds = np.logaddexp(odds, ratios[k])
            best = k if best == 0 or ratios[k] > ratios[best] else best
    return size, odds, best


@compiled
def _leave_out(runs: _Runs, ratios: Floats, out: int) -> None:
    """Beginning `out` is overwritten by the one after it, and so on."""
    for k in range(out, len(runs.starts) - 1):
        runs.starts[k], runs.births[k], ratios[k] = runs.starts[k + 1], runs.births[k + 1], ratios[k + 1]
        for model in range(runs.evidence.shape[1]):
            runs.evidence[k, model] = runs.evidence[k + 1, model]
        for row in range(runs.counts.shape[1]):
            for a in range(runs.counts.shape[2]):
                runs.counts[k, row, a] = runs.counts[k + 1, row, a]


@compiled
def _learn(counts: Counts, evidence: Floats, cells: NDArray[np.int64]) -> None:
    """Adds the choice to counts and log-likelihoods of all beginnings, in place; `cells` (M, 2) as of `_cells`."""
    n, models = counts.shape[2], evidence.shape[1]
    for k in range(len(counts)):
        for model in range(models):
            row, prior = counts[k, cells[model, 0]], PRIORS[model] if models == len(PRIORS) else WIDE_PRIOR
            total = n * prior
            for a in range(n):
                total += row[a]
            evidence[k, model] += np.log((row[cells[model, 1]] + prior) / total)
        for model in range(models):
            if model == 0 or cells[model, 0] > 0:
                counts[k, cells[model, 0], cells[model, 1]] += 1


@compiled
def _likelihood(evidence: Floats, k: int) -> float:
    """Log of the mean of all models."""
    models = evidence.shape[1]
    top, total = -np.inf, 0.0
    for model in range(models):
        top = max(top, evidence[k, model])
    for model in range(models):
        total += np.exp(evidence[k, model] - top) / models
    return float(top + np.log(total))


def _alarm(runs: _Runs, k: int, odds: float, rounds: int, m: int) -> tuple[Change, _Runs]:
    """The change that began with beginning k, and the stretch that begins with it."""
    after = runs.counts[k].astype(np.int64)
    told = _told(runs.counts[0] - after, after, m)
    change = Change(int(runs.starts[k]), rounds, *told, odds)
    return change, _Runs(runs.starts[[k]], np.zeros(1), runs.evidence[[k]], runs.counts[[k]])


def _told(before: _Table, after: _Table, m: int) -> tuple[tuple[int, int, int], int, int, int, int]:
    """The cell that differs most between both stretches, and its counts."""
    of_before = np.broadcast_to(before.sum(axis=1, keepdims=True), before.shape)
    of_after = np.broadcast_to(after.sum(axis=1, keepdims=True), after.shape)
    row, column = np.unravel_index(int(np.argmax(_differences(before, of_before, after, of_after))), before.shape)
    k, of_k, j, of_j = (int(x[row, column]) for x in (before, of_before, after, of_after))
    return (*_after(int(row), before.shape[1], m), int(column)), k, of_k, j, of_j


def _after(row: int, n: int, m: int) -> tuple[int, int]:
    """What a row of counts comes after: the kind, and which value of it."""
    firsts = (0, 1, 4, 4 + n, 4 + n + m)
    kind = bisect_right(firsts, row) - 1
    return kind, row - firsts[kind]


def _differences(k: NDArray[np.int64], n: NDArray[np.int64], j: NDArray[np.int64], m: NDArray[np.int64]) -> Floats:
    """Half of the G statistic of k in n against j in m, cell by cell (Sokal & Rohlf 1995, 17.4)."""
    found: Floats = _fit(k, n) + _fit(j, m) - _fit(k + j, n + m)
    return np.where((n > 0) & (m > 0), found, -1.0)


def _fit(k: NDArray[np.int64], n: NDArray[np.int64]) -> Floats:
    """Log-likelihood of k in n at the share that fits best."""
    found: Floats = xlogx(k) + xlogx(n - k) - xlogx(n)
    return found


def xlogx(k: NDArray[np.int64]) -> Floats:
    """The product k log k, and 0 at 0."""
    found = k.astype(np.float64)
    return found * np.log(np.maximum(found, 1.0))
