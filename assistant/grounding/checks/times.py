"""Before and after: what is printed before a thing is not told as after it, nor earlier treatment as given "after".

The two words are light, and a statement with one of them has the other almost always somewhere; so they are compared by what
stands behind them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.support.evidence import items
from assistant.grounding.types import Reading, Reason, ReasonCode

_AFTER, _BEFORE = "after", "before"
_WORDS = {"after": _AFTER, "follow": _AFTER, "befor": _BEFORE}
_JOINED = {("ahead", "of"): _BEFORE, ("prior", "to"): _BEFORE}
_ENDS = frozenset({".", ",", ";", ")", "and", ":"})
_EARLIER = frozenset({"befor", "prior", "previous", "previou", "earlier", "pretreat"})
_LATER = frozenset({"later", "subsequ", "afterward", "then", "next", "thereaft", "follow"})
_REACH = 5


def check_times(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for "after X" printed "before X", or the other way round, and for earlier treatment told as later."""
    light = lexicon.language.light
    printed = [entry for source in sources for entry in _times(source, light)]
    for way, things, place in _times(sentence, light):
        near = {other for other, found, _ in printed if found & things}
        if near and way not in near:
            words = sentence.phrase(place, place + _REACH)
            yield Reason(ReasonCode.RELATION, words, f"printed the other way round in time: “{words}”")
    stems = {token.stem for source in sources for token in source.tokens}
    bare = any(_is_bare(source, i) for source in sources for i in range(len(source.tokens)))
    for index in range(len(sentence.tokens)):
        if _is_bare(sentence, index) and not bare and stems & _EARLIER and not stems & _LATER:
            yield Reason(ReasonCode.RELATION, _AFTER, "the cited statements tell of earlier, not of later")


def _is_bare(reading: Reading, index: int) -> bool:
    """Whether an "after" has nothing behind it that it is after, nor a length of time before it ("one hour after")."""
    following = reading.tokens[index + 1 : index + 2]
    timed = any(quantity.last == index for quantity in reading.quantities)
    return reading.tokens[index].stem == _AFTER and not timed and (not following or following[0].stem in _ENDS)


def _times(reading: Reading, light: frozenset[str]) -> Iterator[tuple[str, frozenset[str], int]]:
    """(before or after, what stands behind it, token)."""
    for index, token in enumerate(reading.tokens[:-1]):
        following = reading.tokens[index + 1].stem
        way = _JOINED.get((token.stem, following)) or _WORDS.get(token.stem)
        if way is None or following in _ENDS:
            continue
        limit = min(len(reading.tokens), index + 1 + _REACH)
        end = next((i for i in range(index + 1, limit) if reading.tokens[i].stem in _ENDS), limit)
        yield way, frozenset(item for _, item in items(reading, light, index + 1, end)), index
