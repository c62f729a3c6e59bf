"""What services tell us: signed or refused, told twice or in the wrong order without harm, and STOP means stop."""

import base64
import hmac
import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import httpx
import pytest
from anyio.from_thread import start_blocking_portal
from conftest import NOW
from post import APP_SECRET, TOKEN, agreeing, connect_sms, connect_whatsapp, message, queue
from services import PHONE_NUMBER_ID, TAKES_AND_CUTS, web_service
from sqlalchemy import func, select
from starlette.applications import Starlette
from starlette.middleware import Middleware

from crmcore import customer_timeline, customers, notifications, people, shop_settings
from crmcore.database.gate import keeper, shop_session
from crmcore.messages import consent, hooks, outbox, preparing, sending
from crmcore.messages.consent import ACCEPTED, DECLINED, NOT_ASKED, REMINDERS, SMS, WHATSAPP
from crmcore.models import MessageReceipt, MessageReply
from crmcore.settings import settings
from dashboard.gatekeeper import Gate, Headers
from dashboard.server import routes

ASHA = "919881120456"


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


def ask(method: str, path: str, **how: Any) -> httpx.Response:
    """Ask the dashboard's server, gate and all, as a service on the internet does."""
    app = Starlette(routes=routes(), middleware=[Middleware(Headers), Middleware(Gate)])

    async def asking() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="https://shop.example.org") as client:
            return await client.request(method, path, **how)

    with start_blocking_portal() as elsewhere:  # browser walks of the same run leave a loop in this thread
        return elsewhere.call(asking)


def tell(who, *values: dict[str, Any], secret: str = APP_SECRET, field: str = "messages", **how: Any) -> httpx.Response:
    """WhatsApp tells something, signed with `secret`."""
    metadata = {"display_phone_number": "15550100", "phone_number_id": how.pop("number", PHONE_NUMBER_ID)}
    common = {"messaging_product": "whatsapp", "metadata": metadata}
    changes = [{"field": field, "value": {**common, **one}} for one in values]
    body = json.dumps({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": changes}]}).encode()
    signature = "sha256=" + hmac.digest(secret.encode(), body, "sha256").hex()
    path = f"/webhooks/whatsapp/{hooks.token_of(who.shop.id, WHATSAPP)}"
    return ask("POST", path, content=body, headers={"x-hub-signature-256": signature})


def status(provider_message_id: str, what: str, minutes: int = 0, *, of: UUID | None = None, code: int = 0) -> dict:
    at = int((NOW + timedelta(minutes=minutes)).timestamp())
    told = {"id": provider_message_id, "status": what, "timestamp": str(at), "recipient_id": ASHA}
    if of:
        told["biz_opaque_callback_data"] = str(of)
    if code:
        told["errors"] = [{"code": code, "title": "secret words"}]
    return {"statuses": [told]}


def reply(body: str, key: str = "wamid.in.1", sender: str = ASHA, **more: Any) -> dict:
    at = str(int(NOW.timestamp()))
    return {"messages": [{"id": key, "from": sender, "timestamp": at, "type": "text", "text": {"body": body}, **more}]}


@pytest.fixture
def sent(who, service) -> UUID:
    """A WhatsApp message that the service took."""
    with shop_session(who, writes=True) as shop:
        connect_whatsapp(shop, service)
        customer_id = agreeing(shop)
        ready = preparing.ready(shop, customer_id, "refill", WHATSAPP, {"medicine": "Metformin", "due_day": "Friday"})
        assert ready.refused_service is None
    with shop_session(who, writes=True, now=NOW) as shop:
        one = queue(shop, name="Bilal", phone="98811 20457")
        claimed = sending.Claimed(one, one, WHATSAPP, 1, None, "", {}, {})
        shop.execute(
            preparing.Message.__table__.update()
            .where(preparing.Message.id == one)
            .values(status="sending", claim=one, claimed_at=NOW)
        )
        sending.mark(shop, claimed, sending.Answer("sent", id="wamid.1"))
    return one


def standing(who, message_id):
    with shop_session(who) as shop:
        return message(shop, message_id)


def test_whatsapp_asks_whether_the_address_is_the_shops(who):
    path = f"/webhooks/whatsapp/{hooks.token_of(who.shop.id, WHATSAPP)}"
    word = hooks.verify_token(who.shop.id)
    asked = {"hub.mode": "subscribe", "hub.verify_token": word, "hub.challenge": "1158201444"}
    answer = ask("GET", path, params=asked)
    assert (answer.status_code, answer.text) == (200, "1158201444")
    assert ask("GET", path, params=asked | {"hub.verify_token": "guess"}).status_code == 403
    assert ask("GET", path).status_code == 403


def test_an_address_that_was_made_up_leads_nowhere(who, new_shop):
    good = hooks.token_of(who.shop.id, WHATSAPP)
    other_channel = hooks.token_of(who.shop.id, SMS)
    no_shop = hooks.token_of(UUID(int=0), WHATSAPP)
    for token in (good[:-2] + "AA", other_channel, no_shop, "x", "%20", "a" * 500):
        assert ask("GET", f"/webhooks/whatsapp/{token}").status_code == 404
        assert ask("POST", f"/webhooks/whatsapp/{token}", content=b"{}").status_code == 404
    assert ask("POST", f"/webhooks/whatsapp/{good}", content=b"{}").status_code == 404  # nothing is connected


def test_status_only_moves_on_and_a_replay_changes_nothing(who, sent):
    for what, minutes in [("read", 3), ("delivered", 2), ("sent", 1), ("read", 9), ("delivered", 9)]:
        assert tell(who, status("wamid.1", what, minutes)).status_code == 200
    now = standing(who, sent)
    assert (now.status, now.read_at, now.delivered_at) == (
        "read", NOW + timedelta(minutes=3), NOW + timedelta(minutes=2),
    )  # fmt: skip
    with shop_session(who) as shop:
        receipts = select(func.count()).select_from(MessageReceipt).where(MessageReceipt.shop_id == shop.id)
        assert shop.scalar(receipts) == 3


def test_a_failure_is_told_in_our_words(who, sent):
    tell(who, status("wamid.1", "failed", code=131026))
    now = standing(who, sent)
    assert (now.status, now.error) == ("failed", "This number can't be reached on WhatsApp.")


def test_who_wants_no_offers_is_asked_for_none(who, sent):
    tell(who, status("wamid.1", "failed", code=131050))
    with shop_session(who) as shop:
        said = consent.current(shop, message(shop, sent).customer_id)
    assert {said[WHATSAPP, purpose].state for purpose in consent.PURPOSES} == {DECLINED}


def test_a_receipt_that_comes_before_we_noted_the_sending_counts_then(who, service):
    with shop_session(who, writes=True, now=NOW) as shop:
        connect_whatsapp(shop, service)
        one = queue(shop)
    tell(who, status("wamid.9", "delivered", 1))
    assert standing(who, one).status == "queued"
    with shop_session(who, writes=True, now=NOW) as shop:
        shop.execute(
            preparing.Message.__table__.update()
            .where(preparing.Message.id == one)
            .values(status="sending", claim=one, claimed_at=NOW)
        )
        claimed = sending.Claimed(one, one, WHATSAPP, 1, None, "", {}, {})
        sending.mark(shop, claimed, sending.Answer("sent", id="wamid.9"))
    now = standing(who, one)
    assert (now.status, now.delivered_at) == ("delivered", NOW + timedelta(minutes=1))


def test_a_message_whose_answer_was_lost_is_known_again_by_its_receipt(who, service, monkeypatch):
    with shop_session(who, writes=True, now=NOW) as shop:
        connect_whatsapp(shop, service)
        one = queue(shop)
    service.next_answers.append(TAKES_AND_CUTS)
    monkeypatch.setattr(sending, "shop_session", lambda who, **how: shop_session(who, **{"now": NOW, **how}))
    sending.send_due(who.shop)
    assert standing(who, one).status == "unknown"
    tell(who, status(f"wamid.{one}", "delivered", 2, of=one))
    now = standing(who, one)
    assert (now.status, now.error, now.provider_message_id) == ("delivered", None, f"wamid.{one}")
    with shop_session(who) as shop:
        titles = [line.title for line in customer_timeline.of_customer(shop, now.customer_id).lines]
    assert "WhatsApp sent: refill reminder" in titles


def test_a_reply_stands_on_the_timeline_and_is_told_to_who_looks_after_them(join, service):
    rep = join("staff", sells=True)
    who = keeper(rep.shop)
    with shop_session(who, writes=True) as shop:
        connect_whatsapp(shop, service)
        asha = customers.create(shop, {"name": "Asha", "phone": "98811 20456", "rep_id": rep.staff_id})
    for _ in range(2):  # told twice
        assert tell(who, reply("Yes, please. I will come Friday")).status_code == 200
    with shop_session(rep) as shop:
        lines = customer_timeline.of_customer(shop, asha).lines
        told = notifications.newest(shop)
        rows = outbox.replies(shop)
    assert (lines[0].title, lines[0].details) == ("WhatsApp received", ("Yes, please. I will come Friday",))
    assert [row["body"] for row in told] == ["Asha wrote on WhatsApp: Yes, please. I will come Friday"]
    assert [(row["customer_name"], row["body"]) for row in rows] == [("Asha", "Yes, please. I will come Friday")]
    with shop_session(who, now=NOW + timedelta(hours=23)) as shop:
        assert preparing.window_is_open(shop, f"+{ASHA}")
    with shop_session(who, now=NOW + timedelta(hours=25)) as shop:
        assert not preparing.window_is_open(shop, f"+{ASHA}")


def test_stop_ends_everything_on_its_channel_and_nothing_on_others(who, service):
    with shop_session(who, writes=True) as shop:
        connect_whatsapp(shop, service)
        asha = agreeing(shop)
    tell(who, reply("Stop."))
    with shop_session(who) as shop:
        said = consent.current(shop, asha)
    assert {said[WHATSAPP, purpose].state for purpose in consent.PURPOSES} == {DECLINED}
    assert said[WHATSAPP, REMINDERS].source == "Wrote “Stop.”"
    assert {said[SMS, purpose].state for purpose in consent.PURPOSES} == {ACCEPTED}


def test_who_wrote_stop_before_being_on_file_gets_nothing_either_whoever_writes(who, service, join):
    with shop_session(who, writes=True) as shop:
        connect_whatsapp(shop, service)
    tell(who, reply("STOP"))
    with shop_session(who, writes=True) as shop:
        asha = customers.create(shop, {"name": "Asha", "phone": "98811 20456"})
        values = {"medicine": "Metformin", "due_day": "Friday"}
        assert "declined" in preparing.ready(shop, asha, "refill", WHATSAPP, values).refusal
        shop_settings.show_staff_own_records_only(shop, True)
    ravi = join("staff", shop=people.find_shop(who.shop.slug))
    with shop_session(ravi) as shop:
        assert shop.who.sees_own_only
        assert "declined" in preparing.ready(shop, asha, "refill", WHATSAPP, values).refusal
    with shop_session(who, writes=True) as shop:
        consent.record(shop, asha, WHATSAPP, REMINDERS, ACCEPTED, "Said so in the shop")
        assert preparing.ready(shop, asha, "refill", WHATSAPP, values).refusal is None


@pytest.mark.parametrize("word", ["STOP", " stop! ", "Unsubscribe", "बंद", "थांबवा", "Arrêt", "ARRET", "simama"])
def test_a_word_that_means_stop(word):
    assert hooks.asks_to_stop(word)


@pytest.mark.parametrize("words", ["Please stop by on Friday", "no", "नहीं", "accha", "wait", "", "Stop it, you two"])
def test_words_that_mean_something_else(words):
    assert not hooks.asks_to_stop(words)


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ({"text": {"body": "Y\0es \ud83d"}}, "Yes ?"),
        ({"type": "image", "image": {"id": "1", "caption": "this one?"}}, "(image) this one?"),
        ({"type": "audio", "audio": {"id": "1"}}, "(audio)"),
        ({"type": "button", "button": {"text": "Yes", "payload": "x"}}, "Yes"),
        ({"type": "interactive", "interactive": {"type": "button_reply", "button_reply": {"title": "Yes"}}}, "Yes"),
        ({"type": "reaction", "reaction": {"emoji": "👍"}}, "👍"),
        ({"type": "unsupported", "errors": [{"code": 131051}]}, "(unsupported)"),
    ],
)
def test_replies_that_are_no_text_say_what_they_are(who, service, message, told):
    with shop_session(who, writes=True) as shop:
        connect_whatsapp(shop, service)
    assert tell(who, reply("", **message)).status_code == 200
    with shop_session(who) as shop:
        assert [row["body"] for row in outbox.replies(shop)] == [told]


def test_what_is_signed_wrongly_or_not_at_all_changes_nothing(who, sent):
    assert tell(who, status("wamid.1", "read"), secret="a guess").status_code == 403
    path = f"/webhooks/whatsapp/{hooks.token_of(who.shop.id, WHATSAPP)}"
    assert ask("POST", path, content=b"{}").status_code == 403
    assert standing(who, sent).status == "sent"


def test_what_nobody_understands_and_what_is_too_large_is_refused(who, sent):
    path = f"/webhooks/whatsapp/{hooks.token_of(who.shop.id, WHATSAPP)}"

    def signed(body: bytes) -> int:
        signature = "sha256=" + hmac.digest(APP_SECRET.encode(), body, "sha256").hex()
        return ask("POST", path, content=body, headers={"x-hub-signature-256": signature}).status_code

    no_value = b'{"entry": [{"changes": [{"field": "messages"}]}]}'
    for body in (b"", b"{", b"[]", b'{"entry": [1]}', no_value, b"\xff\xfe"):
        assert signed(body) == 400
    assert signed(b"x" * (hooks.LONGEST_BODY + 1)) == 413


def test_what_concerns_another_number_or_another_subject_is_left_alone(who, sent):
    assert tell(who, status("wamid.1", "read"), number="999").status_code == 200
    assert tell(who, status("wamid.1", "read"), field="account_update").status_code == 200
    assert tell(who, status("wamid.1", "warned")).status_code == 200
    assert standing(who, sent).status == "sent"


def sms(who, form: dict[str, str], *, query: str = "", secret: str = TOKEN) -> httpx.Response:
    """The SMS service tells something, signed as Twilio signs."""
    path = f"/webhooks/sms/{hooks.token_of(who.shop.id, SMS)}{query}"
    signed = f"https://shop.example.org{path}" + "".join(f"{name}{form[name]}" for name in sorted(form))
    signature = base64.b64encode(hmac.digest(secret.encode(), signed.encode(), "sha1")).decode()
    headers = {"x-twilio-signature": signature, "content-type": "application/x-www-form-urlencoded"}
    return ask("POST", path, content=urlencode(form).encode(), headers=headers)


def test_an_sms_service_tells_receipts_and_replies(who, service, monkeypatch):
    monkeypatch.setattr(sending, "shop_session", lambda who, **how: shop_session(who, **{"now": NOW, **how}))
    with shop_session(who, writes=True, now=NOW) as shop:
        connect_sms(shop, service)
        one, lost = queue(shop, SMS), queue(shop, SMS, "Bilal", phone="98811 20457")
    service.next_answers.extend([])
    sending.send_due(who.shop)
    sid = standing(who, one).provider_message_id
    assert sms(who, {"MessageSid": sid, "MessageStatus": "delivered"}).status_code == 200
    assert sms(who, {"MessageSid": sid, "MessageStatus": "sent"}).status_code == 200
    assert standing(who, one).status == "delivered"
    undelivered = {"MessageSid": "SMlost", "MessageStatus": "undelivered", "ErrorCode": "30006"}
    with shop_session(who, writes=True) as shop:
        shop.execute(
            preparing.Message.__table__.update()
            .where(preparing.Message.id == lost)
            .values(status="unknown", provider_message_id=None)
        )
    assert sms(who, undelivered, query=f"?message={lost}").status_code == 200
    assert (standing(who, lost).status, "landline" in standing(who, lost).error) == ("failed", True)
    answer = sms(who, {"MessageSid": "SM1", "From": "+919881120456", "To": "+14155550100", "Body": "STOP"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/xml; charset=utf-8")
    with shop_session(who) as shop:
        said = consent.current(shop, standing(who, one).customer_id)
        assert {said[SMS, purpose].state for purpose in consent.PURPOSES} == {DECLINED}
        assert said[WHATSAPP, REMINDERS].state != NOT_ASKED
    assert sms(who, {"MessageSid": "SM2", "From": "+919881120456", "Body": "x"}, secret="guess").status_code == 403
    with shop_session(who) as shop:
        assert shop.scalar(select(func.count()).select_from(MessageReply).where(MessageReply.shop_id == shop.id)) == 1
