"""Reaching a contact: the number to call, and a WhatsApp chat with the text of a first contact ready, where it may be.

Nobody on a contact sheet was asked for consent yet, so nothing goes by itself: a person calls, or opens the chat and
presses Sent. Whoever said no, as a customer or by writing STOP, is not written to.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping

from crmcore.database.gate import ShopSession
from crmcore.messages import consent, rules
from crmcore.messages.consent import DECLINED, MARKETING, WHATSAPP
from crmcore.messages.preparing import said_stop
from crmcore.messages.templates import fill, find
from crmcore.phones import chat_address

PURPOSE = "outreach"


@dataclass(frozen=True)
class Reach:
    """How to reach a contact. `call`: what a phone dials. `chat`: opens WhatsApp with `text` ready; None: `refusal`
    says why not."""

    call: str
    text: str
    chat: str | None
    refusal: str | None = None


def reach(shop: ShopSession, contact: Mapping[str, Any] | RowMapping) -> Reach:
    """The ways to reach a contact (a row of `contacts.get`) now."""
    template = find(shop, PURPOSE, WHATSAPP, None)
    values = {"name": contact["name"] or "", "shop": shop.shop.name, "staff": shop.who.name}
    text = fill(template, values).body
    refusal = _refusal(shop, contact)
    return Reach(
        call=f"tel:{contact['phone']}",
        text=text,
        chat=None if refusal else chat_address(contact["phone"], text),
        refusal=refusal,
    )


def _refusal(shop: ShopSession, contact: Mapping[str, Any] | RowMapping) -> str | None:
    phone = contact["phone"]
    if unreachable := rules.refused_by_address(WHATSAPP, phone, None):
        return unreachable
    if contact["whatsapp"] == "inactive":
        return "This number is not on WhatsApp: call instead."
    if said_stop(shop, WHATSAPP, [phone]):
        return "They wrote STOP: nothing goes to them on WhatsApp."
    customer_id = contact["customer_id"]
    if customer_id is not None:
        said = consent.states_of(shop, [customer_id]).get((customer_id, WHATSAPP, MARKETING))
        if said == DECLINED:
            return rules.refused_by_consent(WHATSAPP, MARKETING, DECLINED, rules.LINK, window_open=False)
    return rules.refused_by_hour(WHATSAPP, rules.of_shop(shop), shop.now, shop.zone)
