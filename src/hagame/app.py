"""The door for HTTP: everything is wired here and nowhere else."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from functools import cache as once

from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from hagame import __version__, web
from hagame.accounts.routes import router as accounts
from hagame.aimodels.routes import router as ai_models
from hagame.aimodels.routes import stateless as ai
from hagame.collective.match_routes import router as foresight
from hagame.collective.routes import router as collective
from hagame.core import cache, health, limits, migrate, problems, security, telemetry, tracing
from hagame.core.database import make_engine, make_pool, make_sessions
from hagame.core.events import PUBLISH, Events
from hagame.core.leases import Leases
from hagame.core.standing import Standing
from hagame.core.tasks.broker import Broker
from hagame.core.tasks.enqueue import WAKE
from hagame.core.tasks.metrics import TaskMetrics
from hagame.core.tasks.relay import Relay
from hagame.core.tasks.routes import router as tasks
from hagame.engine.routes import router as engine
from hagame.games.definitions import load_built_in
from hagame.games.installed import warm_up
from hagame.games.moves import Moves
from hagame.games.routes import moving
from hagame.games.routes import router as games
from hagame.games.sockets import Sockets
from hagame.games.watch_routes import router as watching
from hagame.games.watching import Spectators
from hagame.games.websocket import router as sockets
from hagame.llm.files import read_prompts
from hagame.llm.gateway import Gateway
from hagame.llm.prompts import load_built_in as load_prompts
from hagame.llm.routes import router as llm
from hagame.mind.predict.population import use as use_priors
from hagame.reports.routes import router as reports
from hagame.reports.routes import statistics
from hagame.settings import Settings

Services = Callable[[Settings], AbstractAsyncContextManager[Settings]]
"""Starts what the settings leave open (an embedded database, say) and gives settings that name it."""

ROUTERS = (
    moving,
    accounts,
    games,
    watching,
    llm,
    ai_models,
    ai,
    reports,
    statistics,
    tasks,
    engine,
    collective,
    foresight,
    health.router,
    sockets,
)
"""The busiest first: routes are tried in order."""


GARBAGE = (10_000, 10, 10)
"""When the garbage collector looks for cycles. Moves hardly leave any, and by Python's own numbers the search for them
took a twentieth of their processor time."""


DESCRIPTION = """
Play decision games against AIs that learn how you think.

1. `POST /auth/guest` for a player at once, or register and log in.
2. `POST /games/instances` begins a match; the AI's first move is sealed already.
3. `POST /games/instances/{instance_id}/moves` takes your decision, opens the seal and explains the prediction.
"""


def create_app(settings: Settings, services: Services | None = None) -> FastAPI:
    """The application. Nothing is opened before its lifespan begins."""
    telemetry.configure_logging(settings)
    app = FastAPI(
        title="HAGAME",
        version=__version__,
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan(settings, services),
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    app.state.settings = settings
    problems.install(app)
    for router in ROUTERS:
        app.include_router(router)
    web.mount(app)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware, allow_origins=list(settings.cors_origins), allow_methods=["*"], allow_headers=["*"]
        )
    app.add_middleware(telemetry.Telemetry, hsts=settings.environment == "production")
    return app


def _lifespan(settings: Settings, services: Services | None) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            opened = await stack.enter_async_context(services(settings)) if services else settings
            await _open(app, opened, stack)
            yield

    return lifespan


async def _open(app: FastAPI, settings: Settings, stack: AsyncExitStack) -> None:
    """Open what the application talks to; the stack closes it in reverse order."""
    if settings.migrate_on_start:
        await migrate.migrate(settings)
    state = app.state
    state.settings = settings
    stack.push_async_callback(to_thread.run_sync, tracing.configure(settings, "hagame-api"))
    state.engine = make_engine(settings)
    stack.push_async_callback(state.engine.dispose)
    state.sessions = make_sessions(state.engine)
    state.pool = await stack.enter_async_context(await make_pool(settings))
    state.redis = cache.make_redis(settings)
    if state.redis is not None:
        stack.push_async_callback(state.redis.aclose)
    state.events = Events(state.redis)
    state.standing = Standing(state.sessions, state.events)
    await _open_background_work(app, settings, stack)
    state.limiter = limits.Limiter(settings)
    stack.push_async_callback(state.limiter.aclose)
    state.hasher = security.Hasher()
    state.computing = CapacityLimiter(1)
    leases = Leases(state.redis, "sockets")
    state.sockets = Sockets(settings.sockets_per_person, leases)
    state.spectators = Spectators(settings.spectators_per_match)
    state.llm = Gateway(settings, state.sessions, state.pool, state.redis)
    stack.push_async_callback(state.llm.aclose)
    state.moves = Moves(state.pool, state.llm)
    for job in (state.events.run(), state.standing.run(), leases.run()):
        await stack.enter_async_context(_running(job))
    await _load_what_is_built_in(app, settings)


async def _load_what_is_built_in(app: FastAPI, settings: Settings) -> None:
    async with app.state.sessions() as session, session.begin():
        await load_built_in(session)
        await load_prompts(session, [*read_prompts("hagame.accounts"), *read_prompts("hagame.games")])
    if settings.priors is not None:
        use_priors(settings.priors)
    await to_thread.run_sync(warm_up)
    _settle()


@once
def _settle() -> None:
    """What is loaded by now stays until the process ends: the garbage collector need not look through it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE)


async def _open_background_work(app: FastAPI, settings: Settings, stack: AsyncExitStack) -> None:
    """The broker and what tells it of new tasks; without a broker tasks wait in the database for one."""
    state = app.state
    state.broker = None
    told: dict[str, Callable[..., None]] = {PUBLISH: state.events.publish}
    if settings.broker_url or settings.redis_url:
        state.broker = Broker(settings)
        stack.callback(state.broker.close)
        relay = Relay(settings, state.sessions, state.broker)
        told[WAKE] = relay.wake
        await stack.enter_async_context(_running(relay.run()))
    state.sessions.configure(info=told)
    state.task_metrics = TaskMetrics(state.pool, state.broker)


@asynccontextmanager
async def _running(job: Coroutine[None, None, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(job)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
