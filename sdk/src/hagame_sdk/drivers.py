"""The two ways to take the steps of a flow: blocking, and with asyncio. Nothing else differs between the clients."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing, closing, suppress
from pathlib import Path
from typing import Any, BinaryIO, TypeVar
from uuid import uuid4

import httpx2

from hagame_sdk.core import Core
from hagame_sdk.events import Following
from hagame_sdk.flow import Alone, Flow, Pages, Read, Send, Sleep, Step, Store, Stream

T = TypeVar("T")


class Blocking:
    """Takes steps one after the other in the calling thread. Threads may share it."""

    def __init__(self, core: Core, http: httpx2.Client, sleep: Callable[[float], None] = time.sleep) -> None:
        self.core = core
        self._http = http
        self.sleep = sleep
        self._one = threading.Lock()

    def run(self, flow: Flow[T]) -> T:
        """What the flow returns."""
        answer: Any = None
        error: httpx2.TransportError | None = None
        with closing(flow):
            while True:
                try:
                    step = flow.send(answer) if error is None else flow.throw(error)
                except StopIteration as ended:
                    result: T = ended.value
                    return result
                answer = error = None
                try:
                    answer = self._take(step)
                except httpx2.TransportError as broken:
                    error = broken

    def pages(self, pages: Pages[T]) -> Iterator[T]:
        """The items of all pages, each page asked for when it is needed."""
        cursor = None
        while True:
            page = self.run(self.core.pages(pages, cursor))
            yield from page["items"]
            if (cursor := page["next_cursor"]) is None:
                return

    def follow(self, stream: Stream[T]) -> Iterator[T]:
        """The items of a stream as they come."""
        following = Following(self.core, stream)
        while not following.over:
            broken = None
            response = self.run(self.core.exchange(following.opening(), stream=True))
            try:
                with closing(response):
                    for piece in response.iter_bytes():
                        yield from following.feed(piece)
            except httpx2.TransportError as error:
                broken = error
            if not following.over:
                self.sleep(following.pause(broken))

    def _take(self, step: Step) -> Any:
        match step:
            case Send(request, stream):
                return self._http.send(request, stream=stream)
            case Sleep(seconds):
                return self.sleep(seconds)
            case Read(response):
                return response.read()
            case Alone(flow):
                with self._one:
                    return self.run(flow)
            case Store(response, path):
                with closing(response), _Whole(path) as file:
                    for piece in response.iter_bytes():
                        file.write(piece)
                return None


class Waiting:
    """Takes steps with asyncio; many flows at once."""

    def __init__(
        self, core: Core, http: httpx2.AsyncClient, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self.core = core
        self._http = http
        self.sleep = sleep
        self._one = asyncio.Lock()

    async def run(self, flow: Flow[T]) -> T:
        """What the flow returns."""
        answer: Any = None
        error: httpx2.TransportError | None = None
        with closing(flow):
            while True:
                try:
                    step = flow.send(answer) if error is None else flow.throw(error)
                except StopIteration as ended:
                    result: T = ended.value
                    return result
                answer = error = None
                try:
                    answer = await self._take(step)
                except httpx2.TransportError as broken:
                    error = broken

    async def pages(self, pages: Pages[T]) -> AsyncIterator[T]:
        """The items of all pages, each page asked for when it is needed."""
        cursor = None
        while True:
            page = await self.run(self.core.pages(pages, cursor))
            for item in page["items"]:
                yield item
            if (cursor := page["next_cursor"]) is None:
                return

    async def follow(self, stream: Stream[T]) -> AsyncIterator[T]:
        """The items of a stream as they come."""
        following = Following(self.core, stream)
        while not following.over:
            broken = None
            response = await self.run(self.core.exchange(following.opening(), stream=True))
            try:
                async with aclosing(response):
                    async for piece in response.aiter_bytes():
                        for item in following.feed(piece):
                            yield item
            except httpx2.TransportError as error:
                broken = error
            if not following.over:
                await self.sleep(following.pause(broken))

    async def _take(self, step: Step) -> Any:
        match step:
            case Send(request, stream):
                return await self._http.send(request, stream=stream)
            case Sleep(seconds):
                return await self.sleep(seconds)
            case Read(response):
                return await response.aread()
            case Alone(flow):
                async with self._one:
                    return await self.run(flow)
            case Store(response, path):
                async with aclosing(response):
                    with _Whole(path) as file:
                        async for piece in response.aiter_bytes():
                            await asyncio.to_thread(file.write, piece)
                return None


class _Whole:
    """A file that takes its place when all is written; what was there before stays until then."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_name(f".{path.name}.{uuid4().hex}")
        self._file: BinaryIO = self._part.open("xb")

    def __enter__(self) -> BinaryIO:
        return self._file

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._file.close()
        if kind is None:
            self._part.replace(self._path)
        else:
            with suppress(FileNotFoundError):
                self._part.unlink()
