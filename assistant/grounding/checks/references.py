"""References stay with their authors: number, journal, year and subject of one entry are not told of the author of another.

An entry of a list of references begins at its number ("Reference 4") and ends where the next begins; studies told by
their authors without a number are no such list. An author is the name before "and colleagues" ("et al." is read so). Nothing is
judged where the statements have one author only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.types import Quantity, Reading, Reason, ReasonCode

_COLLEAGUES, _REFERENCE, _AND = "colleagu", "refer", "and"
_INITIALS = 3
_CLEARLY = 2
_NUMBER_REACH = 3
_SEVERAL = 2
_RESPECTIVELY, _SEVERAL_REFERENCES = "respect", "references"


def check_references(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for an author who is told with what the statements print of another author."""
    if not any(token.stem == _COLLEAGUES for source in sources for token in source.tokens):
        return
    entries = _entries(sources, lexicon.language.light)
    named = [i for i, token in enumerate(sentence.tokens) if token.stem in entries]
    if len(entries) < _SEVERAL or not named:
        return
    for name, said in _told(sentence, named, lexicon.language.light):
        theirs = frozenset().union(*(entry for other, entry in entries.items() if other != name)) - entries[name]
        own = entries[name] - frozenset().union(*(entry for other, entry in entries.items() if other != name))
        wrong = said & theirs
        if any(word[0].isdigit() for word in wrong) or len(wrong) >= _CLEARLY + len(said & own):
            words = name.capitalize()
            yield Reason(ReasonCode.RELATION, words, f"{', '.join(sorted(wrong))}: printed of another author than {words}")


def numbers_reference(quantity: Quantity, sentence: Reading) -> bool:
    """Whether a figure is the number of a reference told with its author, which the entries are asked for."""
    before = {token.stem for token in sentence.tokens[max(0, quantity.first - _NUMBER_REACH) : quantity.first]}
    return _REFERENCE in before and any(token.stem == _COLLEAGUES for token in sentence.tokens)


def _told(sentence: Reading, named: Sequence[int], light: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """(author, words) of what a sentence tells of each author: all of it where there is one, else what stands behind each; what
    is told of several "respectively" is left out.
    """
    authors = {sentence.tokens[i].stem for i in named}
    if len(authors) == 1:
        yield sentence.tokens[named[0]].stem, _words(sentence, 0, len(sentence.tokens), light)
        return
    several = next((i for i, token in enumerate(sentence.tokens) if token.text.lower() == _SEVERAL_REFERENCES), None)
    shared = several is not None or any(token.stem.startswith(_RESPECTIVELY) for token in sentence.tokens)
    numbers = [q for q in sentence.quantities if several is not None and q.kind == "count" and q.first > several]
    for place, number in zip(named, numbers, strict=False):
        if len(numbers) == len(named) and several is not None and named[-1] < several:
            yield sentence.tokens[place].stem, frozenset({sentence.tokens[number.first].stem})
    for place, end in zip(named, [*named[1:], len(sentence.tokens)], strict=True):
        behind = next((i for i in range(place, end) if sentence.tokens[i].text == ")"), place) if shared else end
        yield sentence.tokens[place].stem, _words(sentence, place, behind, light)


def _entries(sources: Sequence[Reading], light: frozenset[str]) -> Mapping[str, frozenset[str]]:
    """The words and figures of the entry of each author."""
    entries: dict[str, frozenset[str]] = {}
    for source in sources:
        starts = list(_starts(source))
        ends = [*(first for _, first in starts), len(source.tokens)][1:]
        for (name, first), last in zip(starts, ends, strict=True):
            entries[name] = entries.get(name, frozenset()) | _words(source, first, last, light)
    return entries


def _starts(source: Reading) -> Iterator[tuple[str, int]]:
    """(author, first token) of each entry of a statement."""
    free = 0
    for index, token in enumerate(source.tokens):
        if token.stem != _COLLEAGUES or not index or source.tokens[index - 1].stem != _AND:
            continue
        place = next((i for i in range(index - 2, free - 1, -1) if not _is_initials(source.tokens[i].text)), None)
        if place is None or not source.tokens[place].text[0].isupper():
            continue
        numbers = [i for i in range(free, place) if source.tokens[i].stem.startswith(_REFERENCE)]
        if numbers:
            yield source.tokens[place].stem, numbers[-1]
        free = index + 1


def _is_initials(word: str) -> bool:
    return word == "," or (word.isupper() and len(word) < _INITIALS)


def _words(reading: Reading, first: int, last: int, light: frozenset[str]) -> frozenset[str]:
    tokens = reading.tokens[first:last]
    return frozenset(
        t.stem for t in tokens if (t.is_word or t.is_number) and t.stem not in light and (t.is_number or len(t.stem) > 1)
    )
