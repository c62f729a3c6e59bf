"""The morning mail: once a day and person, what is late and due today, where somebody gave an address and wants it.

Whoever has nothing to do that morning gets none. A row of `digests` makes it once, whatever number of workers: it is
written before the mail goes. When a worker ends in between, nobody knows whether the mail went; it is not sent again.
"""

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from crmcore import my_day, people, texts, timeline
from crmcore.database.gate import Shop, ShopSession, keeper, new_id, shop_session
from crmcore.errors import BadInput, NotFound
from crmcore.messages.carriers import smtp
from crmcore.messages.carriers.answers import REFUSED, SENT, UNKNOWN, Answer, Outgoing
from crmcore.models import Digest, Membership, ShopSetting
from crmcore.my_day import Day, Part, WorkItem
from crmcore.settings import MailServer, settings

log = logging.getLogger("regulars.digests")

USUAL_HOUR = 8  # of the shop's clock
HOURS = range(4, 13)
TOO_LATE_AFTER = 6  # hours: what could not go by then is no morning mail any more
MOST_TRIES = 4
BETWEEN_TRIES = timedelta(minutes=15)
LOST_AFTER = timedelta(minutes=30)  # far longer than handing a mail over takes
TOLD_FOR = timedelta(days=7)  # a mail that did not go is told by the doctor
ITEMS = 30  # that a mail names of each part of the list

_HOUR = "digest_hour"
_NOBODY_KNOWS = "The worker ended while it was sending this mail. It may have arrived, and is not sent again."


@dataclass(frozen=True)
class Wish:
    """What a person wants of the morning mail: where to, and whether at all."""

    email: str | None
    wants_mail: bool = True


@dataclass(frozen=True)
class Mail:
    """A morning mail, ready to go."""

    subject: str
    body: str


def can_be_sent() -> bool:
    """Whether this installation has a mail server for morning mails."""
    return settings().smtp_url is not None


def hour_of(shop: ShopSession) -> int:
    """The hour of the shop's clock from which the morning mail goes."""
    kept = shop.scalar(select(ShopSetting.value).where(ShopSetting.shop_id == shop.id, ShopSetting.key == _HOUR))
    return USUAL_HOUR if kept is None else int(kept)


def change_hour(shop: ShopSession, hour: int) -> None:
    """Have the morning mail go at another hour."""
    shop.who.must("manage settings")
    if hour not in HOURS:
        raise BadInput("hour", f"Choose an hour between {HOURS[0]} and {HOURS[-1]} o'clock for the morning mail.")
    before = hour_of(shop)
    if hour == before:
        return
    row = {"value": hour, "updated_at": shop.now, "updated_by": shop.who.staff_id}
    setting = upsert(ShopSetting).values(shop_id=shop.id, key=_HOUR, **row)
    shop.execute(setting.on_conflict_do_update(index_elements=["shop_id", "key"], set_=row))
    timeline.note(shop, "morning mail moved", "shop", shop.id, before={"hour": before}, after={"hour": hour})


def wish_of(shop: ShopSession, staff_id: UUID) -> Wish:
    """Where a person wants their morning mail. Raises NotFound for somebody who is not of this shop."""
    query = select(Membership.email, Membership.wants_digest)
    row = shop.execute(query.where(Membership.shop_id == shop.id, Membership.staff_id == staff_id)).one_or_none()
    if row is None:
        raise NotFound("This person is not in your team.")
    return Wish(row.email, row.wants_digest)


def change_wish(shop: ShopSession, wish: Wish) -> None:
    """Have the own morning mail go elsewhere, or not at all. Raises BadInput for what is no address."""
    me = shop.who.staff_id
    assert me is not None  # only people get mail
    new = Wish(texts.email_address("email", wish.email), wish.wants_mail)
    changed = timeline.changes(asdict(wish_of(shop, me)), asdict(new))
    if not changed["after"]:
        return
    stamp = {"updated_at": shop.now, "updated_by": me}
    values = {"email": new.email, "wants_digest": new.wants_mail, **stamp}
    shop.execute(update(Membership).where(Membership.shop_id == shop.id, Membership.staff_id == me).values(values))
    timeline.note(shop, "morning mail changed", "team member", me, **changed)


def latest_of(shop: ShopSession, staff_id: UUID) -> RowMapping | None:
    """A person's latest morning mail: its day, what became of it (`status`), and if it failed, why (`error`)."""
    query = select(Digest).where(Digest.shop_id == shop.id, Digest.staff_id == staff_id, Digest.status != "nothing")
    return shop.execute(query.order_by(Digest.day.desc()).limit(1)).mappings().one_or_none()


def are_due(shop: Shop, *, now: datetime | None = None) -> bool:
    """Whether this shop's hour has come and somebody there is to get a mail, or one was lost on its way."""
    if not can_be_sent():
        return False
    with shop_session(keeper(shop, via="worker"), now=now) as session:
        return _is_any_lost(session) or (_hour_has_come(session) and bool(_due(session)))


def send_due(shop: Shop, is_stopping: Callable[[], bool] = lambda: False, *, now: datetime | None = None) -> int:
    """Send the morning mails of a shop that are due; return how many went.

    When the mail server takes none, the rest waits: all would fail alike.
    """
    server = settings().mail_server()
    if server is None:
        return 0
    who = keeper(shop, via="worker")
    with shop_session(who, writes=True, now=now) as session:
        _give_up_lost(session)
        due = _due(session) if _hour_has_come(session) else []
    sent = 0
    for person in due:
        if is_stopping():
            break
        mail = _written(shop, person, now)
        with shop_session(who, writes=True, now=now) as session:
            is_ours, day = _claimed(session, person["staff_id"], mail), session.today
        if mail is None or not is_ours:
            continue
        answer = _carry(server, person["email"], mail)
        with shop_session(who, writes=True, now=now) as session:
            _write_down(session, person["staff_id"], day, answer)
        if answer.came == SENT:
            sent += 1
        elif answer.came not in (REFUSED, UNKNOWN):
            break
    return sent


def mail_for(shop: ShopSession, staff_id: UUID, name: str) -> Mail | None:
    """The morning mail of a person; None when nothing is late or due today."""
    day = my_day.of(shop, staff_id, shown=ITEMS)
    due = day.late.total + day.today.total
    if not due:
        return None
    things = "1 thing" if due == 1 else f"{due} things"
    late = f", {day.late.total} late" if day.late.total else ""
    return Mail(subject=f"{things} to do today at {shop.shop.name}{late}", body="\n".join(_lines(shop, day, name)))


def _lines(shop: ShopSession, day: Day, name: str) -> list[str]:
    address = settings().address
    lines = [f"Good morning, {name.split()[0]}.", ""]
    for title, part in (("OVERDUE", day.late), ("TODAY", day.today)):
        if part.total:
            lines += [title, *(_line(shop, item) for item in part.items), *_rest(part), ""]
    if day.coming.total:
        lines += [f"In the next {my_day.DAYS_AHEAD} days: {day.coming.total}.", ""]
    if address:
        lines += [f"My day: {address}/my_day", ""]
    return [*lines, "--", f"{shop.shop.name}. You can switch this mail off in Regulars, under Your account."]


def _line(shop: ShopSession, item: WorkItem) -> str:
    about = " ".join(item.title.split())
    told = about if item.customer_id is None else f"{item.customer_name or 'A customer'}: {about}"
    late = (shop.today - item.due_on).days
    when = f"{item.due_time:%H:%M} " if item.due_time and not late else ""
    since = f" ({late} day{'' if late == 1 else 's'} late)" if late else ""
    return f"- {when}{told}{since}"


def _rest(part: Part) -> list[str]:
    left = part.total - len(part.items)
    return [f"- and {left} more"] if left > 0 else []


def _hour_has_come(shop: ShopSession) -> bool:
    return 0 <= shop.now.astimezone(shop.zone).hour - hour_of(shop) < TOO_LATE_AFTER


def _due(shop: ShopSession) -> list[RowMapping]:
    return shop.rows("digests/due", day=shop.today, most_tries=MOST_TRIES, tried_before=shop.now - BETWEEN_TRIES)


def _written(shop: Shop, person: RowMapping, now: datetime | None) -> Mail | None:
    """The mail of a person, from what they may see themselves; None when there is nothing to do."""
    who = people.who_is(shop, person["staff_id"])
    if who is None:
        return None
    with shop_session(who, now=now) as session:
        return mail_for(session, person["staff_id"], person["name"])


def _claimed(shop: ShopSession, staff_id: UUID, mail: Mail | None) -> bool:
    """Make certain that no other worker sends this mail; write down as well that there is none to send."""
    row = {
        "shop_id": shop.id,
        "staff_id": staff_id,
        "day": shop.today,
        "status": "sending" if mail else "nothing",
        "created_at": shop.now,
        "tried_at": shop.now,
    }
    claim = upsert(Digest).values(**row, tries=1)
    claim = claim.on_conflict_do_update(
        index_elements=["shop_id", "staff_id", "day"],
        set_={
            "status": claim.excluded.status,
            "error": None,
            "tries": Digest.tries + 1,
            "tried_at": claim.excluded.tried_at,
        },
        where=(Digest.status == "failed") & (Digest.tries < MOST_TRIES) & (Digest.tried_at <= shop.now - BETWEEN_TRIES),
    )
    return shop.scalar(claim.returning(Digest.day)) is not None


def _carry(server: MailServer, to: str, mail: Mail) -> Answer:
    where = {
        "host": server.host,
        "port": str(server.port),
        "encryption": server.encryption,
        "username": server.user,
        "sender": server.sender,
        "sender_name": server.sender_name,
    }
    secrets = {"password": server.password.get_secret_value()}
    return smtp.deliver(where, secrets, Outgoing(new_id(), to, mail.body, mail.subject))


def troubles(shop: ShopSession) -> list[str]:
    """What became of the mails of the last days that nobody knows to have arrived: one sentence for each reason."""
    why = (
        select(Digest.error, func.count(), func.max(Digest.day))
        .where(
            Digest.shop_id == shop.id,
            Digest.status.in_(["failed", "unknown"]),
            Digest.day > shop.today - TOLD_FOR,
        )
        .group_by(Digest.error)
        .order_by(Digest.error)
    )
    return [
        f"{mails} morning mail{'' if mails == 1 else 's'} may not have arrived, the last of {day}: {error}"
        for error, mails, day in shop.execute(why)
    ]


def _write_down(shop: ShopSession, staff_id: UUID, day: date, answer: Answer) -> None:
    """What became of it. An address that is refused is not tried again."""
    became = {SENT: "sent", UNKNOWN: "unknown"}.get(answer.came, "failed")
    why = None if became == "sent" else answer.words.partition(": ")[0].rstrip(".") + "."
    values: dict[str, Any] = {"status": became, "error": why}
    if answer.came == REFUSED:
        values["tries"] = MOST_TRIES
    this = (Digest.shop_id == shop.id, Digest.staff_id == staff_id, Digest.day == day)
    shop.execute(update(Digest).where(*this).values(**values))
    if why:
        log.warning("%s, the morning mail of %s: %s", shop.shop.slug, staff_id, why)


def _is_any_lost(shop: ShopSession) -> bool:
    return bool(shop.scalar(select(exists().where(*_lost(shop)))))


def _give_up_lost(shop: ShopSession) -> None:
    lost = update(Digest).where(*_lost(shop)).values(status="unknown", error=_NOBODY_KNOWS)
    for staff_id in shop.execute(lost.returning(Digest.staff_id)).scalars():
        log.warning("%s, the morning mail of %s: %s", shop.shop.slug, staff_id, _NOBODY_KNOWS)


def _lost(shop: ShopSession) -> tuple[ColumnElement[bool], ...]:
    return Digest.shop_id == shop.id, Digest.status == "sending", Digest.tried_at < shop.now - LOST_AFTER
