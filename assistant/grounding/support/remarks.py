"""Which remark of a statement ("post hoc", "nominal", a speaker's words) belongs to what a sentence takes from it.

A statement of several sentences may tell a planned result first and an exploratory one after it, or side effects of all who
were treated: what is taken from there is not exploratory. A nominal p value limits those who print it or speak of significance.
"""

from __future__ import annotations

from assistant.grounding.types import Figure, Mention, Reading

_STOP = "."
_EFFICACY = frozenset({"pfs", "pfs2", "os", "ttp", "dor", "orr", "cbr", "chemo_time", "quality_of_life"})
_UNCOUNTED = frozenset({"phase", "grade", "level"})
_TALKS = frozenset({"video", "talk", "lectur", "interview", "slide", "podcast", "webinar"})
_BY = frozenset({"by", "with", "of", "dr", "from"})
_SIGNIFICANT = "signific"


def is_drawn_on(sentence: Reading, source: Reading, remark: str) -> bool:
    """Whether a sentence takes a figure, or no figure at all, from what a statement says with a remark or behind it."""
    stated = {(f.quantity.kind, f.quantity.value) for f in sentence.figures if f.quantity.kind not in _UNCOUNTED}
    printed = [f for f in source.figures if (f.quantity.kind, f.quantity.value) in stated]
    told = [_sentence(source, m.first) for m in source.mentions if m.concept == remark]
    if not printed or not told:
        return True
    return any(
        _sentence(source, f.quantity.first) >= min(told)
        and not _is_of_all(f, source, told)
        and not _in_clause_before(f, source, remark)
        for f in printed
    )


def _in_clause_before(figure: Figure, source: Reading, remark: str) -> bool:
    """Whether a figure is told before the semicolon behind which another group has its own analysis ("in those without an
    alteration, an exploratory analysis gave").
    """
    remarks = [m for m in source.mentions if m.concept == remark]
    return all(_opens_clause(m, source, figure.quantity.first) for m in remarks)


def _opens_clause(mention: Mention, source: Reading, place: int) -> bool:
    breaks = [i for i in range(place, mention.first) if source.tokens[i].stem == ";"]
    if not breaks or source.tokens[mention.first - 1].stem not in {"a", "an"}:
        return False
    groups = {m.concept for m in source.of_kind("condition") if breaks[-1] < m.first < mention.first}
    told = {m.concept for m in source.of_kind("condition") if m.first < breaks[0]}
    return bool(groups - told) and any(q.first > mention.last for q in source.quantities)


def _is_of_all(figure: Figure, source: Reading, told: list[int]) -> bool:
    """Whether a figure is a side effect in a sentence of its own: that is one of all who were treated."""
    place = _sentence(source, figure.quantity.first)
    return place not in told and bool(figure.measures) and not figure.measures & _EFFICACY


def speaks(source: Reading) -> bool:
    """Whether a statement reports what a speaker says, and does not only say whose video or talk it is."""
    return any(not _is_title(m, source) for m in source.mentions if m.concept == "speaker")


def _is_title(mention: Mention, source: Reading) -> bool:
    before = [token.stem for token in source.tokens[max(0, mention.first - 4) : mention.first]]
    while before and before[-1] in _BY | {_STOP}:
        before.pop()
    return bool(before) and before[-1] in _TALKS and source.tokens[mention.first - 1].stem in _BY


def attributes(sentence: Reading, source: Reading) -> bool:
    """Whether a sentence says that the speaker's video or talk says something."""
    talks = {token.stem for token in sentence.tokens} & _TALKS
    return sentence.has("speaker") or "video" in talks or bool(talks & {token.stem for token in source.tokens})


def speaks_of_significance(sentence: Reading) -> bool:
    """Whether a sentence prints a p value or says that something is significant."""
    figures = any(figure.quantity.kind == "p" for figure in sentence.figures)
    return figures or any(token.stem.startswith(_SIGNIFICANT) for token in sentence.tokens)


def significant_measures(sentence: Reading) -> frozenset[str]:
    """The measures told in the stretches that print a p value or speak of significance; all where these name none."""
    places = {sentence.segments[q.first] for q in sentence.quantities if q.kind == "p"}
    places |= {sentence.segments[i] for i, token in enumerate(sentence.tokens) if token.stem.startswith(_SIGNIFICANT)}
    told = sentence.of_kind("measure")
    return frozenset(m.concept for m in told if sentence.segments[m.first] in places) or frozenset(m.concept for m in told)


def _sentence(source: Reading, index: int) -> int:
    return sum(token.stem == _STOP for token in source.tokens[:index])
