"""What goes on, what is new and what is left open: a partner that the statements keep may not become another one.

A drug is switched to, and not to another one. "With the same X" and "with a new X" have one word of difference, and most words
of newness are harmless elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from assistant.grounding.reading.dates import same_date
from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.support.evidence import NEGATIVE_FINDINGS, OPEN_FINDINGS
from assistant.grounding.types import Mention, Quantity, Reading, Reason, ReasonCode

_NEW = frozenset({"new", "anoth", "differ", "fresh", "altern"})
_KEPT = frozenset({"same", "continu", "unchang", "maintain"})
_KINDS = ("drug", "class")
_REACH = 2
_SWITCH_REACH = 8
_YEAR = 10000
_ORDER_REACH = 6
_ORDERS = {"befor": "before", "ahead": "before", "prior": "before", "after": "after", "follow": "after"}
_LINKS = frozenset({",", "or", "and", "/", "nor"})


def check_renewed(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a treatment told as another one that the statements say is the same."""
    del lexicon
    for mention in sentence.of_kind(*_KINDS):
        if not _led_by(sentence, mention, _NEW):
            continue
        printed = [(source, m) for source in sources for m in source.of_kind(*_KINDS) if m.concept == mention.concept]
        kept = any(_led_by(source, m, _KEPT) for source, m in printed)
        if kept and not any(_led_by(source, m, _NEW) for source, m in printed):
            words = sentence.phrase(max(0, mention.first - _REACH), mention.last)
            yield Reason(ReasonCode.RELATION, words, f"the cited statement says that it stayed the same: “{words}”")


def check_switched_to(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a switch to a drug where the statements tell of a switch to another one only."""
    del lexicon
    printed = frozenset().union(*(frozenset(m.concept for m in _switched_to(source)) for source in sources))
    for mention in _switched_to(sentence):
        if printed and mention.concept not in printed:
            words = sentence.phrase(mention.first, mention.last)
            yield Reason(ReasonCode.RELATION, words, f"no cited statement tells of a switch to {words}")


def _switched_to(reading: Reading) -> Iterator[Mention]:
    """The drugs right behind the "to" of a switch."""
    for mention in reading.of_kind("drug"):
        before = [token.stem for token in reading.tokens[max(0, mention.first - _SWITCH_REACH) : mention.first]]
        stem = before[-1:] if before[-1:] != ["the"] else before[-2:-1]
        if stem == ["to"] and "switch" in before:
            yield mention


def check_doubled(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a drug added to itself behind a bracket ("A (a class) plus A"), and for a year before a date."""
    del sources
    for left, right in pairwise(sentence.of_kind("drug")):
        stems = [token.stem for token in sentence.tokens[left.last : right.first]]
        outer = stems[stems.index(")") + 1 :] if stems[:1] == ["("] and ")" in stems else stems
        if left.concept == right.concept and outer in (["plus"], ["with"]):
            words = sentence.phrase(left.first, right.last)
            yield Reason(ReasonCode.RELATION, words, f"added to itself: “{words}”")
    yield from _twice_dated(sentence, lexicon)


def _twice_dated(sentence: Reading, lexicon: Lexicon) -> Iterator[Reason]:
    """A year right before a date or a month, or behind a date that has one ("2026 June 2026", "May 2026, 2026")."""
    dates = [q for q in sentence.quantities if q.kind == "date"]
    for date in dates:
        following = [token.text for token in sentence.tokens[date.last : date.last + 2]]
        behind = following[1:] if following[:1] == [","] else following[:1]
        month = following and following[0][0].isupper() and following[0].lower() in lexicon.language.months
        beside = any(q.first in {date.last, date.last + 1} and [sentence.tokens[q.first].text] == behind for q in dates)
        bare = date.value % _YEAR == 0
        other = next((q for q in dates if date.last <= q.first <= date.last + 1), None)
        years = other is not None and beside and bare != (other.value % _YEAR == 0)
        if (bare and month) or (years and (bare or int(date.value) // _YEAR)):
            words = sentence.phrase(date.first, min(len(sentence.tokens), date.last + 2))
            yield Reason(ReasonCode.DATE, words, f"a year stands beside another date: “{words}”")


def check_time_order(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for "after" a date where the statements print "before" or "ahead of" it, and the other way round."""
    del lexicon
    printed = [(q.value, order) for source in sources for q, order in _ordered(source)]
    for date, order in _ordered(sentence):
        orders = {other for value, other in printed if same_date(date.value, value)}
        if orders and order not in orders:
            words = sentence.phrase(date.first, date.last)
            yield Reason(ReasonCode.DATE, words, f"{words} is printed with another order of time")


def _ordered(reading: Reading) -> Iterator[tuple[Quantity, str]]:
    """(date, "before" or "after") of the dates that a word of order leads to."""
    for quantity in reading.quantities:
        if quantity.kind == "date":
            before = [token.stem for token in reading.tokens[max(0, quantity.first - _ORDER_REACH) : quantity.first]]
            orders = [_ORDERS[stem] for stem in before if stem in _ORDERS]
            if orders:
                yield quantity, orders[-1]


def _led_by(reading: Reading, mention: Mention, words: frozenset[str]) -> bool:
    return bool(words & {token.stem for token in reading.tokens[max(0, mention.first - _REACH) : mention.first]})


def check_left_open(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a list of drugs told as left open, where the statements leave some of them open and not the others."""
    del lexicon
    if not sentence.has(*OPEN_FINDINGS):
        return
    known = frozenset(m.concept for source in sources for m in source.of_kind("drug"))
    left_open = [names for source in sources for names in _open_names(source)]
    for listed in _listed(sentence):
        told = {m.concept for m in listed} & known
        near = [names for names in left_open if names & told]
        if near and not any(told <= names for names in near):
            words = sentence.phrase(listed[0].first, listed[-1].last)
            yield Reason(ReasonCode.NEGATION, words, f"no cited statement leaves this open for all of “{words}”")


def _open_names(source: Reading) -> list[frozenset[str]]:
    """The drugs of each stretch that denies or leaves open."""
    places = {source.segments[m.first] for m in source.of_kind("negator", "finding") if m.kind == "negator" or _is_open(m)}
    return [frozenset(m.concept for m in source.of_kind("drug") if source.segments[m.first] == place) for place in places]


def _is_open(mention: Mention) -> bool:
    return mention.concept in NEGATIVE_FINDINGS


def _listed(reading: Reading) -> Iterator[list[Mention]]:
    """The drugs of each list ("A, B or C")."""
    run: list[Mention] = []
    for mention in reading.of_kind("drug"):
        between = [token.stem for token in reading.tokens[run[-1].last : mention.first]] if run else []
        if not (between and set(between) <= _LINKS):
            if len(run) > 1:
                yield run
            run = []
        run.append(mention)
    if len(run) > 1:
        yield run
