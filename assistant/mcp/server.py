"""The MCP server: three tools and the documents, over a `Desk`. It decides nothing; what a model sends is a question, never an
instruction.

Descriptions of the tools are what a model chooses by, so they are kept as policy (`assistant/policy/mcp_tools.yaml`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import Annotated, Any

import yaml
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ResourceError, ToolError
from mcp_types import CallToolResult, TextContent, ToolAnnotations
from pydantic import BaseModel, ConfigDict, Field

from assistant.errors import AssistantError
from assistant.mcp.types import AskResult, Desk, PassageResult, SearchResult

NAME = "medinfo"
MAX_PASSAGES = 20
DOCUMENTS_URI = "medinfo://documents"
# Given the HTTP request a call came in with, None over standard input: on whose behalf it is done.
FindDesk = Callable[[Any], Desk]
Ctx = Context[Any, Any]


class _Descriptions(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    version: str
    owner: str
    note: str
    instructions: str
    ask: str
    search: str
    get_passage: str
    documents: str
    document: str


def build_server(find_desk: FindDesk) -> MCPServer[Any]:
    """Return a server whose calls are done by the desk that `find_desk` names for each."""
    words = _descriptions()
    server: MCPServer[Any] = MCPServer(
        NAME,
        title="Medical information",
        instructions=words.instructions,
        version=version("medinfo-assistant"),
        subscriptions=False,
        log_level="WARNING",
    )
    _add_tools(server, find_desk, words)
    _add_resources(server, find_desk, words)
    return server


def _add_tools(server: MCPServer[Any], find_desk: FindDesk, words: _Descriptions) -> None:
    reads = ToolAnnotations(read_only_hint=True, open_world_hint=False)
    records = ToolAnnotations(read_only_hint=False, destructive_hint=False, idempotent_hint=False, open_world_hint=False)

    @server.tool(description=words.ask, annotations=records)
    async def ask(
        question: Annotated[str, Field(description="the question, in the asker's own words")],
        ctx: Ctx,
        conversation_id: Annotated[str | None, Field(description="of the answer this question follows")] = None,
    ) -> Annotated[CallToolResult, AskResult]:
        try:
            found = await find_desk(ctx.request_context.request).ask(question, conversation_id)
        except AssistantError as error:
            raise ToolError(error.message) from error
        return _result(found.text, found)

    @server.tool(description=words.search, annotations=reads)
    async def search(
        query: Annotated[str, Field(description="what to look for")],
        ctx: Ctx,
        limit: Annotated[int, Field(ge=1, le=MAX_PASSAGES, description="number of passages")] = 5,
    ) -> Annotated[CallToolResult, SearchResult]:
        try:
            found = await find_desk(ctx.request_context.request).search(query, limit)
        except AssistantError as error:
            raise ToolError(error.message) from error
        return _result("\n\n".join(_describe(p.title, p.section, p.version, p.text, p.url) for p in found.passages), found)

    @server.tool(description=words.get_passage, annotations=reads)
    async def get_passage(
        chunk_id: Annotated[str, Field(description="as search and citations give it")], ctx: Ctx
    ) -> Annotated[CallToolResult, PassageResult]:
        try:
            found = await find_desk(ctx.request_context.request).get_passage(chunk_id)
        except AssistantError as error:
            raise ToolError(error.message) from error
        return _result(_describe(found.title, found.section, found.version, found.text, found.url), found)


def _add_resources(server: MCPServer[Any], find_desk: FindDesk, words: _Descriptions) -> None:
    @server.resource(f"{DOCUMENTS_URI}{{?type}}", description=words.documents, mime_type="application/json")
    async def documents(ctx: Ctx, type: str = "") -> list[dict[str, Any]]:  # noqa: A002 - a name in the resource's address
        try:
            found = await find_desk(ctx.request_context.request).list_documents()
        except AssistantError as error:
            raise ResourceError(error.message) from error
        return [entry.model_dump(mode="json") for entry in found if type in ("", entry.type)]

    @server.resource(f"{DOCUMENTS_URI}/{{doc_id}}", description=words.document, mime_type="text/markdown")
    async def document(doc_id: str, ctx: Ctx) -> str:
        try:
            return await find_desk(ctx.request_context.request).read_document(doc_id)
        except AssistantError as error:
            raise ResourceError(error.message) from error


def _result(text: str, found: BaseModel) -> CallToolResult:
    content = found.model_dump(mode="json", exclude_none=True)
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=content)


def _describe(title: str, section: str, version_of: str, text: str, url: str) -> str:
    return f"{title}, {section} (version {version_of}, {url})\n{text}"


@cache
def _descriptions() -> _Descriptions:
    text = files("assistant.policy").joinpath("mcp_tools.yaml").read_text(encoding="utf-8")
    return _Descriptions.model_validate(yaml.safe_load(text))
