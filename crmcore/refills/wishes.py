"""What a customer wants of reminders: another lead time, another way, or a pause."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from crmcore import customer_numbers, customers, timeline
from crmcore.database.gate import ShopSession
from crmcore.errors import BadInput
from crmcore.messages import consent, preparing
from crmcore.messages.consent import CHANNELS, SMS, WHATSAPP
from crmcore.models import RefillWish
from crmcore.phones import can_be_texted, display
from crmcore.refills import making
from crmcore.refills.rules import MOST_LEAD_DAYS


@dataclass(frozen=True)
class Wishes:
    """`lead_days`, `channel`: None is as the shop does. Paused from `paused_on` until `paused_until`, or for good.

    `phone`: which of their numbers reminders go to; None, and one they have no more, is the customer's own.
    """

    lead_days: int | None = None
    channel: str | None = None
    paused_on: date | None = None
    paused_until: date | None = None
    phone: str | None = None

    def is_paused(self, today: date) -> bool:
        return self.paused_on is not None and (self.paused_until is None or today < self.paused_until)


def of_customer(shop: ShopSession, customer_id: UUID) -> Wishes:
    """What this customer wants."""
    shop.who.must("see customers")
    query = select(
        RefillWish.lead_days, RefillWish.channel, RefillWish.paused_on, RefillWish.paused_until, RefillWish.phone
    ).where(RefillWish.shop_id == shop.id, RefillWish.customer_id == customer_id)
    row = shop.execute(query).one_or_none()
    return Wishes(*row) if row else Wishes()


def change(shop: ShopSession, customer_id: UUID, new: Wishes) -> None:
    """Remind this customer as they want it from now on. Raises BadInput and NotFound."""
    shop.who.must("edit customers")
    if new.lead_days is not None and not 0 <= new.lead_days <= MOST_LEAD_DAYS:
        raise BadInput("lead_days", f"Remind 0 to {MOST_LEAD_DAYS} days before it runs out, not {new.lead_days}.")
    if new.channel is not None and new.channel not in CHANNELS:
        raise BadInput("channel", f"“{new.channel}” is no way to remind. Use one of: {', '.join(CHANNELS)}.")
    if new.paused_until is not None and new.paused_until <= shop.today:
        raise BadInput("paused_until", "A pause ends on a day to come. Choose a later day.")
    customers.on_file(shop, customer_id)
    before = vars(of_customer(shop, customer_id))
    after: dict[str, Any] = vars(new)
    changed = timeline.changes(before, after)
    if not changed["after"]:
        return
    if new.phone is not None and new.phone != before["phone"]:
        _must_be_theirs(shop, customer_id, new.phone)
    if new.phone is not None and new.channel in (WHATSAPP, SMS) and not can_be_texted(new.phone):
        number = display(new.phone, shop.shop.region)
        raise BadInput("phone", f"{number} takes calls only, no {CHANNELS[new.channel]}. Choose a mobile, or Call.")
    stamp = {"updated_at": shop.now, "updated_by": shop.who.staff_id}
    row = upsert(RefillWish).values(
        shop_id=shop.id, customer_id=customer_id, **after, **stamp,
        created_at=shop.now, created_by=shop.who.staff_id,
    )  # fmt: skip
    shop.execute(row.on_conflict_do_update(index_elements=["shop_id", "customer_id"], set_={**after, **stamp}))
    if "lead_days" in changed["after"]:
        making.remake(shop, [customer_id])
    making.drop_messages(shop, [customer_id])
    timeline.note(shop, "refill wishes changed", "customer", customer_id, customer_id=customer_id, **changed)
    if "phone" in changed["after"] and new.phone is not None:
        _heed_stop(shop, customer_id, new.phone)


def pause(
    shop: ShopSession, customer_id: UUID, until: date | None = None, *, days: int | None = None
) -> None:
    """No reminders to this customer until a day, for so many days, or until somebody says so."""
    before = of_customer(shop, customer_id)
    until = shop.today + timedelta(days=days) if days is not None else until
    change(shop, customer_id, replace(before, paused_on=shop.today, paused_until=until))


def resume(shop: ShopSession, customer_id: UUID) -> None:
    """Remind this customer again."""
    before = of_customer(shop, customer_id)
    change(shop, customer_id, replace(before, paused_on=None, paused_until=None))


def _must_be_theirs(shop: ShopSession, customer_id: UUID, phone: str) -> None:
    if phone not in customer_numbers.of_customer(shop, customer_id):
        number = display(phone, shop.shop.region)
        raise BadInput("phone", f"{number} is none of this customer’s numbers. Add it to them first, then choose it.")


def _heed_stop(shop: ShopSession, customer_id: UUID, phone: str) -> None:
    """Whoever wrote STOP from this number before, holds for this customer too."""
    for channel in (WHATSAPP, SMS):
        if preparing.said_stop(shop, channel, [phone]):
            consent.stop(shop, customer_id, channel, f"Wrote “stop” from {display(phone, shop.shop.region)}")
