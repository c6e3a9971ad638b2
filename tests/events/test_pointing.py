"""Words that point back and words left out: each class of construction in sentences of other wars."""

import pytest

from tests.events.reading import code, events, names, only


@pytest.mark.parametrize(
    ("text", "town"),
    [
        ("Rebels reached Goma on Friday. Army helicopters bombed the city on Sunday.", "Goma"),
        ("Families were leaving El Fasher. Sudanese warplanes bombed the town at dawn.", "El Fasher"),
        ("Shells had fallen on Odesa for days. Russian jets, sent from Crimea, bombed the besieged city.", "Odesa"),
        (
            (
                "Inside Goma nobody slept. The rebels said the mill quarter of Katindo, beyond the western edge of "
                "the town, had fallen to them."
            ),
            "Goma",
        ),
    ],
)
def test_the_city_is_the_one_named_last(text: str, town: str) -> None:
    assert town in {e.place.name for e in code(text).events if e.place}


@pytest.mark.parametrize(
    ("text", "actors"),
    [
        (
            "Syrian warplanes bombed Saraqib on Sunday, and Russian jets flew beside them.",
            {"Military of Syria", "Military of Russia"},
        ),
        (
            "Congolese soldiers attacked the rebels near Sake, and Burundian troops fought alongside them.",
            {"Military of the Democratic Republic of the Congo", "Military of Burundi"},
        ),
        (
            "Malian soldiers attacked the militants near Gao and French helicopters joined them.",
            {"Military of Mali", "Military of France"},
        ),
    ],
)
def test_who_goes_with_the_doer_does_it_too(text: str, actors: set[str]) -> None:
    assert names(only(text, "ASSAULT").actors) == actors


@pytest.mark.parametrize(
    "text",
    [
        "Syrian warplanes bombed Saraqib on Sunday, and Russian jets did not fly beside them.",
        "Syrian warplanes bombed Saraqib on Sunday, and Russian jets stayed on the ground.",
        "Syrian warplanes bombed Saraqib on Sunday, and Russian jets would have flown beside them.",
    ],
)
def test_who_stays_away_does_not(text: str) -> None:
    assert names(only(text, "ASSAULT").actors) == {"Military of Syria"}


@pytest.mark.parametrize(
    ("text", "actors"),
    [
        (
            (
                "Syrian warplanes bombed Aleppo, and Russian jets flew beside them. The two air forces also pounded "
                "Saraqib on Sunday."
            ),
            {"Military of Syria", "Military of Russia"},
        ),
        (
            (
                "Congolese soldiers reached Sake on Friday and Burundian troops followed. Both armies attacked the rebels "
                "near Kitshanga on Sunday."
            ),
            {"Military of the Democratic Republic of the Congo", "Military of Burundi"},
        ),
        (
            (
                "The Malian army gathered at Gao, and the army of Niger crossed the border. The two armies attacked the "
                "militants near Menaka on Sunday."
            ),
            {"Military of Mali", "Military of Niger"},
        ),
    ],
)
def test_the_two_armies_are_the_two_named_last(text: str, actors: set[str]) -> None:
    assert any(names(e.actors) == actors for e in events(text, "ASSAULT"))


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Over Saturday and Sunday rebels overran the countryside around Goma.", ("2024-11-30", "2024-12-01")),
        ("Soldiers attacked the rebels near Sake on Friday and Saturday.", ("2024-11-29", "2024-11-30")),
        ("Shells killed nine civilians in Kherson on Thursday and Friday.", ("2024-11-28", "2024-11-29")),
    ],
)
def test_two_days_in_a_row_are_one_stretch(text: str, days: tuple[str, str]) -> None:
    event = code(text).events[0]
    assert (str(event.date_start), str(event.date_end)) == days


@pytest.mark.parametrize(
    "text",
    [
        "It was quiet in Bamako on Friday. Soldiers attacked the militants near Gao that day.",
        "The envoys left on Friday. On the same day rebels attacked the army base at Sake.",
        "Snow fell over Kharkiv on Friday. That night Russian shells killed four civilians in the city.",
    ],
)
def test_that_day_is_the_one_named_last(text: str) -> None:
    event = next(e for e in code(text).events if e.type == "ASSAULT")
    assert (str(event.date_start), str(event.date_end)) == ("2024-11-29", "2024-11-29")


@pytest.mark.parametrize(
    ("text", "recipients"),
    [
        ("The rebels say they have taken dozens of Assad's men prisoner.", {"Military of Syria"}),
        ("The insurgents took twenty of Putin's soldiers captive near Kursk.", {"Military of Russia"}),
        ("Rebels captured 30 of Assad's troops near Hama.", {"Military of Syria"}),
    ],
)
def test_a_rulers_men_are_his_army(text: str, recipients: set[str]) -> None:
    assert names(only(text, "ASSAULT").recipients) == recipients


@pytest.mark.parametrize(
    "text",
    [
        "Rebels marched into Goma on Friday. On Saturday the alliance overran the farmland around Sake.",
        "Rebels entered Goma on Friday. The newcomers were digging in. They said the barracks had fallen to them.",
        "Rebels hold Goma, and on Saturday its units and their fighters overran the farmland around Sake.",
    ],
)
def test_a_body_of_fighters_is_the_one_met_before(text: str) -> None:
    taken = [e for e in events(text, "COERCE") if e.mode == "seize"]
    assert taken
    assert names(taken[-1].actors) & {"rebels", "fighters"}


@pytest.mark.parametrize(
    ("text", "low"),
    [
        ("Rebel shells hit Goma on Sunday. No fewer than four civilians lost their lives, residents told Reuters.", 4),
        ("The shelling of Goma by the rebels claimed six lives.", 6),
        ("The attack on the market of Omdurman took nine lives on Sunday as soldiers fought militiamen.", 9),
    ],
)
def test_lives_lost_are_dead(text: str, low: int) -> None:
    tolls = [t for e in events(text, "ASSAULT") for t in e.tolls]
    assert [(t.measure, t.low) for t in tolls] == [("killed", low)]


@pytest.mark.parametrize(
    "text",
    [
        "A whisper that officers had tried to topple the president turned out to be without foundation.",
        "Murmurs that the generals had ousted the president proved to be without substance.",
        "There was no truth in the rumours that soldiers had overthrown the president on Friday.",
        "A report that commandos of Iran had seized a second ship was wrong, an official in Aden said.",
        "Reports that rebels had captured the airport of Goma were false, the governor said.",
        "The claim that rebels had captured the airport of Goma was baseless.",
    ],
)
def test_talk_without_foundation_is_denied(text: str) -> None:
    assert {e.status for e in events(text, "COERCE")} == {"denied"}


@pytest.mark.parametrize(
    ("text", "chain"),
    [
        (
            (
                "Soldiers have killed some 300 rebels in the past days, state television quoted the army command as "
                "saying, but no proof of that has been offered."
            ),
            ["belligerent", "state_media"],
        ),
        (
            "Troops killed 40 militants near Gao, Reuters quoted the army as saying, and it gave no details.",
            ["belligerent", "news_agency"],
        ),
        (
            "Rebels attacked a base near Sake, AFP cited a general as saying; the army did not comment.",
            ["belligerent", "news_agency"],
        ),
    ],
)
def test_who_is_quoted_as_saying_said_what_stands_before(text: str, chain: list[str]) -> None:
    event = events(text, "ASSAULT")[0]
    assert event.status in {"claimed", "unverified"}
    assert [source.kind for source in event.attribution] == chain


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Both sides give figures that nobody can check. The army says it killed 300 rebels near Gao.", "claimed"),
        ("The casualty figures could not be verified. Soldiers killed 40 militants, the army said.", "claimed"),
        ("Nobody can check the numbers. The rebels say they killed 20 soldiers at Sake.", "claimed"),
    ],
)
def test_a_doubt_that_opens_a_paragraph_is_not_about_the_one_before(text: str, status: str) -> None:
    before = "Shells killed nine civilians in Kherson on Sunday, residents told Reuters."
    found = code(f"{before}\n\n{text}").events
    assert found[0].tolls[0].status == status


@pytest.mark.parametrize(
    "text",
    [
        "Syrian warplanes bombed Saraqib on Sunday. Loyalist troops then threw the rebels back into the hills.",
        "Syrian jets bombed Saraqib on Sunday. Syrian soldiers pushed the rebels back from the town that day.",
        "Army helicopters bombed Sake on Sunday. Soldiers drove the insurgents back from the town.",
    ],
)
def test_a_push_on_the_ground_is_no_air_strike(text: str) -> None:
    assert sorted(str(e.mode) for e in events(text, "ASSAULT")) == ["None", "aerial"]


@pytest.mark.parametrize(
    "text",
    [
        "Goma itself fell on Friday, and the rebels met few soldiers.",
        "Saraqib fell on Friday as rebels and soldiers fought on.",
        "By Friday the town of Bunia had fallen to the militia, its commander said.",
    ],
)
def test_a_town_that_falls_is_taken(text: str) -> None:
    assert any(e.mode == "seize" and e.place for e in events(text, "COERCE"))
