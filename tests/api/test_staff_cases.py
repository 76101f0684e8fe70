"""Working a case through the pages: every step as a person takes it, what is refused, what goes out, hostile text inert."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ET
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from assistant.api.staff.exports import csv_text, safe_cell
from assistant.api.staff.pages import plain_text, time_left
from assistant.api.staff.queue_view import QueueParams, read_params
from assistant.errors import BadInput
from assistant.storage.tables import original_views
from assistant.triage.reply_templates import load_reply_templates
from assistant.triage.report_draft import load_report_form
from assistant.triage.routing import load_routing
from assistant.types import Code
from tests.api.staff_world import HOSTILE, START, World, busy_world
from tests.api.test_staff_access import sign_in


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A busy staff room."""
    return busy_world(tmp_path)


def state(world: World, name: str):  # type: ignore[no-untyped-def]
    """Where a case stands."""
    return world.room.service.get(world.people["safety"], world.ids[name]).state


class TestSecondReader:
    """Nobody alone decides that a report is none."""

    def propose(self, world: World) -> str:
        """The safety person says it is not an adverse event."""
        path = f"/staff/cases/{world.ids['near']}"
        first = sign_in(world, "safety")
        reply = first.post(f"{path}/dispose", data={"value": "not_reportable", "reason": "a trial patient in a paper"})
        assert reply.status_code == 303
        return path

    def test_the_first_reader_is_not_offered_and_not_allowed_the_second_reading(self, world: World) -> None:
        path = self.propose(world)
        first = sign_in(world, "safety")
        assert "Record second reading" not in first.get(path).text
        reply = first.post(f"{path}/second-read", data={"agrees": "true", "reason": "me again"})
        assert reply.status_code == 403 and "another person" in reply.text
        assert first.post(f"{path}/close", data={"reason": "done"}).status_code == 400

    def test_agreement_ends_it_and_disagreement_puts_it_back(self, world: World) -> None:
        path = self.propose(world)
        second = sign_in(world, "second")
        assert "Record second reading" in second.get(path).text
        assert second.post(f"{path}/second-read", data={"agrees": "false", "reason": "a real patient"}).status_code == 303
        assert state(world, "near").safety_state.value == "flagged"
        self.propose(world)
        assert second.post(f"{path}/second-read", data={"agrees": "true", "reason": "I see it now"}).status_code == 303
        assert second.post(f"{path}/close", data={"reason": "not reportable"}).status_code == 303
        assert not state(world, "near").is_open

    def test_a_proposal_does_not_stop_hour_20(self, world: World) -> None:
        self.propose(world)
        world.room.sweeper.run(world.now)
        assert state(world, "near").safety_state.value == "sent"


class TestPage:
    """What the page of a case shows and keeps."""

    def test_it_shows_question_words_rule_answer_and_passage(self, world: World) -> None:
        page = sign_in(world, "triage").get(f"/staff/cases/{world.ids['serious']}").text
        assert '<mark title="AE-SERIOUS">admitted last night with a PE</mark>' in page
        assert "rule/ae-serious" in page and "Word for word" in page and "<blockquote" in page
        assert "Jane Roe" not in page

    def test_what_was_refused_keeps_what_was_typed(self, world: World) -> None:
        client = sign_in(world, "safety")
        reply = client.post(f"/staff/cases/{world.ids['serious']}/close", data={"reason": "my careful reason"})
        assert reply.status_code == 400 and 'role="alert"' in reply.text and "my careful reason" in reply.text

    def test_a_claimed_case_cannot_be_claimed_by_another(self, world: World) -> None:
        path = f"/staff/cases/{world.ids['serious']}"
        assert sign_in(world, "triage").post(f"{path}/claim").status_code == 303
        other = sign_in(world, "safety")
        assert "Tamar Abiola is working on it" in other.get(path).text
        assert other.post(f"{path}/claim").status_code == 403
        world.now += timedelta(minutes=30)
        assert other.post(f"{path}/claim").status_code == 303

    def test_next_and_previous_follow_the_view(self, world: World) -> None:
        client = sign_in(world, "safety")
        listed = client.get("/api/staff/cases?safety=undecided").json()["cases"]
        page = client.get(f"/staff/cases/{listed[1]['case_id']}?in=safety%3Dundecided").text
        assert f'rel="prev" href="/staff/cases/{listed[0]["case_id"]}?in=safety%3Dundecided"' in page
        assert f'rel="next" href="/staff/cases/{listed[2]["case_id"]}?in=safety%3Dundecided"' in page

    def test_an_erased_or_unknown_case_says_so(self, world: World) -> None:
        reply = sign_in(world, "safety").get("/staff/cases/MI-00000-00000")
        assert reply.status_code == 404 and "There is no case" in reply.text

    def test_report_fields_of_a_person_replace_what_was_read_and_are_in_the_chain(self, world: World) -> None:
        client, path = sign_in(world, "safety"), f"/staff/cases/{world.ids['serious']}"
        assert client.post(f"{path}/report", data={"patient_age": "63", "seriousness": "hospitalisation"}).status_code == 303
        report = client.get(f"/api{path.replace('/staff', '/staff', 1)}").json()["report"]
        assert report["patient_age"] == "63" and report["seriousness"] == "hospitalisation"
        assert client.post(f"{path}/forward", data={"reason": "reportable"}).status_code == 303
        sent = world.room.service.get(world.people["safety"], world.ids["serious"]).deliveries[-1].payload
        assert sent["elements"]["patient_age"] == "63" and sent["elements"]["patient_sex"] == "female"
        assert client.post(f"{path}/report", data={"seriousness": "very"}).status_code == 400
        assert client.post(f"{path}/report", data={"patient_age": "63"}).status_code == 400
        assert world.audit.verify().faults == ()

    def test_a_reply_text_fills_the_form_and_an_expired_one_is_refused(self, world: World) -> None:
        client, path = sign_in(world, "triage"), f"/staff/cases/{world.ids['contact']}"
        assert f"under the number {world.ids['contact']}" in client.get(f"{path}?template=received").text
        world.now = world.now.replace(year=2028)
        client = sign_in(world, "triage")
        assert "expired" in client.get(path).text
        assert client.get(f"{path}?template=received").status_code == 400
        assert client.post(f"{path}/reply", data={"text": "x", "template": "received"}).status_code == 400

    def test_a_reply_by_email_is_sent_to_the_sealed_address(self, world: World) -> None:
        client, case_id = sign_in(world, "triage"), world.ids["contact"]
        page = client.get(f"/staff/cases/{case_id}").text
        assert "doctor@example.org" not in page and "send it to the e-mail address" in page
        assert client.post(f"/staff/cases/{case_id}/reply", data={"text": "Hello.", "by_email": "true"}).status_code == 303
        world.room.dispatcher.run(world.now)
        assert [delivery.kind for delivery in world.post.carried if delivery.case_id == case_id] == ["reply"]

    def test_an_original_needs_a_reason_and_each_look_is_counted(self, world: World) -> None:
        case_id = world.ids["serious"]
        original = world.room.service.get(world.people["safety"], case_id).originals[0].original_id
        path, client = f"/staff/cases/{case_id}/originals/{original}", sign_in(world, "safety")
        assert client.post(path, data={"reason": " "}).status_code == 400
        shown = client.post(path, data={"reason": "needed for the report"})
        assert "Jane Roe" in shown.text and shown.headers["cache-control"] == "no-store"
        with world.database.read() as connection:
            assert connection.execute(select(original_views.c.reason)).scalars().all() == ["needed for the report"]

    def test_contact_details_are_shown_by_name(self, world: World) -> None:
        case_id, client = world.ids["contact"], sign_in(world, "triage")
        originals = world.room.service.get(world.people["triage"], case_id).originals
        path = f"/staff/cases/{case_id}/originals"
        shown = [client.post(f"{path}/{original.original_id}", data={"reason": "to call back"}).text for original in originals]
        assert any("<dt>Email</dt>" in page and "doctor@example.org" in page for page in shown)

    def test_another_cases_original_is_not_found(self, world: World) -> None:
        original = world.room.service.get(world.people["safety"], world.ids["serious"]).originals[0].original_id
        reply = sign_in(world, "safety").post(f"/staff/cases/{world.ids['near']}/originals/{original}", data={"reason": "r"})
        assert reply.status_code == 404


class TestQueue:
    """Order, filters, views, many at once, alarms."""

    def test_what_is_due_first_comes_first(self, world: World) -> None:
        due = [case["due_at"] for case in sign_in(world, "triage").get("/api/staff/cases").json()["cases"]]
        assert due == sorted(due) and len(due) > 5

    def test_every_view_counts_what_it_shows(self, world: World) -> None:
        client = sign_in(world, "triage")
        from assistant.api.staff.queue_view import STANDING

        counts = client.get("/api/staff/counts").json()["views"]
        shown = {view.name: client.get(f"/api/staff/cases?{view.params.query()}").json()["total"] for view in STANDING}
        assert counts == shown and counts["safety-soon"] == 2 and counts["overdue"] == 2

    def test_an_unchanged_queue_is_not_sent_again(self, world: World) -> None:
        client = sign_in(world, "triage")
        first = client.get("/api/staff/counts")
        again = client.get("/api/staff/counts", headers={"if-none-match": first.headers["etag"]})
        assert again.status_code == 304 and again.content == b""

    @given(
        st.builds(
            QueueParams, q=st.text(max_size=20).map(str.strip), state=st.sampled_from(["", "closed", "all"]),
            code=st.sampled_from(["", "PQC", "AE-SERIOUS"]), safety=st.sampled_from(["", "undecided", "sent"]),
            due=st.sampled_from(["", "4h", "overdue"]), unread=st.sampled_from(["", "1"]), page=st.integers(1, 50),
        )
    )  # fmt: skip
    def test_filters_survive_the_address(self, params: QueueParams) -> None:
        assert read_params(params.query(page=params.page), load_routing()) == params

    @pytest.mark.parametrize("query", ["state=1", "code=GREETING", "page=0", "page=x", "priority=P9", "due=never", "work=idle"])
    def test_a_filter_that_does_not_exist_is_refused(self, world: World, query: str) -> None:
        with pytest.raises(BadInput):
            read_params(query, load_routing())
        assert sign_in(world, "triage").get(f"/staff/queue?{query}").status_code == 400

    def test_a_saved_view_is_ones_own_unless_shared(self, world: World) -> None:
        mine, other = sign_in(world, "triage"), sign_in(world, "quality")
        for name, shared in (("Private one", ""), ("Shared one", "true")):
            mine.post("/staff/queue/views", data={"name": name, "query": "code=PQC", "is_shared": shared})
        assert "Private one" in mine.get("/staff/queue").text and "Private one" not in other.get("/staff/queue").text
        assert "Shared one" in other.get("/staff/queue").text
        view = next(view for view in world.console.views.list(world.people["triage"]) if view.is_shared)
        assert other.post(f"/staff/queue/views/{view.view_id}/delete").status_code == 404
        assert mine.post(f"/staff/queue/views/{view.view_id}/delete").status_code == 303

    def test_closing_together_shows_first_and_never_touches_safety(self, world: World) -> None:
        client = sign_in(world, "triage")
        before = client.get("/api/staff/counts").json()["views"]["open"]
        dry = client.post("/staff/bulk", data={"query": ""})
        assert "would be closed" in dry.text and "goes to another desk" in dry.text
        assert client.get("/api/staff/counts").json()["views"]["open"] == before
        assert client.post("/staff/bulk", data={"query": "", "confirmed": "true", "value": "no_action"}).status_code == 400
        fields = {"query": "", "confirmed": "true", "value": "no_action", "reason": "spam"}
        done = client.post("/staff/bulk", data=fields)
        assert "5 closed" in done.text or "closed," in done.text
        left = client.get("/api/staff/cases").json()["cases"]
        assert left and all(case["safety_state"] != "none" for case in left)

    def test_an_hour_without_mail_is_on_every_page_and_clears_by_itself(self, world: World) -> None:
        world.post.is_down = True
        world.room.service.forward(world.people["safety"], world.ids["serious"], "reportable")
        for _ in range(6):
            world.room.dispatcher.run(world.now)
            world.now += timedelta(minutes=10)
        client = sign_in(world, "safety")
        for path in ("/staff/queue", "/staff/gaps", f"/staff/cases/{world.ids['serious']}"):
            assert "Deliveries over mailto do not arrive" in client.get(path).text
        world.post.is_down = False
        world.now += timedelta(hours=1)
        world.room.dispatcher.run(world.now)
        assert "do not arrive" not in client.get("/staff/queue").text
        assert "mailto:" not in client.get("/staff/queue").text

    def test_nobody_has_looked_and_hour_20_are_alarms(self, world: World) -> None:
        page = sign_in(world, "triage").get("/staff/queue").text
        assert "close to hour 20" in page and "Nobody has looked" in page and "Past the deadline" in page
        # Who cannot reconcile is not told to.
        assert "The reconciliation of 19 Nov 2026" not in page
        assert "The reconciliation of 19 Nov 2026" in sign_in(world, "safety").get("/staff/queue").text


class TestExports:
    """What leaves is safe to open."""

    def test_hostile_cells_are_no_formulas(self, world: World) -> None:
        world.ask("=cmd|' /C calc'!A0", codes=[Code.SECURITY])
        text = sign_in(world, "triage").get("/staff/export/cases.csv?state=all").text
        cells = [cell for row in csv.reader(io.StringIO(text.lstrip("\ufeff"))) for cell in row]
        assert any(cell.startswith("'=cmd") for cell in cells)
        assert not [cell for cell in cells if cell[:1] in {"=", "+", "-", "@", "\t", "\r"}]

    @given(st.text(max_size=30))
    def test_no_cell_begins_as_a_formula_and_none_is_lost(self, text: str) -> None:
        cell = safe_cell(text)
        assert cell in {text, "'" + text}
        assert not cell.lstrip(" \u200b\u202e\ufeff\u00a0").startswith(("=", "+", "-", "@"))
        read = list(csv.reader(io.StringIO(csv_text(["a"], [[text]]).lstrip("\ufeff"), newline="")))
        assert read == [["a"], [cell]]

    def test_the_draft_is_well_formed_marked_and_masked(self, world: World) -> None:
        client = sign_in(world, "safety")
        client.post(f"/staff/cases/{world.ids['serious']}/report", data={"narrative": HOSTILE + "\x00\x0b"})
        reply = client.get(f"/staff/cases/{world.ids['serious']}/report.xml")
        root = ET.fromstring(reply.content)
        assert root.get("status") == "draft" and "DRAFT" in (root.findtext("warning") or "")
        fields = {field.get("element"): field for field in root.iter("field")}
        assert fields["D.2.2"].text == "62" and fields["D.2.2"].get("source") == "message"
        assert fields["H.1"].get("source") == "person" and "<script>" in (fields["H.1"].text or "")
        assert "Jane Roe" not in reply.text and reply.headers["content-disposition"].startswith("attachment")

    def test_a_case_without_a_report_has_no_draft(self, world: World) -> None:
        assert sign_in(world, "safety").get(f"/staff/cases/{world.ids['gap']}/report.xml").status_code == 400

    def test_exports_are_on_record(self, world: World) -> None:
        sign_in(world, "evaluator").get("/staff/export/gaps.csv")
        heads = world.audit.heads()
        assert next(head for head in heads if head.chain == "audit").seq > 0
        assert world.audit.verify().faults == ()


class TestText:
    """Hostile text is text."""

    def test_markup_is_escaped_everywhere_it_is_shown(self, world: World) -> None:
        client = sign_in(world, "safety")
        for path in (
            f"/staff/cases/{world.ids['hostile']}",
            "/staff/queue",
            "/staff/queue?q=%3Cscript%3Ealert(1)%3C/script%3E",
        ):
            page = client.get(path).text
            assert "<script>window" not in page and "<script>alert" not in page and "<img" not in page and "\u202e" not in page
        assert "{{7*7}}" in client.get(f"/staff/cases/{world.ids['hostile']}").text

    @given(st.text(max_size=60))
    def test_plain_text_keeps_words_and_drops_only_what_hides(self, text: str) -> None:
        shown = plain_text(text)
        assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\x00\x1b")
        assert [char for char in shown if char.isalnum()] == [char for char in text if char.isalnum()]

    def test_time_is_said_in_words(self) -> None:
        assert time_left(START + timedelta(hours=3, minutes=20), START) == "3 h 20 min left"
        assert time_left(START - timedelta(days=2, hours=1), START) == "2 d 1 h late"


class TestPolicies:
    """The data files hold together."""

    def test_every_minimum_element_is_made_of_fields_of_the_form(self) -> None:
        form = load_report_form()
        names = [field.name for field in form.fields]
        assert len(names) == len(set(names))
        assert {name for element in form.minimum.values() for name in element.any_of} <= set(names)
        assert list(form.minimum) == ["patient", "reporter", "product", "event"]

    def test_reply_texts_name_the_case_and_no_medicine(self) -> None:
        for template in load_reply_templates():
            assert template.effective < template.expires and "{case_id}" in template.body
            assert "MI-1" in template.fill("MI-1") and "{" not in template.fill("MI-1")
