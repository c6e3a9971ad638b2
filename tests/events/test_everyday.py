"""Everyday news holds no event: accidents, sport, business, culture, weather, small crime, and courts at their daily work."""

import pytest

from tests.events.reading import events

QUIET = (
    "Police closed two lanes of the motorway near Leeds on Monday after a lorry shed its load of gravel. Officers said the road would reopen by evening.",
    "Arsenal beat Chelsea 3-1 on Saturday after Saka struck twice in the first half. The visitors were reduced to ten men when their captain was sent off.",
    "The company said on Thursday it would close three plants and cut 400 jobs. Workers were told at a meeting in the canteen.",
    "A fire swept through a warehouse in Lagos on Sunday night, killing two guards. The cause was being looked into, the fire service said.",
    "The court sentenced a plumber to six years for stealing copper pipes from a hospital. He had denied the charge.",
    "A bus carrying pilgrims plunged into a ravine in Nepal, killing 18 people and injuring 30. Rescuers used ropes to reach the wreck.",
    "Detectives arrested a man of 34 over the death of a woman in Hull. Her body was found on Friday in a flat.",
    "Scientists released forty lynx into a forest in Estonia. The animals were captured in Slovakia last winter.",
    "The film director accused the studio of cutting ten minutes from her picture. The studio declined to comment.",
    "Heavy rain is expected across the south on Wednesday, the weather office warned. Residents were urged to stay at home.",
    "The general's memoirs tell how his regiment stormed the ridge in 1917. Half his company was killed.",
    "Shares in the carmaker fell four per cent after it warned that tariffs would hit profits. Analysts had expected better.",
    "The singer called off her tour after doctors told her to rest. Fans will get their money back.",
    "The striker was arrested at the airport for carrying a pellet gun, his club said. He missed the match.",
    "A coach was attacked by bees at a school in Kenya and taken to hospital.",
    "The museum returned a bronze head to the village from which it was bought in 1960.",
    "The team captured its third title after a fierce battle with its old rivals. Fans invaded the pitch.",
    "The bank blocked the customer's account after a fraud alert. She complained to the ombudsman.",
    "A chemical leak forced the evacuation of 200 workers from a plant in Gujarat. Four were treated for burns.",
    "The airline suspended flights to Oslo because of fog. Passengers were put up in hotels.",
    "The mayor cut the ribbon at the new swimming pool and praised the builders.",
    "Firefighters freed a man whose arm was trapped in a machine. He was flown to hospital.",
    "The regulator fined the phone company 2 million euros for hiding charges. The firm will appeal.",
    "The actor has denied that he left the theatre in anger. The producers welcomed his words.",
    "An avalanche killed three skiers near Chamonix. Gendarmes recovered the bodies with a helicopter.",
    "Police appealed for witnesses after a cyclist was struck by a van in Dublin. The driver was questioned.",
    "The retailer launched an offensive on prices, slashing the cost of 300 items. Its rivals hit back the same day.",
    "The novelist, who fled Chile in 1973 after the coup, has died in Stockholm. She was 81.",
    "The army band marched through the town on the king's birthday. Thousands lined the route.",
    "The teacher was shot with a nail gun by accident during a lesson. Police are not treating it as a crime.",
    "A gang of four robbed a jeweller in Milan and fled on scooters. Police found one scooter in a canal.",
    "The two firms signed an agreement to build batteries in Hungary. The plant will open in 2027.",
    "The volcano erupted again on Tuesday and drove villagers from their homes. The authorities opened shelters.",
    "The ferry captain ignored warnings, an inquiry has found. The company accepted the blame.",
    "Thousands of fans took to the streets of Naples to celebrate the title. Some let off flares.",
    "The prince met schoolchildren and planted a tree. He will visit the zoo tomorrow.",
    "Why the war in Ukraine must end, and how. Europe should demand a truce, and it should do so now.",
    "The judge dismissed a suit against the brewery. The plaintiff had demanded 5 million dollars.",
    "Archaeologists found the fort that the Romans destroyed when they withdrew from the valley. Coins were seized by looters years ago.",
    "The striker threatened to leave the club unless he gets a new contract. The chairman said no.",
    "A man stabbed his brother in a quarrel over land in Kisii. He surrendered to police.",
    "The striking exhibition opens on Friday. Its curator defended the choice of pictures.",
    "The court ordered the factory to pay the fishermen for the spill. The owner refused.",
    "The minister visited a school in Braga and tasted the lunch. Pupils asked him about homework.",
    "The number of asylum seekers fell by a fifth last year, the statistics office said.",
    "The hotel was evacuated after a bomb threat that proved a hoax. Guests were let back at noon.",
    "The drought has displaced herders and killed cattle in the north. Rain is not expected before May.",
    "Workers dug up a shell from the Second World War and the army blew it up in a field.",
    "The opposition leader wed his partner of ten years. Guests from three parties attended.",
    "The chess champion launched an attack on the king's side and won in 31 moves.",
    "A power cut hit the stadium and the match was held up for an hour.",
)


@pytest.mark.parametrize("text", QUIET)
def test_everyday_news_holds_no_event(text: str) -> None:
    told = [(event.type, event.status) for event in events(text) if event.status not in {"historical", "hypothetical"}]
    assert told == []
