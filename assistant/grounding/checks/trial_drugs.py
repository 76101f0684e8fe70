"""A trial keeps its drugs: where statements print several trials with their drugs, "no results of A, so how Y does is unknown"
and "A, studying Y" put the trial of one drug in the place of that of another.

A trial has the drugs of the stretch that names it, of the bracket behind it, or of its statement where that names no other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.types import Reading, Reason, ReasonCode

_ENDS = frozenset({";", "."})


def check_trial_drugs(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a trial named with drugs that are printed for another trial, none of them for this one."""
    del lexicon
    trials = {m.concept for m in sentence.of_kind("trial")}
    drugs = frozenset(m.concept for m in sentence.of_kind("drug"))
    if len(trials) != 1 or not drugs:
        return
    (trial,) = trials
    owned: dict[str, set[str]] = {}
    for source in sources:
        for name, drug in _owned(source):
            owned.setdefault(name, set()).add(drug)
    own = owned.get(trial, set())
    others = [its for name, its in owned.items() if name != trial and drugs <= its]
    if own and others and not drugs & own:
        words = trial.replace("_", " ")
        yield Reason(ReasonCode.RELATION, words, f"the drugs named with {words} are printed for another trial")


def _owned(source: Reading) -> Iterator[tuple[str, str]]:
    """(trial, drug) of a statement."""
    trials = [m for m in source.of_kind("trial") if len(source.phrase(m.first, m.last)) > 1]
    if len({m.concept for m in trials}) == 1:
        yield from ((trials[0].concept, m.concept) for m in source.of_kind("drug"))
        return
    for place, trial in enumerate(trials):
        end = trials[place + 1].first if place + 1 < len(trials) else len(source.tokens)
        end = next((i for i in range(trial.last, end) if source.tokens[i].stem in _ENDS), end)
        start = trials[place - 1].last if place else 0
        start = next((i for i in range(trial.first - 1, start - 1, -1) if source.tokens[i].stem in _ENDS), None) or start
        leads = not place or any(source.tokens[i].stem in _ENDS for i in range(start, trial.first))
        for drug in source.of_kind("drug"):
            if trial.last <= drug.first < end or (leads and start <= drug.first < trial.first):
                yield trial.concept, drug.concept
