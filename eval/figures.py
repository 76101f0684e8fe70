"""Whether the figures that a document prints are those of the checked facts its statements are registered under.

A question set sees an altered number only if it asks for that number; this looks at every statement. The table of figures is
data made from the fact files (`datasets/figures.yaml`), never from the documents. It knows figures, not what they are figures
of: two numbers of one trial that change places go unseen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from eval.answer_measures import canonical_fact
from eval.datasets import PACKAGED, DatasetError, Header, read_header, read_yaml
from eval.scores import Sample, Score, scored, unscored
from index.types import Statement

# Names with digits in them, and the level of an interval, are no figures of a result.
_NAMES = re.compile(r"CDK\s?4/6|\b9[05]\s?%(?=\s(?:CI|confidence))|\bNCT\d+|\bISRCTN\d+|\bVV-MED-\d+", re.IGNORECASE)
_FIGURE = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?|\.\d+")


class FigureTable(BaseModel):
    """Figures by fact id."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    version: int
    owner: str
    purpose: str
    provenance: str
    fields: str = ""
    figures: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class FigureSet:
    """The table under its header."""

    header: Header
    figures: Mapping[str, frozenset[str]]

    def of(self, facts: Iterable[str]) -> frozenset[str] | None:
        """Return the figures of these facts together; None when one of them is not in the table."""
        found: set[str] = set()
        for fact in facts:
            figures = self._of_one(canonical_fact(fact))
            if figures is None:
                return None
            found |= figures
        return frozenset(found)

    def _of_one(self, fact: str) -> frozenset[str] | None:
        entries = [figures for name, figures in self.figures.items() if name == fact or name.startswith(f"{fact}/")]
        return frozenset().union(*entries) if entries else None


def load_figures(path: Path | None = None) -> FigureSet:
    """Read the table of figures, the packaged one by default.

    Raises:
        DatasetError: the file is missing or of another shape.
    """
    path = path or PACKAGED / "figures.yaml"
    data = read_yaml(path)
    try:
        table = FigureTable.model_validate(data)
    except ValidationError as error:
        raise DatasetError(f"{path}: {error.errors()[0]['msg']}") from error
    figures: dict[str, frozenset[str]] = {}
    for fact, found in table.figures.items():
        name = canonical_fact(fact)
        figures[name] = figures.get(name, frozenset()) | frozenset(found)
    return FigureSet(read_header(path, data), figures)


def figures_of(text: str) -> frozenset[str]:
    """Return the figures in a text in one form: no thousands separators, no leading zeros of whole numbers, `.05` as `0.05`.

    Digits that belong to a word (ESR1, 2L) are left out.
    """
    text = _NAMES.sub(" ", text.replace("·", "."))
    found = set()
    for match in _FIGURE.finditer(text):
        before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        if not before.isalpha() and not after.isalpha():
            found.add(_normal(match.group().replace(",", "")))
    return frozenset(found)


def _normal(figure: str) -> str:
    if figure.startswith("."):
        return f"0{figure}"
    return figure if "." in figure else figure.lstrip("0") or "0"


def judge_statements(statements: Sequence[Statement], table: FigureSet) -> list[Sample]:
    """Return a sample for every statement that prints a figure, in the order given."""
    samples = []
    for statement in statements:
        printed = figures_of(statement.text)
        if printed:
            samples.append(_sample(statement, printed, table.of(statement.facts) if statement.facts else None))
    return samples


def _sample(statement: Statement, printed: frozenset[str], known: frozenset[str] | None) -> Sample:
    strange = sorted(printed - known) if known is not None else []
    score: Score = unscored("a fact of the statement is not in the table") if known is None else scored(not strange)
    notes = [f"{', '.join(strange)} not among the figures of {', '.join(statement.facts)}"] if strange else []
    return Sample(
        id=statement.statement_id,
        turns=(statement.text,),
        tags={"kind": "statement", "document": statement.doc_id},
        status="ok",
        record={"doc_id": statement.doc_id, "facts": list(statement.facts)},
        scores={"figures_checked": score},
        details={"notes": notes},
    )
