"""Cells per second by stage, beside floors and beside the obvious way to do the same."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import integrasim as igs
from benchmarks.conftest import DRAWS
from benchmarks.floors import draw_pcg64, draw_philox
from benchmarks.naive import Walk, draw_costs, leave_by_cell, leave_by_month, walk_counts, walk_persons
from benchmarks.stages import cells, ledger_arguments, residence_arguments, walk_of

if TYPE_CHECKING:
    from benchmarks.conftest import Measure
    from benchmarks.naive import Leavers
    from benchmarks.stages import Stage
    from integrasim.engine.job import Job

FEW_DRAWS = 64
"""Draws of the naive versions that walk many draws at once."""
