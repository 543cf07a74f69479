"""Cells per second by stage, beside floors and beside the obvious ways to do the same."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pytest
from benchmarks.floors import draw_pcg64, draw_philox
from benchmarks.naive import (
    Walk,
    draw_costs,
    leave_by_cell,
    leave_by_month,
    walk_counts,
    walk_persons,
)
from benchmarks.stages import DRAWS, cells, ledger_arguments, residence_arguments

import integrasim as igs

if TYPE_CHECKING:
    from benchmarks.conftest import Measure
    from benchmarks.naive import Leavers
    from benchmarks.stages import Stage

    from integrasim.engine.job import Job

FEW_DRAWS = 64
"""Draws of the naive walks that take many draws at once."""
FEW_MONTHS = 6
"""Months of the walk person by person."""


def test_floor_pcg64(measure: Measure, job: Job) -> None:
    count = cells(job, DRAWS)
    measure("PCG64, one number per cell", partial(draw_pcg64, count), cells=count)


def test_floor_philox(measure: Measure, job: Job) -> None:
    action = partial(draw_philox, DRAWS, cells(job, 1))
    measure("Philox, two addresses of four per cell", action, cells=cells(job, DRAWS))


@pytest.mark.parametrize(
    "name",
    [
        "assumptions",
        "arrivals",
        "reception",
        "residence",
        "illness ledger",
        "gross cost",
        "settlement of one more option",
        "curve of 56 thresholds",
        "whole block",
    ],
)
def test_stage(measure: Measure, job: Job, stages: dict[str, Stage], name: str) -> None:
    stage = stages[name]
    measure(name, stage.run, cells=cells(job, DRAWS), uniforms=stage.uniforms)


@pytest.mark.parametrize("workers", [1, 2])
def test_simulate(measure: Measure, job: Job, stages: dict[str, Stage], workers: int) -> None:
    blocks = 2
    measure(
        f"simulate, {blocks} blocks, workers={workers}",
        partial(igs.simulate, job.scenario, draws=blocks * DRAWS, workers=workers),
        cells=cells(job, blocks * DRAWS),
        uniforms=blocks * stages["whole block"].uniforms,
        rounds=3,
    )


def test_sweep(measure: Measure, job: Job, stages: dict[str, Stage]) -> None:
    blocks = 2
    measure(
        f"sweep of 56 thresholds, {blocks} blocks, workers=1",
        partial(
            igs.sweep, job.scenario, range(15_000, 70_001, 1_000), draws=blocks * DRAWS, workers=1
        ),
        cells=cells(job, blocks * DRAWS),
        uniforms=blocks * stages["whole block"].uniforms,
        rounds=3,
    )


@pytest.mark.parametrize(
    ("name", "leavers"), [("month", leave_by_month), ("cell", leave_by_cell)], ids=["month", "cell"]
)
def test_naive_counts(
    measure: Measure, stages: dict[str, Stage], name: str, leavers: Leavers
) -> None:
    arguments = residence_arguments(stages["residence"])
    walk = Walk.of(arguments, draws=np.arange(FEW_DRAWS), months=arguments["calendar"].period.size)
    action = partial(walk_counts, walk, np.random.default_rng(1), leavers=leavers)
    measure(f"naive residence: binomial by {name}", action, cells=walk.cells, rounds=2)


def test_naive_persons(measure: Measure, stages: dict[str, Stage]) -> None:
    arguments = residence_arguments(stages["residence"])
    walk = Walk.of(arguments, draws=np.arange(1), months=FEW_MONTHS)
    action = partial(walk_persons, walk, seed=1)
    measure("naive residence: person by person", action, cells=walk.cells, rounds=2)


def test_naive_ledger(measure: Measure, job: Job, stages: dict[str, Stage]) -> None:
    exposure, model = ledger_arguments(stages["illness ledger"])
    person_years = exposure.counted_years[:FEW_DRAWS]
    action = partial(draw_costs, person_years, model, np.random.default_rng(1))
    measure("naive ledger: cost of every person", action, cells=cells(job, FEW_DRAWS), rounds=2)
