"""Names that end in a figure: "CDK4/6" and "MONARCH-3" are names only where a statement prints the figure with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.types import Reading, Reason, ReasonCode


def check_numbered(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Names with a number ("TRIAL-9") that no list knows: word for word in a source."""
    del lexicon
    printed = {pair for source in sources for pair in pairwise(token.stem for token in source.tokens)}
    triples = {tuple(t.stem for t in source.tokens[i : i + 3]) for source in sources for i in range(len(source.tokens))}
    for index, token in enumerate(sentence.tokens):
        before = [other.stem for other in sentence.tokens[max(0, index - 2) : index]]
        slashed = len(before) == 2 and before[1] == "/" and token.is_number and _coded(before[0])
        if slashed and (*before, token.stem) not in triples:
            name = f"{sentence.tokens[index - 2].text}/{token.text}"
            yield Reason(ReasonCode.UNKNOWN_NAME, name, f"no cited statement names {name}")
        if token.named and not sentence.covered[index] and (sentence.tokens[index - 1].stem, token.stem) not in printed:
            name = f"{sentence.tokens[index - 1].text}-{token.text}"
            yield Reason(ReasonCode.UNKNOWN_NAME, name, f"no cited statement names {name}")


def _coded(word: str) -> bool:
    """Whether a word is a name that ends in a figure ("CDK4")."""
    return word[0].isalpha() and word[-1].isdigit()
