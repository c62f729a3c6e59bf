"""Refill reminders follow the bills: made with one, closed by the next, taken back with it; and are read as calls."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from conftest import NOW
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from crmcore import customers, exports, imports, modules, orders, products, refills
from crmcore.database.gate import ShopSession, keeper, shop_session
from crmcore.errors import BadInput, Conflict, NotFound
from crmcore.models import RefillReminder
from crmcore.orders import Item, NewOrder, OrderChange

TODAY = date(2026, 11, 20)


@pytest.fixture
def pharmacy(new_shop):
    return new_shop(kind="pharmacy")


@pytest.fixture
def shop(pharmacy):
    with shop_session(keeper(pharmacy), alone=True, now=NOW) as opened:
        yield opened
        assert opened.rows("doctor/refill_reminders", most=5) == []


@pytest.fixture
def asha(shop):
    return customers.create(shop, {"name": "Asha Rao", "phone": "98811 20456"})


def medicine(name="Metformin 500", days: int | None = 30, quantity=1, **fields):
    return Item(name, Decimal(quantity), Decimal(50), medicine_days=days, **fields)


def bill(shop, customer_id, *items, ago=0, **fields):
    """A bill of so many days ago; its id."""
    moment = NOW - timedelta(days=ago)
    return orders.record(shop, NewOrder(items=items, customer_id=customer_id, ordered_at=moment, **fields))


def told(shop, customer_id):
    """Medicine, due day and status of a customer's reminders, the latest purchase first."""
    return [(row["medicine"], row["due_on"], row["status"]) for row in refills.of_customer(shop, customer_id)]


def the_reminder(shop, customer_id):
    (row,) = refills.of_customer(shop, customer_id)
    return row


def test_thirty_days_bought_on_1_january_are_due_on_26_january(pharmacy):
    new_year = NOW.replace(month=1, day=1)
    with shop_session(keeper(pharmacy), alone=True, now=new_year) as shop:
        asha = customers.create(shop, {"name": "Asha"})
        orders.record(shop, NewOrder(items=[medicine(days=30)], customer_id=asha))
        row = the_reminder(shop, asha)
    assert (row["due_on"], row["runs_out_on"]) == (date(2026, 1, 26), date(2026, 1, 31))


def test_a_short_supply_is_due_on_the_day_it_was_bought(shop, asha):
    bill(shop, asha, medicine(days=3), ago=1)
    assert told(shop, asha) == [("Metformin 500", TODAY - timedelta(days=1), "due")]


@pytest.mark.parametrize("days", [0, -3, 4000])
def test_a_duration_that_cant_be_is_refused_in_one_sentence(shop, asha, days):
    with pytest.raises(BadInput, match=f"Metformin 500 lasts {days} days; use 1 to 3650") as refused:
        bill(shop, asha, medicine(days=days))
    assert refused.value.field == "medicine_days"
    assert refills.of_customer(shop, asha) == []


def test_a_newer_bill_of_the_medicine_closes_the_older_reminder(shop, asha):
    bill(shop, asha, medicine(), medicine("Amlodipine 5"), ago=28)
    newer = bill(shop, asha, medicine(" metformin  500 ", days=60))
    rows = {(row["medicine"], row["status"]): row for row in refills.of_customer(shop, asha)}
    assert rows["Metformin 500", "refilled"]["refilled_by_order_id"] == newer
    assert rows["Metformin 500", "refilled"]["refilled_number"] == orders.get(shop, newer)["number"]
    assert {key for key in rows if key[1] == "due"} == {("Amlodipine 5", "due"), ("metformin 500", "due")}


def test_the_same_product_is_the_same_medicine_whatever_it_is_called_on_the_bill(shop, asha):
    product = products.create(shop, products.NewProduct("Metformin 500", price=Decimal(50)))
    bill(shop, asha, medicine("Glycomet", product_id=product), ago=20)
    bill(shop, asha, medicine("Metformin 500", product_id=product))
    assert [status for *_, status in told(shop, asha)] == ["due", "refilled"]


def test_a_bill_that_names_no_days_closes_a_reminder_and_makes_none(shop, asha):
    bill(shop, asha, medicine(), ago=20)
    bill(shop, asha, medicine(days=None))
    assert [status for *_, status in told(shop, asha)] == ["refilled"]


def test_a_bill_found_later_takes_its_place_among_the_others(shop, asha):
    bill(shop, asha, medicine())
    bill(shop, asha, medicine(), ago=20)
    bill(shop, asha, medicine(), ago=45)
    assert [status for *_, status in told(shop, asha)] == ["due", "refilled", "refilled"]


def test_lines_of_one_medicine_on_one_bill_add_up(shop, asha):
    bill(shop, asha, medicine(days=15), medicine(days=30))
    assert the_reminder(shop, asha)["days"] == 45


def test_a_draft_a_walk_in_and_a_shop_without_refills_make_no_reminders(shop, asha, who):
    bill(shop, asha, medicine(), status="draft")
    bill(shop, None, medicine())
    with shop_session(who, alone=True, now=NOW) as counter:
        ravi = customers.create(counter, {"name": "Ravi"})
        bill(counter, ravi, medicine())
        assert refills.of_customer(counter, ravi) == []
    assert refills.of_customer(shop, asha) == []


def test_switching_refills_on_reminds_of_the_bills_so_far(who):
    with shop_session(who, alone=True, now=NOW) as shop:
        ravi = customers.create(shop, {"name": "Ravi"})
        bill(shop, ravi, medicine(), ago=10)
        modules.switch(shop, ["refills"])
        assert [status for *_, status in told(shop, ravi)] == ["due"]


def test_a_cancelled_bill_takes_its_reminder_back_and_reopens_the_older(shop, asha):
    bill(shop, asha, medicine(), ago=26)
    newer = bill(shop, asha, medicine())
    orders.cancel(shop, newer)
    assert told(shop, asha) == [("Metformin 500", TODAY - timedelta(days=1), "due")]
    orders.change(shop, newer, OrderChange(status="completed"))
    assert [status for *_, status in told(shop, asha)] == ["due", "refilled"]


def test_of_a_cancelled_bill_the_reminder_that_was_sent_stays_as_cancelled(shop, asha):
    sale = bill(shop, asha, medicine(), ago=26)
    refills.mark_sent(shop, [the_reminder(shop, asha)["id"]], "call")
    orders.cancel(shop, sale)
    row = the_reminder(shop, asha)
    assert (row["status"], row["sent_channel"]) == ("cancelled", "call")
    with pytest.raises(Conflict, match="taken back"):
        refills.close(shop, [row["id"]], "lost")
    orders.change(shop, sale, OrderChange(status="completed"))
    assert the_reminder(shop, asha)["status"] == "sent"


def test_a_changed_bill_changes_its_reminder(shop, asha):
    sale = bill(shop, asha, medicine(), ago=10)
    orders.change(shop, sale, OrderChange(items=[medicine(days=20), medicine("Aspirin", days=90)]))
    assert {(name, due) for name, due, _ in told(shop, asha)} == {
        ("Metformin 500", TODAY + timedelta(days=5)),
        ("Aspirin", TODAY + timedelta(days=75)),
    }
    ravi = customers.create(shop, {"name": "Ravi"})
    orders.change(shop, sale, OrderChange(customer_id=ravi))
    assert refills.of_customer(shop, asha) == []
    assert len(refills.of_customer(shop, ravi)) == 2


def test_what_came_back_lasts_no_longer(shop, asha):
    sale = bill(shop, asha, medicine(days=30, quantity=3), ago=2)
    orders.take_back(shop, sale, {1: Decimal(1)})
    assert the_reminder(shop, asha)["days"] == 20
    orders.take_back(shop, sale)
    assert refills.of_customer(shop, asha) == []


def test_a_reminder_moves_off_days_on_which_the_shop_reminds_nobody(shop, asha):
    bill(shop, asha, medicine(days=30), ago=22)  # due in three days, Monday 23 November
    assert the_reminder(shop, asha)["due_on"] == date(2026, 11, 23)
    refills.change_rules(shop, refills.Rules(skipped_weekdays=(7,), holidays=(date(2026, 11, 23),)))
    assert the_reminder(shop, asha)["due_on"] == date(2026, 11, 21), "earlier, so that nobody runs out"
    refills.change_rules(shop, refills.Rules(lead_days=0))
    assert the_reminder(shop, asha)["due_on"] == date(2026, 11, 28)


def test_a_day_before_the_purchase_is_no_way_out_of_a_holiday(shop, asha):
    refills.change_rules(shop, refills.Rules(skipped_weekdays=(5, 6)))  # today is a Friday
    bill(shop, asha, medicine(days=2))
    assert the_reminder(shop, asha)["due_on"] == date(2026, 11, 22)


def test_rules_that_cant_be_are_refused(shop):
    for wrong, field in (
        (refills.Rules(lead_days=15), "lead_days"),
        (refills.Rules(skipped_weekdays=(1, 2, 3, 4, 5, 6, 7)), "skipped_weekdays"),
        (refills.Rules(skipped_weekdays=(8,)), "skipped_weekdays"),
        (refills.Rules(lost_after_days=2), "lost_after_days"),
    ):
        with pytest.raises(BadInput) as refused:
            refills.change_rules(shop, wrong)
        assert refused.value.field == field


def test_a_customer_may_want_another_lead_time_or_a_pause(shop, asha):
    bill(shop, asha, medicine(days=30), ago=20)
    refills.change_wishes(shop, asha, refills.Wishes(lead_days=10))
    assert [call.customer_id for call in refills.calls(shop, "today")] == [asha]
    refills.pause(shop, asha, TODAY + timedelta(days=7))
    assert refills.calls(shop, "today") == []
    assert refills.counts(shop)["today"] == 0
    refills.resume(shop, asha)
    assert refills.counts(shop)["today"] == 1
    with pytest.raises(BadInput, match="0 to 14 days"):
        refills.change_wishes(shop, asha, refills.Wishes(lead_days=15))
    with pytest.raises(BadInput, match="a day to come"):
        refills.pause(shop, asha, TODAY)


def test_what_a_customer_needs_within_three_days_is_one_call(shop, asha):
    """Overdue, today's and the next three days' together; what is due later is a call of its own, later."""
    for name, days in (("Overdue", 22), ("Today", 25), ("Soon", 28), ("Later", 29)):
        bill(shop, asha, medicine(name, days=days), ago=20)
    ravi = customers.create(shop, {"name": "Ravi"})
    bill(shop, ravi, medicine("Tomorrow", days=26), medicine("In three days", days=29), ago=20)
    (call,) = refills.calls(shop, "overdue")
    assert (call.customer_id, call.medicines) == (asha, ["Overdue", "Today", "Soon"])
    assert call.told == "Overdue, Today and Soon"
    assert refills.calls(shop, "today") == []
    (call,) = refills.calls(shop, "coming")
    assert (call.customer_id, call.medicines) == (ravi, ["Tomorrow", "In three days"])
    assert refills.counts(shop) == {"overdue": 1, "today": 0, "coming": 1, "sent": 0}
    assert refills.call_of(shop, asha).medicines == ["Overdue", "Today", "Soon"]


def test_a_hidden_customer_is_not_called(shop, asha):
    bill(shop, asha, medicine(), ago=30)
    customers.hide(shop, asha)
    assert refills.calls(shop, "overdue") == []
    assert sum(refills.counts(shop).values()) == 0


def test_marking_answering_and_losing(shop, asha):
    bill(shop, asha, medicine(), medicine("Amlodipine 5"), ago=26)
    (call,) = refills.calls(shop, "overdue")
    assert refills.mark_sent(shop, call.ids, "call") == 2
    assert refills.mark_sent(shop, call.ids, "whatsapp") == 0, "somebody did so before"
    assert refills.calls(shop, "overdue") == []
    (waiting,) = refills.calls(shop, "sent")
    assert {row["sent_channel"] for row in waiting.reminders} == {"call"}
    refills.respond(shop, call.ids, "will come Friday")
    refills.close(shop, call.ids[:1], "lost")
    assert {row["status"] for row in refills.of_customer(shop, asha)} == {"sent", "lost"}
    bill(shop, asha, medicine(), medicine("Amlodipine 5"))
    rows = refills.of_customer(shop, asha)
    assert sorted(row["status"] for row in rows) == ["due", "due", "refilled", "refilled"], "lost ones may come back"
    assert {row["response"] for row in rows} == {"will come Friday", None}


# What becomes of a reminder in each state when each thing happens.
STATES = {
    "due": {"send": "sent", "take back": "due", "answer": "due", "lose": "lost", "refill": "refilled", "reopen": "due"},
    "sent": {
        "send": "sent", "take back": "due", "answer": "sent", "lose": "lost", "refill": "refilled", "reopen": "sent",
    },
    "lost": {
        "send": "lost", "take back": "lost", "answer": "lost", "lose": "lost", "refill": "refilled", "reopen": "due",
    },
    "refilled": {
        "send": "refilled", "take back": "refilled", "answer": "refilled", "lose": "refilled", "refill": "refilled",
        "reopen": "due",
    },
}  # fmt: skip
WAYS = {
    "due": (),
    "sent": ("send",),
    "lost": ("lose",),
    "refilled": ("refill",),
}


@pytest.mark.parametrize("event", ["send", "take back", "answer", "lose", "refill", "reopen"])
@pytest.mark.parametrize("state", STATES)
def test_what_comes_of_a_reminder(shop, asha, state, event):
    bill(shop, asha, medicine(), ago=26)
    reminder = the_reminder(shop, asha)["id"]
    acts = {
        "send": lambda: refills.mark_sent(shop, [reminder], "whatsapp"),
        "take back": lambda: refills.take_back(shop, [reminder]),
        "answer": lambda: refills.respond(shop, [reminder], "tomorrow"),
        "lose": lambda: refills.close(shop, [reminder], "lost"),
        "refill": lambda: refills.close(shop, [reminder], "refilled"),
        "reopen": lambda: refills.reopen(shop, [reminder]),
    }
    for before in WAYS[state]:
        acts[before]()
    acts[event]()
    assert the_reminder(shop, asha)["status"] == STATES[state][event]


def test_what_cant_be_done_with_a_reminder_is_said(shop, asha):
    bill(shop, asha, medicine(), ago=26)
    reminder = the_reminder(shop, asha)["id"]
    with pytest.raises(BadInput, match="no way to remind"):
        refills.mark_sent(shop, [reminder], "pigeon")
    with pytest.raises(BadInput, match="at least one"):
        refills.mark_sent(shop, [], "call")
    with pytest.raises(BadInput, match="what the customer said"):
        refills.respond(shop, [reminder], "  ")
    with pytest.raises(BadInput, match="refilled or lost"):
        refills.close(shop, [reminder], "gone")
    with pytest.raises(NotFound, match="gone"):
        refills.mark_sent(shop, [asha], "call")


def test_the_list_is_taken_away_as_a_file(pharmacy, tmp_path):
    who = keeper(pharmacy)
    with shop_session(who, alone=True, now=NOW) as shop:
        asha = customers.create(shop, {"name": "=Asha", "phone": "98811 20456"})
        bill(shop, asha, medicine(), medicine("Amlodipine 5", days=10), ago=9)
        refills.mark_sent(shop, [refills.of_customer(shop, asha)[0]["id"]], "call")
    assert exports.export(who, "refills", tmp_path / "refills.csv") == 2
    text_of = (tmp_path / "refills.csv").read_text(encoding="utf-8-sig")
    assert "Amlodipine 5" in text_of and "Reminded" in text_of and "\n=Asha" not in text_of


def test_what_is_long_over_is_lost(shop, asha):
    bill(shop, asha, medicine(), ago=91)
    assert [status for *_, status in told(shop, asha)] == ["lost"]
    ravi = customers.create(shop, {"name": "Ravi"})
    bill(shop, ravi, medicine(), ago=89)
    assert [status for *_, status in told(shop, ravi)] == ["due"]
    in_two_days = ShopSession(shop.connection, shop.who, NOW + timedelta(days=2), writes=True)
    refills.give_up(in_two_days)
    assert [status for *_, status in told(shop, ravi)] == ["lost"]


def test_supplies_warn_of_an_early_refill(shop, asha):
    bill(shop, asha, medicine("Early"), ago=23)
    bill(shop, asha, medicine("In time"), ago=24)
    early, in_time = sorted(refills.supplies(shop, asha), key=lambda one: one.medicine)
    assert (early.is_early(TODAY), early.days_left(TODAY)) == (True, 7)
    assert not in_time.is_early(TODAY)


@pytest.mark.parametrize("name", ["Metformin 500", "STRASSENSALBE", "Straßensalbe", "Cafe\u0301 Créme", "मेटफॉर्मिन ५००"])
def test_the_till_knows_a_medicine_by_the_name_that_the_bills_know_it_by(shop, asha, name):
    bill(shop, asha, medicine(name), ago=23)
    (supply,) = refills.supplies(shop, asha)
    assert {refills.key_of(None, name), refills.key_of(None, name.upper())} == {supply.medicine_key}


def test_adherence_is_the_days_covered_of_those_that_passed(shop, asha):
    """30 days bought 60 and 40 days ago: the second is used after the first, so days 0 to 59 of 61 are covered."""
    bill(shop, asha, medicine(), ago=60)
    bill(shop, asha, medicine(), ago=40)
    bill(shop, asha, medicine("Once"), ago=40)
    (row,) = refills.adherence(shop, asha)
    assert (row["medicine"], row["purchases"], row["part"], row["whole"]) == ("Metformin 500", 2, 60, 61)


def test_a_gap_between_purchases_is_not_covered(shop, asha):
    bill(shop, asha, medicine(days=10), ago=39)
    bill(shop, asha, medicine(days=10), ago=9)
    (row,) = refills.adherence(shop, asha)
    assert (row["part"], row["whole"]) == (20, 40)


def test_bills_of_a_sheet_make_reminders_and_undoing_takes_them_back(pharmacy, tmp_path):
    """But a bill somebody was reminded of stays."""
    sheet = tmp_path / "bills.csv"
    days = [datetime.now(UTC).date() - timedelta(days=ago) for ago in (20, 19, 18, 9)]
    people = ("9881120001", "9881120002", "9881120003", "9881120001")
    rows = [
        f"B-{nth},{day},{phone},Metformin 500,50,30"
        for nth, (day, phone) in enumerate(zip(days, people, strict=True), 1)
    ]
    header = "Order number,Date,Phone,Product,Total,Medicine days"
    sheet.write_text("\n".join([header, *rows]) + "\n")
    who = keeper(pharmacy)
    done = imports.run(who, "orders", sheet)
    assert (done.created, done.rejected) == (4, 0)
    with shop_session(who, alone=True) as shop:
        query = select(RefillReminder).where(RefillReminder.shop_id == shop.id).order_by(RefillReminder.purchased_on)
        made = list(shop.execute(query).mappings())
        assert [row["status"] for row in made] == ["refilled", "due", "due", "due"]
        assert shop.rows("doctor/refill_reminders", most=5) == []
        refills.mark_sent(shop, [made[1]["id"]], "call")
        kept = imports.undo(shop, done.import_id).kept
        assert [one.name for one in kept if one.what == "order"] == ["B-2"]
        assert "the customer was reminded of this bill" in str(kept)
        assert [row["status"] for row in shop.execute(query).mappings()] == ["sent"]
        assert shop.rows("doctor/refill_reminders", most=5) == []


PURCHASES = st.lists(st.tuples(st.integers(0, 120), st.integers(1, 60)), min_size=2, max_size=6)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PURCHASES)
def test_adherence_agrees_with_a_count_day_by_day(who, purchases):
    with shop_session(who, alone=True, now=NOW) as shop:
        ravi = customers.create(shop, {"name": "Ravi"})
        for ago, days in purchases:
            bill(shop, ravi, medicine(days=days), ago=ago)
        rows = refills.adherence(shop, ravi)
    in_order, covered, free_from = sorted(purchases, key=lambda one: -one[0]), set(), None
    for ago, days in in_order:
        bought = TODAY - timedelta(days=ago)
        start = bought if free_from is None else max(bought, free_from)
        free_from = start + timedelta(days=days)
        covered |= {start + timedelta(days=step) for step in range(days)}
    if len({ago for ago, _ in purchases}) < 2:
        assert rows == []
        return
    first = TODAY - timedelta(days=in_order[0][0])
    whole = (TODAY - first).days + 1
    assert (rows[0]["part"], rows[0]["whole"]) == (sum(day <= TODAY for day in covered), whole)


HAPPENINGS = st.lists(
    st.tuples(
        st.sampled_from(["bill", "bill", "bill", "cancel", "complete", "move", "shorten", "return", "remind", "lose"]),
        st.integers(0, 9),
        st.integers(0, 60),
        st.sampled_from([None, 7, 30]),
    ),
    max_size=14,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(HAPPENINGS)
def test_whatever_happens_to_bills_reminders_are_what_they_say(new_shop, happenings):
    with shop_session(keeper(new_shop(kind="pharmacy")), alone=True, now=NOW) as shop:
        people = [customers.create(shop, {"name": name}) for name in ("Asha", "Bilal")]
        bills = []
        for what, which, ago, days in happenings:
            one = bills[which % len(bills)] if bills else None
            if what == "bill":
                lines = [medicine(days=days, quantity=2), medicine("Amlodipine 5", days=14)][: 1 + which % 2]
                bills.append(bill(shop, people[which % 2], *lines, ago=ago))
            elif one is not None:
                _happens(shop, what, one, people[which % 2], days)
        assert shop.rows("doctor/refill_reminders", most=5) == []
        bills_say = text("select order_id, medicine_key from refill_truth where shop_id = :shop_id")
        truth = shop.execute(bills_say, {"shop_id": shop.id})
        query = select(RefillReminder.order_id, RefillReminder.medicine_key)
        stored = query.where(RefillReminder.shop_id == shop.id, RefillReminder.status != "cancelled")
        assert {tuple(row) for row in shop.execute(stored)} == {tuple(row) for row in truth}


def _happens(shop, what, order_id, customer_id, days):
    changes = {
        "cancel": OrderChange(status="cancelled"),
        "complete": OrderChange(status="completed"),
        "move": OrderChange(customer_id=customer_id),
        "shorten": OrderChange(items=[medicine(days=days)]),
    }
    reminders = [row["id"] for row in refills.of_order(shop, order_id) if row["status"] != "cancelled"]
    try:
        if what in changes:
            orders.change(shop, order_id, changes[what])
        elif what == "return":
            orders.take_back(shop, order_id, {1: Decimal(1)})
        elif what == "remind" and reminders:
            refills.mark_sent(shop, reminders, "call")
        elif what == "lose" and reminders:
            refills.close(shop, reminders, "lost")
    except BadInput:
        pass  # a bill of which something came back, or that was cancelled, can't be changed so


def test_two_tills_at_once_leave_one_reminder_open(pharmacy):
    """The second bill of the medicine waits for the first one's customer, and sees that bill."""
    with shop_session(keeper(pharmacy), writes=True) as shop:
        asha = customers.create(shop, {"name": "Asha"})

    def sell(_):
        with shop_session(keeper(pharmacy), writes=True) as shop:
            orders.record(shop, NewOrder(items=[medicine()], customer_id=asha))

    with ThreadPoolExecutor(6) as tills:
        list(tills.map(sell, range(12)))
    with shop_session(keeper(pharmacy)) as shop:
        statuses = shop.execute(select(RefillReminder.status).where(RefillReminder.shop_id == shop.id)).scalars().all()
        assert sorted(statuses) == ["due"] + ["refilled"] * 11
        assert shop.rows("doctor/refill_reminders", most=5) == []
