"""Shops and the people in them: who may sign in where, and with which rights."""

import re
from dataclasses import dataclass
from functools import cache
from uuid import UUID
from zoneinfo import available_timezones

from babel.numbers import list_currencies
from phonenumbers import SUPPORTED_REGIONS
from sqlalchemy import Connection, Select, delete, exists, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError

from crmcore import modules, texts, timeline
from crmcore.database.gate import (
    OWNER,
    ROLES,
    STAFF,
    Shop,
    ShopSession,
    Who,
    broken_constraint,
    global_session,
    keeper,
    new_id,
    shop_session,
)
from crmcore.errors import BadInput, Conflict, NotAllowed, NotFound
from crmcore.models import (
    CalendarFeed,
    Customer,
    Membership,
    Order,
    ShopRecord,
    SignInSession,
    Staff,
    StaffShop,
    Visit,
)
from crmcore.passwords import hash_password

LOGIN = r"[a-z0-9._@+-]{2,100}"  # what a sign-in name may be

KINDS = {
    "showroom": "Showroom",
    "counter": "Retail counter",
    "storefront": "Online storefront",
    "pharmacy": "Pharmacy",
    "business": "Business sales",
}


@dataclass(frozen=True)
class NewShop:
    """A shop to be opened. `currency` ISO 4217, `region` ISO 3166 alpha-2 (its phone numbers), `timezone` IANA."""

    slug: str
    name: str
    kind: str
    currency: str
    region: str
    timezone: str
    is_demo: bool = False

    def check(self) -> None:
        """Raise BadInput naming the first field that can't be used."""
        if not re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?", self.slug):
            raise BadInput("slug", f"“{self.slug}” can't be a shop's short name: use a-z, 0-9 and hyphens.")
        tidy_name("shop", self.name)
        if self.kind not in KINDS:
            raise BadInput("kind", f"“{self.kind}” is not a kind of shop. Use one of: {', '.join(KINDS)}.")
        if self.currency not in _currencies():
            raise BadInput("currency", f"“{self.currency}” is not a currency code such as INR, GHS or USD.")
        if self.region not in SUPPORTED_REGIONS:
            raise BadInput("region", f"“{self.region}” is not a country code such as IN, GH or US.")
        if self.timezone not in _zones():
            raise BadInput("timezone", f"“{self.timezone}” is not a time zone such as Asia/Kolkata.")


@cache
def _zones() -> set[str]:
    return available_timezones()  # reads the whole folder of them


@cache
def _currencies() -> frozenset[str]:
    return frozenset(list_currencies())


def tidy_name(of_what: str, typed: str) -> str:
    """The name of a shop or a person as it is kept: on one line, 1 to 200 characters. Raises BadInput."""
    name = texts.one_line("name", f"The name of a {of_what}", typed, 200)
    if name is None:
        raise BadInput("name", f"Give the {of_what} a name of 1 to 200 characters.")
    return name


def open_shop(new: NewShop) -> Shop:
    """Create the shop. Raises BadInput for a field that can't be used or a short name that is taken."""
    shop = shop_to_open(new)
    with shop_session(keeper(shop), writes=True) as session:
        register(session)
    return shop


def shop_to_open(new: NewShop) -> Shop:
    """The shop as it will be, with its id; nothing is written yet. Raises BadInput."""
    new.check()
    return Shop(
        id=new_id(),
        slug=new.slug,
        name=tidy_name("shop", new.name),
        kind=new.kind,
        region=new.region,
        currency=new.currency,
        timezone=new.timezone,
        is_demo=new.is_demo,
        modules=modules.of_kind(new.kind),
    )


def register(session: ShopSession) -> None:
    """Write the shop down in a gate that was opened to it. Raises BadInput when its short name is taken."""
    shop = session.shop
    try:
        session.execute(insert(ShopRecord).values(**vars(shop) | {"modules": list(shop.modules)}))
    except IntegrityError as error:
        if broken_constraint(error).startswith("shops_slug_once"):
            raise BadInput("slug", f"There is a shop called “{shop.slug}” already. Choose another name.") from error
        raise
    if shop.has("pipeline"):
        from crmcore.pipeline import stages  # which know the people, who begin with shops

        stages.begin(session)
    timeline.note(session, "shop opened", "shop", shop.id, important=True, name=shop.name, kind=shop.kind)


def find_shop(slug: str) -> Shop:
    """The shop with this short name. Raises NotFound."""
    with global_session() as connection:
        row = connection.execute(select(ShopRecord).where(ShopRecord.slug == slug)).one_or_none()
    if row is None:
        raise NotFound(f"There is no shop called “{slug}”. `regulars shop list` shows them all.")
    return as_shop(row)


def shop_with_id(shop_id: UUID) -> Shop | None:
    """The shop with this id, or None when it is not, or no longer, there."""
    with global_session() as connection:
        row = connection.execute(select(ShopRecord).where(ShopRecord.id == shop_id)).one_or_none()
    return as_shop(row) if row else None


def all_shops() -> list[Shop]:
    """Every shop in this database, by name: for whoever keeps the machine."""
    with global_session() as connection:
        return [as_shop(row) for row in connection.execute(select(ShopRecord).order_by(ShopRecord.name))]


def as_shop(row: object) -> Shop:
    """A row of the table shops as the Shop the gate carries."""
    kept = {name: getattr(row, name) for name in Shop.__dataclass_fields__}
    return Shop(**kept | {"modules": tuple(kept["modules"])})


@dataclass(frozen=True)
class NewMember:
    """A person to be given a sign-in. `sells`: may be a sales rep. `medical`: may read medical data."""

    login: str
    name: str
    role: str
    password: str
    sells: bool = False
    medical: bool = False

    def check(self) -> None:
        if not re.fullmatch(LOGIN, self.login):
            raise BadInput("login", f"“{self.login}” can't be a sign-in name: use 2 or more of a-z, 0-9 . _ - @ +")
        tidy_name("person", self.name)
        if self.role not in ROLES:
            raise BadInput("role", f"“{self.role}” is not a role. Use one of: {', '.join(ROLES)}.")


def add_member(shop: ShopSession, new: NewMember) -> UUID:
    """Give a person a sign-in for this shop; return the id. Raises BadInput, also when the name is taken."""
    shop.who.must("manage team")
    new.check()
    staff_id = new_id()
    password_hash = hash_password(new.password)
    added = shop.scalar(
        upsert(Staff)
        .values(id=staff_id, login=new.login, password_hash=password_hash)
        .on_conflict_do_nothing(constraint="staff_login_once")
        .returning(Staff.id)
    )
    if added is None:
        raise _taken(new.login)
    _seat(shop, staff_id, new)
    return staff_id


def add_without_sign_in(shop: ShopSession, name: str) -> UUID:
    """Put a sales rep into the team who can't sign in yet, such as one named in a file; return the id.

    They stand in every figure of reps like the others. `give_sign_in` lets them in later. Raises BadInput.
    """
    shop.who.must("import")
    staff_id = new_id()
    shop.execute(insert(Staff).values(id=staff_id))
    _seat(shop, staff_id, NewMember("", name, STAFF, password="", sells=True))
    return staff_id


def give_sign_in(shop: ShopSession, staff_id: UUID, login: str, password: str) -> None:
    """Let a person of the team who could not sign in do so from now on; all that was theirs stays theirs.

    Raises BadInput for a name that can't be used or is taken and for a bad password, Conflict for somebody who signs
    in already, NotFound.
    """
    shop.who.must("manage team")
    there = member(shop, staff_id)
    if there.login is not None:
        raise Conflict(f"{there.name} signs in as {there.login} already.")
    NewMember(login, there.name, there.role, password).check()
    password_hash = hash_password(password)
    try:
        with shop.connection.begin_nested():
            given = shop.scalar(
                update(Staff)
                .where(Staff.id == staff_id, Staff.login.is_(None))
                .values(login=login, password_hash=password_hash, password_changed_at=shop.now)
                .returning(Staff.id)
            )
    except IntegrityError as error:
        if broken_constraint(error).startswith("staff_login_once"):
            raise _taken(login) from error
        raise
    if given is None:
        raise Conflict(f"Somebody else has just given {there.name} a sign-in. Look at it, and change it if need be.")
    timeline.note(shop, "sign-in given", "team member", staff_id, name=there.name, login=login)


def _taken(login: str) -> BadInput:
    return BadInput("login", f"The sign-in name “{login}” is taken. Choose another.")


def admit(shop: ShopSession, staff_id: UUID, *, name: str, role: str, sells: bool = False) -> None:
    """Let somebody who has a sign-in for another shop into this one too, with rights of its own.

    Only whoever keeps the machine may: an owner would reach for the sign-ins of other shops.
    """
    if shop.who.staff_id is not None:
        raise NotAllowed("Only whoever keeps the machine can let someone of another shop into yours.")
    login = shop.scalar(select(Staff.login).where(Staff.id == staff_id))
    _seat(shop, staff_id, NewMember(login, name, role, password="", sells=sells))


def _seat(shop: ShopSession, staff_id: UUID, new: NewMember) -> None:
    name = tidy_name("person", new.name)
    shop.execute(insert(StaffShop).values(staff_id=staff_id, shop_id=shop.id))
    shop.execute(
        insert(Membership).values(
            shop_id=shop.id,
            staff_id=staff_id,
            name=name,
            role=new.role,
            sells=new.sells,
            medical=new.medical,
            created_at=shop.now,
            created_by=shop.who.staff_id,
            updated_at=shop.now,
            updated_by=shop.who.staff_id,
        )
    )
    timeline.note(shop, "team member added", "team member", staff_id, name=name, role=new.role, login=new.login or None)


@dataclass(frozen=True)
class Member:
    """A person of the team as the shop knows them. `login`: the name they sign in with, None when they can't yet."""

    staff_id: UUID
    login: str | None
    name: str
    role: str
    sells: bool
    medical: bool
    is_active: bool


def members(shop: ShopSession, *, only_active: bool = False) -> list[Member]:
    """Everyone of the team, active first, by name."""
    shop.who.must("see team")
    query = _members(shop).order_by(Membership.is_active.desc(), Membership.name)
    if only_active:
        query = query.where(Membership.is_active)
    return [Member(*row) for row in shop.execute(query)]


@dataclass(frozen=True)
class Colleague:
    """What everybody in a shop may know of the others. `sells`: may be a sales rep. `is_active`: may sign in."""

    staff_id: UUID
    name: str
    sells: bool
    is_active: bool


def colleagues(shop: ShopSession) -> list[Colleague]:
    """Everyone of the team, those switched off too, by name: for saying who did what."""
    team = select(Membership.staff_id, Membership.name, Membership.sells, Membership.is_active)
    team = team.where(Membership.shop_id == shop.id)
    return [Colleague(*row) for row in shop.execute(team.order_by(Membership.name))]


def member(shop: ShopSession, staff_id: UUID) -> Member:
    """One person of the team; everybody may see themselves. Raises NotFound."""
    if staff_id != shop.who.staff_id:
        shop.who.must("see team")
    row = shop.execute(_members(shop).where(Membership.staff_id == staff_id)).one_or_none()
    if row is None:
        raise NotFound("This person is not in your team any more.")
    return Member(*row)


def who_signs_in_as(shop: ShopSession, login: str) -> UUID:
    """The id of the person of the team with this sign-in name. Raises NotFound."""
    found = next((one.staff_id for one in members(shop) if one.login == login), None)
    if found is None:
        raise NotFound(f"Nobody signs in to {shop.shop.name} as “{login}”.")
    return found


def _members(shop: ShopSession) -> Select[UUID, str | None, str, str, bool, bool, bool]:
    return (
        select(
            Membership.staff_id,
            Staff.login,
            Membership.name,
            Membership.role,
            Membership.sells,
            Membership.medical,
            Membership.is_active,
        )
        .join(Staff, Staff.id == Membership.staff_id)
        .where(Membership.shop_id == shop.id)
    )


def reps(shop: ShopSession) -> list[Membership]:
    """The people who may be named as sales rep now: active and selling, by name."""
    return list(
        shop.execute(
            select(Membership)
            .where(Membership.shop_id == shop.id, Membership.sells, Membership.is_active)
            .order_by(Membership.name)
        )
    )


def must_sell(shop: ShopSession, staff_id: UUID | None, field: str = "sales_rep") -> None:
    """Raise BadInput(field) unless `staff_id` is None or someone who may be a sales rep of this shop now."""
    if staff_id is None:
        return
    member = shop.execute(
        select(Membership.name, Membership.sells, Membership.is_active).where(
            Membership.shop_id == shop.id, Membership.staff_id == staff_id
        )
    ).one_or_none()
    if member is None:
        raise BadInput(field, "This sales rep is not in your team. Choose someone from the list.")
    if not member.is_active:
        raise BadInput(field, f"{member.name}'s account is switched off. Choose another sales rep.")
    if not member.sells:
        raise BadInput(field, f"{member.name} is not marked as selling. Choose another sales rep.")


def must_be_active(shop: ShopSession, staff_id: UUID, field: str) -> None:
    """Raise BadInput(field) unless `staff_id` is someone who works in this shop now."""
    member = shop.execute(
        select(Membership.name, Membership.is_active).where(
            Membership.shop_id == shop.id, Membership.staff_id == staff_id
        )
    ).one_or_none()
    if member is None:
        raise BadInput(field, "This person is not in your team. Choose someone from the list.")
    if not member.is_active:
        raise BadInput(field, f"{member.name}'s account is switched off. Choose someone else.")


def change_member(
    shop: ShopSession, staff_id: UUID, *, name: str, role: str, sells: bool, medical: bool, is_active: bool
) -> None:
    """Change a person's name and rights; switching the account off ends all their sign-ins at once,
    and the address of their calendar.

    Raises NotFound, or Conflict when it would leave the shop without an active owner.
    """
    shop.who.must("manage team")
    if role not in ROLES:
        raise BadInput("role", f"“{role}” is not a role. Use one of: {', '.join(ROLES)}.")
    name = tidy_name("person", name)
    # Of two owners who take the right from each other at once, the second sees what the first did.
    owners = select(Membership.staff_id).where(Membership.shop_id == shop.id, Membership.role == OWNER)
    shop.execute(owners.order_by(Membership.staff_id).with_for_update(key_share=True))
    this_member = (Membership.shop_id == shop.id, Membership.staff_id == staff_id)
    before = shop.execute(select(Membership).where(*this_member).with_for_update()).mappings().one_or_none()
    if before is None:
        raise NotFound("This person is not in your team any more.")
    if before["role"] == OWNER and before["is_active"] and not (role == OWNER and is_active):
        other_owner = exists().where(
            Membership.shop_id == shop.id,
            Membership.staff_id != staff_id,
            Membership.role == OWNER,
            Membership.is_active,
        )
        if not shop.scalar(select(other_owner)):
            raise Conflict("This is the only owner. Make someone else an owner first.")
    after = {"name": name, "role": role, "sells": sells, "medical": medical, "is_active": is_active}
    stamp = {"updated_at": shop.now, "updated_by": shop.who.staff_id}
    shop.execute(update(Membership).where(*this_member).values(**after, **stamp))
    if not is_active:
        for ends in (SignInSession, CalendarFeed):
            shop.execute(delete(ends).where(ends.staff_id == staff_id, ends.shop_id == shop.id))
    timeline.note(
        shop, "team member changed", "team member", staff_id, name=name, **timeline.changes(dict(before), after)
    )


def set_password(shop: ShopSession, staff_id: UUID, password: str, *, keep: bytes | None = None) -> None:
    """Give a member of this shop a new password; ends all their sign-ins but the one whose token hash is `keep`.

    The owner may do it for everybody who belongs to no other shop as well (a demo shop is none), others for
    themselves, and whoever keeps the machine for all.
    """
    if staff_id != shop.who.staff_id:
        shop.who.must("manage team")
        elsewhere = exists().where(
            StaffShop.staff_id == staff_id,
            StaffShop.shop_id != shop.id,
            ShopRecord.id == StaffShop.shop_id,
            ShopRecord.is_demo.is_(False),
        )
        if shop.who.staff_id is not None and shop.scalar(select(elsewhere)):
            raise NotAllowed("This person works in another shop too and can only change the password themselves.")
    of_the_team = shop.execute(
        select(Membership.name, Staff.login)
        .join(Staff, Staff.id == Membership.staff_id)
        .where(Membership.shop_id == shop.id, Membership.staff_id == staff_id)
    ).one_or_none()
    if of_the_team is None:
        raise NotFound("This person is not in your team any more.")
    if of_the_team.login is None:
        raise Conflict(f"{of_the_team.name} can't sign in yet. Give them a sign-in name first.")
    new = {"password_hash": hash_password(password), "password_changed_at": shop.now}
    shop.execute(update(Staff).where(Staff.id == staff_id).values(**new))
    ended = delete(SignInSession).where(SignInSession.staff_id == staff_id)
    shop.execute(ended if keep is None else ended.where(SignInSession.token_hash != keep))
    timeline.note(shop, "password changed", "team member", staff_id, name=of_the_team.name)


def who_is(shop: Shop, staff_id: UUID) -> Who | None:
    """The person as this shop knows them now, or None if they are not, or no longer, in the team."""
    with shop_session(Who(shop=shop, staff_id=staff_id, name="", role="staff")) as session:
        member = session.execute(
            select(Membership).where(
                Membership.shop_id == shop.id, Membership.staff_id == staff_id, Membership.is_active
            )
        ).one_or_none()
    if member is None:
        return None
    return Who(
        shop=shop,
        staff_id=staff_id,
        name=member.name,
        role=member.role,
        sells=member.sells,
        medical=member.medical,
    )


def is_empty(connection: Connection | None = None) -> bool:
    """Whether this database has no shop yet: then the first start offers the set-up address."""
    if connection is None:
        with global_session() as connection:
            return is_empty(connection)
    return bool(connection.scalar(select(~exists().select_from(ShopRecord))))


@dataclass(frozen=True)
class Size:
    """How much would be deleted with a shop."""

    customers: int
    orders: int
    visits: int
    people: int


def size_of(shop: ShopSession) -> Size:
    """What stands in this shop, hidden customers and drafts included."""
    customers, orders, visits, team = (
        shop.scalar(select(func.count()).select_from(table).where(table.shop_id == shop.id))
        for table in (Customer, Order, Visit, Membership)
    )
    return Size(customers, orders, visits, team)


def delete_shop(shop: ShopSession, typed_name: str) -> None:
    """Delete the shop with everything in it, and the sign-ins that lead nowhere else. It can't be undone.

    Needs the gate alone. `typed_name` proves that it is meant: raises BadInput unless it is the shop's own name.
    """
    shop.who.must("delete the shop")
    if " ".join(typed_name.split()) != " ".join(shop.shop.name.split()):
        raise BadInput("name", f"Type the name of the shop, {shop.shop.name}, to delete it.")
    if not shop.alone:
        raise RuntimeError("Deleting needs shop_session(who, alone=True)")
    shop.execute(select(func.delete_shop()))
