"""Flower without its levers, and with every queue: nothing here stops a worker, sends a task or ends one.

Whoever knows Flower's password could otherwise have any task run with any arguments. Celery's own tools, on a machine
that holds the broker's password, still can.
"""

from __future__ import annotations

import sys

from celery.__main__ import main as celery
from flower import urls  # type: ignore[import-untyped]  # publishes no types
from flower.views import BaseHandler  # type: ignore[import-untyped]
from tornado.web import RequestHandler


def take_levers_off() -> None:
    """Take out of Flower's routes each part of its interface for programs that changes something."""
    urls.handlers[:] = [route for route in urls.handlers if not _is_lever(route)]


def _is_lever(route: object) -> bool:
    # Pages are named routes; what programs call stands in plain pairs of path and handler.
    if not isinstance(route, tuple) or not route[0].startswith("/api/"):
        return False
    handler: type[RequestHandler] = route[1]
    return handler.post is not RequestHandler.post


def show_every_queue() -> None:
    """Let Flower's page of the broker list all queues of the line, in the order of the line.

    Left alone it lists those of the workers that answered it in time: not that of a worker which is just starting, nor
    one that nobody serves, which is the very thing to be seen there.
    """
    BaseHandler.get_active_queue_names = lambda page: [queue.name for queue in page.capp.conf.task_queues]


if __name__ == "__main__":
    take_levers_off()
    show_every_queue()
    sys.exit(celery())
