"""What `hagame simulate` does: shares of the matches go to processes, and what they bring is counted and written."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from hagame import plugins, simulation
from hagame.cli import simulate_report
from hagame.cli.console import console, errors
from hagame.cli.files import check_writable, replacing
from hagame.cli.simulate_job import Job, Played
from hagame.rules.game import Game
from hagame.simulation import Side

PREDICTOR = "count-mixture"
SHARE = 50
"""Matches that a process plays before it tells what they brought."""
SCHEMA = pa.schema(
    [
        ("match", pa.int32()),
        ("seed", pa.int64()),
        ("turn", pa.int32()),
        ("player_action", pa.dictionary(pa.int16(), pa.string())),
        ("opponent_action", pa.dictionary(pa.int16(), pa.string())),
        ("player_payoff", pa.float64()),
        ("opponent_payoff", pa.float64()),
        ("player_foreseen", pa.float64()),
        ("opponent_foreseen", pa.float64()),
    ]
)
"""`player_foreseen` is the probability that the opponent's predictor had given to the player's action."""


def report(job: Job, jobs: int | None, out: Path | None) -> None:
    """Run, print the table, write the steps if a file is given."""
    if out is not None:
        check_writable(out)
    processes = min(jobs or os.cpu_count() or 1, -(-job.matches // SHARE))
    shares = [(first, min(SHARE, job.matches - first)) for first in range(0, job.matches, SHARE)]
    started = time.perf_counter()
    with _writer(out) as write, _progress(job.matches, errors) as advance:
        played = []
        for share in _run(job, shares, processes, steps=out is not None):
            write(share)
            advance(len(share.payoffs))
            played.append(share)
    simulate_report.show(job, played, processes, time.perf_counter() - started, console)
    if out is not None:
        console.print(f"{sum(share.steps for share in played):,} steps written to {out}", highlight=False)


def play_share(job: Job, first: int, count: int, *, steps: bool) -> Played:
    """Play matches `first` to `first + count`; with `steps` also tell each of them."""
    game, sides = _made(job)
    columns: dict[str, list[Any]] | None = {name: [] for name in SCHEMA.names} if steps else None
    payoffs, done, moves = np.zeros((count, 2)), 0, 0
    started = time.perf_counter()
    for k in range(count):
        seed = job.seed + first + k
        for step in simulation.play(game, sides, seed):
            done += 1
            moves += 2 - step.actions.count(None)
            payoffs[k] += step.payoffs
            if columns is not None:
                row = (first + k, seed, step.turn, *step.actions, *step.payoffs, *step.foreseen)
                for column, value in zip(columns.values(), row, strict=True):
                    column.append(value)
    return Played(payoffs, done, moves, time.perf_counter() - started, columns)


def _run(job: Job, shares: Iterable[tuple[int, int]], processes: int, *, steps: bool) -> Iterator[Played]:
    """All shares, in order, so that a file does not depend on how many processes there were."""
    if processes == 1:
        yield from (play_share(job, first, count, steps=steps) for first, count in shares)
        return
    # Started afresh: a copy of this process would share the threads of numerical libraries.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        waiting = [pool.submit(play_share, job, first, count, steps=steps) for first, count in shares]
        try:
            yield from (future.result() for future in waiting)
        finally:
            for future in waiting:
                future.cancel()


@lru_cache(maxsize=1)
def _made(job: Job) -> tuple[Game[Any], tuple[Side, Side]]:
    game = plugins.make_game(job.engine, json.loads(job.parameters))
    player = plugins.make_opponent(job.player, json.loads(job.player_parameters))
    opponent = plugins.make_opponent(job.opponent, json.loads(job.opponent_parameters))
    return game, (_side(player), _side(opponent))


def _side(opponent: Any) -> Side:
    return Side(opponent, plugins.make_model(PREDICTOR, {}) if opponent.info.predicts else None)


@contextmanager
def _writer(out: Path | None) -> Iterator[Callable[[Played], None]]:
    if out is None:
        yield lambda _: None
        return
    with replacing(out) as part, pq.ParquetWriter(part, SCHEMA, compression="zstd") as writer:
        yield lambda share: writer.write_table(pa.table(share.columns, schema=SCHEMA))


@contextmanager
def _progress(matches: int, screen: Console) -> Iterator[Callable[[int], None]]:
    columns = (TextColumn("Playing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=screen, transient=True) as bar:
        task = bar.add_task("", total=matches)
        yield lambda n: bar.advance(task, n)
