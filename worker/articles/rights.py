"""What a publisher reserves about machines reading the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

_DIRECTIVES = ("noai", "noimageai")
_TDM = "tdm-reservation"


def rights_of(metas: Sequence[tuple[str, str]], headers: Mapping[str, str]) -> tuple[str, ...]:
    """Return the reservations found: ``noai``, ``noimageai`` and ``tdm-reservation``, each once, sorted.

    The first two are directives of ``robots`` metadata and of the ``X-Robots-Tag`` header; the last is the TDM
    Reservation Protocol (W3C community group report, 2024) with the value 1, in metadata or, where those say nothing of
    it, a header.

    Args:
        metas: (name in lower case, content) of the page's meta elements.
        headers: HTTP headers, names in lower case.
    """
    return tuple(sorted(set(_found(metas, headers))))


def _found(metas: Sequence[tuple[str, str]], headers: Mapping[str, str]) -> Iterator[str]:
    for name, content in [*metas, ("robots", headers.get("x-robots-tag", ""))]:
        if name == "robots":
            words = {word.strip().rsplit(":", 1)[-1].strip() for word in content.lower().split(",")}
            yield from (directive for directive in _DIRECTIVES if directive in words)
    said = [content.strip() for name, content in metas if name == _TDM] or [headers.get(_TDM, "").strip()]
    if "1" in said:
        yield _TDM
