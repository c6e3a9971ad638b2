"""Flower without its levers: every page and figure, and nothing that stops a worker, sends a task or ends one.

Whoever knows Flower's password could otherwise have any task run with any arguments. Celery's own tools, on a machine
that holds the broker's password, still can.
"""

from __future__ import annotations

import sys

from celery.__main__ import main as celery
from flower import urls  # type: ignore[import-untyped]  # publishes no types
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


if __name__ == "__main__":
    take_levers_off()
    sys.exit(celery())
