"""Reference lists: where they begin and end, run-on entries, flaws, DOIs."""

from __future__ import annotations

from corpus.loaders.references import read_references, split_references
from corpus.loaders.types import Part, PartKind


def entries_of(*texts: str) -> list[Part]:
    return [Part(PartKind.ITEM, text, f"line {n}", label=str(n)) for n, text in enumerate(texts, start=1)]


HEADING = Part(PartKind.HEADING, "References", "line 0", level=2)
AFTER = Part(PartKind.PARAGRAPH, "Testimab is not approved in any country at this time.", "line 90")


def test_the_list_is_taken_out_and_what_follows_stays() -> None:
    parts, entries = split_references([AFTER, HEADING, *entries_of("A B. J. 2020;1:2-3.", "C D. K. 2021;4:5-6."), AFTER])
    assert parts == [AFTER, AFTER]
    assert [number for number, _, _ in entries] == [1, 2]


def test_numbers_printed_in_the_text_of_an_entry_are_its_label() -> None:
    lines = [Part(PartKind.PARAGRAPH, text, "line 1") for text in ("1. A B. J. 2020;1:2-3.", "[2] C D. K. 2021;4:5-6.")]
    _, entries = split_references([HEADING, *lines])
    assert [(number, text) for number, text, _ in entries] == [(1, "A B. J. 2020;1:2-3."), (2, "C D. K. 2021;4:5-6.")]


def test_a_line_without_number_goes_on_with_the_entry_above() -> None:
    lines = [Part(PartKind.PARAGRAPH, text, "line 1") for text in ("1. A B. A long title.", "J. 2020;1:2-3. doi:10.1000/x.1")]
    _, entries = split_references([HEADING, *lines])
    assert entries == [(1, "A B. A long title. J. 2020;1:2-3. doi:10.1000/x.1", "line 1")]


def test_entries_that_run_on_under_one_number_are_split() -> None:
    _, entries = split_references([HEADING, *entries_of("A B. J. 2020;1:2-3. 2. C D. K. 2021;4:5-6. 3. E F. L. 2022;7:8-9.")])
    assert [(number, text) for number, text, _ in entries] == [
        (1, "A B. J. 2020;1:2-3."),
        (2, "C D. K. 2021;4:5-6."),
        (3, "E F. L. 2022;7:8-9."),
    ]


def test_the_start_of_the_next_entry_is_cut_off_and_flagged() -> None:
    references, findings = read_references(
        [(1, "Yu J, et al. J Test. 2022;2:108. Roe SE, et al.", "l"), (2, "Roe SE, et al. K. 2020;1:6-7.", "l")]
    )
    assert references[0].citation == "Yu J, et al. J Test. 2022;2:108."
    assert "start of reference 2" in (references[0].note or "")
    assert len(findings) == 1


def test_another_work_behind_an_entry_is_cut_off_and_flagged() -> None:
    references, _ = read_references([(1, "Yu J, et al. J Test. 2022;2:108. Roe SE, et al. Other J. 2019;3:4-5.", "l")])
    assert references[0].citation == "Yu J, et al. J Test. 2022;2:108."
    assert "add it under its own number" in (references[0].note or "")


def test_doi_and_address_are_found_without_the_stop_behind_them() -> None:
    references, findings = read_references([(1, "A B. J. 2020;1:2-3. doi: 10.1000/abc-1.2. https://example.org/a.", "l")])
    assert (references[0].doi, references[0].url) == ("10.1000/abc-1.2", "https://example.org/a")
    assert findings == []


def test_flaws_are_named() -> None:
    flawed = {
        "Patel R, et a. J. 2023;9:20.": "misspelt",
        "https://example.org/x.. (accessed 2024)": "two full stops",
        "Yu J. J. 2022:236:108.": "colon",
        "Mayer E. J. 2013;9-14.": "no volume",
        "Roe A. In press.": "no year",
    }
    for citation, flaw in flawed.items():
        references, _ = read_references([(1, citation, "l")])
        assert flaw in (references[0].note or ""), citation
        assert references[0].citation == citation


def test_a_clean_citation_has_no_note() -> None:
    references, findings = read_references([(1, "Chen YS, et al. Expert Opin Investig Drugs. 2023;31(6):515-529.", "l")])
    assert references[0].note is None
    assert findings == []
