"""Statistics of paired differences, block by block so that memory stays small.

Amounts are arrays (draw, year, column): columns are municipalities, Kreise or
instruments. A block turns some columns into places: each column into one, or
all of them into their total. Only one block of draws is copied at a time, with
the draws last and contiguous, because sorting along another axis is slow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from integrasim.analysis.statistics import (
    exceedance_probability,
    ordered_expected_shortfall,
    ordered_quantile_standard_error,
    ordered_quantiles,
    standard_error,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

__all__ = [
    "DIFFERENCE_STATISTICS",
    "QUANTILE_STATISTICS",
    "Block",
    "Settings",
    "column_blocks",
    "difference_statistics",
    "mean_differences",
    "sample_statistics",
    "total_block",
]

DIFFERENCE_STATISTICS = (
    "mean",
    "median",
    "quantile",
    "quantile_standard_error",
    "expected_shortfall",
    "standard_error",
    "probability_positive",
)
"""The statistics of :func:`sample_statistics`, in the order in which they are reported."""

QUANTILE_STATISTICS = ("quantile", "quantile_standard_error")
"""Those of them that have one value per quantile."""

_BLOCK_NUMBERS = 4_000_000
"""Most numbers of a block: 32 MB, and about three such arrays live at a time."""


@dataclass(frozen=True)
class Settings:
    """
    What is asked of every sample.

    Parameters
    ----------
    probabilities
        Of the quantiles, shape (quantile,).
    level
        Of the expected shortfall.
    over_horizon
        Whether the years of a draw are averaged first.

    Examples
    --------
    >>> Settings(np.array([0.05, 0.95]), level=0.95, over_horizon=False).level
    0.95
    """

    probabilities: NDArray[np.float64]
    level: float
    over_horizon: bool


@dataclass(frozen=True)
class Block:
    """
    Columns of the amounts, and the places that they become.

    Parameters
    ----------
    columns
        Which columns are read.
    places
        Where their statistics go.
    total
        Whether the columns are added up to a single place.

    Examples
    --------
    >>> Block(slice(0, 4), slice(0, 1), total=True).total
    True
    """

    columns: slice | NDArray[np.intp]
    places: slice
    total: bool


def column_blocks(columns: int, *, rows: int) -> list[Block]:
    """Cut columns into blocks of bounded size, each column a place of its own.

    Parameters
    ----------
    columns
        Number of columns.
    rows
        Numbers in a column: draws times years.

    Returns
    -------
    list of Block
        In order; their columns together are all columns.

    Examples
    --------
    >>> [block.places for block in column_blocks(5, rows=2_000_000)]
    [slice(0, 2, None), slice(2, 4, None), slice(4, 5, None)]
    """
    width = max(1, _BLOCK_NUMBERS // max(1, rows))
    ranges = [slice(low, min(low + width, columns)) for low in range(0, columns, width)]
    return [Block(part, part, total=False) for part in ranges]


def total_block(columns: NDArray[np.intp], *, place: int) -> Block:
    """Add columns up to one place.

    Parameters
    ----------
    columns
        Indices of the columns, shape (member,).
    place
        Index of the place that they become.

    Returns
    -------
    Block
        The block of that place.

    Examples
    --------
    >>> total_block(np.array([0, 2]), place=1).places
    slice(1, 2, None)
    """
    return Block(columns, slice(place, place + 1), total=True)


def sample_statistics(
    sample: NDArray[np.float64], *, settings: Settings
) -> dict[str, NDArray[np.float64]]:
    """Every statistic of a sample, by name.

    Parameters
    ----------
    sample
        Shape (..., draw). It is sorted in place, which saves a copy of the block.
    settings
        Which quantiles, and the level of the expected shortfall.

    Returns
    -------
    dict
        One array (...) per name of :data:`DIFFERENCE_STATISTICS`; ``quantile`` and its
        standard error are (..., quantile).

    Examples
    --------
    >>> settings = Settings(np.array([0.0, 1.0]), level=0.5, over_horizon=False)
    >>> found = sample_statistics(np.array([3.0, -1.0, 1.0, 5.0]), settings=settings)
    >>> {name: found[name].tolist() for name in ("mean", "quantile", "probability_positive")}
    {'mean': 2.0, 'quantile': [-1.0, 5.0], 'probability_positive': 0.75}
    """
    mean = sample.mean(axis=-1)
    error = standard_error(sample, axis=-1)
    sample.sort(axis=-1)
    if sample.shape[-1] > 1:  # what is the same in every draw has no error, not even of rounding
        error = np.where(sample[..., 0] == sample[..., -1], 0.0, error)
    return {
        "mean": np.asarray(mean),
        "median": ordered_quantiles(sample, probabilities=0.5)[..., 0],
        "quantile": ordered_quantiles(sample, probabilities=settings.probabilities),
        "quantile_standard_error": ordered_quantile_standard_error(
            sample, probabilities=settings.probabilities
        ),
        "expected_shortfall": ordered_expected_shortfall(sample, level=settings.level),
        "standard_error": error,
        "probability_positive": exceedance_probability(sample, axis=-1),
    }


def difference_statistics(
    amounts: Callable[[int], NDArray[np.float64]],
    *,
    options: int,
    baseline: int,
    blocks: Sequence[Block],
    settings: Settings,
) -> dict[str, NDArray[np.float64]]:
    """Statistics of each option's difference from the baseline, draw by draw.

    The difference of draw d is amount(option, d) - amount(baseline, d): both are
    the same future, so an option that changes nothing differs by exactly 0.0, and
    so does the baseline from itself.

    Parameters
    ----------
    amounts
        Gives an option's amounts, shape (draw, year, column), in EUR.
    options
        Number of options.
    baseline
        Index of the baseline.
    blocks
        Which columns become which places; together they cover every place once.
    settings
        Quantiles, level, and whether the years of a draw are averaged.

    Returns
    -------
    dict
        By statistic, an array (option, period, place), ``quantile`` with a last
        dimension more; a period is a year, or the only one: the horizon.

    Examples
    --------
    >>> paid = np.array([[[[1.0]], [[2.0]]], [[[4.0]], [[9.0]]]])   # option, draw, year, column
    >>> settings = Settings(np.array([0.5]), level=0.5, over_horizon=False)
    >>> found = difference_statistics(
    ...     lambda option: paid[option], options=2, baseline=0,
    ...     blocks=column_blocks(1, rows=2), settings=settings)
    >>> found["mean"].ravel().tolist(), found["expected_shortfall"].ravel().tolist()
    ([0.0, 5.0], [0.0, 7.0])
    """
    reference = amounts(baseline)
    periods = 1 if settings.over_horizon else reference.shape[1]
    shape = (options, periods, max(block.places.stop for block in blocks))
    table = {
        name: np.zeros(
            (*shape, len(settings.probabilities)) if name in QUANTILE_STATISTICS else shape
        )
        for name in DIFFERENCE_STATISTICS
    }
    for option in range(options):
        if option == baseline:
            continue
        own = amounts(option)
        for block in blocks:
            sample = _differences(own, reference, block=block, settings=settings)
            if sample.shape[-1] > 1 and not sample.any():
                continue  # no difference: the table's zeros hold
            for name, found in sample_statistics(sample, settings=settings).items():
                table[name][option, :, block.places] = found
    return table


def mean_differences(
    amounts: Callable[[int], NDArray[Any]], *, options: int, baseline: int, over_horizon: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and standard error of each option's difference from the baseline, draw by draw.

    What :func:`difference_statistics` gives of single columns, without the statistics
    for which draws have to be sorted.

    Parameters
    ----------
    amounts, options, baseline
        As for :func:`difference_statistics`.
    over_horizon
        Whether the years of a draw are averaged.

    Returns
    -------
    mean, standard_error : numpy.ndarray
        Shape (option, period, column).

    Examples
    --------
    >>> persons = np.array([[[[1]], [[2]]], [[[4]], [[9]]]])   # option, draw, year, column
    >>> mean, error = mean_differences(
    ...     lambda option: persons[option], options=2, baseline=0, over_horizon=False)
    >>> mean.ravel().tolist(), error.ravel().tolist()
    ([0.0, 5.0], [0.0, 2.0])
    """
    settings = Settings(np.empty(0), level=0.0, over_horizon=over_horizon)
    reference = amounts(baseline)
    draws, years, columns = reference.shape
    shape = (options, 1 if over_horizon else years, columns)
    mean, error = np.zeros(shape), np.zeros(shape)
    for option in range(options):
        if option == baseline:
            continue
        own = amounts(option)
        for block in column_blocks(columns, rows=draws * years):
            sample = _differences(own, reference, block=block, settings=settings)
            mean[option, :, block.places] = sample.mean(axis=-1)
            error[option, :, block.places] = standard_error(sample, axis=-1)
    return mean, error


def _differences(
    own: NDArray[Any], reference: NDArray[Any], *, block: Block, settings: Settings
) -> NDArray[np.float64]:
    """Return the paired differences of a block: period, place, draw, contiguous."""
    difference = own[:, :, block.columns] - reference[:, :, block.columns]
    if block.total:
        difference = difference.sum(axis=2, keepdims=True)
    if settings.over_horizon:
        difference = difference.mean(axis=1, keepdims=True)
    return np.ascontiguousarray(difference.transpose(1, 2, 0))
