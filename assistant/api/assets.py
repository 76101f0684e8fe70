"""The widget's files and the pages that show it, as package data over HTTP, with a checksum so that browsers ask again
cheaply."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version

from fastapi import APIRouter, Request, Response

import web
from assistant.errors import NotFound

router = APIRouter(include_in_schema=False)
RELEASE = version("medinfo-assistant")
SHORT = "public, max-age=300"
IMMUTABLE = "public, max-age=31536000, immutable"
MEDIA_TYPES = {
    "js": "text/javascript",
    "css": "text/css",
    "svg": "image/svg+xml",
    "html": "text/html",
    "json": "application/json",
}
# Module scripts are fetched with CORS, from whatever page the widget stands in.
SHARED_HEADERS = {"access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin"}
PAGES = {"/": "demo.html", "/chat": "chat.html", "/embed": "embed.html"}
PAGE_PATHS = (*PAGES, "/pages/", "/sources/")
FRAMED_PATHS = frozenset({"/embed"})
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,100}")


@router.api_route("/widget/v1/{name}", methods=["GET", "HEAD"])
def widget_file(request: Request, name: str) -> Response:
    """Return a file of the widget; the address is an alias of the installed release's."""
    return _reply_packed(request, name, SHARED_HEADERS | {"cache-control": SHORT})


@router.api_route("/widget/v1/{release}/{name}", methods=["GET", "HEAD"])
def released_widget_file(request: Request, release: str, name: str) -> Response:
    """Return a file of the installed release; it never changes at this address."""
    if release != RELEASE:
        raise NotFound(f"This service has release {RELEASE} of the widget.")
    return _reply_packed(request, name, SHARED_HEADERS | {"cache-control": IMMUTABLE})


@router.api_route("/pages/{name}", methods=["GET", "HEAD"])
def page_file(request: Request, name: str) -> Response:
    """Return a file that a page uses."""
    return _reply(request, name, _page_files(), {"cache-control": SHORT})


@router.api_route("/", methods=["GET", "HEAD"])
@router.api_route("/chat", methods=["GET", "HEAD"])
@router.api_route("/embed", methods=["GET", "HEAD"])
def page(request: Request) -> Response:
    """Return the demonstration page, the full-page chat or the page for a frame."""
    return _reply(request, PAGES[request.url.path], _page_files(), {"cache-control": "no-cache"})


@cache
def _page_files() -> Mapping[str, bytes]:
    folder = web.ROOT.joinpath("pages")
    return {item.name: item.read_bytes() for item in folder.iterdir() if item.is_file() and _NAME.fullmatch(item.name)}


def _reply_packed(request: Request, name: str, headers: Mapping[str, str]) -> Response:
    """Reply with a file of the widget, packed for those who take it so."""
    sent = {**headers, "vary": "accept-encoding"}
    reply = _reply(request, name, web.widget_files(), sent)
    if reply.status_code == 200 and request.method == "GET" and "gzip" in request.headers.get("accept-encoding", ""):
        packed = web.packed_files()[name]
        return Response(
            packed, headers={**sent, "content-encoding": "gzip", "etag": reply.headers["etag"]}, media_type=_kind(name)
        )
    return reply


def _kind(name: str) -> str:
    return MEDIA_TYPES.get(name.rpartition(".")[2], "application/octet-stream")


def _reply(request: Request, name: str, available: Mapping[str, bytes], headers: Mapping[str, str]) -> Response:
    body = available.get(name)
    if body is None:
        raise NotFound("There is no such file.")
    tag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    sent = {**headers, "etag": tag}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=sent)
    return Response(body, headers=sent, media_type=_kind(name))
