"""What evidence selection hands on: statements with the reasons they were chosen, and a verdict.

Probabilities are calibrated on development questions (`answer_ranking.yaml`); a verdict is typed, never a mere score.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from assistant.evidence.ranking import Ranked
from assistant.query import Part
from index.types import Statement


class Verdict(StrEnum):
    """What the evidence allows: an answer, an answer that a wanted figure is not available, or none."""

    SUFFICIENT = "sufficient"
    WITHOUT_FIGURE = "without_figure"
    NOT_GIVEN = "not_given"
    UNKNOWN_NAME = "unknown_name"
    NOTHING_ABOUT = "nothing_about"
    NO_ATTRIBUTE = "no_attribute"
    OUT_OF_SCOPE = "out_of_scope"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A statement considered for one part, with its probability of being about what was asked."""

    statement: Statement
    probability: float
    ranked: Ranked | None = None

    @property
    def features(self) -> Mapping[str, float]:
        """Return the features behind its place, by name, with score and share; none where it was not ranked."""
        return self.ranked.as_mapping() if self.ranked else {}


@dataclass(frozen=True, slots=True)
class PartEvidence:
    """What was found for one question of a message, best first; `probability` is that of the chosen answering it."""

    part: Part
    verdict: Verdict
    probability: float
    chosen: tuple[Candidate, ...]
    considered: tuple[Candidate, ...] = ()
    excluded: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found for a message: the parts in order, and the headings nearest to it."""

    parts: tuple[PartEvidence, ...]
    nearest: tuple[Statement, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Return sufficient when any part is; else what stood in the way of the first."""
        verdicts = [part.verdict for part in self.parts]
        for wanted in (Verdict.SUFFICIENT, Verdict.WITHOUT_FIGURE, Verdict.NOT_GIVEN):
            if wanted in verdicts:
                return wanted
        return verdicts[0] if verdicts else Verdict.OUT_OF_SCOPE
