"""What upkeep deletes, by the settings."""

from __future__ import annotations

import pytest

from db.payloads import Subject, store_fetch, store_payload
from db.session import session_scope
from tasks import stage, upkeep
from tests.db.stored import NOW, a_text, an_article, fetched
from tests.tasks.conftest import Bench
from worker.settings import settings


def an_old_article(bench: Bench) -> None:
    """An article of 2025 with its text, its raw bytes and its request: all far past their days."""
    with session_scope(bench.engine) as session:
        article_id = an_article(session, state="coded")
        a_text(session, article_id, "Words of long ago.")
        store_payload(session, Subject(article_id=article_id), fetched())
        store_fetch(session, Subject(article_id=article_id), fetched(), new_bytes=True)


@pytest.mark.parametrize(
    ("kept", "body", "said"),
    [
        ("full", "Words of long ago.", "1 raw bytes, 1 requests deleted"),
        ("quotes", None, "1 raw bytes, 1 requests, 1 texts deleted"),
        ("none", None, "1 raw bytes, 1 requests, 1 texts deleted"),
    ],
)
def test_the_settings_say_what_of_an_old_text_is_kept(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, kept: str, body: str | None, said: str
) -> None:
    monkeypatch.setenv("DATELINE_TEXT_KEEP", kept)
    settings.cache_clear()
    an_old_article(bench)
    assert upkeep.prune.run().startswith(said)
    assert bench.value("select body from article_text") == body
    assert (bench.value("select count(*) from payload"), bench.value("select count(*) from fetch_attempt")) == (0, 0)
    assert upkeep.prune.run().startswith("0 raw bytes")


def test_what_is_not_past_its_days_stays(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    days = str((stage.now() - NOW).days + 2)
    for name in ("PAYLOAD_DAYS", "FETCH_DAYS", "TEXT_DAYS"):
        monkeypatch.setenv(f"DATELINE_{name}", days)
    monkeypatch.setenv("DATELINE_TEXT_KEEP", "none")
    settings.cache_clear()
    an_old_article(bench)
    assert upkeep.prune.run().startswith("0 raw bytes, 0 requests, 0 texts deleted")
    assert bench.value("select body from article_text") == "Words of long ago."
