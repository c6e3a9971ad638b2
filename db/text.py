"""Text as PostgreSQL can store it."""

from __future__ import annotations

from collections.abc import Iterable


def storable(text: str) -> str:
    """Return ``text`` without NUL, which PostgreSQL refuses, and with lone surrogates replaced, which UTF-8 lacks.

    Characters are replaced one by one, or cut only where NUL stood: texts that evidence points into hold no NUL in the
    first place (see :class:`worker.records.Reading`), so offsets stay right.
    """
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def storable_or_none(text: str | None) -> str | None:
    """Return ``text`` as :func:`storable` does; None stays None."""
    return None if text is None else storable(text)


def bigint_array(values: Iterable[int]) -> str:
    """Return whole numbers as PostgreSQL writes an array: psycopg takes ten times as long to write a list."""
    return "{" + ",".join(map(str, values)) + "}"


def text_array(values: Iterable[str]) -> str:
    """Return texts as PostgreSQL writes an array of them, made :func:`storable`; see :func:`bigint_array`."""
    quoted = (value.replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return storable("{" + ",".join(f'"{value}"' for value in quoted) + "}")
