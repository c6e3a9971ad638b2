"""What one fetch may take: time, bytes, redirects."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """What one fetch may take."""

    connect_seconds: float = 5.0  # to resolve, and to reach each address: a host that needs more is down
    read_seconds: float = 15.0  # between two pieces of an answer: slow servers think for some seconds
    total_seconds: float = 30.0  # for everything, redirects included; the task's lease is built on it
    max_bytes: int = 10 * 1024 * 1024  # of a body after decompression; the largest news pages have some MB
    max_redirects: int = 10  # what browsers' predecessors allowed was 5; consent and login chains take up to 8
