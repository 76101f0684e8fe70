"""Who has a finding: each of several trials told at once, what an event is put down to, whom a trial shut out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.types import Reading, Reason, ReasonCode

_REACH = 3
_SHUT = frozenset({"exclud", "bar", "disqualifi"})
_OPPOSITE = {"endpoint_met": "endpoint_not_met", "endpoint_not_met": "endpoint_met"}


def check_each_trial(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a trial of a stretch whose own statements have the opposite of what the stretch finds."""
    del lexicon
    for number in sorted(set(sentence.segments)):
        found = {m.concept for m in sentence.of_kind("finding") if sentence.segments[m.first] == number} & set(_OPPOSITE)
        trials = {m.concept for m in sentence.of_kind("trial") if sentence.segments[m.first] == number}
        measures = {m.concept for m in sentence.of_kind("measure") if sentence.segments[m.first] == number}
        if len(found) != 1 or len(trials) < 2:
            continue
        finding = next(iter(found))
        for trial in sorted(trials):
            own = [source for source in sources if {m.concept for m in source.of_kind("trial")} == {trial}]
            about = [source for source in own if source.has(*measures)] if measures else own
            if any(source.has(_OPPOSITE[finding]) for source in about) and not any(source.has(finding) for source in about):
                name = trial.replace("_", " ")
                yield Reason(ReasonCode.NEGATION, name, f"the cited statement finds the opposite of {name}")


def check_attribution(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a treatment that something is put down to, where the statements put it down to others only."""
    del lexicon
    printed = {name for source in sources for name, _ in _blamed(source)}
    for name, words in _blamed(sentence):
        if printed and name not in printed:
            yield Reason(ReasonCode.RELATION, words, f"the cited statements put this down to another treatment than {words}")


def _blamed(reading: Reading) -> Iterator[tuple[str, str]]:
    """(treatment, words) right behind a word of cause."""
    for cause in reading.of_kind("cause"):
        for name in reading.of_kind("drug", "class"):
            if 0 <= name.first - cause.last < _REACH:
                yield name.concept, reading.phrase(name.first, name.last)


def check_shut_out(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for "did not rule out" where a statement shuts patients out and none denies that."""
    del lexicon
    if any(source.has("excluded") for source in sources) and not any(list(_let_in(source)) for source in sources):
        for words in _let_in(sentence):
            yield Reason(ReasonCode.NEGATION, words, f"the cited statement shuts patients out: “{words}”")


def _let_in(reading: Reading) -> Iterator[str]:
    """The words of a denial right before a word of exclusion."""
    for negator in reading.of_kind("negator"):
        stems = [token.stem for token in reading.tokens[negator.last : negator.last + 2 * _REACH]]
        if stems[:1] and (stems[0] in _SHUT or (stems[0] == "rule" and "out" in stems)):
            yield reading.phrase(negator.first, negator.last + 1)
