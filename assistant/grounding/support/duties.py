"""Words of certainty that tell a condition of use, a date or a table, and claim no more than the statements.

An approval for those with a mutation "found by a test" is one where the test "has to find" it; an agency with a decision date
"will decide" by it; what a table applies to a class is "marked" there.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.grounding.types import Mention, Reading

_DUTIES = frozenset({"must", "has to", "have to", "needs to", "need to", "is required to", "are required to"})
_CARRYING = frozenset({"carri", "harbor", "bear"})
_FINDING = frozenset({"find", "found", "detect", "identifi", "confirm", "show", "shown"})
_USES = ("approve", "indicated_for", "indication", "us_label", "prescribing", "label_word")
_DECIDING = frozenset({"decid", "rule", "act", "announc"})
_DECISION = "regulatory_body_decision"
_TABLES = frozenset({"tabl", "row", "figur", "page"})
_BEHIND_MARKED = frozenset({"in", "as", "for", "by", "with"})
_IF, _POSSIBLE = frozenset({"if", "where", "wherev", "when", "whenev"}), frozenset({"possibl", "feasibl", "practic"})
_REACH, _IF_REACH = 3, 4


def tells_condition(sentence: Reading, mention: Mention, sources: Sequence[Reading]) -> bool:
    """Whether a word of certainty only tells whom an approval is for, when a decision is due, or what a table has."""
    words = sentence.phrase(mention.first, mention.last).lower()
    if words in _DUTIES:
        return _of_approval(sentence, mention, sources)
    if words == "will":
        return _on_decision_date(sentence, mention, sources)
    return words == "marked" and _in_table(sentence, mention, sources)


def _of_approval(sentence: Reading, mention: Mention, sources: Sequence[Reading]) -> bool:
    """Whether a tumor must carry, or a test must find, the mark for which a statement says something is approved."""
    following = {token.stem for token in sentence.tokens[mention.last : mention.last + _REACH]}
    if not sentence.has(*_USES) or "not" in following:
        return False
    uses = [source for source in sources if source.has(*_USES)]
    carried = {m.concept for m in sentence.of_kind("condition") if m.first >= mention.last and ":" in m.concept}
    if following & _CARRYING:
        return bool(carried) and any(carried <= source.concepts() for source in uses)
    tested = sentence.has("test") and any(source.has("test") and source.has("detect") for source in uses)
    return bool(following & _FINDING) and tested


def _on_decision_date(sentence: Reading, mention: Mention, sources: Sequence[Reading]) -> bool:
    """Whether an agency "will decide by" the date that a statement prints as its decision date."""
    following = {token.stem for token in sentence.tokens[mention.last : mention.last + _REACH]}
    told = {q.value for q in sentence.quantities if q.kind == "date" and q.first > mention.last}
    due = {
        q.value
        for source in sources
        for m in source.mentions
        for q in source.quantities
        if m.concept == _DECISION and q.kind == "date" and 0 <= q.first - m.last <= _REACH
    }
    return bool(following & _DECIDING) and bool(told) and told <= due


def _in_table(sentence: Reading, mention: Mention, sources: Sequence[Reading]) -> bool:
    """Whether something is marked in a table that a statement is taken from."""
    following = {token.stem for token in sentence.tokens[mention.last : mention.last + 1]}
    told = {token.stem for token in sentence.tokens} & _TABLES
    printed = {token.stem for source in sources for token in source.tokens}
    return bool(following & _BEHIND_MARKED) and bool(told & printed)


def is_proviso(source: Reading, hedge: Mention) -> bool:
    """Whether "possible" only closes a proviso set off by a comma ("if at all possible, and both ..."): that doubts nothing
    behind it.
    """
    before = {token.stem for token in source.tokens[max(0, hedge.first - _IF_REACH) : hedge.first]}
    closed = [token.stem for token in source.tokens[hedge.last : hedge.last + 1]] in ([","], ["."], [";"])
    return source.tokens[hedge.first].stem in _POSSIBLE and bool(before & _IF) and closed
