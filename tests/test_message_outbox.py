"""The outbox: what may go is prepared once, by hand or by a service; what may not is refused in one sentence."""

from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from conftest import NOW
from post import VALUES, agreeing, connect_sms, connect_whatsapp, message
from psycopg.errors import UniqueViolation
from services import web_service
from sqlalchemy import func, select, text

from crmcore import customer_timeline, customers
from crmcore.database.gate import shop_session
from crmcore.errors import BadInput, Conflict, NotFound
from crmcore.messages import consent, outbox, preparing, rules
from crmcore.messages.consent import ACCEPTED, DECLINED, EMAIL, MARKETING, REMINDERS, SMS, WHATSAPP
from crmcore.messages.outbox import Filters
from crmcore.messages.preparing import Wanted
from crmcore.models import Message
from crmcore.settings import settings

NIGHT = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)  # 11 pm in India


@pytest.fixture(autouse=True)
def services_here(monkeypatch):
    monkeypatch.setenv("REGULARS_LOCAL_SERVICES", "1")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


def test_a_press_opens_the_chat_with_the_text_ready(shop):
    asha = customers.create(shop, {"name": "Asha & Co", "phone": "98811 20456"})
    ready = preparing.ready(shop, asha, "refill", WHATSAPP, VALUES | {"due_day": date(2026, 1, 26)})
    link = urlsplit(ready.link)
    assert (link.scheme, link.netloc, link.path) == ("https", "wa.me", "/919881120456")
    assert parse_qs(link.query) == {"text": [ready.body]}
    assert "Asha & Co" in ready.body
    assert "26 January" in ready.body
    assert ready.refusal is None
    assert "No service" in ready.refused_service


def test_the_text_comes_in_the_customers_language(shop):
    asha = customers.create(shop, {"name": "आशा", "phone": "98811 20456", "language": "हिन्दी"})
    ready = preparing.ready(shop, asha, "refill", WHATSAPP, VALUES | {"due_day": date(2026, 1, 26)})
    assert ready.language == "hi"
    assert "आशा" in ready.body
    assert "26 जनवरी" in ready.body


def test_sms_and_email_open_with_the_text_too():
    assert preparing.link_to(SMS, "+919881120456", "Hi & bye") == "sms:+919881120456?body=Hi%20%26%20bye"
    assert preparing.link_to(EMAIL, "a@example.org", "Hi", "5 %") == "mailto:a@example.org?subject=5%20%25&body=Hi"


def test_sent_by_hand_it_stands_on_the_timeline_with_who_sent_it(join):
    meera = join("staff")
    with shop_session(meera, writes=True, now=NOW) as shop:
        asha = customers.create(shop, {"name": "Asha", "phone": "98811 20456"})
        sent = preparing.prepare(shop, asha, "refill", WHATSAPP, VALUES)
        outbox.mark_sent(shop, sent)
        outbox.mark_sent(shop, sent)  # a second press changes nothing
        assert (message(shop, sent).status, message(shop, sent).sent_by) == ("sent", meera.staff_id)
        lines = [line for line in customer_timeline.of_customer(shop, asha).lines if line.kind == WHATSAPP]
    assert lines[0].title == "WhatsApp sent: refill reminder"
    assert "Metformin" in lines[0].details[0]
    assert [line.by for line in lines] == ["Meera Joshi"] * 2


@pytest.mark.parametrize(
    ("customer", "channel", "words"),
    [
        ({"phone": "020 2565 4321"}, WHATSAPP, "landline"),
        ({"phone": "020 2565 4321"}, SMS, "landline"),
        ({}, WHATSAPP, "no phone number"),
        ({"phone": "98811 20456"}, EMAIL, "no e-mail address"),
    ],
)
def test_it_does_not_go_where_it_can_not_arrive(shop, customer, channel, words):
    asha = customers.create(shop, {"name": "Asha", **customer})
    with pytest.raises(BadInput, match=words):
        preparing.prepare(shop, asha, "refill", channel, VALUES)


def test_nothing_is_offered_to_somebody_who_declined(shop):
    asha = agreeing(shop)
    consent.record(shop, asha, WHATSAPP, REMINDERS, DECLINED, "Said so on the phone")
    assert preparing.ready(shop, asha, "refill", WHATSAPP, VALUES).link is None
    with pytest.raises(BadInput, match="declined WhatsApp reminders"):
        preparing.prepare(shop, asha, "refill", WHATSAPP, VALUES)


def test_what_was_ready_does_not_go_after_consent_was_withdrawn_or_the_number_changed(shop):
    asha = agreeing(shop)
    ready = preparing.prepare(shop, asha, "refill", WHATSAPP, VALUES)
    customers.change(shop, asha, {"phone": "98811 99999"})
    with pytest.raises(BadInput, match="changed since"):
        outbox.mark_sent(shop, ready)
    customers.change(shop, asha, {"phone": "98811 20456"})
    consent.record(shop, asha, WHATSAPP, REMINDERS, DECLINED, "Said so on the phone")
    with pytest.raises(BadInput, match="declined"):
        outbox.mark_sent(shop, ready)


def test_phones_are_left_alone_at_night(who):
    with shop_session(who, writes=True, now=NIGHT) as shop:
        asha = agreeing(shop, email="asha@example.org")
        with pytest.raises(BadInput, match="quiet time until 09:00"):
            preparing.prepare(shop, asha, "refill", WHATSAPP, VALUES)
        assert preparing.prepare(shop, asha, "refill", EMAIL, VALUES)


def test_the_same_words_do_not_go_twice_on_one_day(shop):
    asha = agreeing(shop)
    first = preparing.prepare(shop, asha, "refill", WHATSAPP, VALUES)
    with pytest.raises(Conflict, match="made today at 15:00"):
        preparing.prepare(shop, asha, "refill", WHATSAPP, VALUES)
    outbox.drop(shop, first)
    assert preparing.prepare(shop, asha, "refill", WHATSAPP, VALUES)


def test_one_key_makes_one_message_whatever_happens(shop):
    asha = agreeing(shop)
    preparing.prepare(shop, asha, "refill", WHATSAPP, VALUES, key="refill:1:2026-11-20")
    with pytest.raises(Conflict, match="prepared before"):
        preparing.prepare(shop, asha, "refill", SMS, VALUES, key="refill:1:2026-11-20")
    again = preparing.prepare_many(shop, "refill", [Wanted(asha, VALUES, "refill:1:2026-11-20")])
    assert (again.message_ids, again.already) == ([], 1)
    row = Message.__table__.insert().from_select(
        ["shop_id", "id", "channel", "purpose", "way", "address", "body", "created_on", "dedupe_key"],
        select(
            Message.shop_id, func.gen_random_uuid(), Message.channel, Message.purpose, Message.way, Message.address,
            Message.body, Message.created_on, Message.dedupe_key,
        ).where(Message.shop_id == shop.id),
    )  # fmt: skip
    with pytest.raises(Exception, match="messages_once") as refused, shop.connection.begin_nested():
        shop.execute(row)
    assert isinstance(refused.value.orig, UniqueViolation)


def test_a_person_may_change_the_words(shop):
    asha = agreeing(shop)
    own = preparing.prepare(shop, asha, "refill", WHATSAPP, VALUES, body="Your tablets are here, Asha.")
    assert message(shop, own).body == "Your tablets are here, Asha."
    assert message(shop, own).parameters == []


def test_many_are_prepared_each_on_the_first_channel_that_may_carry_it(shop):
    both = agreeing(shop, "Asha", email="asha@example.org")
    landline = agreeing(shop, "Bilal", "020 2565 4321", email="bilal@example.org")
    nothing = agreeing(shop, "Chitra", "020 2565 4322")
    declined = customers.create(shop, {"name": "Dev", "phone": "98811 20459"})
    for channel in (WHATSAPP, SMS, EMAIL):
        consent.record(shop, declined, channel, REMINDERS, DECLINED, "Said so in the shop")
    wanted = [Wanted(one, VALUES, f"refill:{one}") for one in (both, landline, nothing, declined)]
    done = preparing.prepare_many(shop, "refill", wanted)
    rows = shop.execute(select(Message.customer_id, Message.channel, Message.status).where(Message.shop_id == shop.id))
    assert {row[0]: (row[1], row[2]) for row in rows} == {both: (WHATSAPP, "prepared"), landline: (EMAIL, "prepared")}
    assert done.queued == 0
    assert "landline" in done.refused[nothing]
    assert "declined WhatsApp" in done.refused[declined]
    assert len(done.refused) == 2


def test_automatic_ones_take_the_service_and_fall_back_on_the_next(shop):
    with web_service() as service:
        connect_whatsapp(shop, service)
        connect_sms(shop, service)
        asha, bilal = agreeing(shop, "Asha"), agreeing(shop, "Bilal", "98811 20457")
        chitra = customers.create(shop, {"name": "Chitra", "phone": "98811 20458"})
        consent.record(shop, bilal, WHATSAPP, REMINDERS, DECLINED, "Said so in the shop")
        wanted = [Wanted(one, VALUES) for one in (asha, bilal, chitra)]
        done = preparing.prepare_many(shop, "refill", wanted, automatic=True)
    rows = shop.execute(select(Message.customer_id, Message.channel, Message.status).where(Message.shop_id == shop.id))
    assert {row[0]: (row[1], row[2]) for row in rows} == {
        asha: (WHATSAPP, "queued"),
        bilal: (SMS, "queued"),
        chitra: (WHATSAPP, "prepared"),  # was not asked: a person may write, nothing goes by itself
    }
    assert (done.queued, done.refused) == (2, {})


def test_at_night_an_automatic_one_waits_for_the_morning(who):
    with web_service() as service, shop_session(who, writes=True, now=NIGHT) as shop:
        connect_whatsapp(shop, service)
        done = preparing.prepare_many(shop, "refill", [Wanted(agreeing(shop), VALUES)], automatic=True)
        goes_at = message(shop, done.message_ids[0]).next_try_at
    assert f"{goes_at.astimezone(who.shop.zone):%d %H:%M}" == "21 09:00"


def test_a_job_comes_with_the_transaction_or_not_at_all(who):
    jobs = text("select count(*) from jobs.procrastinate_jobs where args ->> 'shop_id' = :shop_id")

    def waiting() -> int:
        with shop_session(who) as shop:
            return shop.scalar(jobs, {"shop_id": str(shop.id)})

    with web_service() as service:
        with pytest.raises(ZeroDivisionError), shop_session(who, writes=True, now=NOW) as shop:
            connect_whatsapp(shop, service)
            preparing.prepare(shop, agreeing(shop), "refill", WHATSAPP, VALUES, by_service=True)
            raise ZeroDivisionError
        assert waiting() == 0
        with shop_session(who, writes=True, now=NOW) as shop:
            connect_whatsapp(shop, service)
            preparing.prepare(shop, agreeing(shop), "refill", WHATSAPP, VALUES, by_service=True)
        assert waiting() == 1


def test_a_status_only_ever_goes_forward():
    order = ["queued", "sent", "delivered", "read"]
    for before in order[1:]:
        for told in order[1:]:
            assert outbox.advanced(before, told) == order[max(order.index(before), order.index(told))]
    for before, came in [("unknown", "failed"), ("sent", "failed"), ("delivered", "delivered"), ("read", "read")]:
        assert outbox.advanced(before, "failed") == came
    for told in order[1:]:
        assert outbox.advanced("unknown", told) == outbox.advanced("failed", told) == told
        assert outbox.advanced("cancelled", told) == "cancelled"


def test_the_outbox_is_filtered_and_counted(shop):
    asha, bilal = agreeing(shop, "Asha"), agreeing(shop, "Bilal", "98811 20457")
    preparing.prepare(shop, asha, "refill", WHATSAPP, VALUES)
    sent = preparing.prepare(shop, bilal, "refill", SMS, VALUES)
    outbox.mark_sent(shop, sent)
    assert [row["customer_name"] for row in outbox.page_of(shop, Filters())] == ["Bilal", "Asha"]
    assert [row["customer_name"] for row in outbox.page_of(shop, Filters(group="ready"))] == ["Asha"]
    assert [row["customer_name"] for row in outbox.page_of(shop, Filters(channel=SMS))] == ["Bilal"]
    assert [row["customer_name"] for row in outbox.page_of(shop, Filters(customer_id=asha))] == ["Asha"]
    assert [row["customer_name"] for row in outbox.page_of(shop, Filters(), before=sent)] == ["Asha"]
    counted = {status: count for status, count in outbox.counts(shop).items() if count}
    assert counted == {"ready": 1}


def test_what_nobody_sent_for_two_weeks_is_dropped(who):
    def on(days: int, hour: int = 0):
        return shop_session(who, writes=True, now=NOW + timedelta(days=days, hours=hour))

    with on(0) as shop:
        asha = agreeing(shop)
        old = preparing.prepare(shop, asha, "refill", WHATSAPP, VALUES)
    with on(10) as shop:
        new = preparing.prepare(shop, asha, "refill", WHATSAPP, VALUES)
    with on(14, 1) as shop:
        outbox.drop_stale(shop)
        assert (message(shop, old).status, message(shop, new).status) == ("cancelled", "prepared")
        assert message(shop, old).error == "Nobody sent it within two weeks."


def test_a_hidden_customer_gets_nothing(shop):
    asha = agreeing(shop)
    ready = preparing.prepare(shop, asha, "refill", WHATSAPP, VALUES)
    customers.hide(shop, asha)
    with pytest.raises(NotFound):
        preparing.ready(shop, asha, "refill", WHATSAPP, VALUES)
    with pytest.raises(BadInput, match="hidden"):
        outbox.mark_sent(shop, ready)


def test_offers_need_a_yes_even_by_hand(shop):
    asha = customers.create(shop, {"name": "Asha", "phone": "98811 20456"})
    assert "not asked yet" in preparing.ready(shop, asha, "offer", WHATSAPP, {"offer": "10 % off"}).refusal
    consent.record(shop, asha, WHATSAPP, MARKETING, ACCEPTED, "Signed form")
    assert preparing.ready(shop, asha, "offer", WHATSAPP, {"offer": "10 % off"}).refusal is None
    assert rules.of_shop(shop).language == "en"
