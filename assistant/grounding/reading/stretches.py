"""The words that belong to a figure: what is tied to it behind it, what stands in brackets, for whom it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.grounding.types import Mention, Quantity, Reading

_TIE_WORDS = (
    "with on for in of among at after those patient the a an their who receiv treat taken take given to assign "
    "under whose particip person peopl individu one women when continu group arm were was had by ( ) cohort alone "
    "if where from randomize random that both all switch chang combin it use popul they month got took latter rechalleng "
    "onc also tumor diseas whose carri harbor carrier patients subset accord per "
)
TIES = frozenset(_TIE_WORDS.split())
_GRADED_BY = frozenset({"had", "of", "patient", "grade", "those", "them", "women"})
_ROW = "respect"
_STOPS = frozenset({";", ",", ":", "."})
_UNGRADED = frozenset({"months", "days", "mg", "date"})
_GRADE_REACH = 6
_UNGRADED_RESULTS = frozenset({"orr", "cbr", "pfs", "os", "pfs2", "ttp", "dor"})
_CONSEQUENCES = frozenset({"discontinue", "dose_reduction"})
_ELSE = "otherwis"
_WITHOUT, _UNALTERED, _DENIED_REACH = "without", ":unaltered", 4
_ASSESSOR, _TWO = "assessor", 2
_OF_THEM = ["of", "patient"]
_OUTCOMES = frozenset({"percent", "count"})
CONDITION_KINDS = ("condition", "gene")


def read_conditions(
    reading: Reading, position: int, start: int, inherited: Mapping[str, frozenset[str]]
) -> dict[str, frozenset[str]]:
    """Return the conditions a figure holds for, by dimension: tied behind it, before it, else what the figure before it has."""
    quantity = reading.quantities[position]
    end = tied_end(reading, quantity.last, next_start(reading, position))
    inner = _inner_bracket(reading, quantity)
    after = mentions_between(reading, quantity.last, end, CONDITION_KINDS)
    tied = group_conditions([m for m in (*after, *_grade_behind(reading, position)) if m.first not in inner])
    own = group_conditions(mentions_between(reading, start, quantity.first, CONDITION_KINDS))
    if position and own:
        previous = reading.quantities[position - 1]
        used = tied_end(reading, previous.last, quantity.first)
        own = {**group_conditions(mentions_between(reading, used, quantity.first, CONDITION_KINDS))}
    beside = mentions_between(reading, start, quantity.first, CONDITION_KINDS)
    own = (
        {**own, **group_conditions([m for m in beside if in_one_stretch(reading, m.first, quantity.first)])}
        if not position
        else own
    )
    opening = group_conditions(mentions_between(reading, 0, reading.quantities[0].first, CONDITION_KINDS))
    near = bool(position) and in_one_stretch(reading, reading.quantities[position - 1].first, quantity.first)
    if any(token.stem == _ELSE for token in reading.tokens[start : quantity.first]):
        near, inherited, opening = False, {}, {}
    kept = inherited if near else {key: value for key, value in inherited.items() if key != "grade"}
    kept = {key: value for key, value in kept.items() if not (key == "hepatic" and _of_next_dose(reading, quantity, value))}
    own = {key: _in_stretch(reading, quantity, key, value) for key, value in own.items()}
    opening = opening if near or not position else {key: value for key, value in opening.items() if key != "grade"}
    found = {**opening, **kept, **own, **_grade_before(reading, position), **tied}
    any_grade = [m for m in reading.of_kind("measure") if m.concept == "any_grade"]
    reach = range(quantity.last, quantity.last + _GRADE_REACH)
    before = "grade" not in tied and any(start <= m.first < quantity.first for m in any_grade)
    if quantity.kind in _UNGRADED or before or any(m.first in reach for m in any_grade):
        found.pop("grade", None)
        return {**{key: value for key, value in _only_value(reading, quantity).items() if key != "grade"}, **found}
    return {**_only_value(reading, quantity), **found}


def without_grade(
    reading: Reading, quantity: Quantity, start: int, measures: frozenset[str], conditions: dict[str, frozenset[str]]
) -> dict[str, frozenset[str]]:
    """The conditions of a figure, less a grade that is told of other events: responses and survival have none, and those who
    stopped after a list of graded events are not graded by it.
    """
    graded = any(start <= m.first < quantity.first for m in reading.of_kind("condition") if m.dimension == "grade")
    ungraded = bool(measures & _UNGRADED_RESULTS) or (bool(measures & _CONSEQUENCES) and quantity.kind == "percent")
    if "grade" not in conditions or graded or not ungraded:
        return conditions
    return {dimension: values for dimension, values in conditions.items() if dimension != "grade"}


def _of_next_dose(reading: Reading, quantity: Quantity, organ: frozenset[str]) -> bool:
    """Whether an impairment is named behind the next dose only ("500 mg, or 250 mg in moderate impairment")."""
    later = [q.first for q in reading.quantities if q.kind == quantity.kind == "mg" and q.first > quantity.first]
    told = [m.first for m in reading.of_kind("condition") if m.concept in organ]
    return bool(later) and bool(told) and min(told) > later[0]


def _in_stretch(reading: Reading, quantity: Quantity, dimension: str, values: frozenset[str]) -> frozenset[str]:
    """Of two reviewers named before a figure, the one of its stretch ("central review was negative; by investigators 0.78")."""
    if dimension != _ASSESSOR or len(values) < _TWO:
        return values
    told = [m for m in reading.of_kind("condition") if m.concept in values and m.first < quantity.first]
    near = frozenset(m.concept for m in told if in_one_stretch(reading, m.first, quantity.first))
    return near if len(near) == 1 else values


def _grade_before(reading: Reading, position: int) -> dict[str, frozenset[str]]:
    """The grade right before a figure in its stretch ("grade 3-4 rash in 5%")."""
    before = reading.quantities[position - 1] if position else None
    if (
        before is None
        or before.kind != "grade"
        or not in_one_stretch(reading, before.first, reading.quantities[position].first)
    ):
        return {}
    graded = [m for m in reading.of_kind("condition") if m.dimension == "grade" and m.first == before.first]
    return group_conditions(graded)


def _inner_bracket(reading: Reading, quantity: Quantity) -> range:
    """The bracket right behind a figure, where it has figures of its own, or the next one where it has some of its kind."""
    size, depth = len(reading.tokens), reading.depths[quantity.first]
    first = quantity.last + 2 * ([t.stem for t in reading.tokens[quantity.last : quantity.last + 2]] == _OF_THEM)
    beside = first < size and reading.tokens[first].text == "("
    later = (i for i in range(first, size) if reading.tokens[i].text == "(" and reading.depths[i] == depth)
    first = first if beside else next(later, size)
    close = next((i for i in range(first + 1, size) if reading.depths[i] <= depth), size)
    kinds = {q.kind for q in reading.quantities if first < q.first < close} - {"grade"}
    return range(first, close) if kinds and (beside or quantity.kind in kinds) else range(0)


def _bracket_reach(reading: Reading, quantity: Quantity) -> int:
    """Where the words end that may belong to a figure in brackets: at a comma behind them, where its kind follows later."""
    size = len(reading.tokens)
    if not reading.depths[quantity.first]:
        return size
    close = next((i for i in range(quantity.last, size) if reading.depths[i] < reading.depths[quantity.first]), size)
    again = any(q.first > close for q in reading.quantities)
    return close if again and [t.stem for t in reading.tokens[close + 1 : close + 2]] == [","] else size


def _only_value(reading: Reading, quantity: Quantity) -> dict[str, frozenset[str]]:
    """Conditions said after a figure in its stretch, where no other of their dimension is said."""
    end = _bracket_reach(reading, quantity)
    if quantity.kind == "mg":
        end = min([end, *(q.first for q in reading.quantities if q.kind == "mg" and q.first >= quantity.last)])
    after = [m for m in reading.of_kind(*CONDITION_KINDS) if quantity.last <= m.first < end]
    inner = _inner_bracket(reading, quantity)
    after = [m for m in after if m.first not in inner]
    grouped = group_conditions([m for m in after if in_one_stretch(reading, m.first, quantity.first)])
    limit = next(
        (q.first for q in reading.quantities if q.first > quantity.first and q.kind == quantity.kind), len(reading.tokens)
    )
    near = group_conditions([m for m in after if m.first < limit and in_one_stretch(reading, m.first, quantity.first)])
    found = {dimension: values for dimension, values in {**grouped, **near}.items() if len(values) == 1}
    grades = [m for m in after if m.dimension == "grade" and m.first < limit]
    later = any(q.first > m.last for m in grades[:1] for q in reading.quantities if q.kind in _OUTCOMES)
    if "grade" in found and later:
        del found["grade"]
    if "grade" in found and any(
        reading.tokens[i].stem == "(" for i in range(quantity.last, grades[0].first if grades else quantity.last)
    ):
        del found["grade"]
    return found


def group_conditions(mentions: Sequence[Mention]) -> dict[str, frozenset[str]]:
    """Return the concepts by dimension."""
    grouped: dict[str, frozenset[str]] = {}
    for mention in mentions:
        grouped[mention.dimension] = grouped.get(mention.dimension, frozenset()) | {mention.concept}
    return grouped


def tied_end(reading: Reading, first: int, limit: int) -> int:
    """Return the token at which light words and names after a figure end."""
    depth = 0
    spans = [(m.first, m.last) for m in reading.mentions if m.kind != "versus"] + [
        (arm.first, arm.last) for arm in reading.arms
    ]
    named = {index for start, end in spans for index in range(start, end)} | _denying(reading)
    for index in range(first, limit):
        stem = reading.tokens[index].stem
        if index in named:
            continue
        if stem == "(":
            depth += 1
        elif stem == ")":
            depth -= 1
            if depth < 0:
                return index
        elif depth == 0 and not _of_row(reading, index) and (stem in _STOPS or stem not in TIES):
            return index
    return limit


def _of_row(reading: Reading, index: int) -> bool:
    """Whether a token is "respectively" or a comma beside it: what follows is still the row's ("9 and 37 months, respectively,
    for B").
    """
    stems = [token.stem for token in reading.tokens[max(0, index - 1) : index + 2]]
    return _ROW in stems and reading.tokens[index].stem in {_ROW, ","}


def _denying(reading: Reading) -> set[int]:
    """The words from "without" to a gene that it says is not altered: they belong to its name ("23 months without X")."""
    found: set[int] = set()
    for mention in (m for m in reading.of_kind("condition") if m.concept.endswith(_UNALTERED)):
        reach = range(max(0, mention.first - _DENIED_REACH), mention.first)
        found |= {i for place in reach if reading.tokens[place].stem == _WITHOUT for i in range(place, mention.first)}
    return found


def in_one_stretch(reading: Reading, left: int, right: int) -> bool:
    """Whether two tokens stand in one stretch."""
    return reading.segments[min(left, len(reading.segments) - 1)] == reading.segments[min(right, len(reading.segments) - 1)]


def next_start(reading: Reading, position: int) -> int:
    """Return the first token of the next quantity that does not stand in a bracket behind this one, or the end."""
    depth = reading.depths[reading.quantities[position].first]
    following = (q.first for q in reading.quantities[position + 1 :] if reading.depths[q.first] <= depth)
    return next(following, len(reading.tokens))


def _grade_behind(reading: Reading, position: int) -> list[Mention]:
    """The grade that is tied to the figure before it ("35 % had grade 3 nausea")."""
    quantity = reading.quantities[position]
    following = reading.quantities[position + 1] if position + 1 < len(reading.quantities) else None
    if quantity.kind not in _OUTCOMES or following is None or following.kind != "grade":
        return []
    between = {token.stem for token in reading.tokens[quantity.last : following.first]}
    graded = mentions_between(reading, following.first, following.last, ("condition",))
    return [m for m in graded if m.dimension == "grade"] if "had" in between and between <= _GRADED_BY else []


def mentions_between(reading: Reading, first: int, last: int, kinds: tuple[str, ...]) -> list[Mention]:
    """Return the mentions of these kinds inside a stretch of tokens."""
    return [m for m in reading.mentions if m.kind in kinds and first <= m.first and m.last <= last]
