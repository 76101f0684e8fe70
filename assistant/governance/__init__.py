"""Governance of content: the steps of documents with their records, what they touch, releases and how they differ."""

from assistant.governance.desk import ContentDesk, StepTaken, governed
from assistant.governance.difference import Difference, compare_parts, read_side
from assistant.governance.impact import Impact, find_impact, impact_to_json
from assistant.governance.releasing import Gate, ReleaseRefused, Verdict, release_content, roll_back

__all__ = [
    "ContentDesk",
    "Difference",
    "Gate",
    "Impact",
    "ReleaseRefused",
    "StepTaken",
    "Verdict",
    "compare_parts",
    "find_impact",
    "governed",
    "impact_to_json",
    "read_side",
    "release_content",
    "roll_back",
]
