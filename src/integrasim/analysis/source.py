"""A result as the comparison reads it: checked, option by option, as plain arrays."""

from __future__ import annotations

import difflib
import json
import math
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from integrasim.analysis.persons import PERSON_VARIABLES

if TYPE_CHECKING:
    from collections.abc import Iterable

    import xarray as xr
    from numpy.typing import NDArray

__all__ = ["READ_VARIABLES", "STORED_DIFFERENCES", "ComparisonError", "Place", "Source"]

Place = Literal["kreis", "municipality"]


def _stored_names(prefix: str) -> dict[str, str]:
    """Name the stored statistics of a difference."""
    return {name: f"{prefix}_difference_{name}" for name in ("mean", "sd", "positive")}


STORED_DIFFERENCES: dict[tuple[str, Place], dict[str, str]] = {
    ("transfer", "kreis"): _stored_names("transfer_kreis"),
    ("transfer", "municipality"): _stored_names("transfer"),
    ("municipal_exposure", "municipality"): _stored_names("municipal_exposure"),
}
"""Where a result keeps the statistics of differences whose draws it does not keep."""
_JANUARY, _DECEMBER = 1, 12
_STORED_PERSON_MONTHS = "person_months_mean"

_VARIABLES = ("land_cost", "transfer", "gross_cost", "municipal_exposure", *PERSON_VARIABLES)
_COORDINATES = (
    *("option", "option_label_de", "option_label_en", "draw", "year", "month"),
    *("instrument", "instrument_label_de", "instrument_label_en"),
    *("municipality", "municipality_name", "kreis_ags", "status", "flow"),
)
_ATTRIBUTES = (
    *("title", "title_de", "purpose", "purpose_de"),
    *("seed", "draws", "law_as_of", "baseline", "budgets"),
)
_LUMP_SUMS = ("fluag.lump_sum", "fluag.pool")
"""What the Land pays for hosting in general: per person-month, and as a pool until 2016."""

READ_VARIABLES = (
    *_VARIABLES,
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
        Budget key → EUR per year.

    Raises
    ------
    ComparisonError
        If a variable, a coordinate or an attribute is missing (with all that are),
        the budgets are broken, a label is doubled, or the baseline is unknown.
    """

    def __init__(self, result: xr.Dataset, *, baseline: str | None) -> None:
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
        costs = self.result["land_cost"]
        of_lump_sums = costs.sel(instrument=costs["instrument"].isin(_LUMP_SUMS)) != 0.0
        in_any_draw = of_lump_sums.any(("draw", "instrument")).transpose("option", "year")
        paid: NDArray[np.bool_] = in_any_draw.to_numpy()
        return paid

    @property
    def person_months(self) -> xr.DataArray:
        """Mean person-months over draws; by option where options have worlds of their own."""
        if self.level == "municipality":
            return self.result["person_months"].mean("draw")
        return self.result[_STORED_PERSON_MONTHS]

    def budget_label(self, budget: str, *, language: Literal["de", "en"]) -> str:
        """Say what a budget is for in words, where the result has them.

        Parameters
        ----------
        budget
            Identifier of an instrument, or of a group of them.
        language
            ``"de"`` or ``"en"``.

        Returns
        -------
        str
            The label of the instrument; a group's identifier as it is.
        """
        names = map(str, self.result["instrument"].to_numpy())
        labels = map(str, self.result[f"instrument_label_{language}"].to_numpy())
        return dict(zip(names, labels, strict=True)).get(budget, budget)

    def instruments_of(self, budget: str) -> NDArray[np.bool_]:
        """Which instruments a budget pays: the one of that name, or its whole group.

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
        paid = np.array([name == budget or name.startswith(f"{budget}.") for name in names])
        if not paid.any():
            groups = {name.rsplit(".", 1)[0] for name in names}
            raise ComparisonError(
                f'the budget "{budget}" names no instrument. '
                f"{_suggestion(budget, sorted({*names, *groups}))}"
            )
        return paid

    def amounts(self, variable: str, *, option: int) -> NDArray[np.float64]:
        """Read an option's amounts of a variable, without a copy of a result in memory.

        Parameters
        ----------
        variable
            Name of a variable over draws and years.
        option
            Position of the option; it is ignored by a variable that all options share.

        Returns
        -------
        numpy.ndarray
            Shape (draw, year) or (draw, year, column), in EUR.
        """
        values = self.result[variable]
        own = values.isel(option=option) if "option" in values.dims else values
        amounts: NDArray[np.float64] = own.transpose("draw", "year", ...).to_numpy()
        return amounts

    def total(self, variable: str, *, option: int) -> NDArray[np.float64]:
        """Add up an option's amounts of a variable over all but draws and years.

        Parameters
        ----------
        variable
            Name of a variable over draws and years.
        option
            Position of the option.

        Returns
        -------
        numpy.ndarray
            Shape (draw, year), in EUR.
        """
        amounts = self.amounts(variable, option=option)
        total: NDArray[np.float64] = amounts.sum(axis=tuple(range(2, amounts.ndim)))
        return total


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


def _budgets(result: xr.Dataset) -> dict[str, float]:
    """Read the budgets, which a result keeps as JSON."""
    text = result.attrs["budgets"]
    try:
        budgets = json.loads(str(text))
        known = {str(key): _amount(value) for key, value in budgets.items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise ComparisonError(
            f'this is no complete result of integrasim: the attribute "budgets" ({text}) is no '
            "mapping of names to EUR per year. Run the simulation again"
        ) from error
    return known


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
