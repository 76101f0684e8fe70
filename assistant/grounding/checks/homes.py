"""Names and their statements: what a stretch says of a name must be printed, by and large, in a statement with that name.

For each sort of names (drugs, trials, classes, groups of patients) the other content of a stretch is looked for in every
statement. Where one statement has it and none of those that have the name comes near, the name was put in the place of another.
Content that many of the statements share counts little (logarithm of their number over that of those that have it).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.support.evidence import items
from assistant.grounding.types import Reading, Reason, ReasonCode

_SORTS = (
    ("drug", ReasonCode.RELATION),
    ("trial", ReasonCode.RELATION),
    ("class", ReasonCode.RELATION),
    ("condition", ReasonCode.POPULATION),
)
_TREATMENTS = ("drug", "class")
_TELLING = ("finding", "up", "down")
_WHOLE = "overall_population"
_EVERYONE = "percent:100"
_ENOUGH = 1.4
_SHARE = 0.6
_MERGED = 2
_COUNTED, _MEASURED = ("count:", "percent:"), ("ratio:", "months:")
# So few statements may tell of one thing in turn: then it takes another name in the other statement, groups of patients aside.
_FEW = 3
_UNCOUNTED = frozenset({"phase", "level"})


def check_homes(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a name whose statements say little of what the sentence says of it, where another says it."""
    if len(sources) < 2:
        return
    light = lexicon.language.light
    loose = light | lexicon.language.inferable
    contents = [_content(source, loose) for source in sources]
    spread = Counter(item for content in contents for item in content)
    weights = {item: math.log((len(sources) + 1) / count) for item, count in spread.items()}
    for number in sorted(set(sentence.segments)):
        said = _content(sentence, loose, number)
        for sort, code in _SORTS:
            names = _of_sort(sentence, sort, number)
            swapped = sort != "condition" and len(sources) <= _FEW
            exchanged = _TREATMENTS if sort in _TREATMENTS else (sort,)
            others = [not swapped or bool(_of_sorts(s, exchanged) - _of_sorts(sentence, exchanged)) for s in sources]
            for name in sorted(names):
                if _elsewhere(name, said - names, contents, weights, others):
                    words = name.replace("_", " ").replace(":", " ")
                    yield Reason(code, words, f"what is said of {words} is printed in a statement without it")


def _elsewhere(
    name: str,
    said: frozenset[str],
    contents: Sequence[frozenset[str]],
    weights: Mapping[str, float],
    others: Sequence[bool],
) -> bool:
    """Whether statements that may be meant (`others`) have what is said, and those with the name less than a share of that."""
    covers = [(sum(weights[item] for item in said & content), _has(content, name)) for content in contents]
    own = [cover for cover, named in covers if named]
    if _contributes(name, said, contents):
        return False
    best = max((cover for (cover, _), other in zip(covers, others, strict=True) if other), default=0.0)
    if name == _WHOLE and not any(
        ":" in item for content, (cover, _) in zip(contents, covers, strict=True) if cover == best for item in content
    ):
        return False
    return bool(own) and best >= _ENOUGH and max(own) < _SHARE * best


def _contributes(name: str, said: frozenset[str], contents: Sequence[frozenset[str]]) -> bool:
    """Whether statements with a name have a count or share of what is said that no other one has, and one thing more: theirs
    is told as well, and the stretch merges them.
    """
    others = frozenset().union(*(content for content in contents if not _has(content, name)))
    alone = frozenset().union(*(said & content - others for content in contents if _has(content, name)))
    result = name == _WHOLE or ":" in name
    return (len(alone - {name}) >= _MERGED and any(item.startswith(_COUNTED) for item in alone)) or (
        result and any(item.startswith(_MEASURED) for item in alone)
    )


def _has(content: frozenset[str], name: str) -> bool:
    """Whether a statement has a name; a gene counts with and without its state, unless it is the opposite one."""
    gene, _, state = name.partition(":")
    if name == _WHOLE and _EVERYONE in content:
        return True
    return name in content or (state in {"altered", "any"} and gene in content)


def _of_sort(reading: Reading, sort: str, number: int | None = None) -> frozenset[str]:
    earlier = {i for arm in reading.arms if arm.prior and sort == "class" for i in range(arm.first, arm.last)}
    found = [m for m in reading.of_kind(sort) if number in {None, reading.segments[m.first]} and m.first not in earlier]
    return frozenset(m.concept for m in found if m.dimension in {"", "biomarker", "line", "organ", "stage"})


def _of_sorts(reading: Reading, sorts: Sequence[str]) -> frozenset[str]:
    return frozenset().union(*(_of_sort(reading, sort) for sort in sorts))


def _content(reading: Reading, light: frozenset[str], number: int | None = None) -> frozenset[str]:
    """Items, figures, findings and directions of a text or one of its stretches."""

    def inside(index: int) -> bool:
        return number is None or reading.segments[index] == number

    found = {item for index, item in items(reading, light) if inside(index)} - light
    found |= {m.concept for m in reading.of_kind(*_TELLING) if inside(m.first)}
    found |= {f"{q.kind}:{q.value:g}" for q in reading.quantities if q.kind not in _UNCOUNTED and inside(q.first)}
    return frozenset(found)
