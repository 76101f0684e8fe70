"""What every client must have shown, whatever it makes of the wire."""

from __future__ import annotations

from typing import Any

from tests.clients.conftest import Served

PHONE = "+1 800 555 0100"


def check_text(served: Served, name: str, text: str, body: dict[str, Any]) -> None:
    """The text a reader sees: statements with marks and sources, the safety notice with its case, or the decline."""
    assert body["text"] in text
    if name == "decline":
        assert body["outcome"] == "declined" and body["decline_code"] == "NO-CONTENT"
        assert body["citations"] == []
        return
    assert body["outcome"] == "answered"
    for citation in body["citations"]:
        assert f"[{citation['n']}]" in text
        assert citation["quote"] == document_text(served, citation["doc_id"])[citation["start"] : citation["end"]]
        assert served.url + citation["url"] in text
    if name == "safety":
        check_safety(text, body)
        assert text.index(body["safety"]["cases"][0]["case_id"]) < text.index(body["text"])


def check_safety(text: str, body: dict[str, Any]) -> None:
    """The safety notice with the number of a case that is on record, and the phone line."""
    assert body["safety"]["pv"]
    (case,) = [case for case in body["safety"]["cases"] if case["code"] == "AE-SERIOUS"]
    assert case["case_id"] in text and PHONE in text


def check_annotations(served: Served, text: str, annotations: list[dict[str, Any]], body: dict[str, Any]) -> None:
    """One annotation for each mark, over the mark, with a link that opens the passage."""
    cited = {served.url + citation["url"]: citation["n"] for citation in body["citations"]}
    assert {cited[a["url_citation"]["url"]] for a in annotations} == set(cited.values())
    for annotation in annotations:
        place = annotation["url_citation"]
        assert annotation["type"] == "url_citation"
        mark = text[place["start_index"] : place["end_index"]]
        assert mark.startswith("[") and mark.endswith("]")
        assert str(cited[place["url"]]) in mark.strip("[]").split(", ")


def document_text(served: Served, doc_id: str) -> str:
    """The whole text of a document of the service."""
    index = served.service.engine.index
    assert index is not None
    return index.documents[doc_id].text
