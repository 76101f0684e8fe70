"""Known words near an unknown one, for texts nobody proof-read. Words with digits are left alone: EMBER-3 is not EMBER-4.

Nearness is the optimal string alignment distance (Damerau 1964; one edit is an insertion, deletion, substitution or swap of
neighbours): one edit for words of five to seven letters, two for longer ones, none for shorter ones.
"""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

MIN_CHARS = 5
LONG_CHARS = 8


def nearest_word(word: str, vocabulary: Sequence[str]) -> str | None:
    """Return the known word nearest to an unknown one (the first in `vocabulary` among equals), or None when none is near."""
    if len(word) < MIN_CHARS or not word.isalpha():
        return None
    edits = 2 if len(word) >= LONG_CHARS else 1
    found = process.extractOne(word, vocabulary, scorer=OSA.distance, score_cutoff=edits)
    return None if found is None else str(found[0])
