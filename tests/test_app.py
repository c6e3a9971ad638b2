"""The Celery application: the order of time limits that must hold, and queues that Flower can show."""

from __future__ import annotations

import pytest

from worker import app as line
from worker.settings import Settings, settings

SETTINGS = Settings(redis_url="redis://localhost:6379/0")
CONFIGURATION = line.configuration(SETTINGS)
STAGES = (line.FETCH_SECONDS, line.READ_FEED_SECONDS, line.READ_ARTICLE_SECONDS, line.EXTRACT_SECONDS)


def test_a_time_limit_ends_before_its_lease_and_a_lease_before_redelivery() -> None:
    for seconds in STAGES:
        lease = SETTINGS.lease(seconds).total_seconds()
        assert seconds < lease < CONFIGURATION["broker_transport_options"]["visibility_timeout"]


def test_the_client_gives_up_before_its_task_is_ended() -> None:
    assert SETTINGS.total_seconds < line.FETCH_SECONDS


def test_the_socket_waits_longer_than_a_blocking_read() -> None:
    assert CONFIGURATION["broker_transport_options"]["socket_timeout"] > line.BLOCKING_READ_SECONDS


def test_every_task_has_its_queue_and_every_tick_its_task(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_REDIS_URL", redis_url)
    settings.cache_clear()
    queues = {queue.name for queue in CONFIGURATION["task_queues"]}
    line.app.loader.import_default_modules()
    for module in line.READING_STAGES:
        line.app.loader.import_task_module(module)
    named = {name for name in line.app.tasks if name.startswith("tasks.")}
    assert named == set(line.ROUTES)
    assert set(line.ROUTES.values()) == queues
    assert line.ROUTES["tasks.upkeep.requeue_stalled"] not in {line.NET, line.CPU}, "no backlog may hold up the sweep"
    assert {entry["task"] for entry in CONFIGURATION["beat_schedule"].values()} <= named


def test_network_stages_and_parsing_stages_never_share_a_queue() -> None:
    parses = {"tasks.poll.read_feed", "tasks.read.read_article", "tasks.extract.extract_events"}
    assert {name for name, queue in line.ROUTES.items() if queue == line.CPU} == parses


def test_nothing_is_kept_in_the_broker_and_nothing_but_json_travels() -> None:
    assert CONFIGURATION["result_backend"] is None
    assert CONFIGURATION["task_ignore_result"]
    assert CONFIGURATION["accept_content"] == ["json"]
