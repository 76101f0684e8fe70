"""Which stretch of the statements a stretch of a sentence is about, and whether that one denies.

A denial may be worded in many ways ("does not tell", "cannot be ranked", "has no"); it is the printed one where the stretch it
stands in is, by and large, a printed stretch that denies, and what it denies first is not asserted there. It compares items
only and reads no meaning into them.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.support.evidence import NEGATIVE_FINDINGS, items
from assistant.grounding.types import Mention, Reading

_MOST = 0.6
_FEWEST = 2
_VERBS = frozenset({"is", "are", "was", "were", "had", "has", "have"})
_RESULTS = frozenset({"months", "percent", "ratio", "mg", "count"})
_NOT_REACHED = frozenset({"not_reached"})
_ALTERNATIVE = frozenset({"or", "and"})


def denied_alike(sentence: Reading, denial: Mention, first_denied: str, sources: Sequence[Reading], lexicon: Lexicon) -> bool:
    """Whether the stretch of a denial is about a printed stretch that denies, and about no asserting one as much."""
    light = lexicon.language.light
    number = sentence.segments[denial.first]
    said = {item for index, item in items(sentence, light) if sentence.segments[index] == number}
    if len(said) < _FEWEST or ":" in first_denied or _prints_result(sentence, number):
        return False
    denying, asserting, stated = [0.0], [0.0], set[str]()
    for source in sources:
        names = {m.concept for m in source.of_kind("drug", "class", "trial")}
        for place in sorted(set(source.segments)):
            marks = _denial_marks(source, place, lexicon)
            found = {item for index, item in items(source, light) if source.segments[index] == place}
            share = len(said & (found | names if marks else found)) / len(said)
            if not marks:
                asserting.append(share)
                stated |= found if not names & found or said & names & found else set()
            elif first_denied not in found or _behind(source, place, marks[0], first_denied, light):
                denying.append(share)
            elif share >= _MOST and _contrasted(source, place, marks[-1], said, light):
                return True
    return max(denying) >= _MOST and max(denying) >= max(asserting) and first_denied not in stated


def _contrasted(source: Reading, place: int, mark: int, said: set[str], light: frozenset[str]) -> bool:
    """Whether a stretch says a thing of one and denies it of another ("lists A for X and not for Y"), and the sentence has the
    other alone.
    """
    inside = [(index, item) for index, item in items(source, light) if source.segments[index] == place]
    denied = {item for index, item in inside if index > mark}
    asserted = {item for index, item in inside if index < mark} - denied
    return bool(denied) and denied <= said and bool(asserted & said) and bool(asserted - said)


def _prints_result(sentence: Reading, number: int) -> bool:
    """Whether a stretch gives a result: what is denied of a figure is not said in other words."""
    return any(q.kind in _RESULTS and sentence.segments[q.first] == number for q in sentence.quantities)


def _denial_marks(reading: Reading, place: int, lexicon: Lexicon) -> list[int]:
    """The tokens of a stretch that deny: negators that limit no figure, and negative findings."""
    bound = {i for m in reading.of_kind("bound_low", "bound_high") for i in range(m.first, m.last)}
    found = [
        index
        for index, token in enumerate(reading.tokens)
        if reading.segments[index] == place
        and token.stem in lexicon.language.negators
        and index not in bound
        and not (index and reading.tokens[index - 1].stem in _ALTERNATIVE and token.stem == "without")
    ]
    negative = [m for m in reading.of_kind("finding") if m.concept in NEGATIVE_FINDINGS | _NOT_REACHED]
    return sorted([*found, *(m.first for m in negative if reading.segments[m.first] == place)])


def _behind(reading: Reading, place: int, mark: int, item: str, light: frozenset[str]) -> bool:
    """Whether an item stands behind the first denial of a stretch, or before it in a stretch that ends with the denial.

    A clause behind a colon is not denied, a list is.
    """
    places = [index for index, found in items(reading, light) if found == item and reading.segments[index] == place]
    last = max(index for index, number in enumerate(reading.segments) if number == place)
    colons = [index for index in range(mark, last) if reading.tokens[index].stem == ":"]
    told = any(token.stem in _VERBS for token in reading.tokens[colons[0] : last]) if colons else False
    colon = colons[0] if told else last + 1
    ends = not [index for index, _ in items(reading, light, mark + 1, last + 1)]
    return ends or any(mark <= index < colon for index in places)
