"""Libraries that only some functions need: extras of the installation."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["import_extra"]


def import_extra(module: str, *, extra: Literal["hindcast", "scale"]) -> ModuleType:
    """Import a module of an extra.

    Parameters
    ----------
    module
        Its dotted name.
    extra
        The extra that its library belongs to.

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
    >>> import_extra("statsmodels.tsa.arima.model", extra="hindcast").__name__
    'statsmodels.tsa.arima.model'
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        library = module.partition(".")[0]
        raise ImportError(
            f"this needs the library {library}. Install it: pip install integrasim[{extra}]"
        ) from error
