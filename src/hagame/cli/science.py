"""What `hagame bench science` computes: published figures on people and crowds beside ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path

from rich.table import Table

from hagame.cli import crowd_data, expert_pools, science_dilemmas, science_people
from hagame.cli.console import console
from hagame.mind.quantum import OrderTable, fit_order_models, qq_test

Shares = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `published` is None where there is only a comparison of our own."""

    topic: str
    figure: str
    published: float | None
    ours: float
    source: str

    @property
    def difference(self) -> float | None:
        """Ours minus published."""
        return None if self.published is None else self.ours - self.published


@dataclass(frozen=True, slots=True)
class Survey:
    """A published table of question order: shares of `order.CELLS` and people, for each order."""

    title: str
    ab: Shares
    n_ab: int
    ba: Shares
    n_ba: int
    q: float
    z: float | None

    @property
    def table(self) -> OrderTable:
        """As numbers of people."""
        ab = tuple(float(round(share * self.n_ab)) for share in self.ab)
        ba = tuple(float(round(share * self.n_ba)) for share in self.ba)
        return OrderTable((ab[0], ab[1], ab[2], ab[3]), (ba[0], ba[1], ba[2], ba[3]))


MOORE = "Moore (2002); Wang & Busemeyer (2013), table 1"
SURVEYS = (
    Survey(
        "Clinton, Gore",
        (0.4899, 0.0447, 0.1767, 0.2886),
        447,
        (0.5625, 0.0255, 0.1991, 0.2130),
        432,
        -0.003,
        None,
    ),
    Survey(
        "Whites, blacks",
        (0.3987, 0.0174, 0.1612, 0.4227),
        459,
        (0.4012, 0.1379, 0.0597, 0.4012),
        486,
        -0.019,
        None,
    ),
    Survey(
        "Rose, Jackson",
        (0.3379, 0.3241, 0.0178, 0.3202),
        506,
        (0.4156, 0.1234, 0.0671, 0.3939),
        462,
        0.151,
        5.30,
    ),
)
"""The last one must be rejected: people were told something new between the questions."""
TABLES = (
    science_dilemmas.typical,
    science_dilemmas.disjunctions,
    science_dilemmas.constant_players,
    science_people.bargaining,
    science_people.guesses,
    science_people.prospects,
)
"""What needs no recordings."""
RECORDED = (*crowd_data.PARTS, science_people.response_times, expert_pools.wins)


def report(data: Path | None, out: Path | None) -> None:
    """Print the table, say what was skipped, and write JSON if asked."""
    rows = [*_order_rows(), *(Row(*row) for part in TABLES for row in part())]
    skipped: list[str] = []
    for part in RECORDED:
        try:
            rows += [Row(*row) for row in part(data)]
        except crowd_data.Missing as missing:
            skipped.append(str(missing))
    _print(rows)
    for survey in SURVEYS:
        console.print(f"Question order, {survey.title}: {fit_order_models(survey.table).verdict}")
    for study in science_dilemmas.DISJUNCTIONS:
        console.print(f"Disjunction effect, {study.title}, {study.source}: {study.verdict}")
    for name in skipped:
        console.print(f"[yellow]Skipped[/] {name}; say where the data are with --data or HAGAME_DATA.")
    if out is not None:
        figures = [asdict(row) | {"difference": row.difference} for row in rows]
        out.write_text(json.dumps({"figures": figures, "skipped": skipped}, indent=1) + "\n", encoding="utf-8")


def _order_rows() -> Iterator[Row]:
    for survey in SURVEYS:
        test = qq_test(survey.table)
        yield Row("question order", f"{survey.title}: q", survey.q, test.q, MOORE)
        yield Row("question order", f"{survey.title}: z", survey.z, test.z, MOORE)


def _print(rows: list[Row]) -> None:
    for topic, group in groupby(rows, key=lambda row: (row.topic, row.source)):
        table = Table("figure", "published", "ours", "difference", title=topic[0].capitalize(), caption=topic[1])
        for row in group:
            published = "" if row.published is None else f"{row.published:.4g}"
            difference = "" if row.difference is None else f"{row.difference:+.4f}"
            table.add_row(row.figure, published, f"{row.ours:.4f}", difference)
        console.print(table)
