"""Denials lost or added where a statement has the contrary by another word: "arose outside A" of "only in A", "requires one" of
"whatever it is", "have no limits" of "have limits".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.support.evidence import denials, items
from assistant.grounding.types import Reading, Reason, ReasonCode

_AWAY = frozenset({"outsid", "elsewher", "beyond"})
_BINDING = frozenset({"requir", "depend", "matter", "need"})
_FREE = frozenset({"whatev", "regardless", "irrespect", "whichev"})
_FOOD, _MATTERS = "food_any", frozenset({"food", "meal"})
_HAVING = frozenset({"have", "ha", "had", "has"})
_NO = "no"
_NEAR, _REACH = 4, 8


def check_excepted(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for what a statement limits or frees by a word, and the sentence tells without it."""
    light = lexicon.language.light
    marks = denials(sentence, lexicon.language.negators)
    only = {index for m in sentence.of_kind("quantifier") if m.concept == "q_only" for index in range(m.first, m.last)}
    found = [
        _placed_away(sentence, marks | only, sources, light),
        _bound(sentence, marks, sources, light),
        _has_none(sentence, sources, lexicon),
    ]
    for words in filter(None, found):
        yield Reason(ReasonCode.NEGATION, words, f"the cited statements say the contrary: “{words}”")


def _placed_away(sentence: Reading, marks: set[int], sources: Sequence[Reading], light: frozenset[str]) -> str:
    """What is told "outside" the one place where a statement has it only."""
    if any(source.places(_AWAY) for source in sources):
        return ""
    for place in sentence.places(_AWAY):
        number = sentence.segments[place]
        if any(sentence.segments[mark] == number for mark in marks):
            continue
        behind = [item for _, item in items(sentence, light, place + 1, place + _REACH)][:1]
        for source in sources:
            for m in (m for m in source.of_kind("quantifier") if m.concept == "q_only"):
                if behind and behind == [item for _, item in items(source, light, m.last, m.last + _NEAR)][:1]:
                    return sentence.phrase(place, place + 2)
    return ""


def _bound(sentence: Reading, marks: set[int], sources: Sequence[Reading], light: frozenset[str]) -> str:
    """What is said to require or depend on a thing that a statement makes it free of."""
    for place in sentence.places(_BINDING):
        if any(abs(place - mark) <= _NEAR for mark in marks):
            continue
        around = sentence.tokens[max(0, place - _NEAR) : place + _NEAR]
        if _MATTERS & {token.stem for token in around} and any(source.has(_FOOD) for source in sources):
            if not sentence.has(_FOOD):
                return sentence.phrase(place - 1, place + 1)
            continue
        told = {item for _, item in items(sentence, light, place, place + _NEAR + 1)}
        told |= {item for _, item in items(sentence, light, place - 2, place)}
        told -= {m.concept for m in sentence.of_kind("drug", "class", "trial")} | _BINDING | {"require"}
        if any(told & _freed(source, light) for source in sources) and not any(s.places(_BINDING) for s in sources):
            return sentence.phrase(place, place + _NEAR)
    return ""


def _freed(source: Reading, light: frozenset[str]) -> set[str]:
    """What a statement says a thing holds regardless of: the items right behind the word."""
    return {item for place in source.places(_FREE) for _, item in items(source, light, place + 1, place + _NEAR)}


def _has_none(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> str:
    """What something is said to have none of, where the statements say plainly that it has it, each time they name it."""
    for place in range(1, len(sentence.tokens) - 1):
        if sentence.tokens[place].text.lower() != _NO or sentence.tokens[place - 1].stem not in _HAVING:
            continue
        noun = sentence.tokens[place + 1].stem
        plain = [
            source.tokens[index - 1].stem in _HAVING and index - 1 not in denials(source, lexicon.language.negators)
            for source in sources
            for index in source.places(frozenset({noun}))
        ]
        if plain and all(plain):
            return sentence.phrase(place - 1, place + 2)
    return ""
