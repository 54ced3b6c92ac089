"""What `hagame replay` does: recorded people play through the HTTP API, and the sealed predictions are scored.

Replay is off-policy: a recorded person had answered to somebody else, so the AI's moves are scored beside the record
and change nothing in it. What is predicted, from which history, is what a live match would have predicted.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from hagame import plugins
from hagame.cli import definitions, recorded_match, replay_report, scoring, servers
from hagame.cli.client import AsyncClient, connected
from hagame.cli.console import console, errors
from hagame.cli.definitions import Rules
from hagame.cli.files import check_writable, replacing
from hagame.cli.recorded_match import Plan, RecordedMatch
from hagame.cli.recordings import Recording, read
from hagame.mind.predict.population import cards


@dataclass(frozen=True, slots=True)
class Job:
    """One run of the command; the fields are its options."""

    file: Path
    game: str = "rps"
    opponent: str = "adaptive"
    people: int | None = None
    skip: int = 3
    concurrency: int = 8
    seed: int | None = None


def report(job: Job, url: str | None, out: Path | None) -> None:
    """Run, print the table, and write all figures to `out` as JSON if it is given."""
    if out is not None:
        check_writable(out)
    figures = asyncio.run(run(job, url, errors))
    replay_report.show(figures, console)
    if out is not None:
        with replacing(out) as part:
            part.write_bytes(msgspec.json.format(msgspec.json.encode(figures), indent=2) + b"\n")


async def run(job: Job, url: str | None, screen: Console) -> dict[str, Any]:
    """Read, play, score; the figures as JSON values. Raises `InvalidInput` for a bad file before any server starts."""
    prepared = _prepared(job, None) if definitions.find(job.game) else None
    async with (
        servers.reach(url, screen.print) as reached,
        connected(reached, connections=job.concurrency) as client,
    ):
        rules, recording = prepared or _prepared(job, await _at_server(client, job.game))
        plan = Plan(rules.key, job.opponent, job.seed)
        started = time.perf_counter()
        with _progress(recording.decisions, screen) as advance:
            played = await recorded_match.play_all(client, plan, recording.people, job.concurrency, advance)
        seconds = time.perf_counter() - started
    return figures_of(job, rules, recording, played) | {"url": reached, "seconds": round(seconds, 3)}


def figures_of(job: Job, rules: Rules, recording: Recording, played: Sequence[RecordedMatch]) -> dict[str, Any]:
    """All figures of a run, as JSON values, but for where and how fast it was."""
    people = [recorded_match.played(match) for match in played]
    every = replay_report.nested(scoring.figures(people, 0))
    first = played[0]
    return {
        "file": recording.name,
        "sha256": recording.sha256,
        "game": rules.key,
        "opponent": job.opponent,
        "predictor": first.predictor,
        "predictor_version": first.predictor_version,
        "people": len(people),
        "decisions": recording.decisions,
        "dropped": recording.dropped,
        "skip": job.skip,
        "seed": job.seed,
        **replay_report.nested(scoring.figures(people, job.skip)),
        "all_rounds": every,
        "in_sample": in_sample(recording, first.predictor, first.predictor_version),
        "seals_verified": sum(match.seals for match in played),
    }


def in_sample(recording: Recording, predictor: str, version: str) -> bool | None:
    """Whether the population prior of the predictor was fitted on this very file; None when that cannot be told.

    It can be told when the server's predictor is the one installed here: its artefact lists the SHA-256 of its sources.
    """
    known = plugins.models().get(predictor)
    if known is None or known.info.version != version:
        return None
    return any(recording.sha256 == source["sha256"] for card in cards().values() for source in card["sources"])


def _prepared(job: Job, rules: Rules | None) -> tuple[Rules, Recording]:
    """What is played and by whom; `rules` are those of a definition that is not built-in."""
    names = rules or definitions.built_in_rules(job.game)
    recording = read(job.file, names.actions, names.opponent_actions).first(job.people)
    scoring.check_skip(recording.last_round, job.skip)
    longest = max(len(person.rounds) for person in recording.people)
    if rules is None:
        return definitions.long_enough(job.game, longest), recording
    rules.check_length(longest)
    return rules, recording


async def _at_server(client: AsyncClient, game: str) -> Rules:
    await client.guest()
    return await definitions.at_server(client, game)


@contextmanager
def _progress(decisions: int, screen: Console) -> Iterator[Callable[[], None]]:
    columns = (TextColumn("Replaying"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=screen, transient=True) as bar:
        task = bar.add_task("", total=decisions)
        yield lambda: bar.advance(task)
