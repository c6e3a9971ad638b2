"""Which numbers a text names: what tells an update from a copy, and one day's market report from the next."""

from __future__ import annotations

from collections.abc import Iterable

# Small numbers as newspapers spell them. Left out is what is another word as well, in its own language or in another
# of these: one and a; once (Spanish eleven); neuf (French new); sei (Italian you are).
_SPELLED = {
    "en": "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty",
    "es": "dos tres cuatro cinco seis siete ocho nueve diez - doce trece catorce quince dieciseis diecisiete dieciocho "
    "diecinueve veinte",
    "pt": "dois tres quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezesseis dezessete dezoito "
    "dezenove vinte",
    "fr": "deux trois quatre cinq six sept huit - dix onze douze treize quatorze quinze seize - - - vingt",
    "de": "zwei drei vier funf sechs sieben acht neun zehn elf zwolf dreizehn vierzehn funfzehn sechzehn siebzehn "
    "achtzehn neunzehn zwanzig",
    "it": "due tre quattro cinque - sette otto nove dieci undici dodici tredici quattordici quindici sedici "
    "diciassette diciotto diciannove venti",
    "ru": "два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать четырнадцать "
    "пятнадцать шестнадцать семнадцать восемнадцать девятнадцать двадцать",
}

_VALUES = {
    word: str(value)
    for spelled in _SPELLED.values()
    for value, word in enumerate(spelled.split(), start=2)
    if word != "-"
}


def numbers_in(folded: Iterable[str]) -> frozenset[str]:
    """Return the numbers among folded words (see :func:`worker.stories.words.words`), spelled ones in digits."""
    return frozenset(word if word[0].isdigit() else _VALUES.get(word, "") for word in folded) - {""}
