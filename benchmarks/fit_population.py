"""Makes the population prior that the engine starts from, from people whose data are free to use.

    python -m benchmarks.fit_population [--data DIR] [--out FILE]

DIR (or HAGAME_DATA) holds the recordings named in `SOURCES`. The same files give the same artefact, byte for byte.
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

import numpy as np

from hagame.cli.recordings import Recording, read
from hagame.mind.model import Decision
from hagame.mind.predict.fitting import by_key, fit, pool_inputs
from hagame.rules.game import PLAYER, Situation
from hagame.rules.matrix import Matrix

FAMILY = "rock-paper-scissors"
STUDY = (
    "Brockbank & Vul (2024). Repeated rock, paper, scissors play reveals limits in adaptive sequential behavior. "
    "Cognitive Psychology 151:101654"
)
SOURCES = {
    "rps_brockbank_vs_stable_bot.csv.gz": f"{STUDY}. Experiment 1: people against fixed-rule bots.",
    "rps_brockbank_vs_adaptive_bot.csv.gz": f"{STUDY}. Experiment 2: people against adaptive bots.",
}
LICENCE = "CC0-1.0"
ARTEFACT = Path(__file__).parents[1] / "src/hagame/mind/predict/population.json"


def rock_paper_scissors() -> Situation:
    """The decision as the engine sees it."""
    game = Matrix(preset="rock-paper-scissors", rounds=300)
    return game.situation(game.start(np.random.default_rng(0)), PLAYER)


def decisions_of(recording: Recording, situation: Situation) -> list[list[Decision]]:
    """Each person's decisions in order, moves not made left out."""
    own = {name: i for i, name in enumerate(situation.actions)}
    other = {name: j for j, name in enumerate(situation.opponent_actions)}
    return [
        [
            Decision(i, j, situation.payoffs[i][j], situation.opponent_payoffs[i][j])
            for i, j in ((own[r.action], other[r.opponent_action]) for r in person.rounds)
        ]
        for person in recording.people
    ]


def artefact(data: Path) -> str:
    """The text of the artefact. Raises `InvalidInput` when a recording is missing or wrong."""
    situation = rock_paper_scissors()
    recordings = [read(data / name, situation.actions, situation.opponent_actions) for name in SOURCES]
    people = [decisions for recording in recordings for decisions in decisions_of(recording, situation)]
    weights = fit(people, pool_inputs(people, situation), situation)
    family = {
        "people": len(people),
        "decisions": sum(map(len, people)),
        "licence": LICENCE,
        "sources": [
            {"file": r.name, "sha256": r.sha256, "people": len(r.people), "citation": SOURCES[r.name]}
            for r in recordings
        ],
        "weights": by_key(weights),
    }
    return json.dumps({"format": 1, "families": {FAMILY: family}}, indent=1) + "\n"


def main() -> None:
    """Write the artefact and say what it holds."""
    parser = argparse.ArgumentParser(description="Fit the population prior of the prediction engine.")
    parser.add_argument("--data", type=Path, default=os.environ.get("HAGAME_DATA"), help="directory of the recordings")
    parser.add_argument("--out", type=Path, default=ARTEFACT)
    given = parser.parse_args()
    if given.data is None:
        parser.error("say where the recordings are: --data DIR or HAGAME_DATA")
    text = artefact(given.data)
    given.out.write_text(text, encoding="utf-8")
    print(f"{given.out}: {len(text):,} bytes, {len(json.loads(text)['families'][FAMILY]['weights'])} weights")


if __name__ == "__main__":
    main()
