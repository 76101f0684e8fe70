"""Lines of treatment told without the word: "in the second line and 24.6 months when it was given in the first"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.grounding.types import Mention, Token

_LINE, _REACH = "line", 2
_ORDINALS = {"first": "first_line", "second": "second_line"}
_PLACED = frozenset({"in", "as", "for", "at", "during", "with"})
_ENDS = frozenset({".", ",", ";", ")", "(", "and", "than", "versus", "vs", "compar", "or", "was", "but", "while", "wherea"})


def elided_lines(tokens: Sequence[Token], mentions: Sequence[Mention]) -> Iterator[Mention]:
    """The lines that "in the first" or "in the second" stands for, behind another line that is named."""
    lines = [mention for mention in mentions if mention.dimension == _LINE]
    taken = {index for m in mentions if m.kind != "word" for index in range(m.first, m.last)}
    for index in range(_REACH, len(tokens)):
        concept = _ORDINALS.get(tokens[index].stem)
        placed = tokens[index - 1].stem == "the" and tokens[index - _REACH].stem in _PLACED
        ends = index + 1 == len(tokens) or tokens[index + 1].stem in _ENDS
        if concept and placed and ends and index not in taken and any(m.last <= index and m.concept != concept for m in lines):
            yield Mention(concept, "condition", index, index + 1, _LINE)
