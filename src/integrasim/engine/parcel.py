"""What travels to a worker that does not share this process's memory."""

from __future__ import annotations

import pickle
import platform
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Generic, Self, TypeVar

from integrasim.engine.job import plan_job
from integrasim.engine.versions import installed_versions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from integrasim.engine.job import Job
    from integrasim.engine.variables import Keep

__all__ = ["Parcel", "run_draws"]

_Result = TypeVar("_Result")

_RUNS_AT_ONCE = 4
"""Jobs that a worker remembers, some megabytes each."""


@dataclass(frozen=True)
class Parcel(Generic[_Result]):
    """A task and the scenario it is for: some kilobytes, of which a worker makes the job anew.

    A job is hundreds of times as large, and follows from the scenario in milliseconds: tables
    of the package are with the worker, those that a scenario brings are part of it.

    Attributes
    ----------
    task
        What is done with a block of draws; it can be pickled.
    scenario
        The scenario, pickled and compressed.
    keep
        Level at which single draws are kept.
    versions
        Package → version that the run was started with.
    """

    task: Callable[[Job, range], _Result]
    scenario: bytes
    keep: Keep
    versions: Mapping[str, str]

    @classmethod
    def of(cls, task: Callable[[Job, range], _Result], job: Job) -> Self:
        """Pack a task and its job."""
        scenario = zlib.compress(pickle.dumps(job.scenario))
        return cls(task, scenario, job.keep, installed_versions())


def run_draws(parcel: Parcel[_Result], draws: range) -> _Result:
    """Do with a block of draws what a parcel asks for; called on the worker.

    Parameters
    ----------
    parcel
        The task and its scenario.
    draws
        Consecutive draws.

    Returns
    -------
    object
        What the task returns.

    Raises
    ------
    RuntimeError
        If the worker has other versions than the run was started with: results could differ.
    """
    _require_versions(parcel.versions)
    return parcel.task(_job(parcel.scenario, parcel.keep), draws)


def _require_versions(wanted: Mapping[str, str]) -> None:
    """Refuse to mix results of different versions, before anything of the scenario is unpacked."""
    installed = installed_versions()
    others = [
        f"{name} {installed[name]} instead of {version}"
        for name, version in wanted.items()
        if installed[name] != version
    ]
    if others:
        raise RuntimeError(
            f"the worker on {platform.node()} has {', '.join(others)}, so its results could "
            "differ. Install there what the run was started with"
        )


@lru_cache(maxsize=_RUNS_AT_ONCE)
def _job(scenario: bytes, keep: Keep) -> Job:
    """Lay out the job of a scenario, once in each process."""
    return plan_job(pickle.loads(zlib.decompress(scenario)), keep=keep)  # noqa: S301 (our own)
