"""Names in their roles: which treatment a single name stands for, what is given twice, which dose is whose, what is approved,
and what is denied of whom.

A name printed in the sources is no support by itself: it must have the role there that the sentence gives it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from assistant.grounding.reading.lexicon import Lexicon
from assistant.grounding.support.evidence import denied
from assistant.grounding.support.roles import undosed
from assistant.grounding.types import Arm, Mention, Reading, Reason, ReasonCode

_LISTED = frozenset({",", "or", "and", "/"})
_NAMED_KINDS = ("drug", "class", "trial", "condition", "measure")
_BESIDE = frozenset({"and", "or", "versus", "vs", "to", "than"})
_BESIDE_FILL = frozenset({"the", "a", "with", "in", "on", "month", "mg", "%"})
_APPROVE = "approve"
_DECISIONS = (_APPROVE, "application")
_OPPOSITES = {"inhibit": "activate", "activate": "inhibit"}
_PREDICATES = frozenset({_APPROVE, *_OPPOSITES})
_NEAR, _ALONE_REACH = 3, 4
_OPENING = 2
_DOSE_GAP = frozenset(
    {
        ")",
        "at",
        "(",
        "dose",
        "of",
        "is",
        "was",
        "are",
        "given",
        "taken",
        "as",
        "the",
        "oral",
        "by",
        "mouth",
        "a",
        "administ",
        "recommend",
    }
)
# What is given again is added to what else is given ("A rechallenge").
_AGAIN = frozenset({"rechalleng", "again", "reintroduc", "reexposur", "reus"})


def check_repetition(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a name that a list has twice, and for an alternative to itself ("with or with")."""
    del lexicon
    kept = {pair for source in sources for pair, _ in _coordinated(source)}
    listed: list[Mention] = []
    for mention in sentence.of_kind("drug", "trial"):
        between = [token.stem for token in sentence.tokens[listed[-1].last : mention.first]] if listed else []
        following = sentence.tokens[mention.last : mention.last + 1]
        if following and following[0].stem == "plus":
            between = []
        listed = [*listed, mention] if between and set(between) <= _LISTED else [mention]
        if any(other.concept == mention.concept for other in listed[:-1]):
            words = sentence.phrase(listed[0].first, mention.last)
            yield Reason(ReasonCode.RELATION, words, f"named twice in one list: “{words}”")
    yield from _twins(sentence, kept)
    yield from _impossible_counts(sentence)
    yield from _too_small_totals(sentence)
    stems = [token.stem for token in sentence.tokens]
    for index in range(1, len(stems) - 1):
        if stems[index] == "or" and stems[index - 1] == stems[index + 1]:
            words = sentence.phrase(index - 1, index + 2)
            yield Reason(ReasonCode.NEGATION, words, f"an alternative to itself: “{words}”")


def _twins(sentence: Reading, printed: set[str]) -> Iterator[Reason]:
    """A measure, group or figure set beside itself ("in the first and first line"), unless a source prints it so."""
    for twin, words in _coordinated(sentence):
        if twin not in printed:
            yield Reason(ReasonCode.RELATION, words, f"set beside itself: “{words}”")


def _coordinated(reading: Reading) -> Iterator[tuple[str, str]]:
    """(thing, words) of things that stand on both sides of "and", "or", "versus" or "to"."""
    spans = [(m.first, m.last, m.concept) for m in reading.of_kind("measure", "condition", "class", "drug")]
    spans += [(q.first, q.last, f"{q.kind}:{q.value:g}:{q.upper}{q.bound}") for q in reading.quantities]
    for left, right in pairwise(sorted(spans)):
        between = [token.stem for token in reading.tokens[left[1] : right[0]]]
        stems = [[token.stem for token in reading.tokens[first:last]] for first, last, _ in (left, right)]
        alternative = "or" in between and stems[0] != stems[1]
        linked = set(between) & _BESIDE and set(between) <= _BESIDE | _BESIDE_FILL
        if left[2] == right[2] and linked and not alternative:
            yield left[2], reading.phrase(left[0], right[1])


def _given(sentence: Reading, arm: Arm) -> bool:
    """Whether a treatment is what is given: after "with" or "plus"."""
    return arm.first > 0 and sentence.tokens[arm.first - 1].stem in {"with", "plus"}


def _impossible_counts(sentence: Reading) -> Iterator[Reason]:
    """A part cannot be larger than its whole: "44 of 22", "279 patients, of whom 1,017"."""
    for left, right in pairwise(q for q in sentence.quantities if q.kind == "count"):
        between = [token.stem for token in sentence.tokens[left.last : right.first]]
        part_first = between in (["of"], ["of", "the"]) and left.value > right.value
        part_first = part_first or (between in (["patient", ","], ["patient", ":"]) and right.value > left.value)
        opened = _opens_with_of(sentence, left.first) or sentence.phrase(max(0, left.first - 2), left.first) == "total of"
        whole_first = (between[-2:] == ["of", "whom"] or opened) and right.value > left.value
        if part_first or whole_first:
            words = sentence.phrase(left.first, right.last)
            yield Reason(ReasonCode.NUMBER_ROLE, words, f"a part larger than its whole: “{words}”")


def _too_small_totals(sentence: Reading) -> Iterator[Reason]:
    """A count that is said to be of all ("the 874 patients", "669 in all") is the largest."""
    counts = [q for q in sentence.quantities if q.kind == "count"]
    for count in counts:
        before = [token.stem for token in sentence.tokens[max(0, count.first - 1) : count.first]]
        after = [token.stem for token in sentence.tokens[count.last : count.last + 2]]
        definite = before == ["the"] and after[:1] == ["patient"] and count.first <= _OPENING
        total = definite or after in (["in", "all"], ["in", "total"], ["in", "sum"])
        if total and any(other.value > count.value for other in counts):
            words = sentence.phrase(count.first, count.last)
            yield Reason(ReasonCode.NUMBER_ROLE, words, f"a whole smaller than its part: “{words}”")


def _opens_with_of(sentence: Reading, first: int) -> bool:
    return first <= 2 and bool({"of", "among", "amongst"} & {token.stem for token in sentence.tokens[:first]})


def check_single_names(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a drug named alone that the sources name only with others, or only as earlier treatment."""
    del lexicon
    given = {undosed(arm.concepts) for source in sources for arm in source.arms if not arm.prior}
    before = {undosed(arm.concepts) for source in sources for arm in source.arms if arm.prior}
    drugs = {m.concept for m in sentence.of_kind("drug")}
    for arm in sentence.arms:
        base = undosed(arm.concepts)
        words = sentence.phrase(arm.first, arm.last)
        yield from _only_denied(sentence, arm, words, sources)
        if arm.prior or len(base) != 1 or not base <= drugs:
            continue
        if base in before - given and _given(sentence, arm):
            yield Reason(ReasonCode.RELATION, words, f"{words} is printed only as earlier treatment")
        yield from _alone(sentence, arm, words, given | before)


def _only_denied(sentence: Reading, arm: Arm, words: str, sources: Sequence[Reading]) -> Iterator[Reason]:
    """A drug said to be given alone with a result, where the sources name it so only in a stretch that denies."""
    alone = any(m.concept == "monotherapy" and 0 <= m.first - arm.last <= 1 for m in sentence.mentions)
    if not alone or not any(undosed(figure.arm) == undosed(arm.concepts) for figure in sentence.figures):
        return
    base = undosed(arm.concepts)
    denying = [{source.segments[m.first] for m in source.of_kind("negator")} for source in sources]
    places = [
        source.segments[other.first] in stretches
        for source, stretches in zip(sources, denying, strict=True)
        for other in source.arms
        if undosed(other.concepts) == base
    ]
    if places and all(places):
        yield Reason(ReasonCode.RELATION, words, f"{words} alone is named only where something is denied")


def _alone(sentence: Reading, arm: Arm, words: str, printed: set[frozenset[str]]) -> Iterator[Reason]:
    """A single name that is no printed treatment, said to be given alone, or the shared part of several."""
    base = undosed(arm.concepts)
    if base in printed:
        return
    alone = any(m.concept == "monotherapy" and 0 <= m.first - arm.last <= 1 for m in sentence.mentions)
    if alone and base | {"placebo"} not in printed:
        yield Reason(ReasonCode.RELATION, words, f"{words} alone is no treatment of the cited statements")
    holders = {other for other in printed if base < other}
    added = sentence.of_kind("versus", "finding") and not _is_added(sentence, arm) and not _left_open(sentence)
    if added and any(len(other) == len(base) + 1 and other - base in printed for other in holders):
        yield Reason(ReasonCode.RELATION, words, f"{words} is printed only as an addition to another treatment")
    named = any(base <= other.concepts for other in sentence.arms if other is not arm)
    named = named or "each" in {token.stem for token in sentence.tokens[max(0, arm.first - 3) : arm.first]}
    named = named or frozenset().union(*holders) <= sentence.concepts()
    if len(holders) > 1 and not sentence.of_kind("measure") and not named:
        yield Reason(ReasonCode.RELATION, words, f"{words} is printed only together with others, which are not named")


def _left_open(sentence: Reading) -> bool:
    """Whether an effect is only said to be not known yet: no result is told of the treatment then."""
    return sentence.has("unknown") and not sentence.of_kind("up", "down") and not sentence.figures


def _is_added(sentence: Reading, arm: Arm) -> bool:
    """Whether a treatment is said to be added, or the arm or part of a combination is named after it."""
    before = {token.stem for token in sentence.tokens[max(0, arm.first - 3) : arm.first]}
    after = {token.stem for token in sentence.tokens[arm.last : arm.last + 2]}
    return bool(
        {"ad", "add", "addit", "with", "plus", "combin", "without", *_AGAIN} & before
        or {"arm", "group", "combin", "triplet", "doublet", *_AGAIN} & after
    )


def check_doses(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a dose beside another drug than the one it is printed beside."""
    del lexicon
    printed: dict[float, set[str]] = {}
    for source in sources:
        for value, owner in _dose_owners(source):
            printed.setdefault(value, set()).add(owner)
    for value, owner in _dose_owners(sentence):
        if value in printed and owner not in printed[value]:
            name = owner.replace("_", " ")
            yield Reason(ReasonCode.NUMBER_ROLE, name, f"{value:g} mg is printed for another drug than {name}")


def _dose_owners(reading: Reading) -> Iterator[tuple[float, str]]:
    """(dose in mg, drug) where a dose follows a drug directly, brackets aside."""
    for quantity in reading.quantities:
        if quantity.kind not in {"mg", "mg_per_kg"}:
            continue
        before = [m for m in reading.of_kind("drug") if m.last <= quantity.first and not _beside_with(reading, m)]
        gap = {token.stem for token in reading.tokens[before[-1].last : quantity.first]} if before else {"none"}
        if gap <= _DOSE_GAP:
            yield quantity.value, before[-1].concept


def _beside_with(reading: Reading, mention: Mention) -> bool:
    """Whether a drug is only named as what another is given with."""
    return mention.first > 0 and reading.tokens[mention.first - 1].stem in {"with", "alongsid", "besid"}


def check_approvals(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason where the drug that is approved, or applied for, is none that the sources say this of."""
    del lexicon
    alone = [m for m in sentence.of_kind("word") if m.concept == "monotherapy"]
    places = {sentence.segments[m.first] for m in sentence.mentions if m.concept == _APPROVE}
    alone = [m for m in alone if sentence.segments[m.first] in places and not _compared_alone(sentence, m)]
    if alone and not any(source.has("monotherapy") and source.has(_APPROVE) for source in sources):
        words = sentence.phrase(alone[0].first, alone[0].last)
        yield Reason(ReasonCode.RELATION, words, f"no cited statement says that the approval is for this: “{words}”")
    for decision in _DECISIONS:
        allowed = {name for source in sources for name in _approved(source, decision, loose=decision == _APPROVE)}
        for name in sorted(_approved(sentence, decision, loose=False)):
            if allowed and name not in allowed:
                words = name.replace("_", " ")
                yield Reason(ReasonCode.RELATION, words, f"no cited statement speaks of an {decision} of {words}")


def _compared_alone(sentence: Reading, alone: Mention) -> bool:
    """Whether "alone" belongs to what a treatment is compared with ("longer than with A alone")."""
    opposed = [m.first for m in sentence.of_kind("versus")] + [i for i, t in enumerate(sentence.tokens) if t.stem == "than"]
    return any(0 < alone.first - place <= _ALONE_REACH for place in opposed)


def _approved(reading: Reading, decision: str, *, loose: bool) -> set[str]:
    """The drugs an approval is about: right beside the word, else the first of its stretch; `loose` adds others near it."""
    found: set[str] = set()
    drugs = [m for m in reading.of_kind("drug") if not _is_prior(reading, m)]
    for word in (m for m in reading.mentions if m.concept == decision):
        place = reading.segments[word.first]
        same = [m for m in drugs if reading.segments[m.first] == place]
        after = [m for m in same if m.first >= word.last]
        before = [m for m in same if m.last <= word.first]
        if after and after[0].first - word.last <= 2 and not (before and _beside_with(reading, after[0])):
            found.add(after[0].concept)
        elif before:
            found.add(before[0].concept)
        if loose:
            found |= {m.concept for m in before} | {m.concept for m in after[:1]} | {m.concept for m in drugs[:1]}
            announced = bool(after) and ":" in {t.stem for t in reading.tokens[word.last : after[0].first]}
            found |= {m.concept for m in after} if announced else set()
    return found


def _is_prior(reading: Reading, mention: Mention) -> bool:
    return any(arm.prior and arm.first <= mention.first < arm.last for arm in reading.arms)


def check_trials(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason for a drug in a stretch about one trial, where no source that names the trial names the drug."""
    del lexicon
    for number in sorted(set(sentence.segments)):
        trials = {m.concept for m in sentence.of_kind("trial") if sentence.segments[m.first] == number}
        if len(trials) != 1:
            continue
        about = [source for source in sources if source.has(*trials)]
        for drug in (m for m in sentence.of_kind("drug") if sentence.segments[m.first] == number):
            if about and not any(source.has(drug.concept) for source in about):
                words = sentence.phrase(drug.first, drug.last)
                yield Reason(ReasonCode.RELATION, words, f"no cited statement names {words} with this trial")


def check_polarity(sentence: Reading, sources: Sequence[Reading], lexicon: Lexicon) -> Iterator[Reason]:
    """Yield a reason where every source that says a thing of a name denies it and the sentence does not, or the reverse."""
    light = lexicon.language.light
    printed: dict[tuple[str, str], set[bool | None]] = {}
    stated = sentence.concepts()
    for source in sources:
        for pair, is_denied in _said_of(source, light):
            plain = is_denied if not _is_narrower(source, stated) else None
            printed.setdefault(pair, set()).add(plain)
    for (name, thing), is_denied in _said_of(sentence, light):
        known = printed.get((name, thing))
        if is_denied is not None and known is not None and known == {not is_denied}:
            text = f"{name} {thing}".replace("_", " ")
            what = "denied" if not is_denied else "not denied"
            yield Reason(ReasonCode.NEGATION, text, f"in the cited statements this is {what}: “{text}”")
        opposite = _OPPOSITES.get(thing)
        if opposite and known is None and (name, opposite) in printed:
            text = f"{name} {thing}".replace("_", " ")
            yield Reason(ReasonCode.DIRECTION, text, f"the cited statements say the opposite: “{text}”")


def _is_narrower(source: Reading, stated: frozenset[str]) -> bool:
    """Whether a source speaks of a part of the patients that the sentence does not name."""
    return any(m.dimension == "biomarker" and m.concept not in stated for m in source.of_kind("condition"))


def _said_of(reading: Reading, light: frozenset[str]) -> Iterator[tuple[tuple[str, str], bool | None]]:
    """((name, predicate), denied) for the names and predicates of each stretch; None where that is not plain."""
    denials = [(reading.segments[negator.first], _first_denied(found)) for negator, found in denied(reading, light)]
    for number in sorted(set(reading.segments)):
        names = {m.concept for m in reading.of_kind(*_NAMED_KINDS) if reading.segments[m.first] == number}
        if any(reading.segments[m.first] == number for m in reading.of_kind("finding", "hedge")):
            continue
        things = {m.concept for m in reading.of_kind("up", "down") if reading.segments[m.first] == number}
        things |= {m.concept for m in reading.mentions if m.concept in _PREDICATES and reading.segments[m.first] == number}
        refused = [found for place, found in denials if place == number]
        for name in sorted(names):
            for thing in sorted(things):
                often = sum(m.concept == thing and reading.segments[m.first] == number for m in reading.mentions) > 1
                strict = any(thing in found for found in refused) or _denied_before(reading, thing, number)
                yield (name, thing), (True if strict and not often else None if refused else False)


def _denied_before(reading: Reading, thing: str, number: int) -> bool:
    """Whether a predicate stands closely behind a negator, with no other name between ("no confirmed US approval")."""
    places = [m.first for m in reading.mentions if m.concept == thing and reading.segments[m.first] == number]
    names = [m.first for m in reading.of_kind("drug", "class", "trial")]
    return any(
        0 <= place - negator.last <= _NEAR and not any(negator.last <= name < place for name in names)
        for place in places
        for negator in reading.of_kind("negator")
    )


def _first_denied(found: list[str]) -> set[str]:
    """What a negator denies for certain: the first item, and what an emphasis before it is about."""
    return set(found[:2]) if found[:1] == ["booster"] else set(found[:1])
