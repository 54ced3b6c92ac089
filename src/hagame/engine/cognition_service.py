"""Cognitive models on data in the body. Pure: called in a thread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from math import isfinite
from time import monotonic
from typing import TypeVar

import numpy as np

from hagame.engine.cognition_schemas import (
    MOST_TRIALS,
    CognitiveComparisonIn,
    CognitiveComparisonOut,
    CognitiveFitIn,
    CognitiveFitOut,
    CognitiveModelOut,
    CognitiveParameterOut,
    CognitiveVariantOut,
    ColumnOut,
    Columns,
    ComparedModelOut,
    ParameterEstimateOut,
    ParameterGroupOut,
    PersonFitOut,
)
from hagame.errors import InvalidInput, NotFound, TooLarge
from hagame.mind.cognition.comparison import compare as compare_models
from hagame.mind.cognition.comparison import held_out, rivals
from hagame.mind.cognition.estimate import Fit
from hagame.mind.cognition.estimate import fit as fit_person
from hagame.mind.cognition.family import Family, with_actions
from hagame.mind.cognition.hierarchical import Group, Report, fit_group, fit_pooled, joined
from hagame.mind.cognition.registry import families, family, holding
from hagame.mind.cognition.rows import Floats, Trials

T = TypeVar("T")

SEED = 1902
"""The same data always give the same answer."""
MOST_SECONDS = 120.0
"""For one request: others wait behind it. Some models take a hundred times as long for a person as others."""


def list_families() -> list[CognitiveModelOut]:
    """All cognitive models with their parameters and the data they read."""
    return [_family_out(each) for each in families().values()]


def fit(body: CognitiveFitIn) -> CognitiveFitOut:
    """Fit one model. Raises `InvalidInput` that names the field, and `TooLarge` for what takes too long here."""
    in_time = _clock()
    model = holding(_family(body.model, "/model"), body.hold)
    people = _read(model, body.people)
    group: dict[str, ParameterGroupOut] | None = None
    warnings: list[str] = []
    if body.method == "group":
        found = fit_group(model, people, in_time)
        fits, warnings = list(found.people), list(found.warnings)
        group = {name: _group_out(each) for name, each in found.groups.items()}
    elif body.method == "pooled":
        fits, people = [fit_pooled(model, people)], [joined(people)]
    else:
        fits = [fit_person(model, each) for each in _each(people, in_time)]
    told = [_person_out(model, one, trials) for one, trials in _each(list(zip(fits, people, strict=True)), in_time)]
    return CognitiveFitOut(
        model=model.key,
        version=model.version,
        held=dict(model.fixed),
        method=body.method,
        sources=list(model.sources),
        people=told,
        group=group,
        warnings=warnings,
    )


def compare(body: CognitiveComparisonIn) -> CognitiveComparisonOut:
    """Compare models on the same people. Raises as `fit` does."""
    in_time = _clock()
    models = [_family(key, f"/models/{i}") for i, key in enumerate(body.models)]
    if len({each.timed for each in models}) > 1:
        raise InvalidInput("models: those that explain response times compare only with each other.", field="/models")
    people = [_read(each, body.people) for each in models]
    found = compare_models(models, people, np.random.default_rng(SEED), in_time)
    told = [
        ComparedModelOut(
            model=key,
            bic=float(found.bic[:, i].sum()),
            log_evidence=float(found.log_evidence[:, i].sum()),
            held_out=_finite(float(np.nanmean(found.held_out[:, i]))) if _any(found.held_out[:, i]) else None,
            frequency=found.selection.frequencies[i],
            exceedance=found.selection.exceedance[i],
            protected_exceedance=found.selection.protected[i],
        )
        for i, key in enumerate(found.models)
    ]
    simple = {name: float(np.nanmean(each)) if _any(each) else None for name, each in found.rivals.items()}
    return CognitiveComparisonOut(models=told, omnibus_risk=found.selection.omnibus_risk, rivals=simple)


def _clock() -> Report:
    """To be called in between; raises `TooLarge` when the time of the request is over."""
    until = monotonic() + MOST_SECONDS

    def in_time(_part: float) -> None:
        if monotonic() > until:
            right = "send fewer people or trials, or fit them with `hagame fit`, which needs no server"
            raise TooLarge(f"people: this takes longer than the {MOST_SECONDS:g} seconds of one request; {right}.")

    return in_time


def _each(items: Sequence[T], in_time: Report) -> Iterator[T]:
    for item in items:
        in_time(0.0)
        yield item


def _family(key: str, field: str) -> Family:
    try:
        return family(key)
    except (NotFound, InvalidInput) as error:
        raise InvalidInput(f"{field[1:]}: {error.detail}", field=field) from error


def _read(model: Family, people: Sequence[Columns]) -> list[Trials]:
    found = []
    for i, columns in enumerate(with_actions(model.columns, people)):
        try:
            found.append(model.read(columns))
        except InvalidInput as error:
            raise InvalidInput(f"people/{i}/{error.detail}", field=f"/people/{i}{error.field}") from error
        except (ValueError, IndexError) as error:
            raise InvalidInput(f"people/{i}: the columns do not fit together: {error}", field=f"/people/{i}") from error
    total = sum(len(each) for each in found)
    if total > MOST_TRIALS:
        raise InvalidInput(
            f"people: at most {MOST_TRIALS} trials at a time, not {total}; fit larger data with `hagame fit`.",
            field="/people",
        )
    if not all(each.choices for each in found):
        raise InvalidInput("people: somebody has no trial with a choice.", field="/people")
    return found


def _person_out(model: Family, found: Fit, trials: Trials) -> PersonFitOut:
    enough = len(trials) >= 10
    return PersonFitOut(
        n=found.n,
        parameters={
            name: ParameterEstimateOut(value=each.value, se=each.se, low=each.low, high=each.high)
            for name, each in found.estimates.items()
        },
        derived=dict(found.derived),
        log_likelihood=found.log_likelihood,
        log_evidence=found.log_evidence,
        bic=found.bic,
        held_out=_finite(held_out(model, trials)) if enough else None,
        rivals={name: _finite(value) for name, value in rivals(trials).items()} if enough and not model.timed else {},
        converged=found.converged,
        warnings=list(found.warnings),
    )


def _group_out(group: Group) -> ParameterGroupOut:
    told = asdict(group)
    return ParameterGroupOut(median=told.pop("value"), **told)


def _family_out(model: Family) -> CognitiveModelOut:
    return CognitiveModelOut(
        key=model.key,
        version=model.version,
        title=model.title,
        summary=model.summary,
        level=model.level,
        parameters=[
            CognitiveParameterOut(
                name=each.name,
                title=each.title,
                meaning=each.meaning,
                low=_finite(each.low),
                high=_finite(each.high),
                scale=each.scale,
                prior_mean=each.mean,
                prior_sd=each.sd,
                unit=each.unit,
                source=each.source,
                says_not=each.says_not,
            )
            for each in model.free
        ],
        columns=[ColumnOut(**asdict(each)) for each in model.columns],
        sources=list(model.sources),
        variants=[
            CognitiveVariantOut(key=f"{model.key}:{each.name}", title=each.title, hold=dict(each.hold), why=each.why)
            for each in model.variants
        ],
        session=model.session,
        live=model.live is not None,
    )


def _finite(value: float) -> float | None:
    return value if isfinite(value) else None


def _any(values: Floats) -> bool:
    return bool(np.isfinite(values).any())
