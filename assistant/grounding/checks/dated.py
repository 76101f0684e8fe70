"""Years, days and counts stay what they are: "2026 May 2026", "25 September 2" and "2025 patients" are put together wrongly.

A model that copies the wrong number of a statement writes a year where a day or a count belongs, or a count where a year does;
each of them is printed. A number right beside a date, and a year where the statements have a count, are stopped unless a
statement has them so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.types import Quantity, Reading, Reason, ReasonCode

_NUMBERS = frozenset({"count", "date"})
_COUNTED = frozenset({"patient", "women", "men", "centr", "center", "site", "event", "arm", "cycl"})
_LEADS = frozenset({"phase", "grade", "score", "n", "="})
_PARTING = frozenset({",", ";", ".", ":", "(", ")", "the", "in", "of", "with", "for", "was", "were", "and", "that"})
_TO = frozenset({"to", "of"})
_NEAR = 3
_COMMA = [","]
_NO_YEAR = 10000


def check_dated(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a number beside a date that is no part of it, and for a year in the place of a count."""
    del lexicon
    printed = {words for source in sources for words, _ in _beside_dates(source)}
    for words, (first, last) in _beside_dates(sentence):
        if words not in printed:
            text = sentence.phrase(first, last)
            yield Reason(ReasonCode.DATE, text, f"this is no date that a cited statement prints: “{text}”")
    yield from _years_as_counts(sentence, sources)


def _beside_dates(reading: Reading) -> Iterator[tuple[str, tuple[int, int]]]:
    """(words, tokens) of a date with another number right beside it."""
    for left, right in pairwise(reading.quantities):
        kinds = {left.kind, right.kind}
        between = [token.stem for token in reading.tokens[left.last : right.first]]
        if "date" not in kinds or not kinds <= _NUMBERS or (between and between != _COMMA):
            continue
        both = (
            kinds == {"date"} and any(_has_month(q) for q in (left, right)) and all(q.value >= _NO_YEAR for q in (left, right))
        )
        number = not between and kinds == _NUMBERS and _open_beside(left, right)
        if both or number:
            yield reading.phrase(left.first, right.last), (left.first, right.last)


def _open_beside(left: Quantity, right: Quantity) -> bool:
    """Whether a date with a month has a number where its day or its year would stand."""
    if left.kind == "date":
        return _has_month(left)
    return _has_month(right) and not right.value % 100


def _has_month(quantity: Quantity) -> bool:
    return bool(int(quantity.value) // 100 % 100)


def _years_as_counts(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    printed = {place for source in sources for q in source.quantities if _is_year(q) for place in _counting(source, q)}
    for quantity in sentence.quantities:
        if _is_year(quantity) and _counting(sentence, quantity) - printed:
            words = sentence.phrase(max(0, quantity.first - 1), quantity.last + 1)
            yield Reason(ReasonCode.NUMBER, words, f"a year stands in the place of a count: “{words}”")


def _is_year(quantity: Quantity) -> bool:
    return quantity.kind == "date" and quantity.last - quantity.first == 1 and not int(quantity.value) % _NO_YEAR


def _counting(reading: Reading, year: Quantity) -> set[str]:
    """How a year stands where only a count can: "phase 2025", "2025 patients", "22 of 2025", "2025 (56.4%)", "2025 to 3"."""
    before = [token.stem for token in reading.tokens[max(0, year.first - _NEAR) : year.first]]
    after = [token.stem for token in reading.tokens[year.last : year.last + _NEAR]]
    found = {word for word in _LEADS if before[-1:] == [word]}
    found |= {word for word in _COUNTED if word in after and not set(after[: after.index(word)]) & _PARTING}
    ends = {q.last: q for q in reading.quantities if q.kind == "count"}
    starts = {q.first: q for q in reading.quantities}
    if before[-1:] == ["of"] and year.first - 1 in ends:
        found.add("part of")
    if after[:1] and after[0] in _TO and year.last + 1 in starts and starts[year.last + 1].kind == "count":
        found.add("out of" if after[0] == "of" else "to")
    if after[:1] == ["("] and year.last + 1 in starts and starts[year.last + 1].kind == "percent":
        found.add("share")
    if before[-1:] == ["("] and after[:1] == [")"] and any(arm.last == year.first - 1 for arm in reading.arms):
        found.add("arm")
    return found
