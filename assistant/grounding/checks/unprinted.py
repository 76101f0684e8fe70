"""Words that stand for a fact of their own and may not be new: a registry number, "boxed", "preferred", "planned", "spring".

Readers take them for what they name in the statements ("boxed warning" for a warning, a registry number for its trial, "of
choice" for what physicians chose), so that the other checks find them printed. Here the word itself must be printed, or the
words it is told with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.types import Reading, Reason, ReasonCode

_REGISTRY = re.compile(r"(?:NCT|ISRCTN|EUCTR|CTIS)\d+", re.IGNORECASE)
_BOXED, _PREFERRED, _CHOICE, _TARGETED = "box", "prefer", "choic", frozenset({"direct", "target"})
_CHOSEN = frozenset({"partner", "option", "regimen", "combin", "standard", "sequenc"})
_SEASONS = frozenset({"spring", "summer", "autumn", "fall", "winter"})
_SAME_SEASON = {"fall": "autumn"}
_PLANNED = ("plan", "preplan", "prespecifi", "predefin")
_ANALYSES = frozenset({"analysi", "analys", "look", "subgroup", "comparison", "exploratori", "data", "hint", "result", "find"})
_LATE, _NEAR = "post_hoc", 3
_FIGURED = re.compile(r"[A-Za-z]+\d")
_STATUS, _ANY = "status", "any"
_REGARDLESS = frozenset({"any", "regardless", "irrespect", "whatev", "all", "everi", "both", "independ"})


def check_unprinted(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a word of this kind that no cited statement prints."""
    del lexicon
    stems = [token.stem for token in sentence.tokens]
    printed = {token.stem for source in sources for token in source.tokens}
    for index, token in enumerate(sentence.tokens):
        before = stems[max(0, index - _NEAR) : index]
        new = token.stem not in printed
        numbered = _REGISTRY.fullmatch(token.text) and new
        warned = token.stem == _BOXED and new
        preferred = token.stem.startswith(_PREFERRED) and not any(other.startswith(_PREFERRED) for other in printed)
        if numbered or warned or preferred or _open_to_any(stems, index, printed):
            yield Reason(ReasonCode.UNKNOWN_WORD, token.text, f"no cited statement prints “{token.text}”")
        if (
            token.stem == _CHOICE
            and before[-1:] == ["of"]
            and before[-2:-1]
            and before[-2] in _CHOSEN
            and not _chosen(before, sources)
        ):
            words = sentence.phrase(max(0, index - 2), index + 1)
            yield Reason(ReasonCode.ADVICE, words, f"no cited statement prints this preference: “{words}”")
    yield from _targets(sentence, sources)
    yield from _planned(sentence, sources, printed)
    yield from _seasons(stems, printed)


def _open_to_any(stems: Sequence[str], index: int, printed: set[str]) -> bool:
    """Whether a state is told to be of no matter ("of any menopausal status")."""
    return stems[index] == _ANY and _STATUS in stems[index + 1 : index + 1 + _NEAR] and not printed & _REGARDLESS


def _chosen(before: Sequence[str], sources: Sequence[Reading]) -> bool:
    """Whether the same thing is printed with "of choice"."""
    wanted = [*before[-2:], _CHOICE]
    lines = [[token.stem for token in source.tokens] for source in sources]
    return any(line[i : i + len(wanted)] == wanted for line in lines for i in range(len(line)))


def _targets(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    """A drug directed at one target is not directed at another ("HER2-directed" of "TROP2-directed")."""
    printed = {name for source in sources for name, _ in _aimed(source)}
    for name, words in _aimed(sentence):
        if name not in printed:
            yield Reason(ReasonCode.RELATION, words, f"no cited statement prints this target: “{words}”")


def _aimed(reading: Reading) -> Iterator[tuple[str, str]]:
    for place, (left, right) in enumerate(pairwise(reading.tokens)):
        if right.stem in _TARGETED and right.text.lower().endswith("ed") and _FIGURED.match(left.text):
            yield left.stem, reading.phrase(place, place + 2)


def _planned(sentence: Reading, sources: Sequence[Reading], printed: set[str]) -> Iterator[Reason]:
    """An analysis made after the fact is not planned."""
    late = any(m.concept == _LATE for source in sources for m in source.mentions)
    if not late or any(stem.startswith(_PLANNED) for stem in printed) or sentence.of_kind("negator"):
        return
    for index, token in enumerate(sentence.tokens):
        after = {other.stem for other in sentence.tokens[index + 1 : index + 1 + _NEAR]}
        if token.stem.startswith(_PLANNED) and after & _ANALYSES:
            yield Reason(ReasonCode.QUALIFIER_DROPPED, token.text, f"printed as made after the fact, not “{token.text}”")


def _seasons(stems: Sequence[str], printed: set[str]) -> Iterator[Reason]:
    """A season is exchanged for a printed one; where none is printed it may be read from a date."""
    told = {_SAME_SEASON.get(stem, stem) for stem in stems if stem in _SEASONS}
    known = {_SAME_SEASON.get(stem, stem) for stem in printed if stem in _SEASONS}
    if known:
        for season in sorted(told - known):
            yield Reason(ReasonCode.DATE, season, f"no cited statement prints “{season}”")
