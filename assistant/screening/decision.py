"""From hits to the codes of a conversation, whether pharmacovigilance must see it, and whether an answer may be given.

Precedence between codes is in one place, here; the reasons behind each code are the policy's. Nothing found for safety is ever
dropped because of another code: an attack or a lay writer may carry a report.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.screening.intents import asks_after, asks_besides, find_greeting, find_out_of_scope, has_honest_question
from assistant.screening.lexicon import Mention
from assistant.screening.links import find_lack_of_effect, is_other_company
from assistant.screening.offlabel import OffLabel, find_off_label
from assistant.screening.policy import Policy
from assistant.screening.readings import Reading
from assistant.screening.requests import UNSURE_ID
from assistant.screening.rules import Hit, apply_rules
from assistant.types import Code

REPORTS = frozenset(
    {Code.AE_SERIOUS, Code.AE_NONSER, Code.AE_OTHERCO, Code.SS_PREG, Code.SS_OD_ERR, Code.SS_LOE, Code.SS_OFFUSE}
)
_NEVER_ANSWERED = frozenset({Code.NON_HCP, Code.ACCESS, Code.LEGAL, Code.OUT_OF_SCOPE, Code.GREETING, Code.SOLICITED})
OTHER_COMPANY = "PRODUCT-OTHER-COMPANY"
# A patient's case said to be what was asked after.
SAME_HERE = "same_here"
COMPLAINTS = frozenset({Code.PQC, Code.PQC_CRIT})
_DOSES = frozenset({"dose_odd", "amount_mg"})
_ORDER = {code: rank for rank, code in enumerate(Code)}


@dataclass(frozen=True, slots=True)
class Decision:
    """Codes in the order of the taxonomy, the hits that stand behind them, and what follows."""

    codes: tuple[Code, ...]
    hits: tuple[Hit, ...]
    pv: bool
    should_answer: bool


def needs_pharmacovigilance(codes: Iterable[Code]) -> bool:
    """Return whether the codes mean that pharmacovigilance must see the message."""
    return any(code in REPORTS or code is Code.PQC_CRIT for code in codes)


def _grave_mention(hit: Hit, readings: Sequence[Reading], policy: Policy) -> tuple[int, Mention] | None:
    """Return what makes the event serious: in its sentence, else in the one before or after; of a case that is said to be what
    was asked after ("any deaths? mine was"), whatever grave was named until then.
    """
    echo = hit.mention.cls == SAME_HERE
    places = range(hit.position, -1, -1) if echo else (hit.position, hit.position + 1, hit.position - 1)
    for position in places:
        if 0 <= position < len(readings):
            named = readings[position].mentions if echo else [one for many in readings[position].live.values() for one in many]
            found = [mention for mention in named if mention.cls in policy.groups["grave"]]
            if found:
                return position, min(found, key=lambda mention: (mention.start, mention.cls))
    return None


def _is_about_the_product(readings: Sequence[Reading], position: int, policy: Policy) -> bool:
    """Return whether a sentence tells of a defect and no person is near: tablets that "peeled", a box that "collapsed". What
    only a person has (a ward, a laboratory value, a hot injection site) is nobody's product.
    """
    near = readings[max(0, position - 1) : position + 2]
    defect = any(reading.has({"defect", "defect_critical"}) for reading in near)
    return defect and not readings[position].has(policy.groups["somebody"] | policy.groups["bodily"])


def _without_products(raw: Sequence[Hit], votes: Sequence[Hit], readings: Sequence[Reading], policy: Policy) -> list[Hit]:
    """Return the hits without events where a vote takes the message for a complaint and nobody is told of: "pale" print."""
    complaint = any(hit.code in COMPLAINTS and hit.rule_id != UNSURE_ID for hit in votes)
    harmed = any(reading.has(policy.groups["harmed"]) for reading in readings)
    return [hit for hit in raw if not (complaint and not harmed and hit.code == "AE")]


def _event_hits(events: Sequence[Hit], readings: Sequence[Reading], policy: Policy) -> list[Hit]:
    """Turn event hits into AE-SERIOUS or AE-NONSER, with AE-OTHERCO where the product is another firm's."""
    events = [hit for hit in events if not _is_about_the_product(readings, hit.position, policy)]
    if not events:
        return []
    grave = next(((hit, found) for hit in events if (found := _grave_mention(hit, readings, policy))), None)
    code = Code.AE_SERIOUS if grave else Code.AE_NONSER
    reason = grave[0] if grave else events[0]
    hits = [replace(hit, code=code) for hit in events]
    if grave:
        hits.insert(0, Hit(code, "SERIOUSNESS", *grave[1]))
    if is_other_company(readings, reason):
        hits.append(replace(reason, code=Code.AE_OTHERCO, rule_id=OTHER_COMPANY))
    return hits


def _as_serious(hits: Sequence[Hit]) -> list[Hit]:
    """Return the hits with every event serious: the message weighs as a serious one."""
    return [replace(hit, code=Code.AE_SERIOUS) if hit.code == Code.AE_NONSER else hit for hit in hits]


def _without_errors(found: OffLabel | None, hits: Sequence[Hit]) -> OffLabel | None:
    """Return the uses without the doses that were an error: a dose taken by mistake is no dose anybody asks for."""
    if found is None or not any(Code(hit.code) is Code.SS_OD_ERR for hit in hits):
        return found
    kept = tuple(hit for hit in found.hits if hit.mention.cls not in _DOSES)
    return replace(found, hits=kept) if kept else None


def _off_label_hits(found: OffLabel | None, readings: Sequence[Reading], reported: bool) -> list[Hit]:
    """Return OFF-LABEL hits, and SS-OFFUSE for actual use; in a report only what is asked or used counts, not the course."""
    if found is None:
        return []
    if found.actual:
        return [*found.hits, *(replace(hit, code=Code.SS_OFFUSE, rule_id=f"USE-{hit.mention.cls}") for hit in found.hits)]
    return [
        hit for hit in found.hits if not reported or readings[hit.position].has({"plan_use", "ask_use", "everything", "combo"})
    ]


def _drop_overruled(codes: set[Code], readings: Sequence[Reading]) -> set[Code]:
    """Apply the precedence between codes."""
    if codes & {Code.SECURITY, Code.NON_HCP}:
        codes -= {Code.CONTACT, Code.ACCESS, Code.QUALITY_ANS, Code.OFF_LABEL, Code.SOLICITED, Code.LEGAL} - (
            {Code.LEGAL} if Code.SECURITY not in codes else set()
        )
    if Code.SECURITY in codes:
        codes.discard(Code.NON_HCP)
    if codes & {Code.PQC_CRIT, Code.SS_OFFUSE, Code.SS_OD_ERR}:
        codes.discard(Code.PQC)
    if codes & {Code.LEGAL}:
        codes -= {Code.NON_HCP, Code.QUALITY_ANS}
    if codes & (REPORTS | {Code.PQC, Code.PQC_CRIT}):
        codes -= {Code.QUALITY_ANS, Code.ACCESS, Code.OUT_OF_SCOPE}
    return codes


def _codes_now(codes: set[Code], hits: Iterable[Hit], readings: Sequence[Reading]) -> set[Code]:
    """Return the codes that the last turn raised: what an earlier one asked for was dealt with then."""
    last = readings[-1].sentence.turn
    return codes & {Code(hit.code) for hit in hits if readings[hit.position].sentence.turn == last}


def _should_answer(
    codes: set[Code], now: set[Code], readings: Sequence[Reading], turns: Sequence[str], off_label: OffLabel | None
) -> bool:
    """Return whether the last turn may be answered: never to a layman, always to a professional who reports, else by what it
    asks.
    """
    unpublished = off_label is not None and Code.OFF_LABEL in now and not off_label.published_only
    if Code.NON_HCP in codes or unpublished:
        return False
    if codes & REPORTS:
        return not {Code.SS_OFFUSE, Code.OFF_LABEL} <= codes or not now
    last = [reading for reading in readings if reading.sentence.turn == readings[-1].sentence.turn]
    return not now & _NEVER_ANSWERED and _is_question_left(now, last, turns)


def _is_question_left(codes: set[Code], readings: Sequence[Reading], turns: Sequence[str]) -> bool:
    """Return whether a question remains beside an attack, a request to be called, a complaint, or an erasure request."""
    if Code.SECURITY in codes:
        return has_honest_question(readings, turns)
    if Code.CONTACT in codes:
        return asks_besides(readings, ("contact",)) or asks_after(readings, "contact")
    if codes & {Code.PQC, Code.PQC_CRIT}:
        return asks_besides(readings, ("object", "defect", "defect_critical"))
    if Code.QUALITY_ANS in codes:
        return any(reading.question for reading in readings[-3:])
    return not any(reading.has({"erasure"}) for reading in readings)


def stands_on_little(decision: Decision, policy: Policy) -> bool:
    """Return whether a report rests on weak rules alone and names nothing grave."""
    weak = {rule.id for rule in policy.rules if rule.weak} | {OTHER_COMPANY}
    raised = {hit.rule_id for hit in decision.hits if needs_pharmacovigilance((Code(hit.code),))}
    return decision.pv and raised <= weak


def decide(
    readings: Sequence[Reading], turns: Sequence[str], policy: Policy, votes: Sequence[Hit] = (), weak: bool = True
) -> Decision:
    """Judge a conversation from its readings; `votes` are codes found by a second look, `weak` whether weak rules count."""
    if not readings:
        return Decision((), (), False, True)
    raw = _without_products(apply_rules(readings, policy, weak), votes, readings, policy)
    elsewhere = next((hit for hit in votes if hit.code == Code.OUT_OF_SCOPE), None)
    votes = [hit for hit in votes if hit is not elsewhere]
    hits = [hit for hit in (*raw, *votes) if hit.code != "AE"]
    hits += _event_hits([hit for hit in (*raw, *votes) if hit.code == "AE"], readings, policy)
    hits = _as_serious(hits) if any(hit.code == "AE-SERIOUS" for hit in votes) else hits
    hits += find_lack_of_effect(readings, policy)
    off_label = find_off_label(readings, policy)
    off_label = _without_errors(off_label, hits)
    hits += _off_label_hits(off_label, readings, reported=any(Code(hit.code) in REPORTS for hit in hits))
    codes = _drop_overruled({Code(hit.code) for hit in hits}, readings)
    # A vote does not keep another subject from being told: who writes and what about are two questions.
    settled = {Code(hit.code) for hit in hits if hit not in votes}
    if not codes & REPORTS and not _codes_now(codes & settled, hits, readings):
        other = find_greeting(readings, policy) or find_out_of_scope(readings, policy) or elsewhere
        hits += [other] if other else []
        codes |= {Code(other.code)} if other else set()
    kept = tuple(hit for hit in hits if Code(hit.code) in codes)
    ordered = tuple(sorted(codes, key=_ORDER.__getitem__))
    sure = codes & {Code(hit.code) for hit in hits if hit.rule_id != UNSURE_ID}
    answered = _should_answer(sure, _codes_now(sure, hits, readings), readings, turns, off_label)
    return Decision(ordered, kept, needs_pharmacovigilance(ordered), answered)
