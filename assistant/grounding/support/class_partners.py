"""A drug of a combination told by its class: "the AKT inhibitor plus B" is "A plus B" where A is the only AKT inhibitor.

The class must be printed, or the drug be named beside it in the sentence: what class a drug belongs to needs a source.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.grounding.support.roles import undosed
from assistant.grounding.types import Arm, Reading


def told_by_class(arm: Arm, sentence: Reading, sources: Sequence[Reading], classes_of: Mapping[str, frozenset[str]]) -> bool:
    """Whether a combination with a class in it is one that a statement prints with the only drug of that class it has."""
    named = undosed(arm.concepts)
    classes = {m.concept for m in sentence.of_kind("class")} & named
    if len(classes) != 1:
        return False
    (group,) = classes
    return any(_printed_so(named - classes, group, sentence, source, classes_of) for source in sources)


def _printed_so(
    partners: frozenset[str], group: str, sentence: Reading, source: Reading, classes_of: Mapping[str, frozenset[str]]
) -> bool:
    members = {m.concept for m in source.of_kind("drug") if group in classes_of.get(m.concept, frozenset())}
    known = source.has(group) or members <= {m.concept for m in sentence.of_kind("drug")}
    return known and len(members) == 1 and any(undosed(arm.concepts) == partners | members for arm in source.arms)
