"""Celery's way to Redis: one client a channel, and a new one when its connections are new."""

from __future__ import annotations

from kombu import Connection

from worker.broker import Channel, keep_clients


def test_a_channel_keeps_its_client_for_as_long_as_its_connections(redis_url: str) -> None:
    keep_clients()
    with Connection(redis_url) as connection:
        channel = connection.default_channel
        assert isinstance(channel, Channel)
        with channel.conn_or_acquire() as first, channel.conn_or_acquire() as second:
            assert first is second
            assert first.ping()
        channel._disconnect_pools()  # as kombu does after a fork
        with channel.conn_or_acquire() as anew:
            assert anew is not first
            assert anew.ping()
