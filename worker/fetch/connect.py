"""Opening connections: the one place where a socket is made.

Three promises are kept here, below the HTTP library, where nothing can go round them:

- a name is resolved, every address judged, and only a judged address connected to, so a name that changes its address
  between two look-ups gains nothing; TLS and the Host header still use the name;
- every single read waits only for what is left of the request's total time, so a server that drips one byte at a time
  in headers or body ends when the time does;
- TLS is verified, and a failure is a failure.
"""

import functools
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from worker.fetch.addresses import Network, refusal
from worker.records import FetchClass

_MOST_ADDRESSES: Final = 4
"""Addresses tried of one name: two of each family; a name with more is balanced, and they fail together."""

_RESOLVERS: Final = 16
"""Names looked up at the same time. A look-up cannot be interrupted, so it runs aside and is no longer waited for."""

_CONNECTIONS_KEPT: Final = 2
"""Idle connections kept open to one host; politeness asks for one at a time, a redirect may need another."""

SockAddr = tuple[Any, ...]


class FailedError(HTTPError):
    """A request that failed before an answer came; carries the outcome. Never leaves this folder."""

    def __init__(self, outcome: FetchClass, sentence: str) -> None:
        super().__init__(sentence)
        self.outcome = outcome
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class _Patience:
    until: float  # of time.monotonic()
    read_seconds: float


_patience = threading.local()


@contextmanager
def patience(until: float, read_seconds: float) -> Iterator[None]:
    """Bound the socket reads of this thread: each by ``read_seconds``, all by ``until`` (monotonic seconds)."""
    _patience.now = _Patience(until, read_seconds)
    try:
        yield
    finally:
        _patience.now = None


def left(at_most: float) -> float:
    """Give the seconds that may be waited now.

    Raises:
        TimeoutError: The total time of the request is used up.
    """
    now: _Patience | None = getattr(_patience, "now", None)
    if now is None:
        return at_most
    remaining = now.until - time.monotonic()
    if remaining <= 0:
        raise TimeoutError("the total time is used up")
    return min(at_most, remaining)


def _read_seconds() -> float:
    now: _Patience | None = getattr(_patience, "now", None)
    return left(now.read_seconds if now else 1.0)


class _Socket(socket.socket):
    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(_read_seconds())
        return super().recv_into(*args, **kwargs)


class _TLSSocket(ssl.SSLSocket):
    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(_read_seconds())
        return super().recv_into(*args, **kwargs)


class Connector:
    """Resolves, judges and connects for one client; shared by all its threads."""

    def __init__(self, connect_seconds: float, allowed: tuple[Network, ...], ca_file: Path | None) -> None:
        self._connect_seconds = connect_seconds
        self._allowed = allowed
        self._resolvers = ThreadPoolExecutor(_RESOLVERS, thread_name_prefix="resolve")
        self._tls = ssl.create_default_context()
        if ca_file is not None:  # handed to create_default_context it would take the place of the system's
            self._tls.load_verify_locations(ca_file)
        self._tls.sslsocket_class = _TLSSocket

    def pool(self, scheme: str, host: str, port: int) -> HTTPConnectionPool:
        """Make a pool of connections to one origin whose connections all come from here."""
        common: dict[str, Any] = {"maxsize": _CONNECTIONS_KEPT, "block": False, "retries": False}
        if scheme == "https":
            pool: HTTPConnectionPool = HTTPSConnectionPool(host, port, ssl_context=self._tls, **common)
            pool.ConnectionCls = functools.partial(_Secure, connector=self)  # type: ignore[assignment]
        else:
            pool = HTTPConnectionPool(host, port, **common)
            pool.ConnectionCls = functools.partial(_Plain, connector=self)  # type: ignore[assignment]
        return pool

    def close(self) -> None:
        """Stop looking names up; look-ups that hang are left to end by themselves."""
        self._resolvers.shutdown(wait=False, cancel_futures=True)

    def connect(self, host: str, port: int) -> socket.socket:
        """Open a connection to a public address of a host.

        Raises:
            FailedError: The name has no address (dns), none that may be connected to (refused), or none that answers
                (connect, timeout).
        """
        errors: list[OSError] = []
        for family, kind, protocol, address in self._judged(host, port):
            sock = _Socket(family, kind, protocol)
            try:
                sock.settimeout(left(self._connect_seconds))
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                sock.connect(address)
            except OSError as error:
                sock.close()
                errors.append(error)
            else:
                return sock
        late = all(isinstance(error, TimeoutError) for error in errors)
        outcome = FetchClass.TIMEOUT if late else FetchClass.CONNECT
        why = (
            f"no answer within {self._connect_seconds:g} s" if late else str(errors[-1].strerror or errors[-1]).lower()
        )
        raise FailedError(outcome, f"{host}:{port} cannot be connected to: {why}.")

    def _judged(self, host: str, port: int) -> list[tuple[int, int, int, SockAddr]]:
        found = self._resolve(host, port)
        open_to_us, reasons = [], []
        for family, kind, protocol, _, address in found:
            why = refusal(str(address[0]), self._allowed)
            if why is None:
                open_to_us.append((family, kind, protocol, address))
            else:
                reasons.append(f"{address[0]} is {why}")
        if not open_to_us:
            advice = "allow its network in the settings if it is yours"
            raise FailedError(FetchClass.REFUSED, f"{host} is not connected to: {reasons[0]}; {advice}.")
        return open_to_us[:_MOST_ADDRESSES]

    def _resolve(self, host: str, port: int) -> Sequence[tuple[int, int, int, str, SockAddr]]:
        if _is_literal(host):
            return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        waiting = self._resolvers.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
        try:
            found = waiting.result(left(self._connect_seconds))
        except TimeoutError:
            waiting.cancel()
            raise FailedError(FetchClass.DNS, f"{host} was not resolved within {self._connect_seconds:g} s.") from None
        except (OSError, UnicodeError) as error:
            why = error.strerror if isinstance(error, OSError) and error.strerror else "it is not a valid host name"
            raise FailedError(FetchClass.DNS, f"{host} cannot be resolved: {why}.") from None
        if not found:
            raise FailedError(FetchClass.DNS, f"{host} has no address.")
        return found


class _Plain(HTTPConnection):
    def __init__(self, *args: Any, connector: Connector, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._connector = connector

    def _new_conn(self) -> socket.socket:
        return self._connector.connect(self._dns_host, self.port)


class _Secure(HTTPSConnection):
    def __init__(self, *args: Any, connector: Connector, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._connector = connector

    def _new_conn(self) -> socket.socket:
        return self._connector.connect(self._dns_host, self.port)


def _is_literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
