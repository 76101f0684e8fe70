"""What belongs to a class: "X is a Y" must be said in a cited statement or in the glossary, and may not be denied in one.

It knows the classes of drugs from the glossary and judges only names that stand in one stretch with a class.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.types import Mention, Reading, Reason, ReasonCode

Pair = tuple[str, str]
_COPULAS = frozenset({"is", "are", "was", "were", "belong", "count", "classifi", "consid"})
_REACH = 4
_DENIED_REACH = 3


def check_classes(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for "X is a Y" where no source has the two in one stretch, or one says that X is none."""
    denied = {pair for source in sources for pair in _denied_pairs(source)}
    printed = [
        {m.concept for m in source.of_kind("drug", "class") if source.segments[m.first] == number}
        for source in sources
        for number in set(source.segments)
    ]
    for subject, named in _memberships(sentence):
        pair = (subject.concept, named.concept)
        known = named.concept in lexicon.language.classes_of.get(subject.concept, frozenset())
        if pair not in denied and not known and not any(set(pair) <= names for names in printed):
            yield _reason(sentence, subject, named, "no cited statement says")
    refused = set(_denied_pairs(sentence))
    for subject in sentence.of_kind("drug"):
        for named in sentence.of_kind("class"):
            pair = (subject.concept, named.concept)
            together = sentence.segments[subject.first] == sentence.segments[named.first]
            if together and pair in denied - refused:
                yield _reason(
                    sentence, min(subject, named, key=_place), max(subject, named, key=_place), "a cited statement denies"
                )


def _place(mention: Mention) -> int:
    return mention.first


def _reason(sentence: Reading, first: Mention, last: Mention, told: str) -> Reason:
    words = sentence.phrase(first.first, last.last)
    return Reason(ReasonCode.RELATION, words, f"{told} “{words}”")


def _memberships(sentence: Reading) -> Iterator[tuple[Mention, Mention]]:
    """(name, class) of "X is a Y"."""
    names = sentence.of_kind("drug", "class")
    for named in sentence.of_kind("class"):
        before = [token.stem for token in sentence.tokens[max(0, named.first - _REACH) : named.first]]
        if not _COPULAS & set(before):
            continue
        subjects = [m for m in names if m.last <= named.first and sentence.segments[m.first] == sentence.segments[named.first]]
        for subject in subjects[-1:]:
            gap = [token.stem for token in sentence.tokens[subject.last : named.first]]
            if len(gap) <= _REACH and _COPULAS & set(gap[:2]):
                yield subject, named


def _denied_pairs(reading: Reading) -> Iterator[Pair]:
    """(drug, class) of "X ... is not a Y" in a text about one drug."""
    drugs = {m.concept for m in reading.of_kind("drug")}
    negators = reading.of_kind("negator")
    for named in reading.of_kind("class") if len(drugs) == 1 else ():
        if any(
            0 <= named.first - m.last <= _DENIED_REACH and m.first and reading.tokens[m.first - 1].stem in _COPULAS
            for m in negators
        ):
            yield next(iter(drugs)), named.concept
