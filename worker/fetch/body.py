"""Taking a body out of its content coding, never holding more of it than is allowed.

Codings are those of RFC 9110, 8.4.1 and RFC 7932 (brotli). A few kilobytes can swell to gigabytes, so output is taken
in slices and counted before it is kept.
"""

import zlib
from collections.abc import Iterator
from typing import Final, Protocol

import brotli  # type: ignore[import-untyped]  # publishes no types

ACCEPTED: Final = "gzip, deflate, br"

_SLICE: Final = 64 * 1024
"""Bytes that a decoder may put out at a time: what one slice holds is all that a bomb can take beyond the limit."""

_MOST_CODINGS: Final = 2
"""Codings stacked on each other: one is usual, two a mistake that is seen, more an attack."""

_MOST_MEMBERS: Final = 1000
"""Members of one gzip body. Servers that compress piece by piece make some dozens; each costs a new decoder."""


class TooLargeError(Exception):
    """More came, or came out, than is allowed."""


class UndecodableError(Exception):
    """The body is not in the coding that it is declared to be in; the text says what was wrong."""


class _Coding(Protocol):
    def decode(self, data: bytes) -> Iterator[bytes]: ...

    def is_complete(self) -> bool: ...


class Body:
    """Collects one body from the bytes of the wire, up to a limit of bytes."""

    def __init__(self, content_encoding: str, max_bytes: int) -> None:
        names = [name.strip().lower() for name in content_encoding.split(",")]
        names = [name for name in names if name not in {"", "identity"}]
        if len(names) > _MOST_CODINGS:
            raise UndecodableError(f"it is wrapped in {len(names)} content codings")
        # Listed in the order in which they were applied (8.4), so undone from the last.
        self._codings = [_coding(name) for name in reversed(names)]
        self._max_bytes = max_bytes
        self._parts: list[bytes] = []
        self._size = 0
        self.wire_bytes = 0

    def feed(self, data: bytes) -> None:
        """Take what arrived.

        Raises:
            TooLargeError: There is more than ``max_bytes`` of it, on the wire or decoded.
            UndecodableError: It does not decode.
        """
        self.wire_bytes += len(data)
        if self.wire_bytes > self._max_bytes:
            raise TooLargeError
        self._pass_on(data, 0)

    def finish(self) -> bytes:
        """Give the whole body.

        Raises:
            UndecodableError: It ends in the middle of its coding.
        """
        if self.wire_bytes and not all(coding.is_complete() for coding in self._codings):
            raise UndecodableError("its compressed body is cut off")
        return self.so_far()

    def so_far(self) -> bytes:
        """Give what came out until now, be it whole or not."""
        return b"".join(self._parts)

    def _pass_on(self, data: bytes, level: int) -> None:
        if level < len(self._codings):
            for piece in self._codings[level].decode(data):
                self._pass_on(piece, level + 1)
            return
        self._size += len(data)
        if self._size > self._max_bytes:
            raise TooLargeError
        self._parts.append(data)


def _coding(name: str) -> _Coding:
    if name in {"gzip", "x-gzip"}:
        return _Gzip()
    if name == "deflate":
        return _Deflate()
    if name == "br":
        return _Brotli()
    raise UndecodableError(f"it is in a content coding that was not asked for ({name[:40]})")


class _Gzip:
    def __init__(self) -> None:
        self._member = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
        self._members = 1
        self._ended = False

    def decode(self, data: bytes) -> Iterator[bytes]:
        while data:
            if self._member.eof:
                # Members follow each other (RFC 1952, 2.2); anything else after one is padding.
                if not data.startswith(b"\x1f"):
                    return
                self._members += 1
                if self._members > _MOST_MEMBERS:
                    raise UndecodableError("its gzip body has too many members")
                self._member = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
            yield from _inflate(self._member, data, "gzip")
            data = self._member.unused_data

    def is_complete(self) -> bool:
        return self._member.eof


class _Deflate:
    """Both readings of "deflate": RFC 9110 means zlib's wrapper, some servers send the bare stream."""

    def __init__(self) -> None:
        self._stream: zlib._Decompress | None = None
        self._head = b""

    def decode(self, data: bytes) -> Iterator[bytes]:
        if self._stream is None:
            data = self._head = self._head + data
            if len(data) < 2:  # noqa: PLR2004 - the wrapper's header
                return
            # RFC 1950, 2.2: method 8, and the two bytes together divide by 31.
            wrapped = data[0] & 0x0F == 8 and int.from_bytes(data[:2]) % 31 == 0  # noqa: PLR2004
            self._stream = zlib.decompressobj(wbits=zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)
        if not self._stream.eof:
            yield from _inflate(self._stream, data, "deflate")

    def is_complete(self) -> bool:
        return self._stream is not None and self._stream.eof


class _Brotli:
    def __init__(self) -> None:
        self._stream = brotli.Decompressor()

    def decode(self, data: bytes) -> Iterator[bytes]:
        while not self._stream.is_finished():
            try:
                piece = self._stream.process(data, output_buffer_limit=_SLICE)
            except brotli.error as error:
                raise UndecodableError("its brotli body does not decode") from error
            data = b""
            if piece:
                yield piece
            elif self._stream.can_accept_more_data():
                return

    def is_complete(self) -> bool:
        return bool(self._stream.is_finished())


def _inflate(stream: "zlib._Decompress", data: bytes, name: str) -> Iterator[bytes]:
    while data and not stream.eof:
        try:
            piece = stream.decompress(data, _SLICE)
        except zlib.error as error:
            raise UndecodableError(f"its {name} body does not decode ({error})") from error
        if piece:
            yield piece
        data = stream.unconsumed_tail
        if not piece and not data:
            return
