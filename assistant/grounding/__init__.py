"""Grounding: whether a generated sentence is supported by the statements it cites."""

from assistant.grounding.checker import Checker
from assistant.grounding.types import GroundingVerdict, Reason, ReasonCode

__all__ = ["Checker", "GroundingVerdict", "Reason", "ReasonCode"]
