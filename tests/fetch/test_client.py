"""The client against real servers on loopback, well-behaved and hostile."""

import gzip
import hashlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from tests.fetch.certificates import self_signed
from tests.fetch.sites import Behaviour, Connection, serving
from worker.fetch.client import Client, FetchLimits
from worker.fetch.limits import FetchLimits as SameLimits
from worker.records import FetchClass, Fetched, Validators

LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
LIMITS = FetchLimits(connect_seconds=10, read_seconds=10, total_seconds=20, max_bytes=100_000, max_redirects=5)
IMPATIENT = replace(LIMITS, read_seconds=0.5, total_seconds=1.5)
AGENT = "Dateline/test (+https://example.net/contact)"


@pytest.fixture
def client() -> Iterator[Client]:
    made = Client(LIMITS, AGENT, LOOPBACK)
    yield made
    made.close()


@pytest.fixture
def impatient() -> Iterator[Client]:
    """A client for what never ends by itself."""
    made = Client(IMPATIENT, AGENT, LOOPBACK)
    yield made
    made.close()


def get(client: Client, url: str, **options: object) -> Fetched:
    return client.get(url, accept="*/*", **options)  # type: ignore[arg-type]


def ask(client: Client, behaviour: Behaviour, path: str = "/", **options: object) -> Fetched:
    with serving(behaviour) as site:
        return get(client, site.url + path, **options)


def test_a_page_comes_whole_with_what_is_known_of_it(client: Client) -> None:
    body = b"<rss/>" * 100
    headers = {
        "ETag": 'W/"a b"',
        "Last-Modified": "Sun, 01 Mar 2026 00:00:00 GMT",
        "Content-Encoding": "gzip",
        "X-Two": "1",
    }

    with serving(lambda c: c.answer(200, headers, gzip.compress(body))) as site:
        fetched = client.get(
            site.url + "/feed?x=1#part", accept="application/rss+xml, */*;q=0.1", extra_headers={"X-Key": "secret"}
        )
    assert (fetched.outcome, fetched.status, fetched.body) == (FetchClass.OK, 200, body)
    assert fetched.sha256 == hashlib.sha256(body).digest()
    assert fetched.wire_bytes == len(gzip.compress(body))
    assert fetched.validators == Validators('W/"a b"', "Sun, 01 Mar 2026 00:00:00 GMT")
    assert fetched.headers["x-two"] == "1"
    assert datetime.now(UTC) - fetched.started_at < timedelta(seconds=30)
    sent = site.requests[0]
    assert sent.path == "/feed?x=1"
    assert sent.headers["user-agent"] == AGENT
    assert sent.headers["accept"] == "application/rss+xml, */*;q=0.1"
    assert sent.headers["x-key"] == "secret"
    assert "cookie" not in sent.headers
    assert SameLimits is FetchLimits


def test_validators_go_out_as_they_came(client: Client) -> None:
    with serving(lambda c: c.answer(304)) as site:
        fetched = get(client, site.url, validators=Validators('W/"a"', "whenever"))
    assert fetched.outcome is FetchClass.NOT_MODIFIED
    assert (fetched.body, fetched.sha256) == (b"", b"")
    assert site.requests[0].headers["if-none-match"] == 'W/"a"'
    assert site.requests[0].headers["if-modified-since"] == "whenever"


def chunked(connection: Connection) -> None:
    connection.say(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\n\r\n")


def until_closed(connection: Connection) -> None:
    connection.say(b"HTTP/1.0 200 OK\r\n\r\nabcdefg")
    connection.socket.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("behaviour", [chunked, until_closed])
def test_bodies_without_a_length_come_whole_too(client: Client, behaviour: Behaviour) -> None:
    assert ask(client, behaviour).body == b"abcdefg"


def test_connections_are_kept_and_one_that_died_meanwhile_is_replaced(client: Client) -> None:
    with serving(lambda c: c.answer(body=b"x")) as site:
        for _ in range(3):
            assert get(client, site.url).outcome is FetchClass.OK
        assert site.connections == 1

    def once(connection: Connection) -> None:
        connection.answer(body=b"x")
        connection.socket.shutdown(socket.SHUT_RDWR)

    with serving(once) as site:
        for _ in range(3):
            assert get(client, site.url).outcome is FetchClass.OK


def raw(data: bytes) -> Behaviour:
    def behaviour(connection: Connection) -> None:
        connection.say(data)
        connection.socket.shutdown(socket.SHUT_RDWR)

    return behaviour


@pytest.mark.parametrize(
    ("behaviour", "outcome"),
    [
        (raw(b""), FetchClass.CONNECT),
        (raw(b"SSH-2.0-OpenSSH_9\r\n"), FetchClass.BAD_CONTENT),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nabc"), FetchClass.CONNECT),
        (raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), FetchClass.CONNECT),
        (raw(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 300 + b"\r\n"), FetchClass.BAD_CONTENT),
        (raw(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n"), FetchClass.BAD_CONTENT),
        (lambda c: c.answer(200, {"Content-Encoding": "gzip"}, b"not gzip"), FetchClass.BAD_CONTENT),
        (lambda c: c.answer(200, {"Content-Encoding": "zstd"}, b"x"), FetchClass.BAD_CONTENT),
        (lambda c: c.answer(200, {}, b""), FetchClass.BAD_CONTENT),
        (lambda c: c.answer(200, {"Content-Type": "image/png"}, b"x"), FetchClass.BAD_CONTENT),
        (lambda c: c.answer(200, {}, b"x" * 100_001), FetchClass.TOO_LARGE),
        (lambda c: c.answer(200, {"Content-Length": "99999999999999999999"}, b"x"), FetchClass.TOO_LARGE),
        (
            lambda c: c.answer(200, {"Content-Encoding": "gzip"}, gzip.compress(b"\0" * 20_000_000)),
            FetchClass.TOO_LARGE,
        ),
        (lambda c: c.answer(404, {}, b"x" * 1_000_000), FetchClass.CLIENT_ERROR),
        (lambda c: c.answer(403, {}, b"<p>" * 100 + b"window._cf_chl_opt" + b"x" * 1_000_000), FetchClass.CHALLENGE),
        (lambda c: c.answer(500, {"Content-Encoding": "gzip"}, b"not gzip"), FetchClass.SERVER_ERROR),
        (lambda c: c.answer(302, {}), FetchClass.BAD_CONTENT),
        (lambda c: c.answer(302, {"Location": "file:///etc/passwd"}), FetchClass.REFUSED),
        (lambda c: c.answer(302, {"Location": "http://"}), FetchClass.REFUSED),
        (lambda c: c.answer(302, {"Location": "/" + "x" * 9000}), FetchClass.REFUSED),
        (lambda c: c.answer(301, {"Location": "/"}), FetchClass.REDIRECT_LOOP),
        (lambda c: c.answer(301, {"Location": c.path + "x"}), FetchClass.REDIRECT_LOOP),
        (lambda c: c.answer(302, {"Location": "http://10.0.0.1/admin"}), FetchClass.REFUSED),
        (lambda c: c.answer(302, {"Location": "http://[::ffff:169.254.169.254]/"}), FetchClass.REFUSED),
        (lambda c: c.answer(302, {"Location": "http://2130706433:1/"}), FetchClass.CONNECT),
        (lambda c: c.answer(429, {"Retry-After": "10"}), FetchClass.THROTTLED),
    ],
)
def test_whatever_a_site_does_is_a_value_with_a_sentence(
    client: Client, behaviour: Behaviour, outcome: FetchClass
) -> None:
    fetched = ask(client, behaviour)
    assert fetched.outcome is outcome, fetched.detail
    assert fetched.detail.startswith("http")
    assert fetched.detail.endswith(".")
    assert fetched.body == b""


def in_headers(connection: Connection) -> None:
    connection.say(b"HTTP/1.1 200 OK\r\nX: ")
    connection.drip(b"y", 0.05)


def in_header_lines(connection: Connection) -> None:
    connection.say(b"HTTP/1.1 200 OK\r\n")
    connection.drip(b"X: y\r\n", 0.05)


def in_body(connection: Connection) -> None:
    connection.say(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    connection.drip(b"y", 0.05)


def in_chunks(connection: Connection) -> None:
    connection.say(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    connection.drip(b"1\r\ny\r\n", 0.05)


def in_error_page(connection: Connection) -> None:
    connection.say(b"HTTP/1.1 404 No\r\nContent-Length: 60000\r\n\r\n")
    connection.drip(b"y", 0.05)


def in_redirects(connection: Connection) -> None:
    connection.stop.wait(0.4)
    connection.answer(302, {"Location": connection.path + "x"})


@pytest.mark.parametrize("behaviour", [in_headers, in_header_lines, in_body, in_chunks, in_error_page, in_redirects])
def test_a_slow_drip_ends_with_the_total_time(impatient: Client, behaviour: Behaviour) -> None:
    fetched = ask(impatient, behaviour)  # the drip itself has no end
    assert fetched.outcome in {FetchClass.TIMEOUT, FetchClass.CLIENT_ERROR}


def test_silence_ends_with_the_read_time(impatient: Client) -> None:
    fetched = ask(impatient, lambda c: c.drip(b"", 10))
    assert fetched.outcome is FetchClass.TIMEOUT
    assert fetched.elapsed_ms < 9000, "long before the silence ends"


def test_nobody_listening_and_no_such_name(client: Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert get(client, f"http://127.0.0.1:{port}/").outcome is FetchClass.CONNECT
    assert get(client, "http://no-such-host.invalid/").outcome is FetchClass.DNS


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "http://",
        "http://a b/",
        "http://127.0.0.1/" + "x" * 9000,
        "\ud800",
    ],
)
def test_addresses_that_are_none_are_refused_without_asking(client: Client, url: str) -> None:
    assert get(client, url).outcome is FetchClass.REFUSED


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f000001", "[::1]", "[::ffff:127.0.0.1]"])
def test_this_machine_is_refused_unless_allowed(host: str) -> None:
    closed = Client(LIMITS, AGENT)
    with serving(lambda c: c.answer(body=b"secret")) as site:
        fetched = get(closed, f"http://{host}:{site.port}/")
        assert fetched.outcome is FetchClass.REFUSED
        assert site.connections == 0
    closed.close()


def test_redirects_are_followed_and_remembered(client: Client) -> None:
    steps = {"/a": (301, "/b?x=1"), "/b?x=1": (302, "/c#part"), "/c": (200, "")}

    def behaviour(connection: Connection) -> None:
        status, location = steps[connection.path]
        connection.answer(status, {"Location": location}, b"" if location else b"there")

    with serving(behaviour) as site:
        fetched = get(client, site.url + "/a", validators=Validators('"a"'))
    assert (fetched.outcome, fetched.body) == (FetchClass.OK, b"there")
    assert fetched.final_url == site.url + "/c#part"
    assert [(hop.url, hop.status, hop.location) for hop in fetched.hops] == [
        (site.url + "/a", 301, site.url + "/b?x=1"),
        (site.url + "/b?x=1", 302, site.url + "/c#part"),
    ]
    assert all(asked.headers["if-none-match"] == '"a"' for asked in site.requests)


def test_a_location_in_utf8_is_read_as_that(client: Client) -> None:
    def behaviour(connection: Connection) -> None:
        if connection.path == "/":
            connection.say("HTTP/1.1 302 Such\r\nLocation: /é\r\nContent-Length: 0\r\n\r\n".encode())
        else:
            connection.answer(body=connection.path.encode())

    assert ask(client, behaviour).body == b"/%C3%A9"


def test_secrets_stay_with_their_origin(client: Client) -> None:
    with serving(lambda c: c.answer(body=b"there")) as other:
        with serving(lambda c: c.answer(302, {"Location": "/b" if c.path == "/a" else other.url})) as site:
            url = f"http://user:pa%3Ass@127.0.0.1:{site.port}/a"
            fetched = get(client, url, extra_headers={"X-Key": "secret"})
        assert fetched.body == b"there"
        assert "pa%3Ass" not in f"{fetched.final_url} {fetched.detail} {fetched.hops}"
        assert [("authorization" in r.headers, "x-key" in r.headers) for r in site.requests] == [(True, True)] * 2
        assert site.requests[0].headers["authorization"] == "Basic dXNlcjpwYTpzcw=="
        assert not {"authorization", "x-key"} & set(other.requests[0].headers)


def test_no_sentence_shows_a_login(client: Client) -> None:
    with serving(
        lambda c: c.answer(302, {"Location": "http://other:word@127.0.0.1/"} if c.path == "/b" else {"Location": "/"})
    ) as site:
        for path in ("/", "/b"):
            fetched = get(client, f"http://user:word@127.0.0.1:{site.port}{path}")
            assert "word" not in f"{fetched.final_url} {fetched.detail} {fetched.hops}"


def test_a_cookie_ends_a_circle_that_waits_for_it(client: Client) -> None:
    def behaviour(connection: Connection) -> None:
        if connection.headers.get("cookie") == "seen=1":
            connection.answer(body=b"there")
        else:
            connection.answer(302, {"Location": "/", "Set-Cookie": "seen=1; Path=/; HttpOnly"})

    assert ask(client, behaviour).body == b"there"
    assert ask(client, lambda c: c.answer(body=c.headers.get("cookie", "none").encode())).body == b"none"


def test_who_asks_may_stop_a_redirect(client: Client) -> None:
    asked: list[str] = []

    def may_follow(url: str) -> tuple[FetchClass, str] | None:
        asked.append(url)
        return (FetchClass.ROBOTS, "Not there.") if url.endswith("/c") else None

    with serving(lambda c: c.answer(302, {"Location": {"/a": "/b", "/b": "/c"}[c.path]})) as site:
        fetched = get(client, site.url + "/a", may_follow=may_follow)
    assert (fetched.outcome, fetched.detail) == (FetchClass.ROBOTS, "Not there.")
    assert asked == [site.url + "/b", site.url + "/c"]
    assert len(site.requests) == 2


def test_when_to_come_back_is_made_absolute(client: Client) -> None:
    fetched = ask(client, lambda c: c.answer(503, {"Retry-After": "120"}))
    assert fetched.retry_after is not None
    assert timedelta(seconds=110) < fetched.retry_after - fetched.started_at < timedelta(seconds=150)
    assert ask(client, lambda c: c.answer(200, {"Retry-After": "120"}, b"x")).retry_after is None


def test_a_limit_can_be_set_for_one_fetch(client: Client) -> None:
    assert ask(client, lambda c: c.answer(body=b"x" * 11), max_bytes=10).outcome is FetchClass.TOO_LARGE
    assert ask(client, lambda c: c.answer(body=b"x" * 10), max_bytes=10).outcome is FetchClass.OK


def test_a_fetch_that_was_broken_off_spoils_no_later_one(client: Client) -> None:
    def behaviour(connection: Connection) -> None:
        body = b"x" * 150_000 if connection.path == "/large" else b"small"
        connection.say(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        connection.say(f"{len(body):x}\r\n".encode(), body, b"\r\n0\r\n\r\n")

    with serving(behaviour) as site:
        for _ in range(3):
            assert get(client, site.url + "/large").outcome is FetchClass.TOO_LARGE
            assert get(client, site.url + "/small").body == b"small"


def test_threads_share_a_client(client: Client) -> None:
    with serving(lambda c: c.answer(body=c.path.encode())) as site:
        results: dict[int, bytes] = {}

        def work(n: int) -> None:
            for turn in range(10):
                results[n * 10 + turn] = get(client, f"{site.url}/{n * 10 + turn}").body

        threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert results == {n: f"/{n}".encode() for n in range(80)}


def test_tls_is_verified_by_name_and_authority(tmp_path: Path, client: Client) -> None:
    authority, server = self_signed(tmp_path, ["localhost", "127.0.0.1"])
    trusting = Client(LIMITS, AGENT, LOOPBACK, ca_file=authority)
    with serving(lambda c: c.answer(body=b"there"), server) as site:
        assert get(trusting, f"https://localhost:{site.port}/").body == b"there"
        assert get(trusting, site.url).body == b"there"
        unknown = get(client, site.url)
        assert unknown.outcome is FetchClass.TLS
        assert "certificate" in unknown.detail
        assert not any(asked for asked in site.requests[2:])
        assert get(trusting, f"http://127.0.0.1:{site.port}/").outcome in {FetchClass.CONNECT, FetchClass.BAD_CONTENT}
    trusting.close()


@pytest.mark.parametrize(("names", "days"), [(["other.example"], 1), (["127.0.0.1"], -1)])
def test_a_certificate_of_another_name_or_time_is_refused(tmp_path: Path, names: list[str], days: int) -> None:
    authority, server = self_signed(tmp_path, names, days=days)
    trusting = Client(LIMITS, AGENT, LOOPBACK, ca_file=authority)
    with serving(lambda c: c.answer(body=b"there"), server) as site:
        assert get(trusting, site.url).outcome is FetchClass.TLS
        assert not site.requests
    trusting.close()


def test_a_plain_server_behind_https_is_no_tls(impatient: Client) -> None:
    with serving(lambda c: c.answer(body=b"x")) as site:
        assert get(impatient, f"https://127.0.0.1:{site.port}/").outcome in {FetchClass.TLS, FetchClass.TIMEOUT}
