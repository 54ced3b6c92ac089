"""The attempts of one call: one model after the other, each tried again as long as that makes sense and there is time.

Each attempt is let in by the circuit of its model, admitted by the budget, timed, settled and recorded. What a
provider asks for (`Retry-After`) is kept by all calls of this process.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass
from time import monotonic

from pydantic import JsonValue

from hagame.errors import HagameError, InvalidInput, Unavailable
from hagame.llm import checked, estimate, metrics
from hagame.llm.attempt import Attempt
from hagame.llm.budget import Amount, Budget, Reservation
from hagame.llm.catalogue import Target
from hagame.llm.circuit import Circuit
from hagame.llm.plan import Plan
from hagame.llm.prices import FREE, cost
from hagame.llm.provider import WORTH_RETRYING, Answer, ProviderFailed
from hagame.llm.race import first_good
from hagame.llm.schemas import Caller, Usage
from hagame.llm.slots import Slots
from hagame.settings import Settings

NOTHING = Usage(input_tokens=0, output_tokens=0)


@dataclass(frozen=True, slots=True)
class Found:
    """An answer that is fit for use, and who gave it."""

    target: Target
    answer: Answer
    output: JsonValue


@dataclass(slots=True)
class _Trial:
    """What is known of a running attempt."""

    started: float
    first_token_at: float | None = None
    received: str = ""
    answer: Answer | None = None


class Shared:
    """What all calls of a process share: budget, slots, circuits, and work that must be done even for who has gone."""

    def __init__(self, settings: Settings, budget: Budget) -> None:
        self.settings = settings
        self.budget = budget
        self.slots = Slots(settings.llm_concurrency, settings.llm_concurrency_per_user)
        self._circuits: dict[str, Circuit] = {}
        self._unfinished: set[asyncio.Task[None]] = set()

    def circuit(self, target: Target) -> Circuit:
        """The circuit of a model."""
        if target.name not in self._circuits:
            made = Circuit(self.settings.llm_circuit_failures, self.settings.llm_circuit_rest_s, monotonic)
            self._circuits[target.name] = made
        return self._circuits[target.name]

    def start(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """Do it to the end, whatever becomes of the caller."""
        task = asyncio.create_task(work)
        self._unfinished.add(task)
        task.add_done_callback(self._unfinished.discard)
        return task

    async def aclose(self) -> None:
        """Wait for unfinished work."""
        await asyncio.gather(*self._unfinished, return_exceptions=True)


class Attempts:
    """Makes the attempts of one call, and keeps what became of each in `made`.

    Before the call is answered, `settling` must be done.
    """

    def __init__(self, shared: Shared, caller: Caller, plan: Plan) -> None:
        self.made: list[Attempt] = []
        self.settling: list[asyncio.Task[None]] = []
        self._shared = shared
        self._caller = caller
        self._plan = plan
        self._deadline = monotonic() + shared.settings.llm_timeout_s
        self._last: ProviderFailed | None = None

    @property
    def left_s(self) -> float:
        """Seconds until the time of the call is over."""
        return max(0.0, self._deadline - monotonic())

    async def whole(self) -> Found:
        """One answer, from whoever gives it. Raises `Unavailable`, `InvalidInput`, `RateLimited`."""
        async with aclosing(self._turns()) as turns:
            async for target in turns:
                try:
                    return await self._hedged(target)
                except ProviderFailed as failure:
                    self._last = failure
        raise self._verdict()

    async def stream(self) -> AsyncGenerator[str | Found, None]:
        """Pieces of text as they come, then the whole. Once something was given out, nothing is tried again."""
        async with aclosing(self._turns()) as turns:
            async for target in turns:
                given = False
                try:
                    async with aclosing(self._stream(target)) as pieces:
                        async for piece in pieces:
                            given = True
                            yield piece
                except ProviderFailed as failure:
                    self._last = failure
                    if given:
                        break
                else:
                    return
        raise self._verdict()

    async def _turns(self) -> AsyncGenerator[Target, None]:
        """The next model to try, after the pause that is due. Ends when nothing makes sense any more."""
        for position, target in enumerate(self._plan.targets, start=1):
            others = position < len(self._plan.targets)
            circuit = self._shared.circuit(target)
            for retry in range(self._shared.settings.llm_tries):
                if not await self._rest(retry, circuit, others=others) or not circuit.lets_in():
                    break
                yield target
                if self._last is None or self._last.kind not in WORTH_RETRYING:
                    break

    async def _rest(self, retry: int, circuit: Circuit, *, others: bool) -> bool:
        """Wait as long as is due; False when another model should be tried at once, or there is no time for it."""
        held_s = circuit.held_s
        if held_s and others:
            return False
        # "Full jitter": callers that failed together do not come back together.
        # https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
        longest_s = self._shared.settings.llm_backoff_s * 2 ** (retry - 1) if retry else 0.0
        pause_s = max(held_s, random.uniform(0, longest_s))  # noqa: S311 - no secret
        if pause_s >= self.left_s:
            return False
        await asyncio.sleep(pause_s)
        return True

    async def _hedged(self, target: Target) -> Found:
        """One attempt and, where the settings say so, a second beside it when the first takes long."""
        after_s = self._shared.settings.llm_hedge_after_s
        if after_s is None:
            return await self._generate(target)
        return await first_good(self._generate(target), after_s, lambda: self._beside(target))

    def _beside(self, target: Target) -> Coroutine[None, None, Found] | None:
        """An attempt at the next model, or at the same one when it is the last; None when that is left alone."""
        later = self._plan.targets[self._plan.targets.index(target) + 1 :]
        other = later[0] if later else target
        circuit = self._shared.circuit(other)
        return self._generate(other) if not circuit.held_s and circuit.lets_in() else None

    async def _generate(self, target: Target) -> Found:
        async with self._attempt(target) as trial:
            trial.answer = await target.provider.generate(self._plan.ask(target))
            return Found(target, trial.answer, checked.read(trial.answer, self._plan.schema))

    async def _stream(self, target: Target) -> AsyncGenerator[str | Found, None]:
        async with self._attempt(target) as trial:
            async for piece in target.provider.stream(self._plan.ask(target)):
                if isinstance(piece, Answer):
                    trial.answer = piece
                    break
                trial.first_token_at = trial.first_token_at or monotonic()
                trial.received += piece
                yield piece
            if trial.answer is None:
                raise ProviderFailed("connection")
            found = Found(target, trial.answer, checked.read(trial.answer, self._plan.schema))
        # Only now it is recorded.
        yield found

    @asynccontextmanager
    async def _attempt(self, target: Target) -> AsyncIterator[_Trial]:
        """Around one attempt, from admission to settlement. A provider that takes too long has failed.

        However it ends, and be it that there was no slot for it, the circuit that let it in is told.
        """
        trial = failure = None
        outcome = "cancelled"
        try:
            async with self._shared.slots.of_process(self.left_s):
                await target.provider.ready()
                reservation = await self._reserve(target)
                trial = _Trial(monotonic())
                async with asyncio.timeout(min(self._shared.settings.llm_attempt_timeout_s, self.left_s)):
                    yield trial
            outcome = "ok"
        except TimeoutError:
            failure = ProviderFailed("timeout")
        except ProviderFailed as error:
            failure = error
        except Exception:
            # A provider's code should have known what it was answered.
            outcome = "garbage"
            raise
        finally:
            if trial is None:
                self._shared.circuit(target).ended(None, told=False)
            else:
                outcome = failure.kind if failure is not None else outcome
                self._ended(target, trial, failure, outcome, reservation)
        if failure is not None:
            raise failure

    async def _reserve(self, target: Target) -> Reservation | None:
        if target.provider.info.offline:
            return None
        most = estimate.most(self._plan.messages, self._plan.schema, self._plan.max_output_tokens)
        amount = Amount(most.input_tokens + most.output_tokens, cost(target, most) or FREE)
        reserving = asyncio.create_task(self._shared.budget.reserve(self._caller, amount))
        try:
            return await asyncio.shield(reserving)
        except asyncio.CancelledError:
            self._shared.start(self._give_back(reserving))
            raise

    async def _give_back(self, reserving: asyncio.Task[Reservation]) -> None:
        with suppress(HagameError):
            await self._shared.budget.settle(await reserving, Amount(0, FREE))

    def _ended(
        self,
        target: Target,
        trial: _Trial,
        failure: ProviderFailed | None,
        outcome: str,
        reservation: Reservation | None,
    ) -> None:
        """Record the attempt, tell the circuit, and begin to settle."""
        usage, estimated = self._used(trial, failure)
        first_ms = None if trial.first_token_at is None else _ms(trial.started, trial.first_token_at)
        paid = cost(target, usage)
        status = None if failure is None else failure.status
        total_ms = _ms(trial.started, monotonic())
        self.made.append(Attempt(target, outcome, status, usage, estimated, paid, first_ms, total_ms))
        circuit = self._shared.circuit(target)
        circuit.ended(failure, told=outcome != "cancelled")
        metrics.count_attempt(self.made[-1], circuit.state, again=len(self.made) > 1)
        used = Amount(usage.input_tokens + usage.output_tokens, paid or FREE)
        if reservation is not None:
            self.settling.append(self._shared.start(self._shared.budget.settle(reservation, used)))

    def _used(self, trial: _Trial, failure: ProviderFailed | None) -> tuple[Usage, bool]:
        """What the attempt used, and whether that is our estimate. Where nothing came, nothing is paid."""
        answer = trial.answer
        told = answer.usage if answer is not None else None
        if told is None and failure is not None:
            told = failure.usage
        if told is not None:
            return told, False
        received = answer.text if answer is not None else trial.received
        refused = failure is not None and (failure.status is not None or failure.kind == "connection")
        if refused and not received:
            return NOTHING, False
        return estimate.likely(self._plan.messages, received), True

    def _verdict(self) -> HagameError:
        """The last failure in words for the caller."""
        kind = None if self._last is None else self._last.kind
        if kind == "refused":
            return InvalidInput("The language model does not take this request.", field="/messages", reason=kind)
        if kind == "wrong_schema":
            return Unavailable("The language model did not answer in the form that was asked for.", reason=kind)
        return Unavailable("No language model answered; try again later.", reason=kind or "circuit_open")


def _ms(start: float, end: float) -> float:
    return round((end - start) * 1000, 3)
