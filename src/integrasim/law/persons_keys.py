"""Keys that follow the persons who live somewhere: under the FlüAG and under the residence rule."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from integrasim.law.formulas import in_proportion

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["kreis_key", "mixed_key", "persons_key"]


def persons_key(assigned: ArrayLike, residence_bound: ArrayLike) -> NDArray[np.float64]:
    """Compute the key of assigned and residence-bound persons together (KIM, part 2).

        key_i = (assigned_i + bound_i) / Σ (assigned + bound)

    Parameters
    ----------
    assigned
        (..., municipality) persons assigned under the FlüAG.
    residence_bound
        (..., municipality) recognised persons who must live there (§ 12a AufenthG, AWoV).

    Returns
    -------
    numpy.ndarray
        (..., municipality) shares that sum to 1; 0 where there is nobody at all.

    References
    ----------
    Kommunales Integrationsmanagement NRW, part 2, from 1.7.2020: Stadt Bielefeld,
    Beschlussvorlage of January 2020 on the key and its 363 posts.

    Examples
    --------
    >>> persons_key([30, 10], residence_bound=[20, 40])
    array([0.5, 0.5])
    """
    persons = np.add(assigned, residence_bound)
    return in_proportion(1.0, weights=persons)


def mixed_key(
    assigned: ArrayLike, residence_bound: ArrayLike, *, assigned_weight: float = 0.4
) -> NDArray[np.float64]:
    """Compute the mixed key of the grants for integration of 2018 and 2019.

        key_i = w · assigned_i / Σ assigned + (1 - w) · bound_i / Σ bound

    Parameters
    ----------
    assigned
        (..., municipality) persons counted under the FlüAG; for 2018 the average of October to
        December 2017.
    residence_bound
        (..., municipality) persons under the residence rule (AWoV); for 2018 those of 1.1.2018.
    assigned_weight
        Weight w of the persons under the FlüAG, from 0 to 1; § 14a TIntG 2012: 40 %.

    Returns
    -------
    numpy.ndarray
        (..., municipality) shares that sum to 1. Where one group is empty, the other one decides
        alone; 0 where no group that has a weight has anybody.

    Raises
    ------
    ValueError
        If the weight is out of range.

    Notes
    -----
    Assumptions: the weights apply to the shares of a municipality in each group, not to
    the persons; and those of 2019, which were not readable, are those of 2018.

    References
    ----------
    § 14a TIntG 2012, act of 12.10.2018 (GV. NRW. S. 573), weights according to Stadt Eschweiler,
    council paper 191/18 (rat.eschweiler.de, kvonr 6098); § 14c TIntG 2012, act of 12.7.2019
    (GV. NRW. 2019 Nr. 15).

    Examples
    --------
    The pot of 2018 for three municipalities, rounded to cents:

    >>> from integrasim.law.formulas import largest_remainders, share_out
    >>> key = mixed_key([6_000, 4_000, 1], residence_bound=[10_000, 5_000, 0])
    >>> grants = share_out(100e6, weights=key, minimum=50_000.0)
    >>> largest_remainders(grants, decimals=2).tolist()
    [63968159.91, 35981840.09, 50000.0]
    """
    if not 0.0 <= assigned_weight <= 1.0:
        raise ValueError(f"assigned_weight must lie between 0 and 1, not {assigned_weight}")
    of_assigned = in_proportion(assigned_weight, weights=assigned)
    of_bound = in_proportion(1.0 - assigned_weight, weights=residence_bound)
    return in_proportion(1.0, weights=of_assigned + of_bound)


def kreis_key(weights: ArrayLike, *, kreis: ArrayLike, kreis_count: int) -> NDArray[np.float64]:
    """Compute the key of the Kreise from weights of their municipalities.

        key_k = Σ_{i in k} weight_i / Σ_{i in any Kreis} weight_i

    Parameters
    ----------
    weights
        (..., municipality) non-negative weights, such as persons or a key.
    kreis
        (municipality,) position of the Kreis to which it belongs, from 0; -1 for none, as for
        a kreisfreie Stadt.
    kreis_count
        Number of Kreise; 31 in NRW, the Städteregion Aachen included.

    Returns
    -------
    numpy.ndarray
        (..., kreis) shares that sum to 1; 0 where no Kreis has any weight.

    Raises
    ------
    ValueError
        If a position lies outside the Kreise.

    References
    ----------
    § 14c (1) TIntG 2012: 32.8 million EUR of 2019 to the Kreise by the refugees who live in them.

    Examples
    --------
    Two Kreise, and a kreisfreie Stadt that takes no part:

    >>> kreis_key([900, 10, 20, 70], kreis=[-1, 0, 0, 1], kreis_count=2)
    array([0.3, 0.7])
    """
    weight = np.asarray(weights, dtype=np.float64)
    position = np.asarray(kreis)
    if not ((position >= -1) & (position < kreis_count)).all():
        raise ValueError(f"kreis must lie between -1 and {kreis_count - 1}")
    within = position >= 0
    leading = weight.shape[:-1]
    rows = math.prod(leading)
    cell = np.arange(rows)[:, np.newaxis] * kreis_count + position[within]
    sums = np.bincount(
        cell.ravel(), weights=weight[..., within].ravel(), minlength=rows * kreis_count
    )
    return in_proportion(1.0, weights=sums.reshape(*leading, kreis_count))
