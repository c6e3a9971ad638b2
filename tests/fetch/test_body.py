"""Content codings: every way to cut a body into pieces, bombs, and what is broken."""

import gzip
import tracemalloc
import zlib

import brotli  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.fetch.body import Body, TooLargeError, UndecodableError

TEXT = bytes(range(256)) * 40 + b"a" * 200_000


def raw_deflate(data: bytes) -> bytes:
    return zlib.compress(data, wbits=-zlib.MAX_WBITS)


def _read(name: str, wire: bytes) -> bytes:
    body = Body(name, 1000)
    body.feed(wire)
    return body.finish()


CODINGS = {
    "": lambda data: data,
    "identity": lambda data: data,
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "GZIP ": gzip.compress,
    "deflate": zlib.compress,
    " deflate": raw_deflate,
    "br": brotli.compress,
    "gzip, br": lambda data: brotli.compress(gzip.compress(data)),
}


@pytest.mark.parametrize("name", CODINGS)
@pytest.mark.parametrize("step", [1, 7, 1000, 10_000_000])
def test_a_body_comes_out_whole_however_it_arrives(name: str, step: int) -> None:
    data = TEXT if step > 1 else TEXT[:3000]
    wire = CODINGS[name](data)
    body = Body(name, len(data) + 1000)
    for start in range(0, len(wire), step):
        body.feed(wire[start : start + step])
    assert body.finish() == data
    assert body.wire_bytes == len(wire)


def test_gzip_members_follow_each_other_and_padding_is_ignored() -> None:
    body = Body("gzip", 1000)
    body.feed(gzip.compress(b"one ") + gzip.compress(b"two") + b"\0\0\0")
    assert body.finish() == b"one two"


@pytest.mark.parametrize(
    ("name", "bomb"),
    [
        ("gzip", gzip.compress(b"\0" * 50_000_000)),
        ("br", brotli.compress(b"\0" * 50_000_000, quality=5)),
        ("deflate", raw_deflate(b"\0" * 50_000_000)),
        ("gzip, gzip", gzip.compress(gzip.compress(b"\0" * 50_000_000))),
    ],
)
def test_a_bomb_ends_in_an_error_and_not_in_memory(name: str, bomb: bytes) -> None:
    tracemalloc.start()
    body = Body(name, 1_000_000)
    with pytest.raises(TooLargeError):
        body.feed(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3_000_000


def test_what_never_comes_out_is_counted_on_the_wire() -> None:
    body = Body("gzip", 10_000)
    with pytest.raises((TooLargeError, UndecodableError)):
        body.feed(gzip.compress(b"") * 2000)


@pytest.mark.parametrize("name", ["gzip", "br", "deflate"])
def test_a_body_that_is_cut_off_is_not_taken_for_whole(name: str) -> None:
    wire = CODINGS[name](TEXT)
    body = Body(name, 1_000_000)
    body.feed(wire[: len(wire) // 2])
    with pytest.raises(UndecodableError, match="cut off"):
        body.finish()
    assert TEXT.startswith(body.so_far())


@pytest.mark.parametrize("name", ["gzip", "br", "deflate"])
def test_plain_bytes_under_a_coding_do_not_decode(name: str) -> None:
    with pytest.raises(UndecodableError):
        _read(name, b"<html>not compressed at all</html>" * 5)


@pytest.mark.parametrize("name", ["zstd", "compress", "gzip, gzip, gzip"])
def test_codings_that_were_not_asked_for_are_refused(name: str) -> None:
    with pytest.raises(UndecodableError):
        Body(name, 1000)


def test_nothing_is_a_body_too() -> None:
    assert Body("gzip", 10).finish() == b""


@given(st.binary(max_size=200), st.sampled_from(["gzip", "br", "deflate", ""]))
def test_any_bytes_end_in_a_body_or_one_of_the_two_errors(wire: bytes, name: str) -> None:
    body = Body(name, 100)
    try:
        body.feed(wire)
        assert len(body.finish()) <= 100
    except (TooLargeError, UndecodableError):
        pass
