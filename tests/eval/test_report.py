"""The report as an evaluator meets it: in a browser without a network, on paper, and as files for programs."""

from __future__ import annotations

import csv
import io
import json
import re
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest

from eval.comparison import Comparison, compare_runs
from eval.report.exports import FORMATS, export_comparison, gate_to_junit, samples_to_csv
from eval.report.page import MAX_BYTES, render_comparison, write_comparison
from eval.report.views import explain, view_question
from tests.eval.factories import QUOTES, make_record, make_run, make_sample

AXE = Path(__file__).resolve().parent.parent / "vendor" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def comparison_of(n: int = 40, worse: int = 12, text: str = "") -> Comparison:
    """A, then B with `worse` answers cut short and one unanswerable question answered."""
    before, after = [], []
    for i in range(n):
        values = {"complete": 1.0, "nugget_recall_vital": 1.0, "coverage": 1.0, "clean": 1.0, "latency_ms": 5.0 + i % 7}
        turns = [f"What did trial {i} show? {text}"]
        full, cut = make_record([f"{q} ({i}) {text}" for q in QUOTES]), make_record([f"{QUOTES[0]} ({i}) {text}"])
        before.append(make_sample(f"q{i}", values, full, confidence=i / n, turns=turns))
        bad = {**values, "complete": 0.0, "nugget_recall_vital": 0.5}
        after.append(
            make_sample(f"q{i}", bad if i < worse else values, cut if i < worse else full, confidence=i / n, turns=turns)
        )
    tags = {"kind": "unanswerable", "answerable": "no"}
    before.append(
        make_sample("u1", {"abstention_recall": 1.0}, make_record((), "declined"), tags=tags, turns=["<b>Zolvantinib</b>?"])
    )
    after.append(make_sample("u1", {"abstention_recall": 0.0}, make_record(), tags=tags, turns=["<b>Zolvantinib</b>?"]))
    return compare_runs(make_run("run-a", before), make_run("run-b", after))


class TestViews:
    def test_sentences_only_in_one_run_are_marked(self) -> None:
        view = view_question(next(f for f in comparison_of().flips if f.id == "q0"), "answers")
        assert [s.mark for s in view.a.sentences] == ["", "only", "only"]
        assert [s.mark for s in view.b.sentences] == [""]
        assert not view.same

    def test_equal_answers_are_shown_once(self) -> None:
        assert view_question(next(f for f in comparison_of().flips if f.id == "q39"), "answers").same

    def test_reasons_are_words(self) -> None:
        sample = next(f for f in comparison_of().flips if f.id == "u1").b
        assert explain(sample) == ["answered, although the content holds no answer"]


class TestPage:
    def test_nothing_is_loaded_and_markup_is_escaped(self) -> None:
        html = render_comparison(comparison_of())
        assert "default-src 'none'" in unescape(html)
        assert "<b>Zolvantinib</b>" not in html
        assert "&lt;b&gt;Zolvantinib" in html
        for forbidden in ("src=", "@import", "url(", "style=", "onclick"):
            assert forbidden not in html

    def test_five_hundred_questions_fit_two_megabytes(self, tmp_path: Path) -> None:
        path = write_comparison(comparison_of(500, 100), tmp_path / "r.html")
        assert path == tmp_path / "r.html"
        assert path.stat().st_size <= MAX_BYTES

    def test_a_larger_report_becomes_a_folder_with_a_page_per_question(self, tmp_path: Path) -> None:
        index = write_comparison(comparison_of(120, 20, text="A long statement. " * 400), tmp_path / "r.html")
        assert index == tmp_path / "r" / "index.html"
        assert len(list((tmp_path / "r" / "samples").glob("*.html"))) == 121
        assert 'href="samples/q0.html"' in index.read_text()

    def test_human_labels_are_shown(self) -> None:
        assert "incomplete (reader 1)" in render_comparison(comparison_of(), {"q0": "incomplete (reader 1)"})


class TestExports:
    @pytest.mark.parametrize("form", FORMATS)
    def test_every_format_names_the_measures(self, form: str) -> None:
        assert "complete" in export_comparison(comparison_of(), form).lower()

    def test_json_and_csv_hold_the_same_figures(self) -> None:
        result = comparison_of()
        rows = {row["measure"]: row for row in json.loads(export_comparison(result, "json"))["rows"]}
        table = {row["measure"]: row for row in csv.DictReader(io.StringIO(export_comparison(result, "csv")))}
        assert float(table["complete"]["difference"]) == rows["complete"]["difference"]["value"] == pytest.approx(-12 / 40)

    def test_junit_fails_where_b_is_worse(self) -> None:
        root = Xml.fromstring(export_comparison(comparison_of(), "xml"))
        failed = [case.get("name") for case in root if case.find("failure") is not None]
        assert failed == ["no regression: complete", "no regression: nugget_recall_vital"]
        assert root.get("failures") == "2"

    def test_latex_escapes_what_latex_reads(self) -> None:
        assert r"\%" in export_comparison(comparison_of(), "tex")

    def test_unscored_is_empty_in_the_sample_table(self) -> None:
        run = make_run("r", [make_sample("q", {"complete": None, "clean": 1.0})])
        assert samples_to_csv(run).splitlines() == ["id,kind,status,outcome,clean,complete", "q,evidence,ok,answered,1.0,"]

    def test_a_gate_without_rows_is_still_a_suite(self) -> None:
        assert Xml.fromstring(gate_to_junit("answers", [])).get("tests") == "0"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A report on disk."""
    return write_comparison(comparison_of(), tmp_path_factory.mktemp("report") / "report.html").as_uri()


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two `rgb(r, g, b)` colours (WCAG 2.2, relative luminance)."""

    def luminance(colour: str) -> float:
        channels = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.browser
class TestBrowser:
    def test_opens_offline_without_complaint_and_filters(self, browser: Any, report: str) -> None:
        page = browser.new_page()
        page.context.set_offline(True)
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(report)
        assert complaints == []
        assert page.inner_text("#count") == "41 of 41 questions shown"
        page.select_option("[name=change]", "regression")
        assert page.inner_text("#count") == "13 of 41 questions shown"
        page.fill("[name=text]", "trial 7 show")
        assert page.inner_text("#count") == "1 of 41 questions shown"
        page.close()

    def test_a_deep_link_opens_its_question(self, browser: Any, report: str) -> None:
        page = browser.new_page()
        page.goto(f"{report}#q-q3")
        assert page.locator("#q-q3").get_attribute("open") is not None
        page.close()

    def test_the_worst_answer_is_two_steps_away_and_says_why(self, browser: Any, report: str) -> None:
        page = browser.new_page()
        page.goto(report)
        first = page.locator("ol.worst > li").first
        assert "answered, although the content holds no answer" in first.inner_text()
        first.locator("a").click()
        page.locator("#q-u1 .inside").wait_for(state="visible")
        page.close()

    @pytest.mark.parametrize("options", [{}, {"viewport": {"width": 320, "height": 568}}, {"color_scheme": "dark"}], ids=str)
    def test_axe_finds_nothing_and_nothing_overflows(self, browser: Any, report: str, options: dict[str, Any]) -> None:
        page = browser.new_context(**options).new_page()
        page.goto(f"{report}#q-q0")
        page.evaluate(AXE.read_text(encoding="utf-8"))
        result = page.evaluate("tags => axe.run(document, {runOnly: tags})", TAGS)
        assert [(v["id"], v["nodes"][0]["html"]) for v in result["violations"]] == []
        assert len(result["passes"]) >= 40
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        page.context.close()

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_plots_can_be_read_against_the_page(self, browser: Any, report: str, scheme: str) -> None:
        """Axe does not judge text inside an image, so the colours are computed here: 4.5 for text, 3 for what is drawn."""
        page = browser.new_context(color_scheme=scheme).new_page()
        page.goto(report)
        found = page.evaluate(
            "() => [...document.querySelectorAll('svg text, svg .axis, svg .zero, svg .bar, svg .dot, svg [class^=series], "
            "svg [class^=mark], svg .fill-b')].map(node => { const style = getComputedStyle(node); const drawn = style.stroke !== 'none' "
            "&& node.tagName !== 'text'; return [node.tagName, drawn ? style.stroke : style.fill] })"
        )
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        page.context.close()
        assert {"text", "path", "circle"} <= {tag for tag, _ in found}
        pale = {(tag, colour) for tag, colour in found if contrast(colour, paper) < (4.5 if tag == "text" else 3.0)}
        assert not pale, pale

    def test_prints(self, browser: Any, report: str) -> None:
        page = browser.new_page()
        page.goto(report)
        page.emulate_media(media="print")
        assert page.pdf()[:5] == b"%PDF-"
        assert not page.locator("#filters").is_visible()
        page.close()
