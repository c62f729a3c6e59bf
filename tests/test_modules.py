"""Modules: the kind of a shop switches some on, the owner any of them; a page of one that is off is not there."""

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.pool import NullPool

from crmcore import modules, people, shop_settings
from crmcore.database import migrate, server
from crmcore.database.gate import STAFF, Who, keeper, shop_session
from crmcore.errors import BadInput, NotAllowed
from crmcore.models import Activity


def switch(shop, *on):
    with shop_session(keeper(shop), writes=True) as opened:
        modules.switch(opened, on)
    return people.find_shop(shop.slug)


@pytest.mark.parametrize("kind", people.KINDS)
def test_a_shop_begins_with_the_modules_of_its_kind(new_shop, kind):
    opened = new_shop(kind=kind)
    assert opened.modules == modules.of_kind(kind) == people.find_shop(opened.slug).modules


def test_shops_from_before_modules_get_those_of_their_kind(new_shop):
    shops = {kind: new_shop(kind=kind).id for kind in people.KINDS}
    with create_engine(server.owner_url(), poolclass=NullPool).connect() as owner:
        owner.execute(text("alter table shops drop column modules"))
        migrate.run_step(owner, "014_modules")
        filled = dict(owner.execute(text("select id, modules from shops")).all())
        owner.rollback()
    assert {kind: tuple(filled[shops[kind]]) for kind in shops} == {
        kind: modules.of_kind(kind) for kind in people.KINDS
    }


def test_any_module_can_be_switched_for_any_shop_and_it_is_on_record(new_shop):
    shop = new_shop(kind="counter")
    shop = switch(shop, "storefront", "visits")
    assert shop.modules == ("visits", "storefront")
    assert (shop.has("visits"), shop.has("loyalty")) == (True, False)
    with shop_session(keeper(shop)) as opened:
        detail = opened.scalar(
            select(Activity.detail).where(Activity.shop_id == shop.id, Activity.what == "modules switched")
        )
    assert detail == {"before": {"modules": ["loyalty"]}, "after": {"modules": ["visits", "storefront"]}}
    assert switch(shop).modules == ()


def test_another_kind_brings_its_modules_and_takes_none_away(new_shop):
    shop = switch(new_shop(kind="counter"), "pipeline")
    with shop_session(keeper(shop), alone=True) as opened:
        same = {"name": shop.name, "region": "IN", "currency": "INR", "timezone": "Asia/Kolkata"}
        shop_settings.change_shop(opened, kind="showroom", **same)
    assert people.find_shop(shop.slug).modules == ("visits", "pipeline")


def test_a_module_that_there_is_not_is_refused(new_shop):
    with pytest.raises(BadInput, match="no module “horoscopes”"):
        switch(new_shop(), "visits", "horoscopes")


def test_only_who_manages_settings_switches(new_shop):
    someone = Who(new_shop(), None, "Ravi Kale", STAFF)
    with pytest.raises(NotAllowed), shop_session(someone, writes=True) as opened:
        modules.switch(opened, ["visits"])
