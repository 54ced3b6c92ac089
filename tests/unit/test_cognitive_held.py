"""Models with parameters held: at a value or at another parameter's, everywhere a model is named."""

from __future__ import annotations

from math import isfinite, log

import numpy as np
import pytest

from hagame.errors import InvalidInput, NotFound
from hagame.mind.cognition.comparison import compare
from hagame.mind.cognition.estimate import fit
from hagame.mind.cognition.family import Family
from hagame.mind.cognition.hierarchical import fit_group
from hagame.mind.cognition.parameters import Parameter, prior_of
from hagame.mind.cognition.recovery import Design, made_up
from hagame.mind.cognition.registry import families, family, hold_of, holding
from hagame.testing import check_family

VARIANTS = [f"{each.key}:{variant.name}" for each in families().values() for variant in each.variants]


def ends(each: Parameter) -> list[float]:
    """The furthest values at which a parameter can be held, or values right beside bounds that are impossible."""
    found = [
        each.low if isfinite(each.low) else each.mean - 10 * each.sd,
        each.high if isfinite(each.high) else each.natural(each.mean + 10 * each.sd),
    ]
    return [x for x in found if not each.open or not isfinite(x)] or [each.natural(-8.0), each.natural(3.0)]


@pytest.mark.parametrize("key", VARIANTS)
def test_every_variant_keeps_the_contract(key: str) -> None:
    check_family(family(key))


@pytest.mark.parametrize("key", [key for key, each in families().items() if len(each.free) > 1])
def test_a_model_can_be_computed_with_any_parameter_held_at_its_ends(key: str) -> None:
    model = family(key)
    _, (seen,) = made_up(model, Design(1, 40))
    for each in model.free:
        for value in ends(each):
            held = holding(model, {each.name: value})
            mean, _ = prior_of(held.free)
            assert np.isfinite(held.log_likelihood(mean, seen)), (each.name, value)


def test_a_parameter_that_is_the_same_as_another_has_its_value() -> None:
    model = family("q-learning")
    tied = holding(model, {"learning_rate_loss": "learning_rate_gain"})
    z = np.array([-0.4, 0.9, 0.2, -1.0])
    _, (seen,) = made_up(model, Design(1, 100))
    assert tied.names == ("learning_rate_gain", "inverse_temperature", "perseveration", "forgetting")
    assert tied.log_likelihood(z, seen) == pytest.approx(model.log_likelihood(np.insert(z, 1, z[0]), seen), abs=1e-12)
    assert tied.complete(dict.fromkeys(tied.names, 0.3))["learning_rate_loss"] == 0.3


def test_a_held_parameter_costs_no_bic_and_has_no_estimate() -> None:
    model = family("q-learning")
    held = holding(model, {"forgetting": 0.0, "learning_rate_loss": "learning_rate_gain"})
    _, (seen,) = made_up(held, Design(1, 200))
    found = fit(held, seen)
    assert set(found.estimates) == set(model.names) - {"forgetting", "learning_rate_loss"}
    assert found.bic == pytest.approx(3 * log(200) - 2 * found.log_likelihood)


def test_what_is_held_is_told_by_the_key_and_read_from_it() -> None:
    long = "two-step:eligibility=1,learning_rate_first=learning_rate_second"
    held = holding(family("two-step"), hold_of(["eligibility=1", "learning_rate_first = learning_rate_second"]))
    assert held.key == long
    assert family(long).fixed == held.fixed == {"eligibility": 1.0, "learning_rate_first": "learning_rate_second"}
    more = family("two-step:four-parameters,stickiness=0")
    assert more.key == "two-step:four-parameters,stickiness=0"
    assert more.names == ("learning_rate_second", "inverse_temperature_second", "planning")
    assert family("ewa:averaging").fixed == {"accumulation": 0.0}


@pytest.mark.parametrize(
    ("key", "right"),
    [
        ("q-learning:phi=0", "hold/phi: q-learning has no such parameter; there are learning_rate_gain"),
        ("q-learning:forgetting=2", "hold/forgetting: forgetting must be a number from 0 to 1, not 2"),
        ("q-learning:forgetting=nan", "from 0 to 1, not nan"),
        ("prospect-theory:weighting_gain=0", "above 0 and below"),
        ("q-learning:forgetting=perseveration", "hold/forgetting: it can be held at a number or one of learning_rate"),
        ("q-learning:perseveration=fast", "hold/perseveration: it can be held at a number, not at 'fast'"),
        ("q-learning:forgetting=learning_rate_gain,learning_rate_gain=0.5", "learning_rate_gain is held itself"),
        ("q-learning:forgetting=forgetting", "one of learning_rate_gain, learning_rate_loss, not at 'forgetting'"),
        ("hyperbolic-discounting:discount_rate=0.1,delay_sensitivity=1", "must be left free"),
        ("q-learning:forgetting=", "needs PARAMETER=VALUE"),
    ],
)
def test_what_cannot_be_held_is_named_with_what_would_be_right(key: str, right: str) -> None:
    with pytest.raises(InvalidInput, match=right):
        family(key)


def test_a_variant_that_is_not_there_is_named_beside_those_that_are() -> None:
    with pytest.raises(NotFound, match=r"ewa has no variant 'none'; there are: averaging, cumulative"):
        family("ewa:none")
    with pytest.raises(NotFound, match=r"q-learning \(:no-forgetting, :fading, :one-rate\), exploration, two-step"):
        family("none")


def test_the_corner_that_made_the_choices_is_found_among_others() -> None:
    """People who learn from good and bad surprises alike and forget nothing; more parameters say no more of them."""
    true = family("q-learning:one-rate")
    _, people = made_up(true, Design(12, 200))
    models: list[Family] = [family("q-learning"), true, holding(true, {"perseveration": 0.0})]
    found = compare(models, [people] * 3, np.random.default_rng(0))
    assert int(found.bic.sum(axis=0).argmin()) == int(found.log_evidence.sum(axis=0).argmax()) == 1
    assert found.models == ("q-learning", "q-learning:one-rate", "q-learning:one-rate,perseveration=0")


def test_a_group_is_fitted_in_its_free_parameters_alone() -> None:
    model = family("pvl-delta:square-root")
    _, people = made_up(model, Design(6, 60))
    assert set(fit_group(model, people).groups) == {"learning_rate", "card_loss_aversion", "consistency"}
