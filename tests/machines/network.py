"""Machines on one computer: each a network namespace with a wire to here, and a name of its own.

The servers listen on loopback, which no other machine reaches, so a relay stands on an address that all of them do.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

SUBNET = "10.77"  # of RFC 1918, refused by default, allowed by the test
TICKS = os.sysconf("SC_CLK_TCK")


def _ip(*words: str) -> str:
    return subprocess.run(["ip", *words], check=True, capture_output=True, text=True).stdout


def can_be_made() -> bool:
    """May this process make network namespaces? Needs root, iproute2 and a kernel that lets containers do it."""
    if os.geteuid() or not shutil.which("ip") or not shutil.which("unshare"):
        return False
    name = f"dateline-probe-{os.getpid()}"
    try:
        _ip("netns", "add", name)
        _ip("link", "add", f"dlp{os.getpid()}", "type", "veth", "peer", "name", "eth0", "netns", name)
    except subprocess.CalledProcessError:
        return False
    finally:
        subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)
    return True


@dataclass
class Machine:
    """A machine that runs processes of the line."""

    name: str
    number: int
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def _wire(self) -> str:
        return f"dl{self.number}"

    def plug_in(self) -> None:
        _ip("netns", "add", self.name)
        _ip("link", "add", self._wire, "type", "veth", "peer", "name", "eth0", "netns", self.name)
        _ip("addr", "add", f"{SUBNET}.{self.number}.1/24", "dev", self._wire)
        _ip("link", "set", self._wire, "up")
        _ip("-n", self.name, "link", "set", "lo", "up")
        _ip("-n", self.name, "addr", "add", f"{SUBNET}.{self.number}.2/24", "dev", "eth0")
        self._up()

    def _up(self) -> None:
        _ip("-n", self.name, "link", "set", "eth0", "up")
        _ip("-n", self.name, "route", "replace", "default", "via", f"{SUBNET}.{self.number}.1")

    def cut_off(self) -> None:
        """Pull the plug: nothing goes in or out, and nobody is told."""
        _ip("-n", self.name, "link", "set", "eth0", "down")

    def come_back(self) -> None:
        self._up()

    def run(self, *words: str, environment: Mapping[str, str], log: Path) -> None:
        """Start ``dateline WORDS`` here."""
        command = [
            "ip", "netns", "exec", self.name, "unshare", "--uts", "sh", "-c", 'hostname "$0" && exec "$@"', self.name,
            sys.executable, "-m", "worker.cli", *words,
        ]  # fmt: skip
        with log.open("ab") as out:
            started = subprocess.Popen(command, env=dict(environment), stdout=out, stderr=out, start_new_session=True)
        self.processes.append(started)

    def cpu_seconds(self) -> float:
        """Processor time of the processes that run here, their children's included."""
        groups = {process.pid for process in self.processes}
        spent = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                fields = stat.read_text().rpartition(")")[2].split()
                if int(fields[2]) in groups:
                    spent += int(fields[11]) + int(fields[12])
        return spent / TICKS

    def take_away(self) -> None:
        for process in self.processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        subprocess.run(["ip", "netns", "del", self.name], check=False, capture_output=True)


def _blocks_in_use() -> set[int]:
    """Third numbers of the subnet's addresses that this computer has, after what killed runs left was taken away."""
    for namespace in json.loads(_ip("-j", "netns", "list") or "[]"):
        _, _, owner = namespace["name"].partition("dl-")
        if owner and not _lives(owner.partition("-")[0]):
            _ip("netns", "del", namespace["name"])
    blocks = set()
    for interface in json.loads(_ip("-j", "-4", "addr", "show")):
        for address in interface["addr_info"]:
            _, _, owner = address.get("label", "").partition("lo:")
            if owner.isdigit() and not _lives(owner):
                _ip("addr", "del", f"{address['local']}/32", "dev", "lo")
            elif address.get("local", "").startswith(f"{SUBNET}."):
                blocks.add(int(address["local"].split(".")[2]))
    return blocks


def _lives(process: str) -> bool:
    return Path("/proc", process).exists()


@contextlib.contextmanager
def machines(count: int) -> Iterator[list[Machine]]:
    """So many machines, until the block ends."""
    taken = _blocks_in_use()
    # Other runs of the tests, beside this one or killed before it, have wires of their own.
    starts = (1 + (os.getpid() + step) % 60 * 4 for step in range(60))
    first = next(start for start in starts if taken.isdisjoint(range(start, start + count)))
    made = [Machine(f"dl-{os.getpid()}-{number}", first + number) for number in range(count)]
    try:
        for machine in made:
            machine.plug_in()
        yield made
    finally:
        for machine in made:
            machine.take_away()


@contextlib.contextmanager
def addresses(*ends: str) -> Iterator[list[str]]:
    """Addresses of this computer that all machines reach; ``ends`` are their last numbers."""
    taken = _blocks_in_use()
    block = next(block for block in range(250, 241, -1) if block not in taken)
    given = [f"{SUBNET}.{block}.{end}" for end in ends]
    added = []
    try:
        for address in given:
            _ip("addr", "add", f"{address}/32", "dev", "lo", "label", f"lo:{os.getpid()}")
            added.append(address)
        yield given
    finally:
        for address in added:
            subprocess.run(["ip", "addr", "del", f"{address}/32", "dev", "lo"], check=False, capture_output=True)


@contextlib.contextmanager
def relay(address: str, *ports: int) -> Iterator[None]:
    """Pass on what comes to ports of an address to the same ports of loopback."""
    listeners = [socket.create_server((address, port), backlog=100) for port in ports]
    for listener in listeners:
        threading.Thread(target=_accept, args=(listener,), daemon=True).start()
    try:
        yield
    finally:
        for listener in listeners:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()


def _accept(listener: socket.socket) -> None:
    while True:
        try:
            here, _ = listener.accept()
            there = socket.create_connection(("127.0.0.1", listener.getsockname()[1]))
        except OSError:
            return
        threading.Thread(target=_join, args=(here, there), daemon=True).start()


def _join(here: socket.socket, there: socket.socket) -> None:
    with here, there:
        back = threading.Thread(target=_pass_on, args=(there, here), daemon=True)
        back.start()
        _pass_on(here, there)
        back.join()


def _pass_on(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    for end in (source, sink):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
