"""Contacts on their pages: the list, sharing out, one contact, and what each role sees of them."""

from datetime import timedelta
from decimal import Decimal

import pytest

from crmcore import contacts, follow_ups, interactions, orders
from crmcore.contacts import NewContact
from crmcore.contacts.reading import reminders
from crmcore.database.gate import keeper, shop_session


@pytest.fixture
def pharmacy(new_shop):
    return new_shop(kind="pharmacy")


@pytest.fixture
def boss(join, pharmacy):
    return join("owner", pharmacy)


@pytest.fixture
def ravi(join, pharmacy):
    return join("staff", pharmacy, "Ravi Kale")


@pytest.fixture
def sheet(pharmacy, ravi):
    """Four contacts: Asha and Bilal are Ravi's, Asha was called; Chitra's is a landline; Dev bought."""
    with shop_session(keeper(pharmacy), alone=True) as shop:
        people = {
            name: contacts.record(shop, NewContact(phone, name))
            for name, phone in (
                ("Asha *R*", "98811 20456"),
                ("Bilal", "98811 20457"),
                ("Chitra", "020 2567 8901"),
                ("Dev", "98811 20459"),
            )
        }
        contacts.give(shop, [people["Asha *R*"], people["Bilal"]], ravi.staff_id)
        interactions.record(shop, interactions.NewInteraction("call", contact_id=people["Asha *R*"], outcome="Reached"))
        orders.record(shop, orders.NewOrder(amount=Decimal(480), phone="98811 20459"))
        return people


def pills(page, label):
    return next(one for one in page.get("button_group") if one.label.startswith(label))


def choose(page, label, value):
    return next(one for one in page.selectbox if one.label == label).select(value).run()


def names(page):
    return list(page.dataframe[0].value["name"])


def test_the_list_says_who_where_and_whose(boss, sheet, open_page, hands):
    page = open_page("contacts", boss)
    assert not page.exception
    assert names(page) == ["Asha *R*", "Bilal", "Chitra", "Dev"]
    frame = page.dataframe[0].value
    assert list(frame["status"]) == ["◐ Contacted", "○ Pending", "○ Pending", "● Converted"]
    assert list(frame["assignee"].fillna("")) == ["Ravi Kale", "Ravi Kale", "", ""]
    assert "+91 98811 20456" in list(frame["phone"])
    told = hands.read(page)
    assert "4 contacts · 1 became customers: 25.0\u202f% of all, 50.0\u202f% of those contacted" in told
    assert pills(page, "Status").options == [
        "All 4", "Pending 2", "Contacted 1", "Visited, did not buy 0", "Converted 1",
    ]  # fmt: skip


def test_filters_stand_in_the_address_and_are_read_from_it(boss, ravi, sheet, open_page, hands):
    page = open_page("contacts", boss, status="pending", assigned=ravi.staff_id)
    assert names(page) == ["Bilal"]
    page = open_page("contacts", boss, touched="never", sort="-uploaded")
    assert names(page) == ["Dev", "Chitra", "Bilal"]
    page = open_page("contacts", boss, q="asha")
    assert names(page) == ["Asha *R*"]
    page = choose(open_page("contacts", boss), "Who has them", "nobody")
    assert page.query_params["assigned"] == "nobody"
    assert names(page) == ["Chitra", "Dev"]
    page = open_page("contacts", boss, q="nobody like this")
    assert "No contact fits" in hands.read(page)
    page = hands.press(page, "Clear filters")
    assert len(names(page)) == 4


def test_staff_see_masked_numbers_in_the_list_and_share_nothing_out(ravi, sheet, open_page, hands):
    page = open_page("contacts", ravi)
    assert not page.exception
    assert set(page.dataframe[0].value["phone"]) == {"••• 456", "••• 457", "••• 901", "••• 459"}
    assert "1 contact of yours to call" in hands.read(page)
    assert not [one for one in page.get("button_group") if one.label in ("Between", "Show")]
    assert "share-out" not in hands.read(page)
    assert not any(one.label == "Upload a sheet" for one in page.button)


def test_what_each_gets_is_told_before_it_is_shared_out(boss, ravi, sheet, open_page, hands):
    page = open_page("contacts", boss, assigned="nobody")
    assert "Share out the 2 contacts found" in hands.read(page)
    pills(page, "Between").set_value([ravi.staff_id, boss.staff_id]).run()
    told = hands.read(page)
    assert "Meera Joshi 1 · Ravi Kale 0. Then they have open: Meera 1, Ravi 2." in told
    assert "1 contact stays as it is: with somebody already, or bought." in told
    page = hands.press(page, "Assign 1 contact")
    assert not page.exception
    with shop_session(boss) as shop:
        assert contacts.get(shop, sheet["Chitra"])["assignee"] == "Meera Joshi"
    assert "1 contact shared out" in hands.read(page)


def test_who_has_how_many_and_who_gets_new_uploads(boss, ravi, sheet, open_page, hands):
    page = open_page("contacts", boss, show="team")
    frame = page.dataframe[0].value
    assert dict(zip(frame["person"], frame["pending"], strict=True)) == {
        "Meera Joshi": 0, "Ravi Kale": 1, "Nobody yet": 1,
    }  # fmt: skip
    pills(page, "Between").set_value([ravi.staff_id]).run()
    page = hands.press(page, "Save")
    with shop_session(boss) as shop:
        assert contacts.automatic.of_shop(shop).among == (ravi.staff_id,)
    assert not page.exception


def test_a_call_is_logged_with_a_reminder_and_the_next_contact_is_a_press_away(ravi, sheet, open_page, hands):
    page = open_page("contact", ravi, id=sheet["Bilal"])
    assert not page.exception
    assert "first entry makes a pending contact a contacted one" in hands.read(page)
    pills(page, "How they answered").set_value("Call back later").run()
    next(one for one in page.toggle if one.label == "Plan the next follow-up").set_value(True).run()
    next(one for one in page.text_area if one.label == "What they said").input("After *five*").run()
    page = hands.press(page, "Save call")
    assert not page.exception
    told = hands.read(page)
    assert "Call saved" in told
    with shop_session(ravi) as shop:
        seen = contacts.get(shop, sheet["Bilal"])
        (talk,) = interactions.of_contact(shop, sheet["Bilal"])
        (plan,) = reminders(shop, sheet["Bilal"])
        tomorrow = shop.today + timedelta(days=1)
    assert (seen["status"], talk["outcome"], talk["notes"]) == ("contacted", "Call back later", "After *five*")
    assert talk["handled_by_name"] == "Ravi Kale"
    assert (plan["about"], plan["due_on"]) == ("Call back", tomorrow)
    page = hands.press(page, "Save call")  # a second press writes another call down, not the same
    with shop_session(ravi) as shop:
        assert contacts.get(shop, sheet["Bilal"])["touches"] == 2


def test_my_day_begins_with_the_contacts_to_call(ravi, sheet, open_page, hands):
    page = open_page("my_day", ravi)
    assert "**1 contact** of yours to call" in hands.read(page)
    assert next(one for one in page.button if one.label == "Next contact").proto.type == "primary"
    with shop_session(ravi, writes=True) as shop:
        follow_ups.create(
            shop, follow_ups.NewFollowUp("Call back", shop.today, contact_id=sheet["Bilal"], assigned_to=ravi.staff_id)
        )
    page = open_page("my_day", ravi)
    assert not page.exception
    links = {f"{link.proto.page}?{link.proto.query_string}": link.proto.label for link in page.get("page_link")}
    assert links[f"contact?id={sheet['Bilal']}"] == "**Bilal**"
    page = hands.press(page, "Done")
    assert not page.exception
    assert "Done: **Bilal**" in hands.read(page)


def test_who_came_by_without_buying_is_marked_and_unmarked(ravi, sheet, open_page, hands):
    page = hands.press(open_page("contact", ravi, id=sheet["Bilal"]), "Visited, did not buy")
    assert "Visited, did not buy" in hands.read(page)
    with shop_session(ravi) as shop:
        assert contacts.get(shop, sheet["Bilal"])["status"] == "yellow"
    page = hands.press(page, "They did not come by after all")
    with shop_session(ravi) as shop:
        assert contacts.get(shop, sheet["Bilal"])["status"] == "pending"


def test_a_landline_offers_a_call_and_no_chat_and_a_converted_one_its_order(boss, sheet, open_page, hands):
    page = open_page("contact", boss, id=sheet["Chitra"])
    told = hands.read(page)
    assert "Landline: calls only" in told
    assert "call instead" in told
    assert not any("wa.me" in link.proto.url for link in page.get("link_button"))
    kinds = pills(page, "What was it").options
    assert not any("WhatsApp" in kind or "SMS" in kind for kind in kinds)
    page = open_page("contact", boss, id=sheet["Dev"])
    told = hands.read(page)
    assert "for ₹480" in told
    assert not any(one.label == "Visited, did not buy" for one in page.button)


def test_a_contact_that_is_not_there_says_so(boss, new_shop, join, open_page, hands):
    for asked in ("", "x", "01900000-0000-7000-8000-000000000001"):
        page = open_page("contact", boss, id=asked)
        assert "This contact is not on file" in hands.read(page)
    stranger = join("owner", new_shop(kind="pharmacy"))
    with shop_session(boss, writes=True) as shop:
        one = contacts.record(shop, NewContact("98811 20456", "Asha"))
    assert "This contact is not on file" in hands.read(open_page("contact", stranger, id=one))


def test_an_empty_list_says_what_to_do_first(boss, ravi, open_page, hands):
    assert "Upload a sheet of phone numbers" in hands.read(open_page("contacts", boss))
    assert "As soon as a manager gives you some" in hands.read(open_page("contacts", ravi))


def test_a_contact_is_added_by_hand_and_a_bad_number_is_told(boss, open_page, hands):
    page = open_page("contacts", boss)
    hands.type(page, **{"Phone": "12", "Name, if you know it": "Asha"})
    page = hands.press(page, "Add contact")
    assert "too short" in hands.read(page) or "digits" in hands.read(page)
    hands.type(page, Phone="98811 20456 / 020 2567 8901")
    page = hands.press(page, "Add contact")
    assert not page.exception
    with shop_session(boss) as shop:
        (row,) = contacts.page_of(shop).rows
    assert (row["name"], row["other_phones"]) == ("Asha", ["+912025678901"])


def test_what_came_of_them_by_upload_and_by_person(boss, ravi, sheet, open_page, hands):
    page = open_page("contacts", boss, show="results")
    assert not page.exception
    metrics = {metric.label.replace("\\", ""): metric.value.replace("\\", "") for metric in page.metric}
    assert metrics == {
        "Contact conversion": "25.0\u202f%", "Conversion value": "₹480", "Average value": "₹480",
    }  # fmt: skip
    by_upload, by_person = (frame.value for frame in page.dataframe)
    assert list(by_upload["name"]) == ["Added by hand"]
    assert dict(zip(by_person["name"], by_person["uploaded"], strict=True)) == {
        "Ravi Kale": 2, "Nobody yet": 2, "In all": 4,
    }  # fmt: skip
    assert "1 call so far: too few to tell. 49 more calls and the best hour stands here." in hands.read(page)
    page = next(one for one in page.selectbox if one.label == "Who has them").select(ravi.staff_id).run()
    assert list(page.dataframe[0].value["uploaded"]) == [2]
    assert "with Ravi Kale" in hands.read(page), "on paper, where the fields are left out"
    assert "No contacts were uploaded" in hands.read(open_page("contacts", boss, show="results", period="Last month"))
