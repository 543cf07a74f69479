"""How much the hindcast of exponential smoothing hangs on its settings.

The settings of the process are not taken from here: smoothing and decay are estimated before each
origin, the season is drawn to 1 as the data ask for it, and shocks are normal. This script puts
other settings in their place, one at a time, and prints what coverage and CRPS would be, for the
table in docs/hindcast.md.

Usage: .venv/bin/python benchmarks/hindcast_variants.py
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr
from scipy import special, stats
from scores.probability import crps_for_ensemble

import integrasim as igs
from integrasim.analysis.fitting import ObservedMonths, observed_months
from integrasim.analysis.fitting.season import fit_season
from integrasim.region import month_name
from integrasim.world.streams import Stream

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

DRAWS, HORIZONS, SEED = 2000, 12, 2025
POINTS = (np.arange(50) + 0.5) / 50
LEVEL = 0.9


@dataclass(frozen=True)
class Variant:
    """Settings; None is what the library does."""

    name: str
    first: int = 36
    last: int | None = None
    smoothing: float | None = None
    decay: float | None = None
    season: str = "shrunk"
    parameters: str = "posterior"
    degrees: float | None = None
    limited: bool = True


VARIANTS = (
    Variant("as adopted"),
    Variant("first origin after 24 months", first=24),
    Variant("first origin after 30 months", first=30),
    Variant("first origin after 48 months", first=48),
    Variant("no season", season="none"),
    Variant("season not shrunk", season="full"),
    Variant("parameters fixed at the posterior mean", parameters="mean"),
    Variant("parameters at the maximum of the likelihood", parameters="maximum"),
    *(Variant(f"α = {a:g}", smoothing=a) for a in (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)),
    *(Variant(f"δ = {d:g}", decay=d) for d in (0.8, 0.85, 0.9, 0.94, 0.97, 1.0)),
    Variant("α = 1, δ = 1, no season: a random walk", smoothing=1, decay=1, season="none"),
    Variant("Student shocks, 5 degrees of freedom", degrees=5.0),
    Variant("no limit of the volatility", limited=False),
    Variant("origins 2015-12 to 2016-11, 12 to 23 months known", first=12, last=23),
)


def errors_of(logs: Array, alpha: Array) -> tuple[Array, Array]:
    """Last level and errors for each α, (α,) and (month, α)."""
    level, errors = np.full(alpha.shape, logs[0]), []
    for value in logs[1:]:
        errors.append(value - level)
        level = level + alpha * errors[-1]
    return level, np.array(errors)


def variances_of(errors: Array, delta: Array) -> Array:
    """Variances for each α and δ, (month + 1, α, δ)."""
    variances = [np.repeat(np.mean(errors[:12] ** 2, axis=0)[:, None], delta.size, axis=1)]
    for error in errors:
        variances.append(delta * variances[-1] + (1.0 - delta) * error[:, None] ** 2)
    return np.array(variances)


def posterior(logs: Array, alpha: Array, delta: Array) -> Array:
    """Weights of the cells of the grid, (α, δ)."""
    _, errors = errors_of(logs, alpha)
    variances = variances_of(errors, delta)[:-1]
    fit = -0.5 * np.sum(np.log(variances) + errors[:, :, None] ** 2 / variances, axis=0)
    weights = np.exp(fit - fit.max())
    return np.asarray(weights / weights.sum())


def season_of(known: ObservedMonths, kind: str) -> Array:
    """Factors of the calendar months."""
    if kind == "none":
        return np.ones(12)
    season = fit_season(known)
    if kind == "shrunk" or np.all(season.factors == 1.0):
        return season.factors
    logs, half = np.log(known.persons), 6
    weights = np.concatenate(([0.5], np.ones(11), [0.5])) / 12
    deviation = logs[half:-half] - np.convolve(logs, weights, mode="valid")
    month = known.calendar_months[half:-half]
    factors = np.exp(np.bincount(month, deviation) / np.bincount(month))
    return np.asarray(factors / factors.mean())


def forecast(
    known: ObservedMonths,
    variant: Variant,
    shocks: Array,
    uniforms: Array,
) -> Array:
    """Draws of the months after those known, (draw, horizon)."""
    factors = season_of(known, variant.season)
    logs = np.log(known.persons / factors[known.calendar_months])
    alphas = POINTS if variant.smoothing is None else np.array([variant.smoothing])
    deltas = POINTS if variant.decay is None else np.array([variant.decay])
    weights = posterior(logs, alphas, deltas)
    if variant.parameters == "maximum":
        row, column = np.unravel_index(weights.argmax(), weights.shape)
        alpha, delta = alphas[[row]], deltas[[column]]
    else:
        alpha = np.array([np.sum(weights * alphas[:, None])])
        delta = np.array([np.sum(weights * deltas)])
    level, errors = errors_of(logs, alpha)
    variances = variances_of(errors, delta)[:, 0, 0]
    drawn_alpha, drawn_delta = alpha, delta
    if variant.parameters == "posterior":
        drawn_alpha = drawn(alphas, weights.sum(axis=1), uniforms[:, 0])
        drawn_delta = drawn(deltas, weights.sum(axis=0), uniforms[:, 1])
    limit = variances.max() if variant.limited else np.inf
    level, variance = np.full(DRAWS, level[0]), np.full(DRAWS, variances[-1])
    paths = np.empty((DRAWS, HORIZONS))
    for step in range(HORIZONS):
        error = np.sqrt(variance) * shocks[:, step]
        paths[:, step] = level + error
        level = level + drawn_alpha * error
        variance = np.minimum(drawn_delta * variance + (1.0 - drawn_delta) * error**2, limit)
    return np.exp(paths) * factors[(known.end + np.arange(HORIZONS)) % 12]


def drawn(points: Array, weights: Array, uniforms: Array) -> Array:
    """Draw grid points by their weights."""
    place = np.searchsorted(np.cumsum(weights), uniforms)
    return points[np.minimum(place, points.size - 1)]


def walk(known: ObservedMonths, shocks: Array) -> Array:
    """Random walk in logarithms."""
    logs = np.log(known.persons)
    return np.asarray(np.exp(logs[-1] + np.diff(logs).std(ddof=1) * np.cumsum(shocks, axis=1)))


def evaluate(observed: ObservedMonths, variant: Variant) -> tuple[float, Array]:
    """Mean coverage of 90 % intervals, and CRPS by that of the random walk, (horizon,)."""
    uniforms = Stream(SEED, "variants.parameters").uniforms(range(DRAWS), 2)
    normal = special.ndtri(Stream(SEED, "variants.shocks").uniforms(range(DRAWS), HORIZONS))
    shocks = normal
    if variant.degrees is not None:
        scale = np.sqrt(variant.degrees / (variant.degrees - 2.0))
        shocks = stats.t.ppf(special.ndtr(normal), variant.degrees) / scale
    total = observed.persons.size
    covered, scores = [], []
    for count in range(variant.first, (variant.last or total - 1) + 1):
        known = ObservedMonths(observed.first, observed.persons[:count])
        came = np.full(HORIZONS, np.nan)
        came[: min(HORIZONS, total - count)] = observed.persons[count : count + HORIZONS]
        ours, naive = forecast(known, variant, shocks, uniforms), walk(known, normal)
        low, high = np.quantile(ours, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
        inside = np.where(np.isnan(came), np.nan, (low <= came) & (came <= high))
        covered.append(inside)
        scores.append([crps(each, came) for each in (ours, naive)])
    ours, naive = np.nanmean(scores, axis=0)
    return float(np.nanmean(np.nanmean(covered, axis=0))), ours / naive


def crps(draws: Array, came: Array) -> Array:
    """CRPS of draws, (horizon,)."""
    members = xr.DataArray(draws, dims=("draw", "horizon"))
    seen = xr.DataArray(came, dims="horizon")
    return np.asarray(crps_for_ensemble(members, seen, "draw", preserve_dims="all"))


def main() -> None:
    """Print the table."""
    series = igs.load_series("de_first_applications_monthly")
    observed = observed_months(series.sel(period=slice("2015-01", "2021-12")))
    print(f"months {month_name(observed.first)} to {month_name(observed.end - 1)}")
    print("| variant | 90 % coverage | CRPS ratio at 1 | 3 | 6 | 12 | mean |")
    print("|---|---|---|---|---|---|---|")
    for variant in VARIANTS:
        coverage, ratio = evaluate(observed, variant)
        cells = [f"{ratio[h - 1]:.2f}" for h in (1, 3, 6, 12)] + [f"{ratio.mean():.2f}"]
        print(f"| {variant.name} | {100 * coverage:.1f} % | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
