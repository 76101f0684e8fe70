"""What is listed under which head: "targeted therapies are A and B; nontargeted agents are C" lists C under one head only.

A head is the first class of a stretch, its members are the classes and drugs behind it. A member that the statements list under
other heads only may not be listed under a head that has a printed list without it. It judges no head that no statement lists.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.types import Mention, Reading, Reason, ReasonCode

_HEADS = frozenset({"targeted_therapy", "nontargeted"})
_LINKS = frozenset({"are", "is", "includ", "compris", "consist", "list", ":", "=", "encompass", "cover", "were", "ad"})
_FEWEST = 2
_REACH = 12


def check_lists(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a member under a head whose printed list does not have it, where another head's has."""
    del lexicon
    printed: dict[str, set[str]] = {}
    for source in sources:
        for head, members in _lists(source):
            printed.setdefault(head, set()).update(member.concept for member in members)
    for head, members in _lists(sentence):
        own = printed.get(head, set())
        others = set().union(*(found for name, found in printed.items() if name != head)) - own
        for member in members:
            if own and member.concept in others:
                words = sentence.phrase(member.first, member.last)
                yield Reason(ReasonCode.RELATION, words, f"{words} is listed under another head in the cited statements")


def _lists(reading: Reading) -> Iterator[tuple[str, list[Mention]]]:
    """(head, members) of the stretches that list two or more things behind a head and a linking word."""
    names = reading.of_kind("class", "drug")
    heads = [m for m in names if m.concept in _HEADS and _links(reading, m)]
    for place, head in enumerate(heads):
        number = reading.segments[head.first]
        limit = heads[place + 1].first if place + 1 < len(heads) else len(reading.tokens)
        announced = ":" in {token.stem for token in reading.tokens[head.last : limit]}
        members = [m for m in names if head.last <= m.first < limit and (announced or reading.segments[m.first] == number)]
        behind = any(m.concept in _HEADS and m.concept != head.concept and m not in heads for m in members)
        if len(members) >= _FEWEST and not behind:
            yield head.concept, members


def _links(reading: Reading, head: Mention) -> bool:
    behind = [token.stem for token in reading.tokens[head.last : head.last + _REACH]]
    stop = next((i for i, stem in enumerate(behind) if stem in {";", "."}), len(behind))
    return bool(_LINKS & set(behind[:stop]))
