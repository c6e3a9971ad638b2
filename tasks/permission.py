"""What a host's robots.txt and tdmrep.json say of a page: each asked once a day, at the host's pace, and kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple, replace

from sqlalchemy.orm import Session

from db import payloads
from tasks import asking, stage
from tasks.journey import Journey
from tasks.stage import one_statement, transaction
from worker.fetch import reservations, robots
from worker.fetch.robots import RobotsFile, RobotsVerdict, verdict
from worker.fetch.slots import Wait
from worker.records import FetchClass, Fetched
from worker.settings import settings
from worker.urls import is_fetchable, origin_of, registered_domain

NOT_ASKED = "robots.txt is not asked (DATELINE_OBEY_ROBOTS)."


def may_fetch(url: str) -> RobotsVerdict | Wait:
    """Say whether a page may be fetched, asking its host's files first where they are not known.

    Returns:
        What robots.txt says; a wait when the host's turn for one of the files comes later.
    """
    told, reserved = _known(url)
    if told is None:
        if (wait := _ask(robots.robots_url(url), lambda: _known(url)[0] is not None, _keep_robots)) is not None:
            return wait
        told, reserved = _known(url)
    if told is None:  # it was kept a moment ago, and somebody deleted it
        return Wait(stage.now())
    if told.allowed and reserved is None:
        return _ask_reservations(url) or told
    return told


def known_rules(url: str) -> RobotsVerdict | None:
    """What the host's robots.txt says of a page; None while one of the host's files must be asked first."""
    told, reserved = _known(url)
    return None if told is not None and told.allowed and reserved is None else told


def with_reservation(fetched: Fetched) -> Fetched:
    """What a page's host reserves in its tdmrep.json, as the page's own header would say it.

    A header stands above the file (TDM Reservation Protocol, "Processing priority"), so one that is there stays.
    """
    if reservations.HEADER in fetched.headers:
        return fetched
    _, text = _known(fetched.final_url)
    if not text or not reservations.is_reserved(text, fetched.final_url):
        return fetched
    return replace(fetched, headers={**fetched.headers, reservations.HEADER: "1"})


def _known(url: str) -> tuple[RobotsVerdict | None, str | None]:
    """What robots.txt says of a page, and the host's tdmrep.json; None of either that is to be asked first."""
    if not settings().obey_robots:
        return RobotsVerdict(allowed=True, crawl_delay=None, reason=NOT_ASKED), ""
    with one_statement() as session:
        known, text = payloads.load_host_files(session, origin_of(url), stage.now())
    return verdict(RobotsFile(*astuple(known)), url, asking.AGENT) if known is not None else None, text


def _ask_reservations(url: str) -> Wait | None:
    where = reservations.reservations_url(url)
    told, _ = _known(where)
    if told is not None and not told.allowed:  # a file that robots may not read is none for them
        unread = reservations.unread(stage.now())
        with transaction() as session:
            payloads.store_reservations(session, origin_of(url), payloads.StoredReservations(*astuple(unread)))
        return None
    pause = told.crawl_delay if told is not None else None
    return _ask(where, lambda: _known(url)[1] is not None, _keep_reservations, pause, _stays_with)


def _ask(
    where: str,
    is_known: Callable[[], bool],
    keep: Callable[[Session, Fetched], None],
    spacing: float | None = None,
    leads_away: Callable[[str, str], tuple[FetchClass, str] | None] = lambda *_: None,
) -> Wait | None:
    """Fetch one of a host's files and keep it; a wait when the host's turn comes later."""
    with Journey(f"file:{where}") as journey:
        if (wait := journey.begin(where, stage.now(), spacing=spacing)) is not None:
            return wait
        # Whoever had the turn before may have asked already: it is stored before the turn is given back.
        if is_known():
            return None
        fetched = asking.client().get(
            where,
            accept=asking.ROBOTS_TYPES,
            may_follow=lambda target: leads_away(where, target) or journey.may_follow(target),
        )
        if journey.delayed is not None:
            return Wait(journey.delayed.until)
        asking.note_trouble(fetched, stage.now())
        with transaction() as session:
            payloads.store_fetch(session, payloads.Subject(), fetched, new_bytes=True)
            keep(session, fetched)
    return None


def _stays_with(where: str, target: str) -> tuple[FetchClass, str] | None:
    """End a redirect to somebody else, whom nothing was asked about yet and who reserves for pages of his own."""
    if not is_fetchable(target) or registered_domain(target) == registered_domain(where):
        return None
    return FetchClass.REFUSED, f"{where} leads to {target}, which is another site's."


def _keep_robots(session: Session, fetched: Fetched) -> None:
    file = robots.file_from(fetched)
    payloads.store_robots(session, origin_of(fetched.url), payloads.StoredRobots(*astuple(file)))


def _keep_reservations(session: Session, fetched: Fetched) -> None:
    file = reservations.file_from(fetched)
    payloads.store_reservations(session, origin_of(fetched.url), payloads.StoredReservations(*astuple(file)))
