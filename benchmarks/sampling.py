"""Empirical Bayes beside full posteriors: EM with a Laplace approximation against NUTS, on the same people.

    python -m benchmarks.sampling [--people 20] [--trials 100] [--chains 2] [--warmup 400] [--draws 600]

People are made up with a learning rate and an inverse temperature of their own (Rescorla-Wagner, two arms). Prints
group means by both, how far they are apart in posterior standard deviations, how well the chains did, and how long each
took, in seconds of work and of the clock. Needs the extra `bayes`.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import numpy as np

from hagame.mind.cognition.choosing import log_softmax
from hagame.mind.cognition.family import Family
from hagame.mind.cognition.hierarchical import fit_group
from hagame.mind.cognition.models.q_learning import FAMILY
from hagame.mind.cognition.nuts import Sampling, sample_group
from hagame.mind.cognition.parameters import prior_of
from hagame.mind.cognition.rows import ACTION, PAYOFF, Floats

T = TypeVar("T")


def score(theta: Floats, state: Floats, row: Floats, out: Floats) -> None:
    """softmax(beta Q)."""
    for a in range(out.shape[0]):
        out[a] = theta[1] * state[a]
    log_softmax(row, out)


def learn(theta: Floats, state: Floats, row: Floats, out: Floats) -> None:  # noqa: ARG001
    """Q(a) += alpha (r - Q(a))."""
    chosen = int(row[ACTION])
    state[chosen] += theta[0] * (row[PAYOFF] - state[chosen])


def family() -> Family:
    """One learning rate, one inverse temperature."""
    rate, _, temperature, *_ = FAMILY.parameters
    return replace(FAMILY, key="rescorla-wagner", parameters=(rate, temperature), score=score, learn=learn, live=None)


def main() -> None:
    """Print everything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, value in (("people", 20), ("trials", 100), ("chains", 2), ("warmup", 400), ("draws", 600)):
        parser.add_argument(f"--{name}", type=int, default=value)
    asked = parser.parse_args()
    model, rng = family(), np.random.default_rng(3)
    mean, sd = prior_of(model.free)
    true = mean + 0.6 * sd * rng.normal(size=(asked.people, len(mean)))
    people = [model.act(model.thetas(z), model.task(rng, asked.trials), rng) for z in true]
    fit_group(model, people[:2])
    em, work, clock = _timed(lambda: fit_group(model, people))
    sampling = Sampling(asked.chains, asked.warmup, asked.draws)
    found, much_work, long = _timed(lambda: sample_group(model, people, sampling))
    for i, name in enumerate(model.names):
        one, other = em.groups[name], found.population.groups[name]
        apart = abs(one.mean - other.mean) / other.mean_se
        print(
            f"{name:20} drawn {true[:, i].mean():6.3f}  EM {one.mean:6.3f} ({one.mean_se:.3f})  "
            f"NUTS {other.mean:6.3f} ({other.mean_se:.3f})  {apart:.2f} posterior sd apart; "
            f"spread {one.sd:.3f} ({one.sd_se:.3f}) and {other.sd:.3f} ({other.sd_se:.3f})"
        )
    for name, each in found.diagnoses.items():
        print(f"{name:30} R-hat {each.r_hat:.3f}, {each.ess:.0f} effective of {found.draws} draws")
    print(f"{found.divergences} divergent paths; {' '.join(found.population.warnings) or 'no warnings'}")
    print(
        f"seconds of work: EM {work:.2f}, NUTS {much_work:.1f}, {much_work / work:.0f} times as long; "
        f"by the clock {clock:.2f} and {long:.1f}, {long / clock:.0f} times"
    )


def _timed(work: Callable[[], T]) -> tuple[T, float, float]:
    began, clock = time.process_time(), time.perf_counter()
    found = work()
    return found, time.process_time() - began, time.perf_counter() - clock


if __name__ == "__main__":
    main()
