"""What generate mode hands on: the evidence given to the model, what became of each sentence, and the answer's sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from assistant.grounding import Reason
from index.types import Statement


class Fate(StrEnum):
    """What became of a sentence the model wrote."""

    SHOWN = "shown"
    REPAIRED = "repaired"
    DROPPED = "dropped"
    REPEATED = "repeated"


class Fallback(StrEnum):
    """Why the quoted answer is served in place of a generated one."""

    MODEL_DOWN = "model_down"
    MODEL_SLOW = "model_slow"
    MODEL_PAUSED = "model_paused"
    NOTHING_WRITTEN = "nothing_written"
    TOO_LITTLE_LEFT = "too_little_left"
    NOTHING_VITAL_LEFT = "nothing_vital_left"
    SOURCE_TAKEN_OUT = "source_taken_out"


@dataclass(frozen=True, slots=True)
class Drafted:
    """A sentence as the model wrote it, without its marks, and the keys it cites in order."""

    text: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of a drafted sentence. `final` is what is shown; `reasons` are those against the first version."""

    drafted: Drafted
    fate: Fate
    reasons: tuple[Reason, ...] = ()
    final: Drafted | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the answer with the statements that prove it; `quoted`: a statement the model left out, word for word."""

    text: str
    statements: tuple[Statement, ...]
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Written:
    """The outcome of one writing: the sentences to show, or the reason there are none; with every decision for the record.

    `cut` says why the model stopped before its end, when it did; what was shown by then stands and quotes complete it.
    """

    sentences: tuple[Sentence, ...]
    decisions: tuple[Decision, ...] = ()
    fallback: Fallback | None = None
    cut: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)
    prompts: tuple[str, ...] = ()

    def to_record(self) -> dict[str, Any]:
        """Return what the audit record and the explain view keep."""
        return {
            "fallback": self.fallback.value if self.fallback else None,
            "cut": self.cut or None,
            "prompts": list(self.prompts),
            "evidence": dict(self.keys),
            "decisions": [decision_to_record(decision) for decision in self.decisions],
            "completed_by_quotes": sum(sentence.quoted for sentence in self.sentences),
        }


def decision_to_record(decision: Decision) -> dict[str, Any]:
    """Return a decision as plain data."""
    shown = decision.final
    return {
        "sentence": decision.drafted.text,
        "keys": list(decision.drafted.keys),
        "fate": decision.fate.value,
        "reasons": reasons_to_record(decision.reasons),
        "shown": None if shown is None or shown == decision.drafted else shown.text,
    }


def reasons_to_record(reasons: Sequence[Reason]) -> list[dict[str, str]]:
    """Return reasons as plain data."""
    return [{"code": reason.code.value, "text": reason.text, "message": reason.message} for reason in reasons]
