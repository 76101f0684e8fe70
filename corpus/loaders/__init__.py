"""Real documents brought in: web pages, PDFs, slides, Word files, captions, tables to drafts of this project's content
format.

`parse_file` reads one file in a process with limits; `add_file` puts the result into a content folder as a draft, with its
original, its parse report and the abbreviations it explains. Nothing that is added may be served before people have approved
it.
"""

from corpus.loaders.errors import LoadRefused, Refusal
from corpus.loaders.intake import Added, AddState, Intake, add_file
from corpus.loaders.preview import Preview, PreviewRow, load_preview, make_preview, report_path
from corpus.loaders.reading import parse_bytes
from corpus.loaders.rendering import Governance, render_body, render_file
from corpus.loaders.sandbox import Limits, parse_file
from corpus.loaders.types import (
    Abbreviation,
    Finding,
    Format,
    Outcome,
    ParsedDocument,
    ParseReport,
    Part,
    PartKind,
)

__all__ = [
    "Abbreviation",
    "AddState",
    "Added",
    "Finding",
    "Format",
    "Governance",
    "Intake",
    "Limits",
    "LoadRefused",
    "Outcome",
    "ParseReport",
    "ParsedDocument",
    "Part",
    "PartKind",
    "Preview",
    "PreviewRow",
    "Refusal",
    "add_file",
    "load_preview",
    "make_preview",
    "parse_bytes",
    "parse_file",
    "render_body",
    "render_file",
    "report_path",
]
