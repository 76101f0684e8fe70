"""Reference marks that are printed once and meant for more: those of a line that leads into a list, of a figure's
description.

A lead-in that ends with a colon lends its marks to every item without its own. The paragraph right under a figure describes
it as one statement: marks that stand only at its end are meant for the figure and for every sentence of the description.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from corpus.loaders.marks import marks_of, strip_marks, write_marks
from corpus.loaders.sentences import split_statements
from corpus.loaders.types import Finding, Outcome, Part, PartKind


def lend_marks(parts: Sequence[Part]) -> tuple[list[Part], list[Finding]]:
    """Return the parts with lent marks, and a doubtful finding for each figure that was lent some."""
    result: list[Part] = []
    findings: list[Finding] = []
    lent: tuple[int, ...] = ()
    for part in parts:
        if part.kind is PartKind.ITEM:
            result.append(part if marks_of(part.text) else replace(part, text=f"{part.text}{write_marks(lent)}"))
            continue
        is_lead_in = part.kind is PartKind.PARAGRAPH and strip_marks(part.text).rstrip().endswith(":")
        lent = marks_of(part.text) if is_lead_in else ()
        if result and result[-1].kind is PartKind.FIGURE and _is_description(part):
            part = _lend_to_figure(result, part, findings)  # noqa: PLW2901
        result.append(part)
    return result, findings


def _is_description(part: Part) -> bool:
    statements = split_statements(part.text)
    return part.kind is PartKind.PARAGRAPH and bool(marks_of(part.text)) and not marks_of("".join(statements[:-1]))


def _lend_to_figure(result: list[Part], description: Part, findings: list[Finding]) -> Part:
    figure, marks = result[-1], marks_of(description.text)
    reason = "marks at the end of a figure's description taken for all of it"
    findings.append(Finding(Outcome.DOUBTFUL, reason, write_marks(marks), description.origin))
    if not marks_of(figure.text):
        result[-1] = replace(figure, text=f"{figure.text}{write_marks(marks)}")
    statements = [
        statement if marks_of(statement) else _marked(statement, marks) for statement in split_statements(description.text)
    ]
    return replace(description, text="".join(statements))


def _marked(statement: str, marks: Sequence[int]) -> str:
    text = statement.rstrip()
    return f"{text}{write_marks(marks)}{statement[len(text) :]}"
