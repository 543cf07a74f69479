"""What it costs to sample five inputs and run a cheap model: our engine beside monaco and EMA."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

import numpy as np
import pytest
from benchmarks.peers.clocks import best_seconds
from benchmarks.peers.rivals import INPUTS, cheap_model, ema_sample, monaco_sample
from scipy import stats

import integrasim as igs
from integrasim.engine.blocks import run_blocks
from integrasim.engine.job import Job, plan_job
from integrasim.scenario.distributions import Uniform
from integrasim.world.assumptions import draw_assumptions

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.peers.conftest import Compare
    from numpy.typing import NDArray

DRAWS = 20_000
MOST_MICROSECONDS = 2.0
NUMBERS = [(name, Uniform(dist="uniform", low=0.0, high=1.0)) for name in INPUTS]
PEERS = {"monaco": monaco_sample, "EMA workbench": ema_sample}
_MICRO = 1e6
_SEEDS = count(1)
"""A seed for every run, as the first blocks of a seed cost more than those that follow."""


def run_model(job: Job, draws: range) -> NDArray[np.float64]:
    """Sample the inputs of a block and run the cheap model on them."""
    inputs = draw_assumptions(NUMBERS, [], seed=job.scenario.seed, draws=draws)
    return np.asarray(cheap_model(**inputs))


@pytest.fixture(scope="module")
def job() -> Job:
    return plan_job(igs.load_scenario("scenarios/toy.yaml"), keep="land")


def our_sample(job: Job, draws: int) -> NDArray[np.float64]:
    """Run the cheap model by the engine, block by block, on one worker."""
    wanted = {"draws": draws, "seed": next(_SEEDS)}
    ours = replace(job, scenario=job.scenario.model_copy(update=wanted))
    values = np.empty(draws)
    for block, part in run_blocks(run_model, ours, workers=1, executor=None, progress=False):
        values[block.start : block.stop] = part
    return values


@pytest.mark.parametrize("name", PEERS)
def test_cheap_model(compare: Compare, job: Job, name: str) -> None:
    compare(
        f"cheap model, {DRAWS:,} draws",
        partial(our_sample, job, DRAWS),
        partial(PEERS[name], DRAWS),
        peer=name,
        rounds=9,
    )


@pytest.mark.parametrize("draws", [DRAWS, 5 * DRAWS])
def test_overhead_per_draw(job: Job, note: Callable[[str], None], draws: int) -> None:
    best = best_seconds(lambda: our_sample(job, draws), rounds=9).processor / draws * _MICRO
    note(
        f"our overhead at {draws:,} draws: {best:.2f} µs per draw (required: at most "
        f"{MOST_MICROSECONDS:g})"
    )
    assert best <= MOST_MICROSECONDS


def test_toy_land_per_draw(job: Job, note: Callable[[str], None]) -> None:
    """Not a cheap model: all of the library on four municipalities and 24 months."""
    draws = 4_096
    best = best_seconds(
        lambda: igs.simulate(job.scenario, draws=draws, workers=1), rounds=3
    ).processor
    note(f"toy Land, 4 municipalities, 24 months, 2 options: {best / draws * _MICRO:.0f} µs a draw")


@pytest.mark.parametrize("name", PEERS)
def test_all_have_the_same_distribution(job: Job, name: str) -> None:
    """a·b + c·d + e has mean 1 and variance 2·7/144 + 1/12; Sobol' and Latin points do better."""
    draws = 4_096
    theirs, ours = PEERS[name](draws), our_sample(job, draws)
    for sample in (theirs, ours):
        assert sample.shape == (draws,)
        assert abs(sample.mean() - 1.0) < 5 * np.sqrt((14 / 144 + 1 / 12) / draws)
    assert stats.ks_2samp(ours, theirs).pvalue > 1e-6
