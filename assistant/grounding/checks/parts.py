"""What each part of a statement says stays with its figure and its name: "12% in A and 18% in B", "X is marked for A, Y for B".

A part ends at a comma, stop or semicolon, or at an "and" that a figure or preposition follows; inside a sentence, parts without
a name belong to the name before them. Only what one part alone has is compared: the sentence must have words of another part of
the same build and none of the part whose figure or name it has. What opens a list is said of all of it ("they list A
for P, B for Q").
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.support.evidence import items
from assistant.grounding.types import Reading, Reason, ReasonCode

_CUTS = frozenset({",", ";", ".", ":"})
_JOIN = "and"
_LEADS = frozenset({"in", "at", "for", "with", "alon", "on"})
_KEYS = frozenset({"drug", "class"})
_KINDS = frozenset({"percent", "months", "ratio"})
_YEAR = 10000
_NONE = "none"
_PLAIN = "the"
_HEADED = 3
_SOFTENED = ("negator", "finding")


@dataclass(frozen=True, slots=True)
class _Part:
    """What a part has: names of treatments, words, figures; `place` is the number of its sentence, `opening` the word
    that opens the sentence or what stands behind a semicolon, `lead` what is said before the first name or figure; `headed`
    where a name or figure opens it.
    """

    names: frozenset[str]
    words: frozenset[str]
    figures: frozenset[str]
    place: int = 0
    opening: str = ""
    lead: frozenset[str] = frozenset()
    headed: bool = False


def check_parts(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a figure or name of one part told with the words of another part only."""
    light = lexicon.language.light | lexicon.language.inferable
    said = [part for number in sorted(set(sentence.segments)) for part in _said(sentence, number, light)]
    for source in sources if said else ():
        parts = list(_parts(source, light))
        for part in said:
            if not _moved(part, parts, frozenset()):
                continue
            others = frozenset().union(*(_whole(other, light) for other in sources if other is not source))
            moved = _moved(part, parts, others)
            if moved:
                yield Reason(ReasonCode.RELATION, moved, f"what is said of {moved} is printed in another part of the statement")


def _moved(said: _Part, parts: list[_Part], others: frozenset[str]) -> str:
    """The figure or name that is told with words of another part, of what no other statement (`others`) has."""
    return _moved_figure(said, _exclusive(parts, others)) or _moved_name(said, _exclusive(_joined(parts), others))


def _said(sentence: Reading, number: int, light: frozenset[str]) -> Iterator[_Part]:
    """What a stretch says that denies nothing and has one figure at most."""
    inside = [i for i, segment in enumerate(sentence.segments) if segment == number]
    part = _part(sentence, inside[0], inside[-1] + 1, light, items(sentence, light))
    denies = any(sentence.segments[m.first] == number for m in sentence.of_kind(*_SOFTENED))
    if not denies and len(part.figures) <= 1 and part.words and part.names | part.figures:
        yield part


def _moved_figure(said: _Part, parts: Sequence[_Part]) -> str:
    """A figure with words of another part of its sentence that has one figure of the kind, and with none of its own part."""
    for home in parts:
        own = home.words | home.names
        if not said.figures or said.figures != home.figures or not own or (said.words | said.names) & own:
            continue
        kind, _, value = next(iter(said.figures)).partition(":")
        for part in parts:
            alike = part is not home and part.place == home.place and len(part.figures) == 1
            if alike and next(iter(part.figures)).startswith((f"{kind}:", _NONE)) and said.words & _told(part, home):
                return value
    return ""


def _moved_name(said: _Part, parts: Sequence[_Part]) -> str:
    """A name with words of another part that has a name of its own, and with none of its own part."""
    for home in parts:
        told = said.names & home.names
        if not told or not home.words | home.figures or said.words & home.words or said.figures & home.figures:
            continue
        for part in parts:
            parallel = bool(part.names) or (part.opening == home.opening and part.opening not in {"", _PLAIN})
            if part is not home and parallel and not said.names & part.names and said.words & _told(part, home):
                return sorted(told)[0].replace("_", " ")
    return ""


def _told(part: _Part, home: _Part) -> frozenset[str]:
    """The words of a part that are not said of another as well."""
    return part.words - part.lead if home.headed else part.words


def _exclusive(parts: list[_Part], others: frozenset[str]) -> list[_Part]:
    """Parts with what they alone have."""
    counts = Counter(item for part in parts for item in part.names | part.words | part.figures)
    shared = {item for item, count in counts.items() if count > 1} - {_NONE} | others
    return [
        _Part(part.names - shared, part.words - shared, part.figures - shared, part.place, part.opening, part.lead, part.headed)
        for part in parts
    ]


def _joined(parts: list[_Part]) -> list[_Part]:
    """Parts without a name joined to the one before them."""
    joined: list[_Part] = []
    for part in parts:
        if joined and not part.names and not part.opening and joined[-1].place == part.place:
            last = joined[-1]
            joined[-1] = _Part(
                last.names,
                last.words | part.words,
                last.figures | part.figures,
                last.place,
                last.opening,
                last.lead,
                last.headed,
            )
        else:
            joined.append(part)
    return joined


def _parts(reading: Reading, light: frozenset[str]) -> Iterator[_Part]:
    content = items(reading, light)
    whole = {i for q in reading.quantities for i in range(q.first, q.last)}
    whole |= {i for m in reading.mentions for i in range(m.first, m.last)}
    cuts = [i for i in range(len(reading.tokens)) if i not in whole and not reading.depths[i] and _cuts(reading, i)]
    for first, last in zip([0, *cuts], [*cuts, len(reading.tokens)], strict=True):
        if last > first:
            yield _part(reading, first, last, light, content)


def _cuts(reading: Reading, index: int) -> bool:
    token = reading.tokens[index]
    following = reading.tokens[index + 1 : index + 2]
    joins = token.stem == _JOIN and bool(following) and (following[0].stem in _LEADS or following[0].is_number)
    return token.stem in _CUTS or joins


def _part(reading: Reading, first: int, last: int, light: frozenset[str], content: Sequence[tuple[int, str]]) -> _Part:
    prior = {i for arm in reading.arms if arm.prior for i in range(arm.first, arm.last)}
    named = [m for m in reading.of_kind(*_KEYS) if first <= m.first < last and m.first not in prior]
    names = frozenset(m.concept for m in named)
    described = {m.first - 1 for m in named}
    found = frozenset(item for index, item in content if first <= index < last and index not in described)
    stops = [index for index, token in enumerate(reading.tokens[: first + 1]) if token.stem == "."]
    opens = first == 0 or reading.tokens[first].stem in {".", ";"}
    opening = reading.tokens[first + bool(first)].stem if opens and first + 1 < last else ""
    opening = _PLAIN if opening in light else opening
    starts = [*(m.first for m in named), *(q.first for q in reading.quantities if first <= q.first < last)]
    head = min(starts, default=first)
    lead = frozenset(item for index, item in content if first <= index < head)
    headed = bool(starts) and head - first <= _HEADED
    return _Part(names, found - names - light, _figures(reading, first, last), len(stops), opening, lead, headed)


def _figures(reading: Reading, first: int, last: int) -> frozenset[str]:
    """Results, years, and "none"."""
    counted = [q for q in reading.quantities if first <= q.first < last]
    found = {f"{q.kind}:{q.value:g}" for q in counted if q.kind in _KINDS or (q.kind == "date" and not q.value % _YEAR)}
    return frozenset(found | {_NONE} & {token.stem for token in reading.tokens[first:last]})


def _whole(reading: Reading, light: frozenset[str]) -> frozenset[str]:
    part = _part(reading, 0, len(reading.tokens), light, items(reading, light))
    return part.names | part.words | part.figures
