"""How the draws of a run are cut up on disk.

A *unit* is as many blocks of draws as are written at once, some 64 MiB of them. It is one file of
each variable (a shard), within which chunks of about 1 MiB hold all draws of the unit and all
years, but only one option and some of the municipalities: whoever reads the draws of a few
municipalities reads little else.

Compression was measured on 2,048 draws × 5 years under two options (processor time; chunks as
above, so that a shuffle helps more than in a whole file):

===========================  =====================  =====================  =====================
codec                        municipality, 283 MiB       Kreis, 55 MiB        Land, 12.7 MiB
                              write  read  size       write  read  size      write  read  size
===========================  =====================  =====================  =====================
zstd 1                        0.59  0.25  169 MiB     0.09  0.04  34.8       0.03  0.01  5.6
zstd 3                        0.99  0.25  167 MiB     0.22  0.05  34.2       0.07  0.01  5.4
Blosc, zstd 1, shuffle        0.66  0.27  164 MiB     0.09  0.04  31.7       0.02  0.01  4.7
Blosc, LZ4, shuffle           0.29  0.09  182 MiB     0.02  0.01  33.3       0.01  0.00  5.4
none                                      283 MiB                 55.4                  12.7
===========================  =====================  =====================  =====================

LZ4 takes half the time of zstd to write, a third to read, and at most 11 % more room. A checksum
follows each chunk, so that damage is noticed when it is read.
"""

from __future__ import annotations

from math import ceil, prod
from typing import TYPE_CHECKING, Any

from integrasim.engine.blocks import BLOCK_DRAWS
from integrasim.engine.shapes import bytes_per_draw
from integrasim.extras import import_extra

if TYPE_CHECKING:
    import xarray as xr

    from integrasim.engine.job import Job

__all__ = ["encoding", "unit_draws"]

_UNIT_BYTES = 64 * 2**20
_MOST_BLOCKS = 64
"""Blocks of a unit at most: what an interruption may cost is seconds."""
_CHUNK_BYTES = 2**20


def unit_draws(job: Job) -> int:
    """Return the number of draws that are written at once.

    Parameters
    ----------
    job
        The simulation.

    Returns
    -------
    int
        A multiple of the draws of a block.
    """
    blocks = _UNIT_BYTES // (BLOCK_DRAWS * bytes_per_draw(job, level=job.keep))
    return BLOCK_DRAWS * min(max(blocks, 1), _MOST_BLOCKS)


def encoding(result: xr.Dataset, *, unit: int) -> dict[str, dict[str, Any]]:
    """Choose how each variable is written.

    Parameters
    ----------
    result
        Variables of the size they will have.
    unit
        Draws that are written at once.

    Returns
    -------
    dict
        Variable → its encoding for :meth:`xarray.Dataset.to_zarr`.
    """
    codecs: Any = import_extra("zarr.codecs", extra="scale")
    compressors = (codecs.BloscCodec(cname="lz4", shuffle="shuffle"), codecs.Crc32cCodec())
    chosen: dict[str, dict[str, Any]] = {
        str(name): {"_FillValue": None}
        for name, variable in result.variables.items()
        if variable.dtype.kind in "iuf"
    }
    for name, variable in result.data_vars.items():
        if "draw" in variable.dims:
            chunk, shard = _cut(variable, unit=unit)
            chosen[str(name)] |= {"chunks": chunk, "shards": shard, "compressors": compressors}
    # A coordinate that grows with the draws, and need not be in as many files.
    chosen["draw"]["chunks"] = (_CHUNK_BYTES // result["draw"].dtype.itemsize,)
    return chosen


def _cut(variable: xr.DataArray, *, unit: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Shape of the chunks and of the shards of a variable over draws.

    Chunks split the last dimension evenly; shards are whole chunks and may overhang.
    """
    shard = [unit if dim == "draw" else size for dim, size in variable.sizes.items()]
    chunk = [1 if dim == "option" else size for dim, size in zip(variable.dims, shard, strict=True)]
    pieces = ceil(prod(chunk) * variable.dtype.itemsize / _CHUNK_BYTES)
    chunk[-1] = ceil(chunk[-1] / pieces)
    shard[-1] = chunk[-1] * ceil(shard[-1] / chunk[-1])
    return tuple(chunk), tuple(shard)
