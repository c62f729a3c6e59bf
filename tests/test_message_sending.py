"""Sending: whatever a service answers, or does not, a message goes once; what nobody knows a person decides."""

import json
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from email import message_from_bytes, policy
from uuid import UUID

import httpx
import pytest
from conftest import NOW
from post import VALUES, agreeing, connect_mail, connect_sms, connect_whatsapp, message, queue
from services import (
    HANGS,
    TAKES_AND_CUTS,
    TALKS_NONSENSE,
    TOKEN,
    Says,
    mail_server,
    twilio_error,
    web_service,
    whatsapp_error,
)
from sqlalchemy import select, text

from crmcore import customers, doctor, notifications
from crmcore.database.gate import Who, keeper, shop_session
from crmcore.errors import BadInput, Conflict, NotAllowed, Unavailable
from crmcore.messages import carriers, consent, outbox, preparing, providers, rules, secrets, sending, templates
from crmcore.messages.carriers import answers
from crmcore.messages.consent import DECLINED, EMAIL, REMINDERS, SMS, WHATSAPP
from crmcore.messages.preparing import Wanted
from crmcore.messages.rules import Rules
from crmcore.models import Activity, Message, MessageReply
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
def mail():
    with mail_server() as here:
        yield here


@pytest.fixture
def at(who) -> Callable:
    """A gate so many minutes after the usual moment: `with at(5) as shop`."""

    @contextmanager
    def later(minutes: float = 0):
        with shop_session(who, writes=True, now=NOW + timedelta(minutes=minutes)) as shop:
            yield shop

    return later


@pytest.fixture
def send(who, monkeypatch) -> Callable[..., int]:
    """Send what is due so many minutes after the usual moment; return how many were handed over."""

    def go(minutes: float = 0) -> int:
        real = sending.shop_session

        def then(who: Who, **how):
            return real(who, **{"now": NOW + timedelta(minutes=minutes), **how})

        monkeypatch.setattr(sending, "shop_session", then)
        return sending.send_due(who.shop)

    return go


def standing(who: Who, message_id: UUID) -> Message:
    with shop_session(who, now=NOW) as shop:
        return message(shop, message_id)


def test_whatsapp_takes_an_approved_template(at, who, service, send):
    with at() as shop:
        connect_whatsapp(shop, service)
        sent = queue(shop)
    assert send() == 1
    assert service.asked == [
        {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": "919881120456",
            "biz_opaque_callback_data": str(sent),
            "type": "template",
            "template": {
                "name": "refill_1",
                "language": {"code": "en"},
                "components": [
                    {
                        "type": "body",
                        "parameters": [
                            {"type": "text", "text": value} for value in ("Asha", "Metformin 500", "26 January")
                        ],
                    }
                ],
            },
        }
    ]
    now = standing(who, sent)
    assert (now.status, now.provider_message_id, now.sent_at, now.error) == ("sent", f"wamid.{sent}", NOW, None)
    assert send() == 0


def test_free_text_goes_to_somebody_who_wrote_within_a_day(at, who, service, send):
    with at() as shop:
        connect_whatsapp(shop, service)
        asha = agreeing(shop)
        with pytest.raises(BadInput, match="24 hours"):
            preparing.prepare(shop, asha, "refill", WHATSAPP, VALUES, body="Shall we?", by_service=True)
        wrote = NOW - timedelta(hours=23)
        shop.execute(
            MessageReply.__table__.insert().values(
                shop_id=shop.id, id=asha, channel=WHATSAPP, provider_message_id="1", address="+919881120456",
                body="Hello", received_at=wrote,
            )
        )  # fmt: skip
        preparing.prepare(shop, asha, "refill", WHATSAPP, VALUES, body="Shall we?", by_service=True)
    assert send() == 1
    assert service.asked[0]["text"] == {"body": "Shall we?", "preview_url": False}


def test_sms_and_email_are_taken(at, who, service, mail, send):
    with at() as shop:
        connect_sms(shop, service, sender="MG" + "0" * 32)
        connect_mail(shop, mail, sender_name="Meera Home & Care")
        by_sms = queue(shop, SMS)
        by_mail = queue(shop, EMAIL, "आशा", phone="98811 20457", email="asha@example.org", language="hi")
    assert send() == 2
    assert service.asked[0]["To"] == "+919881120456"
    assert service.asked[0]["MessagingServiceSid"].startswith("MG")
    to, written = mail.mails[0]
    letter = message_from_bytes(written, policy=policy.default)
    assert to == "asha@example.org"
    assert letter["From"] == "Meera Home & Care <shop@example.org>"
    assert letter["Subject"] == "दवा दोबारा लेने का समय"
    assert "आशा" in letter.get_content()
    assert written.isascii()
    assert {standing(who, one).status for one in (by_sms, by_mail)} == {"sent"}


FAULTS = [
    ("refused for good", whatsapp_error(400, 131026), "failed", "can't be reached on WhatsApp"),
    ("no such template", whatsapp_error(404, 132001), "failed", "no approved template"),
    ("window closed", whatsapp_error(400, 131047), "failed", "24 hours"),
    ("unknown refusal", whatsapp_error(400, 999_999), "failed", "refused it (999999)"),
    ("its own trouble", whatsapp_error(500, 131000), "queued", "trouble of its own"),
    ("overloaded", Says(503), "queued", "trouble of its own"),
    ("gateway timeout", Says(504), "unknown", "did not say in time"),
    ("taken, answer lost", TAKES_AND_CUTS, "unknown", "broke before it answered"),
    ("taken, no answer", HANGS, "unknown", "broke before it answered"),
    ("taken, nonsense", TALKS_NONSENSE, "unknown", "does not say whether"),
    ("sent elsewhere", Says(302, headers={"location": "/elsewhere"}), "failed", "refused it (302)"),
]


@pytest.mark.parametrize(("case", "answer", "status", "words"), FAULTS, ids=[fault[0] for fault in FAULTS])
def test_what_goes_wrong_is_told_in_words(at, who, service, send, monkeypatch, case, answer, status, words):
    monkeypatch.setattr(carriers, "_TIMEOUT", httpx.Timeout(0.5))
    with at() as shop:
        connect_whatsapp(shop, service)
        one = queue(shop)
    service.next_answers.append(answer)
    send()
    now = standing(who, one)
    assert (now.status, words in now.error) == (status, True), now.error
    assert "secret words" not in now.error


def test_a_lost_answer_is_not_sent_again_by_itself_and_a_person_decides(at, who, service, send):
    with at() as shop:
        connect_whatsapp(shop, service)
        arrived, again, dropped = (queue(shop, name=f"C{digit}", phone=f"98811 2045{digit}") for digit in "678")
    service.next_answers.extend([TAKES_AND_CUTS] * 3)
    send()
    assert send(24 * 60) == 0
    assert service.taken.total() == 3
    with at(60) as shop:
        outbox.mark_sent(shop, arrived)
        outbox.send_again(shop, again)
        outbox.drop(shop, dropped)
        with pytest.raises(Conflict, match="“sent” by now"):
            outbox.send_again(shop, arrived)
    assert send(60) == 1
    assert [standing(who, one).status for one in (arrived, again, dropped)] == ["sent", "sent", "cancelled"]
    assert dict(service.taken) == {str(arrived): 1, str(again): 2, str(dropped): 1}


def test_it_is_tried_again_ever_more_seldom_and_then_it_has_failed(at, who, service, send):
    with at() as shop:
        connect_whatsapp(shop, service)
        one = queue(shop)
    minutes = 0.0
    for wait in sending.WAITS:
        service.next_answers.append(Says(503))
        assert send(minutes) == 1
        assert standing(who, one).status == "queued"
        assert send(minutes + wait.seconds / 60 - 0.1) == 0
        minutes += wait.seconds / 60
    service.next_answers.append(Says(503))
    send(minutes)
    assert standing(who, one).status == "failed"
    with at(minutes) as shop:
        outbox.send_again(shop, one)
    send(minutes)
    assert standing(who, one).status == "sent"


def test_a_service_that_can_not_be_reached_is_tried_again(at, who, service, send):
    with at() as shop:
        connect_whatsapp(shop, service, base="http://127.0.0.1:1")
        one = queue(shop)
    send()
    assert (standing(who, one).status, standing(who, one).error) == (
        "queued", "WhatsApp can't be reached at this moment.",
    )  # fmt: skip


def test_a_service_that_is_too_busy_is_left_alone_as_long_as_it_asks(at, who, service, send):
    with at() as shop:
        connect_whatsapp(shop, service)
        some = [queue(shop, name=f"C{digit}", phone=f"98811 2045{digit}") for digit in "678"]
    service.next_answers.append(whatsapp_error(429, 130429, retry_after="120"))
    assert send() == 1
    assert [standing(who, one).status for one in some] == ["queued"] * 3
    assert send(1.9) == 0
    assert send(2.1) == 3
    assert [standing(who, one).attempts for one in some] == [1, 1, 1]  # being asked to wait is no failure


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7), ("", 60), ("soon", 60), ("-5", 60), ("999999", 21600), ("Fri, 20 Nov 2020 09:31:00 GMT", 1)],
)
def test_how_long_a_service_asks_to_wait(header, seconds):
    assert answers.wait_of(httpx.Response(429, headers={"retry-after": header})).total_seconds() == seconds


def test_a_refused_token_is_told_and_mended(who, at, service, send, join):
    with at() as shop:
        connect_whatsapp(shop, service, access_token="an old one")
        some = [queue(shop, name=f"C{digit}", phone=f"98811 2045{digit}") for digit in "67"]
    owner = join("owner", shop=who.shop)
    assert send() == 1
    assert [standing(who, one).status for one in some] == ["queued"] * 2
    with shop_session(owner, writes=True, now=NOW) as shop:
        trouble = providers.all_of(shop)[WHATSAPP].trouble
        assert "refused the access token" in trouble
        assert [row["body"] for row in notifications.newest(shop)] == [f"WhatsApp messages wait: {trouble}"]
        connect_whatsapp(shop, service)
        assert providers.all_of(shop)[WHATSAPP].carries
    assert send() == 2
    assert {standing(who, one).status for one in some} == {"sent"}


def test_somebody_who_answered_stop_elsewhere_is_not_written_to_again(at, who, service, send):
    with at() as shop:
        connect_sms(shop, service)
        one = queue(shop, SMS)
    service.next_answers.append(twilio_error(400, 21610))
    send()
    with at(1) as shop:
        asha = message(shop, one).customer_id
        said = consent.current(shop, asha)
    assert standing(who, one).status == "failed"
    assert {said[SMS, purpose].state for purpose in consent.PURPOSES} == {DECLINED}
    assert said[WHATSAPP, REMINDERS].state == consent.ACCEPTED


MAIL_FAULTS = [
    (("RCPT", "550 no such user"), "failed", "no such address"),
    (("RCPT", "451 later"), "queued", "later"),
    (("RCPT", "cut"), "queued", "before it took"),
    (("DOT", "552 too large"), "failed", "refused the message (552)"),
    (("DOT", "cut"), "unknown", "broke before it answered"),
]


@pytest.mark.parametrize(("answer", "status", "words"), MAIL_FAULTS, ids=[" ".join(one[0]) for one in MAIL_FAULTS])
def test_what_a_mail_server_answers_counts(at, who, mail, send, answer, status, words):
    with at() as shop:
        connect_mail(shop, mail)
        one = queue(shop, EMAIL, email="asha@example.org")
    mail.next_answers.append(answer)
    send()
    now = standing(who, one)
    assert (now.status, words in now.error) == (status, True), now.error


def test_a_withdrawn_consent_stops_what_waits(at, who, service, send):
    with at() as shop:
        connect_whatsapp(shop, service)
        one = queue(shop)
        consent.record(shop, message(shop, one).customer_id, WHATSAPP, REMINDERS, DECLINED, "Said so on the phone")
    assert send() == 0
    now = standing(who, one)
    assert (now.status, "declined" in now.error) == ("cancelled", True)
    assert service.taken.total() == 0


def test_what_is_due_at_night_waits_for_the_morning(at, who, service, send):
    with at() as shop:
        connect_whatsapp(shop, service)
        one = queue(shop)
    assert send(8 * 60) == 0  # 11 pm
    assert standing(who, one).attempts == 0
    assert send(18 * 60) == 1  # 9 am


def test_a_message_left_by_a_dead_worker_is_unknown_after_a_while(at, who, service, send, monkeypatch):
    with at() as shop:
        connect_whatsapp(shop, service)
        one = queue(shop)
    monkeypatch.setattr(sending, "settle", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        send()
    assert standing(who, one).status == "sending"
    with at(9) as shop:
        assert not sending.is_any_lost(shop)
    with at(11) as shop:
        assert sending.is_any_lost(shop)
        assert sending.give_up_lost(shop) == 1
        assert sending.give_up_lost(shop) == 0
    assert (standing(who, one).status, service.taken.total()) == ("unknown", 1)
    assert send(60) == 0


def test_a_slow_worker_that_was_given_up_still_says_what_came(at, who, service):
    with at() as shop:
        connect_whatsapp(shop, service)
        one = queue(shop)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sending, "shop_session", lambda who, **how: shop_session(who, **{"now": NOW, **how}))
        claimed = sending.claim_next(keeper(who.shop))
    with at(11) as shop:
        sending.give_up_lost(shop)
    with at(12) as shop:
        sending.mark(shop, claimed, answers.Answer(answers.SENT, id="wamid.1"))
    assert standing(who, one).status == "sent"
    with at(13) as shop:
        sending.mark(shop, claimed, answers.Answer(answers.REFUSED, words="Too late."))
    assert standing(who, one).status == "sent"


def test_an_answer_is_written_down_though_the_shop_is_busy(at, who, service, send, monkeypatch):
    with at() as shop:
        connect_whatsapp(shop, service)
        one = queue(shop)
    refusals, mark = [Unavailable("busy"), Unavailable("busy")], sending.mark

    def mark_in_the_end(*given):
        if refusals:
            raise refusals.pop()
        mark(*given)

    monkeypatch.setattr(sending, "mark", mark_in_the_end)
    monkeypatch.setattr(sending, "_BETWEEN_MARKINGS", 0.001)
    send()
    assert standing(who, one).status == "sent"


def test_secrets_are_neither_in_the_database_in_clear_nor_shown_nor_in_the_record(at, who, service):
    with at() as shop:
        connect_whatsapp(shop, service)
        provider = providers.all_of(shop)[WHATSAPP]
        kept = shop.scalar(text("select secret from message_providers where shop_id = :shop"), {"shop": shop.id})
        record = shop.execute(select(Activity.detail).where(Activity.shop_id == shop.id)).scalars().all()
    assert TOKEN.encode() not in bytes(kept)
    assert TOKEN not in repr(provider) + json.dumps(list(record))
    assert secrets.unlocked(bytes(kept))["access_token"] == TOKEN


def test_with_another_key_a_service_has_to_be_connected_again(at, service, monkeypatch):
    with at() as shop:
        connect_whatsapp(shop, service)
        monkeypatch.setenv("REGULARS_SECRET", "another secret of sixteen letters")
        settings.cache_clear()
        with pytest.raises(Unavailable, match="connect the service again"):
            providers.opened(shop, WHATSAPP)
        connect_whatsapp(shop, service)
        assert providers.opened(shop, WHATSAPP)[2]["access_token"] == TOKEN


def test_a_secret_left_empty_stays_as_it_was(at, service):
    with at() as shop:
        connect_sms(shop, service)
        connect_sms(shop, service, auth_token="", sender="Meera")
        _, plain, hidden = providers.opened(shop, SMS)
        assert (plain["sender"], hidden["auth_token"]) == ("Meera", TOKEN)


@pytest.mark.parametrize(
    ("kind", "given", "field"),
    [
        ("whatsapp_cloud", {"phone_number_id": "+91 98811 20456"}, "phone_number_id"),
        ("whatsapp_cloud", {"access_token": ""}, "access_token"),
        ("twilio", {"sender": "+91"}, "sender"),
        ("twilio", {"account_sid": "../../x"}, "account_sid"),
        ("smtp", {"host": "not a host"}, "host"),
        ("smtp", {"port": "99999"}, "port"),
        ("smtp", {"encryption": "rot13"}, "encryption"),
        ("smtp", {"sender": "shop"}, "sender"),
        ("smtp", {"colour": "blue"}, "colour"),
        ("pigeon", {}, "kind"),
    ],
)
def test_what_can_not_be_a_service_is_refused(shop, kind, given, field):
    usual = {
        "whatsapp_cloud": {"phone_number_id": "106540352242922", "access_token": "x", "app_secret": "y"},
        "twilio": {"account_sid": "AC1", "sender": "Meera", "auth_token": "x"},
        "smtp": {"host": "127.0.0.1", "port": "587", "encryption": "none", "sender": "shop@example.org"},
    }.get(kind, {})
    with pytest.raises(BadInput) as refused:
        providers.connect(shop, kind, usual | given)
    assert refused.value.field == field


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.0.0.7", "192.168.1.1", "169.254.169.254", "::1"])
def test_a_shop_can_not_reach_into_the_house(shop, monkeypatch, host):
    monkeypatch.delenv("REGULARS_LOCAL_SERVICES")
    settings.cache_clear()
    where = {"host": host, "port": "587", "encryption": "tls", "sender": "shop@example.org"}
    with pytest.raises(BadInput, match="public"):
        providers.connect(shop, "smtp", where)
    base = {"account_sid": "AC1", "sender": "Meera", "auth_token": "x", "base": f"https://{host}"}
    with pytest.raises(BadInput):
        providers.connect(shop, "twilio", base)
    with pytest.raises(BadInput):
        providers.connect(shop, "twilio", base | {"base": "http://example.org"})


def test_a_demo_shop_sends_nothing(new_shop, service):
    with shop_session(keeper(new_shop(is_demo=True)), writes=True) as shop, pytest.raises(NotAllowed, match="demo"):
        connect_sms(shop, service)


def test_the_owner_tries_a_service_on_themselves(who, at, service, mail):
    with at() as shop:
        connect_whatsapp(shop, service)
        connect_sms(shop, service)
        connect_mail(shop, mail)
    assert providers.test(who, WHATSAPP, "98811 20456").came == answers.SENT
    assert service.asked[0]["template"] == {"name": "hello_world", "language": {"code": "en_US"}}
    assert providers.test(who, SMS, "98811 20456").came == answers.SENT
    assert providers.test(who, EMAIL, "Meera@example.org").came == answers.SENT
    assert mail.mails[0][0] == "meera@example.org"
    service.next_answers.append(twilio_error(401, 20003))
    assert providers.test(who, SMS, "98811 20456").came == answers.BROKEN
    with at() as shop:
        assert providers.all_of(shop)[EMAIL].tested_at is not None
        assert providers.all_of(shop)[SMS].tested_at is None
    with pytest.raises(BadInput):
        providers.test(who, EMAIL, "nobody")


def test_switched_off_it_waits_and_disconnected_it_is_there_to_send_by_hand(at, who, service, send):
    with at() as shop:
        connect_whatsapp(shop, service)
        one = queue(shop)
        providers.switch(shop, WHATSAPP, on=False)
    assert send() == 0
    with at() as shop:
        providers.switch(shop, WHATSAPP, on=True)
    with at() as shop:
        providers.disconnect(shop, WHATSAPP)
    assert standing(who, one).status == "prepared"
    assert send() == 0


def test_a_prepared_message_can_be_handed_to_the_service(at, who, service, send):
    with at() as shop:
        asha = agreeing(shop)
        connect_whatsapp(shop, service)
        [one] = preparing.prepare_many(shop, "refill", [Wanted(asha, VALUES)]).message_ids
        outbox.queue(shop, one)
        with pytest.raises(Conflict):
            outbox.queue(shop, one)
    assert send() == 1
    assert service.asked[0]["type"] == "template"


def test_a_mended_template_name_counts_when_it_goes_again(at, who, service, send):
    with at() as shop:
        connect_whatsapp(shop, service)
        one = queue(shop)
    service.next_answers.append(whatsapp_error(404, 132001))
    send()
    with at() as shop:
        row = templates.all_of(shop)[0]
        new = templates.NewTemplate("refill", WHATSAPP, "en", "Refill", row["body"], provider_name="refill_2")
        templates.change(shop, row["id"], new)
        outbox.send_again(shop, one)
    send()
    assert service.asked[1]["template"]["name"] == "refill_2"
    assert standing(who, one).status == "sent"


def test_a_customer_of_another_shop_gets_nothing(at, new_shop):
    with shop_session(keeper(new_shop()), writes=True) as other:
        theirs = customers.create(other, {"name": "Asha", "phone": "98811 20456"})
    with at() as shop:
        done = preparing.prepare_many(shop, "refill", [Wanted(theirs, VALUES)])
    assert (done.message_ids, list(done.refused)) == ([], [theirs])


def test_the_doctor_tells_of_services_in_trouble_and_of_messages_nobody_sends(who, service, monkeypatch):
    yesterday = datetime.now(UTC) - timedelta(days=1)  # the doctor lives by the real clock
    with shop_session(who, writes=True, now=yesterday) as shop:
        rules.change(shop, Rules(quiet_from=time(0), quiet_until=time(0)), [])
        connect_whatsapp(shop, service)
        queue(shop)
    findings = doctor.examine([who.shop])
    assert ["is `regulars worker` running" in one.message for one in findings] == [True]
    assert not findings[0].is_wrong
    with shop_session(who, writes=True) as shop:
        sending._stop_service(shop, WHATSAPP, "WhatsApp refused the access token.")
    assert [one.message for one in doctor.examine([who.shop])] == [
        "WhatsApp messages wait: WhatsApp refused the access token."
    ]
    monkeypatch.setenv("REGULARS_SECRET", "another secret of sixteen letters")
    settings.cache_clear()
    with shop_session(who) as shop:
        assert "connect the service again" in providers.troubles(shop)[0]
