"""`medinfo corpus add`: drafts, reports, ids, dry runs, nothing half-added; the same file gives the same passages."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from assistant.cli.corpus import app
from corpus import DocumentStatus, load_corpus, servable
from corpus.frontmatter import parse_document
from corpus.loaders import (
    Governance,
    Intake,
    LoadRefused,
    Outcome,
    add_file,
    load_preview,
    parse_bytes,
    render_file,
    report_path,
)
from index.chunking import chunk_document
from index.types import Passage
from tests.corpus.loaders.builder import TODAY

RUNNER = CliRunner()
PAGE = """Testimab in Second Line

Efficacy of Testimab

Testimab is a selective test modulator (STM) that helped 12.5% of patients with advanced disease.1

References

1. Roe A, et a. J Test. 2020;1:2-3.
"""


def add(*arguments: str) -> Any:
    return RUNNER.invoke(app, ["add", *arguments])


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "testimab page.txt"
    path.write_text(PAGE, encoding="utf-8")
    return path


def row(result: Any) -> dict[str, Any]:
    (found,) = json.loads(result.output)["files"]
    assert isinstance(found, dict)
    return found


def test_a_file_becomes_a_draft_that_nobody_is_served(page: Path, tmp_path: Path) -> None:
    content = tmp_path / "content"
    found = row(add(str(page), "--corpus", str(content), "--topic", "test-topic", "--json"))
    (document,) = load_corpus(content).documents
    assert (found["outcome"], found["id"], found["status"]) == ("added", "TESTIMAB-PAGE", "draft")
    assert (document.status, document.review) == (DocumentStatus.DRAFT, "pending")
    assert not servable(document, date(2030, 1, 1), "US")
    assert document.sources[0].startswith("testimab page.txt (sha256 ")
    assert (content / "originals" / "testimab-page" / "testimab page.txt").read_text(encoding="utf-8") == PAGE


def test_the_report_says_what_was_kept_dropped_and_doubtful(page: Path, tmp_path: Path) -> None:
    plain = add(str(page), "--corpus", str(tmp_path / "content"), "--topic", "test-topic", "--dry-run")
    assert "would be added" in plain.output
    assert "doubtful: 1" in plain.output
    assert "'et al.' is misspelt" in plain.output


def test_a_dry_run_writes_nothing(page: Path, tmp_path: Path) -> None:
    found = row(add(str(page), "--corpus", str(tmp_path / "content"), "--topic", "t", "--dry-run", "--json"))
    assert found["outcome"] == "would_add"
    assert not (tmp_path / "content").exists()


def test_abbreviations_the_glossary_lacks_are_proposed(page: Path, tmp_path: Path) -> None:
    add(str(page), "--corpus", str(tmp_path), "--topic", "t")
    proposal = yaml.safe_load((tmp_path / "proposals" / "testimab-page.yaml").read_text(encoding="utf-8"))
    assert proposal["terms"] == [
        {"id": "selective_test_modulator", "preferred": "selective test modulator", "group": "class", "forms": ["STM"]}
    ]


def test_the_same_file_again_changes_nothing(page: Path, tmp_path: Path) -> None:
    add(str(page), "--corpus", str(tmp_path / "c"), "--topic", "t")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "c").rglob("*")}
    assert row(add(str(page), "--corpus", str(tmp_path / "c"), "--topic", "t", "--json"))["outcome"] == "unchanged"
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "c").rglob("*")} == before


def test_a_changed_file_replaces_its_draft_only_when_asked(page: Path, tmp_path: Path) -> None:
    arguments = (str(page), "--corpus", str(tmp_path / "c"), "--topic", "t", "--json")
    add(*arguments)
    page.write_text(PAGE.replace("12.5%", "13.5%"), encoding="utf-8")
    refused = add(*arguments)
    assert refused.exit_code == 2
    assert "--replace" in row(refused)["message"]
    assert row(add(*arguments, "--replace"))["outcome"] == "replaced"
    assert "13.5%" in load_corpus(tmp_path / "c").documents[0].text


def test_a_document_that_left_the_draft_status_is_never_written_over(page: Path, tmp_path: Path) -> None:
    arguments = (str(page), "--corpus", str(tmp_path / "c"), "--topic", "t", "--json", "--replace")
    path = Path(row(add(*arguments))["document"])
    path.write_text(path.read_text(encoding="utf-8").replace("status: draft", "status: in_review"), encoding="utf-8")
    page.write_text(PAGE.replace("12.5%", "13.5%"), encoding="utf-8")
    assert "in_review" in row(add(*arguments))["message"]
    assert "13.5%" not in path.read_text(encoding="utf-8")


def test_an_id_in_use_is_counted_on_and_said(page: Path, tmp_path: Path) -> None:
    page.write_text(PAGE + "\nVV-MED-156150\n", encoding="utf-8")
    found = row(add(str(page), "--corpus", str(tmp_path / "c"), "--topic", "t", "--json"))
    assert found["id"] == "VV-MED-156150-2"
    assert "VV-MED-156150 is the id of another document" in found["doubtful"][0]["reason"]


def test_two_files_of_one_name_are_two_documents(page: Path, tmp_path: Path) -> None:
    other = tmp_path / "testimab_page.md"
    other.write_text("# Other\n\nTestimab was also studied in other diseases.\n", encoding="utf-8")
    result = add(str(page), str(other), "--corpus", str(tmp_path / "c"), "--topic", "t", "--json")
    assert [entry["id"] for entry in json.loads(result.output)["files"]] == ["TESTIMAB-PAGE", "TESTIMAB-PAGE-2"]


def test_a_failed_write_leaves_nothing(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    intake = Intake(content_dir=tmp_path / "c", topic="t", market="US", owner="MI", on=TODAY)
    original = Path.replace

    def fail(self: Path, target: Path) -> Path:
        if self.name == "document":
            raise OSError("disk full")
        return original(self, target)

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        add_file(page, intake)
    assert not list((tmp_path / "c").rglob("*.md"))
    assert not list((tmp_path / "c").glob(".adding-*"))


@pytest.mark.parametrize(("name", "value"), [("--id", "no spaces allowed"), ("--topic", "No Topic")])
def test_what_would_be_no_valid_document_is_refused(page: Path, tmp_path: Path, name: str, value: str) -> None:
    result = add(str(page), "--corpus", str(tmp_path / "c"), *(("--topic", "t") if name != "--topic" else ()), name, value)
    assert result.exit_code == 2
    assert not list((tmp_path / "c").rglob("*.md"))


def test_the_preview_holds_every_part_in_the_order_of_the_original(page: Path, tmp_path: Path) -> None:
    page.write_text("Menu\n\n" + PAGE, encoding="utf-8")
    add(str(page), "--corpus", str(tmp_path / "c"), "--topic", "t")
    preview = load_preview(report_path(tmp_path / "c", "TESTIMAB-PAGE"))
    assert preview.file == "testimab page.txt"
    outcomes = [(row.origin, row.outcome) for row in preview.rows]
    assert outcomes[0] == ("line 1", Outcome.DROPPED)
    assert ("line 7", Outcome.KEPT) in outcomes
    assert "helped 12.5%" in preview.markdown


def passages(text: str) -> list[Passage]:
    parsed = parse_bytes(text.encode(), "report.md")
    governance = Governance("T-ONE", "t", TODAY, "US", "MI", "report.md")
    return list(chunk_document(parse_document(render_file(parsed, governance).encode(), "t-one.md")).passages)


SENTENCES = st.lists(
    st.lists(
        st.sampled_from(
            ["testimab", "placebo", "helped", "patients", "trial", "response", "nausea", "weekly", "rate", "phase"]
        ),
        min_size=3,
        max_size=9,
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=40, deadline=None)
@given(st.lists(SENTENCES, min_size=2, max_size=5), st.data())
def test_editing_one_section_changes_only_its_passages(sections: list[list[list[str]]], data: st.DataObject) -> None:
    def written(all_sections: list[list[list[str]]]) -> str:
        bodies = (". ".join(" ".join(words).capitalize() for words in section) + "." for section in all_sections)
        return "# Report\n\n" + "\n\n".join(f"## Section {n}\n\n{body}" for n, body in enumerate(bodies))

    edited = data.draw(st.integers(0, len(sections) - 1))
    changed = [*sections]
    changed[edited] = [*sections[edited], ["entirely", "new", "words"]]
    before, after = passages(written(sections)), passages(written(changed))
    assert passages(written(sections)) == before
    same = {p.chunk_id for p in before} & {p.chunk_id for p in after}
    others = {p.chunk_id for p in before if p.heading_path != (f"Section {edited}",)}
    assert others <= same


def test_a_refusal_tells_programs_its_kind(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4 nothing")
    intake = Intake(content_dir=tmp_path / "c", topic="t", market="US", owner="MI", on=TODAY)
    with pytest.raises(LoadRefused) as caught:
        add_file(tmp_path / "a.pdf", intake)
    assert caught.value.refusal.value == "broken"
