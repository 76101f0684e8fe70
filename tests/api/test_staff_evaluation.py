"""The evaluator's pages over a real store and index: roles, the report with its own policy, blind review, explain without saving."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.api.app import create_app
from assistant.api.engine import Engine
from assistant.api.staff.evaluator import Evaluator
from assistant.query.rules import read_rules
from assistant.screening import Screener, screener_for
from index.types import KnowledgeIndex
from tests.api.conftest import settings_in
from tests.api.staff_world import World, busy_world
from tests.api.test_engine import ONLY_VOTED
from tests.api.test_staff_access import sign_in
from tests.eval.test_desk import QUESTIONS, store_run

IN_DATE = datetime(2026, 11, 22, 12, tzinfo=UTC)
ASKED = "What was median PFS with vepdegestrant in ESR1-mutated disease in VERITAC-2?"


@pytest.fixture
def world(tmp_path: Path, packaged_index: KnowledgeIndex) -> World:
    """A staff room with two runs and the packaged index."""
    found = busy_world(tmp_path)
    engine = Engine(screener_for(packaged_index.embedder), index=packaged_index)
    for name, value in (("run-before", 1.0), ("run-after", 0.0)):
        store_run(tmp_path, name, value)
    found.app.state.evaluator = Evaluator(found.settings, lambda: engine, lambda: IN_DATE)
    return found


@pytest.mark.parametrize("role", ["triage", "safety", "quality", "admin"])
def test_other_roles_neither_see_nor_open_them(world: World, role: str) -> None:
    client = sign_in(world, role)
    assert client.get("/staff/evaluation").status_code == 403
    assert client.post("/staff/explain", data={"question": ASKED}).status_code == 403
    assert "/staff/explain" not in client.get("/staff/queue").text


def test_two_runs_are_chosen_and_the_report_opens_with_its_own_policy(world: World) -> None:
    client = sign_in(world, "evaluator")
    listed = client.get("/staff/evaluation").text
    assert "run-before" in listed and "run-after" in listed
    reply = client.get("/staff/evaluation/report?a=run-before&b=run-after")
    policy = reply.headers["content-security-policy"]
    assert "B is worse on complete answers" in reply.text
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "'sha256-" in policy
    assert "unsafe-inline" not in policy
    assert client.get("/staff/evaluation").headers["content-security-policy"] != policy


@pytest.mark.parametrize("query", ["a=run-before", "a=run-before&b=../../x", "a=run-before&b="])
def test_a_report_of_nothing_is_refused_as_a_page(world: World, query: str) -> None:
    reply = sign_in(world, "evaluator").get(f"/staff/evaluation/report?{query}")
    assert reply.status_code in {400, 404, 422}
    assert "<h1>" in reply.text and "Traceback" not in reply.text


def test_two_readers_label_blind_and_agreement_appears_when_both_have(world: World) -> None:
    world.add_person("reader@example.org", "Rita Vale", ("evaluator",))
    first, second = sign_in(world, "evaluator"), sign_in(world, "reader")
    path, sample = "/staff/evaluation/review/run-after", QUESTIONS[0].id
    for item in QUESTIONS[:3]:
        sent = first.post(path, data={"sample": item.id, "label": "incomplete", "note": "no ratio"})
        assert sent.status_code == 303
    seen = second.get(path).text
    assert "no ratio" not in seen and "read by 1" in seen and "kappa" not in seen
    for item, label in zip(QUESTIONS[:3], ("incomplete", "correct", "incomplete"), strict=True):
        second.post(path, data={"sample": item.id, "label": label, "note": ""})
    shown = second.get(path).text
    assert "Cohen's kappa" in shown.replace("&#39;", "'") and "67 %" in shown
    lines = second.get(f"{path}/labels.jsonl").text
    assert sample in lines and '"label": "incomplete"' in lines
    assert first.post(path, data={"sample": "none", "label": "correct"}).status_code == 404


def test_an_answer_is_explained_and_a_threshold_tried_without_saving(world: World) -> None:
    client = sign_in(world, "evaluator")
    assert client.get("/staff/explain").status_code == 200
    page = client.post("/staff/explain", data={"question": ASKED}).text
    assert "Outcome: answered" in page and "is about another study" in page.lower()
    assert all(re.search(rf"{arm} \d+\.\d\d \(rank \d+\)", page) for arm in ("text", "questions", "words"))
    assert "(rank 1)" in page
    tried = client.post("/staff/explain", data={"question": ASKED, "try_sufficiency": "1"}).text
    assert "Outcome: declined" in tried and "On trial: sufficiency 1" in tried
    assert read_rules("answer_ranking")["sufficiency"]["threshold"] < 1
    assert "Outcome: answered" in client.post("/staff/explain", data={"question": ASKED}).text


def test_a_report_that_only_the_second_vote_knows_is_explained_as_the_service_takes_it(world: World) -> None:
    page = sign_in(world, "evaluator").post("/staff/explain", data={"question": ONLY_VOTED}).text
    assert "by VOTE" in page and ", score " in page and "no code" not in page


def test_the_service_explains_with_its_own_engine(tmp_path: Path) -> None:
    app = create_app(settings_in(tmp_path), Engine(Screener()), runs_background=False)
    assert app.state.evaluator._find_engine() is app.state.service.engine


@pytest.mark.parametrize(
    "fields", [{"question": ""}, {"question": "x", "try_sufficiency": "7"}, {"question": "x", "try_most": "many"}]
)
def test_a_form_that_makes_no_sense_says_so(world: World, fields: dict[str, str]) -> None:
    reply = sign_in(world, "evaluator").post("/staff/explain", data=fields)
    assert reply.status_code in {400, 422}
    assert "Traceback" not in reply.text


def test_a_document_out_of_date_is_the_reason_given(world: World, packaged_index: KnowledgeIndex) -> None:
    world.app.state.evaluator = Evaluator(world.settings, lambda: Engine(Screener(), index=packaged_index), world.clock)
    page = sign_in(world, "evaluator").post("/staff/explain", data={"question": ASKED}).text
    assert "Outcome: declined" in page and "may not be quoted today" in page


def test_follow_ups_are_explained_with_what_was_asked_before(world: World) -> None:
    fields = {"question": "and its dose?", "before": ASKED}
    page = sign_in(world, "evaluator").post("/staff/explain", data=fields).text
    assert "drug:vepdegestrant" in page


def test_nothing_typed_can_act_in_the_page(world: World) -> None:
    typed = '<script>window.hacked=1</script> dose of Orserdu"><img src=x onerror=alert(1)>'
    page = sign_in(world, "evaluator").post("/staff/explain", data={"question": typed}).text
    assert "<script>window" not in page and "<img src=x" not in page


def test_without_index_or_evaluation_the_pages_say_so(tmp_path: Path) -> None:
    bare = busy_world(tmp_path)
    client = sign_in(bare, "evaluator")
    assert client.get("/staff/evaluation").status_code == 503
    bare.app.state.evaluator = Evaluator(bare.settings, lambda: Engine(Screener()), bare.clock)
    reply = client.post("/staff/explain", data={"question": ASKED})
    assert reply.status_code == 503 and "no index" in reply.text
    assert "No run is stored" in client.get("/staff/evaluation").text
