"""A newsroom that invents as many articles as are asked for: the same ones for the same seed, no two alike.

A happening has a kind, a place, a day, parties and a toll; one to three outlets report it, each in words of its own,
and now and then an outlet prints an agency's report as its own. Happenings lie a day or more apart, so that what
belongs to one story never hangs on the order in which the line happens to read.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.gold.corpus import GoldArticle, Outlet, outlets

FIRST_DAY = datetime(2019, 1, 2, 6, tzinfo=UTC)
REPRINTED = 0.6  # of the agency's reports: one article in twenty is then a copy
AGENCY = "meridian"

PLACES = (
    "El Fasher", "Nyala", "Port Sudan", "Goma", "Bukavu", "Maiduguri", "Gao", "Kidal", "Ouagadougou", "Niamey", "Mopti",
    "Kharkiv", "Kherson", "Odesa", "Zaporizhzhia", "Aleppo", "Homs", "Idlib", "Daraa", "Mosul", "Kirkuk", "Basra",
    "Kandahar", "Herat", "Jalalabad", "Quetta", "Peshawar", "Karachi", "Manila", "Davao", "Mandalay", "Sittwe", "Lima",
    "Bogota", "Cali", "Caracas", "Port-au-Prince", "Tegucigalpa", "Nairobi", "Kampala", "Mogadishu", "Kismayo", "Juba",
    "Malakal", "Bangui", "Tripoli", "Benghazi", "Sanaa", "Aden", "Taiz", "Hodeidah", "Beirut", "Sidon", "Amman",
)  # fmt: skip
WEAPONS = ("artillery", "mortars", "rockets", "drones")
CROWDS = ("teachers", "nurses", "miners", "students", "dockers", "farmers", "bus drivers", "market traders")
CAUSES = ("unpaid wages", "fuel prices", "a new land law", "power cuts", "the closure of a clinic", "water shortages")
GOODS = ("flour", "tents", "vaccines", "cooking oil", "blankets", "water pumps", "school books", "seed")
SUBJECTS = ("a prisoner exchange", "grazing rights", "a border crossing", "fishing limits", "a dam", "rail tariffs")
ENVOYS = ("Kenya", "Turkey", "Norway", "Qatar", "Brazil", "Japan", "Egypt", "Indonesia", "Ghana", "Portugal")
NOUNS = (
    "bakery", "bridge", "archive", "orchard", "granary", "pharmacy", "quarry", "ferry", "tannery", "library", "kiln",
    "reservoir", "workshop", "chapel", "stadium", "cannery", "nursery", "depot", "theatre", "sawmill", "vineyard", "pier",
    "laundry", "observatory", "foundry", "cemetery", "museum", "windmill", "aqueduct", "courtyard", "hangar", "lighthouse",
)  # fmt: skip
QUALITIES = (
    "abandoned", "crowded", "old", "half-finished", "quiet", "narrow", "flooded", "walled", "rented", "dusty", "painted",
    "leaning", "guarded", "empty", "restored", "wooden", "distant", "shaded", "noisy", "sloping", "locked", "tiled",
)  # fmt: skip
MOODS = ("wary", "tired", "hopeful", "angry", "calm", "unsure", "relieved", "silent", "restless", "doubtful")
_STARTS = ("Ka", "Te", "Mo", "Ri", "Su", "La", "De", "Ga", "No", "Vi", "Ba", "He", "Jo", "Pe", "Zu", "Ol", "Ar", "Im")
_MIDDLES = ("lva", "rsi", "ndo", "mbe", "ska", "tte", "rro", "gli", "fsa", "dja", "kko", "vne", "psi", "sho", "zim")
_ENDS = ("ra", "no", "dis", "ke", "mar", "tov", "lin", "sa", "ber", "wi", "zan", "que", "rio", "ton", "lek", "mi")

# Leads by kind: a headline and a first paragraph in three wordings, so that reports of one happening are no copies.
LEADS: dict[str, tuple[tuple[str, str], ...]] = {
    "shelling": (
        ("{weapon} hit {quarter} near {place}",
         "Government forces shelled the {quarter} quarter of {place} with {weapon} on {day}, killing {killed} civilians, {speaker} said."),
        ("{killed} killed as {quarter} comes under fire",
         "At least {killed} civilians were killed in {place} on {day} when the army shelled {quarter}, according to {speaker}."),
        ("Families flee {quarter} after shelling",
         "{weapon} fired by the army struck {quarter}, a district of {place}, on {day} and killed {killed} people, residents told {speaker}."),
    ),
    "protest": (
        ("{crowd} march in {place} over {cause}",
         "Hundreds of {crowd} marched through {quarter} in {place} on {day} to protest against {cause}, {speaker} said."),
        ("{cause} bring {crowd} onto the streets of {quarter}",
         "{crowd} protested over {cause} in {place} on {day}, blocking the road to {quarter}, according to {speaker}."),
        ("Streets of {quarter} full as {crowd} rally",
         "Thousands of {crowd} rallied in {place} on {day}; police dispersed the demonstrators at {quarter} with tear gas, {speaker} said."),
    ),
    "arrest": (
        ("Police arrest {killed} in {quarter}",
         "Police arrested {killed} people in the {quarter} area of {place} on {day}, {speaker} said."),
        ("{killed} held after raids around {place}",
         "Security forces detained {killed} people during raids on {quarter} in {place} on {day}, according to {speaker}."),
        ("Raid on {quarter} ends with {killed} in custody",
         "Officers raided houses in {quarter}, {place}, on {day} and arrested {killed} men, a statement by {speaker} says."),
    ),
    "talks": (
        ("Envoys of {envoy} in {place} for talks on {subject}",
         "Diplomats from {envoy} met local leaders in {place} on {day} to discuss {subject}, {speaker} said."),
        ("{envoy} hosts meeting on {subject} in {quarter}",
         "{envoy} held talks with community leaders of {quarter} in {place} on {day} about {subject}, according to {speaker}."),
        ("Talks on {subject} resume at {quarter}",
         "The foreign minister of {envoy} met officials in {place} on {day}; {speaker} said that {subject} was discussed at {quarter}."),
    ),
    "aid": (
        ("{envoy} sends {goods} to {place}",
         "{envoy} delivered {goods} to displaced families at {quarter} in {place} on {day}, {speaker} said."),
        ("Lorries with {goods} reach {quarter}",
         "A convoy with {goods} from {envoy} arrived in {place} on {day} and was unloaded at {quarter}, according to {speaker}."),
        ("{quarter} receives {goods} from {envoy}",
         "Aid workers from {envoy} handed out {goods} in {quarter}, {place}, on {day}, as {speaker} confirmed."),
    ),
    "attack": (
        ("Gunmen attack {quarter}, {killed} dead",
         "Gunmen attacked the village of {quarter} near {place} on {day} and killed {killed} people, {speaker} said."),
        ("{killed} villagers killed near {place}",
         "{killed} people were killed on {day} when armed men stormed {quarter}, outside {place}, according to {speaker}."),
        ("Night raid on {quarter} leaves {killed} dead",
         "Militants raided {quarter} in the {place} area on {day}, killing {killed} villagers and burning homes, {speaker} said."),
    ),
}  # fmt: skip

MORE = (
    "{person} watched from the {quality} {noun} beside {quarter} and counted {number} vehicles.",
    "“We were {mood} even before the {noun} closed,” said {person}, who owns a {quality} {noun} there.",
    "Behind the {noun} of {quarter} stands a {quality} {noun} that {person} rebuilt {number} years ago.",
    "{speaker} promised to reopen the {quality} {noun}, though {person} sounded {mood}.",
    "A register in the {quality} {noun} lists {number} households, {person} explained.",
    "Near {quarter} the {noun} and its {quality} {noun} have served {number} families.",
    "{person}, a {mood} clerk at the {noun}, carried {number} ledgers into the {quality} {noun}.",
    "By evening the {quality} {noun} was {mood} ground for {person} and {number} neighbours.",
    "Nobody at the {quality} {noun} of {quarter} would say who owned the {noun}, {person} complained.",
    "The {noun} by the {quality} {noun} costs {number} coins a month, {person} added, {mood} as ever.",
)


@dataclass(frozen=True, slots=True)
class Happening:
    """What a few reports have in common."""

    number: int
    kind: str
    at: datetime
    facts: dict[str, str]
    people: tuple[str, ...]


def made_up(count: int, *, seed: int = 1, houses: int = 12, sentences: int = 7) -> tuple[GoldArticle, ...]:
    """So many articles of at most ``houses`` outlets, the oldest first, each of a lead and so many sentences more."""
    rng = random.Random(seed)
    at_work = sorted(outlets().values(), key=lambda outlet: (outlet.slug != AGENCY, outlet.slug))[:houses]
    at_work = [outlet for outlet in at_work if outlet.language == "en"]
    articles: list[GoldArticle] = []
    number = 0
    while len(articles) < count:
        number += 1
        articles += _reports(_happening(number, rng), at_work, sentences, rng)
    return tuple(articles[:count])


def _happening(number: int, rng: random.Random) -> Happening:
    at = FIRST_DAY + timedelta(days=number, minutes=rng.randrange(600))
    facts = {
        "place": rng.choice(PLACES),
        "quarter": _name(rng),
        "speaker": f"{_name(rng)} {_name(rng)}",
        "weapon": rng.choice(WEAPONS),
        "crowd": rng.choice(CROWDS),
        "cause": rng.choice(CAUSES),
        "goods": rng.choice(GOODS),
        "subject": rng.choice(SUBJECTS),
        "envoy": rng.choice(ENVOYS),
        "killed": str(rng.randrange(3, 60)),
        "day": f"{at:%A}",
    }
    return Happening(number, rng.choice(list(LEADS)), at, facts, tuple(f"{_name(rng)} {_name(rng)}" for _ in range(3)))


def _reports(
    happening: Happening, houses: Sequence[Outlet], sentences: int, rng: random.Random
) -> Iterator[GoldArticle]:
    reporting = rng.sample(houses, rng.choice((1, 1, 1, 2, 2, 3)))
    wordings = rng.sample(range(3), len(reporting))
    for outlet, wording in zip(reporting, wordings, strict=True):
        told = _told(happening, outlet, wording, sentences, rng)
        yield told
        others = [house for house in houses if house not in reporting and house.slug != AGENCY]
        if outlet.slug == AGENCY and others and rng.random() < REPRINTED:
            yield _reprint(told, rng.choice(others))


def _told(happening: Happening, outlet: Outlet, wording: int, sentences: int, rng: random.Random) -> GoldArticle:
    headline, lead = LEADS[happening.kind][wording]
    paragraphs = [_capital(lead.format(**happening.facts))]
    for pattern in itertools.islice(itertools.cycle(rng.sample(MORE, len(MORE))), sentences):
        varied = {
            "person": rng.choice(happening.people),
            "quality": rng.choice(QUALITIES),
            "noun": rng.choice(NOUNS),
            "mood": rng.choice(MOODS),
            "number": str(rng.randrange(12, 990)),
        }
        paragraphs.append(_capital(pattern.format(**{**happening.facts, **varied})))
    return _article(
        outlet,
        f"{happening.number}-{happening.kind}-{wording}",
        _capital(headline.format(**happening.facts)),
        happening.at + timedelta(minutes=20 * wording),
        "\n".join(paragraphs),
        story=str(happening.number),
    )


def _reprint(original: GoldArticle, outlet: Outlet) -> GoldArticle:
    return _article(
        outlet,
        f"{original.slug}-reprint",
        original.title,
        original.published + timedelta(minutes=50),
        f"{original.text}\n{original.outlet.name}",
        story=original.story,
        copy_of=original.id,
    )


def _article(
    outlet: Outlet, slug: str, title: str, published: datetime, text: str, *, story: str, copy_of: str | None = None
) -> GoldArticle:
    return GoldArticle(
        outlet=outlet, slug=slug, title=title, published=published, section="World", author=None, story=story,
        kind="made-up", copy_of=copy_of, split="dev", coded=False, text=text, events=(), not_events=(), raw={},
    )  # fmt: skip


def _name(rng: random.Random) -> str:
    return rng.choice(_STARTS) + rng.choice(_MIDDLES) + rng.choice(_ENDS)


def _capital(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]
