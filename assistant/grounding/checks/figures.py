"""Every figure stands in a cited statement, with its unit, and for the same treatment, measure and population.

A population that limits the printed figure must be kept; what describes the whole trial may be left out. A printed figure that
belongs to another statement or stretch than the words around it is not support.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.grounding.checks.references import numbers_reference
from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.reading.quantities import agrees
from assistant.grounding.support.cells import elsewhere_too
from assistant.grounding.support.evidence import items
from assistant.grounding.support.landmarks import is_bar, is_code, is_null
from assistant.grounding.support.parallels import told_in_order, told_out_of_order
from assistant.grounding.support.populations import singles_out
from assistant.grounding.support.roles import Misfit, Printed, contestable, dosed, excludes, role_misfit, supporting, undosed
from assistant.grounding.types import Figure, Quantity, Reading, Reason, ReasonCode

_SMALL, _PAIR = 20, 2
_MOST_KNOWN = 6
_DOSE, _DATE = "mg", "date"
_COUNTED = ("drug", "class", "trial", "measure")
_POINTED = frozenset(
    {".", ",", ";", ")", "arm", "group", "treatment", "drug", "agent", "regimen", "inhibitor", "is", "are", "was", "were"}
)
_TABLETS_REACH, _PARTS = 5, frozenset({"tablet", "capsul", "inject", "pill", "each"})
_CLEARLY, _ONE = 2, "one"
_TOLD_APART = ("line", "biomarker")
_PARTING = frozenset({"and", "but", ","})
_PLACED_KINDS = frozenset({"percent", "count", "months", "days", "mg", "date", "hours", "day_number"})


def check_figures(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for each figure that no source prints, or prints in another role."""
    yield from _sequence(sentence, sources)
    yield from _repeated(sentence, sources)
    for figure in sentence.figures:
        quantity = figure.quantity
        words = sentence.phrase(quantity.first, quantity.last)
        if quantity.kind == "percent" and quantity.bound.endswith("open"):
            yield from _check_share(quantity, words, sentence, sources)
            continue
        if _enumerates(quantity, sentence, sources, lexicon):
            continue
        found = supporting(figure, sources)
        if not found:
            code = ReasonCode.DATE if quantity.kind == "date" else ReasonCode.NUMBER
            yield Reason(code, words, f"no cited statement prints {words}")
            continue
        light = lexicon.language.light
        misfits = [(role_misfit(figure, printed, sentence, sources, light), printed[0]) for printed in found]
        reasons = [misfit for misfit, _ in misfits if misfit]
        if len(reasons) < len(found):
            misplaced = _misplaced(figure, found, sentence, sources, lexicon) or _of_two_groups(
                figure, found, sentence, sources
            )
            reasons = [misplaced] if misplaced else []
        elif _only_misread(_Case(figure, found, misfits), sentence, sources, light):
            continue
        if reasons:
            code, message = reasons[0]
            yield Reason(code, words, f"{words} is printed, but {message}")


@dataclass(frozen=True, slots=True)
class _Case:
    """A figure, where it is printed, and why each of these does not fit."""

    figure: Figure
    found: Sequence[Printed]
    misfits: Sequence[tuple[Misfit | None, Figure]]


def _only_misread(case: _Case, sentence: Reading, sources: Sequence[Reading], light: frozenset[str]) -> bool:
    """Whether sentence and statements are only read differently: no rival contests the figure, or it stands in the order of
    its names.
    """
    figure = case.figure
    open_ = all(misfit and contestable(misfit, figure, other, sentence) for misfit, other in case.misfits)
    if open_ and not _contested(case, sentence, sources, light):
        return True
    return any(
        misfit
        and _misread(misfit, figure, other)
        and told_in_order(misfit, figure, other, sentence, sources)
        and not elsewhere_too(misfit, figure, other, sentence, sources)
        for misfit, other in case.misfits
    )


def _misread(misfit: Misfit, figure: Figure, printed: Figure) -> bool:
    """Whether a misfit is about a name read from the words around a figure."""
    code, message = misfit
    graded = figure.conditions.get("grade")
    named = code is ReasonCode.POPULATION and (not graded or graded == printed.conditions.get("grade"))
    return named or (code is ReasonCode.NUMBER_ROLE and message.startswith(("for ", "as ")) and ", not " in message)


def _contested(case: _Case, sentence: Reading, sources: Sequence[Reading], light: frozenset[str]) -> bool:
    """Whether a role that was read differently is a wrong one: the sources print another figure that has the stated role, or
    the stated role excludes the printed one. Where neither is so, the two readings differ and not what they say. Of groups
    of patients, a figure that the sentence has in its own place is no such other one.
    """
    figure, found = case.figure, case.found
    groups = all(misfit and misfit[0] is ReasonCode.POPULATION for misfit, _ in case.misfits)
    if all(excludes(figure, printed, sentence, source) for printed, source in found):
        return True
    if all(singles_out(figure, printed, sources) for printed, _ in found):
        return True
    if figure.quantity.kind == _DOSE and any(_of_its_organ(figure, other) for source in sources for other in source.figures):
        return True
    if any(q.kind == _DOSE for q in sentence.quantities) and all(dosed(printed) for printed, _ in found):
        return True
    kind = figure.quantity.kind
    rivals = [
        (other, source)
        for source in sources
        for other in source.figures
        if other.quantity.kind == kind
        and not agrees(figure.quantity, other.quantity)
        and not (groups and _in_its_place((other, source), sentence, sources, light))
    ]
    extra = figure.measures - frozenset().union(*(printed.measures for printed, _ in found))
    told_apart = any(extra & other.measures for other, _ in rivals)
    if groups and any(_out_of_order(misfit, case, other, sentence, sources) for misfit, other in case.misfits):
        return True
    return told_apart or any(_has_role(figure, rival, sentence, sources, light) for rival in rivals)


def _of_its_organ(figure: Figure, other: Figure) -> bool:
    """Whether another dose is printed for the impairment that a dose is stated for."""
    organ = figure.conditions.get("hepatic")
    same = bool(organ) and other.conditions.get("hepatic") == organ and other.quantity.kind == _DOSE
    return same and not agrees(figure.quantity, other.quantity)


def _of_two_groups(figure: Figure, found: Sequence[Printed], sentence: Reading, sources: Sequence[Reading]) -> Misfit | None:
    """A figure read for two groups of one sort, which stands in the other order than these do."""
    misfit = ReasonCode.POPULATION, "for the other group"
    if not any(len(figure.conditions.get(dimension, ())) == _PAIR for dimension in _TOLD_APART):
        return None
    turned = all(told_out_of_order(misfit, figure, printed, sentence, sources) for printed, _ in found)
    return misfit if turned else None


def _has_role(figure: Figure, rival: Printed, sentence: Reading, sources: Sequence[Reading], light: frozenset[str]) -> bool:
    """Whether another printed figure has the stated role, a group that is left out aside."""
    misfit = role_misfit(figure, rival, sentence, sources, light)
    return misfit is None or misfit[0] is ReasonCode.POPULATION_DROPPED


def _out_of_order(misfit: Misfit | None, case: _Case, printed: Figure, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether a figure and another one stand in the other order than their groups."""
    return misfit is not None and told_out_of_order(misfit, case.figure, printed, sentence, sources)


def _in_its_place(rival: Printed, sentence: Reading, sources: Sequence[Reading], light: frozenset[str]) -> bool:
    """Whether the sentence has a rival too, in the role it is printed in: then no figure stands in its place."""
    return any(
        role_misfit(stated, rival, sentence, sources, light) is None
        for stated in sentence.figures
        if agrees(stated.quantity, rival[0].quantity)
    )


def _enumerates(quantity: Quantity, sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> bool:
    """Whether a small word number only counts what the sentence lists ("two doses, 500 mg and 250 mg")."""
    after = sentence.tokens[quantity.last : quantity.last + 1]
    if (
        is_null(quantity, sentence, sources)
        or is_code(quantity, sentence, sources)
        or is_bar(quantity, sentence, sources)
        or _is_one(quantity, sentence, sources)
        or _points_back(quantity, sentence)
        or _counts_names(quantity, sentence)
        or _counts_known(quantity, sentence, sources)
        or _counts_dates(quantity, sentence)
        or _counts_singles(quantity, sentence, sources)
    ):
        return True
    if quantity.kind != "count" or sentence.tokens[quantity.first].is_number or not after:
        return False
    if after[0].stem == "dose":
        doses = {other.value for reading in (sentence, *sources) for other in reading.quantities if other.kind == "mg"}
        return len(doses) == int(quantity.value)
    colon = next((i for i, token in enumerate(sentence.tokens) if token.stem == ":" and i > quantity.last), None)
    if colon is None or after[0].stem not in lexicon.language.enumerated:
        return False
    rest = [token.stem for token in sentence.tokens[colon + 1 :]]
    count = 1 + sum(1 for i, stem in enumerate(rest) if (stem == "," and rest[i + 1 : i + 2] != ["and"]) or stem == "and")
    return count == int(quantity.value)


def _is_one(quantity: Quantity, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether the figure 1 counts what a statement counts by the word "one" ("1 slide deck")."""
    noun = [token.stem for token in sentence.tokens[quantity.last : quantity.last + 1]]
    plain = quantity.kind == "count" and quantity.value == 1.0 and not quantity.bound and bool(noun)
    return plain and any(pair == (_ONE, noun[0]) for source in sources for pair in pairwise(t.stem for t in source.tokens))


def _counts_names(quantity: Quantity, sentence: Reading) -> bool:
    """Whether a number in words is that of the names of one sort in the sentence ("the five classes, A, B, C, D and E")."""
    plain = quantity.kind == "count" and quantity.value >= _PAIR and not quantity.bound
    if not plain or sentence.tokens[quantity.first].is_number:
        return False
    names = [m for m in sentence.of_kind(*_COUNTED) if m.first >= quantity.last or quantity.value == _PAIR]
    sorts = {kind: {m.concept for m in names if m.kind == kind} for kind in _COUNTED}
    return any(len(found) == quantity.value for found in sorts.values())


def _counts_dates(quantity: Quantity, sentence: Reading) -> bool:
    """Whether a number in words is that of the dates told behind it ("two approvals, dated ... and ...")."""
    dates = {q.value for q in sentence.quantities if q.kind == _DATE and q.first >= quantity.last}
    worded = quantity.kind == "count" and not quantity.bound and not sentence.tokens[quantity.first].is_number
    return worded and quantity.value >= _PAIR and len(dates) == quantity.value


def _counts_singles(quantity: Quantity, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether a small number is that of the things a statement names one by one ("a deck on A, a deck on B")."""
    plain = (
        quantity.kind == "count" and _PAIR <= quantity.value <= _MOST_KNOWN and not quantity.bound and quantity.upper is None
    )
    nouns = [token.stem for token in sentence.tokens[quantity.last : quantity.last + _PAIR]]
    if not plain or any(q.kind == "count" and q.value == quantity.value for s in sources for q in s.quantities):
        return False
    singles = [[b.stem for a, b in pairwise(source.tokens) if a.stem in {"a", "an", _ONE}] for source in sources]
    return any(found.count(noun) == quantity.value for found in singles for noun in nouns)


def _counts_known(quantity: Quantity, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether a small number in words, of which no source prints another, is that of the names of one sort in the sources."""
    plain = quantity.kind == "count" and _PAIR <= quantity.value <= _MOST_KNOWN and not quantity.bound
    if not plain or sentence.tokens[quantity.first].is_number or any(q.kind == "count" for s in sources for q in s.quantities):
        return False
    before = sentence.tokens[quantity.first - 1].stem if quantity.first else ""
    definite = before in {"the", "these", "those", "all", "other"}
    sorts = [{m.concept for source in sources for m in source.of_kind(kind)} for kind in _COUNTED]
    return definite and any(len(found) == quantity.value + (before == "other") for found in sorts)


def _points_back(quantity: Quantity, sentence: Reading) -> bool:
    """Whether "the two" stands for what was named before ("did not differ between the two")."""
    if quantity.kind != "count" or quantity.value != _PAIR or sentence.tokens[quantity.first].is_number or not quantity.first:
        return False
    after = sentence.tokens[quantity.last].stem if quantity.last < len(sentence.tokens) else "."
    return sentence.tokens[quantity.first - 1].stem in {"the", "these", "those"} and after in _POINTED


def _check_share(quantity: Quantity, words: str, sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    """ "more than half", "less than a quarter": true of a percentage of the nearest statement."""
    if any(agrees(quantity, other) for source in sources for other in source.quantities):
        return
    nearest = max(sources, key=lambda source: len({t.stem for t in sentence.tokens} & {t.stem for t in source.tokens}))
    low = quantity.bound.startswith("low")
    stated = {other.value for other in sentence.quantities if other.kind == "percent" and other is not quantity}
    shares = [q.value for q in nearest.quantities if q.kind == "percent" and (not stated or q.value in stated)]
    if not any((share > quantity.value) if low else (share < quantity.value) for share in shares):
        yield Reason(ReasonCode.QUANTIFIER, words, f"no cited statement prints a share that is {words}")


def _misplaced(
    figure: Figure, found: Sequence[Printed], sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon
) -> Misfit | None:
    """Why a figure does not belong to the words around it: they are printed with another figure of its kind."""
    if figure.quantity.kind not in _PLACED_KINDS or figure.measures or numbers_reference(figure.quantity, sentence):
        return None
    light = lexicon.language.light
    dosed = figure.quantity.kind == "mg"
    wholes = [] if _tells_parts(sentence) else [_whole_dose(printed, source) for printed, source in found]
    if dosed and wholes and all(wholes):
        return ReasonCode.NUMBER_ROLE, f"as a part of {wholes[0]}"
    read = _behind if dosed else _stretch
    around = (_behind if dosed else _window)(sentence, figure.quantity, light)
    own = frozenset().union(*(read(source, printed.quantity, light) for printed, source in found))
    for source in sources:
        for other in source.figures:
            if other.quantity.kind != figure.quantity.kind or agrees(figure.quantity, other.quantity):
                continue
            if dosed and any(_makes_up(other, printed, source) for printed, found_in in found if found_in is source):
                continue
            rival = read(source, other.quantity, light)
            other_only, own_only = len(around & (rival - own)), len(around & (own - rival))
            if other_only >= _CLEARLY and other_only > own_only:
                words = source.phrase(other.quantity.first, other.quantity.last)
                return ReasonCode.NUMBER_ROLE, f"what is said is printed with {words}"
    return None


def _whole_dose(part: Figure, source: Reading) -> str:
    """The dose, as printed, that a figure is the tablets of; nothing where it is none."""
    dose = next((f.quantity for f in source.figures if f.quantity.kind == _DOSE and _makes_up(part, f, source)), None)
    return source.phrase(dose.first, dose.last) if dose else ""


def _tells_parts(sentence: Reading) -> bool:
    """Whether a sentence speaks of tablets or injections, or has more doses than one."""
    doses = {quantity.value for quantity in sentence.quantities if quantity.kind == _DOSE}
    return len(doses) > 1 or bool(_PARTS & {token.stem for token in sentence.tokens})


def _makes_up(part: Figure, dose: Figure, source: Reading) -> bool:
    """Whether a figure beside a dose is that of the tablets that make it up ("400 mg, as two 200 mg tablets")."""
    times, rest = divmod(dose.quantity.value, part.quantity.value or 1.0)
    named = {token.stem for token in source.tokens[part.quantity.last : part.quantity.last + _PAIR]}
    near = 0 <= part.quantity.first - dose.quantity.last <= _TABLETS_REACH
    return times >= _PAIR and not rest and near and bool(_PARTS & named)


def _window(reading: Reading, quantity: Quantity, light: frozenset[str]) -> frozenset[str]:
    """The words of the stretch of a figure that stand between its neighbours of another value."""
    others = [q for q in reading.quantities if q.kind == quantity.kind and q.value != quantity.value]
    first = max((q.last for q in others if q.last <= quantity.first), default=0)
    last = min((q.first for q in others if q.first >= quantity.last), default=len(reading.tokens))
    if quantity.kind == _DATE:
        first = _parted(reading, first, quantity.first, first) if first else 0
        last = _parted(reading, quantity.last, last, last) if last < len(reading.tokens) else last
    typed = {m.first for m in reading.mentions if m.kind not in {"word"}}
    number = reading.segments[quantity.first]
    inside = items(reading, light, first, last)
    return frozenset(item for index, item in inside if index not in typed and reading.segments[index] == number)


def _parted(reading: Reading, first: int, last: int, otherwise: int) -> int:
    """Where the words between two figures part: at an "and", a "but" or a comma."""
    return next((i for i in range(first, last) if reading.tokens[i].stem in _PARTING), otherwise)


def _behind(reading: Reading, quantity: Quantity, light: frozenset[str]) -> frozenset[str]:
    """The words behind a dose, up to the next one."""
    later = (q.first for q in reading.quantities if q.kind == quantity.kind and q.first >= quantity.last)
    found = items(reading, light, quantity.last, next(later, len(reading.tokens)))
    number = reading.segments[quantity.first]
    return frozenset(item for index, item in found if reading.segments[index] == number)


def _stretch(reading: Reading, quantity: Quantity, light: frozenset[str]) -> frozenset[str]:
    number = reading.segments[quantity.first]
    typed = {m.first for m in reading.mentions if m.kind not in {"word"}}
    return frozenset(item for index, item in items(reading, light) if reading.segments[index] == number and index not in typed)


def _repeated(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    """A small figure stated more often than any source prints it stands in the place of another."""
    for kind in ("days", "day_number", "count"):
        values = [
            q.value for q in sentence.quantities if q.kind == kind and sentence.tokens[q.first].is_number and q.value < _SMALL
        ]
        for value in sorted(set(values)):
            printed = max(sum(q.kind == kind and q.value == value for q in source.quantities) for source in sources)
            if values.count(value) > max(1, printed):
                yield Reason(ReasonCode.NUMBER, f"{value:g}", f"{value:g} stands more often than in any cited statement")
    yield from _same_arm_twice(sentence, sources)
    for left, right in zip(sentence.quantities, sentence.quantities[1:], strict=False):
        between = [token.stem for token in sentence.tokens[left.last : right.first]]
        if between == ["or"] and left.value == right.value:
            yield Reason(ReasonCode.NUMBER, f"{left.value:g}", f"{left.value:g} stands twice where two figures are listed")


def _same_arm_twice(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    """One result twice for one treatment, where the source prints it once: another treatment's name was lost."""
    seen: set[tuple[str, float, frozenset[str], frozenset[str]]] = set()
    for figure in sentence.figures:
        quantity = figure.quantity
        key = (quantity.kind, quantity.value, undosed(figure.arm), figure.measures)
        if quantity.kind in {"months", "percent"} and figure.arm and figure.measures:
            printed = {undosed(found.arm) for found, _ in supporting(figure, sources)}
            if key in seen and len(printed) > 1:
                words = sentence.phrase(quantity.first, quantity.last)
                yield Reason(ReasonCode.NUMBER_ROLE, words, f"{words} is printed for two treatments, stated twice for one")
            seen.add(key)


def _sequence(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    """Schedules keep their order ("4 days on, 3 days off")."""
    for kind in ("days", "day_number"):
        figures = [figure for figure in sentence.figures if figure.quantity.kind == kind]
        stated = [figure.quantity for figure in figures]
        if len({figure.measures for figure in figures}) > 1 or len({sentence.segments[q.first] for q in stated}) > 1:
            continue
        for source in sources:
            printed = [figure.quantity for figure in source.figures if figure.quantity.kind == kind]
            places = [next((i for i, other in enumerate(printed) if agrees(quantity, other)), -1) for quantity in stated]
            distinct = len({quantity.value for quantity in printed}) == len(printed)
            if kind == "day_number" and stated and -1 not in places and len(set(places)) < len(printed):
                words = sentence.phrase(stated[0].first, stated[-1].last)
                yield Reason(ReasonCode.NUMBER_ROLE, words, "the printed schedule has more days")
            if distinct and -1 not in places and places != sorted(places):
                words = sentence.phrase(stated[0].first, stated[-1].last)
                yield Reason(ReasonCode.NUMBER_ROLE, words, "the printed schedule has another order")
