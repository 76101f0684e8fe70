"""Who is tested and who is the control: the printed roles of two treatments are not exchanged.

"A did not prolong survival over B" says nothing false of two figures when A and B are exchanged, and is no result of the trial:
it asked about the treatment that is printed first and set against the other. The same holds for "the effect of A", "adding A to
B" and "the A triplet". Sentences with a direction of their own ("shorter with B than with A") are left to other checks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.support.roles import undosed
from assistant.grounding.types import Arm, Reading, Reason, ReasonCode

_RESULTS = frozenset({"months", "percent", "ratio"})
_OPEN = frozenset({"not_significant", "endpoint_not_met", "immature", "unknown", "unreported"})
_EVEN = frozenset({"differ", "between", "neither", "nor", "similar", "rank"})
_SIZED = frozenset({"triplet", "doublet"})
_EFFECTS = frozenset({"effect", "benefit", "gain", "advantag", "influenc", "impact"})
_ADDING = frozenset({"ad", "add", "addit", "added"})
_TO = frozenset({"to"})
_MARKS = frozenset({"than", "over", "against", "versu", "versus", "vs"})
_LINKS = frozenset({("compar", "with"), ("compar", "to"), ("relat", "to"), ("comparison", "with"), ("comparison", "to")})
_FILL = frozenset({"the", "standard", "continu", "physician", "choic", "of"})
_BOUND = frozenset({"and", "plus", "with", ",", "/", "-", "or"})
_REACH, _PAIR = 4, 2
Names = frozenset[str]


def check_opponents(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a control told as the tested treatment, or the reverse."""
    del lexicon
    tested, controls = _roles(sources)
    only_tested, only_controls = tested - controls, controls - tested
    yield from _turned(sentence, only_tested, only_controls)
    yield from _effects(sentence, only_controls)
    yield from _added(sentence, sources)
    yield from _sized(sentence, sources)
    yield from _cut(sentence, sources)


def _roles(sources: Sequence[Reading]) -> tuple[set[Names], set[Names]]:
    """The treatments that are printed first of a result or before a "versus", and those printed last or behind it."""
    tested: set[Names] = set()
    controls: set[Names] = set()
    for source in sources:
        for run in _runs(source):
            tested |= set(run[:-1])
            controls.add(run[-1])
        arms = [arm for arm in source.arms if not arm.prior]
        marks = [m.first for m in source.of_kind("versus")]
        for left, right in pairwise(arms):
            if any(left.last <= mark < right.first for mark in marks) and right.first - left.last <= _REACH:
                tested.add(undosed(left.concepts))
                controls.add(undosed(right.concepts))
        behind = [arm for arm in arms if arm.first - 1 in marks]
        controls |= {undosed(arm.concepts) for arm in behind}
        ends = {source.segments[arm.first]: arm.first for arm in behind}
        tested |= {
            undosed(arm.concepts) for arm in arms if arm not in behind and arm.first < ends.get(source.segments[arm.first], 0)
        }
    return tested, controls


def _runs(source: Reading) -> Iterator[list[Names]]:
    """The treatments of figures that follow each other in one stretch of one measure."""
    run: list[Names] = []
    last = None
    for figure in (f for f in source.figures if f.quantity.kind in _RESULTS and f.arm and f.measures):
        key = (figure.quantity.kind, figure.measures, figure.conditions, source.segments[figure.quantity.first])
        base = undosed(figure.arm)
        if key != last or base in run:
            if len(run) > 1:
                yield run
            run = []
        last = key
        run.append(base)
    if len(run) > 1:
        yield run


def _turned(sentence: Reading, tested: set[Names], controls: set[Names]) -> Iterator[Reason]:
    """A control set against the tested treatment, in a sentence that says of neither that it is better."""
    stems = {token.stem for token in sentence.tokens}
    denies = any(m.concept in _OPEN for m in sentence.of_kind("finding")) or bool(sentence.of_kind("negator"))
    ratio = any(q.kind == "ratio" for q in sentence.quantities)
    better = bool(sentence.of_kind("up")) and not sentence.of_kind("down")
    if stems & _EVEN or not (denies or ratio or better or "whether" in stems):
        return
    results = {undosed(f.arm) for f in sentence.figures if f.quantity.kind in _RESULTS - {"ratio"} and f.arm}
    for left, right in _opposed(sentence):
        one, other = undosed(left.concepts), undosed(right.concepts)
        if one in controls and other in tested and not {one, other} <= results:
            words = sentence.phrase(left.first, left.last)
            yield Reason(ReasonCode.COMPARATOR, words, f"{words} is printed as the control, not as what is tested")


def _opposed(sentence: Reading) -> Iterator[tuple[Arm, Arm]]:
    """(what is set against, against what) of two treatments named one after the other ("A over B", "against B ... with A")."""
    arms = [arm for arm in sentence.arms if not arm.prior]
    for position, (left, right) in enumerate(pairwise(arms)):
        if _linked(sentence, right.first) and not _linked(sentence, left.first):
            yield left, right
        elif position == 0 and _linked(sentence, left.first) and not _linked(sentence, right.first):
            yield right, left


def _linked(sentence: Reading, place: int) -> bool:
    """Whether a treatment stands right behind a word that sets another against it, words for a standard aside."""
    before = [token.stem for token in sentence.tokens[max(0, place - _REACH) : place] if token.stem not in _FILL]
    return tuple(before[-2:]) in _LINKS or (bool(before) and before[-1] in _MARKS)


def _effects(sentence: Reading, controls: set[Names]) -> Iterator[Reason]:
    """The effect of a treatment that is only printed as a control."""
    for arm in sentence.arms:
        before = [token.stem for token in sentence.tokens[max(0, arm.first - 2) : arm.first]]
        of_it = len(before) > 1 and before[0] in _EFFECTS and before[1] in {"of", "with"}
        if (of_it or before[-1:] == ["whether"]) and undosed(arm.concepts) in controls:
            words = sentence.phrase(arm.first, arm.last)
            yield Reason(ReasonCode.COMPARATOR, words, f"{words} is printed as the control, not as what is tested")


def _added(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    """ "adding A to B" where the statements have A alone and A with B, and B never alone."""
    drugs = sentence.of_kind("drug")
    for left, right in pairwise(drugs):
        both = {left.concept, right.concept}
        homes = [source for source in sources if any(both <= arm.concepts for arm in source.arms)]
        printed = {undosed(arm.concepts) for source in homes for arm in source.arms if not arm.prior}
        before = {token.stem for token in sentence.tokens[max(0, left.first - 2) : left.first]}
        between = {token.stem for token in sentence.tokens[left.last : right.first]}
        if not before & _ADDING or not between <= _TO or not between:
            continue
        one, other = frozenset({left.concept}), frozenset({right.concept})
        if one in printed and one | other in printed and other not in printed and other | {"placebo"} not in printed:
            words = sentence.phrase(left.first, right.last)
            yield Reason(ReasonCode.RELATION, words, f"the other is what is added: “{words}”")


def _sized(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    """ "the A triplet" where A leads no printed treatment."""
    leads = {name for source in sources for name in _leads(source)}
    for left in sentence.of_kind("drug"):
        following = [token.stem for token in sentence.tokens[left.last : left.last + 1]]
        if leads and set(following) & _SIZED and left.concept not in leads and not _bound(sentence, left.first):
            words = sentence.phrase(left.first, left.last + 1)
            yield Reason(ReasonCode.RELATION, words, f"no printed combination is named so: “{words}”")


def _leads(source: Reading) -> Iterator[str]:
    """The drugs that combinations begin with."""
    drugs = {m.first: m.concept for m in source.of_kind("drug")}
    for arm in source.arms:
        following = [token.stem for token in source.tokens[arm.last : arm.last + 1]]
        if arm.first in drugs and (len(undosed(arm.concepts)) > 1 or set(following) & _SIZED):
            yield drugs[arm.first]


def _bound(reading: Reading, place: int) -> bool:
    """Whether the name at a place goes on from another one ("A plus B", "A-B")."""
    before = reading.tokens[place - 1].stem if place else ""
    return before in _BOUND or any(m.last == place for m in reading.of_kind("drug", "class"))


def _cut(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    """Two drugs as one treatment where the statements have the two only as a part of a larger one."""
    larger = {undosed(arm.concepts) for source in sources for arm in source.arms if len(undosed(arm.concepts)) > _PAIR}
    if not larger:
        return
    printed = {pair for source in sources for pair, _ in _pairs(source, loose=True)}
    printed |= {undosed(arm.concepts) for source in sources for arm in source.arms}
    for pair, place in _pairs(sentence):
        if pair not in printed and any(pair < other and not _completed(pair, other, place, sentence) for other in larger):
            words = sentence.phrase(*place)
            yield Reason(ReasonCode.RELATION, words, f"printed only as a part of a larger combination: “{words}”")


def _completed(pair: Names, whole: Names, place: tuple[int, int], sentence: Reading) -> bool:
    """Whether the rest of the combination is told too: "X, which ..., with A and B", "adding A and B to X"."""
    first, last = place
    rest = whole - pair
    before = {token.stem for token in sentence.tokens[max(0, first - _PAIR) : first]}
    if before & _ADDING and sentence.tokens[last : last + 1] and sentence.tokens[last].stem == "to":
        return rest <= {m.concept for m in sentence.of_kind("drug") if 0 < m.first - last <= _PAIR}
    opposed = max((m.first for m in sentence.of_kind("versus") if m.first < first), default=0)
    return "with" in before and rest <= {m.concept for m in sentence.of_kind("drug") if opposed <= m.first < first}


def _pairs(reading: Reading, *, loose: bool = False) -> Iterator[tuple[Names, tuple[int, int]]]:
    """Two drugs joined by one word, with no third joined to them, and where; `loose` takes what a third is given "with"."""
    drugs = reading.of_kind("drug")
    treatments = [*drugs, *(m for m in reading.mentions if m.concept == "placebo" and not loose)]
    joining = _BOUND - {"with"} if loose else _BOUND
    for left, right in pairwise(drugs):
        between = [token.stem for token in reading.tokens[left.last : right.first]]
        following = {token.stem for token in reading.tokens[right.last : right.last + 1]}
        before = reading.tokens[left.first - 1].stem if left.first else ""
        third = bool(following & _ADDING)
        third = third or (bool(following & _BOUND) and any(0 <= m.first - right.last <= _PAIR for m in drugs))
        third = third or (before in joining and any(0 < left.first - m.last <= _REACH for m in treatments))
        if between in (["and"], ["plus"]) and not third and left.concept != right.concept:
            yield frozenset({left.concept, right.concept}), (left.first, right.last)
