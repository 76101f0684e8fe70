"""Directions: what is longer, lower or better; one needs a statement that says it, or figures of two arms that show it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assistant.grounding.reading.lexicon import Language, Lexicon
from assistant.grounding.support.directions import (
    added_to_side,
    adds_treatment,
    alike,
    at_each_dose,
    changes_shown,
    groups_say,
    groups_show,
    measures_told,
    of_doses,
    of_risk,
    shown_by_ratio,
    sides_fit,
    told_as_numbers,
    told_before,
)
from assistant.grounding.support.evidence import denies_difference, items, printed_significance
from assistant.grounding.support.extremes import is_extreme
from assistant.grounding.support.markers import of_marker
from assistant.grounding.support.plain_directions import compares_nothing
from assistant.grounding.support.questions import asks_only, is_left_open
from assistant.grounding.support.roles import supporting, undosed
from assistant.grounding.support.whose_findings import denies_for_group, told_as_nominal
from assistant.grounding.types import Arm, Figure, Mention, Reading, Reason, ReasonCode

_DESCRIBING = frozenset({"standard", "median", "physicians_choice", "monotherapy"})
_OUTDOING = frozenset({"outperform", "beat", "surpass", "outlast", "outdid", "outdo", "best", "top", "exceed"})
_SHOWN = frozenset({"percent", "count"})
_RISK_REACH, _TREND = 6, "trend"
_OUTCOME_KINDS = frozenset({"months", "percent"})
_NO_OUTCOMES = frozenset({"ci", "ratio", "p", "level", "mg", "phase", "grade", "lines", "date"})
_NOT_SHOWN = frozenset({"not_significant", "endpoint_not_met", "immature"})
_BEING, _BY = frozenset({"was", "were", "been", "is", "are", "being"}), "by"
_OTHER_SIDE = frozenset({"than", "beyond"})


def check_direction(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a direction that the sources do not show, or show the other way round."""
    language = lexicon.language
    pair = _compared_pair(sentence)
    for mention in sentence.of_kind("up", "down"):
        words = sentence.phrase(mention.first, mention.last)
        if _after_number_word(sentence, mention) or adds_treatment(sentence, mention) or is_extreme(sentence, mention, sources):
            continue
        if (
            compares_nothing(sentence, mention, sources)
            or is_left_open(sentence, mention)
            or changes_shown(sentence, mention, sources)
        ):
            continue
        timed = bool({m.concept for m in sentence.of_kind("measure")} & language.time_measures)
        if _no_difference(sentence, mention) and not (timed and mention.kind == "down"):
            if pair and _shown_after_all(sentence, mention, pair, sources, language):
                yield Reason(ReasonCode.NEGATION, words, f"the cited statement shows this difference: “{words}”")
            continue
        relevant = [source for source in sources if _about(sentence, source)] or list(sources)
        if pair or sentence.of_kind("measure"):
            yield from _significance(sentence, mention, relevant)
        grouped = {groups_say(source, sentence, mention) for source in relevant} - {None}
        if grouped != {False} and any(_says(source, mention, sentence, pair, language) for source in relevant):
            continue
        shown = pair or _paired_by_figures(sentence, mention)
        if shown and any(_figures_show(source, sentence, mention, shown, language) for source in relevant):
            continue
        if pair and any(_ratio_shows(source, sentence, mention, pair) for source in relevant):
            continue
        if of_doses(sentence, mention, sources):
            continue
        if grouped == {True} or any(groups_show(source, sentence, mention) for source in relevant):
            continue
        if pair is None and not grouped and (_one_way(sentence, mention, relevant) or _opposed_so(sentence, mention, relevant)):
            continue
        yield Reason(ReasonCode.DIRECTION, words, f"no cited statement shows this direction: “{words}”")
    yield from _comparator(sentence, sources, language)
    yield from _each_measure(sentence, sources, language)
    yield from _risk(sentence)


def _one_way(sentence: Reading, mention: Mention, sources: Sequence[Reading]) -> bool:
    """Whether the sources tell of this direction alone, so that there is none to take it for."""
    return {m.kind for source in sources for m in _told(source, sentence)} == {mention.kind}


def _opposed_so(sentence: Reading, mention: Mention, sources: Sequence[Reading]) -> bool:
    """Whether the stretch names no treatment and sets two figures against each other that one source prints in this order, of
    one measure and with this direction ("were more frequent, at 47.4% versus 10.0%").
    """
    number = sentence.segments[mention.first]
    figures = [f for f in sentence.figures if f.quantity.kind in _SHOWN and sentence.segments[f.quantity.first] == number]
    arms = {arm.concepts for arm in sentence.arms if sentence.segments[arm.first] == number}
    if len(figures) != 2 or len(arms) > 1 or (arms and figures[0].quantity.kind != figures[1].quantity.kind):
        return False
    unnamed = not arms
    first, second = (figure.quantity for figure in figures)
    if (first.value > second.value) != (mention.kind == "up"):
        return False
    for source in sources:
        printed = [f for figure in figures for f, _ in supporting(figure, (source,))]
        told = len(printed) == 2 and printed[0].quantity.first < printed[1].quantity.first
        told = told and (unnamed or printed[0].arm == printed[1].arm)
        if told and printed[0].measures == printed[1].measures and printed_significance(printed[0], source) is not False:
            return True
    return False


def _told(source: Reading, sentence: Reading) -> list[Mention]:
    """The directions of a source that can carry the sentence: what is told as a trend only carries no more than a trend."""
    printed = list(source.of_kind("up", "down"))
    if sentence.of_kind("hedge") or any(token.stem == _TREND for token in sentence.tokens):
        return printed
    return [m for m in printed if not _trends(source, m)]


def _shown_after_all(
    sentence: Reading,
    mention: Mention,
    pair: tuple[frozenset[str], frozenset[str]],
    sources: Sequence[Reading],
    language: Language,
) -> bool:
    """Whether figures show a difference that the sentence denies, and no source for these patients denies it."""
    about = [source for source in sources if _about(sentence, source)]
    fitting = [s for s in about if any(f.measures and applies_to(f, sentence) for f in s.figures) or not s.figures]
    if any(source.has("not_significant", "endpoint_not_met") or source.of_kind("negator") for source in fitting):
        return False
    return any(_figures_show(source, sentence, mention, pair, language) for source in fitting)


def _each_measure(sentence: Reading, sources: Sequence[Reading], language: Language) -> Iterator[Reason]:
    """A direction said of two measures at once must hold for each of them."""
    if sentence.of_kind("negator", "hedge") or sentence.has("not_significant", "endpoint_not_met") or asks_only(sentence):
        return
    outcomes = language.time_measures | language.rate_measures
    for mention in sentence.of_kind("up", "down"):
        place = sentence.segments[mention.first]
        measures = {m.concept for m in sentence.of_kind("measure") if sentence.segments[m.first] == place} & outcomes
        for measure in sorted(measures) if len(measures) > 1 else []:
            about = [source for source in sources if source.has(measure)]
            if about and all(denies_difference(source, frozenset({measure}), _NOT_SHOWN) for source in about):
                words = sentence.phrase(mention.first, mention.last)
                yield Reason(ReasonCode.SIGNIFICANCE, words, f"no difference is shown in {measure}: “{words}”")


def _risk(sentence: Reading) -> Iterator[Reason]:
    """A hazard ratio below 1 is a lower risk, one above 1 a higher one."""
    ratios = [f.quantity for f in sentence.figures if f.quantity.kind == "ratio"]
    for mention in sentence.of_kind("up", "down"):
        near = {token.stem for token in sentence.tokens[max(0, mention.first - _RISK_REACH) : mention.last + _RISK_REACH]}
        same = [q.value for q in ratios if sentence.segments[q.first] == sentence.segments[mention.first]]
        risk = "risk" in near or of_risk(sentence, mention)
        if risk and len(same) == 1 and same[0] != 1.0 and (same[0] < 1.0) == (mention.kind == "up"):
            words = sentence.phrase(mention.first, mention.last)
            yield Reason(ReasonCode.DIRECTION, words, f"a hazard ratio of {same[0]:g} does not show this direction: “{words}”")


def _after_number_word(sentence: Reading, mention: Mention) -> bool:
    return (
        mention.first > 0
        and sentence.tokens[mention.first - 1].stem == "or"
        and mention.concept == "up"
        and mention.last - mention.first == 1
        and sentence.tokens[mention.first].stem == "higher"
    )


def _no_difference(sentence: Reading, mention: Mention) -> bool:
    """Whether the direction is denied in the same stretch ("did not significantly prolong")."""
    stops = [
        m for m in sentence.mentions if m.concept in {"not_significant", "endpoint_not_met", "unknown", "unreported", "neg"}
    ]
    return any(
        sentence.segments[m.first] == sentence.segments[mention.first] and -9 <= mention.first - m.first <= 9 for m in stops
    )


def _about(sentence: Reading, source: Reading) -> bool:
    measures = {m.concept for m in sentence.of_kind("measure")}
    trials, printed = ({m.concept for m in reading.of_kind("trial")} for reading in (sentence, source))
    if trials and printed and not trials & printed:
        return False
    return not measures or bool(measures & {m.concept for m in source.of_kind("measure")})


def applies_to(figure: Figure, sentence: Reading) -> bool:
    """Whether a printed figure is for the patients the sentence names: no other group, and no part where it names none."""
    stated = {m.concept for m in sentence.of_kind("condition", "gene") if m.dimension == "biomarker"}
    printed = figure.conditions.get("biomarker", frozenset())
    if not stated:
        return True
    genes = {concept.partition(":")[0] for concept in stated if not concept.endswith(":unaltered")}
    return not printed or bool(printed & stated) or bool({concept.partition(":")[0] for concept in printed} & genes)


def _compared_pair(reading: Reading) -> tuple[frozenset[str], frozenset[str]] | None:
    """(subject, comparator) of a comparison: the comparator follows "than", "versus", "compared with" and the like."""
    arms = [arm for arm in reading.arms if not arm.prior]
    for verb in (m for m in reading.of_kind("up") if reading.tokens[m.first].stem in _OUTDOING):
        before = [arm for arm in arms if arm.last <= verb.first]
        after = [arm for arm in arms if arm.first >= verb.last]
        if before and after and before[-1].concepts != after[0].concepts:
            one, other = before[-1].concepts, after[0].concepts
            return (other, one) if _is_passive(reading, verb, after[0]) else (one, other)
    marks = list(reading.of_kind("versus"))
    comparator = next((arm for arm in arms if any(0 <= arm.first - m.last <= _RISK_REACH for m in marks)), None)
    comparator = comparator or next((arm for arm in arms if _word_before(reading, arm) in _OTHER_SIDE), None)
    if comparator is None:
        return None
    others = [arm for arm in arms if arm.concepts != comparator.concepts]
    acting = [arm for arm in others if any(arm.last == m.first for m in reading.of_kind("up", "down"))]
    acting = acting or told_before(reading, others, comparator)
    subject = next(iter(acting or others), None)
    return (subject.concepts, comparator.concepts) if subject else None


def _word_before(reading: Reading, arm: Arm) -> str:
    """The word before a treatment, "standard" and its like aside."""
    return next((t.stem for t in reversed(reading.tokens[: arm.first]) if t.stem not in _DESCRIBING | {"the"}), "")


def _is_passive(reading: Reading, verb: Mention, arm: Arm) -> bool:
    """Whether the treatment behind a verb is the one that did it ("was outperformed by A")."""
    return reading.tokens[verb.first - 1].stem in _BEING and reading.tokens[arm.first - 1].stem == _BY


def _paired_by_figures(sentence: Reading, mention: Mention) -> tuple[frozenset[str], frozenset[str]] | None:
    """(subject, comparator) where two figures of the stretch stand for two treatments: the one named nearest is the subject."""
    number = sentence.segments[mention.first]
    figures = [f for f in sentence.figures if sentence.segments[f.quantity.first] == number and f.arm]
    named = list(dict.fromkeys(f.arm for f in figures if f.quantity.kind in _OUTCOME_KINDS))
    if len(named) != 2:
        return None
    arms = [arm for arm in sentence.arms if arm.concepts in named and sentence.segments[arm.first] == number]
    subject = min(arms, key=lambda arm: abs(arm.first - mention.first)).concepts if arms else named[0]
    return subject, named[1 - named.index(subject)]


def _says(
    source: Reading,
    mention: Mention,
    sentence: Reading,
    pair: tuple[frozenset[str], frozenset[str]] | None,
    language: Language,
) -> bool:
    """Whether the source states this direction, for the same thing and the same way round."""
    light = language.light
    stated = _outcomes(sentence, mention, language)
    known = [(m, _outcomes(source, m, language)) for m in _told(source, sentence)]
    printed = [m for m, outcomes in known if not stated or not outcomes or stated & outcomes]
    if not printed:
        return False
    own = _compared_pair(source)
    if pair and own:
        turned = pair[0] == own[1] or pair[1] == own[0]
        if not turned and not (undosed(pair[0]) & undosed(own[0]) and undosed(pair[1]) & undosed(own[1])):
            return False
        return any((m.kind == mention.kind) != turned for m in printed)
    own_words = {sentence.tokens[index].stem for index in range(mention.first, mention.last)}
    if not pair and own_words <= {token.stem for token in source.tokens}:
        return True
    objects = _objects(sentence, mention, light)
    for other in printed:
        shared = objects & _objects(source, other, light)
        if other.kind == mention.kind and (shared or not objects):
            return True
    return False


def _trends(source: Reading, mention: Mention) -> bool:
    """Whether a direction is told as a trend only."""
    number = source.segments[mention.first]
    return any(token.stem == _TREND and source.segments[i] == number for i, token in enumerate(source.tokens))


def _outcomes(reading: Reading, mention: Mention, language: Language) -> frozenset[str]:
    """The outcomes that the stretch of a direction names."""
    number = reading.segments[mention.first]
    outcomes = language.time_measures | language.rate_measures
    return frozenset(m.concept for m in reading.of_kind("measure") if reading.segments[m.first] == number) & outcomes


def _objects(reading: Reading, mention: Mention, light: frozenset[str]) -> set[str]:
    """What is said to be longer, lower, ...: the next item that is no treatment, else the one before."""
    treatments = {m.first for m in reading.of_kind("drug", "class", "arm", "trial", "condition", "gene")}
    treatments |= {m.first for m in reading.of_kind("word") if m.concept in _DESCRIBING | {"prior"}}
    stops = [i for i in range(mention.last, len(reading.tokens)) if reading.tokens[i].stem in {",", ";", "."}]
    end = min([mention.last + 5, *stops])
    after = [i for place, i in items(reading, light, mention.last, end) if place not in treatments]
    before = [
        item for index, item in items(reading, light, max(0, mention.first - 7), mention.first) if index not in treatments
    ]
    named = [m.concept for m in reading.of_kind("measure") if m.last <= mention.first]
    return set(after[:1]) or set(before[-1:]) or set(named[-1:])


def _figures_show(
    source: Reading, sentence: Reading, mention: Mention, pair: tuple[frozenset[str], frozenset[str]], language: Language
) -> bool:
    """Whether printed figures of both arms have this direction, with an interval or p value that does not deny it."""
    measures = measures_told(sentence, mention, source)
    stated = {quantity.value for quantity in sentence.quantities}
    numerical = mention.first > 0 and sentence.tokens[mention.first - 1].stem.startswith("numer")
    for left in source.figures:
        for right in source.figures:
            if left is right or left.quantity.kind != right.quantity.kind or left.quantity.kind in _NO_OUTCOMES:
                continue
            if not alike(left, right, source):
                continue
            if not (applies_to(left, sentence) and applies_to(right, sentence)):
                continue
            printed = {left.quantity.value, right.quantity.value} <= stated
            if not (left.arm and right.arm and left.arm != right.arm) or not (left.measures & measures or printed):
                continue
            if not sides_fit(pair, left.arm, right.arm, source):
                continue
            shown = printed_significance(left, source)
            shown = printed_significance(right, source) if shown is None else shown
            timed = bool(left.measures & language.time_measures)
            hedged = bool(sentence.of_kind("hedge")) or numerical or (printed and told_as_numbers(sentence, mention))
            if not hedged and (
                shown is False
                or (timed and shown is None and not shown_by_ratio(left, right, sentence, source))
                or denies_for_group(source, left.measures, sentence)
                or told_as_nominal(source)
            ):
                continue
            up = (mention.kind == "up") != (timed and of_risk(sentence, mention))
            if (left.quantity.value > right.quantity.value) == up and left.quantity.value != right.quantity.value:
                return all((f.quantity.value > right.quantity.value) == up for f in at_each_dose(pair[0], left, source))
    return False


def _ratio_shows(source: Reading, sentence: Reading, mention: Mention, pair: tuple[frozenset[str], frozenset[str]]) -> bool:
    """Whether a lower or higher risk is told and a stated ratio of these two treatments, significantly off 1, is it."""
    arms = {undosed(arm.concepts) for arm in source.arms if not arm.prior}
    if not of_risk(sentence, mention) or not {undosed(side) for side in pair} <= arms:
        return False
    stated = [figure for figure in sentence.figures if figure.quantity.kind == "ratio"]
    printed = [found for figure in stated for found, _ in supporting(figure, (source,))]
    return bool(printed) and all(
        applies_to(found, sentence)
        and printed_significance(found, source) is True
        and (found.quantity.value < 1.0) == (mention.kind == "down")
        for found in printed
    )


def _significance(sentence: Reading, mention: Mention, sources: Sequence[Reading]) -> Iterator[Reason]:
    """A difference that the source calls not significant, or prints an interval around 1 for, may not be claimed."""
    if sentence.has("not_significant", "endpoint_not_met", "unknown") or sentence.of_kind("hedge"):
        return
    if mention.first and sentence.tokens[mention.first - 1].stem.startswith("numer"):
        return
    words = sentence.phrase(mention.first, mention.last)
    number = sentence.segments[mention.first]
    measures = frozenset(m.concept for m in sentence.of_kind("measure") if sentence.segments[m.first] == number)
    denied = all(denies_for_group(source, measures, sentence) for source in sources)
    stretch = [f for f in sentence.figures if sentence.segments[f.quantity.first] == sentence.segments[mention.first]]
    shown = [
        {printed_significance(printed, source) for printed, source in supporting(figure, sources)}
        for figure in stretch
        if figure.quantity.kind in {"months", "ratio"}
    ]
    denied = (denied and not (shown and all(found == {True} for found in shown))) or {False} in shown
    if denied:
        yield Reason(ReasonCode.SIGNIFICANCE, words, f"the cited statement shows no significant difference: “{words}”")


def _says_alone(source: Reading, sentence: Reading, claims: Sequence[Mention], measured: set[str]) -> bool:
    """Whether a statement makes the claim itself without naming what is compared."""
    named = {arm.concepts for arm in source.arms if not arm.prior}
    kinds = {m.kind for m in _told(source, sentence)}
    return len(named) == 1 and {m.kind for m in claims} <= kinds and source.has(*measured)


def _favors(sentence: Reading, mention: Mention) -> bool:
    """Whether a direction is worded as what a result favors: the source may leave open over what."""
    return any(token.stem.startswith(("favor", "lean")) for token in sentence.tokens[mention.first : mention.last])


def _comparator(sentence: Reading, sources: Sequence[Reading], language: Language) -> Iterator[Reason]:
    """A comparative result names what it is compared with."""
    arms = {arm.concepts for arm in sentence.arms if not arm.prior}
    if sentence.has("endpoint_not_met", "not_significant") or asks_only(sentence):
        return
    claims = [m for m in sentence.of_kind("up", "down") if not _after_number_word(sentence, m) and not _favors(sentence, m)]
    claims = [m for m in claims if not of_marker(sentence, m)]
    measured = {m.concept for m in sentence.of_kind("measure")} & (language.time_measures | language.rate_measures)
    compared = any(len({arm.concepts for arm in source.arms if not arm.prior}) > 1 for source in sources)
    compared = compared and not any(_says_alone(source, sentence, claims, measured) for source in sources)
    opposed = bool(claims) and any(m.first >= claims[0].last for m in sentence.of_kind("versus"))
    if claims and measured and len(arms) == 1 and compared and not opposed and not added_to_side(sentence, sources):
        words = sentence.phrase(claims[0].first, claims[0].last)
        yield Reason(ReasonCode.COMPARATOR, words, f"the sentence does not say what is compared: “{words}”")
