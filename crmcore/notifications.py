"""What people are told in the app: somebody gave them something to do, or named them in a note."""

from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, func, insert, select, update

from crmcore.database.gate import ShopSession, new_id
from crmcore.models import Customer, Membership, Notification

LONGEST = 1000  # characters of what is told
MOST_COUNTED = 100  # unread ones beyond this are not counted: a bell says 99+
PAGE_SIZE = 30


def tell(
    shop: ShopSession,
    staff_id: UUID,
    what: str,
    body: str,
    *,
    subject: str | None = None,
    subject_id: UUID | None = None,
    customer_id: UUID | None = None,
) -> None:
    """Tell one person of the team something, in the same transaction as its cause. Nobody is told what they did.

    `what`: the kind of news, in words a program can compare ("follow-up given", "mentioned"). `body`: one sentence.
    `subject` and its id say what it is about, `customer_id` where a press leads.
    """
    if staff_id == shop.who.staff_id:
        return
    if not shop.writes:
        raise RuntimeError("Writing needs shop_session(who, writes=True)")
    shop.execute(
        insert(Notification).values(
            shop_id=shop.id,
            id=new_id(),
            staff_id=staff_id,
            what=what,
            body=shortened(body, LONGEST),
            subject=subject,
            subject_id=subject_id,
            customer_id=customer_id,
            created_at=shop.now,
            created_by=shop.who.staff_id,
        )
    )


def unread(shop: ShopSession) -> int:
    """How many things the person of this gate has not read yet; at most MOST_COUNTED."""
    if shop.who.staff_id is None:
        return 0
    some = select(Notification.id).where(*_own(shop), Notification.read_at.is_(None)).limit(MOST_COUNTED).subquery()
    return int(shop.scalar(select(func.count()).select_from(some)))


def newest(shop: ShopSession, *, limit: int = PAGE_SIZE, before: UUID | None = None) -> list[RowMapping]:
    """What the person of this gate was told, newest first, read or not, with `by`, the name of whose doing it is, and
    of a customer who is not hidden `shown_id` and `customer_name`.

    `before`: the id of the last one of the page before.
    """
    query = (
        select(
            Notification,
            Membership.name.label("by"),
            Customer.id.label("shown_id"),
            func.coalesce(Customer.name, Customer.company_name).label("customer_name"),
        )
        .outerjoin(
            Membership,
            (Membership.shop_id == Notification.shop_id) & (Membership.staff_id == Notification.created_by),
        )
        .outerjoin(
            Customer,
            (Customer.shop_id == Notification.shop_id)
            & (Customer.id == Notification.customer_id)
            & Customer.hidden_at.is_(None),
        )
        .where(*_own(shop))
        .order_by(Notification.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(Notification.id < before)
    return list(shop.execute(query).mappings())


def mark_read(shop: ShopSession, notification_id: UUID) -> None:
    """One is read; nothing happens if it was already, or is somebody else's."""
    _read(shop, Notification.id == notification_id)


def mark_all_read(shop: ShopSession, up_to: UUID) -> None:
    """Everything is read up to the newest one the person saw: what came after it stays unread."""
    _read(shop, Notification.id <= up_to)


def shortened(text: str, longest: int) -> str:
    """The text, with an ellipsis where it is longer than `longest`."""
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def _read(shop: ShopSession, *which: ColumnElement[bool]) -> None:
    unread_ones = (*_own(shop), Notification.read_at.is_(None), *which)
    shop.execute(update(Notification).where(*unread_ones).values(read_at=shop.now))


def _own(shop: ShopSession) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Notification.shop_id == shop.id, Notification.staff_id == shop.who.staff_id
