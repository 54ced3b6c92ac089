"""The error tree.

HagameError
├── Unreachable           no answer: the server is away, or the time for the call is over
├── NotHagame             an answer, and not one of HAGAME
├── SealBroken            the AI did something else than it had sealed
├── MatchOver             a move in a match that has ended
├── TaskFailed            background work that came to nothing; `task`
└── Problem               the server refused; `status`, `type`, `detail`, `request_id`, `errors`, `extra`
├── InvalidInput      422
│   └── IllegalAction the rules forbid it; `legal_actions`
├── Unauthenticated   401
│   └── CodeNeeded    the password is right, and a code of the second factor is needed
├── Forbidden         403
├── NotFound          404: it is not there, or not yours
├── Conflict          409: the state has moved on; `extra` has the current one
├── Gone              410: it is over
├── TooLarge          413
├── RateLimited       429; `retry_after` in seconds
├── Unavailable       503
└── ServerFault       500; tell its `request_id` to who runs the server
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class HagameError(Exception):
    """Base of everything that this package raises on purpose."""


class Unreachable(HagameError):
    """No answer. Whether the call was done is not known, unless it is one that may be repeated."""


class NotHagame(HagameError):
    """Something answered that does not speak this API."""


class SealBroken(HagameError):
    """An opened seal is not the one that was shown, or the answer tells other things than it held."""


class MatchOver(HagameError):
    """The match takes no more moves."""


class TaskFailed(HagameError):
    """Background work failed or was cancelled. `task` is what the server tells of it."""

    def __init__(self, task: Mapping[str, Any]) -> None:
        self.task = task
        why = (task.get("problem") or {}).get("detail", "")
        super().__init__(f"Task {task['id']} ({task['kind']}) is {task['state']}. {why}".rstrip())


class Problem(HagameError):
    """What the server said (RFC 9457). `type` is stable, such as `urn:hagame:problem:conflict`.

    `errors` lists each fault of the input with its JSON pointer; `extra` holds what else the problem carries.
    """

    def __init__(self, status: int, told: Mapping[str, Any], *, call: str, hint: str = "") -> None:
        self.status = status
        self.type = str(told.get("type", "about:blank"))
        self.title = str(told.get("title", ""))
        self.detail = str(told.get("detail") or self.title or f"status {status}")
        self.request_id: str | None = told.get("request_id")
        self.errors: Sequence[Mapping[str, Any]] = told.get("errors") or ()
        self.extra: Mapping[str, Any] = {name: value for name, value in told.items() if name not in _STANDARD}
        super().__init__(" ".join(part for part in (f"{call}: {self.detail}", *self._more(), hint) if part))

    def _more(self) -> Sequence[str]:
        """What the message says beside `detail`."""
        if len(self.errors) < 2:
            return ()
        return ["; ".join(f"{fault.get('pointer')}: {fault.get('detail')}" for fault in self.errors)]


class InvalidInput(Problem):
    """A value is wrong; `errors` says which and what would be right."""


class IllegalAction(InvalidInput):
    """The rules forbid this action now."""

    @property
    def legal_actions(self) -> list[str]:
        """What would be legal."""
        return list(self.extra.get("legal_actions", ()))


class Unauthenticated(Problem):
    """Nobody is logged in, the session has ended, or name and password do not fit."""


class CodeNeeded(Unauthenticated):
    """The password is right; `login` needs a good code of the second factor besides, as `totp`."""


class Forbidden(Problem):
    """Known, and not allowed."""


class NotFound(Problem):
    """It does not exist, or it is not yours."""


class Conflict(Problem):
    """The call no longer fits the state of things."""


class Gone(Problem):
    """It is over and takes nothing more."""


class TooLarge(Problem):
    """More than is accepted."""


class RateLimited(Problem):
    """Too often, for longer than the call was willing to wait. `retry_after` is in seconds."""

    retry_after: float = 0.0


class Unavailable(Problem):
    """A service that the server depends on does not answer."""


class ServerFault(Problem):
    """The server failed, and has logged it."""

    def _more(self) -> Sequence[str]:
        return [f"Its log has it as request {self.request_id}."] if self.request_id else []


BY_STATUS: Mapping[int, type[Problem]] = {
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    410: Gone,
    413: TooLarge,
    422: InvalidInput,
    429: RateLimited,
    500: ServerFault,
    503: Unavailable,
}
BY_TYPE: Mapping[str, type[Problem]] = {
    "urn:hagame:problem:code-needed": CodeNeeded,
    "urn:hagame:problem:illegal-action": IllegalAction,
}

_STANDARD = {"type", "title", "status", "detail", "request_id", "errors"}


def problem(status: int, told: Mapping[str, Any], *, call: str, hint: str = "") -> Problem:
    """The error that a problem document stands for; `call` is how the message begins, `hint` how it ends."""
    kind = BY_TYPE.get(str(told.get("type")), BY_STATUS.get(status, Problem))
    return kind(status, told, call=call, hint=hint)
