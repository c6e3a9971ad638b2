"""Spanish sentences read: order of words, certainty, who says so, numbers, days and places."""

from datetime import date

import pytest

from tests.events.spanish.reading import coder, events, only
from worker.records import ArticleText


@pytest.mark.parametrize(
    ("text", "kind", "actors", "recipients"),
    [
        ("El ELN atacó a una patrulla del Ejército colombiano.", "ASSAULT", {"National Liberation Army"}, {"Military of Colombia"}),
        ("Tres soldados colombianos fueron asesinados por el ELN.", "ASSAULT", {"National Liberation Army"}, {"Military of Colombia"}),
        ("Fueron asesinados tres policías colombianos a manos del ELN.", "ASSAULT", {"National Liberation Army"}, {"Police of Colombia"}),
        ("EE.UU. condenó los ataques rusos.", "ACCUSE", {"Government of the United States"}, {"Government of Russia"}),
        ("El gobierno de Ecuador pidió a la ONU que envíe ayuda.", "REQUEST", {"Government of Ecuador"}, {"United Nations"}),
        ("La policía peruana detuvo a doce manifestantes.", "COERCE", {"Police of Peru"}, {"protesters"}),
        ("El Ejército sirio y los talibanes se enfrentaron en el norte.", "ASSAULT", {"Military of Syria", "Taliban"}, set()),
        ("Alemania rechazó la propuesta del Reino Unido.", "REJECT", {"Government of Germany"}, {"Government of the United Kingdom"}),
        ("El ministro de Exteriores turco se reunió con el canciller iraní.", "CONSULT", {"Government of Turkey"}, {"Government of Iran"}),
    ],
)  # fmt: skip
def test_who_did_it_to_whom(text: str, kind: str, actors: set[str], recipients: set[str]) -> None:
    event = only(text, kind)
    assert {party.name for party in event.actors} == actors
    assert {party.name for party in event.recipients} - actors == recipients


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("El ejército sirio atacó la ciudad de Alepo.", "asserted"),
        ("El ejército sirio no atacó la ciudad de Alepo.", "denied"),
        ("El ejército sirio nunca atacó la ciudad de Alepo.", "denied"),
        ("El ejército sirio atacará la ciudad de Alepo.", "planned"),
        ("El ejército sirio va a atacar la ciudad de Alepo.", "planned"),
        ("El ejército sirio planea atacar la ciudad de Alepo.", "planned"),
        ("El ejército sirio habría atacado la ciudad de Alepo.", "rumoured"),
        ("El ejército sirio podría atacar la ciudad de Alepo.", "hypothetical"),
        ("Si el ejército sirio ataca la ciudad de Alepo, habrá guerra.", "hypothetical"),
        ("El ministro dijo que el ejército sirio atacó la ciudad de Alepo.", "claimed"),
        ("Según los rebeldes, el ejército sirio atacó la ciudad de Alepo.", "claimed"),
        ("El ejército sirio atacó la ciudad de Alepo, informó la televisión estatal.", "claimed"),
        ("El ejército sirio negó haber atacado la ciudad de Alepo.", "denied"),
        ("Después de que el ejército sirio atacara la ciudad de Alepo, los vecinos huyeron.", "asserted"),
        ("Tras atacar la ciudad de Alepo, el ejército sirio se retiró.", "asserted"),
        ("El ejército sirio se retiró sin atacar la ciudad de Alepo.", "hypothetical"),
        ("El ejército sirio atacó la ciudad de Alepo hace diez años.", "historical"),
    ],
)
def test_how_certain_it_is(text: str, status: str) -> None:
    found = [event for event in events(text, "ASSAULT") if event.mode is None]
    assert [event.status for event in found] == [status]
    assert found[0].happened is (status in {"asserted", "claimed"})


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("El ELN atacó una base en Arauca, informó el Ejército colombiano.", "Military of Colombia"),
        ("Según Reuters, el ELN atacó una base en Arauca.", "Reuters"),
        ("De acuerdo con testigos, el ELN atacó una base en Arauca.", "testigos"),
        ("El ELN atacó una base en Arauca, dijeron fuentes militares.", "fuentes militares"),
        ("La ONU afirmó que el ELN atacó una base en Arauca.", "United Nations"),
    ],
)
def test_who_says_so(text: str, source: str) -> None:
    assert [s.name for s in only(text, "ASSAULT").attribution] == [source]


@pytest.mark.parametrize(
    ("count", "low", "high"),
    [
        ("doce soldados", 12, 12),
        ("al menos 12 soldados", 12, None),
        ("más de 1.200 soldados", 1200, None),
        ("unos 30 soldados", 30, 30),
        ("treinta y dos soldados", 32, 32),
        ("doscientos soldados", 200, 200),
        ("dos mil soldados", 2000, 2000),
        ("decenas de soldados", 20, 99),
        ("cientos de soldados", 200, 999),
        ("una veintena de soldados", 20, 20),
        ("medio centenar de soldados", 50, 50),
    ],
)
def test_numbers_are_claims_with_bounds(count: str, low: int | None, high: int | None) -> None:
    tolls = only(f"Los rebeldes mataron a {count} en una emboscada.", "ASSAULT").tolls
    assert [(toll.measure, toll.low, toll.high) for toll in tolls] == [("killed", low, high)]


@pytest.mark.parametrize(
    ("text", "tolls"),
    [
        ("Un bombardeo ruso dejó 12 muertos y 30 heridos en Járkov.", {("killed", 12), ("injured", 30)}),
        ("Murieron tres policías en un ataque del ELN.", {("killed", 3)}),
        ("El lunes, entre 10 y 15 soldados murieron en una emboscada de los rebeldes.", {("killed", 10)}),
        ("Cuatro civiles fallecieron y nueve resultaron heridos en un ataque ruso.", {("killed", 4), ("injured", 9)}),
        ("El ELN secuestró a dos ingenieros en Arauca.", {("captured", 2)}),
        ("La policía boliviana detuvo a quince manifestantes.", {("captured", 15)}),
    ],
)  # fmt: skip
def test_what_is_counted(text: str, tolls: set[tuple[str, int]]) -> None:
    assert {(toll.measure, toll.low) for event in events(text) for toll in event.tolls} == tolls


@pytest.mark.parametrize(
    ("when", "day"),
    [
        ("el viernes", date(2024, 11, 29)),
        ("el pasado martes", date(2024, 11, 26)),
        ("este domingo", date(2024, 12, 1)),
        ("el domingo pasado", date(2024, 11, 24)),
        ("ayer", date(2024, 11, 30)),
        ("anoche", date(2024, 11, 30)),
        ("la madrugada del jueves", date(2024, 11, 28)),
        ("el 20 de noviembre", date(2024, 11, 20)),
        ("el 20 de noviembre de 2024", date(2024, 11, 20)),
        ("hace tres días", date(2024, 11, 28)),
    ],
)
def test_days(when: str, day: date) -> None:
    assert only(f"El ELN atacó una base militar en Arauca {when}.", "ASSAULT").date_start == day


@pytest.mark.parametrize(
    ("where", "name", "country"),
    [
        ("en la ciudad de Alepo", "Aleppo", "SYR"),
        ("en Bogotá", "Bogotá", "COL"),
        ("en el departamento de Arauca", "Arauca", "COL"),
        ("en Kiev, la capital de Ucrania", "Kyiv", "UKR"),
        ("en Siria", "Syria", "SYR"),
    ],
)
def test_places_have_their_one_name(where: str, name: str, country: str) -> None:
    place = only(f"Hombres armados atacaron un cuartel militar {where}.", "ASSAULT").place
    assert place is not None
    assert (place.name, place.country) == (name, country)


@pytest.mark.parametrize(
    "text",
    [
        "El equipo atacó con tres puntas y el estadio estalló con el primer gol.",
        "La empresa llegó a un acuerdo con dos bancos para comprar cuatro grúas.",
        "Nueve personas murieron al caer un autobús a un abismo.",
        "El terremoto mató a 300 personas en la costa.",
        "La escritora agradeció el apoyo de su editorial.",
        "No hubo muertos en el ataque de nervios del público.",
    ],
)
def test_what_is_no_event(text: str) -> None:
    assert events(text) == ()


SPANISH = "El ejército sirio atacó la ciudad de Alepo el lunes y mató a doce personas, según los vecinos de la zona."
ENGLISH = "The Syrian army attacked the city of Aleppo on Monday and killed twelve people, residents of the area said."


@pytest.mark.parametrize(("text", "language"), [(SPANISH, "es"), (ENGLISH, "en")])
def test_a_text_that_does_not_say_its_language_finds_its_pack(text: str, language: str) -> None:
    coded = coder().code(ArticleText(text))
    assert coded.language == language
    assert [event.type for event in coded.events] == ["ASSAULT"]


@pytest.mark.parametrize(
    "text",
    [
        "O exército sírio atacou a cidade de Alepo na segunda-feira e matou doze pessoas, disseram os moradores da região ao jornal.",
        "L'armée syrienne a attaqué la ville d'Alep lundi et a tué douze personnes, selon des habitants de la région.",
        "L'esercito siriano ha attaccato la città di Aleppo lunedì e ha ucciso dodici persone, secondo gli abitanti della zona.",
        "Die syrische Armee griff am Montag die Stadt Aleppo an und tötete zwölf Menschen, wie Bewohner sagten.",
    ],
)
def test_a_third_language_has_no_pack(text: str) -> None:
    coded = coder().code(ArticleText(text))
    assert (coded.pack, coded.events) == (None, ())


def test_both_packs_give_one_event_one_name() -> None:
    spanish, english = (coder().code(ArticleText(text)).events[0] for text in (SPANISH, ENGLISH))
    assert [party.name for party in spanish.actors] == [party.name for party in english.actors]
    assert spanish.place is not None
    assert english.place is not None
    assert spanish.place.geonameid == english.place.geonameid
