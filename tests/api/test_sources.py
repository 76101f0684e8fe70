"""Passages, documents and the page a person opens: the right stretch marked, nothing active in it, nothing shown that may not be."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.api.source_text import document_tree, render_document
from tests.api.conftest import Running
from tests.api.scripted import QUOTES, TEXT

MARK = re.compile(r'<mark class="cited"[^>]*>(.*?)</mark>', re.DOTALL)


def marked(html: str) -> list[str]:
    """The words inside marks, tags left out."""
    return [unescape(re.sub(r"<[^>]+>", "", inner)) for inner in MARK.findall(html)]


def texts(tree: list[Any], within: str = "") -> list[str]:
    """The texts of a tree, of elements of one name alone when it is given."""
    found: list[str] = []
    for one in tree:
        if isinstance(one, list):
            found += texts(one[1:], "" if one[0] == within else within)
        elif not within:
            found.append(one)
    return found


class TestJson:
    """What the widget fetches."""

    def test_a_passage_comes_in_its_section_with_offsets_of_the_document(self, running: Running) -> None:
        for citation in running.client.ask("What limits AIs?")["citations"]:
            passage = httpx.get(f"{running.url}/api/passages/{citation['chunk_id'].replace('#', '%23')}").json()
            start = citation["start"] - passage["start"]
            assert passage["text"][start : start + len(citation["quote"])] == citation["quote"]
            assert TEXT[passage["start"] : passage["start"] + len(passage["text"])] == passage["text"]
            assert passage["doc_id"] == citation["doc_id"] and passage["version"] == citation["version"]

    def test_a_passage_comes_as_elements_with_the_cited_stretch_marked(self, running: Running) -> None:
        for citation in running.client.ask("What limits AIs?")["citations"]:
            path = f"{running.url}/api/passages/{citation['chunk_id'].replace('#', '%23')}"
            passage = httpx.get(path, params={"start": citation["start"], "end": citation["end"]}).json()
            assert "".join(texts(passage["body"], within="mark")) == citation["quote"]
            assert passage["body"] == document_tree(
                passage["text"], citation["start"] - passage["start"], citation["end"] - passage["start"]
            )
            assert texts(httpx.get(path).json()["body"], within="mark"), "without a stretch, the passage itself"

    def test_a_document_comes_whole_and_without_nulls(self, running: Running) -> None:
        document = httpx.get(running.url + "/api/documents/DOC-1").json()
        assert document["text"] == TEXT
        assert None not in document.values()
        assert document["references"][0] == {"n": 1, "citation": "Author A. Journal. 2024.", "doi": "10.1000/1"}

    @pytest.mark.parametrize(
        "path", ["/api/passages/none", "/api/documents/none", "/sources/none", "/api/documents/..%2f..%2fetc"]
    )
    def test_unknown_ids_are_not_found(self, running: Running, path: str) -> None:
        assert httpx.get(running.url + path).status_code == 404

    @pytest.mark.parametrize("path", ["/api/passages/DOC-1%231", "/api/documents/DOC-1", "/sources/DOC-1"])
    def test_a_withdrawn_document_is_gone_at_once(self, running: Running, path: str) -> None:
        assert httpx.get(running.url + path).status_code == 200
        running.service.engine.index.withdrawn = True  # type: ignore[union-attr]
        reply = httpx.get(running.url + path)
        assert (reply.status_code, reply.json()["error"]["code"]) == (410, "GONE")
        assert "ESR1" not in reply.text


class TestPage:
    """What a person opens."""

    def test_the_cited_words_are_marked_and_can_be_gone_to(self, running: Running) -> None:
        for citation in running.client.ask("What limits AIs?")["citations"]:
            page = httpx.get(running.url + citation["url"].partition("#")[0])
            assert page.headers["content-type"].startswith("text/html")
            assert "".join(marked(page.text)) == citation["quote"]
            assert page.text.count('id="passage"') == 1 and 'href="#passage"' in page.text

    def test_a_passage_can_be_marked_by_its_id(self, running: Running) -> None:
        page = httpx.get(running.url + "/sources/DOC-1", params={"chunk": "DOC-1#2"}).text
        assert QUOTES[2] in marked(page)

    def test_the_page_has_no_script_and_says_what_it_is(self, running: Running) -> None:
        reply = httpx.get(running.url + "/sources/DOC-1")
        assert "<script" not in reply.text and "style=" not in reply.text and "<style" not in reply.text
        for text in (
            "For US healthcare professionals only",
            "had no medical review",
            "DOC-1",
            "2.0",
            "2026-01-15",
            "+1 800 555 0100",
        ):
            assert text in reply.text
        policy = reply.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
        assert httpx.get(running.url + "/sources.css").headers["content-type"].startswith("text/css")

    @pytest.mark.parametrize(
        "query", ["start=-5&end=3", "start=10&end=5", "start=0&end=99999999", "start=5", "chunk=unknown", "chunk=<script>"]
    )
    def test_senseless_places_show_the_document_without_a_mark(self, running: Running, query: str) -> None:
        page = httpx.get(f"{running.url}/sources/DOC-1?{query}")
        assert page.status_code == 200 and marked(page.text) == [] and "<script" not in page.text

    def test_a_place_that_is_no_number_is_refused(self, running: Running) -> None:
        assert httpx.get(running.url + "/sources/DOC-1?start=x&end=y").status_code == 400


class TestRendering:
    """Markdown to HTML with a stretch marked."""

    @pytest.mark.parametrize(
        ("text", "chosen", "shown"),
        [
            ("One. Two. Three.", "Two.", ["Two."]),
            ("A **bold** word.", "A **bold** word.", ["A ", "bold", " word."]),
            ("- first\n- second\n", "- second", ["second"]),
            ("| a | b |\n|---|---|\n| 1 | 2 |\n", "| 1 | 2 |", ["1", "2"]),
            ("## Head\n\nText.", "## Head", ["Head"]),
            ("3. third item\n", "3. third item", ["third item"]),
            ("> quoted words", "> quoted words", ["quoted words"]),
            ("Claim.[^1] Next.", "Claim.", ["Claim."]),
            ("a `code` b", "`code`", ["code"]),
            ("< 5 % & rising", "< 5 % & rising", ["< 5 % & rising"]),
        ],
    )
    def test_marks_hold_the_words_and_not_the_markup(self, text: str, chosen: str, shown: list[str]) -> None:
        start = text.index(chosen)
        assert marked(render_document(text, start, start + len(chosen))) == shown

    def test_nothing_active_comes_through(self) -> None:
        html = render_document("<script>x</script> [a](javascript:x) ![i](http://e/i.png) <http://e> <b onclick=x>")
        assert not re.search(r"<(?:script|img|a |b)", html)

    def test_reference_marks_lead_to_the_list(self) -> None:
        assert '<sup><a href="#reference-12">12</a></sup>' in render_document("Claim.[^12]")
        two = '<sup><a href="#reference-2">2</a>, <a href="#reference-3">3</a></sup>'
        assert two in render_document("Claim.[^2][^3]")

    @given(st.text(st.characters(exclude_categories=["Cs"]), max_size=120), st.integers(-5, 130), st.integers(-5, 130))
    def test_any_text_and_any_place_render_to_closed_marks(self, text: str, start: int, end: int) -> None:
        html = render_document(text, start, end)
        assert html.count("<mark") == html.count("</mark>")
        assert html.count('id="passage"') <= 1
        assert "\ue000" not in html or "\ue000" in text


class TestTree:
    """A document as data."""

    def test_elements_hold_their_words_and_nothing_else(self) -> None:
        text = (
            "## Head\n\nOne.[^1][^2]\n**Two** <b>x</b> [link](https://x.example).\n\n| A | B |\n|---|---|\n| x | y |\n\n1. i\n"
        )
        assert document_tree(text) == [
            ["h2", "Head"],
            ["p", "One.", ["sup", "1, 2"], "\n", ["strong", "Two"], " <b>x</b> [link](https://x.example)."],
            ["table", ["tr", ["th", "A"], ["th", "B"]], ["tr", ["td", "x"], ["td", "y"]]],
            ["ol", ["li", "i"]],
        ]

    @given(st.text(max_size=200))
    def test_no_text_becomes_an_element(self, text: str) -> None:
        names = {"p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "table", "tr", "th", "td", "sup", "mark", "em", "strong"}

        def check(tree: list[Any]) -> None:
            for one in tree:
                assert isinstance(one, str) or one[0] in names | {"code", "pre", "hr", "br", "blockquote"}
                if isinstance(one, list):
                    check(one[1:])

        check(document_tree(text, 0, len(text)))

    def test_a_time_in_a_heading_can_be_gone_to(self) -> None:
        assert '<h2 id="t=79">Testing (01:19-02:53)</h2>' in render_document("## Testing (01:19-02:53)\n\nA statement.\n")
        assert "id=" not in render_document("## Testing (in 2019)\n")
