"""Consent: whether a customer wants to be written to or called, per channel and purpose, with its history.

Three states: not asked, accepted, declined. The newest record counts; older ones stay as its history.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from uuid import UUID

from sqlalchemy import RowMapping, insert, select

from crmcore import customers, texts, timeline
from crmcore.database.gate import ShopSession, new_id
from crmcore.errors import BadInput
from crmcore.models import Consent, Membership

NOT_ASKED, ACCEPTED, DECLINED = "not_asked", "accepted", "declined"
STATES = {NOT_ASKED: "Not asked", ACCEPTED: "Accepted", DECLINED: "Declined"}

WHATSAPP, SMS, EMAIL, CALL = "whatsapp", "sms", "email", "call"
CHANNELS = {WHATSAPP: "WhatsApp", SMS: "SMS", EMAIL: "E-mail", CALL: "Call"}

REMINDERS, MARKETING = "reminders", "marketing"
PURPOSES = {REMINDERS: "Reminders", MARKETING: "Offers and news"}

# Usual answers to "how do you know"; people may write their own.
SOURCES = ("Said so in the shop", "Said so on the phone", "Signed form", "Wrote to us")


@dataclass(frozen=True)
class Said:
    """What counts now for one channel and purpose. `by`: who recorded it; None for nobody yet, or not a person."""

    state: str = NOT_ASKED
    source: str = ""
    at: datetime | None = None
    by: str | None = None


def current(shop: ShopSession, customer_id: UUID) -> dict[tuple[str, str], Said]:
    """What counts now, by (channel, purpose); every pair is there."""
    shop.who.must("see customers")
    rows = shop.rows("messages/consents_of_customer", customer_id=customer_id)
    said = {
        (row["channel"], row["purpose"]): Said(row["state"], row["source"], row["recorded_at"], row["by"])
        for row in rows
    }
    return {pair: said.get(pair, Said()) for pair in ((one, why) for one in CHANNELS for why in PURPOSES)}


def history(shop: ShopSession, customer_id: UUID) -> list[RowMapping]:
    """Everything that was recorded, newest first: channel, purpose, state, source, recorded_at, by."""
    shop.who.must("see customers")
    query = (
        select(Consent, Membership.name.label("by"))
        .outerjoin(
            Membership, (Membership.shop_id == Consent.shop_id) & (Membership.staff_id == Consent.recorded_by)
        )
        .where(Consent.shop_id == shop.id, Consent.customer_id == customer_id)
        .order_by(Consent.recorded_at.desc(), Consent.id.desc())
    )
    return list(shop.execute(query).mappings())


def states_of(shop: ShopSession, customer_ids: Collection[UUID]) -> Mapping[tuple[UUID, str, str], str]:
    """The state of many customers at once, by (customer, channel, purpose); what is missing was not asked."""
    rows = shop.run("messages/consents_of_many", customer_ids=list(customer_ids))
    return {(row.customer_id, row.channel, row.purpose): row.state for row in rows}


def record_all(
    shop: ShopSession, customer_id: UUID, channels: Sequence[str], purposes: Sequence[str], state: str, source: str
) -> int:
    """Write one answer down for several channels and purposes; return how many it changed. Raises as `record` does."""
    if not (channels and purposes):
        raise BadInput("channel", "Choose at least one channel and one purpose.")
    pairs = product(channels, purposes)
    return sum(record(shop, customer_id, channel, purpose, state, source) for channel, purpose in pairs)


def record(shop: ShopSession, customer_id: UUID, channel: str, purpose: str, state: str, source: str) -> bool:
    """Write down what a customer said, and how the shop knows; False when the same was on record already.

    Raises BadInput for an unknown channel, purpose or state or a missing source, NotFound for an unknown customer.
    """
    shop.who.must("edit customers")
    given = (("channel", channel, CHANNELS), ("purpose", purpose, PURPOSES), ("state", state, STATES))
    for field, value, known in given:
        if value not in known:
            raise BadInput(field, f"“{value}” is not a {field} of consent. Use one of: {', '.join(known)}.")
    tidy = texts.one_line("source", "The source", source)
    if tidy is None:
        raise BadInput("source", "Say how you know, such as “Said so in the shop”.")
    customers.get(shop, customer_id)
    before = states_of(shop, [customer_id]).get((customer_id, channel, purpose), NOT_ASKED)
    if state == before:
        return False
    shop.execute(
        insert(Consent).values(
            shop_id=shop.id,
            id=new_id(),
            customer_id=customer_id,
            channel=channel,
            purpose=purpose,
            state=state,
            source=tidy,
            recorded_at=shop.now,
            recorded_by=shop.who.staff_id,
        )
    )
    timeline.note(
        shop,
        "consent recorded",
        "customer",
        customer_id,
        customer_id=customer_id,
        channel=channel,
        purpose=purpose,
        source=tidy,
        before={"state": before},
        after={"state": state},
    )
    return True


def stop(shop: ShopSession, customer_id: UUID, channel: str, source: str) -> None:
    """A customer wants no messages on this channel: no purpose is excepted."""
    for purpose in PURPOSES:
        record(shop, customer_id, channel, purpose, DECLINED, source)
