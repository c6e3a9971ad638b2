"""Whole sentences and short articles through the coder."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.events.reading import SUNDAY, code, english, events, names, only
from worker.events.extract import Coder
from worker.events.ontology import HAPPENED
from worker.records import ArticleText

# Two-sided sentences: who, verb phrase, whom, type. Every one is also read with its sides swapped.
TWO_SIDED = [
    ("The Syrian army", "attacked", "Kurdish fighters", "ASSAULT"),
    ("Government forces", "killed", "rebels", "ASSAULT"),
    ("Russia", "shelled", "Ukraine", "ASSAULT"),
    ("Israel", "accused", "Iran", "ACCUSE"),
    ("China", "condemned", "the United States", "ACCUSE"),
    ("France", "threatened", "Niger", "THREATEN"),
    ("The United States", "imposed sanctions on", "Iran", "SANCTION"),
    ("Al-Shabaab fighters", "ambushed", "Kenyan soldiers", "ASSAULT"),
    ("Turkey", "praised", "Qatar", "SUPPORT"),
]


@pytest.mark.parametrize(("one", "verb", "other", "kind"), TWO_SIDED)
def test_swapping_the_sides_swaps_the_answer(one: str, verb: str, other: str, kind: str) -> None:
    straight = only(f"{one} {verb} {other} on Saturday.", kind)
    turned = only(
        f"{other[0].upper()}{other[1:]} {verb} {one[0].lower() + one[1:] if one.startswith('The ') else one} on Saturday.",
        kind,
    )
    assert names(straight.actors) == names(turned.recipients)
    assert names(straight.recipients) == names(turned.actors)
    assert names(straight.actors) != names(straight.recipients)


PASSIVES = [
    ("The Syrian army attacked the rebels.", "The rebels were attacked by the Syrian army.", "ASSAULT"),
    ("Gunmen killed four soldiers.", "Four soldiers were killed by gunmen.", "ASSAULT"),
    ("Police arrested 40 protesters.", "Forty protesters were arrested by police.", "COERCE"),
    ("Rebels seized the city of Goma.", "The city of Goma was seized by rebels.", "COERCE"),
    ("Russia expelled two British diplomats.", "Two British diplomats were expelled by Russia.", "SANCTION"),
]


@pytest.mark.parametrize(("active", "passive", "kind"), PASSIVES)
def test_the_passive_tells_the_same(active: str, passive: str, kind: str) -> None:
    one, other = only(active, kind), only(passive, kind)
    assert names(one.actors) == names(other.actors)
    assert one.mode == other.mode
    assert {p.country for p in one.recipients} == {p.country for p in other.recipients}


# A frame round a clause, and the status that it gives the clause's event.
FRAMES = [
    ("{}.", "asserted"),
    ("The governor said {}.", "claimed"),
    ("{}, the governor said.", "claimed"),
    ("According to residents, {}.", "claimed"),
    ("{}, according to state television.", "claimed"),
    ("The governor denied that {}.", "denied"),
    ("If {}, the talks will end.", "hypothetical"),
    ("There were rumours that {}.", "rumoured"),
    ("Activists said {}, but this could not be verified.", "unverified"),
]
CLAUSES = [
    ("the army shelled the town of Douma", "ASSAULT"),
    ("gunmen killed two soldiers in Mopti", "ASSAULT"),
    ("rebels captured the city of Goma", "COERCE"),
    ("police arrested 12 protesters in Minsk", "COERCE"),
]


@pytest.mark.parametrize(("clause", "kind"), CLAUSES)
@pytest.mark.parametrize(("frame", "status"), FRAMES)
def test_what_stands_round_a_clause_decides_its_status(frame: str, status: str, clause: str, kind: str) -> None:
    text = frame.format(clause)
    event = only(text[0].upper() + text[1:], kind)
    assert event.status == status
    assert event.happened is (status in HAPPENED)


VERBS = [
    ("The army {} the town of Douma.", "shelled", "did not shell", "will shell", "may shell", "ASSAULT"),
    ("Rebels {} the city of Goma.", "seized", "did not seize", "will seize", "could seize", "COERCE"),
    ("Police {} the opposition leader.", "arrested", "did not arrest", "will arrest", "might arrest", "COERCE"),
    ("Militants {} 20 villagers.", "kidnapped", "never kidnapped", "will kidnap", "would kidnap", "ASSAULT"),
]


@pytest.mark.parametrize(("frame", "past", "negated", "future", "modal", "kind"), VERBS)
def test_polarity_tense_and_modality(frame: str, past: str, negated: str, future: str, modal: str, kind: str) -> None:
    assert only(frame.format(past), kind).status == "asserted"
    assert only(frame.format(negated), kind).status == "denied"
    assert only(frame.format(future), kind).status == "planned"
    assert only(frame.format(modal), kind).status == "hypothetical"


@pytest.mark.parametrize(
    ("text", "chain"),
    [
        ("Two soldiers were killed in Mopti, Reuters reported.", ["Reuters"]),
        (
            "According to local sources cited by Reuters, the army shelled the town of Douma.",
            ["local sources", "Reuters"],
        ),
        ("According to Syrian state television, the army said that rebels attacked the base.", ["Military of Syria"]),
        (
            "A military source told AFP that gunmen killed two soldiers in Mopti.",
            ["military source", "Agence France-Presse"],
        ),
        ("The army shelled the town of Douma.", []),
    ],
)
def test_the_chain_of_sources_runs_from_the_inside_out(text: str, chain: list[str]) -> None:
    found = [source.name for source in only(text, "ASSAULT").attribution]
    assert found[: len(chain)] == chain, found
    assert bool(found) is bool(chain)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The army killed at least 12 civilians in Douma.", ("killed", 12, None, False)),
        ("Around a thousand rebels were killed in Idlib, the army said.", ("killed", 1000, 1000, True)),
        ("Gunmen abducted dozens of pupils in Kaduna.", ("captured", 24, 99, True)),
        ("A suicide bombing in Mogadishu left 12 people dead.", ("killed", 12, 12, False)),
        ("An air strike on Idlib killed up to 40 people.", ("killed", None, 40, False)),
        ("A soldier was killed by rebels in Goma.", ("killed", 1, 1, False)),
    ],
)
def test_a_toll_is_a_claim_with_bounds(text: str, expected: tuple) -> None:
    tolls = [toll for event in events(text) for toll in event.tolls]
    assert [(t.measure, t.low, t.high, t.approximate) for t in tolls] == [expected]


def test_a_part_of_a_toll_is_marked_as_one() -> None:
    event = only("The army shelled Douma, killing 12 people including three children and wounding 30.", "ASSAULT")
    assert [(t.measure, t.low, t.subset) for t in event.tolls] == [
        ("killed", 12, False),
        ("killed", 3, True),
        ("injured", 30, False),
    ]


def test_no_number_is_no_toll() -> None:
    assert only("Rebels killed soldiers near Goma.", "ASSAULT").tolls == ()


def test_rival_tolls_stand_side_by_side() -> None:
    event = only(
        "An air strike on Idlib killed 12 people on Saturday, activists said.\n"
        "The Syrian government said the air strike on Idlib killed nine people.",
        "ASSAULT",
    )
    assert sorted(t.low or 0 for t in event.tolls) == [9, 12]
    assert len({tuple(s.name for s in t.sources) for t in event.tolls}) == 2


def test_an_event_told_twice_is_one_with_both_quotes() -> None:
    event = only(
        "Gunmen attacked a police station in Maiduguri on Saturday.\n"
        "The weather was fine.\nThe attack in Maiduguri by gunmen began at dawn.",
        "ASSAULT",
    )
    assert len(event.quotes) == 2


def test_two_places_are_two_events() -> None:
    places = {e.place.name for e in events("Russian jets bombed Idlib and Homs on Saturday.", "ASSAULT") if e.place}
    assert places == {"Idlib", "Homs"}


def test_who_is_accused_did_it_by_the_accusers_word() -> None:
    found = code("Ukraine accused Russia of shelling a hospital in Kherson.").events
    kinds = {e.type: e for e in found}
    assert kinds["ACCUSE"].status == "asserted"
    assert kinds["ASSAULT"].status == "claimed"
    assert names(kinds["ASSAULT"].actors) == {"Government of Russia"}


@pytest.mark.parametrize(
    "text",
    [
        "The civil war has been stalemated for four years.",
        "Arsenal attacked from the start and killed the game with a third goal.",
        "The company struck a deal with its supplier.",
        "An earthquake killed 300 people in the mountains.",
        "Shares hit a record and investors fought for allocations.",
        "The band shot the video in the desert.",
        "The minister's wedding was attended by 300 guests.",
        "No group has claimed responsibility.",
    ],
)
def test_what_is_no_event_gives_none(text: str) -> None:
    assert [e for e in code(text).events if e.status not in {"hypothetical", "historical"}] == []


@pytest.mark.parametrize(
    "text",
    [
        "Rebels had previously occupied the town of Sake.",
        "In 1991 the army attacked the city of Goma.",
        "The army shelled the town ten years ago.",
    ],
)
def test_background_is_historical(text: str) -> None:
    assert {e.status for e in code(text).events} == {"historical"}


def test_hypothetical_and_historical_ones_can_be_left_out() -> None:
    article = ArticleText("In 1991 the army attacked the city of Goma.", published=SUNDAY, language="en")
    assert english().code(article, all_statuses=True).events
    assert not english().code(article, all_statuses=False).events


def test_evidence_stands_where_it_says() -> None:
    text = "Kano, Friday\n\nAccording to residents, gunmen killed 12 farmers near Gwoza on Friday. “They came at night,” one said."
    coded = code(text)
    assert coded.events
    spans = [span for e in coded.events for span in (*e.triggers, *e.quotes, *(t.quote for t in e.tolls))]
    spans += [p.span for e in coded.events for p in (*e.actors, *e.recipients) if p.span]
    spans += [s.span for e in coded.events for s in e.attribution if s.span]
    spans += [part for a in coded.attributions for part in (a.source, a.cue, a.content) if part]
    for span in spans:
        assert text[span.start : span.end] == span.text
    for entity in coded.entities:
        assert text[entity.start : entity.end] == entity.text
    for event in coded.events:
        assert len(event.triggers) == len(event.quotes)


def test_a_language_without_a_pack_is_uncoded() -> None:
    coded = english().code(ArticleText("Aseman attackerade staden.", language="sv"))
    assert (coded.pack, coded.events, coded.language) == (None, (), "sv")


@pytest.mark.parametrize(
    ("text", "pack"),
    [
        ("The army said that it had attacked the town in the north of the country.", True),
        ("Die Armee hat die Stadt im Norden des Landes angegriffen.", False),
        ("", False),
    ],
)
def test_a_text_that_does_not_say_its_language_is_looked_at(text: str, pack: bool) -> None:
    assert (english().code(ArticleText(text)).pack is not None) is pack


def test_the_version_names_the_packs() -> None:
    assert english().version == Coder.load(["en"]).version
    assert english().packs().keys() == {"en"}


HOSTILE = {
    "two megabytes": "The army attacked the town of Goma and killed 12 people. " * 36_000,
    "five thousand words without a stop": "soldiers killed rebels and " * 1_250,
    "ten thousand numbers": "killed 12 " * 10_000,
    "dots": "." * 200_000,
    "digits and commas": "1," * 100_000,
    "brackets": "(" * 50_000 + ")" * 50_000,
    "quotation marks": "“said" * 30_000,
    "and": "and " * 50_000,
    "commas": "the army, " * 20_000,
    "if": "if the army attacked " * 5_000,
    "said": "said that he said that " * 5_000,
    "NUL": "The army\x00 attacked\x00 the town.\x00" * 100,
    "Chinese": "军队袭击了城镇，打死十二人。" * 5_000,
    "Arabic": "قصف الجيش المدينة وقتل اثني عشر شخصا. " * 3_000,
    "emoji and surrogates": "🔥\ud800 attacked \udfff" * 1_000,
    "one word": "a" * 500_000,
    "apostrophes": "'s" * 50_000,
    "hyphens": "a-" * 100_000,
}


@pytest.mark.parametrize("kind", sorted(HOSTILE))
@pytest.mark.timeout(120)  # each ends within about a second on an idle machine; test machines are not idle
def test_no_text_is_too_much(kind: str) -> None:
    coded = code(HOSTILE[kind])
    assert len(coded.events) <= 60


_WORDS = [
    "the",
    "army",
    "rebels",
    "attacked",
    "killed",
    "said",
    "that",
    "by",
    "in",
    "of",
    ",",
    ".",
    "and",
    "if",
    "Goma",
    "Russia",
    "12",
    "not",
    "will",
    "were",
    "to",
    "(",
    ")",
    "“",
    "”",
    "who",
    "accused",
    "Monday",
    "their",
    "had",
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(_WORDS), max_size=40))
def test_any_run_of_words_is_read(words: list[str]) -> None:
    code(" ".join(words))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.text(max_size=80))
def test_any_text_at_all_is_read(text: str, title: str) -> None:
    code(text, title)
