"""What is known of one person, and what follows from it for one choice."""

from __future__ import annotations

from dataclasses import dataclass, field

from hagame.mind.predict.contexts import Layout
from hagame.mind.predict.counting import Plan
from hagame.mind.predict.engine import Thought
from hagame.mind.predict.population import Population
from hagame.mind.predict.state import FILLED, SEEN, State
from hagame.rules.game import Situation


@dataclass(frozen=True, slots=True, eq=False)
class Belief:
    """What is known of one person in one game. A value: nothing in it is ever changed in place."""

    layout: Layout
    plan: Plan
    population: Population
    """What other people taught; not stored, it belongs to the engine's version."""
    state: State
    memo: list[tuple[Situation, Thought]] = field(default_factory=list, init=False, repr=False)
    """The thought once thought: predict, explain and update of one turn share it."""

    @property
    def seen(self) -> int:
        """Choices learnt from, over all matches."""
        return int(self.state.marks[SEEN])

    @property
    def filled(self) -> int:
        """How many rounds of the first stage's window are real."""
        return int(self.state.marks[FILLED])
