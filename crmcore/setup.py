"""The first owner and shop of an empty database, opened through an invitation that works once."""

import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, text, update

from crmcore import people
from crmcore.database.gate import OWNER, Shop, Who, global_session, keeper, shop_session
from crmcore.errors import Conflict, NotFound
from crmcore.models import SetupInvitation
from crmcore.people import NewMember, NewShop
from crmcore.sign_in import token_hash

LASTS = timedelta(hours=24)

TOO_OLD = "This set-up address is too old or was never given out. Start Regulars again to get a new one."
_ONE_AT_A_TIME = text("select pg_advisory_xact_lock(hashtextextended('first set-up', 0))")

USED = "Regulars is set up already. Sign in with the name and password chosen then."


def invite(*, now: datetime | None = None) -> str:
    """A new invitation, good once and for a day; return its token. Several may be open, the first use ends them all."""
    moment = now or datetime.now(UTC)
    token = secrets.token_urlsafe(32)
    with global_session() as connection:
        connection.execute(
            delete(SetupInvitation).where(SetupInvitation.expires_at <= moment, SetupInvitation.used_at.is_(None))
        )
        connection.execute(
            insert(SetupInvitation).values(token_hash=token_hash(token), created_at=moment, expires_at=moment + LASTS)
        )
    return token


def check(token: str, *, now: datetime | None = None) -> None:
    """Return if this invitation is good. Raises Conflict when the set-up is done already, else NotFound."""
    moment = now or datetime.now(UTC)
    with global_session() as connection:
        _check(connection, token, moment)


def _check(connection: Connection, token: str, moment: datetime) -> None:
    invitation = connection.execute(
        select(SetupInvitation).where(SetupInvitation.token_hash == token_hash(token))
    ).one_or_none()
    if not people.is_empty(connection):
        raise Conflict(USED) if invitation else NotFound(TOO_OLD)
    if invitation is None or invitation.used_at or invitation.expires_at <= moment:
        raise NotFound(TOO_OLD)


def open_first_shop(token: str, shop: NewShop, owner: NewMember, *, now: datetime | None = None) -> Who:
    """Use the invitation: open the shop and give its owner a sign-in, both or neither; return the owner.

    Raises BadInput, and as `check` does: of two at the same moment one comes too late, whichever invitation it has.
    """
    moment = now or datetime.now(UTC)
    check(token, now=moment)
    opened = people.shop_to_open(shop)
    with shop_session(keeper(opened, via="set-up page"), writes=True, now=moment) as session:
        session.execute(_ONE_AT_A_TIME)
        _check(session.connection, token, moment)  # anew: somebody else may have been first
        session.execute(
            update(SetupInvitation).where(SetupInvitation.token_hash == token_hash(token)).values(used_at=moment)
        )
        people.register(session)
        owner_id = people.add_member(session, owner)
        session.execute(delete(SetupInvitation).where(SetupInvitation.used_at.is_(None)))
    who = people.who_is(opened, owner_id)
    assert who is not None
    return who


def look_around(owner: Who) -> Shop:
    """Fill a demo shop of the same kind and let the owner in: made-up customers never mix with real ones."""
    from crmcore import demo  # slow to load and needed once

    assert owner.staff_id is not None
    shop = demo.make(owner.shop.kind)
    with shop_session(keeper(shop), writes=True) as session:
        people.admit(session, owner.staff_id, name=owner.name, role=OWNER, sells=True)
    return shop
