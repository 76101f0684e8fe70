"""Denials that a sentence does not lose, and denials of its own that follow from the statements in other words.

A stretch whose figures are printed where nothing is denied tells those figures, whatever the statement denies beside them; a
list that a statement prints is that list. What only one has, another has not; what takes more than a thing is not that thing;
an interval around one leaves open whether a treatment is better; a decision that has a date is still open.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.grounding.support.evidence import NEGATIVE_FINDINGS, content, items, printed_significance
from assistant.grounding.support.roles import supporting
from assistant.grounding.types import Mention, Reading

_RESULTS = frozenset({"percent", "count", "months", "ratio"})
_SHARED, _WHOLE, _OWN = 2, 0.85, 2
_NAMES = ("drug", "class", "condition", "trial")
_PLACING = frozenset({"of", "for", "in", "with", "to", "by", "on", "among"})
_NAME_REACH = 4
_STOPS = frozenset({",", ";", ".", ":"})
_SHORT_OF = frozenset(
    {"enough", "suffici", "suffic", "amount", "constitut", "equat", "qualifi", "same", "mean", "make", "prove", "itself"}
)
_SHORT_REACH = 4
_TELLING = frozenset({"list", "name", "given", "mention", "count", "report", "record", "assign"})
_DECIDING = frozenset({"regulatory_body_decision", "under_review", "expect", "application"})
_DECIDED = frozenset({"approve", "choice", "regulatory_body_decision"})
_TREND = "trend"
_SPECIMENS = frozenset({"blood", "plasma", "ctdna", "detect"})


def told_where_nothing_is_denied(
    sentence: Reading, denial: Mention, source: Reading, sources: Sequence[Reading], light: frozenset[str]
) -> bool:
    """Whether each stretch of a sentence that has words of a printed denial tells figures, or a list, printed elsewhere."""
    refused = content(source, source.segments[denial.first], light)
    outside = _outside(denial, source, sources, light) | _described(source, denial)
    about = {number: content(sentence, number, light) for number in sorted(set(sentence.segments))}
    about = {number: said for number, said in about.items() if said & refused}
    if _treatment_denied(sentence, denial, source, sources):
        return False
    return bool(about) and all(
        said & refused <= outside
        and (_figures_outside(sentence, number, denial, source, sources) or _listed_outside(said, refused, sources, light))
        for number, said in about.items()
    )


def _pieces(reading: Reading) -> tuple[int, ...]:
    """The stretches of a text between semicolons and stops: what is said after "but" goes with what is before it."""
    number, found = 0, list[int]()
    for token in reading.tokens:
        number += token.stem in {";", "."}
        found.append(number)
    return tuple(found)


def _denying(reading: Reading) -> set[int]:
    """The pieces that deny anything."""
    pieces = _pieces(reading)
    found = [m for m in reading.of_kind("finding") if m.concept in NEGATIVE_FINDINGS]
    return {pieces[m.first] for m in (*found, *reading.of_kind("negator"))}


def _outside(denial: Mention, source: Reading, sources: Sequence[Reading], light: frozenset[str]) -> set[str]:
    """All items of the statements outside the piece of a denial."""
    pieces = _pieces(source)
    own = {item for index, item in items(source, light) if pieces[index] != pieces[denial.first]}
    return own.union(*({item for _, item in items(other, light)} for other in sources if other is not source))


def _described(source: Reading, denial: Mention) -> frozenset[str]:
    """An alteration that is denied in one piece and counted in the others, with the word before it ("circulating")."""
    near = [m for m in source.of_kind("condition") if m.dimension == "biomarker" and denial.last <= m.first <= denial.last + 2]
    return (
        (_SPECIMENS if near else frozenset())
        | {m.concept for m in near}
        | {source.tokens[m.first - 1].stem for m in near if m.first > denial.last}
    )


def _treatment_denied(sentence: Reading, denial: Mention, source: Reading, sources: Sequence[Reading]) -> bool:
    """Whether the sentence has a combination that the statements name only where they deny it."""
    pieces = _pieces(source)
    refused = {arm.concepts for arm in source.arms if pieces[arm.first] == pieces[denial.first] and len(arm.concepts) > 1}
    free = {arm.concepts for other in sources if other is not source for arm in other.arms}
    free |= {arm.concepts for arm in source.arms if pieces[arm.first] != pieces[denial.first]}
    return bool({arm.concepts for arm in sentence.arms} & (refused - free))


def _figures_outside(sentence: Reading, number: int, denial: Mention, source: Reading, sources: Sequence[Reading]) -> bool:
    """Whether a stretch has results, all of them printed in pieces that deny nothing."""
    told = {(q.kind, q.value) for q in sentence.quantities if sentence.segments[q.first] == number and q.kind in _RESULTS}
    free, refused = set[tuple[str, float]](), set[tuple[str, float]]()
    for other in sources:
        pieces, denying = _pieces(other), _denying(other)
        denying |= {pieces[denial.first]} if other is source else set()
        for q in other.quantities:
            (refused if pieces[q.first] in denying else free).add((q.kind, q.value))
    return bool(told) and told <= free - refused


def _listed_outside(said: set[str], refused: set[str], sources: Sequence[Reading], light: frozenset[str]) -> bool:
    """Whether nearly all of a stretch stands in one printed stretch that denies nothing, some of it only there."""
    return any(
        len(said & found) >= _WHOLE * len(said) and len((said & found) - refused) > _OWN
        for other in sources
        for pieces in (_pieces(other),)
        for number in set(pieces) - _denying(other)
        for found in ({item for index, item in items(other, light) if pieces[index] == number},)
    )


def follows_as_denial(sentence: Reading, negator: Mention, sources: Sequence[Reading], light: frozenset[str]) -> bool:
    """Whether a denial follows from the statements in other words."""
    return any(
        _only_others(sentence, negator, source, light)
        or _takes_more(sentence, negator, source, light)
        or _same_telling(sentence, negator, source)
        for source in sources
    )


def _only_others(sentence: Reading, negator: Mention, source: Reading, light: frozenset[str]) -> bool:
    """Whether "A alone, not B" is said of what a statement says only of A."""
    placed = _PLACING & {t.stem for t in sentence.tokens[negator.last : negator.last + 1]}
    if not placed and not any(m.first == negator.last for m in sentence.of_kind(*_NAMES)):
        return False
    number = sentence.segments[negator.first]
    names = [m for m in sentence.of_kind(*_NAMES) if sentence.segments[m.first] == number]
    others = {m.concept for m in names if negator.last <= m.first < negator.last + _NAME_REACH}
    before = {item for index, item in items(sentence, light, 0, negator.first) if sentence.segments[index] == number}
    for only in (m for m in source.of_kind("quantifier") if m.concept == "q_only"):
        first = max((i + 1 for i in range(only.first) if source.tokens[i].stem in _STOPS), default=0)
        last = next((i for i in range(only.last, len(source.tokens)) if source.tokens[i].stem in _STOPS), len(source.tokens))
        found = {item for _, item in items(source, light, first, last)}
        holders = {m.concept for m in source.of_kind(*_NAMES) if first <= m.first < last}
        if others and holders & before and not others & found and len(before & found) > _SHARED:
            return True
    return False


def _takes_more(sentence: Reading, negator: Mention, source: Reading, light: frozenset[str]) -> bool:
    """Whether what is "not enough" or "does not amount to" a thing is what a statement says is "not merely" it."""
    after = {token.stem for token in sentence.tokens[negator.last : negator.last + _SHORT_REACH]}
    if not after & _SHORT_OF:
        return False
    said = content(sentence, sentence.segments[negator.first], light)
    places, pieces = {m.first for m in source.mentions if m.concept == "presence"}, _pieces(source)
    return any(
        places & set(range(m.last, m.last + _SHORT_REACH))
        and len(said & {item for i, item in items(source, light) if pieces[i] == pieces[m.first]}) >= _SHARED
        for m in source.of_kind("negator")
    )


def _same_telling(sentence: Reading, negator: Mention, source: Reading) -> bool:
    """Whether both say "not listed" or the like, of the same names."""
    told = _TELLING & {token.stem for token in sentence.tokens[negator.last : negator.last + 1]}
    for other in source.of_kind("negator") if told else ():
        same = told & {token.stem for token in source.tokens[other.last : other.last + 1]}
        if same and _named(sentence, negator) == _named(source, other) != frozenset():
            return True
    return False


def _named(reading: Reading, mention: Mention) -> frozenset[str]:
    """The treatments and trials of the clause of a mention, between stops."""
    parts = {";", ".", ":"}
    first = max((i + 1 for i in range(mention.first) if reading.tokens[i].stem in parts), default=0)
    last = next((i for i in range(mention.last, len(reading.tokens)) if reading.tokens[i].stem in parts), len(reading.tokens))
    return frozenset(m.concept for m in reading.of_kind("drug", "class", "trial") if first <= m.first < last)


def leaves_undecided(sentence: Reading, finding: Mention, sources: Sequence[Reading]) -> bool:
    """Whether "unclear" is said of what figures do not show, of a decision still to come, or of a trend."""
    number = sentence.segments[finding.first]
    if finding.concept != "unknown":
        return False
    asked = any(t.stem == "whether" for i, t in enumerate(sentence.tokens) if sentence.segments[i] == number)
    figures = [f for f in sentence.figures if f.quantity.kind in {"ratio", "ci"}]
    shown = [printed_significance(found, source) for figure in figures for found, source in supporting(figure, sources)]
    if asked and shown:
        return set(shown) == {False}
    return (asked and _decision_due(sentence, number, sources)) or _only_trend(sentence, number, sources)


def _decision_due(sentence: Reading, number: int, sources: Sequence[Reading]) -> bool:
    """Whether it is asked what will be decided on a drug, and a statement about it has a date for that or a review."""
    drugs = {m.concept for m in sentence.of_kind("drug")}
    decided = any(m.concept in _DECIDED and sentence.segments[m.first] == number for m in sentence.mentions)
    return bool(decided and drugs) and any(source.has(*_DECIDING) and source.has(*drugs) for source in sources)


def _only_trend(sentence: Reading, number: int, sources: Sequence[Reading]) -> bool:
    """Whether statements have no more than a trend in the measure that is left open."""
    measures = {m.concept for m in sentence.of_kind("measure") if sentence.segments[m.first] == number}
    for source in sources:
        places = [i for i, token in enumerate(source.tokens) if token.stem == _TREND]
        for place in places:
            first = max((i + 1 for i in range(place) if source.tokens[i].stem in _STOPS), default=0)
            if measures & {m.concept for m in source.of_kind("measure") if first <= m.first < place}:
                return True
    return False


def met_by_named_trials(sentence: Reading, clause: range, sources: Sequence[Reading]) -> bool:
    """Whether a clause says that trials met their endpoint, and each statement about them says so and not the contrary."""
    met = any(m.concept == "endpoint_met" and m.first in clause for m in sentence.of_kind("finding"))
    trials = {m.concept for m in sentence.of_kind("trial") if m.first in clause}
    about = [[s for s in sources if s.has(trial)] for trial in sorted(trials)]
    plainly = met and bool(about) and all(found and all(_met_plainly(source) for source in found) for found in about)
    return plainly and _drugs_at_home(sentence, sources)


def _drugs_at_home(sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether each drug stands with trials whose statements all name it."""
    for number in sorted(set(sentence.segments)):
        drugs = {m.concept for m in sentence.of_kind("drug") if sentence.segments[m.first] == number}
        trials = {m.concept for m in sentence.of_kind("trial") if sentence.segments[m.first] == number}
        if not all(drugs <= source.concepts() for source in sources if trials and source.has(*trials)):
            return False
    return True


def _met_plainly(source: Reading) -> bool:
    """Whether a statement says that an endpoint was met, and nothing to the contrary."""
    met = [m.first for m in source.of_kind("finding") if m.concept == "endpoint_met"]
    denied = any(0 < place - m.first <= _SHARED for m in source.of_kind("negator") for place in met)
    return bool(met) and not denied and not source.has("endpoint_not_met")
