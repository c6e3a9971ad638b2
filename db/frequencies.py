"""In how many articles a term occurs, counted without workers waiting for each other.

A counter a term would make every worker queue for the row of every common word. So an article leaves its terms as one
row in an inbox, and now and then one worker empties it into the counts while the others go on.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from db.straight import rows_of
from db.text import text_array
from worker.stories.terms import Frequencies

ALL = ""
"""The term that counts the articles themselves."""

BATCH = 20
"""Articles in the inbox before it is emptied: weights hardly move meanwhile, and one article in twenty pays for it."""

FADE = 0.8
"""What is left of every count after a week: words of a war that ended a quarter ago are rare again."""

LEAST = 0.2
"""Counts below this are dropped: a term seen once fades out in eight weeks."""

_EMPTYING = 7_305_221_940_117
"""Key of the advisory lock under which the inbox is emptied."""

_LEAVE = text("insert into term_inbox (terms) values (cast(:terms as text[])) returning inbox_id")

_EMPTY_INBOX = text(
    """
    with taken as (delete from term_inbox returning terms),
    counted as (
      select term, count(*) as articles from taken, unnest(taken.terms) as term group by term
      union all select :all_terms, count(*) from taken
    )
    insert into term_frequency (term, articles)
    select term, articles from counted order by term
    on conflict (term) do update set articles = term_frequency.articles + excluded.articles
    """
)


# One array and not one parameter a term: the statement stays the same and is prepared once. Each term is looked up by
# itself, since the planner would rather read the whole table than believe that an array is short; the answers come
# back in the order of the terms, which then need not be told again.
_COUNTS = """
    select array_agg((select f.articles from term_frequency f where f.term = wanted.term) order by wanted.place)
    from unnest(cast(%(terms)s as text[])) with ordinality as wanted(term, place)
    """


def load_frequencies(session: Session, terms: Collection[str]) -> Frequencies:
    """Return how many articles there are, and in how many each of the terms occurs."""
    wanted = [ALL, *sorted(terms)]
    [(found,)] = rows_of(session, _COUNTS, {"terms": text_array(wanted)})
    counts = {term: round(articles) for term, articles in zip(wanted, found, strict=True) if articles}
    return Frequencies(counts.pop(ALL, 0), counts)


def count_terms(session: Session, terms: Collection[str]) -> None:
    """Leave the terms of one article to be counted; every twentieth call empties the inbox."""
    inbox_id = session.execute(_LEAVE, {"terms": text_array(sorted(set(terms) - {ALL}))}).scalar_one()
    if inbox_id % BATCH == 0:
        empty_inbox(session)


def empty_inbox(session: Session) -> bool:
    """Add what is in the inbox to the counts; False when another worker is doing so."""
    if not session.execute(select(func.pg_try_advisory_xact_lock(_EMPTYING))).scalar_one():
        return False
    session.execute(_EMPTY_INBOX, {"all_terms": ALL})
    return True


def fade(session: Session) -> None:
    """Make older articles count less: to be run once a week."""
    session.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _EMPTYING})
    session.execute(text("update term_frequency set articles = articles * :kept"), {"kept": FADE})
    session.execute(text("delete from term_frequency where articles < :least"), {"least": LEAST})
