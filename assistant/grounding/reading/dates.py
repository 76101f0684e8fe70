"""Dates of a text: month and year, with or without the day, in words or in figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from assistant.grounding.types import Quantity, Token

FIRST_YEAR, LAST_YEAR = 1980, 2049
_MONTHS, _DAYS = 12, 31


class DateReader:
    """Reads the dates of one token list; tokens that are `taken` belong to names."""

    def __init__(self, tokens: Sequence[Token], taken: AbstractSet[int], months: Mapping[str, int]) -> None:
        self.tokens = tokens
        self.taken = taken
        self.months = months

    def _stem(self, index: int) -> str:
        return self.tokens[index].stem if 0 <= index < len(self.tokens) else ""

    def integer(self, index: int) -> int | None:
        text = self._stem(index)
        return int(text) if text.isdigit() and index not in self.taken else None

    def _year(self, index: int) -> int | None:
        value = self.integer(index)
        return value if value is not None and FIRST_YEAR <= value <= LAST_YEAR and len(self._stem(index)) == 4 else None

    def _month(self, index: int) -> int | None:
        if not 0 <= index < len(self.tokens):
            return None
        text = self.tokens[index].text
        return self.months.get(text.lower().rstrip(".")) if text[0].isupper() else None

    def read(self, index: int) -> Quantity | None:
        """Month day, year; day month year; month year; month/year; year-month-day; year."""
        month = self._month(index)
        if month is not None:
            return self._month_first(index, month)
        day = self.integer(index)
        if day is not None and 1 <= day <= 31 and self._month(index + 1) is not None:
            skip = index + 2 + (self._stem(index + 2) == ",")
            year = self._year(skip)
            if year is not None:
                return _date(year, self._month(index + 1) or 0, day, index, skip + 1)
            return _date(0, self._month(index + 1) or 0, day, index, index + 2)
        slashed = self._slashed(index)
        if slashed is not None:
            return slashed
        if day is not None and day <= 12 and self._stem(index + 1) == "/" and self._year(index + 2) is not None:
            return _date(self._year(index + 2) or 0, day, 0, index, index + 3)
        return self._year_first(index)

    def _year_first(self, index: int) -> Quantity | None:
        year = self._year(index)
        if year is None:
            return None
        if self._stem(index + 1) == "-" and self._stem(index + 3) == "-":
            return _date(year, self.integer(index + 2) or 0, self.integer(index + 4) or 0, index, index + 5)
        return _date(year, 0, 0, index, index + 1)

    def _slashed(self, index: int) -> Quantity | None:
        """A date in figures: "18/08/2025", "4/30/2026"; the month first where both may be one."""
        first, second, year = self.integer(index), self.integer(index + 2), self._year(index + 4)
        if first is None or second is None or year is None or (self._stem(index + 1), self._stem(index + 3)) != ("/", "/"):
            return None
        month, day = (second, first) if first > _MONTHS else (first, second)
        return _date(year, month, day, index, index + 5) if 1 <= month <= _MONTHS and 1 <= day <= _DAYS else None

    def _month_first(self, index: int, month: int) -> Quantity | None:
        after = index + 1 + (self._stem(index + 1) == ".")
        day = self.integer(after)
        if day is not None and 1 <= day <= 31 and self._year(after) is None:
            skip = after + 1 + (self._stem(after + 1) == ",")
            year = self._year(skip)
            return _date(year or 0, month, day, index, skip + 1 if year else after + 1)
        skip = after + (self._stem(after) in {",", "of"})
        year = self._year(skip)
        return _date(year, month, 0, index, skip + 1) if year is not None else None


def with_years(quantities: Sequence[Quantity]) -> list[Quantity]:
    """Give a day and month without a year the year of the other dates, where they have one ("May 1, 2026, ahead of June 5")."""
    years = {int(q.value) // 10000 for q in quantities if q.kind == "date"} - {0}
    if len(years) != 1:
        return list(quantities)
    year = years.pop() * 10000
    return [replace(q, value=q.value + year) if q.kind == "date" and q.value < 10000 else q for q in quantities]


def _date(year: int, month: int, day: int, first: int, last: int) -> Quantity:
    return Quantity("date", float(year * 10000 + month * 100 + day), None, first, last)


def same_date(stated: float, printed: float) -> bool:
    """Whether a stated date is the printed one or a coarser form of it (year, or year and month)."""
    year, month, day = int(stated) // 10000, int(stated) // 100 % 100, int(stated) % 100
    known = (int(printed) // 10000, int(printed) // 100 % 100, int(printed) % 100)
    return (not year or year == known[0]) and (not month or month == known[1]) and (not day or day == known[2])
