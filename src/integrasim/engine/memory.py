"""How much memory a run will need, said before it starts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from integrasim.engine.shapes import bytes_per_draw
from integrasim.profiling import stage
from integrasim.world.arrivals import simulate_arrivals
from integrasim.world.assumptions import draw_assumptions
from integrasim.world.expenses import illness_model

if TYPE_CHECKING:
    from integrasim.engine.job import Job

_BLOCK_COPIES = 3
"""Arrays of a block's result that exist at once per array of the result."""
_BYTES_PER_ROW = 100
"""Bytes of a ledger row with the temporaries of its making: 95 to 105 measured."""
_TRIAL_DRAWS = 64
_UNIT_COPIES = 4
"""Arrays of a unit of draws that exist at once per array of it: two being filled, and one that is
written with its compressed copy."""
_COMPRESSED = 0.67
"""Bytes in a store per byte in memory: 0.43 (Land) to 0.64 (municipalities) measured."""
_PROGRAM = 290 * 2**20
"""Bytes of the interpreter with its libraries and compiled kernels: 280 MiB measured."""
_STORE_LIBRARIES = 40 * 2**20
"""Bytes of zarr and dask beside it."""


class MemoryEstimate(NamedTuple):
    """Bytes of the finished result, and of the blocks being worked on beside it.

    A result in a store takes bytes of the disk instead, and of memory only what waits to be
    written.
    """

    result: int
    working: int
    disk: int = 0

    @property
    def total(self) -> int:
        """Bytes at the peak."""
        return self.result + self.working


@stage("plan")
def estimate_memory(
    job: Job, *, workers: int, block: int, unit: int | None = None
) -> MemoryEstimate:
    """Estimate the peak memory of a run.

    Parameters
    ----------
    job
        The simulation.
    workers
        Blocks worked on at the same time.
    block
        Draws per block.
    unit
        Draws that are written to a store at once; None if the result stays in memory.

    Returns
    -------
    MemoryEstimate
        Bytes.
    """
    draws = job.scenario.draws
    full = bytes_per_draw(job, level="municipality")
    kept = bytes_per_draw(job, level=job.keep)
    per_draw = full * _BLOCK_COPIES + _ledger_rows(job) * _BYTES_PER_ROW
    working = workers * min(block, draws) * int(per_draw)
    if unit is None:
        return MemoryEstimate(result=draws * kept, working=_PROGRAM + working)
    waiting = _UNIT_COPIES * min(unit, draws) * kept
    return MemoryEstimate(
        result=0,
        working=_PROGRAM + _STORE_LIBRARIES + working + waiting,
        disk=bytes_on_disk(job, draws=draws),
    )


def bytes_on_disk(job: Job, *, draws: int) -> int:
    """Estimate the room that draws of a run take in a store.

    Parameters
    ----------
    job
        The simulation.
    draws
        Number of draws.

    Returns
    -------
    int
        Bytes.
    """
    return int(draws * bytes_per_draw(job, level=job.keep) * _COMPRESSED)


def _ledger_rows(job: Job) -> float:
    """Rows of the illness ledger per draw, if the persons of the start stay and all new ones come.

    That is more than there will be, as persons leave, but of the right size.
    """
    scenario, plan = job.scenario, job.plans[0]
    trial = range(min(_TRIAL_DRAWS, scenario.draws))
    assumptions = draw_assumptions(
        scenario.world.numbers(), scenario.correlations(), seed=scenario.seed, draws=trial
    )
    arrivals = simulate_arrivals(plan.arrivals, assumptions, seed=scenario.seed, draws=trial)
    starts = np.concatenate([[0], plan.year_ends[:-1] + 1])
    coming = np.add.reduceat(arrivals["asylum"], starts, axis=1)
    there = sum(assumptions[f"residence.initial.{stage}"] for stage in ("procedure", "appeal"))
    model = illness_model(scenario.world, plan.periods.years, assumptions)
    above = model.severity.survival(model.floors)
    return float(np.mean(((np.reshape(there, (-1, 1)) + coming) * above).sum(axis=1)))
