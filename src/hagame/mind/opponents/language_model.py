"""The opponent that asks a language model.

Asking needs the network, so it is done outside of the match (`hagame.games.outside`): the answer comes in as data and
is sealed like any other choice. What is asked, which answers are legal and what is played without an answer is told
here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, ClassVar, Literal

import msgspec
import numpy as np
from pydantic import ConfigDict, Field, JsonValue

from hagame.mind.opponents.mixing import draw, uniform
from hagame.mind.opponents.nash import equilibrium
from hagame.mind.opponents.opponent import Choice, Opponent, OpponentInfo, Scene, plays_table
from hagame.rules.game import GameInfo, Situation

MAX_WHY = 240


class _Memory(msgspec.Struct, frozen=True, array_like=True):
    """The last rounds, own and the person's action by index, as they stood after `n` decisions."""

    n: int = 0
    rounds: tuple[tuple[int, int], ...] = ()


_encode = msgspec.msgpack.Encoder().encode
_decoder = msgspec.msgpack.Decoder(_Memory)


class LanguageModel(Opponent):
    """Asks a stored prompt for a legal action and a reason, and plays a fallback where none comes in time.

    It sees the payoffs, the last rounds and, unless told otherwise, what the engine expects of the person; never a
    name, and never the coming move. It is as reproducible as the model behind it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    info: ClassVar[OpponentInfo] = OpponentInfo(
        key="llm",
        version="1",
        title="Language model",
        summary="A language model reads the rules and the last rounds, and chooses. Where none is connected or none "
        "answers in time, it says so and plays the equilibrium.",
        sources=(
            "Akata et al. (2025). Playing repeated games with large language models. Nature Human Behaviour 9, "
            "1380-1390.",
        ),
        slow=True,
        named="prompt",
    )

    prompt: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)] = Field(
        "opponent", description="Name of the stored prompt that is asked"
    )
    fallback: Literal["equilibrium", "uniform"] = Field(
        "equilibrium", description="What is played when no legal answer comes in time"
    )
    seconds: Annotated[float, Field(gt=0, le=30)] = Field(8.0, description="How long an answer is waited for")
    rounds: Annotated[int, Field(ge=0, le=100)] = Field(20, description="How many of the last rounds are told")
    sees_prediction: bool = Field(True, description="Whether it is told what the engine expects of the person")

    @classmethod
    def suits(cls, game: GameInfo, situation: Situation) -> bool:
        """Where both choose at once and a table tells what is paid: that can be put into words."""
        return plays_table(game, situation)

    def act(self, scene: Scene, rng: np.random.Generator) -> Choice:
        """The fallback: it stands under the seal unless an answer takes its place."""
        even = uniform(scene.situation, scene.situation.legal)
        mixture = even if self.fallback == "uniform" else equilibrium(scene.situation)
        told = self.instead(scene, draw(mixture, rng), "No language model was asked")
        return replace(told, mixture=mixture)

    def instead(self, scene: Scene, action: int, because: str) -> Choice:
        """The fallback's choice of `action`, with the reason for it in words that begin with `because`."""
        what = "drew evenly among my actions" if self.fallback == "uniform" else "played the equilibrium"
        mixture = uniform(scene.situation, (action,))
        return Choice(action, mixture, f"{because}, so I {what}.", memory=self._remembered(scene))

    def answered(self, scene: Scene, action: str, why: str) -> Choice:
        """The choice that a model has made; `action` is legal."""
        index = scene.situation.actions.index(action)
        return Choice(index, uniform(scene.situation, (index,)), why, memory=self._remembered(scene))

    def question(self, scene: Scene) -> dict[str, JsonValue]:
        """The variables of the prompt."""
        situation = scene.situation
        own, theirs = list(situation.actions), list(situation.opponent_actions)
        expected: dict[str, JsonValue] = {}
        if self.sees_prediction:
            expected = {action: round(p, 3) for action, p in zip(theirs, scene.prediction.tolist(), strict=True)}
        return {
            "actions": [own[i] for i in situation.legal],
            "payoffs": [
                {"own": a, "theirs": b, "own_payoff": mine, "their_payoff": yours}
                for a, mine_row, yours_row in zip(own, situation.payoffs, situation.opponent_payoffs, strict=True)
                for b, mine, yours in zip(theirs, mine_row, yours_row, strict=True)
            ],
            "rounds": [{"own": own[a], "theirs": theirs[b]} for a, b in self._memory(scene).rounds],
            "played": scene.record.n,
            "expected": expected,
        }

    def answer_schema(self, scene: Scene) -> dict[str, Any]:
        """JSON Schema of the answer: a legal action and a reason."""
        legal = [scene.situation.actions[i] for i in scene.situation.legal]
        return {
            "type": "object",
            "properties": {
                "action": {"type": "string", "enum": legal},
                "why": {"type": "string", "minLength": 1, "maxLength": MAX_WHY},
            },
            "required": ["action", "why"],
            "additionalProperties": False,
        }

    def _memory(self, scene: Scene) -> _Memory:
        """The last rounds with the newest, which is added once however often it is asked for."""
        known = _decoder.decode(scene.memory) if scene.memory else _Memory()
        if scene.last is None or scene.record.n <= known.n:
            return known
        return _Memory(scene.record.n, (*known.rounds, scene.last)[-self.rounds :] if self.rounds else ())

    def _remembered(self, scene: Scene) -> bytes:
        return _encode(self._memory(scene))
