"""What is wrong with a store."""

from __future__ import annotations

from integrasim.engine.storage import ResultFileError

__all__ = ["StoreError"]


class StoreError(ResultFileError):
    """
    A store cannot be read, or not take a run, with the reason and the remedy.

    Examples
    --------
    >>> raise StoreError("run.zarr: this store is damaged. Run the simulation again.")
    Traceback (most recent call last):
    integrasim.engine.store.errors.StoreError: run.zarr: this store is damaged. Run the simulation
    again.
    """
