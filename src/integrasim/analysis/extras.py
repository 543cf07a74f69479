"""Libraries that only fitting and hindcasts need."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["import_extra"]


def import_extra(module: str) -> ModuleType:
    """Import a module of the extra ``hindcast``.

    Parameters
    ----------
    module
        Its dotted name.

    Returns
    -------
    module
        The module.

    Raises
    ------
    ImportError
        If its library is not installed; says how to install it.

    Examples
    --------
    >>> import_extra("statsmodels.tsa.arima.model").__name__
    'statsmodels.tsa.arima.model'
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        library = module.partition(".")[0]
        raise ImportError(
            f"this needs the library {library}. Install it: pip install integrasim[hindcast]"
        ) from error
