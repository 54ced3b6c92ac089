from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hagame.mind.model import Attribution, Decision
from hagame.mind.predict import Belief, CountMixture
from hagame.mind.predict.explain import REST
from hagame.rules.game import Situation

MODEL = CountMixture()
TABLE = ((0.0, -1.0, 1.0), (1.0, 0.0, -1.0), (-1.0, 1.0, 0.0))
NAMES = ("rock", "paper", "scissors")
RPS = Situation(NAMES, NAMES, (0, 1, 2), TABLE, tuple(zip(*TABLE, strict=True)), "rock-paper-scissors")
DILEMMA = Situation(
    ("cooperate", "defect"),
    ("cooperate", "defect"),
    (0, 1),
    ((3.0, 0.0), (5.0, 1.0)),
    ((3.0, 5.0), (0.0, 1.0)),
    "prisoners-dilemma",
)
SMALL = Situation(("a", "b", "c", "d"), ("x", "y"), (0, 2, 3), ((1.0, 0.0),) * 4, ((0.0, 1.0),) * 4, "")


def learn(situation: Situation, rounds: list[tuple[int, int]]) -> Belief:
    belief = MODEL.start(situation)
    for own, other in rounds:
        belief = MODEL.update(belief, situation, Decision(own, other, 0.0, 0.0))
    return belief


def predicted_by(parts: Attribution, legal: tuple[int, ...]) -> np.ndarray:
    logits = np.array(parts.baseline) + np.sum([part.log_odds for part in parts.parts], axis=0)
    grown = np.zeros_like(logits)
    grown[list(legal)] = np.exp(logits[list(legal)])
    return grown / grown.sum()


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([RPS, DILEMMA, SMALL]),
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=60),
    st.integers(0, 20),
)
def test_the_parts_add_up_to_the_prediction(situation: Situation, raw: list[tuple[int, int]], top: int) -> None:
    rounds = [(situation.legal[a % len(situation.legal)], b % len(situation.opponent_actions)) for a, b in raw]
    belief = learn(situation, rounds)
    attribution = MODEL.explain(belief, situation, top)
    assert predicted_by(attribution, situation.legal) == pytest.approx(MODEL.predict(belief, situation), abs=1e-8)
    for part in attribution.parts:
        assert sum(part.log_odds) == pytest.approx(0, abs=1e-8)


def test_parts_still_add_up_where_the_prediction_is_held_at_its_bound() -> None:
    belief = learn(RPS, [(0, 0)] * 400)
    p = MODEL.predict(belief, RPS)
    assert p.max() > 0.99
    assert predicted_by(MODEL.explain(belief, RPS), RPS.legal) == pytest.approx(p, abs=1e-8)


def test_parts_come_widest_first_and_the_others_are_one() -> None:
    rng = np.random.default_rng(2)
    belief = learn(RPS, [(int(a), int(b)) for a, b in rng.integers(3, size=(80, 2))])
    parts = MODEL.explain(belief, RPS, top=3).parts
    spreads = [max(part.log_odds) - min(part.log_odds) for part in parts]
    assert len(parts) == 4
    assert spreads == sorted(spreads, reverse=True)
    assert [part.key for part in parts].count(REST) == 1
    everything = MODEL.explain(belief, RPS, top=99).parts
    assert REST not in {part.key for part in everything}


def test_a_statement_counts_what_really_happened() -> None:
    """Lost with rock six times, went on to paper five times and once to scissors; paper and scissors always won."""
    rounds: list[tuple[int, int]] = []
    for answer in (1, 1, 2, 1, 1, 1):
        rounds += [(0, 1), (answer, (answer - 1) % 3)]
    belief = learn(RPS, [*rounds, (0, 1)])
    parts = {part.key: part for part in MODEL.explain(belief, RPS, top=99).parts}
    lost = parts["taken/outcome"]
    assert (lost.seen, lost.taken) == (6, 5)
    assert lost.statement == "After a loss, you chose what beats your last move (now paper) in 5 of 6 cases."
    assert max(range(3), key=lost.log_odds.__getitem__) == 1


def test_words_of_winning_are_kept_for_games_where_one_gains_what_the_other_loses() -> None:
    belief = learn(DILEMMA, [(1, 0), (0, 1)] * 20)
    statements = " ".join(part.statement for part in MODEL.explain(belief, DILEMMA, top=99).parts)
    assert "win" not in statements
    assert "loss" not in statements
    assert "getting less than the opponent" in statements
    assert "cooperate" in statements


def test_of_a_stranger_only_other_people_tell_anything() -> None:
    attribution = MODEL.explain(MODEL.start(RPS), RPS, top=99)
    assert all(part.seen == 0 for part in attribution.parts)
    known = Situation(NAMES, NAMES, (0, 1, 2), TABLE, tuple(zip(*TABLE, strict=True)), "")
    for part in MODEL.explain(MODEL.start(known), known, top=99).parts:
        assert part.log_odds == pytest.approx([0, 0, 0], abs=1e-12)


def test_evidence_never_exceeds_what_was_seen() -> None:
    rng = np.random.default_rng(4)
    belief = learn(RPS, [(int(a), int(b)) for a, b in rng.integers(3, size=(50, 2))])
    for part in MODEL.explain(belief, RPS, top=99).parts:
        assert 0 <= part.taken <= part.seen <= 50
