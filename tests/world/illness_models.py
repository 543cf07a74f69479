"""Illness models and exposures with plausible numbers for the tests of illness."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from integrasim.world.illness import Exposure, IllnessYears, Severity, Tail, illness_years

if TYPE_CHECKING:
    from numpy.typing import NDArray

CAP = 2_000_000.0
SPLICE = 30_000.0
THRESHOLD = 70_000.0
RATE = 28 / 101_740
TAILS: tuple[Tail, ...] = ("pareto", "lognormal", "generalised_pareto")
NUMBERS = {
    "mean_cost": 1_100.0,
    "no_cost_share": 0.3,
    "body_sigma": 1.6,
    "tail_rate": RATE,
    "tail_index": 2.1,
    "tail_mean_excess": 60_000.0,
    "tail_presence": 1.0,
    "inflation": 0.0,
    "chronic_share": 0.0,
    "persistence": 0.0,
    "persistence_rank_correlation": 0.0,
    "episode_months": 0.0,
}


def model(
    tail: Tail = "pareto",
    *,
    draws: int = 1,
    years: int = 1,
    floor: float = 15_000.0,
    cap: float = CAP,
    splice: float = SPLICE,
    elapsed: int = 0,
    **numbers: float | NDArray[np.float64],
) -> IllnessYears:
    """Give an illness model; a number holds for all draws, or has a value for each."""
    values = {name: np.full(draws, value) for name, value in (NUMBERS | numbers).items()}
    return illness_years(
        values,
        tail=tail,
        price_year=2015,
        splice=splice,
        tail_threshold=THRESHOLD,
        floor=floor,
        cap=cap,
        years=tuple(range(2015 + elapsed, 2015 + elapsed + years)),
    )


def severity(tail: Tail = "pareto", **numbers: Any) -> Severity:
    """Give a severity with (1, 1) parameters."""
    return model(tail, **numbers).severity


def exposure(
    counted: NDArray[np.float64] | list[list[list[float]]],
    *,
    tolerated: float = 0.0,
    presence: float = 1.0,
    staying: float = 1.0,
    remaining: float = 1.0,
    covered: list[float] | None = None,
) -> Exposure:
    """Give an exposure that is the same in all draws and years, with as many at each New Year."""
    stock = np.asarray(counted, dtype=np.float64)
    shares = np.ones(stock.shape[1]) if covered is None else np.array(covered)
    years = stock * shares[:, None]
    return Exposure(
        counted_years=years,
        tolerated_years=np.full(years.shape, tolerated),
        presence=np.full(years.shape[:2], presence),
        staying=np.full(years.shape[:2], staying),
        before=stock[:, 0],
        ending=stock,
        remaining=np.full(years.shape[:2], remaining),
        covered=shares,
    )
