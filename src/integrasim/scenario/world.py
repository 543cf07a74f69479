"""What a scenario assumes about the world."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from integrasim.scenario.distributions import BaseDistribution
from integrasim.scenario.entry import Entry
from integrasim.scenario.processes import Process
from integrasim.scenario.quantities import (
    UNCERTAIN,
    Amount,
    Factor,
    FixedAmount,
    FixedPersons,
    Floor,
    GrowthRate,
    Months,
    Number,
    Persons,
    Rate,
    Share,
    ShareBelowOne,
    Sigma,
    Spread,
    TailIndex,
)

__all__ = [
    "Costs",
    "Duration",
    "Illness",
    "InitialResidents",
    "OtherArrivals",
    "Places",
    "ProcedureStay",
    "Reception",
    "Residence",
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
    """Planned places in facilities of the Land."""

    reception_centre: FixedPersons
    """places in Erstaufnahmeeinrichtungen (EAE)"""
    other_facility: FixedPersons
    """places in Zentrale Unterbringungseinrichtungen (ZUE) and Notunterkünfte (NU)"""


class Reception(Entry):
    """Facilities of the Land, in which asylum seekers live first."""

    initial: Persons
    """persons in facilities of the Land before the first month"""
    mean_stay: Months
    """mean stay in months, at least 1"""
    share_recognised: Share
    """share recognised while there, 0 to 1"""
    share_left: Share
    """share that leaves the Land from there, 0 to 1; the rest is assigned in procedure"""
    places: Places
    """planned places {reception_centre: …, other_facility: …}"""
    places_by_municipality: str = "key"
    """key (places are spread like the allocation key) or the path of a CSV table with the columns
    ags, reception_centre and other_facility, which takes the place of ``places``"""


class InitialResidents(Entry):
    """
    Persons who live in municipalities before the first month.

    Those who are counted (§ 3 (3) FlüAG) are spread so that every municipality has met its
    obligation, all others by the allocation key.
    """

    procedure: Persons
    """persons in the asylum procedure"""
    recognised: Persons
    """recognised persons"""
    tolerated: Persons
    """tolerated persons (vollziehbar ausreisepflichtig)"""
    temporary_protection: Persons
    """persons under temporary protection (§ 24 AufenthG)"""


class ProcedureStay(Entry):
    """The asylum procedure of persons who live in a municipality."""

    mean_duration: Months
    """mean duration in months, at least 1"""
    share_recognised: Share
    """share recognised at its end, 0 to 1"""
    share_tolerated: Share
    """share tolerated after it, 0 to 1; the rest leaves"""


class Duration(Entry):
    """How long persons keep a status."""

    mean_duration: Months
    """mean duration in months, at least 1"""


class Residence(Entry):
    """Persons who live in municipalities, by status."""

    initial: InitialResidents
    """persons who live in municipalities before the first month, by status"""
    procedure: ProcedureStay
    """the asylum procedure {mean_duration: …, share_recognised: …, share_tolerated: …}"""
    recognised: Duration
    """how long recognised persons count {mean_duration: …}"""
    tolerated: Duration
    """how long tolerated persons stay {mean_duration: …}"""
    temporary_protection: Duration
    """how long temporary protection lasts {mean_duration: …}"""


class Illness(Entry):
    """
    Cost of illness of a person in a calendar year: none, a lognormal body, a Pareto tail.

    All amounts are EUR in prices of `price_year`, but for the floor and the cap, which are nominal.
    """

    price_year: PriceYear
    """year of the prices in this map"""
    mean_cost: Amount
    """mean cost in EUR per person and year, over all persons"""
    no_cost_share: ShareBelowOne
    """share of person-years without any cost, at least 0 and below 1"""
    body_sigma: Sigma
    """standard deviation of the logarithm of the body, 0.01 to 5"""
    splice: FixedAmount
    """EUR at which the tail begins"""
    tail_threshold: FixedAmount
    """EUR above which tail_rate was observed, at least splice"""
    tail_rate: Rate
    """share of person-years that cost more than tail_threshold, above 0 and below 1"""
    tail_index: TailIndex
    """Pareto index α of the tail, 0.2 to 50; the smaller, the heavier"""
    inflation: GrowthRate
    """yearly rise of the costs, 0.03 for 3 %"""
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


class World(Entry):
    """Everything that a scenario assumes about the world."""

    arrivals: Process
    """asylum seekers {process: …, …}"""
    other_arrivals: OtherArrivals = OtherArrivals()
    """arrivals by other channels"""
    reception: Reception
    """facilities of the Land"""
    residence: Residence
    """persons in municipalities"""
    illness: Illness
    """cost of illness"""
    costs: Costs
    """cost of hosting"""

    def numbers(self) -> list[tuple[str, Number]]:
        """
        Return every number that may be uncertain.

        Returns
        -------
        list of (str, float or Distribution)
            By dotted path, such as ``illness.mean_cost``, in the order of the schema.
        """
        return list(numbers_of(self))


def numbers_of(entry: Entry, prefix: str = "") -> Iterator[tuple[str, Number]]:
    """
    Yield the numbers that may be uncertain in a map and in the maps in it.

    Parameters
    ----------
    entry
        The map; what is left out in it has no numbers.
    prefix
        What the paths begin with.

    Examples
    --------
    >>> dict(numbers_of(Duration(mean_duration=36), "recognised."))
    {'recognised.mean_duration': 36.0}
    """
    for name, field in type(entry).model_fields.items():
        value = getattr(entry, name)
        if value is None:
            continue
        if UNCERTAIN in field.metadata:
            yield f"{prefix}{name}", value
        elif isinstance(value, Entry) and not isinstance(value, BaseDistribution):
            yield from numbers_of(value, f"{prefix}{name}.")
