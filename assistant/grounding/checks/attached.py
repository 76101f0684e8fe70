"""What is attached to one thing may not be told of its rival: the primary endpoint, the sort of chemotherapy, food and fasting,
some patients of all or none, a wish of a finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.types import Reading, Reason, ReasonCode

_MEASURES = frozenset({"pfs", "os", "pfs2", "orr", "ttp", "dor", "cbr", "time_to_response"})
_ENDPOINT, _REACH = ("primari", "endpoint"), 5
_CHEMO = "chemotherapi"
_SINGLE, _COMBINED = ("singl", "agent"), "combin"
_FASTING, _FED = frozenset({"empti"}), frozenset({"meal", "food", "breakfast", "dinner", "lunch"})
_WITH, _NO_FOOD = frozenset({"with", "during"}), frozenset({"without", "before", "after", "empti", "hour", "or"})
_SOME = "some"
_PARTS = frozenset({"some", "sever", "certain", "few", "part", "subset", "most", "mani", "not"})
_PEOPLE = frozenset({"patient", "peopl", "women", "tumor", "person", "case"})
_WHOLE, _NONE = frozenset({"everi", "all", "each"}), frozenset({"none", "no"})
_SUGGESTING = ("suggest", "indic", "hint", "impli", "point", "appear", "seem")
_WILL = "will"
_ASKED = frozenset({"whether", "when", "how", "what", "if"})
_NEAR = 4


def check_attached(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for what is printed of a rival of the thing it is told of."""
    del lexicon
    yield from _primary(sentence, sources)
    yield from _chemotherapy(sentence, sources)
    yield from _meals(sentence, sources)
    yield from _some(sentence, sources)
    yield from _promised(sentence, sources)


def _primary(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    """The primary endpoint of the statements is their primary endpoint."""
    printed = frozenset().union(*(_endpoints(source) for source in sources))
    told = _endpoints(sentence)
    if printed and told and not told & printed:
        words = " ".join(sorted(told))
        yield Reason(ReasonCode.RELATION, words, "the cited statements print another primary endpoint")


def _endpoints(reading: Reading) -> frozenset[str]:
    """The measure named right beside "primary endpoint": behind it, else right before it."""
    stems = [token.stem for token in reading.tokens]
    measures = [m for m in reading.of_kind("measure") if m.concept in _MEASURES]
    found: set[str] = set()
    for place in range(len(stems) - 1):
        if (stems[place], stems[place + 1]) == _ENDPOINT:
            end = next((i for i in range(place + 2, len(stems)) if stems[i] in {".", ";", "and"}), len(stems))
            behind = [m.concept for m in measures if place + 2 <= m.first < min(end, place + 2 + _REACH)]
            found |= set(behind[:1])
    return frozenset(found)


def _chemotherapy(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    """A single agent is no combination, and the other way round."""
    printed = frozenset().union(*(_sorts(source) for source in sources))
    for sort in sorted(_sorts(sentence) - printed):
        if printed:
            yield Reason(ReasonCode.RELATION, sort, f"the cited statements print another sort of chemotherapy than “{sort}”")


def _sorts(reading: Reading) -> frozenset[str]:
    stems = [token.stem for token in reading.tokens]
    found = set()
    for place, stem in enumerate(stems):
        if stem == _CHEMO and place:
            found |= {"single-agent"} if tuple(stems[max(0, place - 2) : place]) == _SINGLE else set()
            found |= {"combination"} if stems[place - 1] == _COMBINED else set()
    return frozenset(found)


def _meals(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    """What is taken on an empty stomach is not taken with a meal, and the other way round."""
    stems = [token.stem for token in sentence.tokens]
    fasting = any(token.stem in _FASTING for source in sources for token in source.tokens)
    fed = any(_fed([token.stem for token in source.tokens]) for source in sources)
    if (_fed(stems) and fasting and not fed) or (_FASTING & set(stems) and fed and not fasting):
        yield Reason(ReasonCode.RELATION, "food", "the cited statements print the opposite of food and empty stomach")


def _fed(stems: Sequence[str]) -> bool:
    """Whether something is taken with a meal; "with or without food" and "hours after food" are no such thing."""
    for place, stem in enumerate(stems):
        before = set(stems[max(0, place - _NEAR) : place])
        either = "without" in stems[place : place + _NEAR]
        if stem in _FED and before & _WITH and not before & _NO_FOOD and not either:
            return True
    return False


def _some(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    """Some patients are neither every patient nor none."""
    stems = [token.stem for token in sentence.tokens]
    printed = {token.stem for source in sources for token in source.tokens}
    if printed & _PARTS or (
        any(q.kind == "percent" for source in sources for q in source.quantities if 0 < q.value < 100) and not (_NONE & printed)
    ):
        return
    for place, stem in enumerate(stems):
        after = set(stems[place + 1 : place + 1 + _NEAR + 2])
        if stem == _SOME and after & _PEOPLE and any(_of_everyone(source) for source in sources):
            yield Reason(ReasonCode.QUANTIFIER, stem, "the cited statements say this of all or of none")


def _of_everyone(source: Reading) -> bool:
    stems = [token.stem for token in source.tokens]
    return any(
        (stem in _WHOLE | _NONE and set(stems[place + 1 : place + 3]) & _PEOPLE)
        or (stem == "none" and stems[place + 1 : place + 2] == ["of"])
        for place, stem in enumerate(stems)
    )


def _promised(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    """What a result suggests may be so; that it will be so needs a statement."""
    stems = [token.stem for token in sentence.tokens]
    if any(token.stem == _WILL for source in sources for token in source.tokens) or _ASKED & set(stems):
        return
    for place, stem in enumerate(stems):
        if stem == _WILL and any(other.startswith(_SUGGESTING) for other in stems[:place]):
            yield Reason(ReasonCode.MODALITY, stem, "no cited statement says that this will be so")
