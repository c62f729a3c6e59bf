"""Opening the first shop: the invitation, what is usual in a country, both or neither."""

from zoneinfo import ZoneInfo

import pytest

from crmcore import countries
from crmcore.people import NewShop


@pytest.mark.parametrize(
    ("region", "currency", "zone"),
    [
        ("IN", "INR", "Asia/Kolkata"),
        ("GH", "GHS", "Africa/Accra"),
        ("GB", "GBP", "Europe/London"),
        ("US", "USD", "America/New_York"),
        ("AU", "AUD", "Australia/Sydney"),
        ("BR", "BRL", "America/Sao_Paulo"),
        ("DE", "EUR", "Europe/Berlin"),
    ],
)
def test_a_country_proposes_its_currency_and_the_zone_most_people_live_by(
    region: str, currency: str, zone: str
) -> None:
    assert (countries.usual_currency(region), countries.usual_zone(region)) == (currency, zone)


def test_every_country_proposes_what_a_shop_can_be_opened_with() -> None:
    assert len(countries.countries()) > 200
    for region, name in countries.countries().items():
        currency, zone = countries.usual_currency(region), countries.usual_zone(region)
        assert currency in countries.currencies() and zone in countries.zones(), name
        NewShop("a-shop", "A shop", "counter", currency, region, zone).check()


def test_every_zone_and_currency_on_offer_can_be_used() -> None:
    for zone in countries.zones():
        ZoneInfo(zone)
    for currency in countries.currencies():
        NewShop("a-shop", "A shop", "counter", currency, "IN", "Asia/Kolkata").check()
