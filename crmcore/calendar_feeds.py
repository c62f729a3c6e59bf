"""A person's work list as a calendar that a phone or a mail program subscribes to (RFC 5545).

Whoever asks has no sign-in: the address is the secret. It holds 256 random bits, only its hash is kept, and the person
can end it or take a new one at any time.
"""

import re
import secrets
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, insert, select

from crmcore import my_day, people, timeline
from crmcore.database.gate import Shop, ShopSession, global_session, shop_session
from crmcore.models import CalendarFeed, Customer, Opportunity, ShopRecord
from crmcore.my_day import WorkItem
from crmcore.settings import settings
from crmcore.sign_in import token_hash

BACK, AHEAD = timedelta(days=30), timedelta(days=365)
MOST = 1000  # entries; programs ask again and again, so an answer stays small
LASTS = timedelta(minutes=30)  # an entry with a time

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_LONGEST_LINE = 75  # bytes, without the line's end
_NAMELESS = {"customer": "A customer", "contact": "A contact", "lead": "A lead"}  # who goes by their number


def renew(shop: ShopSession) -> str:
    """Make an address for the person of this gate and return its token, which is not shown again.

    The address they had before is good no more.
    """
    staff_id = shop.who.staff_id
    assert staff_id is not None  # only people have a calendar
    token = secrets.token_urlsafe(32)
    shop.one_at_a_time(f"calendar of {staff_id}")
    shop.execute(delete(CalendarFeed).where(*_own(shop)))
    shop.execute(
        insert(CalendarFeed).values(
            token_hash=token_hash(token), shop_id=shop.id, staff_id=staff_id, created_at=shop.now
        )
    )
    timeline.note(shop, "calendar address made", "team member", staff_id)
    return token


def revoke(shop: ShopSession) -> None:
    """End the address of the person of this gate; nothing happens if they have none."""
    if shop.scalar(delete(CalendarFeed).where(*_own(shop)).returning(CalendarFeed.created_at)) is not None:
        timeline.note(shop, "calendar address ended", "team member", shop.who.staff_id)


def made_at(shop: ShopSession) -> datetime | None:
    """When the person of this gate took their address; None when they have none."""
    return shop.scalar(select(CalendarFeed.created_at).where(*_own(shop)))


def of_token(token: str, *, now: datetime | None = None) -> bytes | None:
    """The calendar an address leads to; None for one that is good no more, never was, or whose person is gone."""
    if not _TOKEN.fullmatch(token):
        return None
    with global_session() as connection:
        found = connection.execute(
            select(CalendarFeed.staff_id, ShopRecord)
            .join(ShopRecord, ShopRecord.id == CalendarFeed.shop_id)
            .where(CalendarFeed.token_hash == token_hash(token))
        ).one_or_none()
    who = people.who_is(people.as_shop(found), found.staff_id) if found else None
    if who is None or who.staff_id is None:
        return None
    with shop_session(who, now=now) as shop:
        items = my_day.between(shop, who.staff_id, shop.today - BACK, shop.today + AHEAD, MOST)
        items += expected_closes(shop, who.staff_id, shop.today - BACK, shop.today + AHEAD)
        return as_ics(sorted(items, key=lambda item: item.order)[:MOST], shop.shop, shop.now)


def expected_closes(shop: ShopSession, staff_id: UUID, since: date, until: date) -> list[WorkItem]:
    """The days on which this person's open opportunities are expected to close, as entries of a calendar."""
    if not shop.shop.has("pipeline"):
        return []
    query = (
        select(
            Opportunity.id,
            Opportunity.name,
            Opportunity.expected_close_on,
            Opportunity.customer_id,
            func.coalesce(Customer.name, Customer.company_name).label("customer_name"),
        )
        .outerjoin(Customer, (Customer.shop_id == Opportunity.shop_id) & (Customer.id == Opportunity.customer_id))
        .where(
            Opportunity.shop_id == shop.id,
            Opportunity.rep_id == staff_id,
            Opportunity.status == "open",
            Opportunity.expected_close_on.between(since, until),
        )
        .order_by(Opportunity.expected_close_on, Opportunity.id)
        .limit(MOST)
    )
    return [
        WorkItem(
            key=f"close:{row['id']}",
            kind="expected close",
            title=f"Expected to close: {row['name']}",
            due_on=row["expected_close_on"],
            opportunity_id=row["id"],
            customer_id=row["customer_id"],
            customer_name=row["customer_name"],
            assigned_to=staff_id,
        )
        for row in shop.execute(query).mappings()
    ]


def as_ics(items: list[WorkItem], shop: Shop, now: datetime) -> bytes:
    """The items as a calendar: all day, or half an hour from their time on the shop's clock."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Regulars//My day//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(f'My day, {shop.name}')}",
        f"X-WR-TIMEZONE:{_text(shop.timezone)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
    ]
    for item in items:
        lines += _event(item, shop, now)
    lines.append("END:VCALENDAR")
    return b"".join(b"%s\r\n" % part for line in lines for part in _folded(line))


def _event(item: WorkItem, shop: Shop, now: datetime) -> list[str]:
    about = item.about
    whom = about and (item.customer_name or _NAMELESS.get(about[0]))
    title = " ".join(item.title.split())
    address = settings().address
    where = f"/{about[0]}?id={about[1]}" if about else "/my_day"
    return [
        "BEGIN:VEVENT",
        f"UID:{item.key.replace(':', '-')}@regulars",
        f"DTSTAMP:{_moment(now)}",
        *_when(item, shop),
        f"SUMMARY:{_text(f'{whom}: {title}' if whom else title)}",
        *(["DESCRIPTION:For whoever comes first"] if item.assigned_to is None else []),
        *([f"URL:{address}{where}"] if address else []),
        "END:VEVENT",
    ]


def _when(item: WorkItem, shop: Shop) -> list[str]:
    if item.due_time is None:
        return [
            f"DTSTART;VALUE=DATE:{_day(item.due_on)}",
            f"DTEND;VALUE=DATE:{_day(item.due_on + timedelta(days=1))}",
            "TRANSP:TRANSPARENT",
        ]
    begins = datetime.combine(item.due_on, item.due_time, shop.zone).astimezone(UTC)
    return [f"DTSTART:{_moment(begins)}", f"DTEND:{_moment(begins + LASTS)}"]


def _day(day: date) -> str:
    return f"{day:%Y%m%d}"


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    """Text as a calendar holds it: separators escaped, no control characters."""
    plain = "".join(sign for sign in text if sign >= " " and sign != "\x7f")
    return re.sub(r"([\\;,])", r"\\\1", plain)


def _folded(line: str) -> Iterator[bytes]:
    """The line in pieces of at most 75 bytes, which begin with a blank from the second on; no letter is cut in two."""
    piece = b""
    for sign in line:
        letter = sign.encode()
        if len(piece) + len(letter) > _LONGEST_LINE:
            yield piece
            piece = b" "
        piece += letter
    yield piece


def _own(shop: ShopSession) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return CalendarFeed.shop_id == shop.id, CalendarFeed.staff_id == shop.who.staff_id
