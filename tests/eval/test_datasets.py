"""Loading and linting of evaluation sets; the packaged ones are clean and keep their promises."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from eval.commands.shared import find_set
from eval.datasets import (
    PACKAGED,
    DatasetError,
    list_packaged,
    load_hostile,
    load_questions,
    pool_questions,
    questions_to_lines,
)
from eval.linting import lint_file, lint_packaged, shared_questions

GOOD = {
    "id": "q1",
    "kind": "page",
    "turns": ["What is the goal?"],
    "answerable": True,
    "nuggets": [{"id": "n1", "vital": True, "any": ["surviv"]}],
    "facts": ["SF-050"],
}


def write(path: Path, *items: dict[str, object], purpose: str = "development") -> Path:
    path.write_text(yaml.safe_dump({"id": path.stem, "purpose": purpose, "provenance": "by hand", "questions": list(items)}))
    return path


class TestPackagedSets:
    def test_are_clean(self) -> None:
        assert [f"{f.path.name} {f.item}: {f.message}" for f in lint_packaged()] == []

    @pytest.mark.parametrize("name", ["report-2", "report-3"])
    def test_report_questions_are_many_and_a_fifth_cannot_be_answered(self, name: str) -> None:
        loaded = load_questions(PACKAGED / "questions" / f"{name}.yaml")
        assert loaded.header.purpose == "report"
        assert len(loaded.items) >= 100
        assert sum(not item.answerable for item in loaded.items) / len(loaded.items) >= 0.2
        assert sum(len(item.turns) > 1 for item in loaded.items) >= 8

    def test_development_questions_are_those_the_commands_ask_by_default(self) -> None:
        assert find_set("development", "questions") == PACKAGED / "questions" / "development.yaml"
        assert load_questions(find_set("development", "questions")).header.purpose == "development"

    def test_hostile_inputs_have_both_parts(self) -> None:
        items = load_hostile().items
        assert len(items) >= 40
        assert min(sum(item.part == part for item in items) for part in ("development", "report")) >= 20

    def test_listing_names_what_is_there(self) -> None:
        listed = {listing.header.id: listing for listing in list_packaged()}
        assert listed["questions-development-4"].kind == "questions"
        assert listed["questions-development"].items == 240
        assert listed["hostile"].items == len(load_hostile().items)
        assert listed["screening-report"].kind == "messages"
        assert listed["grounding-report"].kind == "grounding"


class TestLoading:
    def test_names_the_item_and_field(self, tmp_path: Path) -> None:
        path = write(tmp_path / "bad.yaml", {**GOOD, "answerable": "perhaps"})
        with pytest.raises(DatasetError, match=r"bad\.yaml: q1: answerable"):
            load_questions(path)

    def test_refuses_unknown_fields(self, tmp_path: Path) -> None:
        with pytest.raises(DatasetError, match="nugget"):
            load_questions(write(tmp_path / "bad.yaml", {**GOOD, "nugget": []}))

    def test_missing_file_says_what_to_do(self, tmp_path: Path) -> None:
        with pytest.raises(DatasetError, match="medinfo eval datasets"):
            load_questions(tmp_path / "none.yaml")

    def test_a_bare_list_is_a_development_set(self, tmp_path: Path) -> None:
        path = tmp_path / "bare.yaml"
        path.write_text(yaml.safe_dump([GOOD]))
        assert load_questions(path).header.purpose == "development"


class TestLinting:
    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"nuggets": [{"id": "n1", "vital": True, "any": ["goal"]}]}, "given away"),
            ({"nuggets": [{"id": "n1", "vital": True, "any": ["("]}]}, "does not compile"),
            ({"nuggets": [{"id": "n1", "vital": True, "any": ["x*"]}]}, "always matches"),
            ({"nuggets": [{"id": "n1", "vital": False, "any": ["a"]}]}, "vital"),
            ({"answerable": False}, "unanswerable but with nuggets"),
            ({"facts": []}, "without facts"),
            ({"forbidden_facts": ["SF-050"]}, "both allowed and forbidden"),
        ],
    )
    def test_finds_what_makes_a_score_meaningless(self, tmp_path: Path, change: dict[str, object], message: str) -> None:
        found = lint_file(write(tmp_path / "set.yaml", {**GOOD, **change}))
        assert any(message in finding.message for finding in found), found

    def test_finds_one_id_twice(self, tmp_path: Path) -> None:
        assert [f.message for f in lint_file(write(tmp_path / "set.yaml", GOOD, GOOD))] == ["id used 2 times"]

    def test_finds_a_question_asked_in_both_parts(self, tmp_path: Path) -> None:
        item = {**GOOD, "turns": ["What is the goal of treatment in this disease?"]}
        first = load_questions(write(tmp_path / "a.yaml", item))
        second = load_questions(
            write(tmp_path / "b.yaml", {**item, "turns": ["what is the GOAL of treatment, in this disease"]})
        )
        assert [f.item for f in shared_questions(first, second)] == ["q1"]


class TestOtherSets:
    def messages(self, path: Path, **change: object) -> Path:
        item = {"id": "m-1", "text": "My patient Jane Roe, 61, had a stroke on abemaciclib.", "codes": ["AE-SERIOUS"], "pv": True,
                "should_answer": True, "identifiers": ["Jane Roe"], "must_keep": ["61"], **change}  # fmt: skip
        header = {"id": "s", "version": 1, "owner": "t", "purpose": "development", "provenance": "by hand"}
        path.write_text(yaml.safe_dump({**header, "messages": [item]}))
        return path

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"identifiers": ["John Roe"]}, "'John Roe' does not stand in the message"),
            ({"must_keep": ["Jane Roe"]}, "to be kept and to be masked"),
            ({"pv": False}, "must reach pharmacovigilance"),
            ({"codes": ["CONTACT"]}, "pv is true without a code"),
            ({"codes": ["AE-SERIOUS", "AE-SERIOUS"]}, "a code is given twice"),
        ],
    )
    def test_messages_whose_labels_contradict_themselves(self, tmp_path: Path, change: dict[str, object], message: str) -> None:
        assert lint_file(self.messages(tmp_path / "good.yaml")) == []
        assert [message in f.message for f in lint_file(self.messages(tmp_path / "bad.yaml", **change))] == [True]

    def test_judgements_without_anything_relevant(self, tmp_path: Path) -> None:
        path = tmp_path / "set.qrels"
        path.write_text("q1 0 d1 0\nq2 0 d1 1\n")
        assert [(f.item, f.message) for f in lint_file(path)] == [("q1", "no relevant document: every ranking scores 0")]

    def test_look_ups_that_always_match(self, tmp_path: Path) -> None:
        path = tmp_path / "lookups.yaml"
        header = {"id": "l", "version": 1, "purpose": "report", "provenance": "by hand"}
        path.write_text(yaml.safe_dump({**header, "lookups": [{"id": "l1", "query": "x", "prints": "x*"}]}))
        assert ["always matches" in f.message for f in lint_file(path)] == [True]

    def test_every_packaged_set_is_listed_with_its_provenance(self) -> None:
        listed = list(list_packaged())
        assert {row.kind for row in listed} == {"questions", "messages", "hostile", "grounding", "qrels", "figures"}
        assert all(row.header.provenance and row.items for row in listed)
        assert len(listed) == len(list(PACKAGED.rglob("*.yaml")))


class TestLines:
    def test_a_set_is_read_back_from_json_lines(self, tmp_path: Path) -> None:
        loaded = load_questions(PACKAGED / "questions" / "report-2.yaml")
        path = tmp_path / "set.jsonl"
        path.write_text(questions_to_lines(loaded), encoding="utf-8")
        again = load_questions(path)
        assert again.items == loaded.items
        assert (again.header.id, again.header.purpose) == (loaded.header.id, "report")

    def test_lines_without_a_header_are_a_development_set(self, tmp_path: Path) -> None:
        path = tmp_path / "set.jsonl"
        path.write_text(json.dumps(GOOD) + "\n")
        assert load_questions(path).header.purpose == "development"

    def test_a_broken_line_is_named(self, tmp_path: Path) -> None:
        path = tmp_path / "set.jsonl"
        path.write_text(json.dumps(GOOD) + "\n{\n")
        with pytest.raises(DatasetError, match=r"set.jsonl:2"):
            load_questions(path)

    def test_pooling_needs_different_ids(self, tmp_path: Path) -> None:
        first = load_questions(write(tmp_path / "a.yaml", GOOD))
        with pytest.raises(DatasetError, match="cannot be pooled"):
            pool_questions([first, first])
        second = load_questions(write(tmp_path / "b.yaml", {**GOOD, "id": "q2"}))
        assert [item.id for item in pool_questions([first, second]).items] == ["q1", "q2"]
