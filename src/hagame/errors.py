"""Every error HAGAME raises on purpose.

HagameError
├── InvalidInput        422  a value is wrong; names the field and what would be right
│   └── IllegalAction   422  the rules forbid this action now; names the legal ones
├── Unauthenticated     401  no valid proof of who is asking
│   └── CodeNeeded      401  the password is right, and a code of the second factor is needed
├── Forbidden           403  known, but not allowed
│   └── FactorNeeded    403  only for a session that began with a second factor
├── NotFound            404  does not exist, or is not yours
├── Conflict            409  the request no longer fits the state
├── Gone                410  it is over
├── TooLarge            413  more than is accepted
├── RateLimited         429  too often; says when to come back
├── Unavailable         503  a service we depend on does not answer
│   └── NewerNeeded     503  a newer server has stored it, and must answer
├── CorruptState             a stored state cannot be read
└── SetupFailed              a local step (database, page, port) failed; says what to do

`slug` is the stable last part of the problem type (RFC 9457); `status` its HTTP status. This module
imports nothing, so pure code may raise from it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class HagameError(Exception):
    """Base of all errors raised on purpose. `str(error)` is safe to show to the person who asked."""

    slug = "error"
    title = "Something went wrong"
    status = 500

    def __init__(self, detail: str, **extra: object) -> None:
        super().__init__(detail)
        self.detail = detail
        self.extra: Mapping[str, object] = extra


class InvalidInput(HagameError):
    """A value is wrong. `field` is a JSON pointer such as `/parameters/rounds`."""

    slug = "invalid-input"
    title = "The input is not valid"
    status = 422

    def __init__(self, detail: str, *, field: str = "", **extra: object) -> None:
        super().__init__(detail, **extra)
        self.field = field


class IllegalAction(InvalidInput):
    """The rules forbid this action now."""

    slug = "illegal-action"
    title = "That action is not legal now"

    def __init__(self, action: str, legal: Sequence[str], *, field: str = "/action") -> None:
        choices = ", ".join(legal) if legal else "none, the game is over"
        super().__init__(
            f"{action!r} is not a legal action; legal now: {choices}.",
            field=field,
            legal_actions=list(legal),
        )


class Unauthenticated(HagameError):
    """No valid proof of who is asking."""

    slug = "unauthenticated"
    title = "Please log in"
    status = 401


class CodeNeeded(Unauthenticated):
    """The password is right; a code of the second factor is needed besides."""

    slug = "code-needed"
    title = "A code of your second factor is needed"


class Forbidden(HagameError):
    """Known, but not allowed."""

    slug = "forbidden"
    title = "Not allowed"
    status = 403


class FactorNeeded(Forbidden):
    """Only for a session that began with a second factor."""

    slug = "second-factor-needed"
    title = "Log in with a second factor"


class NotFound(HagameError):
    """It does not exist, or it is not yours."""

    slug = "not-found"
    title = "Not found"
    status = 404


class Conflict(HagameError):
    """The request no longer fits the state of things; `extra` carries the current one."""

    slug = "conflict"
    title = "The state has moved on"
    status = 409


class Gone(HagameError):
    """It is over and takes nothing more."""

    slug = "gone"
    title = "It is over"
    status = 410


class TooLarge(HagameError):
    """More than is accepted."""

    slug = "too-large"
    title = "Too large"
    status = 413


class RateLimited(HagameError):
    """Too often. `retry_after` is in whole seconds."""

    slug = "rate-limited"
    title = "Too many requests"
    status = 429

    def __init__(self, detail: str, *, retry_after: int, **extra: object) -> None:
        super().__init__(detail, **extra)
        self.retry_after = retry_after


class Unavailable(HagameError):
    """A service we depend on does not answer."""

    slug = "unavailable"
    title = "Temporarily unavailable"
    status = 503


class NewerNeeded(Unavailable):
    """A newer server has stored this in a form that this one cannot read; while both run, the other one answers."""

    slug = "newer-server-needed"
    title = "A newer server must answer"


class CorruptState(HagameError):
    """A stored state cannot be read: wrong version, wrong length or not ours."""

    slug = "corrupt-state"
    title = "A stored state cannot be read"


class SetupFailed(HagameError):
    """A local step failed. `remedy` says what to do."""

    slug = "setup-failed"
    title = "Set-up failed"

    def __init__(self, detail: str, *, remedy: str) -> None:
        super().__init__(detail)
        self.remedy = remedy
