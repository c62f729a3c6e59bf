"""Reminders as messages: offered where they may go, by themselves where a service and consent are there, each once."""

from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from conftest import NOW
from post import connect_mail, connect_sms, connect_whatsapp
from services import mail_server, web_service
from sqlalchemy import select

from crmcore import (
    contacts,
    customer_list,
    customer_numbers,
    customer_timeline,
    customers,
    jobs,
    my_day,
    orders,
    refills,
)
from crmcore.database.gate import keeper, shop_session
from crmcore.errors import BadInput
from crmcore.messages import automatic, consent, hooks, outbox, preparing, rules, sending
from crmcore.messages.consent import ACCEPTED, CALL, DECLINED, EMAIL, NOT_ASKED, REMINDERS, SMS, WHATSAPP
from crmcore.models import Message
from crmcore.orders import Item, NewOrder
from crmcore.settings import settings

TODAY = date(2026, 11, 20)
LANDLINE = "020 2567 1234"


@pytest.fixture(autouse=True)
def services_here(monkeypatch):
    monkeypatch.setenv("REGULARS_LOCAL_SERVICES", "1")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def who(new_shop):
    return keeper(new_shop(kind="pharmacy"))


@pytest.fixture
def at(who):
    return lambda **how: shop_session(who, **{"writes": True, "now": NOW, **how})


def needing(shop, name="Asha", phone="98811 20456", said=None, *, medicines=("Metformin 500",), ago=25, **fields):
    """A customer whose medicines of 30 days are due today, and what they said about reminders on WhatsApp."""
    customer_id = customers.create(shop, {"name": name, "phone": phone, **fields})
    lines = [Item(one, Decimal(1), Decimal(50), medicine_days=30) for one in medicines]
    orders.record(shop, NewOrder(items=lines, customer_id=customer_id, ordered_at=NOW - timedelta(days=ago)))
    if said is not None:
        consent.record(shop, customer_id, WHATSAPP, REMINDERS, said, "Said so in the shop")
    return customer_id


def messages(shop):
    return list(shop.execute(select(Message).where(Message.shop_id == shop.id).order_by(Message.id)).mappings())


def offer(shop, customer_id):
    return refills.offers(shop, [refills.call_of(shop, customer_id)])[customer_id]


def goes_by_itself(shop, service):
    connect_whatsapp(shop, service)
    rules.change(shop, rules.Rules(quiet_from=time(0), quiet_until=time(0), automatic=("refill",)), ["refill"])


def test_a_message_is_ready_in_the_customers_language_naming_all_medicines(at):
    with at() as shop:
        asha = needing(shop, medicines=("Metformin 500", "Amlodipine 5"))
        text = offer(shop, asha).message
    assert text.channel == WHATSAPP
    assert "Amlodipine 5 and Metformin 500 will run out on 25 November" in text.body
    assert text.link.startswith("https://wa.me/919881120456?text=")


# What consent and number mean for somebody who is due: whether a message is offered, and whether to call.
@pytest.mark.parametrize(
    ("phone", "said", "offered", "why"),
    [
        ("98811 20456", None, True, ""),
        ("98811 20456", NOT_ASKED, True, ""),
        ("98811 20456", ACCEPTED, True, ""),
        ("98811 20456", DECLINED, False, "declined WhatsApp reminders"),
        (LANDLINE, ACCEPTED, False, "landline"),
    ],
)
def test_a_message_is_offered_only_where_it_may_go(at, phone, said, offered, why):
    with at() as shop:
        found = offer(shop, needing(shop, phone=phone, said=said))
    assert (found.message is not None) is offered
    assert found.may_call
    assert why in found.why_not


def test_who_declined_one_way_is_not_written_to_another_way(at):
    with at() as shop:
        asha = needing(shop, said=DECLINED, email="asha@example.org")
        assert offer(shop, asha).message is None


def test_a_landline_with_an_e_mail_address_gets_an_e_mail(at):
    with at() as shop:
        asha = needing(shop, phone=LANDLINE, email="asha@example.org")
        assert offer(shop, asha).message.channel == EMAIL


def test_a_wish_goes_first_and_who_declined_calls_is_not_called(at):
    with at() as shop:
        asha = needing(shop)
        refills.change_wishes(shop, asha, refills.Wishes(channel=SMS))
        assert offer(shop, asha).message.channel == SMS
        refills.change_wishes(shop, asha, refills.Wishes(channel=CALL))
        assert (offer(shop, asha).message, offer(shop, asha).may_call) == (None, True)
        consent.record(shop, asha, CALL, REMINDERS, DECLINED, "Said so on the phone")
        assert not offer(shop, asha).may_call


def test_in_the_morning_reminders_go_to_who_agreed_once_and_the_others_stay_on_the_list(who, at):
    with web_service() as service:
        with at() as shop:
            goes_by_itself(shop, service)
            asha = needing(shop, "Asha", "98811 20001", ACCEPTED, medicines=("Metformin 500", "Amlodipine 5"))
            not_asked = needing(shop, "Bilal", "98811 20002")
            declined = needing(shop, "Chitra", "98811 20003", DECLINED)
            landline = needing(shop, "Dev", LANDLINE, ACCEPTED)
            wants_a_call = needing(shop, "Esha", "98811 20005", ACCEPTED)
            refills.change_wishes(shop, wants_a_call, refills.Wishes(channel=CALL))
            ran_out = needing(shop, "Farid", "98811 20006", ACCEPTED, ago=31)
            paused = needing(shop, "Gita", "98811 20007", ACCEPTED)
            refills.pause(shop, paused)
        assert jobs.live_a_morning(who.shop, now=NOW)
        for _ in range(2):  # a morning that is lived again prepares nothing again
            with at() as shop:
                refills.prepare_due(shop)
        with at() as shop:
            (made,) = messages(shop)
            assert (made["customer_id"], made["status"], made["way"]) == (asha, "queued", "template")
            assert "Amlodipine 5 and Metformin 500" in made["body"]
        sending.send_due(who.shop)
        with at() as shop:
            assert {row["status"] for row in refills.of_customer(shop, asha)} == {"sent"}
            assert {row["sent_channel"] for row in refills.of_customer(shop, asha)} == {WHATSAPP}
            left = {one.customer_id for part in ("overdue", "today") for one in refills.calls(shop, part)}
            assert left == {not_asked, declined, landline, wants_a_call, ran_out}
        assert service.taken.total() == 1


def test_only_a_shop_that_reminds_of_refills_is_offered_to_have_them_sent_by_themselves(who, new_shop):
    assert "refill" in automatic.offered(who.shop)
    assert "refill" not in automatic.offered(new_shop())


def test_nothing_goes_by_itself_unless_the_shop_wants_it(who, at):
    with web_service() as service, at() as shop:
        connect_whatsapp(shop, service)
        needing(shop, said=ACCEPTED)
        refills.prepare_due(shop)
        assert messages(shop) == []


def test_a_message_on_its_way_is_dropped_when_the_customer_buys_or_was_called(who, at):
    with web_service() as service:
        with at() as shop:
            goes_by_itself(shop, service)
            asha = needing(shop, "Asha", "98811 20001", ACCEPTED)
            bilal = needing(shop, "Bilal", "98811 20002", ACCEPTED)
            refills.prepare_due(shop)
            assert {row["status"] for row in messages(shop)} == {"queued"}
            lines = [Item("Metformin 500", Decimal(1), Decimal(50), medicine_days=30)]
            orders.record(shop, NewOrder(items=lines, customer_id=asha))
            refills.mark_sent(shop, refills.call_of(shop, bilal).ids, CALL)
            assert {row["status"] for row in messages(shop)} == {"cancelled"}
        assert sending.send_due(who.shop) == 0
        assert not service.taken


def test_a_message_a_person_sends_marks_what_it_names_and_nothing_else(at):
    with at() as shop:
        asha = needing(shop, medicines=("Metformin 500", "Amlodipine 5"))
        values = {"medicine": "metformin 500", "due_day": TODAY}
        outbox.mark_sent(shop, preparing.prepare(shop, asha, "refill", WHATSAPP, values))
        states = {row["medicine"]: (row["status"], row["sent_channel"]) for row in refills.of_customer(shop, asha)}
    assert states == {"Metformin 500": ("sent", "whatsapp"), "Amlodipine 5": ("due", None)}


def test_the_timeline_tells_who_was_reminded_how_and_what_they_said(at):
    with at() as shop:
        asha = needing(shop, medicines=("Metformin 500", "Amlodipine 5"))
        ids = refills.call_of(shop, asha).ids
        refills.mark_sent(shop, ids, CALL)
        refills.respond(shop, ids, "will come Friday")
        refills.close(shop, ids, "lost")
        refills.pause(shop, asha)
        lines = [(line.title, line.details) for line in customer_timeline.of_customer(shop, asha).lines]
    assert ("Reminded by Call: Amlodipine 5, Metformin 500", ()) in lines
    assert ("Answered about Amlodipine 5, Metformin 500", ("“will come Friday”",)) in lines
    assert ("Does not refill: Amlodipine 5, Metformin 500", ()) in lines
    assert ("Wishes for refill reminders changed", ("Paused since: – → 20 Nov 2026",)) in lines


def test_a_refill_is_one_item_of_the_day_and_calling_does_it(who, join):
    ravi = join("staff", shop=who.shop, name="Ravi Kale", sells=True)
    with shop_session(who, alone=True, now=NOW) as shop:
        mine = needing(shop, "Asha", "98811 20001", medicines=("Metformin 500", "Amlodipine 5"), rep_id=ravi.staff_id)
        needing(shop, "Bilal", "98811 20002", ago=27)
    with shop_session(ravi, writes=True, now=NOW) as shop:
        day = my_day.of(shop, ravi.staff_id)
        assert [item.customer_name for item in day.late.items] == ["Bilal"]
        (item,) = day.today.items
        assert (item.customer_id, item.title) == (mine, "Remind of 2 refills"), "mails and calendars tell no medicine"
        assert item.why == "Amlodipine 5, Metformin 500 · runs out on 25 Nov"
        assert my_day.due(shop) == 2
        consent.record(shop, mine, CALL, REMINDERS, DECLINED, "Said so on the phone")
        assert my_day.of(shop, ravi.staff_id).today.items[0].phone is None, "no way to call is offered"
        my_day.done(shop, item.key)
        day = my_day.of(shop, ravi.staff_id)
        assert (day.today.total, day.done.total) == (0, 1)
        my_day.reopen(shop, day.done.items[0].key)
        assert my_day.of(shop, ravi.staff_id).today.total == 1


def with_numbers(shop, *others, phone="98811 20456", said=ACCEPTED):
    """Asha, due today, and the contact she is, which has these numbers beside hers."""
    asha = needing(shop, said=said, phone=phone)
    contacts.record(shop, contacts.NewContact(" / ".join([phone, *others]), "Asha"))
    return asha


def test_reminders_go_to_the_number_the_customer_chose_at_every_door(who, at):
    with web_service() as service:
        with at() as shop:
            goes_by_itself(shop, service)
            asha = with_numbers(shop, "98220 54321", LANDLINE)
            assert customer_numbers.of_customer(shop, asha) == ["+919881120456", "+912025671234", "+919822054321"]
            refills.change_wishes(shop, asha, refills.Wishes(phone="+919822054321"))
            found = offer(shop, asha)
            assert found.message.link.startswith("https://wa.me/919822054321?text=")
            assert refills.call_of(shop, asha).phone == "+919822054321"
            assert my_day.of(shop, who.staff_id).today.items[0].phone == "+919822054321"
            assert [row["phone"] for row in shop.execute(refills.listed(shop)).mappings()] == ["+919822054321"]
            by_hand = preparing.ready(shop, asha, "refill", SMS, {"medicine": "Metformin", "due_day": TODAY})
            assert by_hand.address == "+919822054321"
            birthday = preparing.ready(shop, asha, "birthday")
            assert birthday.address == "+919881120456", "anything else goes to their own number"
            refills.prepare_due(shop)
        assert sending.send_due(who.shop) == 1
        with at() as shop:
            (made,) = messages(shop)
            assert (made["address"], made["status"]) == ("+919822054321", "sent")
            lines = [(line.title, line.details) for line in customer_timeline.of_customer(shop, asha).lines]
            changed = ("Number for reminders: – → +91 98220 54321",)
            assert ("Wishes for refill reminders changed", changed) in lines


def test_a_landline_that_was_chosen_is_called_and_takes_no_message(who, at):
    with web_service() as service, at() as shop:
        goes_by_itself(shop, service)
        asha = with_numbers(shop, LANDLINE)
        with pytest.raises(BadInput, match="takes calls only, no WhatsApp") as no:
            refills.change_wishes(shop, asha, refills.Wishes(channel=WHATSAPP, phone="+912025671234"))
        assert no.value.field == "phone"
        refills.change_wishes(shop, asha, refills.Wishes(phone="+912025671234"))
        found = offer(shop, asha)
        assert (found.message, found.why_not, found.may_call) == (None, "Wants to be called.", True)
        assert refills.call_of(shop, asha).phone == "+912025671234"
        refills.prepare_due(shop)
        assert messages(shop) == []


def test_a_number_that_is_theirs_no_more_gives_way_to_their_own(who, at):
    with web_service() as service:
        with at() as shop:
            goes_by_itself(shop, service)
            asha = with_numbers(shop, "98220 54321")
            refills.change_wishes(shop, asha, refills.Wishes(phone="+919822054321"))
            refills.prepare_due(shop)
            contact = contacts.of_phone(shop, "98811 20456")["id"]
            contacts.change(shop, contact, {"other_phones": ""})
            assert refills.call_of(shop, asha).phone == "+919881120456"
            assert offer(shop, asha).message.link.startswith("https://wa.me/919881120456?text=")
            with pytest.raises(BadInput, match="none of this customer’s numbers"):
                refills.change_wishes(shop, asha, refills.Wishes(phone="+919822099999"))
        assert sending.send_due(who.shop) == 0
        with at() as shop:
            assert [(one["status"], one["error"][:37]) for one in messages(shop)] == [
                ("cancelled", "The customer's number or address has ")
            ]
            refills.pause(shop, asha)  # other wishes can be changed all the same
            refills.resume(shop, asha)


def test_a_stop_from_the_chosen_number_ends_reminders_whether_it_came_after_or_before(at):
    with at() as shop:
        asha = with_numbers(shop, "98220 54321")
        refills.change_wishes(shop, asha, refills.Wishes(phone="+919822054321"))
        hooks.take_reply(shop, WHATSAPP, hooks.Reply("in.1", "+919822054321", "STOP", NOW))
        assert "declined WhatsApp reminders" in offer(shop, asha).why_not
        consent.record(shop, asha, WHATSAPP, REMINDERS, ACCEPTED, "Said so in the shop")
        assert offer(shop, asha).message is not None
        refills.change_wishes(shop, asha, refills.Wishes())
        refills.change_wishes(shop, asha, refills.Wishes(phone="+919822054321"))
        assert "declined WhatsApp reminders" in offer(shop, asha).why_not, "the number said so, whoever has it now"


def test_what_goes_by_itself_takes_the_first_way_that_has_a_service_a_number_and_consent(who, at):
    """No WhatsApp is connected: SMS comes next, and e-mail after it; nothing goes twice, and nothing unasked."""
    said = {
        # who: their phone, what they accepted, what they wish, and how the reminder goes
        "Asha": ("98811 20001", (WHATSAPP, SMS, EMAIL), None, SMS),
        "Bilal": ("98811 20002", (WHATSAPP, EMAIL), None, EMAIL),
        "Chitra": (LANDLINE, (SMS, EMAIL), None, EMAIL),
        "Dev": ("98811 20004", (WHATSAPP,), None, None),
        "Esha": ("98811 20005", (SMS, EMAIL), EMAIL, EMAIL),
        "Farid": ("98811 20006", (SMS,), EMAIL, SMS),
        "Gita": ("98811 20007", (), None, None),
    }
    with web_service() as service, mail_server() as mail:
        with at() as shop:
            connect_sms(shop, service)
            connect_mail(shop, mail)
            all_day = rules.Rules(quiet_from=time(0), quiet_until=time(0), automatic=("refill",))
            rules.change(shop, all_day, ["refill"])
            for name, (phone, accepted, wish, _) in said.items():
                one = needing(shop, name, phone, email=f"{name.lower()}@example.org")
                for channel in accepted:
                    consent.record(shop, one, channel, REMINDERS, ACCEPTED, "Said so in the shop")
                refills.change_wishes(shop, one, refills.Wishes(channel=wish))
        for _ in range(2):
            with at() as shop:
                refills.prepare_due(shop)
        assert sending.send_due(who.shop) == 5
        with at() as shop:
            names = {row["id"]: row["name"] for row in customer_list.page_of(shop).rows}
            went = {names[one["customer_id"]]: (one["channel"], one["status"]) for one in messages(shop)}
            assert went == {name: (way, "sent") for name, (*_, way) in said.items() if way}
            left = {call.customer_name for call in refills.calls(shop, "today")}
            assert left == {name for name, (*_, way) in said.items() if not way}
        assert service.taken.total() == 2
        assert sorted(to for to, _ in mail.mails) == ["bilal@example.org", "chitra@example.org", "esha@example.org"]


def test_a_message_on_its_way_is_dropped_when_the_customer_wants_a_pause_or_a_call(who, at):
    with web_service() as service:
        with at() as shop:
            goes_by_itself(shop, service)
            people = [needing(shop, f"No {nth}", f"98811 2000{nth}", ACCEPTED) for nth in range(4)]
            refills.prepare_due(shop)
            refills.pause(shop, people[0], days=7)
            refills.change_wishes(shop, people[1], refills.Wishes(channel=CALL))
            refills.change_wishes(shop, people[2], refills.Wishes(lead_days=7, channel=WHATSAPP))
            states = {row["customer_id"]: row["status"] for row in messages(shop)}
            assert [states[one] for one in people] == ["cancelled", "cancelled", "queued", "queued"]
        assert sending.send_due(who.shop) == 2


@pytest.mark.parametrize(
    "skipped", [refills.Rules(holidays=(TODAY,)), refills.Rules(skipped_weekdays=(TODAY.isoweekday(),))]
)
def test_nothing_goes_by_itself_on_a_day_on_which_the_shop_reminds_nobody(who, at, skipped):
    with web_service() as service, at(alone=True) as shop:
        goes_by_itself(shop, service)
        refills.change_rules(shop, skipped)
        needing(shop, said=ACCEPTED, ago=27)  # due the day before yesterday, and agreed today
        refills.prepare_due(shop)
        assert messages(shop) == []
        refills.change_rules(shop, refills.Rules())
        refills.prepare_due(shop)
        assert len(messages(shop)) == 1
