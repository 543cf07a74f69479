"""The municipalities of a Land, as plain arrays with their labels beside them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["KREISANGEHOERIG", "KREISFREI", "Region"]

KREISFREI: Final = "kreisfrei"
KREISANGEHOERIG: Final = "kreisangehörig"

_NUMBERS: Final = frozenset({"population", "area_km2", "labour_market"})
_FLAGS: Final = frozenset({"rent_capped", "eu_recipients"})


@dataclass(frozen=True, eq=False)
class Region:
    """
    A Land: its municipalities, their Kreise, population and area.

    All arrays have the shape ``(municipality,)``, stand in ascending order of the AGS and are
    read-only copies of what was handed in. :func:`integrasim.region.load_region` builds a region
    from a table; building one directly is for those who hold the figures already.

    Parameters
    ----------
    name
        ``"nrw"``, ``"toy"`` or the stem of the file that the table came from.
    ags
        Official municipality key (*Amtlicher Gemeindeschlüssel*), eight digits as text.
    municipality_name
        Name of the municipality.
    municipality_type
        ``"kreisfrei"`` or ``"kreisangehörig"``: the class that earns the lump sum of § 4 FlüAG.
    register_type
        The same two words as the table's register has them. It differs from
        `municipality_type` where a choice was made, as for Aachen.
    kreis_ags
        Key of the Kreis or kreisfreie Stadt, five digits as text.
    kreis_name
        Name of the Kreis or kreisfreie Stadt.
    population
        Inhabitants, persons.
    area_km2
        Area, km².
    labour_market
        Measure of the labour market in the integration key (§ 4 (2) Nr. 3 AWoV), in any unit; the
        fewer unemployed, the more. The population if None, so that it does not tell municipalities
        apart.
    rent_capped
        Whether § 1 of the Mietpreisbegrenzungsverordnung lists it (§ 4 (3) AWoV); none if None.
    eu_recipients
        Whether it has many SGB II recipients from the EU states of § 4 (4) AWoV; none if None.

    Raises
    ------
    ValueError
        If the arrays differ in shape or are empty, if the AGS are not ascending and unique, if a
        type is none of the two words, or if a population or an area is not positive and finite.

    Examples
    --------
    >>> from integrasim.region import load_region
    >>> toy = load_region("toy")
    >>> toy.size
    4
    >>> print(*toy.municipality_name)
    Adorf Bestadt Cedorf Detal
    >>> print(*toy.kreise_names[toy.kreis_index])
    Adorf Beispielkreis Beispielkreis Beispielkreis
    """

    name: str
    ags: NDArray[np.str_]
    municipality_name: NDArray[np.str_]
    municipality_type: NDArray[np.str_]
    register_type: NDArray[np.str_]
    kreis_ags: NDArray[np.str_]
    kreis_name: NDArray[np.str_]
    population: NDArray[np.float64]
    area_km2: NDArray[np.float64]
    # None stands for the default; once built, a region has all three.
    labour_market: NDArray[np.float64] = None  # type: ignore[assignment]
    rent_capped: NDArray[np.bool_] = None  # type: ignore[assignment]
    eu_recipients: NDArray[np.bool_] = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        """Take read-only copies of the arrays and check them."""
        defaults = {"labour_market": self.population, **dict.fromkeys(_FLAGS, self._none)}
        for key in _array_names():
            given = getattr(self, key)
            array = np.array(defaults[key] if given is None else given, dtype=_type_of(key))
            array.flags.writeable = False
            object.__setattr__(self, key, array)
        _check_shapes(self)
        _check_order(self.ags)
        _check_types(self)
        _check_figures(self)

    def __reduce__(self) -> tuple[type[Region], tuple[object, ...]]:
        """Pickle by the fields, so that an unpickled region is read-only too."""
        return Region, tuple(getattr(self, field.name) for field in fields(self))

    @property
    def _none(self) -> NDArray[np.bool_]:
        """No municipality."""
        return np.zeros(np.shape(self.ags), dtype=np.bool_)

    @property
    def size(self) -> int:
        """
        Number of municipalities.

        Examples
        --------
        >>> from integrasim.region import load_region
        >>> load_region("nrw").size
        396
        """
        return len(self.ags)

    @property
    def is_kreisfrei(self) -> NDArray[np.bool_]:
        """
        Whether each municipality earns the lump sum of a kreisfreie Stadt; (municipality,).

        Examples
        --------
        >>> from integrasim.region import load_region
        >>> load_region("toy").is_kreisfrei.tolist()
        [True, False, False, False]
        """
        return np.asarray(self.municipality_type == KREISFREI)

    @property
    def kreise(self) -> NDArray[np.str_]:
        """
        Keys of the Kreise and kreisfreie Städte, ascending; (kreis,).

        Examples
        --------
        >>> from integrasim.region import load_region
        >>> print(*load_region("toy").kreise)
        00111 00200
        """
        return np.unique(self.kreis_ags)

    @property
    def kreis_index(self) -> NDArray[np.intp]:
        """
        Position of each municipality's Kreis in `kreise`; (municipality,).

        Examples
        --------
        >>> from integrasim.region import load_region
        >>> load_region("toy").kreis_index.tolist()
        [0, 1, 1, 1]
        """
        return np.searchsorted(self.kreise, self.kreis_ags)

    @property
    def kreise_names(self) -> NDArray[np.str_]:
        """
        Names of the Kreise and kreisfreie Städte, in the order of `kreise`; (kreis,).

        Examples
        --------
        >>> from integrasim.region import load_region
        >>> print(*load_region("toy").kreise_names)
        Adorf Beispielkreis
        """
        _, first = np.unique(self.kreis_ags, return_index=True)
        return self.kreis_name[first]

    @property
    def is_kreis(self) -> NDArray[np.bool_]:
        """
        Whether each of `kreise` is a Kreis, and not a kreisfreie Stadt alone; (kreis,).

        As for `kreis_count`, the register's type decides.

        Examples
        --------
        >>> from integrasim.region import load_region
        >>> load_region("toy").is_kreis.tolist()
        [False, True]
        """
        return np.isin(self.kreise, self.kreis_ags[self.register_type == KREISANGEHOERIG])

    @property
    def kreis_count(self) -> int:
        """
        Number of Kreise in the sense of the law: those with a kreisangehörige municipality.

        The register's type decides, so that a city treated as kreisfrei for the lump sum leaves
        the count as it is. NRW has 31 Kreise, the Städteregion Aachen included; the Kreispauschale
        of § 4 FlüAG is paid to each of them.

        Examples
        --------
        >>> from integrasim.region import load_region
        >>> load_region("nrw").kreis_count
        31
        """
        return int(np.count_nonzero(self.is_kreis))

    def canonical_order(self) -> NDArray[np.intp]:
        """
        Order the municipalities by area, then population, then AGS.

        Random numbers are handed out in this order, so that neither the order of a table nor its
        keys influence a result. The AGS decides only between municipalities that agree in both
        area and population.

        Returns
        -------
        NDArray[np.intp]
            Positions of the municipalities, smallest area first; (municipality,).

        Examples
        --------
        >>> from integrasim.region import load_region
        >>> load_region("toy").canonical_order().tolist()
        [0, 1, 2, 3]
        >>> nrw = load_region("nrw")
        >>> print(nrw.municipality_name[nrw.canonical_order()[-1]])
        Köln, Stadt
        """
        return np.lexsort((self.ags, self.population, self.area_km2))


def _array_names() -> tuple[str, ...]:
    """Return the fields of a region that are arrays over its municipalities."""
    return tuple(field.name for field in fields(Region) if field.name != "name")


def _check_shapes(region: Region) -> None:
    """Refuse arrays that do not stand for the same, non-empty list of municipalities."""
    shapes = {key: getattr(region, key).shape for key in _array_names()}
    if len(region.ags.shape) != 1 or region.size == 0 or len(set(shapes.values())) > 1:
        listing = ", ".join(f"{key} {shape}" for key, shape in shapes.items())
        raise ValueError(
            f"the arrays of a region need one common shape (municipality,) and at least one "
            f"municipality; these have: {listing}"
        )


def _type_of(key: str) -> type[np.generic]:
    """Type of a field's array."""
    if key in _FLAGS:
        return np.bool_
    return np.float64 if key in _NUMBERS else np.str_


def _check_order(ags: NDArray[np.str_]) -> None:
    """Refuse keys that are doubled or out of order: labelled joins rely on both."""
    wrong = np.flatnonzero(ags[1:] <= ags[:-1])
    if wrong.size:
        raise ValueError(
            f"the AGS of a region must be ascending and unique; "
            f"{ags[wrong[0] + 1]} stands after {ags[wrong[0]]}"
        )


def _check_types(region: Region) -> None:
    """Refuse a type that is none of the two words."""
    for key in ("municipality_type", "register_type"):
        types = getattr(region, key)
        wrong = np.flatnonzero(~np.isin(types, (KREISFREI, KREISANGEHOERIG)))
        if wrong.size:
            raise ValueError(
                f'{key} of {region.ags[wrong[0]]} is "{types[wrong[0]]}"; '
                f'use "{KREISFREI}" or "{KREISANGEHOERIG}"'
            )


def _check_figures(region: Region) -> None:
    """Refuse a population or an area by which no share could be formed."""
    for key in sorted(_NUMBERS):
        figures = getattr(region, key)
        wrong = np.flatnonzero(~(np.isfinite(figures) & (figures > 0)))
        if wrong.size:
            raise ValueError(
                f"{key} of {region.ags[wrong[0]]} is {figures[wrong[0]]}; "
                f"it must be positive and finite"
            )
