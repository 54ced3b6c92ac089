"""What `hagame play` shows. Makes renderables, prints nothing."""

from __future__ import annotations

from collections.abc import Mapping
from math import log

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from hagame import match as matches
from hagame.match import Match, MatchState, Turn
from hagame.mind.cognition import traits
from hagame.mind.predict.explain import REST
from hagame.rules.game import PLAYER, Action

BAR_CELLS = 24
LN2 = log(2.0)
MOST_BARS = 10
NOTHING_PAID = (0.0, 0.0)
"""What hypothetical choices usually pay."""
REASONS = 2
"""Parts of the explanation that are shown."""


def opening(title: str, match: Match) -> RenderableType:
    """The game, the opponent, and what the seal is."""
    opponent, alone = match.opponent.info, match.game.seats == 1
    own = "its own move and " if match.game.info.simultaneous and not alone else ""
    return Group(
        Text(title if alone else f"{title} against {opponent.title}", style="bold"),
        Text(opponent.summary),
        Text(
            f"Before each move the AI seals {own}what it expects of you; the seal is opened after it, and checked.",
            style="dim",
        ),
    )


def before(match: Match, state: MatchState, choices: Mapping[str, Action]) -> RenderableType:
    """The open round: its seal, what is to be seen, and the keys."""
    view, sealed = matches.view(match, state), state.sealed
    length, told = view.get("rounds"), match.game.tell(view)
    number = view.get("round", state.turn)
    title = f"Round {number}" if length is None else f"Round {number} of {length}"
    return Group(
        Text(f"\n{title}", style="bold"),
        Text(f"sealed {sealed.commitment if sealed else ''}", style="dim"),
        *([Text(told)] if told else []),
        Text(f"{_keys(match, state, choices)}  q stop", style="cyan"),
    )


def _keys(match: Match, state: MatchState, choices: Mapping[str, Action]) -> str:
    asked = matches.numbers(match, state)
    if asked is not None:
        return f"{asked}{f' ({asked.unit})' if asked.unit else ''}"
    return "  ".join(action if key == action else f"{key} {action}" for key, action in choices.items())


def after(match: Match, turn: Turn, *, verified: bool) -> RenderableType:
    """The round that was played: result, opened seal, prediction, reasons, and what the AI knows."""
    state = turn.state
    why = turn.sealed.why or (state.replies[0].why if state.replies else "")
    seal = Text("✓ the seal opens, verified", "green") if verified else Text("✗ THE SEAL DOES NOT FIT", "bold red")
    ahead = turn.payoffs[0] - turn.payoffs[1]
    done = f"You {turn.action}" if turn.opponent_action is None else f"You {turn.action}, AI {turn.opponent_action}"
    result = Text(f"{done}.")
    if turn.situation.payoff_range != NOTHING_PAID:
        result = Text.assemble(
            f"{done}: ",
            (f"{turn.payoffs[0]:+g}", "green" if ahead > 0 else "red" if ahead < 0 else "yellow"),
            f"   score {score(match, state)}",
        )
    named = [part.statement for part in turn.attribution.parts if part.key != REST and any(part.log_odds)]
    reasons = [Text(f"  {statement}", style="dim") for statement in list(dict.fromkeys(named))[:REASONS]]
    return Group(result, seal, _bars(match, turn), *([Text(why)] if why else []), *reasons, Text(bits(state)))


def score(match: Match, state: MatchState) -> str:
    """What both sides have, or the person alone where nobody plays beside them."""
    own = f"{state.scores[0]:g}"
    return own if match.game.seats == 1 else f"{own} : {state.scores[1]:g}"


def bits(state: MatchState) -> str:
    """What the predictions of this match were worth, per decision, over chance."""
    known = bits_known(state)
    return f"Bits the AI knows about you: {known:+.3f} per move (chance: 0)"


def bits_known(state: MatchState) -> float:
    """Mean over the decisions so far of log2(legal actions) - surprise, bits; 0 before the first."""
    return state.record.gain / state.record.n / LN2 if state.record.n else 0.0


def summary(match: Match, state: MatchState) -> RenderableType:
    """How it ended, and what was inferred."""
    if not state.record.n:
        return Text("\nNo move was made.")
    end = "" if state.sealed else match.game.tell(matches.view(match, state))
    both = "" if match.game.seats == 1 else " (you : AI)"
    paid = match.game.situation(state.game, PLAYER).payoff_range != NOTHING_PAID
    total = f"\n{state.record.n} {'move' if state.record.n == 1 else 'moves'}" + (
        f", score {score(match, state)}{both}" if paid else ""
    )
    table = Table("trait", "mean", "95 % interval", "moves", "what it means", title="What the AI inferred about you")
    for key, trait in traits(state.evidence).items():
        mean = f"{trait.mean:.2f} {trait.unit}".strip()
        table.add_row(key.replace("_", " "), mean, f"{trait.low:.2f} to {trait.high:.2f}", str(trait.n), trait.meaning)
    told = [Text(end)] if end else []
    return Group(*told, Text(total, style="bold"), Text(bits(state)), *([table] if table.row_count else []))


def _bars(match: Match, turn: Turn) -> Table:
    """The sealed prediction, one bar per legal action, of many the likeliest; the one that was taken is marked."""
    table = Table.grid(padding=(0, 1))
    asked = match.game.numbers(turn.before, PLAYER)
    chosen = turn.situation.actions.index(turn.action) if asked is None else asked.index(turn.action)
    likeliest = sorted(turn.situation.legal, key=lambda i: (i != chosen, -turn.sealed.prediction[i]))[:MOST_BARS]
    for i in sorted(likeliest):
        action, probability, taken = turn.situation.actions[i], turn.sealed.prediction[i], i == chosen
        cells = round(probability * BAR_CELLS)
        bar = Text("█" * cells + "░" * (BAR_CELLS - cells), style="cyan" if taken else "blue")
        table.add_row(f"  {action}", bar, f"{probability:.0%}", "← you" if taken else "")
    return table
