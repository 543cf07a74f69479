"""What Kreise receive more or less for themselves, where an option changes that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from rich.text import Text

from integrasim.reporting.numbers import format_count

if TYPE_CHECKING:
    from collections.abc import Iterator

    import xarray as xr
    from rich.console import RenderableType

    from integrasim.reporting.layout import Layout

__all__ = ["kreis_parts"]

_MOST = 10
_THOUSAND = 1e3


def kreis_parts(horizon: xr.Dataset, *, option: str, layout: Layout) -> Iterator[RenderableType]:
    """Yield how many Kreise receive more and less for themselves, and those that do most.

    Nothing where the option changes nothing for any Kreis.

    Parameters
    ----------
    horizon
        From :func:`integrasim.compare`, over the horizon.
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
    ``list(kreis_parts(horizon, option="new", layout=layout))``
    """
    words, own = layout.words, horizon.sel(option=option)
    change = own["kreis_transfer_difference"].to_numpy()
    error = own["kreis_transfer_difference_standard_error"].to_numpy()
    concerned = np.flatnonzero(change)
    if not concerned.size:
        return
    title = words.kreise.format(
        option=layout.labels[option], baseline=layout.labels[layout.baseline]
    )
    counts = {
        name: format_count(int(np.count_nonzero(chosen)), language=layout.language)
        for name, chosen in (("more", change > 0.0), ("less", change < 0.0))
    }
    sentence = words.kreise_gain.format(**counts)
    if np.all(change[concerned] == change[concerned[0]]):
        amount = layout.estimate(change[concerned[0]], error[concerned[0]], scale=_THOUSAND)
        sentence = f"{sentence} {words.kreise_alike.format(amount=amount)}"
        yield from layout.titled(title, layout.paragraph(sentence))
        return
    table = layout.table((words.kreis,), (words.gain,))
    most = concerned[np.argsort(-np.abs(change[concerned]), kind="stable")][:_MOST]
    for kreis in most[np.argsort(-change[most], kind="stable")]:
        amount = layout.estimate(change[kreis], error[kreis], scale=_THOUSAND)
        table.add_row(str(own["kreis_name"].to_numpy()[kreis]), amount)
    yield from layout.titled(title, layout.paragraph(sentence), Text(), table)
