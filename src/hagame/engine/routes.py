"""HTTP of the engine: parse, compute in a thread, answer. Nothing is stored."""

from __future__ import annotations

from typing import Annotated

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Depends, Request

from hagame.core.bodies import JsonRoute
from hagame.core.limits import address_of
from hagame.core.problems import responses
from hagame.core.security import PassingUser
from hagame.engine.cognition_schemas import (
    CognitiveComparisonIn,
    CognitiveComparisonOut,
    CognitiveFitIn,
    CognitiveFitOut,
    CognitiveModelOut,
)
from hagame.engine.crowd_schemas import AggregateIn, AggregateOut
from hagame.engine.quantum_schemas import DilemmaIn, DilemmaOut, OrderEffectIn, OrderEffectOut, StateIn, StateOut

router = APIRouter(prefix="/ai", tags=["engine"], route_class=JsonRoute, responses=responses(401, 422, 503))


async def _threads(request: Request) -> CapacityLimiter:
    threads: CapacityLimiter = request.app.state.computing
    return threads


Threads = Annotated[CapacityLimiter, Depends(_threads)]
"""Fits hold the interpreter for parts of a second: they queue behind each other, not in front of moves."""


async def _fits(user: PassingUser, request: Request) -> None:
    """Who asks for a fit, which holds a processor for seconds. A guest is new at any time, so addresses are counted."""
    state = request.app.state
    who = address_of(request) if user.is_guest else str(user.id)
    await state.limiter.hit("fit", state.settings.fits_per_minute, who)


_fits_limit = Depends(_fits)


# What computes brings scipy along, so it is loaded on first use.


@router.post("/quantum/order-effect", responses=responses(429), dependencies=[_fits_limit])
async def order_effect(body: OrderEffectIn, _: PassingUser, threads: Threads) -> OrderEffectOut:
    """Does the order of two questions matter, and as quantum probability allows? Beside classical rivals."""
    from hagame.engine import quantum_service  # noqa: PLC0415 - heavy

    return await to_thread.run_sync(quantum_service.order_effect, body, limiter=threads)


@router.post("/quantum/prisoners-dilemma", responses=responses(429), dependencies=[_fits_limit])
async def prisoners_dilemma(body: DilemmaIn, _: PassingUser, threads: Threads) -> DilemmaOut:
    """Defection when the other's move is known or not: the belief-action model beside its Markov rival."""
    from hagame.engine import quantum_service  # noqa: PLC0415 - heavy

    return await to_thread.run_sync(quantum_service.prisoners_dilemma, body, limiter=threads)


@router.post("/quantum/state")
async def quantum_state(body: StateIn, _: PassingUser, threads: Threads) -> StateOut:
    """A state of judgment followed through answers: its entropy, and what each question would find."""
    from hagame.engine import quantum_service  # noqa: PLC0415 - heavy

    return await to_thread.run_sync(quantum_service.state, body, limiter=threads)


@router.post("/collective/aggregate")
async def aggregate(body: AggregateIn, _: PassingUser, threads: Threads) -> AggregateOut:
    """Many judges, one answer: probabilities, votes, numbers or labels."""
    from hagame.engine import crowd_service  # noqa: PLC0415 - heavy

    return await to_thread.run_sync(crowd_service.aggregate, body, limiter=threads)


@router.get("/cognition/models")
async def cognitive_models(_: PassingUser) -> list[CognitiveModelOut]:
    """Cognitive models: parameters with bounds, priors and meanings, the data they read, and their sources."""
    from hagame.engine import cognition_service  # noqa: PLC0415 - heavy

    # Not behind fits, which may take minutes: it computes nothing.
    return await to_thread.run_sync(cognition_service.list_families)


@router.post("/cognition/fit", responses=responses(413, 429), dependencies=[_fits_limit])
async def fit(body: CognitiveFitIn, _: PassingUser, threads: Threads) -> CognitiveFitOut:
    """Fit a cognitive model to people's trials: each for themselves, as a group, or all as one."""
    from hagame.engine import cognition_service  # noqa: PLC0415 - heavy

    return await to_thread.run_sync(cognition_service.fit, body, limiter=threads)


@router.post("/cognition/compare", responses=responses(413, 429), dependencies=[_fits_limit])
async def compare(body: CognitiveComparisonIn, _: PassingUser, threads: Threads) -> CognitiveComparisonOut:
    """Which cognitive model describes these people best? BIC, held-out log-loss, random-effects selection."""
    from hagame.engine import cognition_service  # noqa: PLC0415 - heavy

    return await to_thread.run_sync(cognition_service.compare, body, limiter=threads)
