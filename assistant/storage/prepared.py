"""Statements of the path every turn takes: compiled once per database, run on the driver's own cursor.

Building and dispatching a statement through the toolkit costs several times what running it does; here only the values are
converted, by the same types. For use inside a transaction that has begun (`Database.write`). Errors are the toolkit's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.compiler import SQLCompiler

Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement for one database: its text, the names of its values in order (None: by name), what converts them."""

    text: str
    order: tuple[str, ...] | None
    converters: tuple[tuple[str, Convert], ...]


class Prepared:
    """One statement whose values are all bound by name."""

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._by_dialect: dict[str, _Compiled] = {}

    def run(self, connection: Connection, values: Mapping[str, Any]) -> None:
        """Run the statement with its values.

        Raises:
            DBAPIError: what the database raised, as the toolkit names it.
        """
        self._execute(connection, values).close()

    def fetch_one(self, connection: Connection, values: Mapping[str, Any]) -> tuple[Any, ...]:
        """Run the statement with its values and return its one row, unconverted."""
        cursor = self._execute(connection, values)
        # Read to its end: a statement left half read would keep the database from tidying up.
        [row] = cursor.fetchall()
        cursor.close()
        return tuple(row)

    def _execute(self, connection: Connection, values: Mapping[str, Any]) -> Any:
        dialect = connection.dialect
        compiled = self._by_dialect.get(dialect.name) or self._compile(dialect)
        row = dict(values)
        for name, convert in compiled.converters:
            row[name] = convert(row[name])
        return _execute(connection, compiled.text, row if compiled.order is None else tuple([row[n] for n in compiled.order]))

    def _compile(self, dialect: Dialect) -> _Compiled:
        compiled = self._statement.compile(dialect=dialect)  # type: ignore[attr-defined]
        assert isinstance(compiled, SQLCompiler)
        converters = []
        for name, bound in compiled.binds.items():
            convert = bound.type.dialect_impl(dialect).bind_processor(dialect)
            if convert is not None:
                converters.append((name, convert))
        order = tuple(compiled.positiontup) if compiled.positiontup is not None else None
        found = _Compiled(compiled.string, order, tuple(converters))
        self._by_dialect[dialect.name] = found
        return found


def run_text(connection: Connection, text: str) -> None:
    """Run a statement without values.

    Raises:
        DBAPIError: what the database raised, as the toolkit names it.
    """
    _execute(connection, text, ()).close()


def _execute(connection: Connection, text: str, parameters: Any) -> Any:
    cursor = connection.connection.cursor()
    dialect = connection.dialect
    driver = dialect.loaded_dbapi
    try:
        cursor.execute(text, parameters)
    except driver.Error as error:
        raise DBAPIError.instance(text, None, error, driver.Error, hide_parameters=True, dialect=dialect) from error
    return cursor
