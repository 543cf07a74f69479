"""Dimensions and sizes of a job's arrays, before any of them exists."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

import numpy as np

from integrasim.engine.variables import COMPARED, VARIABLES, levels_below
from integrasim.world.flows import FLOWS
from integrasim.world.residence import STATUSES

if TYPE_CHECKING:
    from integrasim.engine.job import Job
    from integrasim.engine.variables import Variable

__all__ = ["bytes_per_draw", "dims_at", "dims_of_statistics", "sizes"]


def sizes(job: Job) -> dict[str, int]:
    """Size of every dimension that an array of a job can have; draws are those asked for.

    Parameters
    ----------
    job
        The simulation.

    Returns
    -------
    dict
        Dimension → size.
    """
    return {
        "option": len(job.laws),
        "draw": job.scenario.draws,
        "year": len(job.plans[0].periods.years),
        "month": len(job.plans[0].months),
        "municipality": job.region.size,
        "kreis": len(job.region.kreise),
        "instrument": len(job.instruments),
        "status": len(STATUSES),
        "flow": len(FLOWS),
    }


def dims_at(job: Job, variable: Variable, level: str) -> tuple[str, ...]:
    """Dimensions of a variable that is summed up to a level.

    Parameters
    ----------
    job
        The simulation.
    variable
        One of the table.
    level
        ``"municipality"``, ``"kreis"`` or ``"land"``.

    Returns
    -------
    tuple of str
        Dimensions.
    """
    dims = job.dims(variable.name)
    if level == "land":
        return tuple(dim for dim in dims if dim not in {"municipality", "kreis"})
    return tuple(level if dim == "municipality" else dim for dim in dims)


def dims_of_statistics(job: Job) -> dict[str, tuple[str, ...]]:
    """Dimensions of the statistics over draws that a job keeps.

    Parameters
    ----------
    job
        The simulation.

    Returns
    -------
    dict
        Name of each, as in :class:`~integrasim.engine.job.BlockResult` → dimensions.
    """
    found: dict[str, tuple[str, ...]] = {}
    for variable in VARIABLES:
        for level in levels_below(variable, job.keep):
            dims = tuple(dim for dim in dims_at(job, variable, level) if dim != "draw")
            found[f"{variable.name}_{level}"] = dims
            if variable.name in COMPARED:
                found[f"{variable.name}_{level}_difference"] = dims
    return found


def bytes_per_draw(job: Job, *, level: str) -> int:
    """Bytes of one draw of all variables when kept at a level.

    Parameters
    ----------
    job
        The simulation.
    level
        ``"municipality"``, ``"kreis"`` or ``"land"``.

    Returns
    -------
    int
        Bytes in memory.
    """
    size = sizes(job) | {"draw": 1}
    return sum(
        prod(size[dim] for dim in dims_at(job, variable, level)) * np.dtype(variable.dtype).itemsize
        for variable in VARIABLES
    )
