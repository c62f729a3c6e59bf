"""Contacts: on file once, called, marked, converted by a purchase and never back; every status x every event."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from conftest import NOW
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Uuid, column, insert, select, table, text

from crmcore import (
    companies,
    contact_people,
    contacts,
    customer_list,
    customers,
    follow_ups,
    interactions,
    my_day,
    orders,
)
from crmcore.contact_people import NewPerson, NewPhone
from crmcore.contacts import CONTACTED, CONVERTED, PENDING, YELLOW, NewContact
from crmcore.contacts.reading import reminders
from crmcore.database.gate import ShopSession, keeper, new_id, shop_session
from crmcore.errors import BadInput, Conflict, NotAllowed, NotFound
from crmcore.interactions import NewInteraction
from crmcore.models import Activity, Contact
from crmcore.orders import NewOrder

PHONE, OTHER = "+919881120456", "+919822012345"


def contact(shop: ShopSession, phone: str = "98811 20456", **given: str) -> UUID:
    return contacts.record(shop, NewContact(phone, **given))


def call(shop: ShopSession, contact_id: UUID, **said: object) -> UUID:
    return interactions.record(shop, NewInteraction("call", contact_id=contact_id, direction="out", **said))


def sale(shop: ShopSession, phone: str = PHONE, amount: int = 480, **given: object) -> UUID:
    return orders.record(shop, NewOrder(amount=Decimal(amount), phone=phone, **given))


def status(shop: ShopSession, contact_id: UUID) -> str:
    return contacts.get(shop, contact_id)["status"]


def undo_last_talk(shop: ShopSession, contact_id: UUID) -> None:
    for row in interactions.of_contact(shop, contact_id):
        interactions.remove(shop, row["id"])


def mark(shop: ShopSession, contact_id: UUID) -> None:
    if status(shop, contact_id) == CONVERTED:
        with pytest.raises(Conflict, match="stays converted"):
            contacts.did_not_buy(shop, contact_id)
    else:
        contacts.did_not_buy(shop, contact_id)


def cancel_its_order(shop: ShopSession, contact_id: UUID) -> None:
    order_id = contacts.get(shop, contact_id)["converted_order_id"]
    if order_id:
        orders.cancel(shop, order_id)


def other_order_cancelled(shop: ShopSession, contact_id: UUID) -> None:
    orders.record(shop, NewOrder(amount=Decimal(5), phone=PHONE, status=orders.CANCELLED))


MADE: dict[str, Callable[[ShopSession, UUID], object]] = {
    PENDING: lambda shop, one: None,
    CONTACTED: call,
    YELLOW: lambda shop, one: contacts.did_not_buy(shop, one),
    CONVERTED: lambda shop, one: sale(shop),
}
EVENTS: dict[str, Callable[[ShopSession, UUID], object]] = {
    "a call": call,
    "a visit logged": lambda shop, one: interactions.record(shop, NewInteraction("visit", contact_id=one)),
    "all talk proves a mistake": undo_last_talk,
    "came by without buying": mark,
    "that proves a mistake": lambda shop, one: contacts.take_back_did_not_buy(shop, one),
    "a purchase": lambda shop, one: sale(shop),
    "a draft": lambda shop, one: sale(shop, status=orders.DRAFT),
    "a failed payment": other_order_cancelled,
    "its order is cancelled": cancel_its_order,
    "a purchase of somebody else": lambda shop, one: sale(shop, OTHER),
    "they come on file": lambda shop, one: customers.find_or_create(shop, {"phone": PHONE}),
}
# What each event makes of each status, where it makes anything else of it.
BECOMES = {
    (PENDING, "a call"): CONTACTED,
    (PENDING, "a visit logged"): CONTACTED,
    (CONTACTED, "all talk proves a mistake"): PENDING,
    (PENDING, "came by without buying"): YELLOW,
    (CONTACTED, "came by without buying"): YELLOW,
    (YELLOW, "that proves a mistake"): PENDING,
    (PENDING, "a purchase"): CONVERTED,
    (CONTACTED, "a purchase"): CONVERTED,
    (YELLOW, "a purchase"): CONVERTED,
}


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("before", MADE)
def test_what_an_event_makes_of_a_status(shop, before, event):
    one = contact(shop)
    MADE[before](shop, one)
    assert status(shop, one) == before
    EVENTS[event](shop, one)
    assert status(shop, one) == BECOMES.get((before, event), before)


def test_a_contact_has_its_first_mobile_as_its_number_and_the_others_beside_it(shop):
    one = contacts.get(shop, contact(shop, "020 2567 8901 / 98811 20456; 98220 12345", name="  Asha   Rao "))
    assert (one["phone"], one["phone_kind"], one["name"]) == (PHONE, "mobile", "Asha Rao")
    assert one["other_phones"] == ["+912025678901", OTHER]
    assert one["phone_typed"] == "020 2567 8901 / 98811 20456; 98220 12345"
    assert (one["status"], one["whatsapp"], one["touches"]) == (PENDING, "unknown", 0)


def test_a_landline_is_kept_and_gets_calls_but_no_messages(shop):
    one = contact(shop, "020 2567 8901")
    assert contacts.get(shop, one)["phone_kind"] == "landline"
    with pytest.raises(BadInput, match="landline"):
        interactions.record(shop, NewInteraction("whatsapp", contact_id=one))
    call(shop, one)


def test_a_number_is_one_contact(shop):
    contact(shop, name="Asha")
    with pytest.raises(BadInput, match="belongs to Asha"):
        contact(shop, "+91 98811-20456")


def test_being_in_touch_is_counted_and_recounted(shop):
    one = contact(shop)
    first = call(shop, one, happened_at=NOW - timedelta(days=2), outcome="No answer")
    call(shop, one, outcome="Reached", notes="Wants the list")
    seen = contacts.get(shop, one)
    assert (seen["touches"], seen["last_touched_at"]) == (2, NOW)
    interactions.change(shop, first, {"notes": "Rang long"})
    interactions.remove(shop, first)
    assert contacts.get(shop, one)["touches"] == 1
    assert [row["notes"] for row in interactions.of_contact(shop, one)] == ["Wants the list"]


def test_a_visit_without_a_customer_is_refused_as_before(shop):
    with pytest.raises(BadInput, match="Record visit"):
        interactions.record(shop, NewInteraction("visit", customer_id=customers.create(shop, {"name": "Asha"})))


def test_talk_is_with_a_customer_or_a_contact(shop):
    one, asha = contact(shop), customers.create(shop, {"name": "Asha"})
    with pytest.raises(BadInput, match="name one of them"):
        interactions.record(shop, NewInteraction("call", customer_id=asha, contact_id=one))
    with pytest.raises(BadInput, match="name one of them"):
        follow_ups.create(shop, follow_ups.NewFollowUp("Call", shop.today, customer_id=asha, contact_id=one))


def test_a_purchase_links_the_customer_and_its_value_is_the_orders(shop):
    one = contact(shop, name="Asha")
    order_id = sale(shop, amount=480)
    seen = contacts.get(shop, one)
    assert (seen["status"], seen["converted_order_id"], seen["value"]) == (CONVERTED, order_id, Decimal(480))
    assert (seen["converted_on"], seen["customer_id"]) == (shop.today, customers.by_phone(shop, PHONE)["id"])
    orders.change(shop, order_id, orders.OrderChange(amount=Decimal(300)))
    assert contacts.get(shop, one)["value"] == Decimal(300)
    later = sale(shop, amount=1000)
    assert contacts.get(shop, one)["converted_order_id"] == order_id
    orders.cancel(shop, order_id)
    seen = contacts.get(shop, one)
    assert (seen["status"], seen["value"], seen["order_status"]) == (CONVERTED, None, "cancelled")
    third = sale(shop, amount=50)
    assert (contacts.get(shop, one)["converted_order_id"], contacts.get(shop, one)["value"]) == (third, Decimal(50))
    assert later != third


def test_a_draft_converts_when_it_becomes_a_sale_and_a_sale_that_changes_hands_converts_the_other(shop):
    one, other = contact(shop), contact(shop, OTHER)
    order_id = sale(shop, status=orders.DRAFT)
    assert status(shop, one) == PENDING
    orders.change(shop, order_id, orders.OrderChange(status=orders.COMPLETED))
    assert status(shop, one) == CONVERTED
    orders.change(shop, order_id, orders.OrderChange(phone=OTHER))
    assert [(contacts.get(shop, it)["status"], contacts.get(shop, it)["value"]) for it in (one, other)] == [
        (CONVERTED, None),
        (CONVERTED, Decimal(480)),
    ]


def test_a_customer_who_comes_on_file_is_the_contact_and_keeps_what_was_said_before(shop):
    one = contact(shop, name="Asha")
    call(shop, one, notes="Asked for the list")
    asha = customers.create(shop, {"name": "Asha Rao", "phone": PHONE})
    assert contacts.get(shop, one)["customer_id"] == asha
    assert [row["id"] for row in contacts.of_customer(shop, asha)] == [one]
    assert [row["notes"] for row in interactions.of_customer(shop, asha)] == ["Asked for the list"]
    assert interactions.touches(shop, asha) == (NOW, NOW)
    bilal = customers.create(shop, {"name": "Bilal"})
    other = contact(shop, OTHER)
    customers.change(shop, bilal, {"phone": OTHER})
    assert contacts.get(shop, other)["customer_id"] == bilal
    assert contacts.get(shop, contact(shop, "98220 54321"))["customer_id"] is None


def test_whoever_sells_asks_by_number_in_any_format(shop):
    one = contact(shop, name="Asha")
    call(shop, one)
    found = contacts.of_phone(shop, "098811-20456")
    assert (found["id"], found["status"], found["touches"]) == (one, CONTACTED, 1)
    assert contacts.of_phone(shop, OTHER) is None
    with pytest.raises(BadInput):
        contacts.of_phone(shop, "12")


def test_a_contact_is_found_and_converted_by_any_of_its_numbers_unless_others_have_it_too(shop):
    both, switchboard = f"{PHONE} / {OTHER}", "020 2567 8901"
    one = contact(shop, both, name="Asha")
    assert contacts.of_phone(shop, "098220 12345")["id"] == one
    sale(shop, OTHER)
    asha = contacts.get(shop, one)
    assert (asha["status"], asha["phone"]) == (CONVERTED, PHONE)
    assert asha["customer_id"] == customers.by_phone(shop, OTHER)["id"]
    bilal, chitra = contact(shop, f"98220 54321 / {switchboard}"), contact(shop, f"98220 54322 / {switchboard}")
    assert contacts.of_phone(shop, switchboard) is None, "which of the two is it?"
    sale(shop, switchboard)
    assert (status(shop, bilal), status(shop, chitra)) == (PENDING, PENDING)
    called = contact(shop, switchboard)
    assert contacts.of_phone(shop, switchboard)["id"] == called


def test_a_customer_is_found_at_the_till_by_every_number_of_their_contact(shop):
    asha = customers.create(shop, {"name": "Asha Rao", "phone": PHONE})
    one = contact(shop, f"{PHONE} / {OTHER}", name="asha")
    assert customers.by_phone(shop, "098220 12345")["id"] == asha
    assert [row["id"] for row in customer_list.look_alikes(shop, {"phone": OTHER})] == [asha]
    assert orders.get(shop, sale(shop, OTHER, name="Asha"))["customer_id"] == asha
    assert (status(shop, one), customers.get(shop, asha)["phone"]) == (CONVERTED, PHONE)
    customers.change(shop, asha, {"phone": "98220 99999"})
    assert customers.by_phone(shop, PHONE)["id"] == asha, "the number they had is still their contact's"
    assert contacts.of_buyer(shop, asha)["id"] == one


def test_a_number_beside_somebodys_own_is_another_customers_where_the_name_or_their_own_number_says_so(shop):
    asha = customers.create(shop, {"name": "Asha Rao", "phone": PHONE})
    one = contact(shop, f"{PHONE} / {OTHER}")
    bilal, was_created = customers.find_or_create(shop, {"phone": OTHER, "name": "Bilal Rao"})
    assert was_created and bilal != asha, "Rao is a family's name"
    assert customers.by_phone(shop, OTHER)["id"] == bilal
    sale(shop, OTHER)
    assert (contacts.get(shop, one)["customer_id"], status(shop, one)) == (asha, PENDING), "it is not Bilal's"
    assert contacts.of_phone(shop, OTHER) is None


def test_of_two_customers_with_one_number_nobody_is_taken_and_both_are_offered(shop):
    switchboard = "020 2567 8901"
    acme, _ = companies.find_or_create(shop, "Acme Traders")
    contact_people.add(shop, acme, NewPerson("Chitra", phones=[NewPhone(switchboard)]))
    asha = customers.create(shop, {"name": "Asha", "phone": PHONE})
    assert customers.by_phone(shop, switchboard)["id"] == acme
    contact(shop, f"{PHONE} / {switchboard}")
    assert customers.by_phone(shop, switchboard) is None
    assert {row["id"] for row in customers.sharing_phone(shop, switchboard)} == {acme, asha}
    assert customers.sharing_phone(shop, PHONE) == []
    new, was_created = customers.find_or_create(shop, {"phone": switchboard})
    assert was_created
    assert customers.by_phone(shop, switchboard)["id"] == new
    assert customers.sharing_phone(shop, switchboard) == []


def test_a_number_beside_a_contacts_own_makes_no_second_contact_unless_the_name_is_another(shop):
    one = contact(shop, f"{PHONE} / {OTHER}", name="Asha Rao")
    for name in ("", "Rao, Asha", "asha"):
        with pytest.raises(BadInput, match="belongs to Asha Rao"):
            contact(shop, OTHER, name=name)
    bilal = contact(shop, OTHER, name="Bilal")
    assert contacts.of_phone(shop, OTHER)["id"] == bilal != one


def test_a_contact_is_linked_with_the_customer_who_has_any_of_its_numbers_and_no_other_name(shop):
    asha, bilal = (
        customers.create(shop, {"name": name, "phone": phone}) for name, phone in (("Asha", PHONE), ("Bilal", OTHER))
    )
    landline = "020 2567 8901"

    def linked(phone, name):
        return contacts.get(shop, contact(shop, phone, name=name))["customer_id"]

    assert linked("98220 54321 / " + PHONE, "Asha Rao") == asha
    assert linked("98220 54322 / " + OTHER, "Chitra") is None, "Bilal is another"
    later = contact(shop, landline, name="Bilal")
    contacts.change(shop, contacts.of_phone(shop, "98220 54322")["id"], {"other_phones": ""})
    contacts.change(shop, later, {"other_phones": OTHER})
    assert contacts.get(shop, later)["customer_id"] == bilal


NUMBERS = ["+919881120456", "+919822012345", "+912025678901", "+919822054321"]
PEOPLE = st.lists(
    st.tuples(
        st.sampled_from(NUMBERS), st.lists(st.sampled_from(NUMBERS), max_size=4), st.sampled_from([None, 0, 1, 2])
    ),
    max_size=4,
    unique_by=lambda one: one[0],
)
OWN = st.lists(st.tuples(st.sampled_from([None, *NUMBERS]), st.booleans()), min_size=3, max_size=3)


def put_on_file(shop, people, own):
    """Customers with these numbers, and contacts who are them or nobody's, numbers as a file could hold them."""
    buyers, taken = [], set()
    for nth, (phone, is_hidden) in enumerate(own):
        phone = phone if phone not in taken else None
        taken |= set() if is_hidden else {phone}
        buyers.append(customers.create(shop, {"name": f"No {nth}", "phone": phone}))
        if is_hidden:
            customers.hide(shop, buyers[-1])
    rows = [
        {"shop_id": shop.id, "id": new_id(), "phone": phone, "other_phones": others, "uploaded_on": shop.today,
         "customer_id": None if whose is None else buyers[whose]}
        for phone, others, whose in people
    ]  # fmt: skip
    if rows:
        shop.execute(insert(Contact), rows)


@given(people=PEOPLE, own=OWN)
@example(people=[(NUMBERS[0], NUMBERS[1:], None)], own=[(None, False)] * 3)
@example(people=[(NUMBERS[0], [NUMBERS[1]] * 2, 0)], own=[(NUMBERS[0], False), (NUMBERS[1], False), (None, False)])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_file_and_the_till_find_the_same_contact_by_every_number(shop, people, own):
    """The view for many numbers and the function for one hold one rule in two shapes: they must never disagree."""
    undone = shop.connection.begin_nested()
    try:
        put_on_file(shop, people, own)
        view = select(column("phone"), column("contact_id", Uuid)).select_from(table("contact_numbers"))
        by_file = shop.execute(view.where(column("shop_id", Uuid) == shop.id)).all()
        by_till = {number: contacts.of_phone(shop, number) for number in NUMBERS}
    finally:
        undone.rollback()
    assert sorted(map(tuple, by_file)) == sorted((number, found["id"]) for number, found in by_till.items() if found)


def test_one_number_is_looked_up_however_many_contacts_there_are(shop):
    """By indexes, also as a column of customers brings it, whose order of text is not that of the other numbers."""
    numbers = [(f"+9198{nth:08}", f"+9197{nth:08}") for nth in range(2_000)]
    rows = [
        {"shop_id": shop.id, "id": new_id(), "phone": phone, "other_phones": [other], "uploaded_on": shop.today}
        for phone, other in numbers
    ]
    shop.execute(insert(Contact), rows)
    for way in ("seqscan", "bitmapscan"):  # cheap in a small table
        shop.connection.exec_driver_sql(f"set local enable_{way} = off")
    shop.run("imports/gather_statistics", loaded=len(rows) * 2)  # as an import of so many does
    read = text("select seq_tup_read + idx_tup_fetch from pg_stat_xact_user_tables where relname = 'contacts'")
    before = shop.scalar(read)
    asha = customers.create(shop, {"name": "Asha", "phone": numbers[7][1]})
    sale(shop, numbers[7][1])
    assert contacts.of_buyer(shop, asha)["id"] == rows[7]["id"]
    assert customers.by_phone(shop, numbers[8][1]) is None
    assert shop.scalar(read) - before < 50


def test_a_contact_is_changed_and_a_number_of_somebody_else_refused(shop):
    one, other = contact(shop, name="Asha"), contact(shop, OTHER, name="Bilal")
    seen = contacts.get(shop, one)
    said = {"name": "Asha Rao", "whatsapp": "active", "notes": "Mornings"}
    contacts.change(shop, one, said, seen_at=seen["updated_at"])
    seen = contacts.get(shop, one)
    assert (seen["name"], seen["whatsapp"], seen["notes"]) == ("Asha Rao", "active", "Mornings")
    with pytest.raises(BadInput, match="Bilal"):
        contacts.change(shop, one, {"phone": OTHER})
    for field, value in (("whatsapp", "maybe"), ("phone", ""), ("email", "nobody"), ("colour", "red")):
        with pytest.raises(BadInput):
            contacts.change(shop, other, {field: value})
    with pytest.raises(NotFound):
        contacts.get(shop, UUID(int=7))


def test_two_people_who_change_a_contact_at_once_are_told(join):
    who = join()
    with shop_session(who, writes=True, now=NOW) as shop:
        one = contact(shop)
        seen_at = contacts.get(shop, one)["updated_at"]
    with shop_session(who, writes=True, now=NOW + timedelta(minutes=1)) as shop:
        contacts.change(shop, one, {"name": "Asha"}, seen_at=seen_at)
    with pytest.raises(Conflict), shop_session(who, writes=True) as shop:
        contacts.change(shop, one, {"name": "Bilal"}, seen_at=seen_at)


def test_a_reminder_about_a_contact_is_on_the_day_of_whoever_has_it(join):
    who = join("staff")
    with shop_session(who, writes=True, now=NOW) as shop:
        one = contact(shop, name="Asha")
        call(shop, one, next_step="Call again", next_step_on=shop.today)
        (item,) = my_day.of(shop, who.staff_id).today.items
        assert (item.title, item.contact_id, item.customer_name, item.phone) == ("Call again", one, "Asha", PHONE)
        assert [row["about"] for row in reminders(shop, one)] == ["Call again"]
        my_day.done(shop, item.key)
        assert [done.contact_id for done in my_day.of(shop, who.staff_id).done.items] == [one]
        assert reminders(shop, one) == []


def test_everything_done_stands_on_the_record(shop):
    one = contact(shop)
    contacts.change(shop, one, {"name": "Asha"})
    contacts.did_not_buy(shop, one)
    contacts.take_back_did_not_buy(shop, one)
    sale(shop)
    told = [row["what"] for row in reversed(contacts.history(shop, one))]
    assert told == ["contact added", "contact changed", "contact marked", "contact marked", "contact converted"]


# ---- with own records only


@pytest.fixture
def own(join):
    """A shop whose staff see their own records only: its keeper, and two of its staff."""
    owner = join()
    mine = replace(owner.shop, own_records_only=True)
    people = [replace(join("staff", owner.shop, name), shop=mine) for name in ("Asha", "Bilal")]
    return [replace(keeper(mine), shop=mine), *people]


def test_with_own_records_only_a_contact_is_seen_by_whom_it_was_given_to_with_what_hangs_on_it(own):
    boss, asha, bilal = own
    with shop_session(boss, alone=True, now=NOW) as shop:
        one, free = contact(shop), contact(shop, OTHER)
        contacts.give(shop, [one], asha.staff_id)
        call(shop, one)
        follow_ups.create(shop, follow_ups.NewFollowUp("Call again", shop.today, contact_id=one))
        with pytest.raises(BadInput, match="their own contacts only"):
            follow_ups.create(
                shop, follow_ups.NewFollowUp("Call", shop.today, contact_id=one, assigned_to=bilal.staff_id)
            )
    with shop_session(asha, writes=True, now=NOW) as shop:
        assert contacts.count(shop) == 1
        assert len(interactions.of_contact(shop, one)) == 1
        assert [item.title for item in my_day.of(shop, asha.staff_id).today.items] == ["Call again"]
        call(shop, one)
    with shop_session(bilal, writes=True, now=NOW) as shop:
        assert contacts.count(shop) == 0
        assert interactions.of_contact(shop, one) == []
        assert my_day.of(shop, bilal.staff_id).today.items == []
        for hidden in (one, free):
            with pytest.raises(NotFound):
                call(shop, hidden)


def test_with_own_records_only_a_sale_converts_a_colleagues_contact_all_the_same(own):
    boss, asha, bilal = own
    with shop_session(boss, alone=True, now=NOW) as shop:
        one = contact(shop, name="Chitra")
        contacts.give(shop, [one], asha.staff_id)
    with shop_session(bilal, writes=True, now=NOW) as shop:
        found = contacts.of_phone(shop, PHONE)
        assert (found["id"], found["assignee"]) == (one, "Asha")
        sale(shop)
        assert contacts.count(shop) == 0  # and works with his own records only again
        with pytest.raises(BadInput, match="another contact"):
            contact(shop)
    with shop_session(boss, now=NOW) as shop:
        assert status(shop, one) == CONVERTED


def test_a_sale_sent_twice_converts_once(shop):
    one = contact(shop)
    sale(shop, idempotency_key="a")
    sale(shop, idempotency_key="a")
    lines = select(Activity.id).where(Activity.shop_id == shop.id, Activity.what == "contact converted")
    assert len(shop.execute(lines).all()) == 1
    assert status(shop, one) == CONVERTED


def test_staff_may_not_assign(join):
    who = join("staff")
    with pytest.raises(NotAllowed), shop_session(who, alone=True) as shop:
        contacts.give(shop, [], who.staff_id)
    assert Contact.__tablename__ == "contacts"
