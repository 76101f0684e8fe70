"""A drug of a combination told by its class: "the AKT inhibitor plus B" is "A plus B" where A is the only AKT inhibitor.

The class must be printed, or the drug be named beside it in the sentence: what class a drug belongs to needs a source. A class
that a statement itself combines with something stays that, and the figures told for the class must be printed for its drug.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.grounding.support.roles import undosed
from assistant.grounding.types import Arm, Reading

_RESULTS = frozenset({"percent", "months", "ratio"})


def told_by_class(arm: Arm, sentence: Reading, sources: Sequence[Reading], classes_of: Mapping[str, frozenset[str]]) -> bool:
    """Whether a combination with a class in it is one that a statement prints with the only drug of that class it has."""
    named = undosed(arm.concepts)
    classes = {m.concept for m in sentence.of_kind("class")} & named
    if len(classes) != 1:
        return False
    (group,) = classes
    if any({group} < other.concepts for source in sources for other in source.arms if not other.prior):
        return False
    return any(_printed_so(named - classes, group, sentence, source, classes_of) for source in sources)


def _printed_so(
    partners: frozenset[str], group: str, sentence: Reading, source: Reading, classes_of: Mapping[str, frozenset[str]]
) -> bool:
    members = {m.concept for m in source.of_kind("drug") if group in classes_of.get(m.concept, frozenset())}
    known = source.has(group) or members <= {m.concept for m in sentence.of_kind("drug")}
    whole = partners | members
    combined = any(undosed(arm.concepts) == whole for arm in source.arms)
    return known and len(members) == 1 and combined and _figures_hold(partners | {group}, whole, sentence, source)


def _figures_hold(told: frozenset[str], whole: frozenset[str], sentence: Reading, source: Reading) -> bool:
    """Whether the shares and durations told for the class are printed for the drug."""
    stated = {f.quantity.value for f in sentence.figures if undosed(f.arm) == told and f.quantity.kind in _RESULTS}
    printed = {f.quantity.value for f in source.figures if undosed(f.arm) == whole}
    return stated <= printed
