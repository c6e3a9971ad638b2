"""What Flower is told: in packets, and all of it."""

from __future__ import annotations

import time

from celery.worker.consumer import Consumer
from kombu.asynchronous import Hub

from worker.app import configuration
from worker.consumer import PatientConsumer
from worker.settings import Settings


class _Told:
    """Stands for Celery's dispatcher: counts how often it is told to publish what it holds."""

    def __init__(self) -> None:
        self.times = 0

    def flush(self) -> None:
        self.times += 1


def test_events_of_a_moment_are_published_together_and_later_ones_again() -> None:
    consumer, told = PatientConsumer.__new__(PatientConsumer), _Told()
    consumer.hub, consumer.event_dispatcher = Hub(), told
    for rounds in (1, 2):
        for _ in range(50):
            consumer.on_send_event_buffered()
        assert told.times == rounds - 1
        end = time.monotonic() + 120
        while told.times < rounds and time.monotonic() < end:
            consumer.hub.fire_timers()
            time.sleep(0.01)
        assert told.times == rounds


def test_workers_use_it_and_celery_still_calls_what_it_overrides() -> None:
    chosen = Settings(database_url="postgresql://here/db", redis_url="redis://here/0")
    assert configuration(chosen)["worker_consumer"] == f"{PatientConsumer.__module__}:{PatientConsumer.__name__}"
    assert callable(Consumer.on_send_event_buffered)
    assert callable(Consumer._flush_events)
