"""PDFs made for the test: columns, running heads, tables over pages, paragraphs over pages, hyphens, superscripts."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from corpus.loaders import Outcome, ParsedDocument, PartKind, parse_bytes
from tests.corpus.loaders.builder import Operation, make_pdf

LEFT = (
    "The first column speaks of the trial",
    "in which six hundred patients were",
    "given testimab or placebo after one",
    "line of endocrine therapy for their",
    "advanced disease of the breast.",
)
RIGHT = (
    "The second column tells the results",
    "of that trial, in which response was",
    "seen in one of eight patients given",
    "testimab and in one of fifty given",
    "placebo, after two years of time.",
)


def lines(texts: Sequence[str], x: float = 72, top: float = 100, size: float = 11, leading: float = 14) -> list[Operation]:
    return [(x, top + leading * n, size, text) for n, text in enumerate(texts)]


def parse(*pages: Sequence[Operation], drawing: str = "", bold: Sequence[str] = ()) -> ParsedDocument:
    return parse_bytes(make_pdf(pages, drawing, bold=bold), "a.pdf")


def texts(parsed: ParsedDocument, kind: PartKind = PartKind.PARAGRAPH) -> list[str]:
    return [part.text for part in parsed.parts if part.kind is kind]


def test_columns_are_read_one_after_the_other_under_a_full_title() -> None:
    page = [(72, 60, 18, "Testimab after endocrine therapy: a report"), *lines(LEFT), *lines(RIGHT, x=320)]
    parsed = parse(page)
    assert parsed.title == "Testimab after endocrine therapy: a report"
    assert texts(parsed) == [" ".join(LEFT), " ".join(RIGHT)]


def test_lines_over_both_columns_divide_them() -> None:
    wide = "This sentence runs across the whole page and stands between two pairs of columns of text."
    page = [*lines(LEFT), *lines(RIGHT, x=320), (72, 190, 11, wide), *lines(RIGHT, top=230), *lines(LEFT, x=320, top=230)]
    assert texts(parse(page)) == [" ".join(LEFT), " ".join(RIGHT), wide, " ".join(RIGHT), " ".join(LEFT)]


def test_running_heads_and_page_numbers_are_dropped_once_reported() -> None:
    pages = [
        [(72, 30, 9, "Acme confidential"), *lines([f"Statement number {n} of the report stands here."]), (300, 770, 9, str(n))]
        for n in range(1, 5)
    ]
    parsed = parse(*pages)
    assert texts(parsed) == [f"Statement number {n} of the report stands here." for n in range(1, 5)]
    assert [part.locator.page for part in parsed.parts] == [1, 2, 3, 4]
    assert {finding.reason for finding in parsed.report.of(Outcome.DROPPED)} == {"running head or foot", "page number"}


def test_a_paragraph_over_a_page_is_divided_where_a_statement_begins() -> None:
    first = lines(["Testimab was given to patients in the first of two", "trials. The second trial compared it with"], top=700)
    second = lines(["placebo in six hundred patients. Nothing else was", "given in either of the trials of the drug."], top=72)
    parts = [(part.text, part.locator.page) for part in parse(first, second).parts]
    assert parts == [
        (
            "Testimab was given to patients in the first of two trials. "
            "The second trial compared it with placebo in six hundred patients.",
            1,
        ),
        ("Nothing else was given in either of the trials of the drug.", 2),
    ]


def test_words_broken_at_a_line_end_are_joined_as_the_document_writes_them() -> None:
    page = lines(
        [
            "The treatment of ESR1-mutated disease was life-threatening in no case of treat-",
            "ment with testimab. All patients had ESR1-",
            "mutated disease and HR+/HER2-",
            "metastatic tumors, with a rate of 0.40-",
            "0.69 over the whole time of the first trial.",
        ]
    )
    (text,) = texts(parse(page))
    assert "case of treatment with" in text
    assert "had ESR1-mutated disease" in text
    assert "HR+/HER2- metastatic" in text
    assert "0.40-0.69 over" in text


def test_superscripts_are_marks_of_the_list() -> None:
    page = [
        (72, 100, 12, "Testimab helped some patients."),
        (243.5, 95, 7.5, "1,2"),
        (262, 100, 12, "It was well tolerated."),
        (72, 160, 15, "References"),
        *lines(["1. Roe A, et al. J Test. 2020;1:2-3.", "2. Doe B, et al. J Test. 2021;4:5-6."], top=190, size=12),
    ]
    parsed = parse(page)
    assert texts(parsed) == ["Testimab helped some patients.[^1][^2] It was well tolerated."]
    assert [entry.n for entry in parsed.references] == [1, 2]


def grid(rows: int, columns: int, top: float, height: float = 24, width: float = 150) -> str:
    """Lines of a table whose upper left corner lies at 72, `top`."""
    strokes = []
    for y in range(rows + 1):
        at = 792 - top - y * height
        strokes.append(f"72 {at} m {72 + columns * width} {at} l S")
    for x in range(columns + 1):
        strokes.append(f"{72 + x * width} {792 - top} m {72 + x * width} {792 - top - rows * height} l S")
    return "\n".join(strokes)


def cells(rows: Sequence[Sequence[str]], top: float) -> list[Operation]:
    return [(76 + 150 * x, top + 16 + 24 * y, 10, text) for y, row in enumerate(rows) for x, text in enumerate(row)]


def test_a_table_that_goes_on_over_the_page_has_its_header_on_both() -> None:
    first = [["Arm", "Rate", "HR"], ["Testimab", "12.5%", "0.50"]]
    second = [["Placebo", "2.0%", "1.00"], ["Other", "5.0%", "0.90"]]
    parsed = parse(cells(first, 600), cells(second, 600), drawing=grid(2, 3, 600))
    tables = [(part.rows, part.locator.page) for part in parsed.parts if part.kind is PartKind.TABLE]
    assert tables == [
        ((("Arm", "Rate", "HR"), ("Testimab", "12.5%", "0.50")), 1),
        ((("Arm", "Rate", "HR"), ("Placebo", "2.0%", "1.00"), ("Other", "5.0%", "0.90")), 2),
    ]


def test_headings_are_larger_or_bold_and_take_their_level_from_their_size() -> None:
    page = [
        (72, 60, 20, "Testimab"),
        (72, 100, 15, "Efficacy"),
        *lines(["Testimab helped 12.5% of patients in the first trial of its kind."], top=130),
        (72, 160, 11, "Safety in older patients"),
        *lines(["No new signal was seen in patients above the age of seventy."], top=184),
    ]
    parsed = parse(page, bold=["Safety in older patients"])
    assert parsed.title == "Testimab"
    assert [(part.text, part.level) for part in parsed.parts if part.kind is PartKind.HEADING] == [
        ("Efficacy", 2),
        ("Safety in older patients", 3),
    ]


def test_bullets_are_items_and_a_table_of_contents_is_dropped() -> None:
    page = [
        *lines(["Efficacy ........................ 3", "Safety .......................... 7"], top=100),
        *lines(["Testimab has these effects on the patients who are given it:"], top=180),
        *lines(["• nausea in some patients", "• fatigue in most patients"], top=200),
    ]
    parsed = parse(page)
    assert texts(parsed, PartKind.ITEM) == ["nausea in some patients", "fatigue in most patients"]
    assert "table of contents" in {finding.reason for finding in parsed.report.of(Outcome.DROPPED)}


@pytest.mark.parametrize("count", [300])
def test_many_pages_are_read_in_order(count: int) -> None:
    parsed = parse(*[lines([f"Statement {n} of a long report about testimab stands here."]) for n in range(1, count + 1)])
    assert [part.locator.page for part in parsed.parts] == list(range(1, count + 1))
