"""Alters faithful sentences by rule, one thing at a time: a figure, a drug, a denial, a direction.

An altered sentence keeps the wording of a faithful one, so what tells the two apart is only whether the statements support
them: authors write faithful and corrupted sentences in different ways, and a check could learn the ways. Figures and drugs are
exchanged for others that the statements print, as a model that mixes them up would. A few alterations are harmless by
chance, so that a share of some percent let through may be none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

FIGURE, DRUG, SWAP, DENIAL, WORD = "figure", "drug", "drugs_swapped", "denial", "word"
ENDPOINT, TRIAL, MARKER, LINE, CERTAINTY, DOSE = "endpoint", "trial", "biomarker", "line", "certainty", "dose"
KINDS = (FIGURE, DRUG, SWAP, DENIAL, WORD, ENDPOINT, TRIAL, MARKER, LINE, CERTAINTY, DOSE)
MOST_FIGURES = 2
_FIGURE = re.compile(r"(?<![\w.\-/:])\d+(?:\.\d+)?(?![\w\-/:])")
# One denial more, or one less.
_DENIALS = (
    (" did not ", " did "),
    (" does not ", " does "),
    (" not ", " "),
    (" no ", " a "),
    (" is ", " is not "),
    (" was ", " was not "),
    (" were ", " were not "),
    (" are ", " are not "),
    (" has ", " has not "),
    (" had ", " had not "),
)
_OPPOSITES = (
    ("longer", "shorter"),
    ("higher", "lower"),
    ("lower", "higher"),
    ("improved", "worsened"),
    ("more often", "less often"),
    ("wild-type", "mutated"),
    ("second-line", "first-line"),
    ("progression-free survival", "overall survival"),
    ("overall survival", "progression-free survival"),
    ("PFS", "OS"),
    ("increased", "decreased"),
    ("before", "after"),
)
# Names of one sort that a model may mix up: each is exchanged for every other one that the statements print.
_ENDPOINTS = (
    ("progression-free survival", "PFS"),
    ("overall survival", "OS"),
    ("objective response rate", "response rate", "ORR"),
    ("time to response",),
    ("time to progression",),
    ("duration of response",),
    ("nausea",),
    ("diarrhea",),
    ("rash",),
    ("hyperglycemia",),
    ("neutropenia",),
    ("anemia",),
)
_MARKERS = (("ESR1",), ("PIK3CA",), ("AKT1",), ("PTEN",), ("BRCA1",), ("BRCA2",), ("FGFR1",), ("RB1",), ("TP53",), ("TK1",))
_LINES = (("first-line", "first line"), ("second-line", "second line"), ("third-line", "third line"))
# A hedge less, or a claim made stronger.
_CERTAIN = (
    ("appears to be ", "is "),
    ("appeared to be ", "was "),
    (" appears to ", " is certain to "),
    (" appeared to ", " was certain to "),
    (" may be ", " is "),
    (" might be ", " is "),
    (" may have ", " has "),
    (" might have ", " has "),
    (" may ", " will "),
    (" might ", " will "),
    (" can ", " always "),
    (" suggests that ", " proves that "),
    (" suggest that ", " prove that "),
    (" numerically ", " significantly "),
    (" nominally ", " significantly "),
    (" post hoc ", " planned "),
    (" a trend ", " a benefit "),
)
_TRIAL = re.compile(r"\b(?=[\w-]*[A-Z]{3})(?=[\w-]{5,})[A-Za-z]+[\w]*(?:-?\d+)?(?:-[A-Z][a-z]+\d+)?\b")
_DOSE = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?= mg\b)")
_NO_TRIALS = re.compile(
    r"(?:^|\b)(?:HER2|PIK3CA|FGFR\d|m?ESR1|AKT1|PTEN|TP53|TROP2|BRCA|CDK\d|PI3K|mTOR|"
    r"PATHWAY|SABCS|PROTAC|SERD|SERM|CHMP|ODAC|ASCO|ESMO|ctDNA|NCT\d+)"
)
# Partners may be named in either order.
_JOINED = re.compile(r"\W*(plus|and|with|or|together with|combined with|in combination with)\W*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Alteration:
    """An altered sentence; `kind` is one of `KINDS`."""

    kind: str
    text: str


def alter(sentence: str, sources: Sequence[str], drugs: Sequence[str]) -> Iterator[Alteration]:
    """Yield alterations of a faithful sentence; `drugs` are the names to look for."""
    yield from _figures(sentence, sources)
    yield from _drugs(sentence, sources, drugs)
    yield from _one(DENIAL, sentence, _DENIALS)
    yield from _one(WORD, sentence, _OPPOSITES)
    for kind, names in ((ENDPOINT, _ENDPOINTS), (MARKER, _MARKERS), (LINE, _LINES)):
        yield from _exchanged(kind, sentence, sources, names)
    yield from _printed(TRIAL, sentence, sources, _TRIAL)
    yield from _printed(DOSE, sentence, sources, _DOSE)
    yield from _one(CERTAINTY, sentence, _CERTAIN)


def _exchanged(kind: str, sentence: str, sources: Sequence[str], sorts: Sequence[tuple[str, ...]]) -> Iterator[Alteration]:
    """Each name exchanged for those of other things of its sort that the statements print; the first of its wordings."""
    there = [sort for sort in sorts if any(_named(name, source) for source in sources for name in sort)]
    for sort in sorts:
        old = next((name for name in sort if _named(name, sentence)), None)
        for other in there if old else ():
            if other is not sort and old and not any(_named(name, sentence) for name in other):
                yield Alteration(kind, re.sub(rf"\b{re.escape(old)}\b", other[0], sentence, count=1))


def _printed(kind: str, sentence: str, sources: Sequence[str], form: re.Pattern[str]) -> Iterator[Alteration]:
    """Each name or dose of a form exchanged for others of it that the statements print and the sentence has not."""
    here = {match.group() for match in form.finditer(sentence)}
    there = sorted({match.group() for source in sources for match in form.finditer(source)} - here)
    for match in form.finditer(sentence):
        for other in there[:MOST_FIGURES]:
            if not _NO_TRIALS.match(match.group()) and not _NO_TRIALS.match(other):
                yield Alteration(kind, sentence[: match.start()] + other + sentence[match.end() :])


def _figures(sentence: str, sources: Sequence[str]) -> Iterator[Alteration]:
    """Each figure exchanged for others of its form that the statements print."""
    printed = sorted({match.group() for source in sources for match in _FIGURE.finditer(source)})
    for match in _FIGURE.finditer(sentence):
        others = [figure for figure in printed if figure != match.group() and ("." in figure) == ("." in match.group())]
        for other in others[:MOST_FIGURES]:
            yield Alteration(FIGURE, sentence[: match.start()] + other + sentence[match.end() :])


def _drugs(sentence: str, sources: Sequence[str], drugs: Sequence[str]) -> Iterator[Alteration]:
    """Each drug exchanged for another of the statements, and two that are no partners for each other."""
    here = [name for name in drugs if _named(name, sentence)]
    there = [name for name in drugs if any(_named(name, source) for source in sources)]
    for old in here:
        for new in there:
            if new not in here:
                yield Alteration(DRUG, re.sub(rf"\b{re.escape(old)}\b", new, sentence, count=1))
    if len(here) > 1:
        first, second = sorted(here[:2], key=sentence.index)
        between = sentence[sentence.index(first) + len(first) : sentence.index(second)]
        if not _JOINED.fullmatch(between):
            swapped = re.sub(rf"\b{re.escape(first)}\b", "\0", sentence)
            swapped = re.sub(rf"\b{re.escape(second)}\b", first, swapped)
            yield Alteration(SWAP, swapped.replace("\0", second))


def _named(name: str, text: str) -> bool:
    return re.search(rf"\b{re.escape(name)}\b", text) is not None


def _one(kind: str, sentence: str, pairs: Sequence[tuple[str, str]]) -> Iterator[Alteration]:
    for old, new in pairs:
        if old in sentence:
            yield Alteration(kind, sentence.replace(old, new, 1))
            return
