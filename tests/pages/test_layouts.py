"""One article in the layouts that publishing systems give it: always the same four paragraphs, whatever is around."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from worker.articles.body import FeedContext, read_page

PARAGRAPHS = (
    "The council of Porto Novo voted on Monday to close the old lagoon bridge after engineers found cracks in its piers.",
    "Lorries will be sent along the coast road until the rains end, the mayor said, and a ferry for walkers is to start.",
    "Fish sellers whose stalls stand at the foot of the bridge said that the ferry would land too far from the market.",
    "An engineer who took part in the inspection said that the steel had been eaten by salt and warnings forgotten.",
)
ONE, TWO, THREE, FOUR = PARAGRAPHS
TITLE = "Old bridge closes"
MARKED = "".join(f"<p>{line}</p>" for line in PARAGRAPHS)
HEAD = f"<h1>{TITLE}</h1>"
TEASER = (
    "<p>A ferry ran aground near the harbour wall on Sunday and was pulled free by two tugs before the tide turned.</p>"
)

LAYOUTS = {
    "two breaks between paragraphs": f"<div id=content>{HEAD}{'<br><br>'.join(PARAGRAPHS)}</div>",
    "one break between paragraphs": f"<div id=content>{HEAD}{'<br>'.join(PARAGRAPHS)}</div>",
    "divs for paragraphs": f"<article>{HEAD}{''.join(f'<div>{line}</div>' for line in PARAGRAPHS)}</article>",
    "spans in divs": f"<div class=story>{HEAD}{''.join(f'<div><span>{line}</span></div>' for line in PARAGRAPHS)}</div>",
    "a table for a layout": f"<table><tr><td><font size=2>{'<br><br>'.join(PARAGRAPHS)}</font></td>"
    "<td><a href=/a>Other</a></td></tr></table>",
    "preformatted": f"{HEAD}<pre>{chr(10).join(line + chr(10) for line in PARAGRAPHS)}</pre>",
    "related stories in a box": f"<article>{HEAD}<p>{ONE}</p><p>{TWO}</p><aside class=related><h3>Related</h3><ul>"
    "<li><a href=/q>Ferry runs aground near the harbour wall again</a></li><li><a href=/r>Mayor wins second term by "
    f"narrow margin</a></li></ul></aside><p>{THREE}</p><p>{FOUR}</p></article>",
    "a related story in a paragraph": f"<article>{HEAD}<p>{ONE}</p><p>{TWO}</p><p><strong>READ MORE: <a href=/q>Ferry "
    f"runs aground near the harbour wall again</a></strong></p><p>{THREE}</p><p>{FOUR}</p></article>",
    "a newsletter in the midst": f"<article>{HEAD}<p>{ONE}</p><p>{TWO}</p><div class=newsletter-signup><p>Sign up to our "
    f"newsletter for the latest news.</p><form><input></form></div><p>{THREE}</p><p>{FOUR}</p></article>",
    "a gallery": f"<article>{HEAD}" + "".join(
        f"<figure><img src=x.jpg><figcaption>The bridge at dawn. Photo: A. Roe</figcaption></figure><p>{line}</p>"
        for line in PARAGRAPHS
    ) + "</article>",
    "AMP": f"<amp-sidebar><a href=/>Home</a></amp-sidebar><article>{HEAD}<amp-img src=x></amp-img>{MARKED}<amp-ad></amp-ad>"
    "</article>",
    "AMP with subscriptions": f"<article>{HEAD}<section subscriptions-section=content>{MARKED}</section></article>",
    "teasers that are articles too": f"<main><article>{HEAD}{MARKED}</article><article class=teaser><h2>Ferry aground</h2>"
    f"{TEASER}</article><article class=teaser><h2>Ferry still aground</h2>{TEASER}</article></main>",
    "the next article below": f"<main><article>{HEAD}{MARKED}</article><article><h1>Ferry aground</h1>{TEASER * 3}</article>"
    "</main>",
    "only without scripts": f"<div id=root></div><noscript><article>{HEAD}{MARKED}</article></noscript>",
    "comments of readers": f"<article>{HEAD}{MARKED}</article><section id=comments><h2>Comments</h2><div class=comment><p>I "
    "have crossed this bridge every day for thirty years and never saw a crack, they want money.</p></div></section>",
    "a quotation": f"<article>{HEAD}<p>{ONE}</p><blockquote>{TWO}</blockquote><p>{THREE}</p><p>{FOUR}</p></article>",
    "a form around everything": f"<form method=post><div class=article-body>{HEAD}{MARKED}</div></form>",
    "links inside": f"<article>{HEAD}{MARKED.replace('bridge', '<a href=/t>bridge</a>')}</article>",
    "an aside that is the body": f"<aside class=article__body>{HEAD}{MARKED}</aside>",
    "a byline and a date": f"<article>{HEAD}<p class=byline>By Esi Amanor</p><p class=date>Published 4 March 2025, 10:30</p>"
    f"{MARKED}</article>",
}  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_article_is_read_whole_and_alone_in_any_layout(layout: str) -> None:
    html = (
        f"<!DOCTYPE html><html lang=en><head><title>{TITLE} | Harbour Post</title>"
        "<meta property=og:site_name content='Harbour Post'></head><body><nav><a href=/>Home</a></nav>"
        f"{LAYOUTS[layout]}<footer>Copyright Harbour Post</footer></body></html>"
    )
    reading = read_page(
        html.encode(),
        url="https://www.harbour-post.example/local/bridge",
        headers={},
        entry=FeedContext(),
        now=datetime(2025, 3, 10, tzinfo=UTC),
    )
    assert reading.text.split("\n") == list(PARAGRAPHS)
    assert (reading.title, reading.body_status, reading.language) == (TITLE, "full", "en")
