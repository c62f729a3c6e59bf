"""The list of refills: a message where it may go, marked alone or many at once, answered, lost, paused; per role."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from crmcore import contacts, customers, medical, orders, refills
from crmcore.database.gate import keeper, shop_session
from crmcore.messages import consent
from crmcore.orders import Item, NewOrder


@pytest.fixture
def pharmacy(new_shop):
    return new_shop(kind="pharmacy")


@pytest.fixture
def ravi(join, pharmacy):
    return join("staff", shop=pharmacy, name="Ravi Kale", sells=True)


def needing(who, name, phone, *, ago=25, said=None, medicines=("Metformin 500",)):
    """A customer whose 30 days of medicine were bought so many days ago."""
    with shop_session(keeper(who.shop), writes=True) as shop:
        customer_id = customers.create(shop, {"name": name, "phone": phone})
        lines = [Item(one, Decimal(1), Decimal(50), medicine_days=30) for one in medicines]
        moment = datetime.now(UTC) - timedelta(days=ago)
        orders.record(shop, NewOrder(items=lines, customer_id=customer_id, ordered_at=moment))
        if said:
            consent.record(shop, customer_id, "whatsapp", "reminders", said, "Said so in the shop")
    return customer_id


def states(who, customer_id):
    with shop_session(who) as shop:
        return {(row["status"], row["sent_channel"], row["response"]) for row in refills.of_customer(shop, customer_id)}


def links(page):
    return [link.proto.url for link in page.get("link_button")]


def test_due_and_overdue_with_the_message_ready_and_none_where_it_was_declined(ravi, open_page, hands):
    needing(ravi, "Asha Rao", "98811 20001", medicines=("Metformin 500", "Amlodipine 5"))
    needing(ravi, "Bilal Khan", "98811 20002", ago=28)
    needing(ravi, "Chitra Iyer", "98811 20003", ago=28, said=consent.DECLINED)
    page = open_page("refills", ravi)
    assert not page.exception
    text = hands.read(page)
    assert "3 customers to remind now" in text
    assert page.button_group[0].options == ["Overdue · 2", "Today · 1", "Coming · 0", "Reminded · 0"]
    assert "Bilal" in str(page.main) and "3 days late" in text
    assert "This customer declined WhatsApp reminders" in text
    assert [link for link in links(page) if "wa.me" in link] == [
        link for link in links(page) if link.startswith("https://wa.me/919881120002?text=Hello%20Bilal")
    ]
    page = page.button_group[0].set_value("today").run()
    assert "Metformin 500" in hands.read(page) and "Amlodipine 5" in hands.read(page)


@pytest.mark.parametrize(("role", "sees_all"), [("owner", True), ("manager", True), ("staff", False)])
def test_whole_numbers_and_the_list_as_a_file_are_not_for_staff(pharmacy, join, open_page, hands, role, sees_all):
    who = join(role, shop=pharmacy)
    needing(who, "Asha Rao", "98811 20001")
    page = open_page("refills", who)
    assert not page.exception
    assert ("+91 98811 20001" in hands.read(page)) is sees_all
    assert bool(page.get("download_button")) is sees_all


def test_mark_sent_then_write_the_answer_down_and_undo(ravi, open_page, hands):
    asha = needing(ravi, "Asha Rao", "98811 20001", ago=31, medicines=("Metformin 500", "Amlodipine 5"))
    page = hands.press(open_page("refills", ravi), "Mark sent")
    assert "Reminded: Asha Rao" in hands.read(page).replace("**", "")
    assert states(ravi, asha) == {("sent", "whatsapp", None)}
    page = next(one for one in page.text_input if one.label == "What did they say?").input("will come Friday").run()
    assert states(ravi, asha) == {("sent", "whatsapp", "will come Friday")}
    page = page.button_group[0].set_value("sent").run()
    assert not page.exception
    assert "Reminded by WhatsApp" in hands.read(page) and "ran out" in hands.read(page)


def test_a_press_too_many_is_undone(ravi, open_page, hands):
    asha = needing(ravi, "Asha Rao", "98811 20001")
    page = hands.press(open_page("refills", ravi), "Called")
    assert states(ravi, asha) == {("sent", "call", None)}
    hands.press(page, "Undo")
    assert states(ravi, asha) == {("due", None, None)}


def test_several_are_marked_at_once(ravi, open_page, hands):
    people = [needing(ravi, f"Customer {nth}", f"98811 2000{nth}") for nth in range(3)]
    page = open_page("refills", ravi)
    page = page.checkbox[0].check().run()
    page = hands.press(page, "Choose all shown")
    assert "3 customers chosen" in hands.read(page).replace("**", "")
    assert {state for one in people for state in states(ravi, one)} == {("due", None, None)}
    page = next(menu for menu in page.menu_button if menu.label == "Mark 3 customers reminded").click("sms").run()
    assert not page.exception
    assert "3 customers marked as reminded" in hands.read(page)
    assert {state for one in people for state in states(ravi, one)} == {("sent", "sms", None)}


def test_nothing_yet_says_what_to_do(ravi, open_page, hands):
    page = open_page("refills", ravi)
    assert not page.exception
    assert "No refills yet" in hands.read(page)


def test_a_shop_without_refills_has_no_such_page(join, open_page, hands):
    page = open_page("refills", join("owner"))
    assert not page.exception
    assert "Refills" not in [title.value for title in page.title]


def test_the_customers_page_tells_what_they_have_how_well_they_keep_to_it_and_how_to_remind_them(
    ravi, open_page, hands
):
    asha = needing(ravi, "Asha Rao", "98811 20001", ago=50)
    with shop_session(ravi, writes=True) as shop:
        line = Item("Metformin 500", Decimal(1), Decimal(50), medicine_days=30)
        moment = datetime.now(UTC) - timedelta(days=10)
        orders.record(shop, NewOrder(items=[line], customer_id=asha, ordered_at=moment))
    page = open_page("customer", ravi, id=asha, show="Medicines")
    assert not page.exception
    text = hands.read(page)
    assert "Days covered" in text and "41 of 51 days" in text.replace("**", "")
    assert "bought again on" in text
    number = next(field for field in page.number_input if field.label == "Days before it runs out")
    number.set_value(10)
    page = hands.press(page, "Save changes")
    with shop_session(ravi) as shop:
        assert refills.wishes_of(shop, asha).lead_days == 10


def test_a_customer_with_several_numbers_says_which_one_reminders_go_to(ravi, open_page, hands):
    asha = needing(ravi, "Asha Rao", "98811 20001")
    page = open_page("customer", ravi, id=asha, show="Medicines")
    assert "On which number" not in [field.label for field in page.selectbox], "there is but one"
    with shop_session(ravi, writes=True) as shop:
        contacts.record(shop, contacts.NewContact("98811 20001 / 98220 54321 / 020 2567 1234", "Asha Rao"))
    page = open_page("customer", ravi, id=asha, show="Medicines")
    field = next(field for field in page.selectbox if field.label == "On which number")
    assert sorted(field.options) == ["+91 20 2567 1234 · landline, calls only", "+91 98220 54321", "+91 98811 20001"]
    by = next(field for field in page.selectbox if field.label == "Remind by")
    field.set_value("+912025671234")
    by.set_value("whatsapp")
    page = hands.press(page, "Save changes")
    assert "takes calls only, no WhatsApp" in page.error[0].value.replace("\\", "")
    next(field for field in page.selectbox if field.label == "On which number").set_value("+919822054321")
    page = hands.press(page, "Save changes")
    assert not page.exception and not page.error
    page = open_page("refills", ravi)
    assert {link.partition("?")[0] for link in links(page)} == {"https://wa.me/919822054321", "tel:+919822054321"}


@pytest.mark.parametrize("role", ["owner", "manager", "staff"])
def test_medical_data_opens_for_who_has_the_right_alone(pharmacy, ravi, join, open_page, hands, role):
    asha = needing(ravi, "Asha Rao", "98811 20001")
    pharmacist = join(role, shop=pharmacy, medical=True)
    with shop_session(pharmacist, writes=True) as shop:
        medical.change(shop, asha, {"conditions": "Type 2 diabetes", "doctor": "Dr Kulkarni"})
    page = open_page("customer", join(role, shop=pharmacy), id=asha)
    assert "Medical data" not in hands.read(page).replace("Medical data changed", "")
    page = open_page("customer", pharmacist, id=asha)
    assert "diabetes" not in str(page.main)
    page = hands.press(page, "Open medical data")
    assert not page.exception
    fields = {field.label: field.value for field in [*page.text_area, *page.text_input]}
    assert (fields["Conditions"], fields["Doctor"]) == ("Type 2 diabetes", "Dr Kulkarni")
    next(field for field in page.text_area if field.label == "Allergies").input("Penicillin")
    page = hands.press(page, "Save medical data")
    assert not page.exception and not page.error
    with shop_session(pharmacist, writes=True) as shop:
        assert medical.read(shop, asha)["allergies"] == "Penicillin"
    assert "Penicillin" not in str(page.main)


def test_an_owner_sets_how_the_shop_reminds(pharmacy, join, open_page, hands):
    owner = join("owner", shop=pharmacy)
    page = open_page("settings", owner, part="Refills")
    assert not page.exception
    next(field for field in page.number_input if field.label.startswith("Days before")).set_value(3)
    next(field for field in page.text_area if field.label.startswith("Nor on")).input("26/01/2027\nno day")
    page = hands.press(page, "Save changes")
    assert "no day is no date" in page.error[0].value
    next(field for field in page.text_area if field.label.startswith("Nor on")).input("26/01/2027")
    page = hands.press(page, "Save changes")
    assert not page.error
    with shop_session(owner) as shop:
        kept = refills.rules_of(shop)
    assert (kept.lead_days, [day.isoformat() for day in kept.holidays]) == (3, ["2027-01-26"])


def test_a_refill_message_from_the_customers_page_begins_with_what_runs_out(ravi, open_page, hands):
    asha = needing(ravi, "Asha Rao", "98811 20001", medicines=("Metformin 500", "Amlodipine 5"))
    page = hands.press(open_page("customer", ravi, id=asha), "Message")
    page = next(group for group in page.button_group if group.label == "What for").set_value("refill").run()
    assert not page.exception
    assert "your Amlodipine 5 and Metformin 500 will run out" in page.text_area[0].value
