"""Documents, passages and statements of a generation on disk: one line of JSON a document, so that serving parses no Markdown
and no YAML, and a build copies the lines of documents that did not change without reading them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config

from corpus.types import ApprovedAnswer, Document
from index.errors import BUILD_COMMAND, IndexStale
from index.types import Passage, Statement

FILE = "content.jsonl"
ANSWERS = "answers.json"
LAYOUT = "layout.json"


@dataclass(frozen=True, slots=True)
class Part:
    """What is indexed of one document, in its order."""

    document: Document
    passages: tuple[Passage, ...]
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Content:
    """What is indexed: documents in `doc_id` order; passages and statements in document order."""

    documents: tuple[Document, ...]
    passages: tuple[Passage, ...]
    statements: tuple[Statement, ...]


@with_config(ConfigDict(extra="forbid"))
@dataclass(frozen=True, slots=True)
class Layout:
    """Where the documents of a generation are in its files.

    Attributes:
        keys: what each document's part was made from; equal keys, equal parts.
        line_bytes: length of each document's line in `content.jsonl`, its line feed included.
        passages, statements, questions: how many of them each document has.
        stores: the file of vectors behind each table.
        collection: name of the nearest-neighbour collection; empty when every search is exact.
    """

    keys: tuple[str, ...]
    line_bytes: tuple[int, ...]
    passages: tuple[int, ...]
    statements: tuple[int, ...]
    questions: tuple[int, ...]
    stores: Mapping[str, str]
    collection: str = ""


def dump_part(part: Part) -> bytes:
    """Return the line of a part."""
    return TypeAdapter(Part).dump_json(part) + b"\n"


def save_layout(folder: Path, layout: Layout) -> None:
    """Write the layout of a generation."""
    (folder / LAYOUT).write_bytes(TypeAdapter(Layout).dump_json(layout))


def load_layout(folder: Path) -> Layout:
    """Read the layout of a generation.

    Raises:
        IndexStale: written by another version of this program.
    """
    try:
        return TypeAdapter(Layout).validate_json((folder / LAYOUT).read_bytes())
    except (OSError, ValidationError) as error:
        raise IndexStale(f"the layout of the index in {folder} cannot be read; run `{BUILD_COMMAND}`") from error


def save_answers(folder: Path, answers: Sequence[ApprovedAnswer]) -> None:
    """Write the approved answers of a generation."""
    (folder / ANSWERS).write_bytes(TypeAdapter(list[ApprovedAnswer]).dump_json(list(answers)))


def load_answers(folder: Path) -> tuple[ApprovedAnswer, ...]:
    """Read the approved answers of a generation; none where it was built without.

    Raises:
        IndexStale: written by another version of this program.
    """
    try:
        return tuple(TypeAdapter(list[ApprovedAnswer]).validate_json((folder / ANSWERS).read_bytes()))
    except FileNotFoundError:
        return ()
    except (OSError, ValidationError) as error:
        raise IndexStale(f"the approved answers in {folder} cannot be read; run `{BUILD_COMMAND}`") from error


def find_documents(folder: Path, doc_id: str) -> tuple[Document, ...]:
    """Return the document, or approved answer, of a generation that has this id (in any case), parsing nothing else.

    Raises:
        IndexStale: written by another version of this program.
    """
    named = f'"doc_id":"{doc_id.casefold()}"'.encode()
    try:
        lines = [line for line in (folder / FILE).read_bytes().splitlines() if named in line.lower()]
        parts = TypeAdapter(list[Part]).validate_json(b"[" + b",".join(lines) + b"]")
    except (OSError, ValidationError) as error:
        raise IndexStale(f"the content of the index in {folder} cannot be read; run `{BUILD_COMMAND}`") from error
    documents = (*(part.document for part in parts), *(answer.document for answer in load_answers(folder)))
    return tuple(document for document in documents if document.doc_id.casefold() == doc_id.casefold())


def load_content(folder: Path) -> Content:
    """Read the content of a generation.

    Raises:
        IndexStale: written by another version of this program.
    """
    try:
        lines = (folder / FILE).read_bytes().splitlines()
        parts = TypeAdapter(list[Part]).validate_json(b"[" + b",".join(lines) + b"]")
    except (OSError, ValidationError) as error:
        raise IndexStale(f"the content of the index in {folder} cannot be read; run `{BUILD_COMMAND}`") from error
    return Content(
        documents=tuple(part.document for part in parts),
        passages=tuple(passage for part in parts for passage in part.passages),
        statements=tuple(statement for part in parts for statement in part.statements),
    )
