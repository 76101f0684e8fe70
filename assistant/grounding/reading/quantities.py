"""Figures of a text with their units: durations, percentages, doses, ratios, intervals, p values, dates, counts.

Units of a family are turned into one base unit (years into months, weeks into days). Months are never turned into days. A word
number counts where it counts something; a fraction word ("a quarter", "one in four") is a percentage.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.grounding.reading.dates import DateReader, same_date, with_years
from assistant.grounding.reading.lexicon import Language
from assistant.grounding.types import Mention, Quantity, Token

_APPOSED = ([","], [",", "or"])
_JOINERS = frozenset({"and", "or", "versus", "vs", "/", ",", "to", "against", "-"})
_RATIO_LIMIT = 20.0
_TOLD, _CYCLE_REACH = frozenset({"was", "is", "of", "at", "be", "came", "reach", ":"}), 2
_SAME = 1e-4
_INTERVAL_REACH = 14
_INTERVAL_WORDS = frozenset({"ci", "interval", "rang", "ran", "limit"})
_MOST_PARTS = 9
_BARE = frozenset({"count", "ratio"})
_SCALES = frozenset({"grade", "phase"})
_COUNTED_ONES = frozenset({"patient", "person", "woman", "women", "case"})
_HALF_YEAR, _THOUSAND = 6.0, 1000.0
_BOUND_REACH, _LINES = 6, "lines"
_RATIO_WORDS = frozenset({"hr", "ratio", "or", "hazard", "hrs"})
_AGAINST = frozenset({"versus", "vs", "against", "and", "compar", "than"})
_TENS, _ONES = frozenset(range(20, 100, 10)), 10
_LEVELS, _LEVEL_REACH = frozenset({80.0, 90.0, 95.0, 99.0}), 9
_SPAN_REACH = 4
_SPAN_WORDS = frozenset({"rang", "ran", "vari", "spread", "lay", "lie"})
_BOUNDED_KINDS = frozenset({"grade", "lines", "count"})
_NAMED_REACH, _MOST_JOINERS, _PARENTHESIS_REACH = 8, 2, 16
_UNSHARED = frozenset({"count", "ratio", "ci", "p", "date", "grade", "phase", "level"})


class QuantityReader:
    """Reads the quantities of one token list; tokens of concept mentions are left alone, except bounds and "about"."""

    def __init__(self, tokens: Sequence[Token], mentions: Sequence[Mention], language: Language) -> None:
        self.tokens = tokens
        self.language = language
        soft = {"bound_low", "bound_high", "about", "versus", "hedge"}
        self.taken = {i for m in mentions if m.kind not in soft for i in range(m.first, m.last)}
        self.taken |= {index for index, token in enumerate(tokens) if token.named}
        self.dates = DateReader(tokens, self.taken, language.months)
        self.marks = {i: m for m in mentions for i in range(m.first, m.last)}
        self.found: list[Quantity] = []

    def read(self) -> tuple[Quantity, ...]:
        """Return the quantities in text order."""
        index = 0
        while index < len(self.tokens):
            quantity = None if index in self.taken else (self._date(index) or self._fraction(index) or self._number(index))
            if quantity:
                self.found.append(quantity)
                index = quantity.last
            else:
                index += 1
        return tuple(with_years(self._share_units()))

    def _stem(self, index: int) -> str:
        return self.tokens[index].stem if 0 <= index < len(self.tokens) else ""

    def _date(self, index: int) -> Quantity | None:
        """A date; four digits with a unit behind them are no year."""
        date = self.dates.read(index)
        return None if date is not None and date.last == index + 1 and self._unit(index + 1) else date

    def _fraction(self, index: int) -> Quantity | None:
        """ "half", "a third", "two-thirds", "one in four", as a percentage."""
        fractions = self.language.fractions
        word = self._stem(index)
        if word == "half" and (self._stem(index + 1), self._stem(index + 2)) == ("a", "year"):
            return self._quantity("months", _HALF_YEAR, None, index, index + 3)
        if word in fractions and self._unit(index + 1) is None and self._stem(index + 1) not in {"life"}:
            return self._share(fractions[word], index, index + 1)
        many = self._word_value(index)
        if many is None:
            return None
        if self._stem(index + 1) in fractions:
            return self._share(many * fractions[self._stem(index + 1)], index, index + 2)
        return self._one_in(index, many)

    def _one_in(self, index: int, many: float) -> Quantity | None:
        """ "one in four", "one patient in four", "seven out of every hundred", as a percentage."""
        noun = self._stem(index + 1) in _COUNTED_ONES and self._stem(index) == "one"
        last = index + noun
        middle = self._stem(last + 1)
        every = self._stem(last + 2) == "everi"
        denominator = last + 2 + (middle == "out" or every)
        if (middle in {"in", "out"} or (middle == "of" and every)) and self._stem(index - 1) not in {"grade", "phase", "line"}:
            whole = self._word_value(denominator) if denominator not in self.taken else None
            if whole and many < whole <= 100 and self._unit(denominator + 1) is None:
                return self._share(100 * many / whole, index, denominator + 1)
        return None

    def _share(self, percent: float, first: int, last: int) -> Quantity:
        return replace(self._quantity("percent", percent, None, first, last), worded=True)

    def _word_value(self, index: int) -> float | None:
        token = self._stem(index)
        if index in self.taken or not token:
            return None
        if token == "one":
            return 1.0
        if token in self.language.number_words:
            return self.language.number_words[token]
        return float(token) if self.tokens[index].is_number else None

    def _number(self, index: int) -> Quantity | None:
        value = self._word_value(index)
        mark = self.marks.get(index)
        if value is None or (mark is not None and mark.kind == "hedge"):
            return None
        parts = self._allocation(index)
        if len(parts) > 1:
            code = sum(part * 100**place for place, part in enumerate(parts))
            return self._quantity("allocation", float(code), None, index, index + 2 * len(parts) - 1)
        value, last = self._in_words(index, value)
        upper, last = self._upper(index, value, last)
        if self._stem(last) == "and" and self._stem(last + 1) in {"a", "one"} and self._stem(last + 2) == "half":
            value, last = value + 0.5, last + 3
        unit = self._unit(last)
        if unit:
            return self._with_limits(index, value, upper, last, unit)
        if (self._stem(last), self._stem(last + 1)) == ("or", "more") and self._unit(last + 2):
            quantity = self._quantity("count", value, None, index, last)
            family, factor, length = self._unit(last + 2) or ("", 1.0, 0)
            return replace(quantity, kind=family, value=value * factor, last=last + 2 + length)
        if self._stem(index) == "one" and last == index + 1 and not self._counts(index, last):
            return None
        return self._quantity(self._bare_kind(index, value, upper), value, upper, index, last)

    def _in_words(self, index: int, value: float) -> tuple[float, int]:
        """(value, end) with "thousand" and what follows it."""
        value, last = self._hundreds(index, value)
        if self._stem(last) != "thousand":
            return value, last
        value, last = value * _THOUSAND, last + 1
        more = last + (self._stem(last) == "and")
        rest = self._word_value(more)
        if rest is None or self.tokens[more].is_number:
            return value, last
        rest, end = self._hundreds(more, rest)
        return (value + rest, end) if rest < _THOUSAND else (value, last)

    def _hundreds(self, index: int, value: float) -> tuple[float, int]:
        """(value, end) with "hundred" and what follows it."""
        last = index + 1
        ones = None if self.tokens[index].is_number else self.language.number_words.get(self._stem(last))
        if value in _TENS and (ones is not None or self._stem(last) == "one") and (ones or 1) < _ONES:
            return value + (ones or 1), last + 1
        if self._stem(last) != "hundr":
            return value, last
        value, last = value * 100, last + 1
        more = last + (self._stem(last) == "and")
        rest = self._word_value(more)
        if rest is None or rest >= 100 or (more == last and (self.tokens[more].is_number or rest < _MOST_PARTS)):
            return value, last
        rest, end = self._hundreds(more, rest)
        return value + rest, end

    def _upper(self, index: int, value: float, last: int) -> tuple[float | None, int]:
        """(upper limit, end) of a range without units between its limits."""
        upper, joiner = None, self._stem(last)
        if joiner == "-" or (
            joiner == "to" and not self._changes(index) and (self.tokens[index].is_number or self._unit(last + 2))
        ):
            bound = self._word_value(last + 1)
            if bound is not None and bound > value:
                upper, last = bound, last + 2
        if joiner == "or" and (self._unit(last + 2) or ("",))[0] == _LINES and self._word_value(last + 1) == value + 1:
            upper, last = value + 1, last + 2
        if joiner == "and" and (self._spans(index, last) or self._between(index, value, last)):
            upper, last = self._word_value(last + 1), last + 2
        return upper, last

    def _with_limits(self, index: int, value: float, upper: float | None, last: int, unit: tuple[str, float, int]) -> Quantity:
        """The quantity of a value with its unit, or of two limits with one each."""
        family, factor, length = unit
        bound = self._second_limit(index, last + length, unit)
        if upper is None and bound is not None and bound > value:
            return self._quantity(family, value * factor, bound * factor, index, last + 2 * length + 2)
        around = {self._stem(i) for i in range(index - _LEVEL_REACH, last + _LEVEL_REACH)}
        if family == "percent" and value in _LEVELS and around & {"ci", "confid", "interv", "interval"}:
            family = "level"
        return self._quantity(family, value * factor, upper * factor if upper is not None else None, index, last + length)

    def _second_limit(self, index: int, last: int, unit: tuple[str, float, int]) -> float | None:
        """The upper limit of "11 % to 39 %" or "between 10 % and 15 %", of which each has its unit."""
        joiner = self._stem(last)
        ranged = joiner == "-" or (joiner == "to" and not self._changes(index))
        ranged = ranged or (joiner == "to" and bool({"rang", "ran"} & {self._stem(i) for i in range(index - 3, index)}))
        ranged = ranged or (joiner == "and" and self._stem(index - 1) == "between")
        return self._word_value(last + 1) if ranged and self._unit(last + 2) == unit else None

    def _spans(self, index: int, last: int) -> bool:
        """Whether "between" behind a word of a range makes two figures the limits of one ("ranged between 1.9 and 5.3")."""
        words = {self._stem(i) for i in range(max(0, index - _SPAN_REACH), index)}
        return self._stem(index - 1) == "between" and bool(words & _SPAN_WORDS) and self._word_value(last + 1) is not None

    def _between(self, index: int, value: float, last: int) -> bool:
        """Whether "between" sets two figures of one unit as limits ("between 4 and 9 %")."""
        return self._stem(index - 1) == "between" and bool(self._unit(last + 2)) and (self._word_value(last + 1) or 0) > value

    def _allocation(self, index: int) -> list[int]:
        """The parts of a ratio of allocation ("2:1", "1:1:1")."""
        parts, place = [], index
        while (part := self.dates.integer(place)) is not None and part <= _MOST_PARTS:
            parts.append(part)
            if self._stem(place + 1) != ":":
                break
            place += 2
        return parts

    def _changes(self, index: int) -> bool:
        """Whether "from" before a figure tells of a change, not of the limits of an interval."""
        before = {self._stem(i) for i in range(max(0, index - _INTERVAL_REACH), index)}
        return self._stem(index - 1) == "from" and not before & _INTERVAL_WORDS

    def _counts(self, index: int, last: int) -> bool:
        """Whether "one" counts: "one or more", "at least one"."""
        if self.tokens[last : last + 1] and self.tokens[last].is_number:
            return True
        marks = (self.marks.get(index - 1), self.marks.get(last))
        return any(mark is not None and mark.kind in {"bound_low", "bound_high"} for mark in marks)

    def _unit(self, index: int) -> tuple[str, float, int] | None:
        """(family, factor, tokens) of the unit that begins at `index`."""
        for length in (3, 1):
            key = tuple(self._stem(index + offset) for offset in range(length))
            if key in self.language.units:
                family, factor = self.language.units[key]
                return family, factor, length
        if index in self.taken and index - 1 not in self.taken and self._stem(self._past_name(index)) == "line":
            return "lines", 1.0, 0
        return None

    def _past_name(self, index: int) -> int:
        """The token behind the treatment that is named at `index` ("one endocrine therapy line")."""
        mark = self.marks.get(index)
        return mark.last if mark is not None and mark.first == index else index + 1

    def _bare_kind(self, index: int, value: float, upper: float | None) -> str:
        """Kind of a figure without unit, from the words before it."""
        mark = self.marks.get(index - 1)
        start = mark.first if mark is not None and mark.kind in {"bound_low", "bound_high"} else index
        start -= self._stem(start - 1) == "(" and self._stem(start - 2) == "valu"
        before = [self._stem(start - offset) for offset in (1, 2, 3, 4)]
        kind = "count"
        if before[0] in {"grade", "phase", "ph", "day", "score"}:
            kind = {"day": "day_number", "ph": "phase"}.get(before[0], before[0])
        elif before[0] in {"or", "and", "to", "/", ","} and self.found and self.found[-1].last == index - 1:
            previous = self.found[-1].kind
            kind = previous if previous == "day_number" or (previous in _SCALES and value <= _MOST_PARTS) else kind
        elif before[:2] == ["and", ","] and self.found and self.found[-1].last == index - 2:
            kind = "day_number" if self.found[-1].kind == "day_number" else kind
        elif "ci" in before or ("interval" in before and upper is not None):
            kind = "ci"
        elif before[0] in {"p", "n"} or (
            before[0] in {"=", "<", ">", "of", "valu", "was", "be", "less", "than"} and "p" in before
        ):
            kind = "p" if "p" in before else "count"
        if kind == "count" and "." in self._stem(index) and value < _RATIO_LIMIT:
            kind = "ci" if upper is not None else "p" if value < 1 and self._of_p_value(index) else "ratio"
        if kind == "count" and before[0] in {"of", "everi"} and self.found and self.found[-1].kind == "day_number":
            kind = "days" if index - self.found[-1].last <= _CYCLE_REACH else kind
        return kind

    def _of_p_value(self, index: int) -> bool:
        """Whether a sentence that speaks of a p value tells this figure first ("the p value for ... with A was .05")."""
        stems = [token.stem for token in self.tokens[:index]]
        place = next((i for i in range(len(stems) - 1, 0, -1) if stems[i - 1 : i + 1] == ["p", "valu"]), None)
        if place is None or self._stem(index - 1) not in _TOLD:
            return False
        told = any(q.first > place and q.kind in {"ratio", "ci", "p"} for q in self.found)
        return not told and not {".", ";", *_RATIO_WORDS - {"or"}} & set(stems[place:])

    def _quantity(self, kind: str, value: float, upper: float | None, first: int, last: int) -> Quantity:
        about, bound = False, ""
        graded = (first - 2,) if kind == "grade" and self._stem(first - 1) == "grade" else ()
        for neighbour in (first - 1, last, *graded):
            mark = self.marks.get(neighbour)
            if mark is not None and mark.kind in {"bound_low", "bound_high"}:
                bound = "low" if mark.kind == "bound_low" else "high"
                exclusive = mark.concept in {"more_than", "less_than"}
                bound += "_open" if exclusive else ""
            if mark is not None and mark.kind == "about" and neighbour == first - 1:
                about = True
        if kind == "lines" and not bound:
            bound = self._bound_behind(last)
        if first >= 2 and self._stem(first - 1) == "a" and (mark := self.marks.get(first - 2)) is not None:
            about = about or mark.kind == "about"
        return Quantity(kind, round(value, 6), round(upper, 6) if upper is not None else None, first, last, about, bound)

    def _bound_behind(self, last: int) -> str:
        """A lower bound behind what a number counts ("one line of A or more")."""
        marks = [self.marks.get(index) for index in range(last, last + _BOUND_REACH)]
        return "low" if any(mark is not None and mark.kind == "bound_low" for mark in marks) else ""

    def _share_units(self) -> list[Quantity]:
        """Give "80 and 62%" or "5.0 vs 2.1 months" one unit: a bare figure takes the unit of the next one beside it."""
        shared = list(self.found)
        for position in range(len(shared) - 2, -1, -1):
            this, following = shared[position], shared[position + 1]
            if self._past_parentheses(shared, position):
                continue
            between = [self._stem(index) for index in range(this.last, following.first)]
            bare = this.kind in _BARE and following.kind not in _UNSHARED
            listed = between == [","] and self.found[position + 1].kind in _BARE
            if bare and (listed or between not in _APPOSED) and _joined(between):
                shared[position] = self._with_unit(this, following)
        return [self._unmarked(shared, position) for position in range(len(shared))]

    def _unmarked(self, shared: list[Quantity], position: int) -> Quantity:
        """A decimal without an announced ratio has the unit of the next figure of its stretch ("4.1 with A vs 4.8 months")."""
        this = shared[position]
        announced = {self._stem(index) for index in range(this.first)} & _RATIO_WORDS
        if this.kind != "ratio" or announced or this.upper is not None:
            return this
        following = next((q for q in shared[position + 1 :] if q.kind not in {"level", "ci", "p"}), None)
        between = {self._stem(index) for index in range(this.last, following.first)} if following else {";"}
        if following is None or following.kind in _UNSHARED or ";" in between or not between & _AGAINST:
            return this
        return replace(self._with_unit(this, following), kind=following.kind)

    def _past_parentheses(self, shared: list[Quantity], position: int) -> bool:
        """Give "20.5 (95% CI 18.5-23.5) vs 12.8 (95% CI 10.9-16.3) months" the unit that stands behind the parentheses."""
        this = shared[position]
        if this.kind not in {"count", "ratio"} or self._stem(this.last) != "(":
            return False
        reach = range(this.last, min(this.last + _PARENTHESIS_REACH, len(self.tokens)))
        close = next((index for index in reach if self._stem(index) == ")"), None)
        if close is None:
            return False
        unit = self._unit(close + 1)
        if unit is not None and unit[0] not in _UNSHARED:
            shared[position] = replace(this, kind=unit[0], value=this.value * unit[1])
            return True
        following = next((quantity for quantity in shared[position + 1 :] if quantity.first > close), None)
        between = [self._stem(index) for index in range(close + 1, following.first)] if following else []
        if following and following.kind not in _UNSHARED and 0 < len(between) <= _MOST_JOINERS and set(between) <= _JOINERS:
            shared[position] = replace(self._with_unit(this, following), kind=following.kind)
            return True
        return False

    def _with_unit(self, bare: Quantity, following: Quantity) -> Quantity:
        unit = next((u for i in range(following.first, following.last) if (u := self._unit(i))), None)
        factor = unit[1] if unit else 1.0
        upper = bare.upper * factor if bare.upper is not None else None
        return replace(bare, kind=following.kind, value=bare.value * factor, upper=upper)


def _joined(between: Sequence[str]) -> bool:
    """Whether two figures stand beside each other, the first perhaps with a name in parentheses ("3.6 (A) and 4.8 months")."""
    if between[:1] == ["("] and ")" in between[:_NAMED_REACH]:
        between = between[between.index(")") + 1 :]
    return bool(between) and len(between) <= _MOST_JOINERS and all(word in _JOINERS for word in between)


_FRACTION_PERCENT = 4.0
_HUNDRED = 100.0
_HALF_PERCENT = 0.5


def agrees(stated: Quantity, printed: Quantity) -> bool:
    """Whether a stated figure is the printed one: same family, same value, same bounds; rounded only with "about"."""
    if stated.kind != printed.kind or (stated.upper is None) != (printed.upper is None):
        return False
    if stated.kind == "date":
        return same_date(stated.value, printed.value)
    bounded = bool(stated.bound) or (printed.kind in _BOUNDED_KINDS and bool(printed.bound))
    if stated.bound != printed.bound and bounded:
        return False
    pairs = [(stated.value, printed.value)]
    if stated.upper is not None and printed.upper is not None:
        pairs.append((stated.upper, printed.upper))
    return all(abs(left - right) < _SAME for left, right in pairs) or all(_rounds(stated, *pair) for pair in pairs)


def _rounds(quantity: Quantity, stated: float, printed: float) -> bool:
    """Whether a rounded figure stands for the printed one: a fraction in words, or "about" with fewer decimals."""
    if quantity.worded:
        whole = stated.is_integer()
        return abs(stated - printed) <= (_FRACTION_PERCENT if quantity.about or not whole else _SAME)
    if not quantity.about:
        return False
    if quantity.kind == "count" and printed >= _HUNDRED:
        return stated in {round(printed, -1), round(printed, -2) if printed >= _THOUSAND else stated + 1}
    return stated in {round(printed, 1), round(printed, 2)} or (stated.is_integer() and abs(stated - printed) <= _HALF_PERCENT)
