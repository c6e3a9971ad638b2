"""Looking into stories and copies from the command line, and putting them right."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import click
import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, update

from db.models import Article
from db.session import engine_for, session_scope
from tests.db.stored import NOW
from tests.db.test_stories import HOUR, prose, put, stands
from worker.cli.stories import duplicates, stories
from worker.errors import InputError
from worker.settings import settings

Run = Callable[..., str]


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = engine_for(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Runs a command; what it printed."""
    monkeypatch.setenv("DATELINE_DATABASE_URL", database_url)
    monkeypatch.setenv("COLUMNS", "300")
    settings.cache_clear()

    def command(group: click.Command, *words: object) -> str:
        done = CliRunner().invoke(group, [str(word) for word in words])
        if done.exception is not None:
            raise done.exception
        return done.stdout

    yield command
    settings.cache_clear()


def test_a_wrong_copy_is_seen_and_taken_back(engine: Engine, run: Run) -> None:
    first, _ = put(engine, prose(1), title="Shelling in Goma")
    second, _ = put(engine, prose(1), outlet="Other", title="Goma shelled", at=NOW + HOUR)
    with session_scope(engine) as session:
        session.execute(update(Article).where(Article.article_id == second).values(state="duplicate"))
    shown = run(duplicates, "show", second)
    assert "syndicated" in shown
    assert "1.00" in shown
    assert "Shelling in Goma" in shown
    assert run(duplicates, "undo", second, first) == f"Article {second} stands for itself now.\n"
    assert stands(engine) == {first: None, second: None}
    with session_scope(engine) as session:
        assert session.get_one(Article, second).state == "read"  # it is coded for itself
    with pytest.raises(InputError, match="not tied"):
        run(duplicates, "undo", second)
    assert "shares text with no other" in run(duplicates, "show", put(engine, prose(4))[0])
    with pytest.raises(InputError, match="There is no article 999"):
        run(duplicates, "show", 999)


def test_stories_are_listed_merged_split_and_put_back(engine: Engine, run: Run) -> None:
    one, first = put(engine, prose(1), title="Shelling in Goma")
    two, second = put(engine, prose(2), outlet="Other", title="Fees in Galle", at=NOW + HOUR)
    assert "Fees in Galle" in run(stories)
    said = run(stories, "merge", second.story_id, first.story_id)
    edit = said.split("undo ")[1].split("`")[0]
    shown = run(stories, "show", first.story_id)
    assert "No active story shares its rare terms." in shown
    assert "merge" in shown
    assert "stands for itself again" in run(stories, "undo", edit)
    assert "Fees in Galle" not in run(stories, "show", first.story_id).partition("Merges")[0]
    run(stories, "merge", second.story_id, first.story_id)
    assert "keep" not in run(stories, "split", first.story_id, two)
    assert "split" in run(stories, "history", "--story", first.story_id)
    with pytest.raises(InputError, match="left over"):
        run(stories, "split", first.story_id, one)
    with pytest.raises(InputError, match="no story 999"):
        run(stories, "show", 999)
