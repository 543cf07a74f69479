"""Distributions that a number of the world may have, as inverses of their distribution functions.

Sampling by inversion keeps every draw tied to its own uniform number, which dependence between
numbers and comparisons between scenarios rest on.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Annotated, Final, Literal, Self

import numpy as np
from pydantic import Field, model_validator
from scipy import special, stats

from integrasim.documents.validation import invalid
from integrasim.scenario.entry import Entry
from integrasim.scenario.evidence import Table, tail_index_table

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "BaseDistribution",
    "Beta",
    "Distribution",
    "Gamma",
    "Lognormal",
    "Normal",
    "RatePosterior",
    "TailIndexPosterior",
    "Triangular",
    "Uniform",
]


_RESOLUTION: Final = 2.0**-53
# Beyond these sizes no number of a scenario has a meaning, and floating point fails.
_LARGEST: Final = 1e13
_SMALLEST: Final = 1e-9
# Standard deviations; a normal distribution that is cut further is as good as uniform.
_NARROWEST: Final = 5e-5
# Mean excess against the threshold, and its inverse, beyond which a tail is no Pareto tail.
_PROPORTION: Final = 50.0

Value = Annotated[float, Field(ge=-_LARGEST, le=_LARGEST)]
Size = Annotated[float, Field(ge=_SMALLEST, le=_LARGEST)]


class BaseDistribution(Entry, ABC):
    """
    A continuous distribution of a number.

    Examples
    --------
    >>> issubclass(Uniform, BaseDistribution)
    True
    """

    @property
    @abstractmethod
    def support(self) -> tuple[float, float]:
        """Lower and upper end of the possible values, infinite where there is none."""

    @property
    def attained(self) -> tuple[bool, bool]:
        """Whether the ends are possible values; an infinite end counts as one."""
        return True, True

    @property
    def reach(self) -> tuple[float, float]:
        """
        Lowest and highest value that is ever drawn, both finite.

        An infinite end of the support is cut at the probability 2⁻⁵³, the resolution of
        uniform numbers in floating point.
        """
        low, high = self.support
        ends = self._quantiles(np.array([_RESOLUTION, 1.0 - _RESOLUTION]))
        return (
            float(ends[0]) if math.isinf(low) else low,
            float(ends[1]) if math.isinf(high) else high,
        )

    @property
    @abstractmethod
    def expectation(self) -> float:
        """Expected value, truncation included."""

    def ppf(self, u: ArrayLike) -> NDArray[np.float64]:
        """
        Return the quantiles of the distribution (percent point function).

        Parameters
        ----------
        u
            Probabilities, any shape.

        Returns
        -------
        numpy.ndarray
            float64, the shape of `u`; within `reach`, and at an end that is not attained only
            as near as floating point allows.

        Raises
        ------
        ValueError
            If a probability lies outside 0 to 1.

        Examples
        --------
        >>> Uniform(dist="uniform", low=1, high=3).ppf([0.0, 0.25, 1.0])
        array([1. , 1.5, 3. ])
        """
        probabilities = np.asarray(u, dtype=np.float64)
        if not np.all((probabilities >= 0.0) & (probabilities <= 1.0)):
            raise ValueError("the probabilities must lie between 0 and 1")
        (low, high), (low_attained, high_attained) = self.reach, self.attained
        # Rounding must carry no value out of the support, nor onto an end it never attains.
        lowest = low if low_attained else np.nextafter(low, math.inf)
        highest = high if high_attained else np.nextafter(high, -math.inf)
        return np.clip(self._quantiles(probabilities), lowest, highest)

    @abstractmethod
    def _quantiles(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        """Quantiles but for rounding at the ends of the support."""


class Uniform(BaseDistribution):
    """
    Every value from `low` to `high` equally likely: F⁻¹(u) = low + u·(high - low).

    Examples
    --------
    >>> Uniform(dist="uniform", low=1, high=3).expectation
    2.0
    """

    dist: Literal["uniform"]
    low: Value
    """the smallest possible value"""
    high: Value
    """the largest possible value, above low"""

    @model_validator(mode="after")
    def _check(self) -> Self:
        _check_ends(self.low, self.high)
        return self

    @property
    def support(self) -> tuple[float, float]:
        """Lower and upper end of the possible values."""
        return self.low, self.high

    @property
    def expectation(self) -> float:
        """(low + high) / 2."""
        return self.low + (self.high - self.low) / 2.0

    def _quantiles(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        return self.low + (self.high - self.low) * u


class Triangular(BaseDistribution):
    """
    From `low` to `high`, most likely `mode`; the density rises and falls in straight lines.

    F⁻¹(u) = low + √(u·(high - low)·(mode - low)) up to the mode, and
    high - √((1 - u)·(high - low)·(high - mode)) above it.

    Examples
    --------
    >>> Triangular(dist="triangular", low=0, mode=1, high=2).ppf([0.125, 0.5, 0.875])
    array([0.5, 1. , 1.5])
    """

    dist: Literal["triangular"]
    low: Value
    """the smallest possible value"""
    mode: Value
    """the most likely value, from low to high"""
    high: Value
    """the largest possible value, above low"""

    @model_validator(mode="after")
    def _check(self) -> Self:
        _check_ends(self.low, self.high)
        _check_inside(self.mode, self.low, self.high, "mode")
        return self

    @property
    def support(self) -> tuple[float, float]:
        """Lower and upper end of the possible values."""
        return self.low, self.high

    @property
    def expectation(self) -> float:
        """(low + mode + high) / 3."""
        return (self.low + self.mode + self.high) / 3.0

    def _quantiles(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        width = self.high - self.low
        rising = self.low + np.sqrt(u * width * (self.mode - self.low))
        falling = self.high - np.sqrt((1.0 - u) * width * (self.high - self.mode))
        return np.where(u * width < self.mode - self.low, rising, falling)


class Normal(BaseDistribution):
    """
    Normal distribution, cut off below `low` and above `high` where these are given.

    With Φ the standard normal distribution function, a = Φ((low - mean) / sd) and
    b = Φ((high - mean) / sd): F⁻¹(u) = mean + sd·Φ⁻¹(a + u·(b - a)).

    Examples
    --------
    >>> Normal(dist="normal", mean=10, sd=2).ppf([0.5])
    array([10.])
    >>> Normal(dist="normal", mean=10, sd=2, low=10).support
    (10.0, inf)
    """

    dist: Literal["normal"]
    mean: Value
    """the mean before anything is cut off"""
    sd: Size
    """the standard deviation before anything is cut off, above 0"""
    low: Value | None = None
    """nothing below this is possible"""
    high: Value | None = None
    """nothing above this is possible"""

    @model_validator(mode="after")
    def _check(self) -> Self:
        _check_cut(self.low, self.high, self.mean, "mean")
        low, high = self._scores()
        if high - low < _NARROWEST:
            message = f"low and high are too near to each other for the sd {self.sd:g}"
            raise invalid(message, "Use a smaller sd, or a uniform distribution.")
        return self

    @property
    def support(self) -> tuple[float, float]:
        """Lower and upper end of the possible values."""
        return _cut_ends(self.low, self.high, -math.inf)

    @property
    def expectation(self) -> float:
        """Mean of what is left after cutting."""
        return float(stats.truncnorm.mean(*self._scores(), loc=self.mean, scale=self.sd))

    def _scores(self) -> tuple[float, float]:
        """Return the ends of the support in standard deviations from the mean."""
        low, high = self.support
        return (low - self.mean) / self.sd, (high - self.mean) / self.sd

    def _quantiles(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        return self.mean + self.sd * _truncated_scores(u, *self._scores())


class Lognormal(BaseDistribution):
    """
    Its logarithm is normal with mean ln(median) and standard deviation `sigma`, cut as stated.

    With Φ the standard normal distribution function, a = Φ(ln(low / median) / sigma) and
    b = Φ(ln(high / median) / sigma): F⁻¹(u) = median·exp(sigma·Φ⁻¹(a + u·(b - a))).

    Examples
    --------
    >>> Lognormal(dist="lognormal", median=100, sigma=0.5).ppf([0.5])
    array([100.])
    """

    dist: Literal["lognormal"]
    median: Size
    """the median before anything is cut off, above 0"""
    sigma: Annotated[float, Field(ge=0.01, le=5)]
    """the standard deviation of the logarithm before anything is cut off, 0.01 to 5"""
    low: Annotated[float, Field(ge=0, le=_LARGEST)] | None = None
    """nothing below this is possible; at least 0"""
    high: Value | None = None
    """nothing above this is possible"""

    @model_validator(mode="after")
    def _check(self) -> Self:
        _check_cut(self.low, self.high, self.median, "median")
        return self

    @property
    def support(self) -> tuple[float, float]:
        """Lower and upper end of the possible values."""
        return _cut_ends(self.low, self.high, 0.0)

    @property
    def attained(self) -> tuple[bool, bool]:
        """Zero is never attained, a cut above it is."""
        return self.support[0] > 0.0, True

    @property
    def expectation(self) -> float:
        """median·exp(σ²/2)·(Φ(β - σ) - Φ(α - σ)) / (Φ(β) - Φ(α)) with the cuts α and β in σ."""
        low, high = self._scores()
        kept = special.ndtr(high) - special.ndtr(low)
        moved = special.ndtr(high - self.sigma) - special.ndtr(low - self.sigma)
        return float(self.median * np.exp(0.5 * self.sigma**2) * moved / kept)

    def _scores(self) -> tuple[float, float]:
        """Return the ends of the support as the normal logarithm sees them."""
        low, high = (math.log(end) if end > 0.0 else -math.inf for end in self.support)
        middle = math.log(self.median)
        return (low - middle) / self.sigma, (high - middle) / self.sigma

    def _quantiles(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        scores = _truncated_scores(u, *self._scores())
        return np.asarray(self.median * np.exp(self.sigma * scores))


class Gamma(BaseDistribution):
    """
    Gamma distribution with shape k = (mean / sd)² and scale θ = sd² / mean.

    F⁻¹(u) = θ·P⁻¹(k, u) with P the regularised lower incomplete gamma function.

    Examples
    --------
    With mean equal to sd it is exponential, whose median is mean·ln 2:

    >>> Gamma(dist="gamma", mean=1, sd=1).ppf([0.5]).round(6)
    array([0.693147])
    """

    dist: Literal["gamma"]
    mean: Size
    """the mean, above 0"""
    sd: Size
    """the standard deviation, above 0"""

    @property
    def support(self) -> tuple[float, float]:
        """All positive numbers."""
        return 0.0, math.inf

    @property
    def attained(self) -> tuple[bool, bool]:
        """Zero is never attained."""
        return False, True

    @property
    def expectation(self) -> float:
        """The mean."""
        return self.mean

    def _quantiles(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        shape, scale = (self.mean / self.sd) ** 2, self.sd**2 / self.mean
        return np.asarray(scale * special.gammaincinv(shape, u))


class Beta(BaseDistribution):
    """
    Beta distribution between `low` and `high` with a given mean and standard deviation.

    With m = (mean - low) / (high - low), s = sd / (high - low) and n = m·(1 - m) / s² - 1, the
    parameters are α = m·n and β = (1 - m)·n, and F⁻¹(u) = low + (high - low)·I⁻¹(α, β, u) with I
    the regularised incomplete beta function.

    Examples
    --------
    >>> Beta(dist="beta", mean=0.5, sd=0.5 / 3**0.5).ppf([0.25]).round(6)  # uniform
    array([0.25])
    """

    dist: Literal["beta"]
    mean: Value
    """the mean, between low and high"""
    sd: Size
    """the standard deviation, above 0 and below √((mean - low)·(high - mean))"""
    low: Value = 0.0
    """the lower end of the possible values"""
    high: Value = 1.0
    """the upper end of the possible values, above low"""

    @model_validator(mode="after")
    def _check(self) -> Self:
        _check_ends(self.low, self.high)
        if not self.low < self.mean < self.high:
            remedy = f"Use a mean above {self.low:g} and below {self.high:g}."
            raise invalid(f"the mean {self.mean:g} is not possible", remedy, at=("mean",))
        largest = math.sqrt((self.mean - self.low) * (self.high - self.mean))
        if self.sd >= largest:
            message = f"no beta distribution with this mean has the sd {self.sd:g}"
            raise invalid(message, f"Use an sd below {largest:.6g}.", at=("sd",))
        return self

    @property
    def support(self) -> tuple[float, float]:
        """Lower and upper end of the possible values."""
        return self.low, self.high

    @property
    def attained(self) -> tuple[bool, bool]:
        """Neither end is attained."""
        return False, False

    @property
    def expectation(self) -> float:
        """The mean."""
        return self.mean

    def _quantiles(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        width = self.high - self.low
        middle, spread = (self.mean - self.low) / width, self.sd / width
        size = middle * (1.0 - middle) / spread**2 - 1.0
        # SciPy finds no quantile of probabilities so small that no uniform number has them.
        possible = np.where(u < _RESOLUTION**2, 0.0, u)
        inside = special.betaincinv(middle * size, (1.0 - middle) * size, possible)
        return np.asarray(self.low + width * inside)


class RatePosterior(BaseDistribution):
    """
    What a number of observed cases says about their rate per person-year.

    Cases are Poisson. With Jeffreys' prior, whose density is 1/√rate, the posterior is a gamma
    distribution: F⁻¹(u) = P⁻¹(cases + 1/2, u) / person_years with P the regularised lower
    incomplete gamma function (Jeffreys 1946, "An invariant form for the prior probability in
    estimation problems", Proceedings of the Royal Society A 186).

    Examples
    --------
    >>> observed = RatePosterior(dist="rate_posterior", cases=28, person_years=101740)
    >>> f"{observed.expectation:.4g}"
    '0.0002801'
    """

    dist: Literal["rate_posterior"]
    cases: Annotated[int, Field(ge=0, le=10_000_000)]
    """the number of cases observed, a whole number"""
    person_years: Size
    """the person-years in which they were observed, above 0"""

    @property
    def support(self) -> tuple[float, float]:
        """All positive numbers."""
        return 0.0, math.inf

    @property
    def attained(self) -> tuple[bool, bool]:
        """Zero is never attained."""
        return False, True

    @property
    def expectation(self) -> float:
        """(cases + 1/2) / person_years."""
        return (self.cases + 0.5) / self.person_years

    def _quantiles(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(special.gammaincinv(self.cases + 0.5, u) / self.person_years)


class TailIndexPosterior(BaseDistribution):
    """
    What a number of cases and the sum of their excesses say about a Pareto index.

    Nothing but the number of cases above `threshold` and the sum of what they cost above it need
    be known. The density of α is proportional to 1/α (Jeffreys' prior) times the density that
    the sum of so many Pareto excesses has at the observed sum; F⁻¹(u) is read from a table.

    Examples
    --------
    >>> observed = TailIndexPosterior(
    ...     dist="tail_index_posterior", cases=28, total_excess=2e6, threshold=70e3, low=1, high=4
    ... )
    >>> round(observed.expectation, 2), observed.ppf([0.05, 0.5, 0.95]).round(2)
    (1.87, array([1.3 , 1.83, 2.56]))
    """

    dist: Literal["tail_index_posterior"]
    cases: Annotated[int, Field(ge=1, le=200)]
    """the number of cases above the threshold, a whole number from 1 to 200"""
    total_excess: Size
    """the sum of what they cost above the threshold, above 0"""
    threshold: Size
    """the threshold, above 0"""
    excess_rounding: Annotated[float, Field(ge=0, le=_LARGEST)] = 0.0
    """what total_excess was rounded to, such as 100000, below twice total_excess; 0 if exact"""
    low: Annotated[float, Field(ge=0.1, le=100)]
    """the smallest possible index, at least 0.1"""
    high: Annotated[float, Field(ge=0.1, le=100)]
    """the largest possible index, above low and at most 100"""

    @model_validator(mode="after")
    def _check(self) -> Self:
        _check_ends(self.low, self.high)
        mean = self.total_excess / (self.cases * self.threshold)
        if not 1.0 / _PROPORTION <= mean <= _PROPORTION:
            message = f"the mean excess is {mean:.3g} times the threshold"
            remedy = f"Use {1.0 / _PROPORTION:g} to {_PROPORTION:g} thresholds per case."
            raise invalid(message, remedy, at=("total_excess",))
        if self.excess_rounding >= 2.0 * self.total_excess:
            message = "so coarse a rounding says nothing about the sum"
            remedy = f"Use less than {2.0 * self.total_excess:.6g}."
            raise invalid(message, remedy, at=("excess_rounding",))
        try:
            self._table  # noqa: B018 (whether there is one is the question)
        except ValueError as error:
            raise invalid(str(error), "Let low and high include the likely ones.") from None
        return self

    @property
    def support(self) -> tuple[float, float]:
        """Lower and upper end of the possible values."""
        return self.low, self.high

    @property
    def expectation(self) -> float:
        """Mean of the posterior."""
        return self._table.mean

    @property
    def _table(self) -> Table:
        return tail_index_table(
            cases=self.cases,
            total=self.total_excess / self.threshold,
            rounding=0.5 * self.excess_rounding / self.threshold,
            low=self.low,
            high=self.high,
        )

    def _quantiles(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.interp(u, self._table.cumulated, self._table.values)


Distribution = Annotated[
    Uniform | Triangular | Normal | Lognormal | Gamma | Beta | RatePosterior | TailIndexPosterior,
    Field(discriminator="dist"),
]
"""Any of the distributions; the key ``dist`` says which."""


def _truncated_scores(u: NDArray[np.float64], low: float, high: float) -> NDArray[np.float64]:
    """
    Quantiles of a standard normal variable cut to [low, high], where low ≤ 0 ≤ high.

    Each is computed from the nearer tail, so that none is lost to rounding.
    """
    below, above = special.ndtr(low), special.ndtr(-high)
    kept = special.ndtr(high) - below
    left, right = below + u * kept, above + (1.0 - u) * kept
    return np.where(left < right, special.ndtri(left), -special.ndtri(right))


def _cut_ends(low: float | None, high: float | None, lowest: float) -> tuple[float, float]:
    """Return the ends of the support where each may be cut."""
    return lowest if low is None else low, math.inf if high is None else high


def _check_ends(low: float, high: float) -> None:
    """Refuse an empty range."""
    if low >= high:
        message = f"low ({low:g}) is not below high ({high:g})"
        raise invalid(message, "Let low be below high; for a fixed value write it alone.")


def _check_inside(value: float, low: float, high: float, name: str) -> None:
    """Refuse a middle outside the range."""
    if value < low:
        raise invalid(f"the {name} {value:g} lies below low", f"Use at least {low:g}.", at=(name,))
    if value > high:
        raise invalid(f"the {name} {value:g} lies above high", f"Use at most {high:g}.", at=(name,))


def _check_cut(low: float | None, high: float | None, middle: float, name: str) -> None:
    """Refuse an empty range, and one that leaves out the middle: a misprint in all likelihood."""
    ends = _cut_ends(low, high, -math.inf)
    _check_ends(*ends)
    _check_inside(middle, *ends, name)
