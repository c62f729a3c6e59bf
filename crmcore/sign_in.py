"""Signing in: a password proves once who someone is, a token proves it from then on.

The token is 32 random bytes that only the browser keeps; the table holds its sha256, so that a copy of the database
signs nobody in. Whoever has a token is looked up anew on every page, which is why sign-out, a new password and a
switched-off account take effect at once.
"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from uuid import UUID

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from crmcore import people
from crmcore.database.gate import Who, global_session
from crmcore.errors import BadInput, NotAllowed, NotSignedIn, TooManyTries
from crmcore.models import ShopRecord, SignInFailure, SignInSession, Staff, StaffShop
from crmcore.passwords import LONGEST, hash_password

COOKIE = "regulars_session"  # where a browser keeps the token
LASTS = timedelta(hours=12)
LASTS_WHEN_KEPT = timedelta(days=30)
MOVES_ON_AFTER = timedelta(minutes=5)  # an expiry moves on with use, but is not written on every page

# Wrong passwords before each further try has to wait, and the longest such wait in seconds. Nobody is ever locked
# out for good, and a shop's staff behind one address don't wait for one another.
UNDER_ONE_NAME = (5, 60)
FROM_ONE_ADDRESS = (30, 300)
FORGOTTEN_AFTER = timedelta(days=1)

WRONG = "The sign-in name or the password is wrong."

CheckPassword = Callable[[str, str], bool]  # (what was typed, the stored hash) -> whether they belong together


def sign_in(
    login: str,
    password: str,
    *,
    check: CheckPassword,
    address: str,
    keep: bool = False,
    now: datetime | None = None,
) -> str:
    """Open a session for this person and return its token.

    `address` is where the request came from; `keep` makes the session last 30 days without use, else 12 hours.
    Raises NotSignedIn for a wrong name or password, alike and as slowly for both, and TooManyTries while one has to
    wait after too many of them.
    """
    moment = now or datetime.now(UTC)
    name, name_key, address_key = login.strip().lower(), _key("name", login), _key("address", address)
    with global_session() as connection:
        _count_try(connection, name_key, *UNDER_ONE_NAME, moment)
        _count_try(connection, address_key, *FROM_ONE_ADDRESS, moment)
        staff = connection.execute(select(Staff.id, Staff.password_hash).where(Staff.login == name)).one_or_none()
    usable = len(password.encode()) <= LONGEST and "\0" not in password
    right = check(password if usable else "", staff.password_hash if staff else nobodys_hash())
    if staff is None or not usable or not right:
        raise NotSignedIn(WRONG)
    homes = shops_of(staff.id)
    with global_session() as connection:
        connection.execute(delete(SignInFailure).where(SignInFailure.who == name_key))
        connection.execute(
            update(SignInFailure).where(SignInFailure.who == address_key).values(failures=SignInFailure.failures - 1)
        )
    if not homes:
        raise NotSignedIn("This account is switched off. Ask the owner of your shop.")
    purge(now=moment)
    return open_session(staff.id, homes[0].shop.id, keep, now=moment)


def ask_again(staff_id: UUID, password: str, *, check: CheckPassword, now: datetime | None = None) -> None:
    """Make sure that it is still this person before something only they may do.

    Raises BadInput for a wrong password, and TooManyTries while one has to wait after too many of them.
    """
    moment = now or datetime.now(UTC)
    with global_session() as connection:
        staff = connection.execute(select(Staff.login, Staff.password_hash).where(Staff.id == staff_id)).one()
        _count_try(connection, _key("name", staff.login), *UNDER_ONE_NAME, moment)
    usable = len(password.encode()) <= LONGEST and "\0" not in password
    if not usable or not check(password, staff.password_hash):
        raise BadInput("password", "The current password is wrong.")
    with global_session() as connection:
        connection.execute(delete(SignInFailure).where(SignInFailure.who == _key("name", staff.login)))


def open_session(staff_id: UUID, shop_id: UUID, keep: bool = False, *, now: datetime | None = None) -> str:
    """Sign this person in to this shop without asking for a password; return the token."""
    moment = now or datetime.now(UTC)
    with global_session() as connection:
        return _open(connection, staff_id, shop_id, LASTS_WHEN_KEPT if keep else LASTS, moment)


def who_has(token: str, *, now: datetime | None = None) -> Who | None:
    """The person this token belongs to, as their shop knows them at this moment; None if it is good no more."""
    moment = now or datetime.now(UTC)
    with global_session() as connection:
        session = connection.execute(
            select(SignInSession.staff_id, SignInSession.seen_at, ShopRecord)
            .join(ShopRecord, ShopRecord.id == SignInSession.shop_id)
            .where(SignInSession.token_hash == token_hash(token), SignInSession.expires_at > moment)
        ).one_or_none()
        if session is None:
            return None
        if session.seen_at < moment - MOVES_ON_AFTER:
            lasts = SignInSession.expires_at - SignInSession.seen_at
            connection.execute(
                update(SignInSession)
                .where(SignInSession.token_hash == token_hash(token))
                .values(seen_at=moment, expires_at=moment + lasts)
            )
    return people.who_is(people.as_shop(session), session.staff_id)


def shops_of(staff_id: UUID) -> list[Who]:
    """This person in every shop where their account is switched on, by the shop's name."""
    with global_session() as connection:
        shops = connection.execute(
            select(ShopRecord)
            .join(StaffShop, StaffShop.shop_id == ShopRecord.id)
            .where(StaffShop.staff_id == staff_id)
            .order_by(ShopRecord.name, ShopRecord.id)
        ).all()
    found = (people.who_is(people.as_shop(shop), staff_id) for shop in shops)
    return [who for who in found if who is not None]


def switch_shop(token: str, shop_id: UUID, *, now: datetime | None = None) -> str:
    """Exchange the token for one to another shop of the same person, which lasts as long.

    Raises NotSignedIn, or NotAllowed when the person does not belong to that shop. The old token is good no more, so
    that a page still open in the first shop can't write into the second.
    """
    moment = now or datetime.now(UTC)
    who = who_has(token, now=moment)
    if who is None or who.staff_id is None:
        raise NotSignedIn("Please sign in again.")
    if shop_id not in (home.shop.id for home in shops_of(who.staff_id)):
        raise NotAllowed("Your account does not belong to this shop. Ask its owner.")
    with global_session() as connection:
        old = connection.execute(
            delete(SignInSession)
            .where(SignInSession.token_hash == token_hash(token))
            .returning(SignInSession.expires_at, SignInSession.seen_at)
        ).one_or_none()
        if old is None:
            raise NotSignedIn("Please sign in again.")
        return _open(connection, who.staff_id, shop_id, old.expires_at - old.seen_at, moment)


def sign_out(token: str) -> None:
    """End the session, on every tab that uses it; a copy of the token is worth nothing from now on."""
    with global_session() as connection:
        connection.execute(delete(SignInSession).where(SignInSession.token_hash == token_hash(token)))


def purge(*, now: datetime | None = None) -> None:
    """Delete sessions that have expired and failures that are forgotten."""
    moment = now or datetime.now(UTC)
    with global_session() as connection:
        connection.execute(delete(SignInSession).where(SignInSession.expires_at <= moment))
        connection.execute(delete(SignInFailure).where(SignInFailure.last_failed_at <= moment - FORGOTTEN_AFTER))


def token_hash(token: str) -> bytes:
    """What the table keeps of a token."""
    return hashlib.sha256(token.encode()).digest()


@cache
def nobodys_hash() -> str:
    """A hash no password belongs to: checking an unknown name against it takes as long as a known one."""
    return hash_password(secrets.token_urlsafe(32))


def _open(connection: Connection, staff_id: UUID, shop_id: UUID, lasts: timedelta, moment: datetime) -> str:
    token = secrets.token_urlsafe(32)
    connection.execute(
        insert(SignInSession).values(
            token_hash=token_hash(token),
            staff_id=staff_id,
            shop_id=shop_id,
            created_at=moment,
            seen_at=moment,
            expires_at=moment + lasts,
        )
    )
    return token


def _key(kind: str, value: str) -> str:
    """How a failure is filed: hashed, because people sometimes type their password in place of their name."""
    return f"{kind} {hashlib.sha256(value.strip().lower().encode()).hexdigest()}"


def _count_try(connection: Connection, key: str, free: int, longest: int, moment: datetime) -> None:
    """Count the try before the password is looked at, so that many at once count as many."""
    connection.execute(
        upsert(SignInFailure).values(who=key, failures=0, last_failed_at=moment).on_conflict_do_nothing()
    )
    this = SignInFailure.who == key
    failures, last = connection.execute(
        select(SignInFailure.failures, SignInFailure.last_failed_at).where(this).with_for_update()
    ).one()
    if last <= moment - FORGOTTEN_AFTER:
        failures = 0
    if failures >= free:
        over = last + timedelta(seconds=min(longest, 2 ** min(failures - free, 30)))
        if over > moment:
            raise TooManyTries((over - moment).total_seconds())
    connection.execute(
        update(SignInFailure).where(this).values(failures=failures + 1, last_failed_at=func.greatest(last, moment))
    )
