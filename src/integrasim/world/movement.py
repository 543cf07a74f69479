"""Where the persons of a block are: in Land facilities, then in municipalities, then gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from integrasim.profiling import stage
from integrasim.scenario.channels import CHANNELS
from integrasim.world.assumptions import assumptions_under
from integrasim.world.problems import ImpossibleAssumptionError
from integrasim.world.reception import ReceptionFlows, Stays, reception_flows
from integrasim.world.residence import GROUPS, Inflows, Residence, reside
from integrasim.world.transitions import Transitions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from integrasim.world.assumptions import Assumptions
    from integrasim.world.plan import WorldPlan

_INITIAL_GROUPS = tuple({"first_instance": "procedure"}.get(group, group) for group in GROUPS)
"""Keys of ``residence.initial`` in the order of the kernel's groups."""
_MOST_ARRIVALS: Final = 100_000_000
"""More than live in Germany. With the most persons of the start, at 10⁷ a status, their
person-months of a year just fit into the 32 bits in which the kernel counts."""


class Movement(NamedTuple):
    """The paths of all persons of a block.

    ``initial`` is (draw, status) persons before the first month, in the order of
    ``STATUSES``.
    """

    initial: NDArray[np.int64]
    reception: ReceptionFlows
    inflows: Inflows
    residence: Residence

    @property
    def stock(self) -> NDArray[np.int64]:
        """Persons by status at the end of each month, (draw, month, status)."""
        in_facilities = self.reception.stock[:, :, None]
        return np.concatenate([in_facilities, self.residence.stock], axis=2)


def move_persons(
    arrivals: Mapping[str, NDArray[np.int64]],
    assumptions: Assumptions,
    plan: WorldPlan,
    *,
    seed: int,
    draws: range,
) -> Movement:
    """Follow the persons who arrive and those who are there until they are gone.

    Parameters
    ----------
    arrivals
        Channel → (draw, month) persons.
    assumptions
        (draw,) values of every number of the world.
    plan
        Region, calendar and placement law as arrays.
    seed, draws
        Seed of the run and the block of draws.

    Returns
    -------
    Movement
        Stocks and flows of every draw.

    Raises
    ------
    ImpossibleAssumptionError
        If more persons arrive than could ever come.
    """
    _check_arrivals(arrivals, plan)
    in_facilities = whole_persons(assumptions, "reception.initial")
    with stage("reception"):
        reception = reception_flows(
            arrivals["asylum"],
            initial=in_facilities,
            stays=_stays(assumptions),
            room=_room(assumptions, plan),
            seed=seed,
            draws=draws,
        )
    inflows = _inflows(arrivals, reception, plan)
    groups = np.stack(
        [whole_persons(assumptions, f"residence.initial.{name}") for name in _INITIAL_GROUPS]
    )
    with stage("residence"):
        residence = reside(
            inflows,
            initial=groups,
            transitions=_transitions(assumptions),
            household_size=assumptions["assignment.household_size"],
            placement=plan.placement,
            calendar=plan.calendar,
            seed=seed,
            draws=draws,
        )
    return Movement(_by_status(in_facilities, groups), reception, inflows, residence)


def _check_arrivals(arrivals: Mapping[str, NDArray[np.int64]], plan: WorldPlan) -> None:
    """Refuse a draw in which more persons arrive than could ever come."""
    totals = {name: persons.sum(axis=1) for name, persons in arrivals.items()}
    together = np.sum(list(totals.values()), axis=0)
    worst = int(np.argmax(together))
    if together[worst] > _MOST_ARRIVALS:
        largest = max(totals, key=lambda name: int(totals[name][worst]))
        key, remedy = plan.arrivals.processes[largest].runaway
        raise ImpossibleAssumptionError(
            f"world.{CHANNELS[largest]}.{key}",
            f"in some draw {together[worst]:.3g} persons arrive within the horizon, "
            "more than live in Germany",
            remedy,
        )


def whole_persons(assumptions: Assumptions, path: str) -> NDArray[np.int64]:
    """Round a number of persons to whole ones.

    Parameters
    ----------
    assumptions
        (draw,) values of every number of the world.
    path
        Dotted path of the number.

    Returns
    -------
    numpy.ndarray
        (draw,) persons.

    Examples
    --------
    >>> whole_persons({"reception.initial": np.array([10.4, 10.6])}, "reception.initial")
    array([10, 11])
    """
    return np.rint(assumptions[path]).astype(np.int64)


def _by_status(in_facilities: NDArray[np.int64], groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """Persons by status before the first month, (draw, status), from (group, draw)."""
    first, appeal, recognised, tolerated, protected, late = groups
    statuses = [in_facilities, first + appeal, recognised, tolerated, protected + late]
    return np.stack(statuses, axis=-1)


def _stays(assumptions: Assumptions) -> Stays:
    """How persons pass through the Land facilities."""
    own = assumptions_under(assumptions, "reception")
    return Stays(
        mean_assigned=own["mean_stay"],
        mean_recognised=own.get("mean_stay_recognised", own["mean_stay"]),
        mean_left=own.get("mean_stay_left", own["mean_stay"]),
        share_recognised=own["share_recognised"],
        share_left=own["share_left"],
        share_in_appeal=own["share_in_appeal"],
    )


def _room(assumptions: Assumptions, plan: WorldPlan) -> NDArray[np.float64]:
    """Persons who can live in the Land facilities, (draw, month)."""
    usable = assumptions.get("reception.usable_share")
    if usable is None:
        draws = assumptions["reception.initial"].size
        return np.full((draws, plan.capacity.size), np.inf)
    return np.multiply.outer(usable, plan.capacity)


def _inflows(
    arrivals: Mapping[str, NDArray[np.int64]], reception: ReceptionFlows, plan: WorldPlan
) -> Inflows:
    """Persons coming to live in municipalities, from the facilities and directly."""
    none = np.zeros_like(reception.stock)
    protected = arrivals.get("temporary_protection", none)
    return Inflows(
        first_instance=reception.assigned - reception.in_appeal,
        appeal=reception.in_appeal,
        recognised=reception.recognised + arrivals.get("resettlement", none),
        temporary_protection=np.where(plan.is_late, 0, protected),
        temporary_protection_late=np.where(plan.is_late, protected, 0),
    )


def _transitions(assumptions: Assumptions) -> Transitions:
    """Monthly probabilities: one over the mean duration in months."""
    own = assumptions_under(assumptions, "residence")

    def monthly(status: str) -> NDArray[np.float64]:
        return np.asarray(1.0 / own[f"{status}.mean_duration"])

    return Transitions(
        decided=monthly("procedure"),
        recognised=own["procedure.share_recognised"],
        closed=own["procedure.share_closed"],
        appealed=own["procedure.appeal.share"],
        tolerated=own["procedure.share_tolerated"],
        appeal_decided=monthly("procedure.appeal"),
        appeal_recognised=own["procedure.appeal.share_recognised"],
        appeal_tolerated=own["procedure.appeal.share_tolerated"],
        recognised_end=monthly("recognised"),
        tolerated_end=monthly("tolerated"),
        regularised=own["tolerated.share_regularised"],
        temporary_protection_end=monthly("temporary_protection"),
    )
