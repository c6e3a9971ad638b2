"""Logs that a person and a machine can read: structlog, as JSON lines or, on a terminal, as coloured lines.

Bind what a line is about (``feed``, ``article``, ``task``) with :func:`about`, so that every line inside says it.
"""

from __future__ import annotations

import logging
import sys
from typing import Literal

import structlog
from structlog.contextvars import bound_contextvars as about

__all__ = ["about", "configure", "log"]

log: structlog.stdlib.BoundLogger = structlog.get_logger()


def configure(level: str = "INFO", form: Literal["auto", "json", "console"] = "auto") -> None:
    """Send structlog's and the standard library's logs to standard error in one form.

    Args:
        level: least level that is shown.
        form: ``json``, ``console``, or ``auto`` (console where standard error is a terminal).
    """
    readable = form == "console" or (form == "auto" and sys.stderr.isatty())
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="%H:%M:%S" if readable else "iso", utc=not readable),
        structlog.stdlib.PositionalArgumentsFormatter(),
    ]
    last: structlog.types.Processor = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
        if readable
        else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    before = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    errors: list[structlog.types.Processor] = [] if readable else [structlog.processors.format_exc_info]
    formatter = structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[*before, *errors, last])
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("celery.worker.strategy", "celery.app.trace", "celery.beat"):  # every task is logged by its stage
        logging.getLogger(noisy).setLevel("WARNING")
    logging.getLogger("alembic").setLevel("WARNING")
