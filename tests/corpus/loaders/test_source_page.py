"""The page the project starts from, as it was dumped: furniture off, every fact in its section with its references."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from corpus.frontmatter import parse_document
from corpus.loaders import Governance, Outcome, ParsedDocument, PartKind, parse_bytes, render_file
from corpus.places import read_clock
from corpus.types import Document, LocatorType
from index.chunking import chunk_document
from index.types import Statement, StatementKind
from tests.corpus.loaders.builder import TODAY

SHARED = Path(__file__).resolve().parents[4] / "shared"
PAGE = SHARED / "source" / "unmet-needs-and-2l-treatment.txt"
FACTS = SHARED / "facts" / "page_facts.yaml"
pytestmark = pytest.mark.skipif(not PAGE.is_file(), reason="the page is not part of the project; it lies in ../shared")

RESISTANCE, CONSENSUS = "Mechanisms of Resistance to 1L Treatment", "Lack of Consensus on Treatment Upon Disease Progression"
CLASSES, TABLE, NEEDS = (
    "Several Limitations Exist for All 3 Classes",
    "Limitations of ET",
    "Unmet Needs for Patients With HR+, HER2- MBC",
)
RESOURCES, VIDEO = "Related Resources", "Video: Treatment Options in Patients Who Progress on 1L Therapy"
# Where the page says what the fact says: section, words as printed.
PRINTED: dict[str, tuple[str, str]] = {
    "SF-010": (RESISTANCE, "is the first-line (1L) standard of care"),
    "SF-011": (RESISTANCE, "disease progression inevitably occurs"),
    "SF-012": (RESISTANCE, "multiple mechanisms of resistance to ET"),
    "SF-013": (RESISTANCE, "kinase resistance may be due to"),
    "SF-014a": (RESISTANCE, "amplification of FGFR1"),
    "SF-014b": (RESISTANCE, "activation of PI3K/AKT/mTOR pathway"),
    "SF-014c": (RESISTANCE, "mutated ESR1"),
    "SF-015a": (RESISTANCE, "CDK4/6 activation and/or CDK6 amplification"),
    "SF-015b": (RESISTANCE, "retinoblastoma gene loss of function"),
    "SF-015c": (RESISTANCE, "activation and overexpression of TK1"),
    "SF-015d": (RESISTANCE, "activation of cyclin E-CDK2 axis and/or overexpression of CCNE1, 2, or CDK2"),
    "SF-020": (CONSENSUS, "no consensus on an optimal treatment strategy"),
    "SF-021": (CONSENSUS, "Treatments utilized in the clinic include ETs, targeted therapies, and nontargeted agents"),
    "SF-022": (CONSENSUS, "ETs include aromatase inhibitors"),
    "SF-023": (
        CONSENSUS,
        "targeted therapies include AKT inhibitors, CDK4/6i, mTOR inhibitors, PARP inhibitors, and PI3K inhibitors",
    ),
    "SF-024": (CONSENSUS, "nontargeted therapies include antibody-drug conjugates and chemotherapy"),
    "SF-025": (CONSENSUS, "who progress on ET alone, or in combination with CDK4/6i"),
    "SF-030": (CLASSES, "limitations associated with ETs, targeted therapies, and nontargeted therapies"),
    "SF-031": (CLASSES, "efficacy of ET is impacted by prior ET"),
    "SF-032": (CLASSES, "limited in the contemporary therapeutic landscape"),
    "SF-033": (CLASSES, "subject to tolerability concerns"),
    "SF-034": (CLASSES, "efficacy is dependent on treatment history"),
    "SF-035": (CLASSES, "lack of universal access to genomic testing"),
    "SF-036": (CLASSES, "restricted to specific biomarker-selected subgroups"),
    "SF-037": (CLASSES, "Nontargeted agents have significant toxicities"),
    "SF-038": (CLASSES, "poor quality of life is associated with chemotherapy"),
    "SF-040": (TABLE, "ET is a tolerable strategy targeting the primary driver"),
    "SF-041": (TABLE, "Novel therapeutic approaches are needed"),
    "SF-042": (TABLE, "Exposure leads to ESR1 mutations"),
    "SF-043": (TABLE, "ESR1 mutation impacts efficacy"),
    "SF-044": (TABLE, "Partial ER agonism"),
    "SF-045": (TABLE, "Fluctuations in oral drug absorption due to gastrointestinal (GI) physiology"),
    "SF-046": (TABLE, "Inferior pharmacokinetics (PK) and additional clinic visits"),
    "SF-047": (TABLE, "Additional toxicities and resistance mechanisms when combined with targeted therapies"),
    "SF-050": (NEEDS, "extend survival, alleviate symptoms, and improve quality of life"),
    "SF-051": (NEEDS, "Despite the utility of 1L treatment, patients still experience progression."),
    "SF-052": (NEEDS, "limitations with 2L therapies and no defined treatment strategy"),
    "SF-053": (NEEDS, "Within the incurable disease setting of MBC, research is ongoing"),
    "SF-054": (NEEDS, "important to understand the unmet needs"),
    "SF-055": (NEEDS, "needed to overcome limitations of current therapies, and research is ongoing"),
    "SF-100": (VIDEO, "the standard clinical practice is to use a CDK4/6 inhibitor"),
    "SF-101": (VIDEO, "is more nuanced and depends on several factors"),
    "SF-102": (VIDEO, "which is usually a CDK4/6i plus ET"),
    "SF-103": (VIDEO, "patient's overall health, on their prior ET agent, and their response to prior treatments"),
    "SF-104": (VIDEO, "with visceral crisis, chemotherapy is recommended"),
    "SF-105": (VIDEO, "cytotoxic chemotherapy is deferred to later lines"),
    "SF-106": (VIDEO, "should be based on biomarker testing"),
    "SF-107": (VIDEO, "have a biopsy in the metastatic setting"),
    "SF-108": (VIDEO, "send tissue, as well as circulating tumor DNA, for next-generation sequencing"),
    "SF-109": (
        VIDEO,
        "ESR1 mutation or a PIK3CA, PTEN, or AKT mutation, germline and somatic BRCA1/2 mutations, as well as others",
    ),
    "SF-110": (VIDEO, "we have a range of options now that opens up to the patient"),
    "SF-111": (VIDEO, "a SERD, intramuscular or oral"),
    "SF-112": (VIDEO, "an inhibitor of the PI3K/AKT/PTEN pathway"),
    "SF-113": (VIDEO, "a CDK4/6i, if it has not been already used in the 1L setting"),
    "SF-114": (VIDEO, "at least 3 sequential ET regimens"),
    "SF-115": (VIDEO, "MBC, unfortunately, remains incurable"),
    "SF-116": (VIDEO, "new therapies that have minimal adverse event burden"),
    "SF-117": (VIDEO, "prolong the time on ET before the use of cytotoxic chemotherapy"),
    "SF-118": (VIDEO, "Fulvestrant was the first approved SERD"),
    "SF-119": (VIDEO, "has certain limitations"),
    "SF-120": (VIDEO, "Poor solubility requires intramuscular administration"),
    "SF-121": (VIDEO, "fulvestrant's efficacy is dose dependent"),
    "SF-122": (VIDEO, "a limit to how much fulvestrant can be administered"),
    "SF-123": (VIDEO, "impractical to give a monthly injection in the adjuvant setting"),
    "SF-124": (VIDEO, "consistent pharmacokinetics and favorable drug-like properties"),
    "SF-125": (VIDEO, "where we find, on circulating tumor DNA, an ESR1 mutation"),
    "SF-126": (VIDEO, "clearly a resistance marker for aromatase inhibitors"),
    "SF-127": (VIDEO, "some patients who have adjuvant AIs will also be found to have ESR1 mutations"),
    "SF-128": (VIDEO, "directly inhibit that mutant ESR1"),
    "SF-129": (VIDEO, "the approval of the first oral SERD in a biomarker-selected population"),
    "SF-130": (VIDEO, "as monotherapy as well as in a variety of combinations"),
    "SF-131": (VIDEO, "potential in the early-stage setting"),
    "SF-132": (VIDEO, "alternative for patients who are intolerant to AIs"),
    "SF-133": (VIDEO, "consistent and optimal bioavailability and to offer convenient administration"),
}
# Marks the page prints in the middle of a sentence stand at its end, so the other half of the sentence carries them too.
SHARED_SENTENCE = {"SF-011": {1}}
FURNITURE = (
    "Skip To Main", "Menu closed", "Account Login", "Alopecia", "Psoriatic", "Independent Medical", "Chat Contact", "leaving the Lilly",
    "Click \"Continue\"", "Loading icon", "ESR1m\n", "Medical notebook", "Magnifying glass", "Created with Sketch", "Please rate",
    "Dissatisfied", "Credibility", "Confidence to implement", "Terms of Use", "Privacy", "Cookie", "Sitemap", "customer support",
    "XXX", "GLOOTH", "trademarks", "California", "Facebook", "All rights reserved", "Music", "Question animates", "Lower thirds",
    "Drops to reveal",
)  # fmt: skip


@cache
def parsed_page() -> ParsedDocument:
    """The page as it is, parsed."""
    return parse_bytes(PAGE.read_bytes(), PAGE.name)


@cache
def page() -> Document:
    """The draft the page becomes."""
    governance = Governance("T-PAGE", "hr-her2-mbc", TODAY, "US", "Medical Information", PAGE.name)
    return parse_document(render_file(parsed_page(), governance).encode(), "t-page.md")


@cache
def statements() -> tuple[Statement, ...]:
    """The statements of the draft."""
    return chunk_document(page()).statements


def facts(*kinds: str) -> dict[str, dict[str, Any]]:
    """Facts of the page of some kinds, by id."""
    rows = yaml.safe_load(FACTS.read_text(encoding="utf-8"))["facts"] if FACTS.is_file() else []
    return {row["id"]: row for row in rows if row["kind"] in kinds}


def seconds_of(timestamp: str | int) -> float:
    """YAML reads 04:13 as 253 and 00:15 as text."""
    return float(timestamp) if isinstance(timestamp, int) else read_clock(timestamp)


def found(fact_id: str) -> list[Statement]:
    section, words = PRINTED[fact_id]
    return [s for s in statements() if any(part.startswith(section) for part in s.heading_path) and words in s.text]


def test_the_draft_is_a_draft_with_the_printed_number() -> None:
    assert (page().status.value, page().review) == ("draft", "pending")
    assert page().title == "Unmet Needs and 2L Treatment"
    assert parsed_page().number == "VV-MED-156150"


@pytest.mark.parametrize("words", FURNITURE)
def test_no_furniture_remains(words: str) -> None:
    assert words not in page().text


def test_every_content_fact_has_its_place_in_the_table_of_this_test() -> None:
    assert set(PRINTED) == set(facts("content", "table_row", "video_claim"))


@pytest.mark.parametrize("fact_id", PRINTED)
def test_every_fact_stands_in_its_section_with_its_references(fact_id: str) -> None:
    fact = facts("content", "table_row", "video_claim")[fact_id]
    expected = set(fact["refs"]) | SHARED_SENTENCE.get(fact_id, set())
    matching = found(fact_id)
    assert matching, f"{fact_id}: {PRINTED[fact_id]}"
    assert expected in [set(statement.reference_numbers) for statement in matching]


@pytest.mark.parametrize("fact_id", [name for name in PRINTED if name >= "SF-100"])
def test_every_statement_of_the_video_has_its_time_and_speaker(fact_id: str) -> None:
    (statement,) = found(fact_id)
    assert statement.locator.type is LocatorType.VIDEO
    assert statement.locator.start_s == seconds_of(facts("video_claim")[fact_id]["timestamp"])
    assert statement.locator.speaker == "Dr Joyce O’Shaughnessy"


def test_cues_end_where_the_next_begins_and_the_last_is_open() -> None:
    cues = dict.fromkeys((s.locator.start_s, s.locator.end_s) for s in statements() if s.locator.type is LocatorType.VIDEO)
    assert list(cues) == [(15, 37), (37, 79), (79, 173), (173, 204), (204, 253), (253, None)]


@pytest.mark.parametrize("fact_id", ["SF-042", "SF-043", "SF-044", "SF-045", "SF-046", "SF-047"])
def test_the_table_of_limitations_says_yes_where_the_page_names_the_class(fact_id: str) -> None:
    fact = facts("table_row")[fact_id]
    (statement,) = [s for s in found(fact_id) if s.kind is StatementKind.TABLE_ROW]
    assert statement.row is not None
    assert statement.row.headers[1:] == ("AIs", "SERMs", "SERDs")
    given = [cell.startswith("Yes") for cell in statement.row.cells[1:]]
    assert given == [fact["applies_to"][name] for name in ("AI", "SERM", "SERD")]
    assert ("IM" in statement.row.cells[3]) == (fact["serd_qualifier_on_page"] == "IM")


def test_there_are_fifteen_references_and_the_run_on_one_is_split_and_flagged() -> None:
    references = {entry.n: entry for entry in page().references}
    assert sorted(references) == list(range(1, 16))
    assert references[14].citation == "Yu J, et al. Pharmcol Ther. 2022:236:108108."
    assert "run together with the start of reference 15" in (references[14].note or "")
    assert references[15].citation.startswith("Wardell SE, et al. Breast Cancer Res Treat")
    assert {n: entry.doi for n, entry in references.items() if entry.doi} == {
        6: "10.1038/s41523-023-00523-4",
        9: "10.14694/EdBook_AM.2013.33.9",
    }
    flagged = " ".join(finding.reason for finding in parsed_page().report.of(Outcome.DOUBTFUL))
    assert all(f"reference {number}:" in flagged for number in (5, 6, 9, 14))


def test_resources_keep_their_titles_without_the_label_of_their_icon() -> None:
    headings = [part.text for part in parsed_page().parts if part.kind is PartKind.HEADING]
    assert "DECK: Overview of ER+, HER2-, ABC including ER-Targeted Therapies" in headings
    assert sum(heading.startswith("INFOGRAPHIC: ") for heading in headings) == 2
    below = [s for s in statements() if RESOURCES in s.heading_path]
    assert len(below) == 3


def test_alternative_text_is_kept_once() -> None:
    figures = [part.text for part in parsed_page().parts if part.kind is PartKind.FIGURE]
    assert len(figures) == 2
    assert (
        figures[0]
        == "Pathways for ET resistance and kinase resistance for patients with estrogen receptor-positive, HER2-negative MBC.[^4]"
    )


def test_abbreviations_are_collected() -> None:
    long = {entry.short: entry.long for entry in parsed_page().abbreviations}
    assert long["MBC"] == "metastatic breast cancer"
    assert long["AIs"] == "aromatase inhibitors"


def test_nothing_is_lost_unsaid() -> None:
    """Every line of the dump is in the draft or in the report."""
    report = " ".join(finding.text for finding in parsed_page().report.findings)
    known = f"{page().text} {report} {' '.join(entry.citation for entry in page().references)}".replace("[^", "").replace(
        "]", ""
    )
    letters = "".join(character for character in known if character.isalpha())
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        words = [word for word in line.replace("(", " ").split() if word.isalpha() and len(word) > 2]
        missing = [word for word in words if word not in letters]
        assert not missing or line.strip() == "References", line
