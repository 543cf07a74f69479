"""What of the founding documents is covered: systems, what computes them, what is left out."""

from integrasim.coverage.loading import load_systems
from integrasim.coverage.state import State, left_out, state_of
from integrasim.coverage.systems import Figure, Gap, System

__all__ = ["Figure", "Gap", "State", "System", "left_out", "load_systems", "state_of"]
