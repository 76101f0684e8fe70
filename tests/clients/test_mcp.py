"""The MCP server through the official client: over HTTP with both protocol generations, and over standard input and output."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from typer.testing import CliRunner

from assistant.api.keys import KeyRequest
from assistant.cli.mcp import app
from assistant.errors import BadInput, NotFound
from assistant.settings import Settings
from tests.clients.conftest import QUESTIONS, Served
from tests.clients.expectations import PHONE, document_text

Use = Callable[[Any], Awaitable[Any]]
REPORT = "61F on abemaciclib, admitted last night with pneumonitis"


def run(work: Callable[[], Awaitable[Any]]) -> Any:
    """Run a coroutine in a thread: a browser of another test may have left an event loop in this one."""
    result: list[Any] = []
    failures: list[BaseException] = []

    def target() -> None:
        try:
            result.append(asyncio.run(work()))  # type: ignore[arg-type]
        except BaseException as error:  # noqa: BLE001 - raised again below
            failures.append(error)

    thread = threading.Thread(target=target)
    thread.start()
    thread.join()
    if failures:
        raise failures[0]
    return result[0]


@asynccontextmanager
async def over_http(served: Served, key: str, mode: str = "auto") -> AsyncIterator[Any]:
    """A connected client."""
    async with httpx2.AsyncClient(headers={"authorization": f"Bearer {key}"}, timeout=60) as http:
        transport = streamable_http_client(served.url + "/mcp", http_client=http)
        async with Client(transport, mode=mode) as client:
            yield client


@pytest.fixture(params=["auto", "legacy"])
def use(request: pytest.FixtureRequest, served: Served) -> Callable[[Use], Any]:
    """Run something with a connected client."""

    def start(work: Use) -> Any:
        async def connected() -> Any:
            async with over_http(served, served.key, request.param) as client:
                return await work(client)

        return run(connected)

    return start


def test_tools_say_what_they_take_and_give(use: Callable[[Use], Any]) -> None:
    tools = {tool.name: tool for tool in use(lambda client: client.list_tools()).tools}
    assert sorted(tools) == ["ask", "get_passage", "search"]
    assert tools["search"].annotations.read_only_hint and not tools["ask"].annotations.read_only_hint
    assert all(tool.output_schema["type"] == "object" and tool.description for tool in tools.values())
    assert "ctx" not in tools["ask"].input_schema["properties"]


@pytest.mark.parametrize("name", QUESTIONS)
def test_answer_citations_notice_and_decline(use: Callable[[Use], Any], served: Served, name: str) -> None:
    found = use(lambda client: client.call_tool("ask", {"question": QUESTIONS[name]}))
    told, text = found.structured_content, found.content[0].text
    assert not found.is_error and told["text"] == text
    assert served.body_of(told["answer_id"])["text"] in text
    assert told["outcome"] == ("declined" if name == "decline" else "answered")
    assert bool(told["citations"]) == (name != "decline")
    for citation in told["citations"]:
        assert citation["quote"] in document_text(served, citation["doc_id"])
        assert f"[{citation['n']}]" in text and citation["url"] in text
    if name == "safety":
        assert told["cases"][0]["case_id"] in told["notices"][0] and PHONE in text


def test_a_conversation_goes_on(use: Callable[[Use], Any]) -> None:
    async def two(client: Any) -> Any:
        first = (await client.call_tool("ask", {"question": QUESTIONS["answer"]})).structured_content
        follow = {"question": "Source for that?", "conversation_id": first["conversation_id"]}
        return first, (await client.call_tool("ask", follow)).structured_content

    first, second = use(two)
    assert second["conversation_id"] == first["conversation_id"] and second["outcome"] == "answered"


def test_passages_are_found_and_read(use: Callable[[Use], Any], served: Served) -> None:
    async def look(client: Any) -> Any:
        found = (await client.call_tool("search", {"query": "ESR1 testing at progression", "limit": 3})).structured_content
        first = found["passages"][0]
        return found, await client.call_tool("get_passage", {"chunk_id": first["chunk_id"]})

    found, passage = use(look)
    assert len(found["passages"]) == 3
    first = found["passages"][0]
    assert first["text"] in document_text(served, first["doc_id"])
    assert first["text"].strip() in passage.structured_content["text"]
    assert httpx.get(first["url"]).status_code == 200


def test_a_report_is_not_searched_for(use: Callable[[Use], Any]) -> None:
    found = use(lambda client: client.call_tool("search", {"query": REPORT}))
    assert found.is_error and "send it with ask" in found.content[0].text


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("ask", {"question": "  "}, "empty"),
        ("ask", {"question": "x" * 3000}, "at most 2000 characters"),
        ("ask", {"question": "a", "conversation_id": "con_unknown"}, "no such conversation"),
        ("get_passage", {"chunk_id": "none"}, "no such passage"),
        ("search", {"query": "a", "limit": 1000}, "limit"),
    ],
)
def test_mistakes_are_told_in_words(use: Callable[[Use], Any], tool: str, arguments: dict[str, Any], said: str) -> None:
    found = use(lambda client: client.call_tool(tool, arguments))
    assert found.is_error and said in found.content[0].text


def test_documents_are_resources(use: Callable[[Use], Any], served: Served) -> None:
    async def read(client: Any) -> Any:
        listed = await client.read_resource("medinfo://documents")
        return listed.contents[0].text, (await client.read_resource("medinfo://documents/EVD-FULVESTRANT")).contents[0].text

    listed, text = use(read)
    assert '"EVD-FULVESTRANT"' in listed
    assert text == document_text(served, "EVD-FULVESTRANT")


def call(served: Served, key: str) -> httpx.Response:
    """One request as a client sends it."""
    headers = {"authorization": f"Bearer {key}", "accept": "application/json, text/event-stream"}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "search", "arguments": {"query": "ESR1"}}}
    return httpx.post(served.url + "/mcp", json=body, headers=headers)


def test_without_a_live_key_nothing_is_done(served: Served) -> None:
    assert call(served, "wrong").status_code == call(served, served.token()).status_code == 401
    key, secret = served.service.keys.add(KeyRequest("short", ["search"], "nurse", "US", "us-hcp-1", rate="2/hour"))
    assert "passages" in call(served, secret).text
    assert call(served, secret).status_code == 200
    limited = call(served, secret)
    assert limited.status_code == 429 and int(limited.headers["retry-after"]) > 0
    served.service.keys.revoke(key.key_id)
    assert call(served, secret).status_code == 401
    with pytest.raises(NotFound):
        served.service.keys.revoke(key.key_id)


def test_a_key_does_what_its_scopes_say(served: Served) -> None:
    _, secret = served.service.keys.add(KeyRequest("reader", ["search"], "nurse", "US", "us-hcp-1"))

    async def both() -> Any:
        async with over_http(served, secret) as client:
            return (
                await client.call_tool("ask", {"question": QUESTIONS["answer"]}),
                await client.call_tool("search", {"query": "ESR1"}),
            )

    asked, searched = run(both)
    assert asked.is_error and "no scope 'ask'" in asked.content[0].text
    assert not searched.is_error


def test_over_standard_input_and_output(packaged_index: Any, pytestconfig: pytest.Config, tmp_path: Path) -> None:
    """A service of its own over a data folder: it answers, and keeps what it was told."""
    (tmp_path / "index").symlink_to(Path(str(pytestconfig.cache.mkdir("medinfo"))) / "index")
    (tmp_path / "models").symlink_to(Path(str(pytestconfig.cache.mkdir("medinfo"))) / "models")
    arguments = ["-c", "from assistant.cli import main; main()", "mcp", "--profession", "nurse", "--country", "US"]
    environment = {**os.environ, "MEDINFO_DATA_DIR": str(tmp_path), "MEDINFO_SAFETY_PHONE": PHONE}
    command = StdioServerParameters(command=sys.executable, args=arguments, env=environment)

    async def talk() -> Any:
        async with Client(stdio_client(command)) as client:
            return [
                (await client.call_tool("ask", {"question": question})).structured_content for question in QUESTIONS.values()
            ]

    answer, safety, decline = run(talk)
    assert answer["outcome"] == "answered" and answer["citations"]
    assert safety["cases"][0]["case_id"] in safety["text"] and PHONE in safety["text"]
    assert decline["outcome"] == "declined"
    assert Settings(data_dir=tmp_path).resolved_database_url.endswith("medinfo.sqlite3")
    assert case_ids(tmp_path) >= {case["case_id"] for case in safety["cases"]}


def case_ids(data_dir: Path) -> set[str]:
    """The cases on record in a data folder."""
    from sqlalchemy import select

    from assistant.storage import Database
    from assistant.storage.tables import cases

    database = Database(Settings(data_dir=data_dir).resolved_database_url, creates=False)
    with database.read() as connection:
        found = set(connection.execute(select(cases.c.case_id)).scalars())
    database.close()
    return found


@pytest.mark.parametrize(("profession", "country"), [("patient", "US"), ("nurse", "USA")])
def test_who_asks_must_be_attested(profession: str, country: str) -> None:
    with pytest.raises(BadInput, match="--profession is one of"):
        CliRunner().invoke(
            app, ["--profession", profession, "--country", country], catch_exceptions=False, standalone_mode=False
        )
