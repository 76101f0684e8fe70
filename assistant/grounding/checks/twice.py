"""Lines of treatment, gene states and other groups that a statement sets against each other are not told of one of them twice.

"8.1 months with second-line use and 24.6 months with first-line use" becomes "first-line ... first-line" by one word. Where the
sentence names one of two groups twice and the other never, and a statement names both and none names the one as often without
the other, one of the two stands in the place of the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.types import Mention, Reading, Reason, ReasonCode

_DIMENSIONS = frozenset({"line", "biomarker"})
_TWICE = 2


def check_twice(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a group named twice where the statements name it and its counterpart."""
    del lexicon
    stated = Counter(key for key, _ in _groups(sentence))
    for key in [key for key, times in stated.items() if times >= _TWICE]:
        others = {other for source in sources for other, _ in _groups(source) if _opposed(key, other)}
        if not others or others & set(stated):
            continue
        if all(_exchanged(key, stated[key], source) for source in sources if key in {k for k, _ in _groups(source)}):
            words = next(sentence.phrase(m.first, m.last) for k, m in _groups(sentence) if k == key)
            yield Reason(ReasonCode.POPULATION, words, f"{words} stands twice, and its counterpart in the statements never")


def _exchanged(key: tuple[str, str, str], times: int, source: Reading) -> bool:
    """Whether a statement names a group less often than the sentence, and its counterpart with it."""
    printed = Counter(found for found, _ in _groups(source))
    return printed[key] < times and any(_opposed(key, other) for other in printed)


def _opposed(one: tuple[str, str, str], other: tuple[str, str, str]) -> bool:
    """Whether two groups are the two sides of one thing: two lines, two states of one gene."""
    return one[:2] == other[:2] and one[2] != other[2]


def _groups(reading: Reading) -> list[tuple[tuple[str, str, str], Mention]]:
    """((dimension, gene, state), mention) of the groups a text names."""
    found = []
    for mention in reading.of_kind("condition"):
        if mention.dimension not in _DIMENSIONS:
            continue
        gene, _, state = mention.concept.partition(":") if mention.dimension == "biomarker" else ("", "", mention.concept)
        if state:
            found.append(((mention.dimension, gene, state), mention))
    return found
