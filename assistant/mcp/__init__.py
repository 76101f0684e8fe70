"""The assistant as an MCP server: tools `search`, `ask` and `get_passage`, documents as resources."""

from assistant.mcp.http import HttpTransport
from assistant.mcp.server import build_server
from assistant.mcp.types import AskResult, Desk, DocumentEntry, PassageResult, SearchResult

__all__ = ["AskResult", "Desk", "DocumentEntry", "HttpTransport", "PassageResult", "SearchResult", "build_server"]
