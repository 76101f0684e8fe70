"""What bears a direction out besides figures: doses, what a treatment is added to, and what a risk turns round."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from assistant.grounding.reading.figures import COMPARATOR
from assistant.grounding.reading.quantities import agrees
from assistant.grounding.support.evidence import NEGATIVE_FINDINGS, OPEN_FINDINGS, printed_significance
from assistant.grounding.support.roles import arm_fits, undosed
from assistant.grounding.types import Arm, Figure, Mention, Reading

_IS = frozenset({"is", "are", "was", "were"})
_RISKS, _RISK_REACH = frozenset({"hazard", "risk"}), 3
_DOSES, _DOSE_REACH = frozenset({"mg", "mg_per_kg"}), 7
_ANAPHORS = frozenset({"both", "either", "it", "them", "this", "that", "these"})
_ADDING, _ADDED_REACH = frozenset({"ad", "add", "addit"}), 3
_PROGRESSION, _PFS, _PROGRESSION_REACH = "progress", "pfs", 5
_CHANGE_REACH, _CHANGE_WORDS = 3, frozenset({"to", "further", "onli", "about"})
_PRIOR, _LISTED = "prior", frozenset({",", "or", "(", "either", ":"})
_GENES, _SIDES, _GROUP_REACH = "biomarker", 2, 4
_COMPARED = frozenset({"than", "versus", "vs", "compar", "against"})
_OUTCOMES = frozenset({"months", "percent"})
_COMPARATIVES = frozenset({"longer", "shorter", "higher", "lower", "greater", "smaller"})
_TIED_BY = frozenset({"with", "on", "for", "under", "from", "by"})
# A ratio, and two times, so far apart that they bear out a difference without an interval.
_FAR, _WIDE = 0.7, 1.5
_EMPTY, _GIVEN = frozenset({"placebo"}), frozenset({"drug", "class"})


def of_risk(sentence: Reading, mention: Mention) -> bool:
    """Whether a direction is that of a risk ("a lower hazard of progression"): a longer time is a lower one."""
    near = [token.stem for token in sentence.tokens[mention.last : mention.last + _RISK_REACH + 1]]
    told = any(stem in _RISKS and near[i + 1 : i + 2] != ["ratio"] for i, stem in enumerate(near[:_RISK_REACH]))
    return told or _risk_before(sentence, mention)


def _risk_before(sentence: Reading, mention: Mention) -> bool:
    """Whether a risk is what "was higher" is said of ("the risk of progression in the trial was higher with A")."""
    stems = [token.stem for token in sentence.tokens[: mention.first]]
    number = sentence.segments[mention.first]
    risks = [
        i for i in range(len(stems) - 1) if stems[i] in _RISKS and stems[i + 1] != "ratio" and sentence.segments[i] == number
    ]
    return bool(risks) and bool(_IS & set(stems[-2:])) and not {",", ";"} & set(stems[risks[-1] :])


def of_doses(sentence: Reading, mention: Mention, sources: Sequence[Reading]) -> bool:
    """Whether a direction is that of a dose beside it among the printed doses ("reduced to 250 mg", with 500 mg printed)."""
    reach = range(mention.first - _DOSE_REACH, mention.last + _DOSE_REACH)
    near = [q for q in sentence.quantities if q.kind in _DOSES and q.first in reach]
    if not near or sentence.of_kind("measure"):
        return False
    than = any(token.stem == "than" for token in sentence.tokens[mention.last : near[0].first])
    before = [q for q in sentence.quantities if q.kind in _DOSES and q.last <= mention.first]
    if than and (not before or (before[-1].value < near[0].value) != (mention.kind == "down")):
        return False
    own = before[-1] if than else near[0]
    about = [source for source in sources if source.has(*(m.concept for m in sentence.of_kind("drug")))]
    printed = {q.value for source in about for q in source.quantities if q.kind == own.kind}
    others = printed - {own.value}
    return own.value in printed and bool(others) and all((other > own.value) == (mention.kind == "down") for other in others)


def sides_fit(
    pair: tuple[frozenset[str], frozenset[str]], left: frozenset[str], right: frozenset[str], source: Reading
) -> bool:
    """Whether two printed treatments are those compared; a side that is not named is any other treatment. What is said of a
    treatment at any dose must hold at each.
    """
    if not (arm_fits(pair[0], left, source) or pair[0] == undosed(left)):
        return False
    if COMPARATOR in pair[1]:
        return undosed(left) != undosed(right)
    return arm_fits(pair[1], right, source) or any(undosed(pair[1]) <= one for one in _spelled_out(right, source))


def _spelled_out(named: frozenset[str], source: Reading) -> Iterator[frozenset[str]]:
    """The treatments that a statement lists behind the name for all of them ("standard therapy, A or B")."""
    for position, arm in enumerate(source.arms):
        if arm.concepts != named or len(named) != 1:
            continue
        listed = [arm]
        for other in source.arms[position + 1 :]:
            if not {t.stem for t in source.tokens[listed[-1].last : other.first]} <= _LISTED:
                break
            listed.append(other)
        between = [t.stem for one, other in pairwise(listed[1:]) for t in source.tokens[one.last : other.first]]
        if "or" in between:
            yield from (undosed(other.concepts) for other in listed[1:])


def adds_treatment(sentence: Reading, mention: Mention) -> bool:
    """Whether "added to" only says that a treatment was given with another one."""
    words = [token.stem for token in sentence.tokens[mention.first : mention.last]]
    near = sentence.of_kind("drug", "class", "arm")
    following = [token.stem for token in sentence.tokens[mention.last : mention.last + _ADDED_REACH]]
    both = mention.last - mention.first > 1 and bool(following) and following[0] in _ANAPHORS
    return words[0] in _ADDING and (both or any(0 <= m.first - mention.last <= _ADDED_REACH for m in near))


def added_to_side(sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether a treatment is said to be added to one that a statement has as a side: that is what it is compared with."""
    sides = {undosed(arm.concepts) - _EMPTY for source in sources for arm in source.arms if not arm.prior}
    for arm in sentence.arms:
        before = {token.stem for token in sentence.tokens[max(0, arm.first - _ADDED_REACH) : arm.first]}
        to = next((i for i in range(arm.first, arm.last) if sentence.tokens[i].stem == "to"), None)
        if to is not None and before & _ADDING:
            return frozenset(m.concept for m in sentence.mentions if to < m.first < arm.last and m.kind in _GIVEN) in sides
    return False


def measures_told(sentence: Reading, mention: Mention, source: Reading) -> frozenset[str]:
    """The measures a direction is about: those named; a ratio that a statement prints brings its own; where none is named, a
    progression that comes later is a longer progression-free survival.
    """
    named = frozenset(m.concept for m in sentence.of_kind("measure"))
    ratios = [figure.quantity for figure in sentence.figures if figure.quantity.kind == "ratio"]
    printed = [f.measures for f in source.figures if any(agrees(ratio, f.quantity) for ratio in ratios)]
    if named:
        return named
    near = sentence.tokens[max(0, mention.first - _PROGRESSION_REACH) : mention.last]
    late = mention.kind == "up" and any(token.stem == _PROGRESSION for token in near)
    return frozenset().union(*printed) | (frozenset({_PFS}) if late else frozenset())


def alike(left: Figure, right: Figure, source: Reading) -> bool:
    """Whether two printed figures are of one measure and group. Earlier treatment told behind the second of them in one stretch
    is that of the first too.
    """
    if left.measures != right.measures:
        return False
    one, other = (
        {dimension: values for dimension, values in figure.conditions.items() if dimension != _PRIOR}
        for figure in (left, right)
    )
    together = source.segments[left.quantity.first] == source.segments[right.quantity.first]
    return left.conditions == right.conditions or (together and one == other)


def shown_by_ratio(left: Figure, right: Figure, sentence: Reading, source: Reading) -> bool:
    """Whether a ratio printed without interval or p value bears out what is told with the printed figures or ratio."""
    ratios = [f.quantity for f in source.figures if f.quantity.kind == "ratio" and alike(f, left, source)]
    told = [ratio for ratio in ratios if any(agrees(quantity, ratio) for quantity in sentence.quantities)]
    values = {quantity.value for quantity in sentence.quantities}
    both = {left.quantity.value, right.quantity.value} <= values
    far = not ratios or ratios[0].value <= _FAR
    wide = max(left.quantity.value, right.quantity.value) >= _WIDE * min(left.quantity.value, right.quantity.value)
    one = len(ratios) == 1 and (both or far) and ratios[0].value != 1.0
    return bool(told) or one or (both and wide and not ratios and not source.has(*NEGATIVE_FINDINGS - OPEN_FINDINGS))


def at_each_dose(named: frozenset[str], printed: Figure, source: Reading) -> list[Figure]:
    """The printed figures for all doses of a treatment that is named without one."""
    if undosed(printed.arm) != named or printed.arm == named:
        return []
    return [
        figure
        for figure in source.figures
        if undosed(figure.arm) == named and figure.quantity.kind == printed.quantity.kind and alike(figure, printed, source)
    ]


def groups_show(source: Reading, sentence: Reading, mention: Mention) -> bool:
    """Whether two stated figures that are printed for two groups, with a test that shows a difference, have this direction for
    the group named first ("survival was shorter with an alteration than without").
    """
    groups = _groups_compared(sentence, mention)
    if groups is None:
        return False
    values = {quantity.value for quantity in sentence.quantities}
    own, other = ([f for f in source.figures if _is_of(f, one, two)] for one, two in (groups, groups[::-1]))
    for left in own:
        for right in other:
            alike_ = left.quantity.kind == right.quantity.kind and left.measures == right.measures and bool(left.measures)
            if not alike_ or not {left.quantity.value, right.quantity.value} <= values:
                continue
            shown = [printed_significance(figure, source) for figure in (left, right)]
            tested = (True in shown and False not in shown) or bool(sentence.of_kind("hedge"))
            if tested and left.quantity.value != right.quantity.value:
                return (left.quantity.value > right.quantity.value) == (mention.kind == "up")
    return False


def groups_say(source: Reading, sentence: Reading, mention: Mention) -> bool | None:
    """Whether a statement tells this direction of the two groups, or the opposite one the other way round ("longer without an
    alteration than with one" of "shorter with an alteration than without"); None where it tells of no such groups.
    """
    stated = _groups_compared(sentence, mention)
    measures = {m.concept for m in sentence.of_kind("measure")}
    if stated is None or not measures & source.concepts():
        return None
    told = [(other.kind, _groups_compared(source, other)) for other in source.of_kind("up", "down")]
    found = {(kind == mention.kind) == (groups == stated) for kind, groups in told if groups in (stated, stated[::-1])}
    return found == {True} if found else None


def _groups_compared(sentence: Reading, mention: Mention) -> tuple[str, str] | None:
    """(group, what it is compared with) of the stretch of a direction: those with an alteration and those without."""
    number = sentence.segments[mention.first]
    named = [m for m in sentence.of_kind("condition") if m.dimension == _GENES and sentence.segments[m.first] == number]
    concepts = list(dict.fromkeys(m.concept for m in named))
    if len(concepts) != _SIDES or len({concept.partition(":")[0] for concept in concepts}) > 1:
        return None
    behind = [bool(_COMPARED & {t.stem for t in sentence.tokens[max(0, m.first - _GROUP_REACH) : m.first]}) for m in named]
    first = named[0].concept
    turned = behind[0] and any(m.concept != first and not after for m, after in zip(named, behind, strict=True))
    return (concepts[1], concepts[0]) if turned else (concepts[0], concepts[1])


def _is_of(figure: Figure, group: str, other: str) -> bool:
    own = figure.conditions.get(_GENES, frozenset())
    return group in own and other not in own and figure.quantity.kind in _OUTCOMES


def changes_shown(sentence: Reading, mention: Mention, sources: Sequence[Reading]) -> bool:
    """Whether a rise or fall only leads from one figure to the next, both printed of one measure by one statement, and goes
    their way ("53% at 75 mg, rising to 67% at 150 mg").
    """
    near = [f for f in sentence.figures if 0 <= f.quantity.first - mention.last <= _CHANGE_REACH]
    words = {token.stem for token in sentence.tokens[mention.last : near[0].quantity.first]} if near else set()
    if not near or "to" not in words or not words <= _CHANGE_WORDS:
        return False
    second, place = near[0], sentence.figures.index(near[0])
    before = [f for f in sentence.figures[:place] if f.quantity.kind == second.quantity.kind]
    if (
        not before
        or second.quantity.kind not in _OUTCOMES
        or (before[-1].quantity.value < second.quantity.value) != (mention.kind == "up")
    ):
        return False
    return any(_both_printed(before[-1], second, sentence, source) for source in sources)


def _both_printed(first: Figure, second: Figure, sentence: Reading, source: Reading) -> bool:
    """Whether a statement prints two figures of one measure, and shows a difference where they are times."""
    for left in (f for f in source.figures if agrees(first.quantity, f.quantity)):
        for right in (f for f in source.figures if agrees(second.quantity, f.quantity)):
            shown = [printed_significance(figure, source) for figure in (left, right)]
            timed = left.quantity.kind == "months"
            ratio = timed and (shown_by_ratio(left, right, sentence, source) or shown_by_ratio(right, left, sentence, source))
            if (
                left.measures == right.measures
                and left.measures
                and False not in shown
                and (not timed or True in shown or ratio)
            ):
                return True
    return False


def told_as_numbers(sentence: Reading, mention: Mention) -> bool:
    """Whether a longer or higher value is told together with that it does not differ ("the longer A did not reach
    significance").
    """
    number = sentence.segments[mention.first]
    plain = mention.last - mention.first == 1 and sentence.tokens[mention.first].stem in _COMPARATIVES
    leading = mention.first > 0 and sentence.tokens[mention.first - 1].stem == "the"
    found = [m for m in sentence.of_kind("finding") if m.concept == "not_significant" and m.first > mention.last]
    return plain and leading and any(sentence.segments[m.first] == number for m in found)


def told_before(reading: Reading, arms: Sequence[Arm], comparator: Arm) -> list[Arm]:
    """The treatment right before the word of comparison, where its own preposition ties it to the direction ("after A, PFS was
    longer with B than with C"); nothing where the comparison opens the sentence.
    """
    marks = [m.first for m in reading.of_kind("versus") if m.last <= comparator.first]
    before = [arm for arm in arms if marks and arm.last <= marks[-1]]
    tied = before[-1:] if before and reading.tokens[before[-1].first - 1].stem in _TIED_BY else []
    claims = [m for m in reading.of_kind("up", "down") if tied and m.last <= tied[0].first]
    return [arm for arm in tied if claims and arm.first]
