"""What is said of all patients: true where a statement tells it of those whom its trial enrolled, before any result.

"All had progressed on A", "all of them with an X mutation" and "each participant had had B" only repeat "in patients with X after
A"; a mark that a share of the patients has is never one of all.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.grounding.enrolment import had_by_all
from assistant.grounding.populations import trial_wide
from assistant.grounding.types import Mention, Reading

WHOLE = "overall_population"
_OF_ALL = frozenset({WHOLE, "q_all"})
_TOLD = frozenset({"biomarker", "prior", "stage", "receptor", ""})
_STOPS = frozenset({",", ";", ".", "(", ")", ":"})
_SHARES, _SHARE_REACH = frozenset({"percent", "count"}), 4
_HAPPENED = frozenset({"randomize", "progress", "progression", "prior", "combine", "immediately"})
_CONTENT = ("word", "organ", "measure", "drug", "class")


def true_of_all(mention: Mention, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether what follows "all" is told of everybody whom the trial of a statement enrolled."""
    if mention.concept not in _OF_ALL:
        return False
    if mention.concept == WHOLE and any(had_by_all(mention, sentence, source, trial_wide(source)) for source in sources):
        return True
    told, end = _told_of_all(mention, sentence)
    if not told:
        return False
    trials = {m.concept for m in sentence.of_kind("trial")}
    about = [source for source in sources if trials & {m.concept for m in source.of_kind("trial")}]
    content = {m.concept for m in sentence.of_kind(*_CONTENT) if mention.last <= m.first < end}
    return any(told <= _enrolled(source) and content <= _near_enrolled(source) for source in about)


def _told_of_all(mention: Mention, sentence: Reading) -> tuple[frozenset[str], int]:
    """The groups told behind "all" up to the next comma behind one of them, and where that is."""
    number = sentence.segments[mention.first]
    after = [m for m in sentence.of_kind("condition", "gene") if m.first >= mention.last and m.concept != WHOLE]
    after = [m for m in after if sentence.segments[m.first] == number]
    if not after or any(m.dimension not in _TOLD for m in after):
        return frozenset(), mention.last
    ends = [i for i in range(after[0].last, len(sentence.tokens)) if sentence.tokens[i].stem in _STOPS]
    end = ends[0] if ends else len(sentence.tokens)
    if any(mention.last <= q.first < end and q.kind in _SHARES for q in sentence.quantities):
        return frozenset(), end
    return frozenset(m.concept for m in after if m.first < end), end


def _opening(source: Reading) -> int:
    """Where the first result of a statement begins."""
    return min((m.first for m in source.of_kind("measure")), default=len(source.tokens))


def _enrolled(source: Reading) -> frozenset[str]:
    """The marks of those enrolled, beside which no share of the patients stands."""
    wide = trial_wide(source)
    opening = _opening(source)
    found = [
        m for m in source.of_kind("condition", "gene") if m.concept in wide or (m.dimension == "prior" and m.first < opening)
    ]
    return frozenset(m.concept for m in found if not _shared(m, source))


def _near_enrolled(source: Reading) -> frozenset[str]:
    """What stands in the sentence that says who was enrolled."""
    stop = next((i for i, token in enumerate(source.tokens) if token.stem in {".", ";"}), len(source.tokens))
    return (
        frozenset(m.concept for m in source.mentions if m.first < max(stop, _opening(source))) | source.concepts() & _HAPPENED
    )


def _shared(mention: Mention, source: Reading) -> bool:
    shares = [q for q in source.quantities if q.kind == "percent"]
    near = [q for q in shares if 0 <= q.first - mention.last <= _SHARE_REACH or 0 <= mention.first - q.last <= _SHARE_REACH]
    return bool(near)
