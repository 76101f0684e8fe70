"""Finds names of persons as notes write them: a surname alone beside a bed, an age and a sex, or what happened to its bearer,
and a surname before the first name ("castellanos in 14B", "VANDENBROUCKE, ILSE.", "mulcahy's labs").

A lone surname counts where it is no everyday word; names of products, trials and speakers never do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from assistant.screening.found import Found, Patterns, before
from assistant.screening.name_lists import NameLists, fold

_CUE_CHARS: Final = 30
_STUDY_CHARS: Final = 60
_MIN_CHARS: Final = 4


class NoteNameFinder:
    """Finds names by their place in a note, with the patterns of the masking policy."""

    def __init__(self, lists: NameLists, patterns: Patterns) -> None:
        """Take the lists and the patterns."""
        self._lists = lists
        self._never = lists.never
        self._patterns = patterns

    def find(self, text: str) -> Iterator[Found]:
        """Yield the names in the text."""
        for match in self._patterns["reversed_name"].finditer(text):
            if self._is_reversed(text, match):
                yield Found("name", match.start(1), match.end(2))
        for match in self._patterns["lone_word"].finditer(text):
            if self._is_lone_name(text, match):
                yield Found("name", match.start(), match.end())

    def _is_reversed(self, text: str, match: re.Match[str]) -> bool:
        """Return whether "Surname, First" is a person: a first name that is no word, or an age behind it."""
        last, first = fold(match[1]).split()[-1], fold(match[2])
        if last in self._never:
            return False
        aged = self._patterns["aged_right"].match(text, match.end(2))
        if aged or (self._patterns["filed_right"].match(text, match.end(2)) and not self._in_study(text, match)):
            known = len(first) == 1 or first in self._lists.first | self._lists.ambiguous or self._is_strange(first)
            return known and (last in self._lists.last or (last not in self._lists.words and not self._is_strange(first)))
        return first in self._lists.first and last not in self._lists.words and not self._in_study(text, match)

    def _is_strange(self, word: str) -> bool:
        """Return whether a word is on no list and unlike the words of this field: a first name that the lists lack."""
        listed = word in self._lists.words or word in self._never
        return len(word) >= _MIN_CHARS and not listed and not self._patterns["drug_like"].search(word)

    def _is_lone_name(self, text: str, match: re.Match[str]) -> bool:
        """Return whether a word that is no first name stands alone where a patient's surname does."""
        word = fold(match.group())
        known = word in self._lists.last
        if len(word) < _MIN_CHARS or word in self._never or word in self._lists.ambiguous:
            return False
        if word in self._lists.words:
            return known and self._is_at_bed(text, match) and self._has("note_left", text, match)
        if known:
            return self._is_told_of(text, match)
        return self._is_unheard_name(word, text, match)

    def _is_unheard_name(self, word: str, text: str, match: re.Match[str]) -> bool:
        """Return whether a word on no list is a name: by a bed written unlike a drug, by a bed or between cues."""
        if self._patterns["drug_like"].search(word):
            return False
        cued = self._has("note_left", text, match) or self._has("seen_left", text, match)
        if cued and any(self._patterns[name].match(text, match.end()) for name in ("aged_right", "ward_right")):
            return True
        return self._is_at_bed(text, match) or self._has("named_left", text, match)

    def _is_told_of(self, text: str, match: re.Match[str]) -> bool:
        """Return whether a surname is spoken of as a patient: by a bed, behind "pt", before an age or an event."""
        if self._is_at_bed(text, match) or self._has("note_left", text, match):
            return True
        if self._in_study(text, match) or self._has("author_left", text, match):
            return False
        if any(self._patterns[name].match(text, match.end()) for name in ("aged_right", "ward_right", "told_right")):
            return True
        written = self._patterns["author_right"].match(text[match.end() : match.end() + _CUE_CHARS])
        return self._has("seen_left", text, match) and not written

    def _is_at_bed(self, text: str, match: re.Match[str]) -> bool:
        if any(self._patterns[name].match(text, match.end()) for name in ("bed_right", "room_right")):
            return True
        return self._has("bed_left", text, match) and bool(self._patterns["bed_after"].match(text, match.end()))

    def _has(self, cue: str, text: str, match: re.Match[str]) -> bool:
        return bool(self._patterns[cue].search(before(text, match.start(), _CUE_CHARS)))

    def _in_study(self, text: str, match: re.Match[str]) -> bool:
        return bool(self._patterns["study"].search(text[max(0, match.start() - _STUDY_CHARS) : match.end() + _STUDY_CHARS]))
