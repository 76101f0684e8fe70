"""What bears a direction out besides figures: doses, what a treatment is added to, and what a risk turns round."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.grounding.figures import COMPARATOR
from assistant.grounding.roles import arm_fits, undosed
from assistant.grounding.types import Mention, Reading

_RISKS, _RISK_REACH = frozenset({"hazard", "risk"}), 3
_DOSES, _DOSE_REACH = frozenset({"mg", "mg_per_kg"}), 7
_ADDING, _ADDED_REACH = frozenset({"ad", "add", "addit"}), 3
_EMPTY, _GIVEN = frozenset({"placebo"}), frozenset({"drug", "class"})


def of_risk(sentence: Reading, mention: Mention) -> bool:
    """Whether a direction is that of a risk ("a lower hazard of progression"): a longer time is a lower one."""
    near = [token.stem for token in sentence.tokens[mention.last : mention.last + _RISK_REACH + 1]]
    return any(stem in _RISKS and near[i + 1 : i + 2] != ["ratio"] for i, stem in enumerate(near[:_RISK_REACH]))


def of_doses(sentence: Reading, mention: Mention, sources: Sequence[Reading]) -> bool:
    """Whether a direction is that of a dose beside it among the printed doses ("reduced to 250 mg", with 500 mg printed)."""
    reach = range(mention.first - _DOSE_REACH, mention.last + _DOSE_REACH)
    near = [q for q in sentence.quantities if q.kind in _DOSES and q.first in reach]
    if not near or sentence.of_kind("measure"):
        return False
    than = any(token.stem == "than" for token in sentence.tokens[mention.last : near[0].first])
    before = [q for q in sentence.quantities if q.kind in _DOSES and q.last <= mention.first]
    if than and (not before or (before[-1].value < near[0].value) != (mention.kind == "down")):
        return False
    own = before[-1] if than else near[0]
    about = [source for source in sources if source.has(*(m.concept for m in sentence.of_kind("drug")))]
    printed = {q.value for source in about for q in source.quantities if q.kind == own.kind}
    others = printed - {own.value}
    return own.value in printed and bool(others) and all((other > own.value) == (mention.kind == "down") for other in others)


def sides_fit(
    pair: tuple[frozenset[str], frozenset[str]], left: frozenset[str], right: frozenset[str], source: Reading
) -> bool:
    """Whether two printed treatments are those compared; a side that is not named is any other treatment."""
    if not arm_fits(pair[0], left, source):
        return False
    return undosed(left) != undosed(right) if COMPARATOR in pair[1] else arm_fits(pair[1], right, source)


def added_to_side(sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether a treatment is said to be added to one that a statement has as a side: that is what it is compared with."""
    sides = {undosed(arm.concepts) - _EMPTY for source in sources for arm in source.arms if not arm.prior}
    for arm in sentence.arms:
        before = {token.stem for token in sentence.tokens[max(0, arm.first - _ADDED_REACH) : arm.first]}
        to = next((i for i in range(arm.first, arm.last) if sentence.tokens[i].stem == "to"), None)
        if to is not None and before & _ADDING:
            return frozenset(m.concept for m in sentence.mentions if to < m.first < arm.last and m.kind in _GIVEN) in sides
    return False
