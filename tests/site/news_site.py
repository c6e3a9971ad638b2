"""A small news site on loopback that serves the labelled corpus, for the tests and the demo.

Each outlet answers on an address of its own (127.0.0.2, 127.0.0.3, ...) like a house with its own server: a home page,
a feed (RSS 2.0 or Atom) with ETag and Last-Modified, article pages, robots.txt. Tests may put other answers in the way
of a path to play a site that is down, slow or wrong.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

import jinja2

from tests.gold.corpus import GoldArticle, Outlet

_PAGES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "pages"), autoescape=True, undefined=jinja2.StrictUndefined
)
_PAGES.filters["rfc2822"] = format_datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What the site sends: status, headers, body; ``act`` may do anything with the connection instead."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    act: Callable[[BaseHTTPRequestHandler], None] | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it arrived."""

    address: str
    path: str
    headers: Mapping[str, str]


class NewsSite:
    """Serves outlets on loopback addresses until stopped; knows every request it got.

    Args:
        articles: what is published; may grow with :meth:`publish`.
        first: last number of the first address; outlets take 127.0.0.<first>, <first + 1>, ...
    """

    def __init__(self, articles: Iterable[GoldArticle], *, first: int = 2) -> None:
        self._articles: dict[str, list[GoldArticle]] = {}
        self._outlets: dict[str, Outlet] = {}
        self._servers: dict[str, _Server] = {}
        self._instead: dict[tuple[str, str], Callable[[Asked], Answer | None]] = {}
        self._lock = threading.Lock()
        self._next = first
        self.asked: list[Asked] = []
        self.publish(articles)

    def publish(self, articles: Iterable[GoldArticle]) -> None:
        """Put articles on their outlets' pages and feeds; an outlet seen for the first time gets its address."""
        for article in articles:
            slug = article.outlet.slug
            with self._lock:
                self._outlets[slug] = article.outlet
                self._articles.setdefault(slug, []).append(article)
            if slug not in self._servers:
                self._servers[slug] = _Server(self, slug, f"127.0.0.{self._next}")
                self._next += 1

    def base(self, outlet: str) -> str:
        """``http://address:port`` of an outlet."""
        return self._servers[outlet].base

    def feeds(self) -> Mapping[Outlet, str]:
        """The feed's URL of each outlet."""
        return {self._outlets[slug]: f"{server.base}/feed.xml" for slug, server in self._servers.items()}

    def answer_instead(self, outlet: str, path: str, answer: Callable[[Asked], Answer | None]) -> None:
        """From now on ``answer`` speaks for a path (``*`` for all); None from it lets the page itself answer."""
        self._instead[outlet, path] = answer

    def answer_normally(self, outlet: str, path: str) -> None:
        """Take back :meth:`answer_instead`."""
        self._instead.pop((outlet, path), None)

    def stop(self) -> None:
        """Stop serving and free the addresses."""
        for server in self._servers.values():
            server.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    # --- answering ---

    def answer(self, outlet: str, asked: Asked) -> Answer:
        """The answer to one request."""
        with self._lock:
            self.asked.append(asked)
        for path in (asked.path, "*"):
            if (instead := self._instead.get((outlet, path))) and (given := instead(asked)):
                return given
        if asked.path == "/robots.txt":
            return Answer(b"User-agent: *\nDisallow: /private/\n", headers={"Content-Type": "text/plain"})
        if asked.path == "/feed.xml":
            return self._feed(outlet, asked)
        if asked.path == "/":
            return _html("home.html", outlet=self._outlets[outlet], articles=self._newest(outlet))
        return self._page(outlet, asked.path)

    def _newest(self, outlet: str) -> Sequence[GoldArticle]:
        with self._lock:
            return sorted(self._articles[outlet], key=lambda article: article.published, reverse=True)

    def _feed(self, outlet: str, asked: Asked) -> Answer:
        articles = self._newest(outlet)
        kind = self._outlets[outlet].feed
        made = _PAGES.get_template(f"{kind}.xml").render(
            outlet=self._outlets[outlet], base=self.base(outlet), articles=articles
        )
        body = made.encode()
        headers = {
            "Content-Type": f"application/{kind}+xml; charset=utf-8",
            "ETag": f'"{hashlib.sha256(body).hexdigest()[:16]}"',
            "Last-Modified": format_datetime(articles[0].published.astimezone(UTC), usegmt=True),
        }
        if asked.headers.get("if-none-match") == headers["ETag"]:
            return Answer(status=304, headers=headers)
        return Answer(body, headers=headers)

    def _page(self, outlet: str, path: str) -> Answer:
        articles = self._newest(outlet)
        found = next((article for article in articles if path == f"/news/{article.slug}"), None)
        if found is None:
            return Answer(b"<h1>Not found</h1>", 404, {"Content-Type": "text/html"})
        url = self.base(outlet) + path
        return _html(
            "article.html", outlet=found.outlet, article=found, url=url, json_ld=_json_ld(found, url),
            others=[article for article in articles if article is not found][:5],
        )  # fmt: skip


def _json_ld(article: GoldArticle, url: str) -> Mapping[str, Any]:
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.title,
        "datePublished": article.published.isoformat(),
        "author": [{"@type": "Person", "name": article.author}] if article.author else [],
        "publisher": {"@type": "Organization", "name": article.outlet.name},
        "mainEntityOfPage": url,
    }


def _html(template: str, **values: Any) -> Answer:
    body = _PAGES.get_template(template).render(**values).encode()
    return Answer(body, headers={"Content-Type": "text/html; charset=utf-8"})


class _Server(ThreadingHTTPServer):
    """One outlet's server."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, site: NewsSite, outlet: str, address: str) -> None:
        self.site, self.outlet, self.address = site, outlet, address
        super().__init__((address, 0), _Handler)
        self.base = f"http://{address}:{self.server_address[1]}"
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that hangs up in the middle of an answer is nothing to report."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.server.site.answer(self.server.outlet, Asked(self.server.address, self.path, headers))
        if answer.act is not None:
            answer.act(self)
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != 304 and "Content-Length" not in answer.headers:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library names it so
        """The tests look at ``asked``; nothing is printed."""
