"""Requests outside the approved uses of our products, and actual use outside of them.

The approved uses are data (`products.yaml`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.screening.lexicon import Mention
from assistant.screening.links import Drug, drugs_in
from assistant.screening.policy import Policy
from assistant.screening.readings import Reading
from assistant.screening.rules import Hit, conversation_marks

_DOSE_WINDOW_TOKENS = 5
# What a trial may be asked about without any use being asked for.
_PRINTED = frozenset({"combo", "population_all", "odd_use"})
_PATIENT = frozenset({"own_person", "pronoun", "agesex", "kin", "cohort"})
_DISEASES = frozenset({"tumour_type", "tumour_other", "receptor_other"})
# Signs that a use is wanted, planned or going on.
_WANTED = frozenset({"ask_use", "ask_permission", "plan_use", "everything", "solicited", "use_strong"})


@dataclass(frozen=True, slots=True)
class OffLabel:
    """Where an unapproved use was raised, whether a patient gets it already, and whether published results alone are asked."""

    hits: tuple[Hit, ...]
    actual: bool
    published_only: bool


def _unapproved(reading: Reading, products: Sequence[str], policy: Policy) -> Mention | None:
    """Return the first mention of a use that is unapproved for one of the products."""
    classes = {cls for product in policy.products if product.id in products for cls in product.unapproved_classes}
    found = [mention for cls in sorted(classes) for mention in reading.of(cls)]
    return min(found, key=lambda mention: mention.start, default=None)


def _odd_dose(reading: Reading, drugs: Sequence[Drug], policy: Policy) -> Mention | None:
    """Return an amount in mg beside a product of ours that is none of its single doses."""
    for product in policy.products:
        for drug in (drug for drug in drugs if drug.name == product.id):
            for mention in reading.of("amount_mg"):
                word = reading.words[mention.start]
                near = -_DOSE_WINDOW_TOKENS <= mention.start - drug.start <= _DOSE_WINDOW_TOKENS
                closest = min(drugs, key=lambda other: abs(other.start - mention.start)).name == drug.name
                if (
                    near
                    and closest
                    and word.isdigit()
                    and int(word) not in (*product.single_doses_mg, product.maximum_daily_mg)
                ):
                    return mention
    return None


def _is_course_of_disease(reading: Reading, mention: Mention) -> bool:
    """Return whether the place named is where the disease went ("progression with new brain metastases"). A named kind of
    tumour ("recurrent glioblastoma") is what is to be treated.
    """
    return mention.cls == "tumour_other" and reading.has({"prog"})


def _products_in_focus(drugs: Sequence[Drug], last: Sequence[str], policy: Policy) -> list[str]:
    named = [
        product.id for drug in drugs for product in policy.products if drug.ours and drug.name in (product.id, "our_phrase")
    ]
    return named or ([] if drugs else list(last))


def _named_next(readings: Sequence[Reading], position: int) -> list[str]:
    """Return the products of ours in the sentence after one that names a disease ("liposarcoma. Abemaciclib papers?")."""
    if position + 1 >= len(readings) or not readings[position].has(_DISEASES):
        return []
    return [drug.name for drug in drugs_in(readings[position + 1]) if drug.ours]


def _is_paper_only(hits: Sequence[Hit], marks: frozenset[str], policy: Policy) -> bool:
    """Return whether results or the status of a combination are asked for as printed: a plain question, nobody's use."""
    used = "use_actual" in marks and bool(marks & policy.groups["real"] - {"time_on"})
    printed = bool(marks & {"ask_printed", "trial", "rate"}) and not marks & _WANTED and not used
    return printed and all(hit.mention.cls in _PRINTED for hit in hits)


def find_off_label(readings: Sequence[Reading], policy: Policy) -> OffLabel | None:
    """Return what lies outside the approved uses of our products, None when nothing does."""
    hits: list[Hit] = []
    marks = conversation_marks(readings, policy)
    last = [product.id for product in policy.products] if marks & {"solicited", "everything"} else []
    for position, reading in enumerate(readings):
        drugs = drugs_in(reading)
        focus = _products_in_focus(drugs, last, policy)
        near_focus = focus or last or ([] if drugs else _named_next(readings, position))
        mention = _unapproved(reading, near_focus, policy) if near_focus else None
        mention = mention or (_odd_dose(reading, drugs, policy) if focus else None)
        mention = mention or next(iter(reading.of("combo")), None)
        mention = mention or (next(iter(reading.of("combo_added")), None) if last else None)
        mention = mention or (next(iter(reading.of("dose_odd")), None) if near_focus else None)
        if mention is not None and not _is_course_of_disease(reading, mention):
            hits.append(Hit("OFF-LABEL", f"OFF-LABEL-{mention.cls}", position, mention))
        last = focus or last
    everything = [
        Hit("OFF-LABEL", "OFF-LABEL-EVERYTHING", position, mention)
        for position, reading in enumerate(readings)
        for mention in reading.of("odd_use")
    ]
    hits += [] if hits else everything
    if not hits or _is_paper_only(hits, marks, policy):
        return None
    return OffLabel(tuple(hits), _is_actual(readings, hits, marks, policy), _asks_results(readings, hits, policy))


def only_asks_use(readings: Sequence[Reading], policy: Policy) -> bool:
    """Return whether a use is asked for or planned, or spoken of without a person, and nothing is told to have happened."""
    marks = conversation_marks(readings, policy)
    if "only_thought" in marks and marks.isdisjoint(policy.groups["harm"]):
        return True
    wanted = bool(marks & {"ask_permission", "plan_use"}) or marks.isdisjoint({*policy.groups["someone"], "tumour_other"})
    return wanted and marks.isdisjoint(policy.groups["happened"])


def _goes_on(reading: Reading) -> bool:
    """Return whether a sentence that asks for a use tells of one too: "we use it", not the same words in "may we use it"."""
    asked = {at for mention in reading.of("ask_permission") for at in range(mention.start, mention.end)}
    if any(mention.start not in asked for mention in reading.of("use_strong")):
        return True
    return reading.has(_PATIENT) if reading.question else reading.has({"exposed_now"})


def _is_actual(readings: Sequence[Reading], hits: Sequence[Hit], marks: frozenset[str], policy: Policy) -> bool:
    """Return whether a real patient gets it already, not one it is planned for and not one in a paper."""
    papers_alone = "published" in marks and not marks & {"own_person", "use_strong"}
    if marks & {"not_started", "invented", "plan_use"} or papers_alone:
        return False
    for hit in hits:
        reading = readings[hit.position]
        if reading.has({"ask_permission"}) and not _goes_on(reading):
            continue
        someone = reading.has({*policy.groups["real"] - {"time_on"}, "use_strong"})
        told = not reading.question and someone
        used = (
            {"use_actual", "use_strong", "exposed_now", "started"}
            if told
            else {"use_strong"} | ({"use_actual"} if someone else set())
        )
        near = readings[max(0, hit.position - 1) : hit.position + 2]
        if someone and (reading.has(used) or any(other.has({"use_actual"}) for other in near)):
            return True
    return False


def _asks_results(readings: Sequence[Reading], hits: Sequence[Hit], policy: Policy) -> bool:
    """Return whether published results are asked for, not support for a dose, a plan or everything on file."""
    marks = conversation_marks(readings, policy)
    dosed = any(hit.mention.cls in {"dose_odd", "amount_mg"} for hit in hits)
    if dosed or marks & {"everything", "solicited", "plan_use", "ask_permission"}:
        return False
    return bool(marks & {"ask_results", "trial", "rate"}) or not marks & {"ask_use"}
