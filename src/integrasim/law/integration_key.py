"""The integration key of § 4 AWoV: which share of the recognised a municipality takes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from integrasim.law.shares import positive, same_municipalities, shares_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["INTEGRATION_KEY_PARAMETERS", "integration_key"]

INTEGRATION_KEY_PARAMETERS = (
    "awov.key_population_weight",
    "awov.key_area_weight",
    "awov.key_reduction",
)
"""Names of the weights of population and area and of the reduction; the rest of the weight is the
labour market's. The key holds while all three are in force."""


def integration_key(
    population: ArrayLike,
    area: ArrayLike,
    labour_market: ArrayLike,
    *,
    rent_capped: ArrayLike,
    eu_recipients: ArrayLike,
    weights: tuple[float, float, float] = (0.8, 0.1, 0.1),
    reduction: float = 0.1,
) -> NDArray[np.float64]:
    """Compute the integration key (Integrationsschlüssel) of § 4 AWoV.

    In force from 1.12.2016 to 31.3.2021. The key of paragraph 2 mixes three shares,

        raw_i = w_1 · population_i / Σ population + w_2 · area_i / Σ area
                + w_3 · labour market_i / Σ labour market.

    Paragraphs 3 and 4 each take a part r of this key from some municipalities C and
    spread what that frees over all others,

        key_i = raw_i + Σ_C change_{C, i},
        change_{C, i} = -r · raw_i                                         if i in C,
                        r · Σ_{j in C} raw_j · raw_i / Σ_{j not in C} raw_j  otherwise.

    Both start from the key of paragraph 2, as their text says; so their order does not
    matter, and a municipality under both loses 2 · r.

    Parameters
    ----------
    population
        (municipality,) inhabitants.
    area
        (municipality,) area in any unit.
    labour_market
        (municipality,) measure in which fewer unemployed mean more, in any unit.
    rent_capped
        (municipality,) whether § 1 of the Mietpreisbegrenzungsverordnung of 23.6.2015 lists
        it (paragraph 3).
    eu_recipients
        (municipality,) whether its share of SGB II recipients from the EU states of Anlage 2 is
        at least 50 % above that of the Land (paragraph 4).
    weights
        Weights of population, area and labour market, which sum to 1; § 4 (2): 80, 10 and 10 %.
    reduction
        Part r of the key that each reduction takes, from 0 to 0.5; § 4 (3) and (4): 10 %.

    Returns
    -------
    numpy.ndarray
        (municipality,) shares that sum to 1. Reordering the municipalities reorders
        the shares and changes none of them by a single bit.

    Raises
    ------
    ValueError
        If the inputs are not equally long, one-dimensional, finite and positive, if weights or
        reduction are out of range, or if a reduction leaves no other municipality.

    Notes
    -----
    Assumptions, where the text could not be read or is silent:

    - Anlage 1, which turns the registered unemployed per inhabitant into the third
      share, was not readable. The key of a municipality with few unemployed is taken to
      rise, and its share to be its part in a measure that the caller states, such as inhabitants
      divided by the rate of unemployment.
    - What a reduction frees is spread over the others in proportion to their keys of
      paragraph 2, as § 3 (1) FlüAG does it; the text says that it is spread.
    - All others are those whom the same paragraph does not reduce.

    References
    ----------
    § 4 Ausländer-Wohnsitzregelungsverordnung NRW (AWoV) of 15.11.2016 (GV. NRW. S. 971), repealed
    by the ordinance of 3.3.2021 (GV. NRW. S. 289) from 1.4.2021.

    Examples
    --------
    Four municipalities with raw keys of 0.42, 0.24, 0.18 and 0.16. The first one is under both
    paragraphs, the second one under the fourth:

    >>> key = integration_key(
    ...     [100_000, 50_000, 30_000, 20_000],
    ...     [100, 200, 300, 400],
    ...     [1.0, 2.0, 3.0, 4.0],
    ...     rent_capped=[True, False, False, False],
    ...     eu_recipients=[True, True, False, False],
    ... )
    >>> [float(round(share, 6)) for share in key]
    [0.336, 0.233379, 0.227976, 0.202645]
    """
    people, land = positive(population, name="population"), positive(area, name="area")
    market = positive(labour_market, name="labour_market")
    reductions = {
        "rent_capped": np.asarray(rent_capped, dtype=np.bool_),
        "eu_recipients": np.asarray(eu_recipients, dtype=np.bool_),
    }
    same_municipalities(population=people, area=land, labour_market=market, **reductions)
    if not (min(weights) >= 0.0 and math.isclose(math.fsum(weights), 1.0)):
        raise ValueError(f"weights must not be negative and must sum to 1, not {weights}")
    if not 0.0 <= 2.0 * reduction <= 1.0:
        raise ValueError(
            f"reduction must lie between 0 and 0.5, not {reduction}: a key can be reduced twice"
        )
    raw = np.zeros(people.size)
    for weight, part in zip(weights, (people, land, market), strict=True):
        raw += weight * shares_of(part)
    key = raw.copy()
    for name, reduced in reductions.items():
        if reduced.all():
            raise ValueError(f"{name} lists every municipality; no other can take what it frees")
        key += _change(raw, reduced, reduction)
    return key


def _change(
    raw: NDArray[np.float64], reduced: NDArray[np.bool_], reduction: float
) -> NDArray[np.float64]:
    """Change of each key by one reduction; sums to 0."""
    freed = reduction * math.fsum(raw[reduced])
    return np.where(reduced, -reduction * raw, freed * raw / math.fsum(raw[~reduced]))
