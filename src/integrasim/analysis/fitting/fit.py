"""A process of arrivals with the numbers that an observed series gives it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import xarray as xr
from pydantic import ConfigDict, TypeAdapter, ValidationError

from integrasim.analysis.fitting.bootstrap import fit_bootstrap
from integrasim.analysis.fitting.estimates import Estimate, Fitted, Sample, rounded
from integrasim.analysis.fitting.expert import fit_expert
from integrasim.analysis.fitting.exponential_smoothing import fit_exponential_smoothing
from integrasim.analysis.fitting.fixed import fit_fixed
from integrasim.analysis.fitting.log_ar1 import fit_log_ar1
from integrasim.analysis.fitting.months import longest_stretch, monthly_table, observed_months
from integrasim.analysis.fitting.regime import fit_regime
from integrasim.analysis.fitting.season import fit_season
from integrasim.documents.wording import did_you_mean
from integrasim.reporting.fits import fit_text
from integrasim.reporting.numbers import check_language
from integrasim.scenario.processes import Process
from integrasim.scenario.quantities import Number, Share

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from integrasim.analysis.fitting.months import Gaps, Observed, ObservedMonths
    from integrasim.reporting.numbers import Language

__all__ = ["FITTED_PROCESSES", "Fit", "fit_months", "fit_process"]

_LEAST_MONTHS: Final = 24
_STRICT: Final = ConfigDict(strict=True, allow_inf_nan=False)

_FITTERS: Final[Mapping[str, Callable[[Sample], Fitted]]] = {
    "log_ar1": fit_log_ar1,
    "fixed": fit_fixed,
    "regime": fit_regime,
    "bootstrap": fit_bootstrap,
    "expert": fit_expert,
    "exponential_smoothing": fit_exponential_smoothing,
}
"""Process → what estimates its keys from a sample."""

FITTED_PROCESSES: Final = tuple(_FITTERS)
"""Names of the processes that can be fitted."""


@dataclass(frozen=True)
class Fit:
    """A fitted process.

    Attributes
    ----------
    process
        Entry for a scenario, such as its ``world.arrivals``.
    estimates
        Key of the process → estimate with its standard error. Of ``expert`` the quantiles of the
        first year.
    season
        Estimates of the twelve seasonal factors, January first.
    months
        First and last month of the series, such as ``("2015-01", "2021-12")``.
    month_count
        Number of months.
    """

    process: Process
    estimates: Mapping[str, Estimate]
    season: tuple[Estimate, ...]
    months: tuple[str, str]
    month_count: int

    def text(self, language: Language = "en") -> str:
        """Return the estimates as a table for people.

        Parameters
        ----------
        language
            ``"de"`` or ``"en"``.

        Returns
        -------
        str
            A heading, a line for every estimate with its standard error, and the season.

        Raises
        ------
        ValueError
            If there is no such language.
        """
        check_language(language)
        return fit_text(self, language=language)


def fit_process(
    name: str,
    series: Observed,
    *,
    share: Number = 1.0,
    uncertain: bool = False,
    gaps: Gaps = "error",
    source: str | None = None,
) -> Fit:
    """Fit a process of arrivals to an observed monthly series.

    Parameters
    ----------
    name
        Name of the process, such as ``"log_ar1"``.
    series
        Persons by month: what :func:`integrasim.load_series` gives, or a mapping or
        :class:`pandas.Series` from months (``2015-01``) to numbers.
    share
        Share of these persons that arrives in the Land, number or distribution, for the entry.
    uncertain
        Whether the entry carries the standard errors of the estimates, each as a distribution, so
        that a run spans them too.
    gaps
        ``"error"`` if a missing month is an error, ``"last_stretch"`` to fit on the months after
        the last gap.
    source
        Where a scenario finds the series that a ``bootstrap`` draws from: a packaged series or the
        path of a CSV table. Without it, the name of `series`.

    Returns
    -------
    Fit
        Estimates, standard errors, season, and the entry for a scenario.

    Raises
    ------
    TypeError
        If the series is none, or holds anything but numbers.
    ValueError
        If there is no such process, the series has gaps or numbers that are not positive (each
        is named), or fewer than 24 months; if the share does not lie between 0 and 1; or if the
        source of a bootstrap is not known.
    ImportError
        If the process needs the extra ``hindcast``, which is not installed.

    Notes
    -----
    The season is estimated first and taken off; see :func:`~.season.fit_season`. How each process
    is estimated stands with its fitter in ``integrasim.analysis.fitting``.

    Examples
    --------
    >>> import integrasim as igs
    >>> observed = igs.load_series("de_first_applications_monthly")
    >>> fit = igs.fit_process(
    ...     "exponential_smoothing", observed.sel(period=slice("2015-01", "2021-12")))
    >>> fit.months, round(fit.process.smoothing, 2)
    (('2015-01', '2021-12'), 0.91)
    """
    if name not in _FITTERS:
        remedy = did_you_mean(name, FITTED_PROCESSES, otherwise=f"Use {FITTED_PROCESSES}.")
        raise ValueError(f'no process "{name}" can be fitted. {remedy}')
    _check_share(share)
    observed = observed_months(series, gaps=gaps)
    if observed.persons.size < _LEAST_MONTHS:
        raise ValueError(_too_short(observed, series))
    series_name = getattr(series, "name", None)
    if source is None and series_name is not None:
        source = str(series_name)
    return fit_months(name, observed, share=share, uncertain=uncertain, source=source)


def fit_months(
    name: str, observed: ObservedMonths, *, share: Number, uncertain: bool, source: str | None
) -> Fit:
    """Fit a process to a checked series of at least 24 months (see :func:`fit_process`)."""
    season = fit_season(observed)
    fitted = _FITTERS[name](Sample(observed, season.adjust(observed), source))
    entry = {
        "process": name,
        "share": share,
        "seasonality": tuple(rounded(factor) for factor in season.factors.tolist()),
        **fitted.entry,
        **{key: each.number(uncertain=uncertain) for key, each in fitted.estimates.items()},
    }
    names = observed.names
    return Fit(
        process=TypeAdapter[Process](Process).validate_python(entry),
        estimates=dict(fitted.estimates) | dict(fitted.further),
        season=tuple(
            Estimate(float(factor), float(error))
            for factor, error in zip(season.factors, season.standard_errors, strict=True)
        ),
        months=(names[0], names[-1]),
        month_count=observed.persons.size,
    )


def _check_share(share: Number) -> None:
    """Refuse a share that no scenario may have."""
    try:
        TypeAdapter[Number](Share, config=_STRICT).validate_python(share)
    except ValidationError:
        message = f"share must be a number or distribution between 0 and 1, not {share!r}"
        raise ValueError(message) from None


def _too_short(observed: ObservedMonths, series: Observed) -> str:
    """Say how many months there are, and which part of the series has enough."""
    message = (
        f"the series has {observed.persons.size} months in a row up to {observed.names[-1]}; "
        f"at least {_LEAST_MONTHS} needed."
    )
    longest = longest_stretch(monthly_table(series))
    if longest.persons.size < _LEAST_MONTHS:
        return f"{message} It has no longer stretch without a gap that would do."
    first, last = longest.names[0], longest.names[-1]
    message = (
        f"{message} Its longest stretch without a gap has {longest.persons.size}: give only the "
        f"months from {first} to {last}"
    )
    if not isinstance(series, xr.DataArray):
        return f"{message}."
    return f'{message}, as series.sel({series.dims[0]}=slice("{first}", "{last}")).'
