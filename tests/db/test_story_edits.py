from __future__ import annotations

import random
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select, text

from db import chores, story_nights
from db.models import Article, Story, StoryEdit, StoryTerm
from db.session import session_scope
from db.story_edits import apart, join_stories, split_story, undo_edit
from db.story_nights import Change
from tests.db.stored import NOW
from tests.db.test_stories import HOUR, place_it, prose, put
from worker.errors import InputError
from worker.stories.place import Merge

DAY = timedelta(days=1)


def of_articles(engine: Engine) -> dict[int, int | None]:
    with session_scope(engine) as session:
        return dict(session.execute(select(Article.article_id, Article.story_id).order_by(Article.article_id)).all())


def votes(engine: Engine) -> dict[int, int]:
    with session_scope(engine) as session:
        return dict(session.execute(select(Story.story_id, Story.reports).order_by(Story.story_id)).all())


def retold(seed: int, order: int) -> str:
    """The words of a text in another order: the same story, and no copy."""
    lines = prose(seed).split("\n")
    rng = random.Random(order)
    return "\n".join(" ".join(rng.sample(words, len(words))) for words in map(str.split, lines))


def test_a_merge_is_taken_back_with_what_came_along(engine: Engine) -> None:
    one, first = put(engine, prose(1))
    two, second = put(engine, prose(2), outlet="Other", at=NOW + HOUR)
    with session_scope(engine) as session:
        edit = join_stories(session, second.story_id, first.story_id, NOW)
    copy, _ = put(engine, prose(2), outlet="Third", at=NOW + 2 * HOUR)
    assert set(of_articles(engine).values()) == {first.story_id}
    with session_scope(engine) as session:
        undo_edit(session, edit, NOW + DAY)
    assert of_articles(engine) == {one: first.story_id, two: second.story_id, copy: second.story_id}
    assert votes(engine) == {first.story_id: 1, second.story_id: 1}
    with session_scope(engine) as session:
        assert apart(session, [first.story_id]) == {(first.story_id, second.story_id)}
        with pytest.raises(InputError, match="taken back already"):
            undo_edit(session, edit, NOW + DAY)
    # Read again, an article stays where the user put it.
    place_it(engine, two, prose(2) + "\nTouched.", outlet="Other", title="A headline", at=NOW + HOUR)
    assert of_articles(engine)[two] == second.story_id


def test_a_chain_of_merges_is_taken_back_link_by_link(engine: Engine) -> None:
    stories = [put(engine, prose(seed))[1].story_id for seed in (1, 2, 3)]
    with session_scope(engine) as session:
        low = join_stories(session, stories[2], stories[1], NOW)
        high = join_stories(session, stories[1], stories[0], NOW)
    with session_scope(engine) as session:
        assert dict(session.execute(select(Story.story_id, Story.merged_into)).all())[stories[2]] == stories[0]
        undo_edit(session, high, NOW)
    assert list(of_articles(engine).values()) == [stories[0], stories[1], stories[1]]
    with session_scope(engine) as session:
        undo_edit(session, low, NOW)
    assert list(of_articles(engine).values()) == stories
    with session_scope(engine) as session:
        assert session.execute(select(func.count()).where(Story.merged_into.is_not(None))).scalar_one() == 0


def test_a_split_is_taken_back(engine: Engine) -> None:
    one, first = put(engine, prose(1))
    two, placed = put(engine, retold(1, 4), outlet="Other")
    assert placed.story_id == first.story_id
    with session_scope(engine) as session:
        new = split_story(session, first.story_id, [two], NOW)
        edit = session.execute(select(StoryEdit.edit_id)).scalar_one()
    assert of_articles(engine) == {one: first.story_id, two: new}
    with session_scope(engine) as session:
        undo_edit(session, edit, NOW)
        assert apart(session, [first.story_id, new]) == frozenset()
    assert of_articles(engine) == {one: first.story_id, two: first.story_id}
    assert votes(engine) == {first.story_id: 2, new: 1}  # what the part was known by stays with it


@pytest.fixture
def two_of_one(engine: Engine) -> tuple[int, int]:
    """Two stories that are one, as two workers in the dark would found them."""
    _, first = put(engine, prose(1), title="Shelling in Goma")
    two, _ = put(engine, retold(1, 3), outlet="Other", title="Goma shelled again", at=NOW + HOUR)
    with session_scope(engine) as session:
        second = split_story(session, first.story_id, [two], NOW)
        session.execute(text("delete from story_edit"))
    return first.story_id, second


def test_at_night_stories_that_are_one_are_merged(engine: Engine, two_of_one: tuple[int, int]) -> None:
    put(engine, prose(5))
    first, second = two_of_one
    with session_scope(engine) as session:
        found = story_nights.possible_merges(session, [second])
        assert [(merge.story_id, merge.into) for merge in found] == [(second, first)]
        assert story_nights.merge_if_still_one(session, found[0], NOW + DAY)
        assert not story_nights.merge_if_still_one(session, found[0], NOW + DAY)
    with session_scope(engine) as session:
        edit = session.execute(select(StoryEdit)).scalar_one()
        assert (edit.kind, edit.by_user, edit.story_id, edit.other_id) == ("merge", False, second, first)
        assert edit.score == pytest.approx(found[0].score)
        assert session.execute(select(Story.reports).where(Story.story_id == first)).scalar_one() == 2
        changed = story_nights.changed_stories(session, Change(NOW + HOUR, 0), NOW + DAY)
        assert [change.story_id for change in changed] == [first]  # looked at again next night, as what it has become
        assert story_nights.possible_merges(session, [first, second]) == ()


def test_what_the_user_took_apart_no_night_makes_one(engine: Engine, two_of_one: tuple[int, int]) -> None:
    first, second = two_of_one
    with session_scope(engine) as session:
        edit = join_stories(session, second, first, NOW)
        undo_edit(session, edit, NOW)
    with session_scope(engine) as session:
        assert story_nights.possible_merges(session, two_of_one) == ()
        assert not story_nights.merge_if_still_one(session, Merge(second, first, 0.9), NOW + DAY)
    # Nor when one of the two has become a part of a third.
    _, third = put(engine, prose(8))
    with session_scope(engine) as session:
        join_stories(session, first, third.story_id, NOW)
        assert apart(session, [third.story_id]) == {(min(second, third.story_id), max(second, third.story_id))}


def test_a_chore_is_done_once(engine: Engine) -> None:
    with session_scope(engine) as session:
        assert chores.is_due(session, "sweep", NOW, NOW + HOUR)
        assert not chores.is_due(session, "sweep", NOW, NOW + 2 * HOUR)
        assert chores.is_due(session, "dust", NOW, NOW + 2 * HOUR)
        assert chores.is_due(session, "sweep", NOW + DAY, NOW + DAY)


def test_terms_of_old_days_are_dropped(engine: Engine) -> None:
    put(engine, prose(1), at=NOW - 40 * DAY)
    put(engine, prose(2), at=NOW)
    with session_scope(engine) as session:
        kept = session.execute(select(func.count()).where(StoryTerm.day == NOW.date())).scalar_one()
        assert story_nights.prune_terms(session, NOW, most=10) == 10
        while story_nights.prune_terms(session, NOW):
            pass
        assert session.execute(select(func.count()).select_from(StoryTerm)).scalar_one() == kept > 0
