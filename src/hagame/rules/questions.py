"""Yes/no questions in an order that is drawn for each person, to see whether the order changes the answers.

Questions of one block are asked one after the other; the order within each block and that of the blocks are drawn. A
block of two is the design of studies of question order; published answers to it may be told once all is answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, ClassVar

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator
from pydantic_core import PydanticCustomError

from hagame.errors import IllegalAction, InvalidInput
from hagame.rules.game import PLAYER, Action, Feedback, Game, GameInfo, Seat, Situation
from hagame.rules.judging import Answers, Counts, JudgedBlock, Pair

Key = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Label = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9 _-]{0,31}$")]
Share = Annotated[float, Field(ge=0, le=1)]
YES, NO = "yes", "no"
ROUNDED = 5e-4
"""How far published shares may be off, as they are rounded."""


class Question(BaseModel):
    """One judgment."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    key: Key
    text: Annotated[str, Field(min_length=1, max_length=500)]
    degrees: Annotated[float, Field(ge=0, lt=180)] | None = Field(
        None,
        description="Angle of its yes-line to that of other questions of the block, for the two-level model of the "
        "player; all questions of a block have one, or none",
    )


class Published(BaseModel):
    """Shares of yes to both questions of a block by people who were asked in this order."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    n: Annotated[int, Field(ge=1)] = Field(description="People asked")
    first: Share = Field(description="Share of yes to the question asked first")
    second: Share = Field(description="Share of yes to the question asked second")
    both: Share | None = Field(None, description="Share of yes to both, where it was published")

    @model_validator(mode="after")
    def _can_be(self) -> Published:
        least, most = max(0.0, self.first + self.second - 1), min(self.first, self.second)
        if self.both is not None and not least - ROUNDED <= self.both <= most + ROUNDED:
            raise PydanticCustomError("questions", "both must lie between first + second - 1 and the smaller of them")
        return self

    def counts(self) -> tuple[float, float, float, float] | None:
        """People by their answers to the question asked first and to the other: yes yes, yes no, no yes, no no."""
        if self.both is None:
            return None
        shares = (self.both, self.first - self.both, self.second - self.both, 1 - self.first - self.second + self.both)
        yes_yes, yes_no, no_yes, no_no = (float(max(round(share * self.n), 0)) for share in shares)
        return yes_yes, yes_no, no_yes, no_no


class Crowd(BaseModel):
    """Published answers to a block of two, in the order of the definition and the other way round."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    as_listed: Published
    reversed: Published
    source: Annotated[str, Field(min_length=1, max_length=300)]

    def pair(self) -> Pair | None:
        """Numbers of people by both answers, where shares of yes to both were published for both orders."""
        listed, turned = self.as_listed.counts(), self.reversed.counts()
        return None if listed is None or turned is None else Pair(listed, _turned(turned), self.source)


class Block(BaseModel):
    """Questions that are asked one after the other, in an order that is drawn."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    questions: Annotated[tuple[Question, ...], Field(strict=False, min_length=1, max_length=20)]
    crowd: Crowd | None = None

    @model_validator(mode="after")
    def _crowd_is_of_two(self) -> Block:
        if self.crowd is not None and len(self.questions) != 2:
            raise PydanticCustomError("questions", "only a block of two questions can have a crowd")
        return self

    @model_validator(mode="after")
    def _all_angles_or_none(self) -> Block:
        if len({question.degrees is None for question in self.questions}) > 1:
            raise PydanticCustomError("questions", "give degrees for all questions of a block, or for none")
        return self

    def judged(self) -> JudgedBlock:
        """What a model of judgment may know of these questions."""
        angles = tuple(question.degrees for question in self.questions if question.degrees is not None)
        pair = self.crowd.pair() if self.crowd else None
        keys, texts = zip(*((question.key, question.text) for question in self.questions), strict=True)
        return JudgedBlock(keys, angles or None, pair, texts)


@dataclass(frozen=True, slots=True)
class QuestionsState:
    """Before the answer to `open`, an index into all questions of the definition; None once all are answered.

    `ahead` are those that will come, in order. `given` are (question, whether yes) so far, in order.
    """

    open: int | None
    ahead: tuple[int, ...]
    given: tuple[tuple[int, bool], ...]


class Questions(Game[QuestionsState]):
    """A questionnaire of yes/no judgments. Nothing is won; nobody plays against the person."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        json_schema_extra={
            "examples": [
                {
                    "blocks": [
                        {
                            "questions": [
                                {"key": "happy", "text": "Are you happy with your life as a whole?"},
                                {"key": "friends", "text": "Do you have as many good friends as you wish?"},
                            ]
                        }
                    ]
                }
            ]
        },
    )

    info: ClassVar[GameInfo] = GameInfo(
        key="questions",
        version="1",
        title="Questions in a drawn order",
        seats=1,
        simultaneous=True,
        hidden=("ahead",),
        sources=(
            "Moore (2002). Measuring new types of question-order effects. Public Opinion Quarterly 66(1), 80-91.",
            "Wang & Busemeyer (2013). A quantum question order model supported by empirical tests of an a priori and "
            "precise prediction. Topics in Cognitive Science 5(4), 689-710.",
        ),
        rival="observer",
    )
    State: ClassVar[type] = QuestionsState

    blocks: Annotated[tuple[Block, ...], Field(strict=False, min_length=1, max_length=50)]
    answers: Annotated[tuple[Label, Label], Field(strict=False)] = Field(
        (YES, NO), description="How the two answers are called, yes first"
    )
    shuffled: bool = Field(True, description="Whether orders are drawn; else all are asked as listed")

    @model_validator(mode="after")
    def _keys_differ(self) -> Questions:
        if len({question.key for question in self._all}) < len(self._all):
            raise PydanticCustomError("questions", "questions must have different keys")
        if self.answers[0] == self.answers[1]:
            raise PydanticCustomError("questions", "the two answers must differ")
        return self

    def start(self, rng: np.random.Generator) -> QuestionsState:
        """The first question, all orders drawn."""
        order = [i for block in _drawn(rng, self._places, shuffled=self.shuffled) for i in block]
        return QuestionsState(order[0], tuple(order[1:]), ())

    def legal_actions(self, state: QuestionsState, seat: Seat) -> tuple[Action, ...]:
        """Both answers, until all questions are answered."""
        return () if state.open is None or seat != PLAYER else self.answers

    def apply(self, state: QuestionsState, actions: Mapping[Seat, Action], rng: np.random.Generator) -> QuestionsState:  # noqa: ARG002
        """The state after an answer. Raises `IllegalAction`, and `InvalidInput` for anybody but the person."""
        if state.open is None or set(actions) != {PLAYER}:
            raise InvalidInput(f"Seat 0 answers alone; got seats {sorted(actions)}.", field="/actions")
        if actions[PLAYER] not in self.answers:
            raise IllegalAction(actions[PLAYER], self.answers)
        given = (*state.given, (state.open, actions[PLAYER] == self.answers[0]))
        return QuestionsState(state.ahead[0] if state.ahead else None, state.ahead[1:], given)

    def payoffs(self, state: QuestionsState) -> tuple[float, ...]:  # noqa: ARG002  # nothing is won
        """Nothing."""
        return (0.0,)

    def is_over(self, state: QuestionsState) -> bool:
        """Whether all questions are answered."""
        return state.open is None

    def view(self, state: QuestionsState, seat: Seat) -> dict[str, JsonValue]:  # noqa: ARG002  # there is one seat
        """The open question, and how many there are."""
        open_ = None if state.open is None else self._all[state.open]
        return {
            "round": min(len(state.given) + 1, len(self._all)),
            "rounds": len(self._all),
            "key": None if open_ is None else open_.key,
            "question": None if open_ is None else open_.text,
            "answers": list(self.answers),
            "paid": "none",
        }

    def situation(self, state: QuestionsState, seat: Seat) -> Situation:  # noqa: ARG002  # there is one seat
        """Both answers."""
        return self._done if state.open is None else self._asked

    def feedback(self, state: QuestionsState, seat: Seat) -> Feedback:  # noqa: ARG002  # there is one seat
        """Which question was answered, after which one; at the end how people answered those that come with a crowd."""
        if not state.given:
            return Feedback()
        keys = [self._all[i].key for i, _ in state.given]
        outcome: dict[str, JsonValue] = {"key": keys[-1], "after": keys[-2] if len(keys) > 1 else None}
        return Feedback(outcome=outcome if state.open is not None else outcome | {"blocks": self._compared(state)})

    def tell(self, view: Mapping[str, JsonValue]) -> str:
        """The question."""
        return str(view["question"] or "")

    def measures(self, state: QuestionsState, action: Action) -> Mapping[str, float]:  # noqa: ARG002  # a choice says it all
        """Whether the answer was yes, whatever the question."""
        return {"acquiescence": float(action == self.answers[0])}

    def judged(self, state: QuestionsState) -> Answers:
        """All blocks, and the answers in the order in which they were given."""
        where = {i: (block, place) for block, places in enumerate(self._places) for place, i in enumerate(places)}
        given = tuple((*where[i], yes) for i, yes in state.given)
        return Answers(self._judged_blocks, given, over=state.open is None)

    @cached_property
    def _judged_blocks(self) -> tuple[JudgedBlock, ...]:
        return tuple(block.judged() for block in self.blocks)

    @cached_property
    def _all(self) -> tuple[Question, ...]:
        return tuple(question for block in self.blocks for question in block.questions)

    @cached_property
    def _places(self) -> tuple[tuple[int, ...], ...]:
        """Indices of each block's questions among all."""
        found, at = [], 0
        for block in self.blocks:
            found.append(tuple(range(at, at + len(block.questions))))
            at += len(block.questions)
        return tuple(found)

    @cached_property
    def _asked(self) -> Situation:
        return Situation(self.answers, (), (0, 1), (), (), family="questions", payoff_range=(0.0, 0.0))

    @cached_property
    def _done(self) -> Situation:
        return Situation(self.answers, (), (), (), (), family="questions", payoff_range=(0.0, 0.0))

    def _compared(self, state: QuestionsState) -> list[JsonValue]:
        """Own answers to each block with a crowd, beside those of people asked in the same and in the other order."""
        answers, order = dict(state.given), [i for i, _ in state.given]
        told: list[JsonValue] = []
        for block, places in zip(self.blocks, self._places, strict=True):
            if block.crowd is None:
                continue
            asked = sorted(places, key=order.index)
            same, other = block.crowd.as_listed, block.crowd.reversed
            if asked[0] != places[0]:
                same, other = other, same
            told.append(
                {
                    "questions": [self._all[i].text for i in asked],
                    "yes": [answers[i] for i in asked],
                    "same_order": {"n": same.n, "yes": [same.first, same.second]},
                    "other_order": {"n": other.n, "yes": [other.second, other.first]},
                    "source": block.crowd.source,
                }
            )
        return told


def _turned(counts: Counts) -> Counts:
    """The same people, their two answers the other way round."""
    yes_yes, yes_no, no_yes, no_no = counts
    return yes_yes, no_yes, yes_no, no_no


def _drawn(rng: np.random.Generator, blocks: tuple[tuple[int, ...], ...], *, shuffled: bool) -> list[tuple[int, ...]]:
    if not shuffled:
        return list(blocks)
    order = rng.permutation(len(blocks)).tolist()
    return [tuple(rng.permutation(blocks[b]).tolist()) for b in order]
