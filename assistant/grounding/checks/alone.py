"""What was given with a partner was not given alone: "versus fulvestrant alone" where the control was a combination.

The figures of the sentence are printed, and so is the drug; only that it had a partner there has been left out and denied.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.reading.text import stem
from assistant.grounding.types import Arm, Reading, Reason, ReasonCode

_ALONE = frozenset(stem(word) for word in ("alone", "monotherapy", "itself", "unaccompanied", "single", "only", "solo", "sole"))
_OUTCOMES = frozenset({"months", "percent", "ratio"})
_SMALL = frozenset({"by", "as", "a", "agent", "-", "given", "arm", "(", "in", "the"})
_PARTNERS = frozenset({"placebo"})
_NEAR = 3


def check_alone(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a drug told as given alone, where the statement that prints the figures gives it a partner."""
    del lexicon
    figures = {(q.kind, q.value) for q in sentence.quantities if q.kind in _OUTCOMES}
    if not figures:
        return
    homes = [source for source in sources if figures & {(q.kind, q.value) for q in source.quantities}]
    for arm in sentence.arms:
        named = _drugs(arm)
        if arm.prior or len(named) != 1 or not _is_alone(sentence, arm):
            continue
        given = [other for source in homes for other in source.arms if named <= _drugs(other) and not other.prior]
        elsewhere = given and all(_drugs(other) - named - _PARTNERS for other in given)
        if elsewhere or _had_partner(sentence, named, homes):
            words = sentence.phrase(arm.first, arm.last)
            yield Reason(ReasonCode.COMPARATOR, words, f"{words} was not given alone in the cited statement")


def _had_partner(sentence: Reading, named: frozenset[str], homes: Sequence[Reading]) -> bool:
    """Whether the figures the drug is told with are printed for it with a partner, and for no other arm."""
    own = {(f.quantity.kind, f.quantity.value) for f in sentence.figures if _treatments(f.arm) == named}
    arms = [
        _treatments(f.arm)
        for source in homes
        for f in source.figures
        if f.quantity.kind == "months" and (f.quantity.kind, f.quantity.value) in own
    ]
    return bool(arms) and all(named < arm and arm - named - _PARTNERS for arm in arms)


def _drugs(arm: Arm) -> frozenset[str]:
    """The treatments of an arm without their doses."""
    return _treatments(arm.concepts)


def _treatments(names: frozenset[str]) -> frozenset[str]:
    return frozenset(name for name in names if not name.startswith("dose:"))


def _is_alone(reading: Reading, arm: Arm) -> bool:
    for index in range(arm.last, min(arm.last + _NEAR, len(reading.tokens))):
        word = reading.tokens[index].stem
        if word in _ALONE:
            return True
        if word not in _SMALL:
            return False
    return False
