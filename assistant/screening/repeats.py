"""Finds a name again where nothing marks it as one: "Mrs Castellani came on Friday. castellani is better."."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from assistant.screening.found import Found, Patterns
from assistant.screening.name_lists import NameLists, fold

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-](?!s\b)[^\W\d_]+)*")
_MIN_CHARS: Final = 4


class RepeatFinder:
    """Finds the words of names that were masked before, in the same message or an earlier one."""

    def __init__(self, patterns: Patterns, lists: NameLists) -> None:
        """Take the patterns and the lists."""
        self._patterns = patterns
        self._words = lists.words
        self._never = lists.never

    def words_of(self, names: Iterable[str]) -> frozenset[str]:
        """Return the words of names by which their bearers may be called again."""
        words = {fold(word) for name in names for word in _WORD.findall(name)}
        return frozenset(word for word in words if len(word) >= _MIN_CHARS and word not in self._never)

    def find(self, text: str, known: frozenset[str]) -> Iterator[Found]:
        """Yield these words; one that is an everyday word too counts with a capital and something told of its bearer."""
        for match in _WORD.finditer(text) if known else ():
            word = fold(match.group())
            if word in known and (word not in self._words or self._is_told_of(text, match)):
                yield Found("name", match.start(), match.end())

    def _is_told_of(self, text: str, match: re.Match[str]) -> bool:
        told = self._patterns["is_told"].match(text, match.end()) or self._patterns["told_right"].match(text, match.end())
        return match.group()[0].isupper() and bool(told)
