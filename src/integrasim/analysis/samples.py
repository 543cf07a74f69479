"""Samples of places, read from a result in bounded memory.

A sample is what a place has in every draw of a period. The numbers of a result lie draw by
draw, in memory or in a store that is read chunk by chunk; a statistic over draws needs them
place by place. So a slice of draws at a time is read into a buffer for as many places as memory
is meant to hold, with the draws last and contiguous: sorting along another axis is slow. A result
in memory is read in the same way, and so is never copied whole.

Sums over columns and years are taken within the draw, always in the same order, so that neither
buffers nor slices change a bit of what comes out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import xarray as xr

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    Members = Sequence[NDArray[np.intp]]
    """The columns that are added up to each place."""
    Piece = tuple[slice, NDArray[np.float64]]
    """Some places, and their samples (period, place, draw)."""

__all__ = [
    "Amounts",
    "each_column",
    "read_place",
    "read_samples",
    "read_totals",
    "reduce_by_draw",
]


class _Limits(NamedTuple):
    """Most numbers of a buffer and of a slice of draws, which hold a place and a draw at least."""

    buffer: int
    part: int


_IN_MEMORY = _Limits(buffer=4_000_000, part=250_000)
"""32 MB, and what the cache holds."""
_IN_STORE = _Limits(buffer=60_000_000, part=4_000_000)
"""480 MB, as a chunk is read again for every buffer that has a part of it; 32 MB."""
_LOADED_NUMBERS = 16_000_000
"""Most numbers that are loaded to be reduced draw by draw."""
_PIECE_NUMBERS = 250_000
"""Most numbers of which statistics are taken at once, so that they stay in the cache."""


@dataclass(frozen=True)
class Amounts:
    """
    Numbers of an option by draw, year and column, of which parts are read when they are needed.

    Parameters
    ----------
    values
        Over ``draw`` and ``year``, and at most ``option`` and one dimension more, the columns; in
        memory or in a store. Without columns there is a single one.
    option
        Position of the option; it is ignored by values that all options share.
    years
        Positions of the years, shape (year,); all if None.

    Examples
    --------
    >>> stored = xr.Variable(("option", "draw", "year"), [[[1.0, 2.0], [3.0, 4.0]]])
    >>> Amounts(stored, option=0).read(slice(1, 2), slice(0, 1)).tolist()
    [[[3.0], [4.0]]]
    """

    values: xr.Variable
    option: int
    years: NDArray[np.intp] | None = None

    @property
    def shape(self) -> tuple[int, int, int]:
        """Numbers of draws, years and columns."""
        sizes = self.values.sizes
        years = sizes["year"] if self.years is None else len(self.years)
        return sizes["draw"], years, sizes.get(self._column, 1)

    @property
    def _column(self) -> str:
        """Dimension of the columns."""
        others = [str(dim) for dim in self.values.dims if dim not in {"option", "draw", "year"}]
        return others[0] if others else ""

    @property
    def limits(self) -> _Limits:
        """How much is read at once: less of what is in memory already than of a store."""
        return _IN_STORE if self.values.chunks else _IN_MEMORY

    @property
    def columns_together(self) -> int:
        """Number of columns that a store keeps together."""
        together = dict(self.values.chunksizes)
        stored = self.values.encoding.get("chunks")
        sizes = together.get(self._column, (1,)) if stored is None else stored[-1:]
        return int(max(sizes))

    def read(self, draws: slice, columns: slice) -> NDArray[np.float64]:
        """Read some columns of some draws.

        Parameters
        ----------
        draws, columns
            Which ones.

        Returns
        -------
        numpy.ndarray
            Shape (draw, year, column). Not to be changed: it may be the result's own.
        """
        chosen = {"option": self.option, "draw": draws, self._column: columns}
        # In one step: of several, dask hands on the first alone, and more is read than is needed.
        part = self.values.isel(chosen, missing_dims="ignore").transpose("draw", "year", ...)
        numbers = np.asarray(part, dtype=np.float64)
        if not self._column:
            numbers = numbers[..., np.newaxis]
        return numbers if self.years is None else numbers[:, self.years]


def each_column(columns: int) -> Members:
    """Make each column a place of its own.

    Parameters
    ----------
    columns
        Their number.

    Returns
    -------
    sequence of numpy.ndarray
        The members of each place.

    Examples
    --------
    >>> [place.tolist() for place in each_column(2)]
    [[0], [1]]
    """
    return list(np.arange(columns)[:, np.newaxis])


def read_samples(
    amounts: Amounts,
    *,
    members: Members,
    less: Amounts | None = None,
    over_horizon: bool = False,
) -> Iterator[Piece]:
    """Read the samples of places, a few places at a time.

    Parameters
    ----------
    amounts
        What is read.
    members
        The columns that are added up to each place.
    less
        What is subtracted from it, draw by draw.
    over_horizon
        Whether the years of a draw are averaged.

    Yields
    ------
    places : slice
        Which places; all of them in the end, in order.
    sample : numpy.ndarray
        Shape (period, place, draw), where a period is a year, or the only one: the horizon. It
        may be changed, and is overwritten when others are read.

    Examples
    --------
    >>> paid = xr.Variable(("draw", "year", "column"), [[[1.0, 20.0]], [[3.0, 40.0]]])
    >>> of_both = read_samples(Amounts(paid, option=0), members=[np.array([0, 1])])
    >>> [sample.tolist() for _, sample in of_both]
    [[[[21.0, 43.0]]]]
    """
    draws, years, _ = amounts.shape
    periods = 1 if over_horizon else years
    width = _places_at_once(amounts, members=members, rows=periods * draws)
    step = max(1, _PIECE_NUMBERS // max(1, periods * draws))
    buffer = np.empty((periods, min(width, len(members)), draws))
    for low in range(0, len(members), width):
        own = members[low : low + width]
        samples = buffer[:, : len(own)]
        _read_into(samples, amounts, less, members=own, over_horizon=over_horizon)
        for first in range(0, len(own), step):
            sample = samples[:, first : first + step]
            yield slice(low + first, low + first + sample.shape[1]), sample


def read_place(
    amounts: Amounts, *, columns: NDArray[np.intp], over_horizon: bool = False
) -> NDArray[np.float64]:
    """Read the samples of a single place.

    Parameters
    ----------
    amounts, over_horizon
        As for :func:`read_samples`.
    columns
        The columns that are added up.

    Returns
    -------
    numpy.ndarray
        Shape (period, draw).

    Examples
    --------
    >>> paid = xr.Variable(("draw", "year", "column"), [[[1.0], [20.0]], [[3.0], [40.0]]])
    >>> read_place(Amounts(paid, option=0), columns=np.array([0])).tolist()
    [[1.0, 3.0], [20.0, 40.0]]
    """
    ((_, sample),) = read_samples(amounts, members=[columns], over_horizon=over_horizon)
    return sample[:, 0]


def read_totals(counts: Amounts) -> NDArray[np.float64]:
    """Add whole numbers up over draws, which is exact in any order.

    Parameters
    ----------
    counts
        What is read.

    Returns
    -------
    numpy.ndarray
        Shape (year, column).

    Examples
    --------
    >>> persons = xr.Variable(("draw", "year", "column"), [[[1, 2]], [[3, 4]]])
    >>> read_totals(Amounts(persons, option=0)).tolist()
    [[4.0, 6.0]]
    """
    _, years, columns = counts.shape
    totals = np.zeros((years, columns))
    for draws in _parts(counts, columns=columns):
        totals += counts.read(draws, slice(0, columns)).sum(axis=0)
    return totals


def reduce_by_draw(result: xr.Dataset, reduction: Callable[[xr.Dataset], xr.Dataset]) -> xr.Dataset:
    """Reduce the numbers of each draw, a slice of draws at a time.

    Parameters
    ----------
    result
        Variables over draws, in memory or in a store.
    reduction
        Gives what is wanted of a slice of draws that is in memory.

    Returns
    -------
    xarray.Dataset
        What the reduction gives of all draws, in memory.

    Examples
    --------
    >>> result = xr.Dataset({"arrivals": (("draw", "month"), [[7, 9], [1, 2]])})
    >>> reduce_by_draw(result, lambda part: part.sum("month"))["arrivals"].values.tolist()
    [16, 3]
    """
    draws = result.sizes["draw"]
    numbers = sum(values.size for values in result.data_vars.values()) // max(1, draws)
    together = max(_draws_together(values.variable) for values in result.data_vars.values())
    parts = [
        reduction(result.isel(draw=part).load())
        for part in _slices(draws, most=_LOADED_NUMBERS // max(1, numbers), together=together)
    ]
    return xr.concat(
        parts, "draw", data_vars="minimal", coords="minimal", compat="override", join="exact"
    )


def _places_at_once(amounts: Amounts, *, members: Members, rows: int) -> int:
    """Return how many places a buffer holds: all columns of some chunks where it can."""
    width = max(1, amounts.limits.buffer // max(1, rows))
    together = amounts.columns_together
    are_columns = all(len(columns) == 1 for columns in members)
    return width - width % together if are_columns and width > together else width


def _read_into(
    samples: NDArray[np.float64],
    amounts: Amounts,
    less: Amounts | None,
    *,
    members: Members,
    over_horizon: bool,
) -> None:
    """Read the samples (period, place, draw) of some places."""
    columns = np.concatenate(members)
    span = slice(int(columns.min()), int(columns.max()) + 1)
    chosen = columns - span.start
    is_span = np.array_equal(chosen, np.arange(span.stop - span.start))
    firsts = np.cumsum([0, *(len(each) for each in members[:-1])])
    for draws in _parts(amounts, columns=span.stop - span.start):
        part = amounts.read(draws, span)
        if less is not None:
            part = part - less.read(draws, span)
        if not is_span:
            part = part[:, :, chosen]
        if len(columns) > len(members):  # np.sum would add up in an order that depends on the shape
            part = np.add.reduceat(part, firsts, axis=2)
        if over_horizon:
            part = np.add.reduceat(part, [0], axis=1) / part.shape[1]
        samples[:, :, draws] = part.transpose(1, 2, 0)


def _parts(amounts: Amounts, *, columns: int) -> Iterator[slice]:
    """Cut the draws into parts of which so many columns are read at once."""
    draws, years, _ = amounts.shape
    return _slices(
        draws,
        most=amounts.limits.part // max(1, years * columns),
        together=_draws_together(amounts.values),
    )


def _draws_together(values: xr.Variable) -> int:
    """Return the number of draws that a store keeps together."""
    return int(max(values.chunksizes.get("draw", (1,))))


def _slices(draws: int, *, most: int, together: int) -> Iterator[slice]:
    """Cut the draws into slices of a number of them at most, but of one chunk at least."""
    step = max(1, most // together) * together
    return (slice(low, min(low + step, draws)) for low in range(0, draws, step))
