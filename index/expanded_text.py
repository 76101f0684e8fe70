"""The text behind each unit: what is embedded and what is tokenised for passages, headings, statements and documents.

Every passage is read under its document's title and headings (contextual chunk headers: on a medical set with titles this took
dense nDCG@10 from 0.678 to 0.753). Register questions widen what a statement is found by (document expansion, Nogueira et al.
2019, arXiv 1904.08375); they are indexed, never shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from corpus.types import Document
from index.tokens import tokenise
from index.types import Passage, Statement

# Words of the headings count this often in the lexical arm (a field weight as in BM25F).
HEADING_REPEATS = 3
JOINT = " > "


class StatementWords(NamedTuple):
    """Index words of a statement: of its text, and of the questions it answers."""

    text: list[str]
    questions: list[str]


def heading_text(document: Document, heading_path: Sequence[str]) -> str:
    """Return title and headings on one line."""
    return JOINT.join((document.title, *heading_path))


def passage_text(document: Document, passage: Passage, statements: Sequence[Statement]) -> str:
    """Return what is embedded for a passage: its headings, then its statements as they are read (no marks, no Markdown)."""
    return "\n".join((heading_text(document, passage.heading_path), " ".join(statement.text for statement in statements)))


def words_of(statement: Statement) -> StatementWords:
    """Return the index words of a statement's text and of the questions it answers."""
    questions = [token for question in statement.questions for token in tokenise(question)]
    return StatementWords(tokenise(statement.text), questions)


def passage_tokens(document: Document, passage: Passage, words: Sequence[StatementWords]) -> list[str]:
    """Return the index words of a passage: headings, its statements, and the questions these answer."""
    headings = tokenise(heading_text(document, passage.heading_path))
    texts = [token for own in words for token in own.text]
    questions = [token for own in words for token in own.questions]
    return headings * HEADING_REPEATS + texts + questions


def statement_tokens(statement: Statement, words: StatementWords) -> list[str]:
    """Return the index words of a statement: its nearest heading, its text, and the questions it answers."""
    heading = [token for part in statement.heading_path[-1:] for token in tokenise(part)]
    return heading + words.text + words.questions


def tokens_of(document: Document, passages: Sequence[Passage], statements: Sequence[Statement]) -> dict[str, list[list[str]]]:
    """Return the index words of the passages and of the statements of one document, in their order."""
    words = {statement.statement_id: words_of(statement) for statement in statements}
    owned = [[words[statement_id] for statement_id in passage.statement_ids] for passage in passages]
    return {
        "passages": [passage_tokens(document, passage, own) for passage, own in zip(passages, owned, strict=True)],
        "statements": [statement_tokens(statement, words[statement.statement_id]) for statement in statements],
    }
