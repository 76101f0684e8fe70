"""Comparisons: which treatments are combined, and which are compared with which. It judges no direction."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.support.class_partners import told_by_class
from assistant.grounding.support.combinations import told_together
from assistant.grounding.support.roles import supporting, undosed
from assistant.grounding.types import Arm, Reading, Reason, ReasonCode

_NEAR = 12
_COMPARE_REACH = 6
_OTHERS = frozenset({"plus", "anoth", "differ", "new", "switch"})
_ALL = "overall_population"


def check_arms(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a treatment that no source has in that combination."""
    yield from _against_itself(sentence)
    printed = {undosed(arm.concepts) for source in sources for arm in source.arms}
    for arm in sentence.arms:
        if undosed(arm.concepts) in printed or len(undosed(arm.concepts)) == 1 or _had_before(arm, sources):
            continue
        pooled = any(
            undosed(arm.concepts) <= frozenset().union(*(a.concepts for a in source.arms if not a.prior))
            and (_added(arm, sentence) or _given_with(arm, source))
            for source in sources
        )
        pooled = pooled or told_by_class(arm, sentence, sources, lexicon.language.classes_of)
        if not pooled and "continued" not in arm.concepts and not told_together(arm, sentence, sources):
            words = sentence.phrase(arm.first, arm.last)
            yield Reason(ReasonCode.COMPARATOR, words, f"no cited statement has this combination: “{words}”")


def _had_before(arm: Arm, sources: Sequence[Reading]) -> bool:
    """Whether treatments told together as earlier ones are each printed as such by one statement."""
    earlier = {f"prior:{concept}:yes" for concept in arm.concepts}
    return arm.prior and any(earlier <= source.concepts() for source in sources)


def _against_itself(sentence: Reading) -> Iterator[Reason]:
    """A treatment compared with itself, or a gene listed twice, is a name in the place of another."""
    marks = {index for m in sentence.of_kind("versus") for index in range(m.first, m.last)}
    for left, right in zip(sentence.arms, sentence.arms[1:], strict=False):
        between = range(left.last, right.first)
        words = {sentence.tokens[index].stem for index in between}
        opposed = bool(marks & set(between)) or (
            "and" in words and any(t.stem == "between" for t in sentence.tokens[: left.first])
        )
        opposed = opposed or (
            bool({"with", "to"} & words)
            and any(t.stem == "compar" for t in sentence.tokens[max(0, left.first - _COMPARE_REACH) : left.first])
        )
        opposed = opposed and not {";", "."} & words and not _added_to(sentence, left)
        same = undosed(left.concepts) == undosed(right.concepts) and not _two_doses(left, right)
        same = same and not _two_lines(sentence, left, right)
        if same and opposed and not left.prior and len(between) <= _NEAR:
            text = sentence.phrase(left.first, right.last)
            yield Reason(ReasonCode.COMPARATOR, text, f"a treatment is compared with itself: “{text}”")
    genes = [m for m in sentence.of_kind("condition", "gene") if m.dimension == "biomarker"]
    for first, second in itertools.pairwise(genes):
        bracketed = any(t.stem in {"(", ","} for t in sentence.tokens[first.last : second.first])
        whole = first.concept == _ALL
        if first.concept == second.concept and 0 <= second.first - first.last <= 1 and not bracketed and not whole:
            text = sentence.phrase(first.first, second.last)
            yield Reason(ReasonCode.RELATION, text, f"named twice in one list: “{text}”")


def _added_to(sentence: Reading, arm: Arm) -> bool:
    """Whether something that is no treatment by name is combined with the arm ("rechallenge plus switched A")."""
    return bool(_OTHERS & {token.stem for token in sentence.tokens[max(0, arm.first - 2) : arm.first]})


def _two_doses(left: Arm, right: Arm) -> bool:
    """Whether two doses of one drug are told apart."""
    doses = [arm.concepts - undosed(arm.concepts) for arm in (left, right)]
    return bool(doses[0]) and bool(doses[1]) and doses[0] != doses[1]


def _two_lines(sentence: Reading, left: Arm, right: Arm) -> bool:
    """Whether a treatment is compared with itself in another line ("A 1L versus A 2L")."""
    lines = [m for m in sentence.of_kind("condition") if m.dimension == "line"]
    beside = [
        {m.concept for m in lines if 0 <= m.first - arm.last <= 1 or 0 <= arm.first - m.last <= 2} for arm in (left, right)
    ]
    return bool(beside[0]) and bool(beside[1]) and beside[0] != beside[1]


def check_ratio_order(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason where a hazard ratio is given for "B versus A" and printed for "A versus B"."""
    del lexicon
    pair = _adjacent_pair(sentence)
    if pair is None or not any(figure.quantity.kind == "ratio" for figure in sentence.figures):
        return
    for figure in sentence.figures:
        found = supporting(figure, sources) if figure.quantity.kind == "ratio" else []
        orders = [_printed_order(source) for _, source in found]
        if orders and all(
            order is not None and (order[0] == pair[1] or order[1] == pair[0]) and order != pair for order in orders
        ):
            words = sentence.phrase(figure.quantity.first, figure.quantity.last)
            yield Reason(ReasonCode.NUMBER_ROLE, words, f"{words} is printed for the comparison the other way round")


def _adjacent_pair(reading: Reading) -> tuple[frozenset[str], frozenset[str]] | None:
    """The treatments on both sides of a "versus" with nothing but light words between."""
    arms = [arm for arm in reading.arms if not arm.prior]
    for left, right in itertools.pairwise(arms):
        between = [token.stem for token in reading.tokens[left.last : right.first]]
        if between and between[0] in {"versus", "vs", "over", "against"} and len(between) <= 3:
            return left.concepts, right.concepts
    return None


def _printed_order(source: Reading) -> tuple[frozenset[str], frozenset[str]] | None:
    named = list(
        dict.fromkeys(f.arm for f in source.figures if f.arm and f.measures and f.quantity.kind in {"months", "percent"})
    )
    return _adjacent_pair(source) or ((named[0], named[1]) if len(named) == 2 else None)


def _given_with(arm: Arm, source: Reading) -> bool:
    """Whether the source says of one of the treatments that another is given with it ("approved for use with B")."""
    for other in source.arms:
        before = [token.stem for token in source.tokens[max(0, other.first - 3) : other.first]]
        before = before[:-1] if before[-1:] in (["a"], ["an"], ["the"]) else before
        if (
            undosed(other.concepts) <= undosed(arm.concepts)
            and before[-1:] == ["with"]
            and "compar" not in before
            and not other.prior
        ):
            return True
    return False


def _added(arm: Arm, sentence: Reading) -> bool:
    """Whether the combination is worded as an addition ("adding A to B"), which sources word as "A plus B"."""
    return any(
        sentence.tokens[index].stem == "ad" or sentence.tokens[index].stem == "add"
        for index in range(max(0, arm.first - 3), arm.last)
    )
