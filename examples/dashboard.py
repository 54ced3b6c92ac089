"""Follow a match in the terminal while it is played.

python examples/dashboard.py                                        a simulated player, to look at
HAGAME_TOKEN=... python examples/dashboard.py --match 0192...       a match of yours, played elsewhere
"""

from __future__ import annotations

import argparse
import os
import random
import threading
import time
from collections import deque

from rich.console import Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from hagame_sdk import Client, Match, Tokens
from hagame_sdk.drivers import Blocking
from hagame_sdk.types import Move

SHOWN = 12
WIDTH = 24


def main() -> None:
    """Show each turn as it comes, until the match is over."""
    parser = argparse.ArgumentParser(description="Follow a match in the terminal while it is played")
    parser.add_argument("--match", help="id of a match of yours; HAGAME_TOKEN is your access token")
    parser.add_argument("--turns", type=int, default=30, help="how long the simulated player plays")
    parser.add_argument("--pause", type=float, default=0.4, help="seconds that it thinks")
    parser.add_argument("--url")
    options = parser.parse_args()
    token = os.environ.get("HAGAME_TOKEN")
    with Client(options.url, tokens=Tokens(token) if token else None) as client:
        if options.match:
            show(client.games.match(options.match))
        else:
            show(simulated(client, options.turns, options.pause))


def show(match: Match[Blocking]) -> None:
    """The last turns, redrawn with each that comes."""
    turns: deque[Move] = deque(maxlen=SHOWN)
    with Live(refresh_per_second=8) as live:
        for move in match.follow():
            turns.append(move)
            live.update(picture(match, turns))
    print(f"\n{match.refresh()['status']} after {match.verify()} turns; every seal was kept.")


def picture(match: Match[Blocking], turns: deque[Move]) -> RenderableType:
    """A table of turns, and what is known of the player."""
    table = Table(title=f"{match.state['definition']['title']} against {match.state['opponent']['title']}")
    for column in ("turn", "played", "AI", "what the AI expected of it", "points"):
        table.add_column(column)
    for move in turns:
        given = move["prediction"][move["player"]["action"]]
        bar = Text("█" * round(WIDTH * given), style="green" if given < 1 / len(move["prediction"]) else "red")
        opponent = move["opponent"]["action"] if move["opponent"] else None
        row = (move["player"]["action"], opponent or "-", bar + f" {given:.0%}", f"{move['score']['player']:+g}")
        table.add_row(str(move["turn"]), *row)
    last = turns[-1]
    return Group(table, f"known so far: {last['bits_known']:.2f} bits per move. {last['why']}")


def simulated(client: Client, turns: int, pause_s: float) -> Match[Blocking]:
    """The match of a guest who likes what won last, played by a thread."""
    client.guest()
    match = client.games.begin("rock-paper-scissors-300", opponent="adaptive")
    threading.Thread(target=play, args=(client.games.match(match.id), turns, pause_s)).start()
    return match


def play(match: Match[Blocking], turns: int, pause_s: float) -> None:
    """Two times of three the same again after a win; then the match is given up."""
    rng = random.Random(match.id)  # noqa: S311 - a player, no secret
    action = rng.choice(match.legal_actions)
    for _ in range(turns):
        won = match.play(action)["player"]["payoff"] > 0
        action = action if won and rng.random() < 2 / 3 else rng.choice(match.legal_actions)
        time.sleep(pause_s)
    match.abandon()


if __name__ == "__main__":
    main()
