"""What `hagame play` shows. Makes renderables, prints nothing."""

from __future__ import annotations

from collections.abc import Mapping
from math import log

from pydantic import JsonValue
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from hagame.match import MatchState, Turn
from hagame.mind.cognition import traits
from hagame.mind.opponents import OpponentInfo
from hagame.mind.predict.explain import REST
from hagame.rules.game import Action

BAR_CELLS = 24
LN2 = log(2.0)
REASONS = 2
"""Parts of the explanation that are shown."""


def opening(title: str, opponent: OpponentInfo) -> RenderableType:
    """The game, the opponent, and what the seal is."""
    return Group(
        Text(f"{title} against {opponent.title}", style="bold"),
        Text(opponent.summary),
        Text(
            "Before each move the AI seals its own move and what it expects of you; the seal is opened after it, and "
            "checked.",
            style="dim",
        ),
    )


def before(turn: int, view: Mapping[str, JsonValue], commitment: str, choices: Mapping[str, Action]) -> RenderableType:
    """The open round: its seal, and the keys."""
    length = view.get("rounds")
    title = f"Round {turn}" if length is None else f"Round {turn} of {length}"
    keys = "  ".join(f"{key} {action}" for key, action in choices.items())
    return Group(
        Text(f"\n{title}", style="bold"),
        Text(f"sealed {commitment}", style="dim"),
        Text(f"{keys}  q stop", style="cyan"),
    )


def after(turn: Turn, *, verified: bool) -> RenderableType:
    """The round that was played: result, opened seal, prediction, reasons, and what the AI knows."""
    state = turn.state
    seal = Text("✓ the seal opens, verified", "green") if verified else Text("✗ THE SEAL DOES NOT FIT", "bold red")
    ahead = turn.payoffs[0] - turn.payoffs[1]
    result = Text.assemble(
        f"You {turn.action}, AI {turn.opponent_action}: ",
        (f"{turn.payoffs[0]:+g}", "green" if ahead > 0 else "red" if ahead < 0 else "yellow"),
        f"   score {state.scores[0]:g} : {state.scores[1]:g}",
    )
    named = [part.statement for part in turn.attribution.parts if part.key != REST and any(part.log_odds)]
    reasons = [Text(f"  {statement}", style="dim") for statement in list(dict.fromkeys(named))[:REASONS]]
    return Group(result, seal, _bars(turn), Text(turn.sealed.why), *reasons, Text(bits(state)))


def bits(state: MatchState) -> str:
    """What the predictions of this match were worth, per decision, over chance."""
    known = bits_known(state)
    return f"Bits the AI knows about you: {known:+.3f} per move (chance: 0)"


def bits_known(state: MatchState) -> float:
    """Mean over the decisions so far of log2(legal actions) - surprise, bits; 0 before the first."""
    return state.record.gain / state.record.n / LN2 if state.record.n else 0.0


def summary(state: MatchState) -> RenderableType:
    """How it ended, and what was inferred."""
    if not state.record.n:
        return Text("\nNo move was made.")
    score = f"\n{state.record.n} moves, score {state.scores[0]:g} : {state.scores[1]:g} (you : AI)"
    table = Table("trait", "mean", "95 % interval", "moves", "what it means", title="What the AI inferred about you")
    for key, trait in traits(state.evidence).items():
        mean = f"{trait.mean:.2f} {trait.unit}".strip()
        table.add_row(key.replace("_", " "), mean, f"{trait.low:.2f} to {trait.high:.2f}", str(trait.n), trait.meaning)
    return Group(Text(score, style="bold"), Text(bits(state)), *([table] if table.row_count else []))


def _bars(turn: Turn) -> Table:
    """The sealed prediction, one bar per action; the one that was taken is marked."""
    table = Table.grid(padding=(0, 1))
    for action, probability in zip(turn.situation.actions, turn.sealed.prediction, strict=True):
        taken = action == turn.action
        cells = round(probability * BAR_CELLS)
        bar = Text("█" * cells + "░" * (BAR_CELLS - cells), style="cyan" if taken else "blue")
        table.add_row(f"  {action}", bar, f"{probability:.0%}", "← you" if taken else "")
    return table
