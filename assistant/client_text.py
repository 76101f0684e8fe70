"""An answer as one text, for clients that have no place for notices and sources beside it.

Order: notices (safety first), how the question was understood, the answer with its marks, the sources with their links. Of an
answer that was shown while it was written, what was not known at its beginning comes after it. The text of an answer is never
changed or shortened here. Wording is policy (`assistant/policy/client_wording.yaml`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from urllib.parse import urljoin

import yaml
from pydantic import BaseModel, ConfigDict

from assistant.types import Answer, Citation, Notice

PARAGRAPH = "\n\n"


class _Wording(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    version: str
    owner: str
    variables: tuple[str, ...]
    note: str
    interpreted: str
    sources: str
    source: str


@dataclass(frozen=True, slots=True)
class ClientText:
    """The whole text, and where the answer's own text begins in it (code points)."""

    text: str
    answer_start: int


def write_text(answer: Answer, public_url: str, said: Sequence[Notice] | None = None) -> ClientText:
    """Return an answer as one text; links are absolute, under `public_url`.

    Args:
        said: the notices that were sent before the first sentence of an answer shown while it was written; None for an answer
            that was whole before anything of it was sent.
    """
    around = [notice.text for notice in answer.safety.notices if notice.text not in answer.text]
    if answer.interpreted_as is not None:
        around.append(_wording().interpreted.format(text=answer.interpreted_as))
    first = around if said is None else [notice.text for notice in said]
    before = write_lead(first)
    later = [text for text in around if text not in first]
    if answer.citations:
        later.append("\n".join([_wording().sources, *(_source(citation, public_url) for citation in answer.citations)]))
    after = "".join(PARAGRAPH + text for text in later)
    return ClientText(before + answer.text + after, len(before))


def write_lead(texts: Iterable[str]) -> str:
    """Return the beginning of a text whose answer is still to come: what is known already must be said first."""
    return "".join(text + PARAGRAPH for text in texts)


def absolute_url(citation: Citation, public_url: str) -> str:
    """Return the address of the page that shows a cited passage."""
    return urljoin(public_url.rstrip("/") + "/", citation.url)


def _source(citation: Citation, public_url: str) -> str:
    return _wording().source.format(
        n=citation.n,
        title=citation.title,
        section=citation.section,
        doc_id=citation.doc_id,
        version=citation.version,
        date=citation.effective_date.isoformat(),
        url=absolute_url(citation, public_url),
    )


@cache
def _wording() -> _Wording:
    text = files("assistant.policy").joinpath("client_wording.yaml").read_text(encoding="utf-8")
    return _Wording.model_validate(yaml.safe_load(text))
