"""Whether a printed figure has the role the sentence gives it: whose it is, what it measures, when, what it is a count of."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from assistant.grounding.reading.durations import is_timepoint, order_word
from assistant.grounding.reading.figures import COMPARATOR
from assistant.grounding.reading.quantities import agrees
from assistant.grounding.reading.reader import CONTINUED, DOSE_MARK, SIZES
from assistant.grounding.support.followers import follower_misfit
from assistant.grounding.support.parallels import ARMS, told_orders
from assistant.grounding.support.populations import condition_misfit, groups_exclude
from assistant.grounding.types import Figure, Quantity, Reading, ReasonCode

Misfit = tuple[ReasonCode, str]
Printed = tuple[Figure, Reading]
FOLLOWS_ANOTHER = "for what follows another figure"
_CERTAIN = frozenset({FOLLOWS_ANOTHER, "for all, not for one treatment", "as a count of something else", "as a point in time"})
_OUTCOME_KINDS = frozenset({"months", "days", "percent", "hours"})
_LOOSE_ARM_KINDS = frozenset({"count", "mg", "mg_per_kg", "mg_per_m2", "days", "day_number"})
_MEASURE_KINDS = frozenset({"months", "days", "percent", "ratio", "ci", "p", "hours", "minutes"})
_FOLLOWED_KINDS = frozenset({"ratio", "days", "percent", "count"})
_GENERIC_MEASURES = frozenset({"adverse_event", "toxicity", "any_grade"})
_CONSEQUENCES = frozenset({"discontinue", "dose_reduction", "fatal"})
_PREPOSITIONS = frozenset({"of", "or", "and", "to", "in", "on", "with", "for", "were", "was", "had", "by"})
_OR_REACH, _PAIR = 2, 2
_BESIDE = 4
_FOLLOW_UP = "follow_up"
_EVENTS = frozenset({"random", "enrol", "enroll", "screen", "recruit"})
_EVENT_FILL = frozenset({"patient", "were", "was", "women", "peopl", "had", "been"})
_EVENT_REACH = 4


def role_misfit(
    figure: Figure, found: Printed, sentence: Reading, sources: Sequence[Reading], light: frozenset[str]
) -> Misfit | None:
    """Return why a printed figure is not the stated one, or None where it is."""
    printed, source = found
    timepoint = _timepoint_misfit(figure, printed, sentence, source)
    if timepoint is not None:
        return timepoint if timepoint[1] else None
    paired = _paired_in_order(figure, printed, sentence, source)
    paired = paired or _other_side(figure, printed, sentence, source)
    paired = paired or _FOLLOW_UP in figure.measures & printed.measures
    misfit = (None if paired else _arm_misfit(figure, printed, source, _shared(figure, sentence))) or _measure_misfit(
        figure, printed, sentence, source
    )
    misfit = misfit or _neighbour_misfit(figure, printed, sentence, source, light)
    return misfit or condition_misfit(figure, printed, sentence, source, sources)


def contestable(misfit: Misfit, figure: Figure, printed: Figure, sentence: Reading) -> bool:
    """Whether a misfit may be a matter of reading: treatments and populations are read from words around a figure, measures too
    where the sentence names the printed ones; what it counts, its grade and a limit left out are not.
    """
    code, message = misfit
    if code is ReasonCode.POPULATION:
        return not figure.conditions.get("grade")
    if message.startswith("as ") and printed.measures:
        return printed.measures - {"any_grade"} <= sentence.concepts() and message not in _CERTAIN
    return code is ReasonCode.NUMBER_ROLE and message.startswith("for ") and message not in _CERTAIN


def dosed(printed: Figure) -> bool:
    """Whether a figure is printed for one dose of a treatment."""
    return bool(_doses(printed.arm) - set(SIZES))


def excludes(figure: Figure, printed: Figure, sentence: Reading, source: Reading) -> bool:
    """Whether a stated role and the printed one cannot both be right: two drugs, two doses, a group and its opposite."""
    stated, known = (
        arm & {m.concept for m in reading.of_kind("drug")} for arm, reading in ((figure.arm, sentence), (printed.arm, source))
    )
    if (stated - known and known - stated) or _adds_drug(stated, known, source):
        return True
    if "any_grade" in printed.measures - figure.measures and figure.conditions.get("grade"):
        return True
    doses = _doses(figure.arm) - set(SIZES), _doses(printed.arm) - set(SIZES)
    return (all(doses) and not doses[0] & doses[1]) or groups_exclude(figure, printed)


def _adds_drug(stated: frozenset[str], known: frozenset[str], source: Reading) -> bool:
    """Whether a drug is added to the one a figure is printed for, which tells other treatments of the statement from it."""
    larger = [arm.concepts for arm in source.arms if known < arm.concepts and not arm.prior]
    return bool(known) and known < stated and stated not in larger and any(stated < arm for arm in larger)


def _timepoint_misfit(figure: Figure, printed: Figure, sentence: Reading, source: Reading) -> Misfit | None:
    """A reason, a reason without words where nothing more need be asked, or None where neither is a point in time."""
    stated, other = is_timepoint(figure.quantity, sentence), is_timepoint(printed.quantity, source)
    if not (stated or other) or (stated and not other and printed.measures and not _beside_measure(figure.quantity, sentence)):
        return None
    result = figure.measures and figure.arm and printed.measures
    if other and not stated and result and not _bracketed(figure.quantity, sentence):
        return ReasonCode.NUMBER_ROLE, "as a point in time"
    return ReasonCode.NUMBER_ROLE, ""


def _shared(figure: Figure, sentence: Reading) -> bool:
    """Whether a count is given for several treatments ("randomized to A or B"), or not right before its treatment."""
    after = [arm for arm in sentence.arms if arm.first >= figure.quantity.last]
    if figure.quantity.first and sentence.tokens[figure.quantity.first - 1].stem in {"of", "the"}:
        return True
    if not after or any(q.first > figure.quantity.first and q.last <= after[0].first for q in sentence.quantities):
        return True
    following = {token.stem for token in sentence.tokens[after[0].last : after[0].last + _OR_REACH]}
    return bool({"or", "(", "versus", "vs"} & following) or ":" in {
        token.stem for token in sentence.tokens[figure.quantity.last : after[0].first]
    }


def _arm_misfit(figure: Figure, printed: Figure, source: Reading, shared: bool) -> Misfit | None:
    kind = figure.quantity.kind
    rivals = {f.arm for f in source.figures if f.quantity.kind == kind and f.arm and not f.measures}
    outcome = kind in _OUTCOME_KINDS and (bool(printed.measures) or len(rivals) > 1)
    loose = kind in _LOOSE_ARM_KINDS or (kind == "ratio" and not source.of_kind("versus"))
    dosed = kind == "mg" and figure.arm and printed.arm and not undosed(figure.arm) & undosed(printed.arm)
    loose = loose and not dosed
    subject = _subject(printed, source) if kind == "mg" and figure.arm else frozenset[str]()
    partners = figure.arm & {m.concept for m in source.of_kind("drug")}
    if subject and partners and not subject & figure.arm:
        return ReasonCode.NUMBER_ROLE, f"as the dose of {_names(subject)}"
    if dosed and not subject:
        return ReasonCode.NUMBER_ROLE, f"for {_names(undosed(printed.arm))}, not {_names(undosed(figure.arm))}"
    others = {f.arm for f in source.figures if f.quantity.kind == "count" and f.quantity.value < printed.quantity.value}
    if kind == "count" and figure.arm in others - {frozenset()} and not printed.arm and not shared:
        return ReasonCode.NUMBER_ROLE, "for all, not for one treatment"
    if kind == "count" and printed.arm and not figure.arm and _is_part(printed, source):
        return ReasonCode.NUMBER_ROLE, f"for {_names(printed.arm)} alone"
    wrong = outcome and not arm_fits(figure.arm, printed.arm, source, bool(figure.measures))
    if wrong or (loose and _of_another_arm(figure, printed, source)):
        return ReasonCode.NUMBER_ROLE, f"for {_names(printed.arm)}, not {_names(figure.arm)}"
    return None


def _subject(printed: Figure, source: Reading) -> frozenset[str]:
    """The treatment that a dose in a sentence of its own belongs to: the one its statement names first ("A was approved with B.
    The dose is ..."); nothing where that sentence names a treatment.
    """
    stops = [i for i, token in enumerate(source.tokens) if token.stem == "." and i < printed.quantity.first]
    drugs = [m for m in source.of_kind("drug") if not any(a.prior and a.first <= m.first < a.last for a in source.arms)]
    if not stops or not drugs or any(stops[-1] < m.first < printed.quantity.first for m in drugs):
        return frozenset()
    return frozenset({drugs[0].concept})


def _is_part(printed: Figure, source: Reading) -> bool:
    """Whether the source prints a larger count for all, before the counts of its parts."""
    counts = [f for f in source.figures if f.quantity.kind == "count"]
    wholes = [f for f in counts if not f.arm and f.quantity.value > printed.quantity.value]
    beside = any(0 <= arm.first - printed.quantity.last <= _BESIDE for arm in source.arms)
    return beside and any(f.quantity.last < printed.quantity.first for f in wholes)


def _paired_in_order(figure: Figure, printed: Figure, sentence: Reading, source: Reading) -> bool:
    """Whether a sentence that names no treatment has two figures side by side in the order of the source ("39.3 vs 31.4")."""
    number = sentence.segments[figure.quantity.first]
    near = [arm for arm in sentence.arms if not arm.prior and sentence.segments[arm.first] == number]
    if near or False in told_orders(ARMS, figure, printed, sentence, (source,)):
        return False
    values = [q.value for q in sentence.quantities if q.kind == figure.quantity.kind and sentence.segments[q.first] == number]
    both = [f for f in source.figures if f.quantity.kind == printed.quantity.kind and f.measures == printed.measures]
    return len(values) > 1 and [f.quantity.value for f in both if f.quantity.value in values] == values


def _other_side(figure: Figure, printed: Figure, sentence: Reading, source: Reading) -> bool:
    """Whether a figure is stated for what a treatment is set against, not named, and printed for the other side of the result
    that the statement prints for this treatment ("A reached 14.4 months against 11.2").
    """
    if figure.arm != {COMPARATOR} or not printed.arm:
        return False
    place = sentence.figures.index(figure)
    beside = [sentence.figures[i] for i in (place - 1, place + 1) if 0 <= i < len(sentence.figures)]
    named = [f for f in beside if f.quantity.kind == figure.quantity.kind and f.arm and COMPARATOR not in f.arm]
    return any(
        agrees(stated.quantity, other.quantity)
        and arm_fits(stated.arm, other.arm, source)
        and other.arm
        and undosed(other.arm) != undosed(printed.arm)
        and (other.measures, other.conditions) == (printed.measures, printed.conditions)
        for stated in named
        for other in source.figures
    )


def _measure_misfit(figure: Figure, printed: Figure, sentence: Reading, source: Reading) -> Misfit | None:
    kind = figure.quantity.kind
    if kind in _MEASURE_KINDS and not _measures_fit(figure.measures, printed.measures):
        if _FOLLOW_UP in figure.measures & printed.measures and figure.quantity.kind == "months":
            return None
        missing = printed.measures - figure.measures
        if figure.measures and figure.measures <= _CONSEQUENCES & printed.measures and missing <= sentence.concepts():
            return None
        listed = {m.concept for m in source.of_kind("measure") if m.first > printed.quantity.last}
        if printed.quantity.bound and printed.measures <= _GENERIC_MEASURES and figure.measures - _GENERIC_MEASURES <= listed:
            return None
        return ReasonCode.NUMBER_ROLE, f"as {_names(printed.measures)}, not {_names(figure.measures)}"
    if kind in {"months", "percent"} and figure.measures and figure.arm and not printed.measures:
        return ReasonCode.NUMBER_ROLE, "not as a result"
    return None


def _neighbour_misfit(
    figure: Figure, printed: Figure, sentence: Reading, source: Reading, light: frozenset[str]
) -> Misfit | None:
    kind = figure.quantity.kind
    if kind == "count" and (
        _noun_misfit(figure, printed, sentence, source) or _event_misfit(figure, printed, sentence, source)
    ):
        return ReasonCode.NUMBER_ROLE, "as a count of something else"
    if (
        kind in {"months", "percent"}
        and _is_difference(printed.quantity, source)
        and not _is_difference(figure.quantity, sentence)
    ):
        return ReasonCode.NUMBER_ROLE, "as a difference"
    if kind in _FOLLOWED_KINDS and follower_misfit(figure, printed, sentence, source, light):
        return ReasonCode.NUMBER_ROLE, FOLLOWS_ANOTHER
    stated, other = order_word(figure.quantity, sentence), order_word(printed.quantity, source)
    if stated and other and stated != other:
        return ReasonCode.NUMBER_ROLE, f"“{other}”, not “{stated}”"
    return None


def undosed(concepts: frozenset[str]) -> frozenset[str]:
    """A treatment without its dose."""
    return concepts - _doses(concepts)


def _doses(concepts: frozenset[str]) -> frozenset[str]:
    return frozenset(concept for concept in concepts if concept.startswith(DOSE_MARK))


def arm_fits(stated: frozenset[str], printed: frozenset[str], source: Reading, figure_measured: bool = True) -> bool:
    """Whether a stated treatment is the printed one: the same, or a single name that only this arm of the source has.

    A dose may be left out where it does not tell two arms apart, and may not differ.
    """
    arms = {figure.arm for figure in source.figures if figure.arm and figure.measures}
    if stated == printed or not printed:
        return True
    if COMPARATOR in stated | printed:
        return len(arms) <= 1
    if not stated:
        return len(arms) <= 1 or not figure_measured
    if _doses(stated) and _doses(printed) and _doses(stated) != _doses(printed):
        return False
    return _bases_fit(stated, printed, source, [undosed(arm) for arm in arms])


def _bases_fit(stated: frozenset[str], printed: frozenset[str], source: Reading, bases: Sequence[frozenset[str]]) -> bool:
    base, printed_base = undosed(stated), undosed(printed)
    sizes = [SIZES[concept] for concept in _doses(stated) if concept in SIZES]
    if sizes and base < printed_base:
        return len(printed_base) in sizes
    if base == printed_base:
        return bool(_doses(stated)) or _one_dose(base, source)
    if CONTINUED in base | printed_base:
        kept_on = CONTINUED in printed_base and base - printed_base <= source.concepts()
        return kept_on or base - {CONTINUED} == printed_base
    named_short = len(base) == 1 and base < printed_base and base not in bases
    return named_short and sum(base <= other for other in bases) == 1


def _one_dose(base: frozenset[str], source: Reading) -> bool:
    """Whether a source has one dose of a treatment at most, named with it or not: it may be left out then."""
    arms = {figure.arm for figure in source.figures if figure.measures and undosed(figure.arm) == base}
    return len(arms) <= 1 or (len(arms) == _PAIR and base in arms)


def _of_another_arm(figure: Figure, printed: Figure, source: Reading) -> bool:
    """Whether a count or dose is stated for a treatment for which the source prints another one."""
    if not figure.arm or not printed.arm or undosed(figure.arm) == undosed(printed.arm):
        return False
    if printed.quantity.kind == "count" and _allotted(printed.quantity, source):
        return False
    rivals = [other for other in source.figures if other.quantity.kind == printed.quantity.kind and other is not printed]
    return any(undosed(other.arm) == undosed(figure.arm) for other in rivals)


def _allotted(count: Quantity, source: Reading) -> bool:
    """Whether a count is of all that were allotted to several treatments ("315 were randomized to A or to B")."""
    number = source.segments[count.first]
    later = next((q.first for q in source.quantities if q.first > count.first and q.kind == "count"), len(source.tokens))
    after = [a for a in source.arms if count.last <= a.first < later and source.segments[a.first] == number and not a.prior]
    if len(after) < _OR_REACH:
        return False
    told = {t.stem for t in source.tokens[count.last : after[0].first]}
    between = {t.stem for t in source.tokens[after[0].last : after[1].first]}
    return bool(_EVENTS & told) and "to" in told and "or" in between


def _measures_fit(stated: frozenset[str], printed: frozenset[str]) -> bool:
    if not stated or not printed:
        return True
    return stated <= printed | _GENERIC_MEASURES and printed - stated <= _GENERIC_MEASURES


def _beside_measure(quantity: Quantity, reading: Reading) -> bool:
    """Whether a duration is part of a measure's name ("6-month PFS")."""
    return any(m.first == quantity.last for m in reading.of_kind("measure"))


def _bracketed(quantity: Quantity, reading: Reading) -> bool:
    before = [token.stem for token in reading.tokens[: quantity.first]]
    return before.count("(") > before.count(")")


def _is_difference(quantity: Quantity, reading: Reading) -> bool:
    """Whether a figure says by how much something is longer or lower ("9.4 months longer")."""
    before = [token.stem for token in reading.tokens[max(0, quantity.first - 1) : quantity.first]]
    told = any(quantity.last <= m.first <= quantity.last + 1 for m in reading.of_kind("up", "down"))
    people = [token.stem for token in reading.tokens[quantity.last : quantity.last + 1]] == ["of"]
    return told or (before in (["by"], ["gain"], ["differ"]) and not people)


def _noun_misfit(figure: Figure, printed: Figure, sentence: Reading, source: Reading) -> bool:
    """Whether a count is printed for other things than those counted here, and these with another count."""
    noun = _noun(figure.quantity, sentence)
    rivals = [f.quantity for f in source.figures if f.quantity.kind == "count" and f.quantity.value != printed.quantity.value]
    nouns = {_noun(quantity, source) for quantity in rivals} - {_noun(printed.quantity, source)}
    own = _noun(printed.quantity, source)
    single = noun != own and any(a.stem == "one" and b.stem == noun for a, b in pairwise(source.tokens))
    return bool(noun) and bool(own) and (noun in nouns or single)


def _event_misfit(figure: Figure, printed: Figure, sentence: Reading, source: Reading) -> bool:
    """Whether those counted are randomized (enrolled, screened) here, and a source prints another count of them."""
    event = _event(figure.quantity, sentence) if ":" not in {token.stem for token in sentence.tokens} else ""
    others = [f.quantity for f in source.figures if f.quantity.kind == "count" and f.quantity.value != printed.quantity.value]
    return bool(event) and _event(printed.quantity, source) != event and any(_event(q, source) == event for q in others)


def _event(quantity: Quantity, reading: Reading) -> str:
    """What happened to those counted, where it stands right beside the figure ("randomized 172", "172 were randomized")."""
    stems = [token.stem for token in reading.tokens[: quantity.first]]
    if ":" in stems:
        return next((stem for stem in stems[: stems.index(":")] if stem in _EVENTS), "")
    before = reading.tokens[max(0, quantity.first - 1) : quantity.first]
    after = [token for token in reading.tokens[quantity.last : quantity.last + _EVENT_REACH] if token.stem not in _EVENT_FILL]
    beside = [token.stem for token in (*before, *after[:1])]
    return next((stem for stem in beside if stem in _EVENTS), "")


def _noun(quantity: Quantity, reading: Reading) -> str:
    if [token.stem for token in reading.tokens[max(0, quantity.first - 2) : quantity.first]] == ["n", "="]:
        return "patient"
    following = reading.tokens[quantity.last : quantity.last + 1]
    if (
        not following
        or not following[0].is_word
        or following[0].stem in _PREPOSITIONS | _EVENTS
        or reading.covered[quantity.last]
    ):
        return ""
    return following[0].stem


def _names(concepts: frozenset[str]) -> str:
    return " and ".join(sorted(concepts)).replace("_", " ") or "nothing named"


def supporting(figure: Figure, sources: Sequence[Reading]) -> list[Printed]:
    """Printed figures of the same value and unit, with their statements."""
    return [(other, source) for source in sources for other in source.figures if agrees(figure.quantity, other.quantity)]
