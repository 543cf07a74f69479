"""Engine: blocks of draws over workers, progress, storage."""

from integrasim.engine.simulation import simulate

__all__ = ["simulate"]
