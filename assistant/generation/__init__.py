"""Generate mode: a language model words the answer, and only sentences that the approved statements support are shown.

`open_writer` is all that opens a model; quote mode never imports it.
"""

from assistant.generation.drafts import Generation
from assistant.generation.opening import open_writer
from assistant.generation.types import Decision, Fallback, Fate, Sentence, Written
from assistant.generation.writer import Limits, Request, Writer

__all__ = ["Decision", "Fallback", "Fate", "Generation", "Limits", "Request", "Sentence", "Writer", "Written", "open_writer"]
