"""What both embedded servers share: a folder, a password, a port that stays the same, and a process that is ours."""

from __future__ import annotations

import secrets
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from worker.embedded import child


@dataclass(slots=True)
class EmbeddedServer:
    """A server process on a folder of its own, reached by password on 127.0.0.1.

    Attributes:
        folder: holds the data, the password and the log; made when it is missing.
        durable: False turns off what protects data from a crash of the machine: for tests only.
    """

    folder: Path
    durable: bool = True
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    _port: int = 0

    @property
    def alive(self) -> bool:
        """Is the server process running?"""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        """Process id of the server, when it runs."""
        return self._process.pid if self._process else None

    @property
    def _password_file(self) -> Path:
        return self.folder / "password"

    @property
    def _password(self) -> str:
        return self._password_file.read_text().strip()

    def _make_password(self) -> None:
        """Make a random password at the first start, in a file that nobody else may read."""
        if not self._password_file.exists():
            half = self._password_file.with_suffix(".new")  # renamed when whole: a full disk leaves no empty password
            half.touch(mode=0o600)
            half.write_text(secrets.token_urlsafe(24) + "\n")
            half.rename(self._password_file)

    def _choose_port(self) -> int:
        """Choose a free port, the one of the last start if possible, so that saved addresses stay good."""
        port_file = self.folder / "port"
        used = port_file.read_text().strip() if port_file.exists() else ""
        self._port = child.free_port(int(used) if used.isdigit() else None)
        port_file.write_text(f"{self._port}\n")
        return self._port

    def _end(self, sent: signal.Signals, grace_seconds: float) -> None:
        """Ask the process to end, and end it when it has not after the grace."""
        if self._process is not None:
            child.stop(self._process, sent, grace_seconds)
            self._process = None

    def _end_at_once(self, sent: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(sent)
            self._process.wait()
            self._process = None
