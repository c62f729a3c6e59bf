"""The pages about messages: the outbox, replies, texts, services, and what stands on a customer's page."""

from datetime import time

import pytest
from post import VALUES, agreeing, connect_whatsapp, message
from services import ACCOUNT, TOKEN, twilio_error, web_service
from sqlalchemy import select, update

from crmcore import customers
from crmcore.database.gate import shop_session
from crmcore.messages import consent, hooks, outbox, preparing, providers, rules, templates
from crmcore.messages.consent import ACCEPTED, DECLINED, MARKETING, REMINDERS, SMS, WHATSAPP
from crmcore.messages.rules import Rules
from crmcore.models import Message
from crmcore.settings import settings


@pytest.fixture(autouse=True)
def services_here(monkeypatch):
    monkeypatch.setenv("REGULARS_LOCAL_SERVICES", "1")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def service():
    with web_service() as here:
        yield here


@pytest.fixture
def awake(owner):
    """An owner whose shop knows no quiet hours: pages live by the real clock."""
    with shop_session(owner, writes=True) as shop:
        rules.change(shop, Rules(quiet_from=time(0), quiet_until=time(0)), [])
    return owner


def standing(who, message_id):
    with shop_session(who) as shop:
        return message(shop, message_id).status


def links(page) -> list[str]:
    return [element.proto.url for element in page.get("link_button")]


def test_an_outbox_without_messages_says_what_to_do(owner, open_page, hands):
    page = open_page("messages", owner)
    assert not page.exception
    assert "No messages yet" in hands.read(page)


def test_a_prepared_message_is_opened_marked_sent_and_counted(awake, open_page, hands):
    with shop_session(awake, writes=True) as shop:
        asha = agreeing(shop, "Asha *Rao*")
        one = preparing.prepare(shop, asha, "refill", WHATSAPP, VALUES)
    page = open_page("messages", awake)
    assert not page.exception
    assert "Asha *Rao*" in hands.read(page)
    assert links(page)[0].startswith("https://wa.me/919881120456?text=Hello%20Asha")
    page = hands.press(page, "Mark sent")
    assert "Marked as sent" in hands.read(page)
    assert standing(awake, one) == "sent"


def test_an_unknown_one_stands_first_and_a_person_decides(awake, open_page, hands, service):
    with shop_session(awake, writes=True) as shop:
        connect_whatsapp(shop, service)
        people = [agreeing(shop, f"Customer {nth}", f"98811 2045{nth}") for nth in range(3)]
        some = [preparing.prepare(shop, one, "refill", WHATSAPP, VALUES, by_service=True) for one in people]
        unknown = update(Message).where(Message.shop_id == shop.id, Message.id.in_(some))
        shop.execute(unknown.values(status="unknown", error="The connection to WhatsApp broke before it answered."))
    page = open_page("messages", awake)
    assert page.pills[0].value == "unknown"
    assert "broke before it answered" in hands.read(page)
    for label, status in (("It arrived", "sent"), ("Send again", "queued"), ("Drop", "cancelled")):
        newest = next(one for one in reversed(some) if standing(awake, one) == "unknown")
        page = hands.press(page, label)
        assert not page.exception
        assert standing(awake, newest) == status


def test_what_may_not_go_any_more_says_why(awake, open_page, hands):
    with shop_session(awake, writes=True) as shop:
        asha = agreeing(shop)
        one = preparing.prepare(shop, asha, "refill", WHATSAPP, VALUES)
        consent.record(shop, asha, WHATSAPP, REMINDERS, DECLINED, "Said so on the phone")
    page = hands.press(open_page("messages", awake), "Mark sent")
    assert "declined WhatsApp reminders" in hands.read(page)
    assert standing(awake, one) == "prepared"


def test_staff_send_and_neither_write_texts_nor_connect(join, open_page):
    page = open_page("messages", join("staff"))
    assert page.segmented_control[0].options == ["Outbox", "Replies"]
    assert open_page("messages", join("manager")).segmented_control[0].options == ["Outbox", "Replies", "Texts"]


def test_a_reply_is_read_with_who_wrote_it(owner, open_page, hands):
    with shop_session(owner, writes=True) as shop:
        customers.create(shop, {"name": "Asha", "phone": "98811 20456"})
        hooks.take_reply(shop, WHATSAPP, hooks.Reply("1", "+919881120456", "STOP", None))
        hooks.take_reply(shop, WHATSAPP, hooks.Reply("2", "+919881120999", "Who is this?", None))
    text = hands.read(open_page("messages", owner, part="Replies"))
    assert "Asha" in text
    assert "Wants no more messages" in text
    assert "98811 20999" in text
    assert "Who is this?" in text


def test_a_text_is_written_with_a_preview_changed_and_removed(owner, open_page, hands):
    page = open_page("messages", owner, part="Texts")
    assert "Examples in use" in hands.read(page)
    page = hands.press(page, "Write a text")
    assert not page.exception
    page.text_area[0].input("Dear {nam}, come in.").run()
    assert "{nam} is no placeholder" in page.warning[0].value.replace("\\", "")
    page = hands.press(page, "Save text")
    assert "{nam} is no placeholder" in page.error[0].value.replace("\\", "")
    page.text_area[0].input("Dear {name}, {medicine} is here.").run()
    page.text_input[0].input("refill_1").run()
    assert "{{1}}, {{2}} is here." in page.code[0].value
    page = hands.press(page, "Save text")
    assert not page.exception
    with shop_session(owner) as shop:
        assert [row["body"] for row in templates.all_of(shop)] == ["Dear {name}, {medicine} is here."]
    page = hands.press(page, "Change")
    page = hands.press(page, "Remove")
    assert not page.exception
    with shop_session(owner) as shop:
        assert templates.all_of(shop) == []


def test_the_owner_connects_tries_and_switches_off_a_service(owner, open_page, hands, service):
    page = open_page("messages", owner, part="Services")
    assert not page.exception
    assert hands.read(page).count("Sent by hand") == 3
    for key, value in {"account_sid": ACCOUNT, "sender": "Meera", "auth_token": TOKEN, "base": service.base}.items():
        page.text_input(key=f"twilio-{key}-0").input(value)
    page = connect(page, "twilio")
    assert not page.exception
    text = hands.read(page)
    assert "Connected" in text
    assert TOKEN not in text + str([field.value for field in page.text_input])
    page.text_input(key="try-address-sms").input("98811 20456")
    page = next(button for button in page.button if "try-sms" in (button.form_id or "")).click().run()
    assert "The service took it" in page.success[0].value
    service.next_answers.append(twilio_error(401, 20003))
    page = next(button for button in page.button if "try-sms" in (button.form_id or "")).click().run()
    assert "refused the account" in page.error[0].value
    page = page.button(key="switch-sms").click().run()
    with shop_session(owner) as shop:
        assert not providers.all_of(shop)[SMS].is_active
    page = page.button(key="disconnect-sms").click().run()
    with shop_session(owner) as shop:
        assert providers.all_of(shop) == {}


def connect(page, kind):
    return next(button for button in page.button if f"connect-{kind}" in (button.form_id or "")).click().run()


def test_a_connection_that_can_not_be_says_what_is_missing(owner, open_page):
    page = connect(open_page("messages", owner, part="Services"), "whatsapp_cloud")
    assert page.error[0].value == r"Fill in\: Phone number id\."


def test_the_owner_sets_quiet_hours_and_what_goes_by_itself(owner, open_page, hands):
    page = open_page("messages", owner, part="Services")
    page.time_input[0].set_value(time(20))
    page.checkbox[0].check()
    page = hands.press(page, "Save changes")
    assert not page.exception
    with shop_session(owner) as shop:
        assert rules.of_shop(shop) == Rules(quiet_from=time(20), automatic=("birthday",))


def test_a_customers_page_shows_and_records_what_they_agreed_to(owner, open_page, hands):
    with shop_session(owner, writes=True) as shop:
        asha = customers.create(shop, {"name": "Asha", "phone": "98811 20456"})
    page = open_page("customer", owner, id=asha)
    assert hands.read(page).count("not asked") == 8
    page = hands.press(page, "Record it")
    assert not page.exception
    with shop_session(owner) as shop:
        said = consent.current(shop, asha)
    assert [pair for pair, one in said.items() if one.state == ACCEPTED] == [(WHATSAPP, REMINDERS)]
    assert said[WHATSAPP, REMINDERS].by == "Meera Joshi"
    assert "Reminders: accepted" in hands.read(page)
    assert "WhatsApp, reminders: accepted" in hands.read(page)


def test_a_message_is_written_from_a_customers_page(awake, open_page, hands):
    with shop_session(awake, writes=True) as shop:
        asha = agreeing(shop)
    page = hands.press(open_page("customer", awake, id=asha), "Message")
    assert "what it is about" in hands.read(page)
    page.text_input(key="message-follow_up-about").input("the teal sofa").run()
    body = next(area for area in page.text_area if "teal sofa" in area.value)
    assert links(page)[0].startswith("https://wa.me/919881120456?text=Hello%20Asha")
    body.input("Asha, the teal sofa is here.").run()
    assert links(page)[0].endswith("?text=Asha%2C%20the%20teal%20sofa%20is%20here.")
    page = hands.press(page, "Mark sent")
    assert not page.exception
    assert any("WhatsApp sent: follow-up" in line.label.replace("\\", "") for line in page.expander)
    with shop_session(awake) as shop:
        [row] = outbox.page_of(shop, outbox.Filters(customer_id=asha))
    assert (row["status"], row["body"], row["by"]) == ("sent", "Asha, the teal sofa is here.", "Meera Joshi")


def test_who_declined_is_offered_no_message(awake, open_page, hands):
    with shop_session(awake, writes=True) as shop:
        asha = agreeing(shop)
        consent.record(shop, asha, WHATSAPP, MARKETING, DECLINED, "Said so in the shop")
    page = hands.press(open_page("customer", awake, id=asha), "Message")
    next(pills for pills in page.pills if pills.key == "message-purpose").set_value("birthday").run()
    assert links(page) == []
    assert "declined WhatsApp offers" in page.info[0].value
    with shop_session(awake) as shop:
        assert shop.execute(select(Message.id).where(Message.shop_id == shop.id)).all() == []
