"""The common work done by integrasim: what the Land reimburses to a portfolio of persons."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr
from benchmarks.peers.setting import (
    CAP,
    PERSONS,
    STEP,
    TAIL_INDEX,
    TAIL_RATE,
    TAIL_THRESHOLD,
    THRESHOLDS,
)

import integrasim as igs
from integrasim.analysis.compound_poisson import compound_poisson, points_needed
from integrasim.analysis.marginals import reimbursement_jumps
from integrasim.law.formulas import excess
from integrasim.world.illness import Exposure, IllnessYears, illness_years
from integrasim.world.illness.acute import whole_episodes

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BLOCK = 256
"""Draws at a time, as in a run."""


def all_persons() -> NDArray[np.float64]:
    return np.array([PERSONS])


@cache
def municipal_persons() -> NDArray[np.float64]:
    """Persons of the 396 municipalities, by the allocation key of § 3 (1) FlüAG."""
    region = igs.load_region()
    return PERSONS * np.asarray(igs.allocation_key(region.population, region.area_km2))


@cache
def illness_model(draws: int) -> IllnessYears:
    """Illness of the shipped scenario at central numbers, in its price year, without a course."""
    numbers = {
        "mean_cost": 1_100.0,
        "no_cost_share": 0.3,
        "body_sigma": 1.5,
        "tail_rate": TAIL_RATE,
        "tail_index": TAIL_INDEX,
        "tail_presence": 1.0,
        "inflation": 0.0,
        "chronic_share": 0.0,
        "persistence": 0.0,
        "persistence_rank_correlation": 0.0,
        "episode_months": 0.0,
    }
    return illness_years(
        {name: np.full(draws, number) for name, number in numbers.items()},
        tail="pareto",
        price_year=2015,
        splice=THRESHOLDS[0],
        tail_threshold=TAIL_THRESHOLD,
        floor=THRESHOLDS[0],
        cap=CAP,
        years=(2015,),
    )


def simulate(
    persons: NDArray[np.float64], draws: int, *, seed: int = 1, workers: int = 1
) -> NDArray[np.float64]:
    """(threshold, draw, municipality) EUR by the ledger, both thresholds on the same cases."""
    reimbursed = np.empty((len(THRESHOLDS), draws, persons.size))

    def run(block: range) -> None:
        reimbursed[:, block.start : block.stop] = _simulate_block(persons, block, seed=seed)

    blocks = (range(start, min(start + _BLOCK, draws)) for start in range(0, draws, _BLOCK))
    with ThreadPoolExecutor(workers) as pool:
        for done in [pool.submit(run, block) for block in blocks]:
            done.result()
    return reimbursed


def _simulate_block(
    persons: NDArray[np.float64], block: range, *, seed: int
) -> NDArray[np.float64]:
    """Draw the rows of the ledger of a block and settle them."""
    shape = len(block), persons.size
    years = np.broadcast_to(persons, (len(block), 1, persons.size))
    everyone = np.ones((len(block), 1))
    exposure = Exposure(
        counted_years=years,
        tolerated_years=np.zeros(years.shape),
        presence=everyone,
        staying=everyone,
        before=years[:, 0],
        ending=years,
        remaining=everyone,
        covered=np.ones(1),
    )
    cases = whole_episodes(exposure, illness_model(len(block)), seed=seed, draws=block)
    cell = np.ravel_multi_index((cases.draw, cases.municipality), shape)
    return np.stack(
        [
            np.bincount(
                cell, excess(cases.cost, deductible=threshold), minlength=shape[0] * shape[1]
            ).reshape(shape)
            for threshold in THRESHOLDS
        ]
    )


def distributions(persons: NDArray[np.float64], *, step: float = STEP) -> xr.DataArray:
    """(threshold, municipality, amount) distribution functions by the batched transform."""
    jumps = reimbursement_jumps(
        illness_model(1), np.array(THRESHOLDS), presence=1.0, remaining=1.0, step=step
    )[:, 0]
    points = max(points_needed(each, persons.max()) for each in jumps)
    values = np.empty((len(THRESHOLDS), persons.size, points))
    for each, out in zip(jumps, values, strict=True):
        compound_poisson(each, persons, out=out)
    return xr.DataArray(
        values,
        coords={"threshold": list(THRESHOLDS), "amount": step * np.arange(points)},
        dims=("threshold", "municipality", "amount"),
    )
