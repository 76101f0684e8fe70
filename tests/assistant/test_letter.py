"""The response letter, read back: pages, tags, title and language, every text of the answer, and hostile text as text."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.letter import DEMONSTRATION, LIMITS, Sender, letter_of, write_letter
from tests.web import script

AT = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
SENDER = Sender("US", "1-800-555-0199", "1-800-555-0100", is_demonstration=True)


def read(pdf: bytes) -> pypdf.PdfReader:
    """The letter, opened."""
    return pypdf.PdfReader(io.BytesIO(pdf))


def words(reader: pypdf.PdfReader) -> str:
    """All of its text with single spaces."""
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def structure(reader: pypdf.PdfReader) -> list[str]:
    """The kinds of elements in the structure tree, in reading order."""
    found: list[str] = []

    def visit(node: Any) -> None:
        node = node.get_object()
        if isinstance(node, list):
            for one in node:
                visit(one)
        elif isinstance(node, dict):
            if "/S" in node:
                found.append(str(node["/S"]))
            if "/K" in node:
                visit(node["/K"])

    visit(reader.trailer["/Root"]["/StructTreeRoot"])
    return found


def test_a_letter_is_tagged_titled_and_in_a_language() -> None:
    reader = read(write_letter(script.answer("What limits aromatase inhibitors?"), AT, SENDER))
    root = reader.trailer["/Root"]
    assert (root["/MarkInfo"]["/Marked"], root["/Lang"]) == (True, "en")
    assert reader.metadata is not None and reader.metadata.title == "Medical information: response to your question"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    kinds = structure(reader)
    assert {"/H1", "/H2", "/L", "/LI", "/P", "/Link"} <= set(kinds)
    assert kinds.count("/H1") == 5, "question, answer, sources, publications, about"
    assert len(reader.pages) == 1


def test_a_letter_says_what_the_answer_says_with_ids_versions_and_dates() -> None:
    answer = script.with_safety("Had to stop after two weeks, what limits AIs?")
    text = words(read(write_letter(answer, AT, SENDER)))
    assert text.index(DEMONSTRATION) < text.index(script.NOTICES["text"]) < text.index("Your question")
    assert "Case MI-2026-000017" in text and answer["question"] in text and answer["answer_id"] in text
    for segment in answer["segments"]:
        assert segment["text"] in text
        assert segment["group"] in text
    for citation in answer["citations"]:
        record = f"Document {citation['doc_id']}, version {citation['version']}, effective {citation['effective_date']}."
        assert record in text and citation["title"] in text
        assert all(reference["citation"] in text for reference in citation["references"])
    for wanted in (LIMITS, "1-800-555-0199", "1-800-555-0100", "corpus c-2026", "November 22, 2026", "Page 1 of"):
        assert wanted in text


def test_a_decline_is_a_letter_without_sources() -> None:
    text = words(read(write_letter(script.declined("Dose of zolvantinib?"), AT, SENDER)))
    assert "I found no approved document that answers this." in text
    assert "Sources" not in text


def test_a_long_answer_keeps_to_two_pages() -> None:
    answer = script.answer("Everything?")
    answer["segments"] = answer["segments"] * 6
    answer["citations"] = [{**one, "n": n + 1} for n, one in enumerate(answer["citations"] * 5)]
    assert len(read(write_letter(answer, AT, SENDER)).pages) == 2


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("#import \"x.typ\": * $x$ *b* <label> @ref `code`", "#import \"x.typ\": * $x$ *b* <label> @ref `code`"),
        ("<script>alert(1)</script> \\u{0} {{7*7}}", "<script>alert(1)</script> \\u{0} {{7*7}}"),
        ("before \u202egnp.exe\u202c after", "before gnp.exe after"),
        ("bell \x07 and null \x00 gone", "bell and null gone"),
        ("a 🧬, a 中 and a ع", "a [U+1F9EC], a [U+4E2D] and a [U+0639]"),
    ],
)  # fmt: skip
def test_hostile_text_is_text(typed: str, shown: str) -> None:
    assert shown in words(read(write_letter(script.answer(typed), AT, SENDER)))


def test_a_hostile_answer_is_text_and_gives_no_links_of_its_own() -> None:
    reader = read(write_letter(script.hostile("x" * 2000), AT, SENDER))
    assert "<img src=x onerror=" in words(reader) and "[77]" in words(reader)
    links = [note.get_object() for page in reader.pages for note in page.get("/Annots", [])]
    assert links and all("/A" not in link or "/URI" not in link["/A"] for link in links), "only from a mark to its source"
    assert "x" * 40 in words(reader).replace("\u200b", "")


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=60))
def test_any_question_gives_a_tagged_letter(question: str) -> None:
    reader = read(write_letter(script.declined(question), AT, SENDER))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"].value is True


def test_a_market_has_its_paper() -> None:
    assert letter_of(script.answer("q"), AT, SENDER)["paper"] == "us-letter"
    assert letter_of(script.answer("q"), AT, Sender("DE"))["paper"] == "a4"
