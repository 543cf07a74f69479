"""Channels of arrival to simulate by themselves."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from integrasim.scenario.channels import CHANNELS
from integrasim.scenario.processes import Process
from integrasim.scenario.world import numbers_of
from integrasim.world.arrivals.setting import Setting
from integrasim.world.assumptions import assumptions_under, draw_assumptions

if TYPE_CHECKING:
    from integrasim.region import MonthlySeries
    from integrasim.world.arrivals import ArrivalPlan
    from integrasim.world.assumptions import Assumptions

_ADAPTER: TypeAdapter[Process] = TypeAdapter(Process)

UNCERTAIN_SHARE = {"dist": "uniform", "low": 0.19, "high": 0.23}
QUANTILES = {"p10": 80_000.0, "p50": 120_000.0, "p90": 250_000.0}
WRITTEN: dict[str, dict[str, Any]] = {
    "fixed": {"monthly": 4000.0, "share": UNCERTAIN_SHARE, "counts": "poisson"},
    "log_ar1": {
        "initial": 14_000.0,
        "level": {"dist": "lognormal", "median": 9000.0, "sigma": 0.3},
        "persistence": 0.9,
        "volatility": 0.15,
        "share": UNCERTAIN_SHARE,
    },
    "regime": {
        "start": "calm",
        "initial": 9000.0,
        "calm_level": 10_000.0,
        "multiplier": {"dist": "uniform", "low": 3.0, "high": 6.0},
        "onset_hazard": 0.05,
        "mean_length": 8.0,
        "persistence": 0.7,
        "volatility": 0.1,
        "share": UNCERTAIN_SHARE,
    },
    "bootstrap": {
        "series": "de_first_applications_monthly",
        "from": "2015-01",
        "until": "2021-12",
        "block_length": {"dist": "uniform", "low": 3.0, "high": 9.0},
        "initial": 14_000.0,
        "share": UNCERTAIN_SHARE,
    },
    "expert": {
        "yearly": {"2025": QUANTILES, "2026": QUANTILES, "2027": QUANTILES},
        "persistence": {"dist": "uniform", "low": 0.5, "high": 0.9},
        "share": UNCERTAIN_SHARE,
    },
    "exponential_smoothing": {
        "initial": 14_000.0,
        "smoothing": {"dist": "beta", "mean": 0.9, "sd": 0.07},
        "volatility": 0.15,
        "decay": {"dist": "beta", "mean": 0.95, "sd": 0.04},
        "highest_volatility": 0.25,
        "share": UNCERTAIN_SHARE,
    },
}
"""A process of each kind as a file might have it, each with uncertain numbers."""

MONTHS = tuple(date(2025 + month // 12, month % 12 + 1, 1) for month in range(30))


def make_process(kind: str, **changes: Any) -> Process:
    """A process of a kind, with some of its keys changed."""
    return _ADAPTER.validate_python({"process": kind, **WRITTEN[kind], **changes})


def make_setting(
    process: Process,
    *,
    draws: int,
    seed: int,
    months: tuple[date, ...] = MONTHS,
    history: MonthlySeries | None = None,
    path: str = "arrivals",
) -> Setting:
    """A channel with such a process, independent of all others."""
    drawn = draw_assumptions(
        list(numbers_of(process, f"{path}.")), [], seed=seed, draws=range(draws)
    )
    return Setting(
        path=path,
        months=months,
        numbers=assumptions_under(drawn, path),
        weights={path: 1.0},
        history=history,
        seed=seed,
        draws=range(draws),
    )


def draw_numbers(plan: ArrivalPlan, *, seed: int, draws: range) -> Assumptions:
    """The numbers of all channels of a plan."""
    numbers = [
        number
        for name, process in plan.processes.items()
        for number in numbers_of(process, f"{CHANNELS[name]}.")
    ]
    return draw_assumptions(numbers, [], seed=seed, draws=draws)
