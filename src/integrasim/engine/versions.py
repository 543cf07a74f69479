"""The versions that a result depends on."""

from __future__ import annotations

from functools import cache
from importlib import metadata

__all__ = ["installed_versions"]

_PACKAGES = ("integrasim", "numpy", "scipy", "numba", "xarray", "pydantic", "ruamel.yaml")


@cache
def installed_versions() -> dict[str, str]:
    """Return the version of each package that a result depends on, this one first.

    They are read once, as a package that is replaced later is not the one in use.

    Examples
    --------
    >>> list(installed_versions())[:2]
    ['integrasim', 'numpy']
    """
    return {name: metadata.version(name) for name in _PACKAGES}
