"""Who may come in: every route against every role, sign-in and its attacks, sessions, forged forms, single sign-on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import oidc_provider_mock
import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from assistant.api.staff import live_routes, router
from assistant.api.staff.access import safe_return
from assistant.storage import AuditKind
from assistant.storage.tables import staff_sessions
from tests.api.staff_world import PASSWORD, ROLES, World, busy_world

ALL = set(ROLES)
DESK = {"triage", "safety", "quality"}
READERS = {"triage", "safety", "evaluator"}
OPEN = {"/staff/assets/{name}", "/staff/sign-in", "/staff/sign-in/oidc", "/staff/sign-in/oidc/callback"}
# Every route, and the roles that may use it. `act` stands for one action each, below.
TABLE: dict[tuple[str, str], set[str]] = {
    ("GET", "/staff"): ALL,
    ("GET", "/staff/queue"): ALL,
    ("POST", "/staff/queue/views"): ALL,
    ("POST", "/staff/queue/views/{view_id}/delete"): ALL,
    ("POST", "/staff/bulk"): DESK,
    ("POST", "/staff/sign-out"): ALL,
    ("GET", "/staff/cases/{case_id}"): ALL,
    ("GET", "/staff/cases/{case_id}/report.xml"): ALL,
    ("POST", "/staff/cases/{case_id}/originals/{original_id}"): {"safety"},
    ("GET", "/staff/export/cases.csv"): ALL,
    ("GET", "/staff/export/gaps.csv"): ALL,
    ("GET", "/staff/export/report.csv"): ALL,
    ("GET", "/staff/export/test-set.jsonl"): ALL,
    ("GET", "/staff/export/reconciliation.csv"): {"safety", "quality", "admin"},
    ("GET", "/staff/quality"): READERS,
    ("POST", "/staff/quality/{message_id}"): READERS,
    ("GET", "/staff/gaps"): ALL,
    ("POST", "/staff/gaps/{message_id}"): READERS,
    ("GET", "/staff/test-set"): ALL,
    ("POST", "/staff/test-set/{sample_id}"): READERS,
    ("GET", "/staff/reconciliation"): {"safety", "quality", "admin"},
    ("POST", "/staff/reconciliation"): {"safety", "quality", "admin"},
    ("GET", "/staff/reports"): ALL,
    ("GET", "/staff/documents"): ALL,
    ("GET", "/staff/people"): {"admin"},
    ("POST", "/staff/people"): {"admin"},
    ("POST", "/staff/people/{staff_id}"): {"admin"},
    ("GET", "/staff/audit"): {"safety", "quality", "admin"},
    ("GET", "/staff/retention"): {"safety", "quality", "admin"},
    ("POST", "/staff/retention/hold"): {"safety", "quality", "admin"},
    ("POST", "/staff/retention/release"): {"safety", "quality", "admin"},
    ("POST", "/staff/retention/erase"): {"admin"},
    ("GET", "/staff/evaluation"): {"evaluator"},
    ("GET", "/staff/evaluation/report"): {"evaluator"},
    ("GET", "/staff/evaluation/review/{run_id}"): {"evaluator"},
    ("POST", "/staff/evaluation/review/{run_id}"): {"evaluator"},
    ("GET", "/staff/evaluation/review/{run_id}/labels.jsonl"): {"evaluator"},
    ("GET", "/staff/explain"): {"evaluator"},
    ("POST", "/staff/explain"): {"evaluator"},
    ("GET", "/staff/content"): {"quality", "admin"},
    ("GET", "/staff/content/{doc_id}/{version}"): {"quality", "admin"},
    ("GET", "/staff/content/{doc_id}/preview"): {"quality", "admin"},
    ("POST", "/staff/content/rollback"): {"quality", "admin"},
    ("POST", "/staff/content/{doc_id}/{version}/{step}"): {"quality", "admin"},
    ("GET", "/staff/account"): ALL,
    ("POST", "/staff/account"): ALL,
    ("GET", "/api/staff/live"): ALL,
    ("GET", "/api/staff/me"): ALL,
    ("GET", "/api/staff/counts"): ALL,
    ("GET", "/api/staff/cases"): ALL,
    ("GET", "/api/staff/cases/{case_id}"): ALL,
    ("POST", "/api/staff/cases/{case_id}/presence"): ALL,
}
ACTIONS: dict[str, set[str]] = {
    "claim": DESK, "release": DESK, "assign": DESK, "triage": DESK, "reply": DESK, "wait": DESK, "resume": DESK, "qc": DESK,
    "forward": DESK, "acknowledge": DESK, "close": DESK, "reopen": DESK, "report": DESK,
    "dispose": {"safety", "quality"}, "second-read": {"safety", "quality"},
    "note": DESK | {"evaluator"}, "label": READERS, "test-set": READERS,
}  # fmt: skip
FIELDS = {
    "claim": {}, "release": {}, "resume": {}, "qc": {}, "assign": {"staff_id": "x"}, "triage": {"note": "seen"},
    "reply": {"text": "Thank you."}, "wait": {"on": "asker", "reason": "r"}, "forward": {"reason": "r"},
    "acknowledge": {"desk": "pv", "safety_id": "1"}, "close": {"reason": "r"}, "reopen": {"reason": "r"},
    "report": {"patient_age": "61"}, "dispose": {"value": "reportable", "reason": "r"},
    "second-read": {"agrees": "true", "reason": "r"}, "note": {"text": "n"},
    "label": {"message_id": "msg_0001_1", "label": "correct"},
    "test-set": {"message_id": "msg_0001_1", "turns": ["a", "b"], "expectation": "answer", "reason": "r"},
}  # fmt: skip


def sign_in(world: World, role: str, client: TestClient | None = None) -> TestClient:
    """A signed-in browser."""
    client = client or TestClient(world.app, follow_redirects=False)
    page = client.get("/staff/sign-in").text
    token = re.search(r'name="csrf" value="([^"]+)"', page)
    assert token
    fields = {"csrf": token[1], "email": f"{role}@example.org", "password": PASSWORD, "next": "/staff/queue"}
    reply = client.post("/staff/sign-in", data=fields)
    assert reply.status_code == 303, reply.text
    client.headers["x-csrf-token"] = client.get("/api/staff/me").json()["csrf_token"]
    return client


@pytest.fixture(autouse=True)
def short_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streams that end after one look."""
    monkeypatch.setattr(live_routes, "LIFE_LOOKS", 1)
    monkeypatch.setattr(live_routes, "LOOK_EVERY_S", 0.0)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A busy staff room."""
    return busy_world(tmp_path)


def routes() -> list[tuple[str, str]]:
    """Every method and path of the console but actions."""
    found = [(method, route.path) for route in flat(router.routes) for method in sorted(route.methods - {"HEAD"})]
    return sorted(found)


def flat(items: list) -> list[APIRoute]:  # type: ignore[type-arg]
    """The routes of a router and of those included in it."""
    found: list[APIRoute] = []
    for item in items:
        found += [item] if isinstance(item, APIRoute) else flat(getattr(getattr(item, "original_router", item), "routes", []))
    return found


def fill(path: str, world: World) -> str:
    """A path with ids that exist."""
    case_id = world.ids["serious"]
    original = world.room.service.get(world.people["safety"], case_id).originals[0].original_id
    ids = {
        "case_id": case_id,
        "original_id": original,
        "message_id": "msg_0001_1",
        "staff_id": world.people["quality"].actor_id,
    }
    return re.sub(r"{(\w+)}", lambda match: ids.get(match[1], "x"), path)


class TestEveryRoute:
    """The table covers what there is, and each role meets it."""

    def test_the_table_has_every_route_and_no_other(self) -> None:
        served = {(method, path) for method, path in routes() if path not in OPEN and not path.endswith("/{action}")}
        assert served == set(TABLE)

    @pytest.mark.parametrize("role", ROLES)
    def test_each_role_gets_in_exactly_where_it_may(self, world: World, role: str) -> None:
        client, wrong = sign_in(world, role), []
        # Signing out comes last: it ends the session the others need.
        for (method, path), allowed in sorted(TABLE.items(), key=lambda item: item[0][1] == "/staff/sign-out"):
            reply = client.request(method, fill(path, world), data={"reason": "r"} if method == "POST" else None)
            is_in = reply.status_code != 403
            if is_in != (role in allowed):
                wrong.append(f"{role} {method} {path}: {reply.status_code}")
        assert not wrong, "\n".join(wrong)

    @pytest.mark.parametrize("role", ROLES)
    @pytest.mark.parametrize("prefix", ["/staff", "/api/staff"])
    def test_each_role_does_exactly_what_it_may(self, world: World, role: str, prefix: str) -> None:
        client, wrong = sign_in(world, role), []
        case_id = world.ids["serious"]
        for action, allowed in ACTIONS.items():
            sent = {"json": FIELDS[action]} if prefix.startswith("/api") else {"data": FIELDS[action]}
            reply = client.post(f"{prefix}/cases/{case_id}/{action}", **sent)
            # Other refusals (a second reader who is the first) are 403 too.
            is_refused = reply.status_code == 403 and "Your role does not allow this" in reply.text
            if is_refused == (role in allowed):
                wrong.append(f"{role} {action}: {reply.status_code} {reply.text[:200]}")
        assert not wrong, "\n".join(wrong)

    def test_nothing_opens_without_a_session(self, world: World) -> None:
        client = TestClient(world.app, follow_redirects=False)
        for method, path in [*TABLE, *(("POST", f"/staff/cases/{{case_id}}/{action}") for action in ACTIONS)]:
            reply = client.request(method, fill(path, world))
            if path.startswith("/api"):
                assert reply.status_code == 401 and reply.json()["error"]["code"] == "NOT_SIGNED_IN", path
            else:
                assert reply.status_code == 303 and reply.headers["location"].startswith("/staff/sign-in"), path

    def test_every_reply_carries_the_strict_headers(self, world: World) -> None:
        client = sign_in(world, "safety")
        for path in ("/staff/queue", "/api/staff/counts", "/staff/assets/style.css", "/staff/nothing-here-x", "/staff/cases/x"):
            headers = client.get(path).headers
            if path != "/staff/nothing-here-x":
                assert "default-src 'none'" in headers["content-security-policy"]
                assert "unsafe" not in headers["content-security-policy"]
                assert headers["cache-control"] == "no-store" and headers["x-frame-options"] == "DENY"


class TestSignIn:
    """Passwords, guesses, sessions."""

    def test_sign_in_makes_a_new_token_whatever_the_browser_had(self, world: World) -> None:
        client = TestClient(world.app, follow_redirects=False)
        client.cookies.set("medinfo_staff", "planted-by-somebody-else")
        sign_in(world, "triage", client)
        tokens = [cookie.value for cookie in client.cookies.jar if cookie.name == "medinfo_staff"]
        assert tokens and tokens[-1] != "planted-by-somebody-else"
        attacker = TestClient(world.app, follow_redirects=False, cookies={"medinfo_staff": "planted-by-somebody-else"})
        assert attacker.get("/staff/queue").status_code == 303

    def test_only_a_hash_of_the_token_is_stored(self, world: World) -> None:
        client = sign_in(world, "triage")
        token = client.cookies["medinfo_staff"]
        with world.database.read() as connection:
            stored = list(connection.execute(select(staff_sessions.c.token_hash)).scalars())
        assert stored and token not in stored

    def test_cookie_is_locked_down_and_marked_for_tls_behind_https(self, world: World, tmp_path: Path) -> None:
        (tmp_path / "tls").mkdir()
        secure = World(tmp_path / "tls", public_url="https://mi.example.org")
        client = TestClient(secure.app, base_url="https://mi.example.org", follow_redirects=False)
        token = re.search(r'name="csrf" value="([^"]+)"', client.get("/staff/sign-in").text)
        assert token
        reply = client.post("/staff/sign-in", data={"csrf": token[1], "email": "triage@example.org", "password": PASSWORD})
        cookie = next(value for value in reply.headers.get_list("set-cookie") if value.startswith("__Host-medinfo_staff="))
        assert "HttpOnly" in cookie and "Secure" in cookie and "SameSite=lax" in cookie and "Path=/;" in cookie + ";"

    def test_unknown_address_and_wrong_password_look_the_same(self, world: World) -> None:
        replies = []
        for email in ("triage@example.org", "nobody@example.org"):
            client = TestClient(world.app)
            token = re.search(r'name="csrf" value="([^"]+)"', client.get("/staff/sign-in").text)
            assert token
            reply = client.post("/staff/sign-in", data={"csrf": token[1], "email": email, "password": "wrong wrong wrong"})
            fault = re.search(r'role="alert">([^<]+)', reply.text)
            replies.append((reply.status_code, fault and fault[1]))
        assert replies[0] == replies[1] and replies[0][0] == 401

    def test_guessing_locks_the_account_even_for_the_right_password(self, world: World) -> None:
        client = TestClient(world.app)
        statuses = []
        for password in ["wrong wrong wrong"] * 5 + [PASSWORD]:
            token = re.search(r'name="csrf" value="([^"]+)"', client.get("/staff/sign-in").text)
            assert token
            fields = {"csrf": token[1], "email": "triage@example.org", "password": password}
            statuses.append(client.post("/staff/sign-in", data=fields).status_code)
        assert statuses == [401] * 5 + [429]
        world.now += timedelta(minutes=16)
        sign_in(world, "triage")

    def test_guessing_many_accounts_from_one_address_is_slowed(self, world: World) -> None:
        client, statuses = TestClient(world.app), []
        for number in range(25):
            token = re.search(r'name="csrf" value="([^"]+)"', client.get("/staff/sign-in").text)
            assert token
            fields = {"csrf": token[1], "email": f"person{number}@example.org", "password": "wrong wrong wrong"}
            statuses.append(client.post("/staff/sign-in", data=fields).status_code)
        assert statuses[:20] == [401] * 20 and set(statuses[20:]) == {429}

    def test_sign_in_form_from_elsewhere_is_refused(self, world: World) -> None:
        client = TestClient(world.app)
        token = re.search(r'name="csrf" value="([^"]+)"', client.get("/staff/sign-in").text)
        assert token
        fields = {"csrf": token[1], "email": "triage@example.org", "password": PASSWORD}
        foreign = client.post("/staff/sign-in", data=fields, headers={"origin": "https://evil.example"})
        assert foreign.status_code == 403
        assert TestClient(world.app).post("/staff/sign-in", data=fields).status_code == 400

    def test_a_session_ends_when_idle_or_too_old_and_at_sign_out(self, world: World) -> None:
        idle, busy, leaving = (sign_in(world, role) for role in ("triage", "safety", "quality"))
        assert leaving.post("/staff/sign-out").status_code == 303
        assert leaving.get("/staff/queue").status_code == 303
        stolen = TestClient(
            world.app, follow_redirects=False, cookies={"medinfo_staff": leaving.cookies.get("medinfo_staff", "")}
        )
        assert stolen.get("/staff/queue").status_code == 303
        for _ in range(13):
            world.now += timedelta(minutes=50)
            busy.get("/staff/queue")
        assert idle.get("/staff/queue").status_code == 303
        world.now += timedelta(minutes=80)
        assert busy.get("/staff/queue").status_code == 303

    def test_a_page_that_refreshes_itself_keeps_no_session_alive(self, world: World) -> None:
        client = sign_in(world, "triage")
        for _ in range(6):
            world.now += timedelta(minutes=11)
            last = client.get("/api/staff/counts", headers={"x-refresh": "1"})
        assert last.status_code == 401

    def test_sign_ins_and_refusals_are_on_record_without_secrets(self, world: World) -> None:
        sign_in(world, "triage")
        with world.database.read() as connection:
            from assistant.storage.tables import audit_records, record_contents

            joined = audit_records.join(record_contents, record_contents.c.seq == audit_records.c.seq)
            query = select(record_contents.c.content).select_from(joined).where(audit_records.c.kind == AuditKind.STAFF.value)
            bodies = "\n".join(connection.execute(query).scalars())
        assert '"what":"signed in"' in bodies and PASSWORD not in bodies
        assert world.audit.verify().faults == ()

    def test_a_switched_off_account_is_out_at_once(self, world: World) -> None:
        client, admin = sign_in(world, "quality"), sign_in(world, "admin")
        quality = world.people["quality"].actor_id
        assert admin.post(f"/staff/people/{quality}", data={"roles": ["quality"]}).status_code == 303
        assert client.get("/staff/queue").status_code == 303

    def test_the_last_administrator_cannot_shut_everybody_out(self, world: World) -> None:
        admin = sign_in(world, "admin")
        reply = admin.post(f"/staff/people/{world.people['admin'].actor_id}", data={"roles": ["triage"], "active": "true"})
        assert reply.status_code == 400 and "Somebody must be left" in reply.text
        assert admin.get("/staff/people").status_code == 200


class TestForgedForms:
    """What another site makes a browser send changes nothing."""

    @pytest.mark.parametrize(
        "headers",
        [
            {"x-csrf-token": ""},
            {"x-csrf-token": "0" * 64},
            {"origin": "https://evil.example"},
            {"sec-fetch-site": "cross-site"},
            {"origin": "null"},
        ],
    )
    def test_a_forged_form_is_refused_and_nothing_is_recorded(self, world: World, headers: dict[str, str]) -> None:
        client, case_id = sign_in(world, "safety"), world.ids["serious"]
        before = len(world.room.service.get(world.people["safety"], case_id).events)
        for path in (f"/staff/cases/{case_id}/note", f"/api/staff/cases/{case_id}/note", "/staff/sign-out"):
            assert client.post(path, data={"text": "forged"}, headers=headers).status_code == 403, path
        assert len(world.room.service.get(world.people["safety"], case_id).events) == before

    def test_a_token_of_another_session_does_not_do(self, world: World) -> None:
        mine, other = sign_in(world, "safety"), sign_in(world, "quality")
        mine.headers["x-csrf-token"] = other.headers["x-csrf-token"]
        case_id = world.ids["serious"]
        assert mine.post(f"/staff/cases/{case_id}/note", data={"text": "x"}).status_code == 403

    @given(st.text(max_size=40))
    def test_the_way_back_never_leaves_the_console(self, tail: str) -> None:
        for target in (tail, "/staff/" + tail, "//" + tail, "https://" + tail, "/\\" + tail):
            back = safe_return(target)
            assert back.startswith("/staff/") and "//" not in back and "\\" not in back
            assert urlsplit(back).netloc == ""


class TestSingleSignOn:
    """A real provider over HTTP."""

    @pytest.fixture
    def provider(self) -> Iterator[str]:
        with oidc_provider_mock.run_server_in_thread() as server:
            yield f"http://127.0.0.1:{server.server_port}"

    @pytest.fixture
    def sso(self, tmp_path: Path, provider: str) -> World:
        (tmp_path / "sso").mkdir()
        return World(
            tmp_path / "sso",
            public_url="http://testserver",
            oidc_issuer=provider,
            oidc_client_id="console",
            oidc_client_secret="secret",
        )

    def leave(self, client: TestClient) -> str:
        """Go to the provider's page."""
        reply = client.get("/staff/sign-in/oidc")
        assert reply.status_code == 303
        return str(reply.headers["location"])

    def come_back(self, client: TestClient, address: str, provider: str, subject: str, **claims: object) -> httpx.Response:
        """Sign in there and follow the way back."""
        httpx.put(f"{provider}/users/{subject}", json=claims).raise_for_status()
        granted = httpx.post(address, data={"sub": subject})
        assert granted.status_code in {302, 303}, granted.text
        back = urlsplit(granted.headers["location"])
        return client.get(f"{back.path}?{back.query}")

    def test_a_known_verified_address_gets_in_and_is_tied_to_its_subject(self, sso: World, provider: str) -> None:
        sso.now = datetime.now(UTC)
        client = TestClient(sso.app, follow_redirects=False)
        reply = self.come_back(client, self.leave(client), provider, "s1", email="safety@example.org", email_verified=True)
        assert reply.status_code == 303 and reply.headers["location"] == "/staff/queue"
        assert client.get("/api/staff/me").json()["name"] == "Sven Okafor"
        # From now on the subject counts, not an address that may have been given to somebody else.
        other = TestClient(sso.app, follow_redirects=False)
        self.come_back(other, self.leave(other), provider, "s1", email="admin@example.org", email_verified=True)
        assert other.get("/api/staff/me").json()["name"] == "Sven Okafor"

    @pytest.mark.parametrize(
        "claims",
        [
            {"email": "stranger@example.org", "email_verified": True},
            {"email": "safety@example.org", "email_verified": False},
            {"email": "safety@example.org"},
        ],
    )
    def test_a_stranger_or_an_unverified_address_stays_out(self, sso: World, provider: str, claims: dict[str, object]) -> None:
        sso.now = datetime.now(UTC)
        client = TestClient(sso.app, follow_redirects=False)
        reply = self.come_back(client, self.leave(client), provider, "s2", **claims)
        assert reply.status_code == 401 and "medinfo_staff" not in client.cookies

    def test_state_of_another_browser_and_replayed_code_are_refused(self, sso: World, provider: str) -> None:
        sso.now = datetime.now(UTC)
        victim, attacker = (TestClient(sso.app, follow_redirects=False) for _ in range(2))
        self.leave(victim)
        reply = self.come_back(victim, self.leave(attacker), provider, "s1", email="safety@example.org", email_verified=True)
        assert reply.status_code == 401
        assert victim.get("/staff/sign-in/oidc/callback?code=x&state=y").status_code == 401
        assert TestClient(sso.app).get("/staff/sign-in/oidc/callback?code=x&state=y").status_code == 401

    def test_a_token_out_of_date_is_refused(self, sso: World, provider: str) -> None:
        # The provider's clock is real; this world's is a day ahead, so that its tokens are long over.
        sso.now = datetime.now(UTC) + timedelta(days=1)
        client = TestClient(sso.app, follow_redirects=False)
        reply = self.come_back(client, self.leave(client), provider, "s1", email="safety@example.org", email_verified=True)
        assert reply.status_code == 401

    def test_the_request_uses_pkce_and_a_nonce(self, sso: World) -> None:
        query = parse_qs(urlsplit(self.leave(TestClient(sso.app, follow_redirects=False))).query)
        assert query["code_challenge_method"] == ["S256"] and len(query["nonce"][0]) > 30 and len(query["state"][0]) > 30

    def test_a_provider_that_is_down_leaves_the_password(self, tmp_path: Path) -> None:
        (tmp_path / "down").mkdir()
        world = World(tmp_path / "down", oidc_issuer="http://127.0.0.1:9", oidc_client_id="c")
        client = TestClient(world.app, follow_redirects=False)
        reply = client.get("/staff/sign-in/oidc")
        assert reply.status_code == 503 and "password" in reply.text
        sign_in(world, "triage")
