"""Opening the first shop: the invitation, what is usual in a country, both or neither."""

import re
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import psycopg
import pytest
from sqlalchemy import text

from crmcore import countries, people, setup
from crmcore.database import gate, migrate, server
from crmcore.errors import Conflict, NotFound
from crmcore.people import NewMember, NewShop
from crmcore.settings import settings


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


@pytest.fixture
def empty_database(home: Path) -> Iterator[None]:
    """A database of its own where no shop has been opened yet."""
    owner, name = server.owner_url(), f"setup_{uuid4().hex}"
    with psycopg.connect(server.libpq_url(owner), autocommit=True) as machine:
        machine.execute(f'create database "{name}"')
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv("DATABASE_URL", re.sub(r"/[^/?]+(?=\?|$)", f"/{name}", owner, count=1))
            begin_anew()
            migrate.migrate()
            yield
        begin_anew()
        machine.execute(f'drop database "{name}" with (force)')


def begin_anew() -> None:
    gate.forget_engine()
    settings.cache_clear()


SHOP = NewShop("meera", "Meera Home & Care", "counter", "INR", "IN", "Asia/Kolkata")
OWNER = NewMember("meera", "Meera Iyer", "owner", "harbour-lamp-7")


def test_an_invitation_given_out_while_the_first_shop_is_being_opened_opens_no_second(empty_database: None) -> None:
    second: list[Future[object]] = []

    class Slow(NewMember):
        """An owner during whose opening somebody else uses an invitation that is newer."""

        def check(self) -> None:
            newer = setup.invite()
            other = replace(SHOP, slug="other")
            second.append(crowd.submit(setup.open_first_shop, newer, other, replace(OWNER, login="other")))
            while not second[0].done() and not somebody_waits():
                pass

    with ThreadPoolExecutor(1) as crowd:
        setup.open_first_shop(setup.invite(), SHOP, Slow(**vars(OWNER)))
        with pytest.raises((Conflict, NotFound)):
            second[0].result()
    assert [shop.slug for shop in people.all_shops()] == ["meera"]


def somebody_waits() -> bool:
    with gate.global_session() as connection:
        return bool(connection.scalar(text("select exists (select from pg_locks where not granted)")))
