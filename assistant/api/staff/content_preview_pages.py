"""Original and draft of a document that was brought in, side by side: what was kept, dropped, doubtful or not read.

It shows what the parse report holds and changes nothing; the draft itself moves on through the content pages and commands.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Response

from assistant.api.source_text import render_document
from assistant.api.staff.access import PageRoute, Visit, may
from assistant.api.staff.layout import render
from assistant.errors import AssistantError, NotFound
from corpus import CorpusError
from corpus.loaders.preview import Preview, load_preview, report_path
from corpus.loaders.types import Outcome

router = APIRouter(route_class=PageRoute, include_in_schema=False)
MAX_ROWS = 5000
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,63}")
WORDS = {
    Outcome.KEPT: "kept",
    Outcome.DROPPED: "dropped",
    Outcome.DOUBTFUL: "doubtful",
    Outcome.NEEDS_OCR: "not read",
}


@router.get("/staff/content/{doc_id}/preview")
def show_preview(doc_id: str, visit: Annotated[Visit, may("govern")]) -> Response:
    """The parts of the original in their order beside the draft they became."""
    preview = _preview(visit, doc_id)
    wanted = visit.request.query_params.get("show", "")
    outcomes = [outcome for outcome in Outcome if outcome.value == wanted] or list(Outcome)
    rows = [row for row in preview.rows if row.outcome in outcomes]
    return render(
        visit,
        "content_preview.html",
        f"Preview of {doc_id}",
        here="content",
        doc_id=doc_id,
        version=_version(visit, doc_id),
        preview=preview,
        rows=[(row, WORDS[row.outcome]) for row in rows[:MAX_ROWS]],
        left_out=max(0, len(rows) - MAX_ROWS),
        counts=[(outcome.value, WORDS[outcome], number) for outcome, number in _counts(preview).items()],
        wanted=wanted if len(outcomes) == 1 else "",
        draft=render_document(preview.markdown),
    )


def _preview(visit: Visit, doc_id: str) -> Preview:
    if not _ID.fullmatch(doc_id):
        raise NotFound("There is no such document.")
    try:
        return load_preview(report_path(visit.console.content_dir, doc_id))
    except CorpusError as error:
        raise NotFound("There is no parse report of this document: it was not brought in with medinfo corpus add.") from error


def _version(visit: Visit, doc_id: str) -> str:
    """Return the newest version of the document, "" where the draft is not among the documents (any more)."""
    try:
        return visit.console.content.find(doc_id).version
    except AssistantError:
        return ""


def _counts(preview: Preview) -> dict[Outcome, int]:
    counts = Counter(row.outcome for row in preview.rows)
    return {outcome: counts[outcome] for outcome in Outcome if counts[outcome]}
