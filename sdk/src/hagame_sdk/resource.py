"""How a method that describes what is to be done becomes one that does it, blocking or awaited.

`operation`, `pages` and `stream` decorate methods of a `Resource`. Such a method returns a flow, pages or a stream;
called on the resource of a `Client` it gives the result, on that of an `AsyncClient` something to await or iterate
over.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, Generic, ParamSpec, Self, TypeVar, overload

from hagame_sdk.core import Core
from hagame_sdk.drivers import Blocking, Waiting
from hagame_sdk.flow import Call, Flow, Pages, Stream

P = ParamSpec("P")
T = TypeVar("T")
D = TypeVar("D", bound=Blocking | Waiting)


class Resource(Generic[D]):
    """Calls that belong together. Not made by hand: a client has them as attributes."""

    def __init__(self, driver: D) -> None:
        self.driver: D = driver

    def _json(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: Mapping[str, Any] | None = None,
        repeatable: bool | None = None,
        keyed: bool = False,
        timeout_s: float | None = None,
    ) -> Flow[Any]:
        """The decoded answer. GET, PUT and DELETE may be repeated unless it is said otherwise (RFC 9110, 9.2.2)."""
        safe = method in {"GET", "PUT", "DELETE"} if repeatable is None else repeatable
        call = Call(method, path, query or {}, body, repeatable=safe, keyed=keyed, timeout_s=timeout_s)
        core: Core = self.driver.core
        return core.json(call)

    def _file(self, path: str, to: str | Path, accept: str = "*/*") -> Flow[Path]:
        """The answer to GET as the file `to`, which appears whole or not at all."""
        core: Core = self.driver.core
        return core.file(Call("GET", path, accept=accept, repeatable=True), Path(to))


class operation(Generic[P, T]):  # noqa: N801 - it is written as a decorator
    """A call with one result."""

    def __init__(self, describe: Callable[Concatenate[Any, P], Flow[T]]) -> None:
        self._describe = describe
        self.__doc__ = describe.__doc__

    @overload
    def __get__(self, resource: None, owner: type) -> Self: ...
    @overload
    def __get__(self, resource: Resource[Blocking], owner: type) -> Callable[P, T]: ...
    @overload
    def __get__(self, resource: Resource[Waiting], owner: type) -> Callable[P, Coroutine[Any, Any, T]]: ...
    def __get__(self, resource: Resource[Any] | None, owner: type) -> Any:
        return self if resource is None else _bound(self._describe, resource, resource.driver.run)


class pages(Generic[P, T]):  # noqa: N801
    """A list, as an iterator over its items that asks for one page after the other."""

    def __init__(self, describe: Callable[Concatenate[Any, P], Pages[T]]) -> None:
        self._describe = describe
        self.__doc__ = describe.__doc__

    @overload
    def __get__(self, resource: None, owner: type) -> Self: ...
    @overload
    def __get__(self, resource: Resource[Blocking], owner: type) -> Callable[P, Iterator[T]]: ...
    @overload
    def __get__(self, resource: Resource[Waiting], owner: type) -> Callable[P, AsyncIterator[T]]: ...
    def __get__(self, resource: Resource[Any] | None, owner: type) -> Any:
        return self if resource is None else _bound(self._describe, resource, resource.driver.pages)


class stream(Generic[P, T]):  # noqa: N801
    """Server-sent events, as an iterator over what they tell, which goes on after a break where the API can."""

    def __init__(self, describe: Callable[Concatenate[Any, P], Stream[T]]) -> None:
        self._describe = describe
        self.__doc__ = describe.__doc__

    @overload
    def __get__(self, resource: None, owner: type) -> Self: ...
    @overload
    def __get__(self, resource: Resource[Blocking], owner: type) -> Callable[P, Iterator[T]]: ...
    @overload
    def __get__(self, resource: Resource[Waiting], owner: type) -> Callable[P, AsyncIterator[T]]: ...
    def __get__(self, resource: Resource[Any] | None, owner: type) -> Any:
        return self if resource is None else _bound(self._describe, resource, resource.driver.follow)


def _bound(describe: Callable[..., Any], resource: Resource[Any], take: Callable[[Any], Any]) -> Callable[..., Any]:
    method = describe.__get__(resource)

    @wraps(method)
    def call(*args: Any, **options: Any) -> Any:
        return take(method(*args, **options))

    return call
