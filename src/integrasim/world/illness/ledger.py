"""The ledger of large illness costs, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from integrasim.law.basis import Ledger
from integrasim.world.illness.acute import crossing_episodes, whole_episodes
from integrasim.world.illness.chronic import chronic_cases
from integrasim.world.illness.rows import in_order

if TYPE_CHECKING:
    from integrasim.world.illness.exposure import Exposure
    from integrasim.world.illness.model import IllnessYears


def draw_ledger(exposure: Exposure, model: IllnessYears, *, seed: int, draws: range) -> Ledger:
    """Draw every large cost of a counted person in a calendar year.

    Chronic cases, acute episodes within a year, and both parts of episodes that
    cross New Year, each by a Poisson number in a municipality and year. More
    person-years, in all years alike or in the last one, add rows and change no other.

    Parameters
    ----------
    exposure
        Person-years, presence, and who stays.
    model
        Severity, course, price levels, floor and cap.
    seed, draws
        Seed of the run and the block of draws.

    Returns
    -------
    Ledger
        One row per person-year above the floor, in order of draw and year, with
        nominal costs in EUR.

    See Also
    --------
    integrasim.world.illness.chronic : chronic cases from year to year.
    integrasim.world.illness.acute : episodes within a year and across New Year.
    """
    rows = in_order(
        (
            whole_episodes(exposure, model, seed=seed, draws=draws),
            *crossing_episodes(exposure, model, seed=seed, draws=draws),
            *chronic_cases(exposure, model, seed=seed, draws=draws),
        ),
        *exposure.presence.shape,
    )
    return Ledger(
        draw=rows.draw,
        year=rows.year,
        municipality=rows.municipality,
        cost=rows.cost,
        floor=model.floor,
    )
