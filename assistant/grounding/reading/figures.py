"""Roles of figures: for each quantity, the treatment, the measures and the conditions it belongs to.

Rules, in order: what stands in the same bracket or is tied to the figure by light words after it ("3.8 months with A"); paired
figures over paired names ("3.8 and 1.9 months with A and B, respectively"); the nearest name before it in the same stretch;
what the figure before it has. Sources and sentences are read by the same rules, so that an odd reading is odd on both sides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from assistant.grounding.reading.arm_choice import compared_arms
from assistant.grounding.reading.arm_order import (
    compared,
    in_all,
    in_first_order,
    named_other_side,
    one_of_alternatives,
    opposed_by_figure,
    set_against,
    stand_against,
    subject_first,
)
from assistant.grounding.reading.armless import has_no_arm
from assistant.grounding.reading.follow_ups import carried_measures, own_measures
from assistant.grounding.reading.group_order import fill_states, follow_groups
from assistant.grounding.reading.row_order import follow_row, own_row
from assistant.grounding.reading.stretches import (
    CONDITION_KINDS,
    TIES,
    group_conditions,
    in_one_stretch,
    mentions_between,
    next_start,
    read_conditions,
    tied_end,
    without_grade,
)
from assistant.grounding.types import Arm, Figure, Mention, Quantity, Reading

_PARENTHESIS_REACH = 16
_PAIR_WORDS = frozenset({"and", "versus", "vs", "against", "/", ",", "compar", "with", "to", "or", "than"})
_CONSEQUENCES = frozenset({"discontinue", "dose_reduction", "fatal"})
_LEADING = frozenset({"led", "forc", "made", "caus", "prompt"})
_EXPOSURE_REACH = 6
_EXPOSURE_WORDS = frozenset(
    {"of", "or", "more", "longer", "prior", "previous", "earlier", "exposur", "to", "treatment", "with", "on", "therapi"}
)
_LASTING_WORDS = frozenset(
    {"for", "at", "least", "more", "than", "over", "a", "minimum", "of", "treatment", "therapi", "no", "fewer"}
)
_DOSE_KINDS = frozenset({"mg", "mg_per_kg", "mg_per_m2"})
_NO_LIMIT = frozenset({"grade", "phase", "level"})
_ANY_GRADE = frozenset({"any_grade"})
_GENERIC = frozenset({"adverse_event", "toxicity"})
_OF_ROW = frozenset({"%", "percent", "respect"})
_FOLLOW_UP = "follow_up"
COMPARATOR = "comparator"
_VALUE_KINDS = frozenset({"months", "days", "percent", "ratio", "count", "hours", "score", "mg"})


def bind_figures(reading: Reading) -> tuple[Figure, ...]:
    """Return a figure for every quantity of the reading, in text order."""
    arms = compared_arms(reading)
    arm_of = _bind_arms(reading, arms)
    exposures = {position: arm for position in range(len(reading.quantities)) if (arm := _exposure(reading, position))}
    figures = []
    measures: frozenset[str] = frozenset()
    conditions: dict[str, frozenset[str]] = {}
    for position, quantity in enumerate(reading.quantities):
        start = _own_start(reading, position)
        found = _measures(reading, position, _measured_from(reading, position), measures)
        measures = carried_measures(found, measures)
        told = own_measures(reading, quantity, found, measures)
        conditions = read_conditions(reading, position, start, conditions)
        conditions = without_grade(reading, quantity, _measured_from(reading, position), measures, conditions)
        if position in exposures:
            figures.append(Figure(quantity, exposures[position], frozenset(), conditions))
            continue
        own = told - _ANY_GRADE if conditions.get("grade") else told
        figures.append(Figure(quantity, arm_of[position], own, conditions))
    for group in _pairs(reading):
        _share(reading, figures, group)
        follow_groups(reading, figures, group, COMPARATOR)
        follow_row(reading, figures, group, arms)
    fill_states(reading, figures)
    return tuple(figures)


def _exposure(reading: Reading, position: int) -> frozenset[str]:
    """The earlier treatment that a duration belongs to ("at least 12 months of prior A"), else nothing."""
    quantity = reading.quantities[position]
    if quantity.kind not in {"months", "days"}:
        return frozenset()
    for arm in reading.arms:
        between = {token.stem for token in reading.tokens[quantity.last : arm.first]}
        if arm.prior and 0 <= arm.first - quantity.last <= _EXPOSURE_REACH and between <= _EXPOSURE_WORDS:
            return arm.concepts
        behind = [token.stem for token in reading.tokens[arm.last : quantity.first]]
        if arm.prior and 0 < len(behind) <= _EXPOSURE_REACH and {"for", "last"} & set(behind) and set(behind) <= _LASTING_WORDS:
            return arm.concepts
    return frozenset()


def _share(reading: Reading, figures: list[Figure], group: list[int]) -> None:
    """Give paired figures the conditions tied to the last of them, and one measure each where measures are paired too."""
    last = figures[group[-1]]
    earlier = [q.last for q in reading.quantities[: group[0]] if q.kind == last.quantity.kind]
    everywhere = mentions_between(reading, 0, last.quantity.first, ("measure",))
    named = mentions_between(reading, max(earlier, default=0), last.quantity.first, ("measure",)) or everywhere
    measures = [concept for concept in dict.fromkeys(mention.concept for mention in named) if concept not in _ANY_GRADE]
    before = mentions_between(reading, max(earlier, default=0), figures[group[0]].quantity.first, CONDITION_KINDS)
    spreads = {
        dimension: values
        for dimension in {m.dimension for m in before}
        if len(values := list(dict.fromkeys(m.concept for m in before if m.dimension == dimension))) == len(group)
    }
    tied = tied_end(reading, last.quantity.last, next_start(reading, group[-1]))
    fixed = {m.dimension for m in mentions_between(reading, last.quantity.last, tied, CONDITION_KINDS)}
    opposed = stand_against(reading, figures[group[0]].quantity, last.quantity)
    near = mentions_between(reading, _own_start(reading, group[0]), figures[group[0]].quantity.first, CONDITION_KINDS)
    leading = not any(q.kind == last.quantity.kind for q in reading.quantities[: group[0]])
    own_before = {
        name: values for name, values in group_conditions(near).items() if name in fixed and len(values) == 1 and leading
    }
    one_arm = len({figures[position].arm for position in group}) == 1
    for offset, position in enumerate(group):
        spread = one_arm and len(measures) == len(group)
        own = frozenset({measures[offset]}) if spread else figures[position].measures
        conditions = {**dict(last.conditions), **(own_before if opposed and offset < len(group) - 1 else {})}
        if one_arm:
            conditions |= {
                dimension: frozenset({values[offset]}) for dimension, values in spreads.items() if dimension not in fixed
            }
        figures[position] = replace(figures[position], conditions=conditions, measures=own)


def _own_start(reading: Reading, position: int) -> int:
    """First token of the stretch that belongs to this quantity: after the one before it."""
    return reading.quantities[position - 1].last if position else 0


def _measured_from(reading: Reading, position: int) -> int:
    """As `_own_start`, but grades and phases before a figure do not part it from what it measures."""
    return next((q.last for q in reversed(reading.quantities[:position]) if q.kind not in _NO_LIMIT), 0)


def _bind_arms(reading: Reading, arms: Sequence[Arm]) -> list[frozenset[str]]:
    bound: list[frozenset[str] | None] = [None] * len(reading.quantities)
    for group in _pairs(reading):
        names = _paired_arms(reading, arms, group)
        for position, arm in zip(group, names, strict=False):
            bound[position] = arm
    result: list[frozenset[str]] = []
    for position, quantity in enumerate(reading.quantities):
        if has_no_arm(reading, quantity):
            result.append(frozenset())
            continue
        paired = bound[position]
        own = _single_arm(reading, arms, position, quantity) if paired is None else paired
        if own is None:
            own = result[-1] if result and _inherits(reading, position) else frozenset()
        result.append(own)
    return result


def _inherits(reading: Reading, position: int) -> bool:
    before = reading.quantities[position - 1]
    return in_one_stretch(reading, before.first, reading.quantities[position].first)


def _pairs(reading: Reading) -> list[list[int]]:
    """Positions of quantities of one kind that stand side by side: "3.8 and 1.9 months"."""
    groups: list[list[int]] = []
    for position, left in enumerate(reading.quantities):
        start = _past_parentheses(reading, left.last)
        other = next((i for i in range(position + 1, len(reading.quantities)) if reading.quantities[i].first >= start), None)
        if other is None:
            continue
        right = reading.quantities[other]
        between = [reading.tokens[index].stem for index in range(start, right.first)]
        opposed = any(m.first == start and m.last == right.first for m in reading.of_kind("versus"))
        close = opposed or (between and len(between) <= 2 and all(stem in _PAIR_WORDS for stem in between))
        close = close and not (len(between) == 2 and between[0] == "," and between[1] != "and")
        if left.kind == right.kind and left.kind in _VALUE_KINDS and close:
            if groups and groups[-1][-1] == position:
                groups[-1].append(other)
            else:
                groups.append([position, other])
    return [part for group in groups for part in _halves(reading, group)]


def _halves(reading: Reading, group: list[int]) -> list[list[int]]:
    """Four figures as two pairs where a comma parts them ("9% and 4%, and 5% and 8%")."""
    commas = [
        "," in {token.stem for token in reading.tokens[reading.quantities[left].last : reading.quantities[right].first]}
        for left, right in pairwise(group)
    ]
    return [group[:2], group[2:]] if commas == [False, True, False] else [group]


def _past_parentheses(reading: Reading, first: int) -> int:
    """The token behind the interval that stands in parentheses at `first`; `first` where none does."""
    stems = [token.stem for token in reading.tokens[first : first + _PARENTHESIS_REACH]]
    return first + stems.index(")") + 1 if stems[:1] == ["("] and ")" in stems and "ci" in stems else first


def _paired_arms(reading: Reading, arms: Sequence[Arm], group: list[int]) -> list[frozenset[str]]:
    first, last = reading.quantities[group[0]], reading.quantities[group[-1]]
    members = [reading.quantities[position] for position in group]
    inside = [arm.concepts for q in members for arm in arms if arm.first <= q.first and q.last <= arm.last]
    if last.kind in _DOSE_KINDS and len(inside) == len(group):
        return inside
    limit = next_start(reading, group[-1])
    end = tied_end(reading, last.last, limit)
    after = [arm for arm in arms if last.last <= arm.first < limit]
    tied = [arm for arm in after if arm.first <= end]
    if tied and (len(tied) == 1 and len(after) >= len(group)):
        tied = [arm for arm in after if _coordinated(reading, tied[0], arm)]
    if len(tied) >= len(group):
        return [arm.concepts for arm in tied[: len(group)]]
    if len(tied) == 1:
        before = [arm for arm in arms if arm.last <= first.first]
        if len(group) == 2 and before and stand_against(reading, first, last):
            return [before[-1].concepts, tied[0].concepts]
        return [tied[0].concepts] * len(group)
    paired = _arms_before(reading, arms, group)
    if paired is not None:
        return paired
    behind = [arm.concepts for arm in arms if arm.first >= last.last]
    return behind[: len(group)] if len(behind) >= len(group) else []


def _arms_before(reading: Reading, arms: Sequence[Arm], group: list[int]) -> list[frozenset[str]] | None:
    """The treatments of paired figures that are named before them; None where none is."""
    first, last = reading.quantities[group[0]], reading.quantities[group[-1]]
    own = own_row(reading, arms, first, last) if len(group) == 2 else None
    if own is not None:
        return [own, own]
    distinct: list[frozenset[str]] = []
    depth = reading.depths[first.first]
    earlier = [arm for arm in arms if arm.last <= first.first and reading.depths[arm.first] <= depth]
    earlier = [arm for arm in earlier if not in_all(reading, arm)]
    for arm in reversed(in_first_order(reading, earlier, len(group))):
        if arm.concepts not in distinct:
            distinct.append(arm.concepts)
    distinct = one_of_alternatives(reading, earlier, distinct, len(group))
    beside = [arm for arm in arms if arm.last <= first.first and in_one_stretch(reading, arm.first, first.first)]
    near = [arm.concepts for arm in beside if not opposed_by_figure(reading, arm)]
    if len(group) == 2 and len(set(near)) == 1 and len(distinct) == 2 and stand_against(reading, first, last):
        others = [concepts for concepts in distinct if concepts != near[0]]
        return [near[0], *others]
    if len(distinct) >= len(group):
        named = subject_first(reading, list(reversed(distinct[: len(group)])), arms, first.first)
        return named[::-1] if _from_to(reading, group) else named
    if len(group) == 2 and len(distinct) == 1 and (stand_against(reading, first, last) or _from_to(reading, group)):
        named = [distinct[0], frozenset({COMPARATOR})]
        return named[::-1] if _from_to(reading, group) else named
    return [] if distinct else None


def _from_to(reading: Reading, group: list[int]) -> bool:
    """Whether two figures are a change "from ... to ...", of which the second is the first named treatment's."""
    first, last = reading.quantities[group[0]], reading.quantities[group[-1]]
    stems = [token.stem for token in reading.tokens[max(0, first.first - 1) : last.first]]
    return len(group) == 2 and stems[:1] == ["from"] and stems[-1:] == ["to"]


def _coordinated(reading: Reading, left: Arm, right: Arm) -> bool:
    between = [reading.tokens[index].stem for index in range(left.last, right.first)]
    return left is right or (len(between) <= 3 and all(stem in _PAIR_WORDS or stem in TIES for stem in between))


def _single_arm(reading: Reading, arms: Sequence[Arm], position: int, quantity: Quantity) -> frozenset[str] | None:
    inside = [arm for arm in arms if arm.first <= quantity.first and quantity.last <= arm.last]
    own = inside[0].concepts if inside else named_other_side(reading, arms, position)
    if own is not None:
        return own
    depth = reading.depths[quantity.first]
    following = (q for q in reading.quantities[position + 1 :] if q.kind not in _DOSE_KINDS)
    limit = next((q.first for q in following if reading.depths[q.first] <= depth), len(reading.tokens))
    end = tied_end(reading, quantity.last, limit)
    tied = [arm for arm in arms if quantity.last <= arm.first < end and not set_against(reading, arm, quantity)]
    if tied and not _given_with(reading, arms, quantity, tied[0]):
        return tied[0].concepts
    start = _own_start(reading, position)
    before = [arm for arm in arms if start <= arm.first and arm.last <= quantity.first and reading.depths[arm.first] <= depth]
    before = [arm for arm in before if in_one_stretch(reading, arm.first, quantity.first)] or before
    subject = [arm for arm in before if not compared(reading, arm)]
    if before:
        return (subject or before)[-1].concepts
    if position == 0 or not _inherits(reading, position):
        after = [arm for arm in arms if arm.first >= quantity.last and in_one_stretch(reading, arm.first, quantity.first)]
        if after and quantity.kind == "count" and ":" in {t.stem for t in reading.tokens[quantity.last : after[0].first]}:
            return None
        return after[0].concepts if after else None
    return None


def _given_with(reading: Reading, arms: Sequence[Arm], quantity: Quantity, partner: Arm) -> bool:
    """Whether a dose stands between its drug and what that is given with ("A is given at 400 mg daily with B")."""
    before = [arm for arm in arms if arm.last <= quantity.first and in_one_stretch(reading, arm.first, quantity.first)]
    with_it = partner.first > 0 and reading.tokens[partner.first - 1].stem in {"with", "alongsid"}
    return quantity.kind in _DOSE_KINDS and bool(before) and with_it


def _measures(reading: Reading, position: int, start: int, inherited: frozenset[str]) -> frozenset[str]:
    quantity = reading.quantities[position]
    previous_direct = [
        m.last for m in reading.of_kind("measure") if position and m.first == reading.quantities[position - 1].last
    ]
    if previous_direct and reading.quantities[position - 1].kind == "percent":
        start = previous_direct[0]
    own = mentions_between(reading, start, quantity.first, ("measure",))
    own = [m for m in own if in_one_stretch(reading, m.first, quantity.first) and not _closes(reading, m)]
    direct = [m.concept for m in reading.of_kind("measure") if m.first == quantity.last]
    if direct and quantity.kind == "percent":
        return frozenset(direct)
    following = _following_measures(reading, position)
    if following and _measure_follows(reading, position):
        return following
    if own and not (quantity.kind == "percent" and {m.concept for m in own} == {_FOLLOW_UP}):
        return _with_consequences(reading, position, frozenset(m.concept for m in own), inherited)
    if quantity.kind == "percent" and inherited == {_FOLLOW_UP}:
        inherited = frozenset()
    previous = reading.quantities[position - 1] if position else None
    if previous is not None and inherited and in_one_stretch(reading, previous.first, quantity.first):
        return inherited
    after = list(mentions_between(reading, quantity.last, len(reading.tokens), ("measure",)))
    after = [m for m in after if in_one_stretch(reading, m.first, quantity.first)]
    if after:
        return frozenset(m.concept for m in after)
    return inherited


def _closes(reading: Reading, measure: Mention) -> bool:
    """Whether "for any grade," ends what is said of the figure before it."""
    around = [reading.tokens[i].stem for i in (measure.first - 1, measure.last) if 0 <= i < len(reading.tokens)]
    return measure.concept in _ANY_GRADE and around in (["for", ","], ["at", ","], ["of", ","])


def _with_consequences(reading: Reading, position: int, found: frozenset[str], inherited: frozenset[str]) -> frozenset[str]:
    """The measures before a figure; events in general with what they led to."""
    if not found <= _GENERIC:
        led = reading.quantities[position].first and reading.tokens[reading.quantities[position].first - 1].stem in _LEADING
        return found | (_consequences(reading, reading.quantities[position]) if led else frozenset())
    led_to = _consequences(reading, reading.quantities[position])
    return found | (led_to or _kept_consequences(reading, position, inherited))


def _kept_consequences(reading: Reading, position: int, inherited: frozenset[str]) -> frozenset[str]:
    """What the figure before it in its stretch was a consequence of ("6% stopped because of events versus 2%")."""
    if not position or not in_one_stretch(reading, reading.quantities[position - 1].first, reading.quantities[position].first):
        return frozenset()
    return inherited & _CONSEQUENCES


def _consequences(reading: Reading, quantity: Quantity) -> frozenset[str]:
    """What an event led to, where it is said after the figure ("events led 6% of patients to stop")."""
    after = mentions_between(reading, quantity.last, len(reading.tokens), ("measure",))
    return frozenset(
        m.concept
        for m in after
        if m.concept in _CONSEQUENCES
        and in_one_stretch(reading, m.first, quantity.first)
        and not _of_later_row(reading, quantity, m)
    )


def _of_later_row(reading: Reading, quantity: Quantity, measure: Mention) -> bool:
    """Whether what is named right behind a later figure is its own ("events in 60% and 46%, and 1% and 2% stopped")."""
    beside = next((q for q in reading.quantities if q.last == measure.first and q.kind == quantity.kind), None)
    if beside is None or beside.first <= quantity.first:
        return False
    return any(
        token.is_word and token.stem not in _PAIR_WORDS | _OF_ROW for token in reading.tokens[quantity.last : beside.first]
    )


def _following_measures(reading: Reading, position: int) -> frozenset[str]:
    """Measures after a figure in its stretch, up to the next figure of its kind."""
    quantity = reading.quantities[position]
    limit = next((q.first for q in reading.quantities[position + 1 :] if q.kind not in _NO_LIMIT), len(reading.tokens))
    after = mentions_between(reading, quantity.last, limit, ("measure",))
    return frozenset(m.concept for m in after if in_one_stretch(reading, m.first, quantity.first))


def _measure_follows(reading: Reading, position: int) -> bool:
    """Whether this stretch names measures after its figures ("28% had rash and 9% had nausea")."""
    quantity = reading.quantities[position]
    first = next(q for q in reading.quantities if q.kind == quantity.kind and in_one_stretch(reading, q.first, quantity.first))
    before = mentions_between(reading, 0, first.first, ("measure",))
    return not any(in_one_stretch(reading, m.first, quantity.first) for m in before)
