from __future__ import annotations

import random
import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select

from db.articles import store_text
from db.duplicates import take_apart
from db.models import Anchor, Article, NearDuplicate, Story
from db.session import session_scope
from db.sketches import bodies_alike
from db.stories import Placed, place
from db.story_nights import possible_merges
from tests.db.stored import NOW, a_reading, an_article
from worker.errors import InputError
from worker.stories.duplicates import ArticleSketch
from worker.stories.fingerprint import sketch
from worker.stories.terms import features
from worker.urls import url_key

HOUR = timedelta(hours=1)


def prose(seed: int, words: int = 300) -> str:
    """A text of its own: words that no other seed has, in sentences, with names inside them."""
    rng = random.Random(seed)
    vocabulary = ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=rng.randint(4, 9))) for _ in range(words)]
    sentences = [" ".join(vocabulary[at : at + 12]) for at in range(0, words, 12)]
    return "\n".join(
        f"{s[:1].upper()}{s[1:]} {vocabulary[i].title()} {100 * seed + i}." for i, s in enumerate(sentences)
    )


def put(
    engine: Engine,
    text: str,
    *,
    outlet: str = "Example",
    title: str | None = None,
    at: datetime = NOW,
    wire: bool = False,
) -> tuple[int, Placed]:
    title = text[:40] if title is None else title
    with session_scope(engine) as session:
        article_id = an_article(session, outlet=outlet, published_at=at, found_at=at, title=title)
    return article_id, place_it(engine, article_id, text, outlet=outlet, title=title, at=at, wire=wire)


def place_it(
    engine: Engine, article_id: int, text: str, *, outlet: str, title: str, at: datetime, wire: bool = False
) -> Placed:
    with session_scope(engine) as session:
        stored = store_text(session, article_id, a_reading(text, title), at)
        source = session.execute(select(Article.source_id).where(Article.article_id == article_id)).scalar_one()
        new = ArticleSketch(
            article_id, sketch(text), str(source), at, url_key(f"https://x.example/{article_id}"), wire, title
        )
        return place(session, new, stored.text_id, features(text, title, at, "en"), at, title=title)


def stands(engine: Engine) -> dict[int, int | None]:
    with session_scope(engine) as session:
        rows = session.execute(select(Article.article_id, Article.duplicate_of).order_by(Article.article_id))
        return dict(rows.all())


def test_a_first_report_founds_a_story(engine: Engine) -> None:
    article, placed = put(engine, prose(1), title="Shelling in Goma")
    assert (placed.state, placed.duplicate, placed.recount) == ("read", None, ())
    with session_scope(engine) as session:
        story = session.get(Story, placed.story_id)
        assert story is not None
        assert (story.title, story.reports, story.first_published_at) == ("Shelling in Goma", 1, NOW)
        assert session.execute(select(Article.story_id).where(Article.article_id == article)).scalar() == story.story_id


def test_a_copy_joins_the_story_without_a_vote(engine: Engine) -> None:
    first, founded = put(engine, prose(1))
    second, placed = put(engine, prose(1), outlet="Other", at=NOW + HOUR)
    assert placed.duplicate is not None
    assert (placed.duplicate.of, placed.duplicate.kind, placed.state) == (first, "syndicated", "duplicate")
    assert (placed.story_id, placed.recount) == (founded.story_id, (founded.story_id,))
    assert stands(engine) == {first: None, second: first}
    with session_scope(engine) as session:
        assert session.execute(select(Story.reports)).scalar_one() == 1


def test_an_earlier_original_takes_over_the_group(engine: Engine) -> None:
    copy, _ = put(engine, prose(1), at=NOW)
    original, placed = put(engine, prose(1), outlet="Wire", at=NOW + HOUR, wire=True)
    assert (placed.state, placed.recount != ()) == ("read", True)
    assert stands(engine) == {copy: original, original: None}


def test_other_texts_are_other_stories(engine: Engine) -> None:
    placed = [put(engine, prose(seed), at=NOW)[1] for seed in range(5)]
    assert len({p.story_id for p in placed}) == 5
    assert all(p.duplicate is None for p in placed)


def test_a_report_in_other_words_joins_within_days_and_not_after(engine: Engine) -> None:
    lines = prose(1).split("\n")
    random.Random(0).shuffle(lines)
    retold = "\n".join(" ".join(sorted(line.split())) for line in lines)  # same words, no shared shingles
    _, founded = put(engine, prose(1))
    _, near = put(engine, retold, outlet="Other", at=NOW + 3 * 24 * HOUR)
    _, far = put(engine, retold, outlet="Third", at=NOW + 40 * 24 * HOUR)
    assert near.duplicate is None
    assert near.story_id == founded.story_id
    assert far.story_id != founded.story_id


def test_the_window_is_of_publication_and_not_of_the_clock(engine: Engine) -> None:
    lines = prose(1).split("\n")
    retold = "\n".join(" ".join(sorted(line.split())) for line in lines)
    old = NOW - 400 * 24 * HOUR
    _, founded = put(engine, prose(1), at=old)
    _, again = put(engine, retold, outlet="Other", at=old + HOUR)
    assert again.story_id == founded.story_id


@pytest.mark.parametrize("copies", [60])
def test_copies_beyond_the_fiftieth_are_still_found(engine: Engine, copies: int) -> None:
    first, _ = put(engine, prose(1), wire=True)
    for number in range(copies):
        edited = prose(1) + f"\nReporting for outlet {number} by its staff."
        placed = put(engine, edited, outlet=f"Outlet {number}", at=NOW + HOUR)[1]
        assert placed.duplicate is not None
    assert set(stands(engine).values()) == {None, first}
    with session_scope(engine) as session:
        crowd = session.execute(
            select(func.count(Anchor.article_id)).group_by(Anchor.anchor).order_by(func.count().desc()).limit(1)
        )
        assert crowd.scalar_one() < 50


def test_a_phrase_of_every_page_makes_no_duplicates(engine: Engine) -> None:
    footer = (
        "Subscribe to our newsletter and follow us on every network for the latest news from around the world today."
    )
    for seed in range(70):
        _, placed = put(engine, prose(seed, 60) + "\n" + footer)
        assert placed.duplicate is None


def test_the_order_of_arrival_does_not_matter(engine: Engine) -> None:
    texts = {
        "original": (prose(1), NOW, True),
        "copy": (prose(1) + "\nAdded by the desk.", NOW + HOUR, False),
        "cut": ("\n".join(prose(1).split("\n")[:12]), NOW + 2 * HOUR, False),
        "other": (prose(2), NOW, False),
        "copy of other": (prose(2), NOW + HOUR, False),
    }
    seen = []
    for order in (list(texts), list(texts)[::-1], ["cut", "other", "copy of other", "copy", "original"]):
        with session_scope(engine) as session:
            for table in ("anchor", "near_duplicate", "sketch", "story_term", "article_text", "article", "story"):
                session.connection().exec_driver_sql(f"truncate {table} cascade")
        names = {}
        for name in order:
            text, at, wire = texts[name]
            names[put(engine, text, outlet=name, at=at, wire=wire)[0]] = name
        seen.append({names[a]: names[of] if of else None for a, of in stands(engine).items()})
    assert seen[0] == seen[1] == seen[2]
    assert seen[0] == {"original": None, "copy": "original", "cut": "original", "other": None, "copy of other": "other"}


FORMS = {
    "weather": "The met office expects {} over the northern coast with highs of {} and lows of {} degrees, winds of {} "
    "knots and {} millimetres of rain by the evening. Boats should stay in port until the swell goes down. The next "
    "forecast is issued at the usual time by the regional centre of the service in Takoradi.",
    "market": "Shares in Lagos closed {} on the day as the main index moved {} points to {}. Turnover was {} million "
    "naira in {} deals. Banks and cement makers led the board, brokers said, while oil shares were little changed in "
    "thin trade before the weekend. The naira was quoted steady against the dollar on the official market.",
    "court": "The magistrates of Port Elgin heard {} cases on the day. Of these {} were adjourned and {} ended in fines "
    "of {} shillings or more. A man aged {} was remanded until the next sitting. The list for the coming session is "
    "posted at the registry and at the town hall, where copies can be had on request during office hours.",
}


@pytest.mark.parametrize("form", FORMS)
def test_a_form_filled_in_anew_each_day_is_neither_a_copy_nor_one_story(engine: Engine, form: str) -> None:
    rng = random.Random(form)
    placed = []
    for day in range(5):
        text = FORMS[form].format(*(rng.randint(10 + 100 * day, 99 + 100 * day) for _ in range(5)))
        placed.append(put(engine, text, title=f"Daily {form} report", at=NOW + day * 24 * HOUR)[1])
    assert [one.state for one in placed] == ["read"] * 5
    assert len({one.story_id for one in placed}) == 5
    with session_scope(engine) as session:
        assert possible_merges(session, [one.story_id for one in placed]) == ()


@pytest.mark.parametrize("title", ["Live", "Morning briefing", "What we know so far", ""])
def test_a_headline_that_stands_over_everything_joins_nothing(engine: Engine, title: str) -> None:
    placed = [put(engine, prose(seed), outlet=f"Outlet {seed}", title=title)[1] for seed in range(4)]
    assert len({one.story_id for one in placed}) == 4


def test_a_shuffled_stream_gives_the_same_groups(engine: Engine) -> None:
    rng = random.Random(8)
    stream = []
    for seed in range(6):
        lines = prose(seed).split("\n")
        shapes = ["\n".join(lines), "\n".join([*lines, "All rights reserved by the desk."]), "\n".join(lines[:14])]
        shapes += ["\n".join(rng.sample(lines, len(lines))), "\n".join(lines[:4])]
        stream += [(f"{seed}/{n}", text, NOW + timedelta(hours=seed, minutes=n)) for n, text in enumerate(shapes)]
    seen = []
    for _ in range(3):
        with session_scope(engine) as session:
            for table in ("anchor", "near_duplicate", "sketch", "story_term", "article_text", "article", "story"):
                session.connection().exec_driver_sql(f"truncate {table} cascade")
        names = {put(engine, text, outlet=name, at=at)[0]: name for name, text, at in stream}
        seen.append({names[article]: names[of] if of else None for article, of in stands(engine).items()})
        rng.shuffle(stream)
    assert seen[0] == seen[1] == seen[2]
    assert sum(of is None for of in seen[0].values()) == 6


def test_workers_with_copies_at_the_same_moment_end_in_one_group(engine: Engine) -> None:
    with session_scope(engine) as session:
        ids = [an_article(session, outlet=f"Outlet {n}", published_at=NOW + n * HOUR) for n in range(6)]
    start = threading.Barrier(len(ids))
    stories: list[int] = []

    def work(number: int) -> None:
        text = prose(1) + f"\nBy staff of outlet {number}."
        start.wait()
        at = NOW + number * HOUR
        stories.append(place_it(engine, ids[number], text, outlet=f"Outlet {number}", title="x", at=at).story_id)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(ids))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(stories) == 6
    assert len(set(stories)) == 1
    assert stands(engine) == {ids[0]: None} | dict.fromkeys(ids[1:], ids[0])


def test_a_text_read_again_keeps_its_place(engine: Engine) -> None:
    first, founded = put(engine, prose(1))
    second, _ = put(engine, prose(1), outlet="Other", at=NOW + HOUR)
    corrected = prose(1) + "\nCorrection: an earlier version named the wrong town."
    placed = place_it(engine, first, corrected, outlet="Example", title="A headline", at=NOW)
    assert placed.story_id == founded.story_id
    assert stands(engine) == {first: None, second: first}


def test_a_text_rewritten_altogether_leaves_its_copies(engine: Engine) -> None:
    first, _ = put(engine, prose(1))
    second, _ = put(engine, prose(1), outlet="Other", at=NOW + HOUR)
    place_it(engine, first, prose(9), outlet="Example", title="A headline", at=NOW)
    assert stands(engine) == {first: None, second: None}
    third, _ = put(engine, prose(1), outlet="Third", at=NOW + 2 * HOUR)
    assert stands(engine) == {first: None, second: None, third: second}


def test_a_tie_can_be_taken_back_for_good(engine: Engine) -> None:
    first, _ = put(engine, prose(1))
    second, _ = put(engine, prose(1), outlet="Other", at=NOW + HOUR)
    with session_scope(engine) as session:
        assert take_apart(session, second, first, NOW) == {second: None}
        with pytest.raises(InputError, match="not tied"):
            take_apart(session, second, first, NOW)
    again = place_it(engine, second, prose(1), outlet="Other", title="A headline", at=NOW + HOUR)
    assert (again.state, again.duplicate) == ("read", None)
    assert stands(engine) == {first: None, second: None}


def test_no_later_copy_brings_together_what_was_taken_apart(engine: Engine) -> None:
    first, _ = put(engine, prose(1))
    second, _ = put(engine, prose(1) + "\nA line of its own.", outlet="Other", at=NOW + HOUR)
    third, _ = put(engine, prose(1) + "\nAnother line.", outlet="Third", at=NOW + 2 * HOUR)
    with session_scope(engine) as session:
        take_apart(session, second, None, NOW)
    assert stands(engine) == {first: None, second: None, third: first}
    fourth, placed = put(engine, prose(1), outlet="Fourth", at=NOW + 3 * HOUR)
    assert placed.state == "duplicate"
    assert stands(engine) == {first: None, second: None, third: first, fourth: first}
    place_it(engine, first, prose(1) + "\nTouched.", outlet="Example", title="A headline", at=NOW)
    assert stands(engine)[second] is None


def test_a_report_that_is_read_again_votes_once(engine: Engine) -> None:
    article, founded = put(engine, prose(1), title="Shelling in Goma")
    again = place_it(engine, article, prose(1) + "\nTouched.", outlet="Example", title="Shelling in Goma", at=NOW)
    assert (again.story_id, again.why) == (founded.story_id, None)
    with session_scope(engine) as session:
        assert session.execute(select(Story.reports)).scalar_one() == 1
        assert session.execute(select(Article.story_why)).scalar_one() == founded.why


def test_an_address_that_is_used_again_takes_its_vote_along(engine: Engine) -> None:
    article, founded = put(engine, prose(1))
    moved = place_it(engine, article, prose(7), outlet="Example", title="Something else", at=NOW)
    assert moved.story_id != founded.story_id
    with session_scope(engine) as session:
        votes = dict(session.execute(select(Story.story_id, Story.reports)).all())
    assert votes == {founded.story_id: 0, moved.story_id: 1}


def test_reports_that_join_a_story_at_one_moment_all_vote(engine: Engine) -> None:
    # Each shares words with the story, and none of its rare ones with another report: no lock of terms holds them apart.
    lines = prose(1, 360).split("\n")
    _, founded = put(engine, prose(1, 360), title="The whole")
    parts = [[" ".join(sorted(line.split(), key=lambda word: word[::-1])) for line in lines[at::6]] for at in range(6)]
    with session_scope(engine) as session:
        ids = [an_article(session, outlet=f"Outlet {n}", published_at=NOW) for n in range(6)]
    start = threading.Barrier(6)
    joined: list[int] = []

    def work(number: int) -> None:
        start.wait()
        text = "\n".join(parts[number])
        joined.append(place_it(engine, ids[number], text, outlet=f"Outlet {number}", title="", at=NOW).story_id)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with session_scope(engine) as session:
        votes = dict(session.execute(select(Story.story_id, Story.reports)).all())
    assert votes == {story: joined.count(story) + (story == founded.story_id) for story in {*joined, founded.story_id}}


def test_ties_say_why(engine: Engine) -> None:
    first, _ = put(engine, prose(1))
    second, _ = put(engine, "\n".join(prose(1).split("\n")[:10]), outlet="Other", at=NOW + HOUR)
    with session_scope(engine) as session:
        tie = session.execute(select(NearDuplicate)).scalar_one()
        assert (tie.first_id, tie.second_id, tie.kind, tie.joins) == (first, second, "partial", True)
        assert tie.containment > 0.9


def test_the_same_words_under_several_addresses_of_one_outlet(engine: Engine) -> None:
    wall = "We value your privacy. Please accept our cookies to go on reading."
    ids = [put(engine, wall, title=f"Headline {n}")[0] for n in range(3)]
    with session_scope(engine) as session:
        source = session.execute(select(Article.source_id).limit(1)).scalar_one()
        assert [found[0] for found in bodies_alike(session, source, sketch(wall).body_sha256)] == ids


@pytest.mark.parametrize(
    "text", ["", "One.", "两架飞机今天上午在机场相撞。" * 20], ids=["empty", "one word", "Chinese"]
)
def test_odd_texts_are_placed(engine: Engine, text: str) -> None:
    _, placed = put(engine, text)
    assert placed.story_id > 0
