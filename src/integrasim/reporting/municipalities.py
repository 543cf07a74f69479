"""Which municipalities an option changes most: by persons where it moves them, else by money."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from rich.text import Text

from integrasim.reporting.numbers import (
    MISSING,
    format_count,
    format_number,
    format_percent,
    supported_decimals,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    import xarray as xr
    from numpy.typing import NDArray
    from rich.console import RenderableType

    from integrasim.reporting.layout import Layout

__all__ = ["municipality_parts"]

_TOP = 10
_HALF = 0.5
_THOUSAND = 1e3
_CENTS = 2


def municipality_parts(
    yearly: xr.Dataset, *, horizon: xr.Dataset, option: str, layout: Layout
) -> Iterator[RenderableType]:
    """Yield how many municipalities gain and lose under an option, and those that do most.

    Parameters
    ----------
    yearly, horizon
        From :func:`integrasim.compare`, by year and over the horizon.
    option
        The option that is compared with the baseline.
    layout
        Form of the page.

    Yields
    ------
    rich.console.RenderableType
        Titles, tables and sentences.

    Examples
    --------
    ``list(municipality_parts(yearly, horizon=horizon, option="new", layout=layout))``
    """
    own = horizon.sel(option=option)
    if own["municipality_person_years_difference"].any():
        yield from _moved(horizon, option, layout)
    else:
        chance = yearly["municipality_probability_positive"].sel(option=option).mean("year")
        yield from _paid(own, option, chance.to_numpy(), layout)


def _moved(horizon: xr.Dataset, option: str, layout: Layout) -> Iterator[RenderableType]:
    """Yield where more persons earn the lump sum, where fewer, and what that means in money."""
    words, own = layout.words, horizon.sel(option=option)
    change = own["municipality_person_years_difference"].to_numpy()
    before = horizon["municipality_person_years"].sel(option=layout.baseline).to_numpy()
    title = _title(words.moved, option, layout)
    sentence = words.moves.format(**_counts(change, layout))
    headings = (words.person_years, words.in_percent, words.transfer, words.exposure)
    table = layout.table((words.municipality,), headings)
    for places in _most(change):
        for place in places:
            values = own.isel(municipality=place)
            table.add_row(
                _name(values),
                _change(values, "municipality_person_years_difference", 1.0, layout),
                _percentage(values, before[place], layout),
                _change(values, "municipality_mean", _THOUSAND, layout),
                _change(values, "municipality_exposure_difference", _THOUSAND, layout),
            )
        table.add_section()
    yield from layout.titled(title, layout.paragraph(sentence), Text(), table)
    yield layout.paragraph(words.note_moved)
    if layout.several_programmes:
        yield layout.paragraph(words.note_moved_programmes)


def _paid(
    own: xr.Dataset, option: str, chance: NDArray[np.float64], layout: Layout
) -> Iterator[RenderableType]:
    """Yield who receives more under an option, and who less."""
    words = layout.words
    gain = own["municipality_mean"].to_numpy()
    often = format_count(int(np.count_nonzero(chance >= _HALF)), language=layout.language)
    sentence = words.gains.format(**_counts(gain, layout), half=often)
    title = _title(words.municipalities, option, layout)
    yield from layout.titled(title, layout.paragraph(sentence))
    if gain.any():
        headings = (words.gain, words.gain_per_person, words.years_with_gain)
        table = layout.table((words.municipality,), headings)
        for places in _most(gain):
            for place in places:
                values = own.isel(municipality=place)
                error = values["municipality_standard_error"].item()
                table.add_row(
                    _name(values),
                    layout.estimate(gain[place], error, scale=_THOUSAND),
                    _per_person(values, layout),
                    layout.probability(chance[place], error),
                )
            table.add_section()
        yield Text()
        yield table


def _title(template: str, option: str, layout: Layout) -> str:
    """Fill in what is compared with what."""
    return template.format(option=layout.labels[option], baseline=layout.labels[layout.baseline])


def _counts(change: NDArray[np.float64], layout: Layout) -> dict[str, str]:
    """Count the municipalities with more and with less."""
    counts = {
        "all": change.size,
        "more": int(np.count_nonzero(change > 0.0)),
        "less": int(np.count_nonzero(change < 0.0)),
    }
    return {name: format_count(n, language=layout.language) for name, n in counts.items()}


def _most(change: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Find the highest changes and the lowest; equal ones in the order of the keys."""
    up = np.argsort(-change, kind="stable")[:_TOP]
    down = np.argsort(change, kind="stable")[:_TOP]
    return up[change[up] > 0.0], down[change[down] < 0.0]


def _name(values: xr.Dataset) -> str:
    """Name a municipality without its official addition, such as “Stadt” after a comma."""
    return str(values["municipality_name"].item()).partition(",")[0]


def _change(values: xr.Dataset, name: str, scale: float, layout: Layout) -> str:
    """Format a mean difference and its standard error."""
    error = values[f"{name.removesuffix('_mean')}_standard_error"].item()
    return layout.estimate(values[name].item(), error, scale=scale)


def _percentage(values: xr.Dataset, before: float, layout: Layout) -> str:
    """Format the change in persons as a share of those of the baseline."""
    if before == 0.0:
        return MISSING
    name = "municipality_person_years_difference"
    share = values[name].item() / before
    error = values[f"{name}_standard_error"].item() / before
    decimals = min(1, max(0, supported_decimals(100.0 * error)))
    return format_percent(share, decimals=decimals, language=layout.language)


def _per_person(values: xr.Dataset, layout: Layout) -> str:
    """Format the gain in EUR per person-year, to the digits that the gain supports."""
    persons = values["municipality_person_years"].item()
    if persons == 0.0:
        return MISSING
    decimals = supported_decimals(values["municipality_standard_error"].item() / persons)
    gain = values["municipality_mean"].item() / persons
    return format_number(gain, decimals=min(_CENTS, decimals), language=layout.language)
