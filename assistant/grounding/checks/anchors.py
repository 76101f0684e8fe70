"""Figures and their names: a figure is stated for the trial and the drugs that a statement printing it names.

Names are taken from the words around the figure: the trial that governs it and the drugs it is bound to or, for ratios and
dates, all drugs of its stretch. Where a statement names no trial or no drug, it leaves that open and fits any.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.reading.quantities import agrees
from assistant.grounding.support.roles import supporting
from assistant.grounding.types import Figure, Quantity, Reading, Reason, ReasonCode

_WHOLE_STRETCH = frozenset({"ratio", "p", "date"})
_FREE = frozenset({"grade", "level", "ci", "score"})
_SPANS = frozenset({"date", "months", "days", "mg"})
_AFTER = frozenset({"in", "(", "of", "the", "from", "for"})
_DUE = frozenset({"goal", "decision", "deadlin", "due", "expect", "anticip", "target", "action", "plan", "pdufa"})
_DUE_REACH, _DUE_BEHIND = 5, 8
_PIECES = frozenset({"and", ",", ";"})
_DATE, _TO_DRUG = "date", frozenset({"for", "to", "of", "with"})


def check_anchors(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a figure stated for a trial or drugs that no statement printing it names."""
    del lexicon
    for figure in sentence.figures:
        quantity = figure.quantity
        homes = [source for _, source in supporting(figure, sources)] if quantity.kind not in _FREE else []
        if not homes:
            continue
        words = sentence.phrase(quantity.first, quantity.last)
        trial = _governing(sentence, figure)
        fitting = [source for source in homes if trial is None or _names(source, {trial}, "trial")]
        if not fitting:
            yield Reason(ReasonCode.NUMBER_ROLE, words, f"{words} is printed for another trial than {trial}")
            continue
        if quantity.kind == "percent" and not _fits_timepoints(sentence, figure, sources):
            yield Reason(ReasonCode.NUMBER_ROLE, words, f"{words} is printed for another point in time")
        drugs = _drugs(sentence, figure)
        together = any({m.concept for m in source.of_kind("drug")} >= drugs for source in sources)
        if together and any(_names_one(source, drugs) for source in fitting) and quantity.kind in {"ratio", "p"}:
            continue
        apart = _belongs_to_one(quantity, drugs | {m.concept for m in sentence.of_kind("drug")[:1]}, fitting, sources)
        if drugs and not apart and not any(_names(source, drugs, "drug") for source in fitting):
            name = " and ".join(sorted(drugs)).replace("_", " ")
            yield Reason(ReasonCode.NUMBER_ROLE, words, f"{words} is not printed for {name}")
        if (
            quantity.kind == "date"
            and not _due(sentence, figure, _DUE_BEHIND)
            and all(_all_due(source, figure) for source in homes)
        ):
            yield Reason(ReasonCode.DATE, words, f"{words} is printed as a date that something is due")


def _names(source: Reading, names: set[str], kind: str) -> bool:
    """Whether a statement has all these names, or none of their kind."""
    printed = {m.concept for m in source.of_kind(kind)}
    return not printed or names <= printed


def _names_one(source: Reading, names: set[str]) -> bool:
    """Whether a statement names some of these drugs and no other one."""
    printed = {m.concept for m in source.of_kind("drug")}
    return bool(printed & names) and printed <= names


def _belongs_to_one(quantity: Quantity, drugs: set[str], homes: Sequence[Reading], sources: Sequence[Reading]) -> bool:
    """Whether a date or a span is printed of one of the drugs around it, and of the others none is printed."""
    if quantity.kind not in _SPANS or not any(_names_one(source, drugs) for source in homes):
        return False
    own = {m.concept for source in homes for m in source.of_kind("drug")}
    others = [source for source in sources if source not in homes and source.has(*(drugs - own))] if drugs - own else []
    return not any(other.kind == quantity.kind for source in others for other in source.quantities)


def _timepoints(sentence: Reading, figure: Figure) -> list[Quantity]:
    """The points in time named in a figure's stretch ("at 12 months", "12-month PFS")."""
    number = sentence.segments[figure.quantity.first]
    found = [q for q in sentence.quantities if q.kind == "months" and sentence.segments[q.first] == number]
    measured = {m.first for m in sentence.of_kind("measure")}
    return [q for q in found if q.last in measured or (q.first and sentence.tokens[q.first - 1].stem == "at")]


def _fits_timepoints(sentence: Reading, figure: Figure, sources: Sequence[Reading]) -> bool:
    """Whether a share stands at its point in time: the only one of its stretch, or of several the one it has its turn with
    ("at 12 months 24.6% and 7.4%, down from 41.2% and 23.9% at 6 months").
    """
    points = _timepoints(sentence, figure)
    if len(points) < 2:
        return any(_prints_all(source, points) for _, source in supporting(figure, sources))
    number = sentence.segments[figure.quantity.first]
    shares = [f for f in sentence.figures if f.quantity.kind == "percent" and sentence.segments[f.quantity.first] == number]
    turns: set[int] = {0}
    for share in shares:
        homes = [source for _, source in supporting(share, sources)]
        fitting = {turn for turn, point in enumerate(points) if not homes or any(_prints_all(home, [point]) for home in homes)}
        turns = {turn for turn in fitting if any(turn - before in {0, 1} for before in turns)}
    return len(points) - 1 in turns or any(_prints_all(source, points) for _, source in supporting(figure, sources))


def _prints_all(source: Reading, quantities: Sequence[Quantity]) -> bool:
    return all(any(agrees(stated, printed) for printed in source.quantities) for stated in quantities)


def _governing(sentence: Reading, figure: Figure) -> str | None:
    """The trial a figure is stated for: right behind it, else the only one of its stretch, else the last before it."""
    trials = sentence.of_kind("trial")
    quantity = figure.quantity
    number = sentence.segments[quantity.first]
    for trial in trials:
        between = {token.stem for token in sentence.tokens[quantity.last : trial.first]}
        if 0 < trial.first - quantity.last <= len(_AFTER) and between <= _AFTER:
            return trial.concept
    near = {trial.concept for trial in trials if sentence.segments[trial.first] == number}
    if len(near) == 1:
        return near.pop()
    if own := _of_piece(sentence, quantity):
        return own
    before = [trial.concept for trial in trials if trial.last <= quantity.first]
    return before[-1] if before and not near else None


def _of_piece(sentence: Reading, quantity: Quantity) -> str | None:
    """The one trial of the piece between "and"s, commas and semicolons that a figure stands in, where each piece of its
    stretch that has figures has one trial of its own.
    """
    number, piece = sentence.segments[quantity.first], 0
    trials: dict[int, set[str]] = {}
    counted: dict[int, int] = {}
    starts = {m.first: m.concept for m in sentence.of_kind("trial")}
    figures = {q.first for q in sentence.quantities if q.kind not in _FREE}
    for index, token in enumerate(sentence.tokens):
        if sentence.segments[index] != number:
            continue
        piece += token.stem in _PIECES and not sentence.depths[index]
        if index in starts:
            trials.setdefault(piece, set()).add(starts[index])
        if index in figures:
            counted[index] = piece
    pieces = set(counted.values())
    alone = len(pieces) > 1 and all(len(trials.get(found, ())) == 1 for found in pieces)
    return next(iter(trials[counted[quantity.first]])) if alone and quantity.first in counted else None


def _drugs(sentence: Reading, figure: Figure) -> set[str]:
    """The drugs a figure is stated for, earlier treatment aside."""
    named = {m.concept for m in sentence.of_kind("drug")}
    place = sentence.segments[figure.quantity.first]
    trials = {m.concept for m in sentence.of_kind("trial") if sentence.segments[m.first] == place}
    tied = _dated_drug(sentence, figure.quantity) if figure.quantity.kind == _DATE else None
    if tied is not None:
        return {tied}
    if figure.quantity.kind not in _WHOLE_STRETCH or len(trials) > 1:
        return set(figure.arm & named)
    first, last = _stretch(sentence, figure)
    earlier = [arm for arm in sentence.arms if arm.prior]
    found = [m for m in sentence.of_kind("drug") if first <= m.first < last]
    return {m.concept for m in found if not any(arm.first <= m.first < arm.last for arm in earlier)}


def _dated_drug(sentence: Reading, date: Quantity) -> str | None:
    """The drug right behind a date, where each date of the stretch has one ("on 1 May 2026 for A, on 25 May 2025 for B")."""
    number = sentence.segments[date.first]
    dates = [q for q in sentence.quantities if q.kind == _DATE and sentence.segments[q.first] == number]
    behind = {m.first - 1: m.concept for m in sentence.of_kind("drug") if sentence.tokens[m.first - 1].stem in _TO_DRUG}
    if len(dates) > 1 and all(q.last in behind for q in dates):
        return behind[date.last]
    ahead: dict[int, set[str]] = {}
    start = sentence.segments.index(number)
    for one in dates:
        ahead[one.first] = {m.concept for m in sentence.of_kind("drug") if start <= m.first < one.first}
        start = one.last
    single = len(dates) > 1 and all(len(names) == 1 for names in ahead.values())
    distinct = len(frozenset().union(*ahead.values())) == len(dates)
    return min(ahead[date.first]) if single and distinct else None


def _stretch(sentence: Reading, figure: Figure) -> tuple[int, int]:
    """The tokens of a figure's stretch between its neighbours of the same kind."""
    quantity, number = figure.quantity, sentence.segments[figure.quantity.first]
    same = [q for q in sentence.quantities if q.kind == quantity.kind and q is not quantity]
    first = max((q.last for q in same if q.last <= quantity.first), default=0)
    first = max(first, sentence.segments.index(number))
    last = min((q.first for q in same if q.first >= quantity.last), default=len(sentence.tokens))
    if sentence.depths[quantity.first] and all(sentence.depths[q.first] for q in same):
        last = next((i for i in range(quantity.last, last) if _parts(sentence, i)), last)
    inside = [i for i in range(quantity.last, last) if sentence.segments[i] == number]
    return first, (inside[-1] + 1 if inside else quantity.last)


def _parts(sentence: Reading, index: int) -> bool:
    """Whether a list of bracketed figures goes on here, outside the bracket."""
    return not sentence.depths[index] and sentence.tokens[index].stem in _PIECES


def _due(reading: Reading, figure: Figure, behind: int = 2) -> bool:
    first, number = figure.quantity.first, reading.segments[figure.quantity.first]
    begin = min(reading.segments.index(number), max(0, first - _DUE_REACH))
    end = next(
        (q.first for q in reading.quantities if q.first >= figure.quantity.last and q.kind == "date"), len(reading.tokens)
    )
    return bool(_DUE & {token.stem for token in reading.tokens[begin : min(end, figure.quantity.last + behind)]})


def _all_due(source: Reading, figure: Figure) -> bool:
    """Whether a statement prints a date only as one that something is due at."""
    printed = [found for found, _ in supporting(figure, (source,))]
    return all(_due(source, found) for found in printed)
