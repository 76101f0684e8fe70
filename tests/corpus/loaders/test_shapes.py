"""Shapes of real files that other authors make: headers of two rows, notes across a table, folds, terms, several speakers."""

from __future__ import annotations

import docx
import pptx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pptx.util import Inches

from corpus.loaders import Outcome, ParsedDocument, PartKind, parse_bytes, render_body
from corpus.loaders.grids import lay_out
from tests.corpus.loaders.builder import make_pdf, saved

BODY = "Testimab helped 12.5% of patients with advanced disease in the first trial of its kind."
HEADER = ("Event", "Testimab (n=200), Any grade", "Testimab (n=200), Grade 3")
CELLS = [
    [("Event", 2, 1), ("Testimab (n=200)", 1, 2)],
    [("Any grade", 1, 1), ("Grade 3", 1, 1)],
    [("Rash", 1, 1), ("12%", 1, 1), ("1%", 1, 1)],
]


def tables(parsed: ParsedDocument) -> list[tuple[tuple[str, ...], ...]]:
    return [part.rows for part in parsed.parts if part.kind is PartKind.TABLE]


def page(body: str) -> ParsedDocument:
    return parse_bytes(f"<html><body><main><h1>Testimab</h1><p>{BODY}</p>{body}</main></body></html>".encode(), "page.html")


def test_a_header_of_two_rows_is_one_row_that_says_what_each_figure_is() -> None:
    assert lay_out(CELLS).rows == (HEADER, ("Rash", "12%", "1%"))


def test_a_divided_header_without_a_cell_over_both_rows_is_known_by_the_blank_beside() -> None:
    cells = [[("", 1, 1), ("Testimab", 1, 2)], [("", 1, 1), ("Any", 1, 1), ("Severe", 1, 1)], *CELLS[2:]]
    assert lay_out(cells).rows[0] == ("", "Testimab, Any", "Testimab, Severe")


def test_a_first_row_of_figures_is_no_header() -> None:
    cells = [[("Class", 1, 1), ("Effects", 1, 2)], [("AI", 1, 1), ("Yes", 1, 1), ("No", 1, 1)], *CELLS[2:]]
    assert lay_out(cells).rows[:2] == (("Class", "Effects", "Effects"), ("AI", "Yes", "No"))


def test_what_stands_across_a_table_is_its_title_or_its_note() -> None:
    laid = lay_out([[("Table 2", 1, 3)], *CELLS, [("Skin", 1, 3)], *CELLS[2:], [("a One patient stopped.", 1, 3)]])
    assert (laid.above, laid.below) == (("Table 2",), ("a One patient stopped.",))
    assert laid.rows[2] == ("Skin", "", "")


@given(st.lists(st.lists(st.text("abc", min_size=1, max_size=3), min_size=3, max_size=3), min_size=2, max_size=6))
def test_a_table_without_joined_cells_comes_out_as_it_is(rows: list[list[str]]) -> None:
    assert lay_out([[(text, 1, 1) for text in row] for row in rows]).rows == tuple(map(tuple, rows))


def test_word_slides_and_page_agree_on_a_header_of_two_rows() -> None:
    word = docx.Document()
    word.add_paragraph(BODY)
    table = word.add_table(rows=3, cols=3)
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Safety"
    grid = slide.shapes.add_table(3, 3, Inches(1), Inches(2), Inches(8), Inches(3)).table
    texts = (("Event", "Testimab (n=200)", ""), ("", "Any grade", "Grade 3"), ("Rash", "12%", "1%"))
    for made in (table, grid):
        for y, row in enumerate(texts):
            for x, text in enumerate(row):
                if text:
                    made.cell(y, x).text = text
        made.cell(0, 1).merge(made.cell(0, 2))
        made.cell(0, 0).merge(made.cell(1, 0))
    html = (
        "<table><thead><tr><th rowspan=2>Event</th><th colspan=2>Testimab (n=200)</th></tr>"
        "<tr><th>Any grade</th><th>Grade 3</th></tr></thead><tr><td>Rash</td><td>12%</td><td>1%</td></tr></table>"
    )
    read = [parse_bytes(saved(word), "a.docx"), parse_bytes(saved(deck), "a.pptx"), page(html)]
    assert [tables(parsed) for parsed in read] == [[(HEADER, ("Rash", "12%", "1%"))]] * 3


def test_a_raised_letter_stays_apart_from_its_figure_and_an_ordinal_stays_a_word() -> None:
    parsed = page("<table><tr><td>Rash</td><td>1%<sup>a</sup></td></tr><tr><td>Line</td><td>2<sup>nd</sup></td></tr></table>")
    assert tables(parsed) == [(("Rash", "1%ᵃ"), ("Line", "2nd"))]


def test_terms_stand_before_their_explanation_and_the_heading_over_them_is_kept() -> None:
    parsed = page(
        "<h2>Terms</h2><dl><dt>Flare</dt><dd>A sudden attack of pain in a joint.</dd><dt>Why?</dt><dd>For safety.</dd></dl>"
    )
    assert [(part.kind, part.text) for part in parsed.parts][1:] == [
        (PartKind.HEADING, "Terms"),
        (PartKind.PARAGRAPH, "Flare: A sudden attack of pain in a joint."),
        (PartKind.PARAGRAPH, "Why? For safety."),
    ]


def test_a_heading_that_leads_to_links_only_is_dropped() -> None:
    assert "Terms" not in render_body(page("<h2>Terms</h2><h2>Dosing</h2><p>It is given once a day in the morning.</p>"))


def test_folds_in_a_row_are_sections_and_a_fold_inside_a_text_heads_nothing_behind_it() -> None:
    fold = "<details><summary>{}</summary><p>It is given once a day in the {}.</p></details>"
    in_a_row = page("<h2>Use</h2>" + fold.format("Renal impairment", "morning") + fold.format("Hepatic impairment", "evening"))
    headings = [(part.level, part.text) for part in in_a_row.parts if part.kind is PartKind.HEADING]
    assert headings == [(2, "Use"), (3, "Renal impairment"), (3, "Hepatic impairment")]
    inside = page("<h2>Use</h2>" + fold.format("Renal impairment", "morning") + f"<p>{BODY.replace('first', 'second')}</p>")
    assert [part.text for part in inside.parts if part.kind is PartKind.HEADING] == ["Use"]


def test_two_speakers_in_one_cue_are_told_apart_and_noises_are_no_speech() -> None:
    captions = (
        "WEBVTT\n\n00:01.000 --> 00:05.000\n<v Ann Roe>[applause] Thank you. It helped.\n\n"
        "00:05.000 --> 00:09.000\n- Ann Roe: No change is needed.\n- Moderator: Good.\n"
    )
    parsed = parse_bytes(captions.encode(), "talk.vtt")
    assert [(part.locator.start_s, part.locator.speaker, part.text) for part in parsed.parts] == [
        (1.0, "Ann Roe", "Thank you. It helped."),
        (5.0, "Ann Roe", "No change is needed."),
        (5.0, "Moderator", "Good."),
    ]
    assert [finding.text for finding in parsed.report.of(Outcome.DROPPED)] == ["[applause]"]


def test_codes_of_older_subtitle_programs_are_no_words() -> None:
    captions = "1\n00:00:01,000 --> 00:00:03,000\n{\\an8}<font color=red>ANN: It fell &amp; stayed low (music)</font>\n"
    (part,) = parse_bytes(captions.encode(), "talk.srt").parts
    assert (part.locator.speaker, part.text) == ("ANN", "It fell & stayed low")


def test_named_footnotes_get_free_numbers() -> None:
    text = f"# Note\n\n{BODY}[^2][^roe]\n\n[^2]: A B. J Test. 2020;1:2.\n[^roe]: C D. J Test. 2021;3:4.\n"
    parsed = parse_bytes(text.encode(), "note.md")
    assert parsed.parts[0].text.endswith("[^2][^1]")
    assert {reference.n: reference.citation[:3] for reference in parsed.references} == {1: "C D", 2: "A B"}


def test_points_of_a_slide_printed_as_pdf_are_no_headings() -> None:
    slide = [(72, 100, 32, "Safety"), (72, 200, 24, "• Rash was mild"), (72, 240, 24, "• Nausea was rare"), (72, 700, 9, BODY)]
    parsed = parse_bytes(make_pdf([slide]), "deck.pdf")
    assert [part.text for part in parsed.parts if part.kind is PartKind.ITEM] == ["Rash was mild", "Nausea was rare"]


@pytest.mark.parametrize("last", ["columns", "columns of one page"])
def test_the_last_line_of_a_heading_over_two_columns_belongs_to_it(last: str) -> None:
    left = [(72, 120 + 14 * n, 11, f"The first column has its line number {n} here") for n in range(6)]
    right = [(330, 120 + 14 * n, 11, f"The second column has line number {n} here") for n in range(6)]
    title = [(72, 60, 20, "A report on testimab that runs over its two"), (72, 84, 20, last)]
    parsed = parse_bytes(make_pdf([[*title, *left, *right]]), "a.pdf")
    assert parsed.title == f"A report on testimab that runs over its two {last}"


def test_columns_whose_lines_are_not_level_are_read_one_after_the_other() -> None:
    left = [(72, 120 + 14 * n, 11, f"The first column has its line number {n} here") for n in range(8)]
    right = [(330, 126 + 14.5 * n, 11, f"The second column has line number {n} here") for n in range(8)]
    parsed = parse_bytes(make_pdf([[*left, *right]]), "a.pdf")
    assert [part.text for part in parsed.parts] == [" ".join(text for *_, text in column) for column in (left, right)]


def test_footnotes_of_a_pdf_are_its_references() -> None:
    first = [
        (72, 100, 11, "Testimab helped 12.5% of patients"),
        (241.5, 97, 6, "1"),
        (250, 100, 11, "in the first trial of its kind."),
    ]
    second = [
        (72, 100, 11, "Testimab helped 14.5% of patients"),
        (241.5, 97, 6, "2"),
        (250, 100, 11, "in the second trial of its kind."),
    ]
    notes = [
        [(72, 700, 8, "1 Roe A, et al. J Test. 2020;1:2-3."), (72, 790, 9, "1")],
        [(72, 700, 8, "2 Doe B, et al. J Test. 2021;3:"), (72, 710, 8, "4-9.")],
    ]
    parsed = parse_bytes(make_pdf([[*first, *notes[0]], [*second, *notes[1]]]), "a.pdf")
    assert [(reference.n, reference.citation) for reference in parsed.references] == [
        (1, "Roe A, et al. J Test. 2020;1:2-3."),
        (2, "Doe B, et al. J Test. 2021;3: 4-9."),
    ]
    text = " ".join(part.text for part in parsed.parts)
    assert "[^1]" in text
    assert "[^2]" in text
    assert "Roe" not in text


def test_small_print_whose_numbers_stand_nowhere_in_the_text_stays_text() -> None:
    page = [
        (72, 100, 11, BODY[:60]),
        (72, 114, 11, BODY[60:]),
        (72, 700, 8, "1 tablet holds 75 mg of testimab and some lactose."),
    ]
    parsed = parse_bytes(make_pdf([page]), "a.pdf")
    assert parsed.references == ()
    assert "1 tablet holds" in " ".join(part.text for part in parsed.parts)


def test_a_page_number_high_above_the_edge_is_known_as_the_last_line() -> None:
    pages = [[(72, 100, 11, f"{BODY[:-1]} of page {n}."), (72, 600, 11, str(n))] for n in (1, 2)]
    parsed = parse_bytes(make_pdf(pages), "a.pdf")
    assert [part.text for part in parsed.parts] == [f"{BODY[:-1]} of page {n}." for n in (1, 2)]
