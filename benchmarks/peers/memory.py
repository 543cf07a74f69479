"""Peak memory of the portfolio's simulation in a fresh process, on Linux.

From the root of the repository: ``python -m benchmarks.peers.memory ours|gemact DRAWS``
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

_KIB_PER_MIB = 1024

Who = Literal["ours", "gemact"]


class Memory(NamedTuple):
    """Resident MiB of a process: with all libraries before the work, and at its peak."""

    before: float
    peak: float

    @property
    def work(self) -> float:
        """MiB that the work itself takes at most."""
        return self.peak - self.before


def peak_memory(who: Who, draws: int) -> Memory:
    """Measure in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.peers.memory", who, str(draws)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        check=True,
        text=True,
    )
    before, peak = map(float, done.stdout.split()[-2:])
    return Memory(before, peak)


def _work(who: str, draws: int) -> Callable[[], object]:
    """Import and try what is needed; give the work."""
    if who == "ours":
        from benchmarks.peers.portfolio import all_persons, simulate  # noqa: PLC0415

        simulate(all_persons(), 256)
        return lambda: simulate(all_persons(), draws)
    from benchmarks.peers.rivals import gemact_model  # noqa: PLC0415
    from benchmarks.peers.setting import PERSONS  # noqa: PLC0415

    gemact_model(PERSONS, 10)
    return lambda: gemact_model(PERSONS, draws)


def _status(field: str) -> float:
    """MiB of a field of this process. Unlike ``ru_maxrss`` it has nothing of the parent's."""
    text = Path("/proc/self/status").read_text("ascii")
    return float(text.partition(f"{field}:")[2].split()[0]) / _KIB_PER_MIB


def main() -> None:
    work = _work(sys.argv[1], int(sys.argv[2]))
    before = _status("VmRSS")
    work()
    print(before, _status("VmHWM"))


if __name__ == "__main__":
    main()
