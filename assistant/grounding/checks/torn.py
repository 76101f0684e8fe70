"""What must stay together: the two sides of one result, a number and what it counts on top, a limit and what it limits.

The two figures of a comparison come from one statement. "One further line" is a number like any other. What a statement says
"only where" something holds is not said without it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.reading.quantities import agrees
from assistant.grounding.support.evidence import items
from assistant.grounding.types import Figure, Reading, Reason, ReasonCode

_RESULTS = frozenset({"months", "percent"})
_ONE = "one"
_FURTHER = frozenset({"further", "addit", "more", "prior", "previou", "earlier"})
_SINGLE = frozenset({"one", "1", "singl", "first", "second", "anoth", "a", "an"})
_LIMITS = frozenset({"where", "if", "when", "in", "after", "for", "with"})
_MOST = 0.7
_FEWEST = 2


def check_torn(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for sides of two results put together, for a "one further" and for a limit left out."""
    yield from _torn_pairs(sentence, sources)
    yield from _one_further(sentence, sources)
    yield from _limits_lost(sentence, sources, lexicon.language.light)


def _torn_pairs(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    """Two figures of two treatments in one stretch, of which each is printed beside another one for the other treatment."""
    results = [f for f in sentence.figures if f.quantity.kind in _RESULTS and f.arm]
    for one in results:
        for other in results:
            number = sentence.segments[one.quantity.first]
            beside = one.quantity.first < other.quantity.first and sentence.segments[other.quantity.first] == number
            if (
                beside
                and one.quantity.kind == other.quantity.kind
                and one.arm != other.arm
                and _apart(one, other, sentence, sources)
            ):
                words = sentence.phrase(other.quantity.first, other.quantity.last)
                yield Reason(ReasonCode.NUMBER_ROLE, words, f"{words} is printed beside another figure than this one")


def _apart(one: Figure, other: Figure, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether no statement prints both figures, and each has a partner of its own that the sentence leaves out."""
    homes = [[f for s in sources for f in s.figures if agrees(figure.quantity, f.quantity)] for figure in (one, other)]
    if not all(homes) or any(_prints(source, one) and _prints(source, other) for source in sources):
        return False
    return _partnered(one, other, sentence, sources) and _partnered(other, one, sentence, sources)


def _prints(source: Reading, figure: Figure) -> bool:
    return any(agrees(figure.quantity, f.quantity) for f in source.figures)


def _partnered(figure: Figure, other: Figure, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether each statement that prints a figure prints one more of its measure for the other treatment, not stated here."""
    for source in (source for source in sources if _prints(source, figure)):
        own = [f for f in source.figures if agrees(figure.quantity, f.quantity)]
        partners = [
            f
            for f in source.figures
            if f.quantity.kind == figure.quantity.kind and f.arm == other.arm and any(f.measures == o.measures for o in own)
        ]
        if not partners or any(
            agrees(q, f.quantity) for f in partners for q in sentence.quantities if q.kind == f.quantity.kind
        ):
            return False
    return True


def _one_further(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    """ "one further therapy" where the statements count further ones and none of them counts one."""
    for token, following in zip(sentence.tokens, sentence.tokens[1:], strict=False):
        if token.stem != _ONE or following.stem not in _FURTHER:
            continue
        counted = [
            {t.stem for t in source.tokens} for source in sources if any(t.stem == following.stem for t in source.tokens)
        ]
        if counted and not any(_SINGLE & stems for stems in counted):
            words = f"{token.text} {following.text}"
            yield Reason(ReasonCode.NUMBER, words, f"no cited statement counts “{words}”")


def _limits_lost(sentence: Reading, sources: Sequence[Reading], light: frozenset[str]) -> Iterator[Reason]:
    """A statement's "only where ..." that the sentence, which says the rest, has nothing of."""
    said = {item for _, item in items(sentence, light)}
    if sentence.has("q_only") or sentence.of_kind("hedge"):
        return
    for source in sources:
        for only in (m for m in source.of_kind("quantifier") if m.concept == "q_only"):
            following = [token.stem for token in source.tokens[only.last : only.last + 1]]
            inside = [(i, item) for i, item in items(source, light) if source.segments[i] == source.segments[only.first]]
            before = {item for i, item in inside if i < only.first}
            after = {item for i, item in inside if i >= only.last}
            others = {item for other in sources if other is not source for _, item in items(other, light)}
            repeated = len(before) >= _FEWEST and len(before & said) >= _MOST * len(before) and not before <= others
            if following and following[0] in _LIMITS and repeated and after - before and not (after - before) & said:
                words = source.phrase(only.first, min(only.last + 4, len(source.tokens)))
                yield Reason(ReasonCode.POPULATION_DROPPED, words, f"the cited statement says this “{words}”")
