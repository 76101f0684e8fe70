"""Tables of a PDF without vertical lines, set by a typesetter as journals set them; and text that only looks like one."""

from __future__ import annotations

import pytest
import typst

from corpus.loaders import ParsedDocument, PartKind, parse_bytes

PAGE = "#set page(width: 612pt, height: 792pt, margin: 72pt)\n#set text(size: 10pt)\n"
WORDS = "In the trial six hundred patients were given testimab or placebo after one line of endocrine therapy. "


def parse(source: str) -> ParsedDocument:
    made = typst.compile((PAGE + source).encode())
    assert isinstance(made, bytes)
    return parse_bytes(made, "a.pdf")


def tables(source: str) -> list[tuple[tuple[str, ...], ...]]:
    return [part.rows for part in parse(source).parts if part.kind is PartKind.TABLE]


def ruled(columns: str, header: str, *rows: str) -> str:
    body = ",\n".join(rows)
    return f"#table(columns: {columns}, stroke: none, table.hline(), {header}, table.hline(stroke: 0.5pt),\n{body}, table.hline())\n"


def test_a_table_between_rules_is_a_table_and_the_text_around_it_is_text() -> None:
    table = ruled(
        "3", "[Endpoint], [Testimab], [HR (95% CI)]", "[PFS], [7.2], [0.60 (0.51-0.71)]", "[OS], [29.3], [0.91 (0.75-1.10)]"
    )
    parsed = parse(WORDS + table + WORDS)
    assert [part.kind for part in parsed.parts] == [PartKind.PARAGRAPH, PartKind.TABLE, PartKind.PARAGRAPH]
    assert parsed.parts[1].rows == (
        ("Endpoint", "Testimab", "HR (95% CI)"),
        ("PFS", "7.2", "0.60 (0.51-0.71)"),
        ("OS", "29.3", "0.91 (0.75-1.10)"),
    )


def test_what_an_underline_spans_stands_before_each_of_its_columns() -> None:
    header = (
        "table.cell(rowspan: 2)[Reaction], table.cell(colspan: 2)[Testimab], table.cell(colspan: 2)[Placebo], "
        "table.hline(start: 1, end: 3), table.hline(start: 3, end: 5), [Any], [Grade 3], [Any], [Grade 3]"
    )
    assert tables(ruled("5", header, "[Rash], [38%], [12%], [7%], [0.3%]")) == [
        (
            ("Reaction", "Testimab, Any", "Testimab, Grade 3", "Placebo, Any", "Placebo, Grade 3"),
            ("Rash", "38%", "12%", "7%", "0.3%"),
        )
    ]


def test_cells_of_several_lines_stay_whole_and_rows_apart() -> None:
    rows = (
        "[SERD], [Injection into the muscle is needed, with visits to the clinic each month for all of the patients]",
        "[AI], [Resistance develops through mutations in ESR1 in up to four in ten of those treated with it]",
    )
    assert tables(ruled("(80pt, 200pt)", "[Class], [Limitation]", *rows)) == [
        (
            ("Class", "Limitation"),
            ("SERD", "Injection into the muscle is needed, with visits to the clinic each month for all of the patients"),
            ("AI", "Resistance develops through mutations in ESR1 in up to four in ten of those treated with it"),
        )
    ]


def test_two_tables_of_one_width_are_two() -> None:
    one = ruled("(1fr, 1fr)", "[Arm], [Rate]", "[Testimab], [25%]", "[Placebo], [7%]")
    two = ruled("(1fr, 1fr)", "[Subgroup], [HR]", "[ESR1m], [0.55]", "[Wild type], [0.90]")
    found = tables(one + "Table 2. Hazard ratios by subgroup.\n\n" + two)
    assert [rows[0] for rows in found] == [("Arm", "Rate"), ("Subgroup", "HR")]
    assert [len(rows) for rows in found] == [3, 3]


def test_cells_that_are_only_aligned_are_a_table_of_three_columns_or_more() -> None:
    rows = "[Testimab 5 mg], [120], [25.0%], [Testimab 10 mg], [118], [34.7%], [Placebo], [60], [6.7%]"
    assert tables(f"#table(columns: 3, stroke: none, [Arm], [Patients], [Rate], {rows})") == [
        (
            ("Arm", "Patients", "Rate"),
            ("Testimab 5 mg", "120", "25.0%"),
            ("Testimab 10 mg", "118", "34.7%"),
            ("Placebo", "60", "6.7%"),
        )
    ]


@pytest.mark.parametrize("columns", [1, 2, 3])
def test_running_text_between_rules_is_no_table(columns: int) -> None:
    line = "#line(length: 100%)\n"
    text = f"{line}#columns({columns})[{WORDS * 12}]\n{line}{WORDS}\n{line}"
    assert not tables("#set par(justify: true)\n" + text)
