"""A post office for tests: customers who agreed, services connected on this machine, and messages on their way."""

from uuid import UUID

from services import ACCOUNT, PHONE_NUMBER_ID, TOKEN, MailServer, WebService
from sqlalchemy import insert, select

from crmcore import customers
from crmcore.database.gate import ShopSession, new_id
from crmcore.messages import consent, preparing, providers, templates
from crmcore.messages.consent import ACCEPTED, EMAIL, REMINDERS, SMS, WHATSAPP
from crmcore.models import Consent, Customer, Message

APP_SECRET = "what Meta signs with"
VALUES = {"medicine": "Metformin 500", "due_day": "26 January"}


def agreeing(shop: ShopSession, name: str = "Asha", phone: str | None = "98811 20456", **fields: str) -> UUID:
    """A customer who accepted everything on every channel."""
    customer_id = customers.create(shop, {"name": name, "phone": phone, **fields})
    for channel in (WHATSAPP, SMS, EMAIL):
        for purpose in consent.PURPOSES:
            consent.record(shop, customer_id, channel, purpose, ACCEPTED, "Signed form")
    return customer_id


def many_agreeing(shop: ShopSession, count: int) -> list[UUID]:
    """So many customers who accepted reminders on WhatsApp, made in two statements."""
    people = [
        {"shop_id": shop.id, "id": new_id(), "name": f"C{nth}", "phone": f"+9198811{nth:05}", "created_on": shop.today}
        for nth in range(count)
    ]
    shop.execute(insert(Customer), people)
    said = {"channel": WHATSAPP, "purpose": REMINDERS, "state": ACCEPTED, "source": "Signed form"}
    common = {"shop_id": shop.id, "recorded_at": shop.now, **said}
    shop.execute(insert(Consent), [{**common, "id": new_id(), "customer_id": one["id"]} for one in people])
    return [one["id"] for one in people]


def connect_whatsapp(shop: ShopSession, service: WebService, **given: str) -> None:
    """The shop's WhatsApp goes through the service of the test, with an approved template for refills."""
    secrets = {"access_token": TOKEN, "app_secret": APP_SECRET}
    fields = {"phone_number_id": PHONE_NUMBER_ID, "base": service.base, **secrets, **given}
    providers.connect(shop, "whatsapp_cloud", fields)
    if not templates.all_of(shop):
        body = "{name}, {medicine} ends {due_day}"
        new = templates.NewTemplate("refill", WHATSAPP, "en", "Refill", body, provider_name="refill_1")
        templates.add(shop, new)


def connect_sms(shop: ShopSession, service: WebService, **given: str) -> None:
    fields = {"account_sid": ACCOUNT, "sender": "+14155550100", "auth_token": TOKEN, "base": service.base, **given}
    providers.connect(shop, "twilio", fields)


def connect_mail(shop: ShopSession, server: MailServer, **given: str) -> None:
    where = {"host": "127.0.0.1", "port": str(server.port), "encryption": "none"}
    providers.connect(shop, "smtp", {**where, "sender": "shop@example.org", **given})


def queue(shop: ShopSession, channel: str = WHATSAPP, name: str = "Asha", **how: str) -> UUID:
    """A refill reminder on its way to a customer who agreed."""
    customer_id = agreeing(shop, name, **how)
    return preparing.prepare(shop, customer_id, "refill", channel, VALUES, by_service=True)


def message(shop: ShopSession, message_id: UUID) -> Message:
    """The message as it stands."""
    return shop.execute(select(Message).where(Message.shop_id == shop.id, Message.id == message_id)).one()


