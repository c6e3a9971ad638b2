"""Finding the root of a document, and mending what is broken below it."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.feeds.prolog import open_document
from worker.feeds.repair import MOST_LEVELS, repair

RSS = "<rss><channel/></rss>"


@pytest.mark.parametrize(
    ("text", "root", "body", "problems"),
    [
        (RSS, "rss", RSS, 0),
        (f'\n\n<?xml version="1.0"?>\n<!-- a --><?x y?>{RSS}\n<!-- z -->\n', "rss", RSS, 0),
        (f"<!DOCTYPE rss PUBLIC '-//x' 'http://y'>{RSS}", "rss", RSS, 0),
        (f"Notice: undefined index\n{RSS}", "rss", RSS, 1),
        (f"<br />\n<b>Warning</b>: x in <b>y.php</b> on line 3<br />\n<?xml version='1.0'?>{RSS}", "rss", RSS, 1),
        (f"{RSS}<script>track()</script>", "rss", RSS, 1),
        (f"<!-- never closed {RSS}", "rss", RSS, 1),
        ('<a:feed xmlns:a="x"></a:feed>', "feed", '<a:feed xmlns:a="x"></a:feed>', 0),
        ("<RDF:RDF></RDF:RDF>", "rdf", "<RDF:RDF></RDF:RDF>", 0),
        ("<!doctype html><html><body>x</body></html>", "html", "<html><body>x</body></html>", 0),
        ("<div>just a piece</div>", "div", "<div>just a piece</div>", 0),
        (' {"version": 1}', "json", '{"version": 1}', 0),
        ("plain words", "", "", 0),
        ("", "", "", 0),
        ("<", "", "", 0),
    ],
)
def test_the_root_is_found_and_what_surrounds_it_is_cut(text: str, root: str, body: str, problems: int) -> None:
    document = open_document(text)
    assert (document.root, document.text, len(document.problems)) == (root, body, problems)


def test_plain_entities_are_kept_and_those_that_expand_are_not() -> None:
    text = (
        """<!DOCTYPE rss [ <!ENTITY copy "(C)"> <!ENTITY a '&b;&b;'> <!ENTITY % p "x"> <!ENTITY long "LONG"> ]><rss/>"""
    )
    text = text.replace("LONG", "x" * 99)
    assert open_document(text).entities == {"copy": "(C)"}


@pytest.mark.parametrize(
    ("broken", "mended"),
    [
        ("<a>x &amp; y &#65; &lt;</a>", "<a>x &amp; y &#65; &lt;</a>"),
        ("<a>x & y &nbsp;&eacute;&bogus; &#0;&#xD800;</a>", "<a>x &amp; y \xa0é&amp;bogus; </a>"),
        ("<a>1 < 2 << 3 <3</a>", "<a>1 &lt; 2 &lt;&lt; 3 &lt;3</a>"),
        ("<a><b>x</a>", "<a><b>x</b></a>"),
        ("<a>x</b></a>", "<a>x</a>"),
        ("<a><b><i>x</b></i></a>", "<a><b><i>x</i></b></a>"),
        ("<a>x", "<a>x</a>"),
        ("<a>x<b", "<a>x</a>"),
        ("<a>x<![CDATA[y<z]]></a>", "<a>xy&lt;z</a>"),
        ("<a>x<![CDATA[y<b>z</b></a>", "<a>xy<b>z</b></a>"),
        ("<a>x<!-- y --></a>", "<a>x</a>"),
        ("<a>x<!-- y</a>", "<a>x y</a>"),
        ('<a b=c d=\'e"f\' g h="1&2" b=3 />', '<a b="c" d="e&quot;f" g="g" h="1&amp;2"/>'),
        (
            "<a><dc:b x:y='1'/></a>",
            '<a xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:x="urn:undeclared:x"><dc:b x:y="1"/></a>',
        ),
        ("<c><item>1<item>2</c>", "<c><item>1</item><item>2</item></c>"),
        ("<a>&own;</a>", "<a>my &lt;own&gt;</a>"),
        ("<a/>x<b/>", "<a/>"),
        ("<a></a><b></b>", "<a></a>"),
    ],
)
def test_broken_markup_is_mended(broken: str, mended: str) -> None:
    assert repair(broken, {"own": "my <own>"}) == mended
    ET.fromstring(mended)


def test_deep_nesting_is_cut_and_its_text_kept() -> None:
    mended = repair("<r>" + "<b>" * 5000 + "deep" + "</b>" * 5000 + "</r>", {})
    assert mended.count("<b>") == MOST_LEVELS - 1
    assert "deep" in mended


PIECES = st.sampled_from(
    [
        "<a>",
        "</a>",
        "<item>",
        "</item>",
        "<x:b y='1'",
        "/>",
        ">",
        "<",
        "&",
        "&amp;",
        "&#",
        "&#x41;",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<?",
        "?>",
        "<!",
        "text",
        '"',
        "'",
        " ",
        "=",
        "xmlns:x='u'",
        ":",
        "é",
        "]",
    ]
)


@given(st.lists(PIECES, max_size=40).map("".join))
def test_whatever_is_mended_is_well_formed_and_mending_it_again_changes_nothing(broken: str) -> None:
    mended = repair("<r>" + broken, {})
    ET.fromstring(mended)
    assert repair(mended, {}) == mended


@given(st.text(max_size=100))
def test_text_goes_through_unharmed(text: str) -> None:
    clean = "".join(char for char in text if char.isprintable() and char not in "<&>")
    assert ET.fromstring(repair(f"<r>{clean}", {})).text == (clean or None)
