"""The documents that ship: every statement is registered, and the checked facts are carried completely, exactly and once.

What needs the checked facts (which lie beside the repository) is skipped where they are absent; the rest runs everywhere.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import cache
from typing import Any

import pytest

from corpus import load_corpus
from corpus.types import Corpus, Document, LocatorType
from index.chunking import chunk_documents
from index.types import Statement
from tests.corpus.facts import (
    FACTS,
    LONG_DATE,
    NAMED_BY,
    NUMBER,
    SOURCE_PAGE,
    dates_of,
    demands_of,
    entries_of,
    fact_text,
    holds,
    numbers_of,
    read_facts,
    spell_dates,
    strings_of,
    text_of,
)

needs_facts = pytest.mark.skipif(FACTS is None, reason="the checked facts (../shared/facts) are not on this machine")

PAGE = "VV-MED-156150"
REFERENCES = "VV-MED-156150-REFERENCES"
VIDEO = "VV-MED-156150-VIDEO"
TRIALS = {trial["id"]: trial for trial in read_facts("evidence")["trials"]}
PAGE_FACTS = {fact["id"]: fact for fact in read_facts("page_facts")["facts"]}
COVERED_KINDS = {"content", "table_row", "video_claim", "resource", "derived", "restriction"}
SECTIONS = (*NAMED_BY, "resistance_genomics")
# Fields of a trial whose numbers and dates must stand in statements that carry the trial's id.
FIGURE_FIELDS = (
    "nct",
    "phase",
    "design",
    "regimen",
    "control",
    "setting",
    "population",
    "prior_cdk46i",
    "biomarker",
    "n",
    "primary_endpoint",
    "response",
    "survival",
    "safety",
    "discontinuation",
    "dose_route",
    "us_approval",
    "ex_us_status",
    "guideline_status",
    "caveats",
)
# Guideline entries that were verified, by body and date, and the fact ids of the registers.
GUIDELINES = {
    ("ASCO", "2016"): "guidelines/ASCO 2016",
    ("ASCO", "2021"): "guidelines/ASCO 2021",
    ("ASCO rapid update", "2023-05"): "guidelines/ASCO 2023",
    ("ASCO rapid update", "2024-02/03"): "guidelines/ASCO 2024",
    ("ESMO (via industry-funded symposium, EMJ 2024)", "2024"): "guidelines/ESMO symposium",
    ("ESMO-MCBS", "2023-12-05"): "guidelines/ESMO-MCBS",
}
# Numbers of a statement that are not figures: the page's id, its date and its release, time stamps, years, references.
NOT_FIGURES = re.compile(
    r"VV-MED-156150|\b\d\d/20\d\d\b|release [\d.]+|\b\d\d:\d\d\b|\b20\d\d\b|\[\^\d+\]|reference \d+|doi:\S+"
)
# Figures that the facts imply without printing them: intervals are 95% unless called 90%, and the page has 15 references.
IMPLIED = {"95%", "90%", "15"}
# Proper names of the page that are kept word for word.
TITLES = (
    "Treatment Options in Patients Who Progress on 1L Therapy",
    "DECK: Overview of ER+, HER2-, ABC including ER-Targeted Therapies",
    "INFOGRAPHIC: Navigating Treatments After ET + CDK4/6is and ET Limitations in ER+ HER2- ABC",
    "INFOGRAPHIC: Bridging the Gap: Unmet Needs for Patients in 2L HR+, HER2- MBC",
)
LISTED_REFERENCE = re.compile(r'"[^"]+" \(.+\)')
SHORTEST_COPY_WORDS = 9


@cache
def corpus() -> Corpus:
    return load_corpus()


@cache
def statements() -> tuple[Statement, ...]:
    return chunk_documents(corpus().documents, corpus().register).statements


@cache
def by_fact() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for entry in corpus().register:
        for fact in entry.facts:
            found[fact].append(entry.statement)
    return found


def document(doc_id: str) -> Document:
    return next(document for document in corpus().documents if document.doc_id == doc_id)


def references_text() -> str:
    entries = [reference for document in corpus().documents for reference in document.references]
    return "\n".join(f"{entry.citation} doi:{entry.doi} {entry.url}" for entry in entries)


# --- documents and register, with or without the facts


def test_every_statement_is_registered_once_and_is_one_sentence() -> None:
    sources = {document.doc_id: document.text for document in corpus().documents}
    cut = Counter((s.doc_id, sources[s.doc_id][s.start : s.end]) for s in statements())
    registered = Counter((entry.doc_id, entry.statement) for entry in corpus().register)
    assert cut == registered
    assert set(registered.values()) == {1}


def test_every_statement_names_its_facts_and_at_least_three_questions() -> None:
    wrong = [entry.statement for entry in corpus().register if not entry.facts or not 3 <= len(entry.questions) <= 40]
    assert wrong == []


@pytest.mark.parametrize("pattern", [r"\*\*|__|`", r"\]\(", r"<[a-z/!]", r"(?i)not verified|unverified|to be confirmed|TODO"])
def test_documents_hold_plain_statements_only(pattern: str) -> None:
    assert [d.doc_id for d in corpus().documents if re.search(pattern, d.text)] == []


def test_all_documents_are_marked_as_a_demonstration() -> None:
    assert {(d.review, d.status.value, d.market, d.audience) for d in corpus().documents} == {
        ("demonstration", "approved", ("US",), "hcp")
    }


def test_every_reference_is_used_and_numbers_run_from_one() -> None:
    for document in corpus().documents:
        numbers = [reference.n for reference in document.references]
        used = {int(mark) for mark in re.findall(r"\[\^(\d+)\]", document.text)}
        assert numbers == list(range(1, len(numbers) + 1)), document.doc_id
        assert set(numbers) == used, document.doc_id


def test_video_statements_have_time_and_speaker_and_no_references() -> None:
    spoken = [s for s in statements() if s.doc_id == VIDEO and s.heading_path[-1] != "About the video"]
    assert len(spoken) == 35
    for statement in spoken:
        assert statement.locator.type is LocatorType.VIDEO and statement.locator.start_s is not None
        assert statement.reference_numbers == ()
        assert "Dr O'Shaughnessy" in statement.text


def test_the_limitation_table_is_read_by_class() -> None:
    rows = {s.row.cells[0]: s.row.cells[1:] for s in statements() if s.doc_id == PAGE and s.row}
    assert list(rows.values()) == [
        ("Yes", "No", "No"),
        ("Yes", "Yes", "Yes (IM)"),
        ("No", "Yes", "No"),
        ("Yes", "Yes", "Yes"),
        ("No", "No", "Yes (IM)"),
        ("Yes", "Yes", "Yes (IM)"),
    ]


# --- coverage


@needs_facts
def test_every_fact_of_the_page_is_in_the_page_documents() -> None:
    wanted = {id_ for id_, fact in PAGE_FACTS.items() if fact["kind"] in COVERED_KINDS}
    covered = {fact for entry in corpus().register if entry.doc_id.startswith(PAGE) for fact in entry.facts}
    assert wanted - covered == set()


@needs_facts
def test_every_trial_and_entry_of_the_evidence_is_in_a_document() -> None:
    wanted = {*TRIALS, "visceral_crisis", "fulvestrant"}
    wanted |= {f"{section}/{name}" for section in (*SECTIONS, "page_vs_newer_evidence") for name in entries_of(section)}
    assert wanted - by_fact().keys() == set()


@needs_facts
def test_verified_guidelines_are_covered_and_others_left_out() -> None:
    seen = read_facts("evidence")["guidelines"]
    verified = {(g["body"], str(g["date"])) for g in seen if g["verified"].startswith(("yes", "secondary"))}
    assert verified == set(GUIDELINES)
    assert [fact for fact in GUIDELINES.values() if fact not in by_fact()] == []
    # NCCN text could not be read: documents may say so and nothing more.
    assert [e.statement for e in corpus().register if "NCCN" in e.statement.replace("No NCCN", "")] == []


@needs_facts
def test_every_fact_id_of_the_register_is_known() -> None:
    assert [fact for fact in by_fact() if fact_text(fact) is None] == []


# --- references of the page


@needs_facts
@pytest.mark.parametrize("fact_id", [id_ for id_, fact in PAGE_FACTS.items() if fact["kind"] in {"content", "table_row"}])
def test_a_fact_of_the_page_carries_exactly_the_printed_references(fact_id: str) -> None:
    printed = tuple(PAGE_FACTS[fact_id]["refs"])
    carriers = [s for s in statements() if s.doc_id == PAGE and s.facts == (fact_id,)]
    assert carriers, "no statement of the page carries this fact alone"
    assert {s.reference_numbers for s in carriers} == {printed}


@needs_facts
@pytest.mark.parametrize("fact_id", [id_ for id_, fact in PAGE_FACTS.items() if fact["kind"] == "video_claim"])
def test_a_video_claim_stands_at_its_time_stamp(fact_id: str) -> None:
    # YAML reads "01:19" as the sexagesimal number 79 and keeps "00:15" as text.
    stamp = PAGE_FACTS[fact_id]["timestamp"]
    seconds = stamp if isinstance(stamp, int) else int(stamp[:2]) * 60 + int(stamp[3:])
    assert {s.locator.start_s for s in statements() if s.doc_id == VIDEO and fact_id in s.facts} == {seconds}


@needs_facts
@pytest.mark.parametrize("entry", read_facts("page_facts")["references"], ids=lambda entry: entry["n"])
def test_references_of_the_page_are_the_corrected_ones(entry: dict[str, Any]) -> None:
    ours = next(reference for reference in document(PAGE).references if reference.n == entry["n"])
    if entry["verified"] == "yes":
        bibliography, _, doi = entry["verified_bibliography"].partition(" doi:")
        assert ours.citation.startswith(bibliography.rstrip("."))
        assert ours.doi == re.split(r"\.?(?:\s|$)", doi)[0]
    else:
        # Only what is printed, never a remembered title; what is known to be misprinted is told in the note.
        assert [n for n in numbers_of(ours.citation) if n not in text_of(entry["as_printed"])] == []
        assert len(ours.citation) <= len(entry["as_printed"])
    assert ours.note or not [issue for issue in entry["issues"] if "Content check" not in issue]


@needs_facts
def test_the_list_of_references_tells_every_confirmed_entry_and_no_other() -> None:
    told = {entry.facts: entry.statement for entry in corpus().register if entry.doc_id == REFERENCES and len(entry.facts) == 1}
    confirmed = [entry for entry in read_facts("page_facts")["references"] if entry["verified"] == "yes"]
    assert set(told) == {(f"references/{entry['n']}",) for entry in confirmed}
    for entry in confirmed:
        bibliography, _, doi = entry["verified_bibliography"].partition(" doi:")
        authors, title, source = re.split(
            r"(?<=al)\. |(?<=[A-Z]{2})\. |(?<= [A-Z])\. |\. (?=[A-Z][a-z]+ [A-Z]|[A-Z][a-z]+ Res|npj|Oncotarget)",
            bibliography,
            maxsplit=2,
        )
        statement = told[f"references/{entry['n']}",].replace(" and ", ", ")
        assert title.replace(" and ", ", ").rstrip(".") in statement
        assert authors.split(",")[0] in statement
        assert source.rstrip(".").split(" (epub")[0] in statement
        assert re.split(r"\.?(?:\s|$)", doi)[0] in statement


# --- figures


@needs_facts
@pytest.mark.parametrize("trial_id", TRIALS)
def test_every_result_of_a_trial_stands_in_one_statement(trial_id: str) -> None:
    missing = []
    for result in TRIALS[trial_id].get("results", []):
        wanted = [*demands_of(result)]
        numbers = numbers_of(result["result"])
        if not any(all(w in s for w in wanted) and all(holds(s, n) for n in numbers) for s in by_fact()[trial_id]):
            missing.append((result["population"], result["endpoint"], result["result"], wanted))
    assert missing == []


@needs_facts
@pytest.mark.parametrize("trial_id", TRIALS)
def test_every_other_figure_of_a_trial_stands_in_its_statements(trial_id: str) -> None:
    trial, text = TRIALS[trial_id], "\n".join(by_fact()[trial_id])
    values = [trial.get(name) for name in FIGURE_FIELDS]
    values += [result.get(name) for result in trial.get("results", []) for name in ("population", "endpoint", "note")]
    numbers = [number for value in values for number in numbers_of(value) if not holds(text, number)]
    assert (numbers, [date for value in values for date in dates_of(value) if date not in text]) == ([], [])


@needs_facts
@pytest.mark.parametrize("trial_id", [id_ for id_, trial in TRIALS.items() if trial.get("unverified")])
def test_no_unverified_figure_is_stated(trial_id: str) -> None:
    trial = TRIALS[trial_id]
    verified = text_of({name: value for name, value in trial.items() if name != "unverified"})
    doubtful = [number for number in numbers_of(trial["unverified"]) if not holds(verified, number)]
    assert [(n, s) for n in doubtful for s in by_fact()[trial_id] if holds(s, n)] == []


@needs_facts
@pytest.mark.parametrize("section", [*SECTIONS, "page_vs_newer_evidence"])
def test_every_figure_of_a_section_stands_in_its_statements(section: str) -> None:
    # A time stamp or a count of the page that is written as a word ("three") is no figure of the evidence.
    missing = []
    for name, entry in entries_of(section).items():
        text = "\n".join(by_fact()[f"{section}/{name}"]).replace("three sequential", "3 sequential")
        own = {"source", NAMED_BY.get(section)}
        parts = [{k: v for k, v in e.items() if k not in own} for e in (entry if isinstance(entry, list) else [entry])]
        missing += [(name, n) for n in numbers_of(parts) if not holds(text, n)]
        missing += [(name, date) for date in dates_of(parts) if date not in text]
    assert missing == []


@needs_facts
@pytest.mark.parametrize("section", ["visceral_crisis", "fulvestrant"])
def test_every_figure_of_a_topic_stands_in_its_statements(section: str) -> None:
    text = "\n".join(by_fact()[section])
    # Sources in brackets are references, not figures of the statement.
    facts = {k: re.sub(r"\([^)]*PMC[^)]*\)", "", v) for k, v in read_facts("evidence")[section].items() if k != "sources"}
    assert [number for number in numbers_of(facts) if not holds(text, number)] == []


@needs_facts
def test_no_statement_holds_a_figure_or_date_its_facts_do_not() -> None:
    meta = "late June 2026 February March 2024"
    wrong = []
    for entry in corpus().register:
        known = " ".join(filter(None, map(fact_text, entry.facts))) + " " + meta
        text = spell_dates(entry.statement)
        wrong += [(entry.doc_id, d, text[:90]) for d in LONG_DATE.findall(text) if d not in known]
        figures = NUMBER.findall(NOT_FIGURES.sub(" ", LONG_DATE.sub(" ", text)))
        # Single digits are mostly parts of names (CDK4/6, grade 3).
        for number in (f for f in figures if len(f.rstrip("%")) > 1 and f not in IMPLIED):
            if not holds(known, number) and not holds(known, number.rstrip("%")):
                wrong.append((entry.doc_id, number, text[:90]))
    assert wrong == []


# --- citations


@needs_facts
@pytest.mark.parametrize("trial_id", TRIALS)
def test_every_published_source_of_a_trial_is_cited_exactly(trial_id: str) -> None:
    cited = references_text()
    missing = []
    for source in TRIALS[trial_id]["sources"]:
        cite = source["cite"]
        core = re.split(r"\.? doi:|\. PMID|, PMID| \(", cite)[0].rstrip(".")
        wanted = [core] if re.search(r"\b\d{4};", core) and "As summarised" not in core else []
        wanted += [f"doi:{doi.rstrip('.')}" for doi in re.findall(r"doi:(\S+)", cite)] + re.findall(r"PMID \d+", cite)
        wanted += [source["url"]] if source.get("url_complete") else []
        missing += [part for part in wanted if part not in cited]
    assert missing == []


@needs_facts
def test_no_reference_is_invented() -> None:
    # Every address, DOI, PubMed number and volume of a reference is one that the facts give.
    known = " ".join(text for name in ("evidence", "page_facts") for text in strings_of(read_facts(name)))
    shortened = [s["url"] for t in TRIALS.values() for s in t["sources"] if s.get("url") and not s.get("url_complete")]
    wrong = []
    for reference in (reference for document in corpus().documents for reference in document.references):
        parts = [reference.url, reference.doi, *re.findall(r"PMID (\d+)|\b(?:PMC\d+)|\d{4};\S+\d", reference.citation)]
        wrong += [part for part in parts if part and part not in known and part.rstrip("/") not in known]
        wrong += [reference.url] if reference.url in shortened else []
    assert wrong == []


# --- own wording


def words_of(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower().replace("’", "'"))


@pytest.mark.skipif(not SOURCE_PAGE.is_file(), reason="the source page (../shared/source) is not on this machine")
def test_no_statement_is_copied_from_the_page() -> None:
    size = SHORTEST_COPY_WORDS
    page = words_of(SOURCE_PAGE.read_text(encoding="utf-8"))
    runs = {tuple(page[i : i + size]) for i in range(len(page) - size + 1)}
    copied = []
    for entry in corpus().register:
        # Authors, title and journal of a reference are cited as they are; a table's copy of them is none of its wording.
        text = LISTED_REFERENCE.sub(" | ", entry.statement) if entry.doc_id == REFERENCES else entry.statement
        for title in TITLES:
            text = text.replace(title, " | ").replace(title.partition(": ")[2] or title, " | ")
        for part in text.split("|"):
            words = words_of(part)
            copied += [
                " ".join(words[i : i + size]) for i in range(len(words) - size + 1) if tuple(words[i : i + size]) in runs
            ]
    assert copied == []
