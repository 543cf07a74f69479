"""The comparison of a result's options, future by future."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import xarray as xr

from integrasim.analysis.differences import (
    DIFFERENCE_STATISTICS,
    QUANTILE_STATISTICS,
    Settings,
    mean_differences,
    place_statistics,
    sample_statistics,
)
from integrasim.analysis.names import attributes
from integrasim.analysis.persons import PERSON_QUANTITIES, worlds, yearly_persons
from integrasim.analysis.samples import each_column, read_samples
from integrasim.analysis.source import STORED_DIFFERENCES, ComparisonError, Place, Source, View
from integrasim.analysis.statistics import (
    exceedance_probability,
    mean_excess,
    mean_excess_standard_error,
    probability_standard_error,
    ratio_standard_error,
)
from integrasim.profiling import stage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from integrasim.analysis.samples import Members

__all__ = ["ComparisonError", "compare"]

Variables = dict[str, tuple[tuple[str, ...], "NDArray[np.float64]"]]
"""Name → dimensions and values."""

_MONTHS_OF_A_YEAR = 12.0
_HALF_A_CENT = 0.005
_KREIS_TRANSFER_STATISTICS = {
    "mean": "",
    "standard_error": "_standard_error",
    "quantile": "_quantile",
}
_LEVEL_STATISTICS = tuple(name for name in DIFFERENCE_STATISTICS if name != "probability_positive")


@stage("comparison")
def compare(
    result: xr.Dataset,
    *,
    baseline: str | None = None,
    over: Literal["year", "horizon"] = "year",
    view: View = "accrual",
    quantiles: Sequence[float] = (0.05, 0.25, 0.5, 0.75, 0.95),
    level: float = 0.95,
) -> xr.Dataset:
    """Compare every option of a result with a baseline.

    A difference is taken draw by draw, D = X(option) - X(baseline), so both sides
    are the same future; the baseline itself, and an option that changes nothing,
    differ by exactly 0.0. X is

    - for the Land (``land_…``): what it pays, added up over the instruments;
    - for a municipality (``municipality_…``): what it receives, ``transfer``, and less
      closely the persons it hosts and what stays with it;
    - for a Kreis (``kreis_…``): what its municipalities receive together, and less closely
      what it receives for itself (``kreis_transfer_…``).

    Parameters
    ----------
    result
        A result of :func:`integrasim.simulate`, kept at any level. Not changed. One that is opened
        lazily, as :func:`integrasim.load_result` opens a store, is read in bounded memory.
    baseline
        Name of the option to compare with; the scenario's baseline if None.
    over
        ``"year"`` for each calendar year, or ``"horizon"`` for the mean of a
        draw's years, which is an amount per year too. A year that the horizon covers
        only partly counts as it was simulated.
    view
        Which year the Land's money (``land_…``, ``programme_…``, ``instrument_…``,
        ``budget_…``) belongs to: that for which it is due (``"accrual"``), or the Land's budget
        year in which it is paid (``"cash"``). What municipalities and Kreise receive, and what
        stays with them, always belongs to the year for which it is due. In the first year of
        the horizon it is not known what was due before and is paid then: cash is NaN there, and
        ``over="horizon"`` is the mean of the other years.
    quantiles
        Probabilities of the quantiles, in [0, 1].
    level
        Level of the expected shortfall, in [0, 1): the mean of the highest
        1 - level of the draws.

    Returns
    -------
    xarray.Dataset
        Dimensions ``option``, ``year`` (not for the horizon), ``kreis``,
        ``municipality``, ``programme``, ``instrument``, ``quantile`` and ``budget``. The
        coordinate ``cost_known`` (year) tells in which years it is known what the Land pays;
        ``first_month`` and ``last_month`` (year) are the calendar months, 1 to 12, between
        which a year is simulated; ``lump_sum_paid`` (option, year) tells where
        ``fluag.lump_sum`` or ``fluag.pool`` is paid in any draw.
        Variables, in EUR per year, persons or as probabilities:

        - ``land_*``, ``kreis_*``, ``municipality_*`` with ``mean``, ``median``,
          ``quantile``, ``quantile_standard_error``, ``expected_shortfall``,
          ``standard_error`` (of the mean) and ``probability_positive`` of the difference;
        - ``land_cost_*``: the same statistics of what the Land pays, ``programme_cost_*`` of what
          it pays by programme, and ``instrument_cost_mean`` and ``…_standard_error`` by instrument;
        - ``kreis_transfer_difference``, its ``…_standard_error`` and ``…_quantile``: the mean
          difference in what a Kreis receives for itself, 0 for a kreisfreie Stadt;
        - ``person_years_*``, ``facility_persons_*``, ``peak_occupancy_*``, ``assigned_early_*``
          and ``newly_tolerated_*``: the same of the persons in the whole Land, as
          :func:`integrasim.analysis.persons.yearly_persons` has them; over the horizon those
          of the mean of a draw's years;
        - ``municipality_person_years``, the mean over draws, and
          ``municipality_person_years_difference`` and ``municipality_exposure_difference``,
          the mean differences in person-years that earn the lump sum and in what stays with
          the municipality (gross cost less transfer), each with its ``…_standard_error``;
        - ``municipal_share`` of the gross cost: (Σ gross cost - Σ FlüAG) / Σ gross cost, of the
          means over draws, and its ``…_standard_error``, where Σ FlüAG is what municipalities
          receive under that act. Money of other programmes is left out, because the tasks
          for which it pays are no part of the gross cost; NaN where the FlüAG is not settled;
        - ``budget_exceedance(option, year, budget)``: probability that a year's
          cost exceeds the ``budget_amount(year, budget)``, NaN in a year without one,
          its ``…_standard_error``,
          ``budget_shortfall_mean``, the mean amount missing where it is exceeded (NaN
          where it never is), and ``budget_shortfall_standard_error`` (NaN where it rests
          on fewer than two draws). Budgets are yearly, so these keep their ``year``; a
          year of which the horizon covers m months is compared with m/12 of the budget.

        Formulas: :mod:`integrasim.analysis.statistics`. Where the result keeps no
        single draws of the places, their mean, standard error and probability come
        from the statistics stored with it, and the rest is NaN, but for the baseline,
        which differs from itself by 0; over the horizon the standard error is then the
        mean of the years' ones, which it cannot exceed, and the probability is NaN
        unless there is a single year.

    Raises
    ------
    ComparisonError
        If the result lacks something, its budgets are broken, the baseline is unknown,
        the draws that it needs are not kept, or cash is known in no year.
    ValueError
        If ``over``, ``view``, ``quantiles`` or ``level`` is not as stated.

    Examples
    --------
    The Land pays more in the mean if the threshold is lower, and a part of the futures
    exceeds any budget:

    >>> import integrasim as igs
    >>> result = igs.simulate(igs.load_scenario("scenarios/toy.yaml"), draws=100, seed=1)
    >>> table = igs.compare(result, baseline="threshold_35k", over="horizon")
    >>> bool(table["land_mean"].sel(option="threshold_25k") > 0.0)
    True
    >>> table["land_mean"].sel(option="threshold_35k").item()
    0.0
    >>> table["municipality_quantile"].dims
    ('option', 'municipality', 'quantile')
    """
    if over not in {"year", "horizon"}:
        raise ValueError(f'over must be "year" or "horizon", not "{over}"')
    if view not in get_args(View):
        raise ValueError(f'view must be "accrual" or "cash", not "{view}"')
    settings = Settings(
        probabilities=np.asarray(quantiles, dtype=np.float64),
        level=level,
        over_horizon=over == "horizon",
    )
    source = Source(result, baseline=baseline, view=view)
    variables = _costs(source, settings=settings)
    variables |= _land_differences(source, settings=settings)
    variables |= _place_differences(source, place="kreis", settings=settings)
    variables |= _place_differences(source, place="municipality", settings=settings)
    variables |= _kreis_transfer_differences(source, settings=settings)
    variables |= _exposure_differences(source, settings=settings)
    variables |= _municipality_persons(source, settings=settings)
    variables |= _persons(source, settings=settings)
    variables |= _municipal_share(source, settings=settings)
    variables |= _budgets(source)
    return xr.Dataset(
        {
            name: (dims, values, attributes(name, view=view))
            for name, (dims, values) in variables.items()
        },
        coords=_coordinates(source, probabilities=settings.probabilities),
        attrs={
            **result.attrs,
            "baseline": source.baseline,
            "over": over,
            "view": view,
            "expected_shortfall_level": float(level),
        },
    )


def _coordinates(source: Source, *, probabilities: NDArray[np.float64]) -> dict[str, Any]:
    """Carry over the labels of options, years, places and instruments, and add the rest."""
    kept = {"option", "year", "municipality", "instrument"}
    coordinates: dict[str, Any] = {
        str(name): values.compute()
        for name, values in source.result.coords.items()
        if set(values.dims) <= kept
    }
    coordinates["kreis"] = source.kreise
    coordinates["kreis_name"] = ("kreis", source.kreis_names)
    coordinates["quantile"] = probabilities
    first, last = source.month_bounds
    coordinates["first_month"] = ("year", first)
    coordinates["last_month"] = ("year", last)
    coordinates["lump_sum_paid"] = (("option", "year"), source.lump_sum_paid)
    coordinates["cost_known"] = ("year", source.cost_known)
    coordinates["programme"] = np.array(source.programmes, dtype=np.str_)
    coordinates["budget"] = np.array(list(source.budgets), dtype=np.str_)
    for language in ("de", "en"):
        names = [source.programme_label(each, language=language) for each in source.programmes]
        coordinates[f"programme_label_{language}"] = ("programme", np.array(names, dtype=np.str_))
        labels = [source.budget_label(budget, language=language) for budget in source.budgets]
        coordinates[f"budget_label_{language}"] = ("budget", np.array(labels, dtype=np.str_))
    return coordinates


def _dims(statistic: str, *place: str, settings: Settings) -> tuple[str, ...]:
    """Return the dimensions of a statistic: option, year, place, quantile, as they apply."""
    year = () if settings.over_horizon else ("year",)
    quantile = ("quantile",) if statistic in QUANTILE_STATISTICS else ()
    return ("option", *year, *place, *quantile)


def _period_axis(values: NDArray[np.float64], *, settings: Settings) -> NDArray[np.float64]:
    """Drop the period, the second axis, where the horizon is the only one."""
    return values[:, 0] if settings.over_horizon else values


def _land_periods(
    values: NDArray[np.float64], source: Source, *, settings: Settings
) -> NDArray[np.float64]:
    """Put the known years, the second axis, beside NaN for the others, as they apply."""
    if settings.over_horizon:
        return values[:, 0]
    options, _, *rest = values.shape
    whole = np.full((options, source.cost_known.size, *rest), np.nan)
    whole[:, source.cost_known] = values
    return whole


def _costs(source: Source, *, settings: Settings) -> Variables:
    """Statistics of what the Land pays under each option: in all, by programme, by instrument."""
    instruments = each_column(source.result.sizes["instrument"])
    programmes = [np.flatnonzero(source.instruments_of(each)) for each in source.programmes]
    table = place_statistics(
        lambda option: source.costs(option=option),
        options=len(source.options),
        baseline=None,
        members=[np.concatenate(instruments), *programmes, *instruments],
        settings=settings,
    )
    first = 1 + len(programmes)
    scopes: dict[str, tuple[int | slice, tuple[str, ...]]] = {
        "land": (0, _LEVEL_STATISTICS),
        "programme": (slice(1, first), _LEVEL_STATISTICS),
        "instrument": (slice(first, None), ("mean", "standard_error")),
    }
    return {
        f"{scope}_cost_{name}": (
            _dims(name, *(() if scope == "land" else (scope,)), settings=settings),
            _land_periods(table[name][:, :, places], source, settings=settings),
        )
        for scope, (places, names) in scopes.items()
        for name in names
    }


def _land_differences(source: Source, *, settings: Settings) -> Variables:
    """Statistics of the difference in what the Land pays."""
    table = place_statistics(
        lambda option: source.costs(option=option),
        options=len(source.options),
        baseline=source.baseline_index,
        members=[np.arange(source.result.sizes["instrument"])],
        settings=settings,
    )
    return {
        f"land_{name}": (
            _dims(name, settings=settings),
            _land_periods(values[:, :, 0], source, settings=settings),
        )
        for name, values in table.items()
    }


def _place_differences(source: Source, *, place: Place, settings: Settings) -> Variables:
    """Statistics of the difference in what the Kreise or the municipalities receive."""
    members = _members(source, place=place)
    if members is None:
        table = _stored_differences(source, "transfer", place=place, settings=settings)
    else:
        table = place_statistics(
            lambda option: source.amounts("transfer", option=option),
            options=len(source.options),
            baseline=source.baseline_index,
            members=members,
            settings=settings,
        )
    return {
        f"{place}_{name}": (
            _dims(name, place, settings=settings),
            _period_axis(values, settings=settings),
        )
        for name, values in table.items()
    }


def _members(source: Source, *, place: Place) -> Members | None:
    """Tell which columns of ``transfer`` make up each place; None if their draws are not kept."""
    if source.level == place:
        return each_column(source.result.sizes[place])
    return source.kreis_members if source.level == "municipality" else None


def _stored_differences(
    source: Source, variable: str, *, place: Place, settings: Settings
) -> dict[str, NDArray[np.float64]]:
    """Statistics of places whose draws are not kept, as far as they were stored."""
    stored_baseline = str(source.result.attrs["baseline"])
    if source.baseline != stored_baseline:
        raise ComparisonError(
            f'single draws are kept at the level "{source.level}" only, and the differences of '
            f'each {place} are stored against "{stored_baseline}", not "{source.baseline}". '
            f'Compare with "{stored_baseline}", or simulate with keep="municipality"'
        )
    mean, error = _stored_mean(source, variable, place=place, settings=settings)
    positive = _stored(source, variable, "positive", place=place)
    if settings.over_horizon:
        positive = positive if positive.shape[1] == 1 else np.full(mean.shape, np.nan)
    unknown = np.full(mean.shape, np.nan)
    no_quantiles = np.full((*mean.shape, len(settings.probabilities)), np.nan)
    table = {
        "mean": mean,
        "median": unknown,
        "quantile": no_quantiles,
        "quantile_standard_error": no_quantiles,
        "expected_shortfall": unknown,
        "standard_error": error,
        "probability_positive": positive,
    }
    return {name: _exact_baseline(values, source) for name, values in table.items()}


def _stored_mean(
    source: Source, variable: str, *, place: Place, settings: Settings
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Read a stored mean difference and its standard error, (option, period, place)."""
    mean = _stored(source, variable, "mean", place=place)
    sd = _stored(source, variable, "sd", place=place)
    error = sd / np.sqrt(source.draws) if source.draws > 1 else np.full(sd.shape, np.nan)
    if settings.over_horizon:
        mean, error = mean.mean(axis=1, keepdims=True), error.mean(axis=1, keepdims=True)
    return mean, error


def _stored(source: Source, variable: str, statistic: str, *, place: Place) -> NDArray[np.float64]:
    """Read a stored statistic of differences, (option, year, place)."""
    stored = source.result[STORED_DIFFERENCES[variable, place][statistic]]
    values: NDArray[np.float64] = stored.transpose("option", "year", place).to_numpy()
    return values


def _exact_baseline(values: NDArray[np.float64], source: Source) -> NDArray[np.float64]:
    """Fill in what needs no draws: the baseline differs from itself by exactly 0."""
    exact = values.copy()
    exact[source.baseline_index] = 0.0
    return exact


def _kreis_transfer_differences(source: Source, *, settings: Settings) -> Variables:
    """Statistics of the difference in what the Kreise receive for themselves."""
    if source.level == "land":
        table = _stored_differences(source, "kreis_transfer", place="kreis", settings=settings)
    else:
        table = place_statistics(
            lambda option: source.amounts("kreis_transfer", option=option),
            options=len(source.options),
            baseline=source.baseline_index,
            members=each_column(len(source.kreise)),
            settings=settings,
        )
    return {
        f"kreis_transfer_difference{suffix}": (
            _dims(name, "kreis", settings=settings),
            _period_axis(table[name], settings=settings),
        )
        for name, suffix in _KREIS_TRANSFER_STATISTICS.items()
    }


def _exposure_differences(source: Source, *, settings: Settings) -> Variables:
    """Mean difference in what stays with the municipalities."""
    if source.level == "municipality":
        found = _mean_differences(source, "municipal_exposure", settings=settings)
    else:
        found = _stored_mean(source, "municipal_exposure", place="municipality", settings=settings)
    mean, error = (_exact_baseline(values, source) for values in found)
    return _difference_variables("municipality_exposure", mean, error, settings=settings)


def _municipality_persons(source: Source, *, settings: Settings) -> Variables:
    """Mean person-years of the municipalities, and their difference.

    The mean difference is that of the means; its error is known from single draws only.
    """
    level = source.person_months / _MONTHS_OF_A_YEAR
    if settings.over_horizon:
        level = level.mean(axis=1, keepdims=True)
    difference = level - level[source.baseline_index]
    if not source.has_own_worlds:
        error = np.zeros(level.shape)
    elif source.level == "municipality":
        _, error = _mean_differences(source, "person_months", settings=settings)
    else:
        error = np.full(level.shape, np.nan)
    error = _exact_baseline(error / _MONTHS_OF_A_YEAR, source)
    name, dims = "municipality_person_years", _dims("mean", "municipality", settings=settings)
    return {name: (dims, _period_axis(level, settings=settings))} | _difference_variables(
        name, difference, error, settings=settings
    )


def _mean_differences(
    source: Source, variable: str, *, settings: Settings
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean difference of a variable by municipality and its error, from single draws."""
    return mean_differences(
        lambda option: source.amounts(variable, option=option),
        options=len(source.options),
        baseline=source.baseline_index,
        settings=settings,
    )


def _difference_variables(
    name: str, mean: NDArray[np.float64], error: NDArray[np.float64], *, settings: Settings
) -> Variables:
    """Name a mean difference of the municipalities and its standard error."""
    dims = _dims("mean", "municipality", settings=settings)
    return {
        f"{name}_difference": (dims, _period_axis(mean, settings=settings)),
        f"{name}_difference_standard_error": (dims, _period_axis(error, settings=settings)),
    }


def _persons(source: Source, *, settings: Settings) -> Variables:
    """Statistics of the persons in the whole Land."""
    tables = [_persons_table(world, settings=settings) for _, world in worlds(source.result)]
    variables: Variables = {}
    for quantity in PERSON_QUANTITIES:
        for name in _LEVEL_STATISTICS:
            values = np.stack([table[quantity][name] for table in tables])
            of_options = np.broadcast_to(values, (len(source.options), *values.shape[1:]))
            variables[f"{quantity}_{name}"] = (_dims(name, settings=settings), of_options)
    return variables


def _persons_table(
    world: xr.Dataset, *, settings: Settings
) -> dict[str, dict[str, NDArray[np.float64]]]:
    """Statistics of the persons of a world, by quantity."""
    table = {}
    for quantity, values in yearly_persons(world).items():
        by_year = values.transpose("year", "draw").to_numpy()
        sample = np.array(by_year, dtype=np.float64, order="C")
        if settings.over_horizon:
            sample = sample.mean(axis=0)
        table[str(quantity)] = sample_statistics(sample, settings=settings)
    return table


def _municipal_share(source: Source, *, settings: Settings) -> Variables:
    """Share of the gross cost that the Land does not pay the municipalities back."""
    share, error = [], []
    gross = source.total("gross_cost", option=0, over_horizon=settings.over_horizon)
    for option in range(len(source.options)):
        if option > 0 and source.has_own_worlds:
            gross = source.total("gross_cost", option=option, over_horizon=settings.over_horizon)
        left = gross - source.hosting_money(option=option, over_horizon=settings.over_horizon)
        whole = gross.mean(axis=-1)
        share.append(left.mean(axis=-1) / np.where(whole == 0.0, np.nan, whole))
        error.append(ratio_standard_error(left, gross, axis=-1))
    dims = _dims("mean", settings=settings)
    return {
        "municipal_share": (dims, _period_axis(np.stack(share), settings=settings)),
        "municipal_share_standard_error": (
            dims,
            _period_axis(np.stack(error), settings=settings),
        ),
    }


def _budgets(source: Source) -> Variables:
    """Probability that a year's cost exceeds a budget, and by how much it then does."""
    known = source.cost_known
    budgets = np.array(list(source.budgets.values())).reshape(-1, known.size)
    amounts = source.months / _MONTHS_OF_A_YEAR * budgets
    shape = (len(source.options), *amounts.T.shape)
    exceedance, shortfall, error = (np.full(shape, np.nan) for _ in range(3))
    members = [np.flatnonzero(source.instruments_of(budget)) for budget in source.budgets]
    for option in range(len(source.options)):
        for places, paid in read_samples(source.costs(option=option), members=members):
            amount = amounts[places, known].T[..., np.newaxis]
            missing = paid - amount
            missing[np.abs(missing) < _HALF_A_CENT] = 0.0  # the rounding of a sum is no overrun
            probability = np.where(
                np.isnan(amount[..., 0]), np.nan, exceedance_probability(missing, axis=-1)
            )
            exceedance[option, known, places] = probability
            shortfall[option, known, places] = mean_excess(missing, threshold=0.0, axis=-1)
            error[option, known, places] = mean_excess_standard_error(
                missing, threshold=0.0, axis=-1
            )
    dims = ("option", "year", "budget")
    return {
        "budget_amount": (("year", "budget"), amounts.T),
        "budget_exceedance": (dims, exceedance),
        "budget_exceedance_standard_error": (
            dims,
            probability_standard_error(exceedance, draws=source.draws),
        ),
        "budget_shortfall_mean": (dims, shortfall),
        "budget_shortfall_standard_error": (dims, error),
    }
