"""Text as it may enter a document: one line, no control, invisible, direction-changing or private characters.

Hidden characters are how instructions are smuggled past a reader. Words, figures and signs stay exactly as printed; only
typographic ligatures are taken apart.
"""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ue000-\uf8ff\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})


def clean_text(text: str) -> str:
    """Return text on one line without hidden characters; soft hyphens are dropped, any white space is one space."""
    text = _INVISIBLE.sub("", text.replace("\u00ad", "").translate(_LIGATURES))
    text = "".join(" " if unicodedata.category(character) == "Cc" else character for character in text)
    return " ".join(unicodedata.normalize("NFC", text).split())


def count_hidden(text: str) -> int:
    """Return how many hidden characters a text holds."""
    return len(_INVISIBLE.findall(text.removeprefix("\ufeff")))
