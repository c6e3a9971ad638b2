"""Which entries of a feed are new, which are known, and which cannot be used.

An entry is recognised by the feed's own id, then by the address of its article, then by its title among those of the
last seven days. Ids that a feed uses for several articles, or changes at every poll, are found out and not believed.
All pure: what is already known comes as :class:`KnownEntries`, looked up for what :func:`wanted` names.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from worker.records import Entry, ParsedFeed
from worker.urls import LONGEST_FETCHABLE, BadURLError, is_fetchable, url_key

TITLE_WINDOW: Final = timedelta(days=7)
"""How long a title stands for its article: longer, and a weekly column would be its own copy."""

MOST_REVISIONS: Final = 24
"""Updates kept of one article: one an hour for a day; a page that changes more often is a ticker."""

_SAME_INSTANT: Final = timedelta(minutes=1)
"""Feeds that are written anew at each poll round an entry's date to the minute now and then."""

_SHORTEST_TITLE: Final = 15
"""Folded characters below which a title ("Live", "In pictures") says too little to stand for an article."""

_WORD: Final = re.compile(r"\w+")


class EntryKind(StrEnum):
    """What an entry is to us."""

    NEW = "new"
    KNOWN = "known"
    UPDATE = "update"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class KnownEntry:
    """An article that is already stored, as far as recognising it again needs."""

    article_id: int
    url_key: bytes
    title: str  # as last seen in the feed
    first_seen: datetime
    published: datetime | None = None  # as the feed said, not clamped
    updated: datetime | None = None
    revisions: int = 0


@dataclass(frozen=True, slots=True)
class KnownEntries:
    """What is already stored of the entries that a feed shows."""

    by_guid: Mapping[str, KnownEntry] = field(default_factory=dict)  # of this feed
    by_key: Mapping[bytes, KnownEntry] = field(default_factory=dict)  # of all feeds
    by_title: Mapping[str, KnownEntry] = field(default_factory=dict)  # of this feed, of the last seven days; folded


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look up before entries can be sorted."""

    guids: frozenset[str]
    url_keys: frozenset[bytes]
    titles: frozenset[str]  # folded


@dataclass(frozen=True, slots=True)
class EntryDecision:
    """What becomes of one entry."""

    entry: Entry
    kind: EntryKind
    reason: str  # one whole sentence
    url_key: bytes | None  # None only when refused
    article_id: int | None  # of the known article
    published: datetime  # never in the future; first seen where the feed gives none
    published_raw: datetime | None  # as the feed says


def wanted(parsed: ParsedFeed) -> Wanted:
    """Name what has to be looked up of a parsed feed: its guids, the keys of its addresses, its folded titles."""
    keys = (_key_of(entry) for entry in parsed.entries)
    titles = (fold_title(entry.title) for entry in parsed.entries)
    return Wanted(
        guids=frozenset(entry.guid for entry in parsed.entries),
        url_keys=frozenset(key for key in keys if key is not None),
        titles=frozenset(title for title in titles if len(title) >= _SHORTEST_TITLE),
    )


def sort_entries(parsed: ParsedFeed, known: KnownEntries, now: datetime) -> tuple[EntryDecision, ...]:
    """Decide what each entry of a feed is, in document order.

    Args:
        parsed: The feed as read.
        known: What is stored, looked up for :func:`wanted`.
        now: The present, timezone-aware; it is when a new entry is first seen.

    Returns:
        One decision an entry. An entry whose article stands earlier in the same document is refused as a repetition.
    """
    shared = _shared_guids(parsed)
    seen: set[bytes] = set()
    decisions = []
    for entry in parsed.entries:
        decision = _sort(entry, known, seen, now, believe_guid=entry.guid not in shared)
        if decision.url_key is not None:
            seen.add(decision.url_key)
        decisions.append(decision)
    return tuple(decisions)


def fold_title(title: str) -> str:
    """Reduce a title to its words in lower case, so that dashes, quotes and spaces do not tell two apart."""
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", title).casefold()))


def clamp(stated: datetime | None, first_seen: datetime) -> datetime:
    """Give the date to work with: as stated, but never after the article was first seen."""
    return first_seen if stated is None else min(stated, first_seen)


def _sort(entry: Entry, known: KnownEntries, seen: set[bytes], now: datetime, *, believe_guid: bool) -> EntryDecision:
    if not entry.url:
        return _refused(
            entry, now, f'Entry "{_short(entry.title or entry.guid)}" has no link, so there is no page to fetch.'
        )
    key = _key_of(entry)
    if key is None:
        why = (
            f"longer than {LONGEST_FETCHABLE} characters" if len(entry.url) > LONGEST_FETCHABLE else "not a web address"
        )
        return _refused(entry, now, f"The link {_short(entry.url)} is {why}, so it is not fetched.")
    if key in seen:
        return _refused(entry, now, f"The article {_short(entry.url)} stands earlier in the same document.", key)
    match, how = _match(entry, key, known, believe_guid=believe_guid)
    if match is None:
        return EntryDecision(entry, EntryKind.NEW, how, key, None, clamp(_stated(entry), now), _stated(entry))
    kind, reason = _known_or_update(entry, match, how)
    published = clamp(_stated(entry) or match.published, match.first_seen)
    return EntryDecision(entry, kind, reason, key, match.article_id, published, _stated(entry))


def _match(entry: Entry, key: bytes, known: KnownEntries, *, believe_guid: bool) -> tuple[KnownEntry | None, str]:
    by_guid = known.by_guid.get(entry.guid) if believe_guid else None
    if by_guid is not None and not _is_reused(entry, key, by_guid):
        return by_guid, "its id is known"
    by_key = known.by_key.get(key)
    if by_key is not None:
        return by_key, "its address is known"
    title = fold_title(entry.title)
    by_title = known.by_title.get(title) if len(title) >= _SHORTEST_TITLE else None
    if by_title is not None and _same_date(entry.published, by_title.published):
        return by_title, "its title and date are known"
    if by_guid is not None:
        return None, "Its id was used for another article before, but its address is new."
    return None, "Its id, address and title are new."


def _is_reused(entry: Entry, key: bytes, match: KnownEntry) -> bool:
    """Say whether an id now stands for another article: address, title and date all differ."""
    if key == match.url_key or fold_title(entry.title) == fold_title(match.title):
        return False
    return entry.published is None or match.published is None or entry.published != match.published


def _known_or_update(entry: Entry, match: KnownEntry, how: str) -> tuple[EntryKind, str]:
    newer = entry.updated is not None and entry.updated > (match.updated or match.published or match.first_seen)
    retitled = bool(entry.title) and fold_title(entry.title) != fold_title(match.title)
    if not newer and not retitled:
        return EntryKind.KNOWN, f"Known: {how} and nothing about it changed."
    if match.revisions >= MOST_REVISIONS:
        return EntryKind.KNOWN, f"Known: {how}; it changed again, but {MOST_REVISIONS} revisions are kept already."
    what = "its title changed" if retitled else f"it was updated at {entry.updated:%Y-%m-%d %H:%M %z}"
    return EntryKind.UPDATE, f"Update: {how} and {what}."


def _same_date(one: datetime | None, other: datetime | None) -> bool:
    return one is None or other is None or abs(one - other) <= _SAME_INSTANT


def _shared_guids(parsed: ParsedFeed) -> frozenset[str]:
    """Find ids that this document gives to more than one address: such ids identify nothing."""
    pairs = {(entry.guid, _key_of(entry)) for entry in parsed.entries if entry.url}
    return frozenset(guid for guid, count in Counter(guid for guid, _ in pairs).items() if count > 1)


def _key_of(entry: Entry) -> bytes | None:
    if not entry.url or not is_fetchable(entry.url):
        return None
    try:
        return url_key(entry.url)
    except BadURLError:
        return None


def _stated(entry: Entry) -> datetime | None:
    return entry.published or entry.updated


def _refused(entry: Entry, now: datetime, reason: str, key: bytes | None = None) -> EntryDecision:
    return EntryDecision(entry, EntryKind.REFUSED, reason, key, None, clamp(_stated(entry), now), _stated(entry))


def _short(text: str) -> str:
    return text if len(text) <= 100 else f"{text[:100]}..."  # noqa: PLR2004 - enough to find it by
