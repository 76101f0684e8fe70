"""Words that turn into their opposites or into another degree: "curable" of "incurable", "severe" of "mild", "every week" of
"every 3 weeks", "from 20% to 40%" of "to 20% from 40%".

Words are compared as printed, so that no list has to know them; degrees only where they stand with the same noun.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.reading.quantities import agrees
from assistant.grounding.reading.text import stem
from assistant.grounding.types import Quantity, Reading, Reason, ReasonCode, Token

_PREFIXES = ("non", "un", "in", "im", "ir")
# Before these "in" and "im" are no denial ("informed", "improved", "invasive").
_DENYING_ENDINGS = ("able", "ible", "ent", "ant", "ate", "ative", "itive", "ient")
_LATIN = frozenset({"in", "im", "ir"})
_SHORTEST = 5
_NEAR = 4
_NOUN_REACH = 2
_PERIODS = {"once_weekly": 7.0, "monthly": 30.0}
_MONTHLY = frozenset({28.0, 30.0, 31.0})
_MONTH_DAYS = 30.0
_EVERY = frozenset({"everi", "each", "per", "q"})
_EACH = frozenset({"everi", "each"})
_OTHER = frozenset({"other", "second"})
_UNITS = {"week": 7.0, "month": 30.0, "year": 365.0, "fortnight": 14.0}


def check_opposites(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a word whose opposite by prefix is printed, and for another degree of the same thing."""
    yield from _prefixed(sentence, sources, lexicon)
    yield from _degrees(sentence, sources, lexicon)


def _prefixed(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    printed = {token.stem for source in sources for token in source.tokens}
    words = {token.text.lower() for source in sources for token in source.tokens if token.is_word}
    roots = {root for word in words for root in _roots(word)}
    negators = lexicon.language.negators
    denied = any(token.stem in negators for source in sources for token in source.tokens)
    for index, token in enumerate(sentence.tokens):
        if not token.is_word or token.stem in printed or len(token.text) < _SHORTEST:
            continue
        before = {other.stem for other in sentence.tokens[max(0, index - _NEAR) : index]}
        turned = token.stem in roots or bool(_roots(token.text.lower()) & printed and not denied)
        if turned and not before & negators:
            yield Reason(ReasonCode.NEGATION, token.text, f"the cited statement says the opposite of “{token.text}”")


@lru_cache(maxsize=65536)
def _roots(word: str) -> frozenset[str]:
    """Stems of what a word denies by its prefix."""
    found = [word.removeprefix(prefix) for prefix in _PREFIXES if word.startswith(prefix) and _denies(word, prefix)]
    return frozenset(stem(root) for root in found if len(root) >= _SHORTEST)


def _denies(word: str, prefix: str) -> bool:
    return prefix not in _LATIN or word.endswith(_DENYING_ENDINGS)


def _degrees(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    degrees = lexicon.language.degrees
    printed = [entry for source in sources for entry in _graded(source.tokens, degrees)]
    for scale, degree, noun in _graded(sentence.tokens, degrees):
        known = {other for name, other, thing in printed if name == scale and thing == noun}
        if known and degree not in known:
            yield Reason(ReasonCode.QUANTIFIER, f"{degree} {noun}", f"printed as {', '.join(sorted(known))} {noun}")


def _graded(tokens: Sequence[Token], degrees: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """(scale, degree, noun) of words of degree with the noun behind them ("mild to moderate X" has two)."""
    for index, token in enumerate(tokens):
        if token.stem not in degrees:
            continue
        place = index + 1
        while place + 1 < len(tokens) and tokens[place].stem in {"to", "or", "and", "-"} and tokens[place + 1].stem in degrees:
            place += _NOUN_REACH
        if place < len(tokens) and tokens[place].is_word:
            yield degrees[token.stem], token.stem, tokens[place].stem


def check_periods(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for "every week" or "monthly" where the statements print other periods only."""
    del lexicon
    printed = {days for source in sources for days, _ in _periods(source)}
    for days, words in _periods(sentence):
        same = _MONTHLY if days in _MONTHLY else frozenset({days})
        if printed and not same & printed:
            yield Reason(ReasonCode.NUMBER, words, f"no cited statement prints the period “{words}”")


def _periods(reading: Reading) -> Iterator[tuple[float, str]]:
    """(days, words) of how often something is done."""
    for mention in reading.mentions:
        if mention.concept in _PERIODS and mention.last - mention.first == 1:
            yield _PERIODS[mention.concept], reading.phrase(mention.first, mention.last)
    for quantity in reading.quantities:
        before = reading.tokens[max(0, quantity.first - 1)].stem
        inside = reading.tokens[quantity.first].stem
        if quantity.kind in {"days", "months"} and ({before, inside} & _EVERY):
            factor = _MONTH_DAYS if quantity.kind == "months" else 1.0
            yield quantity.value * factor, reading.phrase(quantity.first, quantity.last)
    for index, token in enumerate(reading.tokens[:-1]):
        following = [other.stem for other in reading.tokens[index + 1 : index + 3]]
        other = len(following) > 1 and following[0] in _OTHER
        unit = _UNITS.get(following[-1] if other else following[0])
        if token.stem in _EACH and unit:
            yield unit * (1 + other), reading.phrase(index, index + 2 + other)


def check_changes(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a change "from A to B" that the statements print from B to A."""
    del lexicon
    printed = [change for source in sources for change in _changes(source)]
    for start, end in _changes(sentence):
        turned = [other for other in printed if agrees(start, other[1]) and agrees(end, other[0])]
        straight = [other for other in printed if agrees(start, other[0]) and agrees(end, other[1])]
        if turned and not straight:
            words = sentence.phrase(min(start.first, end.first), max(start.last, end.last))
            yield Reason(ReasonCode.DIRECTION, words, f"printed as a change the other way: “{words}”")


def _changes(reading: Reading) -> Iterator[tuple[Quantity, Quantity]]:
    """(from, to) of two figures with "from" and "to" right before them, in either order."""
    for left, right in zip(reading.quantities, reading.quantities[1:], strict=False):
        leads = [reading.tokens[q.first - 1].stem if q.first else "" for q in (left, right)]
        if left.kind == right.kind and right.first - left.last <= _NOUN_REACH:
            if leads == ["from", "to"]:
                yield left, right
            elif leads == ["to", "from"]:
                yield right, left
