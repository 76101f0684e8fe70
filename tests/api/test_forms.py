"""Ratings, the survey and the forms: everything written is screened, what reports something is a case, contact is sealed."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from assistant.triage import SYSTEM, CaseView, QueueFilter
from tests.api.conftest import Running
from tests.api.server import connect

REPORT = {
    "kind": "safety",
    "description": "grade 3 diarrhea, she stopped",
    "product": "Verzenio",
    "patient": "62 F",
    "consent": False,
}
CONTACT = {"kind": "contact", "name": "Dr A", "email": "a@example.org", "question": "Can somebody call me?", "consent": True}


def cases(running: Running) -> list[CaseView]:
    """Every case on record."""
    service = running.service.room.service
    return [service.get(SYSTEM, line.case.case_id) for line in service.list(SYSTEM, QueueFilter(is_open=None)).cases]


class TestRatings:
    """`POST /api/answers/{id}/feedback`."""

    def rate(self, running: Running, body: dict[str, Any], answer_id: str | None = None) -> httpx.Response:
        answer_id = answer_id or running.client.ask("What limits AIs?")["answer_id"]
        return running.client.post(f"/api/answers/{answer_id}/feedback", body)

    def test_helpful_is_stored_and_opens_nothing(self, running: Running) -> None:
        assert self.rate(running, {"rating": "helpful"}).json() == {"saved": True}
        assert cases(running) == []

    @pytest.mark.parametrize("reason", ["wrong", "unsafe"])
    def test_wrong_and_unsafe_open_a_case_for_the_lead(self, running: Running, reason: str) -> None:
        answer_id = running.client.ask("What limits AIs?")["answer_id"]
        case_id = self.rate(
            running, {"rating": "not_helpful", "reason": reason, "comment": "that is not so"}, answer_id
        ).json()["case_id"]
        [view] = cases(running)
        assert (view.summary.case.case_id, view.state.code, view.summary.case.channel) == (case_id, "QUALITY-ANS", "feedback")
        content = view.events[0].content
        assert content is not None
        assert content["facts"] == {"answer_id": answer_id, "reason": reason}
        assert [answer.answer_id for answer in view.answers] == [answer_id]

    @pytest.mark.parametrize("reason", ["incomplete", "not_my_question", "unsupported", "out_of_date", "other", None])
    def test_other_reasons_open_nothing(self, running: Running, reason: str | None) -> None:
        body = {"rating": "not_helpful"} | ({} if reason is None else {"reason": reason})
        assert self.rate(running, body).json() == {"saved": True}
        assert cases(running) == []

    def test_a_comment_that_reports_something_opens_its_case_and_is_masked(self, running: Running) -> None:
        reply = self.rate(running, {"rating": "not_helpful", "reason": "incomplete", "comment": "Jane Roe got a rash from it"})
        [view] = cases(running)
        assert (view.summary.case.case_id, view.state.code) == (reply.json()["case_id"], "AE-NONSER")
        assert view.state.texts == ("[MASKED] got a rash from it",)
        running.service.database.close()
        assert b"Jane Roe" not in running.service.database.path.read_bytes()

    def test_a_second_rating_replaces_the_first_and_both_stay_on_record(self, running: Running) -> None:
        answer_id = running.client.ask("What limits AIs?")["answer_id"]
        for rating in ("helpful", "not_helpful"):
            assert self.rate(running, {"rating": rating}, answer_id).status_code == 200
        with running.service.database.read() as connection:
            rows = connection.exec_driver_sql("SELECT rating FROM feedback ORDER BY given_at").scalars().all()
        assert rows == ["helpful", "not_helpful"]
        assert running.service.audit.verify().faults == ()

    def test_only_ones_own_answers_can_be_rated(self, running: Running) -> None:
        answer_id = running.client.ask("What limits AIs?")["answer_id"]
        other = connect(running.url)
        for client, target in ((other, answer_id), (running.client, "ans_unknown")):
            assert client.post(f"/api/answers/{target}/feedback", {"rating": "helpful"}).status_code == 404

    @pytest.mark.parametrize(
        "body",
        [
            {"rating": "great"},
            {"rating": "helpful", "reason": "wrong"},
            {"rating": "not_helpful", "reason": "boring"},
            {"rating": "helpful", "stars": 5},
            {},
        ],
    )
    def test_other_ratings_are_refused(self, running: Running, body: dict[str, Any]) -> None:
        assert self.rate(running, body).status_code == 400


class TestSurvey:
    """`POST /api/survey`."""

    def test_levels_are_stored(self, running: Running) -> None:
        conversation_id = running.client.ask("What limits AIs?")["conversation_id"]
        body = {"conversation_id": conversation_id, "credibility": 5, "relevance": 4}
        assert running.client.post("/api/survey", body).json() == {"saved": True}
        with running.service.database.read() as connection:
            row = connection.exec_driver_sql("SELECT conversation_id, credibility, relevance, confidence FROM surveys").one()
        assert tuple(row) == (conversation_id, 5, 4, None)

    @pytest.mark.parametrize("level", [0, 6, -1, 2.5, "5", True, None])
    def test_other_levels_are_refused(self, running: Running, level: Any) -> None:
        expected = 200 if level is None else 400
        assert running.client.post("/api/survey", {"credibility": level}).status_code in {expected}


class TestReports:
    """`POST /api/cases` for something that happened."""

    def test_a_report_needs_no_session_and_is_due_in_a_day(self, running: Running) -> None:
        reply = httpx.post(running.url + "/api/cases", json=REPORT)
        assert reply.status_code == 200 and set(reply.json()) == {"case_id", "due_at", "out_of_hours"}
        [view] = cases(running)
        assert (view.state.code, view.summary.case.channel, view.summary.case.conversation_id) == ("AE-NONSER", "form", None)
        assert (view.state.elements["age"], view.state.elements["sex"], view.state.elements["product"]) == (
            "62",
            "female",
            "abemaciclib",
        )
        assert view.state.auto_forward_at is not None

    def test_the_gravest_code_is_the_cases(self, running: Running) -> None:
        reply = httpx.post(running.url + "/api/cases", json=REPORT | {"description": "diarrhea, she was admitted"})
        assert [(view.summary.case.case_id, view.state.code) for view in cases(running)] == [
            (reply.json()["case_id"], "AE-SERIOUS")
        ]

    def test_a_report_in_plain_words_is_a_report_all_the_same(self, running: Running) -> None:
        assert httpx.post(running.url + "/api/cases", json=REPORT | {"description": "she feels odd"}).status_code == 200
        assert [view.state.code for view in cases(running)] == ["AE-NONSER"]

    def test_contact_is_kept_only_with_consent_and_sealed(self, running: Running) -> None:
        details = {"name": "Dr Quintana", "email": "quintana@example.org", "phone": "+1 555 0101"}
        for consent in (False, True):
            httpx.post(running.url + "/api/cases", json=REPORT | details | {"consent": consent})
        kinds = sorted(sorted(original.kind for original in view.originals) for view in cases(running))
        assert kinds == [["case"], ["case", "contact"]]
        [with_contact] = [view for view in cases(running) if len(view.originals) == 2]
        [contact] = [original for original in with_contact.originals if original.kind == "contact"]
        opened = running.service.room.service.view_original(
            SYSTEM, with_contact.summary.case.case_id, contact.original_id, "call back"
        )
        assert json.loads(opened) == details
        running.service.database.close()
        assert b"quintana" not in running.service.database.path.read_bytes().lower()

    def test_a_report_from_a_chat_belongs_to_its_conversation(self, running: Running) -> None:
        answer = running.client.ask("my pt had a rash, what limits AIs?")
        reply = running.client.post("/api/cases", REPORT | {"conversation_id": answer["conversation_id"]})
        assert reply.json()["case_id"] == answer["safety"]["cases"][0]["case_id"]
        [view] = cases(running)
        assert [event.kind.value for event in view.events] == ["opened", "asked", "message"]

    def test_a_conversation_of_somebody_else_is_not_touched(self, running: Running) -> None:
        answer = running.client.ask("my pt had a rash")
        reply = connect(running.url).post("/api/cases", REPORT | {"conversation_id": answer["conversation_id"]})
        assert reply.json()["case_id"] != answer["safety"]["cases"][0]["case_id"]

    def test_forms_from_other_sites_are_refused(self, running: Running) -> None:
        assert (
            httpx.post(running.url + "/api/cases", json=REPORT, headers={"origin": "https://evil.example"}).status_code == 403
        )


class TestContact:
    """`POST /api/cases` for a request to be contacted."""

    def test_a_request_is_a_case_and_a_reply_can_be_mailed(self, running: Running) -> None:
        case_id = httpx.post(running.url + "/api/cases", json=CONTACT).json()["case_id"]
        service = running.service.room.service
        service.reply(SYSTEM, case_id, "We will call at noon.", by_email=True)
        running.service.room.dispatcher.run(running.service.clock())
        assert [(delivery.kind, delivery.target) for delivery in running.carrier.carried] == [("reply", "asker:")]

    def test_a_request_that_also_reports_opens_both_cases(self, running: Running) -> None:
        reply = httpx.post(running.url + "/api/cases", json=CONTACT | {"question": "my pt had a rash, please call me"})
        by_code = {view.state.code: view for view in cases(running)}
        assert set(by_code) == {"CONTACT", "AE-NONSER"}
        assert by_code["CONTACT"].summary.case.case_id == reply.json()["case_id"]

    @pytest.mark.parametrize(
        "changes",
        [{"consent": False}, {"email": None}, {"email": " "}, {"name": ""}, {"question": "  "}, {"question": "x" * 5000}, {"kind": "other"}, {"question": "a\x00b"}, {"extra": 1}],
    )  # fmt: skip
    def test_incomplete_requests_are_refused_and_say_why(self, running: Running, changes: dict[str, Any]) -> None:
        body = {name: value for name, value in (CONTACT | changes).items() if value is not None}
        reply = httpx.post(running.url + "/api/cases", json=body)
        assert (reply.status_code, reply.json()["error"]["code"]) == (400, "BAD_INPUT")
        assert cases(running) == []
