"""Counts and alarms as they change: server-sent events, for pages that are open.

A stream looks at the ends of the chains, which move with everything that happens, and counts anew only when they moved or
when deadlines may have passed. It lasts a while and is opened again by the browser, keeps no session alive, and ends when its
session does. Where it cannot be had, `GET /api/staff/counts` is asked now and then instead.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse

from assistant.api.staff.access import JsonRoute, Visit, cookie_name, may
from assistant.api.staff.layout import alarms_of
from assistant.api.staff.queue_pages import count_of
from assistant.api.staff.queue_view import STANDING
from assistant.errors import AssistantError, TooMany
from assistant.storage.tables import canonical_json

router = APIRouter(prefix="/api/staff", route_class=JsonRoute, tags=["staff"])
LOOK_EVERY_S = 2.0
COUNT_EVERY_LOOKS = 15
LIFE_LOOKS = 150
RETRY_MS = 3_000
MAX_STREAMS = 200
Json = dict[str, Any]


@dataclass
class _Streams:
    """How many streams are open in this process."""

    open: int = field(default=0)

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Count one stream while it lasts."""
        self.open += 1
        try:
            yield
        finally:
            self.open -= 1


_STREAMS = _Streams()


def counts_of(visit: Visit) -> Json:
    """Return how many cases each standing view holds, and the alarms."""
    return {
        "views": {view.name: count_of(visit, view.params) for view in STANDING},
        "alarms": [alarm.text for alarm in alarms_of(visit)],
    }


def tag_of(body: Json) -> str:
    """Return what changes when the counts do."""
    return f'"{hashlib.sha256(canonical_json(body).encode()).hexdigest()[:24]}"'


@router.get("/live", response_class=StreamingResponse)
async def stream_counts(visit: Annotated[Visit, may("list")]) -> Response:
    """The counts and alarms whenever they change, as server-sent events."""
    if _STREAMS.open >= MAX_STREAMS:
        raise TooMany("Too many pages are open: the counts are refreshed less often.", retry_after_s=60)
    return StreamingResponse(_events(visit), media_type="text/event-stream", headers={"x-accel-buffering": "no"})


async def _events(visit: Visit) -> AsyncIterator[str]:
    with _STREAMS.entered():
        yield f"retry: {RETRY_MS}\n\n"
        last_ends: Json | None = None
        last_tag = ""
        for look in range(LIFE_LOOKS):
            try:
                ends = await to_thread.run_sync(_ends, visit)
                if ends != last_ends or look % COUNT_EVERY_LOOKS == 0:
                    last_ends = ends
                    body = await to_thread.run_sync(counts_of, visit)
                    if tag_of(body) != last_tag:
                        last_tag = tag_of(body)
                        yield f"event: counts\ndata: {json.dumps(body)}\n\n"
                    else:
                        yield ": still the same\n\n"
            except AssistantError as error:
                # Signed out, or the database is away: the page says so and asks again by itself.
                yield f"event: over\ndata: {json.dumps({'code': error.code})}\n\n"
                return
            await asyncio.sleep(LOOK_EVERY_S)


def _ends(visit: Visit) -> Json:
    """Return where the chains end; `NotSignedIn` once the session is over."""
    visit.console.accounts.session(visit.request.cookies.get(cookie_name(visit.console), ""), is_use=False)
    return {head.chain: head.seq for head in visit.console.audit.heads()}
