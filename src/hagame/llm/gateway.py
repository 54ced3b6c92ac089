"""The one door to language models.

A call is planned (prompt, models, parameters), looked up in the cache, joined to an equal one that runs, admitted,
attempted, checked, kept, logged, and only then answered. The rooms above use `app.state.llm.complete`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime
from time import monotonic

from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from hagame.core import tracing
from hagame.core.database import Pool
from hagame.errors import HagameError, RateLimited
from hagame.llm.attempt import total_cost, total_usage
from hagame.llm.attempts import NOTHING, Attempts, Found, Shared
from hagame.llm.budget import Budget
from hagame.llm.cache import Cache, Flights, Kept
from hagame.llm.catalogue import read_catalogue
from hagame.llm.log import Log, Record, forget
from hagame.llm.plan import Plan, Planner
from hagame.llm.prices import FREE
from hagame.llm.schemas import CacheUse, Call, Caller, Completion
from hagame.settings import Settings

STREAM_AHEAD = 64
"""Pieces of a stream that may wait for a slow reader; then the provider waits too."""
FORGET_EVERY_S = 3600.0


class Gateway:
    """Answers calls.

    Raises `InvalidInput` and `NotFound` for what was asked, `RateLimited` when a budget or a limit is used up,
    `Unavailable` when no model gave an answer that is fit for use.
    """

    def __init__(
        self, settings: Settings, sessions: async_sessionmaker[AsyncSession], pool: Pool, redis: Redis | None
    ) -> None:
        self.catalogue = read_catalogue(settings)
        self.budget = Budget(settings, pool)
        self.max_output_tokens = settings.llm_max_output_tokens
        self._sessions = sessions
        self._shared = Shared(settings, self.budget)
        self._planner = Planner(settings, self.catalogue, sessions)
        self._cache = Cache(redis, settings.llm_cache_ttl_s, settings.llm_timeout_s)
        self._flights: Flights[Completion | HagameError] = Flights()
        self._log = Log(pool, settings.llm_keep_contents_days)
        self._forget_at = 0.0

    async def complete(self, caller: Caller, call: Call) -> Completion:
        """The whole answer."""
        plan = await self._planner.plan(caller, call)
        self._forget_sometimes()
        record = Record(caller, plan, streamed=False, cache=self._use(plan))
        if record.cache != "miss":
            return await self._ask(record)
        key = plan.key(caller)
        kept = await self._cache.get(key)
        if kept is not None:
            record.cache = "hit"
            return await self._from_cache(record, kept)
        return await self._together(record, key)

    async def stream(self, caller: Caller, call: Call) -> AsyncGenerator[str | Completion, None]:
        """Pieces of text as they come, then the whole. Closing it cancels the call, and so does an error."""
        plan = await self._planner.plan(caller, call)
        self._forget_sometimes()
        pieces: asyncio.Queue[str | Completion | Exception] = asyncio.Queue(STREAM_AHEAD)
        # A task of its own: timeouts hold for the task in which they began, and readers may change.
        producer = self._shared.start(self._produce(caller, plan, pieces))
        try:
            while True:
                piece = await pieces.get()
                if isinstance(piece, Exception):
                    raise piece
                yield piece
                if isinstance(piece, Completion):
                    return
        finally:
            producer.cancel()
            await asyncio.wait([producer])

    async def aclose(self) -> None:
        """Finish what is to be settled and logged, and close connections."""
        await self._shared.aclose()
        for provider in self.catalogue.providers.values():
            await provider.aclose()

    def circuit_states(self) -> dict[str, str]:
        """Where the circuit of each model stands in this process."""
        return {target.name: self._shared.circuit(target).state for target in self.catalogue.targets}

    async def _together(self, record: Record, key: str) -> Completion:
        """The answer to this or an equal call that runs already."""
        while True:
            record.cache = "miss"
            found, joined = await self._flights.join(key, lambda: self._lead(record, key))
            if not joined:
                return _or_raise(found)
            record.cache = "joined"
            if isinstance(found, Completion):
                return await self._from_cache(record, _kept(found))
            # In a public call that was joined, it may be another's budget that is used up.
            if not isinstance(found, RateLimited):
                record.ended(_reason(found))
                await self._log.write(record, [])
                raise found

    async def _lead(self, record: Record, key: str) -> Completion | HagameError:
        async with self._cache.turn(key, self._shared.settings.llm_timeout_s) as kept:
            if kept is not None:
                record.cache = "joined"
                return await self._from_cache(record, kept)
            try:
                found = await self._ask(record)
            except HagameError as error:
                return error
            await self._cache.put(key, _kept(found))
            return found

    async def _ask(self, record: Record) -> Completion:
        attempts = Attempts(self._shared, record.caller, record.plan)
        async with self._logged(record, attempts):
            async with self._shared.slots.of_user(record.caller.user_id, attempts.left_s):
                found = await attempts.whole()
            return _completion(record, found, attempts)

    async def _produce(self, caller: Caller, plan: Plan, pieces: asyncio.Queue[str | Completion | Exception]) -> None:
        try:
            async with aclosing(self._pieces(caller, plan)) as produced:
                async for piece in produced:
                    await pieces.put(piece)
        except Exception as error:  # noqa: BLE001 - raised where the stream is read
            await pieces.put(error)

    async def _pieces(self, caller: Caller, plan: Plan) -> AsyncGenerator[str | Completion, None]:
        record = Record(caller, plan, streamed=True, cache=self._use(plan))
        key = plan.key(caller)
        kept = await self._cache.get(key) if record.cache == "miss" else None
        if kept is not None:
            record.cache = "hit"
            yield kept.text
            yield await self._from_cache(record, kept)
            return
        completion = None
        attempts = Attempts(self._shared, caller, plan)
        async with (
            self._logged(record, attempts),
            self._shared.slots.of_user(caller.user_id, attempts.left_s),
            aclosing(attempts.stream()) as produced,
        ):
            async for piece in produced:
                if isinstance(piece, str):
                    yield piece
                else:
                    completion = _completion(record, piece, attempts)
        if completion is not None:
            if record.cache == "miss":
                await self._cache.put(key, _kept(completion))
            yield completion

    @asynccontextmanager
    async def _logged(self, record: Record, attempts: Attempts) -> AsyncIterator[None]:
        """Whatever becomes of a call is written, and written before it is answered."""
        outcome = "cancelled"
        try:
            with tracing.span("llm.call", hagame__llm__purpose=record.caller.purpose):
                yield
            outcome = "ok"
        except HagameError as error:
            outcome = _reason(error)
            raise
        except Exception:
            outcome = "fault"
            raise
        finally:
            record.ended(outcome)
            written = self._shared.start(self._log.write(record, attempts.made))
            if outcome != "cancelled":
                await asyncio.shield(asyncio.gather(written, *attempts.settling))

    async def _from_cache(self, record: Record, kept: Kept) -> Completion:
        record.answered_by, record.text = (kept.provider, kept.model), kept.text
        record.ended("ok")
        await self._log.write(record, [])
        return Completion(
            id=record.id,
            **kept.model_dump(),
            cache=record.cache,
            prompt=record.plan.prompt,
            usage=NOTHING,
            cost_usd=FREE,
            attempts=0,
            first_token_ms=None,
            total_ms=record.total_ms,
        )

    def _use(self, plan: Plan) -> CacheUse:
        if plan.bypass:
            return "bypass"
        return "miss" if self._cache.on else "off"

    def _forget_sometimes(self) -> None:
        """Once in a while, beside the calls, delete the contents whose time is over."""
        if monotonic() >= self._forget_at:
            self._forget_at = monotonic() + FORGET_EVERY_S
            self._shared.start(self._forget())

    async def _forget(self) -> None:
        async with self._sessions.begin() as session:
            await forget(session, datetime.now(UTC))


def _completion(record: Record, found: Found, attempts: Attempts) -> Completion:
    """What the caller gets. The cost is that of all attempts: a wrong answer is paid for too."""
    record.answered_by = (found.target.provider_name, found.target.model)
    record.text = found.answer.text
    record.ended("ok")
    return Completion(
        id=record.id,
        text=found.answer.text,
        output=found.output,
        finish=found.answer.finish,
        provider=found.target.provider_name,
        model=found.target.model,
        offline=found.target.provider.info.offline,
        cache=record.cache,
        prompt=record.plan.prompt,
        usage=total_usage(attempts.made),
        cost_usd=total_cost(attempts.made),
        attempts=len(attempts.made),
        first_token_ms=attempts.made[-1].first_token_ms,
        total_ms=record.total_ms,
    )


def _kept(found: Completion) -> Kept:
    return Kept.model_validate(found.model_dump(include=set(Kept.model_fields)))


def _or_raise(found: Completion | HagameError) -> Completion:
    if isinstance(found, HagameError):
        raise found
    return found


def _reason(error: HagameError) -> str:
    """How the log names what ended a call."""
    return str(error.extra.get("reason", error.slug))
