"""Words that tell in another turn of speech what the statements say, read in the place where they stand.

"Prior" is what patients "had taken"; the control arm is the treatment that a statement puts behind "versus"; a head word
("alterations", "limitation") that only opens a list adds nothing to it; what comes "weeks earlier" has two printed dates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from assistant.grounding.support.evidence import OPEN_FINDINGS
from assistant.grounding.types import Mention, Reading

_HAD, _TAKEN = frozenset({"had", "have", "has"}), frozenset({"taken", "receiv", "been", "undergon", "previous", "complet"})
_RESULTS = frozenset({"months", "percent"})
_CONTROLS = frozenset({"physicians_choice", "placebo", "single_arm", "control_arm"})
_SIDES = frozenset({"arm", "group", "side"})
_HEADS = frozenset({"alter", "marker", "biomark", "target"})
_FOLDS = {"threefold": 3, "fourfold": 4, "fivefold": 5}
_LATER = frozenset({"earlier", "later", "befor", "after"})
_SPANS = frozenset({"day", "week", "month"})
_FEW_GENES, _FEW_DATES, _NEAR, _SIDE_REACH = 2, 2, 3, 2
_UNEXPLAINED = frozenset({"unexplain", "unaccount", "unresolv", "unansw", "unsettl", "unclarifi"})
_TABLES = frozenset({"tabl", "figur", "page", "row", "slide"})
_HIGHER = {"high": "higher", "low": "lower", "long": "longer", "short": "shorter"}
_REPHRASED = {
    "conclud": frozenset({"infer", "infers"}),
    "meaning": frozenset({"use"}),
    "meaningful": frozenset({"use", "useful"}),
}
_PARTNERS = frozenset({"et", "ai"})
_COMPARED = frozenset({"against", "versus", "vs", "besid", "compar", "next"})
_PLACED = frozenset({"versus", "and"})


def _had_taken(source: Reading) -> bool:
    """Whether a statement says what patients "had taken" or "had been given"."""
    stems = [token.stem for token in source.tokens]
    return any(stem in _HAD and set(stems[i + 1 : i + 1 + _NEAR]) & _TAKEN for i, stem in enumerate(stems))


def _told_before(mention: Mention, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether "prior" or "before" is what patients had taken, a date, what is kept, or what was required first."""
    index = mention.first
    if sentence.tokens[index].stem == "ahead":
        return _larger_before(sentence, index)
    if _dated_twice(sentence, index, sources) or _as_before(sentence, index, sources):
        return True
    if sentence.tokens[index].stem != "befor":
        return any(_had_taken(source) for source in sources)
    if any(m.concept == "progression" and 0 <= m.first - mention.last <= 1 for m in sentence.mentions):
        return any(_unprogressed(source) for source in sources)
    return sentence.has("require") and any(source.has("require") for source in sources) and _firm_number(sentence, sources)


def _larger_before(sentence: Reading, index: int) -> bool:
    """Whether "ahead of" stands between two shares of which the first is the larger."""
    number = sentence.segments[index]
    shares = [q for q in sentence.quantities if q.kind == "percent" and sentence.segments[q.first] == number]
    before = [q.value for q in shares if q.last <= index]
    after = [q.value for q in shares if q.first > index]
    return bool(before and after) and min(before) > max(after)


def _newly_altered(sentence: Reading, index: int, sources: Sequence[Reading]) -> bool:
    """Whether "new mutations" are those that emerge, as a statement says."""
    near = {m.concept.partition(":")[0] for m in sentence.of_kind("condition", "gene") if 0 < m.first - index <= 1}
    emerged = (source for source in sources if source.has("mutation_emergence"))
    return bool(near) and any(near <= {c.partition(":")[0] for c in source.concepts()} for source in emerged)


def _new_partner(sentence: Reading, index: int, sources: Sequence[Reading]) -> bool:
    """Whether the new endocrine therapy is the one that a statement says patients switched to."""
    beside = any(m.concept in _PARTNERS and m.first == index + 1 for m in sentence.of_kind("class"))
    return beside and any(source.has("switch") for source in sources)


def _only_there(mention: Mention, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether "confined to" a treatment or group is what a statement says is "only" there."""
    after = [m.concept for m in sentence.of_kind("drug", "class", "condition") if 0 < m.first - mention.last <= _NEAR]
    return bool(after) and any(
        any(m.concept == after[0] and 0 <= m.first - only.last <= _NEAR for m in source.mentions)
        for source in sources
        for only in source.of_kind("quantifier")
        if only.concept == "q_only"
    )


def _firm_number(sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether a sentence prints a count that a statement prints: so many were needed before more was said."""
    told = {q.value for q in sentence.quantities if q.kind == "count"}
    return any(told & {q.value for q in source.quantities if q.kind == "count"} for source in sources)


def _unprogressed(source: Reading) -> bool:
    """Whether a statement says "without progression"."""
    denials = [m.last for m in source.of_kind("negator")]
    return any(m.concept == "progression" and any(0 <= m.first - place <= 1 for place in denials) for m in source.mentions)


def _of_development(mention: Mention, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether it is the development of a drug that was stopped, as a statement says."""
    before = {token.stem for token in sentence.tokens[: mention.first]}
    return any(before & {t.stem for t in source.tokens} & {"develop"} for source in sources)


def _after_class(mention: Mention, sentence: Reading) -> bool:
    """Whether progression stands between "after" and a treatment, as what makes a line the second."""
    before = sentence.tokens[mention.first - 1].stem if mention.first else ""
    named = any(0 < m.first - mention.last <= _NEAR for m in sentence.of_kind("drug", "class"))
    return before in {"after", "follow", "upon", "on"} and named


def _replaced(sentence: Reading, index: int, sources: Sequence[Reading]) -> bool:
    """Whether "the inhibitor was replaced" is a switch from it that a statement tells; by what is told there."""
    after = {token.stem for token in sentence.tokens[index + 1 : index + 2]}
    if after & {"by", "with"}:
        return False
    gone = [m for m in sentence.of_kind("drug", "class") if 0 <= index - m.last <= _NEAR]
    return any(source.has("switch") and (not gone or source.has(gone[-1].concept)) for source in sources)


def _given_again(sentence: Reading, index: int, sources: Sequence[Reading]) -> bool:
    """Whether the drug beside "rechallenge" is one that patients of a statement had before, and are given again."""
    near = [m.concept for m in sentence.of_kind("drug", "class") if -_NEAR <= m.first - index <= _NEAR]
    return any(
        any(concept in arm.concepts for arm in source.arms if not arm.prior) and source.has(f"prior:{concept}:yes")
        for concept in near
        for source in sources
    )


def _dates(reading: Reading) -> set[float]:
    return {q.value for q in reading.quantities if q.kind == "date"}


def _dated_twice(sentence: Reading, index: int, sources: Sequence[Reading]) -> bool:
    """Whether "weeks earlier" stands in a sentence with two dates, both printed; their order is asked of elsewhere."""
    near = {token.stem for token in sentence.tokens[max(0, index - 2) : index + 3]}
    printed = {value for source in sources for value in _dates(source)}
    return bool(near & _SPANS and near & _LATER and _dates(sentence)) and len(printed) >= _FEW_DATES


def _as_before(sentence: Reading, index: int, sources: Sequence[Reading]) -> bool:
    """Whether "as before" says that what is called the same is kept, and a statement keeps it."""
    before = sentence.tokens[index - 1].stem if index else ""
    return before == "as" and sentence.has("same_value") and any(source.has("same_value", "continued") for source in sources)


def _early_switch(sentence: Reading, index: int, sources: Sequence[Reading]) -> bool:
    """Whether an early switch is one that a statement makes without progression."""
    switched = any(0 <= m.first - index <= 1 for m in sentence.mentions if m.concept == "switch")
    return switched and any(_unprogressed(source) for source in sources)


def _compares(source: Reading) -> bool:
    return bool(source.of_kind("versus")) or source.has(*_CONTROLS) or _compared_with(source) < len(source.tokens)


def _of_the_second(mention: Mention, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether all that a stretch tells of the control arm stands behind "versus", or is the choice of a physician."""
    if sentence.has("q_all", "q_everyone", "overall_population") or not any(_compares(source) for source in sources):
        return False
    number = sentence.segments[mention.first]
    named = [
        m for m in sentence.of_kind("drug", "class") if sentence.segments[m.first] == number and not _is_prior(sentence, m)
    ]
    behind = [m for m in named if m.first >= mention.last]
    drugs = {m.concept for m in behind or named}
    results = [q for q in sentence.quantities if q.kind in _RESULTS and sentence.segments[q.first] == number]
    placed = all(any(_printed_second(q.kind, q.value, source) for source in sources) for q in results)
    return bool(drugs or results) and placed and (bool(results) or any(drugs <= _second(source) for source in sources))


def _is_prior(sentence: Reading, mention: Mention) -> bool:
    return any(arm.prior and arm.first <= mention.first < arm.last for arm in sentence.arms)


def _printed_second(kind: str, value: float, source: Reading) -> bool:
    """Whether a figure stands right behind "versus" or "and", or behind a whole comparison of two."""
    places = [q.first for q in source.quantities if (q.kind, q.value) == (kind, value)]
    return bool(places) and all(
        any(m.last == place for m in source.of_kind("versus")) or (place and source.tokens[place - 1].stem in _PLACED)
        for place in places
    )


def _compared_with(source: Reading) -> int:
    """Where the second of two stands that a statement "compared with" each other."""
    opened = [i for i, token in enumerate(source.tokens) if token.stem.startswith("compar")]
    return (
        next(
            (i + 1 for i in range(opened[0], len(source.tokens)) if source.tokens[i].stem in {"with", "to", "against"}),
            len(source.tokens),
        )
        if opened
        else len(source.tokens)
    )


def _second(source: Reading) -> set[str]:
    """The treatments that a statement names behind its first word of comparison, or beside the choice of a physician."""
    first = min([_compared_with(source), *(m.last for m in source.of_kind("versus"))])
    chosen = [m for m in source.mentions if m.concept == "physicians_choice"]
    first = min([first, *(m.first - _NEAR for m in chosen)])
    end = next((i for i in range(first, len(source.tokens)) if source.tokens[i].stem == "."), len(source.tokens))
    before = {m.concept for m in source.of_kind("drug", "class") if m.first < first}
    return {m.concept for m in source.of_kind("drug", "class") if first <= m.first < end} - before


def _of_the_first(sentence: Reading, index: int, sources: Sequence[Reading]) -> bool:
    """Whether the drugs told of an experimental arm stand before "versus" in a statement, and none of them behind it."""
    beside = {token.stem for token in sentence.tokens[index + 1 : index + 1 + _SIDE_REACH]}
    number = sentence.segments[index]
    drugs = {m.concept for m in sentence.of_kind("drug") if sentence.segments[m.first] == number}
    if not beside & _SIDES or not drugs:
        return False
    for source in sources:
        places = [m.first for m in source.of_kind("versus")]
        if places and all(any(m.concept == drug and m.first < places[0] for m in source.of_kind("drug")) for drug in drugs):
            return True
    return False


def _opens_genes(sentence: Reading, index: int, sources: Sequence[Reading]) -> bool:
    """Whether "alterations" only heads a list of genes that one statement lists."""
    genes = {m.concept.partition(":")[0] for m in sentence.of_kind("gene", "condition") if m.first > index}
    listed = [{m.concept.partition(":")[0] for m in source.of_kind("gene", "condition")} for source in sources]
    return len(genes) >= _FEW_GENES and any(len(genes & found) >= max(_FEW_GENES, len(genes) - 1) for found in listed)


def _counts_list(sentence: Reading, index: int, sources: Sequence[Reading]) -> bool:
    """Whether "threefold" counts the members of the list that ends the sentence, and no direction."""
    number = _FOLDS[sentence.tokens[index].stem]
    rest = [token.stem for token in sentence.tokens[index + 1 :]]
    commas = sum(stem == "," for stem in rest)
    joined = any(stem in {"and", "or"} for stem in rest)
    beside = any(abs(m.first - index) <= 1 for m in sentence.of_kind("up", "down"))
    return bool(sources) and not beside and joined and commas in {number - 1, number - 2}


def _tabulated(sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether "limitation" is what the table of a page is said to assign to classes."""
    told = {token.stem for token in sentence.tokens} & _TABLES
    return bool(told) and any(told & {token.stem for token in source.tokens} for source in sources)


def _beside_lower(sentence: Reading, index: int, sources: Sequence[Reading]) -> bool:
    """Whether "high against" is the "higher than" of a statement."""
    after = {token.stem for token in sentence.tokens[index + 1 : index + 3]}
    word = _HIGHER[sentence.tokens[index].stem]
    return bool(after & _COMPARED) and any(word in {token.text.lower() for token in source.tokens} for source in sources)


def _active(sentence: Reading, index: int, sources: Sequence[Reading]) -> bool:
    """Whether "may be active" is said where a statement prints responses."""
    return index >= 0 and bool(sentence.of_kind("hedge")) and any(source.has("orr") for source in sources)


def _new(sentence: Reading, index: int, sources: Sequence[Reading]) -> bool:
    return _newly_altered(sentence, index, sources) or _new_partner(sentence, index, sources)


def _screened(sentence: Reading, index: int, sources: Sequence[Reading]) -> bool:
    return index >= 0 and sentence.has("ctdna", "blood", "tissue") and any(source.has("test") for source in sources)


def _drives(sentence: Reading, index: int, sources: Sequence[Reading]) -> bool:
    """Whether "possible drivers" are what a statement names as a cause, or doubts as one."""
    return index >= 0 and bool(sentence.of_kind("hedge")) and any(source.of_kind("hedge", "cause") for source in sources)


def _rephrased(sentence: Reading, index: int, sources: Sequence[Reading]) -> bool:
    words = _REPHRASED[sentence.tokens[index].stem]
    return any(words & {token.stem for token in source.tokens} for source in sources)


def _agency(sentence: Reading, index: int, sources: Sequence[Reading]) -> bool:
    return index >= 0 and sentence.has("fda") and any(source.has("fda") for source in sources)


def _unexplained(sentence: Reading, index: int, sources: Sequence[Reading]) -> bool:
    return index >= 0 and sentence.has(*OPEN_FINDINGS) and any(source.has(*OPEN_FINDINGS) for source in sources)


def _wild_type(sentence: Reading, index: int, sources: Sequence[Reading]) -> bool:
    unaltered = any(concept.endswith(":unaltered") for source in sources for concept in source.concepts())
    return sentence.tokens[index].text.lower() == "wt" and unaltered


def _timed(sentence: Reading, index: int, sources: Sequence[Reading]) -> bool:
    return _dated_twice(sentence, index, sources) or _as_before(sentence, index, sources)


def _ends(mention: Mention, sentence: Reading, sources: Sequence[Reading]) -> bool:
    return any(source.has("ended") for source in sources) and _of_development(mention, sentence, sources)


def _progressed(mention: Mention, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether progression is the failure of a treatment, or what makes the line after it the second."""
    second = any(source.has("second_line") for source in sources)
    return any(source.has("failure") for source in sources) or (second and _after_class(mention, sentence))


def _limits(mention: Mention, sentence: Reading, sources: Sequence[Reading]) -> bool:
    return _tabulated(sentence, sources) or _only_there(mention, sentence, sources)


def _of_the_speaker(mention: Mention, sentence: Reading, sources: Sequence[Reading]) -> bool:
    return mention in sentence.mentions and any(source.has("speaker") for source in sources)


def _negative(mention: Mention, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether a result is called negative that sentence and statement find not significant."""
    found = any(source.has("not_significant") for source in sources)
    return mention in sentence.mentions and found and sentence.has("not_significant")


def _kept(mention: Mention, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether the "ongoing" treatment is the one that a statement says is continued."""
    beside = any(0 <= m.first - mention.last <= 1 for m in sentence.of_kind("drug", "class"))
    return beside and any(source.has("continued") for source in sources)


def _may_work(mention: Mention, sentence: Reading, sources: Sequence[Reading]) -> bool:
    return _active(sentence, mention.first, sources)


def _tried(mention: Mention, sentence: Reading, sources: Sequence[Reading]) -> bool:
    return _of_the_first(sentence, mention.first, sources)


_NEW: Mapping[str, Callable[[Reading, int, Sequence[Reading]], bool]] = {
    **dict.fromkeys(_HEADS, _opens_genes),
    **dict.fromkeys(_FOLDS, _counts_list),
    **dict.fromkeys(("activ", "active"), _active),
    **dict.fromkeys(_REPHRASED, _rephrased),
    **dict.fromkeys(_UNEXPLAINED, _unexplained),
    **dict.fromkeys(_HIGHER, _beside_lower),
    **dict.fromkeys(_LATER | _SPANS, _timed),
    "replac": _replaced,
    "new": _new,
    "screen": _screened,
    "driver": _drives,
    "agenc": _agency,
    "rechalleng": _given_again,
    "wt": _wild_type,
    "earli": _early_switch,
}
_TOLD: Mapping[str, Callable[[Mention, Reading, Sequence[Reading]], bool]] = {
    "prior": _told_before,
    "investigational": _tried,
    "discontinue": _ends,
    "progression": _progressed,
    "control_arm": _of_the_second,
    "limitation": _limits,
    "video": _of_the_speaker,
    "result_negative": _negative,
    "ongoing": _kept,
    "efficacy": _may_work,
}


def told_in_place(mention: Mention, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether a concept that no statement names is what they say in another turn of speech."""
    read = _TOLD.get(mention.concept)
    return read is not None and read(mention, sentence, sources)


def new_where_told(sentence: Reading, index: int, sources: Sequence[Reading]) -> bool:
    """Whether a word that no list knows is what the statements say in another turn of speech."""
    read = _NEW.get(sentence.tokens[index].stem)
    return read is not None and read(sentence, index, sources)
