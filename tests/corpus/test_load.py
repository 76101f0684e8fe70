"""A corpus folder is read whole or refused with file, field and remedy."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from corpus import CorpusError, corpus_sha256, load_corpus
from tests.corpus.builder import BODY, document_text, write_document, write_register


def problem_text(root: Path) -> str:
    with pytest.raises(CorpusError) as caught:
        load_corpus(root)
    return str(caught.value)


def test_a_good_document_is_read_with_its_text_untouched(tmp_path: Path) -> None:
    write_document(tmp_path, document_text(BODY.replace("\n", "\r\n")))
    document = load_corpus(tmp_path).documents[0]
    assert document.text == BODY.replace("\n", "\r\n")
    assert document.effective_date == date(2026, 1, 10)
    assert [reference.n for reference in document.references] == [1, 2]


def test_documents_come_in_id_order_whatever_the_file_names(tmp_path: Path) -> None:
    write_document(tmp_path, document_text(id="T-B"), "a.md")
    write_document(tmp_path, document_text(id="T-A"), "z.md")
    assert [document.doc_id for document in load_corpus(tmp_path).documents] == ["T-A", "T-B"]


def test_review_may_name_who_and_when(tmp_path: Path) -> None:
    write_document(tmp_path, document_text(review={"who": "Review board", "when": "2026-01-05"}))
    assert load_corpus(tmp_path).documents[0].review == "Review board, 2026-01-05"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"title": None}, "title: is missing; add it"),
        ({"titel": "x"}, "titel: is not a known field"),
        ({"status": "aproved"}, "status: is not a known status; use one of draft"),
        ({"effective_date": "2026-02-30"}, "effective_date: is not a date of the calendar"),
        ({"effective_date": 20260101}, "effective_date: is not a date of the calendar"),
        ({"version": 1.0}, "version: must be text; write it in quotes"),
        ({"review_due": "2026-01-10"}, "review_due 2026-01-10 is not after effective_date"),
        ({"expires_date": "2025-01-10"}, "expires_date 2025-01-10 is not after effective_date"),
        ({"market": []}, "market: is empty"),
        ({"market": ["usa"]}, "market.0:"),
        ({"type": "poem"}, "type: Input should be 'page'"),
        ({"references": [{"n": 1, "citation": "A"}]}, "the mark [^2] has no reference 2"),
        ({"references": [{"n": 1, "citation": "A"}, {"n": 1, "citation": "B"}]}, "number 1 is given twice"),
        ({"references": [{"n": 1, "citation": "A", "url": "javascript:x"}]}, "references.0.url:"),
    ],
)
def test_wrong_front_matter_names_file_field_and_remedy(tmp_path: Path, changes: dict[str, Any], expected: str) -> None:
    write_document(tmp_path, document_text(**changes))
    message = problem_text(tmp_path)
    assert expected in message
    assert message.startswith("documents/test-topic/t-one.md")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("# No front matter\n", "has no front matter"),
        ("---\nid: T-ONE\ntitle: Half\n", "the front matter is not closed"),
        (document_text(""), "has no text after the front matter"),
        (document_text().replace("title:", "title: 'x"), "cannot be read as YAML"),
        (document_text().replace("id: T-ONE", "id: T-ONE\nid: T-TWO"), "the key 'id' is written twice"),
        ("---\n- a\n---\ntext\n", "must be a mapping of fields"),
    ],
)
def test_broken_files_are_refused(tmp_path: Path, content: str, expected: str) -> None:
    write_document(tmp_path, content)
    assert expected in problem_text(tmp_path)


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    write_document(tmp_path, document_text()).write_bytes(document_text("# Caf\u00e9\n").encode("latin-1"))
    assert "is not UTF-8; save the file as UTF-8" in problem_text(tmp_path)


def test_duplicate_ids_name_both_files(tmp_path: Path) -> None:
    write_document(tmp_path, document_text(), "a.md")
    write_document(tmp_path, document_text(), "b.md")
    assert "b.md: id: 'T-ONE' is already the id of documents/test-topic/a.md" in problem_text(tmp_path)


def test_all_problems_of_all_files_are_reported_at_once(tmp_path: Path) -> None:
    write_document(tmp_path, document_text(id="T-A", title=None, owner=None), "a.md")
    write_document(tmp_path, "nothing", "b.md")
    assert len(problem_text(tmp_path).splitlines()) == 3


def test_a_folder_without_documents_is_refused(tmp_path: Path) -> None:
    assert "give a corpus folder" in problem_text(tmp_path / "missing")


def test_register_entries_are_attached_to_their_document(tmp_path: Path) -> None:
    write_document(tmp_path, document_text())
    write_register(tmp_path, [{"statement": "Placebo helped 2%.", "facts": ["f1"], "questions": ["did placebo help?"]}])
    (entry,) = load_corpus(tmp_path).register
    assert (entry.doc_id, entry.facts, entry.questions) == ("T-ONE", ("f1",), ("did placebo help?",))


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("Placebo helped 3%.", "occurs 0 times in T-ONE, not once; copy it from the document"),
        ("helped", "occurs 2 times in T-ONE, not once"),
        ("", "statement: is empty"),
    ],
)
def test_a_register_statement_must_occur_exactly_once(tmp_path: Path, statement: str, expected: str) -> None:
    write_document(tmp_path, document_text())
    write_register(tmp_path, [{"statement": statement}])
    assert expected in problem_text(tmp_path)


def test_a_register_for_another_document_or_version_is_refused(tmp_path: Path) -> None:
    write_document(tmp_path, document_text())
    write_register(tmp_path, [{"statement": "Placebo helped 2%."}], document="T-TWO", name="two")
    write_register(tmp_path, [{"statement": "Placebo helped 2%."}], version="0.9")
    message = problem_text(tmp_path)
    assert "no document has the id 'T-TWO'" in message
    assert "is for version 0.9, the document is 1.0" in message


def test_two_entries_or_two_files_for_the_same_thing_are_refused(tmp_path: Path) -> None:
    write_document(tmp_path, document_text())
    entry = {"statement": "Placebo helped 2%."}
    write_register(tmp_path, [entry], name="again")
    write_register(tmp_path, [entry])
    assert "has two register files" in problem_text(tmp_path)
    write_register(tmp_path, [entry, entry])
    assert "has two entries" in problem_text(tmp_path)


def test_the_hash_changes_with_any_file_that_can_change_an_answer(tmp_path: Path) -> None:
    write_document(tmp_path, document_text())
    first = load_corpus(tmp_path).sha256
    assert corpus_sha256(tmp_path) == first
    (tmp_path / "glossary.yaml").write_text("terms: []\n")
    second = corpus_sha256(tmp_path)
    write_document(tmp_path, document_text(BODY.replace("12.5", "12.6")))
    assert len({first, second, corpus_sha256(tmp_path)}) == 3


def test_a_byte_order_mark_is_not_part_of_the_text(tmp_path: Path) -> None:
    write_document(tmp_path, "\ufeff" + document_text())
    assert load_corpus(tmp_path).documents[0].text == BODY
