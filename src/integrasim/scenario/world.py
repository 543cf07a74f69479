"""What a scenario assumes about the world."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

import numpy as np
from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, model_validator

from integrasim.documents.validation import invalid
from integrasim.region import Places as PlacesByType
from integrasim.scenario.dates import Month
from integrasim.scenario.distributions import BaseDistribution
from integrasim.scenario.entry import Entry
from integrasim.scenario.processes import Process
from integrasim.scenario.quantities import (
    UNCERTAIN,
    Amount,
    EpisodeMonths,
    Factor,
    FixedAmount,
    FixedPersons,
    Floor,
    GrowthRate,
    HouseholdSize,
    Months,
    Number,
    PartOfYear,
    Persons,
    RankCorrelation,
    Rate,
    Share,
    ShareBelowOne,
    Sigma,
    Spread,
    TailIndex,
    is_zero,
)

__all__ = [
    "Appeal",
    "Assignment",
    "Costs",
    "Duration",
    "Illness",
    "InitialResidents",
    "OtherArrivals",
    "Places",
    "PlannedPlaces",
    "ProcedureStay",
    "Reception",
    "Residence",
    "Tolerated",
    "World",
    "numbers_of",
]

PriceYear = Annotated[int, Field(ge=1990, le=2100)]


class OtherArrivals(Entry):
    """Arrivals besides asylum seekers; a channel that is left out has none."""

    temporary_protection: Process | None = None
    """arrivals under temporary protection (§ 24 AufenthG)"""
    resettlement: Process | None = None
    """arrivals by resettlement and humanitarian admission"""


class Places(Entry):
    """
    Planned places in facilities of the Land, for good or from a month on.

    Examples
    --------
    >>> Places.model_validate({"from": "2023-12", "reception_centre": 10, "other_facility": 20})
    Places(first_month=datetime.date(2023, 12, 1), reception_centre=10.0, other_facility=20.0)
    """

    first_month: Month | None = Field(default=None, alias="from")
    """first month of these places, such as 2023-12; without it, they are there from the start"""
    reception_centre: FixedPersons
    """places in Erstaufnahmeeinrichtungen (EAE)"""
    other_facility: FixedPersons
    """places in Zentrale Unterbringungseinrichtungen (ZUE) and Notunterkünfte (NU)"""


def _as_list(value: object) -> object:
    """Take places without a list as a list of one."""
    return value if isinstance(value, list | tuple) else [value]


def _in_order(places: tuple[Places, ...]) -> tuple[Places, ...]:
    """Refuse a list that is empty or not in order of time."""
    if not places:
        remedy = "Write {reception_centre: …, other_facility: …}."
        raise invalid("no places are given", remedy)
    for index, (above, here) in enumerate(pairwise(places), 1):
        if here.first_month is None:
            remedy = "Give it the month from which on it holds; only the first may be without."
            raise invalid("from is missing", remedy, at=(index,))
        if above.first_month is not None and here.first_month <= above.first_month:
            message = f"{here.first_month:%Y-%m} does not follow {above.first_month:%Y-%m}"
            remedy = "Write the months in order of time, each once."
            raise invalid(message, remedy, at=(index, "from"))
    return places


def _plain(places: tuple[Places, ...]) -> Any:  # noqa: ANN401 (a map or a list of maps)
    """Write places the way they are read, the shortest way."""
    entries = [each.model_dump(mode="json", by_alias=True, exclude_none=True) for each in places]
    return entries[0] if len(entries) == 1 else entries


PlannedPlaces = Annotated[
    tuple[Places, ...],
    Field(strict=False),
    BeforeValidator(_as_list),
    AfterValidator(_in_order),
    PlainSerializer(_plain),
]
"""``{reception_centre: …, other_facility: …}``, or a list of these, each with ``from``."""


class Reception(Entry):
    """Facilities of the Land, in which asylum seekers live first."""

    initial: Persons
    """persons in facilities of the Land before the first month"""
    mean_stay: Months
    """mean stay in months of those who are assigned, at least 1"""
    mean_stay_recognised: Annotated[Months | None, UNCERTAIN] = None
    """mean stay in months of those who are recognised there; without it, that of the assigned"""
    mean_stay_left: Annotated[Months | None, UNCERTAIN] = None
    """mean stay in months of those who leave from there; without it, that of the assigned"""
    share_recognised: Share
    """share recognised while there, 0 to 1"""
    share_left: Share
    """share that leaves the Land from there, 0 to 1; the rest is assigned in procedure"""
    share_in_appeal: Share = 0.0
    """share of those assigned who have been refused by then and have appealed, 0 to 1"""
    usable_share: Annotated[Factor | None, UNCERTAIN] = None
    """share of the planned places that can be occupied; when more persons need one, persons are
    assigned earlier; without it, there is no limit"""
    places: PlannedPlaces
    """planned places {reception_centre: …, other_facility: …}, or a list of these with from"""
    places_by_municipality: str = "key"
    """key (places are spread like the allocation key), sites (like the facilities of North
    Rhine-Westphalia), or the path of a CSV table with the columns ags, reception_centre,
    other_facility and perhaps from, which takes the place of ``places``"""

    def total_places(self, months: Sequence[date]) -> PlacesByType:
        """
        Return the planned places of the Land in each month.

        Parameters
        ----------
        months
            First day of each month, none before the first places.

        Returns
        -------
        integrasim.region.Places
            ``reception_centre`` and ``other_facility``, (month,) places each.

        Examples
        --------
        >>> reception = Reception(
        ...     initial=0, mean_stay=1, share_recognised=0, share_left=0, places=[
        ...         {"from": "2025-01", "reception_centre": 10, "other_facility": 20},
        ...         {"from": "2025-03", "reception_centre": 10, "other_facility": 50}])
        >>> reception.total_places([date(2025, month, 1) for month in (2, 3, 4)]).other_facility
        array([20., 50., 50.])
        """
        starts = [places.first_month or date.min for places in self.places]
        chosen = [self.places[bisect_right(starts, month) - 1] for month in months]
        return PlacesByType(
            reception_centre=np.array([places.reception_centre for places in chosen]),
            other_facility=np.array([places.other_facility for places in chosen]),
        )


class InitialResidents(Entry):
    """
    Persons who live in municipalities before the first month.

    Those who are counted (§ 3 (3) FlüAG) are spread so that every municipality has met its
    obligation, all others by the allocation key.
    """

    procedure: Persons
    """persons in the asylum procedure who wait for the first decision"""
    appeal: Persons = 0.0
    """persons whose appeal is pending"""
    recognised: Persons
    """recognised persons"""
    tolerated: Persons
    """tolerated persons (vollziehbar ausreisepflichtig)"""
    temporary_protection: Persons
    """persons under temporary protection (§ 24 AufenthG)"""
    temporary_protection_late: Persons = 0.0
    """those of them first admitted after 31.3.2025, in addition"""
    newcomers: Persons = 0.0
    """persons of § 14 TIntG who came in the two years before, evenly; they count for the
    Integrationspauschalen alone and for no status"""


class Appeal(Entry):
    """Appeals against refusals."""

    share: Share
    """share of the refusals that are appealed, 0 to 1"""
    mean_duration: Months
    """mean duration in months from the refusal to the end of the appeal, at least 1"""
    share_recognised: Share
    """share of the appeals that end in recognition, 0 to 1"""
    share_tolerated: Share
    """share of the appeals after which the person is tolerated, 0 to 1; the rest leaves"""


class ProcedureStay(Entry):
    """The asylum procedure of persons who live in a municipality: first decision, then appeal."""

    mean_duration: Months
    """mean duration in months from assignment to the first decision, at least 1"""
    share_recognised: Share
    """share of the first decisions that recognise, 0 to 1"""
    share_closed: Share = 0.0
    """share closed without a decision on the merits, 0 to 1; these persons leave"""
    share_tolerated: Share
    """share of the first decisions after which the person is tolerated without having appealed,
    0 to 1; the rest leaves"""
    appeal: Appeal = Appeal(share=0.0, mean_duration=1.0, share_recognised=0.0, share_tolerated=0.0)
    """appeals against the other decisions {share: …, mean_duration: …, share_recognised: …,
    share_tolerated: …}"""


class Duration(Entry):
    """How long persons keep a status."""

    mean_duration: Months
    """mean duration in months, at least 1"""


class Tolerated(Duration):
    """How long tolerated persons stay, and how this ends."""

    share_regularised: Share = 0.0
    """share of them whose toleration ends by a right of residence, 0 to 1; the rest leaves"""


class Assignment(Entry):
    """How persons are assigned to municipalities."""

    household_size: HouseholdSize = 1.0
    """mean number of persons who are assigned together, 1 to 10"""


class Residence(Entry):
    """Persons who live in municipalities, by status."""

    initial: InitialResidents
    """persons who live in municipalities before the first month, by status"""
    procedure: ProcedureStay
    """the asylum procedure {mean_duration: …, share_recognised: …, share_tolerated: …}"""
    recognised: Duration
    """how long recognised persons count {mean_duration: …}"""
    tolerated: Tolerated
    """how long tolerated persons stay {mean_duration: …, share_regularised: …}"""
    temporary_protection: Duration
    """how long temporary protection lasts {mean_duration: …}"""


class Illness(Entry):
    """
    Cost of illness of a person in a calendar year: none, a lognormal body, a tail.

    All amounts are EUR in prices of `price_year`, but for the floor and the cap, which are nominal.
    """

    price_year: PriceYear
    """year of the prices in this map"""
    tail: Literal["pareto", "lognormal", "generalised_pareto"] = "pareto"
    """pareto or generalised_pareto (above the splice), or lognormal (without a splice)"""
    mean_cost: Amount
    """mean cost in EUR per person and year, over all persons"""
    no_cost_share: ShareBelowOne
    """share of person-years without any cost, at least 0 and below 1"""
    body_sigma: Annotated[Sigma | None, UNCERTAIN] = None
    """standard deviation of the logarithm of the body, 0.01 to 5"""
    splice: FixedAmount | None = None
    """EUR at which the tail begins"""
    tail_threshold: FixedAmount
    """EUR above which tail_rate was observed, at least splice"""
    tail_rate: Rate
    """share of person-years that cost more than tail_threshold, above 0 and below 1"""
    tail_presence: PartOfYear = 1.0
    """mean part of the year for which persons were counted where tail_rate was observed, above 0
    and at most 1"""
    tail_index: Annotated[TailIndex | None, UNCERTAIN] = None
    """Pareto index α of the tail, 0.2 to 50; the smaller, the heavier"""
    tail_mean_excess: Annotated[Amount | None, UNCERTAIN] = None
    """mean excess in EUR of the cases above tail_threshold, before the cap"""
    inflation: GrowthRate
    """yearly rise of the costs, 0.03 for 3 %"""
    chronic_share: Share = 0.0
    """share of the large costs that come from a chronic illness, 0 to 1; the rest are episodes"""
    persistence: Share = 0.0
    """probability that a chronic case has large costs again in the next year, 0 to 1"""
    persistence_rank_correlation: RankCorrelation = 0.0
    """rank correlation of a chronic case's costs in successive years, -1 to 1"""
    episode_months: EpisodeMonths = 0.0
    """length in months of an episode, 0 to 12; those that cross New Year are split"""
    floor: Floor = 15000.0
    """nominal EUR above which each person-year is kept by itself, at least 100 and at most every
    threshold"""
    cap: FixedAmount
    """nominal EUR at which a single case is cut, above tail_threshold"""


class Costs(Entry):
    """Cost of hosting a person, illness included, before anything is reimbursed."""

    price_year: PriceYear
    """year of the prices in this map"""
    kreisfrei: Amount
    """EUR per person and year in kreisfreie Städte"""
    kreisangehoerig: Amount
    """EUR per person and year in kreisangehörige municipalities"""
    index_at_start: Factor
    """price level of the first year of the horizon, 1 for that of price_year"""
    inflation: GrowthRate
    """yearly rise of the costs, 0.03 for 3 %"""
    municipality_sd: Spread
    """standard deviation of a municipality's lasting deviation in logarithms, 0 to 5"""
    place_share: ShareBelowOne = 0.0
    """share of the full cost that is the cost of a place and goes on when it stands empty, at least
    0 and below 1"""
    place_release: Share = 1.0
    """share of empty places that is given up within a year, 0 to 1"""

    @model_validator(mode="after")
    def _check(self) -> Self:
        """Refuse one of the pair without the other, or with one that leaves it without effect."""
        pair = {"place_share", "place_release"}
        written = pair & self.model_fields_set
        if len(written) == 1:
            (given,), (missing,) = written, pair - written
            remedy = f"Add {missing}, or remove {given}."
            raise invalid(f"without {missing} this has no effect", remedy, at=(given,))
        is_off, all_released = is_zero(self.place_share), self.place_release == 1.0
        if is_off and not all_released:
            remedy = "Remove both, or raise place_share."
            message = "without a place_share above 0 this has no effect"
            raise invalid(message, remedy, at=("place_release",))
        if all_released and not is_off:
            remedy = "Remove both, or lower place_release."
            message = "without a place_release below 1 this has no effect"
            raise invalid(message, remedy, at=("place_share",))
        return self


class World(Entry):
    """Everything that a scenario assumes about the world."""

    starts_in: Month | None = None
    """the month whose persons (every initial) and prices (costs.index_at_start) these are, such
    as 2025-01; a horizon that starts in another month is pointed out"""
    arrivals: Process
    """asylum seekers {process: …, …}"""
    other_arrivals: OtherArrivals = OtherArrivals()
    """arrivals by other channels"""
    reception: Reception
    """facilities of the Land"""
    assignment: Assignment = Assignment()
    """how persons are assigned to municipalities"""
    residence: Residence
    """persons in municipalities"""
    illness: Illness
    """cost of illness"""
    costs: Costs
    """cost of hosting"""

    def numbers(self) -> list[tuple[str, Number | None]]:
        """
        Return every number that may be uncertain.

        Returns
        -------
        list of (str, float or Distribution or None)
            By dotted path, such as ``illness.mean_cost``, in the order of the schema; None
            where a number without a default is left out.
        """
        return list(numbers_of(self))


def numbers_of(entry: Entry, prefix: str = "") -> Iterator[tuple[str, Number | None]]:
    """
    Yield the numbers that may be uncertain in a map and in the maps in it.

    Parameters
    ----------
    entry
        The map; a number that is left out in it is None, a map that is left out has none.
    prefix
        What the paths begin with.

    Examples
    --------
    >>> dict(numbers_of(Duration(mean_duration=36), "recognised."))
    {'recognised.mean_duration': 36.0}
    """
    for name, field in type(entry).model_fields.items():
        value = getattr(entry, name)
        if UNCERTAIN in field.metadata:
            yield f"{prefix}{name}", value
        elif isinstance(value, Entry) and not isinstance(value, BaseDistribution):
            yield from numbers_of(value, f"{prefix}{name}.")
