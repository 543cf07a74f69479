"""The instruments of the funding law, one module per act."""

from integrasim.law.instruments import fluag, ki, kim, komm_an, programmes, tintg
from integrasim.law.instruments.instrument import Instrument, Lag, Recipient

__all__ = ["INSTRUMENTS", "PROGRAMMES", "Instrument", "Lag", "Recipient", "of_programmes"]

INSTRUMENTS: tuple[Instrument, ...] = (
    *fluag.INSTRUMENTS,
    *tintg.INSTRUMENTS,
    *ki.INSTRUMENTS,
    *kim.INSTRUMENTS,
    *komm_an.INSTRUMENTS,
    *programmes.INSTRUMENTS,
)
"""All instruments, in the order of the result."""

PROGRAMMES: tuple[str, ...] = tuple(dict.fromkeys(each.programme for each in INSTRUMENTS))
"""Names of the programmes: what stands before the dot in the id of their instruments."""


def of_programmes(*programmes: str) -> tuple[Instrument, ...]:
    """Return the instruments of some programmes.

    Parameters
    ----------
    programmes
        Names from `PROGRAMMES`.

    Returns
    -------
    tuple of Instrument
        In the order of `INSTRUMENTS`.

    Examples
    --------
    >>> [each.id for each in of_programmes("fluag")][0]
    'fluag.lump_sum'
    """
    return tuple(each for each in INSTRUMENTS if each.programme in programmes)
