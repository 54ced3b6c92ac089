"""The sentences of feedback; their words are in `mind.language`.

Numbers are rounded where they are put into words and nowhere else, so what is printed is what may be quoted.
"""

from __future__ import annotations

from hagame.mind.cognition import TRAITS, Trait
from hagame.mind.feedback.habits import SHIFT, STAY, Habit
from hagame.mind.feedback.log import Clue, Shift, Surprise, Totals
from hagame.mind.language import Message, Sentence, from_json, message
from hagame.mind.language.message import Value
from hagame.mind.language.rendering import number

READ = Sentence(message("feedback.read"))
NOT_READ = Sentence(message("feedback.not-read"))
TOO_FEW = Sentence(message("feedback.too-few"))

PLAY_ON = Sentence(message("advice.play-on"))
KEEP_MIXING = Sentence(message("advice.keep-mixing"))
DRAW_LOTS = Sentence(message("advice.draw-lots"))
CHANGE_MIDWAY = Sentence(message("advice.change-midway"))

_LOOKS = ("always", "own", "opponent", "outcome")


def percent(share: float) -> str:
    """A share in whole per cent."""
    return f"{share:.0%}"


def count(n: int, what: str) -> str:
    """`1 round`, `2 rounds`."""
    return f"{n} {what}{'' if n == 1 else 's'}"


def score(totals: Totals) -> Sentence:
    """How the match went."""
    if totals.opponent_score is None:
        return _said("feedback.score-alone", decisions=totals.decisions, score=float(totals.score))
    return _said(
        "feedback.score",
        decisions=totals.decisions,
        score=float(totals.score),
        other=float(totals.opponent_score),
        wins=totals.wins,
        ties=totals.ties,
        losses=totals.losses,
    )


def predictability(totals: Totals) -> Sentence:
    """How well the AI foresaw the moves, beside chance."""
    return _said(
        "feedback.predictability",
        hits=totals.hits,
        choices=totals.choices,
        share=totals.hits / totals.choices,
        chance=totals.chance / totals.choices,
        bits=float(totals.bits),
    )


def even(totals: Totals) -> Sentence:
    """How often nothing was expected, which is why it does not count as foreseen."""
    return _said("feedback.even", n=totals.even)


def learning(totals: Totals) -> Sentence:
    """The two halves beside each other."""
    (early, before), (late, after) = totals.early, totals.late
    return _said("feedback.learning", early=early, before=before, late=late, after=after)


def habit(told: Habit) -> Sentence:
    """What was done, how often by chance, how often foreseen, and what it paid."""
    return _said(
        "feedback.habit",
        did=_did(told),
        taken=told.taken,
        seen=told.seen,
        share=float(told.share),
        foreseen=told.foreseen,
        paid=float(told.paid),
    )


def actions(best: tuple[str, float, int], worst: tuple[str, float, int]) -> Sentence:
    """What the best and the worst action paid."""
    (good, high, n), (bad, low, m) = best, worst
    return _said("feedback.actions", good=good, high=float(high), n=n, bad=bad, low=float(low), m=m)


def clue(told: Clue) -> Sentence:
    """What gave the player away, with what the AI knew at the clearest moment."""
    _, _, looks = told.key.partition("/")
    kinds = tuple(message(f"clue.{look}") for look in looks.split("+") if look in _LOOKS)
    statement = told.statement if told.message is None else from_json(told.message)
    return _said("feedback.clue", kinds=kinds or (message("clue.other"),), turn=told.turn, statement=statement)


def use(foreseen: float, unforeseen: float) -> Sentence:
    """What being foreseen cost or brought."""
    return _said("feedback.use", foreseen=float(foreseen), unforeseen=float(unforeseen))


def surprise(told: Surprise) -> Sentence:
    """The move that was least expected."""
    return _said("feedback.surprise", turn=told.turn, action=told.action, probability=float(told.probability))


def change(told: Shift) -> str:
    """A change of strategy, as it was told when it was noticed."""
    return told.statement if told.message is None else Sentence(from_json(told.message))


def trait(key: str, told: Trait) -> str:
    """A trait with its interval."""
    title = TRAITS[key].title if key in TRAITS else key
    show = percent if told.kind == "rate" else number
    unit = "" if told.kind == "rate" else " seconds" if told.unit == "seconds" else " bits"
    return (
        f"{title}: {show(told.mean)}{unit}, between {show(told.low)} and {show(told.high)} with 95% probability, "
        f"from {count(told.n, 'decision')}. {told.meaning}"
    )


def break_it(told: Habit) -> Sentence:
    """Advice against a habit."""
    return _said("advice.break", did=_did(told, "-often"))


def keep_it(told: Habit) -> Sentence:
    """Advice for a habit."""
    return _said("advice.keep", did=_did(told, "-often"))


def _said(id_: str, **args: Value) -> Sentence:
    return Sentence(message(id_, **args))


def _did(told: Habit, often: str = "") -> Message:
    if told.response in (STAY, SHIFT):
        did = message("habit.stay" if told.response == STAY else "habit.shift")
    else:
        did = message("did.chose", what=told.response)
    if told.kind == "always":
        return message(f"habit.always{often}", did=did)
    if told.kind == "after-result":
        when = message("when.outcomes", outcomes=(message(f"outcome.contest-{told.value}"),))
    else:
        when = message(f"habit.{told.kind}", move=told.value)
    return message(f"habit.after{often}", when=when, did=did)
