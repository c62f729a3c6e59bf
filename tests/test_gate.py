from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import InternalError

from crmcore import customers
from crmcore.database import gate
from crmcore.database.gate import global_session, keeper, shop_session
from crmcore.errors import Unavailable
from crmcore.models import Customer


def test_a_shop_sees_its_own_customers_and_no_others(new_shop):
    mine, theirs = keeper(new_shop()), keeper(new_shop())
    with shop_session(mine, writes=True) as shop:
        customers.create(shop, {"name": "Asha", "phone": "98811 20456"})
    with shop_session(theirs) as shop:
        assert shop.scalar(select(func.count()).select_from(Customer)) == 0
    with shop_session(mine) as shop:
        assert shop.scalar(select(func.count()).select_from(Customer)) == 1


def test_without_a_shop_nothing_is_visible(who):
    with shop_session(who, writes=True) as shop:
        customers.create(shop, {"name": "Asha"})
    with global_session() as connection:
        assert connection.scalar(text("select count(*) from customers")) == 0


def test_an_error_rolls_back_everything(who):
    try:
        with shop_session(who, writes=True) as shop:
            customers.create(shop, {"name": "Asha"})
            raise RuntimeError("the power went out")
    except RuntimeError:
        pass
    with shop_session(who) as shop:
        assert shop.scalar(select(func.count()).select_from(Customer)) == 0


def test_a_shop_that_is_busy_for_long_says_so_and_leaves_the_others_alone(who, new_shop, monkeypatch):
    """Thirty people wait for one shop; another shop reads meanwhile."""
    monkeypatch.setattr(gate, "LONGEST_WAIT", 0.5)
    other = keeper(new_shop())

    def wait_for_a_turn(_):
        with pytest.raises(Unavailable, match="busy"), shop_session(who, writes=True):
            pass

    with shop_session(who, alone=True), ThreadPoolExecutor(30) as people:
        waiting = [people.submit(wait_for_a_turn, turn) for turn in range(30)]
        with shop_session(other) as shop:
            assert shop.scalar(text("select 1")) == 1
        for one in waiting:
            one.result()


def test_a_gate_for_reading_refuses_to_write_in_the_database_too(who):
    """And the connection it gives back writes again for whoever comes next."""
    gate.forget_engine()  # one connection, used by all of these in turn
    with shop_session(who, writes=True) as shop:
        customers.create(shop, {"name": "Asha"})
    with pytest.raises(InternalError, match="read-only transaction"), shop_session(who) as shop:
        shop.execute(update(Customer).values(name="Bilal").where(Customer.shop_id == shop.id))
    with shop_session(who, alone=True) as shop:
        customers.create(shop, {"name": "Chitra"})
    with global_session() as connection:
        connection.execute(text("delete from sign_in_failures where who = 'nobody'"))
    with shop_session(who) as shop:
        assert sorted(shop.execute(select(Customer.name)).scalars()) == ["Asha", "Chitra"]
