"""From bytes to text, whatever the labels say."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.feeds.encoding import decode, without_controls

NEWS = "<rss><title>Präsident in São Tomé – Ελλάδα</title></rss>"
RUSSIAN = "<?xml version='1.0'?><rss><title>Президент подписал закон о бюджете страны на следующий год</title></rss>"
JAPANESE = "<rss><title>地震の後、政府は緊急会議を開きました。被害の状況はまだ分かっていません。</title></rss>"


@pytest.mark.parametrize(
    ("body", "content_type", "expected", "complains"),
    [
        (NEWS.encode(), "", NEWS, False),
        (NEWS.encode(), "text/xml; charset=iso-8859-1", NEWS, True),
        (
            b'<?xml version="1.0" encoding="windows-1251"?>' + NEWS.encode(),
            "",
            '<?xml version="1.0" encoding="windows-1251"?>' + NEWS,
            True,
        ),
        (b"<rss/>", "text/xml; charset=iso-8859-1", "<rss/>", False),
        (codecs.BOM_UTF8 + NEWS.encode(), "text/xml; charset=latin-1", NEWS, False),
        (codecs.BOM_UTF16_LE + NEWS.encode("utf-16-le"), "text/xml; charset=utf-8", NEWS, False),
        (codecs.BOM_UTF32_BE + NEWS.encode("utf-32-be"), "", NEWS, False),
        (NEWS.encode("utf-16-be"), "", NEWS, False),
        ("<rss>“caf\u00e9”</rss>".encode("cp1252"), "text/xml; charset=ISO-8859-1", "<rss>“café”</rss>", False),
        (
            b'<?xml version="1.0" encoding="koi8-r"?>' + RUSSIAN[21:].encode("koi8-r"),
            "",
            '<?xml version="1.0" encoding="koi8-r"?>' + RUSSIAN[21:],
            False,
        ),
        (JAPANESE.encode("iso2022_jp"), "text/xml; charset=iso-2022-jp", JAPANESE, False),
        (JAPANESE.encode("cp932"), "text/xml; charset=Shift_JIS", JAPANESE, False),
        (RUSSIAN.encode("windows-1251"), "text/xml; charset=no-such-thing", RUSSIAN, True),
        (RUSSIAN.encode("windows-1251"), "text/xml; charset=utf-8", RUSSIAN, True),
        (JAPANESE.encode("euc-jp"), "", JAPANESE, True),
        (
            "<rss>un café à Orléans, près de l'église du marché, s'il vous plaît; et des mots sans accent</rss>".encode(
                "cp1252"
            ),
            "",
            "<rss>un café à Orléans, près de l'église du marché, s'il vous plaît; et des mots sans accent</rss>",
            True,
        ),
    ],
)
def test_text_comes_out_right(body: bytes, content_type: str, expected: str, complains: bool) -> None:
    decoded = decode(body, {"content-type": content_type})
    assert decoded.text == expected
    assert bool(decoded.problems) is complains


def test_a_cut_character_does_not_turn_the_rest_into_another_encoding() -> None:
    body = NEWS.encode() * 50 + "é".encode()[:1]
    decoded = decode(body, {})
    assert decoded.text == NEWS * 50 + "\ufffd"
    assert decoded.problems


def test_controls_are_dropped() -> None:
    assert decode(b"<a>\x00b\x0b\tc\r\n\x7f</a>", {}).text == "<a>b\tc\r\n</a>"
    assert without_controls("a\ud800\ufffeb") == "ab"


@given(
    st.binary(max_size=300),
    st.sampled_from(
        [
            "",
            "text/xml; charset=utf-8",
            "text/xml; charset=big5",
            "x; charset=idna",
            "charset=utf_16",
            "charset=rot13",
            "charset=base64",
        ]
    ),
)
def test_any_bytes_become_text(body: bytes, content_type: str) -> None:
    text = decode(body, {"content-type": content_type}).text
    assert "\x00" not in text
    text.encode()


@given(st.text(max_size=200))
def test_utf8_is_read_back(text: str) -> None:
    assert decode(("<a>" + text).encode("utf-8", "ignore"), {}).text == without_controls("<a>" + text)
