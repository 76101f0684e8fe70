"""A real HTTP server that plays the service for the widget: static files as the contract has them, and the script's streams.

`Service` also plays a host page on another origin, with the strictest policy a site may have. It records every request.
"""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.web import script
from web import ROOT, packed_files

TYPES = {"js": "text/javascript", "css": "text/css", "html": "text/html", "svg": "image/svg+xml"}
PAGES = {"/": "demo.html", "/chat": "chat.html", "/embed": "embed.html"}
CONFIG = {
    "market": "US", "documents": 18, "corpus_version": "2026.11.22", "max_question_chars": 2000, "demonstration": True,
    "contact": {"phone": "1-800-555-0100", "hours": "Monday to Friday, 9 am to 5 pm Eastern"},
    "safety": {"phone": "1-800-555-0199"}, "privacy_url": "/privacy", "patient_url": "/patients",
    "starters": ["Which limitations of endocrine therapy apply to aromatase inhibitors?", "When is chemotherapy recommended according to the video?"],
}  # fmt: skip
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; require-trusted-types-for 'script'"
)


@dataclass
class Service:
    """One listening server. `host_of` makes it a foreign host page that embeds the widget of that address."""

    host_of: str = ""
    snippet: str = ""
    policy: str = ""
    requests: list[tuple[str, Any]] = field(default_factory=list)
    failing: dict[str, int] = field(default_factory=dict)
    delays_s: dict[str, float] = field(default_factory=dict)
    violations: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        service = self

        class Handler(_Handler):
            owner = service

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    def bodies(self, path: str) -> list[Any]:
        """What was posted to a path."""
        return [body for at, body in self.requests if at == path]


class _Handler(BaseHTTPRequestHandler):
    owner: Service
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""

    def send(self, body: bytes, kind: str, status: int = 200, **headers: str) -> None:
        """A whole response."""
        self.send_response(status)
        for name, value in {"content-type": f"{kind}; charset=utf-8", "content-length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.send_header("access-control-allow-origin", "*")
        self.send_header("cross-origin-resource-policy", "cross-origin")
        self.end_headers()
        self.wfile.write(body)

    def send_json(self, value: Any, status: int = 200, **headers: str) -> None:
        """A JSON response."""
        self.send(json.dumps(value).encode(), "application/json", status, **headers)

    def send_error_json(self, status: int, **headers: str) -> None:
        """The one error shape."""
        self.send_json({"error": {"code": HTTPStatus(status).name, "message": "Scripted."}}, status, **headers)

    def do_OPTIONS(self) -> None:
        """Preflight."""
        allow = {
            "access-control-allow-headers": "authorization, content-type, x-site-key",
            "access-control-allow-methods": "GET, POST",
        }
        self.send(b"", "text/plain", 204, **allow)

    def do_GET(self) -> None:
        """Files, configuration, passages."""
        path = self.path.split("?")[0]
        self.owner.requests.append((path, dict(self.headers)))
        time.sleep(self.owner.delays_s.get(path, 0))
        status = self.owner.failing.get(path.rsplit("/", 1)[0] if path.startswith("/api/passages") else path)
        if status:
            self.send_error_json(status)
        elif self.owner.host_of:
            self.frame_page() if path == "/frame" else self.host_page()
        elif path.endswith("/stream"):
            question = next((b["messages"][-1]["parts"][0]["text"] for b in reversed(self.owner.bodies("/api/chat"))), "")
            self.chat("#nodone again") if question.startswith("#resume") else self.send(b"", "text/plain", 204)
        elif path == "/api/config":
            self.send_json(CONFIG)
        elif path.startswith("/api/passages/"):
            span = parse_qs(urlsplit(self.path).query)
            cited = (int(span.get("start", ["0"])[0]), int(span.get("end", ["0"])[0]))
            self.send_json(script.passage(unquote(path.rsplit("/", 1)[1]), cited))
        else:
            self.file(path)

    def file(self, path: str) -> None:
        """A file of the room, under the policy of the pages."""
        if path.startswith("/widget/v1/"):
            body = packed_files().get(path.rsplit("/", 1)[1])
        elif path.startswith("/widget/modules/"):
            target = ROOT.joinpath("widget", path.rsplit("/", 1)[1])
            body = target.read_bytes() if target.is_file() else None
        else:
            target = ROOT.joinpath(f"pages/{PAGES[path]}" if path in PAGES else path.lstrip("/"))
            body = target.read_bytes() if path in PAGES or (path.startswith("/pages/") and target.is_file()) else None
        if body is None:
            self.send_error_json(404)
            return
        packed = {"content-encoding": "gzip"} if path.startswith("/widget/v1/") else {}
        self.send(body, TYPES[PAGES.get(path, path).rsplit(".", 1)[1]], **{"content-security-policy": POLICY, **packed})

    def host_page(self) -> None:
        """A page of someone else, with a policy as strict as they come."""
        widget = self.owner.host_of
        snippet = self.owner.snippet or (
            f"<script type=module async src='{widget}/widget/v1/loader.js'></script>"
            f"<medinfo-chat endpoint='{widget}' locale=en-US></medinfo-chat>"
        )
        page = (
            "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'><title>Host</title>"
            f"<main><h1>Host page</h1><p><a href='#x'>A link of the host</a></p></main>{snippet}</html>"
        )
        allowed = self.owner.policy or f"script-src {widget}/widget/v1/; connect-src {widget}"
        policy = (
            f"default-src 'none'; {allowed}; style-src 'self'; "
            "require-trusted-types-for 'script'; trusted-types 'none'; base-uri 'none'; form-action 'none'"
        )
        self.send(page.encode(), "text/html", **{"content-security-policy": policy})

    def frame_page(self) -> None:
        """A page of someone else that frames the widget."""
        page = (
            "<!doctype html><html lang=en><title>Host</title><script>var inbox = [];"
            "addEventListener('message', (event) => inbox.push([event.origin, event.data.type]))</script><iframe id=frame></iframe></html>"
        )
        self.send(page.encode(), "text/html")

    def do_POST(self) -> None:
        """The API."""
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.owner.requests.append((self.path, body))
        status = self.owner.failing.get(self.path)
        if status:
            self.send_error_json(
                status, **({"retry-after": "3", "access-control-expose-headers": "retry-after"} if status == 429 else {})
            )
        elif self.path == "/api/chat":
            self.chat(body["messages"][-1]["parts"][0]["text"])
        elif self.path == "/api/session":
            self.send_json({"token": "scripted", "expires_at": "2099-01-01T00:00:00+00:00"})
        elif self.path == "/api/cases":
            self.send_json({"case_id": "MI-2026-000042", "due_at": "2026-11-24T17:00:00+00:00", "out_of_hours": True}, 201)
        elif self.path.endswith("/feedback"):
            self.send_json({"case_id": "MI-2026-000043"} if body.get("reason") in {"wrong", "unsafe"} else {})
        else:
            self.send_json({})

    def chat(self, question: str) -> None:
        """Stream what the script has for the question; `#reset` breaks the connection in the middle."""
        self.send_response(200)
        for name, value in {
            "content-type": "text/event-stream", "cache-control": "no-cache", "x-vercel-ai-ui-message-stream": "v1",
            "access-control-allow-origin": "*", "transfer-encoding": "chunked",
        }.items():  # fmt: skip
            self.send_header(name, value)
        self.end_headers()
        broken = question.startswith("#reset")
        try:
            for chunk in script.chunks(question):
                if chunk.wait_s:
                    self.wfile.flush()
                    time.sleep(chunk.wait_s)
                self.wfile.write(f"{len(chunk.data):x}\r\n".encode() + chunk.data + b"\r\n")
                self.wfile.flush()
            if not broken:
                self.wfile.write(b"0\r\n\r\n")
        except (BrokenPipeError, ConnectionResetError):
            pass
        self.close_connection = True


if __name__ == "__main__":
    serving = Service()
    print(serving.address, flush=True)
    threading.Event().wait()
