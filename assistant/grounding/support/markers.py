"""What is said of a mark of the tumor and of no treatment: "a rising X mutation", "X mutations go with shorter PFS".

Such a direction is one between those who have the mark and those who have not; the mark alone makes plain what is compared.
"""

from __future__ import annotations

from assistant.grounding.types import Mention, Reading

_REACH = 4
_ALTERED = (":altered", ":unaltered")
_TIED = frozenset({"associ", "link", "tie", "mean", "predict", "correl", "accompani", "connect", "relat", "go", "went", "goe"})
# "Linked an X mutation to shorter PFS".
_LINKS = frozenset({"link", "tie", "connect", "relat", "associ", "correl"})
_TO, _LINK_REACH = frozenset({"to", "with"}), 3


def of_marker(reading: Reading, direction: Mention) -> bool:
    """Whether a direction describes a mark of the tumor, or what goes with it."""
    marks = [m for m in reading.of_kind("condition", "gene") if m.dimension == "biomarker"]
    if any(0 <= m.first - direction.last < _REACH - 1 for m in marks):
        return not any(direction.last <= m.first < mark.first for mark in marks for m in reading.of_kind("measure"))
    return any(mark.concept.endswith(_ALTERED) and _tied(reading, mark, direction) for mark in marks)


def _tied(reading: Reading, mark: Mention, direction: Mention) -> bool:
    """Whether "is associated with" or the like stands between a mark and a direction, with no treatment in between."""
    place = reading.segments[direction.first]
    if mark.last > direction.first or reading.segments[mark.first] != place:
        return False
    between = {token.stem for token in reading.tokens[mark.last : direction.first]}
    arms = any(mark.last <= arm.first < direction.first for arm in reading.arms)
    before = {token.stem for token in reading.tokens[max(0, mark.first - _LINK_REACH) : mark.first]}
    linked = bool(before & _LINKS) and bool(between & _TO)
    return (bool(between & _TIED) or linked) and not arms
