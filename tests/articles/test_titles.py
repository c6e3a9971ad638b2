from __future__ import annotations

import pytest

from worker.articles.markup import read_markup
from worker.articles.titles import choose_title, plain, wordings

URL = "https://www.harbour-post.example/world/strike"


def page(*, title: str = "", og: str = "", site: str = "", h1: str = "", ld: str = "", more: str = "") -> str:
    return f"""<html><head><title>{title}</title>
    {f'<meta property="og:title" content="{og}">' if og else ""}
    {f'<meta property="og:site_name" content="{site}">' if site else ""}
    {f'<script type="application/ld+json">{ld}</script>' if ld else ""}
    </head><body>{f"<h1>{h1}</h1>" if h1 else ""}{more}<p>Text.</p><p>More.</p></body></html>"""


@pytest.mark.parametrize(
    ("html", "title"),
    [
        pytest.param(
            page(title="Galle traders end strike | Harbour Post", site="Harbour Post"),
            "Galle traders end strike",
            id="name at the end",
        ),
        pytest.param(
            page(title="Harbour Post: Galle traders end strike - World", h1="Galle traders end strike"),
            "Galle traders end strike",
            id="the heading is in it",
        ),
        pytest.param(
            page(title="Harbour Post \u00bb Galle traders end strike", site="Harbour Post"),
            "Galle traders end strike",
            id="name in front",
        ),
        pytest.param(
            page(title="Galle traders end strike - harbour-post.example"),
            "Galle traders end strike",
            id="named by its host",
        ),
        pytest.param(
            page(title="War \u2014 and peace", og="War \u2014 and peace", site="Harbour Post"),
            "War \u2014 and peace",
            id="a dash of its own",
        ),
        pytest.param(
            page(title="Post - Galle - what now", h1="Post - Galle - what now"),
            "Post - Galle - what now",
            id="all of it is the heading",
        ),
        pytest.param(
            page(title="x", og="Talks &amp;amp; threats", h1="Talks &amp; threats"),
            "Talks & threats",
            id="escaped twice",
        ),
        pytest.param(
            page(title="A strike ends | Harbour Post", og="Harbour Post", site="Harbour Post"),
            "A strike ends",
            id="og:title names the site",
        ),
        pytest.param(
            page(title="A strike ends - Entermedia", h1="\uc5d4\ud130 \ubbf8\ub514\uc5b4"),
            "A strike ends - Entermedia",
            id="the heading is a logo",
        ),
        pytest.param(
            page(title="A strike ends", ld='{"@type":"NewsArticle","headline":"A strike ends for good"}'),
            "A strike ends for good",
            id="headline for machines",
        ),
        pytest.param(
            page(title="A strike ends", ld='{"@type":"NewsArticle","headline":'), "A strike ends", id="broken JSON"
        ),
        pytest.param(page(title="", h1="A strike ends"), "A strike ends", id="heading alone"),
        pytest.param(
            page(
                title="Analysis: A strike ends | Harbour Post",
                ld='{"@type":["NewsArticle"],"headline":["Analysis: A strike ends"],"publisher":{"name":"Harbour Post"}}',
            ),
            "Analysis: A strike ends",
            id="lists",
        ),
    ],
)
def test_the_headline_comes_without_the_name_of_the_outlet(html: str, title: str) -> None:
    assert choose_title(read_markup(html, 50_000), "", URL) == title


def test_the_feed_speaks_where_the_page_names_only_itself() -> None:
    html = page(title="Harbour Post", og="Harbour Post", site="Harbour Post")
    assert choose_title(read_markup(html, 50_000), "Galle traders end strike", URL) == "Galle traders end strike"
    assert choose_title(None, "Galle <b>traders</b> end strike", None) == "Galle traders end strike"
    assert choose_title(None, "", None) == ""


def test_a_headline_in_the_place_of_the_sites_name_is_a_headline() -> None:
    html = page(
        title="The man whose duvet nearly killed him",
        og="The man whose duvet nearly killed him",
        site="The man whose duvet nearly killed him",
    )
    assert choose_title(read_markup(html, 50_000), "", URL) == "The man whose duvet nearly killed him"


def test_an_address_that_is_none_is_no_name() -> None:
    assert (
        choose_title(read_markup(page(title="A strike ends - Post"), 50_000), "", "::not a url::")
        == "A strike ends - Post"
    )


def test_every_wording_of_the_headline_is_known() -> None:
    html = page(
        title="Strike ends | Harbour Post", og="A strike ends", site="Harbour Post", h1="A strike in Galle ends"
    )
    known = wordings(read_markup(html, 50_000), "A strike ends", "Strike over", URL)
    assert known == {"strike ends", "a strike ends", "a strike in galle ends", "strike over"}
    assert wordings(None, "", "", None) == frozenset()


def test_titles_are_text() -> None:
    assert plain("  <em>A</em>\n strike&nbsp;ends\x00 ") == "A strike ends"
    assert len(plain("x" * 10_000)) == 500
