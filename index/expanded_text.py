"""The text behind each unit: what is embedded and what is tokenised for passages, headings, statements and documents.

Every passage is read under its document's title and headings (contextual chunk headers: on a medical set with titles this took
dense nDCG@10 from 0.678 to 0.753). Register questions widen what a statement is found by (document expansion, Nogueira et al.
2019, arXiv 1904.08375); they are indexed, never shown.
"""

from __future__ import annotations

from collections.abc import Sequence

from corpus.types import Document
from index.tokens import tokenise
from index.types import Passage, Statement

# Words of the headings count this often in the lexical arm (a field weight as in BM25F).
HEADING_REPEATS = 3
JOINT = " > "


def heading_text(document: Document, heading_path: Sequence[str]) -> str:
    """Return title and headings on one line."""
    return JOINT.join((document.title, *heading_path))


def passage_text(document: Document, passage: Passage, statements: Sequence[Statement]) -> str:
    """Return what is embedded for a passage: its headings, then its statements as they are read (no marks, no Markdown)."""
    return "\n".join((heading_text(document, passage.heading_path), " ".join(statement.text for statement in statements)))


def passage_tokens(document: Document, passage: Passage, statements: Sequence[Statement]) -> list[str]:
    """Return the index words of a passage: headings, statements, and the questions these answer."""
    headings = tokenise(heading_text(document, passage.heading_path))
    words = [token for statement in statements for token in tokenise(statement.text)]
    questions = [token for statement in statements for question in statement.questions for token in tokenise(question)]
    return headings * HEADING_REPEATS + words + questions


def statement_tokens(statement: Statement) -> list[str]:
    """Return the index words of a statement: its nearest heading, its text, and the questions it answers."""
    parts = (*statement.heading_path[-1:], statement.text, *statement.questions)
    return [token for part in parts for token in tokenise(part)]
