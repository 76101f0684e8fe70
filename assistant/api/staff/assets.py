"""The console's style sheet and scripts, from `web/console`. They hold nothing about anybody and need no sign-in."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from fastapi import APIRouter, Response

from assistant.api.staff.access import PageRoute
from assistant.errors import NotFound

router = APIRouter(route_class=PageRoute, include_in_schema=False)
KINDS = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


@lru_cache(maxsize=1)
def _assets() -> dict[str, bytes]:
    folder = files("web").joinpath("console")
    return {item.name: item.read_bytes() for item in folder.iterdir() if item.is_file()}


@router.get("/staff/assets/{name}")
def read_asset(name: str) -> Response:
    """One file; only what the folder holds, whatever the name says."""
    body = _assets().get(name)
    suffix = name[name.rfind(".") :] if "." in name else ""
    if body is None or suffix not in KINDS:
        raise NotFound("There is no such file.")
    return Response(body, media_type=KINDS[suffix])
