"""Near copies: a sentence worded as a source, with one name, figure or denial exchanged, is a corruption of it.

The words that carry content are compared in order, once with the names of one sort left open: where everything else is the
same, what was left open must be the same too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.support.evidence import OPEN_FINDINGS
from assistant.grounding.types import Reading, Reason, ReasonCode

_SHORTEST = 4
_OF_REACH = 3
# Words that add a sentence to what was said before and say nothing themselves ("as well").
_ADDING = frozenset({"well", "likewis", "equal", "indeed", "even", "similar"})
_SORTS = {
    "figure": ReasonCode.NUMBER_ROLE,
    "drug": ReasonCode.RELATION,
    "class": ReasonCode.RELATION,
    "trial": ReasonCode.RELATION,
    "condition": ReasonCode.POPULATION,
}
_KINDS = {"drug": "drug", "class": "class", "trial": "trial", "condition": "condition", "gene": "condition"}


@dataclass(frozen=True, slots=True)
class _Item:
    """A word of content: its sort ("" for plain words), what is compared, where it stands."""

    sort: str
    value: str
    first: int


def check_near_copies(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason where a sentence differs from a stretch of a source by the names, figures or denials of one sort alone."""
    own = _items(sentence, lexicon)
    if len(own) < _SHORTEST:
        return
    printed = [_items(source, lexicon) for source in sources]
    if any(_find(_values(own), _values(found)) for found in printed):
        return
    for sort, code in _SORTS.items():
        for found in printed:
            changed = _change(own, found, sort)
            if changed is not None:
                words = sentence.phrase(changed, changed + 1)
                yield Reason(code, words, f"worded as the cited statement, with another {sort}: “{words}”")
                return
    for source in sources:
        changed = _denial_change(sentence, source, lexicon)
        if changed is not None:
            words = sentence.phrase(changed, min(changed + 4, len(sentence.tokens)))
            yield Reason(ReasonCode.NEGATION, words, f"worded as the cited statement, with a denial more or less: “{words}”")
            return


def _items(reading: Reading, lexicon: Lexicon) -> list[_Item]:
    found: dict[int, _Item] = {}
    inside: set[int] = set()
    for mention in reading.mentions:
        sort = _KINDS.get(mention.kind, "")
        if mention.kind in {"part", "negator"} or mention.concept.startswith(("prior:", "grade:")):
            continue
        found.setdefault(mention.first, _Item(sort, mention.concept, mention.first))
        inside |= set(range(mention.first, mention.last))
    light = lexicon.language.light
    for index, token in enumerate(reading.tokens):
        if token.is_number:
            found[index] = _Item("figure", token.stem.lstrip("0") or "0", index)
        elif token.is_word and index not in inside and token.stem not in light:
            found[index] = _Item("", token.stem, index)
    ordered = [found[index] for index in sorted(found)]
    kept: list[_Item] = []
    for item in ordered:
        bracketed = item.first > 0 and reading.tokens[item.first - 1].stem == "("
        if not (bracketed and kept and kept[-1].value == item.value):
            kept.append(item)
    return kept


def _values(items: Sequence[_Item]) -> list[str]:
    return [item.value for item in items]


def _find(part: Sequence[str], whole: Sequence[str]) -> list[int]:
    """Where a part stands in a whole as it is."""
    size = len(part)
    return [start for start in range(len(whole) - size + 1) if list(whole[start : start + size]) == list(part)]


def _change(own: Sequence[_Item], printed: Sequence[_Item], sort: str) -> int | None:
    """Token of the first exchanged item, where the sentence is a stretch of the source but for items of `sort`."""
    places = _find(_masked(own, sort), _masked(printed, sort))
    if not places:
        return None
    pairs = list(zip(own, printed[places[0] :], strict=False))
    if sort == "figure" and sorted(item.value for item, _ in pairs) == sorted(other.value for _, other in pairs):
        moved = [item for item, other in pairs if item.value != other.value]
        if any(own[i + 1 :] and own[i + 1].sort == "figure" and _of_whole(own[i], own[i + 1]) for i in range(len(own))):
            return None
        if any(len(item.value) == 4 and item.value.startswith(("19", "20")) for item in moved):
            return None
    return next((item.first for item, other in pairs if item.value != other.value), None)


def _of_whole(part: _Item, whole: _Item) -> bool:
    """Whether two figures stand as "205 of the 302"."""
    return part.sort == "figure" and 2 <= whole.first - part.first <= _OF_REACH


def _masked(items: Sequence[_Item], sort: str) -> list[str]:
    return [f"<{sort}>" if item.sort == sort else item.value for item in items]


def _denial_change(sentence: Reading, source: Reading, lexicon: Lexicon) -> int | None:
    """First token of a sentence that has the words of a stretch of the source, and more or fewer denials."""
    stated, known = _plain(sentence, lexicon), _plain(source, lexicon)
    places = _find([word for _, word in stated], [word for _, word in known])
    if len(stated) < _SHORTEST or not places:
        return None
    start = places[0]
    first = known[start - 1][0] + 1 if start else 0
    last = known[start + len(stated) - 1][0]
    printed = _denials(source, lexicon, first, last + 1)
    if printed and sentence.has(*OPEN_FINDINGS):
        return None
    return stated[0][0] if printed != _denials(sentence, lexicon, 0, stated[-1][0] + 1) else None


def _plain(reading: Reading, lexicon: Lexicon) -> list[tuple[int, str]]:
    """Words and figures that carry content, denials aside."""
    language = lexicon.language
    return [
        (index, token.stem)
        for index, token in enumerate(reading.tokens)
        if (token.is_word or token.is_number) and token.stem not in language.light | language.negators | _ADDING
    ]


def _denials(reading: Reading, lexicon: Lexicon, first: int, last: int) -> int:
    told = {i for m in reading.mentions if m.concept in OPEN_FINDINGS for i in range(m.first, m.last)}
    words = lexicon.language.negators
    return sum(
        reading.tokens[index].stem in words and index not in told for index in range(first, min(last, len(reading.tokens)))
    )
