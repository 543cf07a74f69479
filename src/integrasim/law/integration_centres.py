"""Integration centres: one in each Kreis and in each kreisfreie Stadt, as recipients of money."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from integrasim.law.payment import Payment

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from integrasim.law.basis import Municipalities

__all__ = ["by_bearer", "of_centres", "to_centres"]


def of_centres(places: Municipalities, amounts: NDArray[np.number]) -> NDArray[np.float64]:
    """Sum what belongs to the area of each integration centre.

    The area of a Kreis is that of its kreisangehörige municipalities. A kreisfreie Stadt that
    lies in a Kreis has a centre of its own, as Aachen has beside the Städteregion.

    Parameters
    ----------
    places
        Municipalities and Kreise.
    amounts
        (..., municipality) amounts, such as persons.

    Returns
    -------
    numpy.ndarray
        (..., centre) sums: the Kreise, then the kreisfreie Städte, in their order.

    Examples
    --------
    A kreisfreie Stadt and two municipalities of a Kreis:

    >>> from integrasim.law.basis import Municipalities
    >>> places = Municipalities(
    ...     is_kreisfrei=np.array([True, False, False]),
    ...     kreis=np.array([0, 1, 1]),
    ...     is_kreis=np.array([False, True]),
    ...     population=np.array([60.0, 30.0, 10.0]),
    ...     key=np.array([[0.6, 0.3, 0.1]]),
    ... )
    >>> of_centres(places, places.population)
    array([40., 60.])
    """
    of_kreise = places.of_kreise(amounts)[..., places.is_kreis]
    return np.concatenate([of_kreise, amounts[..., places.is_kreisfrei]], axis=-1)


def by_bearer(places: Municipalities, *, kreis: ArrayLike, city: ArrayLike) -> NDArray[np.float64]:
    """Give each integration centre the amount for a Kreis or that for a kreisfreie Stadt.

    Parameters
    ----------
    places
        Municipalities and Kreise.
    kreis, city
        (...,) amounts, such as posts.

    Returns
    -------
    numpy.ndarray
        (..., centre) amounts: the Kreise, then the kreisfreie Städte.

    Examples
    --------
    The 54 centres of NRW and their posts:

    >>> from integrasim.law.basis import Municipalities
    >>> from integrasim.region import load_region
    >>> nrw = load_region("nrw")
    >>> places = Municipalities(
    ...     is_kreisfrei=nrw.is_kreisfrei,
    ...     kreis=nrw.kreis_index,
    ...     is_kreis=nrw.is_kreis,
    ...     population=nrw.population,
    ...     key=nrw.population[np.newaxis] / nrw.population.sum(),
    ... )
    >>> posts = by_bearer(places, kreis=6, city=5)
    >>> posts.size, float(posts.sum())
    (54, 301.0)
    """
    kreise, cities = np.count_nonzero(places.is_kreis), np.count_nonzero(places.is_kreisfrei)
    is_kreis = np.arange(kreise + cities) < kreise
    of_kreis, of_city = (
        np.asarray(each, dtype=np.float64)[..., np.newaxis] for each in (kreis, city)
    )
    return np.where(is_kreis, of_kreis, of_city)


def to_centres(places: Municipalities, amounts: NDArray[np.float64]) -> Payment:
    """Pay amounts to the integration centres, so to their Kreise and kreisfreie Städte.

    Parameters
    ----------
    places
        Municipalities and Kreise.
    amounts
        (draw, year, centre) EUR: the Kreise, then the kreisfreie Städte.

    Returns
    -------
    Payment
        To Kreise and municipalities; a Kreis receives for itself.

    Examples
    --------
    A kreisfreie Stadt and a municipality of a Kreis:

    >>> from integrasim.law.basis import Municipalities
    >>> places = Municipalities(
    ...     is_kreisfrei=np.array([True, False]),
    ...     kreis=np.array([0, 1]),
    ...     is_kreis=np.array([False, True]),
    ...     population=np.array([60.0, 40.0]),
    ...     key=np.array([[0.6, 0.4]]),
    ... )
    >>> payment = to_centres(places, np.array([[[6.0, 5.0]]]))
    >>> payment.kreise, payment.municipalities
    (array([[[0., 6.]]]), array([[[5., 0.]]]))
    """
    count = np.count_nonzero(places.is_kreis)
    kreise = np.zeros((*amounts.shape[:-1], places.is_kreis.size))
    kreise[..., places.is_kreis] = amounts[..., :count]
    municipalities = np.zeros((*amounts.shape[:-1], places.size))
    municipalities[..., places.is_kreisfrei] = amounts[..., count:]
    return Payment(municipalities=municipalities, kreise=kreise)
