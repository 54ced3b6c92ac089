"""What `hagame replay` tells: one mapping for programs, one table for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import JsonValue
from rich.console import Console
from rich.table import Table

from hagame.cli.scoring import Figure

FORECASTS = (("log_loss", "log-loss, nats", 4), ("accuracy", "accuracy", 4), ("brier", "Brier score", 4))
RESULTS = (
    ("win", "AI wins"),
    ("tie", "ties"),
    ("loss", "AI loses"),
    ("net", "net wins per round"),
    ("beaten", "people beaten"),
)
RIVALS = {"uniform": "uniform", "markov1": "order-1 Markov", "hedge": "hedge"}
OFF_POLICY = (
    "Replay is off-policy: these people played against somebody else and did not react to this AI. The predictions are "
    "what they would be live; the wins are what its sealed moves would have scored against the recorded ones."
)
IN_SAMPLE = "In-sample for the population prior; see benchmarks/prediction.py for cross-validated figures."
UNKNOWN_SAMPLE = (
    "The server predicts with another version than the one installed here: whether its population prior was fitted on "
    "this file cannot be told."
)


def nested(figures: Mapping[str, Figure]) -> dict[str, Any]:
    """`{"ai.win": f}` as `{"ai": {"win": value}}`, with all intervals by their full name under `intervals`."""
    tree: dict[str, Any] = {}
    for name, figure in figures.items():
        *rooms, last = name.split(".")
        place = tree
        for room in rooms:
            place = place.setdefault(room, {})
        place[last] = figure.value
    tree["scored"] = int(tree["scored"])
    tree["intervals"] = {name: f.interval for name, f in figures.items() if f.interval is not None}
    return tree


def show(figures: Mapping[str, Any], console: Console) -> None:
    """The table and what must be said beside it."""
    console.print(_table(figures))
    console.print(
        f"{figures['seals_verified']:,} seals opened and verified; {figures['decisions']:,} decisions in "
        f"{figures['seconds']:.1f} s ({figures['decisions'] / figures['seconds']:,.0f} per second).",
        highlight=False,
    )
    if figures["dropped"]:
        console.print(f"{figures['dropped']:,} rounds without a move were left out.", highlight=False)
    console.print(OFF_POLICY, highlight=False)
    if figures["in_sample"]:
        console.print(f"[bold]{IN_SAMPLE}[/bold]", highlight=False)
    elif figures["in_sample"] is None:
        console.print(UNKNOWN_SAMPLE, highlight=False)


def _table(figures: Mapping[str, Any]) -> Table:
    title = (
        f"{figures['file']}: {figures['people']} people, {figures['scored']:,} decisions from round "
        f"{figures['skip'] + 1} on, {figures['opponent']} opponent"
    )
    table = Table(title=title, caption="[ ] 95 % intervals: bootstrap over people")
    for heading in ("", "this AI", "", *RIVALS.values()):
        table.add_column(heading, justify="left" if not heading else "right")
    for name, label, digits in FORECASTS:
        rivals = (f"{figures['baselines'][rival][name]:.{digits}f}" for rival in RIVALS)
        table.add_row(label, f"{figures[name]:.{digits}f}", _interval(figures, name, digits), *rivals)
    gains = (f"{figures['baselines'][rival]['gain']:+.4f}" for rival in RIVALS)
    table.add_row("their log-loss less the AI's", "", "", *gains)
    intervals = (_interval(figures, f"baselines.{rival}.gain", 3) for rival in RIVALS)
    table.add_row("", "", "", *intervals)
    table.add_row("calibration error (ECE)", f"{figures['ece']:.4f}", _interval(figures, "ece", 4), end_section=True)
    for name, label in RESULTS:
        table.add_row(label, f"{figures['ai'][name]:.3f}", _interval(figures, f"ai.{name}", 3))
    return table


def _interval(figures: Mapping[str, Any], name: str, digits: int) -> str:
    found: JsonValue = figures["intervals"].get(name)
    if not isinstance(found, tuple | list):
        return ""
    low, high = found
    return f"[{low:.{digits}f}, {high:.{digits}f}]"
