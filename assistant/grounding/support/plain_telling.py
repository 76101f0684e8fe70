"""Concepts that no statement names and that only head or count what they list, or call a thing by its plain name.

"Adverse events that were commoner included rash" heads a list; "three drugs" counts one; a "licensed dose" is the labeled one;
"serious organ dysfunction" is severe; resistance "to endocrine therapy" is endocrine resistance.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from assistant.grounding.support.evidence import OPEN_FINDINGS
from assistant.grounding.types import Mention, Reading

_SIDE_EFFECTS = frozenset(
    {"neutropenia", "stomatitis", "diarrhea", "hyperglycemia", "rash", "ild", "anemia", "nausea", "fatigue"}
)
_LABELS = ("label_word", "prescribing", "us_label", "indication", "indicated_for")
_COUNTED = {"two": 2, "2": 2, "three": 3, "3": 3}
_DRUGS = frozenset({"drug", "agent", "medicin"})
_RESULTS = frozenset({"percent", "count"})
_EVENTS = frozenset({"advers", "event", "side", "reaction", "ae"})
_FILES, _JOINING = frozenset({"pdf", "pdfs", "download"}), frozenset({",", "and", "or", "/"})
_SEVERE_GRADE = 3
_NEAR, _DOSE_REACH, _REVIEW_REACH = 2, 3, 4


def _heads_side_effects(mention: Mention, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether "adverse events" stands before side effects that the statements print, with no share of its own."""
    listed = [m for m in sentence.of_kind("measure") if m.first >= mention.last and m.concept in _SIDE_EFFECTS]
    if not listed or any(mention.last <= q.first < listed[0].first and q.kind in _RESULTS for q in sentence.quantities):
        return False
    return all(any(source.has(m.concept) for source in sources) for m in listed)


def _of_labeled_dose(mention: Mention, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether "licensed" stands beside a dose that a statement says the label has."""
    dosed = any(-_DOSE_REACH <= m.first - mention.last <= _DOSE_REACH and m.concept == "dose" for m in sentence.mentions)
    return dosed and any(source.has(*_LABELS) and source.has("dose") for source in sources) and not sentence.of_kind("negator")


def _severe(mention: Mention, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether "serious" is the "severe" of a statement, or a named side effect of grade 3; never adverse events, where
    the two differ.
    """
    following = {token.stem for token in sentence.tokens[mention.last : mention.last + _NEAR]}
    if any(m.first == mention.last and m.concept in _SIDE_EFFECTS for m in sentence.of_kind("measure")):
        return any(q.kind == "grade" and q.value >= _SEVERE_GRADE for q in sentence.quantities)
    return mention.last == mention.first + 1 and not following & _EVENTS and any(source.has("severe") for source in sources)


def _counts_drugs(mention: Mention, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether "three drugs" counts the drugs that the sentence names before or behind it, all printed."""
    words = [token.stem for token in sentence.tokens[mention.first : mention.last]]
    number = _COUNTED.get(words[0])
    if number is None or words[-1] not in _DRUGS:
        return False
    behind = {m.concept for m in sentence.of_kind("drug") if m.first >= mention.last}
    before = {m.concept for m in sentence.of_kind("drug") if m.last <= mention.first}
    printed = all(any(source.has(drug) for source in sources) for drug in behind | before)
    return printed and number in {len(behind), len(before)} and (not behind or not before)


def _single_agent(mention: Mention, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether chemotherapy "as a single agent" is the "single-agent chemotherapy" of a statement."""
    beside = {m.concept for m in sentence.of_kind("class") if 0 <= mention.first - m.last <= 2 * _NEAR + 1}
    return any(
        m.concept in beside and [token.stem for token in source.tokens[m.first : m.first + 2]] == ["singl", "agent"]
        for source in sources
        for m in source.of_kind("class")
    )


def _resisted(mention: Mention, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether resistance "to endocrine therapy" is the "endocrine resistance" of a statement."""
    resists = any(0 <= mention.first - m.last <= 1 and m.concept == "resistant" for m in sentence.mentions)
    return resists and any(source.has("endocrine_resistant") for source in sources)


def _review_ends(mention: Mention, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether it is not known when a review ends that a statement speaks of."""
    after = {token.stem for token in sentence.tokens[mention.last : mention.last + _REVIEW_REACH]}
    reviewed = any("review" in {token.stem for token in source.tokens} for source in sources)
    open_ = bool(sentence.of_kind("negator")) or sentence.has(*OPEN_FINDINGS)
    return "review" in after and reviewed and open_ and "when" in {t.stem for t in sentence.tokens[: mention.first]}


def _only_permits(mention: Mention, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether "only X are permitted" is what a statement says is restricted to X."""
    only = any(m.concept == "q_only" and m.last <= mention.first for m in sentence.of_kind("quantifier"))
    return only and not sentence.of_kind("negator") and any(source.has("limitation") for source in sources)


def _fast(mention: Mention, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether "fast-moving disease" is what a statement calls aggressive."""
    progressing = any(m.first == mention.last and m.concept == "progression" for m in sentence.mentions)
    return progressing and any("aggress" in {token.stem for token in source.tokens} for source in sources)


def _blinded(mention: Mention, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether a statement calls a trial of two treatments double-blind: that is a randomized one."""
    return mention in sentence.mentions and any(source.has("double_blind") and len(source.arms) > 1 for source in sources)


def _of_downloads(mention: Mention, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether "files" are the PDFs of a page, and not what a company files."""
    pdfs = {token.stem for token in sentence.tokens} & _FILES
    return sentence.tokens[mention.first].stem == "file" and any(
        source.has("downloadable") or pdfs & {token.stem for token in source.tokens} for source in sources if pdfs
    )


def _listed_inhibitor(mention: Mention, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether "AKTi" is an inhibitor that a statement lists with others ("AKT, mTOR and PARP inhibitors")."""
    gene = mention.concept.removesuffix("i")
    return mention in sentence.mentions and any(
        m.concept == gene and _closed_by_inhibitors(source, m) for source in sources for m in source.of_kind("gene")
    )


def _closed_by_inhibitors(source: Reading, mention: Mention) -> bool:
    """Whether only names and commas stand between a gene and the word "inhibitors"."""
    named = {i for m in source.of_kind("gene", "class") for i in range(m.first, m.last)}
    for index in range(mention.last, len(source.tokens)):
        if source.tokens[index].stem == "inhibitor":
            return True
        if index not in named and source.tokens[index].stem not in _JOINING:
            return False
    return False


_TOLD: Mapping[str, Callable[[Mention, Reading, Sequence[Reading]], bool]] = {
    "adverse_event": _heads_side_effects,
    "akti": _listed_inhibitor,
    "application": _of_downloads,
    "approve": _of_labeled_dose,
    "serious": _severe,
    "doublet": _counts_drugs,
    "triplet": _counts_drugs,
    "monotherapy": _single_agent,
    "et": _resisted,
    "completed": _review_ends,
    "allow": _only_permits,
    "rapid": _fast,
    "randomize": _blinded,
}


def told_plainly(mention: Mention, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether a concept that no statement names only heads, counts or plainly names what the statements have."""
    read = _TOLD.get(mention.concept)
    return read is not None and read(mention, sentence, sources)


def preliminary(sentence: Reading, index: int, sources: Sequence[Reading]) -> bool:
    """Whether "preliminary" is said of what a statement calls immature or exploratory."""
    word = sentence.tokens[index].text.lower()
    return word == "preliminary" and any(source.has("immature", "post_hoc") for source in sources)
