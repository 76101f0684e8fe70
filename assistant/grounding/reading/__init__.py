"""Reading: what a text says, as mentions, figures and arms; it judges nothing."""

from assistant.grounding.reading.lexicon import Lexicon, build_lexicon
from assistant.grounding.reading.reader import read_text, read_tokens

__all__ = ["Lexicon", "build_lexicon", "read_text", "read_tokens"]
