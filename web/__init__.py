"""The web room: widget, pages, console and wire contract, shipped as package data and served by `assistant.api`.

There is no build step. `widget_files` is what goes over the wire, made when it is first asked for: the modules of `web/widget`
that opening the widget needs, put one behind the other in the order of their imports as `app.js`, so that opening costs one
request; the rest as it is; all without comments and white space (rjsmin) and without separators before a closing bracket, and
packed once (zopfli). Nothing is renamed: a name seen in a browser is a name of the source. The modules also run as they lie in
the folder.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

import rjsmin
from zopfli import gzip as zopfli_gzip

IMPORT = re.compile(r"^import \{[^}]*\} from '\./([\w-]+\.js)';\n", re.MULTILINE)
EXPORT = re.compile(r"^export (?=const|function|class|async)", re.MULTILINE)
TOP_LEVEL = re.compile(r"^(?:export )?(?:async )?(?:const|let|function|class) (\w+)", re.MULTILINE)
SHEET = re.compile(r"`\n?(?:[.:][^`]*\{[^`]*\})`")
# Needed neither by a block nor by a list: no module has an empty statement at the end of a block, or a hole at the end of a
# list. Behind a digit it may be part of a regular expression.
NEEDLESS = re.compile(r"(?<!\d)[;,](?=\})|,(?=[)\]])")
# Every statement of the modules ends with its own separator, so that no line end is one; those of a text are left alone.
LINE_END = re.compile(r"`[^`]*`|(?<=[;}])\n")
ENTRY = "app.js"

__all__ = ["ROOT", "integrity", "join_modules", "packed_files", "widget_files"]

ROOT: Traversable = files(__name__)


def join_modules(entry: str, modules: Mapping[str, str]) -> tuple[str, list[str]]:
    """Return one module that does what `entry` does, and the names of the modules that went into it, in order.

    Holds for modules that import by name from files beside them and whose top-level names differ. What `entry` exports stays
    exported; what is imported dynamically stays apart.

    Raises:
        ValueError: two modules use one name at the top level.
    """
    order: list[str] = []
    _visit(entry, modules, order)
    names = [name for module in order for name in TOP_LEVEL.findall(modules[module])]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"Two modules of the widget use the name {twice[0]} at their top level: rename one.")
    bodies = [IMPORT.sub("", modules[name]) for name in order]
    return "".join([*(EXPORT.sub("", body) for body in bodies[:-1]), bodies[-1]]), order


def _visit(name: str, modules: Mapping[str, str], order: list[str]) -> None:
    """Put a module behind what it imports."""
    for other in IMPORT.findall(modules[name]):
        if other not in order:
            _visit(other, modules, order)
    if name not in order:
        order.append(name)


@cache
def widget_files() -> Mapping[str, bytes]:
    """Return the files of the widget by name, as they are served (UTF-8)."""
    found = (item for item in ROOT.joinpath("widget").iterdir() if item.name.endswith(".js"))
    modules = {item.name: item.read_text(encoding="utf-8") for item in sorted(found, key=lambda item: item.name)}
    joined, parts = join_modules(ENTRY, modules)
    served = {ENTRY: joined} | {name: text for name, text in modules.items() if name not in parts}
    return {name: _tighten(text).encode() for name, text in sorted(served.items())}


def _tighten(text: str) -> str:
    """Leave out what neither a script nor a style sheet in it needs."""
    short = SHEET.sub(lambda sheet: sheet.group().replace("\n", ""), rjsmin.jsmin(text))
    return NEEDLESS.sub("", LINE_END.sub(lambda found: found.group().removesuffix("\n"), short))


@cache
def packed_files() -> Mapping[str, bytes]:
    """Return the files of the widget as they go over the wire: in the gzip format, packed once and as small as it allows."""
    return {name: zopfli_gzip.compress(body) for name, body in widget_files().items()}


def integrity(body: bytes) -> str:
    """Return what an `integrity` attribute says of a file."""
    return f"sha384-{base64.b64encode(hashlib.sha384(body).digest()).decode()}"
