"""What can be wrong with an index; each message names the command that mends it."""

from __future__ import annotations

BUILD_COMMAND = "medinfo index build"


class IndexProblem(Exception):
    """Base: the index cannot be used as it is."""


class IndexMissing(IndexProblem):
    """There is no index in that folder."""


class IndexStale(IndexProblem):
    """The index was built from other documents, another model or other parameters than those in use."""
