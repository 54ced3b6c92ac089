"""Who gets whose answers, how often a provider is asked, and what people may use in a day."""

from __future__ import annotations

import asyncio
import secrets
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from benchmarks.llm_fake import INPUT_TOKENS, OUTPUT_TOKENS, Behaviour
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from tests.llm.helpers import Fakes, GatewayWith, Logged, Someone, question

from hagame.errors import RateLimited, Unavailable
from hagame.llm import Call, Caller, Gateway, PromptIn, load_built_in
from hagame.llm.budget import Amount, Budget
from hagame.llm.cache import Flights
from hagame.settings import Settings

pytestmark = pytest.mark.anyio

SESSIONS = async_sessionmaker[AsyncSession]
COST = (INPUT_TOKENS * Decimal(1) + OUTPUT_TOKENS * Decimal(2)) / 1_000_000


@pytest.fixture
async def public_prompt(sessions: SESSIONS) -> str:
    """The name of a prompt whose answers may be shared."""
    name = f"public-{secrets.token_hex(4)}"
    body = PromptIn.model_validate(
        {"name": name, "messages": [{"role": "user", "content": "Explain chess."}], "public": True}
    )
    async with sessions.begin() as session:
        await load_built_in(session, [body])
    return name


async def test_a_hundred_equal_calls_at_once_reach_the_provider_once(
    gateway: Gateway, fakes: Fakes, caller: Caller, logged: Logged
) -> None:
    fakes.openai.delay_s = 0.2
    answers = await asyncio.gather(*(gateway.complete(caller, question("same")) for _ in range(100)))
    assert len(fakes.openai.seen) == 1
    assert {answer.text for answer in answers} == {"You said: same"}
    assert len({answer.id for answer in answers}) == 100
    calls = await logged(caller)
    assert sorted(call.cache for call in calls) == ["joined"] * 99 + ["miss"]
    assert sum(call.cost_usd or 0 for call in calls) == COST


async def test_equal_calls_in_several_processes_reach_the_provider_once(
    gateway_with: GatewayWith, fakes: Fakes, caller: Caller
) -> None:
    fakes.openai.delay_s = 0.3
    async with gateway_with() as here, gateway_with() as there, gateway_with() as elsewhere:
        calls = [g.complete(caller, question("same")) for g in (here, there, elsewhere) for _ in range(5)]
        answers = await asyncio.gather(*calls)
    assert len(fakes.openai.seen) == 1
    assert sorted(answer.cache for answer in answers) == ["joined"] * 14 + ["miss"]


async def test_nobody_gets_what_another_was_answered(gateway: Gateway, fakes: Fakes, someone: Someone) -> None:
    fakes.openai.expect(Behaviour(text="for Ada alone"), Behaviour(text="for Bob alone"))
    ada, bob = await someone(), await someone()
    assert (await gateway.complete(ada, question("same"))).text == "for Ada alone"
    assert (await gateway.complete(bob, question("same"))).text == "for Bob alone"
    again = [await gateway.complete(who, question("same")) for who in (ada, bob)]
    assert [(answer.text, answer.cache) for answer in again] == [("for Ada alone", "hit"), ("for Bob alone", "hit")]
    fakes.openai.delay_s = 0.2
    people = [await someone() for _ in range(4)]
    together = await asyncio.gather(*(gateway.complete(who, question("at once")) for who in people))
    assert {answer.cache for answer in together} == {"miss"}


async def test_answers_to_a_public_prompt_are_shared(
    gateway: Gateway, fakes: Fakes, someone: Someone, public_prompt: str
) -> None:
    call = Call.model_validate({"prompt": {"name": public_prompt}})
    uses = [(await gateway.complete(await someone(), call)).cache for _ in range(3)]
    assert (uses, len(fakes.openai.seen)) == (["miss", "hit", "hit"], 1)


async def test_who_joins_a_public_call_is_not_stopped_by_the_budget_of_another(
    gateway_with: GatewayWith, fakes: Fakes, someone: Someone, public_prompt: str
) -> None:
    call = Call.model_validate({"prompt": {"name": public_prompt}})
    budgets = {"player": Decimal(0), "researcher": Decimal(1), "admin": Decimal(1)}
    poor, rich = await someone(), await someone("researcher")
    async with gateway_with(llm_budget_usd=budgets) as gateway:
        asking = asyncio.ensure_future(gateway.complete(poor, call))
        # Whoever leads pays: the other must come second.
        while not (gateway._flights._flying or asking.done()):  # noqa: ASYNC110 - nothing is told to whoever looks on
            await asyncio.sleep(0)
        first, second = await asyncio.gather(asking, gateway.complete(rich, call), return_exceptions=True)
    assert isinstance(first, RateLimited)
    assert not isinstance(second, BaseException)
    assert len(fakes.openai.seen) == 1


async def test_who_comes_while_a_call_dies_that_nobody_waits_for_begins_anew() -> None:
    flights, begun, dying = Flights[str](), 0, asyncio.Event()

    async def lead() -> str:
        nonlocal begun
        begun += 1
        if begun > 1:
            return "an answer"
        try:
            return await asyncio.Future()
        finally:
            await dying.wait()

    first = asyncio.ensure_future(flights.join("same", lead))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    second = asyncio.ensure_future(flights.join("same", lead))
    await asyncio.sleep(0)
    dying.set()
    assert await second == ("an answer", False)
    with pytest.raises(asyncio.CancelledError):
        await first


@pytest.mark.parametrize(
    "change", [{"temperature": 0.5}, {"max_output_tokens": 10}, {"response_schema": {}}, {"model": "one/fast"}]
)
async def test_all_that_matters_for_an_answer_is_in_its_key(
    gateway: Gateway, fakes: Fakes, caller: Caller, change: dict[str, object]
) -> None:
    fakes.openai.always = Behaviour(text="1")
    await gateway.complete(caller, question("same"))
    assert (await gateway.complete(caller, question("same", **change))).cache == "miss"


async def test_bypass_neither_reads_nor_keeps(gateway: Gateway, caller: Caller) -> None:
    calls = [question("same", cache=use) for use in ("bypass", "use", "bypass", "use")]
    assert [(await gateway.complete(caller, call)).cache for call in calls] == ["bypass", "miss", "bypass", "hit"]


async def test_a_stream_is_answered_from_the_cache_and_fills_it(gateway: Gateway, fakes: Fakes, caller: Caller) -> None:
    first = [piece async for piece in gateway.stream(caller, question("same"))][-1]
    second = [piece async for piece in gateway.stream(caller, question("same"))]
    assert second[0] == first.text  # type: ignore[union-attr]
    assert (await gateway.complete(caller, question("same"))).cache == "hit"
    assert len(fakes.openai.seen) == 1


async def test_failures_are_not_kept(gateway_with: GatewayWith, fakes: Fakes, caller: Caller) -> None:
    fakes.openai.expect(Behaviour("status", status=500))
    async with gateway_with(llm_tries=1) as gateway:
        with pytest.raises(Unavailable):
            await gateway.complete(caller, question("same", model="one/fast"))
        assert (await gateway.complete(caller, question("same", model="one/fast"))).cache == "miss"


async def test_who_gives_up_does_not_take_the_answer_from_those_who_wait(
    gateway: Gateway, fakes: Fakes, caller: Caller
) -> None:
    fakes.openai.delay_s = 0.3
    first, second = (asyncio.create_task(gateway.complete(caller, question("same"))) for _ in range(2))
    await asyncio.sleep(0.15)
    first.cancel()
    assert (await second).text == "You said: same"
    assert len(fakes.openai.seen) == 1


async def test_without_redis_calls_go_on(app: FastAPI, settings: Settings, caller: Caller) -> None:
    from hagame.core.cache import make_redis

    away = settings.model_copy(update={"redis_url": "redis://127.0.0.1:1/0"})
    redis = make_redis(away)
    assert redis is not None
    gateway = Gateway(away, app.state.sessions, app.state.pool, redis)
    try:
        answers = [await gateway.complete(caller, question("same")) for _ in range(2)]
    finally:
        await gateway.aclose()
        await redis.aclose()
    assert [answer.cache for answer in answers] == ["miss", "miss"]


async def test_fifty_calls_at_once_cannot_use_more_than_there_is(
    gateway_with: GatewayWith, fakes: Fakes, caller: Caller, logged: Logged
) -> None:
    # Room for ten calls: 11 + 7 tokens were used by one, and one may need 20 + 16 + 5.
    limit = {"player": 200, "researcher": 0, "admin": 0}
    fakes.openai.delay_s = 0.05
    async with gateway_with(llm_budget_tokens=limit, llm_concurrency_per_user=50) as gateway:
        calls = [
            gateway.complete(caller, question(f"call {n:02}", max_output_tokens=20, model="one/fast"))
            for n in range(50)
        ]
        results = await asyncio.gather(*calls, return_exceptions=True)
        today = await gateway.budget.standing(caller)
    answered = [r for r in results if not isinstance(r, BaseException)]
    refused = [r for r in results if isinstance(r, RateLimited)]
    assert len(answered) + len(refused) == 50
    assert len(answered) == len(fakes.openai.seen) >= 4
    assert today.used.tokens == len(answered) * (INPUT_TOKENS + OUTPUT_TOKENS) <= 200
    assert today.left.tokens == 200 - today.used.tokens
    assert refused[0].extra["left"]
    assert refused[0].retry_after > 0
    assert sum(call.outcome == "rate-limited" for call in await logged(caller)) == len(refused)


async def test_fifty_reservations_at_once_hold_no_more_than_the_limit(
    settings: Settings, app: FastAPI, caller: Caller
) -> None:
    budget = Budget(settings.model_copy(update={"llm_budget_tokens": dict.fromkeys(ROLES, 100)}), app.state.pool)
    most = Amount(7, Decimal("0.001"))
    held = await asyncio.gather(*(budget.reserve(caller, most) for _ in range(50)), return_exceptions=True)
    assert sum(not isinstance(one, BaseException) for one in held) == 14


ROLES = ("player", "researcher", "admin")


async def test_money_is_counted_exactly_and_by_day(settings: Settings, app: FastAPI, caller: Caller) -> None:
    day = [datetime(2031, 5, 1, 23, 59, 58, tzinfo=UTC)]
    budget = Budget(settings, app.state.pool, lambda: day[0])
    for _ in range(3):
        reservation = await budget.reserve(caller, Amount(100, Decimal("0.1")))
        await budget.settle(reservation, Amount(10, Decimal("0.0000000001")))
    assert (await budget.standing(caller)).used == Amount(30, Decimal("0.0000000003"))
    with pytest.raises(RateLimited) as refused:
        await budget.reserve(caller, Amount(1, Decimal("0.25")))
    assert refused.value.retry_after <= 2
    day[0] += timedelta(seconds=4)
    assert (await budget.standing(caller)).used == Amount(0, Decimal(0))
    await budget.reserve(caller, Amount(1, Decimal("0.25")))


async def test_all_people_together_have_a_budget_too(settings: Settings, app: FastAPI, someone: Someone) -> None:
    day = datetime(2031, 6, 1, 12, tzinfo=UTC)
    budget = Budget(settings.model_copy(update={"llm_budget_total_usd": Decimal("0.3")}), app.state.pool, lambda: day)
    most = Amount(1, Decimal("0.2"))
    first = await budget.reserve(await someone(), most)
    second = await someone()
    with pytest.raises(RateLimited, match="all people together"):
        await budget.reserve(second, most)
    assert (await budget.standing(second)).left.usd == Decimal("0.25")
    await budget.settle(first, Amount(1, Decimal("0.05")))
    await budget.reserve(second, most)


async def test_a_person_runs_two_calls_at_once_and_the_others_wait(
    gateway: Gateway, fakes: Fakes, caller: Caller
) -> None:
    fakes.openai.delay_s = 0.1
    await asyncio.gather(*(gateway.complete(caller, question(str(n))) for n in range(6)))
    assert (len(fakes.openai.seen), fakes.openai.most_running) == (6, 2)


async def test_the_templates_cost_nothing(gateway: Gateway, caller: Caller) -> None:
    await gateway.complete(caller, question(model="offline/template"))
    assert (await gateway.budget.standing(caller)).used == Amount(0, Decimal(0))
