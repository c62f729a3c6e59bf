"""Who the customers of the demo shops are: names that fit the place, and addresses and numbers of nobody.

Phone numbers pass every check and ring nowhere: 555-01xx is kept free for fiction in the United States, +91 601 belongs
to no known operator, and the network of +233 28 has closed. E-mail addresses end in example.com, which nobody owns.
"""

import re
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

from faker import Faker

from crmcore.demo.profiles import Place, Profile
from crmcore.names import fold

_LOCALES = {"IN": "en_IN", "GH": "tw_GH", "US": "en_US"}
_AREA_CODES = (
    207, 617, 401, 603, 802, 860, 203, 413, 508, 978, 781, 774, 518, 585, 716, 315, 607, 845, 914, 516, 631, 212, 718,
    201, 973, 732, 856, 609, 215, 610, 717, 570, 814, 412, 724, 302, 410, 443, 301, 240,
)  # fmt: skip

_HOUSES = (
    "Blue Heron", "Lighthouse", "Maple Street", "Old Mill", "Copper Kettle", "North Star", "Red Door", "Driftwood",
    "Granite", "Sparrow", "Harvest", "Tidewater", "Birch & Stone", "Corner", "Bayside", "Hilltop", "Juniper", "Anchor",
    "Wildflower", "Cobblestone", "Sunday", "Fern", "Evergreen", "Foghorn", "Paper Moon", "Little Owl", "Salt Marsh",
    "Union", "Parkside", "Silver Spoon", "Orchard", "Seaglass", "Brickyard", "Lantern", "Fiddlehead", "Mainsail",
)  # fmt: skip
_TRADES = {
    "Cafe": ("Cafe", "Coffee House", "Espresso Bar", "Bakery & Cafe"),
    "Restaurant": ("Kitchen", "Diner", "Bistro", "Grill"),
    "Office": ("Design", "Law Office", "Architects", "Software"),
    "Hotel": ("Inn", "Hotel", "Guest House"),
    "Grocer": ("Market", "Provisions", "Food Co-op"),
}
_INDUSTRIES = {
    "Cafe": "Food service",
    "Restaurant": "Food service",
    "Office": "Professional services",
    "Hotel": "Hospitality",
    "Grocer": "Retail",
}
_NOTES = (
    "Prefers a call in the morning.",
    "Asks for home delivery.",
    "Pays at the end of the month.",
    "Came through a friend.",
    "Likes to hear about offers first.",
    "Speaks softly on the phone; send a message instead.",
)


@dataclass(frozen=True)
class Identity:
    """What is on file about a demo customer, apart from when they came and what they bought."""

    fields: dict[str, Any]
    tag: str | None


def identity(profile: Profile, seed: int, number: int) -> Identity:
    """The shop's customer number so-and-so: always the same for the same seed."""
    rng = Random(f"{seed} {profile.slug} customer {number}")
    category = pick(rng, profile.categories)
    place = rng.choices(profile.places, [6, 2, *[1] * (len(profile.places) - 2)])[0]
    name, gender = _company(rng, category) if profile.of_companies else _person(rng, profile)
    phone = _phone(profile.region, seed, number) if rng.random() < 0.97 else None
    has_birthday = not profile.of_companies and rng.random() < 0.45
    fields = {
        "name": name,
        "phone": phone,
        "phone_typed": _typed(profile.region, phone),
        "email": _email(name, number) if rng.random() < (0.9 if profile.of_companies else 0.35) else None,
        "source": pick(rng, profile.sources),
        "category": category,
        "gender": gender if rng.random() < 0.6 else None,
        "birth_day": rng.randint(1, 28) if has_birthday else None,
        "birth_month": rng.randint(1, 12) if has_birthday else None,
        "birth_year": rng.randint(1950, 2005) if has_birthday and rng.random() < 0.5 else None,
        **_address(rng, profile, place),
        "industry": _INDUSTRIES[category] if profile.of_companies else None,
        "notes": rng.choice(_NOTES) if rng.random() < 0.06 else None,
    }
    return Identity(fields, rng.choice(profile.tags) if rng.random() < 0.18 else None)


def somebody(rng: Random, profile: Profile) -> str:
    """The name of a person who lives where the shop is."""
    return _person(rng, profile)[0]


def pick(rng: Random, weighted: dict[str, float]) -> str:
    return rng.choices(list(weighted), list(weighted.values()))[0]


def _person(rng: Random, profile: Profile) -> tuple[str, str | None]:
    faker = _faker(profile.region)
    faker.seed_instance(rng.getrandbits(64))
    is_woman = rng.random() < (0.72 if profile.kind == "storefront" else 0.5)
    first = faker.first_name_female() if is_woman else faker.first_name_male()
    return f"{first} {faker.last_name()}", "female" if is_woman else "male"


@cache
def _faker(region: str) -> Faker:
    return Faker(_LOCALES[region])


def _company(rng: Random, category: str) -> tuple[str, None]:
    return f"{rng.choice(_HOUSES)} {rng.choice(_TRADES[category])}", None


def _phone(region: str, seed: int, number: int) -> str | None:
    if region == "US":
        if number >= 100 * len(_AREA_CODES):
            return None
        return f"+1{_AREA_CODES[number // 100]}55501{number % 100:02}"
    # Seven digits that look like nothing in particular, and never the same twice.
    digits = f"{(number * 7_368_787 + seed * 1_000_003) % 10_000_000:07}"
    return {"IN": f"+91601{digits}", "GH": f"+23328{digits}"}[region]


def _typed(region: str, phone: str | None) -> str | None:
    """The number as people of the country write it."""
    if phone is None:
        return None
    if region == "US":
        return f"({phone[2:5]}) {phone[5:8]}-{phone[8:]}"
    if region == "GH":
        return f"0{phone[4:6]} {phone[6:9]} {phone[9:]}"
    return f"{phone[3:8]} {phone[8:]}"


def _email(name: str, number: int) -> str:
    return f"{'.'.join(re.findall('[a-z]+', fold(name)))}{number}@example.com"


def _address(rng: Random, profile: Profile, place: Place) -> dict[str, str | None]:
    if rng.random() < 0.25 and not profile.of_companies:
        return {"address": None, "city": place.city, "state": None, "postcode": None}
    house, quarter = rng.randint(1, 240), rng.choice(place.quarters)
    is_ghana = profile.region == "GH"
    ending = f"{rng.randint(100, 999)}-{rng.randint(1000, 9999)}" if is_ghana else f"{rng.randint(1, 30):02}"
    return {
        "address": f"{house} {quarter}" if profile.region == "US" else f"{house}, {quarter}",
        "city": place.city,
        "state": place.state,
        "postcode": place.postcode + ending,
    }
