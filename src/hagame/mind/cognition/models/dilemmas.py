"""Repeated dilemmas: memory-one play, and a finite mixture of strategies. Action 0 is to cooperate, 1 to defect."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from hagame.mind.cognition.choosing import log_binary
from hagame.mind.cognition.family import Column, Columns, Family, Live, indices, same_length, starts
from hagame.mind.cognition.parameters import Parameter, share
from hagame.mind.cognition.rows import ACTION, FIRST, FRESH, OTHER, Floats, Trials, trials_of
from hagame.mind.cognition.structure import structure
from hagame.mind.cognition.tasks import Against
from hagame.mind.predict.compiled import compiled
from hagame.rules.game import Situation

STRATEGIES = ("alld", "allc", "tft", "grim", "wsls", "stft")
_KINDS = 6


def memory_begin(theta: Floats, state: Floats, row: Floats, out: Floats) -> None:  # noqa: ARG001
    """No round yet."""
    state[0] = 0.0


def memory_score(theta: Floats, state: Floats, row: Floats, out: Floats) -> None:  # noqa: ARG001
    """The chance of cooperating after nothing, CC, CD, DC or DD (own first)."""
    log_binary(theta[int(state[0])], out)


def memory_learn(theta: Floats, state: Floats, row: Floats, out: Floats) -> None:  # noqa: ARG001
    """What both have just done."""
    state[0] = 1.0 + 2.0 * row[ACTION] + max(row[OTHER], 0.0)


@compiled
def _cooperates(k: int, state: Floats) -> bool:
    """Whether strategy k cooperates now; after its weights the state holds both last moves, and any defection."""
    own, other = state[_KINDS], state[_KINDS + 1]
    if k == 0:
        return False
    if k == 1:
        return True
    if own < 0:
        return k != 5
    if k == 3:
        return bool(state[_KINDS + 2] == 0.0)
    if k == 4:
        return bool(own == other)
    return bool(other == 0.0)


def mixture_begin(theta: Floats, state: Floats, row: Floats, out: Floats) -> None:  # noqa: ARG001
    """In a person's first match the shares of the strategies; in a further one what is known of the person stays."""
    if row[FRESH] >= FIRST:
        total = 1.0
        for k in range(1, _KINDS):
            total += np.exp(theta[k - 1])
        state[0] = -np.log(total)
        for k in range(1, _KINDS):
            state[k] = theta[k - 1] - np.log(total)
    state[_KINDS] = -1.0
    state[_KINDS + 1] = -1.0
    state[_KINDS + 2] = 0.0


def mixture_score(theta: Floats, state: Floats, row: Floats, out: Floats) -> None:  # noqa: ARG001
    """Each strategy's next move but for slips, weighed by how likely the person plays it."""
    top = state[0]
    for k in range(1, _KINDS):
        top = max(top, state[k])
    cooperating, total = 0.0, 0.0
    for k in range(_KINDS):
        weight = np.exp(state[k] - top)
        total += weight
        cooperating += weight * (1.0 - theta[5] if _cooperates(k, state) else theta[5])
    log_binary(cooperating / total, out)


def mixture_learn(theta: Floats, state: Floats, row: Floats, out: Floats) -> None:  # noqa: ARG001
    """Bayes' rule over strategies, and what both have just done."""
    for k in range(_KINDS):
        expected = _cooperates(k, state) == (row[ACTION] == 0)
        state[k] += np.log(1.0 - theta[5]) if expected else np.log(theta[5])
    state[_KINDS] = row[ACTION]
    state[_KINDS + 1] = row[OTHER]
    if row[ACTION] > 0 or row[OTHER] > 0:
        state[_KINDS + 2] = 1.0


def shares(values: Mapping[str, float]) -> dict[str, float]:
    """Shares of the strategies, which sum to 1."""
    odds = np.exp([0.0, *(values[name] for name in STRATEGIES[1:])])
    return {f"share_{name}": float(x) for name, x in zip(STRATEGIES, odds / odds.sum(), strict=True)}


def read(columns: Columns) -> Trials:
    """Trials of `action` and `other`, 0 to cooperate and 1 to defect."""
    count = same_length(columns, ("action", "other", "match"))
    action, other = indices(columns, "action", 2), indices(columns, "other", 2, -1)
    return trials_of(2, action, other=other, fresh=starts(columns, count))


def task(rng: np.random.Generator, count: int) -> Against:  # noqa: ARG001
    """Matches of ten rounds."""
    return Against(np.array([[3.0, 0.0], [5.0, 1.0]]), count, 10)


def suits(situation: Situation) -> bool:
    """Prisoner's dilemmas."""
    return bool(situation.payoffs) and structure(situation).cooperate is not None


def index(situation: Situation, action: int) -> int:
    """0 where the action is to cooperate."""
    return int(action != structure(situation).cooperate)


COLUMNS = (
    Column("action", "0 to cooperate, 1 to defect"),
    Column("other", "the same of the other side"),
    Column("match", "changes where a match begins", optional=True),
)
NOWAK = "Nowak & Sigmund (1993). Nature 364, 56-58."
DAL_BO = "Dal Bó & Fréchette (2011). The evolution of cooperation in infinitely repeated games. AER 101, 411-429."


def _chance(name: str, title: str, after: str) -> Parameter:
    meaning = f"How likely you cooperate {after}."
    return share(name, title, meaning, source=NOWAK, says_not="Not kindness: cooperating can be good business.")


MEMORY_ONE = Family(
    key="memory-one",
    version="1",
    title="Memory-one play",
    summary="What you do depends on what both did in the round before, and on nothing else.",
    parameters=(
        _chance("opening", "Opening", "in a first round"),
        _chance("after_mutual", "After both cooperated", "after both cooperated"),
        _chance("after_exploited", "After being exploited", "after you cooperated and the other did not"),
        _chance("after_exploiting", "After exploiting", "after you defected and the other did not"),
        _chance("after_conflict", "After both defected", "after both defected"),
    ),
    columns=COLUMNS,
    sources=(NOWAK,),
    begin=memory_begin,
    score=memory_score,
    learn=memory_learn,
    memory=lambda n: 1,  # noqa: ARG005
    read=read,
    task=task,
    own_state=False,
    live=Live(suits, lambda situation: np.zeros(0), (), index=index),  # noqa: ARG005
    fewest=50,
    session=200,
)

_ODDS = tuple(
    Parameter(name, f"Odds of {title}", f"Log-odds of playing {title} against always defecting.", sd=1.5, source=DAL_BO)
    for name, title in (
        ("allc", "always cooperating"),
        ("tft", "tit for tat"),
        ("grim", "grim trigger"),
        ("wsls", "win-stay, lose-shift"),
        ("stft", "suspicious tit for tat"),
    )
)
MIXTURE = Family(
    key="strategies",
    version="1",
    title="Finite mixture of strategies",
    summary="Everybody plays one of six strategies in all matches, with slips; their shares in a population.",
    parameters=(
        *_ODDS,
        Parameter(
            "slips",
            "Slips",
            "How often a move differs from the strategy.",
            0.0,
            0.5,
            -1.5,
            1.0,
            source=DAL_BO,
            open=True,
        ),
    ),
    columns=COLUMNS,
    sources=(DAL_BO,),
    begin=mixture_begin,
    score=mixture_score,
    learn=mixture_learn,
    memory=lambda n: _KINDS + 3,  # noqa: ARG005
    read=read,
    task=task,
    level="population",
    reading=Live(suits, lambda situation: np.zeros(0), (), index=index),  # noqa: ARG005
    derived=shares,
    fewest=50,
)
