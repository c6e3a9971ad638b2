"""A Spanish outlet through the whole line: its events beside the English ones, and a third language left uncoded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.gold.corpus import SPANISH, articles
from tests.pipeline.conftest import RunningLine, run_line
from tests.site.news_site import NewsSite

pytestmark = pytest.mark.timeout(600)
FRENCH = (
    "L'armée a annoncé mardi que des combattants avaient attaqué un poste militaire dans le nord du pays, tuant cinq soldats. "
    "Selon des habitants, les assaillants sont arrivés à moto avant l'aube et ont incendié plusieurs maisons du village. "
    "Le gouvernement a condamné cette attaque et a promis d'envoyer des renforts dans la région dès mercredi matin."
)
OUTLET = articles(None, SPANISH)
ELSEWHERE = replace(
    OUTLET[0],
    outlet=replace(OUTLET[0].outlet, slug="rive-sud", name="Rive Sud", language="fr", country="SEN"),
    slug="attaque",
    title="Cinq soldats tués dans une attaque dans le nord",
    text=FRENCH,
)
ALL = (*OUTLET, ELSEWHERE)


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningLine]:
    """The line after it has read both outlets."""
    home = tmp_path_factory.mktemp("home")
    with NewsSite(ALL, first=190) as site, run_line(site, home) as running:
        running.wait_until_over(len(ALL))
        yield running


def test_the_articles_language_picks_the_pack(line: RunningLine) -> None:
    rows = line.rows("select language, state, count(*) as n from article group by 1, 2")
    assert {(row["language"], row["state"]): row["n"] for row in rows} == {
        ("es", "coded"): len(OUTLET),
        ("fr", "uncoded"): 1,
    }


def test_a_third_language_says_what_it_waits_for(line: RunningLine) -> None:
    assert "no language pack for fr" in line.value("select last_error from article where state = 'uncoded'")


def test_spanish_events_are_stored_under_their_one_name(line: RunningLine) -> None:
    told = {row["type"] for row in line.rows("select distinct type from event")}
    assert told >= {"ASSAULT", "ACCUSE", "REQUEST", "COERCE", "PROTEST", "CONSULT", "REJECT"}
    parties = {row["name"] for row in line.rows("select distinct name from event_actor join actor using (actor_id)")}
    assert parties >= {"National Liberation Army", "Police of Colombia", "Government of Egypt", "FARC dissidents"}


def test_articles_without_an_event_store_none(line: RunningLine) -> None:
    quiet = {article.slug for article in OUTLET if not article.events}
    rows = line.rows("select distinct a.url from mention m join extraction using (extraction_id) "
                     "join article_text using (text_id) join article a using (article_id)")  # fmt: skip
    assert quiet.isdisjoint(row["url"].rpartition("/")[2] for row in rows)
