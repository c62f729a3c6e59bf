"""The seal on the record: a hash chain over the activities of each shop, so that nobody changes the past unseen.

Every link is an HMAC over the link before it and one activity, under this installation's secret, which the database
does not hold. Links are added in batches after the activities are written: who writes never waits for a seal.

    <REGULARS_HOME>/seals/<shop id>    the last position and link: outside the database, so that a record cut off
                                       at its end, or made anew from its start, is noticed too

What was changed before it was sealed (a few seconds, while a worker runs) can't be seen.
"""

import fcntl
import hmac
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text

from crmcore import people
from crmcore.database.gate import Shop, ShopSession, keeper, shop_session
from crmcore.errors import Conflict
from crmcore.settings import home_unusable, make_home, secret_key

BATCH = 5_000  # activities sealed in one transaction
MOST = 20  # breaks of a chain told one by one

# A transaction may commit long after its activities got their ids. What comes in later than this was forged, or
# somebody looks at it first.
LATEST = timedelta(days=1)

_ALONE = text("select pg_try_advisory_xact_lock(hashtextextended('seal ' || :shop, 0))")
_LINK_AT = text("select link from activity_chain where shop_id = :shop_id and position = :position")


class Anchor(NamedTuple):
    """The end of a chain as it is remembered outside the database."""

    position: int
    link: bytes


def seal(shop: Shop, *, late: bool = False) -> int:
    """Seal the activities of a shop that are not sealed yet; return how many. 0 too when another process is at it.

    `late` takes in those as well that came more than a day after newer ones were sealed: for whoever looked at them.
    Raises Conflict when the chain does not lead on from where it ended: sealing would cover up what happened.
    """
    sealed = 0
    while True:
        batch = _seal_batch(shop, late)
        sealed += batch
        if batch < BATCH:
            return sealed


def _seal_batch(shop: Shop, late: bool) -> int:
    # No lock of the shop is taken, neither shared nor alone: writers, imports and the sealer don't wait for each other.
    with shop_session(keeper(shop, via="worker"), seals=True) as session:
        if not session.scalar(_ALONE, {"shop": str(shop.id)}):
            return 0
        end = _end(session)
        if not _leads_on(session, end):
            raise Conflict(
                f"The record of {shop.name} was changed and is not sealed any further: `regulars doctor` says where."
            )
        since = UUID(int=0) if late else _not_late(session)
        lines = session.rows("record/unsealed", since=since, most=BATCH)
        if not lines:
            return 0
        key, links, link = _key(), [], end.link
        for line in lines:
            link = _link(key, link, line["line"])
            links.append(link)
        activity_ids = [line["activity_id"] for line in lines]
        session.run("record/seal", after=end.position, activity_ids=activity_ids, links=links)
    _remember(shop.id, Anchor(end.position + len(links), link))
    return len(links)


def verify(session: ShopSession) -> list[str]:
    """What is wrong with a shop's sealed record, in sentences; nothing when it is whole. Reads it as a stream."""
    try:
        anchor = _anchor(session.id)  # before the chain is read: meanwhile it can only grow
    except Conflict as damaged:
        return [str(damaged)]
    breaks = list(islice(_breaks(session, anchor), MOST + 1))
    if len(breaks) > MOST:
        breaks[MOST] = (
            f"More than {MOST} lines of the record do not fit. If all do: was the database brought here without the "
            "file `secret` of its old home?"
        )
    return breaks


def reanchor() -> None:
    """Take the ends of all chains for true as they are: after a restore, which goes back to an older record."""
    for shop in people.all_shops():
        with shop_session(keeper(shop, via="worker")) as session:
            end = _end(session)
        with _folder_alone() as folder:
            _write(folder / str(shop.id), end)


def _breaks(session: ShopSession, anchor: Anchor | None) -> Iterator[str]:
    key, position, link = _key(), 0, _beginning(session.id)
    for row in session.stream("record/links"):
        if row.position != position + 1:
            yield f"The record's seal jumps from line {position:,} to line {row.position:,}."
        elif row.line is None:
            yield f"Line {row.position:,} of the record, {_told(row.activity_id)}, is gone."
        elif not hmac.compare_digest(_link(key, link, row.line), row.link):
            yield f"Line {row.position:,} of the record, {_told(row.activity_id)}, is not what was sealed."
        if anchor and row.position == anchor.position and row.link != anchor.link:
            yield f"Line {row.position:,} of the record carries another seal than was kept outside the database."
        position, link = row.position, row.link
    if anchor and position < anchor.position:
        yield f"The record ends at line {position:,}; it was sealed up to line {anchor.position:,}."
    late = session.row("record/late", since=_not_late(session))
    if late["late"]:
        yield (
            f"{late['late']:,} lines came into the record more than a day late, the first {_told(late['first_id'])}: "
            "not sealed."
        )


def _told(activity_id: UUID) -> str:
    return f"{activity_id} of {_made_at(activity_id):%Y-%m-%d %H:%M} UTC"


# The chain


def _end(session: ShopSession) -> Anchor:
    row = session.run("record/newest_link").one_or_none()
    return Anchor(row.position, row.link) if row else Anchor(0, _beginning(session.id))


def _leads_on(session: ShopSession, end: Anchor) -> bool:
    """Whether the chain still holds the link that was remembered outside the database."""
    anchor = _anchor(session.id)
    if anchor is None or anchor == end:
        return True
    link = session.scalar(_LINK_AT, {"shop_id": session.id, "position": anchor.position})
    return anchor.position == 0 or link == anchor.link


def _beginning(shop_id: UUID) -> bytes:
    """What stands before the first link; another one in every shop."""
    return shop_id.bytes


def _link(key: bytes, before: bytes, line: str) -> bytes:
    return hmac.digest(key, before + line.encode(), "sha256")


def _key() -> bytes:
    return hmac.digest(secret_key(), b"seal of the record", "sha256")


# Ids of activities are uuids of version 7: the first 48 bits are the milliseconds since 1970.


def _not_late(session: ShopSession) -> UUID:
    """The id from which on activities may still come in: a day before the newest sealed one, or before now."""
    row = session.run("record/newest_link").one_or_none()
    if row is None:
        return UUID(int=0)
    since = min(_made_at(row.newest_activity), datetime.now(UTC)) - LATEST
    return UUID(int=max(0, int(since.timestamp() * 1000)) << 80)


def _made_at(activity_id: UUID) -> datetime:
    milliseconds = min(activity_id.int >> 80, 253_402_300_799_000)  # the year 9999: an id need not be one of ours
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


# The anchor


def _anchor(shop_id: UUID) -> Anchor | None:
    path = make_home() / "seals" / str(shop_id)
    try:
        position, link = path.read_text(encoding="ascii").split()
        return Anchor(int(position), bytes.fromhex(link))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise home_unusable(error) from error
    except ValueError as error:
        raise Conflict(f"{path} is damaged: put it back from a copy, or see to the record and remove it.") from error


def _remember(shop_id: UUID, end: Anchor) -> None:
    """Note how far the chain goes; never less far than was noted before."""
    with _folder_alone() as folder:
        noted = _anchor(shop_id)
        if noted is None or noted.position < end.position:
            _write(folder / str(shop_id), end)


@contextmanager
def _folder_alone() -> Iterator[Path]:
    """The folder of seals, for one process at a time."""
    folder = make_home() / "seals"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        file = os.open(folder / ".lock", os.O_RDONLY | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield folder
        finally:
            os.close(file)
    except OSError as error:
        raise home_unusable(error) from error


def _write(path: Path, end: Anchor) -> None:
    draft = path.with_name(f".{path.name}")
    draft.write_text(f"{end.position} {end.link.hex()}\n", encoding="ascii")
    draft.replace(path)
