"""Elapsed and processor time of an action."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class Seconds(NamedTuple):
    """Time that an action takes, the best of some rounds by either clock."""

    elapsed: float
    processor: float

    def __mul__(self, factor: object) -> Seconds:
        assert isinstance(factor, (int, float))
        return Seconds(self.elapsed * factor, self.processor * factor)


def best_seconds(action: Callable[[], object], *, rounds: int) -> Seconds:
    """Time an action; load of others disturbs the best round least."""
    times = [_seconds(action) for _ in range(rounds)]
    return Seconds(min(each.elapsed for each in times), min(each.processor for each in times))


def _seconds(action: Callable[[], object]) -> Seconds:
    elapsed, processor = time.perf_counter(), time.process_time()
    action()
    return Seconds(time.perf_counter() - elapsed, time.process_time() - processor)
