"""A run on disk: draws are written as they are simulated, and an interrupted run goes on.

The store is a Zarr group (format 3) with one array per variable, readable by any Zarr library.
"""

from integrasim.engine.store.errors import StoreError
from integrasim.engine.store.reading import open_result
from integrasim.engine.store.run import StoredRun, open_run

__all__ = ["StoreError", "StoredRun", "open_result", "open_run"]
