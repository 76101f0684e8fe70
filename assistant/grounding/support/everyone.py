"""What is said of all patients: true where a statement tells it of those whom its trial enrolled, before any result.

"All had progressed on A", "all of them with an X mutation" and "every one of whom had had B" only repeat "in patients with X
after A". A mark that a share of the patients has is never one of all, and a statement that counts parts of them tells none.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.grounding.support.enrolment import had_by_all, is_shared
from assistant.grounding.support.populations import descriptions, trial_wide
from assistant.grounding.types import Mention, Reading

WHOLE = "overall_population"
_OF_ALL = frozenset({WHOLE, "q_all"})
_TOLD = ("condition", "gene", "word", "organ", "drug", "class")
_MANY = 20
_TREATMENTS = frozenset({"drug", "class"})
_STOPS = frozenset({",", ";", ".", "(", ")", ":"})
_SHARES, _BESIDE = frozenset({"percent", "count"}), 1
_HAPPENED = frozenset({"progress", "progression", "prior", "combine", "immediately"})


def true_of_all(mention: Mention, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether what follows "all" is told of everybody whom the trial of a statement enrolled."""
    if mention.concept not in _OF_ALL:
        return False
    if mention.concept == WHOLE and any(had_by_all(mention, sentence, source, trial_wide(source)) for source in sources):
        return True
    told = _told_of_all(mention, sentence)
    trials = {m.concept for m in sentence.of_kind("trial")}
    about = [source for source in sources if trials & {m.concept for m in source.of_kind("trial")} and not _parted(source)]
    return bool(told) and any(told <= _enrolled(source) | _HAPPENED and told & _enrolled(source) for source in about)


def only_of_some(mention: Mention, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether what follows "all" has every statement that tells it print a share of the patients for it."""
    told = {concept for concept in _told_of_all(mention, sentence) if ":" in concept}
    homes = [is_shared(m, source) for source in sources for m in source.of_kind("condition") if m.concept in told]
    return bool(homes) and all(homes)


def _told_of_all(mention: Mention, sentence: Reading) -> frozenset[str]:
    """What is said behind "all", up to the next comma; nothing where a share or a result is."""
    after = [m for m in sentence.of_kind(*_TOLD) if m.first >= mention.last and m.concept not in _OF_ALL]
    begin = after[0].last if after else mention.last
    ends = [i for i in range(begin, len(sentence.tokens)) if sentence.tokens[i].stem in _STOPS]
    end = ends[0] if ends else len(sentence.tokens)
    counted = [q for q in sentence.quantities if mention.last + _BESIDE <= q.first < end and q.kind in _SHARES]
    measured = any(mention.last <= m.first < end for m in sentence.of_kind("measure", "up", "down", "negator"))
    if counted or measured:
        return frozenset()
    trials = {i for m in sentence.of_kind("trial") for i in range(m.first, m.last)}
    # Earlier treatment is a condition as well.
    earlier = {i for arm in sentence.arms if arm.prior for i in range(arm.first, arm.last)}
    named = [m for m in after if m.kind not in _TREATMENTS or m.first not in earlier]
    return frozenset(m.concept for m in named if m.first < end and m.first not in trials)


def _enrolled(source: Reading) -> frozenset[str]:
    """What a statement tells of those enrolled, beside which no share of the patients stands."""
    spans = descriptions(source)
    opening = min((m.first for m in source.of_kind("measure")), default=len(source.tokens))
    found = [
        m
        for m in source.of_kind(*_TOLD)
        if any(first <= m.first < last for first, last in spans) or (m.dimension == "prior" and m.first < opening)
    ]
    return frozenset(m.concept for m in found if not is_shared(m, source))


def _parted(source: Reading) -> bool:
    """Whether a statement counts more than all who were enrolled: parts of them."""
    return len({q.value for q in source.quantities if q.kind == "count" and q.value >= _MANY}) > 1
