"""Words of direction that compare nothing: "two further therapies", "falls within the label", "on top of", "gain approval"."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.grounding.types import Mention, Reading

_MORE = frozenset({"further", "extra", "addit"})
_EXTRA = frozenset({*_MORE, "more", "ad", "add", "added"})
_SEASON, _THING_REACH = frozenset({"fall", "autumn"}), 2
_FALLING, _PLACES = frozenset({"fall", "fell"}), frozenset({"within", "under", "into", "outsid"})
_GAINING, _GAIN_REACH = frozenset({"gain"}), 4
_WORSE, _LASTING, _WORSE_REACH = ("worsen", "deterior"), frozenset({"set", "in", "occur", "onli"}), 4


def compares_nothing(sentence: Reading, mention: Mention, sources: Sequence[Reading]) -> bool:
    """Whether a word of direction only adds, places or names: nothing is longer or lower by it."""
    stems = [token.stem for token in sentence.tokens]
    if mention.last - mention.first > 1:
        return stems[mention.first] in _EXTRA and _same_thing(stems[mention.first + 1], sources)
    word, before, after = stems[mention.first], stems[: mention.first], stems[mention.last :]
    if word in _MORE:
        return bool(after) and after[0][0].isalpha() and any(t.stem in _MORE for source in sources for t in source.tokens)
    if word in _FALLING:
        return bool(after) and (after[0] in _PLACES or _of_the_year(sentence, mention, sources))
    if word in _EXTRA and after and _same_thing(after[0], sources):
        return True
    if word in _GAINING:
        near = range(mention.last, mention.last + _GAIN_REACH)
        return any(m.concept == "approve" and m.first in near for m in sentence.mentions)
    return (before[-1:] == ["on"] and word == "top" and after[:1] == ["of"]) or _sets_in(word, after, sources)


def _sets_in(word: str, after: Sequence[str], sources: Sequence[Reading]) -> bool:
    """Whether a worsening is only what a printed time runs to ("worsened after a median of 24.9 months")."""
    told = word.startswith(_WORSE) and "after" in after[:_WORSE_REACH]
    timed = any(_runs_to_worse([token.stem for token in source.tokens]) for source in sources)
    return told and set(after[: after.index("after")]) <= _LASTING and timed


def _runs_to_worse(stems: Sequence[str]) -> bool:
    return any(stems[i : i + 2] == ["time", "to"] and stems[i + 2].startswith(_WORSE) for i in range(len(stems) - 2))


def _of_the_year(sentence: Reading, mention: Mention, sources: Sequence[Reading]) -> bool:
    """Whether "fall" is the season that a statement names beside a year."""
    dated = any(q.first in {mention.first, mention.last} and q.kind == "date" for q in sentence.quantities)
    dated = dated or sentence.tokens[mention.last].text.isdigit()
    return dated and any(token.stem in _SEASON for source in sources for token in source.tokens)


def _same_thing(noun: str, sources: Sequence[Reading]) -> bool:
    """Whether a statement has more of the same thing, in another word for more ("extra toxicity" of "added toxicity")."""
    return noun[0].isalpha() and any(
        source.tokens[i].stem in _EXTRA and noun in {t.stem for t in source.tokens[i + 1 : i + 1 + _THING_REACH]}
        for source in sources
        for i in range(len(source.tokens))
    )
