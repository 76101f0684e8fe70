"""Figures and groups printed in turns keep their turns: "9.1 months with bone and 7.3 months with liver metastases".

Where groups of one sort (sites, lines, doses, measures) and figures of one kind alternate throughout a statement,
each run of figures has its group. A sentence that names one such group alone may not tell a figure of another group's run. It
judges no statement where the two do not alternate, and no figure that is printed elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.reading.reader import DOSE_MARK
from assistant.grounding.types import Quantity, Reading, Reason, ReasonCode

_KINDS = frozenset({"months", "percent", "ratio", "count"})
_DIMENSIONS = frozenset({"line"})
_DOSE, _MEASURE, _SITE = "mg", "measure", "site"
_SITES = frozenset({"bone_metastases", "hepatic", "brain_metastases", "visceral_metastases"})
_SURVIVAL = frozenset({"os", "pfs", "pfs2", "orr", "cbr"})
_DECIMALS = 3
_FEWEST = 2
Key = tuple[str, float]
Turn = tuple[frozenset[str], tuple[Quantity, ...]]


def check_turns(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a figure told of a group while a statement prints it in the turn of another."""
    del lexicon
    groups = _groups(sentence) if any(q.kind in _KINDS for q in sentence.quantities) else []
    for sort in sorted({sort for sort, _, _, _ in groups}):
        named = frozenset(name for own, name, _, _ in groups if own == sort)
        for kind in sorted(_KINDS & {q.kind for q in sentence.quantities}):
            turns = [turn for source in sources for turn in _turns(source, sort, kind)]
            taken = {name for names, _ in turns for name in names}
            if not turns or not named <= taken or sum(bool(names & named) for names, _ in turns) != 1:
                continue
            own = {_key(q) for names, figures in turns if names & named for q in figures}
            theirs = {_key(q) for names, figures in turns if not names & named for q in figures} - own
            once = {key for key in theirs if sum(_key(q) == key for source in sources for q in source.quantities) == 1}
            for quantity in sentence.quantities:
                if sort == _DOSE and _of_own_dose(quantity, named, sources):
                    continue
                if quantity.kind == kind and _plain(quantity) and _key(quantity) in once:
                    words = sentence.phrase(quantity.first, quantity.last)
                    name = min(named).replace("_", " ").replace(":", " ")
                    yield Reason(ReasonCode.NUMBER_ROLE, words, f"{words} is printed in turn for another group than {name}")


def _of_own_dose(quantity: Quantity, named: frozenset[str], sources: Sequence[Reading]) -> bool:
    """Whether a figure is printed right for the dose named, or for a treatment without a dose (the control, told in the turn of
    the last dose).
    """
    doses = {f"{DOSE_MARK}{name.removesuffix(' mg')}" for name in named}
    arms = [
        f.arm
        for source in sources
        for f in source.figures
        if f.quantity.kind == quantity.kind and _key(f.quantity) == _key(quantity)
    ]
    dosed = {concept for source in sources for arm in source.arms if _doses(arm.concepts) for concept in arm.concepts}
    return bool(arms) and all(doses & arm or (arm and not _doses(arm) and not arm <= dosed) for arm in arms)


def _doses(concepts: frozenset[str]) -> bool:
    return any(concept.startswith(DOSE_MARK) for concept in concepts)


def _plain(quantity: Quantity) -> bool:
    return not (quantity.bound or quantity.worded or quantity.about) and quantity.upper is None


def _key(quantity: Quantity) -> Key:
    return quantity.kind, round(quantity.value, _DECIMALS)


def _groups(reading: Reading) -> list[tuple[str, str, int, int]]:
    """(sort, group, tokens) of what tells results apart."""
    found = [(m.dimension, m.concept, m.first, m.last) for m in reading.of_kind("condition") if m.dimension in _DIMENSIONS]
    found += [(_MEASURE, m.concept, m.first, m.last) for m in reading.of_kind(_MEASURE) if m.concept in _SURVIVAL]
    found += [(_SITE, m.concept, m.first, m.last) for m in reading.mentions if m.concept in _SITES]
    found += [(_DOSE, f"{q.value:g} mg", q.first, q.last) for q in reading.quantities if q.kind == _DOSE and _plain(q)]
    return sorted(found, key=lambda group: group[2])


def _turns(reading: Reading, sort: str, kind: str) -> list[Turn]:
    """The runs of figures with their groups, where the two alternate; none otherwise."""
    things: list[tuple[int, str | None, Quantity | None]] = [
        (f, name, None) for own, name, f, _ in _groups(reading) if own == sort
    ]
    things += [(q.first, None, q) for q in reading.quantities if q.kind == kind and _plain(q)]
    runs: list[tuple[set[str], list[Quantity]]] = []
    for _, name, figure in sorted(things, key=lambda thing: thing[0]):
        last = bool(runs) and bool(runs[-1][0])
        if not runs or last != (name is not None):
            runs.append((set(), []))
        if name is not None:
            runs[-1][0].add(name)
        elif figure is not None:
            runs[-1][1].append(figure)
    return _paired(reading, runs)


def _paired(reading: Reading, runs: Sequence[tuple[set[str], list[Quantity]]]) -> list[Turn]:
    behind = len(runs) % 2 == 1 and bool(runs[0][0]) and all(reading.depths[q.first] for _, figures in runs for q in figures)
    if len(runs) % 2 and not behind:
        return []
    pairs = [(runs[i], runs[i + 1]) for i in range(0, len(runs) - 1, 2)]
    turns = [(frozenset(left[0] | right[0]), tuple(left[1] + right[1])) for left, right in pairs]
    names = [name for group, _ in turns for name in group]
    return turns if len(turns) >= _FEWEST and len(names) == len(set(names)) else []
