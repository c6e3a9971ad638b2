"""Which news agency an article is credited to: its copies elsewhere add nothing to what the agency says."""

from __future__ import annotations

import re
from collections.abc import Sequence

# Usual name (as in the coder's list of sources) -> the ways agencies sign. Short forms are matched in capitals only:
# "ap" and "pa" are words elsewhere.
_SIGNS = {
    "Agence France-Presse": ("AFP", "Agence France-Presse"),
    "ANSA": ("ANSA",),
    "Anadolu Agency": ("Anadolu", "Anadolu Agency", "AA"),
    "ANI": ("ANI", "Asian News International"),
    "Associated Press": ("AP", "Associated Press"),
    "APA": ("APA", "Austria Press Agency", "Austria Presse Agentur"),
    "Belga": ("Belga", "BELGA"),
    "BTA": ("BTA", "Bulgarian News Agency"),
    "Bloomberg": ("Bloomberg",),
    "CTK": ("CTK", "\u010cTK"),
    "DPA": ("dpa", "DPA", "Deutsche Presse-Agentur"),
    "EFE": ("EFE", "Agencia EFE"),
    "Europa Press": ("Europa Press",),
    "IANS": ("IANS",),
    "Interfax": ("Interfax", "\u0418\u043d\u0442\u0435\u0440\u0444\u0430\u043a\u0441"),
    "Interfax-Ukraine": ("Interfax-Ukraine",),
    "IRNA": ("IRNA",),
    "Jiji Press": ("Jiji Press", "JIJI"),
    "Kyodo": ("Kyodo", "Kyodo News", "KYODO"),
    "Lusa": ("Lusa", "LUSA"),
    "MTI": ("MTI",),
    "NTB": ("NTB",),
    "Press Association": ("PA Media", "Press Association"),
    "PAP": ("PAP", "Polska Agencja Prasowa"),
    "Press Trust of India": ("PTI", "Press Trust of India"),
    "Reuters": ("Reuters", "REUTERS", "\u0420\u0435\u0439\u0442\u0435\u0440"),
    "RIA Novosti": ("RIA Novosti", "\u0420\u0418\u0410 \u041d\u043e\u0432\u043e\u0441\u0442\u0438"),
    "Ritzau": ("Ritzau",),
    "SANA": ("SANA",),
    "TASS": ("TASS", "\u0422\u0410\u0421\u0421"),
    "Canadian Press": ("The Canadian Press", "Canadian Press"),
    "TT": ("TT", "TT Nyhetsbyr\u00e5n"),
    "Ukrinform": ("Ukrinform", "\u0423\u043a\u0440\u0456\u043d\u0444\u043e\u0440\u043c"),
    "United Press International": ("UPI", "United Press International"),
    "WAFA": ("WAFA",),
    "Xinhua": ("Xinhua", "\u65b0\u534e\u793e", "\u65b0\u83ef\u793e"),
    "Yonhap": ("Yonhap", "\uc5f0\ud569\ub274\uc2a4"),
}

_BY_SIGN = {sign: name for name, signs in _SIGNS.items() for sign in signs}
_ANY = "|".join(sorted(map(re.escape, _BY_SIGN), key=len, reverse=True))

# "NAIROBI, March 4 (Reuters) - ..." and "KYIV (AP) \u2014": the sign in brackets in front of the first sentence.
_DATELINE = re.compile(rf"^[^\n().]{{0,60}}\(\s*({_ANY})\s*\)")

# A byline that is the sign, or is cut off from the name by a mark: "Reuters", "Jane Roe, AP", "AFP/Kigali", "AP Staff".
# A sign that merely begins or ends it may be initials or a surname.
_BYLINE = re.compile(
    rf"^(?:[Tt]he\s+|[Ff]rom\s+)?({_ANY})(?=$|\s*[/,(|]|\s+-|\s+(?:[Ss]taff|[Nn]ews|[Ww]riter|[Rr]eporter|[Cc]orrespondent))"
    rf"|[,/|(-]\s*({_ANY})\)?$"
)

# The last line of a report: "(Reporting by A. B. ...)" is Reuters' alone; "AFP 2025"; "Associated Press writer ...".
_CREDIT = re.compile(rf"^(?:\u00a9\s*|\(c\)\s*|copyright\s+)?(?:\d{{4}}\s+)?(?:the\s+)?({_ANY})\b", re.IGNORECASE)
_REUTERS_SIGN_OFF = re.compile(r"^\((?:additional )?reporting by [^)]{3,300}(?:editing|writing) by", re.IGNORECASE)

TAIL_LINES = 3
"""Lines at the end among which a credit stands."""

CREDIT_CHARACTERS = 200
"""A longer last line is a paragraph that begins with an agency's name."""


def credited_agency(authors: Sequence[str], text: str) -> str | None:
    """Return the usual name of the news agency that an article is credited to, or None.

    Looked for in the byline, in the dateline, and in the credit under the text; an agency that is merely quoted is
    not one that the article is credited to.

    Args:
        authors: Names as the page gives them.
        text: The body, a paragraph a line.
    """
    for author in authors:
        if found := _BYLINE.search(author.strip()):
            return _BY_SIGN[found[1] or found[2]]
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if lines and (found := _DATELINE.match(lines[0])):
        return _BY_SIGN[found[1]]
    for line in lines[1:][-TAIL_LINES:]:
        if _REUTERS_SIGN_OFF.match(line):
            return "Reuters"
        credit = line.strip("()[] .")
        if len(line) <= CREDIT_CHARACTERS and (found := _CREDIT.match(credit)) and _is_credit(credit, found):
            return _BY_SIGN.get(found[1])
    return None


def _is_credit(line: str, found: re.Match[str]) -> bool:
    """Say whether a last line credits: it is hardly more than the sign, bears the mark, or names who wrote."""
    rest = line[found.end() :].strip(" .,:;0123456789")
    marked = line[0] == "\u00a9" or line.lower().startswith(("(c)", "copyright"))
    return not rest or marked or "contribut" in rest
