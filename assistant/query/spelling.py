"""Repairs typing errors against the words of the glossary and the documents.

Only words nobody knows are touched, and only towards the nearest known word. A word that looks like another medicine's or
study's name is left alone unless the difference is too small to make another name: answering about a similar name would be
worse than asking. Distance: optimal string alignment (insertions, deletions, substitutions, neighbouring letters swapped).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from assistant.query.rules import read_rules

SHORTEST_LETTERS = 4
"""Shorter words are never repaired: almost anything is one letter away from them."""

SHORTEST_JOINED = 5
"""Shorter words are not taken for two."""

SHORT_PART, SHORT_PART_WEIGHT = 3, 150.0
"""Letters up to which a part must weigh at least as much: nearly every pair of letters is a word of some document."""

_GLUED = re.compile(r"([a-z]{2,})([A-Z][A-Za-z]+)")
"""A word in small letters with one in capitals behind it, the space left out."""

ENDINGS = frozenset({
    "ly", "ness", "ment", "ments", "able", "ible", "ism", "ist", "ists", "ity", "less", "ful", "ship", "ers", "ing", "ings",
})  # fmt: skip
"""What ends a word and is no word: an adverb that nobody used before is not two words without a space."""


@dataclass(frozen=True, slots=True)
class Repair:
    """A word replaced: as typed, and what it was taken for."""

    typed: str
    meant: str


class Speller:
    """Repairs words. `known` need no repair; `weights` are the words a repair may lead to, heavier ones first on a tie."""

    def __init__(self, known: Iterable[str], weights: Mapping[str, float], names: Iterable[str]) -> None:
        self._known = frozenset(known) | frozenset(weights)
        self._names = frozenset(names)
        self._weights = dict(weights)
        stems = sorted(read_rules("answer_names")["drug_stems"], key=len, reverse=True)
        self._double = re.compile(r"(.)\1+")
        self._stem = re.compile(rf"(?P<head>[a-z]+?)(?P<stem>{'|'.join(stems)})$")
        self._by_length: dict[int, list[str]] = defaultdict(list)
        for word in sorted(word for word in weights if word.isalpha() and len(word) >= SHORTEST_LETTERS):
            self._by_length[len(word)].append(word)
        self._cache: dict[tuple[str, bool], str | None] = {}

    def knows(self, word: str, typed: str) -> bool:
        """Return whether `word` (matching form of `typed`) needs no repair."""
        return word in self._known or typed.lower() in self._known

    def repair(self, word: str, typed: str, *, capital: bool) -> str | None:
        """Return what `word` (matching form of `typed`) was meant to be, or None.

        `capital`: the word was typed as a proper name (several capitals), so that only a slip of one letter is repaired.
        """
        if self.knows(word, typed) or not word.isalpha() or len(word) < SHORTEST_LETTERS:
            return None
        key = (word, capital)
        if key not in self._cache:
            self._cache[key] = self._nearest(word, capital)
        return self._cache[key]

    def split(self, word: str, typed: str) -> str | None:
        """Return the two known words that `word` is when a space was left out, or None.

        A part of three letters or fewer must be a word that every question is made of, or a name. Of several pairs the one
        whose rarer word is the more common wins.
        """
        lowered = typed.lower()
        if self.knows(word, typed) or not word.isalpha():
            return None
        glued = _GLUED.fullmatch(typed)
        if glued and all(part.lower() in self._weights for part in glued.groups()):
            return " ".join(glued.groups())
        if len(word) < SHORTEST_JOINED:
            return None
        places = [at for at in range(2, len(lowered) - 1) if lowered[at:] not in ENDINGS]
        if not places:
            return None
        weighed = [(min(self._weight(lowered[:at]), self._weight(lowered[at:])), at) for at in places]
        weight, at = max(weighed)
        return f"{typed[:at]} {typed[at:]}" if weight > 0 else None

    def _weight(self, part: str) -> float:
        weight = max(self._weights.get(part, 0.0), self._weights.get(part.removesuffix("s"), 0.0), float(part in self._known))
        return weight if len(part) > SHORT_PART or weight >= SHORT_PART_WEIGHT else 0.0

    def _nearest(self, word: str, capital: bool) -> str | None:
        allowed = self._allowed(word, capital)
        best: tuple[int, bool, float, str] | None = None
        for length in range(len(word) - allowed, len(word) + allowed + 1):
            candidates = self._by_length.get(length, ())
            for candidate, distance, _ in process.extract(
                word, candidates, scorer=OSA.distance, score_cutoff=allowed, limit=None
            ):
                if self._same_name(word, candidate) and (candidate in self._names or not capital):
                    rank = (int(distance), _skeleton(candidate) != _skeleton(word), -self._weights[candidate], candidate)
                    best = rank if best is None or rank < best else best
        return best[-1] if best else None

    def _allowed(self, word: str, capital: bool) -> int:
        if capital or len(word) < 6:
            return 1
        return 1 if len(word) < 8 else 2

    def _same_name(self, word: str, candidate: str) -> bool:
        if word[0] != candidate[0] and (word[1], word[0]) != (candidate[0], candidate[1]):
            return False  # typing errors hardly ever fall on the first letter
        meant = self._stem.match(candidate)
        typed = self._stem.match(word)
        if self._double.sub(r"\1", word) == self._double.sub(r"\1", candidate):
            return True  # a letter typed twice, or once too few
        if candidate in self._names and typed and meant:
            # Two names of one family differ in their head; a slip in the head is believed only when the head is long enough.
            return OSA.distance(typed["head"], meant["head"]) <= (1 if len(meant["head"]) >= 4 else 0)
        return not (typed and not meant and len(word) >= 7)


def _skeleton(word: str) -> str:
    """A word without the vowels inside it: what people leave out first when they write in haste (`livr`, `renl`)."""
    return word[0] + re.sub("[aeiou]", "", word[1:])
