"""Which claim a denial belongs to: a clause denies what a cited clause denies, not what the clause beside it asserts.

Clauses of the sources are parted by whether they deny something. A clause of the sentence that has words of the asserting
clauses only may not deny, and one that has words of the denying clauses only may not assert. It judges no text without both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.support.alignment import denied_alike
from assistant.grounding.support.evidence import NEGATIVE_FINDINGS, intervals_of_ratios, items
from assistant.grounding.support.evidence import denied as find_denied
from assistant.grounding.support.reprieves import met_by_named_trials
from assistant.grounding.support.same_denials import told_otherwise
from assistant.grounding.types import Mention, Reading, Reason, ReasonCode

_NOT_REACHED = frozenset({"not_reached"})
_UNCOUNTED = frozenset({"phase", "grade"})
_FEW = 2
_APPROVE = "approve"
_ALPHA = 0.05
# Findings about a whole trial or document, whatever clause they stand in.
_WHOLE = frozenset({"endpoint_not_met", "immature", "unknown", "unreported"})
_CLAIMS = ("up", "down", "finding", "advice", "booster", "cause")
_LIMITS = frozenset({",", ";", ".", ":", "(", ")"})
_OF_THINGS, _JOINING = frozenset({"no", "without", "none"}), frozenset({"and", "but", "or"})
_LEFT_OUT = frozenset({"or", "if", "whether"})


def check_denied_clauses(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a clause that denies what the sources assert beside their denial, or the other way round."""
    light = lexicon.language.light
    denying: list[frozenset[str]] = []
    asserting: list[frozenset[str]] = []
    for source in sources:
        left_open = any(m.concept in _WHOLE for m in source.of_kind("finding"))
        for number in sorted(set(_clauses(source))):
            content, shown = _content(source, number, light), _shown(source, number)
            content |= _subject(source, number) if shown is False else frozenset()
            denies = bool(_denials(source, number))
            follows = bool(_denials(source, number + 1)) and not _names_anything(source, number + 1)
            if denies or follows or shown is False or (left_open and not shown):
                denying.append(content)
            if not denies and shown is not False:
                asserting.append(content)
            elif shown is not False:
                asserting.append(_beside_denial(source, number, light))
    if not denying or not asserting:
        return
    denied, asserted = frozenset().union(*denying), frozenset().union(*asserting)
    refused = {item for _, named in find_denied(sentence, light) for item in named}
    left_out = {item for source in sources for _, named in find_denied(source, light) for item in named}
    in_doubt = frozenset().union(*(_in_doubt(source, light) for source in sources))
    for number in sorted(set(_clauses(sentence))):
        stated = _content(sentence, number, light)
        found = _denials(sentence, number)
        own, other = (denied, asserted) if found else (asserted, denied)
        approved = stated & {m.concept for m in sentence.of_kind("drug")} & (asserted - denied)
        if approved and _APPROVE in refused & denied & asserted and _APPROVE in stated and found:
            name = ", ".join(sorted(approved)).replace("_", " ")
            yield Reason(ReasonCode.NEGATION, name, "no cited clause denies an approval of this drug")
            continue
        if not found and (
            _only_reports(sentence, number) or not (left_out & stated or _may_contradict(sentence, number, stated, in_doubt))
        ):
            continue
        if not found and met_by_named_trials(sentence, _span(sentence, number), sources):
            continue
        if found and all(told_otherwise(sentence, mention, sources, light) for mention in found):
            continue
        alike = bool(found) and denied_alike(sentence, found[0], "", sources, lexicon)
        if len(stated & (other - own)) >= _FEW and not stated & (own - other) and not alike:
            words = sentence.phrase(found[0].first, found[0].last) if found else ""
            message = "no cited clause denies this" if found else "the cited clause denies this"
            yield Reason(ReasonCode.NEGATION, words, message)


def _span(reading: Reading, number: int) -> range:
    """The tokens of one clause."""
    places = [index for index, clause in enumerate(_clauses(reading)) if clause == number]
    return range(places[0], places[-1] + 1)


def _in_doubt(source: Reading, light: frozenset[str]) -> frozenset[str]:
    """What negative findings are about: the items and measures around them, up to a comma."""
    found = set[str]()
    for finding in source.of_kind("finding"):
        if finding.concept in NEGATIVE_FINDINGS | _NOT_REACHED:
            first = max((i + 1 for i in range(finding.first) if source.tokens[i].stem in _LIMITS), default=0)
            last = next(
                (i for i in range(finding.last, len(source.tokens)) if source.tokens[i].stem in _LIMITS), len(source.tokens)
            )
            found |= {item for _, item in items(source, light, first, last)} | {finding.concept}
    return frozenset(found)


def _may_contradict(sentence: Reading, number: int, stated: frozenset[str], in_doubt: frozenset[str]) -> bool:
    """Whether a clause claims something, or tells of what a finding leaves open; what describes a trial or doubts does not."""
    clauses = _clauses(sentence)
    if any(clauses[m.first] == number for m in sentence.of_kind("hedge")):
        return False
    claims = [m for m in sentence.of_kind(*_CLAIMS) if clauses[m.first] == number]
    return bool(in_doubt) and (bool(claims) or bool(stated & in_doubt))


def _subject(reading: Reading, number: int) -> frozenset[str]:
    """The names a clause without any takes over from the text before it."""
    clauses = _clauses(reading)
    names = reading.of_kind("drug", "class", "trial")
    if any(clauses[m.first] == number for m in names):
        return frozenset()
    return frozenset(m.concept for m in names if clauses[m.first] < number)


def _beside_denial(reading: Reading, number: int, light: frozenset[str]) -> frozenset[str]:
    """What a clause says before a denial of a thing only ("limitations and no strategy", "an alteration but none")."""
    found = _denials(reading, number)
    if not found or any(reading.tokens[m.first].stem not in _OF_THINGS for m in found):
        return frozenset()
    first = min(m.first for m in found)
    if first == 0 or reading.tokens[first - 1].stem not in _JOINING:
        return frozenset()
    clauses = _clauses(reading)
    return frozenset(item for index, item in items(reading, light, 0, first) if clauses[index] == number)


def _names_anything(reading: Reading, number: int) -> bool:
    """Whether a clause says what it is about; "and no difference was shown" does not."""
    clauses = _clauses(reading)
    return any(clauses[m.first] == number for m in reading.of_kind("drug", "class", "trial", "measure", "condition"))


def _only_reports(sentence: Reading, number: int) -> bool:
    """Whether a clause gives plain figures, or one that the next clause denies ("..., but it was not significant")."""
    clauses = _clauses(sentence)
    claims = any(clauses[m.first] == number for m in sentence.of_kind("up", "down", "finding"))
    figures = any(clauses[q.first] == number for q in sentence.quantities if q.kind not in _UNCOUNTED)
    return (figures and not claims) or bool(_denials(sentence, number + 1))


def _denials(reading: Reading, number: int) -> list[Mention]:
    """What denies or leaves open in one clause; an alternative ("with or without") does not."""
    clauses = _clauses(reading)
    found = [m for m in reading.of_kind("negator") if not m.first or reading.tokens[m.first - 1].stem not in _LEFT_OUT]
    found += [m for m in reading.of_kind("finding") if m.concept in NEGATIVE_FINDINGS | _NOT_REACHED]
    return [m for m in found if clauses[m.first] == number]


def _shown(reading: Reading, number: int) -> bool | None:
    """Whether an interval or p value of the clause shows a difference; None where none is printed."""
    clauses, found, of_ratios = _clauses(reading), list[bool](), intervals_of_ratios(reading)
    for quantity in reading.quantities:
        if clauses[quantity.first] != number:
            continue
        if quantity.first in of_ratios and quantity.upper is not None:
            found.append(not quantity.value <= 1.0 <= quantity.upper)
        elif quantity.kind == "p":
            found.append(quantity.value < _ALPHA)
    return all(found) if found else None


def _content(reading: Reading, number: int, light: frozenset[str]) -> frozenset[str]:
    """Items and figures of one clause."""
    clauses = _clauses(reading)
    found = {item for index, item in items(reading, light) if clauses[index] == number}
    figures = {f"{q.kind}:{q.value:g}" for q in reading.quantities if clauses[q.first] == number and q.kind not in _UNCOUNTED}
    return frozenset(found | figures)


def _clauses(reading: Reading) -> tuple[int, ...]:
    """The stretches of a text, a stop inside parentheses aside."""
    depth, number, before, result = 0, 0, 0, list[int]()
    for token, segment in zip(reading.tokens, reading.segments, strict=True):
        if segment != before and depth == 0:
            number += 1
        before = segment
        depth = max(0, depth + (token.text == "(") - (token.text == ")"))
        result.append(number)
    return tuple(result)
