"""What stands right beside a thing stays with it: the strength of a tablet, the line of a treatment, the members of a class.

"Two 400 mg tablets" of two 200 mg ones, "the second-line inhibitor" of the first-line one, "with or without" what the label
includes, a dose that only impairment calls for, a class counted among others than its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.reading.text import stems
from assistant.grounding.types import Mention, Quantity, Reading, Reason, ReasonCode

_TABLETS = stems("tablet tablets capsule capsules pill pills")
_IMPAIRED = stems("impairment impaired hepatic reduced reduction lowered cut moderate severe interrupted modified liver")
_LINES = stems("first second third 1st 2nd 3rd")
_CASES = stems("including included includes containing")
_EITHER = (("with", "or", "without"), ("whether", "or", "not"), ("irrespect", "of"), ("regardless", "of"))
_AMONG = stems("among counts counted count one belongs belong sorts sorted includes include including comprise comprises")
_OPENS = frozenset({"(", ":", "mean", "defin", "name", "compris", "includ"})
_CLOSES = frozenset({")", ".", ";"})
_NEAR, _AFTER, _REACH, _OPEN_REACH = 2, 3, 9, 6


def check_kept(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a strength, line, case or class that is printed beside something else."""
    del lexicon
    yield from _doses(sentence, sources)
    yield from _lines(sentence, sources)
    yield from _either(sentence, sources)
    yield from _members(sentence, sources)


def _doses(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    tablets = {q.value for source in sources for q in _mg(source) if _beside(source, q, _TABLETS)}
    special = {q.value for source in sources for q in _mg(source) if _in_impairment(source, q)}
    plain = {q.value for source in sources for q in _mg(source) if not _in_impairment(source, q)}
    impaired = any(token.stem in _IMPAIRED for token in sentence.tokens)
    for dose in _mg(sentence):
        strange = bool(tablets) and dose.value not in tablets and _beside(sentence, dose, _TABLETS)
        if strange or (dose.value in special - plain and not impaired):
            words = sentence.phrase(dose.first, dose.last)
            yield Reason(ReasonCode.NUMBER_ROLE, words, f"{words} is not printed for this")
            return


def _mg(reading: Reading) -> list[Quantity]:
    return [q for q in reading.quantities if q.kind == "mg"]


def _beside(reading: Reading, dose: Quantity, words: frozenset[str]) -> bool:
    """Whether one of the words stands right behind a dose, or before it with "of" between."""
    after = [token.stem for token in reading.tokens[dose.last : dose.last + 1]]
    before = [token.stem for token in reading.tokens[max(0, dose.first - _NEAR) : dose.first]]
    return bool(words & set(after)) or (before[-1:] == ["of"] and bool(words & set(before)))


def _in_impairment(reading: Reading, dose: Quantity) -> bool:
    """Whether the clause of a dose speaks of impairment or reduction."""
    stems = [token.stem for token in reading.tokens]
    first = max((i for i in range(dose.first) if stems[i] in _CLOSES - {")"}), default=0)
    last = next((i for i in range(dose.last, len(stems)) if stems[i] in _CLOSES - {")"}), len(stems))
    return bool(_IMPAIRED & set(stems[first:last]))


def _lines(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    printed = [entry for source in sources for entry in _lined(source)]
    if len({line for line in _LINES for token in sentence.tokens if token.stem == line}) > 1:
        return
    for line, concept, words in _lined(sentence):
        known = {other for other, name, _ in printed if name == concept}
        if known and line not in known:
            yield Reason(ReasonCode.POPULATION, words, f"no cited statement has this in that line: “{words}”")
            return


def _lined(reading: Reading) -> Iterator[tuple[str, str, str]]:
    """(line, class, words) of a class with its line right before it."""
    for index, token in enumerate(reading.tokens[:-1]):
        if token.stem in _LINES and reading.tokens[index + 1].stem == "line":
            for m in reading.of_kind("class", "drug"):
                if m.first == index + _NEAR:
                    yield token.stem, m.concept, reading.phrase(index, m.last)


def _either(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    """ "With or without" a treatment that the statements require by "including"."""
    free = {m.concept for source in sources for m in _left_open(source)}
    bound = {m.concept for source in sources for m in source.of_kind("class", "drug") if _included(source, m)}
    for mention in _left_open(sentence):
        if mention.concept in bound - free:
            words = sentence.phrase(mention.first, mention.last)
            yield Reason(ReasonCode.POPULATION, words, f"the cited statement requires {words}")
            return


def _left_open(reading: Reading) -> Iterator[Mention]:
    stems = tuple(token.stem for token in reading.tokens)
    for index in range(len(stems)):
        if any(stems[index : index + len(form)] == form for form in _EITHER):
            yield from (m for m in reading.of_kind("class", "drug") if 0 < m.first - index <= _REACH)


def _included(source: Reading, mention: Mention) -> bool:
    return bool(_CASES & {t.stem for t in source.tokens[max(0, mention.first - _AFTER) : mention.first]})


def _members(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    """A class counted among others than those under whose name the statements list it."""
    heads: dict[str, set[str]] = {}
    for source in sources:
        for head, members in _listed(source).items():
            heads.setdefault(head, set()).update(members)
    among = any(token.stem in _AMONG for token in sentence.tokens)
    named = {m.concept for m in sentence.of_kind("class")}
    members = set().union(*heads.values()) - set(heads)
    owners = {name: {head for head, inside in heads.items() if name in inside} for name in named & members}
    strange = sorted(name for name, its in owners.items() if not its & named)
    if among and strange and named - members:
        words = ", ".join(strange)
        yield Reason(ReasonCode.RELATION, words, f"the cited statement lists {words} under another class")


def _listed(source: Reading) -> Mapping[str, set[str]]:
    """The classes listed in brackets, or behind a colon or "meaning", after the name of a class."""
    classes = source.of_kind("class")
    found: dict[str, set[str]] = {}
    for head in classes:
        opening = next((i for i in _reach(source, head) if source.tokens[i].stem in _OPENS), None)
        if opening is None or any(head.last <= m.first < opening for m in classes):
            continue
        bracket = source.tokens[opening].stem == "("
        ends = {")"} if bracket else _CLOSES - ({";"} if source.tokens[opening].stem == ":" else set())
        end = next((i for i in range(opening, len(source.tokens)) if source.tokens[i].stem in ends), len(source.tokens))
        inside = {m.concept for m in classes if opening < m.first < end}
        if inside:
            found[head.concept] = inside
    return found


def _reach(source: Reading, head: Mention) -> range:
    """Where a list may open after a class: at once for a bracket, a few words on for the rest."""
    near = range(head.last, min(len(source.tokens), head.last + 1))
    bracket = any(source.tokens[i].stem == "(" for i in near)
    return near if bracket else range(head.last, min(len(source.tokens), head.last + _OPEN_REACH))
