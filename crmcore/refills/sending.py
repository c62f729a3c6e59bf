"""The messages that remind: as they would go, for a list of calls, and those that go by themselves in the morning.

A landline gets no message, and who declined, or wants to be called, is offered none: they are called.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from crmcore.database.gate import ShopSession
from crmcore.messages import consent, preparing, rules
from crmcore.messages.consent import CALL, DECLINED, EMAIL, REMINDERS, SMS, WHATSAPP
from crmcore.messages.preparing import Ready, Wanted
from crmcore.messages.purposes import REFILL
from crmcore.messages.templates import LONGEST_VALUE
from crmcore.models import Message
from crmcore.refills import rules as reminding
from crmcore.refills.reading import OVERDUE, TODAY, Call, calls

CHANNELS = (WHATSAPP, SMS, EMAIL)
_ALL = 1_000_000


@dataclass(frozen=True)
class Offer:
    """How a customer can be reminded. `message`: ready to send, or None with the reason in `why_not`.

    `may_call`: there is a number, and they did not decline to be called.
    """

    message: Ready | None
    why_not: str
    may_call: bool


def offers(shop: ShopSession, to: Sequence[Call]) -> dict[UUID, Offer]:
    """How each of these customers can be reminded: on the way they wish, else WhatsApp, else what reaches them."""
    shop.who.must("see messages")
    declined = declined_calls(shop, [one.customer_id for one in to])
    first: dict[UUID, Ready] = {}  # why nothing can go is told of the way that was tried first
    chosen: dict[UUID, Ready] = {}
    for nth in range(len(CHANNELS)):
        for channel in CHANNELS:
            asked = [one for one in to if one.customer_id not in chosen and _ways(one.wished_channel)[nth] == channel]
            if asked:
                texts = preparing.ready_many(shop, REFILL, channel, [_wanted(one) for one in asked])
                first = texts | first
                chosen |= {customer_id: text for customer_id, text in texts.items() if not text.is_unreachable}
    return {
        one.customer_id: _offer(
            one, chosen.get(one.customer_id) or first.get(one.customer_id), may_call=one.customer_id not in declined
        )
        for one in to
    }


def _offer(call: Call, text: Ready | None, *, may_call: bool) -> Offer:
    may_call = may_call and bool(call.phone)
    if call.wished_channel == CALL:
        return Offer(None, "Wants to be called.", may_call)
    if text is None or text.refusal:
        return Offer(None, text.refusal or "" if text else "", may_call)
    return Offer(text, "", may_call)


def declined_calls(shop: ShopSession, customer_ids: Sequence[UUID]) -> set[UUID]:
    """Who of these customers does not want to be called about reminders."""
    shop.who.must("see customers")
    said = consent.states_of(shop, customer_ids)
    return {one for one in customer_ids if said.get((one, CALL, REMINDERS)) == DECLINED}


def prepare_due(shop: ShopSession) -> None:
    """Hand reminders that are due to the connected services, to who agreed; each once. A part of every morning.

    Only where the shop wants it, on no day on which it reminds nobody, and only of what has not run out yet: anything
    else is for a person to say.
    """
    if not shop.shop.has("refills") or REFILL not in rules.of_shop(shop).automatic:
        return
    if reminding.of_shop(shop).skips(shop.today):
        return
    due = [one for part in (OVERDUE, TODAY) for one in calls(shop, part, limit=_ALL)]
    open_calls = [one for one in map(_not_yet_on_its_way, due) if one is not None and one.runs_out_on >= shop.today]
    by_wish: dict[tuple[str, ...], list[Call]] = {}
    for one in open_calls:
        if one.wished_channel != CALL:
            by_wish.setdefault(tuple(_ways(one.wished_channel)), []).append(one)
    for ways, theirs in by_wish.items():
        preparing.prepare_many(
            shop, REFILL, [_wanted(one) for one in theirs], ways, automatic=True, by_hand=False
        )
        _remember(shop, theirs)


def _remember(shop: ShopSession, of: Sequence[Call]) -> None:
    """Which message reminds of which."""
    by_key = {_key(one): one for one in of}
    query = select(Message.dedupe_key, Message.id).where(
        Message.shop_id == shop.id, Message.dedupe_key.in_(by_key)
    )
    pairs = [(reminder_id, row.id) for row in shop.execute(query) for reminder_id in by_key[row.dedupe_key].ids]
    if pairs:
        reminder_ids, message_ids = zip(*pairs, strict=True)
        shop.run("refills/carried_by", reminder_ids=list(reminder_ids), message_ids=list(message_ids))


def _not_yet_on_its_way(call: Call) -> Call | None:
    """The call without what a message was made of already."""
    left = tuple(one for one in call.reminders if one["message_id"] is None)
    return Call(
        call.customer_id, call.customer_name, call.phone, call.generic_preference, call.wished_channel, left
    ) if left else None


def _ways(wished: str | None) -> list[str]:
    """The channels in the order in which they are tried."""
    return sorted(CHANNELS, key=lambda channel: channel != wished)


def _wanted(call: Call) -> Wanted:
    values: dict[str, str | date] = {"medicine": _told(call), "due_day": call.runs_out_on}
    return Wanted(call.customer_id, values, _key(call))


def _key(call: Call) -> str:
    return f"refill:{call.ids[0]}"


def _told(call: Call) -> str:
    """The medicines, as many as a text has room for."""
    told, medicines = call.told, call.medicines
    for shown in range(len(medicines) - 1, 0, -1):
        if len(told) <= LONGEST_VALUE:
            break
        told = f"{', '.join(medicines[:shown])} and {len(medicines) - shown} more"
    return told[:LONGEST_VALUE]
