from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from db.claims import Claim, ClaimLostError, Pending, claim, finish, give_up, put_back, retry_later, stalled
from db.models import Article
from db.session import session_scope
from tests.db.stored import LEASE, MINUTE, NOW, an_article


@pytest.fixture
def article_id(engine: Engine) -> int:
    with session_scope(engine) as session:
        return an_article(session)


def take(engine: Engine, article_id: int, *, state: str = "found", at: timedelta = timedelta(0)) -> Claim | None:
    with session_scope(engine) as session:
        return claim(session, Article, article_id, state, LEASE, NOW + at)


def row(engine: Engine, article_id: int) -> Article:
    with session_scope(engine) as session:
        found = session.get(Article, article_id)
        assert found is not None
        return found


def test_a_claim_counts_the_attempt_and_holds_a_lease(engine: Engine, article_id: int) -> None:
    held = take(engine, article_id)
    assert held is not None
    assert (held.attempt, held.state, held.lease_until) == (1, "found", NOW + LEASE)
    assert row(engine, article_id).token == held.token


@pytest.mark.parametrize(
    ("state", "at"),
    [("fetched", timedelta(0)), ("found", -MINUTE)],
    ids=["of another state", "not yet due"],
)
def test_nothing_to_claim(engine: Engine, article_id: int, state: str, at: timedelta) -> None:
    assert take(engine, article_id, state=state, at=at) is None


def test_a_held_row_is_claimed_again_only_after_the_lease(engine: Engine, article_id: int) -> None:
    assert take(engine, article_id) is not None
    assert take(engine, article_id, at=LEASE) is None
    again = take(engine, article_id, at=LEASE + MINUTE)
    assert again is not None
    assert again.attempt == 2


def test_of_many_claims_at_once_one_succeeds(engine: Engine, article_id: int) -> None:
    taken: list[Claim] = []
    start = threading.Barrier(8)

    def try_it() -> None:
        start.wait()
        held = take(engine, article_id)
        if held is not None:
            taken.append(held)

    threads = [threading.Thread(target=try_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 1


def test_finish_advances_frees_and_starts_attempts_again(engine: Engine, article_id: int) -> None:
    held = take(engine, article_id)
    assert held is not None
    with session_scope(engine) as session:
        finish(session, held, "fetched", NOW + MINUTE, fetched_at=NOW)
    after = row(engine, article_id)
    assert (after.state, after.attempts, after.token, after.lease_until) == ("fetched", 0, None, None)
    assert (after.state_since, after.announced_at, after.fetched_at) == (NOW + MINUTE, NOW + MINUTE, NOW)


def test_the_results_of_a_lost_claim_are_refused(engine: Engine, article_id: int) -> None:
    late = take(engine, article_id)
    again = take(engine, article_id, at=LEASE + MINUTE)
    assert late is not None
    assert again is not None
    for act in (finish_it, retry_it, give_it_up):
        with pytest.raises(ClaimLostError, match="somebody else took it"), session_scope(engine) as session:
            act(session, late)
    assert row(engine, article_id).token == again.token


def finish_it(session: Session, held: Claim) -> None:
    finish(session, held, "fetched", NOW)


def retry_it(session: Session, held: Claim) -> None:
    retry_later(session, held, NOW, "It was slow.", NOW)


def give_it_up(session: Session, held: Claim) -> None:
    give_up(session, held, "It is gone.", NOW)


@pytest.mark.parametrize(("counts", "attempts"), [(True, 1), (False, 0)], ids=["a failure", "waiting for a turn"])
def test_a_retry_waits_unannounced(engine: Engine, article_id: int, counts: bool, attempts: int) -> None:
    held = take(engine, article_id)
    assert held is not None
    with session_scope(engine) as session:
        assert retry_later(session, held, NOW + MINUTE, "It was slow.", NOW, counts_as_attempt=counts)
    after = row(engine, article_id)
    assert (after.state, after.attempts, after.announced_at, after.last_error) == (
        "found",
        attempts,
        None,
        "It was slow.",
    )
    assert take(engine, article_id) is None
    assert take(engine, article_id, at=MINUTE) is not None


def test_the_last_retry_gives_up_with_the_reason(engine: Engine, article_id: int) -> None:
    with session_scope(engine) as session:
        held = claim(session, Article, article_id, "found", LEASE, NOW, max_attempts=1)
        assert held is not None
        assert not retry_later(session, held, NOW + MINUTE, "It was slow.", NOW, max_attempts=1)
    after = row(engine, article_id)
    assert (after.state, after.failed_in) == ("failed", "found")
    assert after.last_error == "It was slow. This was attempt 1 of 1."


def test_a_row_given_up_can_be_put_back(engine: Engine, article_id: int) -> None:
    held = take(engine, article_id)
    assert held is not None
    with session_scope(engine) as session:
        give_up(session, held, "It is gone.", NOW)
    with session_scope(engine) as session:
        assert put_back(session, Article, [article_id], NOW + MINUTE) == (article_id,)
        assert put_back(session, Article, [article_id], NOW + MINUTE) == ()
    assert take(engine, article_id, at=MINUTE) is not None


def sweep(engine: Engine, at: timedelta, limit: int = 10, max_attempts: int = 5) -> tuple[list[int], tuple[int, ...]]:
    with session_scope(engine) as session:
        found = stalled(session, Article, NOW + at, limit, max_attempts=max_attempts)
    assert all(isinstance(pending, Pending) for pending in found.announce)
    return [pending.row_id for pending in found.announce], found.given_up


def test_the_sweeper_finds_what_was_never_announced_once(engine: Engine, article_id: int) -> None:
    assert sweep(engine, timedelta(0)) == ([article_id], ())
    assert sweep(engine, MINUTE) == ([], ())
    # The broker may have lost the message: after a while it is sent again.
    assert sweep(engine, 11 * MINUTE) == ([article_id], ())


def test_the_sweeper_leaves_alone_what_is_held_or_not_due(engine: Engine, article_id: int) -> None:
    assert sweep(engine, -MINUTE) == ([], ())
    assert take(engine, article_id) is not None
    assert sweep(engine, timedelta(seconds=30)) == ([], ())


def test_the_sweeper_frees_what_a_dead_worker_held(engine: Engine, article_id: int) -> None:
    sweep(engine, timedelta(0))
    held = take(engine, article_id)
    assert held is not None
    assert sweep(engine, LEASE + MINUTE) == ([article_id], ())
    assert sweep(engine, LEASE + 2 * MINUTE) == ([], ())
    with pytest.raises(ClaimLostError), session_scope(engine) as session:
        finish(session, held, "fetched", NOW)


def test_the_sweeper_ends_what_killed_its_workers(engine: Engine, article_id: int) -> None:
    for number in range(2):
        assert take(engine, article_id, at=number * 2 * LEASE) is not None
    assert sweep(engine, 4 * LEASE, max_attempts=2) == ([], (article_id,))
    after = row(engine, article_id)
    assert after.state == "failed"
    assert after.last_error == "Given up after 2 attempts: the worker did not come back from the last one."


def test_a_poison_row_is_not_claimed_beyond_its_attempts(engine: Engine, article_id: int) -> None:
    for number in range(5):
        assert take(engine, article_id, at=number * 2 * LEASE) is not None
    assert take(engine, article_id, at=20 * LEASE) is None


def test_two_sweepers_share_the_work(engine: Engine) -> None:
    with session_scope(engine) as session:
        ids = {an_article(session) for _ in range(20)}
    with session_scope(engine) as one, session_scope(engine) as other:
        first = {p.row_id for p in stalled(one, Article, NOW, 12).announce}
        second = {p.row_id for p in stalled(other, Article, NOW, 12).announce}
    assert (len(first), len(second), first | second) == (12, 8, ids)
