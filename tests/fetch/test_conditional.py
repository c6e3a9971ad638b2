"""Conditional requests: which validators go out, what an answer teaches."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from worker.fetch.conditional import MOVED_AFTER, UNCONDITIONAL_EVERY, AfterFetch, after_fetch, request_validators
from worker.records import FeedState, FetchClass, Fetched, Hop, Validators

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
URL = "http://example.org/feed"
OLD, NEW = b"o" * 32, b"n" * 32
ETAG = Validators(etag='W/"a"')
DATE = Validators(last_modified="Sun, 01 Mar 2026 00:00:00 GMT")
STATE = FeedState(1, URL, validators=ETAG, body_sha256=OLD, unconditional_at=NOW - timedelta(hours=1))


def fetched(
    outcome: FetchClass = FetchClass.OK,
    sha: bytes = OLD,
    validators: Validators = ETAG,
    hops: tuple[Hop, ...] = (),
    final: str = URL,
) -> Fetched:
    return Fetched(
        URL,
        final,
        outcome,
        "",
        NOW,
        1,
        sha256=sha if outcome is FetchClass.OK else b"",
        validators=validators,
        hops=hops,
    )


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (STATE, ETAG),
        (replace(STATE, validators_trusted=False), Validators()),
        (replace(STATE, body_sha256=None), Validators()),
        (replace(STATE, unconditional_at=None), Validators()),
        (replace(STATE, unconditional_at=NOW - UNCONDITIONAL_EVERY), Validators()),
        (replace(STATE, unconditional_at=NOW - UNCONDITIONAL_EVERY + timedelta(seconds=1)), ETAG),
    ],
)
def test_validators_go_out_unless_there_is_a_reason(state: FeedState, expected: Validators) -> None:
    assert request_validators(state, NOW) == expected


@pytest.mark.parametrize(
    ("old", "answer", "validators", "trusted", "changed"),
    [
        # a new body with a new validator, and the same body with a new one: the new one is stored
        (ETAG, fetched(sha=NEW, validators=Validators('"b"')), Validators('"b"'), True, True),
        (ETAG, fetched(sha=OLD, validators=Validators('"b"')), Validators('"b"'), True, False),
        # a 304 updates what it carries and leaves the rest (RFC 9111, 4.3.4)
        (ETAG, fetched(FetchClass.NOT_MODIFIED, validators=Validators('"c"')), Validators('"c"'), True, False),
        (ETAG, fetched(FetchClass.NOT_MODIFIED, validators=Validators()), ETAG, True, False),
        (
            ETAG,
            fetched(FetchClass.NOT_MODIFIED, validators=DATE),
            Validators(ETAG.etag, DATE.last_modified),
            True,
            False,
        ),
        # the body changed under the same validator: a lie
        (ETAG, fetched(sha=NEW, validators=ETAG), ETAG, False, True),
        (DATE, fetched(sha=NEW, validators=DATE), DATE, False, True),
        # with an entity tag given, the date does not count
        (
            Validators('"a"', "x"),
            fetched(sha=NEW, validators=Validators('"b"', "x")),
            Validators('"b"', "x"),
            True,
            True,
        ),
        # no validators at all is no lie
        (Validators(), fetched(sha=NEW, validators=Validators()), Validators(), True, True),
        # an error teaches nothing
        (ETAG, fetched(FetchClass.SERVER_ERROR, validators=Validators('"e"')), ETAG, True, False),
    ],
)
def test_what_an_answer_teaches(
    old: Validators, answer: Fetched, validators: Validators, trusted: bool, changed: bool
) -> None:
    after = after_fetch(replace(STATE, validators=old), answer, NOW)
    assert (after.validators, after.validators_trusted, after.body_changed) == (validators, trusted, changed)
    assert after.body_sha256 == (answer.sha256 or OLD)
    assert (after.note is None) is trusted


def test_the_first_body_is_new_and_no_lie() -> None:
    after = after_fetch(FeedState(1, URL, validators=ETAG), fetched(sha=NEW), NOW)
    assert (after.body_changed, after.validators_trusted, after.unconditional_at) == (True, True, NOW)


def test_distrust_lasts() -> None:
    after = after_fetch(replace(STATE, validators_trusted=False), fetched(sha=NEW, validators=Validators('"b"')), NOW)
    assert after.validators_trusted is False


@pytest.mark.parametrize(
    ("sent", "outcome", "expected"),
    [
        (Validators(), FetchClass.OK, NOW),
        (ETAG, FetchClass.OK, STATE.unconditional_at),
        (Validators(), FetchClass.TIMEOUT, STATE.unconditional_at),
    ],
)
def test_an_unconditional_get_counts_when_it_brought_a_body(
    sent: Validators, outcome: FetchClass, expected: datetime
) -> None:
    assert after_fetch(STATE, fetched(outcome), NOW, sent=sent).unconditional_at == expected


THERE = "https://new.example/feed"
SECURE = "https://example.org/feed"


def redirected(*statuses: int, to: str = THERE) -> Fetched:
    return fetched(hops=tuple(Hop(URL, status, to) for status in statuses), final=to)


def moved(state: FeedState, answer: Fetched, now: datetime = NOW) -> AfterFetch:
    return after_fetch(state, answer, now)


def test_a_permanent_redirect_moves_the_feed_after_seven_days() -> None:
    first = moved(STATE, redirected(301, 308))
    assert (first.permanent_redirect_to, first.permanent_redirect_since, first.move_to) == (THERE, NOW, None)
    state = replace(STATE, permanent_redirect_to=THERE, permanent_redirect_since=NOW)
    almost = moved(state, redirected(301), NOW + MOVED_AFTER - timedelta(seconds=1))
    assert (almost.permanent_redirect_since, almost.move_to) == (NOW, None)
    there = moved(state, redirected(301), NOW + MOVED_AFTER)
    assert (there.move_to, there.permanent_redirect_to, there.permanent_redirect_since) == (THERE, None, None)


def test_a_feed_that_fails_to_parse_does_not_move() -> None:
    state = replace(STATE, permanent_redirect_to=THERE, permanent_redirect_since=NOW - MOVED_AFTER, failures=1)
    assert moved(state, redirected(301)).move_to is None


@pytest.mark.parametrize("answer", [redirected(302), redirected(301, 307), fetched()])
def test_anything_but_permanent_hops_forgets_the_redirect(answer: Fetched) -> None:
    state = replace(STATE, permanent_redirect_to=THERE, permanent_redirect_since=NOW - MOVED_AFTER)
    after = moved(state, answer)
    assert (after.permanent_redirect_to, after.permanent_redirect_since, after.move_to) == (None, None, None)


def test_another_target_starts_the_seven_days_again() -> None:
    state = replace(STATE, permanent_redirect_to="https://other.example/", permanent_redirect_since=NOW - MOVED_AFTER)
    after = moved(state, redirected(301))
    assert (after.permanent_redirect_to, after.permanent_redirect_since, after.move_to) == (THERE, NOW, None)


def test_an_error_keeps_what_was_known_of_a_redirect() -> None:
    since = NOW - MOVED_AFTER
    state = replace(STATE, permanent_redirect_to=THERE, permanent_redirect_since=since)
    after = moved(state, fetched(FetchClass.TIMEOUT))
    assert (after.permanent_redirect_to, after.permanent_redirect_since, after.move_to) == (THERE, since, None)


@pytest.mark.parametrize(("status", "expected"), [(301, SECURE), (308, SECURE), (302, None)])
def test_https_at_the_same_address_is_taken_at_once(status: int, expected: str | None) -> None:
    assert moved(STATE, redirected(status, to=SECURE)).move_to == expected


def test_https_at_another_address_waits() -> None:
    assert moved(STATE, redirected(301, to="https://www.example.org/feed")).move_to is None


def test_a_feed_with_a_login_stays_where_it_is() -> None:
    state = replace(
        STATE,
        url="http://user:word@example.org/feed",
        permanent_redirect_to=THERE,
        permanent_redirect_since=NOW - MOVED_AFTER,
    )
    assert moved(state, redirected(301)).move_to is None
    assert moved(state, redirected(301, to=SECURE)).move_to is None
