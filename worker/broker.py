"""Celery's way to Redis, with one client a channel.

kombu makes a client anew for every command, which copies a table of some 170 parsers of answers: a quarter of the
processor time of sending a message, and as much again in a worker for taking one, acknowledging it and telling Flower.
"""

from __future__ import annotations

from typing import Any

from kombu.transport import redis


class Channel(redis.Channel):
    """A channel that keeps its client for as long as it keeps the connections that the client uses."""

    _kept: Any = None

    def _create_client(self, asynchronous: bool = False) -> Any:  # noqa: FBT001, FBT002 - kombu's own signature
        if asynchronous:
            return super()._create_client(asynchronous=True)  # type: ignore[misc]  # the stubs lack it
        if self._kept is None or self._kept.connection_pool is not self.pool:  # after a fork, or a lost connection
            self._kept = super()._create_client()  # type: ignore[misc]
        return self._kept


def keep_clients() -> None:
    """Let every connection to Redis of this process use the channel above.

    A transport of our own under another name would do as well, but for Flower, which tells a broker by that name.
    """
    redis.Transport.Channel = Channel
