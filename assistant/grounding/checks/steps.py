"""Steps of an authorisation keep their dates: an opinion is no approval, and a goal date is not the day of the decision.

Statements print several dates of one drug (committee vote, opinion, extended review, goal, approval). A model that mixes them
up takes printed words and a printed date, so that only which step a date stands beside tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.grounding.reading.dates import same_date
from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.reading.text import stems
from assistant.grounding.support.evidence import OPEN_FINDINGS
from assistant.grounding.types import Quantity, Reading, Reason, ReasonCode

_APPROVAL, _GOAL, _OPINION, _VOTE, _EXTENSION = "approval", "goal date", "opinion", "vote", "extended review"
_DECISIVE = frozenset({_OPINION, _VOTE, _GOAL, _EXTENSION})
_STEPS = {
    **dict.fromkeys(stems("approved approval cleared clearance licensed licence license authorized authorised"), _APPROVAL),
    **dict.fromkeys(stems("authorization marketing greenlit cleared"), _APPROVAL),
    **dict.fromkeys(stems("opinion"), _OPINION),
    **dict.fromkeys(stems("voted vote"), _VOTE),
    **dict.fromkeys(stems("extended extension prolonged lengthened"), _EXTENSION),
}
# It takes a date of its own, whatever it did.
_BODY, _DID = stems("commission"), "decision"
_ADVISERS = stems("CHMP")
_APPLIED = frozenset({"test", "assay", "agent", "drug", "product", "option", "therapi", "treatment", "use", "studi", "by"})
_GOALS = stems("goal target PDUFA action")
_ON = frozenset({"on", "until", "meet", "met", "exact", "also", "was", "is", "hit"})
_BY = frozenset({"by"})
_OFF = frozenset({"ahead", "befor", "after", "past"})
_ENDS = frozenset({";", "."})
_NEAR, _REACH, _BEFORE = 4, 14, 5
_NO_DAY = 100


def check_steps(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a step with the date of another one, and for a decision on the day it was only due."""
    del lexicon
    if not any(q.kind == "date" for q in sentence.quantities):
        return
    printed = [(step, date.value) for source in sources for step, date in _dated(source)]
    for step, date in _dated(sentence):
        its = {other for other, value in printed if same_date(date.value, value)}
        own = {value for other, value in printed if other == step}
        elsewhere = bool(its & _DECISIVE) and step not in its
        if step == _DID:
            continue
        missed = step not in its and bool(own) and step != _APPROVAL and all(value % 10000 >= _NO_DAY for value in own)
        if elsewhere or missed:
            words = sentence.phrase(date.first, date.last)
            yield Reason(ReasonCode.DATE, words, f"no cited statement dates the {step} to {words}")
    yield from _on_goal_date(sentence, sources)


def _dated(reading: Reading) -> Iterator[tuple[str, Quantity]]:
    """(step, date) of each date with the step beside it: a goal right at it, else the step it is nearest to."""
    dates = [q for q in reading.quantities if q.kind == "date"]
    goals = [date for date in dates if _is_goal(reading, date)]
    yield from ((_GOAL, date) for date in goals)
    near = [
        (_distance(reading, date, place), place, step, date)
        for place, step in _marks(reading)
        for date in dates
        if date not in goals and _one_clause(reading, date, place)
    ]
    taken: set[int] = set()
    for far, place, step, date in sorted(near, key=lambda entry: entry[:2]):
        if far <= _REACH and not {place, date.first} & taken:
            taken |= {place, date.first}
            yield step, date


def _marks(reading: Reading) -> Iterator[tuple[int, str]]:
    opinion = any(_STEPS.get(token.stem) == _OPINION for token in reading.tokens)
    for index, token in enumerate(reading.tokens):
        after = reading.tokens[index + 1].stem if index + 1 < len(reading.tokens) else ""
        step = _STEPS.get(token.stem)
        if step is None and token.stem in _ADVISERS and not opinion:
            step = _OPINION
        if step is None and token.stem in _BODY and not _approves(reading, index):
            step = _DID
        if step and not (step == _APPROVAL and after in _APPLIED - {"use", "by"}):
            yield index, step


def _approves(reading: Reading, index: int) -> bool:
    near = reading.tokens[max(0, index - _NEAR - 1) : index + _NEAR + 1]
    return any(_STEPS.get(token.stem) == _APPROVAL for token in near)


def _is_goal(reading: Reading, date: Quantity) -> bool:
    before = [token.stem for token in reading.tokens[max(0, date.first - _NEAR) : date.first]]
    after = [token.stem for token in reading.tokens[date.last : date.last + 2]]
    named = [i for i, word in enumerate(before) if word in _GOALS]
    return (bool(named) and "date" in before[named[-1] :]) or (bool(_GOALS & set(after[:1])) and "date" in after)


def _one_clause(reading: Reading, date: Quantity, place: int) -> bool:
    first, last = sorted((date.first, place))
    return not any(token.stem in _ENDS for token in reading.tokens[first:last])


def _distance(reading: Reading, date: Quantity, place: int) -> int:
    """How far a step is from a date; a date between two of them belongs to the one before it, and a comma parts."""
    first, last = (place + 1, date.first) if place < date.first else (date.last, place)
    commas = sum(token.stem in {",", "while", "wherea", "but"} for token in reading.tokens[first:last])
    return last - first + _BEFORE * commas + (0 if place < date.first else 1)


def _on_goal_date(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    """A decision told as made on its goal date, which no statement says."""
    if not any(step == _APPROVAL for _, step in _marks(sentence)) or sentence.of_kind("negator"):
        return
    if sentence.has(*OPEN_FINDINGS) or any(token.stem == "whether" for token in sentence.tokens):
        return
    undecided = any(source.of_kind("negator") or source.has(*OPEN_FINDINGS) for source in sources)
    on = _ON | (_BY if undecided else frozenset())
    if any(True for source in sources for _ in _met_goal(source, on)):
        return
    for words in _met_goal(sentence, on):
        yield Reason(ReasonCode.DATE, words, f"no cited statement says that the decision came on its goal date: “{words}”")


def _met_goal(reading: Reading, on: frozenset[str]) -> Iterator[str]:
    """The words that put a decision on its goal date: "on its goal date", "which was also the goal date"."""
    for index, token in enumerate(reading.tokens):
        if token.stem in _GOALS and any(t.stem == "date" for t in reading.tokens[index : index + 2]):
            first = max(0, index - _NEAR)
            before = [t.stem for t in reading.tokens[first:index]]
            if set(before) & on and not set(before) & _OFF and "," not in before[-2:]:
                yield reading.phrase(first, index + 2)
