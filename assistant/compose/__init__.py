"""Composing: evidence into the answer a reader gets. It words only what the policy words; everything medical is quoted."""

from assistant.compose.answers import Composer, Draft
from assistant.compose.wording import Wording, read_wording

__all__ = ["Composer", "Draft", "Wording", "read_wording"]
