"""Which characters the bytes of a page stand for, also when its label is wrong or missing."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping

from charset_normalizer import from_bytes

PRESCAN_BYTES = 4096
"""Bytes searched for a label. The HTML standard asks for 1,024; news pages put scripts in front of it."""

SNIFF_BYTES = 16_384
"""Bytes that a guess is made from where no label holds: detection costs 5 ms for these and seconds for a megabyte."""

DAMAGE = 0.001
"""Share of undecodable bytes up to which a UTF-8 label is believed: one cut character or one foreign advert."""

BINARY_SHARE = 0.02
"""Share of control bytes in the first bytes from which on a body is no text at all."""

_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_XML = re.compile(rb"^\s{0,20}<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_CONTROL_BYTES = bytes(range(9)) + bytes(range(14, 27)) + bytes(range(28, 32))  # ESC stays: ISO-2022-JP is made of it

_LANGUAGE = re.compile(rb"<html[^>]{0,200}?\slang\s*=\s*[\"']?([A-Za-z]{2})\b", re.IGNORECASE)

# Encodings of the Latin alphabet, by Python's names: too much alike for statistics on a short text.
_LATIN = re.compile(
    r"cp(?:1250|1252|1254|1257|1258|437|775|850|852|857|858|86\d|500|037|1026|1140)$|mac_|hp_|iso8859_(?:1|2|3|4|9|10|13|14|15|16)$|latin|ascii"
)

# What browsers take where no label holds (Encoding Standard; HTML standard, 13.2.3.2): by the reader's language there,
# by the page's here; Windows-1252 for all others.
_BY_LANGUAGE = {
    **dict.fromkeys(("pl", "cs", "sk", "hu", "ro", "hr", "sl", "bs", "sq"), "cp1250"),
    **dict.fromkeys(("lt", "lv", "et"), "cp1257"),
    **dict.fromkeys(("tr", "az"), "cp1254"),
    "vi": "cp1258",
}

# What browsers read for these labels (Encoding Standard, 4.2): servers that say Latin-1 send Windows-1252.
_AS_BROWSERS_DO = {
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "big5": "big5hkscs",
    "utf8": "utf-8",
    "unicode": "utf-8",
}


def decode(body: bytes, headers: Mapping[str, str]) -> str:
    """Return the text of ``body``, control characters and all; empty when it is no text.

    Order as the Encoding Standard has it (byte order mark, HTTP header, label in the page), with one difference that
    wrong labels ask for: bytes that are valid UTF-8 are UTF-8 whatever they are called, since text in another
    encoding is practically never so by chance.

    Args:
        body: The page as fetched.
        headers: HTTP headers with names in lower case; only ``content-type`` is read.
    """
    if not body or is_binary(body):
        return ""
    return _decoded(body, headers)


def is_binary(body: bytes) -> bool:
    """Say whether ``body`` is an image, a PDF or the like: told by control bytes, which no encoding of text uses."""
    if body.startswith(tuple(mark for mark, _ in _MARKS)):
        return False
    head = body[:PRESCAN_BYTES]
    if head.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"\x1f\x8b")):
        return True
    controls = len(head) - len(head.translate(None, _CONTROL_BYTES))
    return controls > BINARY_SHARE * len(head) and not _is_wide(head)


def _is_wide(head: bytes) -> bool:
    """UTF-16 without a mark: every second byte of its markup is zero."""
    return b"<\x00" in head[:200] or b"\x00<" in head[:200]


def _decoded(body: bytes, headers: Mapping[str, str]) -> str:
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body.decode(name, "replace")
    if _is_wide(body[:PRESCAN_BYTES]):
        # The low byte of the first tag's bracket stands first (even place) or second (odd place).
        return body.decode("utf-16-be" if body.find(b"<") % 2 else "utf-16-le", "replace")
    if b"\x1b$" in body:  # ISO-2022-JP is written in ASCII and would pass as UTF-8
        return body.decode("iso2022_jp", "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    for label in _labels(body, headers):
        text = _as_labelled(body, label)
        if text is not None:
            return text
    return _guessed(body)


def _labels(body: bytes, headers: Mapping[str, str]) -> Iterator[str]:
    if found := _HEADER.search(headers.get("content-type", "")):
        yield found[1]
    head = body[:PRESCAN_BYTES]
    for pattern in (_META, _XML):
        if match := pattern.search(head):
            yield match[1].decode("ascii")


def _as_labelled(body: bytes, label: str) -> str | None:
    name = _AS_BROWSERS_DO.get(label.lower(), label.lower())
    try:
        if codecs.lookup(name).name == "utf-8":
            text = body.decode("utf-8", "replace")
            return text if text.count("\ufffd") <= max(1, DAMAGE * len(body)) else None
        # A few bytes of Windows-1252 are unassigned: browsers pass them on, and so does "replace".
        return body.decode(name, "replace" if name.startswith("cp125") else "strict")
    except (LookupError, UnicodeError, ValueError):
        return None


def _guessed(body: bytes) -> str:
    """Decode what has no label that holds: statistics tell alphabets apart, and the page's language the Latin ones."""
    best = from_bytes(body[:SNIFF_BYTES]).best()
    if best is not None and not _LATIN.match(best.encoding):
        return body.decode(best.encoding, "replace")
    language = _LANGUAGE.search(body[:PRESCAN_BYTES])
    named = language[1].decode("ascii").lower() if language else ""
    return body.decode(_BY_LANGUAGE.get(named, "cp1252"), "replace")
