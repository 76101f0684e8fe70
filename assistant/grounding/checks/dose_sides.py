"""The doses a direction compares: "longer with 250 mg than with 500 mg" is the contrary of the other way round."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.types import Mention, Reading, Reason, ReasonCode

_DOSE, _REACH = "mg", 18


def check_dose_sides(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a comparison of two doses that the statements tell only the other way round."""
    printed = {told for source in sources for told in _sides(source)}
    for kind, first, second in _sides(sentence):
        if (kind, second, first) in printed and (kind, first, second) not in printed:
            words = f"{first:g} mg than {second:g} mg"
            yield Reason(ReasonCode.DIRECTION, words, f"the cited statements compare the doses the other way round: “{words}”")


def _sides(reading: Reading) -> list[tuple[str, float, float]]:
    """(direction, dose, other dose) of each comparison that opens with its direction."""
    if reading.of_kind("negator"):
        return []
    found = (_doses(reading, mention) for mention in reading.of_kind("up", "down"))
    return [sides for sides in found if sides is not None]


def _doses(reading: Reading, mention: Mention) -> tuple[str, float, float] | None:
    """The two doses behind a direction, on either side of a word that compares."""
    behind = [q for q in reading.quantities if q.kind == _DOSE and 0 <= q.first - mention.last <= _REACH]
    if len(behind) < 2:
        return None
    first, second = behind[:2]
    compared = any(first.last <= m.first < second.first for m in reading.of_kind("versus"))
    same = not {";", "."} & {token.stem for token in reading.tokens[mention.last : second.first]}
    return (mention.kind, first.value, second.value) if compared and same else None
