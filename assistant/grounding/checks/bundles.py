"""A hazard ratio keeps what is printed around it: its interval, its p value and the medians or rates it compares.

Where a statement prints several results ("7.2 months with 75 mg (HR 0.59; 90% CI, 0.42-0.82) and 7.7 months with 150 mg (HR
0.64; 90% CI, 0.46-0.89)"), a model that mixes them up writes the ratio of one beside the figures of another; each of them is
printed. Figures before a ratio are its own, back to the ratio before it; where a text names the ratio first, those behind it.
Figures behind the last ratio ("versus 3.7 months") may be shared and are not judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.types import Quantity, Reading, Reason, ReasonCode

_FOLLOWERS = frozenset({"ci", "p"})
_COMPARED = frozenset({"months", "percent"})
_RATIO = "ratio"
_STOP = "."
_DECIMALS = 3
Key = tuple[str, float, float]


@dataclass(frozen=True, slots=True)
class _Bundle:
    """A ratio with what stands around it; `own` are the figures it compares."""

    ratio: Quantity
    followers: tuple[Quantity, ...]
    own: tuple[Quantity, ...]


def check_bundles(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a ratio beside an interval, p value or median that is printed beside other ratios only."""
    del lexicon
    stated = [bundle for bundle in _bundles(sentence) if _exact(bundle.ratio)]
    if not stated:
        return
    printed = [bundle for source in sources for bundle in _bundles(source, runs=True)]
    ratios = {_key(bundle.ratio) for bundle in printed}
    for bundle in stated:
        ratio = _key(bundle.ratio)
        if ratio not in ratios:
            continue
        for other in (*bundle.followers, *bundle.own):
            homes = {_key(b.ratio) for b in printed if _key(other) in {_key(q) for q in (*b.followers, *b.own)}}
            if homes and ratio not in homes and not _shown_without(other, printed, sources):
                words = f"{sentence.phrase(bundle.ratio.first, bundle.ratio.last)}, {sentence.phrase(other.first, other.last)}"
                yield Reason(ReasonCode.NUMBER_ROLE, words, f"these two are printed in two results: {words}")


def _shown_without(other: Quantity, printed: Sequence[_Bundle], sources: Sequence[Reading]) -> bool:
    """Whether a figure is printed outside all bundles too: it may stand with any ratio then."""
    key = _key(other)
    times = sum(_key(q) == key for source in sources for q in source.quantities)
    return times > len({id(q) for b in printed for q in (*b.followers, *b.own) if _key(q) == key})


def _exact(quantity: Quantity) -> bool:
    return not (quantity.about or quantity.worded or quantity.bound)


def _key(quantity: Quantity) -> Key:
    upper = quantity.value if quantity.upper is None else quantity.upper
    return quantity.kind, round(quantity.value, _DECIMALS), round(upper, _DECIMALS)


def _bundles(reading: Reading, runs: bool = False) -> list[_Bundle]:
    """The ratios of a text, sentence by sentence, with their figures; in `runs` a ratio shares those of the one before."""
    found: list[_Bundle] = []
    for figures in _sentences(reading):
        places = [place for place, quantity in enumerate(figures) if quantity.kind == _RATIO]
        if not places:
            continue
        leading = not reading.depths[figures[places[0]].first] and not any(q.kind in _COMPARED for q in figures[: places[0]])
        for turn, place in enumerate(places):
            end = places[turn + 1] if turn + 1 < len(places) else len(figures)
            begin = places[turn - 1] + 1 if turn else 0
            stretch = figures[place + 1 : end] if leading else figures[begin:place]
            own = tuple(q for q in stretch if q.kind in _COMPARED and not _parted(reading, q, figures[place]))
            if runs and not own and turn and not _measured_between(reading, figures[begin - 1], figures[place]):
                own = found[-1].own
            found.append(_Bundle(figures[place], tuple(_followers(figures[place + 1 : end])), own))
    return found


def _followers(figures: Sequence[Quantity]) -> list[Quantity]:
    """The interval and the p value right behind a ratio, the first of each."""
    found: list[Quantity] = []
    for quantity in figures:
        if quantity.kind == "level":
            continue
        if quantity.kind not in _FOLLOWERS or any(quantity.kind == other.kind for other in found):
            break
        found.append(quantity)
    return found


def _parted(reading: Reading, one: Quantity, ratio: Quantity) -> bool:
    """Whether a figure and a ratio stand in two brackets, or are told of two measures ("9.0 months, and OS had HR 0.69")."""
    first, second = (one, ratio) if one.first < ratio.first else (ratio, one)
    closed = any(reading.depths[i] < reading.depths[one.first] for i in range(first.last, second.first))
    return closed or _measured_between(reading, first, second)


def _measured_between(reading: Reading, first: Quantity, second: Quantity) -> bool:
    return any(first.last <= m.first < second.first for m in reading.of_kind("measure"))


def _sentences(reading: Reading) -> Iterator[list[Quantity]]:
    stops = [i for i, token in enumerate(reading.tokens) if token.stem == _STOP and not reading.depths[i]]
    begin = 0
    for end in (*stops, len(reading.tokens)):
        found = [q for q in reading.quantities if begin <= q.first < end]
        begin = end
        if found:
            yield found
