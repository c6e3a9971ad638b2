"""The forms of a language's words, made from base forms: by rules of endings, or by conjugation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from worker.events.conjugation import Conjugation
from worker.events.lexicon import inflect

Rules = list[tuple[re.Pattern[str], str]]


class Morphology:
    """Makes the forms of verbs and the plurals of nouns."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        rules = table.get("forms", {})
        self._rules: dict[str, Rules] = {
            form: [(re.compile(end), to) for end, to in pairs] for form, pairs in rules.items()
        }
        self.also_forms: Mapping[str, Sequence[str]] = table.get("also_forms", {})
        self._irregular: Mapping[str, Sequence[str]] = table.get("irregular", {})
        self.conjugation = Conjugation.of(table)

    def verb(self, base: str) -> Iterator[tuple[str, str]]:
        """Pairs of word and form letter (b, z, d, n, g; i, r, c, s where words are conjugated) of a base form."""
        if self.conjugation.rows:
            yield from self.conjugation.verb(base)
            return
        yield base, "b"
        yield inflect(base, self._rules.get("z", ())), "z"
        irregular = self._irregular.get(base, ())
        if any("|" in form for form in irregular):  # two spellings: "travelled|traveled"
            for spelling in (0, 1):
                forms = [form.split("|")[min(spelling, form.count("|"))] for form in irregular]
                yield from zip((forms[0], forms[1], *forms[2:]), "dng", strict=False)
            return
        past = irregular[0] if irregular else inflect(base, self._rules.get("v", ()))
        yield past, "d"
        yield (irregular[1] if irregular else past), "n"
        yield (irregular[2] if len(irregular) > 2 else inflect(base, self._rules.get("g", ()))), "g"  # noqa: PLR2004

    def plural(self, noun: str) -> str:
        """The plural of a noun."""
        return inflect(noun, self._rules.get("plural", ()))
