"""Nothing new: every name and every word that asserts something must stand in a cited statement, in one of its forms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.grounding.reading.lexicon import Language, Lexicon
from assistant.grounding.reading.quantities import agrees
from assistant.grounding.support.everyone import WHOLE, only_of_some, true_of_all
from assistant.grounding.support.evidence import FUNCTION_KINDS, items
from assistant.grounding.support.inferences import follows_in_place, new_in_place
from assistant.grounding.support.plain_telling import told_plainly
from assistant.grounding.support.populations import whole_has_parts
from assistant.grounding.support.roles import undosed
from assistant.grounding.types import Figure, Mention, Quantity, Reading, Reason, ReasonCode, Token

_FAMILY_LETTERS, _FAMILY_SHARE = 5, 0.6
_SEVERE, _MOST_NEW = 3, 2
_SHORTEST_INITIALS = 3
_YEAR = "year"
_ONE_ROW = 2
_EVERYONE, _MAY, _RETEST = 100.0, "may", "retest"
# What follows from another concept of the statements.
_IMPLIED = {
    "under_review": frozenset({"application", "under_review"}),
    "failure": frozenset({"endpoint_not_met"}),
    "toxicity": frozenset({"adverse_event", "neutropenia", "stomatitis", "diarrhea", "hyperglycemia", "rash", "ild"}),
    "prescribing": frozenset({"indication", "label_word", "warning", "us_label"}),
    "us_label": frozenset({"prescribing", "label_word", "indication", "indicated_for", "approve"}),
    "hr_positive": frozenset({"hr_positive_cohort"}),
    "hr_positive_cohort": frozenset({"hr_positive"}),
    "safety": frozenset({"adverse_event", "toxicity", "discontinue"}),
    "fluctuate": frozenset({"same_value"}),
    "indication": frozenset({"label_word", "prescribing", "us_label"}),
    "indicated_for": frozenset({"approve", "label_word", "us_label"}),
    "liquid_biopsy": frozenset({"ctdna", "blood"}),
    "first": frozenset({"again"}),
    "result_negative": frozenset({"vote_against", "endpoint_not_met"}),
    "guideline": frozenset({"asco", "esmo"}),
    "result_word": frozenset({"esr1:unaltered", "pik3ca:unaltered", "test"}),
}
_SAME, _BOTH_REACH = frozenset({"same", "ident"}), 3
_EQUAL_KINDS = frozenset({"months", "percent"})
_COMPARED, _COMPARED_REACH = frozenset({"than", "versus", "vs", "with", "to"}), 4
_NAMES = frozenset({"drug", "class", "trial", "gene", "arm"})


@dataclass(frozen=True, slots=True)
class _Known:
    """What the sources have: concepts, stems as printed and with those of other forms of the concepts, and concepts of short
    forms.
    """

    concepts: frozenset[str]
    printed: frozenset[str]
    stems: frozenset[str]
    short: frozenset[str]


def _known(sources: Sequence[Reading], lexicon: Lexicon) -> _Known:
    concepts = frozenset().union(*(source.concepts() for source in sources))
    tokens = [token for source in sources for token in source.tokens]
    forms = frozenset().union(*(lexicon.words_of.get(concept, frozenset()) for concept in concepts))
    short = frozenset().union(*(lexicon.concepts_of.get(t.stem, frozenset()) for t in tokens if t.text.isupper()))
    printed = frozenset(token.stem for token in tokens)
    return _Known(concepts, printed, forms | printed, short)


def check_words(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for each name or word that no source has."""
    known = _known(sources, lexicon)
    for mention in sentence.mentions:
        concept = mention.concept
        told = mention.kind in FUNCTION_KINDS or concept in known.concepts or concept in lexicon.language.inferable
        if mention.kind == "word" and mention.dimension and not _fits_dimension(mention, sentence, sources):
            yield _name_reason(mention, sentence)
            continue
        if told or _restated(mention, sentence, known, lexicon) or _follows(mention, sentence, sources, known.concepts):
            continue
        yield _name_reason(mention, sentence)
    yield from _new_words(sentence, sources, known.stems, lexicon)


def _fits_dimension(mention: Mention, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether a source of the same drug has this value of several (once or twice daily, with or without food)."""
    drugs = {m.concept for m in sentence.of_kind("drug")}
    about = [source for source in sources if not drugs or source.has(*drugs)] or sources
    printed = {m.concept for source in about for m in source.mentions if m.dimension == mention.dimension}
    return not printed or mention.concept in printed


def _follows(mention: Mention, sentence: Reading, sources: Sequence[Reading], known: frozenset[str]) -> bool:
    """Whether a concept that no source names follows from what the sources say."""
    if mention.concept.startswith("prior:"):
        drugs = {m.concept for source in sources for m in source.of_kind("drug")}
        told = {concept.split(":")[1] for concept in known if concept.startswith("prior:")}
        name = mention.concept.split(":")[1]
        rival = name in drugs and bool(told if mention.concept.endswith(":no") else told & drugs) and name not in told
        return name in known and not rival and _turned(mention.concept) not in known
    if mention.concept == "approve":
        asked = sentence.has("unknown") and any(token.stem == "whether" for token in sentence.tokens)
        return asked or told_plainly(mention, sentence, sources)
    if mention.concept == WHOLE and only_of_some(mention, sentence, sources):
        return False
    if mention.kind == "condition" and _other_side_of_ratio(mention, sentence, sources, known):
        return True
    return _implied(mention, sentence, sources, known) or (
        _counted(mention, sentence, sources)
        or (mention.concept == "severe" and any(q.kind == "grade" and q.value >= _SEVERE for q in sentence.quantities))
        or (mention.concept == "overall_population" and (whole_has_parts(sources) or _of_all(sources)))
        or (mention.concept == "overall_population" and not sentence.quantities and _enrolled(sources))
        or true_of_all(mention, sentence, sources)
        or (mention.concept == "monotherapy" and _sole(mention, sentence, sources))
        or (mention.concept == "monotherapy" and "presence" in known and not _beside_arm(mention, sentence))
        or (mention.concept == "prior" and any(concept.startswith("prior:") for concept in known))
    )


def _other_side_of_ratio(mention: Mention, sentence: Reading, sources: Sequence[Reading], known: frozenset[str]) -> bool:
    """Whether those without an alteration are only what those with it are compared with, by ratios printed for the latter."""
    gene, _, state = mention.concept.partition(":")
    ratios = [quantity for quantity in sentence.quantities if quantity.kind == "ratio"]
    named = state == "unaltered" and f"{gene}:altered" in known and sentence.has(f"{gene}:altered")
    before = {token.stem for token in sentence.tokens[max(0, mention.first - _COMPARED_REACH) : mention.first]}
    return named and bool(ratios) and bool(before & _COMPARED) and all(_same_treatment(q, sentence, sources) for q in ratios)


def _same_treatment(quantity: Quantity, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether a figure has the same treatment before it in the sentence and where it is printed."""
    stated = _named_before(sentence, quantity)
    return any(
        agrees(quantity, other) and _named_before(source, other) == stated for source in sources for other in source.quantities
    )


def _named_before(reading: Reading, quantity: Quantity) -> str:
    return next((m.concept for m in reversed(reading.of_kind("drug", "class")) if m.last <= quantity.first), "")


def _limits_to_group(mention: Mention, sentence: Reading, known: frozenset[str]) -> bool:
    """Whether "restricted to" only says which group of the statements is meant, and claims nothing of others."""
    following = [token.stem for token in sentence.tokens[mention.last : mention.last + 1]]
    groups = {m.concept for m in sentence.of_kind("condition") if m.first >= mention.last}
    return following == ["to"] and bool(groups & known) and not sentence.of_kind("up", "down")


def _classed(sources: Sequence[Reading]) -> bool:
    return any(m.kind == "drug" and m.concept.endswith("ib") for source in sources for m in source.mentions)


def _implied(mention: Mention, sentence: Reading, sources: Sequence[Reading], known: frozenset[str]) -> bool:
    """Whether a concept only puts what the statements say in other words."""
    concept = mention.concept
    softened = any(0 <= mention.first - hedge.last <= 1 for hedge in sentence.of_kind("hedge"))
    inhibitors = any("inhibitor" in token.text.lower() for source in sources for token in source.tokens)
    return (
        bool(known & _IMPLIED.get(concept, frozenset()))
        or (concept == "allow" and (softened or (not sentence.of_kind("negator") and _may(sources))))
        or follows_in_place(mention, sentence, sources, known)
        or (concept == "first" and any(_RETEST in token.text.lower() for source in sources for token in source.tokens))
        or (concept == "limitation" and _limits_to_group(mention, sentence, known))
        or (concept == "same_value" and _refused(sentence, mention.last - 1))
        or (concept == "same_value" and _as_printed(sentence, mention.last - 1, sources))
        or (concept == "fluctuate" and _differing(sentence, sources))
        or (concept == "inhibit" and (inhibitors or _classed(sources)))
    )


def _of_all(sources: Sequence[Reading]) -> bool:
    return any(q.kind == "percent" and q.value == _EVERYONE for source in sources for q in source.quantities)


def _enrolled(sources: Sequence[Reading]) -> bool:
    """Whether a statement says whom a trial enrolled: that holds for all its patients."""
    return any(source.of_kind("trial") and {"enrol", "enroll"} & {t.stem for t in source.tokens} for source in sources)


def _counted(mention: Mention, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether "triplet" or "doublet" only counts the drugs of a combination that the sentence names."""
    size = {"triplet": 3, "doublet": 2}.get(mention.concept)
    if size is None:
        return False
    stated = sentence.concepts()
    arms = [undosed(arm.concepts) for arm in sentence.arms]
    arms += [undosed(arm.concepts) for source in sources for arm in source.arms if undosed(arm.concepts) <= stated]
    drugs = {m.concept for m in sentence.of_kind("drug")}
    sized = {
        arm for source in sources for arm in map(undosed, (a.concepts for a in source.arms)) if len(arm) == size and arm & drugs
    }
    return len(sized) == 1 or any(len(arm) == size for arm in arms)


def _abbreviates(token: Token, sources: Sequence[Reading]) -> bool:
    """Whether a word in capitals is made of the first letters of words that follow each other in a source ("TRAEs")."""
    letters = token.text.removesuffix("s")
    if len(letters) < _SHORTEST_INITIALS or not letters.isupper() or not letters.isalpha():
        return False
    initials = ("".join(word.text[0] for word in source.tokens if word.text.isalpha()) for source in sources)
    return any(letters in line.upper() for line in initials)


def _dated(sources: Sequence[Reading]) -> bool:
    """Whether a source prints a date or a span of months, so that "that year" and "within a year" have something to mean."""
    return any(quantity.kind in {"date", "months"} for source in sources for quantity in source.quantities)


def _new_words(sentence: Reading, sources: Sequence[Reading], stems: frozenset[str], lexicon: Lexicon) -> Iterator[Reason]:
    light = lexicon.language.light
    for index, token in enumerate(sentence.tokens):
        if _refused(sentence, index):
            continue
        if _lists_alike(sentence, index, sources, light) or _as_printed(sentence, index, sources):
            continue
        if token.text.lower() in lexicon.language.comparable and token.stem not in stems and not _equates(sentence, index):
            yield Reason(ReasonCode.UNKNOWN_WORD, token.text, f"no cited statement says “{token.text}”")
    equated = {i for i in range(len(sentence.tokens)) if _equates(sentence, i)}
    free = _free_words(sentence, stems, light, lexicon)
    for index, token in enumerate(sentence.tokens):
        if sentence.covered[index] or not token.is_word or token.stem in stems or index in equated:
            continue
        if new_in_place(sentence, index, sources):
            continue
        if token.text.isupper() and f"{token.stem}s" in stems:
            continue
        if _abbreviates(token, sources) or (token.stem == _YEAR and _dated(sources)):
            continue
        if any(letter.isupper() for letter in token.text[1:]):
            yield Reason(ReasonCode.UNKNOWN_NAME, token.text, f"no cited statement names {token.text}")
        elif token.stem not in light and not _derived(token.stem, stems) and token.stem not in free:
            yield Reason(ReasonCode.UNKNOWN_WORD, token.text, f"no cited statement says “{token.text}” or a word that means it")


def _differing(sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether a sentence that says that shares vary tells two, which the statements print."""
    told = {q.value for q in sentence.quantities if q.kind == "percent"}
    printed = {q.value for source in sources for q in source.quantities if q.kind == "percent"}
    return len(told & printed) > 1


def _lists_alike(sentence: Reading, index: int, sources: Sequence[Reading], light: frozenset[str]) -> bool:
    """Whether "alike" only closes a list ("A, B and C alike") whose members stand together where the rest is printed."""
    if sentence.tokens[index].stem != "alik" or not index or not sentence.covered[index - 1]:
        return False
    number = sentence.segments[index]
    said = {item for place, item in items(sentence, light) if sentence.segments[place] == number}
    names = {m.concept for m in sentence.of_kind("drug", "class") if sentence.segments[m.first] == number}
    stretches = [
        {item for place, item in items(source, light) if source.segments[place] == stretch}
        for source in sources
        for stretch in sorted(set(source.segments))
    ]
    nearest = max(stretches, key=lambda found: len((said - names) & found))
    return bool(names) and (names <= nearest or any(_said_of_all(said, source, light) for source in sources))


def _said_of_all(said: set[str], source: Reading, light: frozenset[str]) -> bool:
    """Whether a statement of one row of a table, that limits and denies nothing, has all that a stretch says."""
    rows = sum(token.stem == "." for token in source.tokens)
    lists = {source.segments[m.first] for m in source.of_kind("drug", "class")}
    if rows > _ONE_ROW or len(lists) > 1 or source.of_kind("negator", "versus", "hedge", "quantifier"):
        return False
    return said <= {item for _, item in items(source, light)} | {"alik", "but", "all"}


def _as_printed(sentence: Reading, index: int, sources: Sequence[Reading]) -> bool:
    """Whether "the same" is said of a figure that one statement prints for two treatments, or for both."""
    if sentence.tokens[index].stem not in _SAME:
        return False
    number = sentence.segments[index]
    stated = [f for f in sentence.figures if f.quantity.kind in _EQUAL_KINDS and sentence.segments[f.quantity.first] == number]
    return any(_printed_alike(figure, sentence, source) for figure in stated for source in sources)


def _printed_alike(figure: Figure, sentence: Reading, source: Reading) -> bool:
    """Whether a statement prints a figure twice for one measure and two treatments, or once with "both", and the sentence names
    the treatments.
    """
    printed = [f for f in source.figures if agrees(figure.quantity, f.quantity) and f.measures]
    places = {source.segments[f.quantity.first] for f in printed}
    arms = {undosed(f.arm) for f in printed if f.arm}
    twice = len(arms) > 1 and len({f.measures for f in printed}) == 1
    after = (source.tokens[f.quantity.last : f.quantity.last + _BOTH_REACH] for f in printed)
    named = {m.concept for m in source.of_kind("drug") if source.segments[m.first] in places}
    stretch = sentence.segments[figure.quantity.first]
    told = {m.concept for m in sentence.of_kind("drug") if sentence.segments[m.first] == stretch}
    return (twice or any("both" in {token.stem for token in tokens} for tokens in after)) and named <= told


def _may(sources: Sequence[Reading]) -> bool:
    """Whether a statement says what may be done: that is what it allows."""
    return any(source.tokens[m.first].stem == _MAY for source in sources for m in source.of_kind("hedge"))


def _refused(sentence: Reading, index: int) -> bool:
    """Whether sameness is denied ("is not the same as"): what is denied is asked of elsewhere."""
    before = [token.stem for token in sentence.tokens[max(0, index - 2) : index]]
    return "not" in before and sentence.tokens[index].stem in {"same", "ident", "equal"}


def _equates(sentence: Reading, index: int) -> bool:
    """Whether a word like "equivalent" only stands before a figure ("equivalent to 345 mg")."""
    after = [token.stem for token in sentence.tokens[index + 1 : index + 2]]
    return after == ["to"] and any(q.first == index + 2 for q in sentence.quantities)


def _free_words(sentence: Reading, stems: frozenset[str], light: frozenset[str], lexicon: Lexicon) -> frozenset[str]:
    """The new words a sentence may have: plain ones, no more than a few; else nothing."""
    new = {
        token.stem: token.text.lower()
        for index, token in enumerate(sentence.tokens)
        if not sentence.covered[index] and token.is_word and token.stem not in stems | light and not _derived(token.stem, stems)
    }
    language = lexicon.language
    free = {
        word
        for word, text in new.items()
        if (word in language.plain or _tells(text, language)) and text not in language.comparable
    }
    return frozenset(free) if len(free) <= _MOST_NEW else frozenset()


def _tells(word: str, language: Language) -> bool:
    """Whether a word ends as a verb or adverb of the telling, and does not begin as one that opposes something."""
    told = word.endswith(language.new_word_endings) and word not in language.new_words_refused
    return told and not word.startswith(language.new_word_beginnings_refused)


def _known_by_parts(words: Sequence[str], known: _Known, lexicon: Lexicon) -> bool:
    """Whether each word of a phrase is in a source, or stands for something that is ("ET resistance")."""
    return len(words) > 1 and all(
        word in known.printed or lexicon.concepts_of.get(word, frozenset()) & known.concepts for word in words
    )


def _restated(mention: Mention, sentence: Reading, known: _Known, lexicon: Lexicon) -> bool:
    """Whether a source has the same words in another grouping, or the gene in another grammatical place."""
    words = [sentence.tokens[index].stem for index in range(mention.first, mention.last)]
    told = set(words) <= (known.printed if len(words) > 1 else known.stems)
    if mention.kind == "measure":
        return told and len(words) > 1
    if mention.kind == "gene" and any(concept.startswith(f"{mention.concept}:") for concept in known.concepts):
        return True
    if mention.kind in {"word", "gene", "test"}:
        return told or mention.concept in known.short or _known_by_parts(words, known, lexicon)
    if mention.kind == "class":
        told = told and (len(words) > 1 or bool(sentence.of_kind("drug")) or sentence.has("inhibit"))
        return told or _known_by_parts(words, known, lexicon)
    gene, _, state = mention.concept.partition(":")
    altered = mention.kind == "condition" and state == "altered"
    return altered and gene in known.concepts and f"{gene}:unaltered" not in known.concepts


def _beside_arm(mention: Mention, sentence: Reading) -> bool:
    return any(0 <= mention.first - arm.last <= 1 or 0 <= arm.first - mention.last <= 1 for arm in sentence.arms)


def _sole(mention: Mention, sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether "alone" stands beside a treatment that a source compares as it is, with nothing added."""
    printed = {arm.concepts for source in sources for arm in source.arms if not arm.prior}
    beside = [
        arm
        for arm in sentence.arms
        if arm.last <= mention.first <= arm.last + 1 or mention.last <= arm.first <= mention.last + 1
    ]
    if not beside or beside[-1].concepts not in printed:
        return False
    measured = {figure.arm for source in sources for figure in source.figures if figure.measures}
    return beside[-1].concepts in measured or not any(beside[-1].concepts < other for other in printed)


def _derived(word: str, stems: frozenset[str]) -> bool:
    """Whether a source has a word of the same family ("emergent", "emerged")."""
    return any(_shared(word, other) >= max(_FAMILY_LETTERS, _FAMILY_SHARE * max(len(word), len(other))) for other in stems)


def _shared(left: str, right: str) -> int:
    return next((i for i, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))


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
