"""Sending: one message at a time is claimed, handed to its service, and marked with what came of it.

The claim is committed before the call. A worker that dies in between leaves the message "sending", which becomes
"unknown" after a while: it may have arrived, so a person decides, and it never goes again by itself.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import ColumnElement, RowMapping, exists, func, select, update

from crmcore import notifications, timeline
from crmcore.database.gate import OWNER, Shop, ShopSession, Who, keeper, new_id, shop_session
from crmcore.errors import Conflict, Unavailable
from crmcore.messages import consent, outbox, preparing, providers, rules
from crmcore.messages.carriers import CARRY, new_client
from crmcore.messages.carriers.answers import BROKEN, LATER, Answer, Outgoing
from crmcore.messages.carriers.answers import SENT as TAKEN
from crmcore.messages.carriers.answers import UNKNOWN as NOBODY_KNOWS
from crmcore.messages.consent import CHANNELS
from crmcore.messages.preparing import CANCELLED, FAILED, QUEUED, SENDING, SENT, UNKNOWN
from crmcore.models import Membership, Message, MessageProvider, MessageReceipt

log = logging.getLogger("regulars.messages")

LOST_AFTER = timedelta(minutes=10)  # far longer than a call and its marking may take
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))  # between tries; then it has failed
LEFT_AFTER = timedelta(hours=1)  # a message that could go and has not: no worker is running
MARKING_PATIENCE = 300.0  # seconds in which what came of a call is written down, though the shop is busy
_BETWEEN_MARKINGS = 1.0

_LOST = "The work stopped while this message went out. It may have arrived: ask, or look at the service's own list."


@dataclass(frozen=True)
class Claimed:
    """A message this worker alone may send, with the service that carries it."""

    message_id: UUID
    claim: UUID
    channel: str
    attempts: int
    outgoing: Outgoing
    kind: str
    settings: dict[str, str]
    secrets: dict[str, str]


def send_due(shop: Shop, stop: Callable[[], bool] = lambda: False) -> int:
    """Send what is due in a shop until nothing is left or `stop` says so; return how many were handed over."""
    who, handed_over = keeper(shop, via="worker"), 0
    with new_client() as client:
        while not stop():
            claimed = claim_next(who)
            if claimed is None:
                break
            settle(who, claimed, _carried(claimed, client))
            handed_over += 1
    return handed_over


def claim_next(who: Who) -> Claimed | None:
    """Claim the next message that is due and may still go; None when there is none. Those that may not are dropped."""
    while True:
        with shop_session(who, writes=True) as shop:
            ready = [one.channel for one in providers.all_of(shop).values() if one.carries and _is_free(one, shop)]
            if not ready:
                return None
            claim = new_id()
            row = shop.run("messages/claim", now=shop.now, channels=ready, claim=claim).mappings().one_or_none()
            if row is None:
                return None
            if _may_go(shop, row):
                kind, settings, secrets = providers.opened(shop, row["channel"])
                outgoing = Outgoing(
                    id=row["id"],
                    to=row["address"],
                    body=row["body"],
                    subject=row["subject"],
                    template_name=row["template_name"] if row["way"] == rules.TEMPLATE else None,
                    language=row["language"] or "en",
                    parameters=tuple(row["parameters"]),
                )
                return Claimed(row["id"], claim, row["channel"], row["attempts"], outgoing, kind, settings, secrets)


def settle(who: Who, claimed: Claimed, answer: Answer) -> None:
    """Write down what came of a call, however long the shop is busy: else it would count as unknown for no reason."""
    never, tries = threading.Event(), round(MARKING_PATIENCE / _BETWEEN_MARKINGS)
    for tries_left in reversed(range(tries)):
        try:
            with shop_session(who, writes=True) as shop:
                mark(shop, claimed, answer)
            return
        except (Unavailable, Conflict):
            if not tries_left:
                raise
            never.wait(_BETWEEN_MARKINGS)


def mark(shop: ShopSession, claimed: Claimed, answer: Answer) -> None:
    """Set the message to what came of its call, unless somebody decided about it meanwhile."""
    message = _ours(shop, claimed)
    if message is None:
        return
    if answer.came == TAKEN:
        _mark_sent(shop, message, answer.id)
    elif answer.came == NOBODY_KNOWS:
        _set(shop, message.id, status=UNKNOWN, error=answer.words)
    elif answer.came == BROKEN:
        _try_again(shop, message, shop.now, attempts=message.attempts - 1, error=answer.words)
        _stop_service(shop, message.channel, answer.words)
    elif answer.came == LATER and answer.wait is not None:
        until = shop.now + answer.wait
        _try_again(shop, message, until, attempts=message.attempts - 1, error=answer.words)
        this = (MessageProvider.shop_id == shop.id, MessageProvider.channel == message.channel)
        shop.execute(update(MessageProvider).where(*this).values(wait_until=until))
    elif answer.came == LATER and message.attempts <= len(WAITS):
        goes_at = rules.goes_at(
            message.channel, rules.of_shop(shop), shop.now + WAITS[message.attempts - 1], shop.zone
        )
        _try_again(shop, message, goes_at, attempts=message.attempts, error=answer.words)
    else:
        _mark_failed(shop, message, answer)


def is_any_due(shop: ShopSession) -> bool:
    """Whether a message waits that could go now."""
    ready = [one.channel for one in providers.all_of(shop).values() if one.carries and _is_free(one, shop)]
    due = exists().where(
        Message.shop_id == shop.id,
        Message.status == QUEUED,
        Message.next_try_at <= shop.now,
        Message.channel.in_(ready),
    )
    return bool(ready) and bool(shop.scalar(select(due)))


def left_waiting(shop: ShopSession) -> int:
    """How many messages should have gone more than an hour ago, though their service takes messages."""
    ready = [one.channel for one in providers.all_of(shop).values() if one.carries and _is_free(one, shop)]
    late = select(func.count()).where(
        Message.shop_id == shop.id,
        Message.status == QUEUED,
        Message.next_try_at < shop.now - LEFT_AFTER,
        Message.channel.in_(ready),
    )
    return int(shop.scalar(late)) if ready else 0


def is_any_lost(shop: ShopSession) -> bool:
    """Whether a message is under way that no worker can be sending any more."""
    return bool(shop.scalar(select(exists().where(*_lost(shop)))))


def give_up_lost(shop: ShopSession) -> int:
    """Messages whose worker never said what came of them become unknown, for a person to decide; return how many."""
    lost = update(Message).where(*_lost(shop)).values(status=UNKNOWN, error=_LOST, updated_at=shop.now)
    given_up = shop.execute(lost.returning(Message.id)).all()
    if given_up:
        timeline.note(shop, "messages given up as unknown", "message", important=True, count=len(given_up))
        tell_keepers(shop, "message unknown", f"Of {_several(len(given_up))} nobody knows whether they arrived.")
    return len(given_up)


def _lost(shop: ShopSession) -> tuple[ColumnElement[bool], ...]:
    return (
        Message.shop_id == shop.id,
        Message.status == SENDING,
        Message.claimed_at < shop.now - LOST_AFTER,
    )


def tell_keepers(shop: ShopSession, what: str, body: str, customer_id: UUID | None = None) -> None:
    """Tell the active owners."""
    owners = select(Membership.staff_id).where(
        Membership.shop_id == shop.id, Membership.role == OWNER, Membership.is_active
    )
    for staff_id in shop.execute(owners).scalars().all():
        notifications.tell(shop, staff_id, what, body, subject="message", customer_id=customer_id)


def _carried(claimed: Claimed, client: httpx.Client) -> Answer:
    return CARRY[claimed.kind](claimed.settings, claimed.secrets, claimed.outgoing, client)


def _is_free(provider: providers.Provider, shop: ShopSession) -> bool:
    return provider.wait_until is None or provider.wait_until <= shop.now


def _may_go(shop: ShopSession, row: RowMapping) -> bool:
    """Whether a claimed message may still go; one that may not is dropped, one that is due at night waits."""
    kept = rules.of_shop(shop)
    if rules.refused_by_hour(row["channel"], kept, shop.now, shop.zone):
        goes_at = kept.first_loud(shop.now, shop.zone)
        _set(shop, row["id"], status=QUEUED, next_try_at=goes_at, attempts=row["attempts"] - 1, claim=None)
        return False
    refusal = preparing.refused_now(shop, row, row["way"])
    if refusal:
        _set(shop, row["id"], status=CANCELLED, error=refusal, next_try_at=None, claim=None)
        _note(shop, "message dropped", row["id"], row["customer_id"], row["channel"], why=refusal)
    return refusal is None


@dataclass(frozen=True)
class _Ours:
    id: UUID
    customer_id: UUID | None
    channel: str
    purpose: str
    body: str
    attempts: int


def _ours(shop: ShopSession, claimed: Claimed) -> _Ours | None:
    """The message, locked, if this worker's claim on it still stands; being given up as unknown does not end it."""
    query = select(
        Message.id, Message.customer_id, Message.channel, Message.purpose, Message.body, Message.attempts
    ).where(
        Message.shop_id == shop.id,
        Message.id == claimed.message_id,
        Message.claim == claimed.claim,
        Message.status.in_((SENDING, UNKNOWN)),
    )
    row = shop.execute(query.with_for_update()).one_or_none()
    return _Ours(*row) if row else None


def _mark_sent(shop: ShopSession, message: _Ours, provider_message_id: str | None) -> None:
    """It went; and what the service told meanwhile counts at once."""
    status, error = SENT, None
    moments: dict[str, object] = {}
    if provider_message_id is not None:
        told = select(MessageReceipt.status, MessageReceipt.at, MessageReceipt.error).where(
            MessageReceipt.shop_id == shop.id,
            MessageReceipt.channel == message.channel,
            MessageReceipt.provider_message_id == provider_message_id,
        )
        for receipt in shop.execute(told):
            status = outbox.advanced(status, receipt.status)
            moments |= moment_of(receipt.status, receipt.at)
            error = receipt.error if status == FAILED else None
    _set(
        shop,
        message.id,
        **{"sent_at": shop.now} | moments | {"status": status, "error": error},
        provider_message_id=provider_message_id,
        next_try_at=None,
    )
    outbox.note_sent(shop, vars(message))


def moment_of(status: str, at: object) -> dict[str, object]:
    """The column that keeps when this happened."""
    column = {"sent": "sent_at", "delivered": "delivered_at", "read": "read_at"}.get(status)
    return {column: at} if column else {}


def _mark_failed(shop: ShopSession, message: _Ours, answer: Answer) -> None:
    _set(shop, message.id, status=FAILED, error=answer.words, next_try_at=None)
    note_failed(shop, message.id, message.customer_id, message.channel, answer.words)
    if answer.asks_to_stop and message.customer_id is not None:
        consent.stop(shop, message.customer_id, message.channel, f"{CHANNELS[message.channel]} told us")


def note_failed(shop: ShopSession, message_id: UUID, customer_id: UUID | None, channel: str, why: str) -> None:
    """Put a message that failed on the customer's timeline, with the reason."""
    _note(shop, "message failed", message_id, customer_id, channel, why=why)


def _try_again(shop: ShopSession, message: _Ours, goes_at: object, *, attempts: int, error: str) -> None:
    _set(shop, message.id, status=QUEUED, next_try_at=goes_at, attempts=attempts, error=error, claim=None)


def _stop_service(shop: ShopSession, channel: str, words: str) -> None:
    """Hand nothing more to a service that takes nothing, and say so once."""
    this = (MessageProvider.shop_id == shop.id, MessageProvider.channel == channel, MessageProvider.trouble.is_(None))
    if shop.execute(update(MessageProvider).where(*this).values(trouble=words)).rowcount:
        timeline.note(shop, "message service in trouble", "message service", important=True, channel=channel, why=words)
        tell_keepers(shop, "message service in trouble", f"{CHANNELS[channel]} messages wait: {words}")


def _set(shop: ShopSession, message_id: UUID, **values: object) -> None:
    this = (Message.shop_id == shop.id, Message.id == message_id)
    shop.execute(update(Message).where(*this).values(**values, updated_at=shop.now))


def _note(
    shop: ShopSession, what: str, message_id: UUID, customer_id: UUID | None, channel: str, **detail: Any
) -> None:
    timeline.note(shop, what, "message", message_id, customer_id=customer_id, channel=channel, **detail)


def _several(count: int) -> str:
    return "one message" if count == 1 else f"{count:,} messages"
