"""Definitions: every figure of the catalogue with its meaning and the shop's own number."""

from datetime import datetime

import pytest
from till import Till

from crmcore.database.gate import keeper, shop_session
from crmcore.metrics import CATALOGUE, of_shop


@pytest.fixture
def sold(owner):
    with shop_session(keeper(owner.shop), alone=True) as shop:
        till = Till(shop)
        for name in ("Asha", "Asha", "Bilal"):
            till.sell(name, 100, datetime.now(owner.shop.zone).date(), "00:00")
    return owner


@pytest.mark.parametrize(("role", "kind"), [("owner", "showroom"), ("manager", "counter")])
def test_every_figure_of_the_shops_modules_has_its_meaning_and_its_sql(join, new_shop, open_page, hands, role, kind):
    who = join(role, new_shop(kind=kind))
    page = open_page("definitions", who)
    assert not page.exception
    said = hands.read(page)
    for known in CATALOGUE:
        is_here = known in of_shop(who.shop)
        assert (f"**{known.label}**" in said, known.means in said) == (is_here, is_here), known.key
    those_of_its_modules = [known for known in CATALOGUE if known.module in (None, *who.shop.modules)]
    assert len(page.code) == len(of_shop(who.shop)) == len(those_of_its_modules)


def test_it_works_them_out_with_the_shops_own_numbers(sold, open_page, hands):
    said = hands.read(open_page("definitions", sold))
    assert "1 repeat customers / 2 customers, up to today" in said
    assert "**50.0\u202f%**" in said
    assert "₹300 net spend / 2 customers, up to today" in said
    assert "↓ Lower is better" in said


def test_a_figure_leads_to_the_customers_or_the_orders_behind_it(sold, open_page):
    page = open_page("definitions", sold)
    ways = {(link.proto.page, link.proto.query_string) for link in page.get("page_link") if link.proto.query_string}
    today = datetime.now(sold.shop.zone).date()
    assert ("customers", f"second_to={today}") in ways
    assert ("orders", "period=This+month&returns=yes") in ways


def test_the_find_box_looks_through_names_and_meanings(sold, open_page, hands):
    said = hands.read(open_page("definitions", sold, q="two TIMES"))
    assert "**Repeat rate**" in said
    assert "**Revenue**" not in said


def test_a_word_that_is_nowhere_says_so(owner, open_page, hands):
    page = open_page("definitions", owner, q="horoscope")
    assert not page.exception
    assert "No figure is called that" in hands.read(page)


def test_staff_are_refused(join, open_page, hands):
    page = open_page("definitions", join("staff"))
    assert not page.exception
    assert not page.code
    assert "not part of your account" in hands.read(page)
