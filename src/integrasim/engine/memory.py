"""How much memory a run will need, said before it starts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from integrasim.engine.variables import VARIABLES
from integrasim.world.arrivals import simulate_arrivals
from integrasim.world.assumptions import draw_assumptions
from integrasim.world.expenses import illness_model
from integrasim.world.flows import FLOWS
from integrasim.world.residence import STATUSES

if TYPE_CHECKING:
    from integrasim.engine.job import Job

_BLOCK_COPIES = 3
"""Arrays of a block's result that exist at once per array of the result."""
_BYTES_PER_ROW = 100
"""Bytes of a ledger row with the temporaries of its making: 95 to 105 measured."""
_TRIAL_DRAWS = 64
_PROGRAM = 290 * 2**20
"""Bytes of the interpreter with its libraries and compiled kernels: 280 MiB measured."""


class MemoryEstimate(NamedTuple):
    """Bytes of the finished result, and of the blocks being worked on beside it."""

    result: int
    working: int

    @property
    def total(self) -> int:
        """Bytes at the peak."""
        return self.result + self.working


def estimate_memory(job: Job, *, workers: int, block: int) -> MemoryEstimate:
    """Estimate the peak memory of a run.

    Parameters
    ----------
    job
        The simulation.
    workers
        Blocks worked on at the same time.
    block
        Draws per block.

    Returns
    -------
    MemoryEstimate
        Bytes.
    """
    draws = job.scenario.draws
    full = _bytes_per_draw(job, level="municipality")
    kept = _bytes_per_draw(job, level=job.keep)
    per_draw = full * _BLOCK_COPIES + _ledger_rows(job) * _BYTES_PER_ROW
    working = workers * min(block, draws) * int(per_draw)
    return MemoryEstimate(result=draws * kept, working=_PROGRAM + working)


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


def _bytes_per_draw(job: Job, *, level: str) -> int:
    """Bytes of one draw of all variables when kept at a level."""
    places = {
        "municipality": job.region.size,
        "kreis": len(job.region.kreise),
        "land": 1,
    }[level]
    sizes = {
        "option": len(job.laws),
        "draw": 1,
        "year": len(job.plans[0].periods.years),
        "month": len(job.plans[0].months),
        "municipality": places,
        "kreis": min(places, len(job.region.kreise)),
        "instrument": len(job.instruments),
        "status": len(STATUSES),
        "flow": len(FLOWS),
    }
    return sum(
        int(np.prod([sizes[dim] for dim in job.dims(variable.name)]))
        * np.dtype(variable.dtype).itemsize
        for variable in VARIABLES
    )
