"""The preview of a document brought in: original beside draft, for quality and admin only, hostile text harmless."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.loaders import Intake, add_file
from tests.api.staff_world import World, busy_world
from tests.api.test_staff_access import sign_in
from tests.corpus.loaders.builder import TODAY

PAGE = """Menu
Home

Testimab in Second Line

Efficacy of Testimab

Testimab helped <script>window.hacked=1</script> 12.5% of patients with advanced disease in its first trial.1

References

1. Roe A, et a. J Test. 2020;1:2-3.
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A staff room with one document brought in."""
    made = busy_world(tmp_path_factory.mktemp("world"))
    source = tmp_path_factory.mktemp("in") / "testimab.txt"
    source.write_text(PAGE, encoding="utf-8")
    content_dir: Path = made.app.state.console.content_dir
    add_file(source, Intake(content_dir=content_dir, topic="t", market="US", owner="MI", on=TODAY))
    return made


def test_original_and_draft_stand_side_by_side(world: World) -> None:
    page = sign_in(world, "quality").get("/staff/content/TESTIMAB/preview")
    assert page.status_code == 200
    assert "brought in from testimab.txt (page text)" in page.text
    assert "<strong>Dropped</strong> line 1: menu or navigation" in page.text
    assert "&#39;et al.&#39; is misspelt" in page.text
    assert "Efficacy of Testimab</h3>" in page.text
    assert "<script>window" not in page.text


def test_one_kind_of_part_can_be_shown_alone(world: World) -> None:
    page = sign_in(world, "admin").get("/staff/content/TESTIMAB/preview?show=doubtful")
    assert "is misspelt" in page.text
    assert "menu or navigation" not in page.text


@pytest.mark.parametrize(("role", "status"), [("triage", 403), ("safety", 403), ("evaluator", 403), ("admin", 200)])
def test_only_quality_and_admin_may_see_it(world: World, role: str, status: int) -> None:
    assert sign_in(world, role).get("/staff/content/TESTIMAB/preview").status_code == status


@pytest.mark.parametrize("doc_id", ["NOT-THERE", "..%2F..%2Fetc", "a", "VV-MED-156150"])
def test_what_was_not_brought_in_has_none(world: World, doc_id: str) -> None:
    assert sign_in(world, "quality").get(f"/staff/content/{doc_id}/preview").status_code == 404
