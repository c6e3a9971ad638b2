"""What all stages of the line share: claim a row, work, store and let go; ring for the next stage after the commit.

A stage is a function of an id. Whatever is killed at whatever moment, its row is worked on by one worker at a time
and its results are stored once (see db.claims); a message that is lost is sent again by the sweep, one that comes
twice finds nothing to do.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from celery import Task
from kombu.exceptions import OperationalError
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from db import claims
from db.claims import Claim, ClaimLostError, Table
from db.session import engine_for, session_scope
from worker.app import app
from worker.logs import about, log
from worker.settings import settings

SILENT_AGAIN = timedelta(seconds=20)  # where nothing waits in a queue, what was announced this long ago is lost
LONGEST_RETRY = timedelta(hours=6)
RINGS = {"max_retries": 2, "interval_start": 0.1, "interval_step": 0.3}  # then the sweep sends it: a bell, no more


class Stage(Task):  # type: ignore[type-arg]  # celery-types' Task takes parameters at type-checking time only
    """A task of the line: every log line inside it names the task and the ids it was called with."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the stage with its name and ids bound to the log; when the lease was lost, nothing of it was kept."""
        with about(task=self.name.rpartition(".")[2], **kwargs):
            try:
                said = self.run(*args, **kwargs)
            except ClaimLostError as lost:
                log.warning("results dropped", reason=str(lost))
                return "dropped: the lease ran out, and another worker has the row"
            (log.info if kwargs else log.debug)(
                "done", result=said
            )  # a tick takes no argument, and comes by the second
            return said


def now() -> datetime:
    """The present instant, in UTC. Everything below the tasks takes it as an argument."""
    return datetime.now(UTC)


@lru_cache(maxsize=1)
def engine() -> Engine:
    """The connections of this process, opened at first use, so after any fork."""
    return engine_for(settings().database)


@contextmanager
def transaction() -> Iterator[Session]:
    """One short transaction."""
    with session_scope(engine()) as session:
        yield session


@contextmanager
def one_statement() -> Iterator[Session]:
    """A transaction of one statement: the server begins and ends it, which spares two round trips of every poll."""
    with session_scope(_committing_by_itself(engine())) as session:
        yield session


@lru_cache(maxsize=1)
def _committing_by_itself(connections: Engine) -> Engine:
    return connections.execution_options(isolation_level="AUTOCOMMIT")  # made once: it takes half a millisecond


def claim(table: Table, row_id: int, state: str, seconds: float) -> Claim | None:
    """Take a row for the stage after ``state``, for a lease that outlives the stage's hard limit of ``seconds``."""
    try:
        return _claim(table, row_id, state, seconds)
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        # The server was restarted since the last use, and all old connections are dropped now. Should the claim have
        # been stored after all, this one finds the row taken, and its lease brings it back.
        return _claim(table, row_id, state, seconds)


def _claim(table: Table, row_id: int, state: str, seconds: float) -> Claim | None:
    with one_statement() as session:
        return claims.claim(
            session, table, row_id, state, settings().lease(seconds), now(), max_attempts=settings().max_attempts
        )


def retry_at(attempt: int, moment: datetime) -> datetime:
    """When to try again after the given attempt (1, 2, ...): exponential, with jitter so that a crowd spreads out."""
    wait = min(LONGEST_RETRY, timedelta(seconds=settings().retry_seconds) * 4.0 ** min(attempt - 1, 8))
    return moment + wait * (1 + random.random() / 4)  # noqa: S311 - jitter, no secret


def retry(held: Claim, error: str) -> str:
    """Let the row go for another try after a failure that may pass; what Flower then shows."""
    moment = now()
    with transaction() as session:
        again = claims.retry_later(
            session, held, retry_at(held.attempt, moment), error, moment, max_attempts=settings().max_attempts
        )
    return f"{'will be tried again' if again else 'failed'}: {error}"


def give_up(held: Claim, reason: str) -> str:
    """End the row as failed; what Flower then shows."""
    with transaction() as session:
        claims.give_up(session, held, reason, now())
    return f"failed: {reason}"


@contextmanager
def explaining(held: Claim, subject: str) -> Iterator[None]:
    """What the block raises unforeseen is stored as the row's last error, to be tried again, and raised for Flower."""
    try:
        yield
    except ClaimLostError:
        raise
    except Exception as error:
        said = f"{subject}: {type(error).__name__}: {error}"
        log.exception("stage failed", subject=subject)
        retry(held, said)
        raise


def ring(task: str, *, label: str = "", countdown: float | None = None, **ids: int | list[int]) -> None:
    """Send the message that a row is due; call it after the commit. A failure is logged: the sweep sends it again.

    Args:
        task: name of the stage.
        label: words that Flower shows beside the ids, such as a URL.
        countdown: seconds to wait, for less than a tick.
        **ids: the stage's arguments.
    """
    shown = ", ".join(f"{name}={value}" for name, value in ids.items())
    try:
        app.send_task(
            task, kwargs=ids, countdown=countdown, kwargsrepr=f"{shown} {label}"[:200].strip(), retry_policy=RINGS
        )
    except OperationalError as error:
        log.warning("could not ring; the sweep will", task=task, error=str(error), **ids)


def task_id() -> UUID | None:
    """The id that Flower shows for the running task, for the rows it writes; None outside a worker."""
    running = app.current_task
    return UUID(running.request.id) if running is not None and running.request.id else None
