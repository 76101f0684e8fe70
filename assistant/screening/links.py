"""Which product an event or a progression belongs to. Ties go to the nearest product before it in the text.

Two uses: lack of effect counts only for a product of ours that was given (not one that is asked about), and an event on another
firm's product gets its own code. No causality is judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.screening.lexicon import Mention, is_number
from assistant.screening.policy import Policy
from assistant.screening.readings import Reading
from assistant.screening.rules import Hit, conversation_marks

_NEARBY_TOKENS = 10
_JOINERS = frozenset(
    ["plus", "with", "and", "+", "mg", "bid", "daily", "twice", "once", "a", "day", "or", "qd", "od", "tablets", "both"]
)
_TIMES = frozenset(["wk", "wks", "week", "weeks", "mo", "mos", "month", "months", "cycle", "c", "day", "d", "x"])
_PAST = frozenset(["after", "following", "post", "prior", "since", "upon", "at", "before", "until", "pre", "first"])


@dataclass(frozen=True, slots=True)
class Drug:
    """A product named at tokens `start` to `end` of a reading; `name` is the product's id."""

    name: str
    ours: bool
    start: int
    end: int


def drugs_in(reading: Reading) -> list[Drug]:
    """Return the products and classes of drugs named in a sentence, each place once. A class is nobody's product."""
    found: dict[int, Drug] = {}
    for mention in reading.mentions:
        kind, _, name = mention.cls.partition(":")
        if name and kind in {"ours", "other"}:
            found.setdefault(mention.start, Drug(name, kind == "ours", mention.start, mention.end))
        elif mention.cls in {"our_phrase", "drug_class"}:
            ours = mention.cls == "our_phrase"
            found.setdefault(mention.start, Drug(mention.cls, ours, mention.start, mention.end))
    return [found[start] for start in sorted(found)]


def _covered_by(reading: Reading, drug: Drug, cls: str) -> bool:
    return any(mention.cls == cls and mention.start <= drug.start < mention.end for mention in reading.mentions)


def is_asked_about(reading: Reading, drug: Drug) -> bool:
    """Return whether the product is one that might be given next ("switch to", "is … an option") rather than one taken."""
    return _covered_by(reading, drug, "switch_to") and not _covered_by(reading, drug, "exposed_now")


def _taken(reading: Reading) -> list[Drug]:
    """Return the products a patient may be taking: neither asked about nor given before."""
    drugs = drugs_in(reading)
    return [drug for drug in drugs if not is_asked_about(reading, drug) and not _covered_by(reading, drug, "past_drug")]


def is_other_company(readings: Sequence[Reading], hit: Hit) -> bool:
    """Return whether the product of an event is another firm's: that of its sentence, else of the conversation."""
    if any(mention.cls == "our_phrase" for reading in readings for mention in reading.mentions):
        return False
    here = [drug for drug in _taken(readings[hit.position]) if drug.name != "drug_class"]
    if here:
        return not any(drug.ours for drug in here)
    products = [[drug for drug in drugs_in(reading) if drug.name != "drug_class"] for reading in readings]
    taken = [drug for reading in readings for drug in _taken(reading) if drug.name != "drug_class"]
    named = taken or [drug for drugs in products for drug in drugs]
    return bool(named) and not any(drug.ours for drug in named)


def _together(reading: Reading, drugs: Sequence[Drug], first: Drug) -> list[Drug]:
    """Return the product and those given with it in the same breath ("abemaciclib 100 + fulvestrant")."""
    group = [first]
    for drug in drugs:
        low, high = min(drug.start, first.start), max(drug.start, first.start)
        between = reading.words[low + 1 : high]
        if drug is not first and all(word in _JOINERS or word[0].isdigit() for word in between):
            group.append(drug)
    return group


def _is_linked(reading: Reading, mention: Mention, drug: Drug) -> bool:
    """Return whether a failure is said to be on or after a product: by a word between them, or by nothing but a time."""
    if any(mention.start <= link.start < drug.start for link in reading.of("on_or_after")):
        return True
    between = reading.words[mention.end : drug.start]
    return bool(between) and all(word in _TIMES or is_number(word) for word in between)


def _own_drug_failed(reading: Reading, mention: Mention, drugs: Sequence[Drug]) -> bool:
    """Return whether a progression or failure in a sentence that names products falls on one of ours."""
    after = [drug for drug in drugs if 0 <= drug.start - mention.end <= _NEARBY_TOKENS]
    if after and _is_linked(reading, mention, after[0]):
        return not is_asked_about(reading, after[0]) and any(drug.ours for drug in _together(reading, drugs, after[0]))
    if any(word in _PAST for word in reading.words[max(0, mention.start - 2) : mention.start]):
        return False
    before = [drug for drug in drugs if drug.end <= mention.start and not is_asked_about(reading, drug)]
    return bool(before) and any(drug.ours for drug in _together(reading, drugs, before[-1]))


def _carried_over(reading: Reading, mention: Mention, last: Sequence[Drug], before: Reading | None, policy: Policy) -> bool:
    """Return whether a failure told without a product falls on the one named before: it is ours, and a patient is told of."""
    past = any(word in _PAST for word in reading.words[max(0, mention.start - 2) : mention.start])
    told = before is not None and not before.question and before.has({"pronoun", "own_person", "agesex"})
    about_patient = reading.has(policy.groups["real"]) or reading.has({"time_on", "fail"}) or told
    return any(drug.ours for drug in last) and about_patient and not past


def _is_terse(reading: Reading, mention: Mention) -> bool:
    """Return whether a note without a person says that a product does not work: "abema not working, CA 15-3 doubled"."""
    abstract = {
        "topic",
        "wh",
        "trial",
        "rate",
        "label",
        "hypothetical",
        "ask_results",
        "published",
        "request",
        "conference",
        "indefinite",
    }
    return mention.cls == "fail" and not reading.question and not reading.has(abstract)


def find_lack_of_effect(readings: Sequence[Reading], policy: Policy) -> list[Hit]:
    """Return where a product of ours, given to a real patient or cohort, is presented as not working."""
    marks = conversation_marks(readings, policy)
    if marks & policy.groups["abstracted"] and not marks & policy.groups["real_strong"]:
        return []
    hits = []
    last: list[Drug] = []
    for position, reading in enumerate(readings):
        drugs = drugs_in(reading)
        before = readings[position - 1] if position else None
        near = {cls for other in readings[max(0, position - 1) : position + 2] for cls in other.live}
        real = bool(near & policy.groups["anchor"]) or bool(reading.live.keys() & {"terse_scan"})
        if reading.has({"defect"}) and not reading.has({"prog"}):
            last = drugs or last
            continue
        for mention in sorted((*reading.of("prog"), *reading.of("fail")), key=lambda found: found.start):
            named = (
                _own_drug_failed(reading, mention, drugs) if drugs else _carried_over(reading, mention, last, before, policy)
            )
            asked = reading.question and not reading.live.keys() & policy.groups["real"]
            if named and (real or _is_terse(reading, mention)) and not asked and (drugs or not reading.question):
                hits.append(Hit("SS-LOE", "LOE-OWN-PRODUCT", position, mention))
                break
        last = [drug for drug in drugs if not is_asked_about(reading, drug)] or drugs or last
    return hits
