"""Who a clause is about: the drug that is its subject, told apart from those named as partner, comparator or earlier treatment.

A clause that names no drug as its subject is about the one that its text opens with ("A (brand) was approved ... with B. The
companion diagnostic is ...": the diagnostic is A's). It reads positions and linking words only.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from assistant.grounding.types import Arm, Mention, Reading

_AGAINST = frozenset({"versu", "vs", "than", "against", "over", "rather"})
_ADDED = frozenset({"plus", "alongsid"})
_LISTED = frozenset({",", "or", "and", "/", "either"})
_FILL = frozenset({"the", "a", "an", "either", "both", "oral", "same"})
_COMPARED = frozenset({"compar", "than"})
_TOLD_WITH = frozenset(
    {"treat", "month", "months", "%", "receiv", "seen", "longer", "shorter", "higher", "lower", "often", "given"}
)
_PRONOUNS = frozenset({"it", "use", "them", "not"})
_ARTICLES = frozenset({"a", "an"})
_DIRECT = 2


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of a text: its number, the drugs that are its subject, and all whose result it may print."""

    number: int
    owners: frozenset[str]
    results: frozenset[str]


def subjects(reading: Reading) -> tuple[Mention, ...]:
    """The drugs of a text that are no partner, comparator or earlier treatment where they are named."""
    found: list[Mention] = []
    linked: dict[int, bool] = {}
    before: Mention | None = None
    for drug in reading.of_kind("drug"):
        between = {t.stem for t in reading.tokens[before.last : drug.first]} if before else {""}
        listed = before is not None and between <= _LISTED
        linked[drug.first] = linked[before.first] if listed and before else _is_linked(reading, drug, found)
        if not linked[drug.first] and not _inside(reading, drug):
            found.append(drug)
        before = drug
    return tuple(found)


def clauses(reading: Reading) -> tuple[Clause, ...]:
    """The stretches of a text with what they are about."""
    own = subjects(reading)
    heading = frozenset({own[0].concept}) if own else frozenset[str]()
    sides = [(reading.segments[m.first], m.concept) for m in reading.of_kind("drug") if _is_side(reading, m)]
    everyone = frozenset({m.concept for m in own} | {name for _, name in sides})
    found = []
    for number in sorted(set(reading.segments)):
        here = frozenset(m.concept for m in own if reading.segments[m.first] == number)
        named = here | {name for place, name in sides if place == number}
        found.append(Clause(number, here or heading, named or everyone))
    return tuple(found)


def joined(reading: Reading, drug: Mention) -> frozenset[str]:
    """What is named directly together with a drug as one treatment ("A plus B", "A-B"), itself included."""
    arm = _arm(reading, drug)
    if arm is None:
        return frozenset({drug.concept})
    parts = [m for m in reading.of_kind("drug", "class", "arm") if arm.first <= m.first < arm.last]
    together = {drug.concept}
    for left, right in pairwise(parts):
        if right.first - left.last <= _DIRECT:
            together |= {left.concept, right.concept}
    return frozenset(together)


def _arm(reading: Reading, drug: Mention) -> Arm | None:
    return next((arm for arm in reading.arms if arm.first <= drug.first < arm.last), None)


def _inside(reading: Reading, drug: Mention) -> bool:
    """Whether a drug is earlier treatment, or no first part of a combination, or a class by its article ("a taxane")."""
    if drug.first and reading.tokens[drug.first - 1].stem in _ARTICLES:
        return True
    arm = _arm(reading, drug)
    if arm is None:
        return False
    parts = [m for m in reading.of_kind("drug", "class", "arm") if arm.first <= m.first < arm.last]
    return arm.prior or (bool(parts) and parts[0].concept != drug.concept)


def _is_linked(reading: Reading, drug: Mention, own: list[Mention]) -> bool:
    """Whether a drug is named as what another is given with or compared with."""
    stems = _before(reading, drug)
    if not stems:
        return False
    if (
        stems[-1] in _ADDED
        or (stems[-1] == "with" and stems[-2:-1] and stems[-2] in _PRONOUNS)
        or _is_set_against(reading, drug)
    ):
        return True
    follows = any(reading.segments[m.first] == reading.segments[drug.first] for m in own)
    behind_figure = any(q.kind != "date" and len(stems) - 1 - q.last in {0, 1} for q in reading.quantities)
    return stems[-1] in {"with", "without"} and follows and not behind_figure and stems[-2:-1] not in [[w] for w in _TOLD_WITH]


def _is_set_against(reading: Reading, drug: Mention) -> bool:
    """Whether a drug follows "versus", "than" or "compared with"."""
    stems = _before(reading, drug)
    number = reading.segments[drug.first]
    compares = any(t.stem in _COMPARED and reading.segments[i] == number for i, t in enumerate(reading.tokens[: drug.first]))
    return bool(stems) and (stems[-1] in _AGAINST or (stems[-1] in {"with", "to"} and compares))


def _before(reading: Reading, drug: Mention) -> list[str]:
    """The words before a drug, articles aside."""
    stems = [token.stem for token in reading.tokens[: drug.first]]
    while stems and stems[-1] in _FILL:
        stems.pop()
    return stems


def segment_owners(reading: Reading, number: int) -> tuple[Mention, ...]:
    """The subjects of one stretch; where a text names a single drug, that, however it is linked ("the test that goes with A").

    None where a treatment of several is told that begins with no drug ("placebo plus A").
    """
    here = tuple(m for m in subjects(reading) if reading.segments[m.first] == number)
    drugs = reading.of_kind("drug")
    if len({m.concept for m in drugs}) == 1:
        here = tuple(m for m in drugs if reading.segments[m.first] == number and not _is_set_against(reading, m))
    whole = [_arm(reading, m) for m in here]
    return () if any(arm is not None and (arm.prior or _led(reading, arm)) for arm in whole) else here


def _is_side(reading: Reading, drug: Mention) -> bool:
    """Whether a drug is what another is set against."""
    return not _inside(reading, drug) and _is_set_against(reading, drug)


def _led(reading: Reading, arm: Arm) -> bool:
    """Whether a treatment begins with a class or placebo."""
    parts = [m for m in reading.of_kind("drug", "class", "arm") if arm.first <= m.first < arm.last]
    return bool(parts) and parts[0].kind != "drug"
