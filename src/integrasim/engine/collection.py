"""Results of blocks put together, in whatever order the blocks end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from integrasim.engine.job import Arrays, BlockResult, Job
    from integrasim.engine.reduction import Moments

__all__ = ["Collection", "RunningMoments"]


class Collection:
    """Arrays over consecutive draws, filled block by block.

    Parameters
    ----------
    job
        The simulation.
    draws
        The draws that are collected.

    Attributes
    ----------
    draws : range
        The same.
    kept : dict
        Name → array over these draws, at the level kept.
    """

    def __init__(self, job: Job, draws: range) -> None:
        self.draws = draws
        self.kept: Arrays = {}
        self._job = job
        self._missing = len(draws)

    @property
    def complete(self) -> bool:
        """Whether every draw is there."""
        return self._missing == 0

    def add(self, result: BlockResult) -> None:
        """Put a block's draws in their place."""
        start, stop = (end - self.draws.start for end in (result.draws.start, result.draws.stop))
        for name, values in result.kept.items():
            axis = self._job.dims(name).index("draw")
            if name not in self.kept:
                shape = (*values.shape[:axis], len(self.draws), *values.shape[axis + 1 :])
                self.kept[name] = np.empty(shape, dtype=values.dtype)
            self.kept[name][(slice(None),) * axis + (slice(start, stop),)] = values
        self._missing -= len(result.draws)


class RunningMoments:
    """Moments over draws, merged in the order of the draws.

    What comes before its turn waits.

    Parameters
    ----------
    done
        Number of draws that are merged already.
    merged
        Name → moments over them.
    """

    def __init__(self, *, done: int = 0, merged: Mapping[str, Moments] | None = None) -> None:
        self._done = done
        self._merged = dict(merged or {})
        self._waiting: dict[int, tuple[int, dict[str, Moments]]] = {}

    def add(self, draws: range, statistics: dict[str, Moments]) -> None:
        """Take the moments of a block."""
        self._waiting[draws.start] = (draws.stop, statistics)

    def merged(self, *, until: int) -> dict[str, Moments]:
        """Merge what is next, and return the moments over all draws before a draw."""
        while self._done < until and self._done in self._waiting:
            self._done, block = self._waiting.pop(self._done)
            self._merged = {
                name: self._merged[name].merge(moments) if name in self._merged else moments
                for name, moments in block.items()
            }
        return self._merged
