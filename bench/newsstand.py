"""Made-up news sites for the benches of the whole line: pages like real ones, served from memory by another process.

A page carries what news pages carry around their text (menus, teasers, scripts): about 45 kB, and a text of 2,700
characters. The 130 pages of article-extraction-benchmark that come with the open data have a median of 73 kB.
"""

from __future__ import annotations

import asyncio
import html
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.network_worker import Handler, loopback, serving
from tests.chaos.newsroom import made_up
from tests.gold.corpus import GoldArticle

SENTENCES = 30
MENU, TEASERS, SCRIPT_BYTES = 80, 60, 20_000
ROBOTS = b"User-agent: *\nDisallow: /private/\n"
BASE = b"http://the.site"  # stands in the pages for whatever address they are asked at


@dataclass(frozen=True, slots=True)
class Newsstand:
    """What is served, and where."""

    feeds: Sequence[str]
    pages: Sequence[str]

    def write_feed_list(self, file: Path) -> None:
        """A feeds.toml with all feeds."""
        lines = [
            f'[[feed]]\nurl = "{url}"\noutlet = "House {n}"\nlanguage = "en"\n' for n, url in enumerate(self.feeds)
        ]
        file.write_text("\n".join(lines))


@contextmanager
def newsstand(houses: int, pages: int, *, seed: int = 1) -> Iterator[Newsstand]:
    """Serve ``houses`` sites of ``pages`` articles each until the block ends."""
    # Without reprints: houses are filled at random here, and a feed that has a headline twice means one article by it.
    own = [article for article in made_up(2 * houses * pages, seed=seed, sentences=SENTENCES) if not article.copy_of]
    articles = own[: houses * pages]
    shares = {address: articles[n::houses] for n, address in enumerate(loopback(houses))}
    served = {address: _site(share) for address, share in shares.items()}
    with serving(_handler(served), list(shares)) as port:
        yield Newsstand(
            [f"http://{address}:{port}/feed.xml" for address in shares],
            [f"http://{address}:{port}{_path(article)}" for address, share in shares.items() for article in share],
        )


def _path(article: GoldArticle) -> str:
    return f"/news/{article.outlet.slug}-{article.slug}"


def _site(articles: Sequence[GoldArticle]) -> Mapping[str, bytes]:
    """Every page of one house by its path."""
    rng = random.Random(articles[0].id)
    items = "".join(
        f"<item><title>{html.escape(article.title)}</title><link>{BASE.decode()}{_path(article)}</link>"
        f"<pubDate>{article.published:%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>"
        for article in articles
    )
    feed = f'<?xml version="1.0"?><rss version="2.0"><channel><title>A house</title>{items}</channel></rss>'
    pages = {_path(article): _page(article, articles, rng).encode() for article in articles}
    return {**pages, "/feed.xml": feed.encode(), "/robots.txt": ROBOTS}


def _page(article: GoldArticle, others: Sequence[GoldArticle], rng: random.Random) -> str:
    menu = "".join(
        f'<li class="menu__item"><a href="/section/{n}" data-track="nav-{n}">Section {n}</a></li>' for n in range(MENU)
    )
    teasers = "".join(
        f'<div class="teaser teaser--small"><a href="{_path(other)}"><img src="/img/{n}.jpg" alt="" loading="lazy">'
        f"<h3>{html.escape(other.title)}</h3></a><span>{n} min read</span></div>"
        for n, other in enumerate(rng.choices(others, k=TEASERS))
    )
    script = "".join(f"window.q.push([{rng.random()},'{n}']);" for n in range(SCRIPT_BYTES // 40))
    text = "".join(f"<p>{html.escape(paragraph)}</p>\n" for paragraph in article.paragraphs)
    title, when = html.escape(article.title), article.published.isoformat()
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta property="og:title" content="{title}"><meta property="article:published_time" content="{when}">'
        f"<script>{script}</script></head><body><header><nav><ul>{menu}</ul></nav></header><main><article>"
        f'<h1>{title}</h1><time datetime="{when}">{article.published:%d %B %Y}</time>\n{text}</article>'
        f'<aside class="related">{teasers}</aside></main><footer><p>All rights reserved.</p></footer></body></html>'
    )


def _handler(served: Mapping[str, Mapping[str, bytes]]) -> Handler:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        address = writer.get_extra_info("sockname")[0]
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                path = head.split(" ", 2)[1]
                host = next(line[6:] for line in head.split("\r\n") if line.lower().startswith("host: "))
                writer.write(_answer(served[address].get(path), path, host, 'if-none-match: "' in head.lower()))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    return answer


def _answer(body: bytes | None, path: str, host: str, asks_for_changes: bool) -> bytes:  # noqa: FBT001 - private
    if body is None:
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    if path == "/feed.xml" and asks_for_changes:
        return b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'
    kind = {"/feed.xml": "application/rss+xml", "/robots.txt": "text/plain"}.get(path, "text/html; charset=utf-8")
    whole = body.replace(BASE, f"http://{host}".encode()) if path == "/feed.xml" else body
    head = f'HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(whole)}\r\nETag: "1"\r\n\r\n'
    return head.encode() + whole
