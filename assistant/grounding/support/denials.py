"""Denials in other words: what counts as one denial, as the same denial, or as none that matters.

A denial is told in many ways: by a prefix ("impractical"), by an endpoint that was missed ("the target was not reached"), by
what comes before anything of it ("before any progression"). A statement that a treatment brought no benefit takes nothing from
its plain figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.grounding.reading.lexicon import PART, Lexicon
from assistant.grounding.support.evidence import OPEN_FINDINGS, intervals_of_ratios, items
from assistant.grounding.types import Mention, Quantity, Reading, Reason, ReasonCode

_SHORT = 3
_PARTING = frozenset(
    {",", ";", ":", ".", "but", "while", "and", "so", "though", "although", "wherea", "becaus", "sinc", "as", "yet", "nor"}
)
# What may be missed as an endpoint is.
_GOALS = frozenset({"target", "goal", "threshold", "bar", "endpoint", "criterion", "criteria", "mark", "minimum", "aim"})
_ATTAINED = frozenset({"met", "meet", "reach", "attain", "achiev", "hit", "cross", "satisfi", "satisfy"})
_MET_REACH = 2
_NEAR = 4
_APPROVE = "approve"
_ASKED = frozenset({"whether", "if", "befor", "await", "until", "seek", "for", "pursu"})
_PREFIXES = ("un", "in", "im", "ir", "il", "non", "dis")
_SHORTEST_ROOT = 5
_GAINS = frozenset({"up", "difference", "association", "down"})
_ALPHA = 0.05
_BEFORE = frozenset({"befor", "ahead", "prior", "preced", "preceded"})
_BEFORE_REACH = 4
_SHARES = frozenset({"percent", "count"})
_ANAPHORS = frozenset({"mutat", "alter"})


def double_denial(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Two denials in one stretch say the opposite of one: allowed only where a source has two."""
    counts = max((_denial_words(source, lexicon) for source in sources), default=0)
    printed = sum(_all_denials(source, lexicon) for source in sources)
    printed += sum(t.stem.startswith("non") and len(t.stem) > _SHORT for source in sources for t in source.tokens)
    open_ = sum(m.concept in OPEN_FINDINGS | {"immature"} for source in sources for m in source.of_kind("finding"))
    told = sum(m.concept == "not_significant" for m in sentence.of_kind("finding")) if prints_no_difference(sources) else 0
    more = _all_denials(sentence, lexicon) > max(1, printed + open_) + told
    if more or _denial_words(sentence, lexicon) > max(1, counts):
        yield Reason(ReasonCode.NEGATION, "", "the sentence denies twice in one stretch")


def _all_denials(reading: Reading, lexicon: Lexicon) -> int:
    """How often a text denies: "with or without" does not, "neither ... nor" does once."""
    words = lexicon.language.negators - {"nor"}
    stems = [token.stem for token in reading.tokens]
    open_ = {
        i
        for m in reading.mentions
        if m.concept in OPEN_FINDINGS or m.kind in {"word", "measure", "condition", "bound_low", "bound_high"}
        for i in range(m.first, m.last)
    }
    told = {i for m in reading.of_kind("negator", "finding", PART) for i in range(m.first, m.last)}
    open_ |= {i for i in range(len(stems)) if reading.covered[i] and i not in told}
    return sum(stem in words and i not in open_ and (not i or stems[i - 1] != "or") for i, stem in enumerate(stems))


def _denial_words(reading: Reading, lexicon: Lexicon) -> int:
    """The most negators that any stretch of a text has."""
    words = lexicon.language.negators - {"without"} - ({"nor"} if neither(reading, len(reading.tokens)) else set())
    clauses = [0]
    for token in reading.tokens:
        clauses.append(clauses[-1] + (token.stem in _PARTING))
    told = {i for m in reading.of_kind("negator", "finding", PART) for i in range(m.first, m.last)}
    places = [
        clauses[i]
        for i, t in enumerate(reading.tokens)
        if t.stem in words and (not i or reading.tokens[i - 1].stem != "or") and (i in told or not reading.covered[i])
    ]
    return max((places.count(place) for place in places), default=0)


def neither(sentence: Reading, place: int) -> bool:
    return any(token.stem == "neither" for token in sentence.tokens[:place])


def prints_no_difference(sources: Sequence[Reading]) -> bool:
    quantities = [figure.quantity for source in sources for figure in source.figures]
    intervals = [q for source in sources for q in source.quantities if q.first in intervals_of_ratios(source)]
    wide = any(q.upper is not None and q.value <= 1.0 <= q.upper for q in intervals)
    return wide or any(q.kind == "p" and q.value >= _ALPHA for q in quantities)


def goal_missed(sentence: Reading, finding: Mention, sources: Sequence[Reading]) -> bool:
    """Whether "not reached" is said of an endpoint, target or goal, and a statement says that it was not met."""
    if finding.concept != "not_reached" or not _GOALS & {token.stem for token in sentence.tokens}:
        return False
    return any(source.has("endpoint_not_met") or attained_not(source) for source in sources)


def attained_not(source: Reading) -> bool:
    """Whether a statement denies right before that a goal it names was met."""
    named = bool(_GOALS & {token.stem for token in source.tokens})
    return named and any(
        {token.stem for token in source.tokens[m.last : m.last + _MET_REACH]} & _ATTAINED for m in source.of_kind("negator")
    )


def denied_by_prefix(sentence: Reading, index: int, sources: Sequence[Reading]) -> bool:
    """Whether a denied word is what a statement denies by a prefix ("not practical" and "impractical")."""
    root = sentence.tokens[index].stem
    near = any(0 <= index - m.last < _NEAR for m in sentence.of_kind("negator", "finding"))
    if not near or len(root) < _SHORTEST_ROOT:
        return False
    return any(_same_root(root, token.stem) for source in sources for token in source.tokens)


def _same_root(root: str, opposite: str) -> bool:
    """Whether a word is another one with a prefix that denies; stems of the two may end differently."""
    rests = [opposite[len(prefix) :] for prefix in _PREFIXES if opposite.startswith(prefix)]
    return any(len(rest) >= _SHORTEST_ROOT and (root.startswith(rest) or rest.startswith(root)) for rest in rests)


def opposite_denied(sentence: Reading, negator: Mention, sources: Sequence[Reading]) -> bool:
    """Whether the first longer word behind a denial is denied in a statement by a prefix."""
    near = range(negator.last, min(negator.last + _NEAR, len(sentence.tokens)))
    longer = [index for index in near if len(sentence.tokens[index].stem) >= _SHORTEST_ROOT]
    return any(denied_by_prefix(sentence, index, sources) for index in longer[:1])


def approved_all_the_same(sentence: Reading, found: Sequence[str]) -> bool:
    """Whether a statement denies an approval, and a clause of the sentence asserts one, whatever another clause denies."""
    if found[:1] != [_APPROVE]:
        return False
    approvals = [m for m in sentence.mentions if m.concept == _APPROVE]
    return bool(approvals) and all(not _doubted_before(sentence, m) for m in approvals)


def _doubted_before(sentence: Reading, mention: Mention) -> bool:
    """Whether anything in the clause of a mention denies, doubts, asks or leaves open."""
    first = max((i + 1 for i in range(mention.first) if sentence.tokens[i].stem in _PARTING), default=0)
    last = next((i for i in range(mention.last, len(sentence.tokens)) if sentence.tokens[i].stem in _PARTING), mention.last + 1)
    doubts = sentence.of_kind("negator", "hedge", "finding", "versus")
    asked = any(token.stem in _ASKED for token in sentence.tokens[first : mention.first])
    return asked or any(first <= m.first < max(last, mention.last) for m in doubts)


def plain_report(sentence: Reading, found: Sequence[str]) -> bool:
    """Whether a statement denies a benefit or difference and the sentence claims none: its figures stand all the same."""
    return (
        bool(_GAINS & set(found[:2])) and bool(sentence.quantities) and not sentence.of_kind("up", "down", "advice", "finding")
    )


def before_any(sentence: Reading, found: Sequence[str]) -> bool:
    """Whether what a statement is said to be without ("without progression") is told as still to come ("before any
    progression").
    """
    for mention in sentence.mentions:
        near = {token.stem for token in sentence.tokens[max(0, mention.first - _BEFORE_REACH) : mention.first]}
        if mention.concept in found[:1] and near & _BEFORE:
            return True
    return False


def taken_up(source: Reading, number: int) -> bool:
    """Whether other stretches of a statement speak of an alteration that one stretch names ("the mutation was present in")."""
    return any(
        token.stem in _ANAPHORS and source.segments[index] != number and not source.covered[index]
        for index, token in enumerate(source.tokens)
    )


def figures_at_home(sentence: Reading, source: Reading, light: frozenset[str]) -> bool:
    """Whether what follows each share of a sentence is what follows it in a statement, rather than what follows another."""
    printed = {(q.kind, q.value): _following(source, q, light) for q in source.quantities if q.kind in _SHARES}
    for quantity in sentence.quantities:
        own = printed.get((quantity.kind, quantity.value))
        said = _following(sentence, quantity, light)
        if own is not None and any(len(said & other) > len(said & own) for other in printed.values()):
            return False
    return True


def _following(reading: Reading, quantity: Quantity, light: frozenset[str]) -> frozenset[str]:
    """The items behind a share, up to the next one."""
    ends = [q.first for q in reading.quantities if q.kind in _SHARES and q.first >= quantity.last + _SHORT]
    last = min(ends, default=len(reading.tokens))
    return frozenset(item for _, item in items(reading, light, quantity.last, last))
