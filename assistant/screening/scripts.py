"""Reads words of other scripts as English ones: "患者 入院" as "patient hospitalised", each at the place of what was typed.

The words are policy data (`screening_scripts.yaml`). A message in such a script then meets the rules and the votes as a string
of English words; what has no entry is kept as it is. Nothing is translated beyond that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from pydantic import BaseModel, ConfigDict

# The first letter that belongs to another script than the Latin one.
_FIRST_FOREIGN = "\u0370"
_FOREIGN_SHARE = 0.3
_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile(r"[a-z0-9%+]")


class ScriptWords(BaseModel):
    """Beginnings of foreign words by what they say in English; `inside`: scripts in which parts of words count too."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    version: int
    owner: str
    note: str
    inside: tuple[str, ...]
    terms: Mapping[str, tuple[str, ...]]


class Glossary:
    """Finds the words of a file in a text; `fold` normalises an entry as the text is normalised."""

    def __init__(self, words: ScriptWords, fold: Callable[[str], str]) -> None:
        """Index the entries by length; raises ValueError for an empty one."""
        self._said = {fold(entry): tuple(english.split()) for english, entries in words.terms.items() for entry in entries}
        if "" in self._said:
            raise ValueError("screening_scripts: an entry is empty")
        self._lengths = sorted({len(entry) for entry in self._said}, reverse=True)
        self._inside = re.compile(f"[{''.join(words.inside)}]")

    def read(self, text: str) -> Iterator[tuple[str, int, int]]:
        """Yield the English words for words of other scripts with the stretch of the text that says so, and other words as they
        are.
        """
        at = 0
        while at < len(text):
            entry = next((text[at : at + size] for size in self._lengths if text[at : at + size] in self._said), "")
            for english in self._said.get(entry, ()):
                yield english, at, at + len(entry)
            end = at + len(entry)
            if self._inside.match(text[at]):
                at = max(end, at + 1)
                continue
            word = _WORD.match(text, max(end - 1, at))
            if word and not entry:
                yield word.group(), at, word.end()
            at = max(end, word.end() if word else at + 1)


def is_foreign(text: str) -> bool:
    """Return whether a text holds a letter of another script than the Latin one."""
    return not text.isascii() and any(char >= _FIRST_FOREIGN and char.isalpha() for char in text)


def is_mostly_foreign(text: str) -> bool:
    """Return whether a good part of a text's letters are of another script, not just a Greek letter in a name."""
    if not is_foreign(text):
        return False
    letters = [char for char in text if char.isalpha()]
    return sum(char >= _FIRST_FOREIGN for char in letters) > _FOREIGN_SHARE * len(letters)


def as_read(words: Sequence[str]) -> str:
    """Return the words that were understood as a text for the embedding model."""
    return " ".join(word for word in words if _LATIN.match(word))
