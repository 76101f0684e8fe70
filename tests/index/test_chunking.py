"""Documents become passages and statements whose offsets prove the quote."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corpus import LocatorType, RegisterEntry
from index.chunking import MAX_PASSAGE_CHARS, chunk_document
from index.types import StatementKind
from tests.index.builder import make_document

BODY = """# Testimab

Opening statement.

## TRIAL-1: testimab versus placebo

### Key result

Testimab helped 12.5% (p=.0005).[^1][^2] Placebo helped 2%.[^2]
It was safe vs. placebo.

- Rash in 5%. It was mild.[^1]
- Nausea in 7%

### Table of limits

| Limit | AIs | SERDs |
|:---|---|---|
| Partial agonism at the ER[^3] | No | Yes (IM) |
| Extra visits | | Yes \\| no |
"""


def test_statements_are_sentences_items_and_rows_with_their_marks() -> None:
    document = make_document(BODY)
    found = [(s.kind, s.text, s.reference_numbers) for s in chunk_document(document).statements]
    assert found == [
        (StatementKind.SENTENCE, "Opening statement.", ()),
        (StatementKind.SENTENCE, "Testimab helped 12.5% (p=.0005).", (1, 2)),
        (StatementKind.SENTENCE, "Placebo helped 2%.", (2,)),
        (StatementKind.SENTENCE, "It was safe vs. placebo.", ()),
        (StatementKind.ITEM, "Rash in 5%. It was mild.", (1,)),
        (StatementKind.ITEM, "Nausea in 7%", ()),
        (StatementKind.TABLE_ROW, "Partial agonism at the ER — AIs: No; SERDs: Yes (IM)", (3,)),
        (StatementKind.TABLE_ROW, "Extra visits — SERDs: Yes | no", ()),
    ]


def test_a_row_keeps_its_header_its_caption_and_its_source_span() -> None:
    document = make_document(BODY)
    row = next(s for s in chunk_document(document).statements if s.row)
    assert row.row is not None
    assert row.row.headers == ("Limit", "AIs", "SERDs")
    assert row.row.cells == ("Partial agonism at the ER", "No", "Yes (IM)")
    assert row.row.caption == "Table of limits"
    assert document.text[row.start : row.end] == "| Partial agonism at the ER[^3] | No | Yes (IM) |"


def test_heading_paths_leave_out_the_title_unless_nothing_stands_below_it() -> None:
    chunks = chunk_document(make_document(BODY))
    assert [p.heading_path for p in chunks.passages] == [
        ("Testimab",),
        ("TRIAL-1: testimab versus placebo", "Key result"),
        ("TRIAL-1: testimab versus placebo", "Table of limits"),
    ]
    assert "| Limit | AIs | SERDs |" in chunks.passages[2].text
    assert chunk_document(make_document("No heading.")).passages[0].heading_path == ("Testimab in second line",)


def test_an_item_with_marks_between_its_sentences_is_cut_there() -> None:
    found = chunk_document(make_document("- One.[^1] Two.[^2]\n")).statements
    assert [(s.text, s.reference_numbers, s.kind) for s in found] == [
        ("One.", (1,), StatementKind.ITEM),
        ("Two.", (2,), StatementKind.ITEM),
    ]


def test_register_entries_reach_their_statement_by_its_words_or_its_row() -> None:
    document = make_document(BODY)
    register = [
        RegisterEntry("T-ONE", "Placebo helped 2%.", ("f1",), ("did placebo work?",)),
        RegisterEntry("T-ONE", "Partial agonism at the ER[^3] | No", ("f2",), ("partial agonists?",)),
    ]
    found = {s.text: (s.facts, s.questions) for s in chunk_document(document, register).statements if s.facts}
    assert found == {
        "Placebo helped 2%.": (("f1",), ("did placebo work?",)),
        "Partial agonism at the ER — AIs: No; SERDs: Yes (IM)": (("f2",), ("partial agonists?",)),
    }


def test_video_headings_become_time_and_speaker() -> None:
    body = "# Video\n\n## Options (00:45-01:10)\n\nA said.\n\n### Detail\n\nB said.\n\n## Last words (1:04:13-)\n\nC said.\n"
    chunks = chunk_document(make_document(body, type="video", speaker="Dr. A. Speaker"))
    found = [(s.locator.type, s.locator.start_s, s.locator.end_s, s.locator.speaker) for s in chunks.statements]
    video = LocatorType.VIDEO
    assert found == [
        (video, 45.0, 70.0, "Dr. A. Speaker"),
        (video, 45.0, 70.0, "Dr. A. Speaker"),
        (video, 3853.0, None, "Dr. A. Speaker"),
    ]
    assert chunks.passages[2].heading_path == ("Last words",)


def test_times_in_other_documents_are_words() -> None:
    chunks = chunk_document(make_document("## Clinic (08:00-12:00)\n\nOpen.\n"))
    assert chunks.passages[0].heading_path == ("Clinic (08:00-12:00)",)
    assert chunks.passages[0].locator.type is LocatorType.TEXT


def test_long_sections_are_cut_between_statements_into_even_passages() -> None:
    body = "## Long\n\n" + " ".join(f"Sentence number {n} says that testimab was given to patients." for n in range(60))
    chunks = chunk_document(make_document(body))
    lengths = [len(p.text) for p in chunks.passages]
    assert max(lengths) <= MAX_PASSAGE_CHARS
    assert min(lengths) > MAX_PASSAGE_CHARS // 2
    assert [sid for p in chunks.passages for sid in p.statement_ids] == [s.statement_id for s in chunks.statements]


def test_a_statement_longer_than_a_passage_is_not_cut() -> None:
    body = "word " * 400 + "end. Short one."
    assert [s.text for s in chunk_document(make_document(body)).statements] == ["word " * 400 + "end.", "Short one."]


def test_editing_one_section_changes_only_its_own_ids() -> None:
    before = chunk_document(make_document(BODY))
    after = chunk_document(make_document(BODY.replace("12.5%", "12.75 percent")))
    assert len({p.chunk_id for p in before.passages} - {p.chunk_id for p in after.passages}) == 1
    assert len({s.statement_id for s in before.statements} - {s.statement_id for s in after.statements}) == 1


def test_equal_sentences_in_one_section_have_ids_of_their_own() -> None:
    statements = chunk_document(make_document("Same.\n\nSame.\n")).statements
    assert len({s.statement_id for s in statements}) == 2


def test_windows_line_ends_keep_offsets_true() -> None:
    document = make_document(BODY.replace("\n", "\r\n"))
    statements = chunk_document(document).statements
    assert [s.text for s in statements] == [s.text for s in chunk_document(make_document(BODY)).statements]
    assert all(document.text[s.start : s.end] == s.text for s in statements if s.row is None)


LINES = st.lists(
    st.sampled_from(
        [
            "# T",
            "## A",
            "### B (00:01-00:09)",
            "",
            "One. Two.[^1]",
            "three vs. four",
            "- item. More.[^2] End",
            "1. first",
            "| a | b |",
            "|---|---|",
            "| c[^1] | |",
            "  - sub",
            "|",
            "-",
            "[^1]",
            "é.[^2]",
        ]
    ),
    max_size=25,
)


@given(LINES, st.sampled_from(["\n", "\r\n"]), st.sampled_from(["evidence", "video"]))
def test_offsets_always_prove_the_quote(lines: list[str], line_end: str, kind: str) -> None:
    document = make_document(line_end.join(lines), type=kind)
    chunks = chunk_document(document)
    passages = {p.chunk_id: p for p in chunks.passages}
    assert len(passages) == len(chunks.passages)
    assert len({s.statement_id for s in chunks.statements}) == len(chunks.statements)
    for passage in chunks.passages:
        assert document.text[passage.start : passage.end] == passage.text
    for statement in chunks.statements:
        passage = passages[statement.chunk_id]
        assert passage.start <= statement.start < statement.end <= passage.end
        assert statement.statement_id in passage.statement_ids
        if statement.row is None:
            assert document.text[statement.start : statement.end] == statement.text
    assert [s.ordinal for s in chunks.statements] == list(range(len(chunks.statements)))
    starts = [s.start for s in chunks.statements]
    assert starts == sorted(starts)


@given(LINES)
def test_no_letter_of_a_document_is_lost(lines: list[str]) -> None:
    document = make_document("\n".join(line for line in lines if not line.startswith(("#", "|"))))
    covered = {n for p in chunk_document(document).passages for n in range(p.start, p.end)}
    assert all(
        n in covered for n, char in enumerate(document.text) if char.isalnum() and document.text[max(0, n - 2) : n] != "[^"
    )
