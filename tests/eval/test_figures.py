"""Figures in one form, judged against the checked facts; the packaged table holds for the packaged content."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from eval.datasets import DatasetError
from eval.figures import figures_of, judge_statements, load_figures
from eval.lookups import judge_passages, load_lookups, run_lookups
from index.types import KnowledgeIndex

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "facts" / "evidence.yaml"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("3,256 patients, p=.002", {"3256", "0.002"}),
        ("on 05/2025, day 01", {"5", "2025", "1"}),
        ("HR 0.55, 95% CI 0.39-0.77", {"0.55", "0.39", "0.77"}),
        ("CDK4/6 inhibitors, ESR1, HER2-, 2L, NCT03778931", set()),
        ("95% of patients; 0·70", {"95", "0.70"}),
        ("MONARCH 2 in 669 patients", {"2", "669"}),
    ],
)
def test_figures_have_one_form_and_names_are_none(text: str, found: set[str]) -> None:
    assert figures_of(text) == found


def test_every_figure_of_the_packaged_content_is_that_of_its_facts(packaged_index: KnowledgeIndex) -> None:
    samples = judge_statements(list(packaged_index.statements.values()), load_figures())
    assert len(samples) > 600
    assert [s.details["notes"] for s in samples if s.scores["figures_checked"].value != 1.0] == []


def test_an_altered_figure_is_named_with_its_facts(packaged_index: KnowledgeIndex) -> None:
    statement = next(s for s in packaged_index.statements.values() if s.facts == ("emerald",) and "35.0%" in s.text)
    altered = replace(statement, text=statement.text.replace("35.0%", "53.0%"))
    unknown = replace(statement, facts=("no-such-fact",))
    wrong, unscored = judge_statements([altered, unknown], load_figures())
    assert (wrong.scores["figures_checked"].value, unscored.scores["figures_checked"].value) == (0.0, None)
    assert wrong.details["notes"] == ["53.0 not among the figures of emerald"]


def test_the_table_is_that_of_the_fact_files() -> None:
    if not SHARED.is_file():
        pytest.skip("the fact files are not on this machine")
    table = load_figures().figures
    for trial in yaml.safe_load(SHARED.read_text(encoding="utf-8"))["trials"]:
        said = figures_of(" ; ".join(str(row.get("result")) for row in trial.get("results", ())))
        assert said <= table[trial["id"]], trial["id"]


def test_a_table_of_another_shape_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "figures.yaml"
    path.write_text("id: x\nfigures: {a: [1]}\n")
    with pytest.raises(DatasetError):
        load_figures(path)


def test_look_ups_are_found_by_the_whole_index(packaged_index: KnowledgeIndex) -> None:
    lookups = load_lookups().items
    samples = run_lookups(packaged_index, lookups)
    assert len(samples) == len(lookups)
    assert sum(s.scores["rr"].value or 0.0 for s in samples) / len(samples) > 0.9


def test_a_passage_that_prints_the_code_is_graded_above_one_whose_heading_does(packaged_index: KnowledgeIndex) -> None:
    lookup = next(item for item in load_lookups().items if item.query == "Korserdu")
    grades = judge_passages(lookup, packaged_index.passages)
    assert grades and set(grades.values()) <= {1, 2}
    assert all("Korserdu" in packaged_index.passages[name].text for name, grade in grades.items() if grade == 2)
