"""The layers beside events: every attribution and every named or typed phrase of a text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from worker.events.syntax import Parse, Phrase
from worker.events.who_says import attributions
from worker.records import Attribution, Entity, Span

if TYPE_CHECKING:
    from worker.events.reader import DocumentReader


def read_layers(reader: DocumentReader) -> tuple[tuple[Attribution, ...], tuple[Entity, ...]]:
    """Read a document's layers.

    Args:
        reader: The document's reader.

    Returns:
        Attributions and entities, in the order of the text.
    """
    found: list[Attribution] = []
    entities: list[Entity] = []
    for sentence in reader.doc.sentences:
        parsed = reader.parse(sentence)
        found += _attributions(reader, parsed)
        entities += _entities(reader, parsed)
    return tuple(found), tuple(entities)


def _span(reader: DocumentReader, parsed: Parse, start: int, end: int) -> Span | None:
    end = min(end, len(parsed.sentence))
    while end > start and parsed.classes[end - 1] in ".,;":
        end -= 1
    while start < end and parsed.classes[start] in ",;":
        start += 1
    if end <= start:
        return None
    begin, stop = parsed.sentence.starts[start], parsed.sentence.ends[end - 1]
    return Span(begin, stop, reader.doc.text[begin:stop])


def _attributions(reader: DocumentReader, parsed: Parse) -> list[Attribution]:
    out = []
    for said in attributions(parsed, reader.language.speech):
        links = said.links
        source = _span(reader, parsed, links[0].start, links[0].end) if links else None
        out.append(Attribution(source, _span(reader, parsed, *said.cue), _span(reader, parsed, *said.content)))
    return out


def _entities(reader: DocumentReader, parsed: Parse) -> list[Entity]:
    out: list[Entity] = []
    taken: set[int] = set()

    def add(start: int, end: int, kind: str) -> None:
        if taken.isdisjoint(range(start, end)):
            span = _span(reader, parsed, start, end)
            if span is not None:
                taken.update(range(start, end))
                out.append(Entity(span.start, span.end, span.text, kind))

    for when in reader.language.times.read(parsed.sentence, parsed.classes, reader.today):
        add(when.start, when.end, "Temporal")
    for placed in reader.places.places(parsed):
        add(placed.start, placed.end, "Location")
    for chunk in parsed.chunks:
        if chunk.kind == "NP":
            _add_party(reader, parsed, Phrase(chunk.start, chunk.end), add)
    for place, letter in enumerate(parsed.classes):
        if letter == "1":
            add(place, place + 1, "Quantity")
    return sorted(out, key=lambda entity: entity.start)


def _add_party(reader: DocumentReader, parsed: Parse, phrase: Phrase, add) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    sentence = parsed.sentence
    at = phrase.start
    while at < phrase.end:
        demonym = reader.language.countries.match(sentence.words, at)
        if demonym is not None and demonym.form in {"adjective", "people"}:
            add(at, at + demonym.length, "Nationality")
            at += demonym.length
            continue
        match = reader.language.actors.longest(sentence.words, at, reader.today)
        if match is not None:
            person = "person" in match.classes and match.kind in {"leader", "title"}
            add(at, at + match.length, "Person" if person else "Organisation")
            at += match.length
            continue
        at += 1
