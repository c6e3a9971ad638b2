"""Asking only for what is new: which validators to send, and what an answer teaches about them.

Sources: RFC 9110, 8.8 (validators), 13 (conditional requests), 15.4 (redirects). All pure: old state, new data and
``now`` in, an immutable decision out.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from worker.records import FeedState, FetchClass, Fetched, Validators
from worker.urls import has_login, is_same_over_https

UNCONDITIONAL_EVERY: Final = timedelta(days=1)
"""Once a day a feed is asked for without validators: a server that lies about its version is found out within a day."""

MOVED_AFTER: Final = timedelta(days=7)
"""How long a permanent redirect must hold before its target replaces the address: a week outlasts a mistake."""

_PERMANENT_REDIRECTS: Final = frozenset({301, 308})
_NONE: Final = Validators()


@dataclass(frozen=True, slots=True)
class AfterFetch:
    """What one fetch changes of a feed's state; every field is the new value to be stored."""

    validators: Validators
    validators_trusted: bool
    body_sha256: bytes | None
    body_changed: bool  # True: there are bytes to be read that were not read before
    unconditional_at: datetime | None
    permanent_redirect_to: str | None
    permanent_redirect_since: datetime | None
    move_to: str | None  # the address that replaces the feed's own from now on; None: it stays
    note: str | None  # a sentence for the log when something was learnt: a lie found out, a move


def request_validators(state: FeedState, now: datetime) -> Validators:
    """Choose the validators to send with the next GET of a feed.

    Returns:
        The exact strings the server gave; none when it was caught lying, when the daily unconditional GET is due, or
        when we hold no body that a 304 could refer to.
    """
    if not state.validators_trusted or state.body_sha256 is None:
        return _NONE
    if state.unconditional_at is None or now - state.unconditional_at >= UNCONDITIONAL_EVERY:
        return _NONE
    return state.validators


def after_fetch(state: FeedState, fetched: Fetched, now: datetime, *, sent: Validators | None = None) -> AfterFetch:
    """Decide what an answer changes of a feed's validators, hash and address.

    Args:
        state: The feed as it was before the fetch.
        fetched: The answer, errors included.
        now: The present, timezone-aware.
        sent: The validators that were sent; None when they were what :func:`request_validators` gave at the time the
            fetch started.

    Returns:
        The new values. An error changes nothing but what a redirect may teach.
    """
    sent = request_validators(state, fetched.started_at) if sent is None else sent
    validators, trusted, note = _validators_after(state, fetched)
    brought = fetched.outcome is FetchClass.OK
    redirect_to, since = _permanent_redirect(state, fetched, now)
    move_to, move_note = _move(state, fetched, redirect_to, since, now)
    return AfterFetch(
        validators=validators,
        validators_trusted=trusted,
        body_sha256=fetched.sha256 if brought else state.body_sha256,
        body_changed=brought and fetched.sha256 != state.body_sha256,
        unconditional_at=now if brought and sent == _NONE else state.unconditional_at,
        permanent_redirect_to=None if move_to and move_to == redirect_to else redirect_to,
        permanent_redirect_since=None if move_to and move_to == redirect_to else since,
        move_to=move_to,
        note=note or move_note,
    )


def _validators_after(state: FeedState, fetched: Fetched) -> tuple[Validators, bool, str | None]:
    old, new = state.validators, fetched.validators
    if fetched.outcome is FetchClass.NOT_MODIFIED:
        # RFC 9111, 4.3.4: a 304 updates the headers that it carries and leaves the others.
        return Validators(new.etag or old.etag, new.last_modified or old.last_modified), state.validators_trusted, None
    if fetched.outcome is not FetchClass.OK:
        return old, state.validators_trusted, None
    if state.validators_trusted and _is_lie(state, fetched):
        return (
            new,
            False,
            f"{state.url} changed its body under an unchanged validator; it is asked without validators from now on.",
        )
    return new, state.validators_trusted, None


def _is_lie(state: FeedState, fetched: Fetched) -> bool:
    if state.body_sha256 is None or fetched.sha256 == state.body_sha256:
        return False
    old, new = state.validators, fetched.validators
    # RFC 9110, 13.2.2: with an entity tag given, a server compares nothing else.
    if old.etag or new.etag:
        return old.etag == new.etag
    return old.last_modified is not None and old.last_modified == new.last_modified


def _permanent_redirect(state: FeedState, fetched: Fetched, now: datetime) -> tuple[str | None, datetime | None]:
    if fetched.outcome not in {FetchClass.OK, FetchClass.NOT_MODIFIED}:
        return state.permanent_redirect_to, state.permanent_redirect_since
    if not fetched.hops or any(hop.status not in _PERMANENT_REDIRECTS for hop in fetched.hops):
        return None, None
    if state.permanent_redirect_to == fetched.final_url and state.permanent_redirect_since is not None:
        return fetched.final_url, state.permanent_redirect_since
    return fetched.final_url, now


def _move(
    state: FeedState, fetched: Fetched, redirect_to: str | None, since: datetime | None, now: datetime
) -> tuple[str | None, str | None]:
    if fetched.outcome not in {FetchClass.OK, FetchClass.NOT_MODIFIED}:
        return None, None
    if has_login(state.url):
        # A redirect's target never carries the login, so a feed that needs one stays where its user put it.
        return None, None
    # A parse failure counts as a failure of the feed, so none in a row means that what the target serves parses.
    if redirect_to and since and now - since >= MOVED_AFTER and state.failures == 0:
        return (
            redirect_to,
            f"{state.url} has redirected permanently to {redirect_to} since {since:%Y-%m-%d}; it moves there.",
        )
    first = fetched.hops[0] if fetched.hops else None
    if first and first.status in _PERMANENT_REDIRECTS and is_same_over_https(state.url, first.location):
        return first.location, f"{state.url} is served over https at the same address; it moves there at once."
    return None, None
