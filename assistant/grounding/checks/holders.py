"""What is said of one class is not said of another: "partial agonism" of SERMs, "poor quality of life" with chemotherapy.

Tables told as sentences give each class its own traits, and the statements have the traits and the classes all together. A
clause of the sentence whose words stand only in clauses about other classes has put a class in the place of another; where the
clause says "only", no class may be added to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.support.evidence import FUNCTION_KINDS
from assistant.grounding.types import Reading, Reason, ReasonCode

_BREAKS = frozenset({";", ".", ":", "while", "wherea", "but"})
_JOINS = frozenset({"and", "or"})
_ONLY = "q_only"
_KINDS = frozenset({"class"})
_NO_TRAIT = frozenset({"class", "drug", "trial", "condition", "arm", "setting", "part"}) | (FUNCTION_KINDS - {"up", "down"})
# Classes that hold others: what is said of the kind is said of each.
_KIN = {
    "serd": frozenset({"im_serd", "oral_serd"}),
    "im_serd": frozenset({"serd"}),
    "oral_serd": frozenset({"serd"}),
    "et": frozenset({"ai", "serm", "serd", "im_serd", "oral_serd", "nsai"}),
    "nontargeted": frozenset({"adc", "chemotherapy"}),
    "adc": frozenset({"nontargeted"}),
    "chemotherapy": frozenset({"nontargeted"}),
    "nsai": frozenset({"ai"}),
    "ai": frozenset({"nsai"}),
}
_TELLING = 2


@dataclass(frozen=True, slots=True)
class _Clause:
    """A clause: the classes it names, its other words, whether it is about these only, and whether a drug is its subject."""

    classes: frozenset[str]
    traits: frozenset[str]
    only: bool
    of_drug: bool
    words: str


def check_holders(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a clause whose traits the statements print of other classes."""
    if not sentence.of_kind(*_KINDS) or any(q.kind not in {"count", "date"} for q in sentence.quantities):
        return
    printed = [clause for source in sources for clause in _clauses(source, lexicon)]
    holders = _holders(printed)
    for clause in _clauses(sentence, lexicon):
        if clause.classes and not clause.of_drug and (_of_others(clause, holders) or _added(clause, printed)):
            message = f"the cited statements say this of other classes: “{clause.words}”"
            yield Reason(ReasonCode.RELATION, clause.words, message)
            return


def _holders(printed: Sequence[_Clause]) -> Mapping[str, frozenset[str] | None]:
    """The classes each word is said of; None where a clause with it names none."""
    found: dict[str, frozenset[str] | None] = {}
    for clause in printed:
        for trait in clause.traits:
            before = found.get(trait, frozenset())
            found[trait] = None if before is None or not clause.classes else before | _widened(clause.classes)
    return found


def _widened(classes: frozenset[str]) -> frozenset[str]:
    return classes.union(*(_KIN.get(name, frozenset()) for name in classes))


def _of_others(clause: _Clause, holders: Mapping[str, frozenset[str] | None]) -> bool:
    known = [holders[trait] for trait in clause.traits if trait in holders]
    strange = [names for names in known if names is not None and not names & clause.classes]
    return len(strange) >= _TELLING and 2 * len(strange) > len(known)


def _added(clause: _Clause, printed: Sequence[_Clause]) -> bool:
    """Whether a class joins those to which the clause with the same words is confined."""
    near = max(printed, key=lambda other: len(other.traits & clause.traits), default=None)
    if near is None or not near.only or not near.classes:
        return False
    shared = near.traits & clause.traits
    unique = shared - frozenset().union(*(other.traits for other in printed if other is not near))
    return len(unique) >= _TELLING and bool(clause.classes - _widened(near.classes))


def _clauses(reading: Reading, lexicon: Lexicon) -> Iterator[_Clause]:
    start = 0
    for end in (*_cuts(reading), len(reading.tokens)):
        if end > start:
            yield _clause(reading, start, end, lexicon)
        start = end


def _cuts(reading: Reading) -> Iterator[int]:
    """Where a clause ends: at a stop or a contrast, and at "and" behind a comma where more than a name follows."""
    for index, token in enumerate(reading.tokens):
        joined = token.stem in _JOINS and index and reading.tokens[index - 1].stem == ","
        named = any(m.first in (index + 1, index + 2) for m in reading.of_kind(*_KINDS))
        if (token.stem in _BREAKS or (joined and not named)) and not reading.depths[index]:
            yield index


def _clause(reading: Reading, first: int, last: int, lexicon: Lexicon) -> _Clause:
    inside = [m for m in reading.mentions if first <= m.first < last]
    light = lexicon.language.light
    traits = {m.concept for m in inside if m.kind not in _NO_TRAIT}
    traits |= {
        token.stem
        for index, token in enumerate(reading.tokens[first:last], start=first)
        if not reading.covered[index] and token.is_word and token.stem not in light
    }
    denied = any(m.kind == "negator" for m in inside)
    named = [m for m in inside if m.kind in _KINDS]
    classes = frozenset(m.concept for m in named) if not denied else frozenset[str]()
    # What was given before is no subject: "A was approved after endocrine therapy" says nothing of endocrine therapy.
    earlier = {i for arm in reading.arms if arm.prior for i in range(arm.first, arm.last)}
    of_drug = any(m.kind == "drug" for m in inside) and all(m.first in earlier for m in named)
    only = any(m.concept == _ONLY for m in inside)
    return _Clause(classes, frozenset(traits), only, of_drug, reading.phrase(first, last))
