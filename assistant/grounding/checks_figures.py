"""Every figure stands in a cited statement, with its unit, and for the same treatment, measure and population.

A population that limits the printed figure must be kept; what describes the whole trial may be left out. A printed figure that
belongs to another statement or stretch than the words around it is not support.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.grounding.evidence import items
from assistant.grounding.lexicon import Lexicon
from assistant.grounding.populations import condition_misfit
from assistant.grounding.quantities import agrees
from assistant.grounding.reading import DOSE_MARK
from assistant.grounding.types import Figure, Quantity, Reading, Reason, ReasonCode

Misfit = tuple[ReasonCode, str]
Printed = tuple[Figure, Reading]
_OUTCOME_KINDS = frozenset({"months", "days", "percent", "hours"})
_LOOSE_ARM_KINDS = frozenset({"count", "mg", "mg_per_kg", "mg_per_m2", "days", "day_number"})
_MEASURE_KINDS = frozenset({"months", "days", "percent", "ratio", "ci", "p", "hours", "minutes"})
_SMALL = 20
_CLEARLY = 2
_FOLLOWER_REACH = 8
_PLACED_KINDS = frozenset({"percent", "count", "months", "days", "mg", "date", "hours", "day_number"})
_GENERIC_MEASURES = frozenset({"adverse_event", "toxicity"})
_ORDER_WORDS = {"prior": "before", "befor": "before", "after": "after", "follow": "after"}
_PREPOSITIONS = frozenset("of or and to in on with for were was had by".split())
_TIMEPOINT_WORDS = frozenset({"at", "after", "within"})


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
        if _enumerates(quantity, sentence, lexicon):
            continue
        found = supporting(figure, sources)
        if not found:
            code = ReasonCode.DATE if quantity.kind == "date" else ReasonCode.NUMBER
            yield Reason(code, words, f"no cited statement prints {words}")
            continue
        misfits = [_misfit(figure, printed, sentence, sources, lexicon.language.light) for printed in found]
        reasons = [misfit for misfit in misfits if misfit]
        misplaced = None if len(reasons) == len(found) else _misplaced(figure, found, sentence, sources, lexicon)
        if len(reasons) == len(found) or misplaced:
            code, message = misplaced or reasons[0]
            yield Reason(code, words, f"{words} is printed, but {message}")


def supporting(figure: Figure, sources: Sequence[Reading]) -> list[Printed]:
    """Printed figures of the same value and unit, with their statements."""
    return [(other, source) for source in sources for other in source.figures if agrees(figure.quantity, other.quantity)]


def _enumerates(quantity: Quantity, sentence: Reading, lexicon: Lexicon) -> bool:
    """Whether a small word number only counts what the sentence lists ("two doses, 500 mg and 250 mg")."""
    after = sentence.tokens[quantity.last : quantity.last + 1]
    if quantity.kind != "count" or sentence.tokens[quantity.first].is_number or not after:
        return False
    if after[0].stem == "dose":
        return sum(other.kind == "mg" for other in sentence.quantities) == int(quantity.value)
    colon = next((i for i, token in enumerate(sentence.tokens) if token.stem == ":" and i > quantity.last), None)
    if colon is None or after[0].stem not in lexicon.language.enumerated:
        return False
    rest = [token.stem for token in sentence.tokens[colon + 1 :]]
    count = 1 + sum(1 for i, stem in enumerate(rest) if (stem == "," and rest[i + 1 : i + 2] != ["and"]) or stem == "and")
    return count == int(quantity.value)


def _check_share(quantity: Quantity, words: str, sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    """ "more than half", "less than a quarter": true of a percentage of the nearest statement."""
    if any(agrees(quantity, other) for source in sources for other in source.quantities):
        return
    stems = {token.stem for token in sentence.tokens}
    nearest = max(sources, key=lambda source: len(stems & {token.stem for token in source.tokens}))
    low = quantity.bound.startswith("low")
    stated = {other.value for other in sentence.quantities if other.kind == "percent" and other is not quantity}
    shares = [q.value for q in nearest.quantities if q.kind == "percent" and (not stated or q.value in stated)]
    if not any((share > quantity.value) if low else (share < quantity.value) for share in shares):
        yield Reason(ReasonCode.QUANTIFIER, words, f"no cited statement prints a share that is {words}")


def _misfit(
    figure: Figure, found: Printed, sentence: Reading, sources: Sequence[Reading], light: frozenset[str]
) -> Misfit | None:
    """Why a printed figure is not the stated one, or None where it is."""
    printed, source = found
    kind = figure.quantity.kind
    timepoints = (_is_timepoint(figure.quantity, sentence), _is_timepoint(printed.quantity, source))
    if all(timepoints) or (any(timepoints) and not (figure.measures and figure.arm and printed.measures)):
        return None
    if timepoints == (False, True) and not _bracketed(figure.quantity, sentence):
        return ReasonCode.NUMBER_ROLE, "as a point in time"
    if any(timepoints):
        return None
    if kind in _OUTCOME_KINDS and printed.measures and not arm_fits(figure.arm, printed.arm, source, bool(figure.measures)):
        return ReasonCode.NUMBER_ROLE, f"for {_names(printed.arm)}, not {_names(figure.arm)}"
    loose = kind in _LOOSE_ARM_KINDS or (kind == "ratio" and not source.of_kind("versus"))
    if loose and _of_another_arm(figure, printed, source):
        return ReasonCode.NUMBER_ROLE, f"for {_names(printed.arm)}, not {_names(figure.arm)}"
    if kind in _MEASURE_KINDS and not _measures_fit(figure.measures, printed.measures):
        return ReasonCode.NUMBER_ROLE, f"as {_names(printed.measures)}, not {_names(figure.measures)}"
    if kind in {"months", "percent"} and figure.measures and figure.arm and not printed.measures:
        return ReasonCode.NUMBER_ROLE, "not as a result"
    if kind == "count" and _noun_misfit(figure, printed, sentence, source):
        return ReasonCode.NUMBER_ROLE, "as a count of something else"
    if kind in {"ratio", "days", "percent"} and _follower_misfit(figure, printed, sentence, source, light):
        return ReasonCode.NUMBER_ROLE, "for what follows another figure"
    stated_order, printed_order = _order_word(figure.quantity, sentence), _order_word(printed.quantity, source)
    if stated_order and printed_order and stated_order != printed_order:
        return ReasonCode.NUMBER_ROLE, f"“{printed_order}”, not “{stated_order}”"
    return condition_misfit(figure, printed, sentence, source, sources)


def _is_timepoint(quantity: Quantity, reading: Reading) -> bool:
    """Whether a duration says when something was measured ("6-month rate", "at 6 months") and is no outcome itself."""
    if quantity.kind not in {"months", "days"}:
        return False
    beside = [m for m in reading.of_kind("measure") if m.first == quantity.last]
    return bool(beside) or (quantity.first > 0 and reading.tokens[quantity.first - 1].stem in _TIMEPOINT_WORDS)


def _bracketed(quantity: Quantity, reading: Reading) -> bool:
    before = [token.stem for token in reading.tokens[: quantity.first]]
    return before.count("(") > before.count(")")


def _names(concepts: frozenset[str]) -> str:
    return " and ".join(sorted(concepts)).replace("_", " ") or "nothing named"


def undosed(concepts: frozenset[str]) -> frozenset[str]:
    """A treatment without its dose."""
    return concepts - _doses(concepts)


def _doses(concepts: frozenset[str]) -> frozenset[str]:
    return frozenset(concept for concept in concepts if concept.startswith(DOSE_MARK))


def _of_another_arm(figure: Figure, printed: Figure, source: Reading) -> bool:
    """Whether a count or dose is stated for a treatment for which the source prints another one."""
    if not figure.arm or not printed.arm or undosed(figure.arm) == undosed(printed.arm):
        return False
    rivals = [other for other in source.figures if other.quantity.kind == printed.quantity.kind and other is not printed]
    return any(undosed(other.arm) == undosed(figure.arm) for other in rivals)


def arm_fits(stated: frozenset[str], printed: frozenset[str], source: Reading, figure_measured: bool = True) -> bool:
    """Whether a stated treatment is the printed one: the same, or a single name that only this arm of the source has.

    A dose may be left out where it does not tell two arms apart, and may not differ.
    """
    if stated == printed or not printed:
        return True
    arms = {figure.arm for figure in source.figures if figure.arm and figure.measures}
    if not stated:
        return len(arms) <= 1 or not figure_measured
    if _doses(stated) and _doses(printed) and _doses(stated) != _doses(printed):
        return False
    base, printed_base = stated - _doses(stated), printed - _doses(printed)
    bases = [arm - _doses(arm) for arm in arms]
    if base == printed_base:
        return bool(_doses(stated)) or sum(other == base for other in bases) <= 1
    if "continued" in base | printed_base:
        return (
            "continued" in printed_base and (base - printed_base) <= source.concepts() or base - {"continued"} == printed_base
        )
    if len(base) == 1 and base < printed_base and base not in bases:
        return sum(base <= other for other in bases) == 1
    return False


def _measures_fit(stated: frozenset[str], printed: frozenset[str]) -> bool:
    if not stated or not printed:
        return True
    return stated <= printed | _GENERIC_MEASURES and printed - stated <= _GENERIC_MEASURES


def _order_word(quantity: Quantity, reading: Reading) -> str:
    """ "before" or "after" where it follows a duration directly ("6.7 months before progression")."""
    if quantity.kind not in {"months", "days"} or quantity.last >= len(reading.tokens):
        return ""
    return _ORDER_WORDS.get(reading.tokens[quantity.last].stem, "")


def _misplaced(
    figure: Figure, found: Sequence[Printed], sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon
) -> Misfit | None:
    """Why a figure does not belong to the words around it: they are printed with another figure of its kind."""
    if figure.quantity.kind not in _PLACED_KINDS or figure.measures:
        return None
    light = lexicon.language.light
    around = _stretch(sentence, figure.quantity, light)
    own = frozenset().union(*(_stretch(source, printed.quantity, light) for printed, source in found))
    for source in sources:
        for other in source.figures:
            if other.quantity.kind != figure.quantity.kind or agrees(figure.quantity, other.quantity):
                continue
            rival = _stretch(source, other.quantity, light)
            other_only, own_only = len(around & (rival - own)), len(around & (own - rival))
            if other_only >= _CLEARLY and other_only > own_only:
                words = source.phrase(other.quantity.first, other.quantity.last)
                return ReasonCode.NUMBER_ROLE, f"what is said is printed with {words}"
    return None


def _stretch(reading: Reading, quantity: Quantity, light: frozenset[str]) -> frozenset[str]:
    number = reading.segments[quantity.first]
    typed = {m.first for m in reading.mentions if m.kind not in {"word"}}
    return frozenset(item for index, item in items(reading, light) if reading.segments[index] == number and index not in typed)


def _follower_misfit(figure: Figure, printed: Figure, sentence: Reading, source: Reading, light: frozenset[str]) -> bool:
    """Whether the word tied to a figure ("off", "doublet") is printed after another figure of its kind, and not after this one."""
    word = _follower(figure.quantity, sentence, light)
    rivals = [
        f.quantity
        for f in source.figures
        if f.quantity.kind == printed.quantity.kind and f.quantity.value != printed.quantity.value
    ]
    others = {_follower(quantity, source, light) for quantity in rivals}
    return bool(word) and word in others and word != _follower(printed.quantity, source, light)


def _follower(quantity: Quantity, reading: Reading, light: frozenset[str]) -> str:
    for index in range(quantity.last, min(quantity.last + _FOLLOWER_REACH, len(reading.tokens))):
        token = reading.tokens[index]
        if not token.is_word or token.stem in {"and", "versus", "vs"}:
            return ""
        if token.stem not in light and not reading.covered[index]:
            return token.stem
    return ""


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
    for left, right in zip(sentence.quantities, sentence.quantities[1:], strict=False):
        between = [token.stem for token in sentence.tokens[left.last : right.first]]
        if between == ["or"] and left.value == right.value:
            yield Reason(ReasonCode.NUMBER, f"{left.value:g}", f"{left.value:g} stands twice where two figures are listed")


def _noun_misfit(figure: Figure, printed: Figure, sentence: Reading, source: Reading) -> bool:
    """Whether a count is printed for other things than those counted here, and these with another count."""
    noun = _noun(figure.quantity, sentence)
    rivals = [f.quantity for f in source.figures if f.quantity.kind == "count" and f.quantity.value != printed.quantity.value]
    nouns = {_noun(quantity, source) for quantity in rivals} - {_noun(printed.quantity, source)}
    return bool(noun) and noun in nouns and bool(_noun(printed.quantity, source))


def _noun(quantity: Quantity, reading: Reading) -> str:
    if [token.stem for token in reading.tokens[max(0, quantity.first - 2) : quantity.first]] == ["n", "="]:
        return "patient"
    following = reading.tokens[quantity.last : quantity.last + 1]
    if not following or not following[0].is_word or following[0].stem in _PREPOSITIONS or reading.covered[quantity.last]:
        return ""
    return following[0].stem


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
            if distinct and -1 not in places and places != sorted(places):
                words = sentence.phrase(stated[0].first, stated[-1].last)
                yield Reason(ReasonCode.NUMBER_ROLE, words, "the printed schedule has another order")
