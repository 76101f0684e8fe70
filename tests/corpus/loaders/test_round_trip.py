"""The project's own documents as Word, PDF and slides by LibreOffice: the words, cells, marks and places come back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from functools import cache

import pypdfium2
import pytest

from corpus import Document, load_corpus
from corpus.frontmatter import parse_document
from corpus.loaders import Governance, parse_bytes, render_file
from index.blocks import BlockKind, cells_of, split_blocks
from index.chunking import chunk_document
from tests.corpus.loaders.builder import TODAY
from tests.corpus.loaders.office import SOFFICE, convert, slide_texts, write_html, write_slides

pytestmark = [
    pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed"),
    pytest.mark.slow,
]
DOCUMENTS = {document.doc_id: document for document in load_corpus().documents if document.topic == "hr-her2-mbc"}
WORDS_KEPT = 0.99
_MARK = re.compile(r"\[\^\d+\]")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Mapping[str, bytes]]:
    """Every document as docx, pdf and pptx."""
    folder = tmp_path_factory.mktemp("office")
    pages = []
    for document in DOCUMENTS.values():
        page = folder / f"{document.doc_id}.html"
        page.write_text(write_html(document), encoding="utf-8")
        (folder / f"{document.doc_id}.pptx").write_bytes(write_slides(document))
        pages.append(page)
    words = convert(pages, "docx:MS Word 2007 XML", folder, reader="HTML (StarWriter)")
    convert(words, "pdf", folder)
    # Slides go through LibreOffice too, so that they are its and not the writer's own.
    drawn = convert([folder / f"{name}.pptx" for name in DOCUMENTS], "odp", folder)
    convert(drawn, "pptx", folder)
    return {end: {name: (folder / f"{name}.{end}").read_bytes() for name in DOCUMENTS} for end in ("docx", "pdf", "pptx")}


def words_of(text: str) -> list[str]:
    """The words of a document's Markdown without marks, places and table borders."""
    text = re.sub(r"(?m)^(?:\[at\]: .*|\|[-|]+\|)$", "", _MARK.sub("", text))
    return re.findall(r"[^\s|#]+", re.sub(r"(?m)^\s*- ", "", text))


def rows_of(text: str) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    return [
        (block.headers, cells_of(_MARK.sub("", text[block.start : block.end])))
        for block in split_blocks(text)
        if block.kind is BlockKind.ROW
    ]


@cache
def draft_of(data: bytes, name: str, end: str) -> Document:
    parsed = parse_bytes(data, f"{name}.{end}")
    governance = Governance(name, "hr-her2-mbc", TODAY, "US", "Medical Information", f"{name}.{end}")
    return parse_document(render_file(parsed, governance).encode(), name)


def without_repeated_titles(text: str, end: str) -> list[str]:
    """Slides repeat their title on every slide of a section; the original says it once."""
    if end != "pptx":
        return words_of(text)
    lines: list[str] = []
    for line in text.split("\n"):
        if not (
            line.startswith("#") and line.lstrip("# ") in {seen.lstrip("# ") for seen in lines[-40:] if seen.startswith("#")}
        ):
            lines.append(line)
    return words_of("\n".join(lines))


@pytest.mark.parametrize("end", ["docx", "pdf", "pptx"])
@pytest.mark.parametrize("name", DOCUMENTS)
def test_words_cells_and_references_come_back(office: Mapping[str, Mapping[str, bytes]], name: str, end: str) -> None:
    original, draft = DOCUMENTS[name], draft_of(office[end][name], name, end)
    before, after = words_of(original.text), without_repeated_titles(draft.text, end)
    matched = sum(block.size for block in SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks())
    assert matched / len(before) >= WORDS_KEPT
    assert matched / len(after) >= 0.95
    assert [row for row in rows_of(original.text) if row not in rows_of(draft.text)] == []
    assert [entry.n for entry in draft.references] == [entry.n for entry in original.references]


@pytest.mark.parametrize("end", ["docx", "pdf", "pptx"])
@pytest.mark.parametrize("name", DOCUMENTS)
def test_marks_stay_with_their_statements(office: Mapping[str, Mapping[str, bytes]], name: str, end: str) -> None:
    draft = draft_of(office[end][name], name, end)
    numbers = {" ".join(s.text.split()): set(s.reference_numbers) for s in chunk_document(draft).statements}
    before = [
        s for s in chunk_document(DOCUMENTS[name]).statements if s.reference_numbers and " ".join(s.text.split()) in numbers
    ]
    kept = [s for s in before if numbers[" ".join(s.text.split())] == set(s.reference_numbers)]
    assert len(kept) >= 0.98 * len(before)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_statement_of_a_pdf_has_the_page_on_which_it_begins(office: Mapping[str, Mapping[str, bytes]], name: str) -> None:
    pdf = pypdfium2.PdfDocument(office["pdf"][name])
    pages = [plain(page.get_textpage().get_text_range()) for page in pdf]
    statements = chunk_document(draft_of(office["pdf"][name], name, "pdf")).statements
    wrong = [(s.locator.page, s.text) for s in statements if not begins_on(s.text, s.locator.page or 0, pages)]
    assert wrong == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_statement_of_slides_has_its_slide(office: Mapping[str, Mapping[str, bytes]], name: str) -> None:
    slides = [plain(text) for text in slide_texts(office["pptx"][name])]
    statements = chunk_document(draft_of(office["pptx"][name], name, "pptx")).statements
    wrong = [(s.locator.slide, s.text) for s in statements if beginning(s.text) not in slides[(s.locator.slide or 0) - 1]]
    assert wrong == []


def begins_on(statement: str, page: int, pages: Sequence[str]) -> bool:
    """Whether a statement begins on a page, whatever part of it stands on the next."""
    here, following = pages[page - 1], "".join(pages[page : page + 1])
    return 0 <= f"{here}{following}".find(beginning(statement)) < len(here)


def plain(text: str) -> str:
    """Letters and figures only: line ends, hyphens at them and private marks do not count."""
    return re.sub(r"[\W_]", "", text)


def beginning(statement: str) -> str:
    """The first letters of a statement, before its first mark or the header of its second cell."""
    return plain(re.split(r" — ", statement)[0])[:30]
