"""The widget's own checks, run with Node: unit tests of the pure modules, and the type checker over every module."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
NODE = shutil.which("node")
TSC = HERE / "node_modules" / ".bin" / "tsc"


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, cwd=HERE, timeout=120, check=False)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    return done.stdout


@pytest.mark.skipif(NODE is None, reason="node is not on this machine")
def test_unit_tests_pass() -> None:
    out = run(str(NODE), "--test", "unit")
    passed = next(int(line.split()[-1]) for line in out.splitlines() if line.startswith(("# pass", "ℹ pass")))
    assert passed > 60


@pytest.mark.skipif(not TSC.exists(), reason="the type checker is not installed (npm ci --prefix tests/web)")
def test_types_are_right() -> None:
    run(str(TSC), "--project", "tsconfig.json")
