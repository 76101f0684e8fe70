"""Nothing new: every name and every word that asserts something must stand in a cited statement, in one of its forms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.grounding.evidence import FUNCTION_KINDS
from assistant.grounding.lexicon import Lexicon
from assistant.grounding.types import Mention, Reading, Reason, ReasonCode

_NAMES = frozenset({"drug", "class", "trial", "gene", "arm"})
# Concepts that add nothing to what a figure or a comparison already says.
_INFERABLE = frozenset(
    "combine hazard_ratio ci_word p_value apply dose detect option again naive continued affect double_blind".split()
)


def check_words(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for each name or word that no source has."""
    known = frozenset().union(*(source.concepts() for source in sources))
    genes = {concept.split(":")[0] for concept in known}
    for mention in sentence.mentions:
        if mention.kind in FUNCTION_KINDS or mention.concept in known or mention.concept in _INFERABLE:
            continue
        if mention.kind == "gene" and mention.concept in genes:
            continue
        if mention.concept == "prior" and any(concept.startswith("prior:") for concept in known):
            continue
        if mention.concept.startswith("prior:") and mention.concept.split(":")[1] in known:
            if not _turned(mention.concept) in known:
                continue
        if mention.concept == "approve" and sentence.has("unknown") and any(token.stem == "whether" for token in sentence.tokens):
            continue
        yield _name_reason(mention, sentence)
    stems = {token.stem for source in sources for token in source.tokens}
    light = lexicon.language.light
    for token in sentence.tokens:
        if token.stem in lexicon.language.comparable and token.stem not in stems:
            yield Reason(ReasonCode.UNKNOWN_WORD, token.text, f"no cited statement says “{token.text}”")
    for index, token in enumerate(sentence.tokens):
        if sentence.covered[index] or not token.is_word or token.stem in stems:
            continue
        if any(letter.isupper() for letter in token.text[1:]):
            yield Reason(ReasonCode.UNKNOWN_NAME, token.text, f"no cited statement names {token.text}")
        elif token.stem not in light:
            yield Reason(ReasonCode.UNKNOWN_WORD, token.text, f"no cited statement says “{token.text}” or a word that means it")


def _turned(concept: str) -> str:
    """The opposite state of earlier treatment."""
    return concept[:-4] + ":no" if concept.endswith(":yes") else concept[:-3] + ":yes"


def _name_reason(mention: Mention, sentence: Reading) -> Reason:
    words = sentence.phrase(mention.first, mention.last)
    if mention.kind == "condition":
        return Reason(ReasonCode.POPULATION, words, f"no cited statement is about “{words}”")
    if mention.kind in _NAMES:
        return Reason(ReasonCode.UNKNOWN_NAME, words, f"no cited statement names {words}")
    return Reason(ReasonCode.UNKNOWN_WORD, words, f"no cited statement says “{words}” or a word that means it")
