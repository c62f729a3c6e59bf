"""What is usual in a country: its currency and its time zone, for whoever opens a shop there."""

from functools import cache
from zoneinfo import available_timezones

from babel import Locale
from babel.core import get_global
from babel.numbers import get_territory_currencies
from phonenumbers import SUPPORTED_REGIONS

# Countries with several zones: where most of their shops are. Elsewhere there is but one.
_MOST_LIVE_BY = {
    "AC": "Atlantic/St_Helena",
    "AR": "America/Argentina/Buenos_Aires",
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CD": "Africa/Kinshasa",
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "CY": "Asia/Nicosia",
    "DE": "Europe/Berlin",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "FM": "Pacific/Pohnpei",
    "GL": "America/Nuuk",
    "ID": "Asia/Jakarta",
    "KI": "Pacific/Tarawa",
    "KZ": "Asia/Almaty",
    "MN": "Asia/Ulaanbaatar",
    "MX": "America/Mexico_City",
    "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland",
    "PF": "Pacific/Tahiti",
    "PG": "Pacific/Port_Moresby",
    "PS": "Asia/Hebron",
    "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow",
    "TA": "Atlantic/St_Helena",
    "UA": "Europe/Kyiv",
    "US": "America/New_York",
    "UZ": "Asia/Tashkent",
    "XK": "Europe/Belgrade",
}


@cache
def countries() -> dict[str, str]:
    """Every country a shop can be in, by name: ISO code -> name in English."""
    names = Locale("en").territories
    return dict(sorted(((code, names[code]) for code in SUPPORTED_REGIONS), key=lambda pair: pair[1]))


@cache
def currencies() -> dict[str, str]:
    """Every currency that is used in some country today, by name: ISO code -> name in English."""
    used = {code for region in SUPPORTED_REGIONS for code in get_territory_currencies(region)}
    names = Locale("en").currencies
    return dict(sorted(((code, names[code]) for code in used), key=lambda pair: pair[1]))


@cache
def zones() -> list[str]:
    """The time zones of all countries, by name."""
    listed = get_global("territory_zones")
    found = {zone for region in SUPPORTED_REGIONS for zone in listed.get(region, [])}
    return sorted((found & available_timezones()) | set(_MOST_LIVE_BY.values()) | {"UTC"})


def usual_currency(region: str) -> str:
    """The currency people pay with in this country."""
    return str(get_territory_currencies(region)[0])


def usual_zone(region: str) -> str:
    """The time zone most people of this country live by."""
    return _MOST_LIVE_BY.get(region) or str(get_global("territory_zones")[region][0])
