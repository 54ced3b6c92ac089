"""What `hagame simulate` tells of its matches."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from hagame.cli.simulate_job import Job, Played

CONFIDENCE = 1.96
"""Standard errors on either side of a mean that make a 95 % interval."""


def show(job: Job, played: Sequence[Played], processes: int, seconds: float, console: Console) -> None:
    """Who got how much, who won how often, and how fast it went."""
    payoffs = np.concatenate([share.payoffs for share in played])
    steps, moves = sum(share.steps for share in played), sum(share.moves for share in played)
    busy = sum(share.seconds for share in played)
    console.print(_table(job, payoffs, steps))
    console.print(
        f"{len(payoffs):,} matches, {steps:,} steps, {moves:,} moves in {seconds:.1f} s on {processes} "
        f"{'process' if processes == 1 else 'processes'}: {moves / busy:,.0f} moves per second and core.",
        highlight=False,
    )


def _table(job: Job, payoffs: NDArray[np.float64], steps: int) -> Table:
    table = Table(caption="matches are independent; intervals are 95 %", box=SIMPLE_HEAD)
    table.add_column("", no_wrap=True)
    table.add_column("who", overflow="fold")
    for heading in ("matches\nwon", "drawn", "payoff\na match", "payoff\na step"):
        table.add_column(heading, justify="right", no_wrap=True)
    ahead = payoffs[:, 0] - payoffs[:, 1]
    for name, who, seat in (("player", job.player, 0), ("opponent", job.opponent, 1)):
        lead = ahead if seat == 0 else -ahead
        table.add_row(
            name,
            who,
            _interval((lead > 0).astype(np.float64), "{:.1%}"),
            f"{np.mean(lead == 0):.1%}",
            _interval(payoffs[:, seat], "{:+.3f}"),
            f"{payoffs[:, seat].sum() / steps:+.4f}",
        )
    return table


def _interval(values: NDArray[np.float64], form: str) -> str:
    """The mean, and how far it may be off; a single match does not tell."""
    mean = form.format(values.mean())
    if len(values) == 1:
        return mean
    margin = CONFIDENCE * values.std(ddof=1) / np.sqrt(len(values))
    return f"{mean} ± {form.format(margin).lstrip('+')}"
