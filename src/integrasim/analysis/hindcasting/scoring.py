"""Scores of forecasts against what came, case by case and over all origins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import xarray as xr

from integrasim.extras import import_extra

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["INTERVALS", "QUANTILES", "score_forecasts"]

INTERVALS: Final = (0.5, 0.8, 0.9)
QUANTILES: Final = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
_BINS: Final = 10
_DIGITS: Final = 6
_DRAW: Final = "draw"

_LABELS: Final[Mapping[str, tuple[str, str, str]]] = {
    "observed": ("persons", "Persons observed", "Beobachtete Personen"),
    "forecast": ("persons", "Quantile of the forecast", "Quantil der Vorhersage"),
    "covered": (
        "1",
        "Whether the central interval holds what came",
        "Ob das mittlere Intervall enthält, was kam",
    ),
    "crps": (
        "persons",
        "Continuous ranked probability score of the draws",
        "Continuous Ranked Probability Score der Ziehungen",
    ),
    "crps_log": (
        "1",
        "Continuous ranked probability score of the logarithm",
        "Continuous Ranked Probability Score des Logarithmus",
    ),
    "quantile_score": (
        "persons",
        "Quantile (pinball) score",
        "Quantilverlust (Pinball)",
    ),
    "pit": (
        "1",
        "Share of the draws below what came (probability integral transform)",
        "Anteil der Ziehungen unter dem, was kam (Wahrscheinlichkeitsintegral-Transformation)",
    ),
    "case_count": ("1", "Origins with an observation", "Ursprünge mit Beobachtung"),
    "coverage": (
        "1",
        "Share of the origins whose central interval holds what came",
        "Anteil der Ursprünge, deren mittleres Intervall enthält, was kam",
    ),
    "mean_crps": ("persons", "Mean CRPS over the origins", "Mittlerer CRPS über die Ursprünge"),
    "mean_crps_log": (
        "1",
        "Mean CRPS of the logarithm over the origins",
        "Mittlerer CRPS des Logarithmus über die Ursprünge",
    ),
    "crps_ratio": (
        "1",
        "Mean CRPS relative to the random walk in logarithms",
        "Mittlerer CRPS im Verhältnis zur Irrfahrt der Logarithmen",
    ),
    "mean_quantile_score": (
        "persons",
        "Mean quantile score over the origins",
        "Mittlerer Quantilverlust über die Ursprünge",
    ),
    "pit_histogram": (
        "1",
        "Share of the cases by PIT, over all horizons",
        "Anteil der Fälle nach PIT, über alle Horizonte",
    ),
}


def score_forecasts(
    forecasts: xr.DataArray, observed: xr.DataArray, *, reference: str
) -> xr.Dataset:
    """Score draws against observations.

    Parameters
    ----------
    forecasts
        Persons over `origin`, `model`, `horizon` and `draw`.
    observed
        Persons over `origin` and `horizon`; NaN where nothing is known.
    reference
        Model to which the CRPS is related.

    Returns
    -------
    xarray.Dataset
        Scores by case, and their means over the origins that have an observation.

    Raises
    ------
    ImportError
        If the library ``scores`` is not installed.
    """
    by_case = _score_cases(forecasts, observed)
    mean = by_case.mean("origin")
    dataset = by_case.assign(
        case_count=observed.notnull().sum("origin"),
        coverage=mean.covered,
        mean_crps=mean.crps,
        mean_crps_log=mean.crps_log,
        crps_ratio=mean.crps / mean.crps.sel(model=reference, drop=True),
        mean_quantile_score=mean.quantile_score,
        pit_histogram=_pit_histogram(by_case.pit),
    )
    for name, (units, english, german) in _LABELS.items():
        dataset[name].attrs = {"units": units, "long_name": english, "label_de": german}
    return dataset


def _score_cases(forecasts: xr.DataArray, observed: xr.DataArray) -> xr.Dataset:
    """Scores of every forecast; NaN where there is no observation."""
    probability: Any = import_extra("scores.probability", extra="hindcast")
    continuous: Any = import_extra("scores.continuous", extra="hindcast")
    known = observed.notnull()
    quantiles = forecasts.quantile(list(QUANTILES), dim=_DRAW)
    ends = {
        side: quantiles.sel(
            quantile=[round(0.5 + side * interval / 2.0, _DIGITS) for interval in INTERVALS]
        )
        .rename(quantile="interval")
        .assign_coords(interval=list(INTERVALS))
        for side in (-1.0, 1.0)
    }
    inside = (ends[-1.0] <= observed) & (observed <= ends[1.0])
    below = (forecasts < observed).mean(_DRAW) + 0.5 * (forecasts == observed).mean(_DRAW)
    return xr.Dataset(
        {
            "observed": observed,
            "forecast": quantiles,
            "covered": inside.astype(np.float64).where(known),
            "crps": probability.crps_for_ensemble(forecasts, observed, _DRAW, preserve_dims="all"),
            "crps_log": probability.crps_for_ensemble(
                np.log1p(forecasts), np.log1p(observed), _DRAW, preserve_dims="all"
            ),
            "quantile_score": xr.concat(
                [
                    continuous.quantile_score(
                        quantiles.sel(quantile=level), observed, level, preserve_dims="all"
                    )
                    for level in QUANTILES
                ],
                dim="quantile",
            ),
            "pit": below.where(known),
        }
    )


def _pit_histogram(pit: xr.DataArray) -> xr.DataArray:
    """Share of the cases in tenths of the PIT, over `model` and `bin`."""
    edges = np.linspace(0.0, 1.0, _BINS + 1)
    values = pit.transpose("model", ...).to_numpy().reshape(pit.sizes["model"], -1)
    counts = np.array([np.histogram(each[np.isfinite(each)], edges)[0] for each in values])
    return xr.DataArray(
        counts / np.maximum(counts.sum(axis=1, keepdims=True), 1),
        dims=("model", "bin"),
        coords={"model": pit.model, "bin": np.round(edges[:-1] + 0.5 / _BINS, _DIGITS)},
    )
