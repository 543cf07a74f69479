"""Estimated numbers, with what is known of their error."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import numpy as np

from integrasim.scenario.distributions import Beta, Lognormal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from integrasim.analysis.fitting.months import ObservedMonths
    from integrasim.scenario.quantities import Number

__all__ = [
    "Estimate",
    "Fitted",
    "Sample",
    "Scale",
    "delta_method",
    "rounded",
    "standard_errors",
]

Scale = Literal["positive", "share"]
"""What values a number can have: above 0, or from 0 to 1."""

_LEAST_SIGMA: Final = 0.01
_MOST_SIGMA: Final = 1.0
"""Relative error beyond which an estimate says nothing, so that a distribution stays this wide."""
_DIGITS: Final = 4
_LEAST_SD: Final = 1e-9
_CUT: Final = 4.0
"""Standard errors at which a distribution is cut: beyond lies no evidence, but misprints' size."""


@dataclass(frozen=True)
class Estimate:
    """A number estimated from a series.

    Attributes
    ----------
    value
        The estimate.
    standard_error
        Its standard error, in the same unit; NaN where there is none.
    scale
        ``"positive"`` or ``"share"``.
    least, most
        The ends of what a positive number may be.

    Examples
    --------
    >>> Estimate(0.9, 0.05, "share").number(uncertain=True)
    Beta(dist='beta', mean=0.9, sd=0.05, low=0.0, high=1.0)
    """

    value: float
    standard_error: float = math.nan
    scale: Scale = "positive"
    least: float = 0.0
    most: float = math.inf

    def number(self, *, uncertain: bool) -> Number:
        """Return the estimate as a number of a scenario.

        Parameters
        ----------
        uncertain
            Whether to give it the distribution that its standard error implies: normal in
            logarithms for a positive number (sd = standard error / estimate, cut at 4 sd), and a
            beta distribution with the same mean and standard deviation for a share. Both are
            normal where the error is small, and neither leaves the possible values.

        Returns
        -------
        float or Distribution
            A fixed number where it is not wanted or the standard error is unknown or negligible.
            All are rounded to four digits, far below any standard error.
        """
        value = rounded(self.value)
        if not uncertain or not self.standard_error > _LEAST_SD:
            return value
        if self.scale == "share":
            return _share(value, rounded(self.standard_error))
        sigma = rounded(self.standard_error / self.value)
        if sigma < _LEAST_SIGMA:
            return value
        sigma = min(sigma, _MOST_SIGMA)
        low, high = (rounded(value * math.exp(side * _CUT * sigma)) for side in (-1.0, 1.0))
        return Lognormal(
            dist="lognormal",
            median=value,
            sigma=sigma,
            low=max(low, self.least),
            high=min(high, self.most),
        )


def rounded(value: float) -> float:
    """Round to the digits that an entry for a scenario gets.

    Examples
    --------
    >>> rounded(14849.2528), rounded(0.0123456)
    (14850.0, 0.01235)
    """
    return float(f"{value:.{_DIGITS}g}")


def _share(value: float, error: float) -> Number:
    """Return a beta distribution, unless the estimate lies at an end of its range."""
    if value * (1.0 - value) <= error**2:
        return value
    return Beta(dist="beta", mean=value, sd=error)


class Sample(NamedTuple):
    """What processes are fitted to.

    Parameters
    ----------
    observed
        The series.
    logs
        (month,) its logarithm without the season.
    source
        Where a scenario finds the series; None if that is not known.
    """

    observed: ObservedMonths
    logs: NDArray[np.float64]
    source: str | None


class Fitted(NamedTuple):
    """What a sample says of a process.

    Parameters
    ----------
    estimates
        Key of the process → estimate.
    entry
        Key of the process → anything else that belongs into its entry.
    further
        Name → estimate that is no key of the process by itself.
    """

    estimates: Mapping[str, Estimate]
    entry: Mapping[str, object] = {}
    further: Mapping[str, Estimate] = {}


def delta_method(
    function: Callable[[NDArray[np.float64]], float],
    parameters: NDArray[np.float64],
    covariance: NDArray[np.float64],
) -> tuple[float, float]:
    """Return a function of estimates and its standard error √(gᵀ·V·g).

    Parameters
    ----------
    function
        Of the parameters, smooth.
    parameters
        (parameter,) estimates.
    covariance
        (parameter, parameter) V of their errors.

    Returns
    -------
    tuple of float
        Value and standard error; the gradient g is taken by central differences.

    Examples
    --------
    >>> value, error = delta_method(
    ...     lambda x: x[0] * x[1], np.array([2.0, 3.0]), np.diag([0.01, 0.04]))
    >>> value, round(error, 6)  # √(3²·0.01 + 2²·0.04)
    (6.0, 0.5)
    """
    steps = 1e-6 * np.maximum(np.abs(parameters), 1e-3)
    gradient = np.array(
        [
            (function(parameters + step) - function(parameters - step)) / (2.0 * step.max())
            for step in np.diag(steps)
        ]
    )
    return float(function(parameters)), float(np.sqrt(gradient @ covariance @ gradient))


def standard_errors(
    log_likelihood: Callable[[NDArray[np.float64]], float],
    parameters: NDArray[np.float64],
    free: NDArray[np.bool_],
) -> list[float]:
    """Return standard errors from the curvature of a log likelihood at its maximum.

    Parameters
    ----------
    log_likelihood
        Of the parameters, smooth.
    parameters
        (parameter,) where it is highest.
    free
        (parameter,) whether a parameter lies inside its bounds.

    Returns
    -------
    list of float
        Square roots of the diagonal of the inverse of minus the Hessian over the free parameters
        (second central differences); NaN for the others, and for all if it is not positive
        definite.

    Examples
    --------
    >>> standard_errors(lambda x: -0.5 * (x[0] / 0.5) ** 2, np.zeros(2), np.array([True, False]))
    [0.5, nan]
    """
    places = np.flatnonzero(free)
    steps = np.diag(1e-3 * np.maximum(np.abs(parameters), 0.01))[places]
    errors = np.full(parameters.size, np.nan)
    information = -np.array(
        [
            [
                (
                    log_likelihood(parameters + one + other)
                    - log_likelihood(parameters + one - other)
                    - log_likelihood(parameters - one + other)
                    + log_likelihood(parameters - one - other)
                )
                / (4.0 * one.max() * other.max())
                for other in steps
            ]
            for one in steps
        ]
    )
    if places.size and np.all(np.linalg.eigvalsh(information) > 0.0):
        errors[places] = np.sqrt(np.diag(np.linalg.inv(information)))
    return [round(float(error), 12) for error in errors]
