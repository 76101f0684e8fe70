"""Cases that may tell of the same event. A score and its reasons for a person to judge; nothing is ever merged here.

Fields after vigiMatch (Norén et al. 2007): age, sex, product, event and dates; the weights are ours and unvalidated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rapidfuzz import fuzz

WINDOW = timedelta(days=180)
NEAR = timedelta(days=14)
MIN_SCORE = 0.5
AGE_TOLERANCE_YEARS = 1
EVENT_SIMILARITY = 70.0
WEIGHTS = {"product": 0.3, "event": 0.3, "age": 0.2, "sex": 0.1, "dates": 0.1}


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is compared of a case."""

    case_id: str
    received_at: datetime
    elements: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A case that may be the same as another: score in [0, 1] and the fields that agree."""

    case_id: str
    score: float
    agrees: tuple[str, ...]


def suggest_duplicates(case: Candidate, others: Sequence[Candidate], limit: int = 5) -> list[Duplicate]:
    """Return the likeliest duplicates, best first, ties by case id; contradicting age or sex rules a case out."""
    found = [_compare(case, other) for other in others if other.case_id != case.case_id]
    likely = [match for match in found if match is not None and match.score >= MIN_SCORE]
    return sorted(likely, key=lambda match: (-match.score, match.case_id))[:limit]


def _compare(case: Candidate, other: Candidate) -> Duplicate | None:
    if abs(case.received_at - other.received_at) > WINDOW or _contradict(case.elements, other.elements):
        return None
    agrees = [name for name in ("product", "event", "age", "sex") if _agrees(name, case.elements, other.elements)]
    if abs(case.received_at - other.received_at) <= NEAR:
        agrees.append("dates")
    return Duplicate(other.case_id, round(sum(WEIGHTS[name] for name in agrees), 3), tuple(agrees))


def _agrees(name: str, one: Mapping[str, str], two: Mapping[str, str]) -> bool:
    left, right = one.get(name), two.get(name)
    if not left or not right:
        return False
    if name == "age":
        return _ages_agree(left, right)
    if name == "event":
        return fuzz.token_set_ratio(left.lower(), right.lower()) >= EVENT_SIMILARITY
    if name == "product":
        return bool(set(left.split(", ")) & set(right.split(", ")))
    return left == right


def _contradict(one: Mapping[str, str], two: Mapping[str, str]) -> bool:
    return any(one.get(name) and two.get(name) and not _agrees(name, one, two) for name in ("age", "sex"))


def _ages_agree(left: str, right: str) -> bool:
    if left.isdecimal() and right.isdecimal():
        return abs(int(left) - int(right)) <= AGE_TOLERANCE_YEARS
    return left == right
