"""A Celery worker's consumer that tells Flower in packets what its tasks do.

Celery publishes the events of a task (received, started, succeeded) as soon as they come, each by itself as a rule:
more than a third of what a worker's parent did. Named in the setting ``worker_consumer``, so only workers load it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from celery.worker.consumer import Consumer

TOLD_AFTER_SECONDS = 0.25
"""How long an event may wait for others: on a page that is loaded anew every few seconds nobody sees the difference."""


class PatientConsumer(Consumer):
    """Publishes events four times a second, or as soon as there are as many as Celery's dispatcher holds (24)."""

    hub: Any  # kombu's event loop, and a method of Celery's: both lacking in the stubs
    _flush_events: Callable[[], None]
    _is_due = False

    def on_send_event_buffered(self) -> None:  # type: ignore[override]  # the stubs take it for an attribute
        """Have what gathers from now on published in a moment; called for each event, also by threads."""
        if self.hub and not self._is_due:
            self._is_due = True
            self.hub.call_later(TOLD_AFTER_SECONDS, self._tell)

    def _tell(self) -> None:
        self._is_due = False  # first: what comes while it publishes has a turn of its own
        self._flush_events()
