"""Monthly probabilities of changing status, as the residence kernel takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

CHANGES = (
    "decided",
    "recognised",
    "appealed",
    "tolerated",
    "appeal_decided",
    "appeal_recognised",
    "appeal_tolerated",
    "recognised_end",
    "tolerated_end",
    "temporary_protection_end",
    "regularised",
)
"""Changes of status in the order in which the kernel takes their probabilities."""


class Transitions(NamedTuple):
    """What happens to a person in a month, and with which probability, each (draw,).

    A first decision falls with ``decided``. Of all first decisions, ``recognised``,
    ``closed`` (without a decision on the merits: the person leaves) and ``tolerated``
    are shares; ``appealed`` is a share of the refusals, which are neither recognised
    nor closed. All others leave. An appeal ends with ``appeal_decided``, of which
    ``appeal_recognised`` and ``appeal_tolerated`` are shares; all others leave.
    The other statuses end with the probability named after them, and the person is
    gone: of the tolerated, the share ``regularised`` by a right of residence.
    """

    decided: NDArray[np.float64]
    recognised: NDArray[np.float64]
    closed: NDArray[np.float64]
    appealed: NDArray[np.float64]
    tolerated: NDArray[np.float64]
    appeal_decided: NDArray[np.float64]
    appeal_recognised: NDArray[np.float64]
    appeal_tolerated: NDArray[np.float64]
    recognised_end: NDArray[np.float64]
    tolerated_end: NDArray[np.float64]
    regularised: NDArray[np.float64]
    temporary_protection_end: NDArray[np.float64]

    def conditional(self) -> NDArray[np.float64]:
        """Probabilities given that none of the changes before it has happened.

        Shares of the same decisions that exceed 1 together are served in their order.

        Returns
        -------
        numpy.ndarray
            (change, draw) in the order of ``CHANGES``. Cases that are closed are among
            the rest, which leaves.

        Examples
        --------
        Of ten decisions two are recognised, and half of the four refusals are appealed:

        >>> one = np.ones(1)
        >>> shares = {name: 0.0 * one for name in Transitions._fields}
        >>> shares |= {"recognised": 0.2 * one, "closed": 0.4 * one, "appealed": 0.5 * one}
        >>> Transitions(**shares).conditional()[CHANGES.index("appealed")]
        array([0.25])
        """
        not_recognised = 1.0 - self.recognised
        refused = np.maximum(not_recognised - self.closed, 0.0)
        appealed = refused * self.appealed
        final = refused - appealed
        shares = self._asdict() | {
            "appealed": _share_of(appealed, not_recognised),
            "tolerated": _share_of(np.minimum(self.tolerated, final), not_recognised - appealed),
            "appeal_tolerated": _share_of(self.appeal_tolerated, 1.0 - self.appeal_recognised),
        }
        return np.asarray(np.minimum([shares[change] for change in CHANGES], 1.0))


def _share_of(part: NDArray[np.float64], rest: NDArray[np.float64]) -> NDArray[np.float64]:
    """Part of the rest; everyone where no rest would be left to take it from."""
    return np.asarray(part / np.maximum(rest, np.finfo(np.float64).tiny))
