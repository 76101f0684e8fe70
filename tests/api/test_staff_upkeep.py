"""Upkeep by staff: own passwords, forms behind a mask, live counts, holds and erasures, ticked cases, the newer filters."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from assistant.api.staff import live_routes
from assistant.storage.console_tables import gap_decisions, test_samples
from assistant.triage.accounts import csrf_token, is_csrf_token
from assistant.triage.language import guess_language
from assistant.types import Code
from tests.api.staff_world import PASSWORD, World, busy_world
from tests.api.test_staff_access import sign_in

NEW = "another good passphrase"


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A busy staff room."""
    return busy_world(tmp_path)


def shown_cases(page: str) -> set[str]:
    """The case numbers a queue page lists."""
    return set(re.findall(r'scope="row"><a href="/staff/cases/([\w-]+)', page))


class TestOwnPassword:
    """Changing one's own password."""

    def change(self, client: TestClient, current: str, new: str, again: str) -> httpx.Response:
        return client.post("/staff/account", data={"current": current, "new": new, "again": again})

    def test_it_ends_every_session_and_the_new_one_works(self, world: World) -> None:
        here, elsewhere = sign_in(world, "triage"), sign_in(world, "triage")
        assert self.change(here, PASSWORD, NEW, NEW).status_code == 303
        assert here.get("/staff/queue").status_code == elsewhere.get("/staff/queue").status_code == 303
        client = TestClient(world.app, follow_redirects=False)
        token = re.search(r'name="csrf" value="([^"]+)"', client.get("/staff/sign-in").text)
        assert token
        fields = {"csrf": token[1], "email": "triage@example.org", "password": NEW}
        assert client.post("/staff/sign-in", data=fields).status_code == 303
        assert world.audit.verify().faults == ()

    @pytest.mark.parametrize(
        ("current", "new", "again", "status"),
        [("wrong wrong wrong", NEW, NEW, 403), (PASSWORD, NEW, NEW + "x", 400), (PASSWORD, "short", "short", 400),
         (PASSWORD, PASSWORD, PASSWORD, 400)],
    )  # fmt: skip
    def test_what_does_not_fit_changes_nothing(self, world: World, current: str, new: str, again: str, status: int) -> None:
        client = sign_in(world, "triage")
        assert self.change(client, current, new, again).status_code == status
        assert client.get("/staff/queue").status_code == 200
        sign_in(world, "triage")

    def test_guessing_the_current_password_locks_the_account(self, world: World) -> None:
        client = sign_in(world, "triage")
        statuses = [self.change(client, "wrong wrong wrong", NEW, NEW).status_code for _ in range(6)]
        assert statuses == [403] * 5 + [429]


class TestForms:
    """The proof that forms carry."""

    def test_no_two_pages_carry_the_same_proof_and_each_is_good(self, world: World) -> None:
        client = sign_in(world, "triage")
        found = [re.search(r'data-csrf="([^"]+)"', client.get("/staff/queue").text) for _ in range(2)]
        tokens = [match[1] for match in found if match]
        assert len(set(tokens)) == 2
        for token in tokens:
            client.headers["x-csrf-token"] = token
            assert client.post(f"/staff/cases/{world.ids['gap']}/note", data={"text": "seen"}).status_code == 303

    @given(st.text(max_size=200), st.binary(max_size=80))
    def test_nothing_else_is_a_proof(self, text: str, raw: bytes) -> None:
        assert not is_csrf_token(text, "session") and not is_csrf_token(raw.hex(), "session")
        assert is_csrf_token(csrf_token("session"), "session")
        assert not is_csrf_token(csrf_token("another"), "session")


class TestLive:
    """Counts as they change."""

    def events(self, address: str, client: TestClient, after_first: Callable[[], object]) -> list[tuple[str, dict[str, Any]]]:
        """The first two events; something happens between them."""
        cookies = {"medinfo_staff": client.cookies["medinfo_staff"]}
        found: list[tuple[str, dict[str, Any]]] = []
        with httpx.stream("GET", f"{address}/api/staff/live", cookies=cookies, timeout=60) as reply:
            assert reply.headers["content-type"].startswith("text/event-stream")
            name = ""
            for line in reply.iter_lines():
                if line.startswith("event: "):
                    name = line.removeprefix("event: ")
                elif line.startswith("data: "):
                    found.append((name, json.loads(line.removeprefix("data: "))))
                    if len(found) == 2:
                        break
                    after_first()
        return found

    def test_a_new_case_is_told_by_itself(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(live_routes, "LOOK_EVERY_S", 0.05)
        client = sign_in(world, "triage")
        before = client.get("/api/staff/counts").json()["views"]["open"]
        with world.serve() as address:
            told = self.events(address, client, lambda: world.ask("Can an MSL call me?", codes=[Code.CONTACT], words="call me"))
        assert [(name, body["views"]["open"]) for name, body in told] == [("counts", before), ("counts", before + 1)]

    def test_it_ends_with_the_session_and_keeps_none_alive(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(live_routes, "LOOK_EVERY_S", 0.05)
        client = sign_in(world, "triage")
        with world.serve() as address:
            told = self.events(address, client, lambda: setattr(world, "now", world.now + timedelta(minutes=61)))
        assert told[-1] == ("over", {"code": "NOT_SIGNED_IN"})

    def test_too_many_open_pages_are_told_to_ask_instead(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(live_routes, "MAX_STREAMS", 0)
        assert sign_in(world, "triage").get("/api/staff/live").status_code == 429


class TestRetention:
    """Holds and erasures."""

    def test_a_hold_forbids_erasure_until_released(self, world: World) -> None:
        admin = sign_in(world, "admin")
        # A chat without a case.
        wanted = {"conversation_id": "con_0012", "reason": "request of the person"}
        assert admin.post("/staff/retention/hold", data=wanted).status_code == 303
        assert "request of the person" in admin.get("/staff/retention?id=con_0012").text
        refused = admin.post("/staff/retention/erase", data=wanted | {"again": "con_0012"})
        assert refused.status_code == 403 and "legal hold" in refused.text
        assert admin.post("/staff/retention/release", data=wanted).status_code == 303
        assert admin.post("/staff/retention/erase", data=wanted | {"again": "con_0012"}).status_code == 303
        page = admin.get("/staff/retention?id=con_0012").text
        assert "text kept of 0" in page and "Ada Moreau" in page
        assert world.audit.verify().faults == ()

    @pytest.mark.parametrize(
        "change", [{"again": "con_0013"}, {"reason": " "}, {"conversation_id": "con_none", "again": "con_none"}]
    )
    def test_a_slip_erases_nothing(self, world: World, change: dict[str, str]) -> None:
        admin = sign_in(world, "admin")
        fields = {"conversation_id": "con_0012", "again": "con_0012", "reason": "r"} | change
        assert admin.post("/staff/retention/erase", data=fields).status_code in {400, 404}
        assert "text kept of 1" in admin.get("/staff/retention?id=con_0012").text

    def test_what_readers_wrote_goes_too(self, world: World) -> None:
        evaluator, admin = sign_in(world, "evaluator"), sign_in(world, "admin")
        asked = world.ask("Is [NAME]'s dose of zolvantinib right?", outcome="declined", decline_code="NO-CONTENT")
        assert asked == []
        number = f"{world._count:04}"
        decided = evaluator.post(f"/staff/gaps/msg_{number}_0", data={"status": "not_needed", "comment": "about one person"})
        assert decided.status_code == 303
        world.console.samples.propose(
            world.people["evaluator"], f"msg_{number}_0", turns=["masked"], codes=[], expectation="decline", reason="worth it"
        )
        fields = {"conversation_id": f"con_{number}", "again": f"con_{number}", "reason": "r"}
        assert admin.post("/staff/retention/erase", data=fields).status_code == 303
        with world.database.read() as connection:
            comments = list(connection.execute(select(gap_decisions.c.comment)).scalars())
            samples = list(connection.execute(select(test_samples.c.conversation_id)).scalars())
        assert "about one person" not in comments and f"con_{number}" not in samples


class TestTicked:
    """Ticked cases together."""

    def test_ticked_cases_are_shown_first_then_closed_and_safety_never(self, world: World) -> None:
        client = sign_in(world, "triage")
        ticked = [world.ids["gap"], world.ids["serious"]]
        dry = client.post("/staff/bulk", data={"case": ticked, "query": "state=all"})
        assert "2 cases are ticked" in dry.text and "goes to another desk" in dry.text
        fields = {"case": ticked, "confirmed": "true", "value": "no_action", "reason": "answered by phone"}
        assert "1 closed, 1 left as they are" in client.post("/staff/bulk", data=fields).text
        service, actor = world.room.service, world.people["triage"]
        assert not service.get(actor, world.ids["gap"]).state.is_open
        assert service.get(actor, world.ids["serious"]).state.is_open
        assert service.get(actor, world.ids["contact"]).state.is_open

    def test_ticked_cases_are_given_to_somebody(self, world: World) -> None:
        client, to = sign_in(world, "triage"), world.people["quality"].actor_id
        fields = {"case": [world.ids["gap"], world.ids["contact"]], "step": "assign", "confirmed": "true"}
        assert client.post("/staff/bulk", data=fields | {"staff_id": "stf_nobody"}).status_code == 400
        assert "2 given away to Quinn Duarte" in client.post("/staff/bulk", data=fields | {"staff_id": to}).text
        for name in ("gap", "contact"):
            assert world.room.service.get(world.people["triage"], world.ids[name]).state.assignee == to

    def test_no_tick_is_offered_on_a_case_that_goes_to_another_desk(self, world: World) -> None:
        page = sign_in(world, "triage").get("/staff/queue").text
        offered = set(re.findall(r'name="case" value="([\w-]+)"', page))
        assert world.ids["gap"] in offered and not offered & {world.ids[name] for name in ("serious", "late", "complaint")}


class TestFilters:
    """First look, who answered, language, asker."""

    def test_the_first_look_that_is_overdue(self, world: World) -> None:
        client = sign_in(world, "triage")
        overdue = shown_cases(client.get("/staff/queue?look=due").text)
        assert world.ids["near"] in overdue and world.ids["pregnancy"] not in overdue
        world.room.service.note(world.people["triage"], world.ids["near"], "looked")
        assert world.ids["near"] not in shown_cases(client.get("/staff/queue?look=due").text)
        assert world.ids["near"] in shown_cases(client.get("/staff/queue?look=done").text)

    def test_how_the_assistant_ended_and_whether_a_person_replied(self, world: World) -> None:
        client = sign_in(world, "triage")
        declined = shown_cases(client.get("/staff/queue?bot=declined").text)
        assert world.ids["gap"] in declined and world.ids["serious"] not in declined
        assert shown_cases(client.get("/staff/queue?bot=none").text) == {world.ids["contact"]}
        assert shown_cases(client.get("/staff/queue?bot=person").text) == set()
        world.room.service.reply(world.people["triage"], world.ids["gap"], "Thank you.")
        assert shown_cases(client.get("/staff/queue?bot=person").text) == {world.ids["gap"]}

    def test_language_and_asker(self, world: World) -> None:
        client = sign_in(world, "triage")
        spanish = world.ask("Mi paciente tiene diarrea con abemaciclib, ¿qué hago?", codes=[Code.AE_NONSER], words="diarrea")
        assert shown_cases(client.get("/staff/queue?language=es").text) == set(spanish)
        assert spanish[0] not in shown_cases(client.get("/staff/queue?language=en").text)
        assert shown_cases(client.get("/staff/queue?asker=nurse").text) == set()
        assert world.ids["serious"] in shown_cases(client.get("/staff/queue?asker=physician").text)

    @pytest.mark.parametrize(
        ("text", "language"),
        [
            ("my pt got grade 3 diarrhea 2 wks into abemaciclib, how do i manage", "en"),
            ("En cáncer de mama con mutación ESR1, ¿siguen funcionando los SERM?", "es"),
            ("Quelle est la dose pour ma patiente ?", "fr"),
            ("Was ist die Dosis für meine Patientin nach Progression?", "de"),
            ("芳香化酶抑制剂的局限性是什么", "zh"),
            ("エストロゲン受容体について", "ja"),
            ("ALT 8x ULN wk 6", "und"),
            ("", "und"),
        ],
    )
    def test_a_language_is_guessed_from_common_words(self, text: str, language: str) -> None:
        assert guess_language([text]) == language
