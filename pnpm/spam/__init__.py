"""Should this comment wait, and why."""

from .rules import Doubt, doubts

__all__ = ["Doubt", "doubts"]
