"""Results of one length of follow-up stay with it: "23.4 months; at 32-month follow-up 22.9" has two results of one kind.

Where a statement prints results of one measure with and without the length that a sentence names, the sentence tells one of
those printed with it. A length that stands in the one stretch of all results describes the whole analysis and is not asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.grounding.reading.follow_ups import is_length
from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.reading.quantities import agrees
from assistant.grounding.types import Figure, Quantity, Reading, Reason, ReasonCode

_KINDS = frozenset({"months", "percent", "ratio"})


def check_follow_ups(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a result told at a length of follow-up with which another result of its measure is printed."""
    del lexicon
    for length in (q for q in sentence.quantities if is_length(sentence, q)):
        for figure in sentence.figures:
            near = sentence.segments[figure.quantity.first] == sentence.segments[length.first]
            if not near or figure.quantity is length or figure.quantity.kind not in _KINDS:
                continue
            held = [found for source in sources for found in _printed_with(figure, length, source)]
            if held and not any(held):
                words = sentence.phrase(figure.quantity.first, figure.quantity.last)
                yield Reason(ReasonCode.NUMBER_ROLE, words, f"{words} is printed, but not at this follow-up")


def _printed_with(figure: Figure, length: Quantity, source: Reading) -> Iterator[bool]:
    """For each place where a statement prints a figure: whether it is one of those that the length is printed with."""
    places = [q for q in source.quantities if is_length(source, q) and agrees(length, q)]
    if len(places) != 1:
        return
    number = source.segments[places[0].first]
    for printed in (f for f in source.figures if agrees(figure.quantity, f.quantity) and f.quantity is not places[0]):
        rivals = [f for f in source.figures if f.measures == printed.measures and f.quantity.kind == printed.quantity.kind]
        with_it = {source.segments[f.quantity.first] == number for f in rivals}
        yield with_it != {True, False} or source.segments[printed.quantity.first] == number
