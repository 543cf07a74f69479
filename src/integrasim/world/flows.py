"""How many persons pass from one status to the next, and out of them, in the whole Land."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from integrasim.world.residence import LEAVING, RESIDENCE_FLOWS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from integrasim.world.reception import ReceptionFlows
    from integrasim.world.residence import Inflows, Residence

FLOWS = (
    "assigned",
    "assigned_early",
    "assigned_recognised",
    "left_reception",
    *RESIDENCE_FLOWS,
)
"""All flows of a result.

``assigned`` persons are in procedure, ``assigned_early`` are those of them who go because places
have run short; ``assigned_recognised`` go under the residence rule, resettled persons among them.
"""
GONE = ("left_reception", *LEAVING)
"""Those by which persons leave all statuses."""


def collect_flows(
    reception: ReceptionFlows, inflows: Inflows, residence: Residence
) -> NDArray[np.int64]:
    """Put the flows of a world side by side.

    Parameters
    ----------
    reception
        Flows out of the Land facilities.
    inflows
        Persons coming to live in municipalities.
    residence
        What becomes of them.

    Returns
    -------
    numpy.ndarray
        (draw, month, flow) persons, in the order of ``FLOWS``.
    """
    first = [reception.assigned, reception.early, inflows.recognised, reception.left]
    return np.concatenate([np.stack(first, axis=-1), residence.flows], axis=-1)


def gone(flows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Persons who leave all statuses, (draw, month), from (draw, month, flow)."""
    return np.asarray(flows[..., [FLOWS.index(flow) for flow in GONE]].sum(axis=-1))
