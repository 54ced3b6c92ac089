"""The fixed rule bots that people were shown to see through, or not to."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import ConfigDict, Field

from hagame.mind.cognition.structure import structure
from hagame.mind.language import message, sentence
from hagame.mind.opponents.mixing import draw, mixed, uniform
from hagame.mind.opponents.opponent import Choice, Opponent, OpponentInfo, Scene, plays_table
from hagame.rules.game import GameInfo, Situation

Rule = Literal[
    "prev_move_positive",
    "prev_move_negative",
    "opponent_prev_move_positive",
    "opponent_prev_move_nil",
    "win_nil_lose_positive",
    "win_positive_lose_negative",
    "outcome_transition_dual_dependency",
]
WIN, TIE, LOSS = 1, 0, -1
AFTER_OUTCOME: dict[str, dict[int, int]] = {
    "win_nil_lose_positive": {WIN: 0, TIE: -1, LOSS: 1},
    "win_positive_lose_negative": {WIN: 1, TIE: 0, LOSS: -1},
}
"""By how many actions in order to go on from the own last one."""
IN_WORDS = {0: "why.step-same", 1: "why.step-further", -1: "why.step-back"}


class TransitionRule(Opponent):
    """Goes from the last round to its next action by one rule, and lapses now and then.

    Actions are in a circle: positive is one further (rock, paper, scissors, rock), negative one back, nil the same. The
    rules are those of the seven bots of Brockbank & Vul (2024), by their names there: from the own last action, from
    the person's last action, from the outcome, or from outcome and own last transition together: the same transition
    after a tie, one further after a win, one back after a loss. In their data the bots keep to the rule in 90 % of
    rounds and do either other thing in 5 %, which `noise` of 0.1 gives. What the rule needs and has not seen yet is
    drawn evenly.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    info: ClassVar[OpponentInfo] = OpponentInfo(
        key="transition-rule",
        version="1",
        title="Rule bot",
        summary="Follows one fixed rule from round to round, with a lapse now and then. Find the rule and you win.",
        sources=(
            "Brockbank & Vul (2024). Repeated rock, paper, scissors play reveals limits in adaptive sequential "
            "behavior. Cognitive Psychology 151, 101654.",
        ),
    )

    rule: Rule = Field("prev_move_positive", description="Which rule it follows, as the study names it")
    noise: Annotated[float, Field(ge=0, le=1)] = Field(
        0.1, description="Probability of any other action than the rule's, divided evenly among them"
    )

    @classmethod
    def suits(cls, game: GameInfo, situation: Situation) -> bool:
        """Where both choose at once among the same actions, at least two."""
        alike = situation.actions == situation.opponent_actions
        return plays_table(game, situation) and alike and len(situation.actions) > 1

    def act(self, scene: Scene, rng: np.random.Generator) -> Choice:
        """One step from the last round."""
        situation, legal = scene.situation, scene.situation.legal
        now = b"" if scene.last is None else bytes([scene.last[0]])
        step = None if scene.last is None else self._step(situation, scene.last, scene.memory)
        if scene.last is None or step is None:
            mixture = uniform(situation, legal)
            return Choice(draw(mixture, rng), mixture, sentence("why.rule-unknown"), memory=now)
        start = scene.last[1] if self.rule.startswith("opponent") else scene.last[0]
        ruled = (start + step) % len(situation.actions)
        others = [action for action in legal if action != ruled]
        if ruled not in legal or not others:
            mixture = uniform(situation, legal)
            return Choice(draw(mixture, rng), mixture, sentence("why.rule-impossible"), memory=now)
        mixture = mixed(1.0 - self.noise, uniform(situation, (ruled,)), uniform(situation, others))
        action = draw(mixture, rng)
        origin = message("why.your-move" if self.rule.startswith("opponent") else "why.my-move")
        said = sentence("why.rule", step=message(IN_WORDS[step]), origin=origin)
        why = said if action == ruled else sentence("why.rule-lapsed")
        return Choice(action, mixture, why, memory=now)

    def _step(self, situation: Situation, last: tuple[int, int], memory: bytes) -> int | None:
        """How far to go from the last action, -1, 0 or 1; None while the rule cannot tell."""
        if self.rule.endswith("move_positive"):
            return 1
        if self.rule.endswith("move_negative"):
            return -1
        if self.rule == "opponent_prev_move_nil":
            return 0
        outcome = structure(situation).outcome(situation.payoffs[last[0]][last[1]])
        if self.rule in AFTER_OUTCOME:
            return AFTER_OUTCOME[self.rule][outcome]
        return _centred(last[0] - memory[0] + outcome, len(situation.actions)) if memory else None


def _centred(step: int, actions: int) -> int:
    """The same step on the circle, -1 rather than `actions` - 1."""
    step %= actions
    return step - actions if step == actions - 1 and actions > 2 else step
