"""Safety screening of every inbound text: case codes with their reasons, identifiers masked, whether an answer may be given."""

from assistant.screening.masking import Masker, mask
from assistant.screening.policy import Policy, check_policy, load_policy
from assistant.screening.screener import Screener, screen, screener_for
from assistant.screening.vote import Vote

__all__ = ["Masker", "Policy", "Screener", "Vote", "check_policy", "load_policy", "mask", "screen", "screener_for"]
