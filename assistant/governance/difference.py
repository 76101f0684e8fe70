"""How two states of the content differ, statement by statement: what a reviewer of a release reads.

A side is a release, what serves (`live`), the content as it stands (`content`), or one version of a document (`DOC@2.0`).
Statements of a document are set against each other in their order; one that was reworded in place counts as changed. What its
front matter says (version, dates, market and the like) is compared beside them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from assistant.errors import NotFound
from assistant.governance.desk import ContentDesk, find_version
from assistant.settings import Settings
from corpus import Document, Reference
from corpus.lifecycle import servable_documents
from index.chunking import chunk_document
from index.content import load_content
from index.manifest import GENERATIONS, read_current
from index.releases import read_releases
from index.types import Statement

LIVE = "live"
CONTENT = "content"
FIELDS = (
    "version", "title", "type", "status", "review", "effective_date", "review_due", "expires_date", "market", "audience",
    "owner", "speaker", "references",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: its name, its documents, and the statements of each."""

    name: str
    documents: Mapping[str, Document]
    statements: Mapping[str, Sequence[Statement]]


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference. `change` is "added", "removed" or "changed" for a statement, "front matter" for a field of a document
    that is on both sides; `before` and `after` are "" where there is nothing.

    `section` is the heading path, or the name of the field; a document that is on one side only has one difference for each of
    its statements.
    """

    doc_id: str
    change: str
    section: str
    before: str
    after: str


def read_side(name: str, settings: Settings, desk: ContentDesk) -> Side:
    """Return a side by its name.

    Raises:
        NotFound: there is no such release, document or version.
    """
    if name == CONTENT:
        documents = servable_documents(desk.corpus(), desk.today(), settings.market)
        return _of_documents(name, documents)
    doc_id, _, version = name.partition("@")
    if version:
        return _of_documents(name, [find_version(desk.corpus(), doc_id, version)])
    if name == LIVE:
        folder, _ = read_current(settings.index_dir)
    else:
        named = [release for release in read_releases(settings.index_dir) if release.release_id == name]
        if not named:
            raise NotFound(f"there is no release {name!r}; give a release, `live`, `content` or DOC@VERSION")
        folder = settings.index_dir / GENERATIONS / named[-1].generation
        if not folder.is_dir():
            raise NotFound(f"the files of release {name} are not kept any more")
    content = load_content(folder)
    return _side(name, content.documents, content.statements)


def compare_parts(before: Side, after: Side) -> Iterator[Difference]:
    """Yield the differences, in the order of documents and statements."""
    for doc_id in sorted({*before.documents, *after.documents}):
        if doc_id in before.documents and doc_id in after.documents:
            yield from _compare_fields(before.documents[doc_id], after.documents[doc_id])
        yield from _compare(doc_id, before.statements.get(doc_id, ()), after.statements.get(doc_id, ()))


def _of_documents(name: str, documents: Sequence[Document]) -> Side:
    return _side(name, documents, [statement for document in documents for statement in chunk_document(document).statements])


def _side(name: str, documents: Sequence[Document], statements: Sequence[Statement]) -> Side:
    owned: dict[str, list[Statement]] = {document.doc_id: [] for document in documents}
    for statement in statements:
        owned[statement.doc_id].append(statement)
    return Side(name, {document.doc_id: document for document in documents}, owned)


def _compare_fields(before: Document, after: Document) -> Iterator[Difference]:
    for name in FIELDS:
        old, new = _printed(getattr(before, name)), _printed(getattr(after, name))
        if old != new:
            yield Difference(before.doc_id, "front matter", name, old, new)


def _printed(value: object) -> str:
    if isinstance(value, tuple):
        return "; ".join(entry.citation if isinstance(entry, Reference) else str(entry) for entry in value)
    return "" if value is None else str(value)


def _compare(doc_id: str, before: Sequence[Statement], after: Sequence[Statement]) -> Iterator[Difference]:
    old_texts, new_texts = ([(s.heading_path, s.text) for s in side] for side in (before, after))
    for tag, a, b, c, d in SequenceMatcher(None, old_texts, new_texts, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        old, new = before[a:b], after[c:d]
        for position in range(max(len(old), len(new))):
            yield _difference(
                doc_id, old[position] if position < len(old) else None, new[position] if position < len(new) else None
            )


def _difference(doc_id: str, before: Statement | None, after: Statement | None) -> Difference:
    change = "added" if before is None else "removed" if after is None else "changed"
    named = after or before
    assert named is not None
    texts = ("" if before is None else before.text, "" if after is None else after.text)
    return Difference(doc_id, change, " > ".join(named.heading_path), *texts)
