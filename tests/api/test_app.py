"""The app as a whole: health, figures, configuration, headers, files, and an OpenAPI document that says what the code does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest

from tests.api.conftest import Running
from tests.api.golden import golden_answers
from web import packed_files, widget_files

ROUTES = {
    ("POST", "/api/chat"),
    ("GET", "/api/chat/{chat_id}/stream"),
    ("POST", "/api/session"),
    ("POST", "/api/answers/{answer_id}/feedback"),
    ("POST", "/api/survey"),
    ("POST", "/api/cases"),
    ("GET", "/api/passages/{chunk_id}"),
    ("GET", "/api/documents/{doc_id}"),
    ("GET", "/sources/{doc_id}"),
    ("GET", "/health/live"),
    ("GET", "/health/ready"),
    ("GET", "/metrics"),
    ("GET", "/api/config"),
}


@pytest.fixture
def openapi(running: Running) -> dict[str, Any]:
    """The document as it is served."""
    return dict(httpx.get(running.url + "/openapi.json").json())


class TestOpenApi:
    """`/openapi.json`."""

    def test_every_route_of_the_contract_is_there(self, openapi: dict[str, Any]) -> None:
        found = {(method.upper(), path) for path, methods in openapi["paths"].items() for method in methods}
        assert found >= ROUTES

    def test_an_answer_satisfies_its_declared_schema(self, running: Running, openapi: dict[str, Any]) -> None:
        content = openapi["paths"]["/api/chat"]["post"]["responses"]["200"]["content"]
        assert "text/event-stream" in content
        schema = content["application/json"]["schema"] | {"components": openapi["components"]}
        jsonschema.validate(running.client.ask("my pt had diarrhea; what limits AIs?"), schema)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({"answer_id": "x"}, schema)

    @pytest.mark.parametrize(
        ("method", "path", "template", "body"),
        [
            ("GET", "/api/passages/DOC-1%231", "/api/passages/{chunk_id}", None),
            ("GET", "/api/passages/none", "/api/passages/{chunk_id}", None),
            ("GET", "/api/documents/DOC-1", "/api/documents/{doc_id}", None),
            ("POST", "/api/session", "/api/session", {"attestation": {"accepted": True, "profession": "nurse", "country": "US"}}),
            ("POST", "/api/session", "/api/session", {}),
            ("POST", "/api/cases", "/api/cases", {"kind": "safety", "description": "a rash", "consent": False}),
            ("POST", "/api/cases", "/api/cases", {"kind": "nothing"}),
            ("POST", "/api/survey", "/api/survey", {"relevance": 3}),
            ("POST", "/api/answers/none/feedback", "/api/answers/{answer_id}/feedback", {"rating": "helpful"}),
            ("POST", "/api/chat", "/api/chat", {"message": ""}),
            ("POST", "/api/chat", "/api/chat", {"message": "x", "conversation_id": "con_unknown"}),
        ],
    )  # fmt: skip
    def test_replies_are_declared_with_their_status_and_shape(
        self, running: Running, openapi: dict[str, Any], method: str, path: str, template: str, body: Any
    ) -> None:
        reply = running.client.http.request(method, running.url + path, json=body, headers=running.client.headers())
        declared = openapi["paths"][template][method.lower()]["responses"]
        assert str(reply.status_code) in declared
        schema = declared[str(reply.status_code)]["content"]["application/json"]["schema"]
        jsonschema.validate(reply.json(), schema | {"components": openapi["components"]})


class TestOperation:
    """Health, figures, configuration."""

    def test_ready_names_each_part_and_the_versions(self, running: Running) -> None:
        ready = httpx.get(running.url + "/health/ready").json()
        assert ready == {
            "status": "ready",
            "parts": {"database": "ok", "screening": "ok", "index": "ok"},
            "versions": {"index": "index-1", "corpus": "corpus-1"},
        }

    def test_figures_count_and_hold_no_text(self, running: Running) -> None:
        running.client.ask("Jane Roe had a rash")
        running.client.ask("What is the dose of zolvantinib?")
        figures = httpx.get(running.url + "/metrics").text
        assert 'medinfo_answers_total{outcome="answered"} 1.0' in figures
        assert 'medinfo_answers_total{outcome="declined"} 1.0' in figures
        assert 'medinfo_cases_total{code="AE-NONSER"} 1.0' in figures
        assert (
            "medinfo_open_cases 2.0" in figures
            and "medinfo_undecided_reports 1.0" in figures
            and "medinfo_ready 1.0" in figures
        )
        assert "medinfo_answer_seconds_count 2.0" in figures
        assert "Jane" not in figures and "rash" not in figures

    def test_config_has_what_is_set_and_nothing_empty(self, running: Running) -> None:
        config = httpx.get(running.url + "/api/config").json()
        assert config["safety"] == {"phone": "+1 800 555 0100"}
        assert config["documents"] == 1 and config["demonstration"] is True
        assert "privacy_url" not in config and "contact" not in config


class TestFiles:
    """The widget and its pages."""

    @pytest.mark.parametrize("path", ["/", "/chat", "/embed"])
    def test_pages_come_with_a_strict_policy(self, running: Running, path: str) -> None:
        reply = httpx.get(running.url + path)
        assert reply.status_code == 200 and reply.headers["content-type"].startswith("text/html")
        policy = reply.headers["content-security-policy"]
        for rule in (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "base-uri 'none'",
            "require-trusted-types-for 'script'",
        ):
            assert rule in policy
        assert "unsafe" not in policy
        framed_by = "frame-ancestors 'self' https://hcp.example" if path == "/embed" else "frame-ancestors 'none'"
        assert framed_by in policy

    def test_the_widget_may_be_loaded_from_anywhere_and_is_asked_for_again_cheaply(self, running: Running) -> None:
        first = httpx.get(running.url + "/widget/v1/loader.js", headers={"origin": "https://hospital.example"})
        assert first.headers["content-type"].startswith("text/javascript")
        assert first.headers["access-control-allow-origin"] == "*"
        assert first.headers["cross-origin-resource-policy"] == "cross-origin"
        assert "max-age=300" in first.headers["cache-control"]
        again = httpx.get(running.url + "/widget/v1/loader.js", headers={"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")

    @pytest.mark.parametrize("name", ["loader.js", "app.js", "strings-es.js"])
    def test_the_widget_comes_packed_for_those_who_take_it_so(self, running: Running, name: str) -> None:
        packed = httpx.get(f"{running.url}/widget/v1/{name}", headers={"accept-encoding": "gzip"})
        plain = httpx.get(f"{running.url}/widget/v1/{name}", headers={"accept-encoding": "identity"})
        assert (packed.headers["content-encoding"], "content-encoding" in plain.headers) == ("gzip", False)
        assert packed.headers["content-length"] == str(len(packed_files()[name]))
        assert packed.content == plain.content == widget_files()[name]
        assert packed.headers["etag"] == plain.headers["etag"] and "accept-encoding" in packed.headers["vary"].lower()

    def test_a_release_never_changes(self, running: Running) -> None:
        from assistant.api.assets import RELEASE

        released = httpx.get(f"{running.url}/widget/v1/{RELEASE}/loader.js")
        assert "immutable" in released.headers["cache-control"]
        assert released.content == httpx.get(running.url + "/widget/v1/loader.js").content


@pytest.mark.parametrize(
    "path", ["/health/live", "/api/config", "/nothing", "/", "/sources/DOC-1", "/widget/v1/loader.js", "/api/chat"]
)
def test_every_reply_carries_the_security_headers(running: Running, path: str) -> None:
    headers = httpx.get(running.url + path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "camera=()" in headers["permissions-policy"]
    assert "cross-origin-resource-policy" in headers


def test_golden_answers_satisfy_the_contract_of_an_answer() -> None:
    from assistant.api.schemas import AnswerBody
    from assistant.wire import answer_to_json

    for answer in golden_answers().values():
        body = answer_to_json(answer)
        assert json.loads(AnswerBody.model_validate(body).model_dump_json(exclude_none=True)).keys() == body.keys()


def test_every_route_is_described_in_the_service_page() -> None:
    page = (Path(__file__).parents[2] / "docs" / "service.md").read_text(encoding="utf-8")
    assert [path for _, path in sorted(ROUTES) if f"{path}`" not in page] == []
