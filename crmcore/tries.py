"""Slowing down whoever guesses passwords, without keeping anybody out for good.

Tries are counted under a key, before the password is looked at, so that many at once count as many. After some free
ones each further try has to wait, twice as long every time. Every ten minutes of peace forgive one; a right password
leaves things as if it had not been tried.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from crmcore.errors import TooManyTries
from crmcore.models import SignInFailure

ONE_FORGIVEN_EVERY = timedelta(minutes=10)
FORGOTTEN_AFTER = timedelta(days=1)
_COUNTED_ON = 10  # beyond the free tries: more of them make no wait longer, and would only be forgiven later


@dataclass(frozen=True)
class Limit:
    """`free`: wrong tries before one has to wait; `longest`: the longest wait in seconds."""

    free: int
    longest: int


@dataclass(frozen=True)
class Try:
    """A try that was counted. `failures`, `last`: what stood there before; `left`: of these, what is not forgiven."""

    key: str
    failures: int
    last: datetime
    left: int
    counted: int
    moment: datetime


def key(kind: str, *values: str) -> str:
    """What tries are counted under: hashed, because people sometimes type their password in place of their name."""
    together = "\0".join(values).encode(errors="replace")
    return f"{kind} {hashlib.sha256(together).hexdigest()}"


def count(connection: Connection, key: str, limit: Limit, moment: datetime) -> Try:
    """Count one try. Raises TooManyTries, and counts nothing, while one has to wait."""
    connection.execute(
        upsert(SignInFailure).values(who=key, failures=0, last_failed_at=moment).on_conflict_do_nothing()
    )
    this = SignInFailure.who == key
    failures, last = connection.execute(
        select(SignInFailure.failures, SignInFailure.last_failed_at).where(this).with_for_update()
    ).one()
    left = max(0, failures - max(0, (moment - last) // ONE_FORGIVEN_EVERY))
    if left >= limit.free:
        over = last + timedelta(seconds=min(limit.longest, 2 ** (left - limit.free)))
        if over > moment:
            raise TooManyTries((over - moment).total_seconds())
    counted, now = min(left + 1, limit.free + _COUNTED_ON), max(last, moment)
    connection.execute(update(SignInFailure).where(this).values(failures=counted, last_failed_at=now))
    return Try(key, failures, last, left, counted, now)


def take_back(connection: Connection, made: Try) -> None:
    """The try was right: put back what stood there before, or one less when others have tried since."""
    this = SignInFailure.who == made.key
    alone = (SignInFailure.failures == made.counted, SignInFailure.last_failed_at == made.moment)
    before = {"failures": made.failures, "last_failed_at": made.last}
    if not connection.execute(update(SignInFailure).where(this, *alone).values(**before)).rowcount:
        connection.execute(
            update(SignInFailure).where(this).values(failures=func.greatest(SignInFailure.failures - 1, 0))
        )


def forget(connection: Connection, key: str) -> None:
    """Begin anew under this key."""
    connection.execute(delete(SignInFailure).where(SignInFailure.who == key))


def rename(connection: Connection, old: str, new: str) -> None:
    """Go on counting under another key."""
    connection.execute(update(SignInFailure).where(SignInFailure.who == old).values(who=new))


def purge(connection: Connection, moment: datetime) -> None:
    """Delete what has been forgiven long since, without waiting for whoever is counted just now."""
    old = select(SignInFailure.who).where(SignInFailure.last_failed_at <= moment - FORGOTTEN_AFTER)
    connection.execute(delete(SignInFailure).where(SignInFailure.who.in_(old.with_for_update(skip_locked=True))))
