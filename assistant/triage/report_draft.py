"""The draft of a safety report: the fields an individual case safety report has at intake, shaped after ICH E2B(R3).

What was read from the messages fills the fields; what a person writes replaces it and is an event of the case. The XML is a
draft for the safety desk, marked as such: it is neither coded (MedDRA) nor a submission, and element names follow the E2B(R3)
data element numbers rather than the HL7 message.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import yaml
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection

from assistant.clock import Clock, format_utc
from assistant.errors import BadInput
from assistant.storage import Database
from assistant.triage.queue import CaseView
from assistant.triage.repository import CaseRepository
from assistant.triage.roles import RoleTable
from assistant.triage.types import Actor, EventKind

MAX_FIELD_CHARS = 4_000
ELEMENTS = frozenset({"age", "sex", "product", "strength", "lot", "event", "onset", "outcome"})
# What XML 1.0 (section 2.2) has no place for.
_NOT_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


class FormField(BaseModel):
    """One field: its E2B(R3) data element, label, the element it is filled from, and choices if it has any."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    e2b: str
    label: str
    filled_from: str = ""
    choices: tuple[str, ...] = ()
    is_long: bool = False
    hint: str = ""


class FormGroup(BaseModel):
    """Fields that belong together; `proves` is the minimum element they make up."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    fields: tuple[FormField, ...]


class MinimumElement(BaseModel):
    """One of the four things without which a report is not valid; any one of `any_of` is enough."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    any_of: tuple[str, ...]


class ReportForm(BaseModel):
    """The form (`assistant/policy/report_form.yaml`)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    version: str
    owner: str
    note: str
    minimum: dict[str, MinimumElement]
    groups: tuple[FormGroup, ...]

    @property
    def fields(self) -> tuple[FormField, ...]:
        """Every field in order."""
        return tuple(field for group in self.groups for field in group.fields)


@lru_cache(maxsize=1)
def load_report_form() -> ReportForm:
    """Return the packaged form."""
    text = files("assistant.policy").joinpath("report_form.yaml").read_text(encoding="utf-8")
    return ReportForm.model_validate(yaml.safe_load(text))


@dataclass(frozen=True, slots=True)
class Draft:
    """The fields of a case as they stand. `by_person` names those that a person wrote."""

    values: Mapping[str, str]
    by_person: frozenset[str]

    def minimum(self) -> dict[str, bool]:
        """Return which of the four minimum elements are there, by title."""
        elements = load_report_form().minimum.values()
        return {element.title: any(self.values.get(name) for name in element.any_of) for element in elements}


class ReportDrafts:
    """Reads and fills drafts."""

    def __init__(self, database: Database, repository: CaseRepository, roles: RoleTable, clock: Clock) -> None:
        self.form = load_report_form()
        self._database = database
        self._repository = repository
        self._roles = roles
        self._clock = clock

    def read(self, view: CaseView) -> Draft:
        """Return the draft of a case."""
        elements = dict(view.state.elements)
        if view.session is not None:
            elements.setdefault("profession", view.session.profession)
            elements.setdefault("country", view.session.country)
        # To the second, as people read and write it.
        received_at = f"{format_utc(view.summary.case.received_at)[:19]}Z"
        elements |= {"first_received": received_at, "narrative": "\n".join(view.state.texts)}
        values = {field.name: elements.get(field.filled_from, "") for field in self.form.fields}
        written: dict[str, str] = {}
        for event in view.events:
            written |= (event.content or {}).get("report_fields", {}) if event.kind is EventKind.NOTE else {}
        return Draft(values | written, frozenset(written))

    def write(self, actor: Actor, case_id: str, values: Mapping[str, str], before: Draft) -> tuple[str, ...]:
        """Keep the fields that changed as one event and return their names."""
        self._roles.require(actor, "triage")
        known = {field.name: field for field in self.form.fields}
        changed = {}
        for name, value in values.items():
            if name not in known or len(value) > MAX_FIELD_CHARS:
                raise BadInput(f"The field {name!r} is unknown or longer than {MAX_FIELD_CHARS} characters.")
            choices = known[name].choices
            if choices and value and value not in choices:
                raise BadInput(f"“{known[name].label}” must be one of: {', '.join(choices)}.")
            if value.strip() != before.values.get(name, ""):
                changed[name] = value.strip()
        if not changed:
            raise BadInput("No field was changed.")
        labels = ", ".join(known[name].label for name in changed)
        # Under the names that the hand-over, the queue and the search for duplicates read.
        elements = {known[name].filled_from: value for name, value in changed.items() if known[name].filled_from in ELEMENTS}
        content = {
            "text": f"Report fields: {labels}",
            "audience": "internal",
            "report_fields": changed,
            "elements": elements,
        }

        def work(connection: Connection) -> None:
            self._repository.record(connection, case_id, EventKind.NOTE, content, actor=actor, at=self._clock())

        self._database.write(work)
        return tuple(changed)


def draft_xml(view: CaseView, draft: Draft, form: ReportForm) -> bytes:
    """Return the draft as XML (UTF-8)."""
    case = view.summary.case
    root = ET.Element("icsr-draft", {"status": "draft", "shape": "ICH E2B(R3)", "form-version": form.version})
    ET.SubElement(root, "warning").text = "DRAFT: not coded, not validated, not a submission. Text is masked."
    identification = ET.SubElement(root, "case", {"id": case.case_id, "received": format_utc(case.received_at)})
    for code in view.state.codes:
        ET.SubElement(identification, "code").text = code
    for group in form.groups:
        parent = ET.SubElement(root, "section", {"title": group.title})
        for field in group.fields:
            if value := draft.values.get(field.name, ""):
                attributes = {"element": field.e2b, "name": field.label, "source": _source(draft, field.name)}
                ET.SubElement(parent, "field", attributes).text = _xml_text(value)
    ET.indent(root)
    text: str = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _source(draft: Draft, name: str) -> str:
    return "person" if name in draft.by_person else "message"


def _xml_text(text: str) -> str:
    """Return text without the characters XML 1.0 has no place for."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
