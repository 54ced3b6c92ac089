"""The sentences of feedback. Numbers are rounded here and nowhere else, so what is printed is what may be quoted."""

from __future__ import annotations

from hagame.mind.cognition import TRAITS, Trait
from hagame.mind.feedback.habits import SHIFT, STAY, Habit
from hagame.mind.feedback.log import Clue, Surprise, Totals

READ = "The AI could read you better than by guessing."
NOT_READ = "You were hard to read: the AI foresaw your moves hardly better than by guessing."
TOO_FEW = "Too few decisions yet to say much about you."

PLAY_ON = "Play on: with more decisions there is more to say."
KEEP_MIXING = "Keep mixing as you do, and let neither wins nor losses decide your next move."
DRAW_LOTS = (
    "No single habit stands out, yet the AI read you from many small ones together. Let something outside of the game "
    "decide now and then, such as the seconds on a clock."
)
CHANGE_MIDWAY = "The AI read you better the longer it watched. Change your way of playing in the middle of a match."

_RESULT = {"win": "a win", "tie": "a tie", "loss": "a loss"}
_LOOKS = {
    "always": "which move you like",
    "own": "your own last moves",
    "opponent": "the AI's last moves",
    "outcome": "how the last rounds ended",
}


def number(value: float) -> str:
    """Two digits after the point, none where there is nothing to tell."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def percent(share: float) -> str:
    """A share in whole per cent."""
    return f"{share:.0%}"


def count(n: int, what: str) -> str:
    """`1 round`, `2 rounds`."""
    return f"{n} {what}{'' if n == 1 else 's'}"


def score(totals: Totals) -> str:
    """How the match went."""
    rounds = count(totals.decisions, "decision")
    if totals.opponent_score is None:
        return f"In {rounds} you got {number(totals.score)}."
    return (
        f"In {rounds} you got {number(totals.score)} and the AI {number(totals.opponent_score)}: "
        f"you got more than the AI {totals.wins} times, as much {totals.ties} times, and less {totals.losses} times."
    )


def predictability(totals: Totals) -> str:
    """How well the AI foresaw the moves, beside chance."""
    share, chance = totals.hits / totals.choices, totals.chance / totals.choices
    return (
        f"The AI foresaw {totals.hits} of {count(totals.choices, 'choice')} ({percent(share)}); guessing would reach "
        f"{percent(chance)}. It knew {number(totals.bits)} bits about each of your moves, where 0 is nothing."
    )


def learning(totals: Totals) -> str:
    """The two halves beside each other."""
    (early, before), (late, after) = totals.early, totals.late
    return f"It foresaw {early} of the {before} choices of the first half and {late} of the {after} of the second."


def habit(told: Habit) -> str:
    """What was done, how often by chance, how often foreseen, and what it paid."""
    return _sentence(
        f"{_did(told)} in {told.taken} of {told.seen} cases; by chance it would be {percent(told.share)}. "
        f"The AI foresaw {told.foreseen} of these {told.taken}, and they paid you {number(told.paid)} each on average."
    )


def actions(best: tuple[str, float, int], worst: tuple[str, float, int]) -> str:
    """What the best and the worst action paid."""
    (good, high, n), (bad, low, m) = best, worst
    return (
        f"Your best move was {good}: {number(high)} each on average in {count(n, 'round')}; your worst was {bad}: "
        f"{number(low)} in {count(m, 'round')}."
    )


def clue(told: Clue) -> str:
    """What gave the player away, with what the AI knew at the clearest moment."""
    _, _, looks = told.key.partition("/")
    kinds = [_LOOKS[look] for look in looks.split("+") if look in _LOOKS]
    what = " and ".join(kinds) if kinds else "one kind of evidence"
    return f'What gave you away most was {what}. In round {told.turn} the AI went by this: "{told.statement}"'


def use(foreseen: float, unforeseen: float) -> str:
    """What being foreseen cost or brought."""
    return (
        f"Moves that the AI foresaw paid you {number(foreseen)} each on average, moves that it did not foresee "
        f"{number(unforeseen)}."
    )


def surprise(told: Surprise) -> str:
    """The move that was least expected."""
    return f"You surprised it most in round {told.turn}: it gave {told.action} {percent(told.probability)}."


def trait(key: str, told: Trait) -> str:
    """A trait with its interval."""
    title = TRAITS[key].title if key in TRAITS else key
    show = percent if told.kind == "rate" else number
    unit = "" if told.kind == "rate" else " seconds" if told.unit == "seconds" else " bits"
    return (
        f"{title}: {show(told.mean)}{unit}, between {show(told.low)} and {show(told.high)} with 95% probability, "
        f"from {count(told.n, 'decision')}. {told.meaning}"
    )


def break_it(told: Habit) -> str:
    """Advice against a habit."""
    return _sentence(f"{_did(told, 'you often ')}: that paid you less than your other moves. Try to do it less often.")


def keep_it(told: Habit) -> str:
    """Advice for a habit."""
    return _sentence(f"{_did(told, 'you often ')}: that paid you more than your other moves. It is worth keeping.")


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


def _did(told: Habit, who: str = "you ") -> str:
    verb = {STAY: "repeated your move", SHIFT: "changed your move"}.get(told.response, f"chose {told.response}")
    if told.kind == "always":
        return f"{who}{verb}"
    after = {
        "after-result": _RESULT.get(told.value, told.value),
        "after-own": f"your own {told.value}",
        "after-opponent": f"the AI's {told.value}",
    }[told.kind]
    return f"after {after} {who}{verb}"
