"""Signing in: a password proves once who someone is, a token proves it from then on.

The token is 32 random bytes that only the browser keeps; the table holds its sha256, so that a copy of the database
signs nobody in. Whoever has a token is looked up anew on every page, which is why sign-out, a new password and a
switched-off account take effect at once.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_network
from uuid import UUID

from sqlalchemy import Connection, Row, delete, insert, select, update

from crmcore import people, tries
from crmcore.database.gate import Who, global_session
from crmcore.errors import BadInput, NotAllowed, NotSignedIn
from crmcore.models import ShopRecord, SignInSession, Staff, StaffShop
from crmcore.passwords import LONGEST, hash_password
from crmcore.tries import Limit

COOKIE = "regulars_session"  # where a browser keeps the token
LASTS = timedelta(hours=12)
LASTS_WHEN_KEPT = timedelta(days=30)
MOVES_ON_AFTER = timedelta(minutes=5)  # an expiry moves on with use, but is not written on every page

# Nobody can keep a named person out: wrong passwords are counted for that name at that address, and a browser in
# which the person has signed in before is counted by itself. Under one name alone nobody waits; when very many
# addresses try it, each address has fewer tries.
ONE_NAME_AT_ONE_ADDRESS = Limit(free=5, longest=60)
WHILE_MANY_TRY_THE_NAME = Limit(free=2, longest=600)
ONE_NAME = Limit(free=50, longest=0)
ONE_ADDRESS = Limit(free=30, longest=300)
ONE_BROWSER = Limit(free=5, longest=60)

WRONG = "The sign-in name or the password is wrong."

CheckPassword = Callable[[str, str], bool]  # (what was typed, the stored hash) -> whether they belong together


def sign_in(
    login: str,
    password: str,
    *,
    check: CheckPassword,
    address: str,
    mark: str = "",
    keep: bool = False,
    now: datetime | None = None,
) -> str:
    """Open a session for this person and return its token.

    `address` is where the request came from; `mark` is what the browser kept of `mark_of` this name, if anything;
    `keep` makes the session last 30 days without use, else 12 hours. Raises NotSignedIn for a wrong name or password,
    alike and as slowly for both, and TooManyTries while one has to wait after too many of them.
    """
    moment, name = now or datetime.now(UTC), login.strip().lower()
    with global_session() as connection:
        staff = _staff(connection, name)
        known = staff is not None and hmac.compare_digest(_mark(staff.password_hash).encode(), mark.encode())
        if known:
            strict, others = tries.count(connection, tries.key("browser", name), ONE_BROWSER, moment), []
        else:
            under_name = tries.count(connection, tries.key("name", name), ONE_NAME, moment)
            limit = WHILE_MANY_TRY_THE_NAME if under_name.left >= ONE_NAME.free else ONE_NAME_AT_ONE_ADDRESS
            network = network_of(address)
            strict = tries.count(connection, tries.key("name at address", name, network), limit, moment)
            others = [under_name, tries.count(connection, tries.key("address", network), ONE_ADDRESS, moment)]
    usable = len(password.encode()) <= LONGEST and "\0" not in password
    right = check(password if usable else "", staff.password_hash if staff else nobodys_hash())
    if staff is None or not usable or not right:
        raise NotSignedIn(WRONG)
    homes = shops_of(staff.id)
    with global_session() as connection:
        for one in others:
            tries.take_back(connection, one)
        tries.forget(connection, strict.key)
    if not homes:
        raise NotSignedIn("This account is switched off. Ask the owner of your shop.")
    purge(now=moment)
    return open_session(staff.id, homes[0].shop.id, keep, now=moment)


def mark_of(login: str) -> str:
    """What a browser keeps after this person signed in there, good until they have another password; "" for nobody.

    It signs nobody in. It only says that this is no stranger guessing.
    """
    with global_session() as connection:
        staff = _staff(connection, login.strip().lower())
    return _mark(staff.password_hash) if staff else ""


def ask_again(token: str, password: str, *, check: CheckPassword, now: datetime | None = None) -> None:
    """Make sure that it is still this person before something only they may do.

    Raises NotSignedIn, BadInput for a wrong password, and TooManyTries while one has to wait after too many of them.
    """
    moment, counted_under = now or datetime.now(UTC), _asked_again(token)
    who = who_has(token, now=moment)
    if who is None:
        raise NotSignedIn("Please sign in again.")
    with global_session() as connection:
        stored = connection.scalars(select(Staff.password_hash).where(Staff.id == who.staff_id)).one()
        tries.count(connection, counted_under, ONE_BROWSER, moment)
    usable = len(password.encode()) <= LONGEST and "\0" not in password
    if not usable or stored is None or not check(password, stored):
        raise BadInput("password", "The current password is wrong.")
    with global_session() as connection:
        tries.forget(connection, counted_under)


def open_session(staff_id: UUID, shop_id: UUID, keep: bool = False, *, now: datetime | None = None) -> str:
    """Sign this person in to this shop without asking for a password; return the token."""
    moment = now or datetime.now(UTC)
    with global_session() as connection:
        return _open(connection, staff_id, shop_id, keep, moment)


def who_has(token: str, *, now: datetime | None = None) -> Who | None:
    """The person this token belongs to, as their shop knows them at this moment; None if it is good no more."""
    moment = now or datetime.now(UTC)
    with global_session() as connection:
        session = connection.execute(
            select(SignInSession.staff_id, SignInSession.seen_at, SignInSession.kept, ShopRecord)
            .join(ShopRecord, ShopRecord.id == SignInSession.shop_id)
            .where(SignInSession.token_hash == token_hash(token), SignInSession.expires_at > moment)
        ).one_or_none()
        if session is None:
            return None
        if session.seen_at < moment - MOVES_ON_AFTER:
            connection.execute(
                update(SignInSession)
                .where(SignInSession.token_hash == token_hash(token))
                .values(seen_at=moment, expires_at=moment + _lasts(session.kept))
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


def switch_shop(token: str, shop_id: UUID, *, now: datetime | None = None) -> tuple[str, bool]:
    """Exchange the token for one to another shop of the same person; return it, and whether it is kept as the old was.

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
        kept = connection.scalar(
            delete(SignInSession).where(SignInSession.token_hash == token_hash(token)).returning(SignInSession.kept)
        )
        if kept is None:
            raise NotSignedIn("Please sign in again.")
        new = _open(connection, who.staff_id, shop_id, kept, moment)
        tries.rename(connection, _asked_again(token), _asked_again(new))
    return new, kept


def sign_out(token: str) -> None:
    """End the session, on every tab that uses it; a copy of the token is worth nothing from now on."""
    with global_session() as connection:
        connection.execute(delete(SignInSession).where(SignInSession.token_hash == token_hash(token)))


def purge(*, now: datetime | None = None) -> None:
    """Delete sessions that have expired and failures that are forgotten."""
    moment = now or datetime.now(UTC)
    with global_session() as connection:
        connection.execute(delete(SignInSession).where(SignInSession.expires_at <= moment))
        tries.purge(connection, moment)


def token_hash(token: str) -> bytes:
    """What the table keeps of a token."""
    return hashlib.sha256(token.encode()).digest()


@cache
def nobodys_hash() -> str:
    """A hash no password belongs to: checking an unknown name against it takes as long as a known one."""
    return hash_password(secrets.token_urlsafe(32))


def network_of(address: str) -> str:
    """What tries from one place have in common: an IPv4 address, or the half of an IPv6 one that a line is given."""
    try:
        return str(ip_network((address, 64), strict=False)) if ":" in address else address
    except ValueError:
        return address


def _staff(connection: Connection, name: str) -> Row[UUID, str | None] | None:
    """The sign-in of this name, if it is one that anybody could have."""
    if not re.fullmatch(people.LOGIN, name):
        return None
    return connection.execute(select(Staff.id, Staff.password_hash).where(Staff.login == name)).one_or_none()


def _mark(stored: str) -> str:
    return hmac.digest(stored.encode(), b"signed in here before", "sha256").hex()


def _asked_again(token: str) -> str:
    return tries.key("asked again", token)


def _lasts(kept: bool) -> timedelta:
    return LASTS_WHEN_KEPT if kept else LASTS


def _open(connection: Connection, staff_id: UUID, shop_id: UUID, kept: bool, moment: datetime) -> str:
    token = secrets.token_urlsafe(32)
    connection.execute(
        insert(SignInSession).values(
            token_hash=token_hash(token),
            staff_id=staff_id,
            shop_id=shop_id,
            kept=kept,
            created_at=moment,
            seen_at=moment,
            expires_at=moment + _lasts(kept),
        )
    )
    return token
