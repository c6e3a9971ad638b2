"""The few look-ups of every placement, handed straight to the driver.

SQLAlchemy spends .3 ms of a processor on a statement, psycopg by itself less than .1: where a decision has 2 ms and
asks once, that is a sixth of it. The connection, its transaction and its errors stay SQLAlchemy's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, LiteralString, cast

import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session


def rows_of(session: Session, question: LiteralString, values: Mapping[str, object]) -> list[tuple[Any, ...]]:
    """Return the rows that a question has for an answer, as psycopg reads them.

    Args:
        session: Its transaction is asked in, after what it had not sent yet.
        question: SQL with psycopg's names for values: ``%(name)s``. Asked again, the server has it prepared.
        values: Of each name.

    Raises:
        sqlalchemy.exc.DBAPIError: As any other statement of the session raises it.
    """
    session.flush()
    connection = session.connection()
    driven = cast("psycopg.Connection[tuple[Any, ...]]", connection.connection.driver_connection)
    try:
        return driven.execute(question, values).fetchall()
    except psycopg.Error as error:
        if gone := connection.dialect.is_disconnect(error, None, None):  # type: ignore[arg-type]
            connection.invalidate(error)
        raise DBAPIError.instance(
            question, None, error, psycopg.Error, hide_parameters=True, connection_invalidated=gone
        ) from error
