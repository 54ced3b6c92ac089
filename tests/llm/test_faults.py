"""What goes wrong with providers, through their own SDKs, and what the gateway makes of it."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from time import monotonic
from typing import Any

import pytest
from benchmarks.llm_fake import INPUT_TOKENS, OUTPUT_TOKENS, Behaviour
from tests.llm.helpers import Fakes, GatewayWith, Logged, Someone, question, until

from hagame.errors import InvalidInput, Unavailable
from hagame.llm import Caller, Gateway, attempts
from hagame.llm.schemas import Completion
from hagame.llm.slots import Slots

pytestmark = pytest.mark.anyio

MOVE = {"type": "object", "properties": {"move": {"enum": ["rock", "paper"]}}, "required": ["move"]}
LIMITED = Behaviour("status", status=429)
BROKEN = Behaviour("status", status=500)

# What the server does, and what the attempt is called in the log.
FAULTS: list[tuple[Any, str]] = [
    (LIMITED, "rate_limited"),
    (BROKEN, "server_error"),
    (Behaviour("status", status=503), "server_error"),
    ("cut", "connection"),
    ("garbage", "garbage"),
    ("strange", "garbage"),
    ("huge", "too_large"),
    ("packed", "connection"),
    ("hang", "timeout"),
    ("drip", "timeout"),
    (Behaviour("status", status=401), "unauthorised"),
    (Behaviour("status", status=400), "refused"),
    (Behaviour("status", status=307, headers={"Location": "http://127.0.0.1:9/"}), "refused"),
]
STREAM_FAULTS: list[tuple[Any, str]] = [
    ("cut", "connection"),
    ("unfinished", "connection"),
    ("error_in_stream", "server_error"),
]


@pytest.mark.parametrize("asked", ["one/fast", "two/flash"])
@pytest.mark.parametrize(("fault", "outcome"), FAULTS, ids=[f"{outcome}-{n}" for n, (_, outcome) in enumerate(FAULTS)])
async def test_every_fault_is_one_row_and_a_clear_error(
    gateway_with: GatewayWith, fakes: Fakes, caller: Caller, logged: Logged, asked: str, fault: Any, outcome: str
) -> None:
    for fake in (fakes.openai, fakes.gemini):
        fake.expect(fault)
    async with gateway_with(llm_tries=1, llm_attempt_timeout_s=0.3 if outcome == "timeout" else 30.0) as gateway:
        with pytest.raises((Unavailable, InvalidInput)) as raised:
            await gateway.complete(caller, question(model=asked))
    assert raised.value.extra["reason"] == outcome
    (call,) = await logged(caller)
    assert (call.outcome, [attempt.outcome for attempt in call.attempts]) == (outcome, [outcome])
    assert call.attempts[0].status == (fault.status if isinstance(fault, Behaviour) else None)


@pytest.mark.parametrize("fault", [BROKEN, Behaviour("garbage"), Behaviour("hang"), Behaviour("status", status=401)])
async def test_after_a_fault_the_fallback_answers(
    gateway_with: GatewayWith, fakes: Fakes, caller: Caller, logged: Logged, fault: Behaviour
) -> None:
    fakes.openai.always = fault
    async with gateway_with(llm_tries=1, llm_attempt_timeout_s=2.0) as gateway:
        answer = await gateway.complete(caller, question())
    assert (answer.provider, answer.text, answer.attempts) == ("two", "You said: hello", 2)
    (call,) = await logged(caller)
    assert [(a.number, a.provider) for a in call.attempts] == [(1, "one"), (2, "two")]
    assert (call.outcome, call.provider) == ("ok", "two")


async def test_a_passing_fault_is_tried_again_at_the_same_model(
    gateway: Gateway, fakes: Fakes, caller: Caller, logged: Logged
) -> None:
    fakes.openai.expect(BROKEN, "garbage")
    answer = await gateway.complete(caller, question())
    assert (answer.provider, answer.attempts) == ("one", 3)
    (call,) = await logged(caller)
    assert [attempt.outcome for attempt in call.attempts] == ["server_error", "garbage", "ok"]


async def test_what_will_not_pass_is_not_tried_again(gateway: Gateway, fakes: Fakes, caller: Caller) -> None:
    fakes.openai.always = Behaviour("status", status=401)
    await gateway.complete(caller, question())
    assert len(fakes.openai.seen) == 1


async def test_retry_after_is_kept_by_every_call_that_has_no_other_model(
    gateway: Gateway, fakes: Fakes, caller: Caller
) -> None:
    held_s = 1.0
    fakes.openai.expect(Behaviour("status", status=429, headers={"Retry-After": str(held_s)}))
    first = asyncio.create_task(gateway.complete(caller, question("one", model="one/fast")))
    await until(lambda: fakes.openai.seen and not fakes.openai.running)
    # The refusal is on its way.
    await asyncio.sleep(0.1)
    await asyncio.gather(first, gateway.complete(caller, question("two", model="one/fast")))
    refused, *later = fakes.openai.seen
    assert len(later) == 2
    assert min(seen.at for seen in later) - refused.at >= held_s


async def test_a_wait_that_no_time_is_left_for_is_not_begun(
    gateway_with: GatewayWith, fakes: Fakes, caller: Caller
) -> None:
    fakes.openai.expect(Behaviour("status", status=429, headers={"Retry-After": "3000"}))
    async with gateway_with() as gateway:
        with pytest.raises(Unavailable):
            await gateway.complete(caller, question(model="one/fast"))


async def test_with_another_model_at_hand_nobody_waits(gateway: Gateway, fakes: Fakes, caller: Caller) -> None:
    fakes.openai.expect(Behaviour("status", status=429, headers={"Retry-After": "3000"}))
    answer = await gateway.complete(caller, question())
    assert (answer.provider, answer.attempts) == ("two", 2)


async def test_the_time_of_a_call_ends_it_whatever_is_left_to_try(
    gateway_with: GatewayWith, fakes: Fakes, caller: Caller, logged: Logged
) -> None:
    fakes.openai.always = fakes.gemini.always = Behaviour("hang")
    async with gateway_with(llm_timeout_s=0.5, llm_attempt_timeout_s=0.3, llm_tries=5) as gateway:
        with pytest.raises(Unavailable):
            await gateway.complete(caller, question())
    (call,) = await logged(caller)
    assert {attempt.outcome for attempt in call.attempts} == {"timeout"}
    assert len(call.attempts) < 5


async def test_after_failures_in_a_row_a_model_is_left_alone_and_then_tried_by_one(
    gateway_with: GatewayWith, fakes: Fakes, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    fakes.openai.always, rest_s, passed_s = BROKEN, 1000.0, [0.0]
    monkeypatch.setattr(attempts, "monotonic", lambda: monotonic() + passed_s[0])
    async with gateway_with(llm_tries=1, llm_circuit_failures=2, llm_circuit_rest_s=rest_s) as gateway:
        for n in range(4):
            assert (await gateway.complete(caller, question(str(n)))).provider == "two"
        assert len(fakes.openai.seen) == 2
        assert gateway.circuit_states()["one/fast"] == "open"
        passed_s[0] = rest_s
        assert gateway.circuit_states()["one/fast"] == "half-open"
        fakes.openai.always = Behaviour()
        assert (await gateway.complete(caller, question("again"))).provider == "one"
        assert gateway.circuit_states()["one/fast"] == "closed"


async def test_who_tries_a_model_again_and_leaves_before_there_is_a_slot_leaves_the_try_to_the_next(
    gateway_with: GatewayWith, fakes: Fakes, someone: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    rest_s, passed_s, asked = 1000.0, [0.0], []
    of_process = Slots.of_process

    def noting(slots: Slots, patience_s: float) -> AbstractAsyncContextManager[None]:
        asked.append(patience_s)
        return of_process(slots, patience_s)

    monkeypatch.setattr(Slots, "of_process", noting)
    monkeypatch.setattr(attempts, "monotonic", lambda: monotonic() + passed_s[0])
    limits = {"llm_circuit_failures": 1, "llm_circuit_rest_s": rest_s, "llm_concurrency": 1}
    async with gateway_with(llm_tries=1, **limits) as gateway:
        fakes.openai.expect(BROKEN, Behaviour("hang"))
        with pytest.raises(Unavailable):
            await gateway.complete(await someone(), question("first", model="one/fast"))
        passed_s[0] = rest_s
        hanging = asyncio.create_task(gateway.complete(await someone(), question("long", model="one/slow")))
        await until(lambda: len(fakes.openai.seen) == 2)
        trying = asyncio.create_task(gateway.complete(await someone(), question("tries", model="one/fast")))
        await until(lambda: len(asked) == 3)
        trying.cancel()
        hanging.cancel()
        await asyncio.gather(trying, hanging, return_exceptions=True)
        assert (await gateway.complete(await someone(), question("next", model="one/fast"))).provider == "one"


async def test_where_all_circuits_are_open_the_error_comes_at_once(
    gateway_with: GatewayWith, fakes: Fakes, caller: Caller, logged: Logged
) -> None:
    fakes.openai.always = BROKEN
    async with gateway_with(llm_tries=1, llm_circuit_failures=1) as gateway:
        for text in ("first", "second"):
            with pytest.raises(Unavailable):
                await gateway.complete(caller, question(text, model="one/fast"))
    assert len(fakes.openai.seen) == 1
    assert [(call.outcome, len(call.attempts)) for call in await logged(caller)] == [
        ("server_error", 1),
        ("circuit_open", 0),
    ]


@pytest.mark.parametrize("asked", ["one/fast", "two/flash"])
@pytest.mark.parametrize("text", ['{"move": "lizard"}', "rock", '{"move": "rock"', '{"move": NaN}', ""])
async def test_an_answer_of_another_form_is_paid_for_and_asked_again(
    gateway: Gateway, fakes: Fakes, caller: Caller, logged: Logged, asked: str, text: str
) -> None:
    for fake in (fakes.openai, fakes.gemini):
        fake.expect(Behaviour(text=text), Behaviour(text='```json\n{"move": "rock"}\n```'))
    answer = await gateway.complete(caller, question(model=asked, response_schema=MOVE))
    assert answer.output == {"move": "rock"}
    assert answer.usage.input_tokens == 2 * INPUT_TOKENS
    (call,) = await logged(caller)
    assert [attempt.outcome for attempt in call.attempts] == ["wrong_schema", "ok"]
    assert call.output_tokens == 2 * OUTPUT_TOKENS
    assert call.cost_usd == sum(attempt.cost_usd or 0 for attempt in call.attempts) > 0


async def test_models_that_never_find_the_form_are_no_answer(gateway: Gateway, fakes: Fakes, caller: Caller) -> None:
    fakes.openai.always = fakes.gemini.always = Behaviour(text="rock")
    with pytest.raises(Unavailable, match="form"):
        await gateway.complete(caller, question(response_schema=MOVE))
    assert (len(fakes.openai.seen), len(fakes.gemini.seen)) == (3, 3)


@pytest.mark.parametrize("asked", ["one/fast", "two/flash"])
@pytest.mark.parametrize(("fault", "outcome"), STREAM_FAULTS)
async def test_a_stream_that_breaks_after_its_first_piece_is_an_error_and_not_tried_again(
    gateway: Gateway, fakes: Fakes, caller: Caller, logged: Logged, asked: str, fault: Any, outcome: str
) -> None:
    fakes.openai.expect(fault)
    fakes.gemini.expect(fault)
    stream = gateway.stream(caller, question(model=asked))
    assert await anext(stream) == "You s"
    with pytest.raises(Unavailable):
        await anext(stream)
    (call,) = await logged(caller)
    assert [attempt.outcome for attempt in call.attempts] == [outcome]
    assert call.attempts[0].estimated
    assert call.output_tokens == 2


@pytest.mark.parametrize("asked", ["one/fast", "two/flash"])
async def test_a_stream_that_fails_before_its_first_piece_is_tried_again(
    gateway: Gateway, fakes: Fakes, caller: Caller, asked: str
) -> None:
    fakes.openai.expect(BROKEN)
    fakes.gemini.expect(BROKEN)
    *pieces, whole = [piece async for piece in gateway.stream(caller, question(model=asked))]
    assert isinstance(whole, Completion)
    assert "".join(map(str, pieces)) == whole.text == "You said: hello"
    assert (whole.attempts, whole.usage.input_tokens) == (2, INPUT_TOKENS)
    assert whole.first_token_ms is not None


async def test_who_leaves_a_stream_ends_it_at_the_provider_and_pays_for_what_came(
    gateway: Gateway, fakes: Fakes, caller: Caller, logged: Logged
) -> None:
    fakes.openai.expect(Behaviour("stall", text="x" * 40, pieces=2), "hang")
    stream = gateway.stream(caller, question("a", model="one/fast"))
    assert await anext(stream) == "x" * 20
    await stream.aclose()
    hanging = asyncio.create_task(gateway.complete(caller, question("b", model="one/fast")))
    await until(lambda: len(fakes.openai.seen) == 2)
    hanging.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hanging
    await until(lambda: fakes.openai.left_early)
    await gateway.aclose()
    calls = await logged(caller)
    assert {call.outcome for call in calls} == {"cancelled"}
    assert [attempt.outcome for call in calls for attempt in call.attempts] == ["cancelled", "cancelled"]
    today = await gateway.budget.standing(caller)
    assert today.used.tokens > 0
    assert today.left.tokens == today.limit.tokens - today.used.tokens


async def test_a_hedge_asks_a_second_time_and_takes_what_comes_first(
    gateway_with: GatewayWith, fakes: Fakes, caller: Caller, logged: Logged
) -> None:
    fakes.openai.expect("hang")
    async with gateway_with(llm_hedge_after_s=0.1) as gateway:
        answer = await gateway.complete(caller, question())
    assert answer.provider == "two"
    (call,) = await logged(caller)
    assert {(a.provider, a.outcome) for a in call.attempts} == {("one", "cancelled"), ("two", "ok")}


async def test_without_hedging_nobody_is_asked_twice(gateway: Gateway, fakes: Fakes, caller: Caller) -> None:
    fakes.openai.delay_s = 0.3
    await gateway.complete(caller, question())
    assert (len(fakes.openai.seen), len(fakes.gemini.seen)) == (1, 0)
