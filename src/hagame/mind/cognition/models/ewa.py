"""Strategic learning: experience-weighted attraction, and its corners (Camerer & Ho 1999)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from hagame.mind.cognition.choosing import log_softmax
from hagame.mind.cognition.family import (
    Column,
    Columns,
    Family,
    Live,
    Variant,
    indices,
    lists,
    rows_of_table,
    same_length,
    starts,
)
from hagame.mind.cognition.parameters import positive, share
from hagame.mind.cognition.rows import ACTION, LEGAL, OTHER, PAYOFF, Floats, Trials, trials_of
from hagame.mind.cognition.tasks import Against
from hagame.rules.game import Situation


def begin(theta: Floats, state: Floats, row: Floats, out: Floats) -> None:  # noqa: ARG001
    """No attraction, and the experience of one round."""
    state[:] = 0.0
    state[-1] = 1.0


def score(theta: Floats, state: Floats, row: Floats, out: Floats) -> None:
    """softmax(lambda A(a)); equation 2.6."""
    for a in range(out.shape[0]):
        out[a] = theta[3] * state[a]
    log_softmax(row, out)


def learn(theta: Floats, state: Floats, row: Floats, out: Floats) -> None:
    """N' = rho N + 1; A'(a) = (phi N A(a) + [delta + (1 - delta) I(a)] pi(a)) / N', rho = phi (1 - kappa)."""
    n, chosen, other = out.shape[0], int(row[ACTION]), int(row[OTHER])
    m = (row.shape[0] - LEGAL - n) // n
    before = state[-1]
    now = theta[0] * (1.0 - theta[2]) * before + 1.0
    for a in range(n):
        weight = 1.0 if a == chosen else theta[1]
        paid = row[LEGAL + n + a * m + other] if other >= 0 else (row[PAYOFF] if a == chosen else 0.0)
        state[a] = (theta[0] * before * state[a] + weight * paid) / now
    state[-1] = now


def read(columns: Columns) -> Trials:
    """Trials of `action`, `other` and the table of own payoffs in each."""
    count = same_length(columns, ("action", "other", "payoffs", "match"))
    table = np.array(lists(columns, "payoffs"))
    n = rows_of_table(columns, table.shape[1])
    m = table.shape[1] // n
    return trials_of(
        n, indices(columns, "action", n), other=indices(columns, "other", m), fresh=starts(columns, count),
        covariates=table,
    )  # fmt: skip


def task(rng: np.random.Generator, count: int) -> Against:
    """A game of three actions without a pure equilibrium, in matches that go on with a chance of .75.

    Dal Bó & Fréchette (2011, American Economic Review 101, 411-429) end repeated games so; adding up shows where
    experience begins anew.
    """
    own = np.array([[0.0, -1.0, 2.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]])
    return Against(own, count, begins=rng.random(count) > 0.75)


def suits(situation: Situation) -> bool:
    """Games with a table and somebody who answers, up to six actions."""
    return bool(situation.payoffs) and len(situation.opponent_actions) > 1 and len(situation.actions) <= 6


def row(situation: Situation) -> Floats:
    """The table, less its mean and over half its range."""
    table = np.array(situation.payoffs, dtype=np.float64)
    spread = float(np.ptp(table)) or 1.0
    scaled: Floats = (table - table.mean()) / (spread / 2.0)
    return scaled.ravel()


def pull(values: Mapping[str, float]) -> dict[str, float]:
    """Once experience has settled, one round moves attractions by lambda (1 - rho), rho = phi (1 - kappa)."""
    kept = values["experience_kept"] * (1.0 - values["accumulation"])
    return {"pull_of_one_round": values["attraction_sensitivity"] * (1.0 - kept)}


CAMERER = "Camerer & Ho (1999). Econometrica 67, 827-874."
AVERAGING = Variant(
    "averaging",
    "Attractions that are averages",
    {"accumulation": 0.0},
    "kappa shows in the first rounds of a match only; at 0 experience fades as attractions do (rho = phi), as in the "
    "self-tuning model (Ho, Camerer & Chong 2007, J. Economic Theory 133, 177-198).",
)
CUMULATIVE = Variant(
    "cumulative",
    "Attractions that add up",
    {"accumulation": 1.0},
    "kappa at 1: attractions are sums, as in the reinforcement of Roth & Erev (1995, Games and Economic Behavior 8, "
    "164-212).",
)
FAMILY = Family(
    key="ewa",
    version="1",
    title="Experience-weighted attraction",
    summary="Each action is drawn to by what it paid, and by what it would have paid against the other's moves.",
    parameters=(
        share(
            "experience_kept",
            "Memory of past rounds",
            "How much of what earlier rounds taught is kept from round to round.",
            mean=1.5,
            source=CAMERER,
            says_not="Not memory as such: forgetting is wise where others change.",
        ),
        share(
            "foregone_weight",
            "Learning from what might have been",
            "How much you learn from what other moves would have paid: 0 only from your own, 1 as much.",
            source=CAMERER,
            says_not="Not imagination: the best answer to the last move can also be a habit.",
        ),
        share(
            "accumulation",
            "Adding up",
            "Whether attractions add up over rounds (1) or are averages (0).",
            source="Camerer, Ho & Chong (2002). J. Economic Theory 104, 137-188 (kappa).",
            says_not="Hard to know from one match; its interval is often wide.",
        ),
        positive(
            "attraction_sensitivity",
            "Following attractions",
            "How strictly you choose what draws you most.",
            middle=1.5,
            source=CAMERER,
            says_not="Not skill: against somebody who learns you, being strict makes you readable.",
        ),
    ),
    columns=(
        Column("action", "index of the chosen action, from 0"),
        Column("other", "index of the other's action"),
        Column("payoffs", "own payoffs, row by row: one row per own action, about -1 to 1", listed=True),
        Column("match", "changes where a match begins", optional=True),
        Column("actions", "own actions, where tables are not square", optional=True),
    ),
    sources=(CAMERER,),
    begin=begin,
    score=score,
    learn=learn,
    memory=lambda n: n + 1,
    read=read,
    task=task,
    live=Live(suits, row),
    derived=pull,
    fewest=50,
    session=400,
    variants=(AVERAGING, CUMULATIVE),
)
REINFORCEMENT = replace(
    FAMILY.fixing("ewa-reinforcement", "Choice reinforcement", foregone_weight=0.0), variants=(CUMULATIVE,)
)
FICTITIOUS_PLAY = replace(
    FAMILY.fixing("ewa-fictitious-play", "Weighted fictitious play", foregone_weight=1.0, accumulation=0.0),
    session=200,
)
