"""What the sentence denies, and what a source denies or leaves open that the sentence asserts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from assistant.grounding.checks.directions import applies_to
from assistant.grounding.reading.lexicon import PART, Lexicon
from assistant.grounding.support.alignment import denied_alike
from assistant.grounding.support.denials import (
    approved_all_the_same,
    attained_not,
    before_any,
    double_denial,
    figures_at_home,
    goal_missed,
    neither,
    opposite_denied,
    plain_report,
    prints_no_difference,
    taken_up,
)
from assistant.grounding.support.evidence import (
    DENIED_WORDS,
    NEGATIVE_FINDINGS,
    OPEN_FINDINGS,
    SUBJECT_NEGATORS,
    denied,
    items,
    printed_significance,
    told_elsewhere,
)
from assistant.grounding.support.reprieves import follows_as_denial, leaves_undecided, told_where_nothing_is_denied
from assistant.grounding.support.roles import supporting
from assistant.grounding.support.same_denials import told_otherwise
from assistant.grounding.types import Mention, Reading, Reason, ReasonCode

_MEASURED_FINDINGS = (OPEN_FINDINGS | {"immature"}, frozenset({"endpoint_met"}), frozenset({"endpoint_not_met"}))
_SHORT = 3
_OUTCOMES = frozenset({"pfs", "os", "orr"})
_MOST, _FEW = 0.6, 3
_DENYING = frozenset({"miss", "fail", "lack", "absent"})
_STILL = frozenset({"still", "yet", "now", "fulli", "entir", "quit"})
_DENIAL_REACH = 14
_INSTEAD = frozenset({"rather", "unlik", "instead", "oppos"})
_DIFFER = frozenset({"differ", "differs", "differed"})
# What is denied by a word that says the opposite ("did not vary", "was the same").
_OPPOSITES = {"fluctuate": frozenset({"same_value"}), "affect": frozenset({"independ", "regardless"})}
# Whose decision it is: what one has not approved another may have.
_BODIES = frozenset({"fda", "ema", "ec", "china", "nmpa"})
_NOT_TO_BE_LOST = frozenset({"excluded", "immature", "unknown", "unreported", "not_reached"})


def check_negation(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a denial no source makes, and for a source's denial that the sentence turns into an assertion."""
    light = lexicon.language.light
    source_denials = [set(found) for source in sources for _, found in denied(source, light)]
    source_denied = set().union(*source_denials)
    without = set[str]().union(*(_denied_as_group(source) for source in sources))
    sentence_denied: set[str] = set()
    for negator, found in denied(sentence, light):
        sentence_denied |= set(found)
        if sentence.tokens[negator.first].stem == "nor" and neither(sentence, negator.first):
            continue
        if told_otherwise(sentence, negator, sources, light):
            continue
        trials = {
            m.concept for m in sentence.of_kind("trial") if sentence.segments[m.first] == sentence.segments[negator.first]
        }
        left_out = any(s.has(*trials) and s.has(*NEGATIVE_FINDINGS) for s in sources) if trials else False
        if not found and (source_denials or left_out) and not _denies_denial(sentence, negator):
            continue
        no_gain = "up" in found[:2] and found[0] in {"up", *_OUTCOMES} and _no_gain(sentence, sources)
        whole = sentence.tokens[negator.first].stem in SUBJECT_NEGATORS
        doubled = _denies_denial(sentence, negator)
        misplaced = any(_denied_of_others(sentence, negator, source, set(found), light) for source in sources)
        open_items = set().union(*(_open_items(source, light) for source in sources))
        supported = bool(source_denied & set(found if whole else found[:1]) or open_items & set(found))
        supported = supported or bool(trials & source_denied)
        supported = supported and not _about_nothing_denied(sentence, negator, sources, light)
        if negator.first and sentence.tokens[negator.first - 1].stem == "but":
            supported = supported or any(found[0] in _reach(source, light) for source in sources if found)
        supported = supported or opposite_denied(sentence, negator, sources)
        supported = supported or follows_as_denial(sentence, negator, sources, light)
        supported = supported or _in_other_words(found, sentence, negator, sources, light)
        first = found[0] if found else ""
        supported = supported or first in without or no_gain or denied_alike(sentence, negator, first, sources, lexicon)
        if doubled or misplaced or not supported:
            words = sentence.phrase(negator.first, min(negator.last + 4, len(sentence.tokens)))
            yield Reason(ReasonCode.NEGATION, words, f"no cited statement denies this: “{words}”")
    yield from _asserted(sentence, sources, light, sentence_denied)
    yield from _findings_lost(sentence, sources, lexicon)
    yield from _findings(sentence, sources, lexicon)
    yield from double_denial(sentence, sources, lexicon)


def _denied_as_group(source: Reading) -> set[str]:
    """What a group of patients is said to be without ("had received no A"), and what a word of sameness denies."""
    conditions = [m.concept for m in source.of_kind("condition") if m.concept.endswith(":no")]
    stems = {token.stem for token in source.tokens}
    opposite = {item for item, words in _OPPOSITES.items() if words & (stems | source.concepts())}
    return {concept.removeprefix("prior:").removesuffix(":no") for concept in conditions} | opposite


def _about_nothing_denied(sentence: Reading, negator: Mention, sources: Sequence[Reading], light: frozenset[str]) -> bool:
    """Whether no statement that denies or leaves anything open has a word of what stands before a denial."""
    number = sentence.segments[negator.first]
    subject = {item for index, item in items(sentence, light, 0, negator.first) if sentence.segments[index] == number}
    denying = [source for source in sources if any(m.kind != "hedge" for m in _denials(source))]
    return len(subject) > 1 and not any(subject & {item for _, item in items(source, light)} for source in denying)


def _in_other_words(
    found: Sequence[str], sentence: Reading, negator: Mention, sources: Sequence[Reading], light: frozenset[str]
) -> bool:
    """Whether a denial is of words that no statement has, and the nearest statement denies or leaves open in other words."""
    printed = [{item for _, item in items(source, light)} for source in sources]
    open_ = {m.concept for m in sentence.of_kind("finding")} & OPEN_FINDINGS | {"immature"} & sentence.concepts()
    if not found and any(source.has(*open_) for source in sources if open_):
        return True
    figures = {f"{quantity.kind}:{quantity.value:g}" for source in sources for quantity in source.quantities}
    if set(found[:1]) & figures.union(*printed):
        return False
    number = sentence.segments[negator.first]
    said = {item for index, item in items(sentence, light) if sentence.segments[index] == number}
    nearest = max(range(len(sources)), key=lambda place: len(said & printed[place]))
    places = {sources[nearest].segments[m.first] for m in _denials(sources[nearest]) if m.kind != "hedge"}
    return bool(places) and not told_elsewhere(said, sources[nearest], places, light)


def _denies_denial(sentence: Reading, negator: Mention) -> bool:
    """Whether a negator stands right before another denial, or a word of telling between ("not still awaited")."""
    following = sentence.tokens[negator.last : negator.last + 1]
    if following and following[0].stem in _DENYING:
        return True
    for other in sentence.of_kind("negator", "finding"):
        if other is negator or (other.kind == "finding" and other.concept not in NEGATIVE_FINDINGS):
            continue
        between = {token.stem for token in sentence.tokens[negator.last : other.first]}
        if abs(other.first - negator.first) == 1 or (0 < other.first - negator.first <= _SHORT and between <= _STILL):
            return True
    return False


def _no_gain(sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether the sources show no difference, and no figure the sentence prints shows one."""
    shown = [
        printed_significance(printed, source) for figure in sentence.figures for printed, source in supporting(figure, sources)
    ]
    if True in shown and False not in shown:
        return False
    measures = {m.concept for m in sentence.of_kind("measure")}
    about = [source for source in sources if not measures or source.has(*measures)]
    return prints_no_difference(about) or any(source.has("not_significant", "endpoint_not_met") for source in about)


def _reach(source: Reading, light: frozenset[str]) -> set[str]:
    """Everything that follows a denial of the source closely."""
    return {item for m in source.of_kind("negator") for _, item in items(source, light, m.last, m.last + _DENIAL_REACH)}


def _open_items(source: Reading, light: frozenset[str]) -> set[str]:
    """What a source leaves open ("has not been reported", "was not seen"): the items of the stretch."""
    places = {source.segments[m.first] for m in source.of_kind("finding") if m.concept in OPEN_FINDINGS}
    return {item for index, item in items(source, light) if source.segments[index] in places}


def _denied_of_others(sentence: Reading, negator: Mention, source: Reading, found: set[str], light: frozenset[str]) -> bool:
    """Whether a source denies this of some names and asserts it of others, and the sentence denies it of the others."""
    number = sentence.segments[negator.first]
    names = {m.concept for m in sentence.of_kind("drug", "class") if sentence.segments[m.first] == number}
    for other, items_denied in denied(source, light):
        place = source.segments[other.first]
        only = {m.concept for m in source.of_kind("drug", "class") if source.segments[m.first] == place}
        only -= {m.concept for m in source.of_kind("drug", "class") if source.segments[m.first] != place}
        elsewhere = {item for index, item in items(source, light) if source.segments[index] != place}
        if set(items_denied[:1]) & found & elsewhere and only and names and not only <= names:
            return True
    return False


def _asserted(
    sentence: Reading, sources: Sequence[Reading], light: frozenset[str], sentence_denied: set[str]
) -> Iterator[Reason]:
    """A source's denial that the sentence repeats without it."""
    stated = {item for _, item in items(sentence, light)} | {
        m.concept for m in sentence.of_kind("up", "down", "advice", "quantifier")
    }
    for source in sources:
        positions = items(source, light)
        if not _denials(sentence):
            yield from _asserted_elsewhere(sentence, stated, source, sources, light)
        others = [other for other in sources if other is not source]
        said_by_others = {item for other in others for _, item in items(other, light)}
        said_by_others |= {m.concept for other in others for m in other.of_kind("up", "down")}
        for negator, found in denied(source, light):
            if plain_report(sentence, found) or before_any(sentence, found):
                continue
            if told_where_nothing_is_denied(sentence, negator, source, sources, light):
                continue
            lost = [item for item in found[:1] if item in stated - said_by_others and item not in sentence_denied]
            elsewhere = any(item in lost and not negator.first < index <= negator.last + 9 for index, item in positions)
            told = [m for m in _denials(sentence) if m.kind != "hedge"]
            if (lost and not elsewhere and (not told or approved_all_the_same(sentence, found))) or (
                found and _repeats_without(sentence, source, negator, found[0], light)
            ):
                yield _denied_reason(source, negator)


def _denied_reason(source: Reading, negator: Mention) -> Reason:
    words = source.phrase(negator.first, min(negator.last + 4, len(source.tokens)))
    return Reason(ReasonCode.NEGATION, words, f"the cited statement leaves this open or denies it: “{words}”")


def _denials(sentence: Reading, stretch: int | None = None) -> list[Mention]:
    """What denies, doubts or leaves open in the sentence, or in one stretch of it; "with or without" does not."""
    found = [m for m in sentence.of_kind("negator", "hedge") if not m.first or sentence.tokens[m.first - 1].stem != "or"]
    found += [m for m in sentence.of_kind("finding") if m.concept in NEGATIVE_FINDINGS | _NOT_TO_BE_LOST]
    found += [m for m in sentence.of_kind("versus") if sentence.tokens[m.first].stem in _INSTEAD]
    return [m for m in found if stretch is None or sentence.segments[m.first] == stretch]


def _beside(source: Reading, finding: Mention, light: frozenset[str]) -> str:
    """The item a finding is about: the last one before it in its stretch, else the first after."""
    place = source.segments[finding.first]
    near = [(index, item) for index, item in items(source, light) if source.segments[index] == place]
    before = [item for index, item in near if index < finding.first]
    return (before[-1:] or [item for _, item in near[:1]] or [""])[0]


def _repeats_without(sentence: Reading, source: Reading, denial: Mention, item: str, light: frozenset[str]) -> bool:
    """Whether a stretch of the sentence says of `item` what the stretch of the denial says, and denies nothing."""
    place = source.segments[denial.first]
    printed = {item for index, item in items(source, light) if source.segments[index] == place}
    stretches = {
        number: {item for index, item in items(sentence, light) if sentence.segments[index] == number}
        for number in sentence.segments
    }
    if not printed:
        return False
    nearest = max(stretches, key=lambda number: len(stretches[number] & printed))
    if printed & _BODIES and not printed & _BODIES & stretches[nearest] and stretches[nearest] & _BODIES:
        return False
    names = {m.concept for m in source.of_kind("drug", "class", "condition", "trial") if source.segments[m.first] == place}
    shut_out = denial.concept == "excluded" and names <= stretches[nearest]
    if shut_out and len(stretches[nearest] & printed) >= _MOST * len(printed) and not _denials(sentence, nearest):
        return True
    if item in names or not names <= stretches[nearest] or (not names and len(printed) < _FEW):
        return False
    denials = [m for m in _denials(sentence, nearest) if m.kind != "hedge" or denial.kind != "negator"]
    return item in stretches[nearest] and len(stretches[nearest] & printed) >= _MOST * len(printed) and not denials


def _asserted_elsewhere(
    sentence: Reading, stated: set[str], source: Reading, sources: Sequence[Reading], light: frozenset[str]
) -> Iterator[Reason]:
    """A source that says a thing of one name and denies it of another: the sentence may not say it of the other."""
    for negator, found in denied(source, light):
        number = source.segments[negator.first]
        names = {m.concept for m in source.of_kind("drug", "class", "condition") if source.segments[m.first] == number}
        others = {m.concept for m in source.of_kind("drug", "class", "condition") if source.segments[m.first] != number}
        only = names - others
        if taken_up(source, number) and figures_at_home(sentence, source, light):
            only = {name for name in only if not name.endswith(":altered")}
        if found[:1] == ["association"] and only and only <= stated and any(t.stem in DENIED_WORDS for t in sentence.tokens):
            yield _denied_reason(source, negator)
        said_elsewhere = {item for index, item in items(source, light) if source.segments[index] != number}
        if told_where_nothing_is_denied(sentence, negator, source, sources, light):
            continue
        if only and only <= stated and set(found) & stated & said_elsewhere:
            words = source.phrase(negator.first, min(negator.last + 4, len(source.tokens)))
            yield Reason(ReasonCode.NEGATION, words, f"the cited statement denies this: “{words}”")


def _findings_lost(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """A source that leaves something open: the sentence may not repeat it without that."""
    light = lexicon.language.light
    for source in sources:
        for finding in source.of_kind("finding"):
            family = OPEN_FINDINGS if finding.concept in OPEN_FINDINGS else {finding.concept}
            if finding.concept not in _NOT_TO_BE_LOST:
                continue
            repeated = not sentence.has(*family) and _repeats_without(
                sentence, source, finding, _beside(source, finding, light), light
            )
            if repeated or _told_plainly(sentence, source, finding, lexicon):
                yield _denied_reason(source, finding)
    same = prints_no_difference(sources) or any(source.has("not_significant") for source in sources)
    if any(t.text.lower() in _DIFFER for t in sentence.tokens) and not _denials(sentence) and same:
        yield Reason(ReasonCode.SIGNIFICANCE, "differ", "the cited statement shows no significant difference")


def _told_plainly(sentence: Reading, source: Reading, finding: Mention, lexicon: Lexicon) -> bool:
    """Whether a stretch of the sentence has all words of the finding except its denial ("results ... seen")."""
    words = {source.tokens[index].stem for index in range(finding.first, finding.last)}
    for part in source.of_kind(PART):
        if part.concept == finding.concept and source.segments[part.first] == source.segments[finding.first]:
            words |= {source.tokens[index].stem for index in range(part.first, part.last)}
    words = {word for word in words - lexicon.language.negators if len(word) > _SHORT}
    for number in sorted(set(sentence.segments)):
        stretch = {token.stem for index, token in enumerate(sentence.tokens) if sentence.segments[index] == number}
        if words and words <= stretch and not _denials(sentence, number):
            return True
    return False


def _left_open(sentence: Reading, finding: Mention, sources: Sequence[Reading], light: frozenset[str]) -> bool:
    """Whether a source that leaves something open, or denies something, shares a word with the stretch that does so here."""
    place = sentence.segments[finding.first]
    named = any(sentence.segments[m.first] == place for m in sentence.of_kind("drug", "class", "trial", "measure", "condition"))
    said = {item for index, item in items(sentence, light) if not named or sentence.segments[index] == place}
    doubtful = [source for source in sources if _denials(source)]
    return not said or any(said & {item for _, item in items(source, light)} for source in doubtful)


def _findings(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    light = lexicon.language.light
    known = {m.concept for source in sources for m in source.of_kind("finding")}
    if known & OPEN_FINDINGS:
        known |= OPEN_FINDINGS
    if any(_not_met(source) or attained_not(source) for source in sources):
        known.add("endpoint_not_met")
    if "immature" in known or any(source.has("hedge") for source in sources):
        known.add("unknown")
    yield from _of_another_measure(sentence, sources)
    for mention in sentence.of_kind("finding"):
        open_ = mention.concept in OPEN_FINDINGS and known & OPEN_FINDINGS
        if mention.concept in known and (not open_ or _left_open(sentence, mention, sources, light)):
            continue
        if mention.concept in OPEN_FINDINGS and denied_alike(sentence, mention, "", sources, lexicon):
            continue
        if told_otherwise(sentence, mention, sources, light):
            continue
        if goal_missed(sentence, mention, sources) or leaves_undecided(sentence, mention, sources):
            continue
        if mention.concept == "endpoint_met" and any(_met(source) for source in sources):
            continue
        if mention.concept == "not_significant" and prints_no_difference(sources):
            continue
        if mention.concept == "significant" and _prints_difference(sentence, sources):
            continue
        words = sentence.phrase(mention.first, mention.last)
        code = ReasonCode.SIGNIFICANCE if "signific" in mention.concept else ReasonCode.NEGATION
        yield Reason(code, words, f"no cited statement says “{words}”")


def _of_another_measure(sentence: Reading, sources: Sequence[Reading]) -> Iterator[Reason]:
    """What is left open, met or missed of one measure, where the sources say it of other measures only."""
    for family in _MEASURED_FINDINGS:
        told = [{m.concept for m in source.of_kind("measure")} for source in sources if source.has(*family)]
        for mention in (m for m in sentence.of_kind("finding") if m.concept in family):
            number = sentence.segments[mention.first]
            own = {m.concept for m in sentence.of_kind("measure") if sentence.segments[m.first] == number}
            if own and told and all(told) and not any(own & measures for measures in told):
                words = sentence.phrase(mention.first, mention.last)
                yield Reason(ReasonCode.NEGATION, words, f"the cited statements say this of another measure: “{words}”")


def _not_met(source: Reading) -> bool:
    """Whether a statement denies right before that an endpoint was met ("neither met its endpoint")."""
    met = [m for m in source.of_kind("finding") if m.concept == "endpoint_met"]
    return any(0 <= m.first - negator.last <= 1 for m in met for negator in source.of_kind("negator"))


def _met(source: Reading) -> bool:
    """Whether a statement says of endpoints that they were met, with other words between."""
    stems = {token.stem for token in source.tokens}
    return {"endpoint", "met"} <= stems and not _denials(source)


def _prints_difference(sentence: Reading, sources: Sequence[Reading]) -> bool:
    """Whether interval or p value show a difference for each figure and measure the sentence calls significant."""
    stems = [token.stem for token in sentence.tokens]
    contrast = next((i for i, pair in enumerate(pairwise(stems)) if pair == ("but", "not")), len(stems))
    outcomes = [
        f for f in sentence.figures if f.quantity.kind in {"months", "ratio", "percent"} and f.quantity.first < contrast
    ]
    found = [
        [printed_significance(p, source) and not source.has("not_significant", "endpoint_not_met") for p, source in supports]
        for supports in (supporting(f, sources) for f in outcomes)
    ]
    if not found:
        measures = {m.concept for m in sentence.of_kind("measure")}
        figures = [(f, s) for s in sources for f in s.figures if f.measures & measures and applies_to(f, sentence)]
        found = [[printed_significance(f, s)] for f, s in figures if f.quantity.kind in {"months", "ratio", "percent"}]
    return bool(found) and all(True in shown and False not in shown for shown in found)
