"""The web room: widget, pages, console and wire contract, shipped as package data and served by `assistant.api`.

There is no build step. `widget_files` is what goes over the wire: the modules of `web/widget` without their comments and
indentation, which are for the reader of the source and make up a fifth of its compressed size. Nothing is renamed or reordered:
a line seen in a browser is a line of the source.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

WHOLE_LINE_COMMENT = re.compile(r"^[ \t]*(?:/\*\*(?:(?!\*/).)*\*/|//[^\n]*)[ \t]*\n", re.MULTILINE | re.DOTALL)
TYPE_COMMENT = re.compile(r"/\*\* (?:@[^*]|[^*@]+@)[^*]*\*/ ?")
INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)

__all__ = ["ROOT", "slim", "widget_files"]

ROOT: Traversable = files(__name__)


def slim(source: str) -> str:
    """Return a module without doc comments, type comments and indentation.

    Holds for the modules of this room: they keep comments out of strings and write multi-line strings for style sheets only,
    where indentation means nothing.
    """
    return INDENTATION.sub("", TYPE_COMMENT.sub("", WHOLE_LINE_COMMENT.sub("", source)))


@cache
def widget_files() -> Mapping[str, bytes]:
    """Return the modules of the widget by file name, as they are served (UTF-8)."""
    modules = (item for item in ROOT.joinpath("widget").iterdir() if item.name.endswith(".js"))
    return {item.name: slim(item.read_text(encoding="utf-8")).encode() for item in sorted(modules, key=lambda item: item.name)}
