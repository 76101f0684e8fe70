"""Governance of content: the steps of documents with their records, what they touch, releases and how they differ."""

from assistant.governance.desk import ContentDesk, StepTaken
from assistant.governance.impact import Impact, find_impact, impact_to_json

__all__ = ["ContentDesk", "Impact", "StepTaken", "find_impact", "impact_to_json"]
