"""Hindcast: fit on what was known at each origin, simulate ahead, score what came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import xarray as xr

import integrasim
from integrasim.analysis.fitting import (
    FITTED_PROCESSES,
    monthly_table,
    stretch_until,
)
from integrasim.analysis.hindcasting.forecasts import (
    REFERENCES,
    forecast_process,
    forecast_reference,
)
from integrasim.analysis.hindcasting.scoring import score_forecasts
from integrasim.documents.wording import did_you_mean
from integrasim.extras import import_extra
from integrasim.region import month_name, month_position
from integrasim.scenario.loading import ensure_loaded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from integrasim.analysis.fitting import Observed
    from integrasim.scenario import Scenario

__all__ = ["hindcast"]

Per = Literal["month", "year"]

_MONTHS: Final[Mapping[Per, int]] = {"month": 1, "year": 12}
_LEAST_MONTHS: Final = 24
_FIRST_ORIGIN: Final = 36
"""Months in a row before the first origin, unless told: the fewest that show a season."""


@dataclass(frozen=True)
class _Targets:
    """What is forecast from an origin: months, or calendar years as sums of months.

    Attributes
    ----------
    table
        Persons by position of the month.
    yearly
        Persons by year that take the place of sums of months.
    length
        Months of a target, 1 or 12.
    """

    table: Mapping[int, float]
    yearly: Mapping[int, float]
    length: int

    def totals(self, persons: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sum (draw, month) to (draw, horizon)."""
        return np.asarray(persons.reshape(len(persons), -1, self.length).sum(axis=2))

    def name(self, origin: int, horizon: int) -> str:
        """Name a target, "2018-01" or "2018"."""
        first = month_name(origin + 1 + self.length * (horizon - 1))
        return first if self.length == 1 else first[:4]

    def observed(self, origin: int, horizon: int) -> float:
        """Return what came, NaN where it is not known."""
        first = origin + 1 + self.length * (horizon - 1)
        if self.length > 1 and self.yearly:
            return self.yearly.get(first // self.length, np.nan)
        return sum(self.table.get(each, np.nan) for each in range(first, first + self.length))


def hindcast(
    scenario: Scenario,
    series: Observed,
    *,
    origins: str | Sequence[str] | None = None,
    horizons: int = 12,
    draws: int = 2000,
    process: str | Sequence[str] | None = None,
    uncertain: bool = True,
    per: Per = "month",
    yearly: Mapping[str, float] | None = None,
) -> xr.Dataset:
    """Forecast past months from what was known before them, and score what came.

    From each origin, processes are fitted to the months in a row up to it, run ahead by the code
    that runs scenarios, and compared with what came, next to two naive references: a random walk
    in logarithms with the standard deviation of past monthly changes, and the same month of last
    year with that of past yearly changes.

    Parameters
    ----------
    scenario
        Which process (``world.arrivals``), unless `process` says, and the seed.
    series
        Persons by month: what :func:`integrasim.load_series` gives, or a mapping or
        :class:`pandas.Series` from months (``2015-01``) to numbers. It may have gaps: an
        origin needs 24 months in a row up to it, and what is not known ahead of it is not scored.
    origins
        Last month known, such as ``"2018-12"``, or several. Without them: every month that
        has 36 months in a row up to it and something to score.
    horizons
        How many months (or years) ahead.
    draws
        Draws of each forecast.
    process
        Name of a process to fit in place of the scenario's, or several to compare.
    uncertain
        Whether forecasts span the standard errors of the estimates.
    per
        ``"month"``, or ``"year"`` for sums over calendar years from origins in December.
    yearly
        Observed years (``"2022"``) that take the place of sums of months.

    Returns
    -------
    xarray.Dataset
        Over `origin` (last month known), `horizon`, `model` (processes, then references),
        `quantile`, `interval` and `bin`: what was forecast and came, CRPS, quantile scores, PIT
        and whether intervals covered, case by case; and over all origins the coverage, the mean
        scores, ``crps_ratio`` (CRPS by that of the random walk) and the PIT histogram. It can be
        saved by :meth:`xarray.Dataset.to_netcdf`.

    Raises
    ------
    TypeError
        If the scenario is not loaded, or the series is none or holds anything but numbers.
    ValueError
        If a process cannot be fitted, no origin is named or one has too few months before it, or a
        horizon or number of draws is below 1.
    ImportError
        If the extra ``hindcast`` is not installed.

    Notes
    -----
    CRPS: Gneiting and Raftery (2007), "Strictly proper scoring rules, prediction, and estimation",
    JASA 102(477). It is that of the empirical distribution of the draws, by the library
    ``scores``, as are the quantile scores. Nothing after an origin can touch its forecast.

    Examples
    --------
    >>> import integrasim as igs
    >>> scenario = igs.load_scenario("scenarios/toy.yaml")
    >>> observed = igs.load_series("de_first_applications_monthly")
    >>> scores = igs.hindcast(scenario, observed, origins=["2018-12", "2019-12"], horizons=3,
    ...                       draws=200, process="exponential_smoothing")
    >>> dict(scores.crps.sizes)
    {'origin': 2, 'model': 3, 'horizon': 3}
    """
    import_extra("scores", extra="hindcast")  # before the long work, not after it
    ensure_loaded(scenario)
    if min(horizons, draws) < 1:
        raise ValueError(f"horizons ({horizons}) and draws ({draws}) must be at least 1")
    processes = _processes(process or scenario.world.arrivals.process)
    targets = _Targets(
        monthly_table(series),
        {int(year): value for year, value in (yearly or {}).items()},
        _MONTHS[per],
    )
    positions = _origins(targets, origins, horizons)
    forecasts = np.array(
        [
            [
                targets.totals(persons)
                for persons in _forecasts(
                    processes,
                    targets.table,
                    origin,
                    months=horizons * targets.length,
                    draws=draws,
                    seed=scenario.seed,
                    uncertain=uncertain,
                )
            ]
            for origin in positions
        ]
    )
    steps = list(range(1, horizons + 1))
    coordinates = {"origin": [month_name(each) for each in positions], "horizon": steps}
    scored = score_forecasts(
        xr.DataArray(
            forecasts,
            dims=("origin", "model", "draw", "horizon"),
            coords=coordinates | {"model": [*processes, *REFERENCES]},
        ),
        xr.DataArray(
            [[targets.observed(origin, step) for step in steps] for origin in positions],
            dims=("origin", "horizon"),
            coords=coordinates,
        ),
        reference="random_walk",
    )
    names = [[targets.name(origin, step) for step in steps] for origin in positions]
    return _labelled(
        scored.assign_coords(target=(("origin", "horizon"), names)),
        scenario,
        per=per,
        draws=draws,
        uncertain=uncertain,
    )


def _processes(process: str | Sequence[str]) -> list[str]:
    """Check the names of processes."""
    names = [process] if isinstance(process, str) else list(process)
    for name in names:
        if name not in FITTED_PROCESSES:
            remedy = did_you_mean(
                name, FITTED_PROCESSES, otherwise=f"Use one of {', '.join(FITTED_PROCESSES)}."
            )
            raise ValueError(f'no process "{name}" can be fitted. {remedy}')
    return names


def _origins(targets: _Targets, origins: str | Sequence[str] | None, horizons: int) -> list[int]:
    """Positions of the origins, checked or chosen."""
    if origins is None:
        chosen = [
            month
            for month in sorted(targets.table)
            if (month + 1) % targets.length == 0
            and stretch_until(targets.table, month + 1).persons.size >= _FIRST_ORIGIN
            and any(targets.observed(month, h) > 0.0 for h in range(1, horizons + 1))
        ]
        if not chosen:
            raise ValueError(
                f"no month has {_FIRST_ORIGIN} months in a row up to it and something to score"
            )
        return chosen
    names = [origins] if isinstance(origins, str) else list(origins)
    if not names:
        raise ValueError(
            'origins names no month. Name one, such as "2018-12", or leave origins out for all.'
        )
    positions = [month_position(name) for name in names]
    for name, position in zip(names, positions, strict=True):
        count = stretch_until(targets.table, position + 1).persons.size
        if count < _LEAST_MONTHS:
            raise ValueError(
                f"the origin {name} has {count} months in a row up to it; it needs {_LEAST_MONTHS}"
            )
        if (position + 1) % targets.length:
            raise ValueError(f"the origin {name} is no December, after which a year begins")
    return positions


def _forecasts(
    processes: Sequence[str],
    table: Mapping[int, float],
    origin: int,
    *,
    months: int,
    draws: int,
    seed: int,
    uncertain: bool,
) -> list[NDArray[np.float64]]:
    """Forecasts of all models from one origin, each (draw, month)."""
    known = stretch_until(table, origin + 1)
    fitted = [
        forecast_process(name, known, months=months, draws=draws, seed=seed, uncertain=uncertain)
        for name in processes
    ]
    naive = [
        forecast_reference(name, known, months=months, draws=draws, seed=seed)
        for name in REFERENCES
    ]
    return fitted + naive


def _labelled(
    scored: xr.Dataset, scenario: Scenario, *, per: Per, draws: int, uncertain: bool
) -> xr.Dataset:
    """Say what the dimensions are and how the dataset came about."""
    unit = {"month": ("months", "Monate"), "year": ("years", "Jahre")}[per]
    labels = {
        "origin": ("Last month known", "Letzter bekannter Monat"),
        "horizon": (f"{unit[0]} ahead", f"{unit[1]} voraus"),
        "model": ("Process or reference", "Prozess oder Vergleich"),
        "target": ("What is forecast", "Was vorhergesagt wird"),
        "quantile": ("Probability of the quantile", "Wahrscheinlichkeit des Quantils"),
        "interval": ("Probability of the interval", "Wahrscheinlichkeit des Intervalls"),
        "bin": ("Middle of the bin of PIT", "Mitte der PIT-Klasse"),
    }
    for name, (english, german) in labels.items():
        scored[name].attrs = {"long_name": english, "label_de": german}
    scored["horizon"].attrs["units"] = unit[0]
    scored.attrs = {
        "title": "Hindcast of arrivals",
        "title_de": "Rückschauende Prüfung der Zugänge",
        "scenario_sha256": scenario.sha256,
        "seed": scenario.seed,
        "draws": draws,
        "parameters": "uncertain" if uncertain else "fixed at their estimates",
        "integrasim_version": integrasim.__version__,
    }
    return scored
