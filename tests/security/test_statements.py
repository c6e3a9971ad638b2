"""SQL is written down; what comes from outside goes beside it as a bound parameter.

Read from the source: wherever a statement is put together out of pieces, the place and the reason stand below.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TAKES_SQL = {"text", "exec_driver_sql", "execute", "literal_column", "SQL"}

PUT_TOGETHER = {
    "db/backup.py": "names of tables and columns from the catalogue, quoted; numbers of the module",
    "db/exports.py": "conditions of the package, whose values are bound; names of settings of the server",
    "db/health.py": "names of tables and keys of the package",
    "db/migrations/env.py": "numbers of the package, and the digest of the views' files",
    "db/models/events.py": "conditions of the package",
    "db/partitions.py": "names of weeks, made of dates, and what the catalogue says of a table of ours",
    "db/recoding.py": "conditions of the package, whose values are bound",
    "db/roles.py": "names of two roles; a password's verifier, quoted, since a role's password takes no parameter",
    "db/views/__init__.py": "names and files of the package",
    "worker/cli/look.py": "words on a screen: no SQL at all",
    "worker/embedded/postgres.py": "a name of the module",
}
"""Files in which a statement is put together, and out of what: nothing that comes from outside."""


def _statements(source: str) -> Iterator[ast.expr]:
    """Each first argument of a call that takes SQL."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and node.args:
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if name in TAKES_SQL:
                yield node.args[0]


def _has_pieces(statement: ast.expr) -> bool:
    if isinstance(statement, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in statement.values)
    if isinstance(statement, ast.BinOp):
        return isinstance(statement.op, ast.Mod) or _has_pieces(statement.left) or _has_pieces(statement.right)
    if isinstance(statement, ast.Call):
        made = statement.func
        return isinstance(made, ast.Attribute) and made.attr in {"format", "replace", "join"}
    return False


def is_put_together(source: str) -> bool:
    """Is a statement of this module put together out of pieces?"""
    return any(_has_pieces(statement) for statement in _statements(source))


def test_every_statement_that_has_pieces_is_known_with_its_reason() -> None:
    found = set()
    for folder in ("db", "tasks", "worker"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            place = file.relative_to(ROOT).as_posix()
            if not place.startswith("db/migrations/versions/"):  # frozen, and without any input
                found |= {place} if is_put_together(file.read_text(encoding="utf-8")) else set()
    assert found == set(PUT_TOGETHER)


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ('def f(s, x):\n  s.execute(text(f"select {x}"))', True),
        ('def f(s, x):\n  s.execute(text("select %s" % x))', True),
        ('def f(s, x):\n  s.execute("select {}".format(x))', True),
        ('def f(s, x):\n  c.exec_driver_sql("select " + f"{x}")', True),
        ('def f(s, x):\n  s.execute(text("select :x"), {"x": x})', False),
        ("def f(s, x):\n  s.execute(select(Feed).where(Feed.url == x))", False),
    ],
)
def test_the_check_sees(source: str, seen: bool) -> None:
    assert is_put_together(source) is seen
