"""What is wrong with a corpus: one error that carries every problem found, each with its file, its field and the remedy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to mend: `file` relative to the corpus folder, `field` a dotted path (or ""), `message` with the remedy."""

    file: str
    field: str
    message: str

    def __str__(self) -> str:
        """Return the problem on one line."""
        place = f"{self.file}: {self.field}" if self.field else self.file
        return f"{place}: {self.message}"


class CorpusError(Exception):
    """The corpus cannot be used as it stands; `problems` lists everything found, in file order. Never raised empty."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
