"""Landmarks: the point in time at which a share of patients is asked for (`12-month PFS`), and those a statement reports.

A figure at one landmark does not answer a question for another. Durations of treatment or follow-up are not landmarks.
"""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.query.rules import read_rules

MONTHS_A_YEAR = 12
_NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12,
    "eighteen": 18,
}  # fmt: skip


class Landmarks:
    """The patterns of `answer_evidence.yaml`."""

    def __init__(self) -> None:
        rules = read_rules("answer_evidence")["landmarks"]
        self._asked = [re.compile(pattern, re.IGNORECASE) for pattern in rules["asked"]]
        self._duration = re.compile(rules["duration"], re.IGNORECASE)
        self._bound = re.compile(rules["bound"], re.IGNORECASE)
        self._printed = re.compile(rules["printed"], re.IGNORECASE)
        self.bounds = lru_cache(maxsize=1024)(self._months_bounded)
        self.printed = lru_cache(maxsize=100_000)(self._months_printed)
        self.asked = lru_cache(maxsize=1024)(self._months_asked)
        self.reported = lru_cache(maxsize=100_000)(self._months_reported)

    def _months_asked(self, question: str) -> frozenset[int]:
        return frozenset(_months(match) for pattern in self._asked for match in pattern.finditer(question))

    def _months_reported(self, text: str) -> frozenset[int]:
        return frozenset(_months(match) for match in self._duration.finditer(text))

    def _months_bounded(self, question: str) -> frozenset[int]:
        return frozenset(_months(match) for match in self._bound.finditer(question))

    def _months_printed(self, text: str) -> frozenset[int]:
        return frozenset(_months(match) for match in self._printed.finditer(text))


def _months(match: re.Match[str]) -> int:
    groups = match.groupdict()
    number = (groups["number"] or groups["number2"]).lower()
    unit = (groups["unit"] or groups["unit2"]).lower()
    months = _NUMBERS[number] if number in _NUMBERS else int(number)
    return months * MONTHS_A_YEAR if unit.startswith("y") else months
