"""Keys of the statements given to a model: derived from their content, so that another ranking never re-points a citation."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from index.types import Statement

_PREFIX = "k"
_SHORTEST = 4


def key_statements(statements: Sequence[Statement]) -> dict[str, Statement]:
    """Return the statements by key, in the given order; a key is "k" and four or more hex digits, longer where two collide."""
    digests = {statement.statement_id: _digest(statement) for statement in statements}
    length = _SHORTEST
    while len({digest[:length] for digest in digests.values()}) < len(digests):
        length += 1
    return {_PREFIX + digests[statement.statement_id][:length]: statement for statement in statements}


def _digest(statement: Statement) -> str:
    content = f"{statement.doc_id}\n{statement.start}\n{statement.end}\n{statement.text}"
    return hashlib.sha256(content.encode()).hexdigest()
