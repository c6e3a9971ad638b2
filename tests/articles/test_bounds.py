from __future__ import annotations

from datetime import UTC, datetime

import pytest
from lxml.html import HtmlElement, fromstring

from worker.articles.body import FeedContext, read_page
from worker.articles.bounds import (
    ATTRIBUTE_CHARACTERS,
    ATTRIBUTES,
    BRIEFLY,
    CROWD,
    HEAD_ELEMENTS,
    LONG_NAMED,
    TAG_ATTRIBUTES,
    bound,
    bounded_source,
)

ARTICLE = "<h1>Old bridge closes</h1>" + "".join(
    f"<p>{line}</p>"
    for line in (
        "The council of Porto Novo voted on Monday to close the old lagoon bridge after engineers found cracks in it.",
        "Lorries will be sent along the coast road until the rains end, the mayor said, and a ferry is to start soon.",
        "Fish sellers whose stalls stand at the foot of the bridge said that nobody had asked them about the ferry.",
    )
)


def tree(body: str, head: str = "") -> HtmlElement:
    made = fromstring(f"<html><head>{head}</head><body>{body}</body></html>")
    assert isinstance(made, HtmlElement)
    return made


def count(made: HtmlElement) -> int:
    return int(made.xpath("count(//body//*)"))


def test_a_usual_page_stays_as_it_is() -> None:
    page = f"<nav><a href='/'>Home</a></nav><main class='story'><article>{ARTICLE}</article></main><footer>x</footer>"
    bounded, untouched = tree(page), tree(page)
    bound(bounded)
    assert [(e.tag, e.text, e.tail, dict(e.attrib)) for e in bounded.iter()] == [
        (e.tag, e.text, e.tail, dict(e.attrib)) for e in untouched.iter()
    ]


def test_the_furniture_goes_first() -> None:
    made = tree(f"<nav>{'<a>x</a>' * 200}</nav>behind<div>{ARTICLE}</div>" + "<p>end</p>" * 20)
    bound(made, 100)
    assert made.find(".//nav") is None
    assert "behind" in made.text_content()
    assert len(made.findall(".//p")) == 23


@pytest.mark.parametrize("marked", ["article", "main"])
def test_a_main_part_outlives_whatever_stands_in_front_of_it(marked: str) -> None:
    made = tree(f"<div>{'<ul><li>teaser</li></ul>' * 400}</div><div><{marked}>{ARTICLE}</{marked}></div><p>end</p>")
    bound(made, 100)
    assert count(made) <= 102  # what holds the main part comes on top
    assert len(made.findall(f".//{marked}/p")) == 3


def test_without_a_main_part_the_end_goes() -> None:
    made = tree("".join(f"<p>{number}</p>tail" for number in range(300)))
    bound(made, 100)
    assert [p.text for p in made.iter("p")] == [str(number) for number in range(100)]


def test_a_main_part_that_is_too_long_loses_its_end() -> None:
    made = tree("<p>before</p><article>" + "".join(f"<p>{number}</p>" for number in range(300)) + "</article>")
    bound(made, 100)
    assert [p.text for p in made.iter("p")] == [str(number) for number in range(99)]


def test_crowds_of_inline_elements_become_text_in_its_order() -> None:
    inside = "".join(f"<b>b{n}</b> t{n} <img src='x'> a{n} <i>i{n}<u>u{n}</u></i>" for n in range(CROWD))
    made = tree(f"<p>start {inside}</p><p><b>left</b> alone</p>")
    wanted = tree(f"<p>start {inside}</p><p><b>left</b> alone</p>").text_content()
    bound(made, 100_000)
    crowd, alone = made.findall(".//p")
    assert made.text_content() == wanted
    assert {child.tag for child in crowd} == {"img"}
    assert alone.find("b") is not None


def test_names_and_heads_without_end_are_cut() -> None:
    made = tree(f"<p class='{'story ' * 200}' id='{'x' * 999}' title='{'y' * 999}'>x</p>", "<meta content='x'>" * 2000)
    bound(made)
    paragraph = made.find(".//p")
    assert paragraph is not None
    assert [len(paragraph.get(name, "")) for name in ("class", "id", "title")] == [
        ATTRIBUTE_CHARACTERS,
        ATTRIBUTE_CHARACTERS,
        999,
    ]
    assert len(made.findall("head/meta")) == HEAD_ELEMENTS


MANY = TAG_ATTRIBUTES + 1


@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param("<br>" * 3000, id="breaks"),
        pytest.param("<div>" * 3000, id="nested boxes"),
        pytest.param("<p>" + "<span>x</span>" * 3000, id="a crowd in one paragraph"),
        pytest.param("<ul>" + "<li><a href='/x'>Another story</a>" * 1500, id="a list of links"),
        pytest.param("<table>" + "<tr><td>1</td></tr>" * 1500 + "</table>", id="a table"),
        pytest.param(f"<p class='{'story content ' * 60}'>text</p>" * 900, id="long class names"),
        pytest.param(f"<div id='{'comment-' * 80}'><p>text</p></div>" * 700, id="long ids"),
        pytest.param("<p " + " ".join(f"a{n}='1'" for n in range(MANY)) + ">x</p>", id="attributes of one tag"),
        pytest.param("<p " + "".join(f"a{n}='>'" for n in range(MANY)) + ">x</p>", id="attributes that hold markup"),
        pytest.param("<p " + " ".join(f"a{n}" for n in range(MANY)) + ">x</p>", id="attributes without values"),
        pytest.param(("<p " + " ".join(f"a{n}='1'" for n in range(400)) + ">x</p>") * 9, id="attributes of many tags"),
        pytest.param("<h1>Old bridge closes</h1>" * 1500, id="headings"),
        pytest.param("<form><input name=a></form>" * 900, id="forms"),
        pytest.param("<time datetime='2025-03-04'>4 March</time>" * 1500, id="dates"),
        pytest.param("<script>1 < 2</script>" * 1500, id="scripts"),
    ],
)  # fmt: skip
def test_what_an_extractor_gets_to_see_is_bounded(hostile: str) -> None:
    source = bounded_source(f"<html><body><article>{ARTICLE}</article>{hostile}</body></html>", 2000)
    assert source.count("<") < 2000
    made = fromstring(source)
    bound(made, 600)
    elements = [element for element in made.iter() if isinstance(element.tag, str)]
    named = sorted(len(element.get("class", "")) + len(element.get("id", "")) for element in elements)
    assert len(elements) <= 610
    assert max(len(element.attrib) for element in elements) <= ATTRIBUTES
    assert sum(named) <= max(LONG_NAMED * ATTRIBUTE_CHARACTERS, len(elements) * BRIEFLY)
    assert max(len(parent.findall("span")) for parent in elements) <= CROWD
    assert "the foot of the bridge" in made.text_content()


def test_a_usual_source_stays_as_it_is() -> None:
    text = "It's a = b; don't say > so. " * 200
    page = f'<p class="x" title="{"a=b " * 400}">{text}<script type="application/ld+json">{{"a": "{text}"}}</script>'
    assert bounded_source(page) == page


@pytest.mark.parametrize(
    "around",
    [
        pytest.param("<nav>" + "<ul><li><a href='/x'>A section of the paper</a></li></ul>" * 6000 + "</nav>{}", id="a menu"),
        pytest.param("<div>" + "<div><a href='/x'>Another story</a></div>" * 7000 + "</div><article>{}</article>", id="teasers"),
        pytest.param("{}<div>" + "<div><p>A comment by a reader who disagrees.</p></div>" * 9000 + "</div>", id="comments"),
    ],
)  # fmt: skip
def test_the_article_is_found_on_a_page_of_any_size(around: str) -> None:
    html = f"<html lang='en'><head><title>Old bridge closes</title></head><body>{around.format(ARTICLE)}</body></html>"
    reading = read_page(
        html.encode(),
        url="https://example.org/a",
        headers={},
        entry=FeedContext(),
        now=datetime(2025, 3, 5, tzinfo=UTC),
    )
    assert reading.title == "Old bridge closes"
    assert "Fish sellers whose stalls stand at the foot of the bridge" in reading.text
