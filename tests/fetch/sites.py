"""Servers on loopback that answer byte by byte as a test says: real sockets, no library in between."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Behaviour = Callable[["Connection"], None]


@dataclass
class Connection:
    """One connection to a server, with the request that came over it."""

    socket: socket.socket
    request: bytes
    stop: threading.Event

    @property
    def path(self) -> str:
        return self.request.split(b" ", 2)[1].decode()

    @property
    def headers(self) -> dict[str, str]:
        lines = self.request.split(b"\r\n\r\n")[0].split(b"\r\n")[1:]
        pairs = (line.decode("latin-1").split(": ", 1) for line in lines)
        return {name.lower(): value for name, value in pairs}

    def say(self, *pieces: bytes) -> None:
        self.socket.sendall(b"".join(pieces))

    def answer(self, status: int = 200, headers: dict[str, str] | None = None, body: bytes = b"") -> None:
        told = {"Content-Length": str(len(body)), **(headers or {})}
        head = "".join(f"{name}: {value}\r\n" for name, value in told.items() if value)
        self.say(f"HTTP/1.1 {status} Such\r\n{head}\r\n".encode(), body)

    def drip(self, piece: bytes, every: float) -> None:
        """Send a piece again and again until the other side goes away or the test ends."""
        while not self.stop.wait(every):
            self.say(piece)


@dataclass
class Site:
    """A server whose behaviour is a function of one connection; remembers its requests."""

    behaviour: Behaviour
    tls: ssl.SSLContext | None = None
    address: str = "127.0.0.1"
    wanted_port: int = 0  # 0: any that is free
    requests: list[Connection] = field(default_factory=list)
    connections: int = 0

    def __post_init__(self) -> None:
        self._listener = socket.create_server((self.address, self.wanted_port))
        self._stop = threading.Event()
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://{self.address}:{self.port}"

    def close(self) -> None:
        self._stop.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while not self._stop.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError), connection:
            spoken = self.tls.wrap_socket(connection, server_side=True) if self.tls else connection
            with spoken:
                while request := _read_request(spoken):
                    asked = Connection(spoken, request, self._stop)
                    self.requests.append(asked)
                    self.behaviour(asked)
                    if b"close" in asked.headers.get("x-then", "").encode():
                        return


def usual_ports_are_ours() -> bool:
    """May this process listen on ports 80 and 443 of a loopback address that nobody else uses?"""
    try:
        for port in (80, 443):
            socket.create_server(("127.77.255.254", port)).close()
    except OSError:
        return False
    return True


def _read_request(connection: socket.socket) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received:
        piece = connection.recv(65536)
        if not piece:
            return b""
        received += piece
    return received


@contextlib.contextmanager
def serving(behaviour: Behaviour, tls: ssl.SSLContext | None = None) -> Iterator[Site]:
    """Serve a behaviour for the length of a block."""
    site = Site(behaviour, tls)
    try:
        yield site
    finally:
        site.close()
