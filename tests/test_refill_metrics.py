"""What each figure of refills comes to: worked out by hand, and random shops recounted in plain Python."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest
from conftest import NOW
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from crmcore import customers, orders, refills
from crmcore.database.gate import keeper, shop_session
from crmcore.metrics import MEASURES
from crmcore.models import Customer, RefillReminder
from crmcore.orders import Item, NewOrder
from crmcore.periods import between

RECOUNTED = ("refills_due", "refill_response", "adherence", "customers_by_category")
TODAY = date(2026, 11, 20)
OCTOBER_ON = between(date(2026, 10, 1), date(2026, 11, 25))
MEDICINES = ("Metformin 500", "Amlodipine 5")


@pytest.fixture
def pharmacy(new_shop):
    return keeper(new_shop(kind="pharmacy"))


def sell(shop, customer_id, medicine, days, ago):
    lines = [Item(medicine, Decimal(1), Decimal(50), medicine_days=days)]
    moment = NOW - timedelta(days=ago)
    return orders.record(shop, NewOrder(items=lines, customer_id=customer_id, ordered_at=moment))


def test_due_reminded_answered_refilled_and_lost(pharmacy):
    with shop_session(pharmacy, alone=True, now=NOW) as shop:
        people = [customers.create(shop, {"name": name}) for name in ("Asha", "Bilal", "Chitra", "Dev", "Esha")]
        for one in people:
            sell(shop, one, "Metformin 500", 30, 28)
        of = {one: refills.of_customer(shop, one)[0]["id"] for one in people}
        refills.mark_sent(shop, [of[one] for one in people[:3]], "call")
        refills.respond(shop, [of[people[0]]], "will come Friday")
        sell(shop, people[0], "Metformin 500", 30, 0)
        refills.close(shop, [of[people[1]]], "lost")
        customers.hide(shop, people[4])
        response = MEASURES["refill_response"](shop, between(date(2026, 11, 1), TODAY))
        assert (response.part, response.whole) == (1, 4)
        assert response.rows == [{"due": 4, "reminded": 3, "answered": 1, "refilled": 1, "lost": 1}]
        assert MEASURES["refills_due"](shop, OCTOBER_ON).value == 1, "Dev; Esha is hidden"
        refills.pause(shop, people[3])
        assert MEASURES["refills_due"](shop, OCTOBER_ON).value == 0


def test_customers_by_category(pharmacy):
    with shop_session(pharmacy, alone=True, now=NOW) as shop:
        for name, category in (("Asha", "regular_branded"), ("Bilal", "regular_branded"), ("Chitra", None)):
            customers.create(shop, {"name": name, "category": category})
        sell(shop, shop.scalar(select(Customer.id).where(Customer.name == "Asha")), "Aspirin", 10, 0)
        rows = MEASURES["customers_by_category"](shop, OCTOBER_ON).rows
    assert [tuple(row.values()) for row in rows] == [("regular_branded", 2, 1, 50), (None, 1, 0, 0)]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    bought=st.lists(
        st.tuples(
            st.sampled_from(["Asha", "Bilal", "Chitra"]),
            st.sampled_from(MEDICINES),
            st.integers(1, 45),
            st.integers(0, 70),
        ),
        max_size=14,
    ),
    reminded=st.sets(st.integers(0, 13)),
    hidden=st.booleans(),
)
def test_every_figure_of_refills_equals_a_recount(new_shop, bought, reminded, hidden):
    with shop_session(keeper(new_shop(kind="pharmacy")), alone=True, now=NOW) as shop:
        people = {name: customers.create(shop, {"name": name}) for name in ("Asha", "Bilal", "Chitra")}
        for name, medicine, days, ago in bought:
            sell(shop, people[name], medicine, days, ago)
        query = select(RefillReminder).where(RefillReminder.shop_id == shop.id).order_by(RefillReminder.id)
        rows = list(shop.execute(query).mappings())
        chosen = [row["id"] for nth, row in enumerate(rows) if nth in reminded]
        if chosen:
            refills.mark_sent(shop, chosen, "sms")
        if hidden:
            customers.hide(shop, people["Chitra"])
        shown = {people[name] for name in people if not (hidden and name == "Chitra")}
        assert shop.rows("doctor/refill_reminders", most=5) == []

        mine = [row for row in shop.execute(query).mappings() if row["customer_id"] in shown]
        open_now = [row for row in mine if row["status"] == "due" and row["due_on"] <= TODAY]
        assert MEASURES["refills_due"](shop, OCTOBER_ON).value == len(open_now)
        due = [row for row in mine if OCTOBER_ON.since <= row["due_on"] < OCTOBER_ON.until]
        response = MEASURES["refill_response"](shop, OCTOBER_ON)
        refilled = sum(row["refilled_by_order_id"] is not None for row in due)
        assert (response.part, response.whole) == (refilled, len(due))
        assert response.rows[0]["reminded"] == sum(row["sent_at"] is not None for row in due)
        told = MEASURES["adherence"](shop, OCTOBER_ON)
        assert (told.part, told.whole) == _days_covered(bought, hidden)


def _days_covered(bought, hidden):
    """Day by day: on which the customer had the medicine, early purchases used after what was left."""
    by_medicine = defaultdict(list)
    for name, medicine, days, ago in bought:
        day = TODAY - timedelta(days=ago)
        if OCTOBER_ON.since <= day < OCTOBER_ON.until and not (hidden and name == "Chitra"):
            by_medicine[name, medicine].append((day, days))
    covered = whole = 0
    for purchases in by_medicine.values():
        # several bills of a day are used in the order they were made
        if len({day for day, _ in purchases}) < 2:
            continue
        free, had = date.min, set()
        for day, days in sorted(purchases, key=lambda one: one[0]):
            start = max(day, free)
            free = start + timedelta(days=days)
            had |= {start + timedelta(days=step) for step in range(days)}
        first = min(day for day, _ in purchases)
        covered += sum(day <= TODAY for day in had)
        whole += (TODAY - first).days + 1
    return covered, whole
