from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from worker.articles.charset import decode, is_binary

SPANISH = "<html><head>{meta}</head><body>El a\u00f1o pas\u00f3 \u2014 d\u00edas m\u00e1s</body></html>"


def page(encoding: str, meta: str = "", text: str = SPANISH) -> bytes:
    return text.format(meta=meta).encode(encoding)


@pytest.mark.parametrize(
    ("body", "header"),
    [
        pytest.param(page("utf-8"), "", id="no label"),
        pytest.param(page("utf-8"), "text/html; charset=iso-8859-1", id="UTF-8 called Latin-1"),
        pytest.param(page("utf-8", '<meta charset="windows-1252">'), "", id="UTF-8 called Windows-1252 in the page"),
        pytest.param(page("cp1252"), "text/html; charset=ISO-8859-1", id="Windows-1252 called Latin-1"),
        pytest.param(page("cp1252", '<meta charset="windows-1252">'), "text/html", id="labelled in the page"),
        pytest.param(
            page("cp1252", '<META http-equiv=Content-Type content="text/html; charset=iso-8859-1">'),
            "",
            id="labelled the old way",
        ),
        pytest.param(page("cp1252"), "text/html; charset=utf-8", id="Windows-1252 called UTF-8"),
        pytest.param(page("cp1252", '<meta charset="klingon">'), "", id="labelled with an encoding that is none"),
        pytest.param(page("utf-8-sig"), "text/html; charset=iso-8859-1", id="byte order mark"),
        pytest.param(page("utf-16"), "", id="UTF-16 with a mark"),
        pytest.param(page("utf-16-le"), "", id="UTF-16 without a mark"),
        pytest.param(page("utf-16-be"), "", id="UTF-16, the other way round"),
    ],
)
def test_right_and_wrong_labels_give_the_same_text(body: bytes, header: str) -> None:
    assert "El a\u00f1o pas\u00f3 \u2014 d\u00edas m\u00e1s" in decode(body, {"content-type": header})


@pytest.mark.parametrize(
    ("encoding", "label", "text"),
    [
        ("cp1251", "windows-1251", "\u041f\u0440\u0430\u0432\u0438\u0442\u0435\u043b\u044c\u0441\u0442\u0432\u043e"),
        ("koi8-r", "KOI8-R", "\u041f\u0440\u0430\u0432\u0438\u0442\u0435\u043b\u044c\u0441\u0442\u0432\u043e"),
        ("gb18030", "gb2312", "\u653f\u5e9c\u519b\u961f"),
        ("cp932", "Shift_JIS", "\u653f\u5e9c\u8ecd"),
        ("cp949", "euc-kr", "\uc815\ubd80\uad70"),
        ("big5", "big5", "\u653f\u5e9c\u8ecd\u968a"),
        ("cp1254", "iso-8859-9", "h\u00fck\u00fcmet ba\u015fkan\u0131"),
        ("iso2022_jp", "iso-2022-jp", "\u653f\u5e9c\u8ecd"),
        ("cp874", "tis-620", "\u0e23\u0e31\u0e10\u0e1a\u0e32\u0e25"),
    ],
)
def test_labels_mean_what_browsers_take_them_for(encoding: str, label: str, text: str) -> None:
    body = f'<html><head><meta charset="{label}"></head><body>{text}</body></html>'.encode(encoding)
    assert text in decode(body, {})


def test_one_broken_byte_does_not_turn_a_page_into_another_encoding() -> None:
    body = page("utf-8", '<meta charset="utf-8">').replace(b"<body>", b"<body>" + b"x" * 2000 + b"\xff")
    assert "El a\u00f1o pas\u00f3" in decode(body, {})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00" * 500,
        b"%PDF-1.7 text",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0JFIF",
        b"GIF89a",
        b"PK\x03\x04",
        b"\x1f\x8b\x08",
        bytes(range(256)) * 20,
    ],
)
def test_what_is_no_text_has_none(body: bytes) -> None:
    assert decode(body, {"content-type": "text/html"}) == ""


def test_text_with_a_stray_control_byte_is_text() -> None:
    assert not is_binary(b"<html>" + b"text " * 100 + b"\x00\x01")


@settings(deadline=None)
@given(
    st.binary(),
    st.sampled_from(
        ["", "text/html; charset=utf-8", "text/html; charset=utf-16", "charset=;;", "text/html; charset=hz"]
    ),
)
def test_any_bytes_under_any_label_decode(body: bytes, label: str) -> None:
    assert isinstance(decode(body, {"content-type": label}), str)
