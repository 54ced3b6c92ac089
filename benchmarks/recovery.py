"""Parameter recovery of every family: people are made up with known parameters, and fitted again.

    python -m benchmarks.recovery [--people 100] [--models ewa:averaging --models orl] [--times 4] [--group]
                                  [--by-whole] [--live] [--json OUT]

Prints what `hagame recover` does, for each family and each of its recommended variants, at the length of the family
(`Family.session`); families of a population are not in the table, see the tests. With `--times` sessions are so many
times as long; with `--group` people are fitted together (empirical Bayes). With `--by-whole` only the variants are
fitted, to people of the whole family, whose parameters differ from what is held. With `--live` the filters that follow
a player are asked after 150 decisions, instead of fits.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from time import process_time

import numpy as np

from hagame.mind.cognition import live
from hagame.mind.cognition.family import Family
from hagame.mind.cognition.parameters import natural
from hagame.mind.cognition.recovery import Design, Recovered, Recovery, made_up, recover, recovered
from hagame.mind.cognition.registry import families, family

DECISIONS = 150
"""That filters have seen (two-step: pairs of them)."""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=100)
    parser.add_argument("--models", action="append", default=[])
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--group", action="store_true")
    parser.add_argument("--by-whole", action="store_true")
    parser.add_argument("--live", action="store_true")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    told = []
    print(f"{'model':44} {'trials':>6}  {'parameter':34} {'r':>5} {'r of z':>6} {'holds':>6} {'bias':>6}")
    for model in _followed(asked.models) if asked.live else _models(asked.models):
        if asked.by_whole and ":" not in model.key:
            continue
        before = process_time()
        if asked.live:
            found = followed(model, asked.people)
        else:
            whole = family(model.key.partition(":")[0]) if asked.by_whole else None
            design = Design(asked.people, model.session * asked.times)
            found = recover(model, design, group=asked.group, maker=whole)
        told.append(found)
        _show(found)
        print(f"{found.model:44} {(process_time() - before) / asked.people:.2f} s of work per person", flush=True)
    if asked.json:
        asked.json.write_text(json.dumps([asdict(each) for each in told], indent=1))


def followed(model: Family, people: int) -> Recovery:
    """What filters say of the parameters that they follow, the others being at their prior mean."""
    true, trials = made_up(model, Design(people, DECISIONS))
    beliefs = [live.belief_about(model, live.after(model, each), each.n) for each in trials]
    mean, sd = np.array([each.mean for each in beliefs]), np.array([each.sd for each in beliefs])
    ends = np.stack([natural(model.free, mean + side * sd) for side in (-1.96, 0.0, 1.96)], axis=-1)
    told = tuple(recovered(each, true[:, i], mean[:, i], ends[:, i]) for i, each in enumerate(model.free))
    return Recovery(model.key, DECISIONS, people, told, (), 0)


def _models(wanted: list[str]) -> Iterator[Family]:
    if wanted:
        yield from map(family, wanted)
        return
    for each in families().values():
        if each.level == "person":
            yield each
            yield from (family(f"{each.key}:{variant.name}") for variant in each.variants)


def _followed(wanted: list[str]) -> Iterator[Family]:
    yield from (each for each in live.followed() if not wanted or each.key in wanted)


def _show(found: Recovery) -> None:
    for each in (*found.parameters, *found.derived):
        print(f"{found.model:44} {found.trials:6}  {each.name:34} {_figures(each)}")
    if found.rough:
        print(f"{found.model}: {found.rough} of {found.people} posteriors were not seen well (Pareto k above .7).")


def _figures(each: Recovered) -> str:
    return f"{each.r:5.2f} {each.r_z:6.2f} {each.coverage:6.2f} {each.bias:6.2f}"


if __name__ == "__main__":
    main()
