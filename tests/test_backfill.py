"""Filling in from the sales on file: visits on the day of the latest purchase, reps of the most recent sale; twice."""

import json
import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from conftest import NOW
from sqlalchemy import func, select
from truth import assert_counters_true

from crmcore import backfill, cli, customer_timeline, customers, orders, people, visits
from crmcore.database.gate import shop_session
from crmcore.errors import NotAllowed
from crmcore.models import Activity, Customer, Visit


@pytest.fixture
def team(shop):
    def hire(name, **rights):
        login = f"{name.lower()}-{shop.id.hex}"
        return people.add_member(shop, people.NewMember(login, name, "staff", "long enough", **rights))

    return {name: hire(name, sells=True) for name in ("Ravi", "Meera")} | {"Sana": hire("Sana")}


def sell(shop, customer_id, days, *, rep_id=None, amount=50, status=orders.COMPLETED, hours=0):
    moment = NOW - timedelta(days=days, hours=hours)
    new = orders.NewOrder(
        amount=Decimal(amount), customer_id=customer_id, rep_id=rep_id, ordered_at=moment, status=status
    )
    return orders.record(shop, new)


def latest(shop, customer_id):
    customer = customers.get(shop, customer_id)
    return customer["last_visit_on"], customer["visit_count"]


def test_the_latest_visit_comes_from_the_latest_purchase(shop, team):
    asha, bilal, chitra, dev, esha, farid = (
        customers.create(shop, {"name": name}) for name in ("Asha", "Bilal", "Chitra", "Dev", "Esha", "Farid")
    )
    sell(shop, asha, 40)
    sell(shop, asha, 3, hours=2)
    sell(shop, asha, 3, rep_id=team["Ravi"])
    sell(shop, asha, 2, status=orders.DRAFT)
    sell(shop, asha, 1, amount=-10)
    sell(shop, bilal, 30)
    visits.record(shop, visits.NewVisit(bilal, visited_at=NOW - timedelta(days=60), notes="Looked at lamps"))
    sell(shop, chitra, 30)
    visits.record(shop, visits.NewVisit(chitra, visited_at=NOW - timedelta(days=5)))
    sell(shop, dev, 10)
    customers.hide(shop, dev)
    sell(shop, farid, 4, status=orders.CANCELLED)

    assert backfill.visits(shop, dry_run=True) == 2
    assert shop.scalar(select(func.count()).select_from(Visit)) == 2
    assert backfill.visits(shop) == 2

    assert latest(shop, asha) == (date(2026, 11, 17), 1)
    assert latest(shop, bilal) == (date(2026, 10, 21), 2)
    assert latest(shop, chitra) == (date(2026, 11, 15), 1)
    for nobody in (dev, esha, farid):
        assert latest(shop, nobody) == (None, 0)
    [visit] = visits.of_customer(shop, asha)
    assert visit["from_sales"]
    assert (visit["visited_at"], visit["handled_by"]) == (NOW - timedelta(days=3), team["Ravi"])
    assert (visit["visit_type"], visit["outcome"], visit["purpose"]) == ("walk-in", "purchase", None)
    assert_counters_true(shop)

    assert backfill.visits(shop) == 0
    assert shop.scalar(select(func.count()).select_from(Visit)) == 4
    assert shop.execute(select(Activity.detail).where(Activity.what == "visits filled in")).scalars().all() == [
        {"visits": 2}
    ]


def test_a_visit_that_was_filled_in_can_be_told_and_who_changes_it_vouches_for_it(shop):
    asha = customers.create(shop, {"name": "Asha"})
    sell(shop, asha, 3)
    backfill.visits(shop)
    [line] = customer_timeline.of_customer(shop, asha, "visits").lines
    assert (line.title, line.by) == ("Visited", "sales on file")
    [visit] = visits.of_customer(shop, asha)
    again = visits.record(shop, visits.NewVisit(asha, visited_at=NOW - timedelta(days=3)))
    assert again == (visit["id"], False)
    visits.change(shop, visit["id"], visits.VisitChange(interest="high"))
    assert not visits.get(shop, visit["id"])["from_sales"]


def test_a_sale_that_a_file_dates_tomorrow_is_no_visit_yet(who):
    with shop_session(who, alone=True, now=NOW + timedelta(days=1)) as shop:
        asha = customers.create(shop, {"name": "Asha"})
        sell(shop, asha, -1)
    with shop_session(who, alone=True, now=NOW) as shop:
        assert backfill.visits(shop) == 0


def test_the_sales_rep_comes_from_the_most_recent_sale_that_names_one_who_sells(shop, team):
    asha, bilal, chitra, dev = (customers.create(shop, {"name": name}) for name in ("Asha", "Bilal", "Chitra", "Dev"))
    sell(shop, asha, 40, rep_id=team["Meera"])
    sell(shop, asha, 9, rep_id=team["Ravi"])
    sell(shop, asha, 2)
    customers.change(shop, bilal, {"rep_id": team["Meera"]})
    sell(shop, bilal, 3, rep_id=team["Ravi"])
    sell(shop, chitra, 12, rep_id=team["Meera"])
    sell(shop, chitra, 3, rep_id=team["Ravi"], status=orders.DRAFT)
    sell(shop, dev, 3)

    assert backfill.sales_reps(shop, dry_run=True) == 2
    assert customers.get(shop, asha)["rep_id"] is None
    assert backfill.sales_reps(shop) == 2

    now = dict(shop.execute(select(Customer.name, Customer.rep_id)).all())
    assert now == {"Asha": team["Ravi"], "Bilal": team["Meera"], "Chitra": team["Meera"], "Dev": None}
    changes = select(Activity.detail).where(Activity.what == "sales rep changed", Activity.customer_id == asha)
    assert shop.scalar(changes) == {"before": {"rep_id": None}, "after": {"rep_id": str(team["Ravi"])}}
    assert backfill.sales_reps(shop) == 0


def test_who_left_is_given_nobody(shop, team):
    asha = customers.create(shop, {"name": "Asha"})
    sell(shop, asha, 9, rep_id=team["Meera"])
    sell(shop, asha, 2, rep_id=team["Ravi"])
    people.change_member(shop, team["Ravi"], name="Ravi", role="staff", sells=True, medical=False, is_active=False)
    assert backfill.sales_reps(shop) == 1
    assert customers.get(shop, asha)["rep_id"] == team["Meera"]


def test_it_is_a_command_that_can_run_twice(who, monkeypatch, capsys):
    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["regulars", "backfill", who.shop.slug, *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert not ended.value.code
        return capsys.readouterr().out

    long_ago = datetime(2024, 5, 6, 9, 0, tzinfo=UTC)
    with shop_session(who, alone=True) as shop:
        ravi = people.NewMember(f"ravi-{shop.id.hex}", "Ravi", "staff", "long enough", sells=True)
        rep_id = people.add_member(shop, ravi)
        for name in ("Asha", "Bilal"):
            sale = orders.NewOrder(
                amount=Decimal(5),
                customer_id=customers.create(shop, {"name": name}),
                ordered_at=long_ago,
                rep_id=rep_id if name == "Asha" else None,
            )
            orders.record(shop, sale)
    assert run("visits", "--dry-run") == "2 customers would get a visit on the day of their latest purchase.\n"
    assert json.loads(run("visits", "--json")) == {"filled": 2, "saved": True}
    assert run("visits") == "There is nothing to fill in.\n"
    assert run("reps") == "1 customer got a sales rep.\n"
    assert json.loads(run("reps", "--json")) == {"filled": 0, "saved": True}
    with shop_session(who) as shop:
        assert shop.execute(select(Visit.visited_on).distinct()).scalars().all() == [long_ago.date()]
        assert_counters_true(shop)


def test_staff_fill_nothing_in(who):
    staff = people.NewMember(f"sana-{who.shop.id.hex}", "Sana", "staff", "long enough")
    with shop_session(who, writes=True) as shop:
        staff_id = people.add_member(shop, staff)
    with shop_session(people.who_is(who.shop, staff_id), alone=True) as shop:
        for fill in (backfill.visits, backfill.sales_reps):
            with pytest.raises(NotAllowed):
                fill(shop)
