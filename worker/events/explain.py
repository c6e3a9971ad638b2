"""Why an article was coded as it was: every trigger that was seen, what became of it, and which rule decided."""

from __future__ import annotations

from collections.abc import Iterator

from worker.events.extract import Coder
from worker.events.reader import DocumentReader
from worker.records import ArticleText, Event


def explain(coder: Coder, article: ArticleText) -> tuple[str, ...]:
    """Tell the story of an article's coding, a line a step.

    Args:
        coder: The coder.
        article: The article.

    Returns:
        Lines for a person: the subject of the article, then for each sentence with a trigger its mentions and what the
        gates said to each, then the events with the rules that made them.
    """
    reader = coder.reader(article)
    if reader is None:
        return (f"There is no pack for the language {article.language or 'of this text'}; nothing was read.",)
    return (*_subject(reader), *_mentions(reader), *_events(coder.code(article).events))


def _subject(reader: DocumentReader) -> Iterator[str]:
    subject = reader.subject
    topics = ", ".join(sorted(subject.topics)) or "none that closes a gate"
    gate = "open" if subject.conflict else "do not open"
    yield f"subject: {topics}; conflict words {gate} the gate for unnamed sides"
    yield f"country: {reader.places.country or 'none stands out'}"


def _mentions(reader: DocumentReader) -> Iterator[str]:
    for sentence in reader.doc.sentences:
        for mention, refusal in reader.considered(sentence):
            words = " ".join(sentence.words[mention.start : mention.end])
            actors = ", ".join(who.party.name for who in mention.actors) or "-"
            recipients = ", ".join(who.party.name for who in mention.recipients) or "-"
            verdict = f"refused: {refusal}" if refusal else "taken"
            signs = f" [{', '.join(sorted(mention.signs))}]" if mention.signs else ""
            kind = f"{mention.type}/{mention.mode}" if mention.mode else mention.type
            rules = "; ".join(mention.rules)
            yield f"{sentence.index}: “{words}” {kind} {actors} -> {recipients}{signs} ({rules}) {verdict}"


def _events(events: tuple[Event, ...]) -> Iterator[str]:
    for event in events:
        kind = f"{event.type}/{event.mode}" if event.mode else event.type
        yield f"event {kind} {event.status}, {len(event.quotes)} quote(s): {'; '.join(event.rules)}"
