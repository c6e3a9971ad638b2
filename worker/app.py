"""The Celery application: two queues, one schedule, and the settings without which work could be lost.

State lives in PostgreSQL and the queue is only a bell, so a lost message costs a sweep and a doubled one nothing.
What is set here keeps the bell quick and the processes mortal. The order that must hold, and is tested: a stage's
time limit < its lease < the broker's visibility timeout; the socket timeout > the broker's blocking read.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import redis
from celery import Celery
from celery.beat import Scheduler
from celery.signals import heartbeat_sent, setup_logging
from kombu import Queue

from worker import logs
from worker.broker import keep_clients
from worker.settings import Settings, settings

NET, CPU = "net", "cpu"
CLOCK = "clock"  # ticks have a queue of their own, which network workers serve too: no backlog holds them up
NIGHT = "night"  # likewise what is done at night, which cpu workers serve: it computes, and a thread cannot be ended

FETCH_SECONDS = 35  # the client's own total of 30 s, and time to store
READ_FEED_SECONDS = 10  # a feed of 5 MiB takes about 2 s
READ_ARTICLE_SECONDS = 20  # the slowest page measured took 2.4 s
EXTRACT_SECONDS = 30  # the coder's own budget ends far earlier
UPKEEP_SECONDS = 120


VISIBILITY_SECONDS = 300  # after this an unacknowledged message is given to somebody else
BLOCKING_READ_SECONDS = 1  # kombu's brpop, `polling_interval`

ROUTES = {
    "tasks.poll.poll_due_feeds": CLOCK,
    "tasks.poll.poll_feed": NET,
    "tasks.poll.poll_feeds": NET,
    "tasks.poll.read_feed": CPU,
    "tasks.fetch.fetch_article": NET,
    "tasks.read.read_article": CPU,
    "tasks.extract.extract_events": CPU,
    "tasks.upkeep.requeue_stalled": CLOCK,
    "tasks.upkeep.refresh_counts": CLOCK,
    "tasks.upkeep.prune": CLOCK,
    "tasks.upkeep.tend_stories": NIGHT,
}


def configuration(chosen: Settings) -> dict[str, Any]:
    """Celery's configuration for these settings; docs/operations.md explains each line that matters to a user."""
    return {
        "broker_url": chosen.redis,
        "result_backend": None,
        "task_ignore_result": True,
        "task_serializer": "json",
        "accept_content": ["json"],
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,  # bounded by the attempts counted in the database
        "worker_prefetch_multiplier": 1,
        "task_track_started": True,
        "worker_send_task_events": True,
        "task_send_sent_event": True,
        "task_queues": [Queue(name) for name in (CLOCK, NET, CPU, NIGHT)],
        "task_default_queue": NET,
        "task_create_missing_queues": False,
        "task_routes": {name: {"queue": queue} for name, queue in ROUTES.items()},
        "broker_transport_options": {
            "visibility_timeout": VISIBILITY_SECONDS,
            "unacked_restore_interval": 15,  # defaults take 100 s to give back what a dead worker held
            "unacked_restore_throttle": 1,
            "socket_timeout": 30,
            "socket_connect_timeout": 5,
            "socket_keepalive": True,
            "health_check_interval": 25,
        },
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        # What runs when the broker is lost ends well: its row is in the database, and its message, which comes again,
        # then finds nothing to do. Cancelled, the row would wait for its lease to run out.
        "worker_cancel_long_running_tasks_on_connection_loss": False,
        "worker_soft_shutdown_timeout": 20,
        "worker_consumer": "worker.consumer:PatientConsumer",
        "worker_max_tasks_per_child": 500,
        "worker_max_memory_per_child": 400_000,  # kB; a child that grew past it is replaced after its task
        "worker_hijack_root_logger": False,
        "beat_schedule": schedule(chosen),
        "timezone": "UTC",
    }


def schedule(chosen: Settings) -> dict[str, dict[str, Any]]:
    """What beat rings for, and how often in seconds; a tick that waited longer than its period is dropped."""
    every = {
        "tasks.poll.poll_due_feeds": chosen.tick_seconds,
        "tasks.upkeep.requeue_stalled": chosen.sweep_seconds,
        "tasks.upkeep.refresh_counts": 300.0,  # five minutes behind is near enough for a count by day
        "tasks.upkeep.prune": 600.0,  # beat keeps no state: a long period would start anew with every restart
        "tasks.upkeep.tend_stories": 600.0,  # likewise; the database knows whether tonight's pass was done
    }
    return {
        name: {"task": name, "schedule": seconds, "options": {"expires": max(seconds, 1.0)}}
        for name, seconds in every.items()
    }


BROKER_ERRORS = (redis.RedisError, OSError)


@lru_cache(maxsize=1)
def broker() -> redis.Redis:
    """A client of the broker's server, for the turns at hosts that all workers share (worker.fetch.slots)."""
    return redis.Redis.from_url(settings().redis, socket_timeout=5, socket_connect_timeout=5, health_check_interval=25)


def is_silent(queue: str) -> bool:
    """Is nothing waiting in a queue? Then a row that was announced and not taken has lost its message."""
    return int(broker().llen(queue)) == 0  # kombu keeps a queue as a list of its name


class Ticking(Scheduler):
    """Celery's scheduler without its file, since a tick missed or doubled does no harm; it shows that it lives."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Ring for what is due; seconds until the next look."""
        _show_life()
        return float(super().tick(*args, **kwargs))


@heartbeat_sent.connect
def _show_life(**_: object) -> None:
    """Touch the file that a container's health check looks at."""
    if (file := settings().heartbeat) is not None:
        file.touch()


@setup_logging.connect
def _configure_logging(**_: object) -> None:
    logs.configure(settings().log_level, settings().log_format)


# Network workers never load what reads and computes: that would take half as much memory again.
NETWORK_STAGES = ("tasks.poll", "tasks.fetch", "tasks.upkeep")
READING_STAGES = (
    "tasks.enter",
    "tasks.read",
    "tasks.extract",
    "tasks.nights",
)  # a cpu worker is started with these besides

keep_clients()
app = Celery("dateline", include=NETWORK_STAGES)
app.add_defaults(lambda: configuration(settings()))
