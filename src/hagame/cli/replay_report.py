"""What `hagame replay` tells: one mapping for programs, one table for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from hagame.cli.scoring import Figure

FORECASTS = {"log_loss": "log-loss, nats", "accuracy": "accuracy", "brier": "Brier score"}
RESULTS = {
    "win": "AI wins",
    "tie": "ties",
    "loss": "AI loses",
    "net": "net wins per round",
    "beaten": "people beaten",
}
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
        console.print(f"Rounds without a move, left out: {figures['dropped']:,}.", highlight=False)
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
    table = Table(
        title=title, caption="below each figure its 95 % interval, by bootstrap over people", box=SIMPLE_HEAD, padding=0
    )
    for heading in ("", "this AI", *RIVALS.values()):
        table.add_column(heading, justify="right" if heading else "left", no_wrap=True)
    for name, label in FORECASTS.items():
        table.add_row(label, _cell(figures, name), *(_cell(figures, f"baselines.{rival}.{name}") for rival in RIVALS))
    table.add_row("gain over it, nats", "", *(_cell(figures, f"baselines.{rival}.gain") for rival in RIVALS))
    table.add_row("calibration error", _cell(figures, "ece"), end_section=True)
    for name, label in RESULTS.items():
        table.add_row(label, _cell(figures, f"ai.{name}"))
    return table


def _cell(figures: Mapping[str, Any], name: str) -> str:
    value: Any = figures
    for part in name.split("."):
        value = value[part]
    interval = figures["intervals"].get(name)
    return f"{value:.4f}" + (f"\n{interval[0]:.3f}..{interval[1]:.3f}" if interval else "")
