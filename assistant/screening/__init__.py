"""Safety screening of every inbound text: case codes with their reasons, identifiers masked, whether an answer may be given."""

from assistant.screening.masking import Masker, mask
from assistant.screening.policy import Policy, load_policy
from assistant.screening.screener import Screener, screen
from assistant.screening.vote import Vote

__all__ = ["Masker", "Policy", "Screener", "Vote", "load_policy", "mask", "screen"]
