"""What each figure of contacts comes to: worked out by hand, and random shops recounted in plain Python."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

from conftest import NOW
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import select

from crmcore import contacts, interactions, orders
from crmcore.contacts import STATUSES, NewContact, results
from crmcore.database.gate import keeper, shop_session
from crmcore.metrics import MEASURES
from crmcore.models import Contact, Order
from crmcore.periods import between

RECOUNTED = ("contact_conversion", "conversion_value", "average_conversion_value", "contacts_by_status")
TODAY = date(2026, 11, 20)
LONG_AGO = between(date(2020, 1, 1), TODAY)


def call(shop, contact_id, at=NOW, **said):
    new = interactions.NewInteraction("call", contact_id=contact_id, direction="out", happened_at=at, **said)
    return interactions.record(shop, new)


def sale(shop, nth, amount):
    return orders.record(shop, orders.NewOrder(amount=Decimal(amount), phone=f"+9198811204{nth:02}"))


def people(shop, how_many):
    return [contacts.record(shop, NewContact(f"+9198811204{nth:02}")) for nth in range(how_many)]


def test_two_of_five_bought_and_one_order_was_cancelled_since(shop):
    one, two, three, *_ = people(shop, 5)
    call(shop, one)
    contacts.did_not_buy(shop, three)
    sale(shop, 0, 400)
    cancelled = sale(shop, 1, 900)
    orders.cancel(shop, cancelled)
    rate = MEASURES["contact_conversion"](shop, LONG_AGO)
    assert (rate.part, rate.whole, rate.value) == (2, 5, 40)
    assert rate.rows == [{"uploaded": 5, "contacted": 3, "converted": 2}]
    assert MEASURES["conversion_value"](shop, LONG_AGO).value == 400
    average = MEASURES["average_conversion_value"](shop, LONG_AGO)
    assert (average.part, average.whole, average.value) == (400, 2, 200)
    by_status = MEASURES["contacts_by_status"](shop, LONG_AGO).rows
    assert [tuple(row.values()) for row in by_status] == [
        ("pending", 2), ("contacted", 0), ("yellow", 1), ("converted", 2),
    ]  # fmt: skip
    assert contacts.get(shop, two)["status"] == "converted"
    before = between(date(2026, 10, 1), date(2026, 10, 31))
    assert MEASURES["contact_conversion"](shop, before).value is None
    assert MEASURES["average_conversion_value"](shop, before).value is None


EVENTS = ["call", "yellow", "sale", "cancel"]
DONE = some.lists(some.tuples(some.integers(0, 5), some.sampled_from(EVENTS)), max_size=14)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(done=DONE, days_ago=some.lists(some.integers(0, 9), min_size=6, max_size=6), asked=some.integers(0, 9))
def test_every_figure_equals_a_recount(new_shop, done, days_ago, asked):
    with shop_session(keeper(new_shop(kind="pharmacy")), alone=True, now=NOW) as shop:
        ids = []
        for nth, ago in enumerate(days_ago):
            shop.now = NOW - timedelta(days=ago)
            shop.__dict__.pop("today", None)
            ids.append(contacts.record(shop, NewContact(f"+9198811204{nth:02}")))
        shop.now = NOW
        shop.__dict__.pop("today", None)
        for nth, what in done:
            _do(shop, what, nth, ids[nth])
        period = between(TODAY - timedelta(days=asked), TODAY)
        rows = shop.execute(select(Contact).where(Contact.uploaded_on >= period.since)).mappings().all()
        totals = {row.id: row.total for row in shop.execute(select(Order)) if row.status == "completed"}
        values = [totals.get(row["converted_order_id"]) for row in rows if row["status"] == "converted"]
        worth = sum((value for value in values if value is not None), Decimal(0))
        rate = MEASURES["contact_conversion"](shop, period)
        assert (rate.part, rate.whole) == (len(values), len(rows))
        assert MEASURES["conversion_value"](shop, period).value == worth
        average = MEASURES["average_conversion_value"](shop, period)
        assert (average.part, average.whole) == (worth, len(values))
        stand = Counter(row["status"] for row in rows)
        told = MEASURES["contacts_by_status"](shop, period).rows
        assert [tuple(row.values()) for row in told] == [(status, stand[status]) for status in STATUSES]
        in_all = results.in_all(results.by_upload(shop, period))
        assert in_all.uploaded == len(rows) and in_all.value == worth
        assert results.in_all(results.by_person(shop, period)).converted == len(values)


def _do(shop, what, nth, contact_id):
    if what == "call":
        call(shop, contact_id)
    elif what == "yellow" and contacts.get(shop, contact_id)["status"] != "converted":
        contacts.did_not_buy(shop, contact_id)
    elif what == "sale":
        sale(shop, nth, 100 + nth)
    elif what == "cancel" and (order_id := contacts.get(shop, contact_id)["converted_order_id"]):
        orders.cancel(shop, order_id)


def test_the_report_by_upload_and_by_person(join):
    boss = join(name="Meera")
    asha = join("staff", boss.shop, "Asha")
    with shop_session(boss, alone=True, now=NOW) as shop:
        ids = people(shop, 4)
        contacts.give(shop, ids[:3], asha.staff_id)
        sale(shop, 0, 300)
        (by_hand,) = results.by_upload(shop, LONG_AGO)
        assert (by_hand.name, by_hand.uploaded, by_hand.converted, by_hand.value) == ("Added by hand", 4, 1, 300)
        told = [(one.name, one.uploaded, round(one.rate or 0)) for one in results.by_person(shop, LONG_AGO)]
        assert told == [("Asha", 3, 33), ("Meera", 1, 0)]
        (only,) = results.by_person(shop, LONG_AGO, assigned_to=asha.staff_id)
        assert (only.pending, only.converted, only.average) == (2, 1, 300)
        table = results.results_table(shop, LONG_AGO)
        assert [row["line"].name for row in table.query] == ["Added by hand", "In all", "Asha", "Meera", "In all"]


def test_the_best_time_to_call_is_told_with_enough_calls_only(shop):
    (one,) = people(shop, 1)
    morning, evening = NOW.replace(hour=5), NOW.replace(hour=12)  # eleven and six in India
    for nth in range(49):
        at = (evening if nth % 2 else morning) - timedelta(days=7)
        call(shop, one, at, outcome="Reached" if nth % 2 or nth % 6 == 0 else "No answer")
    told = results.answering(shop, LONG_AGO)
    assert (told.calls, told.best_hour, told.best_weekday) == (49, None, None)
    call(shop, one, evening - timedelta(days=7), outcome="Wants to think")
    call(shop, one, evening - timedelta(days=7))  # no outcome: it says nothing
    told = results.answering(shop, LONG_AGO)
    assert told.calls == 50
    assert told.best_hour == results.When(18, 25, 25)
    assert told.best_weekday == results.When(5, 50, 34)
    assert [(when.at, when.calls) for when in told.by_hour] == [(11, 25), (18, 25)]
