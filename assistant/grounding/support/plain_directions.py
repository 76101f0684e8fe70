"""Words of direction that compare nothing: "two further therapies", "falls within the label", "on top of", "gain approval"."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.grounding.types import Mention, Reading

_MORE = frozenset({"further", "extra", "addit"})
_FALLING, _PLACES = frozenset({"fall", "fell"}), frozenset({"within", "under", "into", "outsid"})
_GAINING, _GAIN_REACH = frozenset({"gain"}), 4
_WORSE, _LASTING, _WORSE_REACH = ("worsen", "deterior"), frozenset({"set", "in", "occur", "onli"}), 4


def compares_nothing(sentence: Reading, mention: Mention, sources: Sequence[Reading]) -> bool:
    """Whether a word of direction only adds, places or names: nothing is longer or lower by it."""
    stems = [token.stem for token in sentence.tokens]
    if mention.last - mention.first > 1:
        return False
    word, before, after = stems[mention.first], stems[: mention.first], stems[mention.last :]
    if word in _MORE:
        return bool(after) and after[0][0].isalpha() and any(t.stem in _MORE for source in sources for t in source.tokens)
    if word in _FALLING:
        return bool(after) and after[0] in _PLACES
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
