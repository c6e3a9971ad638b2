"""The frozen values that travel between Dateline's parts.

Every part of the line takes and returns these; none of them knows a database, a queue or a clock. Instants are
timezone-aware ``datetime`` values (UTC unless a field says otherwise); spans of text are character offsets into the
text they belong to, end excluded; ``None`` means unknown, never zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

# --- fetching ------------------------------------------------------------------------------------------------


class FetchClass(StrEnum):
    """How one attempt to fetch ended; the class decides what happens next, the sentence beside it explains it."""

    OK = "ok"
    NOT_MODIFIED = "not_modified"
    THROTTLED = "throttled"  # 429, or 503 with Retry-After: wait as told
    GONE = "gone"  # 410
    CLIENT_ERROR = "client_error"  # other 4xx
    SERVER_ERROR = "server_error"  # 5xx
    CHALLENGE = "challenge"  # a bot-check page in place of content
    ROBOTS = "robots"  # robots.txt forbids it
    REFUSED = "refused"  # scheme, address or redirect that is never followed
    REDIRECT_LOOP = "redirect_loop"
    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    TOO_LARGE = "too_large"
    BAD_CONTENT = "bad_content"  # a type that is never read, an empty body, an encoding that does not decode


@dataclass(frozen=True, slots=True)
class Validators:
    """The exact strings a server gave to recognise a version by (RFC 9110, 8.8), to be sent back unchanged."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Hop:
    """One redirect: who sent us on, with which status, to where."""

    url: str
    status: int
    location: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """What one polite GET brought, errors included: fetching never raises for what a network or a site can do."""

    url: str  # as asked
    final_url: str  # after redirects
    outcome: FetchClass
    detail: str  # one whole sentence: the URL, what was wrong, what follows
    started_at: datetime
    elapsed_ms: int
    status: int | None = None  # HTTP status of the last hop; None when no answer came
    headers: Mapping[str, str] = field(default_factory=dict)  # names in lower case
    body: bytes = b""  # after decompression
    wire_bytes: int = 0  # bytes of body as received, before decompression
    sha256: bytes = b""  # of body; empty when there is none
    validators: Validators = Validators()
    hops: tuple[Hop, ...] = ()
    retry_after: datetime | None = None  # RFC 9110, 10.2.3, both forms, made absolute


# --- feeds ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed, with fall-backs already applied."""

    guid: str  # the feed's own id; else the URL; else a hash of title and date
    url: str | None  # absolute
    title: str
    published: datetime | None  # as the feed says, its own offset kept
    updated: datetime | None
    summary: str  # HTML as given
    content: str  # full content as HTML, empty when the feed has only a summary
    authors: tuple[str, ...] = ()
    language: str | None = None


@dataclass(frozen=True, slots=True)
class FeedHints:
    """What a publisher says about how often to ask; hints only ever lengthen an interval."""

    ttl_minutes: int | None = None  # RSS 2.0 <ttl>
    update_minutes: int | None = None  # sy:updatePeriod / sy:updateFrequency (RSS 1.0 syndication module)
    max_age_seconds: int | None = None  # Cache-Control (RFC 9111)


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed as read: entries in document order, and everything that was wrong with it."""

    title: str
    home_url: str | None
    language: str | None
    kind: str  # rss, atom, rdf, json, sitemap, or "" when it is no feed
    entries: tuple[Entry, ...]
    problems: tuple[str, ...] = ()
    hints: FeedHints = FeedHints()


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is known of a feed when it is polled: the old state that the poll's decision starts from."""

    feed_id: int
    url: str
    validators: Validators = Validators()
    validators_trusted: bool = True  # False once a body changed under an unchanged validator
    body_sha256: bytes | None = None
    unconditional_at: datetime | None = None  # last GET sent without validators
    failures: int = 0  # in a row
    failure_class: FetchClass | None = None
    gone_since: datetime | None = None  # first 410 of the present run
    gone_count: int = 0
    permanent_redirect_to: str | None = None
    permanent_redirect_since: datetime | None = None
    interval_seconds: int = 3600
    floor_seconds: int = 600
    ceiling_seconds: int = 86400
    hints: FeedHints = FeedHints()
    new_counts: tuple[int, ...] = ()  # new entries of the last polls, newest last
    entry_counts: tuple[int, ...] = ()  # entries seen at the same polls
    recent_published: tuple[datetime, ...] = ()  # of the latest entries, any order


@dataclass(frozen=True, slots=True)
class NextPoll:
    """When a feed is asked again, and the sentence that says why (stored, and shown by ``dateline feeds list``)."""

    at: datetime
    interval_seconds: int  # before jitter
    reason: str


# --- articles ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DateCandidate:
    """One place that names a publication date, and what it says."""

    origin: str  # feed, json-ld, meta, page
    value: datetime | None
    raw: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One page as read: its text and what is known about it."""

    title: str
    text: str  # paragraphs separated by one newline; no NUL
    published: datetime | None  # with the offset it was published in
    authors: tuple[str, ...]
    language: str | None  # ISO 639-1
    canonical_url: str | None
    body_source: str  # extracted, json-ld, recall, readability, feed-content, feed-summary, none
    body_status: str  # full, truncated, paywalled, consent, live, empty
    accessible_for_free: bool | None = None
    rights: tuple[str, ...] = ()  # noai, noimageai, tdm-reservation as found
    date_candidates: tuple[DateCandidate, ...] = ()
    reader: str = ""  # name and version of what read it
    cut: tuple[str, ...] = ()  # lines of the outlet's boilerplate that were cut: they go on counting as recurring


# --- duplicates and stories ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A decision that one article reproduces another."""

    of: int  # article_id of the article that stands for the group
    kind: str  # copy, syndicated, partial, update, recurring
    containment: float  # share of the shorter text's shingles found in the longer, 0 to 1
    counts_as_copy: bool  # False for update and recurring: these are coded in their own right


# --- events --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Span:
    """Words of the article: ``text[start:end]``, in characters."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Party:
    """An actor or recipient: who it is, and the words it was read from."""

    name: str  # resolved name, or the words themselves when unresolved
    text: str
    country: str | None = None  # ISO 3166 alpha-3; XKX is written KOS
    sector: str | None = None  # PLOVER sector (see docs/coding-scheme.md)
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class EventPlace:
    """Where it happened, as far as the text says."""

    name: str
    text: str
    country: str | None = None
    admin1: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    geonameid: int | None = None
    precision: int = 6  # UCDP GED: 1 exact .. 7 international waters or airspace
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """One link of an attribution chain."""

    name: str
    kind: str  # publisher, news_agency, state_media, official, belligerent, monitor, ngo, witness, anonymous, other
    text: str = ""
    country: str | None = None
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Toll:
    """A number as one source gave it; rival tolls stay apart."""

    measure: str  # killed, injured, captured, missing, displaced
    low: int | None
    high: int | None  # None with low set: open upwards ("at least 12")
    approximate: bool
    who: str
    status: str
    sources: tuple[Source, ...]
    quote: Span
    subset: bool = False  # "including three children": inside another toll, in no sum
    cumulative: bool = False  # "200 since January": not this event's
    side: str | None = None  # forces (of a state), fighters (of nobody's state), others; None: people as such


@dataclass(frozen=True, slots=True)
class Event:
    """One event of one article, every field down to its words."""

    type: str
    mode: str | None
    quad: int
    acled_event_type: str | None
    acled_sub_event: str | None
    contexts: tuple[str, ...]
    actors: tuple[Party, ...]
    recipients: tuple[Party, ...]
    place: EventPlace | None
    date_start: date | None
    date_end: date | None
    date_precision: str  # day, range, unknown
    date_text: str | None
    tolls: tuple[Toll, ...]
    attribution: tuple[Source, ...]  # innermost (origin) first; empty: the article's own voice
    status: str  # asserted, claimed, disputed, unverified, rumoured, denied, planned, hypothetical, historical
    happened: bool
    confidence: float
    triggers: tuple[Span, ...]  # one per quote; the first is the event's trigger
    quotes: tuple[Span, ...]
    rules: tuple[str, ...] = ()  # what fired, for --explain
    evidence: tuple[tuple[Span, Span], ...] = ()  # further words of a quote that tell of it ("killing"), and the quote


@dataclass(frozen=True, slots=True)
class Attribution:
    """Somebody's words in the text, whether or not an event is in them."""

    source: Span | None
    cue: Span | None
    content: Span | None


@dataclass(frozen=True, slots=True)
class Entity:
    """A named or typed phrase."""

    start: int
    end: int
    text: str
    type: str  # Person, Organisation, Location, Nationality, Weapon, Temporal, Quantity


@dataclass(frozen=True, slots=True)
class CodedText:
    """What the coder read out of one article."""

    language: str | None
    events: tuple[Event, ...]  # every status; the database takes all but hypothetical and historical
    coder_version: str
    pack: str | None  # None: no pack for this language, the article is uncoded
    pack_digest: str | None
    attributions: tuple[Attribution, ...] = ()
    entities: tuple[Entity, ...] = ()


@dataclass(frozen=True, slots=True)
class ArticleText:
    """What the coder is given."""

    text: str
    title: str = ""
    published: datetime | None = None  # in the article's own offset: relative days resolve there
    language: str | None = None
    url: str | None = None
    section: str | None = None
