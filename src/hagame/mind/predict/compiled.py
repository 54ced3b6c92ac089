"""`@compiled`: machine code at the first call, kept on disk for the next process.

The code is kept beside the source, or in the user's cache directory where that is read-only (numba finds out); several
processes may write at once. Where neither can be written it is compiled anew in each process.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from numba import njit

P = ParamSpec("P")
T = TypeVar("T")


def compiled(function: Callable[P, T]) -> Callable[P, T]:
    """The function as machine code; it takes numbers, arrays and named tuples of arrays."""
    return compiled_as(None)(function)


def compiled_as(signature: Any, *, beside_others: bool = False) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """The same for one signature of numba's, which is compiled when the function is defined.

    `beside_others` is for what may take seconds: other threads go on meanwhile, as those that answer moves. To take the
    interpreter back costs up to five milliseconds where they are busy, so what a move calls keeps it.
    """

    def fast(function: Callable[P, T]) -> Callable[P, T]:
        try:
            made: Callable[P, T] = njit(signature, cache=True, error_model="numpy", nogil=beside_others)(function)
        except RuntimeError:
            made = njit(signature, error_model="numpy", nogil=beside_others)(function)
        return made

    return fast
