"""From the bytes of a feed to its text, whatever its labels say.

Order of belief: a byte order mark; bytes that are valid UTF-8 (chance hits are practically nil once a feed has a few
accents); the label of the transport (RFC 7303, 3); the label in the XML declaration; what the statistics of the bytes
suggest; at last windows-1252, in which nearly any byte is something. So a text always comes out, with a sentence where
a label was wrong.
"""

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import charset_normalizer

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BARE: Final = (
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
    (b"{\x00", "utf-16-le"),
    (b"\x00{", "utf-16-be"),
    (b"\x4c\x6f\xa7\x94", "cp037"),
)
"""How "<" (or "<?xm" in EBCDIC) looks without a mark (XML 1.0, appendix F)."""

_READ_AS: Final = {
    "iso-8859-1": "windows-1252",
    "latin-1": "windows-1252",
    "latin1": "windows-1252",
    "us-ascii": "windows-1252",
    "ascii": "windows-1252",
    "iso-8859-9": "windows-1254",
    "iso-8859-11": "windows-874",
    "tis-620": "windows-874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "utf8": "utf-8",
}
"""Labels that stand for a larger set in practice (https://encoding.spec.whatwg.org/, names and labels)."""

_SEVEN_BIT: Final = ("iso-2022-", "hz-gb-")
"""Encodings whose bytes are all valid UTF-8, so that the label must be believed."""

_DECLARED: Final = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s{0,20}=\s{0,20}["']([A-Za-z0-9._:-]{1,40})["']""")
_CHARSET: Final = re.compile(r"""charset\s{0,20}=\s{0,20}["']?([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
_CONTROLS: Final = dict.fromkeys(
    [*(code for code in range(0x20) if code not in {0x09, 0x0A, 0x0D}), 0x7F, 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)]
)
_HEAD: Final = 1024
_SAMPLE: Final = 32 * 1024
_ON_THE_WEB: Final = [
    *("big5", "euc_jp", "euc_kr", "gb18030", "cp932", "koi8_r", "koi8_u", "tis_620"),
    *("cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258"),
]
"""What statistics may choose from: the encodings that web pages were written in."""
_HIGH_BYTES: Final = bytes(range(0x80, 0x100))
_WESTERN_SHARE: Final = 0.04
"""Bytes above ASCII below which a text is taken for Latin script: a few accents among letters and markup. In other
scripts nearly every letter is above, and statistics tell them apart better than they tell Western encodings apart."""
_FEW: Final = 1000
"""One bad byte in a thousand: the text is UTF-8 with a cut or pasted byte, not another encoding."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A body as text, and what its labels got wrong."""

    text: str
    encoding: str
    problems: tuple[str, ...] = ()


def decode(body: bytes, headers: Mapping[str, str]) -> Decoded:
    """Read bytes as text; never fails.

    Args:
        body: The bytes of a feed.
        headers: Those of the answer, names in lower case; only ``content-type`` matters.

    Returns:
        The text without a byte order mark and without control characters (NUL among them), which neither XML nor
        PostgreSQL can hold.
    """
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return _decoded(body[len(mark) :], encoding)
    for start, encoding in _BARE:
        if body.startswith(start):
            return _decoded(body, encoding)
    labels = _labels(body, headers)
    for label in labels:
        if label.startswith(_SEVEN_BIT) and (text := _strictly(body, label)) is not None:
            return _clean(text, label)
    if (text := _strictly(body, "utf-8")) is not None:
        return _clean(text, "utf-8", _mislabelled(text, labels))
    for label in labels:
        if (text := _strictly(body, _READ_AS.get(label, label))) is not None:
            return _clean(text, label)
    return _guess(body, labels)


def _labels(body: bytes, headers: Mapping[str, str]) -> list[str]:
    sent = _CHARSET.search(headers.get("content-type", "")[:500])
    declared = _DECLARED.search(body[:_HEAD])
    labels = [sent[1] if sent else "", declared[1].decode("ascii") if declared else ""]
    return [label.lower() for label in labels if label]


def _mislabelled(text: str, labels: list[str]) -> tuple[str, ...]:
    wrong = [label for label in labels if _READ_AS.get(label, label) not in {"utf-8", "utf_8"}]
    if not wrong or text.isascii():
        return ()
    return (f"It is labelled {wrong[0]} but is valid UTF-8, and was read as that.",)


def _guess(body: bytes, labels: list[str]) -> Decoded:
    told = f"labelled {labels[0]}" if labels else "without a label"
    as_utf8 = body.decode("utf-8", errors="replace")
    bad = as_utf8.count("\ufffd")
    if bad <= len(body) // _FEW + 1 and sum(not char.isascii() for char in as_utf8) > 2 * bad:
        return _clean(as_utf8, "utf-8", (f"It is {told}, and {bad} of its bytes fit no encoding; they were replaced.",))
    encoding = "cp1252" if _is_western(body) else _by_statistics(body)
    # Five bytes mean nothing in windows-1252 either; they show as replacement characters.
    text = body.decode(encoding, errors="replace")
    return _clean(text, encoding, (f"It is {told} but does not decode as that; it was read as {encoding}.",))


def _is_western(body: bytes) -> bool:
    high = len(body) - len(body.translate(None, _HIGH_BYTES))
    return high < _WESTERN_SHARE * len(body)


def _by_statistics(body: bytes) -> str:
    found = charset_normalizer.from_bytes(body[:_SAMPLE], cp_isolation=_ON_THE_WEB).best()
    return found.encoding if found else "cp1252"


def _strictly(body: bytes, encoding: str) -> str | None:
    try:
        return body.decode(encoding)
    except (UnicodeError, LookupError, ValueError):
        return None


def _decoded(body: bytes, encoding: str) -> Decoded:
    text = _strictly(body, encoding)
    if text is not None:
        return _clean(text, encoding)
    problem = f"It begins like {encoding}, but some of its bytes are not; they were replaced."
    return _clean(body.decode(encoding, errors="replace"), encoding, (problem,))


def _clean(text: str, encoding: str, problems: tuple[str, ...] = ()) -> Decoded:
    return Decoded(without_controls(text.removeprefix("\ufeff")), encoding, problems)


def without_controls(text: str) -> str:
    """Drop what no text has: controls but tab and line ends, halves of surrogate pairs, non-characters."""
    return text.translate(_CONTROLS) if _HAS_CONTROL.search(text) else text


_HAS_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
