"""Content pages of the console: who may see them, steps from draft to approval and out again, stale marks, rollback."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.storage import AuditKind
from corpus import DocumentStatus, read_ledger
from tests.api.staff_world import World, busy_world
from tests.api.test_staff_access import sign_in
from tests.corpus.builder import document_text, write_document

PAGE = "/staff/content/T-ONE/1.0"


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A staff room over one draft and one document whose review is overdue."""
    root = tmp_path / "corpus"
    write_document(root, document_text(status="draft", review="pending", review_due="2027-07-10"))
    write_document(root, document_text(id="T-OLD", title="Older testimab", review_due="2026-02-10"), "t-old.md")
    return busy_world(tmp_path, corpus_dir=root)


@pytest.mark.parametrize("role", ["triage", "safety", "evaluator"])
def test_other_roles_do_not_govern_content(world: World, role: str) -> None:
    client = sign_in(world, role)
    assert client.get("/staff/content").status_code == 403
    assert client.post(f"{PAGE}/submit", data={}).status_code == 403
    assert "/staff/content" not in client.get("/staff/queue").text


def test_the_list_shows_standing_and_stale_reviews(world: World) -> None:
    page = sign_in(world, "quality").get("/staff/content").text
    assert "1 of 2 documents and approved answers may be served in US; 1 of them past their review date" in page
    assert "its status is draft" in page
    assert "overdue" in page


def test_a_draft_is_approved_by_two_people_and_withdrawn_again(world: World) -> None:
    quality, admin = sign_in(world, "quality"), sign_in(world, "admin")
    assert quality.post(f"{PAGE}/submit", data={}).status_code == 303
    assert quality.post(f"{PAGE}/approve", data={}).status_code == 303
    refused = quality.post(f"{PAGE}/approve", data={})
    assert "the second approval is another person" in refused.text
    assert admin.post(f"{PAGE}/approve", data={"day": "2027-05-01"}).status_code == 303
    standing = read_ledger(world.settings.ledger_path).find("T-ONE", "1.0")
    assert standing is not None
    assert standing.status is DocumentStatus.APPROVED
    assert [approval.by for approval in standing.approvals] == ["Quinn Duarte", "Ada Moreau"]
    assert "1 May 2027" in quality.get(PAGE).text
    assert admin.post(f"{PAGE}/withdraw", data={"reason": "figure corrected"}).status_code == 303
    shown = quality.get(PAGE).text
    assert "its status is withdrawn" in shown
    assert "figure corrected" in shown
    steps = [record.content["step"] for record in world.audit.latest([AuditKind.CONTENT], 9) if record.content]
    assert steps == ["withdraw", "approve", "approve", "submit"]
    assert world.audit.verify().faults == ()


def test_a_step_that_is_not_open_is_refused_in_words(world: World) -> None:
    client = sign_in(world, "admin")
    assert "submit it for review first" in client.post(f"{PAGE}/approve", data={}).text
    assert client.post(f"{PAGE}/explode", data={}).status_code == 400
    assert client.get("/staff/content/T-NONE/1.0").status_code == 404
    assert "there is no release" in client.post("/staff/content/rollback", data={"release": "x", "reason": "y"}).text
