"""Which passwords are refused: common ones, one's own names, short ones that are easy to guess, and long trivial ones.

The score from 0 to 4 is that of Wheeler, zxcvbn: Low-Budget Password Strength Estimation, USENIX Security 2016. A long
password needs no more than not to be among the first thousand guesses (NIST SP 800-63B, 5.1.1.2: length counts most).
"""

from __future__ import annotations

from functools import cache

from anyio import CapacityLimiter, to_thread

from hagame.errors import InvalidInput

LONG_ENOUGH = 12
MIN_SCORE, MIN_SCORE_OF_LONG = 3, 1
SCORED_LENGTH = 100
"""Scoring takes time that grows with the square of the length."""

RIGHT = f"Use {LONG_ENOUGH} characters or more, for example four unrelated words."


async def check_password(password: str, *, names: tuple[str, ...], field: str) -> None:
    """Raise `InvalidInput` on `field`, saying what would be right. `names` are the person's username and email."""
    refusal = await to_thread.run_sync(_refusal, password, names, limiter=_one_at_a_time())
    if refusal is not None:
        raise InvalidInput(f"{refusal} {RIGHT}", field=field)


def _refusal(password: str, names: tuple[str, ...]) -> str | None:
    # Importing the word lists takes a while, and only registering needs them.
    from zxcvbn import zxcvbn  # noqa: PLC0415

    folded = password.casefold()
    if folded in {name.casefold() for name in names}:
        return "The password must not be the username or the email."
    if folded in _common_passwords():
        return "This password is on lists of common and breached passwords."
    score = zxcvbn(password[:SCORED_LENGTH], user_inputs=list(names), max_length=SCORED_LENGTH)["score"]
    if score < (MIN_SCORE if len(password) < LONG_ENOUGH else MIN_SCORE_OF_LONG):
        return "This password is easy to guess."
    return None


@cache
def _common_passwords() -> frozenset[str]:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # noqa: PLC0415

    return frozenset(FREQUENCY_LISTS["passwords"])


@cache
def _one_at_a_time() -> CapacityLimiter:
    # zxcvbn keeps the names given to it in a global.
    return CapacityLimiter(1)
