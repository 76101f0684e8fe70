"""A "did" that stresses what the statements deny: "the dose did reach its target", where they say that it was not met.

Reports say "reached"; "did reach" is what is left of "did not reach" when the denial is lost, or contradicts a denial. It
passes only where no statement denies anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.support.evidence import NEGATIVE_FINDINGS
from assistant.grounding.types import Reading, Reason, ReasonCode

_AUXILIARIES = frozenset({"did", "does", "do"})
# "did so", "did better", and questions turned round ("did the table list") stress nothing.
_NO_VERBS = frozenset(
    {"so", "better", "best", "well", "wors", "not", "the", "a", "an", "it", "they", "this", "these", "to", "in", "as"}
)
_ASKING = frozenset(
    {"what", "how", "where", "why", "when", "which", "who", "as", "than", "nor", "neither", "so", "only", ",", "to"}
)
_NAMES = ("drug", "class", "trial", "measure", "negator")
_OPENING = 8


def check_emphatic(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a stressed assertion where the statements that share its names deny."""
    del lexicon
    for index in range(1, len(sentence.tokens) - 1):
        if _stressed(sentence, index) and any(_denies(source) for source in sources):
            words = sentence.phrase(index, index + 2)
            yield Reason(ReasonCode.NEGATION, words, f"the cited statements deny something, and this is stressed: “{words}”")


def _stressed(sentence: Reading, index: int) -> bool:
    """Whether the token is an auxiliary before a verb, told and not asked."""
    if sentence.tokens[index].text not in _AUXILIARIES:
        return False
    following = sentence.tokens[index + 1]
    before = {token.stem for token in sentence.tokens[max(0, index - _OPENING) : index]}
    named = any(m.first == index + 1 for m in sentence.of_kind(*_NAMES))
    near = sentence.tokens[index - 1].stem
    asked = bool(before & (_ASKING - {"as", "only", ",", "to"})) or near in _ASKING
    contrasted = any(token.stem == "but" for token in sentence.tokens[index:])
    return following.is_word and following.stem not in _NO_VERBS and not named and not asked and not contrasted


def _denies(source: Reading) -> bool:
    return bool(source.of_kind("negator")) or any(
        m.concept in NEGATIVE_FINDINGS | {"not_reached"} for m in source.of_kind("finding")
    )
