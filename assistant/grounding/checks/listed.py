"""Lists that give each name its own: "A for X or Y, B for Z", "targeted drugs (P, Q) and others (R, S)".

A name that a statement gives one list may not have what it gives another name only. It judges no name without a list.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.support.evidence import items
from assistant.grounding.types import Mention, Reading, Reason, ReasonCode

_LINKS = frozenset({"for", "in", "against", "with"})
_STOPS = frozenset({";", "."})
_GENE_KINDS = ("condition", "gene")
_CLASSED = "as among includ belong class classifi count group list put under type form kind fall exampl such like sort are is"
_CLASSING = frozenset(_CLASSED.split(" "))
_FEWEST = 2
_BOTH = frozenset({"each", "both"})
_WITH = frozenset({"with", "plus", "alongsid"})
_PARTNER_REACH = 4
Entry = tuple[frozenset[str], frozenset[str]]


def check_listed(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a treatment told for a biomarker that the lists give another treatment only, and for a member of one
    bracketed list told as a member of another.
    """
    yield from _biomarkers(sentence, sources)
    yield from _bracketed(sentence, sources)
    yield from _announced(sentence, sources, lexicon.language.light)
    yield from _partners(sentence, sources)


def _biomarkers(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    printed = [entry for source in sources for entry in _entries(source)]
    if not printed:
        return
    for arm, genes in {*_entries(sentence), *_single(sentence)}:
        own = frozenset().union(*(found for other, found in printed if other == arm))
        linked = frozenset().union(*(found for source in sources for other, found in _single(source) if other == arm))
        elsewhere = frozenset().union(*(found for other, found in printed if not other & arm or other - arm))
        moved = sorted((genes - own - linked) & elsewhere)
        if own and moved:
            name = moved[0].replace("_", " ")
            yield Reason(ReasonCode.RELATION, name, f"the cited statements give {name} to another treatment of the list")


def _entries(reading: Reading) -> Iterator[Entry]:
    """(treatment, genes) where a treatment is followed by the genes it is given for, up to the next treatment."""
    arms = [arm for arm in reading.arms if not arm.prior]
    for place, arm in enumerate(arms):
        limit = arms[place + 1].first if place + 1 < len(arms) else len(reading.tokens)
        stop = next((i for i in range(arm.last, limit) if reading.tokens[i].stem in _STOPS), limit)
        figure = next((q.first for q in reading.quantities if arm.last <= q.first < stop), stop)
        genes = [m for m in _genes(reading) if arm.last <= m.first < figure]
        if genes and _LINKS & {token.stem for token in reading.tokens[arm.last : genes[0].first]}:
            yield arm.concepts, frozenset(_gene(m) for m in genes)


def _single(reading: Reading) -> Iterator[Entry]:
    """(treatment, genes) of stretches that name one treatment, no figure and nothing that denies."""
    for number in sorted(set(reading.segments)):
        arms = {arm.concepts for arm in reading.arms if not arm.prior and reading.segments[arm.first] == number}
        genes = frozenset(_gene(m) for m in _genes(reading) if reading.segments[m.first] == number)
        counted = any(reading.segments[q.first] == number for q in reading.quantities if q.kind not in {"date", "phase"})
        denies = any(reading.segments[m.first] == number for m in reading.of_kind("negator", "finding"))
        if len(arms) == 1 and genes and not counted and not denies:
            yield next(iter(arms)), genes


def _genes(reading: Reading) -> list[Mention]:
    return [m for m in reading.of_kind(*_GENE_KINDS) if m.kind == "gene" or (m.dimension == "biomarker" and ":" in m.concept)]


def _gene(mention: Mention) -> str:
    return mention.concept.partition(":")[0]


def _bracketed(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    names = {m.concept for m in sentence.of_kind("drug", "class")}
    if not _CLASSING & {token.stem for token in sentence.tokens} or sentence.of_kind("negator"):
        return
    for source in sources:
        lists = dict(_brackets(source))
        told = [head for head in lists if head in names]
        for head, members in lists.items():
            own = sorted(members & names - frozenset().union(*(lists[other] for other in told)))
            if len(lists) > 1 and told and head not in names and own:
                name = own[0].replace("_", " ")
                yield Reason(ReasonCode.RELATION, name, f"{name} is listed under {head.replace('_', ' ')}")


def _brackets(source: Reading) -> Iterator[tuple[str, frozenset[str]]]:
    """(head, members) of classes with a bracket of two or more names and no figure right behind them."""
    for head in source.of_kind("class"):
        size, depth = len(source.tokens), source.depths[head.first]
        if head.last >= size or source.tokens[head.last].text != "(":
            continue
        close = next((i for i in range(head.last + 1, size) if source.depths[i] <= depth), size)
        members = frozenset(m.concept for m in source.of_kind("drug", "class") if head.last < m.first < close)
        counted = any(head.last < q.first < close for q in source.quantities)
        if len(members - {head.concept}) > 1 and not counted:
            yield head.concept, members


def _announced(sentence: Reading, sources: Sequence[Reading], light: frozenset[str]) -> Iterator[Reason]:
    """A member of the list behind one statement's colon told of the name another statement lists its own members for."""
    lists = [found for source in sources for found in _colons(source, light)]
    said = {item for _, item in items(sentence, light)}
    if len(lists) < _FEWEST or sentence.of_kind("negator"):
        return
    for head, members in lists:
        own = frozenset().union(*(other for name, other in lists if name & said))
        moved = sorted(members & said - own)
        if own and moved and not head & said and not said & own - members:
            name = moved[0].replace("_", " ")
            yield Reason(ReasonCode.RELATION, name, f"{name} is listed for {', '.join(sorted(head))}")


def _colons(source: Reading, light: frozenset[str]) -> Iterator[Entry]:
    """(classes before a colon, what is listed behind it) of statements with one class there."""
    place = next((index for index, token in enumerate(source.tokens) if token.stem == ":"), 0)
    head = frozenset(m.concept for m in source.of_kind("class") if m.first < place)
    before = {item for _, item in items(source, light, 0, place)}
    members = frozenset(item for _, item in items(source, light, place)) - before
    listed = any(token.stem == "," for token in source.tokens[place:])
    if len(head) == 1 and len(members) >= _FEWEST and listed:
        yield head, members - head


def _partners(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    """What both sides of a comparison are given with ("A versus B, each with C"), exchanged with one of the sides."""
    printed = [found for source in sources for found in [frozenset(_each_with(source))] if found]
    for name in _each_with(sentence):
        if printed and not any(name in found for found in printed):
            words = name.replace("_", " ")
            yield Reason(ReasonCode.RELATION, words, f"the cited statement does not give both sides with {words}")


def _each_with(reading: Reading) -> Iterator[str]:
    for index, token in enumerate(reading.tokens[:-1]):
        if token.stem in _BOTH and reading.tokens[index + 1].stem in _WITH:
            yield from (m.concept for m in reading.of_kind("drug", "class") if 0 < m.first - index <= _PARTNER_REACH)
