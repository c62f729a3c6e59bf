"""Recording a visit: in one form from the customer, from the list or for whoever is found, new or here again."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from crmcore import customers, follow_ups, modules, products, shop_settings, visits
from crmcore.database.gate import keeper, shop_session
from crmcore.models import Customer
from crmcore.products import NewProduct
from crmcore.visits import NewVisit


@pytest.fixture
def ravi(join, new_shop):
    """Ravi sells in a showroom with a small catalogue."""
    showroom = new_shop(kind="showroom")
    with shop_session(keeper(showroom), writes=True) as shop:
        for name, category in (("3-seater sofa, teal", "Sofas"), ("Coffee table, oak", "Tables")):
            products.create(shop, NewProduct(name, category=category, price=Decimal(42_000)))
    return join("staff", showroom, "Ravi Kale", sells=True)


@pytest.fixture
def anita(ravi):
    with shop_session(ravi, writes=True) as shop:
        return customers.create(shop, {"name": "Anita Deshpande", "phone": "98811 20456"})


def came(who, customer_id, days_ago, **what):
    """A visit so many days ago, written down then."""
    with shop_session(who, writes=True, now=datetime.now(who.shop.zone) - timedelta(days=days_ago)) as shop:
        return visits.record(shop, NewVisit(customer_id, **what)).visit_id


def field(page, ending):
    kinds = (
        page.text_input, page.text_area, page.number_input, page.selectbox, page.date_input, page.button_group,
        page.toggle, page.checkbox, page.multiselect,
    )  # fmt: skip
    return next(one for kind in kinds for one in kind if f"-{ending}" in str(one.key))


def has(page, ending):
    try:
        return field(page, ending) is not None
    except StopIteration:
        return False


def save(page, hands, label="Save visit"):
    page = hands.press(page, label)
    assert not page.exception
    return page


def on_file(who, customer_id):
    with shop_session(keeper(who.shop)) as shop:
        return customers.get(shop, customer_id), visits.of_customer(shop, customer_id)


def test_a_first_visit_with_everything_that_follows_from_it(ravi, anita, open_page, hands):
    page = open_page("visit", ravi, customer=anita)
    assert not page.exception
    said = hands.read(page)
    assert "Anita Deshpande" in said and "you, Ravi Kale" in said
    assert "makes the lead an active customer and makes you their sales rep" in said
    field(page, "interest").set_value("high")
    field(page, "categories").set_value(["Sofas"])
    field(page, "outcome").set_value("quote_given")
    field(page, "notes").input("Likes it in teal, wants to bring her daughter")
    field(page, "purpose").set_value("purchase_intent")
    page = field(page, "follows-up").set_value(True).run()
    field(page, "amount").set_value(42_000)
    field(page, "follow-up-about").input("Has her daughter seen the colour?")
    page = page.run()
    assert "puts the follow-up on your day" in hands.read(page)
    assert "₹42,000" in hands.read(page)
    save(page, hands)
    customer, [visit] = on_file(ravi, anita)
    assert (customer["status"], customer["rep_id"], customer["visit_count"]) == ("active", ravi.staff_id, 1)
    kept = ("visit_type", "purpose", "interest", "categories", "outcome", "estimated_value", "handled_by")
    assert [visit[name] for name in kept] == [
        "walk-in", "purchase_intent", "high", ["Sofas"], "quote_given", 42_000, ravi.staff_id,
    ]  # fmt: skip
    assert visit["notes"] == "Likes it in teal, wants to bring her daughter"
    with shop_session(ravi) as shop:
        [todo] = follow_ups.open_of_customer(shop, anita)
        assert todo["due_on"] == shop.today + timedelta(days=2)
    assert (todo["about"], todo["assigned_to"]) == ("Has her daughter seen the colour?", ravi.staff_id)


def test_the_next_visit_shows_what_was_said_and_answers_the_follow_up(ravi, anita, open_page, hands):
    due = datetime.now(ravi.shop.zone).date()
    came(ravi, anita, 9, interest="low", notes="Only looked around")
    came(ravi, anita, 2, interest="high", notes="Wants it in teal", follow_up_on=due, follow_up_about="Show the teal")
    page = open_page("visit", ravi, customer=anita)
    said = hands.read(page)
    assert "Last time, " in said and "Wants it in teal" in said
    assert "Only looked around" in said
    assert any("1 visit before that" in box.label for box in page.expander)
    box = next(box for box in page.checkbox if "Show the teal" in box.label)
    page = box.check().run()
    assert "ticks off 1 follow-up" in hands.read(page)
    save(page, hands)
    customer, [third, *_] = on_file(ravi, anita)
    assert customer["visit_count"] == 3
    with shop_session(ravi) as shop:
        assert follow_ups.open_of_customer(shop, anita) == []
        [done] = follow_ups.of_customer(shop, anita)
    assert (done["closed_as"], done["answered_by_visit"]) == ("done", third["id"])


def test_a_second_time_the_same_day_opens_the_first_and_adds_to_it(ravi, anita, open_page, hands):
    first = came(ravi, anita, 0, notes="Came with her sister")
    page = open_page("visit", ravi, customer=anita)
    page = open_page("visit", ravi, id=first, again="yes")
    assert "They were here today already" in "\n".join(info.value for info in page.info)
    assert field(page, "notes").value == "Came with her sister"
    field(page, "notes").input("Came with her sister, then alone")
    save(page, hands)
    customer, [visit] = on_file(ravi, anita)
    assert (customer["visit_count"], visit["notes"]) == (1, "Came with her sister, then alone")


def test_a_visit_that_somebody_else_recorded_meanwhile_takes_in_what_was_noted_here(
    ravi, anita, join, open_page, hands
):
    sana = join("staff", ravi.shop, "Sana Khan", sells=True)
    page = open_page("visit", ravi, customer=anita)
    field(page, "notes").input("Asked for a discount")
    page = page.run()
    first = came(sana, anita, 0, notes="Came in at noon")
    page = hands.press(page, "Save visit")
    assert not page.exception
    _, [visit] = on_file(ravi, anita)
    assert visit["notes"] == "Came in at noon"  # nothing is written over unseen
    kept = page.session_state[f"visit-draft-{first}-{ravi.shop.id}"]
    assert kept.notes == "Came in at noon\nAsked for a discount"


def test_somebody_new_is_put_on_file_by_their_number_in_the_same_form(ravi, open_page, hands):
    page = open_page("visit", ravi)
    assert "Ask for the phone number" in hands.read(page)
    page = field(page, "find-buyer").input("98220 11111").run()
    field(page, "new-name").input("Bilal Khan")
    page = field(page, "interest").set_value("medium").run()
    assert "puts them on file" in hands.read(page)
    save(page, hands)
    with shop_session(ravi) as shop:
        bilal = customers.by_phone(shop, "98220 11111")
        assert (bilal["name"], bilal["visit_count"], bilal["rep_id"]) == ("Bilal Khan", 1, ravi.staff_id)


def test_somebody_who_tells_no_number_goes_by_the_name(ravi, open_page, hands):
    page = field(open_page("visit", ravi), "find-buyer").input("Chitra").run()
    page = hands.press(page, "“Chitra” is new")
    save(page, hands)
    with shop_session(ravi) as shop:
        [visitor] = shop.execute(select(Customer.name, Customer.visit_count).where(Customer.shop_id == shop.id)).all()
    assert visitor == ("Chitra", 1)


def test_somebody_on_file_is_found_and_their_visit_of_today_opened(ravi, anita, open_page, hands):
    page = field(open_page("visit", ravi), "find-buyer").input("9881120456").run()
    assert "first visit" in hands.read(page)
    save(page, hands)
    customer, _ = on_file(ravi, anita)
    assert customer["visit_count"] == 1


def test_what_they_looked_at_is_found_by_a_few_letters(ravi, anita, open_page, hands):
    page = open_page("visit", ravi, customer=anita)
    page = field(page, "find-product").input("coff").run()
    page = hands.press(page, "Coffee table")
    page = field(page, "find-product").input("teal").run()
    page = hands.press(page, r"3\-seater")
    save(page, hands)
    _, [visit] = on_file(ravi, anita)
    assert visit["products"] == ["3-seater sofa, teal", "Coffee table, oak"]


def test_what_can_t_be_is_told_and_nothing_is_saved(ravi, anita, open_page, hands):
    page = open_page("visit", ravi, customer=anita)
    page = field(page, "follows-up").set_value(True).run()
    field(page, "follow-up-on").set_value(None)
    field(page, "follow-up-about").input("Ring her")
    page = hands.press(page, "Save visit")
    assert [error.value for error in page.error] == [
        r"Choose the day of the follow\-up\, or switch the follow\-up off\."
    ]
    assert field(page, "follow-up-about").value == "Ring her"
    assert on_file(ravi, anita)[1] == []


def test_a_visit_of_another_day_handled_by_somebody_else(ravi, anita, join, open_page, hands):
    sana = join("staff", ravi.shop, "Sana Khan", sells=True)
    page = open_page("visit", ravi, customer=anita)
    yesterday = datetime.now(ravi.shop.zone).date() - timedelta(days=1)
    field(page, "on-").set_value(yesterday)
    field(page, "handled-by").set_value(sana.staff_id)
    page = page.run()
    assert "makes Sana Khan their sales rep" in hands.read(page)
    save(page, hands)
    customer, [visit] = on_file(ravi, anita)
    assert (visit["visited_on"], visit["handled_by"]) == (yesterday, sana.staff_id)
    assert customer["rep_id"] == sana.staff_id


def test_a_visit_is_changed_and_what_was_left_alone_stays(ravi, anita, open_page, hands):
    visit_id = came(ravi, anita, 3, interest="high", notes="Likes teal", categories=["Sofas", "Lamps"])
    before = on_file(ravi, anita)[1][0]
    page = open_page("visit", ravi, id=visit_id)
    assert "Change visit" in hands.read(page)
    field(page, "interest").set_value("low")
    save(page, hands, "Save changes")
    _, [after] = on_file(ravi, anita)
    same = ("visited_at", "visited_on", "notes", "categories", "handled_by", "visit_type")
    assert [after[name] for name in same] == [before[name] for name in same]
    assert after["interest"] == "low"


def test_two_people_changing_one_visit_do_not_overwrite_each_other(ravi, anita, open_page, hands):
    visit_id = came(ravi, anita, 3, notes="Likes teal")
    page = open_page("visit", ravi, id=visit_id)
    with shop_session(keeper(ravi.shop), alone=True) as shop:
        visits.change(shop, visit_id, visits.VisitChange(notes="Likes green"))
    field(page, "notes").input("Likes blue")
    page = hands.press(page, "Save changes")
    assert "Someone else changed this visit meanwhile" in page.error[0].value
    page = hands.press(page, "Show what it says now")
    assert field(page, "notes").value == "Likes green"


def test_the_history_shows_each_visit_newest_first_and_how_often_they_came_again(
    ravi, anita, join, open_page, hands
):
    for days, notes in ((30, "Looked around"), (9, "Took measures"), (1, "Chose teal")):
        came(ravi, anita, days, notes=notes, interest="high")
    page = open_page("customer", ravi, id=anita, show="Visits")
    said = hands.read(page)
    assert "3 visits, 2 revisits among them" in said
    places = [said.index(words) for words in ("Chose teal", "Took measures", "Looked around")]
    assert places == sorted(places)
    assert "Walk-in" in said and "High interest" in said and "Handled by Ravi Kale" in said
    assert not [button for button in page.button if button.label.startswith("Remove this visit")]
    manager = join("manager", ravi.shop)
    page = hands.press(open_page("customer", manager, id=anita, show="Visits"), "Remove this visit")
    assert not page.exception
    assert "2 visits, 1 revisit among them" in hands.read(page)


def test_the_list_tells_visits_and_sorts_and_filters_by_them(ravi, anita, open_page, hands):
    with shop_session(ravi, writes=True) as shop:
        bilal, _ = (customers.create(shop, {"name": name}) for name in ("Bilal", "Chitra"))
    for days in (40, 20):
        came(ravi, anita, days)
    came(ravi, bilal, 3)
    for address, names in (
        ({"sort": "-visited"}, ["Bilal", "Anita Deshpande", "Chitra"]),
        ({"sort": "-visits"}, ["Anita Deshpande", "Bilal", "Chitra"]),
        ({"came": "again"}, ["Anita Deshpande"]),
        ({"came": "never"}, ["Chitra"]),
        ({"visited_within": "7"}, ["Bilal"]),
        ({"not_visited": "10"}, ["Anita Deshpande"]),
    ):
        page = open_page("customers", ravi, **address)
        rows = page.dataframe[0].value.to_dict("records")
        assert [row["name"] for row in rows] == names
        assert {row["visit"] for row in rows} == {"Visit"}
    assert rows[0]["visits"] == 2
    assert any("Not here for 10 days" in button.label for button in page.button)


def test_a_shop_that_does_without_visits_shows_nothing_of_them(ravi, anita, join, open_page, hands):
    with shop_session(keeper(ravi.shop), alone=True) as shop:
        modules.switch(shop, [])
    page = open_page("visit", ravi, customer=anita)
    said = hands.read(page)
    assert "Visits: switched off here" in said and "The owner can switch it on in Settings" in said
    assert not page.title
    owner = join("owner", ravi.shop)
    page = open_page("visit", owner)
    assert [button.label for button in page.button] == ["Open Settings"]
    page = open_page("customer", ravi, id=anita)
    assert not [button for button in page.button if button.label == "Record visit"]
    assert "visit" not in open_page("customers", ravi).dataframe[0].value
    page = open_page("settings", owner, part="Modules")
    page.toggle(key="module-visits").set_value(True)
    page = hands.press(page, "Save changes")
    assert not page.exception
    assert open_page("visit", ravi).title[0].value == "Record visit"


@pytest.mark.parametrize("asked", [{"id": "nonsense"}, {"customer": "01a1fc38-0234-7061-b253-a2851c30355f"}])
def test_an_address_that_leads_nowhere_is_answered_calmly(ravi, open_page, hands, asked):
    page = open_page("visit", ravi, **asked)
    assert not page.exception
    assert "This is not on file" in hands.read(page)


def test_who_sees_their_own_only_handles_visits_themselves(ravi, anita, join, open_page):
    join("staff", ravi.shop, "Sana Khan", sells=True)
    page = open_page("visit", ravi, customer=anita)
    assert field(page, "handled-by").options == ["Ravi Kale (you)", "Sana Khan"]
    with shop_session(keeper(ravi.shop), writes=True) as shop:
        shop_settings.show_staff_own_records_only(shop, True)
    page = open_page("visit", ravi, customer=anita)
    assert field(page, "handled-by").options == ["Ravi Kale (you)"]


def test_an_empty_showroom_says_what_to_do_first(ravi, anita, join, open_page, hands):
    owner = join("owner", ravi.shop)
    said = hands.read(open_page("overview", owner))
    assert "Four steps" in said and "Record your first visit" in said
    came(ravi, anita, 0)
    page = open_page("overview", owner)
    assert any("1 person came by" in link.label for link in page.get("page_link"))
