"""The dates that feeds write, with the offset that they were written in.

RFC 822 and its successors (RSS), RFC 3339 and ISO 8601 (Atom, JSON Feed, sitemaps, Dublin Core), and the ways in which
both are got wrong: missing seconds or zone, two-digit years, zone names, commas forgotten, day and month swapped.
"""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Final

LONGEST_DATE: Final = 100
"""Characters of a date; what is longer is no date."""

_EARLIEST_YEAR: Final = 1970
"""Earlier dates in feeds are zeros of some clock: 0001-01-01, 1899-12-30."""

_MONTHS: Final = {
    name: number + 1
    for number, name in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"))
}

_ZONES: Final = {
    name: minutes
    for minutes, names in (
        (0, "ut utc gmt z wet"),
        *((-300, "est"), (-240, "edt"), (-360, "cst"), (-300, "cdt")),  # RFC 822, 5.1, as the next row
        *((-420, "mst"), (-360, "mdt"), (-480, "pst"), (-420, "pdt")),
        *((-240, "ast"), (-180, "adt brt art"), (-540, "akst"), (-480, "akdt"), (-600, "hst")),
        *((-210, "nst"), (-150, "ndt")),
        *((60, "west bst cet met wat"), (120, "cest mest eet cat sast"), (180, "eest msk trt eat")),
        *((210, "irst"), (240, "gst"), (300, "pkt"), (345, "npt"), (390, "mmt"), (420, "ict wib")),
        *((480, "hkt sgt myt pht awst"), (540, "jst kst"), (570, "acst"), (600, "aest")),
        *((630, "acdt"), (660, "aedt"), (720, "nzst"), (780, "nzdt")),
    )
    for name in names.split()
}
"""Minutes east of Greenwich of names that mean one zone only. IST (India, Israel, Ireland) is not among them."""

_RFC822: Final = re.compile(
    r"""(?:[^\W\d]{2,10}\.?,?\s+)?                       # day of the week, of which nothing depends
        (?:(?P<day>\d{1,2})[\s-]+(?P<month>[^\W\d]{3,10})\.?|(?P<month2>[^\W\d]{3,10})\.?\s+(?P<day2>\d{1,2}))
        ,?[\s-]+(?P<year>\d{4}|\d{2})
        (?:,?[\sT]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?(?:\s?(?P<half>[ap])\.?m\.?)?)?
        \s*(?P<zone>[+-]\d{1,2}:?\d{2}|(?:GMT|UTC)\s?[+-]\d{1,2}(?::?\d{2})?|[A-Za-z]{1,5})?
        (?:\s*\([^()]{0,40}\))?""",
    re.VERBOSE | re.IGNORECASE,
)
_ISO: Final = re.compile(
    r"""(?P<year>\d{4})(?:(?P<dash>-)?(?P<month>\d{2})(?:(?(dash)-)(?P<day>\d{2}))?)?
        (?:(?:\s?[Tt]\s?|\s)(?P<hour>\d{1,2}):?(?P<minute>\d{2})(?::?(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?)?
        \s*(?P<zone>[Zz]|[+-]\d{2}(?::?\d{2})?|(?:GMT|UTC)(?:\s?[+-]\d{1,2}(?::?\d{2})?)?|[A-Za-z]{2,5})?""",
    re.VERBOSE,
)
_SLASHED: Final = re.compile(r"(?P<year>\d{4})/(?P<month>\d{2})/(?P<day>\d{2})(?=\D|$)")
_OFFSET: Final = re.compile(r"(?:GMT|UTC)?\s?([+-])(\d{1,2}):?(\d{2})?$", re.IGNORECASE)


def parse_date(raw: str | None, zone: tzinfo = UTC) -> datetime | None:
    """Read a date as feeds write it.

    Args:
        raw: What the feed says; None when it says nothing.
        zone: The zone of a date that names none, or one that means several.

    Returns:
        A timezone-aware instant in the offset it was written in; None when it is no date, or lies before 1970.
    """
    text = " ".join((raw or "")[: LONGEST_DATE + 1].split())
    if not text or len(text) > LONGEST_DATE:
        return None
    text = _SLASHED.sub(r"\g<year>-\g<month>-\g<day>", text, count=1)
    match = _ISO.fullmatch(text) or _RFC822.fullmatch(text)
    if match is None:
        return None
    found = match.groupdict()
    month = found["month"] or found.get("month2") or "1"
    number = int(month) if month.isdigit() else _MONTHS.get(month[:3].lower(), 0)
    day = int(found["day"] or found.get("day2") or 1)
    return _instant(found, _year(found["year"]), number, day, zone)


def _instant(found: dict[str, str | None], year: int, month: int, day: int, zone: tzinfo) -> datetime | None:
    hour, minute, second = (int(found[part] or 0) for part in ("hour", "minute", "second"))
    if found.get("half"):
        hour = hour % 12 + (12 if (found["half"] or "").lower() == "p" else 0)
    # 24:00 is the end of the day and :60 a leap second (ISO 8601); Python knows neither.
    carried = timedelta(days=1) if (hour, minute, second) == (24, 0, 0) else timedelta(0)
    hour = 0 if carried else hour
    microsecond = int((found.get("fraction") or "0")[:6].ljust(6, "0"))
    try:
        local = datetime(
            year, month, day, hour, minute, min(second, 59), microsecond, tzinfo=_zone(found["zone"], zone)
        )
        instant = local + carried
        instant.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return instant if instant.year >= _EARLIEST_YEAR else None


def _year(text: str | None) -> int:
    year = int(text or 0)
    if len(text or "") > 2:  # noqa: PLR2004 - two digits: RFC 2822, 4.3
        return year
    return year + (2000 if year < 70 else 1900)  # noqa: PLR2004 - feeds are younger than 1970


def _zone(text: str | None, default: tzinfo) -> tzinfo:
    if not text:
        return default
    offset = _OFFSET.match(text)
    if offset is None:
        minutes = _ZONES.get(text.lower())
        return default if minutes is None else timezone(timedelta(minutes=minutes))
    minutes = int(offset[2]) * 60 + int(offset[3] or 0)
    return timezone(timedelta(minutes=minutes if offset[1] == "+" else -minutes))
