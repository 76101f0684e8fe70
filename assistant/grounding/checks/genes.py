"""Genes keep what is wrong with them and what that leads to: "loss of A, B amplification; resistance to X from A".

A gene is told with an alteration ("loss of RB1", "amplified FGFR1") and as a source of resistance to one kind of treatment.
Where the statements print the gene with others, the alteration or the resistance of another gene is not its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.types import Mention, Reading, Reason, ReasonCode

_ALTERATIONS = {"loss": "loss", "lost": "loss", "amplif": "amplif", "amplifi": "amplif", "overexpress": "overexpress"}
_FILL = frozenset({"of", "the", "function", "in", "gene", "a", "an"})
_RESIST, _ENDOCRINE = "resist", "et"
_WRITTEN = re.compile(r"[A-Z]{2,5}\d{1,2}")
_BEFORE, _AFTER = 3, 5
_REACH = 4


def check_genes(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a gene with the alteration, or as the source of the resistance, that is printed for others."""
    del lexicon
    if not any(token.stem == _RESIST or token.stem in _ALTERATIONS for token in sentence.tokens):
        return
    yield from _altered_otherwise(sentence, sources)
    if not sentence.of_kind("negator"):
        yield from _resistant_otherwise(sentence, sources)


def _altered_otherwise(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    printed = [entry for source in sources for entry in _altered(source)]
    known = {gene for gene, _, _ in printed} | {_gene(m) for source in sources for m in _genes(source)}
    for gene, alteration, words in _altered(sentence):
        holders = {other for other, its, _ in printed if its == alteration}
        if gene in known and holders and gene not in holders:
            yield Reason(ReasonCode.RELATION, words, f"this alteration is printed for another gene: “{words}”")


def _altered(reading: Reading) -> Iterator[tuple[str, str, str]]:
    """(gene, alteration, words) of an alteration right beside a gene, small words aside."""
    genes = _genes(reading)
    for index, token in enumerate(reading.tokens):
        alteration = _ALTERATIONS.get(token.stem)
        if alteration is None:
            continue
        for gene in genes:
            first, last = (index + 1, gene.first) if gene.first > index else (gene.last, index)
            between = [t.stem for t in reading.tokens[first:last]]
            joined = "and" not in between or "activ" in between
            if len(between) <= _REACH and joined and set(between) <= _FILL | set(_ALTERATIONS) | {"activ", "and"}:
                yield _gene(gene), alteration, reading.phrase(min(index, gene.first), max(index + 1, gene.last))


def _resistant_otherwise(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    printed: dict[str, set[bool]] = {}
    for source in sources:
        for gene, _, endocrine in _resistances(source):
            printed.setdefault(gene, set()).add(endocrine)
    if len(frozenset[bool]().union(*printed.values())) == 1:
        return
    for gene, words, endocrine in _resistances(sentence):
        if gene in printed and endocrine not in printed[gene]:
            yield Reason(ReasonCode.RELATION, words, f"{words} is printed with resistance to another treatment")


def _resistances(reading: Reading) -> Iterator[tuple[str, str, bool]]:
    """(gene, words, whether the resistance is to endocrine therapy) of the genes listed before or behind a resistance."""
    heads = [(index, head) for index, head in _heads(reading) if head is not None]
    genes = _genes(reading)
    if not heads or not genes:
        return
    ahead = genes[0].first < heads[0][0]
    for gene in genes:
        own: bool | None
        if len({head for _, head in heads}) == 1:
            own = heads[0][1]
        elif ahead:
            own = next((head for index, head in heads if index > gene.first), None)
        else:
            own = next((head for index, head in reversed(heads) if index < gene.first), None)
        if own is not None:
            yield _gene(gene), reading.phrase(gene.first, gene.last), own


def _heads(reading: Reading) -> Iterator[tuple[int, bool | None]]:
    """Each resistance with whether it is to endocrine therapy; None where it does not say to what."""
    classes = [m for m in reading.of_kind("class") if m.concept == _ENDOCRINE]
    for index, token in enumerate(reading.tokens):
        if token.stem != _RESIST:
            continue
        following = [t.stem for t in reading.tokens[index + 1 : index + 2]]
        first, last = (index + 1, index + 1 + _AFTER) if following in (["to"], ["of"]) else (index - _BEFORE, index)
        near = {t.stem for t in reading.tokens[max(0, first) : last]}
        endocrine = "endocrin" in near or any(first <= m.first < last for m in classes)
        kinase = "kinas" in near or any(first <= m.first < last for m in reading.of_kind("class") if m not in classes)
        yield index, endocrine if endocrine != kinase else None


def _genes(reading: Reading) -> list[Mention]:
    """The genes named, those that no list knows by the way they are written ("TK1")."""
    known = [m for m in reading.of_kind("condition", "gene") if m.kind == "gene" or m.dimension == "biomarker"]
    written = [
        Mention(token.stem, "gene", index, index + 1)
        for index, token in enumerate(reading.tokens)
        if not reading.covered[index] and _WRITTEN.fullmatch(token.text)
    ]
    return sorted((*known, *written), key=lambda mention: mention.first)


def _gene(mention: Mention) -> str:
    return mention.concept.partition(":")[0]
