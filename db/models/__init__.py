"""The tables, by layer: lookups, fetching, articles and stories, coding, events."""

from db.models.articles import (
    Anchor,
    Article,
    ArticleText,
    NearDuplicate,
    Story,
    StoryTerm,
    TermFrequency,
    TermInbox,
    TextSketch,
)
from db.models.base import Base, WorkState
from db.models.coding import (
    Actor,
    Attribution,
    Casualty,
    CasualtySource,
    Coder,
    Extraction,
    Mention,
    MentionParty,
    Quote,
)
from db.models.events import Event, EventActor, EventDispute, EventRevision
from db.models.fetching import Feed, Fetch, Payload, Reservations, Robots, Source
from db.models.lookups import AcledSubEvent, Country, EventMode, EventType, Place, Sector
from db.models.recoding import Recoding, RecodingStep
from db.models.story_edits import Chore, StoryEdit

__all__ = [
    "AcledSubEvent",
    "Actor",
    "Anchor",
    "Article",
    "ArticleText",
    "Attribution",
    "Base",
    "Casualty",
    "CasualtySource",
    "Chore",
    "Coder",
    "Country",
    "Event",
    "EventActor",
    "EventDispute",
    "EventMode",
    "EventRevision",
    "EventType",
    "Extraction",
    "Feed",
    "Fetch",
    "Mention",
    "MentionParty",
    "NearDuplicate",
    "Payload",
    "Place",
    "Quote",
    "Recoding",
    "RecodingStep",
    "Reservations",
    "Robots",
    "Sector",
    "Source",
    "Story",
    "StoryEdit",
    "StoryTerm",
    "TermFrequency",
    "TermInbox",
    "TextSketch",
    "WorkState",
]
