"""Documents, passages and statements of a generation on disk (JSON), so that serving parses no Markdown and no YAML."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from corpus.types import Document
from index.errors import BUILD_COMMAND, IndexStale
from index.types import Passage, Statement

FILE = "content.json"


@dataclass(frozen=True, slots=True)
class Content:
    """What is indexed: documents in `doc_id` order; passages and statements in document order."""

    documents: tuple[Document, ...]
    passages: tuple[Passage, ...]
    statements: tuple[Statement, ...]


def save_content(folder: Path, content: Content) -> None:
    """Write the content of a generation."""
    (folder / FILE).write_bytes(TypeAdapter(Content).dump_json(content))


def load_content(folder: Path) -> Content:
    """Read the content of a generation.

    Raises:
        IndexStale: written by another version of this program.
    """
    try:
        return TypeAdapter(Content).validate_json((folder / FILE).read_bytes())
    except (OSError, ValidationError) as error:
        raise IndexStale(f"the content of the index in {folder} cannot be read; run `{BUILD_COMMAND}`") from error
