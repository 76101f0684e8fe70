"""Finds exact dates of persons and ages over 89 (HIPAA Safe Harbor). A month, a weekday or a year alone is no exact date.

The date of an approval, a congress or an expiry is left alone unless a word before it ties it to a person; so are fractions
and doses that look like a month and a day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from assistant.screening.found import Found, Patterns, before, words_pattern
from assistant.screening.policy import MaskingPolicy

_SENTENCE_ENDS: Final = (". ", "? ", "! ", "\n", "; ")
_REACH_CHARS: Final = 300
_CUE_CHARS: Final = 24
_LAST_MONTH: Final = 12
# What must stand before each way of writing a day and a month in numbers, in the order of the pattern's groups.
_DAY_MONTH_CUES: Final = ("dots_left", "day_first_left", "month_first_left", "either_left")


class DateFinder:
    """Finds dates and ages with the patterns and words of the masking policy."""

    def __init__(self, policy: MaskingPolicy, patterns: Patterns, exempt_number: re.Pattern[str]) -> None:
        """Compile the policy's word lists."""
        self._patterns = patterns
        self._exempt_number = exempt_number
        self._exempt = words_pattern(policy.date_exempt)
        self._person = words_pattern(policy.date_person)

    def find(self, text: str) -> Iterator[Found]:
        """Yield full dates, month-and-day dates and ages over 89."""
        for match in self._patterns["full_dates"].finditer(text):
            if self._is_date(text, match) and self._is_personal(text, match.start(), match.end()):
                birth = self._patterns["birth_before"].search(before(text, match.start(), _CUE_CHARS))
                yield Found("dob" if birth else "date", match.start(), match.end())
        for match in self._patterns["short_date"].finditer(text):
            if self._is_short_date(text, match) and self._is_personal(text, match.start(), match.end()):
                yield Found("date", match.start(), match.end())
        for match in self._patterns["day_month"].finditer(text):
            left = before(text, match.start(), _CUE_CHARS)
            cued = self._patterns[_DAY_MONTH_CUES[(match.lastindex or 1) - 1]].search(left)
            if cued and self._is_personal(text, match.start(), match.end()):
                yield Found("date", match.start(), match.end())
        if self._patterns["old"].search(text):
            yield from self._ages(text)

    def _is_date(self, text: str, match: re.Match[str]) -> bool:
        """Return whether a match is a date: "may 2" and "march 5 miles" are not, nor is a number of a product or paper."""
        word, left = match.group(), before(text, match.start(), _CUE_CHARS)
        if not self._patterns["day_in_date"].search(word):
            return False
        verb = word[:3] in {"may", "mar"} and not self._patterns["surely_date"].search(word)
        counted = self._patterns["unit_after"].match(text[match.end() : match.end() + 12])
        return not (verb and not self._person.search(left)) and not counted and not self._exempt_number.search(left)

    def _is_short_date(self, text: str, match: re.Match[str]) -> bool:
        """Return whether "5/17" is a date: a word before it says so, or the second number can be no month."""
        left, right = before(text, match.start(), _CUE_CHARS), text[match.end() : match.end() + 20]
        if self._patterns["short_date_sure"].search(left):
            return True
        if self._patterns["fraction_after"].match(right):
            return False
        if self._patterns["short_date_before"].search(left):
            return True
        return int(match.group().split("/")[1]) > _LAST_MONTH and not self._patterns["fraction_before"].search(left)

    def _is_personal(self, text: str, start: int, end: int) -> bool:
        if not self._exempt.search(_sentence_around(text, start, end)):
            return True
        return bool(self._person.search(before(text, start, _CUE_CHARS)))

    def _ages(self, text: str) -> Iterator[Found]:
        for name, group in (("age_after", 0), ("age_before", 1), ("age_words", 0), ("age_decade", 1), ("age_behind_sex", 1)):
            for match in self._patterns[name].finditer(text):
                if not self._is_heat(text, match):
                    yield Found("age", match.start(group), match.end(group))

    def _is_heat(self, text: str, match: re.Match[str]) -> bool:
        """Return whether "101F" is a temperature."""
        unit = text[match.end() : match.end() + 2].strip().lower().startswith("f")
        return unit and bool(self._patterns["heat_before"].search(before(text, match.start(), _CUE_CHARS)))


def _sentence_around(text: str, start: int, end: int) -> str:
    first = max(text.rfind(mark, max(0, start - _REACH_CHARS), start) for mark in _SENTENCE_ENDS)
    ends = [at for at in (text.find(mark, end, end + _REACH_CHARS) for mark in _SENTENCE_ENDS) if at >= 0]
    return text[first + 1 : min(ends, default=min(len(text), end + _REACH_CHARS))]
