"""Words that turn a sentence round: before and after, unless and when, for and against."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.support.evidence import items
from assistant.grounding.types import Reading, Reason, ReasonCode

_TIMES = {"befor": "before", "after": "after", "follow": "after"}
_OTHER_TIME = {"before": "after", "after": "before"}
_EXCEPTIONS = frozenset({"unless", "except"})
_EXCEPTED = _EXCEPTIONS | {"not", "no", "without", "other", "absenc", "apart"}
_REACH = 8
_SWITCH_REACH = 10


def check_order(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for "after" what the sources have "before", and for an exception that has become the rule."""
    light = lexicon.language.light
    printed = {pair for source in sources for pair, _ in _timed(source, light)}
    for (time, item), words in _timed(sentence, light):
        if (_OTHER_TIME[time], item) in printed and (time, item) not in printed:
            yield Reason(ReasonCode.DIRECTION, words, f"the cited statement has this {_OTHER_TIME[time]}: “{words}”")
    stated = {item for _, item in items(sentence, light)}
    if _EXCEPTED & {token.stem for token in sentence.tokens}:
        return
    for source in sources:
        for excepted, words in _excepted(source, light):
            if excepted and excepted <= stated:
                yield Reason(ReasonCode.NEGATION, words, f"the cited statement makes an exception of this: “{words}”")


def check_switches(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a switch from A to B that is printed from B to A."""
    del lexicon
    printed = {pair for source in sources for pair, _ in _switches(source)}
    for (left, right), words in _switches(sentence):
        lefts = {first for first, second in printed if second == right}
        if ((right, left) in printed or lefts) and (left, right) not in printed:
            yield Reason(ReasonCode.RELATION, words, f"the printed switch is the other way round: “{words}”")


def _switches(reading: Reading) -> Iterator[tuple[tuple[str, str], str]]:
    """((from, to), words) of switches with "to" between two names."""
    names = reading.of_kind("drug", "class")
    for word in (m for m in reading.of_kind("word") if m.concept == "switch"):
        if reading.tokens[word.last : word.last + 1] and reading.tokens[word.last].stem == "to":
            continue
        after = [m for m in names if word.last <= m.first <= word.last + _SWITCH_REACH]
        for left, right in itertools.pairwise(after[:2]):
            if "to" in {token.stem for token in reading.tokens[left.last : right.first]}:
                yield (left.concept, right.concept), reading.phrase(word.first, right.last)


def _timed(reading: Reading, light: frozenset[str]) -> Iterator[tuple[tuple[str, str], str]]:
    """((before or after, what follows), words): durations aside, of which "after" says another thing."""
    for index, token in enumerate(reading.tokens):
        if token.stem not in _TIMES or index in {q.last for q in reading.quantities}:
            continue
        near = items(reading, light, index + 1, index + 1 + _REACH)
        if near:
            yield (_TIMES[token.stem], near[0][1]), reading.phrase(index, near[0][0] + 1)


def _excepted(reading: Reading, light: frozenset[str]) -> Iterator[tuple[set[str], str]]:
    """(items, words) of what an exception names, up to the end of its stretch."""
    for index, token in enumerate(reading.tokens):
        if token.stem in _EXCEPTIONS:
            ends = (i for i in range(index, len(reading.tokens)) if reading.tokens[i].stem in {",", ";", "."})
            end = next(ends, len(reading.tokens))
            yield {item for _, item in items(reading, light, index + 1, end)}, reading.phrase(index, end)
