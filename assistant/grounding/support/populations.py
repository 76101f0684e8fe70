"""For whom a figure holds: what the sentence may leave out, and what it may not widen, narrow or exchange."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.grounding.support.enrolment import across_lines, enrolled, named_by_state
from assistant.grounding.support.reviews import unreviewed
from assistant.grounding.support.scopes import reaches
from assistant.grounding.types import Figure, Mention, Reading, ReasonCode

_CONDITION_KINDS = frozenset({"months", "days", "percent", "ratio", "ci", "p", "count"})
_RIVAL_KINDS = frozenset({"date", "count"})
_DROPPABLE = frozenset({"prior", "line", "stage", "assessor"})
_LONG_LIST, _SIDES = 3, 2
_RATIO_KINDS = frozenset({"ratio", "ci", "p"})
_NARROWABLE = frozenset({"line", "biomarker", "grade"})
# How much HER2 a tumor has and its hormone receptors hold at once.
_STAINS, _RECEPTORS = frozenset({"her2_low", "her2_ultralow"}), frozenset({"hr_positive_cohort"})
_PARTS = frozenset({"biomarker", "sensitivity"})
_WHOLE = frozenset({"overall_population"})
# Nobody reviews when somebody died.
_UNREVIEWED = frozenset({"os"})
# Of these a figure has one value; of the others (earlier treatment, biomarkers) several may hold at once.
_SINGLE = frozenset({"grade", "line", "hepatic", "assessor"})
_GROUP_WORDS = frozenset({"popul", "cohort", "subgroup", "diseas", "group", "subset", "tumor", "patient"})
_TRIAL_WORDS = frozenset({"trial", "studi", "cohort"})
_DESIGN_WORDS = frozenset({"phase", "random", "singl"})
_DESIGN_REACH = 9
_ENROLLING = frozenset({"enrol", "enroll", "recruit", "conduct", "includ", "test", "compar", "random", "screen"})
_TREATING = frozenset({"treat", "gave"})
_ENROL_REACH = 3


def condition_misfit(
    figure: Figure, printed: Figure, sentence: Reading, source: Reading, sources: Sequence[Reading]
) -> tuple[ReasonCode, str] | None:
    """Why a printed figure does not hold for whom the sentence says, or None where it does."""
    if figure.quantity.kind in _RIVAL_KINDS | {"mg"} and (misfit := _of_others(figure, printed, sentence, source, sources)):
        return misfit
    if figure.quantity.kind not in _CONDITION_KINDS:
        return None
    misfit = _of_other_group(figure, printed, sentence, source, sources) or _of_the_whole(figure, printed, sources)
    measured = (printed.measures or figure.measures) and figure.quantity.kind != "count"
    return misfit or (_dropped(figure, printed, sentence, source, sources) if measured else None)


def groups_exclude(figure: Figure, printed: Figure) -> bool:
    """Whether a figure is stated for another group than it is printed for, and the two have nobody in common or one is the
    whole of which the other is a part.
    """
    for dimension, stated in figure.conditions.items():
        other = printed.conditions.get(dimension, frozenset())
        if any(_opposite(concept) in other for concept in stated) or (stated & _WHOLE and other and not other & _WHOLE):
            return True
        if dimension in _SINGLE and stated and other and not stated & other:
            return True
        if dimension == "biomarker" and stated and other and not _genes(stated) & _genes(other):
            return True
    return False


def singles_out(figure: Figure, printed: Figure, sources: Sequence[Reading]) -> bool:
    """Whether a figure is stated for a group that it is not printed for and other figures are: it tells results apart."""
    stated, own = (frozenset().union(*reading.conditions.values()) for reading in (figure, printed))
    told = {concept for source in sources for f in source.figures if f.measures for c in f.conditions.values() for concept in c}
    return bool((stated - own) & told)


def _genes(concepts: frozenset[str]) -> frozenset[str]:
    return frozenset(concept.partition(":")[0] for concept in concepts)


def _of_others(
    figure: Figure, printed: Figure, sentence: Reading, source: Reading, sources: Sequence[Reading]
) -> tuple[ReasonCode, str] | None:
    """A dose, date or count printed for other livers, groups or lines than it is stated for."""
    organ, stated_organ = (reading.conditions.get("hepatic", frozenset()) for reading in (printed, figure))
    elsewhere = any(other.conditions.get("hepatic") for reading in sources for other in reading.figures)
    if figure.quantity.kind == "mg" and stated_organ and not organ and elsewhere:
        return ReasonCode.POPULATION, f"for nothing named, not {_names(stated_organ)}"
    if figure.quantity.kind == "mg" and organ and stated_organ and not organ & stated_organ:
        return ReasonCode.POPULATION, f"for {_names(organ)}, not {_names(stated_organ)}"
    genes, printed_genes = (reading.conditions.get("biomarker", frozenset()) for reading in (figure, printed))
    if figure.quantity.kind == "count" and any(_opposite(gene) in printed_genes for gene in genes - printed_genes):
        return ReasonCode.POPULATION, f"for {_names(printed_genes)}, not {_names(genes)}"
    return _of_rival(figure, printed, sentence, source) if figure.quantity.kind in _RIVAL_KINDS else None


def _of_other_group(
    figure: Figure, printed: Figure, sentence: Reading, source: Reading, sources: Sequence[Reading]
) -> tuple[ReasonCode, str] | None:
    """A figure printed for another group or a wider one than it is stated for."""
    known = _wide_everywhere(source, sources)
    graded = figure.conditions.get("grade", frozenset())
    if graded and "any_grade" in printed.measures - figure.measures and figure.quantity.kind == "percent":
        return ReasonCode.POPULATION, f"for any grade, not {_names(graded)}"
    for dimension, stated in figure.conditions.items():
        if figure.quantity.kind == "count" and (dimension not in printed.conditions or dimension in {"biomarker", "grade"}):
            continue
        other = printed.conditions.get(dimension, frozenset())
        if _of_no_group(dimension, figure, printed, sentence):
            continue
        if _compared_by_ratio(figure, stated, other) or (dimension == "line" and across_lines(figure, stated, printed, source)):
            continue
        extra = frozenset(
            concept for concept in stated - other - (frozenset() if other else known) if not _same_gene(concept, other)
        )
        extra = extra if other else frozenset(concept for concept in extra if reaches(concept, dimension, figure, sentence))
        if len(stated) >= _LONG_LIST and all(":" not in concept for concept in extra):
            continue
        if extra <= _WHOLE and not other and whole_has_parts(sources):
            continue
        if not other and dimension in _DROPPABLE and extra <= _told_of_trial(dimension, source, sources):
            continue
        other = frozenset(concept for concept in other if not any(concept + ":" in more for more in other))
        other = frozenset(concept for concept in other if not concept.endswith(":any")) or other
        if _stained(extra, other, source, sources):
            continue
        narrowed = (
            not _sides_of_ratio(figure, other)
            and bool(stated)
            and len(other) > 1
            and stated < other
            and dimension in _NARROWABLE
        )
        if narrowed:
            return ReasonCode.POPULATION, f"for {_names(other)}, not only {_names(stated)}"
        if extra and (other or extra - source.concepts()) and not _harmless(dimension, extra, source):
            return ReasonCode.POPULATION, f"for {_names(other)}, not {_names(stated)}"
    return None


def _of_no_group(dimension: str, figure: Figure, printed: Figure, sentence: Reading) -> bool:
    """Whether a figure is told of several groups at once, or of none: both lines, all who were counted, deaths."""
    both = figure.quantity.kind == "count" and len(printed.conditions.get(dimension, ())) == _SIDES
    several = dimension == "line" and len(figure.conditions[dimension]) > 1
    several = several or (both and not _named_beside(dimension, figure, sentence))
    return several or (dimension == "assessor" and printed.measures == _UNREVIEWED)


def _named_beside(dimension: str, figure: Figure, sentence: Reading) -> bool:
    """Whether the stretch of a figure names a group of a dimension; a count without one is that of both groups."""
    number = sentence.segments[figure.quantity.first]
    return any(m.dimension == dimension and sentence.segments[m.first] == number for m in sentence.of_kind("condition"))


def _sides_of_ratio(figure: Figure, printed: frozenset[str]) -> bool:
    """Whether a ratio sets carriers of an altered gene against the others: who is named is one of its two sides."""
    if figure.quantity.kind not in _RATIO_KINDS:
        return False
    return len(printed) == _SIDES and all(_opposite(concept) in printed for concept in printed)


def _compared_by_ratio(figure: Figure, stated: frozenset[str], printed: frozenset[str]) -> bool:
    """Whether a ratio is told for those with an alteration against those without, and printed for the former."""
    sides = figure.quantity.kind in _RATIO_KINDS | {"count"} and len(stated) == _SIDES
    return sides and all(_opposite(concept) in stated for concept in stated) and bool(printed & stated)


def _of_the_whole(figure: Figure, printed: Figure, sources: Sequence[Reading]) -> tuple[ReasonCode, str] | None:
    """A figure stated for all and printed for some, where another one of the same treatment and measure is printed for all."""
    stated, own = (frozenset().union(*reading.conditions.values()) for reading in (figure, printed))
    if not stated & _WHOLE or not own or own & _WHOLE:
        return None
    for other in (f for source in sources for f in source.figures if f.quantity.kind == printed.quantity.kind):
        told = frozenset().union(*other.conditions.values())
        if told & _WHOLE and (other.arm, other.measures) == (printed.arm, printed.measures):
            return ReasonCode.POPULATION, f"for {_names(own)}, not {_names(_WHOLE)}"
    return None


def _of_rival(figure: Figure, printed: Figure, sentence: Reading, source: Reading) -> tuple[ReasonCode, str] | None:
    """A date or count printed for one group or line, stated for another for which the source prints another."""
    rivals = [
        f for f in source.figures if f.quantity.kind == printed.quantity.kind and f.quantity.value != printed.quantity.value
    ]
    for dimension in ("line", "biomarker"):
        stated, own = figure.conditions.get(dimension), printed.conditions.get(dimension)
        theirs = [rival.conditions.get(dimension) for rival in rivals]
        if own and len(own) == _SIDES and not _named_beside(dimension, figure, sentence):
            continue
        dated = figure.quantity.kind == "date" and (stated or len(rivals) == 1)
        if stated != own and stated in theirs and own not in theirs and (dated or (stated and own)):
            return ReasonCode.POPULATION, f"for {_names(own or frozenset())}, not {_names(stated or frozenset())}"
    return None


def _same_gene(concept: str, others: frozenset[str]) -> bool:
    """Whether the same gene is named, once with its state and once without."""
    gene, _, state = concept.partition(":")
    return (gene in others and state != "unaltered") or (not state and f"{gene}:altered" in others)


def _opposite(concept: str) -> str:
    """The other state of a gene, or nothing."""
    gene, _, state = concept.partition(":")
    return {"altered": f"{gene}:unaltered", "unaltered": f"{gene}:altered"}.get(state, "")


def _stained(extra: frozenset[str], other: frozenset[str], source: Reading, sources: Sequence[Reading]) -> bool:
    """Whether a group told by its receptors is printed by its HER2, or the other way round: both hold at once."""
    if extra == _RECEPTORS and other <= _STAINS and _receptors_named(source, sources):
        return True
    return extra <= _STAINS and other == _RECEPTORS and extra <= source.concepts() and len(_STAINS & source.concepts()) == 1


def _receptors_named(source: Reading, sources: Sequence[Reading]) -> bool:
    """Whether a statement only describes its patients as receptor-positive, and none tells a receptor-positive cohort apart."""
    return source.has("hr_positive") and not any(other.has(*_RECEPTORS) for other in sources)


def _names(concepts: frozenset[str]) -> str:
    return " and ".join(sorted(concepts)).replace("_", " ") or "nothing named"


def _harmless(dimension: str, extra: frozenset[str], source: Reading) -> bool:
    """Whether earlier treatment is only read differently: the same treatment, and not had against not had."""
    if dimension != "prior":
        return False
    turned = {
        concept.removesuffix(":yes") + ":no" if concept.endswith(":yes") else concept.removesuffix(":no") + ":yes"
        for concept in extra
    }
    return not turned & source.concepts() and all(concept.split(":")[1] in source.concepts() for concept in extra)


def whole_has_parts(sources: Sequence[Reading]) -> bool:
    """Whether the statements tell a whole from its parts: some figures have a biomarker or another mark, and some have none."""
    kinds = {bool(_PARTS & f.conditions.keys()) for source in sources for f in source.figures if f.measures}
    return len(kinds) == 2


def _told_of_trial(dimension: str, source: Reading, sources: Sequence[Reading]) -> frozenset[str]:
    """What the statements about the same trial tell of a dimension, where that is one value."""
    trials = {m.concept for m in source.of_kind("trial")}
    same = [other for other in sources if trials & {m.concept for m in other.of_kind("trial")}]
    told = frozenset(m.concept for other in same for m in other.of_kind("condition") if m.dimension == dimension)
    return told if len(told) == 1 else frozenset()


def _wide_everywhere(source: Reading, sources: Sequence[Reading]) -> frozenset[str]:
    """Whole-trial descriptions of this trial in any of the statements."""
    trials = {m.concept for m in source.of_kind("trial")}
    same = [other for other in sources if trials & {m.concept for m in other.of_kind("trial")}]
    return frozenset().union(*(trial_wide(other) for other in same)) if same else frozenset()


def _dropped(
    figure: Figure, printed: Figure, sentence: Reading, source: Reading, sources: Sequence[Reading]
) -> tuple[ReasonCode, str] | None:
    wide = trial_wide(source) | _wide_everywhere(source, sources) | enrolled(sentence, source) | _WHOLE
    named = sentence.concepts()
    assessed_twice = {"investigator", "central_review"} <= frozenset().union(*(other.concepts() for other in sources))
    for dimension, needed in printed.conditions.items():
        strict = source.has("subgroup", "post_hoc") or (dimension == "assessor" and assessed_twice)
        if dimension in _DROPPABLE and not strict:
            continue
        if dimension == "assessor" and not source.has("subgroup", "post_hoc") and unreviewed(printed, source, sources):
            continue
        stated = figure.conditions.get(dimension, frozenset())
        missing = needed - stated - wide
        missing = frozenset[str]() if stated & needed and _sides_of_ratio(figure, needed) else missing
        missing = frozenset(
            concept
            for concept in missing
            if not _same_gene(concept, stated)
            and _limits(concept, dimension, source, sources)
            and reaches(concept, dimension, printed, source)
        )
        missing = frozenset(concept for concept in missing if not named_by_state(concept, sentence))
        if missing and not missing <= named:
            return ReasonCode.POPULATION_DROPPED, f"only for {_names(missing)}"
        if missing and dimension in figure.conditions:
            return ReasonCode.POPULATION, f"for {_names(needed)}, not {_names(stated)}"
    return None


def _limits(concept: str, dimension: str, source: Reading, sources: Sequence[Reading]) -> bool:
    """Whether a condition singles out a part: a gene state, a named group, one of two values that the statements tell apart."""
    if ":" in concept:
        return not concept.endswith(":any")
    if dimension == "sensitivity":
        return True
    values = {m.concept for other in sources for m in other.of_kind("condition") if m.dimension == dimension}
    ends = [m.last for m in source.of_kind("condition") if m.concept == concept]
    grouped = any(source.tokens[end].stem in _GROUP_WORDS for end in ends if end < len(source.tokens))
    return len(values) > 1 or grouped


def trial_wide(source: Reading) -> frozenset[str]:
    """Conditions of the stretch that describes the trial as a whole ("a phase 3 trial in patients with X, ...")."""
    spans = descriptions(source)
    inside: list[Mention] = [m for m in source.of_kind("condition") if any(first <= m.first < last for first, last in spans)]
    return frozenset(m.concept for m in inside)


def descriptions(source: Reading) -> list[tuple[int, int]]:
    """Where a statement tells whom a trial took."""
    spans = []
    measures = [m.first for m in source.of_kind("measure")]
    for index, token in enumerate(source.tokens):
        before = {other.stem for other in source.tokens[max(0, index - _DESIGN_REACH) : index]}
        if token.stem in _TRIAL_WORDS and before & _DESIGN_WORDS:
            limit = next((m for m in measures if m > index), len(source.tokens))
            commas = [i for i in range(index, limit) if source.tokens[i].stem in {",", ";", ":", "."}]
            spans.append((index, commas[-1] if commas else limit))
    for index, token in enumerate(source.tokens):
        if token.stem in _ENROLLING | _TREATING and _tells_of_trial(source, index):
            limit = next((m for m in measures if m > index), len(source.tokens))
            commas = [i for i in range(index, limit) if source.tokens[i].stem in {",", ";", "."}]
            spans.append((index, commas[-1] if commas else index))
    for mention in source.of_kind("word"):
        if mention.concept == "randomize" and source.tokens[mention.first - 1].stem == "were":
            spans.append((_sentence_start(source, mention.first), mention.first))
    for start in {m.last for m in source.of_kind("trial")}:
        if start < len(source.tokens) and source.tokens[start].stem == "(":
            close = next((i for i in range(start, len(source.tokens)) if source.tokens[i].stem == ")"), start)
            spans.append((start, close))
    return spans


def _tells_of_trial(source: Reading, index: int) -> bool:
    """Whether a verb of enrolling stands behind the name of a trial, or behind what is put in after the name."""
    stem = source.tokens[index].stem
    named = [_past_bracket(source, m.last) for m in source.of_kind("trial")]
    if stem in _ENROLLING and any(0 <= index - last <= _ENROL_REACH for last in named):
        return True
    commas = [i for i in range(index) if source.tokens[i].stem in {",", ".", ";"}]
    put_in = commas[-1:] == [index - 1] and any(m.last in commas for m in source.of_kind("trial") if m.last < index - 1)
    return put_in and all(source.tokens[i].stem == "," for i in commas)


def _past_bracket(source: Reading, index: int) -> int:
    """The place behind a bracket that opens there ("TRIAL (phase 3) enrolled ..."), or the place itself."""
    if [token.stem for token in source.tokens[index : index + 1]] != ["("]:
        return index
    return next((i + 1 for i in range(index, len(source.tokens)) if source.tokens[i].stem == ")"), index)


def _sentence_start(source: Reading, index: int) -> int:
    """Where the words begin that say who was randomized: the sentence, up to the last measure or semicolon in it."""
    measured = {m.last for m in source.of_kind("measure")}
    return next((i for i in range(index, 0, -1) if source.tokens[i - 1].stem in {".", ";", ":"} or i in measured), 0)
