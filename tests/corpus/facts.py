"""Reads the team's checked facts for the content tests: what each fact demands of the documents, as exact strings.

The facts lie beside the repository, not in it; where they are absent `FACTS` is None and the tests that need them are skipped.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FOLDER = Path(__file__).resolve().parents[3] / "shared"
FACTS: Path | None = _FOLDER / "facts" if (_FOLDER / "facts").is_dir() else None
SOURCE_PAGE = _FOLDER / "source" / "unmet-needs-and-2l-treatment.txt"

MONTHS = tuple(calendar.month_name)[1:]
# A number with its percent sign: "1,017", "7.2", "40.8%", ".0005"; ranges are two numbers; "1L" and "v2" hold none.
NUMBER = re.compile(r"(?<![\w.])(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?<=\d)%?(?!\d|L\b)")
ISO_DATE = re.compile(r"\b(20\d\d)-(\d\d)(?:-(\d\d))?\b")
SHORT_DATE = re.compile(r"\b(?:(\d{1,2}) )?(Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)\.? (20\d\d)\b")
LONG_DATE = re.compile(rf"\b(?:\d{{1,2}} )?(?:{'|'.join(MONTHS)}) 20\d\d\b")
# Keys under which the sections of the evidence file name their entries; the rest are numbered from 1.
NAMED_BY = {
    "us_approvals": "drug",
    "esr1m_prevalence": "setting",
    "benchmark_control_arms_after_cdk46i": "trial",
    "pipeline": "name",
}


@cache
def read_facts(name: str) -> Any:
    """Return the parsed facts file `name` ("evidence" or "page_facts"); empty parts where the facts are absent."""
    if FACTS is None:
        return {"trials": [], "facts": [], "references": []}
    return yaml.safe_load((FACTS / f"{name}.yaml").read_text(encoding="utf-8"))


def strings_of(value: Any) -> Iterator[str]:
    """Return all strings inside a nested fact."""
    if isinstance(value, Mapping):
        for part in value.values():
            yield from strings_of(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from strings_of(part)
    elif value is not None:
        yield str(value)


def text_of(value: Any) -> str:
    """Return everything a fact says, with dates spelled as in the documents."""
    return spell_dates(" ".join(strings_of(value)))


def spell_dates(text: str) -> str:
    """Write dates as the documents do: "2023-01-27" and "27 Jan 2023" become "27 January 2023"."""

    def spell(day: str | None, month: str, year: str) -> str:
        return f"{int(day)} {month} {year}" if day else f"{month} {year}"

    text = ISO_DATE.sub(lambda m: spell(m[3], MONTHS[int(m[2]) - 1], m[1]), text)
    by_short = {month[:3]: month for month in MONTHS}
    return SHORT_DATE.sub(lambda m: spell(m[1], by_short[m[2][:3]], m[3]), text)


def dates_of(value: Any) -> list[str]:
    """Return the dates in a fact, spelled as in the documents."""
    return LONG_DATE.findall(text_of(value))


def numbers_of(value: Any) -> list[str]:
    """Return every number in a fact, without those of its dates."""
    return [match for match in NUMBER.findall(LONG_DATE.sub(" ", text_of(value))) if match]


def holds(text: str, number: str) -> bool:
    """Return whether the number stands in the text as a number of its own ("7.2" is not in "17.2" nor in "7.24")."""
    before = r"(?<!\d)" if number.startswith(".") else r"(?<![\d.,])"
    return re.search(rf"{before}{re.escape(number)}(?!\d|[.,]\d)", text) is not None


def demands_of(result: Mapping[str, Any]) -> list[str]:
    """Return the strings that one statement must hold together for one result: ratio, interval, p value."""
    interval, p = result.get("ci95"), result.get("p")
    demands = [result["hr"]] if result.get("hr") else []
    if interval:
        demands.append(interval if "CI" in interval else f"95% CI {interval}")
    if p:
        value, *qualifier = p.split()
        demands.append(f"p{value}" if value.startswith("<") else f"p={value}")
        demands.extend(word for word in qualifier if word == "nominal")
    return demands


def entries_of(section: str) -> dict[str, Any]:
    """Return the entries of a section of the evidence file by the id that registers use for them."""
    entries = read_facts("evidence").get(section, [])
    if section in NAMED_BY:
        key = NAMED_BY[section]
        # Two arms of one trial share its name; a name of the pipeline ends before its explanation in brackets.
        names = [entry[key].split(" (")[0] if section == "pipeline" else entry[key] for entry in entries]
        return {name: [e for n, e in zip(names, entries, strict=True) if n == name] for name in dict.fromkeys(names)}
    return {str(position): entry for position, entry in enumerate(entries, 1)}


def fact_text(fact_id: str) -> str | None:
    """Return all that the facts say under a register's fact id; None where they know no such id."""
    page = {fact["id"]: fact for fact in read_facts("page_facts")["facts"]}
    trials = {trial["id"]: trial for trial in read_facts("evidence")["trials"]}
    if fact_id in page or fact_id in trials:
        return text_of(page.get(fact_id) or trials[fact_id])
    section, _, name = fact_id.partition("/")
    if section == "references":
        listed = {str(entry["n"]): entry for entry in read_facts("page_facts")["references"]}
        return f"{name} {text_of(listed[name])}" if name in listed else None
    if section not in read_facts("evidence"):
        return None
    if not name or section == "guidelines":
        return text_of(read_facts("evidence")[section])
    return text_of(entries_of(section).get(name)) or None
