"""Whether a comment should wait, and why."""

from .heuristics import HoldReason, doubts

__all__ = ["HoldReason", "doubts"]
