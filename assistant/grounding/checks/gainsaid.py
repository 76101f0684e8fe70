"""Denials that are lost or added beside a word that only makes sense with one, or without.

What was tested was not untested; "merely" and "alone" are denied where the statement denies that it is enough; an endpoint or
boundary that was missed is not reached; "if none was used" is no condition of having used it; who is shut out cannot take part;
a treatment that no arm received has no arm; a share counts those who have a thing, not those who have not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.support.evidence import content, denials, items
from assistant.grounding.types import Reading, Reason, ReasonCode

_TESTED = frozenset({"test", "studi", "compar", "evalu", "examin", "investig", "separ"})
_UNTESTED = frozenset({*_TESTED, "arm", "trial", "data", "noncompar", "untest", "control"})
_MERE = frozenset({"mere", "mereli", "alon", "itself", "simpli", "sole"})
_GOALS = frozenset({"endpoint", "boundari", "threshold", "number"})
_NUMBER = "number"
_NEEDED = frozenset({"requir", "need"})
_REACHED = frozenset({"reach", "achiev", "met", "meet", "attain", "cross"})
_CONDITIONS = frozenset({"if", "who", "whose", "where", "when"})
_NONE = frozenset({"no", "none", "not"})
_ENTER = frozenset({"enter", "part", "join", "particip", "enrol", "enroll"})
_ABLE = frozenset({"could", "can", "allow", "permit", "abl"})
_COUNTED = frozenset({"percent", "count", "months"})
_HAD = frozenset({"had", "was", "were", "ha", "has", "have"})
_PASSIVE = frozenset({"not", "been", "be", "yet"})
_FOUND = frozenset({"found", "pick", "detect"})
_NEAR, _WIDE, _SHARED, _MOST = 3, 8, 2, 0.6


def check_gainsaid(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a denial that was added or lost where the statements have it the other way."""
    marks = denials(sentence, lexicon.language.negators)
    printed = [(source, denials(source, lexicon.language.negators)) for source in sources]
    found = [_untested(sentence, printed), _uncounted(sentence, marks, printed), _merely(sentence, marks, printed, lexicon)]
    if not marks:
        found += [
            _goal(sentence, printed),
            _condition(sentence, printed, lexicon),
            _shut_out(sentence, printed, lexicon),
        ]
    found.append(_no_such_arm(sentence, marks, printed))
    for words in filter(None, found):
        yield Reason(ReasonCode.NEGATION, words, f"the cited statements say the contrary: “{words}”")


Printed = Sequence[tuple[Reading, set[int]]]


def _untested(sentence: Reading, printed: Printed) -> str:
    """What is said not to be tested, where no statement denies a test, an arm or a comparison."""
    for index in sentence.places(_TESTED):
        before = [token.stem for token in sentence.tokens[max(0, index - _NEAR) : index]]
        if "not" not in before or not set(before[before.index("not") :]) <= _PASSIVE:
            continue
        named = [(i, found) for source, found in printed for i in source.places(_UNTESTED)]
        if not any(abs(i - mark) <= _WIDE for i, found in named for mark in found):
            return sentence.phrase(max(0, index - _NEAR), index + 1)
    return ""


def _merely(sentence: Reading, marks: set[int], printed: Printed, lexicon: Lexicon) -> str:
    """What by itself is said to be a thing that the statements say takes more."""
    denied = {sentence.segments[mark] for mark in marks}
    for index in (i for i in sentence.places(_MERE) if sentence.segments[i] not in denied):
        if _as_monotherapy(sentence, index):
            continue
        said = content(sentence, sentence.segments[index], lexicon.language.light)
        homes = [
            any(abs(i - mark) <= _WIDE for mark in found) or "more" in {t.stem for t in source.tokens[max(0, i - 4) : i]}
            for source, found in printed
            for i in source.places(_MERE)
            if said & content(source, source.segments[i], lexicon.language.light)
        ]
        if homes and all(homes):
            return sentence.phrase(max(0, index - 2), index + 2)
    return ""


def _as_monotherapy(sentence: Reading, index: int) -> bool:
    """Whether "alone" says that a drug is given without another ("A alone", "alone and in combination")."""
    named = any(m.last == index for m in sentence.of_kind("drug", "class"))
    after = [token.stem for token in sentence.tokens[index + 1 : index + _NEAR + 1]]
    joined = after[:1] in (["and"], ["or"]) and bool({"with", "combin"} & set(after))
    return sentence.tokens[index].stem == "alon" and (named or joined)


def _goal(sentence: Reading, printed: Printed) -> str:
    """An endpoint or boundary told as reached, of which the statements say only that it was not."""
    goals, reached = sentence.places(_GOALS), sentence.places(_REACHED)
    if _NUMBER in {sentence.tokens[i].stem for i in goals} and not sentence.places(_NEEDED):
        return ""
    if not goals or not reached or sentence.has("endpoint_met") or any(source.has("endpoint_met") for source, _ in printed):
        return ""
    missed = [source for source, _ in printed if source.has("endpoint_not_met", "not_reached") or _boundary(source)]
    trials = {m.concept for m in sentence.of_kind("trial")}
    if any(not trials or source.has(*trials) for source in missed):
        return sentence.phrase(reached[0], reached[0] + 1)
    return ""


def _boundary(source: Reading) -> bool:
    return source.has("not_significant") and bool(source.places(frozenset({"boundari", "threshold"})))


def _condition(sentence: Reading, printed: Printed, lexicon: Lexicon) -> str:
    """A condition told without the "none" that the statement has in it."""
    asked = sentence.places(_CONDITIONS)
    if not asked:
        return ""
    said = {item for _, item in items(sentence, lexicon.language.light)}
    for source, _ in printed:
        for index in source.places(frozenset({"if"})):
            if _NONE & {t.stem for t in source.tokens[index + 1 : index + _NEAR]}:
                own = content(source, source.segments[index], lexicon.language.light)
                if len(said & own) >= _MOST * len(said) and len(said & own) >= _SHARED:
                    return sentence.phrase(asked[0], asked[0] + _NEAR)
    return ""


def _shut_out(sentence: Reading, printed: Printed, lexicon: Lexicon) -> str:
    """Who may enter a trial that shuts them out."""
    entering = set(sentence.places(_ENTER))
    able = [i for i in sentence.places(_ABLE) if entering & set(range(i, i + _WIDE // 2 + 1))]
    said = {item for _, item in items(sentence, lexicon.language.light)}
    for source, _ in printed if able else ():
        for m in source.of_kind("finding"):
            if (
                m.concept == "excluded"
                and len(said & content(source, source.segments[m.first], lexicon.language.light)) >= _SHARED
            ):
                return sentence.phrase(able[0], able[0] + 2)
    return ""


def _no_such_arm(sentence: Reading, marks: set[int], printed: Printed) -> str:
    """A combination told of, which the statements name only where they deny."""
    denied = {sentence.segments[i] for i in marks}
    for arm in sentence.arms:
        if arm.prior or len(arm.concepts) < _SHARED or sentence.segments[arm.first] in denied:
            continue
        homes = [
            source.segments[other.first] in {source.segments[i] for i in found}
            for source, found in printed
            for other in source.arms
            if other.concepts == arm.concepts
        ]
        if homes and all(homes) and any(t.stem == "arm" for t in sentence.tokens[arm.last : arm.last + 2]):
            return sentence.phrase(arm.first, arm.last)
    return ""


def _uncounted(sentence: Reading, marks: set[int], printed: Printed) -> str:
    """A share of those who have not, where the statement prints it for those who have."""
    for mark in sorted(marks):
        stems = [token.stem for token in sentence.tokens]
        if stems[mark] != "not" or not mark or stems[mark - 1] not in _HAD or not _of_a_share(sentence, mark):
            continue
        place = sentence.segments[mark]
        figures = {(q.kind, q.value) for q in sentence.quantities if sentence.segments[q.first] == place and q.kind in _COUNTED}
        homes = [
            not any(_beside(source, q.first, i) for i in found)
            for source, found in printed
            for q in source.quantities
            if (q.kind, q.value) in figures
        ]
        if homes and all(homes):
            return sentence.phrase(mark - 1, mark + 2)
    return ""


def _of_a_share(sentence: Reading, mark: int) -> bool:
    """Whether "not" stands before a figure, an alteration or its being found."""
    near = range(mark + 1, mark + _NEAR + 2)
    words = {token.stem for token in sentence.tokens[mark + 1 : mark + _NEAR + 2]}
    altered = any(m.dimension == "biomarker" and m.first in near for m in sentence.of_kind("condition"))
    return altered or bool(words & _FOUND) or any(q.first == mark + 1 for q in sentence.quantities)


def _beside(source: Reading, figure: int, mark: int) -> bool:
    """Whether a denial stands in the clause of a figure."""
    first, last = sorted((figure, mark))
    return not any(t.stem in {",", ";", ".", ":"} for t in source.tokens[first:last])
