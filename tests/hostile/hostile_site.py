"""A site on loopback that does what publishers' servers do on bad days: each behaviour at an address of its own."""

from __future__ import annotations

import contextlib
import gzip
import itertools
import json
import re
import socket
import ssl
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import brotli  # type: ignore[import-untyped]

from tests.fetch.sites import Connection, Site

XML = "application/rss+xml"
NETWORK = "127.9.0.0/16"  # the only one that may be connected to; its neighbours are refused

Feed = Callable[["Host", Connection], None]
"""Answers one poll; ``host.polls`` counts them from 1."""


@dataclass
class Host:
    """One address with one behaviour; remembers what it was asked."""

    address: str
    feed: Feed
    robots: Feed
    page: Feed
    reservations: Feed
    tls: ssl.SSLContext | None = None
    polls: int = 0
    world: Mapping[str, str] = field(default_factory=dict)  # other addresses, by name

    def __post_init__(self) -> None:
        self._site = Site(self._behave, self.tls, self.address)
        self.url = self._site.url

    @property
    def asked(self) -> list[Connection]:
        return self._site.requests

    @property
    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    def close(self) -> None:
        self._site.close()

    def _behave(self, connection: Connection) -> None:
        if connection.path.startswith("/robots.txt"):
            self.robots(self, connection)
        elif connection.path == "/.well-known/tdmrep.json":
            self.reservations(self, connection)
        elif connection.path.startswith("/feed"):
            self.polls += connection.path == "/feed"
            self.feed(self, connection)
        else:
            self.page(self, connection)


# --- what feeds say ------------------------------------------------------------------------------------------


def item(title: str, link: str = "", inner: str = "") -> str:
    link = link or "/news/" + re.sub(r"\W+", "-", title.lower())
    return f"<item><title>{title}</title><link>{link}</link>{inner}</item>"


def rss(*items: str, declared: str = "utf-8") -> str:
    return f'<?xml version="1.0" encoding="{declared}"?>\n<rss version="2.0"><channel><title>T</title>{"".join(items)}</channel></rss>'


ONE, TWO = item("The first report"), item("The second report")
BODY = rss(ONE, TWO).encode()
BOTH = ("The first report", "The second report")


def says(body: bytes | str = BODY, status: int = 200, **headers: str) -> Feed:
    """The same answer each time; header names with underscores."""
    raw = body.encode() if isinstance(body, str) else body
    told = {"Content-Type": XML, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return lambda _, connection: connection.answer(status, told, raw)


def in_turn(*answers: Feed) -> Feed:
    """One answer after the other, the last again and again."""
    return lambda host, connection: answers[min(host.polls, len(answers)) - 1](host, connection)


def conditional(etag: str, after: Mapping[str, str]) -> Feed:
    """A server that knows what it said: 304 to its own tag, with these headers."""

    def answer(_: Host, connection: Connection) -> None:
        if connection.headers.get("if-none-match", "") in {etag, after.get("ETag", etag)}:
            connection.answer(304, {**after, "Content-Length": ""})
        else:
            connection.answer(
                200, {"Content-Type": XML, "ETag": etag, "Last-Modified": "Sun, 01 Mar 2026 12:00:00 GMT"}, BODY
            )

    return answer


def lies_with_304(_: Host, connection: Connection) -> None:
    """Say "not changed" to whoever has a tag, and something new to whoever has none."""
    if "if-none-match" in connection.headers:
        connection.answer(304, {"ETag": '"always"', "Content-Length": ""})
        return
    connection.answer(200, {"Content-Type": XML, "ETag": '"always"'}, rss(ONE, item(f"Report {next(_fresh)}")).encode())


def lies_with_200(host: Host, connection: Connection) -> None:
    connection.answer(200, {"Content-Type": XML, "ETag": '"always"'}, rss(item(f"Report {host.polls}")).encode())


_fresh = itertools.count()


def redirects(status: int, target: str = "", hops: int = 1) -> Feed:
    """So many redirects, to a target if one is given; in it, ``{name}`` stands for another host's address."""

    def answer(host: Host, connection: Connection) -> None:
        at = int(connection.path.removeprefix("/feed") or 0)
        if at == hops:
            connection.answer(200, {"Content-Type": XML}, BODY)
        else:
            onward = target.format(**host.world) if target and at == hops - 1 else f"/feed{at + 1}"
            connection.answer(status, {"Location": onward})

    return answer


def sends_round_until_a_cookie(_: Host, connection: Connection) -> None:
    if "seen=1" in connection.headers.get("cookie", ""):
        connection.answer(200, {"Content-Type": XML}, BODY)
    else:
        connection.answer(302, {"Location": "/feed", "Set-Cookie": "seen=1; Path=/"})


def busy(status: int, wait: Callable[[], str]) -> Feed:
    return lambda _, connection: connection.answer(status, {"Retry-After": wait()}, b"later")


def an_hour() -> str:
    return "3600"


def at_a_date() -> str:
    return format_datetime(datetime.now(UTC) + timedelta(hours=2), usegmt=True)


# --- how they say it -----------------------------------------------------------------------------------------


def bomb() -> bytes:
    """A hundred megabytes of zeros in a hundred kilobytes."""
    packer = zlib.compressobj(9, wbits=16 + zlib.MAX_WBITS)
    block = bytes(2**20)
    return b"".join(packer.compress(block) for _ in range(100)) + packer.flush()


def bare_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


def drips_its_body(_: Host, connection: Connection) -> None:
    connection.say(b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Length: 99999\r\n\r\n")
    connection.drip(b" ", 0.1)


def drips_its_headers(_: Host, connection: Connection) -> None:
    connection.say(b"HTTP/1.1 200 OK\r\n")
    connection.drip(b"X-Filler: y\r\n", 0.1)


def is_silent(_: Host, connection: Connection) -> None:
    connection.stop.wait(30)


def resets(_: Host, connection: Connection) -> None:
    connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.socket.close()


def hangs_up(_: Host, connection: Connection) -> None:
    connection.socket.shutdown(socket.SHUT_RDWR)


def promises_more(_: Host, connection: Connection) -> None:
    connection.say(
        f"HTTP/1.1 200 OK\r\nContent-Type: {XML}\r\nContent-Length: {len(BODY) + 500}\r\n\r\n".encode(), BODY
    )
    connection.socket.shutdown(socket.SHUT_RDWR)


def promises_less(_: Host, connection: Connection) -> None:
    short = len(BODY) - len(TWO) - 30
    connection.say(f"HTTP/1.1 200 OK\r\nContent-Type: {XML}\r\nContent-Length: {short}\r\n\r\n".encode(), BODY)


def talks_nonsense(_: Host, connection: Connection) -> None:
    connection.say(b"220 ftp.example ready\r\n")
    connection.socket.shutdown(socket.SHUT_RDWR)


def in_chunks(_: Host, connection: Connection) -> None:
    pieces = (BODY[start : start + 40] for start in range(0, len(BODY), 40))
    connection.say(f"HTTP/1.1 200 OK\r\nContent-Type: {XML}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
    connection.say(*(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces), b"0\r\n\r\n")


def reuses_its_ids(host: Host, connection: Connection) -> None:
    """Give the newest report the id "1", whichever it is."""
    titles = ["The bridge was opened on Monday", "A ferry sank on Tuesday night", "Talks were broken off on Friday"]
    title = titles[min(host.polls, len(titles)) - 1]
    date = f"<pubDate>Sun, 0{min(host.polls, 3)} Mar 2026 12:00:00 GMT</pubDate>"
    connection.answer(200, {"Content-Type": XML}, rss(item(title, inner=f"<guid>1</guid>{date}")).encode())


def changes_its_ids(host: Host, connection: Connection) -> None:
    items = [item(title, inner=f"<guid>{host.polls}-{title}</guid>") for title in BOTH]
    connection.answer(200, {"Content-Type": XML}, rss(*items).encode())


JSON_FEED = json.dumps({
    "version": "https://jsonfeed.org/version/1.1", "title": "T",
    "items": [{"id": "1", "url": "/one", "title": BOTH[0]}, {"id": "2", "url": "/two", "title": BOTH[1]}],
})  # fmt: skip
RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel><title>T</title>'
    "</channel>" + ONE.replace("<item>", "<item rdf:about='/1'>") + TWO + "</rdf:RDF>"
)
ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>'
    f'<entry><id>urn:1</id><title>{BOTH[0]}</title><link href="/one"/></entry><entry><id>urn:2</id><title>{BOTH[1]}</title><link href="/two"/></entry></feed>'
)
SITEMAP = (
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">'
    + "".join(
        f"<url><loc>/{n}</loc><news:news><news:publication><news:name>T</news:name><news:language>en</news:language></news:publication>"
        f"<news:publication_date>2026-03-01</news:publication_date><news:title>{title}</news:title></news:news></url>"
        for n, title in enumerate(BOTH)
    )
    + "</urlset>"
)
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a0 "ha">'
    + "".join(f'<!ENTITY a{n} "' + f"&a{n - 1};" * 10 + '">' for n in range(1, 12))
    + f']><rss version="2.0"><channel><title>&a11;</title>{ONE}{TWO}</channel></rss>'
)
STEALS = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel><title>&x;</title>{ONE}{TWO}</channel></rss>'
AUTHOR = rss(item("The first report", inner=f"<author>{'a(' * 32_000}</author>"), TWO)
MANY = rss(ONE, TWO, *(f"<item><title>Without a link {n}</title></item>" for n in range(20_000)))
CHALLENGE = "<html><head><script>window._cf_chl_opt={};</script></head><body>Just a moment...</body></html>"
PAGE = "<html><head><title>Welcome</title></head><body><h1>Welcome to our site</h1></body></html>"


# --- what robots.txt and pages say ---------------------------------------------------------------------------


def rules(text: str = "User-agent: *\nDisallow: /\n", status: int = 200, kind: str = "text/plain") -> Feed:
    return lambda _, connection: connection.answer(status, {"Content-Type": kind}, text.encode())


def a_page(_: Host, connection: Connection) -> None:
    body = f"<html><head><title>{connection.path}</title></head><body><p>Nothing much happened in {connection.path}.</p></body></html>"
    connection.answer(200, {"Content-Type": "text/html"}, body.encode())


def page_redirects(target: str) -> Feed:
    return lambda host, connection: connection.answer(302, {"Location": target.format(**host.world)})


FORBID, ALLOW = rules(), rules("User-agent: *\nAllow: /\n")
NO_FILE = rules("", 404)


@dataclass(frozen=True, slots=True)
class Case:
    """A behaviour, and what it must leave in the database."""

    feed: Feed
    outcome: str  # of the first poll in fetch_attempt
    said: str = ""  # in its detail, or among the feed's problems
    titles: Sequence[str] | None = None  # of the articles found; None: not looked at
    health: str = ""  # in feed_health; by default ok for good outcomes, failing for the others
    robots: Feed = FORBID
    page: Feed = a_page
    reservations: Feed = NO_FILE
    secure: bool = False
    polls: int = 1  # that are waited for


OK, BAD = "ok", "bad_content"
RESERVED = json.dumps([{"location": "/news/", "tdm-reservation": 1}])
FUTURE = f"<pubDate>{format_datetime(datetime(2099, 1, 1, tzinfo=UTC))}</pubDate>"

CASES: Mapping[str, Case] = {
    # what has changed, and what has not
    "304 with new validators": Case(conditional('"a"', {"ETag": '"b"'}), OK, titles=BOTH, polls=3),
    "304 without validators": Case(conditional('"a"', {}), OK, titles=BOTH, polls=3),
    "the same bytes without validators": Case(says(), OK, titles=BOTH, polls=3),
    "a lying ETag on 200": Case(lies_with_200, OK, polls=3),
    "a lying ETag on 304": Case(lies_with_304, OK, polls=2),
    "304 to a first poll": Case(says(b"", 304, Content_Length=""), BAD, "no validators were sent"),
    # redirects
    "301 twice": Case(redirects(301, hops=2), OK, titles=BOTH),
    "302 twice": Case(redirects(302, hops=2), OK, titles=BOTH),
    "303": Case(redirects(303), OK, titles=BOTH),
    "307": Case(redirects(307), OK, titles=BOTH),
    "308 three times": Case(redirects(308, hops=3), OK, titles=BOTH),
    "a redirect in a circle": Case(redirects(302, "/feed"), "redirect_loop", "in a circle"),
    "a chain without an end": Case(
        lambda _, c: c.answer(302, {"Location": f"/feed{next(_fresh)}x"}), "redirect_loop", "more than"
    ),
    "a circle until a cookie comes back": Case(sends_round_until_a_cookie, OK, titles=BOTH),
    "a redirect to another host": Case(redirects(302, "{haven}/other"), OK, titles=BOTH),
    "a redirect to ftp": Case(redirects(302, "ftp://haven.example/feed"), "refused", "not a web address"),
    "a redirect to nowhere": Case(lambda _, c: c.answer(302), BAD, "without a Location"),
    # addresses that may not be connected to
    "a redirect to this machine": Case(redirects(302, "http://127.0.0.1:{port}/"), "refused", "this machine"),
    "a redirect to it in hexadecimal": Case(redirects(302, "http://0x7f000001:{port}/"), "refused", "this machine"),
    "a redirect to it as one number": Case(redirects(302, "http://2130706433:{port}/"), "refused", "this machine"),
    "a redirect to it inside IPv6": Case(
        redirects(302, "http://[::ffff:127.0.0.1]:{port}/"), "refused", "this machine"
    ),
    "a redirect to it in IPv6": Case(redirects(302, "http://[::1]:{port}/"), "refused", "this machine"),
    "a redirect to a name of it": Case(redirects(307, "http://localhost:{port}/"), "refused", "this machine"),
    "a redirect to a neighbour network": Case(redirects(302, "http://127.8.0.1:{port}/"), "refused", "this machine"),
    "a redirect with a port trick": Case(redirects(302, "http://127.9.0.1@127.0.0.1:{port}/"), "refused", "this machine"),
    # statuses
    "410": Case(says(b"", 410), "gone", "410", polls=2, health="gone"),
    "404": Case(says(PAGE, 404), "client_error", "404"),
    "401": Case(says(b"", 401), "client_error", "login"),
    "500": Case(says(b"", 500), "server_error", "500"),
    "429 in seconds": Case(busy(429, an_hour), "throttled", "429"),
    "429 with a date": Case(busy(429, at_a_date), "throttled", "429"),
    "503 in seconds": Case(busy(503, an_hour), "throttled", "503"),
    "503 with a date": Case(busy(503, at_a_date), "throttled", "503"),
    "503 without a word": Case(says(b"", 503), "server_error", "503"),
    "a bot check": Case(says(CHALLENGE, 403, Content_Type="text/html"), "challenge", "Cloudflare"),
    "204": Case(says(b"", 204, Content_Length=""), BAD, "no content"),
    # encodings and lengths
    "gzip": Case(says(gzip.compress(BODY), Content_Encoding="gzip"), OK, titles=BOTH),
    "deflate": Case(says(zlib.compress(BODY), Content_Encoding="deflate"), OK, titles=BOTH),
    "deflate without its wrapper": Case(says(bare_deflate(BODY), Content_Encoding="deflate"), OK, titles=BOTH),
    "brotli": Case(says(brotli.compress(BODY), Content_Encoding="br"), OK, titles=BOTH),
    "chunks": Case(in_chunks, OK, titles=BOTH),
    "a gzip bomb": Case(says(bomb(), Content_Encoding="gzip"), "too_large", "5"),
    "gzip that is none": Case(says(BODY, Content_Encoding="gzip"), BAD, "does not decode"),
    "an encoding nobody asked for": Case(says(BODY, Content_Encoding="zstd"), BAD, "zstd"),
    "more promised than sent": Case(promises_more, "connect"),
    "less promised than sent": Case(promises_less, OK, "not well-formed", titles=BOTH[:1]),
    "six megabytes": Case(says(b" " * 6_000_000), "too_large", "5"),
    # connections
    "a slow drip": Case(drips_its_body, "timeout"),
    "a slow drip of headers": Case(drips_its_headers, "timeout"),
    "silence": Case(is_silent, "timeout"),
    "a reset": Case(resets, "connect"),
    "a hang-up": Case(hangs_up, "connect"),
    "another protocol": Case(talks_nonsense, BAD, "does not speak HTTP"),
    "a certificate of its own": Case(says(), "tls", secure=True),
    # characters
    "UTF-8 called windows-1252": Case(
        says(rss(item("Euro € rises"), declared="windows-1252"), Content_Type=f"{XML}; charset=windows-1252"),
        OK, titles=["Euro € rises"],
    ),
    "windows-1252 called nothing": Case(
        says(rss(item("Le prix de l’été")).replace(' encoding="utf-8"', "").encode("cp1252")), OK, titles=["Le prix de l’été"]
    ),
    "a byte order mark": Case(says(b"\xef\xbb\xbf" + BODY), OK, titles=BOTH),
    "UTF-16": Case(says(rss(ONE, TWO, declared="utf-16").encode("utf-16")), OK, titles=BOTH),
    "NUL and control characters": Case(says(rss(item("The fi\0rst\x01 report"), TWO)), OK, titles=BOTH),
    # what stands in them
    "junk before the prolog": Case(says(b"\n<!-- cached -->\nWarning: php\n" + BODY), OK, "stands before", titles=BOTH),
    "truncated XML": Case(says(BODY[: BODY.index(b"second") + 3]), OK, "not well-formed", titles=BOTH[:1]),
    "an author of 64 KB": Case(says(AUTHOR), OK, titles=BOTH),
    "20,000 entries": Case(says(MANY), OK, "2000", titles=BOTH),
    "entities that swell": Case(says(LAUGHS), OK, titles=BOTH),
    "an entity that reads a file": Case(says(STEALS), OK, titles=BOTH),
    "ids used again": Case(reuses_its_ids, OK, polls=3, titles=(
        "The bridge was opened on Monday", "A ferry sank on Tuesday night", "Talks were broken off on Friday",
    )),
    "ids that change": Case(changes_its_ids, OK, polls=3, titles=BOTH),
    "dates in the future": Case(says(rss(item(BOTH[0], inner=FUTURE))), OK, titles=BOTH[:1]),
    "dates that are none": Case(says(rss(item(BOTH[0], inner="<pubDate>yesterday</pubDate>"), TWO)), OK, titles=BOTH),
    "entries without links": Case(says(rss("<item><title>No link at all here</title></item>", ONE)), OK, titles=BOTH[:1]),
    "relative links": Case(says(rss(item(BOTH[0], "../one"), item(BOTH[1], "?id=2"))), OK, titles=BOTH),
    "a link of 6,000 characters": Case(says(rss(item(BOTH[0], "/" + "x" * 6000))), OK, titles=BOTH[:1]),
    "HTML in place of a feed": Case(says(PAGE, Content_Type="text/html"), OK, "feeds add", titles=(), health="failing"),
    "nothing": Case(says(b""), BAD, "empty", titles=()),
    "an empty feed": Case(says(rss()), OK, titles=()),
    "a PDF": Case(says(b"%PDF-1.7", Content_Type="application/pdf"), BAD, "application/pdf"),
    "a feed called text/plain": Case(says(Content_Type="text/plain"), OK, titles=BOTH),
    "JSON Feed": Case(says(JSON_FEED, Content_Type="application/feed+json"), OK, titles=BOTH),
    "RDF": Case(says(RDF), OK, titles=BOTH),
    "Atom": Case(says(ATOM), OK, titles=BOTH),
    "a news sitemap": Case(says(SITEMAP), OK, titles=BOTH),
    # robots.txt and pages
    "robots allows": Case(says(), OK, titles=BOTH, robots=ALLOW),
    "robots forbids": Case(says(), OK, titles=BOTH),
    "robots is missing": Case(says(), OK, titles=BOTH, robots=rules("", 404)),
    "robots fails": Case(says(), OK, titles=BOTH, robots=rules("", 500)),
    "robots is a page": Case(says(), OK, titles=BOTH, robots=rules(PAGE, kind="text/html")),
    "robots is silent": Case(says(), OK, titles=BOTH, robots=is_silent),
    "robots asks for a pause": Case(says(), OK, titles=BOTH, robots=rules("User-agent: *\nCrawl-delay: 2\n")),
    "robots redirects": Case(says(), OK, titles=BOTH, robots=lambda h, c: c.answer(301, {"Location": f"{h.world['haven']}/robots.txt"})),
    "a reservation": Case(says(), OK, titles=BOTH, robots=ALLOW, reservations=rules(RESERVED, kind="application/json")),
    "a reservation without an end": Case(says(), OK, titles=BOTH, robots=ALLOW, reservations=rules("[" * 99_999, kind="application/json")),
    "a reservation of another site": Case(says(), OK, titles=BOTH, robots=ALLOW, reservations=lambda h, c: c.answer(301, {"Location": f"{h.world['haven']}/tdmrep.json"})),
    "a page that leads to this machine": Case(says(rss(ONE)), OK, titles=BOTH[:1], robots=ALLOW, page=page_redirects("http://127.0.0.1:{port}/")),
    "a page that leads to a forbidden one": Case(says(rss(ONE)), OK, titles=BOTH[:1], robots=ALLOW, page=page_redirects("{forbidding}/news/x")),
    "a page that leads to another host": Case(says(rss(ONE)), OK, titles=BOTH[:1], robots=ALLOW, page=page_redirects("{haven}/page")),
}  # fmt: skip


@dataclass
class HostileSite:
    """All behaviours at work, and a canary that nobody may talk to."""

    hosts: Mapping[str, Host]
    canary: Site
    haven: Host

    def feeds(self) -> dict[str, str]:
        """The feed's URL of each behaviour."""
        return {name: f"{host.url}/feed" for name, host in self.hosts.items()}


@contextlib.contextmanager
def serving(tls: ssl.SSLContext) -> Iterator[HostileSite]:
    """Serve every behaviour at an address of its own until the block ends."""
    canary = Site(lambda connection: connection.answer(200, {"Content-Type": XML}, BODY))
    haven = Host("127.9.255.1", says(), ALLOW, says(), NO_FILE)
    haven.page = lambda host, c: (says() if c.path == "/other" else a_page)(host, c)
    hosts = {
        name: Host(
            f"127.9.0.{number}", case.feed, case.robots, case.page, case.reservations, tls if case.secure else None
        )
        for number, (name, case) in enumerate(CASES.items(), 1)
    }
    world = {"port": str(canary.port), "haven": haven.url, "forbidding": hosts["robots forbids"].url}
    for host in hosts.values():
        host.world = world
    try:
        yield HostileSite(hosts, canary, haven)
    finally:
        for site in (canary, haven, *hosts.values()):
            site.close()
