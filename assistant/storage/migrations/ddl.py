"""Triggers that make a table insert-only, for SQLite and PostgreSQL. Part of released migrations: add, never change."""

from __future__ import annotations

from alembic import op

REFUSE_FUNCTION = """
CREATE OR REPLACE FUNCTION medinfo_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is insert-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation'; END $$
"""


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def forbid_update(table: str, unless: str = "") -> None:
    """Refuse UPDATE on a table, except where the SQL condition `unless` over OLD and NEW holds."""
    if _is_sqlite():
        when = f"WHEN NOT ({unless}) " if unless else ""
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {when}"
            f"BEGIN SELECT RAISE(ABORT, '{table} is insert-only'); END"
        )
        return
    when = f"WHEN (NOT ({unless})) " if unless else ""
    op.execute(REFUSE_FUNCTION)
    op.execute(
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW {when}EXECUTE FUNCTION medinfo_refuse_change()"
    )


def forbid_delete(table: str) -> None:
    """Refuse DELETE (and, on PostgreSQL, TRUNCATE) on a table."""
    if _is_sqlite():
        op.execute(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is insert-only'); END"
        )
        return
    op.execute(REFUSE_FUNCTION)
    for verb, each in (("DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} FOR EACH {each} "
            "EXECUTE FUNCTION medinfo_refuse_change()"
        )


def make_insert_only(*names: str) -> None:
    """Refuse every change to rows of these tables once they are written."""
    for table in names:
        forbid_update(table)
        forbid_delete(table)
