"""Where the servers are: those that settings name, those of a running ``dateline up``, or ones started for a moment."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from worker.embedded.postgres import EmbeddedPostgres, binaries
from worker.errors import DataFolderInUseError, EmbeddedServerError
from worker.settings import Settings


@dataclass(frozen=True, slots=True)
class Addresses:
    """The URLs of the two servers, passwords included; ``redis`` is None where only the database is at hand."""

    database: str
    redis: str | None
    flower: str | None = None


def embedded_postgres(home: Path) -> EmbeddedPostgres:
    """The database of a home folder."""
    return EmbeddedPostgres(home / "postgres")


@contextlib.contextmanager
def hold(home: Path) -> Iterator[None]:
    """Hold a home folder alone, until the block ends or the process dies.

    Raises:
        DataFolderInUseError: another process holds it; the text says which.
    """
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            raise DataFolderInUseError(
                f"{home.absolute()} is in use by process {holder} (another `dateline up`): stop that one, "
                "or choose another folder with DATELINE_HOME."
            ) from None
        lock.seek(0)
        lock.truncate()
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def announce(home: Path, addresses: Addresses) -> None:
    """Write down where a running ``dateline up`` is reached; readable by its user alone, since passwords are in it."""
    file = home / "run.json"
    file.touch(mode=0o600)
    file.write_text(json.dumps(asdict(addresses)))


def forget(home: Path) -> None:
    """``dateline up`` has stopped."""
    (home / "run.json").unlink(missing_ok=True)


def running(home: Path) -> Addresses | None:
    """The addresses of the ``dateline up`` that holds this home, or None when there is none."""
    try:
        with (home / "lock").open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except OSError:  # somebody holds it
        with contextlib.suppress(OSError, ValueError, TypeError):
            return Addresses(**json.loads((home / "run.json").read_text()))
    return None


@contextlib.contextmanager
def reach(settings: Settings) -> Iterator[Addresses]:
    """The servers of this installation, for one command.

    Settings come first, then a running ``dateline up``; else its database alone is started and stopped again, so that
    feeds can be added and events read while nothing runs.

    Raises:
        EmbeddedServerError: nothing runs, and this home has never held any data.
    """
    if settings.database_url is not None:
        yield Addresses(settings.database, settings.redis if settings.redis_url else None)
        return
    if (found := running(settings.home)) is not None:
        yield found
        return
    with hold(settings.home):
        server = embedded_postgres(settings.home)
        try:
            yield Addresses(server.start(), None)
        finally:
            server.stop()


def programs() -> tuple[Path, ...]:
    """The folder with the programs of the embedded PostgreSQL, where it is installed."""
    try:
        return (binaries(),)
    except EmbeddedServerError:
        return ()


def must_have_data(settings: Settings) -> None:
    """Say so when there is nothing to look at yet.

    Raises:
        EmbeddedServerError: no database is set, none runs, and the home holds no data.
    """
    if settings.database_url is not None or running(settings.home) is not None:
        return
    if not embedded_postgres(settings.home).exists():
        raise EmbeddedServerError(
            f"There is no data in {settings.home.absolute()} yet: run `dateline up` first, "
            "or set DATELINE_HOME or DATELINE_DATABASE_URL to where your data is."
        )
