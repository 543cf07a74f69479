"""What no implementation can do without: random numbers to draw, bytes to write."""

from __future__ import annotations

import time
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING

import numba
import numpy as np
import xarray as xr

from integrasim.profiling import draw_pcg64
from integrasim.world.streams import Stream, four_uniforms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

__all__ = ["best_seconds", "draw_pcg64", "draw_philox", "write_bytes"]


@numba.njit(nogil=True)
def _sum_philox(key_0: np.uint64, key_1: np.uint64, draws: int, cells: int) -> float:
    total = 0.0
    for draw in range(draws):
        for cell in range(cells):
            for number in four_uniforms(key_0, key_1, cell, draw, 1):
                total += number
            for number in four_uniforms(key_0, key_1, cell, draw, 2):
                total += number
    return total


def draw_philox(draws: int, cells: int) -> None:
    """Draw the numbers of the residence kernel: two addresses of four for each cell."""
    _sum_philox(*Stream(1, "floor").key, draws, cells)


def write_bytes(like: object) -> None:
    """Write as many bytes as the arrays of a result have, into new memory."""
    for array in _arrays(like):
        np.empty_like(array).fill(1)


def best_seconds(action: Callable[[], object], *, rounds: int = 5) -> float:
    """Time an action after a first go; the best of some rounds, which load disturbs least."""
    action()
    return min(_seconds(action) for _ in range(rounds))


def _seconds(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def _arrays(result: object) -> Iterator[NDArray[np.generic]]:
    """All arrays in a result, however it nests them."""
    if isinstance(result, np.ndarray):
        yield result
    elif isinstance(result, xr.Dataset):
        yield from (variable.to_numpy() for variable in result.data_vars.values())
    elif isinstance(result, dict):
        for value in result.values():
            yield from _arrays(value)
    elif isinstance(result, tuple | list):
        for value in result:
            yield from _arrays(value)
    elif is_dataclass(result):
        for field in fields(result):
            yield from _arrays(getattr(result, field.name))
