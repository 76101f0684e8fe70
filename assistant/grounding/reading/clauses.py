"""A sentence told as two: what stands before "and", a semicolon or "while" and what stands behind, each with what they share.

A part that names no trial, treatment, measure or group of its own has that of the other part: nothing is told of less than the
sentence tells it of. What stands behind a coordinator without a verb takes the beginning of the part before it, up to the place
where the two are alike ("PFS was 5 months with A in T and 7 months with B in U").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.grounding.types import Mention, Reading, Token

Span = tuple[int, int]
Parts = tuple[tuple[Token, ...], tuple[Token, ...]]
_CLAUSES = frozenset({";", "while", "wherea", "but", "although", "though", "yet"})
_JOINS = frozenset({"and"})
_OPENERS = frozenset({"while", "wherea", "although", "though"})
_FINITE = frozenset(
    {
        "was",
        "were",
        "is",
        "are",
        "had",
        "has",
        "have",
        "did",
        "does",
        "do",
        "may",
        "can",
        "could",
        "might",
        "met",
        "reach",
        "show",
    }
)
_PREPOSITIONS = frozenset(
    {"in", "with", "for", "by", "on", "of", "from", "to", "among", "at", "after", "under", "as", "the", "a"}
)
_BOTH = frozenset({"both"})
_TELLING = ("finding", "up", "down", "negator", "hedge", "modality", "cause", "advice", "quantifier", "booster")
_PRIOR = "prior"
_LABELS = frozenset({"grade", "phase"})
_SHORTEST = 3
_RUN = 3
_IN, _WITH, _VERSUS, _COMMA = (Token(word, word) for word in ("in", "with", "versus", ","))


@dataclass(frozen=True, slots=True)
class _Slots:
    """Where a stretch names trials, treatments, measures and groups."""

    trials: tuple[Span, ...]
    arms: tuple[Span, ...]
    measures: tuple[Span, ...]
    groups: tuple[tuple[str, Span], ...]
    figures: tuple[Span, ...]
    dates: tuple[Span, ...]

    @property
    def has_prior(self) -> bool:
        """Whether a group is told by its earlier treatment, which cannot be repeated word for word."""
        return any(dimension == _PRIOR for dimension, _ in self.groups)


def tell_apart(reading: Reading) -> Iterator[Parts]:
    """Yield the ways to tell a sentence as two."""
    stems = [token.stem for token in reading.tokens]
    if "respect" in stems or "former" in stems or "latter" in stems:
        return
    opener = bool(stems) and stems[0] in _OPENERS
    inner = range(_SHORTEST, len(stems) - _SHORTEST)
    cuts = [index for index in inner if not reading.depths[index] and not reading.covered[index]]
    clauses = [index for index in cuts if stems[index] in _CLAUSES or (opener and stems[index] == ",")]
    for index in clauses:
        yield from _parted(reading, index, clause=True)
    for index in [] if clauses else cuts:
        if stems[index] in _JOINS or (stems[index] == "," and stems[index - 1] == ")"):
            yield from _parted(reading, index, clause=_is_clause(reading, index + 1))


def _is_clause(reading: Reading, first: int) -> bool:
    return any(token.stem in _FINITE for token in reading.tokens[first:])


def _parted(reading: Reading, index: int, *, clause: bool) -> Iterator[Parts]:
    first = int(reading.tokens[0].stem in _OPENERS)
    last = index
    while last > first and reading.tokens[last - 1].stem in {",", "and"}:
        last -= 1
    start = index + 1
    while start < len(reading.tokens) and reading.tokens[start].stem in _CLAUSES | _JOINS | {","}:
        start += 1
    if last - first < _SHORTEST or len(reading.tokens) - start < _SHORTEST - 1:
        return
    left, right = (first, last), (start, len(reading.tokens))
    before, behind = _slots(reading, left), _slots(reading, right)
    if not (_apart(before, behind) and _asserts(reading, left)):
        return
    one = _text(reading, left) + _missing(reading, before, behind, clause=clause)
    if clause:
        yield one, _carried(reading, before, behind, right) + _text(reading, right) + _against(reading, left, right)
    for place in _alike(reading, left, right, behind):
        if _keeps_telling(reading, (first, place), left, right):
            start_words = _text(reading, (first, place))
            inherited = _slots(reading, (first, place))
            yield one, start_words + _lacking(reading, before, inherited, behind) + _text(reading, right)


def _apart(before: _Slots, behind: _Slots) -> bool:
    """Whether the parts are about two things: two trials, two dates of two drugs, or figures of two measures or groups. The two
    sides of one comparison are never parted.
    """
    if any(slots.has_prior for slots in (before, behind)) and before.has_prior != behind.has_prior:
        return False
    counted = bool(before.figures and behind.figures)
    shared = not (before.arms and behind.arms)
    measured = bool(before.measures and behind.measures) and shared
    grouped = bool(before.groups and behind.groups) and not behind.arms
    dated = bool(before.dates and behind.dates and before.arms and behind.arms)
    return bool(before.trials and behind.trials) or (counted and (measured or grouped or dated))


def _asserts(reading: Reading, span: Span) -> bool:
    """Whether a part says something, and does not only name."""
    inside = range(*span)
    told = any(m.first in inside for m in reading.of_kind(*_TELLING)) or any(q.first in inside for q in reading.quantities)
    return told or any(token.stem in _FINITE for token in reading.tokens[span[0] : span[1]])


def _slots(reading: Reading, span: Span) -> _Slots:
    first, last = span

    def inside(mention: Mention) -> bool:
        return first <= mention.first and mention.last <= last

    counted = [q for q in reading.quantities if first <= q.first < last]
    return _Slots(
        trials=tuple((m.first, m.last) for m in reading.of_kind("trial") if inside(m)),
        arms=tuple((a.first, a.last) for a in reading.arms if not a.prior and first <= a.first and a.last <= last),
        measures=tuple((m.first, m.last) for m in reading.of_kind("measure") if inside(m)),
        groups=tuple(
            (m.dimension, (m.first, m.last))
            for m in reading.of_kind("condition")
            if inside(m) and m.dimension != "grade" and not reading.depths[m.first]
        ),
        figures=tuple((q.first, q.last) for q in counted if q.kind not in _LABELS),
        dates=tuple((q.first, q.last) for q in counted if q.kind == "date"),
    )


def _text(reading: Reading, span: Span) -> tuple[Token, ...]:
    return tuple(token for token in reading.tokens[span[0] : span[1]] if token.stem not in _BOTH)


def _named(reading: Reading, spans: Sequence[Span], link: Token) -> tuple[Token, ...]:
    words: tuple[Token, ...] = ()
    for number, span in enumerate(spans):
        words += (_VERSUS if number and link is _WITH else link, *reading.tokens[span[0] : span[1]])
    return words


def _missing(reading: Reading, own: _Slots, other: _Slots, *, clause: bool) -> tuple[Token, ...]:
    """What a part does not name and the other does, as words to add behind it."""
    words: tuple[Token, ...] = ()
    if not clause and own.figures and not own.measures and other.measures:
        words += (_COMMA, *_named(reading, other.measures[:1], _IN)[1:])
    if not own.trials and other.trials:
        words += _named(reading, other.trials, _IN)
    if not clause and not own.arms and own.figures:
        words += _named(reading, other.arms, _WITH)
    if not clause and not (own.trials and other.trials):
        known = {dimension for dimension, _ in own.groups}
        words += _named(reading, [span for dimension, span in other.groups if dimension not in known], _IN)
    return words


def _topic_end(reading: Reading) -> int:
    """Where the phrase ends that opens a sentence ("In X-altered disease, ..."), which all of it is about; 0 without one."""
    stems = [token.stem for token in reading.tokens]
    end = stems.index(",") if stems[0] in _PREPOSITIONS and "," in stems else 0
    return 0 if any(m.first < end for m in reading.of_kind("trial")) else end


def _against(reading: Reading, left: Span, right: Span) -> tuple[Token, ...]:
    """What the first part is set against, where the second claims a difference and names no other side."""
    marks = [m for m in reading.of_kind("versus") if left[0] <= m.first < left[1]]
    own = any(right[0] <= m.first for m in reading.of_kind("versus"))
    claims = any(right[0] <= m.first for m in reading.of_kind("up", "down"))
    for mark in marks if claims and not own else []:
        arm = next((a for a in reading.arms if 0 <= a.first - mark.last <= _RUN and a.last <= left[1]), None)
        if arm:
            return reading.tokens[mark.first : arm.last]
    return ()


def _carried(reading: Reading, before: _Slots, behind: _Slots, right: Span) -> tuple[Token, ...]:
    """What a clause takes over from the one before it: trial, treatments, measure and the groups named ahead of all figures."""
    words: tuple[Token, ...] = ()
    if not behind.trials and before.trials:
        words += _named(reading, before.trials, _IN)
    if not behind.trials or not before.trials:
        known = {dimension for dimension, _ in behind.groups}
        words += _named(reading, [span for dimension, span in before.groups if dimension not in known], _IN)
    else:
        known = {dimension for dimension, _ in behind.groups}
        opening = _topic_end(reading)
        topic = [span for dimension, span in before.groups if dimension not in known and span[1] <= opening]
        words += _named(reading, topic, _IN)
    if not behind.arms and before.arms:
        words += _named(reading, before.arms, _WITH)
    if words:
        words += (_COMMA,)
    if behind.figures and not behind.measures and before.measures:
        words += reading.tokens[before.measures[0][0] : before.measures[0][1]]
    return words


def _lacking(reading: Reading, before: _Slots, inherited: _Slots, behind: _Slots) -> tuple[Token, ...]:
    """What neither the beginning taken over nor the part itself names, of what the part before names."""
    words: tuple[Token, ...] = ()
    if not behind.trials and not inherited.trials:
        words += _named(reading, before.trials, _IN)
    if not behind.arms and not inherited.arms:
        words += _named(reading, before.arms, _WITH)
    if not behind.trials:
        known = {dimension for dimension, _ in (*behind.groups, *inherited.groups)}
        words += _named(reading, [span for dimension, span in before.groups if dimension not in known], _IN)
    return words


def _alike(reading: Reading, left: Span, right: Span, behind: _Slots) -> Iterator[int]:
    """Where the part before begins to be like the part behind: the last name, or run of names, of the sort that opens it."""
    spans = [*behind.trials, *behind.arms, *behind.measures, *(span for _, span in behind.groups), *behind.figures]
    opening = min(spans)
    before = _slots(reading, left)
    for sort in ("figures", "trials", "arms", "measures"):
        if opening in getattr(behind, sort):
            same = [span for span in getattr(before, sort) if not reading.depths[span[0]]]
            break
    else:
        same = [span for _, span in before.groups]
    if not same:
        return
    led = {token.stem for token in reading.tokens[right[0] : opening[0]]} & _PREPOSITIONS
    run = same[-1][0]
    for span in reversed(same[:-1]):
        between = reading.tokens[span[1] : run]
        if len(between) > _RUN or any(token.stem == "," for token in between):
            break
        run = span[0]
    for place in dict.fromkeys((run, same[0][0])):
        yield _led_from(reading, place, left[0]) if led else place


def _led_from(reading: Reading, place: int, limit: int) -> int:
    """Where the prepositions begin that lead to a name."""
    while place > limit and reading.tokens[place - 1].stem in _PREPOSITIONS:
        place -= 1
    return place


def _keeps_telling(reading: Reading, taken: Span, left: Span, right: Span) -> bool:
    """Whether what is denied, found or compared before the coordinator is taken over, or the part behind has its own."""

    def told(span: Span) -> list[Mention]:
        return [m for m in reading.of_kind(*_TELLING) if span[0] <= m.first < span[1] and not reading.depths[m.first]]

    return bool(told(right)) or len(told(taken)) == len(told(left))
