"""Should this comment wait, and why."""

from .heuristics import Doubt, doubts

__all__ = ["Doubt", "doubts"]
