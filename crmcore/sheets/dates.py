"""Dates and moments as spreadsheets write them. 05/12/2010 is read the way the rest of its column is."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

from babel import Locale, UnknownLocaleError

from crmcore.errors import BadInput

DAY_FIRST, MONTH_FIRST = "day first", "month first"
EARLIEST_YEAR = 1900

_TIME = (
    r"(?:[T,]?\s*(?P<hour>[0-9]{1,2})[:.](?P<minute>[0-9]{2})(?:[:.](?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]{1,9}))?)?"
    r"\s*(?P<half>[AaPp])?(?:\.?[Mm]\.?)?\s*(?P<zone>Z|z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
)
_YEAR_FIRST = re.compile(r"(?P<year>[0-9]{4})([-/. ])(?P<month>[0-9]{1,2})\2(?P<day>[0-9]{1,2})" + _TIME)
_YEAR_LAST = re.compile(r"(?P<first>[0-9]{1,2})([-/. ])(?P<other>[0-9]{1,2})\2(?P<year>[0-9]{4}|[0-9]{2})" + _TIME)
_SOLID = re.compile(
    r"(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"
    r"(?:[T ]?(?P<hour>[0-9]{2}):?(?P<minute>[0-9]{2}):?(?P<second>[0-9]{2})?)?(?:\.0)?"
)
_NAMED = re.compile(
    r"(?:[^\W\d]+[.,]*\s+)?(?P<day>[0-9]{1,2})(?:st|nd|rd|th|\.)?[\s,/.-]*(?:de |of )?\s*(?P<name>[^\W\d]{3,12})\.?"
    r"[\s,/.'’-]*(?:de )?(?P<year>[0-9]{4}|[0-9]{2})" + _TIME
)
_NAME_FIRST = re.compile(
    r"(?:[^\W\d]+[.,]*\s+)?(?P<name>[^\W\d]{3,12})\.?[\s/-]*(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?[\s,/.'’-]+"
    r"(?P<year>[0-9]{4}|[0-9]{2})" + _TIME
)
_ISO = re.compile(r"(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}(?: [0-9]{2}:[0-9]{2}:[0-9]{2})?")
_SERIAL = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")
_SERIAL_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001
_LANGUAGES = ("en", "fr", "de", "es", "pt", "it", "nl", "id", "sv", "tr", "pl")


@dataclass(frozen=True, slots=True)
class Reading:
    """A date as read: the moment in UTC and the day in the shop's zone; `has_time` is False for a mere day.

    `turned`: day and month could be swapped and it would be another date that exists.
    """

    at: datetime
    on: date
    has_time: bool
    turned: bool


@lru_cache(maxsize=64)
def habit(region: str) -> str:
    """How the region's people write day and month: DAY_FIRST or MONTH_FIRST."""
    for name in (f"en_{region}", f"und_{region}"):
        try:
            pattern = str(Locale.parse(name).date_formats["short"].pattern)
        except (UnknownLocaleError, ValueError):
            continue
        return MONTH_FIRST if pattern.index("M") < pattern.index("d") else DAY_FIRST
    return DAY_FIRST


def order_of(text: str) -> str | None:
    """Which order of day and month a date proves, because one of the two is over 12; None when it proves neither."""
    found = _YEAR_LAST.match(text.strip())
    if found and (int(found["first"]) > 12) != (int(found["other"]) > 12):
        return DAY_FIRST if int(found["first"]) > 12 else MONTH_FIRST
    return None


def looks_like_date(text: str) -> bool:
    """Whether this can only be meant as a date: a mere number is none."""
    shown = text.strip()
    return bool(
        _YEAR_FIRST.fullmatch(shown)
        or _YEAR_LAST.fullmatch(shown)
        or (
            (found := _NAMED.fullmatch(shown) or _NAME_FIRST.fullmatch(shown))
            and _month_names().get(_key(found["name"]))
        )
        or (
            (solid := _SOLID.fullmatch(shown)) and 1900 <= int(solid["year"]) <= 2100 and 1 <= int(solid["month"]) <= 12
        )
    )


def read_moment(text: str, order: str, zone: tzinfo) -> Reading:
    """Read one date or moment; without an offset of its own it is in the shop's `zone`.

    Raises BadInput("date") naming the value and what to write instead.
    """
    shown = text.strip()
    if _ISO.fullmatch(shown):  # what programs write, ten times faster than the patterns below
        try:
            return _in_zone(datetime.fromisoformat(shown), zone, has_time=len(shown) > 10, turned=False)
        except ValueError as error:
            raise _not_in_calendar(shown) from error
    if _SERIAL.fullmatch(shown):
        naive = _SERIAL_DAY_ZERO + timedelta(seconds=round(float(shown) * 86_400))
        return _in_zone(naive, zone, has_time="." in shown and naive.time() != naive.min.time(), turned=False)
    found = _YEAR_FIRST.fullmatch(shown) or _SOLID.fullmatch(shown)
    if found:
        return _reading(shown, found, int(found["year"]), int(found["month"]), int(found["day"]), zone)
    if found := _YEAR_LAST.fullmatch(shown):
        first, other = int(found["first"]), int(found["other"])
        day, month = (first, other) if order == DAY_FIRST else (other, first)
        turned = day <= 12 and day != month
        return _reading(shown, found, _full_year(found["year"]), month, day, zone, turned=turned)
    if found := _NAMED.fullmatch(shown) or _NAME_FIRST.fullmatch(shown):
        named_month = _month_names().get(_key(found["name"]))
        if named_month:
            return _reading(shown, found, _full_year(found["year"]), named_month, int(found["day"]), zone)
    raise BadInput("date", f"{shown} is no date: write it as 2024-03-31.")


def _reading(
    shown: str, found: re.Match[str], year: int, month: int, day: int, zone: tzinfo, turned: bool = False
) -> Reading:
    parts = found.groupdict()
    hour = int(parts.get("hour") or 0)
    half = (parts.get("half") or "").lower()
    if half == "a" and hour > 12:
        raise BadInput("date", f"{shown} has no such hour: write it as 2024-03-31 17:05.")
    if half and hour <= 12:  # "17:05 PM" is plain enough
        hour = hour % 12 + (12 if half == "p" else 0)
    if year < EARLIEST_YEAR:
        raise BadInput("date", f"{shown} lies in the year {year}: check the year.")
    try:
        fraction = (parts.get("fraction") or "0")[:6].ljust(6, "0")
        naive = datetime(  # noqa: DTZ001
            year, month, day, hour, int(parts.get("minute") or 0), int(parts.get("second") or 0), int(fraction)
        )
    except ValueError as error:
        raise _not_in_calendar(shown) from error
    offset = _offset(parts.get("zone"))
    return _in_zone(naive, offset or zone, has_time=parts.get("hour") is not None, turned=turned, shop_zone=zone)


def _not_in_calendar(shown: str) -> BadInput:
    return BadInput("date", f"{shown} is not in the calendar: write a day that exists, as 2024-03-31.")


def _in_zone(
    naive: datetime, zone: tzinfo, *, has_time: bool, turned: bool, shop_zone: tzinfo | None = None
) -> Reading:
    local = naive.replace(tzinfo=zone)
    day = local.date() if shop_zone in (None, zone) else local.astimezone(shop_zone).date()
    return Reading(local.astimezone(UTC), day, has_time, turned)


def _offset(zone: str | None) -> tzinfo | None:
    if not zone:
        return None
    if zone[0] not in "+-":
        return UTC
    digits = zone[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if zone[0] == "-" else offset)


def _full_year(text: str) -> int:
    """Two digits mean this century up to next year, else the last one."""
    year = int(text)
    if len(text) == 4:
        return year
    next_year = datetime.now(UTC).year + 1
    return year + 2000 if year + 2000 <= next_year else year + 1900


def _key(name: str) -> str:
    return name.casefold().rstrip(".")


@lru_cache(maxsize=1)
def _month_names() -> dict[str, int]:
    """Month names, whole and short, of the languages shops are likely to write."""
    names: dict[str, int] = {"sept": 9}
    for language in _LANGUAGES:
        months = Locale(language).months
        for form in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for month, name in months[form][width].items():
                    names.setdefault(_key(str(name)), month)
    return names
