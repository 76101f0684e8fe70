"""Who is linked with what: a fact of a list stays with the name it is printed for, an indication keeps its limits."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.support.evidence import items
from assistant.grounding.types import Mention, Reading, Reason, ReasonCode

_ANCHORS = frozenset({"drug", "class", "trial"})
_MARGIN = 0.5
_CLEAR = 0.6
_EXCLUSIVE = 2
_OPENING = 4
# "X, inhibitor-naive patients" says nothing of X.
_STATES = frozenset({"naiv", "treat", "pretreat", "resist", "refractori"})
_BEHIND = frozenset({"after", "follow", "prior", "previous"})
_ARTICLES = frozenset({"a", "an", "the", "oral", "first"})
_CONDITION_MARGIN = 0.2
_ALLOWED = ("approve", "indicated_for")
_POPULATION_WORDS = ("hr_positive", "er_positive", "her2_negative", "advanced")


def check_relations(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason where the words said of a name are printed for another name of the same list."""
    light = lexicon.language.light
    yield from _appositions(sentence, sources, lexicon)
    if sentence.of_kind("drug"):
        return
    yield from _bindings(sentence, sources, light)
    pieces = [piece for source in sources for piece in _with_subject(_pieces(source, light), _subject(source))]
    for anchors, words in _pieces(sentence, light):
        for anchor in sorted(anchors):
            kind = _kind(sentence, anchor)
            rivals = [(found, stated) for found, stated in pieces if any(_same_kind(kind, name, sources) for name in found)]
            own = max((_overlap(words, stated) for found, stated in rivals if anchor in found), default=0.0)
            other = max((_overlap(words, stated) for found, stated in rivals if anchor not in found), default=0.0)
            printed = any(anchor in found for found, _ in rivals)
            together = len(anchors) > 1 and any(_says_of(source, anchor, words, light) for source in sources)
            if printed and not together and other >= _CLEAR and other - own >= _MARGIN:
                name = anchor.replace("_", " ")
                yield Reason(ReasonCode.RELATION, name, f"what is said of {name} is printed for another name")


def _says_of(source: Reading, name: str, words: frozenset[str], light: frozenset[str]) -> bool:
    """Whether one statement has a name of a list and most of what is said of the list."""
    content = frozenset(item for _, item in items(source, light))
    return name in content and _overlap(words, content) >= _CLEAR


def check_pairs(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason where a list gives a treatment for another biomarker than the sentence does."""
    del lexicon
    printed = [pair for source in sources for pair in _arm_conditions(source)]
    named = [pair for source in sources for pair in _arm_conditions(source, ("condition", "gene"))]
    for arm, stated in _arm_conditions(sentence):
        options = [conditions for other, conditions in printed if other == arm]
        wide = [conditions for other, conditions in named if other == arm and options]
        options += [conditions | {f"{gene}:altered" for gene in conditions if ":" not in gene} for conditions in wide]
        holders = [other for other, conditions in printed if stated <= conditions]
        if not options and holders and not any(arm & holder for holder in holders):
            options = [frozenset()]
        if options and not any(stated <= conditions for conditions in options):
            name = " and ".join(sorted(stated)).replace("_", " ")
            yield Reason(ReasonCode.RELATION, name, f"no cited statement links this treatment with {name}")


def _arm_conditions(reading: Reading, kinds: tuple[str, ...] = ("condition",)) -> list[tuple[frozenset[str], frozenset[str]]]:
    """(treatment, biomarkers) of stretches between commas and semicolons that name one treatment and no figure."""
    covered = {i for m in reading.mentions if m.last - m.first > 1 for i in range(m.first, m.last)}
    bounds = [
        0,
        *(i for i, t in enumerate(reading.tokens) if t.stem in {",", ";", ":", "."} and i not in covered),
        len(reading.tokens),
    ]
    found = []
    for first, last in itertools.pairwise(bounds):
        arms = {arm.concepts for arm in reading.arms if first <= arm.first < last and not arm.prior}
        genes = frozenset(m.concept for m in reading.of_kind(*kinds) if first <= m.first < last and m.dimension == "biomarker")
        if len(arms) == 1 and genes and not any(first <= q.first < last for q in reading.quantities):
            found.append((next(iter(arms)), genes))
    return found


def _appositions(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """A class beside a drug ("the X drug", "drug, an X,") must be one of its classes."""
    yield from _bracketed_names(sentence, sources)
    classes = sentence.of_kind("class")
    printed = frozenset().union(*(source.concepts() for source in sources))
    classified = frozenset().union(*lexicon.language.classes_of.values())
    for drug in sentence.of_kind("drug"):
        known = lexicon.language.classes_of.get(drug.concept, frozenset())
        for named in classes:
            between = [token.stem for token in sentence.tokens[named.last : drug.first]] if named.first < drug.first else None
            after = [token.stem for token in sentence.tokens[drug.last : named.first]] if drug.first < named.first else None
            after = after[1:] if after and after[0] == ")" else after
            beside = between == [] or (
                after is not None and after[:1] in ([","], ["is"], ["("]) and set(after[1:]) <= _ARTICLES and len(after) <= 4
            )
            turned = {token.stem for token in sentence.tokens[named.last : named.last + 1]} & _STATES
            if (
                known
                and beside
                and not turned
                and not _given_together(sentence, drug, named, sources)
                and named.concept not in (known if named.concept in classified else known | printed)
            ):
                words = sentence.phrase(named.first, named.last)
                yield Reason(ReasonCode.RELATION, words, f"{drug.concept.replace('_', ' ')} is not a {words}")


def _given_together(sentence: Reading, drug: Mention, named: Mention, sources: Sequence[Reading]) -> bool:
    """Whether a class behind a drug goes on a list of what a statement gives together ("A, an X inhibitor and B")."""
    behind = {m.first for m in sentence.of_kind("drug")}
    goes_on = {token.stem for token in sentence.tokens[named.last : named.last + 1]} <= {"and", ","}
    listed = drug.first < named.first and goes_on and {named.last + 1, named.last + 2} & behind
    both = {drug.concept, named.concept}
    return bool(listed) and any(both <= arm.concepts for source in sources for arm in source.arms)


def _bracketed_names(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    """A drug that opens a bracket behind another ("A (B, 2 mg)") is another name of it, unless a source prints the two so."""
    printed = {pair for source in sources for pair, _ in _brackets(source)}
    for (outer, inner), words in _brackets(sentence):
        if outer != inner and (outer, inner) not in printed:
            names = [name.replace("_", " ") for name in (inner, outer)]
            yield Reason(ReasonCode.RELATION, words, f"{names[0]} is no other name of {names[1]}")


def _brackets(reading: Reading) -> Iterator[tuple[tuple[str, str], str]]:
    """((drug, drug in the bracket behind it), words) of a text."""
    for outer, inner in itertools.pairwise(reading.of_kind("drug")):
        between = [token.stem for token in reading.tokens[outer.last : inner.first]]
        closed = [token.stem for token in reading.tokens[inner.last : inner.last + 1]]
        if between == ["("] and closed and closed[0] in {")", ","}:
            yield (outer.concept, inner.concept), reading.phrase(outer.first, inner.last)


def _bindings(sentence: Reading, sources: Sequence[Reading], light: frozenset[str]) -> Iterator[Reason]:
    """Where stretches are each about one class, what is said of a class must be printed in a stretch about it."""
    printed = [entry for source in sources for entry in _by_class(source, light)]
    had = (
        arm
        for arm in sentence.arms
        if arm.prior and _BEHIND & {t.stem for t in sentence.tokens[max(0, arm.first - 2) : arm.first]}
    )
    earlier = {concept for arm in had for concept in arm.concepts}
    earlier -= {concept for arm in sentence.arms if not arm.prior for concept in arm.concepts}
    for anchor, words in _by_class(sentence, light):
        if anchor in earlier:
            continue
        own = frozenset().union(*(found for name, found in printed if name == anchor), _context(anchor, sources, light))
        other = frozenset().union(*(found for name, found in printed if name != anchor))
        moved = sorted(word for word in words if word in other and word not in own)
        if moved and any(name == anchor for name, _ in printed):
            yield Reason(
                ReasonCode.RELATION, moved[0], f"“{moved[0].replace('_', ' ')}” is not printed of {anchor.replace('_', ' ')}"
            )


def _context(name: str, sources: Sequence[Reading], light: frozenset[str]) -> frozenset[str]:
    """What the statements about a class say in stretches that name no class, and their trial where they name only one: that
    holds for every class they go on to.
    """
    found: set[str] = set()
    for source in sources:
        if source.has(name):
            placed = {source.segments[m.first] for m in source.of_kind("class")}
            found |= {item.split(":")[0] for index, item in items(source, light) if source.segments[index] not in placed}
            trials = {m.concept for m in source.of_kind("trial")}
            found |= trials if len(trials) == 1 else set()
    return frozenset(found)


def _by_class(reading: Reading, light: frozenset[str]) -> list[tuple[str, frozenset[str]]]:
    """(class, other items) of the stretches that name exactly one class."""
    found = []
    for number in sorted(set(reading.segments)):
        classes = {m.concept for m in reading.of_kind("class") if reading.segments[m.first] == number}
        if len(classes) == 1:
            words = {item for index, item in items(reading, light) if reading.segments[index] == number}
            found.append((next(iter(classes)), frozenset(word.split(":")[0] for word in words - classes)))
    return found


def check_subjects(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason where a drug is named for which the cited statements say none of this."""
    light = lexicon.language.light
    named = sentence.of_kind("drug", "trial")
    drugs = {m.concept for m in named}
    contents = [
        {item for _, item in items(source, light)} | _same_trial(sources[: place + 1]) for place, source in enumerate(sources)
    ]
    for drug in sorted(drugs):
        places = {sentence.segments[m.first] for m in named if m.concept == drug}
        said = {item for index, item in items(sentence, light) if sentence.segments[index] in places} - drugs
        own = frozenset().union(*(content for content in contents if drug in content))
        others = frozenset().union(*(content for content in contents if drug not in content))
        if own and not said & (own - others) and len(said & (others - own)) >= _EXCLUSIVE:
            name = drug.replace("_", " ")
            yield Reason(ReasonCode.RELATION, name, f"what is said is printed in statements that do not name {name}")


def _same_trial(sources: Sequence[Reading]) -> set[str]:
    """The trial of the statement before, where the last one names none and goes on with it ("In the same cohort")."""
    if len(sources) < 2 or sources[-1].of_kind("trial") or "same" not in {t.stem for t in sources[-1].tokens[:_OPENING]}:
        return set()
    return {m.concept for m in sources[-2].of_kind("trial")}


def _subject(reading: Reading) -> str:
    names = reading.of_kind("drug", "class")
    return names[0].concept if names else ""


def _with_subject(
    pieces: list[tuple[frozenset[str], frozenset[str]]], subject: str
) -> list[tuple[frozenset[str], frozenset[str]]]:
    """Let what the statement opens with be the subject of all its stretches."""
    return [(names | {subject}, words) for names, words in pieces] if subject else pieces


def _kind(reading: Reading, concept: str) -> str:
    return next(m.kind for m in reading.mentions if m.concept == concept)


def _same_kind(kind: str, concept: str, sources: Sequence[Reading]) -> bool:
    return any(m.concept == concept and m.kind == kind for source in sources for m in source.mentions)


def _overlap(words: frozenset[str], stated: frozenset[str]) -> float:
    return len(words & stated) / len(words) if words else 0.0


def _pieces(reading: Reading, light: frozenset[str]) -> list[tuple[frozenset[str], frozenset[str]]]:
    """(names, other items) of the stretches between commas, semicolons and "and"."""
    names = {m.concept for m in reading.mentions if m.kind in _ANCHORS}
    bounds = [0, *(i for i, token in enumerate(reading.tokens) if token.stem in {",", ";", ":", "."}), len(reading.tokens)]
    pieces = []
    for first, last in itertools.pairwise(bounds):
        content = {item for _, item in items(reading, light, first, last)}
        pieces.append((frozenset(content & names), frozenset(content - names)))
    return [piece for piece in pieces if piece[0] and piece[1]]


def check_conditions(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason where what is said of one condition is printed for its opposite."""
    light = lexicon.language.light
    stretches = [stretch for source in sources for stretch in _stretches(source, light)]
    for values, words in _stretches(sentence, light):
        for dimension, stated in values.items():
            ranked = sorted(stretches, key=lambda stretch: -_overlap(words, stretch[1]))
            rivals = [stretch for stretch in ranked if dimension in stretch[0]]
            if len(rivals) < 2 or stated & rivals[0][0][dimension]:
                continue
            clear = _overlap(words, rivals[0][1]) - _overlap(words, rivals[1][1]) > _CONDITION_MARGIN
            if clear and any(stated <= other[0][dimension] for other in rivals[1:]):
                name = " and ".join(sorted(stated)).replace("_", " ")
                yield Reason(ReasonCode.POPULATION, name, f"what is said of {name} is printed for another group")


def _stretches(reading: Reading, light: frozenset[str]) -> list[tuple[dict[str, frozenset[str]], frozenset[str]]]:
    """(conditions, other items) of each stretch that names one condition of a dimension."""
    found = []
    typed = {m.first for m in reading.of_kind("condition")}
    for number in sorted(set(reading.segments)):
        conditions = [m for m in reading.of_kind("condition") if reading.segments[m.first] == number and m.dimension == "organ"]
        values = {m.dimension: frozenset({m.concept}) for m in conditions}
        words = {item for index, item in items(reading, light) if reading.segments[index] == number and index not in typed}
        if values and len(conditions) == len(values):
            found.append((values, frozenset(words)))
    return found


def _approved_for(source: Reading) -> list[Mention]:
    """The conditions in stretches that state an approval and deny nothing."""
    places = {source.segments[m.first] for m in source.mentions if m.concept in _ALLOWED}
    places -= {source.segments[m.first] for m in source.of_kind("negator")}
    return [m for m in source.of_kind("condition") if source.segments[m.first] in places]


def _failed(concept: str, stated: frozenset[str]) -> bool:
    """Whether earlier treatment is told as one that failed ("in whom A has failed")."""
    sort, _, name = concept.partition(":")
    return sort == "prior" and "failure" in stated and name.partition(":")[0] in stated


def check_indication(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason where an approval is stated for a population wider than the printed one."""
    del lexicon
    described = sentence.of_kind("condition") or sentence.has(*_POPULATION_WORDS)
    if not sentence.has(*_ALLOWED) or not described or sentence.has("neg"):
        return
    stated = sentence.concepts()
    drugs = {m.concept for m in sentence.of_kind("drug")}
    for source in sources:
        about = not drugs or source.has(*drugs)
        if source.has(*_ALLOWED) and about:
            missing = [m for m in _approved_for(source) if m.concept not in stated and not _failed(m.concept, stated)]
            for mention in missing[:1]:
                words = source.phrase(mention.first, mention.last)
                yield Reason(ReasonCode.POPULATION_DROPPED, words, f"the printed approval is limited to “{words}”")
