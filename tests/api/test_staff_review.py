"""Oversight through the pages: quality sample, gaps, test set, reconciliation, figures, documents, accounts, audit."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.api.staff.oversight_pages import read_list
from assistant.errors import BadInput
from assistant.triage.reports import wilson
from assistant.triage.review import load_review_policy
from assistant.types import Code
from corpus import CorpusError
from corpus.errors import Problem
from tests.api.staff_world import PASSWORD, World, busy_world
from tests.api.test_staff_access import sign_in

YESTERDAY = date(2026, 11, 19)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A busy staff room."""
    return busy_world(tmp_path)


class TestQualitySample:
    """Drawn by nobody, read by somebody, misses become cases."""

    def test_the_sample_of_a_day_is_the_same_for_everybody_and_of_unflagged_messages_only(self, world: World) -> None:
        evaluator, triage = world.people["evaluator"], world.people["triage"]
        first = world.console.review.day(evaluator, YESTERDAY)
        again = world.console.review.day(triage, YESTERDAY)
        assert [chat.message.message_id for chat in first.chats] == [chat.message.message_id for chat in again.chats]
        handover = {code.value for code, route in world.room.routing.routes.items() if route.handover}
        assert first.chats and not [chat for chat in first.chats if handover & set(chat.message.codes)]
        rule = load_review_policy().sample
        assert min(first.unflagged, rule.at_least) <= len(first.chats) <= rule.at_most

    def test_a_day_that_is_not_over_is_not_drawn(self, world: World) -> None:
        page = sign_in(world, "evaluator").get("/staff/quality?day=2026-11-20").text
        assert "This day is not over" in page
        assert "Nothing to read" in sign_in(world, "triage").get("/staff/quality?day=2020-01-01").text

    def test_a_miss_becomes_a_case_whose_clock_counts_from_the_message(self, world: World) -> None:
        client = sign_in(world, "evaluator")
        chat = world.console.review.day(world.people["evaluator"], YESTERDAY).chats[0]
        path = f"/staff/quality/{chat.message.message_id}"
        fields = {"day": "2026-11-19", "label": "should_have_escalated", "code": "AE-NONSER", "comment": "a real patient"}
        reply = client.post(path, data=fields)
        assert reply.status_code == 303 and "opened=MI-" in reply.headers["location"]
        case_id = reply.headers["location"].partition("opened=")[2]
        view = world.room.service.get(world.people["safety"], case_id)
        assert view.summary.case.received_at == chat.message.received_at and view.summary.case.channel == "staff"
        report = sign_in(world, "admin").get("/staff/reports?from=2026-11-19&to=2026-11-20").text
        assert "1 of 1" in report and "95 % interval" in report

    @pytest.mark.parametrize(
        "fields",
        [
            {"label": "should_have_escalated", "comment": "why"},
            {"label": "correct", "code": "PQC"},
            {"label": "incomplete"},
            {"label": "splendid"},
            {"label": "should_have_escalated", "code": "PQC"},
        ],
    )
    def test_a_label_that_says_too_little_is_refused(self, world: World, fields: dict[str, str]) -> None:
        chat = world.console.review.day(world.people["evaluator"], YESTERDAY).chats[0]
        reply = sign_in(world, "evaluator").post(
            f"/staff/quality/{chat.message.message_id}", data={"day": "2026-11-19"} | fields
        )
        assert reply.status_code == 400

    def test_two_readers_are_compared(self, world: World) -> None:
        chat = world.console.review.day(world.people["evaluator"], YESTERDAY).chats[0]
        for role, fields in (("evaluator", {"label": "correct"}), ("triage", {"label": "incomplete", "comment": "no numbers"})):
            client = sign_in(world, role)
            client.post(f"/staff/quality/{chat.message.message_id}", data={"day": "2026-11-19"} | fields)
        page = client.get("/staff/quality?day=2026-11-19").text
        assert "The readers differ" in page and "no numbers" in page
        world.now += timedelta(minutes=1)
        client.post(f"/staff/quality/{chat.message.message_id}", data={"day": "2026-11-19", "label": "correct"})
        assert "The readers agree" in client.get("/staff/quality?day=2026-11-19").text


class TestGaps:
    """What was asked and not answered."""

    def test_the_same_question_is_one_line_and_keeps_its_decision(self, world: World) -> None:
        client = sign_in(world, "evaluator")
        gaps = world.console.gaps.list(world.people["evaluator"])
        assert (gaps[0].asked, gaps[0].decline_code) == (2, "NO-CONTENT") and len(gaps) == 2
        fields = {"status": "with_author", "comment": "storage section"}
        assert client.post(f"/staff/gaps/{gaps[0].message_id}", data=fields).status_code == 303
        assert "storage section" in client.get("/staff/gaps?status=with_author").text
        world.ask("STABLE in a pill organiser, outside the bottle? For how long!", codes=[Code.NO_CONTENT], outcome="declined",
                  decline_code="NO-CONTENT")  # fmt: skip
        again = world.console.gaps.list(world.people["evaluator"])[0]
        assert (again.asked, again.status) == (3, "with_author")

    def test_a_status_that_does_not_exist_is_refused(self, world: World) -> None:
        client = sign_in(world, "evaluator")
        assert client.get("/staff/gaps?status=lost").status_code == 400
        assert client.post("/staff/gaps/msg_0007_0", data={"status": "lost"}).status_code == 400


class TestTestSet:
    """Two people between a case and the evaluation."""

    def propose(self, world: World) -> str:
        """The evaluator proposes the serious case."""
        client = sign_in(world, "evaluator")
        view = world.room.service.get(world.people["evaluator"], world.ids["serious"])
        fields = {
            "message_id": view.messages[-1].message_id, "turns": [message.text for message in view.messages],
            "codes": ["AE-SERIOUS"], "expectation": "answer", "reason": "report and question in one",
        }  # fmt: skip
        assert client.post(f"/staff/cases/{world.ids['serious']}/test-set", data=fields).status_code == 303
        return world.console.samples.list(world.people["evaluator"])[0].sample_id

    def test_nobody_approves_their_own_and_only_approved_ones_leave(self, world: World) -> None:
        sample_id, own, other = self.propose(world), sign_in(world, "evaluator"), sign_in(world, "triage")
        assert own.post(f"/staff/test-set/{sample_id}", data={"is_approved": "true"}).status_code == 403
        assert other.get("/staff/export/test-set.jsonl").text == ""
        assert other.post(f"/staff/test-set/{sample_id}", data={"is_approved": "true"}).status_code == 303
        line = json.loads(other.get("/staff/export/test-set.jsonl").text)
        assert line["codes"] == ["AE-SERIOUS"] and line["expected"] == "answer" and len(line["turns"]) == 2
        assert "Jane Roe" not in json.dumps(line)
        assert other.post(f"/staff/test-set/{sample_id}", data={"is_approved": "false"}).status_code == 400

    def test_a_message_of_another_case_or_missing_turns_are_refused(self, world: World) -> None:
        client = sign_in(world, "evaluator")
        fields = {"message_id": "msg_0002_0", "turns": ["x"], "expectation": "answer", "reason": "r"}
        assert client.post(f"/staff/cases/{world.ids['serious']}/test-set", data=fields).status_code == 400
        fields = {"message_id": "msg_0001_1", "turns": ["only one"], "expectation": "answer", "reason": "r"}
        assert client.post(f"/staff/cases/{world.ids['serious']}/test-set", data=fields).status_code == 400


class TestReconciliation:
    """Line by line, against the other desk's list."""

    def test_every_line_says_what_is_wrong(self, world: World) -> None:
        page = sign_in(world, "safety").get("/staff/reconciliation?day=2026-11-20").text
        assert "not handed over" in page and world.ids["pregnancy"] in page and "PV-2026-0042" in page

    def test_the_desks_list_is_compared_and_what_agrees_is_marked(self, world: World) -> None:
        client, case_id = sign_in(world, "safety"), world.ids["pregnancy"]
        pasted = f"{case_id}; PV-OTHER\nMI-99999-99999; PV-1"
        page = client.post("/staff/reconciliation?day=2026-11-20", data={"received": pasted}).text
        assert "PV-OTHER" in page and "unknown here" in page
        right = {"received": f"{case_id}, PV-2026-0042", "confirmed": "true"}
        assert client.post("/staff/reconciliation?day=2026-11-20", data=right).headers["location"].endswith("marked=1")
        assert world.room.service.get(world.people["safety"], case_id).state.safety_state.value == "reconciled"

    @pytest.mark.parametrize("text", ["MI-1", "MI-1,a,b", "MI-1,a\nMI-1,b"])
    def test_a_list_that_cannot_be_read_is_refused(self, text: str) -> None:
        with pytest.raises(BadInput, match="Line"):
            read_list(text)

    def test_lists_come_with_commas_semicolons_or_tabs(self) -> None:
        assert read_list('MI-1,a\n"MI-2";"b"\n\nMI-3\tc\n') == {"MI-1": "a", "MI-2": "b", "MI-3": "c"}


class TestFigures:
    """The report counts what there was."""

    def test_figures_add_up(self, world: World) -> None:
        report = world.console.reports.period(world.people["admin"], date(2026, 11, 18), date(2026, 11, 20))
        assert sum(day.total for day in report.days) == 25 and sum(report.cases_by_code.values()) == 11
        assert report.gaps == 3 and report.survey["credibility"] == (0, 0, 0, 2, 2)
        assert report.ratings == {"helpful": 1, "not_helpful": 1} and report.reasons == {"incomplete": 1}
        assert report.median_hours == pytest.approx(4.0) and report.hours[-1] == pytest.approx(5.0)
        assert sum(lines for _, lines, _ in report.reconciliation) == len(report.hand_overs) == 6

    def test_a_late_hand_over_is_late(self, world: World) -> None:
        world.room.service.forward(world.people["safety"], world.ids["late"], "reportable")
        report = world.console.reports.period(world.people["admin"], date(2026, 11, 18), date(2026, 11, 20))
        assert [item.case_id for item in report.hand_overs if item.is_late] == [world.ids["late"]]

    @pytest.mark.parametrize("query", ["from=2026-11-20&to=2026-11-19", "from=2020-01-01&to=2026-01-01", "from=yesterday"])
    def test_a_period_that_makes_no_sense_is_refused(self, world: World, query: str) -> None:
        assert sign_in(world, "admin").get(f"/staff/reports?{query}").status_code == 400

    @given(st.integers(0, 500), st.integers(0, 500))
    def test_the_interval_holds_the_share(self, part: int, rest: int) -> None:
        share = wilson(part, part + rest)
        assert 0 <= share.low <= (part / (part + rest) if part + rest else 0.5) <= share.high <= 1

    def test_the_interval_is_wilsons(self) -> None:
        # Newcombe 1998, table I: 81 of 263.
        share = wilson(81, 263)
        assert (round(share.low, 4), round(share.high, 4)) == (0.2553, 0.3662)


class TestTheRest:
    """Documents, accounts, audit."""

    def test_documents_say_what_is_live_and_why_not(self, world: World) -> None:
        page = sign_in(world, "triage").get("/staff/documents").text
        for document in world.console.read_corpus().documents:
            assert document.doc_id in page
        world.now += timedelta(days=4000)
        client = sign_in(world, "triage")
        assert "overdue" in client.get("/staff/documents").text

    def test_documents_that_cannot_be_read_name_the_remedy(self, world: World) -> None:
        def broken() -> object:
            raise CorpusError([Problem("a.md", "version", "is missing")])

        object.__setattr__(world.console, "read_corpus", broken)
        reply = sign_in(world, "triage").get("/staff/documents")
        assert reply.status_code == 503 and "medinfo corpus check" in reply.text and "a.md" in reply.text

    def test_an_administrator_adds_somebody_who_can_then_sign_in(self, world: World) -> None:
        admin = sign_in(world, "admin")
        fields = {"email": "new@example.org", "name": "Nia New", "roles": ["triage", "evaluator"], "password": PASSWORD}
        assert admin.post("/staff/people", data=fields).status_code == 303
        assert sign_in(world, "new").get("/api/staff/me").json()["roles"] == ["evaluator", "triage"]
        assert admin.post("/staff/people", data=fields).status_code == 400
        assert admin.post("/staff/people", data=fields | {"email": "b@example.org", "password": "short"}).status_code == 400
        assert admin.post("/staff/people", data=fields | {"email": "b@example.org", "roles": "owner"}).status_code == 400

    def test_the_audit_page_shows_what_is_under_an_id(self, world: World) -> None:
        client = sign_in(world, "admin")
        assert "Nothing under this id" in client.get("/staff/audit?id=con_none").text
        assert "Ends of the chains" in client.get("/staff/audit").text

    def test_an_empty_room_says_what_to_do(self, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        client = sign_in(World(tmp_path / "empty"), "triage")
        for path, words in {
            "/staff/queue": "Nothing is waiting",
            "/staff/queue?code=PQC": "No case matches",
            "/staff/gaps": "No gap so far",
            "/staff/test-set": "Nothing waits",
            "/staff/quality": "Nothing to read",
            "/staff/reports": "Nothing happened in this period",
        }.items():
            assert words in client.get(path).text, path
