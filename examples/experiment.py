"""A small experiment from beginning to end: define, run, fetch, fit, plot.

    python examples/experiment.py --user admin --password ... --out results

Participants are simulated by a known rule, so that it can be seen whether the analysis finds it: after a win they stay,
after a loss they move on to what would have beaten the AI, and sometimes they do anything.
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from hagame_sdk import AsyncClient, Client
from hagame_sdk.types import Metrics, Move

mpl.use("Agg")
from matplotlib import pyplot as plt

BEATS = {"rock": "paper", "paper": "scissors", "scissors": "rock"}


@dataclass(frozen=True)
class Study:
    """What is asked on the command line."""

    user: str
    password: str
    people: int
    rounds: int
    seed: int
    out: Path
    url: str | None


def main() -> None:
    """Run the study and say what came out."""
    study = asked()
    study.out.mkdir(parents=True, exist_ok=True)
    with Client(study.url) as client:
        client.login(study.user, study.password)
        key = define(client, study)
        log = asyncio.run(run(study, key))
        metrics = fit(client, key)
    picture = plot(log, metrics, study)
    last = log.filter(np.array(log["turn"]) > study.rounds // 2)
    print(
        f"{study.people} people, {log.num_rows} decisions, all seals verified; the log is {study.out / 'log.parquet'}"
    )
    print(f"the AI guessed {np.mean(last['hit']):.0%} of the second half right; by chance it would be 33 %")
    loss = metrics["scores"]["log_loss"]["value"]
    print(f"a Markov model trained on the others predicts a new person at {loss:.3f} nats; uniform is {np.log(3):.3f}")
    print(f"the picture is {picture}")


def define(client: Client, study: Study) -> str:
    """The game of this study; its key."""
    definition = client.games.define(
        key=f"study-{secrets.token_hex(4)}",
        engine="matrix",
        title=f"Rock-paper-scissors, {study.rounds} rounds",
        parameters={"preset": "rock-paper-scissors", "rounds": study.rounds},
        tags=["example"],
    )
    return definition["key"]


async def run(study: Study, key: str) -> pa.Table:
    """All participants at once, each a guest who consents; their decisions as one table, which is stored too."""
    async with AsyncClient(study.url) as client:
        people = [participate(client, study, key, number) for number in range(study.people)]
        tables = await asyncio.gather(*people)
    log = pa.concat_tables(tables)
    pq.write_table(log, study.out / "log.parquet")
    return log


async def participate(client: AsyncClient, study: Study, key: str, number: int) -> pa.Table:
    """One participant: consent, all rounds, the check of every seal, and the log."""
    rng = np.random.default_rng([study.seed, number])
    person = client.another()
    await person.guest()
    await person.people.set_cognitive_profile(modelling_consent=True)
    match = await person.games.begin(key, opponent="adaptive", memory="none")
    move: Move | None = None
    while match.next is not None:
        move = await match.play(choice(move, rng))
    if await match.verify() != study.rounds:
        raise RuntimeError(f"Match {match.id} is not whole.")
    table = pq.read_table(await match.download(study.out / f"{match.id}.parquet"))
    return table.append_column("participant", pa.array([number] * table.num_rows))


def choice(before: Move | None, rng: np.random.Generator) -> str:
    """Win-stay, lose-shift, and in one round of five anything."""
    if before is None or before["opponent"] is None or rng.random() < 0.2:
        return str(rng.choice(list(BEATS)))
    if before["player"]["payoff"] > 0:
        return before["player"]["action"]
    return BEATS[str(before["opponent"]["action"])]


def fit(client: Client, key: str) -> Metrics:
    """Train a model on this study's people; its metrics on those held out."""
    model = client.ai_models.create(name=f"Habits of {key}", algorithm="markov")
    started = client.ai_models.train(model["id"], data={"source": "log", "definitions": [key]}, held_out=0.25)
    client.tasks.wait(started["task_id"])
    metrics = client.ai_models.version(model["id"], 1)["metrics"]
    if metrics is None:
        raise RuntimeError("The training measured nothing.")
    return metrics


def plot(log: pa.Table, metrics: Metrics, study: Study) -> Path:
    """Left: how predictable people became. Right: the trained model beside its rivals."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    rounds, mean, error = by_round(log)
    left.plot(rounds, mean)
    left.fill_between(rounds, mean - 1.96 * error, mean + 1.96 * error, alpha=0.2)
    left.axhline(1 / 3, color="grey", linestyle=":")
    left.set(xlabel="round", ylabel="probability given to the choice", title="The AI learns its players", ylim=(0, 1))
    losses = {"this model": metrics["scores"], **metrics["rivals"]}
    right.barh(list(losses), [scores["log_loss"]["value"] for scores in losses.values()])
    right.set(xlabel="log-loss of people held out, nats", title="Trained on the study")
    figure.savefig(study.out / "experiment.png", dpi=120)
    return study.out / "experiment.png"


def by_round(log: pa.Table) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Rounds with mean and standard error over people of the sealed probability, each averaged over five rounds."""
    people = np.unique(log["participant"])
    given = np.array([np.array(log.filter(np.array(log["participant"]) == p)["probability"]) for p in people])
    smooth = np.lib.stride_tricks.sliding_window_view(given, 5, axis=1).mean(axis=2)
    return np.arange(5, given.shape[1] + 1), smooth.mean(axis=0), smooth.std(axis=0, ddof=1) / np.sqrt(len(people))


def asked() -> Study:
    """The command line."""
    parser = argparse.ArgumentParser(description="A small experiment from beginning to end")
    parser.add_argument("--user", required=True, help="a researcher, or the administrator that `hagame up` names")
    parser.add_argument("--password", required=True)
    parser.add_argument("--people", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("results"))
    parser.add_argument("--url")
    return Study(**vars(parser.parse_args()))


if __name__ == "__main__":
    main()
