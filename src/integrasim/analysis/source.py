"""A result as the comparison reads it: checked, option by option, as plain arrays."""

from __future__ import annotations

import difflib
import json
import math
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from integrasim.analysis.persons import PERSON_VARIABLES
from integrasim.analysis.samples import Amounts, read_place, read_samples, read_totals
from integrasim.law.instruments.programme_labels import PROGRAMME_LABELS

if TYPE_CHECKING:
    from collections.abc import Iterable

    import xarray as xr
    from numpy.typing import NDArray

__all__ = ["READ_VARIABLES", "STORED_DIFFERENCES", "ComparisonError", "Place", "Source", "View"]

Place = Literal["kreis", "municipality"]
View = Literal["accrual", "cash"]
"""Whether the Land's money counts in the year for which it is due, or in which it is paid."""


def _stored_names(prefix: str) -> dict[str, str]:
    """Name the stored statistics of a difference."""
    return {name: f"{prefix}_difference_{name}" for name in ("mean", "sd", "positive")}


STORED_DIFFERENCES: dict[tuple[str, Place], dict[str, str]] = {
    ("transfer", "kreis"): _stored_names("transfer_kreis"),
    ("transfer", "municipality"): _stored_names("transfer"),
    ("kreis_transfer", "kreis"): _stored_names("kreis_transfer"),
    ("municipal_exposure", "municipality"): _stored_names("municipal_exposure"),
}
"""Where a result keeps the statistics of differences whose draws it does not keep."""
_JANUARY, _DECEMBER = 1, 12
_STORED_PERSON_MONTHS = "person_months_mean"

_VARIABLES = (
    *("land_cost", "transfer", "kreis_transfer", "gross_cost", "municipal_exposure"),
    *PERSON_VARIABLES,
)
_COSTS: dict[View, str] = {"accrual": "land_cost", "cash": "land_payments"}
_COORDINATES = (
    *("option", "option_label_de", "option_label_en", "draw", "year", "month"),
    *("instrument", "instrument_label_de", "instrument_label_en", "recipient"),
    *("municipality", "municipality_name", "kreis_ags", "status", "flow"),
)
_ATTRIBUTES = (
    *("title", "title_de", "purpose", "purpose_de"),
    *("seed", "draws", "law_as_of", "baseline", "budgets"),
)
_LUMP_SUMS = ("fluag.lump_sum", "fluag.pool")
"""What the Land pays for hosting in general: per person-month, and as a pool until 2016."""

_HOSTING = "fluag"
"""The programme that pays for the cost of hosting."""

READ_VARIABLES = (
    *_VARIABLES,
    _COSTS["cash"],
    *(name for names in STORED_DIFFERENCES.values() for name in names.values()),
    _STORED_PERSON_MONTHS,
)
"""Every variable of a result that the comparison may read."""


class ComparisonError(ValueError):
    """
    The comparison asked for cannot be made from this result.

    Examples
    --------
    >>> raise ComparisonError('the result has no option "a"')
    Traceback (most recent call last):
    integrasim.analysis.source.ComparisonError: the result has no option "a"
    """


class Source:
    """
    What the comparison needs of a result.

    Parameters
    ----------
    result
        A result of :func:`integrasim.simulate`; it is never changed.
    baseline
        Name of the option to compare with; the scenario's own baseline if None.
    view
        Whether the Land's money is read by the year for which it is due, or in which it is paid.

    Attributes
    ----------
    result : xarray.Dataset
        The result as given.
    options : list of str
        Names of the options, in the order of the result.
    baseline : str
        Name of the option to compare with.
    draws : int
        Number of draws.
    budgets : dict
        Budget key → EUR of each year, NaN where there is no budget.
    cost_known : numpy.ndarray
        Shape (year,): whether it is known what the Land pays. In the first year of a horizon it
        is not known what was due before and is paid then.

    Raises
    ------
    ComparisonError
        If a variable, a coordinate or an attribute is missing (with all that are),
        the budgets are broken, a label is doubled, the baseline is unknown, or no year's
        payments are.
    """

    def __init__(self, result: xr.Dataset, *, baseline: str | None, view: View = "accrual") -> None:
        _require_complete(result)
        for dim in ("option", "municipality", "kreis"):
            _require_unique(result, dim)
        self.result = result
        self.options = [str(name) for name in result["option"].to_numpy()]
        self.baseline = _known_option(
            str(result.attrs["baseline"]) if baseline is None else baseline, self.options
        )
        self.draws = int(result.sizes["draw"])
        self.budgets = _budgets(result)
        self._cost = _COSTS[view]
        self.cost_known = self._known_years()

    def _known_years(self) -> NDArray[np.bool_]:
        """Tell in which years it is known what the Land pays."""
        if self._cost not in self.result:
            raise ComparisonError(
                f'the result lacks the variable "{self._cost}", without which it is not known in '
                "which year the Land pays. Run the simulation again"
            )
        known = np.ones(self.result.sizes["year"], dtype=np.bool_)
        if self._cost == _COSTS["accrual"]:
            return known
        for option in range(len(self.options)):
            known &= ~np.isnan(self.total(self._cost, option=option, over_horizon=False)).any(
                axis=1
            )
        if not known.any():
            raise ComparisonError(
                "in no year of the result is it known what the Land pays: what was due before the "
                "horizon is paid in its first year. Simulate a horizon that starts a year earlier"
            )
        return known

    @property
    def baseline_index(self) -> int:
        """Position of the baseline among the options."""
        return self.options.index(self.baseline)

    @property
    def level(self) -> Literal["municipality", "kreis", "land"]:
        """Finest level at which single draws are kept."""
        return _level(self.result)

    @property
    def kreise(self) -> NDArray[Any]:
        """Keys of the Kreise, in the order of the result."""
        of_municipalities = np.unique(self.result["kreis_ags"].to_numpy())
        if "kreis" not in self.result.indexes:
            return of_municipalities
        kreise: NDArray[Any] = self.result["kreis"].to_numpy()
        astray = np.setxor1d(kreise, of_municipalities)
        if astray.size:
            raise ComparisonError(
                f"the Kreise of the result and of its municipalities differ in {_listed(astray)}"
            )
        return kreise

    @property
    def kreis_members(self) -> list[NDArray[np.intp]]:
        """Positions of the municipalities of each Kreis."""
        kreis_of = self.result["kreis_ags"].to_numpy()
        return [np.flatnonzero(kreis_of == kreis) for kreis in self.kreise]

    @property
    def kreis_names(self) -> NDArray[Any]:
        """Names of the Kreise; their keys where the result does not name them."""
        if "kreis_name" not in self.result.coords:
            return self.kreise
        names: NDArray[Any] = self.result["kreis_name"].to_numpy()
        return names

    @property
    def months(self) -> NDArray[np.int64]:
        """Number of simulated months of each year: 12, or fewer at an end of the horizon."""
        months: NDArray[np.int64] = self._held.sum(axis=1)
        return months

    @property
    def month_bounds(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """First and last simulated calendar month of each year, 1 to 12."""
        calendar_month = self.result["month"].dt.month.to_numpy()
        first: NDArray[np.int64] = np.where(self._held, calendar_month, _DECEMBER).min(axis=1)
        last: NDArray[np.int64] = np.where(self._held, calendar_month, _JANUARY).max(axis=1)
        return first, last

    @property
    def _held(self) -> NDArray[np.bool_]:
        """Whether a month (second axis) belongs to a year (first axis)."""
        of_months = self.result["month"].dt.year.to_numpy()
        held: NDArray[np.bool_] = of_months == self.result["year"].to_numpy()[:, np.newaxis]
        return held

    @property
    def lump_sum_paid(self) -> NDArray[np.bool_]:
        """Whether the Land pays lump sums or a pool, by option (first axis) and year."""
        of_lump_sums = np.isin(self.result["instrument"].to_numpy(), _LUMP_SUMS)
        members = list(np.flatnonzero(of_lump_sums)[:, np.newaxis])
        paid = np.zeros((len(self.options), self.result.sizes["year"]), dtype=np.bool_)
        for option in range(len(self.options)):
            costs = self.amounts("land_cost", option=option)
            for _, sample in read_samples(costs, members=members):
                paid[option] |= sample.any(axis=(1, 2))
        return paid

    @property
    def person_months(self) -> NDArray[np.float64]:
        """Mean person-months over draws, shape (option, year, municipality)."""
        if self.level == "municipality":
            worlds = range(len(self.options) if self.has_own_worlds else 1)
            totals = [read_totals(self.amounts("person_months", option=each)) for each in worlds]
            means = np.stack(totals) / self.draws
        else:
            stored = self.result[_STORED_PERSON_MONTHS]
            dims = ("option", "year", "municipality")
            means = stored.transpose(*dims, missing_dims="ignore").to_numpy()
        return np.broadcast_to(means, (len(self.options), *means.shape[-2:]))

    @property
    def has_own_worlds(self) -> bool:
        """Whether each option has a world of its own."""
        return "option" in self.result["person_months"].dims

    @property
    def programmes(self) -> list[str]:
        """Names of the programmes that are settled, in the order of their instruments."""
        return list(dict.fromkeys(self._programme_of_instruments))

    @property
    def _programme_of_instruments(self) -> list[str]:
        """Name of the programme to which each instrument belongs."""
        return [str(name).partition(".")[0] for name in self.result["instrument"].to_numpy()]

    def programme_label(self, programme: str, *, language: Literal["de", "en"]) -> str:
        """Say what a programme is called.

        Parameters
        ----------
        programme
            Its name.
        language
            ``"de"`` or ``"en"``.

        Returns
        -------
        str
            The label; the name as it is where the programme is not known.
        """
        label = PROGRAMME_LABELS.get(programme)
        return programme if label is None else str(getattr(label, language))

    def budget_label(self, budget: str, *, language: Literal["de", "en"]) -> str:
        """Say what a budget is for in words.

        Parameters
        ----------
        budget
            Identifier of an instrument, or name of a programme.
        language
            ``"de"`` or ``"en"``.

        Returns
        -------
        str
            The label of the instrument or of the programme.
        """
        names = map(str, self.result["instrument"].to_numpy())
        labels = map(str, self.result[f"instrument_label_{language}"].to_numpy())
        of_instruments = dict(zip(names, labels, strict=True))
        return of_instruments.get(budget, self.programme_label(budget, language=language))

    def instruments_of(self, budget: str) -> NDArray[np.bool_]:
        """Which instruments a budget pays: the one of that name, or its whole programme.

        Parameters
        ----------
        budget
            Identifier of an instrument, or the part of it before a dot.

        Returns
        -------
        numpy.ndarray
            Shape (instrument,).

        Raises
        ------
        ComparisonError
            If no instrument belongs to the budget.
        """
        names = [str(name) for name in self.result["instrument"].to_numpy()]
        pairs = zip(names, self._programme_of_instruments, strict=True)
        paid = np.array([budget in pair for pair in pairs])
        if not paid.any():
            raise ComparisonError(
                f'the budget "{budget}" names no instrument. '
                f"{_suggestion(budget, sorted({*names, *self.programmes}))}"
            )
        return paid

    def costs(self, *, option: int) -> Amounts:
        """Give what the Land pays under an option in the years in which that is known, unread.

        Parameters
        ----------
        option
            Position of the option.

        Returns
        -------
        Amounts
            In EUR, by known year and instrument.
        """
        years = None if self.cost_known.all() else np.flatnonzero(self.cost_known)
        return Amounts(self.result[self._cost].variable, option, years)

    def hosting_money(self, *, option: int, over_horizon: bool) -> NDArray[np.float64]:
        """Add up what all municipalities receive under an option for the cost of hosting.

        That is what the FlüAG gives; money of other programmes pays for tasks that are no part
        of the gross cost.

        Parameters
        ----------
        option
            Position of the option.
        over_horizon
            Whether the years of a draw are averaged.

        Returns
        -------
        numpy.ndarray
            Shape (period, draw), in EUR, by the year for which it is due; NaN where the FlüAG is
            not settled.
        """
        costs = self.amounts("land_cost", option=option)
        of_hosting = np.array(self._programme_of_instruments) == _HOSTING
        received = of_hosting & (self.result["recipient"].to_numpy() == "municipality")
        if not received.any():
            nothing = 0.0 if of_hosting.any() else np.nan
            return np.full((1 if over_horizon else costs.shape[1], self.draws), nothing)
        return read_place(costs, columns=np.flatnonzero(received), over_horizon=over_horizon)

    def amounts(self, variable: str, *, option: int) -> Amounts:
        """Give an option's amounts of a variable, unread.

        Parameters
        ----------
        variable
            Name of a variable over draws and years.
        option
            Position of the option; it is ignored by a variable that all options share.

        Returns
        -------
        Amounts
            In EUR, by year and municipality, Kreis or instrument.
        """
        return Amounts(self.result[variable].variable, option)

    def total(self, variable: str, *, option: int, over_horizon: bool) -> NDArray[np.float64]:
        """Add up an option's amounts of a variable over all but draws and years.

        Parameters
        ----------
        variable
            Name of a variable over draws and years.
        option
            Position of the option.
        over_horizon
            Whether the years of a draw are averaged.

        Returns
        -------
        numpy.ndarray
            Shape (period, draw), in EUR.
        """
        amounts = self.amounts(variable, option=option)
        columns = np.arange(amounts.shape[-1])
        return read_place(amounts, columns=columns, over_horizon=over_horizon)


def _level(result: xr.Dataset) -> Literal["municipality", "kreis", "land"]:
    """Return the finest level at which single draws are kept."""
    dims = result["transfer"].dims
    if "municipality" in dims:
        return "municipality"
    return "kreis" if "kreis" in dims else "land"


def _require_complete(result: xr.Dataset) -> None:
    """Refuse a result that lacks anything, and name all that it lacks."""
    variables = list(_VARIABLES)
    if "transfer" in result and (level := _level(result)) != "municipality":
        variables.append(_STORED_PERSON_MONTHS)
        for (_, place), names in STORED_DIFFERENCES.items():
            if place != level:
                variables += names.values()
    needed = {
        "variables": (variables, result.data_vars),
        "coordinates": (_COORDINATES, result.coords),
        "attributes": (_ATTRIBUTES, result.attrs),
    }
    lacks = [
        f"the {kind} {_listed(missing)}"
        for kind, (names, present) in needed.items()
        if (missing := [name for name in names if name not in present])
    ]
    if lacks:
        listed = " and ".join(filter(None, (", ".join(lacks[:-1]), lacks[-1])))
        raise ComparisonError(
            f"this is no complete result of integrasim: it lacks {listed}. Run the simulation again"
        )


def _budgets(result: xr.Dataset) -> dict[str, NDArray[np.float64]]:
    """Read the budgets, which a result keeps as JSON."""
    text = result.attrs["budgets"]
    years = [int(year) for year in result["year"].to_numpy()]
    try:
        budgets = json.loads(str(text))
        known = {str(key): _by_year(value, years) for key, value in budgets.items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise ComparisonError(
            f'this is no complete result of integrasim: the attribute "budgets" ({text}) is no '
            "mapping of names to EUR per year. Run the simulation again"
        ) from error
    return known


def _by_year(value: object, years: list[int]) -> NDArray[np.float64]:
    """Return the amount of each year: the same for all, or those of a table by year."""
    if not isinstance(value, dict):
        return np.full(len(years), _amount(value))
    amounts = {int(year): _amount(each) for year, each in value.items()}
    return np.array([amounts.get(year, np.nan) for year in years])


def _amount(value: object) -> float:
    """Return a JSON number that is an amount of money."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise TypeError(f"{value!r} is no amount")
    return float(value)


def _known_option(name: str, options: list[str]) -> str:
    """Return the option's name if the result has it."""
    if name not in options:
        raise ComparisonError(f'the result has no option "{name}". {_suggestion(name, options)}')
    return name


def _suggestion(name: str, known: list[str]) -> str:
    """Say which known name was probably meant, and what else there is."""
    near = difflib.get_close_matches(name, known, n=1)
    meant = f'Did you mean "{near[0]}"? ' if near else ""
    return f"{meant}There are: {_listed(known)}."


def _listed(names: Iterable[str]) -> str:
    """List names in quotation marks."""
    return ", ".join(f'"{name}"' for name in names)


def _require_unique(result: xr.Dataset, dim: str) -> None:
    """Refuse a label that occurs twice: a join over it would be ambiguous."""
    if dim not in result.indexes:
        return
    index = result.indexes[dim]
    if not index.is_unique:
        doubled = sorted({str(label) for label in index[index.duplicated()]})
        raise ComparisonError(f"the result has more than one {dim} {_listed(doubled)}")
