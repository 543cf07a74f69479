"""Statistics of places, of amounts themselves and of paired differences.

Amounts are arrays (draw, year, column): columns are municipalities, Kreise or
instruments, and places are sums of columns. They are read as
:mod:`integrasim.analysis.samples` has it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from integrasim.analysis.samples import each_column, read_samples
from integrasim.analysis.statistics import (
    exceedance_probability,
    ordered_expected_shortfall,
    ordered_quantile_standard_error,
    ordered_quantiles,
    standard_error,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from integrasim.analysis.samples import Amounts, Members, Piece

__all__ = [
    "DIFFERENCE_STATISTICS",
    "QUANTILE_STATISTICS",
    "Settings",
    "mean_differences",
    "place_statistics",
    "sample_statistics",
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


def place_statistics(
    amounts: Callable[[int], Amounts],
    *,
    options: int,
    baseline: int | None,
    members: Members,
    settings: Settings,
) -> dict[str, NDArray[np.float64]]:
    """Statistics of each option's amounts, or of their differences from the baseline.

    The difference of draw d is amount(option, d) - amount(baseline, d): both are
    the same future, so an option that changes nothing differs by exactly 0.0, and
    so does the baseline from itself.

    Parameters
    ----------
    amounts
        Gives an option's amounts, in EUR.
    options
        Number of options.
    baseline
        Index of the baseline; None for the amounts themselves.
    members
        The columns that are added up to each place.
    settings
        Quantiles, level, and whether the years of a draw are averaged.

    Returns
    -------
    dict
        By statistic, an array (option, period, place), ``quantile`` with a last
        dimension more; a period is a year, or the only one: the horizon.

    Examples
    --------
    >>> import xarray as xr
    >>> from integrasim.analysis.samples import Amounts
    >>> paid = xr.Variable(("option", "draw", "year", "column"), [[[[1]], [[2]]], [[[4]], [[9]]]])
    >>> settings = Settings(np.array([0.5]), level=0.5, over_horizon=False)
    >>> found = place_statistics(
    ...     lambda option: Amounts(paid, option), options=2, baseline=0, members=each_column(1),
    ...     settings=settings)
    >>> found["mean"].ravel().tolist(), found["expected_shortfall"].ravel().tolist()
    ([0.0, 5.0], [0.0, 7.0])
    """
    shape = (_periods(amounts(0), settings=settings), len(members))
    tables = [
        _table(
            _samples(amounts, option, baseline=baseline, members=members, settings=settings),
            shape=shape,
            settings=settings,
        )
        for option in range(options)
    ]
    return {name: np.stack([table[name] for table in tables]) for name in DIFFERENCE_STATISTICS}


def _periods(amounts: Amounts, *, settings: Settings) -> int:
    """Return the number of periods: the years, or the horizon."""
    return 1 if settings.over_horizon else amounts.shape[1]


def _samples(
    amounts: Callable[[int], Amounts],
    option: int,
    *,
    baseline: int | None,
    members: Members,
    settings: Settings,
) -> Iterable[Piece]:
    """Read an option's samples; the baseline has none, as it differs from itself by 0."""
    if option == baseline:
        return ()
    return read_samples(
        amounts(option),
        members=members,
        less=None if baseline is None else amounts(baseline),
        over_horizon=settings.over_horizon,
    )


def _table(
    samples: Iterable[Piece], *, shape: tuple[int, int], settings: Settings
) -> dict[str, NDArray[np.float64]]:
    """Take the statistics (period, place) of samples, which are 0 where there are none."""
    table = {
        name: np.zeros(
            (*shape, len(settings.probabilities)) if name in QUANTILE_STATISTICS else shape
        )
        for name in DIFFERENCE_STATISTICS
    }
    for places, sample in samples:
        if sample.shape[-1] > 1 and not sample.any():
            continue  # nothing in any draw: the table's zeros hold
        for name, found in sample_statistics(sample, settings=settings).items():
            table[name][:, places] = found
    return table


def mean_differences(
    amounts: Callable[[int], Amounts], *, options: int, baseline: int, settings: Settings
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and standard error of each option's difference from the baseline, draw by draw.

    What :func:`place_statistics` gives of single columns, without the statistics
    for which draws have to be sorted.

    Parameters
    ----------
    amounts, options, baseline, settings
        As for :func:`place_statistics`.

    Returns
    -------
    mean, standard_error : numpy.ndarray
        Shape (option, period, column).

    Examples
    --------
    >>> import xarray as xr
    >>> from integrasim.analysis.samples import Amounts
    >>> paid = xr.Variable(("option", "draw", "year", "column"), [[[[1]], [[2]]], [[[4]], [[9]]]])
    >>> settings = Settings(np.array([0.5]), level=0.5, over_horizon=False)
    >>> mean, error = mean_differences(
    ...     lambda option: Amounts(paid, option), options=2, baseline=0, settings=settings)
    >>> mean.ravel().tolist(), error.ravel().tolist()
    ([0.0, 5.0], [0.0, 2.0])
    """
    columns = each_column(amounts(0).shape[-1])
    shape = (_periods(amounts(0), settings=settings), len(columns))
    found = [
        _means(
            _samples(amounts, option, baseline=baseline, members=columns, settings=settings),
            shape=shape,
        )
        for option in range(options)
    ]
    mean, error = (np.stack(values) for values in zip(*found, strict=True))
    return mean, error


def _means(
    samples: Iterable[Piece], *, shape: tuple[int, int]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Take the mean and its standard error (period, place), which are 0 without samples."""
    mean, error = np.zeros(shape), np.zeros(shape)
    for places, sample in samples:
        mean[:, places] = sample.mean(axis=-1)
        error[:, places] = standard_error(sample, axis=-1)
    return mean, error
