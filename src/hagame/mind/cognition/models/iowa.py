"""Card tasks: PVL-Delta and ORL for the Iowa gambling task."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from hagame.mind.cognition.choosing import log_softmax
from hagame.mind.cognition.family import Column, Columns, Family, Live, Variant, indices, numbers, same_length, starts
from hagame.mind.cognition.parameters import Parameter, share
from hagame.mind.cognition.rows import ACTION, PAYOFF, Floats, Trials, trials_of
from hagame.mind.cognition.tasks import Cards
from hagame.rules.game import Situation


def zero(theta: Floats, state: Floats, row: Floats, out: Floats) -> None:  # noqa: ARG001
    """Nothing expected of any deck."""
    state[:] = 0.0


def pvl_score(theta: Floats, state: Floats, row: Floats, out: Floats) -> None:
    """softmax((3^c - 1) E(d)); Ahn et al. (2008), equations 8 and 9."""
    sensitivity = 3.0 ** theta[3] - 1.0
    for d in range(out.shape[0]):
        out[d] = sensitivity * state[d]
    log_softmax(row, out)


def pvl_learn(theta: Floats, state: Floats, row: Floats, out: Floats) -> None:  # noqa: ARG001
    """U = x^alpha or -lambda |x|^alpha; E(d) += A (u - E(d))."""
    x = row[PAYOFF]
    u = x ** theta[1] if x >= 0 else -theta[2] * (-x) ** theta[1]
    chosen = int(row[ACTION])
    state[chosen] += theta[0] * (u - state[chosen])


def orl_score(theta: Floats, state: Floats, row: Floats, out: Floats) -> None:
    """softmax(EV + bF EF + bP PS); Haines et al. (2018), equation 6."""
    n = out.shape[0]
    for d in range(n):
        out[d] = state[d] + theta[3] * state[n + d] + theta[4] * state[2 * n + d]
    log_softmax(row, out)


def orl_learn(theta: Floats, state: Floats, row: Floats, out: Floats) -> None:
    """Expected value and frequency of the chosen deck, fictive frequency of the others, fading perseverance."""
    n, chosen, x = out.shape[0], int(row[ACTION]), row[PAYOFF]
    sign = 1.0 if x > 0 else -1.0 if x < 0 else 0.0
    own, others = (theta[0], theta[1]) if x >= 0 else (theta[1], theta[0])
    for d in range(n):
        if d == chosen:
            state[d] += own * (x - state[d])
            state[n + d] += own * (sign - state[n + d])
        else:
            state[n + d] += others * (-sign / (n - 1) - state[n + d])
        state[2 * n + d] = (1.0 if d == chosen else state[2 * n + d]) / 3.0 ** theta[2]


def read(columns: Columns) -> Trials:
    """Trials of `action`, `gain` and `loss`; outcomes are net, in hundreds."""
    count = same_length(columns, ("action", "gain", "loss", "match"))
    net = (numbers(columns, "gain") - np.abs(numbers(columns, "loss"))) / 100.0
    return trials_of(4, indices(columns, "action", 4), payoff=net, fresh=starts(columns, count))


def task(rng: np.random.Generator, count: int) -> Cards:  # noqa: ARG001
    """The four decks."""
    return Cards(count)


def last_deck(values: Mapping[str, float]) -> dict[str, float]:
    """How much the deck of the last card draws: the weight of perseverance, after one card of fading."""
    return {"pull_of_last_deck": values["perseverance_weight"] / 3.0 ** values["perseverance_decay"]}


def suits(situation: Situation) -> bool:
    """The Iowa gambling task."""
    return situation.family == "iowa-gambling"


LIVE = Live(suits, lambda situation: np.zeros(0), (), lambda situation, payoff: payoff / 100.0)  # noqa: ARG005
COLUMNS = (
    Column("action", "chosen deck, 0 to 3 (A to D)"),
    Column("gain", "what the card won, in the money of the task (A and B win 100)"),
    Column("loss", "what it lost; the sign does not matter"),
    Column("match", "changes where a session begins", optional=True),
)
AHN = "Ahn, Busemeyer, Wagenmakers & Stout (2008). Cognitive Science 32, 1376-1402."
HAINES = "Haines, Vassileva & Ahn (2018). The outcome-representation learning model. Cognitive Science 42, 2534-2561."

PVL_DELTA = Family(
    key="pvl-delta",
    version="1",
    title="Prospect-valence learning with a delta rule",
    summary="Cards are felt on a curve on which losses may weigh more, and each deck is expected to feel as it did.",
    parameters=(
        share("learning_rate", "Learning rate", "How far the last card moves what you expect of its deck.", source=AHN),
        Parameter(
            "outcome_sensitivity",
            "Sensitivity to amounts",
            "How much more a bigger outcome counts: 1 in proportion, 0 only whether it was a gain or a loss.",
            0.0,
            2.0,
            mean=-0.8,
            sd=1.0,
            source=AHN,
        ),
        Parameter(
            "card_loss_aversion",
            "Weight of losses, cards",
            "How much more a loss counts than an equal gain; 1 is equal.",
            0.0,
            10.0,
            mean=-1.7,
            sd=1.0,
            source=AHN,
        ),
        Parameter(
            "consistency", "Consistency", "How strictly you take the deck you expect most of.", 0.0, 5.0, -1.5, 1.0,
            source=AHN,
        ),
    ),
    columns=COLUMNS,
    sources=(AHN, "Steingroever, Wetzels & Wagenmakers (2013). Decision 1, 161-183 (bounds)."),
    begin=zero,
    score=pvl_score,
    learn=pvl_learn,
    memory=lambda n: n,
    read=read,
    task=task,
    reading=LIVE,
    fewest=60,
    session=200,
    variants=(
        Variant(
            "square-root",
            "Prospect-valence learning, square roots of amounts",
            {"outcome_sensitivity": 0.5},
            "Sensitivity to amounts and the weight of losses stand for each other; near the middle of its prior, "
            "sensitivity leaves the other three known.",
        ),
    ),
)  # fmt: skip

ORL = Family(
    key="orl",
    version="1",
    title="Outcome-representation learning",
    summary="Decks are known by what they pay on average, by how often they win, and by how lately they were taken.",
    parameters=(
        share(
            "reward_learning", "Learning from wins", "How far a card that wins moves what you expect.", source=HAINES,
            mean=-1.0, says_not="Not talent for gambling.",
        ),
        share(
            "punishment_learning", "Learning from losses", "How far a card that loses moves what you expect.",
            mean=-1.0, source=HAINES, says_not="Not sensitivity to pain.",
        ),
        Parameter(
            "perseverance_decay",
            "Forgetting what you took",
            "How fast it fades that you have just taken a deck.",
            0.0,
            5.0,
            mean=-1.0,
            sd=1.0,
            source=HAINES,
            says_not="Nothing to do with memory for anything else.",
        ),
        Parameter(
            "frequency_weight",
            "Liking frequent wins",
            "How much you prefer decks that win often, however much they cost; below 0 you avoid them.",
            sd=2.0,
            unit="log-odds",
            source=HAINES,
            says_not="Not foolishness: frequent wins often do mean good decks.",
        ),
        Parameter(
            "perseverance_weight",
            "Staying with a deck",
            "How much you take again what you have just taken; below 0 you move on.",
            sd=2.0,
            unit="log-odds",
            source=HAINES,
            says_not="Not stubbornness in general.",
        ),
    ),
    columns=COLUMNS,
    sources=(HAINES,),
    begin=zero,
    score=orl_score,
    learn=orl_learn,
    memory=lambda n: 3 * n,
    read=read,
    task=task,
    live=LIVE,
    derived=last_deck,
    fewest=60,
    session=200,
    variants=(
        Variant(
            "fixed-decay",
            "Outcome-representation learning, perseverance that fades to a third",
            {"perseverance_decay": 1.0},
            "Perseverance is mostly gone after one card, so that how fast it fades cannot be told from how much it "
            "weighs; the weight of a fading that is given can.",
        ),
    ),
)  # fmt: skip
