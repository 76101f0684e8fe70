"""The types of an answer's journey (frozen; bytes become these at the edge, and these become bytes there).

`Question` -> `Screening` -> evidence -> `Answer`. `assistant.wire` turns an `Answer` into the JSON of the contract.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from corpus.types import Locator, Reference


class Code(StrEnum):
    """Case codes of medical information work; the last two open no case."""

    AE_SERIOUS = "AE-SERIOUS"
    AE_NONSER = "AE-NONSER"
    AE_OTHERCO = "AE-OTHERCO"
    SS_PREG = "SS-PREG"
    SS_OD_ERR = "SS-OD-ERR"
    SS_LOE = "SS-LOE"
    SS_OFFUSE = "SS-OFFUSE"
    PQC = "PQC"
    PQC_CRIT = "PQC-CRIT"
    OFF_LABEL = "OFF-LABEL"
    SOLICITED = "SOLICITED"
    NO_CONTENT = "NO-CONTENT"
    CONTACT = "CONTACT"
    ACCESS = "ACCESS"
    NON_HCP = "NON-HCP"
    PRIVACY = "PRIVACY"
    LEGAL = "LEGAL"
    SECURITY = "SECURITY"
    QUALITY_ANS = "QUALITY-ANS"
    OUT_OF_SCOPE = "OUT-OF-SCOPE"
    GREETING = "GREETING"


class Outcome(StrEnum):
    """How a turn ended: with statements, with a typed decline, or by pointing elsewhere."""

    ANSWERED = "answered"
    DECLINED = "declined"
    REDIRECTED = "redirected"


@dataclass(frozen=True, slots=True)
class Flag:
    """Why a code was raised: the span (code points into turn `turn`, counted from 0) and the rule or score behind it."""

    code: Code
    turn: int
    start: int
    end: int
    matched: str
    rule_id: str
    score: float | None = None


@dataclass(frozen=True, slots=True)
class IdentifierSpan:
    """A personal identifier in turn `turn`: its kind (name, dob, mrn, phone, e-mail, ...) and where it stands."""

    kind: str
    turn: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Screening:
    """What screening found in a message or a whole conversation.

    `masked` is the last turn with identifiers replaced; `masked_turns` all turns. `should_answer` is false only for codes whose
    rule says so (off-label by setting, non-HCP, security without a question, greeting, out of scope, ...).
    """

    codes: tuple[Code, ...]
    pv: bool
    flags: tuple[Flag, ...]
    identifiers: tuple[IdentifierSpan, ...]
    masked: str
    masked_turns: tuple[str, ...]
    should_answer: bool
    policy_version: str


@dataclass(frozen=True, slots=True)
class Question:
    """One turn to be answered: masked text, the earlier user turns (masked, oldest first), when and where."""

    text: str
    conversation_id: str
    asked_at: datetime
    history: tuple[str, ...] = ()
    market: str = "US"


@dataclass(frozen=True, slots=True)
class Citation:
    """Proof of a segment: `quote == document.text[start:end]` of that document version. `n` is numbered once, on the server."""

    n: int
    chunk_id: str
    doc_id: str
    title: str
    section: str
    version: str
    status: str
    effective_date: date
    quote: str
    start: int
    end: int
    locator: Locator
    references: tuple[Reference, ...]
    url: str


@dataclass(frozen=True, slots=True)
class AnswerSegment:
    """A sentence (or list item, or table row) of an answer with the numbers of the citations that prove it.

    `group` is the label of the group it is shown under ("" for none). `kind` is "statement" for approved content; "notice" for
    fixed wording of the assistant (cautions, limits), which carries no citation.
    """

    text: str
    citations: tuple[int, ...]
    kind: str = "statement"
    group: str = ""


@dataclass(frozen=True, slots=True)
class ShownSentence:
    """A checked sentence of an answer that is still being written: the next stretch of its text, marks and line end included,
    the segment it stands for, and the citations that were not shown before it.
    """

    text: str
    segment: AnswerSegment
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """A fixed, versioned text shown with a code (safety, off-label, comparison, ...)."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class CaseReference:
    """A case that exists in the database: shown only after it was committed."""

    case_id: str
    code: Code
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Safety:
    """What screening and triage did with the turn."""

    codes: tuple[str, ...] = ()
    pv: bool = False
    notices: tuple[Notice, ...] = ()
    cases: tuple[CaseReference, ...] = ()


@dataclass(frozen=True, slots=True)
class Resource:
    """An approved resource related to the answer."""

    title: str
    description: str
    doc_id: str
    url: str


@dataclass(frozen=True, slots=True)
class Versions:
    """Everything needed to repeat an answer."""

    corpus: str
    index: str
    model: str
    policy: str
    mode: str


@dataclass(frozen=True, slots=True)
class ApprovedMatch:
    """The approved answer that was served: its id and version, the cosine of the question to its nearest wording, and how much
    nearer that is than any wording of another approved answer.
    """

    answer_id: str
    version: str
    cosine: float
    margin: float


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished turn. `text` is the full text with `[n]` marks; empty optional fields stay out of the JSON.

    `generation` is what a model wrote and what became of it, `approved` the approved answer that was served; both are for the
    record alone.
    """

    answer_id: str
    conversation_id: str
    question: str
    outcome: Outcome
    text: str
    segments: tuple[AnswerSegment, ...]
    citations: tuple[Citation, ...]
    safety: Safety
    versions: Versions
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    interpreted_as: str | None = None
    decline_code: str | None = None
    resources: tuple[Resource, ...] = ()
    suggestions: tuple[str, ...] = ()
    nearest_headings: tuple[str, ...] = ()
    generation: Mapping[str, Any] | None = None
    approved: ApprovedMatch | None = None
