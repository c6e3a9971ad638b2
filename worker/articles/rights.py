"""What a publisher reserves about machines reading the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

_DIRECTIVES = ("noai", "noimageai")


def rights_of(metas: Sequence[tuple[str, str]], headers: Mapping[str, str]) -> tuple[str, ...]:
    """Return the reservations found: ``noai``, ``noimageai`` and ``tdm-reservation``, each once, sorted.

    The first two are directives of ``robots`` metadata and of the ``X-Robots-Tag`` header; the last is the TDM
    Reservation Protocol (W3C community group report, 2024), in metadata or a header, with the value 1.

    Args:
        metas: (name in lower case, content) of the page's meta elements.
        headers: HTTP headers, names in lower case.
    """
    return tuple(sorted(set(_found(metas, headers))))


def _found(metas: Sequence[tuple[str, str]], headers: Mapping[str, str]) -> Iterator[str]:
    given = [
        *metas,
        ("robots", headers.get("x-robots-tag", "")),
        ("tdm-reservation", headers.get("tdm-reservation", "")),
    ]
    for name, content in given:
        if name == "robots":
            words = {word.strip().rsplit(":", 1)[-1].strip() for word in content.lower().split(",")}
            yield from (directive for directive in _DIRECTIVES if directive in words)
        elif name == "tdm-reservation" and content.strip() == "1":
            yield name
