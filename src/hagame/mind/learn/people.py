"""People as bytes, to hand them to who trains and to name exactly whom a model was trained on; and made-up people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from hagame.errors import CorruptState
from hagame.mind.learn.artefact import arrays_of, tensors
from hagame.mind.model import Arrays, Decision, Person
from hagame.rules.game import Situation

FORMAT = "hagame-people/1"

T = TypeVar("T")


def encode(people: Sequence[Person]) -> bytes:
    """Matches per person, decisions per match, and the decisions in order; no names. The same people, the same bytes.

    What other actions would have paid is left out: no model is trained on it.
    """
    matches = [match for person in people for match in person.matches]
    taken = [decision for match in matches for decision in match]
    arrays: dict[str, NDArray[Any]] = {
        "matches": np.array([len(person.matches) for person in people], dtype=np.int32),
        "decisions": np.array([len(match) for match in matches], dtype=np.int32),
        "action": np.array([d.action for d in taken], dtype=np.int16),
        "opponent_action": np.array([d.opponent_action for d in taken], dtype=np.int16),
        "payoff": np.array([d.payoff for d in taken], dtype=np.float64),
        "opponent_payoff": np.array([d.opponent_payoff for d in taken], dtype=np.float64),
    }
    times = [d.response_time_ms for d in taken]
    if any(times):
        arrays |= {"response_time_ms": np.array(times, dtype=np.int32)}
    if any(person.situations for person in people):
        arrays |= _posed(people)
    return tensors(arrays, FORMAT)


def decode(data: bytes) -> list[Person]:
    """The people that `encode` wrote. Raises `CorruptState` for any other bytes."""
    arrays, text = arrays_of(data)
    names = ("action", "opponent_action", "payoff", "opponent_payoff")
    if text != FORMAT or not {"matches", "decisions", *names} <= arrays.keys():
        raise CorruptState(f"people must be stored as {FORMAT}")
    times = arrays.get("response_time_ms", np.zeros(len(arrays["action"]), dtype=np.int32)).tolist()
    rows = zip(*(arrays[name].tolist() for name in names), times, strict=True)
    taken = [Decision(own, other, paid, theirs, (), time) for own, other, paid, theirs, time in rows]
    lengths, groups = arrays["decisions"].tolist(), arrays["matches"].tolist()
    people = [tuple(tuple(match) for match in group) for group in _cut(_cut(taken, lengths), groups)]
    if "situations" not in arrays:
        return [Person(matches) for matches in people]
    posed = [tuple(tuple(match) for match in group) for group in _cut(_cut(_read(arrays), lengths), groups)]
    return [Person(matches, theirs) for matches, theirs in zip(people, posed, strict=True)]


def _posed(people: Sequence[Person]) -> dict[str, NDArray[Any]]:
    """Each different situation once, as JSON, and which of them each decision was about."""
    known: dict[Situation, int] = {}
    numbers = [known.setdefault(each, len(known)) for who in people for match in who.situations for each in match]
    text = np.frombuffer(msgspec.json.encode(list(known)), dtype=np.uint8)
    return {"situations": text, "situation": np.array(numbers, dtype=np.int32)}


def _read(arrays: Arrays) -> list[Situation]:
    try:
        known = msgspec.json.decode(arrays["situations"].tobytes(), type=list[Situation])
        return [known[number] for number in arrays["situation"].tolist()]
    except (msgspec.MsgspecError, IndexError, KeyError) as error:
        raise CorruptState("what stored decisions were about cannot be read") from error


def split(people: int, held_out: float, rng: np.random.Generator) -> tuple[list[int], list[int]]:
    """Who is trained on and who is held out, each in the order of the people; at least one on either side.

    Raises `ValueError` when there are fewer than two people.
    """
    if people < 2:
        raise ValueError("one person cannot be divided")
    count = min(max(round(people * held_out), 1), people - 1)
    held = set(rng.permutation(people)[:count].tolist())
    return [i for i in range(people) if i not in held], sorted(held)


def simulate(people: int, decisions: int, situation: Situation, seed: int) -> list[Person]:
    """Made-up people in any situation with payoffs; person i is the same however many there are.

    Each has fixed inclinations, drawn once: to any action as such, to repeat, to win-stay and lose-shift, and to answer
    the opponent's last move (a logit over these; Camerer & Ho 1999 have all of them as corners). The opponent's moves
    are even draws. They show that a training finds what is there, and stand for nobody.
    """
    return [
        _simulated(decisions, situation, np.random.Generator(np.random.Philox(key=seed, counter=(0, i, 0, 0))))
        for i in range(people)
    ]


def _simulated(decisions: int, situation: Situation, rng: np.random.Generator) -> Person:
    payoffs, other = np.array(situation.payoffs), np.array(situation.opponent_payoffs)
    n, m = payoffs.shape
    taste, repeat, stay, answer = rng.normal(0, 0.6, n), rng.normal(0, 0.8), rng.normal(0.8, 0.8), rng.normal(0.6, 0.6)
    value = (payoffs - payoffs.mean()) / (payoffs.std() or 1.0)
    legal = np.isin(np.arange(n), situation.legal)
    # Every draw at once: what is drawn must not depend on what was chosen.
    met, lots = rng.integers(0, m, decisions), rng.random(decisions)
    taken: list[Decision] = []
    logits: NDArray[np.float64] = np.array(taste)
    for opponent, lot in zip(met.tolist(), lots.tolist(), strict=True):
        action = _draw(logits, legal, lot)
        taken.append(Decision(action, opponent, float(payoffs[action, opponent]), float(other[action, opponent])))
        habit = (repeat + stay * value[action, opponent]) * np.eye(n)[action]
        logits = taste + habit + answer * value[:, opponent]
    return Person((tuple(taken),))


def _draw(logits: NDArray[np.float64], legal: NDArray[np.bool_], lot: float) -> int:
    weights = np.exp(logits - logits.max()) * legal
    return int(np.searchsorted(np.cumsum(weights) / weights.sum(), lot, side="right"))


def _cut(items: Sequence[T], lengths: Sequence[int]) -> list[Sequence[T]]:
    if sum(lengths) != len(items) or min(lengths, default=0) < 0:
        raise CorruptState("the lengths of stored matches do not add up")
    ends = np.cumsum(lengths).tolist()
    return [items[end - length : end] for end, length in zip(ends, lengths, strict=True)]
