"""How a process is started so that it never outlives Dateline, and how what a killed Dateline left is cleared.

Linux only, like the servers' wheels. ``setpriv --pdeathsig`` (util-linux, present on every Debian) asks the kernel to
signal the child when its parent dies; it is set after any change of user, since the kernel forgets it there
(prctl(2), PR_SET_PDEATHSIG).
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from worker.errors import EmbeddedServerError

_POLL_SECONDS = 0.02  # a server is up within .2 to .9 s: looking 50 times a second adds nothing to that


def dying_with_parent(command: Sequence[str], sent: signal.Signals = signal.SIGTERM) -> list[str]:
    """The command, wrapped so that the kernel sends ``sent`` to it when the process that started it dies."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise EmbeddedServerError("setpriv is missing: install util-linux (sudo apt-get install util-linux).")
    return [setpriv, "--pdeathsig", sent.name.removeprefix("SIG"), "--", *command]


def start(
    command: Sequence[str],
    log: Path,
    *,
    environment: Mapping[str, str] | None = None,
    user: int | None = None,
) -> subprocess.Popen[bytes]:
    """Start a process in a group of its own, with its output appended to ``log`` (created with its folder).

    A group of its own keeps Ctrl-C in a terminal from reaching it: Dateline decides in which order things stop.

    Args:
        command: the program and its arguments.
        log: file that receives standard output and standard error.
        environment: the whole environment; the current one when None.
        user: numeric user and group id to run as; the current one when None. Needs root.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        return subprocess.Popen(  # noqa: S603 - the command is built here from paths in our own wheel
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=None if environment is None else dict(environment),
            user=user,
            group=user,
            extra_groups=None if user is None else [],
            process_group=0,
        )


def stop(process: subprocess.Popen[bytes], sent: signal.Signals, grace_seconds: float) -> bool:
    """Ask a process to end, and end it when it has not after ``grace_seconds``; True when it went by itself."""
    if process.poll() is not None:
        return True
    process.send_signal(sent)
    try:
        process.wait(grace_seconds)
    except subprocess.TimeoutExpired:
        kill_group(process.pid)
        process.wait()
        return False
    return True


def kill_group(pid: int) -> None:
    """Kill a process and all that it started in its group; nothing happens when it is gone."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def is_running(pid: int, naming: str) -> bool:
    """Is there a live process with this id whose command line names ``naming``? Guards against reused ids."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ")
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return False
    return naming.encode() in command and state != "Z"


def end_leftover(pid: int, naming: str, sent: signal.Signals, grace_seconds: float = 10) -> None:
    """End a process that a killed Dateline left behind, if it still is the one that ``naming`` describes."""
    if not is_running(pid, naming):
        return
    os.kill(pid, sent)
    if not wait_until(lambda: not is_running(pid, naming), grace_seconds):
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not is_running(pid, naming), grace_seconds)


def wait_until(true: Callable[[], bool], seconds: float) -> bool:
    """Look again and again until ``true()`` or the time is up; what it said last."""
    deadline = time.monotonic() + seconds
    while not (said := true()) and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
    return said


def free_port(preferred: int | None = None) -> int:
    """A loopback port that nobody listens on: the preferred one when it is free, so that addresses stay the same."""
    for port in (preferred, 0):
        if port is None:
            continue
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise EmbeddedServerError("No free port on 127.0.0.1 was found: close some programs that listen there.")


def tail(log: Path, lines: int = 12) -> str:
    """The last lines of a log, for an error's text."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return "(no log was written)"
