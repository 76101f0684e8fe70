"""What the console needs of the evaluation, and how it is found: an entry point, because nothing here may import `eval`.

Without the evaluation installed the console says so and everything else works.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from typing import Any, Protocol

from assistant.settings import Settings

GROUP, NAME = "medinfo.evaluation", "desk"


@dataclass(frozen=True, slots=True)
class RunLine:
    """A stored run as the list shows it. `is_finished` is false for one that was interrupted."""

    run_id: str
    task: str
    label: str
    dataset: str
    n: int
    started_at: str
    commit: str
    is_finished: bool
    compares_with: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """An answer to be read. `own` is what this reader said before, `readers` how many have read it."""

    sample_id: str
    turns: tuple[str, ...]
    outcome: str
    sentences: tuple[str, ...]
    sources: tuple[str, ...]
    own: str = ""
    note: str = ""
    readers: int = 0


@dataclass(frozen=True, slots=True)
class AgreementLine:
    """How two readers agree on what both have read: a share in [0, 1], Cohen's kappa with its 95 % interval if defined."""

    readers: tuple[str, str]
    n: int
    observed: float
    kappa: float | None
    interval: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """What one reader sees of a run: items of one page, how many there are, and agreement over all that two have read."""

    run: RunLine
    items: tuple[ReviewItem, ...]
    total: int
    labelled: int
    agreements: tuple[AgreementLine, ...]
    labels: Mapping[str, str] = field(default_factory=dict)


class EvaluationDesk(Protocol):
    """The evaluation behind the console."""

    def runs(self) -> Sequence[RunLine]:
        """Return the stored runs, newest first."""
        ...

    def report(self, a: str, b: str) -> str:
        """Return the comparison of two runs as one HTML document; `BadInput` when they do not compare."""
        ...

    def review(self, run_id: str, reader: str, page: int) -> ReviewPage:
        """Return a page (from 1) of the answers of a run; one reader never sees another's labels."""
        ...

    def label(self, run_id: str, sample_id: str, reader: str, label: str, note: str) -> None:
        """Keep a reader's label."""
        ...

    def export(self, run_id: str) -> str:
        """Return the reviewed questions with all labels as JSON lines, to be kept as a set."""
        ...


def open_evaluation(settings: Settings) -> EvaluationDesk | None:
    """Return the installed evaluation over the settings' data directory; None where there is none."""
    for point in entry_points(group=GROUP, name=NAME):
        opener: Any = point.load()
        desk: EvaluationDesk = opener(settings)
        return desk
    return None
