"""Statistics over draws on plain arrays, each with the formula it uses.

Draws x₁ … xₙ are equally likely futures. Written in ascending order they are
x₍₁₎ ≤ … ≤ x₍ₙ₎. Standard errors are those of independent draws.

Quantiles and expected shortfall need the draws in order. The functions whose
names start with ``ordered_`` take draws that are in ascending order along the
last axis, so that a caller who needs several statistics sorts once.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "exceedance_probability",
    "expected_shortfall",
    "mean_excess",
    "mean_excess_standard_error",
    "ordered_expected_shortfall",
    "ordered_quantile_standard_error",
    "ordered_quantiles",
    "probability_standard_error",
    "quantiles",
    "ratio_standard_error",
    "standard_error",
]

_EPSILON = 1e-9
"""Rounding of n·level, as in 0.29 · 100 = 28.999999999999996, that is not meant."""


def ordered_quantiles(
    ordered: NDArray[np.float64], *, probabilities: ArrayLike
) -> NDArray[np.float64]:
    """Quantiles of draws that are in ascending order along the last axis.

    With h = (n - 1)·p, the quantile is x₍⌊h⌋₊₁₎ + (h - ⌊h⌋)·(x₍⌊h⌋₊₂₎ - x₍⌊h⌋₊₁₎): linear
    interpolation, type 7 of Hyndman and Fan (1996), "Sample quantiles in
    statistical packages", The American Statistician 50(4).

    Parameters
    ----------
    ordered
        Draws, shape (..., draw), ascending along the last axis.
    probabilities
        Numbers in [0, 1], shape (quantile,).

    Returns
    -------
    numpy.ndarray
        Shape (..., quantile), in the unit of the draws.

    Raises
    ------
    ValueError
        If there is no draw or a probability lies outside [0, 1].

    Examples
    --------
    >>> ordered_quantiles(np.array([10.0, 20.0, 40.0]), probabilities=[0.0, 0.25, 0.5, 1.0])
    array([10., 15., 20., 40.])
    """
    levels = np.atleast_1d(np.asarray(probabilities, dtype=np.float64))
    if not np.all((levels >= 0.0) & (levels <= 1.0)):
        raise ValueError(f"probabilities must lie in [0, 1], not {levels.tolist()}")
    position = (_draw_count(ordered, axis=-1) - 1) * levels
    below = np.floor(position).astype(np.intp)
    above = np.ceil(position).astype(np.intp)
    lower = ordered[..., below]
    upper = ordered[..., above]
    between: NDArray[np.float64] = np.clip(
        lower + (position - below) * (upper - lower), lower, upper
    )
    return between


def ordered_quantile_standard_error(
    ordered: NDArray[np.float64], *, probabilities: ArrayLike
) -> NDArray[np.float64]:
    """Monte-Carlo standard error of quantiles, from the order statistics around them.

    The number of draws below the true quantile is binomial with mean n·p and standard
    deviation δ = √(n·p·(1 - p)). Half the distance between the quantiles at p ± δ/n is
    the standard error, whatever the distribution (Woodruff 1952, "Confidence intervals
    for medians and other position measures", JASA 47).

    Parameters
    ----------
    ordered
        Draws, shape (..., draw), ascending along the last axis.
    probabilities
        Numbers in [0, 1], shape (quantile,).

    Returns
    -------
    numpy.ndarray
        Shape (..., quantile), in the unit of the draws.

    Raises
    ------
    ValueError
        If there is no draw or a probability lies outside [0, 1].

    Examples
    --------
    Of 100 draws 0, 1, …, 99 the median has δ = 5 draws:

    >>> ordered_quantile_standard_error(np.arange(100.0), probabilities=0.5)
    array([4.95])
    """
    levels = np.atleast_1d(np.asarray(probabilities, dtype=np.float64))
    spread = np.sqrt(levels * (1.0 - levels) / _draw_count(ordered, axis=-1))
    low = ordered_quantiles(ordered, probabilities=np.maximum(levels - spread, 0.0))
    high = ordered_quantiles(ordered, probabilities=np.minimum(levels + spread, 1.0))
    return np.asarray((high - low) / 2.0)


def quantiles(
    draws: NDArray[np.float64], *, probabilities: ArrayLike, axis: int = 0
) -> NDArray[np.float64]:
    """Quantiles over draws (formula: :func:`ordered_quantiles`).

    Parameters
    ----------
    draws
        Draws along ``axis``, any shape.
    probabilities
        Numbers in [0, 1], shape (quantile,).
    axis
        The axis of the draws.

    Returns
    -------
    numpy.ndarray
        The shape of ``draws`` with ``axis`` removed and the quantiles last.

    Raises
    ------
    ValueError
        If there is no draw or a probability lies outside [0, 1].

    Examples
    --------
    >>> quantiles(np.array([40.0, 10.0, 20.0]), probabilities=[0.5])
    array([20.])
    """
    return ordered_quantiles(_ordered(draws, axis=axis), probabilities=probabilities)


def ordered_expected_shortfall(
    ordered: NDArray[np.float64], *, level: float
) -> NDArray[np.float64]:
    """Mean of the highest share 1 - level of ordered draws.

    The expected shortfall of the empirical distribution, upper tail:
    ES = (1 - level)⁻¹ ∫ Q(u) du over u from level to 1, with Q(u) = x₍⌈nu⌉₎. With
    j = ⌊n·level⌋ + 1 this is

        ES = x₍ⱼ₎ + Σ_{i>j} (x₍ᵢ₎ - x₍ⱼ₎) / (n·(1 - level)),

    so that a draw at the edge of the tail counts with the fraction that belongs
    to it. Source: McNeil, Frey and Embrechts (2015), Quantitative Risk
    Management, 2nd ed., section 2.3.4; the fraction as in Acerbi and Tasche
    (2002), "On the coherence of expected shortfall", J. Banking & Finance 26.

    Parameters
    ----------
    ordered
        Draws, shape (..., draw), ascending along the last axis.
    level
        Share of the draws that is not in the tail, in [0, 1).

    Returns
    -------
    numpy.ndarray
        Shape (...), in the unit of the draws.

    Raises
    ------
    ValueError
        If there is no draw or ``level`` lies outside [0, 1).

    Examples
    --------
    The worst 30 % of ten draws are three of them, the worst 25 % two and a half:

    >>> draws = np.arange(1.0, 11.0)
    >>> float(ordered_expected_shortfall(draws, level=0.7))
    9.0
    >>> float(ordered_expected_shortfall(draws, level=0.75))
    9.2
    """
    if not 0.0 <= level < 1.0:
        raise ValueError(f"level must lie in [0, 1), not {level}")
    count = _draw_count(ordered, axis=-1)
    edge = min(math.floor(count * level + _EPSILON), count - 1)
    threshold = ordered[..., edge]
    beyond = (ordered[..., edge + 1 :] - threshold[..., np.newaxis]).sum(axis=-1)
    shortfall: NDArray[np.float64] = threshold + beyond / (count * (1.0 - level))
    return shortfall


def expected_shortfall(
    draws: NDArray[np.float64], *, level: float, axis: int = 0
) -> NDArray[np.float64]:
    """Mean of the highest share 1 - level of the draws.

    The formula and its source are those of :func:`ordered_expected_shortfall`.

    Parameters
    ----------
    draws
        Draws along ``axis``, any shape.
    level
        Share of the draws that is not in the tail, in [0, 1).
    axis
        The axis of the draws.

    Returns
    -------
    numpy.ndarray
        The shape of ``draws`` with ``axis`` removed.

    Raises
    ------
    ValueError
        If there is no draw or ``level`` lies outside [0, 1).

    Examples
    --------
    >>> float(expected_shortfall(np.array([4.0, 1.0, 2.0, 3.0]), level=0.5))
    3.5
    """
    return ordered_expected_shortfall(_ordered(draws, axis=axis), level=level)


def standard_error(draws: NDArray[np.float64], *, axis: int = 0) -> NDArray[np.float64]:
    """Monte-Carlo standard error of the mean over draws.

    SE = s / √n with s² = Σ (xᵢ - x̄)² / (n - 1). A single draw says nothing about
    its error, so n = 1 gives NaN.

    Parameters
    ----------
    draws
        Draws along ``axis``, any shape.
    axis
        The axis of the draws.

    Returns
    -------
    numpy.ndarray
        The shape of ``draws`` with ``axis`` removed.

    Raises
    ------
    ValueError
        If there is no draw.

    Examples
    --------
    >>> float(standard_error(np.array([1.0, 3.0, 5.0, 7.0]))) == (20 / 3 / 4) ** 0.5
    True
    """
    count = _draw_count(draws, axis=axis)
    if count == 1:
        return np.full(np.delete(draws.shape, axis), np.nan)
    error: NDArray[np.float64] = np.std(draws, axis=axis, ddof=1) / math.sqrt(count)
    return error


def exceedance_probability(
    draws: NDArray[np.float64], *, threshold: float = 0.0, axis: int = 0
) -> NDArray[np.float64]:
    """Share of the draws that lie above a threshold: p = #{xᵢ > threshold} / n.

    Parameters
    ----------
    draws
        Draws along ``axis``, any shape.
    threshold
        In the unit of the draws; 0 gives the probability that they are positive.
    axis
        The axis of the draws.

    Returns
    -------
    numpy.ndarray
        The shape of ``draws`` with ``axis`` removed, in [0, 1].

    Raises
    ------
    ValueError
        If there is no draw.

    Examples
    --------
    >>> float(exceedance_probability(np.array([-1.0, 0.0, 2.0, 3.0])))
    0.5
    """
    count = _draw_count(draws, axis=axis)
    share: NDArray[np.float64] = np.count_nonzero(draws > threshold, axis=axis) / np.float64(count)
    return share


def probability_standard_error(probability: ArrayLike, *, draws: int) -> NDArray[np.float64]:
    """Monte-Carlo standard error of a share of draws: SE = √(p·(1 - p) / n).

    The binomial standard error. At p = 0 and p = 1 it is 0 although the true
    probability may differ; the 95 % bound is then about 3/n away.

    Parameters
    ----------
    probability
        Shares of draws, any shape.
    draws
        The number of draws n.

    Returns
    -------
    numpy.ndarray
        The shape of ``probability``.

    Examples
    --------
    >>> float(probability_standard_error(0.5, draws=100))
    0.05
    """
    share = np.asarray(probability, dtype=np.float64)
    error: NDArray[np.float64] = np.sqrt(share * (1.0 - share) / draws)
    return error


def mean_excess(
    draws: NDArray[np.float64], *, threshold: float, axis: int = 0
) -> NDArray[np.float64]:
    """Mean amount above a threshold, given that it is exceeded: E[X - t | X > t].

    Source: the mean excess function of McNeil, Frey and Embrechts (2015),
    Quantitative Risk Management, 2nd ed., definition 5.17.

    Parameters
    ----------
    draws
        Draws along ``axis``, any shape.
    threshold
        t, in the unit of the draws.
    axis
        The axis of the draws.

    Returns
    -------
    numpy.ndarray
        The shape of ``draws`` with ``axis`` removed; NaN where no draw exceeds t.

    Raises
    ------
    ValueError
        If there is no draw.

    Examples
    --------
    >>> float(mean_excess(np.array([1.0, 4.0, 6.0]), threshold=2.0))
    3.0
    """
    _draw_count(draws, axis=axis)
    excess = np.maximum(draws - threshold, 0.0).sum(axis=axis)
    exceeding = np.asarray(np.count_nonzero(draws > threshold, axis=axis))
    unknown = np.full(exceeding.shape, np.nan)
    mean: NDArray[np.float64] = np.divide(excess, exceeding, out=unknown, where=exceeding > 0)
    return mean


def mean_excess_standard_error(
    draws: NDArray[np.float64], *, threshold: float, axis: int = 0
) -> NDArray[np.float64]:
    """Monte-Carlo standard error of the mean excess, given which draws exceed the threshold.

    SE = s / √k, where s is the standard deviation of the k draws above the threshold
    (formula: :func:`standard_error`). A single one of them says nothing about its
    error, so k < 2 gives NaN.

    Parameters
    ----------
    draws
        Draws along ``axis``, any shape.
    threshold
        In the unit of the draws.
    axis
        The axis of the draws.

    Returns
    -------
    numpy.ndarray
        The shape of ``draws`` with ``axis`` removed; NaN where fewer than two draws exceed.

    Raises
    ------
    ValueError
        If there is no draw.

    Examples
    --------
    >>> float(mean_excess_standard_error(np.array([1.0, 4.0, 6.0]), threshold=2.0))
    1.0
    """
    _draw_count(draws, axis=axis)
    above = draws > threshold
    count = np.asarray(np.count_nonzero(above, axis=axis), dtype=np.float64)
    unknown = np.full(count.shape, np.nan)
    below_highest = np.where(above, draws.max(axis=axis, keepdims=True) - draws, 0.0)  # exact at 0
    mean = np.divide(below_highest.sum(axis=axis), count, out=unknown.copy(), where=count > 0.0)
    deviations = np.where(above, below_highest - np.expand_dims(mean, axis), 0.0)
    squares = (deviations**2).sum(axis=axis)
    variance = np.divide(squares, count * (count - 1.0), out=unknown, where=count > 1.0)
    error: NDArray[np.float64] = np.sqrt(variance)
    return error


def ratio_standard_error(
    numerator: NDArray[np.float64], denominator: NDArray[np.float64], *, axis: int = 0
) -> NDArray[np.float64]:
    """Monte-Carlo standard error of a ratio of two means over the same draws.

    For r = x̄/ȳ: SE = s(x - r·y) / (|ȳ|·√n), the delta method. Source: Cochran
    (1977), Sampling Techniques, 3rd ed., equation 2.46.

    Parameters
    ----------
    numerator, denominator
        Draws x and y along ``axis``, of one shape.
    axis
        The axis of the draws.

    Returns
    -------
    numpy.ndarray
        The shape of the draws with ``axis`` removed; NaN where ȳ is 0.

    Raises
    ------
    ValueError
        If there is no draw.

    Examples
    --------
    A constant ratio is known exactly:

    >>> y = np.array([1.0, 2.0, 6.0])
    >>> float(ratio_standard_error(0.5 * y, y))
    0.0
    """
    _draw_count(numerator, axis=axis)
    whole = np.asarray(denominator.mean(axis=axis))
    whole = np.where(whole == 0.0, np.nan, whole)
    ratio = np.expand_dims(numerator.mean(axis=axis) / whole, axis)
    error: NDArray[np.float64] = standard_error(
        numerator - ratio * denominator, axis=axis
    ) / np.abs(whole)
    return error


def _ordered(draws: NDArray[np.float64], *, axis: int) -> NDArray[np.float64]:
    """Return a copy with the draws last and ascending; contiguous, because that sorts fast."""
    ordered = np.moveaxis(draws, axis, -1).copy(order="C")
    ordered.sort(axis=-1)
    return ordered


def _draw_count(draws: NDArray[Any], *, axis: int) -> int:
    """Return the number of draws, which a statistic needs to be at least one."""
    count = int(draws.shape[axis])
    if count == 0:
        raise ValueError("there is no draw to take a statistic of")
    return count
