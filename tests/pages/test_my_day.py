"""My day: the home page of staff, and the rows that stand on a customer's page too."""

from datetime import datetime, time, timedelta

import pytest
from streamlit.util import calc_hash

from crmcore import customers, follow_ups, interactions, my_day, notifications
from crmcore.database.gate import shop_session
from crmcore.follow_ups import NewFollowUp


@pytest.fixture
def ravi(join, owner):
    return join("staff", owner.shop, "Ravi Kale")


@pytest.fixture
def asha(owner):
    with shop_session(owner, writes=True) as shop:
        return customers.create(shop, {"name": "Asha Patil", "phone": "98811 20456"})


@pytest.fixture
def plan(owner):
    """Plans something for so many days from the real today: plan("Call", -2, for_=ravi)."""

    def write(about, in_days=0, *, for_=None, by=owner, **more):
        with shop_session(by, writes=True, now=datetime.now(owner.shop.zone) - timedelta(days=30)) as shop:
            due_on = shop.today + timedelta(days=30 + in_days)
            return follow_ups.create(shop, NewFollowUp(about, due_on, assigned_to=for_ and for_.staff_id, **more))

    return write


def day_of(who):
    with shop_session(who) as shop:
        return my_day.of(shop, who.staff_id)


def titles(part):
    return [item.title for item in part.items]


def choose(page, number, words):
    """Take the choice that begins so from the More menu of the row with this number."""
    menu = page.menu_button[number]
    return menu.click_index(next(i for i, label in enumerate(menu.options) if words in label)).run()


def test_staff_start_with_their_day_in_the_order_to_do_it(ravi, asha, plan, open_page, hands):
    plan("Quote for the dining set", -2, for_=ravi, customer_id=asha)
    plan("Coming to see the sofa", 0, for_=ravi, customer_id=asha, due_time=time(17, 30))
    plan("Order price tags", 0, for_=ravi, kind="task")
    plan("Ask for a review", 3, customer_id=asha)
    page = open_page("my_day", ravi)
    assert not page.exception
    said = hands.read(page)
    assert "Ravi" in page.title[0].value
    places = [said.index(words) for words in ("2 days late", "Quote for", "5:30 pm", "Order price", "Ask for a review")]
    assert places == sorted(places)
    assert "Whoever comes first" in said
    links = [(link.label, link.proto.url) for link in page.link_button]
    assert links[:2] == [("Call", "tel:+919881120456"), ("WhatsApp", "https://wa.me/919881120456")]
    filled = [button for button in [*page.button, *page.link_button] if button.proto.type == "primary"]
    assert [button.label for button in filled] == ["Call"]
    assert page.sidebar.get("page_link")[0].label == "**Notifications · 3**"


def test_done_is_one_press_and_so_is_undo(ravi, asha, plan, open_page, hands):
    plan("Call about the sofa", for_=ravi, customer_id=asha)
    plan("Order price tags", for_=ravi, kind="task")
    page = hands.press(open_page("my_day", ravi), "Done")
    assert titles(day_of(ravi).done) == ["Call about the sofa"]
    assert "1 of 2 done today" in page.get("progress")[0].proto.text
    assert "Done: **Asha Patil**" in hands.read(page)
    page = hands.press(page, "Undo")
    assert titles(day_of(ravi).today) == ["Call about the sofa", "Order price tags"]
    assert "Done:" not in hands.read(page)


def test_what_they_said_is_written_down_only_if_something_is_typed(ravi, asha, plan, open_page, hands):
    plan("Call about the sofa", for_=ravi, customer_id=asha)
    page = hands.press(open_page("my_day", ravi), "Done")
    next(field for field in page.selectbox if field.label == "How you spoke").select("whatsapp").run()
    said = next(field for field in page.text_input if field.label == "What did they say?")
    page = said.input("Will come on Sunday").run()
    with shop_session(ravi) as shop:
        (talk,) = interactions.of_customer(shop, asha)
    assert (talk["kind"], talk["notes"]) == ("whatsapp", "Will come on Sunday")
    assert "Done:" not in hands.read(page)


def test_putting_off_giving_on_and_dropping_is_one_choice_each(ravi, owner, plan, open_page, hands):
    for about in ("move it", "drop it", "take it"):
        plan(about, for_=None if about == "take it" else ravi)
    page = open_page("my_day", ravi)
    page = choose(page, 0, "In 3 days")
    assert titles(day_of(ravi).today) == ["drop it", "take it"]
    page = choose(page, 0, "No longer needed")
    assert titles(day_of(ravi).today) == ["take it"]
    page = choose(page, 0, "I do it")
    (mine,) = day_of(ravi).today.items
    assert mine.assigned_to == ravi.staff_id


def test_day_person_and_text_are_changed_together(ravi, owner, plan, open_page, hands):
    plan("Call", -1, for_=ravi)
    page = choose(open_page("my_day", ravi), 0, "Another day")
    page.text_area[0].input("Call about the sofa")
    tomorrow = datetime.now(owner.shop.zone).date() + timedelta(days=1)
    next(field for field in page.date_input if field.label == "Day").set_value(tomorrow)
    next(field for field in page.time_input if field.label.startswith("Time")).set_value(time(17, 30))
    next(field for field in page.selectbox if field.label == "For").select(owner.staff_id)
    page = hands.press(page, "Save changes")
    assert not page.exception
    (item,) = day_of(owner).coming.items
    assert (item.title, item.due_on, item.due_time) == ("Call about the sofa", tomorrow, time(17, 30))
    assert not page.text_area


def test_somebody_else_was_faster(ravi, owner, plan, open_page, hands):
    kept = plan("Call", for_=ravi)
    page = open_page("my_day", ravi)
    with shop_session(owner, writes=True) as shop:
        follow_ups.done(shop, kept)
    page = hands.press(page, "Done")
    assert "Meera Joshi did this already" in hands.read(page)


def test_a_task_of_ones_own_about_a_customer_or_nobody(ravi, asha, open_page, hands):
    page = hands.press(open_page("my_day", ravi), "Add a task")
    page = hands.press(page, "Add task")
    assert "Write what is to be done" in hands.read(page)
    hands.type(page, **{"What is to be done": "Order price tags"})
    page = hands.press(page, "Add task")
    page = hands.press(page, "Add a task")
    hands.type(page, **{"What is to be done": "Send the catalogue"})
    page.run()
    hands.type(page, **{"About a customer, if any": "asha"})
    page = hands.press(page.run(), "Asha Patil")
    page = hands.press(page, "Add task")
    items = day_of(ravi).today.items
    assert [(item.kind, item.title, item.customer_id) for item in items] == [
        ("task", "Order price tags", None),
        ("follow-up", "Send the catalogue", asha),
    ]
    assert "Add task" not in [button.label for button in page.button]


def test_an_owner_sees_the_whole_team_and_each_persons_day_and_staff_only_their_own(
    ravi, owner, plan, open_page, hands
):
    plan("Ravi's call", for_=ravi)
    plan("Owner's call", for_=owner)
    page = open_page("my_day", owner)
    assert ("Owner's call" in hands.read(page), "Ravi's call" in hands.read(page)) == (True, False)
    page = next(field for field in page.selectbox if field.label == "Whose").select("team").run()
    assert "Ravi's call" in hands.read(page)
    assert "· Ravi Kale" in hands.read(page)
    assert page.query_params["whose"] == "team"
    page = open_page("my_day", owner, whose=ravi.staff_id)
    assert ("Owner's call" in hands.read(page), "Ravi's call" in hands.read(page)) == (False, True)
    page = open_page("my_day", ravi, whose="team")
    assert "Owner's call" not in hands.read(page)
    assert "Whose" not in [field.label for field in page.selectbox]


def test_a_clear_day_says_so_and_what_comes_next(ravi, asha, plan, open_page, hands):
    plan("Call", 3, for_=ravi, customer_id=asha)
    assert "Nothing is due today" in hands.read(open_page("my_day", ravi))
    plan("Now", 0, for_=ravi)
    page = hands.press(open_page("my_day", ravi), "Done")
    assert "All done: 1 thing today" in hands.read(page)


def test_an_empty_list_and_an_empty_shop_say_what_to_do_first(ravi, owner, open_page, hands):
    assert "somebody to look after" in hands.read(open_page("my_day", ravi))
    assert "put your customers on file" in hands.read(open_page("my_day", owner))
    with shop_session(owner, writes=True) as shop:
        customers.create(shop, {"name": "Asha"})
    assert "Nothing is planned for you" in hands.read(open_page("my_day", ravi))


def test_a_long_list_shows_more_on_request(ravi, plan, open_page, hands):
    for number in range(27):
        plan(f"Call {number}.", for_=ravi)
    page = open_page("my_day", ravi)
    assert "Call 26." not in hands.read(page)
    assert "Call 26." in hands.read(hands.press(page, "Show more"))


def test_follow_ups_stand_on_the_customers_page_and_are_planned_there(ravi, asha, plan, open_page, hands):
    plan("Call about the sofa", -2, for_=ravi, customer_id=asha)
    page = open_page("customer", ravi, id=asha)
    assert "Call about the sofa" in hands.read(page)
    assert "2 days late" in hands.read(page)
    page = hands.press(page, "Plan a follow-up")
    hands.type(page, **{"What is to be done": "Bring the samples"})
    page = hands.press(page, "Plan follow-up")
    with shop_session(ravi) as shop:
        rows = follow_ups.open_of_customer(shop, asha)
    assert [row["about"] for row in rows] == ["Call about the sofa", "Bring the samples"]
    assert rows[1]["assigned_to"] == ravi.staff_id
    page = hands.press(page, "Done")
    assert "Done: **Asha Patil**" in hands.read(page)
    with shop_session(ravi) as shop:
        assert len(follow_ups.open_of_customer(shop, asha)) == 1


def test_what_customers_are_called_can_not_format_the_page(ravi, owner, plan, open_page, hands):
    with shop_session(owner, writes=True) as shop:
        odd = customers.create(shop, {"name": "**Bold** [x](http://evil.example)"})
    plan("# Call :red[now]", for_=ravi, customer_id=odd)
    page = open_page("my_day", ravi)
    shown = "\n".join(line.value for line in page.markdown)
    assert r"\# Call \:red\[now\]" in shown
    labels = "\n".join(link.label for link in page.get("page_link"))
    assert r"\*\*Bold\*\*" in labels


def test_notifications_are_read_one_by_one_and_all_at_once(ravi, asha, plan, open_page, hands):
    for about in ("first", "second", "third"):
        plan(about, for_=ravi, customer_id=asha)
    page = open_page("notifications", ravi)
    assert "Meera Joshi gave you something to do" in hands.read(page)
    page = hands.press(page, "Mark read")
    with shop_session(ravi) as shop:
        assert notifications.unread(shop) == 2
    page = hands.press(page, "Mark all read")
    with shop_session(ravi) as shop:
        assert notifications.unread(shop) == 0
    assert "Mark" not in " ".join(button.label for button in page.button)
    page = hands.press(page, "Open Asha Patil")
    assert page._finished_page_script_hash == calc_hash("customer")


def test_nobody_has_told_them_anything(ravi, open_page, hands):
    assert "Nothing yet" in hands.read(open_page("notifications", ravi))
