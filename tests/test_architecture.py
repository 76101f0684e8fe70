"""The rules of the house that prose cannot hold: import directions, third-party confinement, size caps, docstrings."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("assistant", "corpus", "index", "web", "eval")
MAY_IMPORT = {
    "corpus": {"corpus"},
    "index": {"index", "corpus"},
    "web": {"web"},
    "assistant": {"assistant", "index", "corpus", "web"},
    "eval": {"eval", "assistant", "index", "corpus"},
}
# Inside `assistant`: a lower layer never imports a higher one. Modules not listed are leaves every layer may use.
LAYERS = ("cli", "api", "mcp", "triage", "pipeline", "generation", "grounding", "compose", "evidence", "query", "screening")
# Inside `assistant.grounding`, in the same way: each reads only what lies behind it.
GROUNDING_LAYERS = ("checker", "checks", "support", "reading", "types")
CONFINED = {
    "chromadb": ("index/",),
    "onnxruntime": ("index/",),
    "sentence_transformers": ("index/", "eval/"),
    "bm25s": ("index/", "eval/"),
    "langchain_text_splitters": ("index/", "eval/"),
    "fastapi": ("assistant/api/",),
    "langchain": ("assistant/generation/model.py", "eval/"),
    "langchain_core": ("assistant/generation/model.py", "assistant/langchain.py", "index/langchain.py", "eval/"),
    # Other people's client library: only tests use it.
    "openai": ("tests/",),
    "mcp": ("assistant/mcp/",),
    "mcp_types": ("assistant/mcp/",),
    "uvicorn": ("assistant/cli/serve.py",),
    "typst": ("assistant/letter.py",),
    "sqlalchemy": ("assistant/",),
    "torch": ("index/", "eval/"),
    "pdfplumber": ("corpus/loaders/",),
    "docx": ("corpus/loaders/",),
    "pptx": ("corpus/loaders/",),
    "openpyxl": ("corpus/loaders/",),
    "lxml": ("corpus/loaders/",),
}
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 60


def sources() -> list[Path]:
    """All Python files of the rooms."""
    return sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Absolute dotted names imported anywhere in a file, with the line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module, node.lineno


def layer(dotted: str) -> int | None:
    """Position of an `assistant.<part>` name among the layers (0 is the top), None for leaves."""
    parts = dotted.split(".")
    if len(parts) < 2 or parts[0] != "assistant" or parts[1] not in LAYERS:
        return None
    return LAYERS.index(parts[1])


def grounding_layer(dotted: str) -> int:
    """Position of an `assistant.grounding.<part>` name among its layers; below all of them for any other name."""
    parts = dotted.split(".")
    return (
        GROUNDING_LAYERS.index(parts[2])
        if parts[:2] == ["assistant", "grounding"] and len(parts) > 2
        else len(GROUNDING_LAYERS)
    )


def test_the_grounding_check_is_built_in_levels() -> None:
    """Checker over checks over support over reading; none imports upwards."""
    room = ROOT / "assistant/grounding"
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in sources()
        if path.is_relative_to(room) and path != room / "__init__.py"
        for own in [path.relative_to(room).parts[0].removesuffix(".py")]
        for name, line in imports(path)
        if grounding_layer(name) < GROUNDING_LAYERS.index(own)
    ]
    assert not wrong, "\n".join(wrong)


def test_rooms_import_only_what_lies_below_them() -> None:
    """eval -> assistant -> index -> corpus; nothing imports eval."""
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in sources()
        for name, line in imports(path)
        if name.split(".")[0] in ROOMS and name.split(".")[0] not in MAY_IMPORT[path.relative_to(ROOT).parts[0]]
    ]
    assert not wrong, "\n".join(wrong)


def test_layers_of_the_assistant_point_downwards() -> None:
    """cli and api on top, screening and query at the bottom."""
    wrong = []
    for path in (p for p in sources() if p.relative_to(ROOT).parts[0] == "assistant"):
        own = layer(".".join(path.relative_to(ROOT).with_suffix("").parts))
        for name, line in imports(path):
            other = layer(name)
            if own is not None and other is not None and other < own:
                wrong.append(f"{path.relative_to(ROOT)}:{line} imports {name}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("package", sorted(CONFINED))
def test_third_party_packages_stay_in_their_rooms(package: str) -> None:
    """One room can be replaced without touching another."""
    wrong = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sources()
        for name, line in imports(path)
        if name.split(".")[0] == package and not str(path.relative_to(ROOT)).startswith(CONFINED[package])
    ]
    assert not wrong, f"{package} is imported in " + ", ".join(wrong)


def test_nobody_imports_eval_as_a_name() -> None:
    """`import eval` rebinds the built-in; only `from eval.x import y` is allowed."""
    wrong = []
    for path in [*sources(), *(ROOT / "tests").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import) and any(alias.name.split(".")[0] == "eval" for alias in node.names):
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert not wrong, ", ".join(wrong)


def test_files_and_functions_stay_small() -> None:
    """Hard caps: 400 lines a file, 60 lines a function."""
    wrong = []
    for path in sources():
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > MAX_FILE_LINES:
            wrong.append(f"{path.relative_to(ROOT)}: {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > MAX_FUNCTION_LINES:
                    wrong.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name} {lines} lines")
    assert not wrong, "\n".join(wrong)


def test_modules_and_public_classes_have_docstrings() -> None:
    """A reader must know what a file does and refuses to do."""
    wrong = []
    for path in sources():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if not ast.get_docstring(tree):
            wrong.append(f"{path.relative_to(ROOT)}: module")
        wrong += [
            f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
            for node in tree.body
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and not ast.get_docstring(node)
        ]
    assert not wrong, "\n".join(wrong)


def test_every_test_folder_is_a_package() -> None:
    """Without `__init__.py` a folder `tests/index` would hide the room `index`."""
    folders = {path.parent for path in (ROOT / "tests").rglob("test_*.py")}
    assert all((folder / "__init__.py").exists() for folder in folders)
