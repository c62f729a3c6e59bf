"""Putting the life of a demo shop into its tables, in bulk, with every counter true afterwards."""

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from crmcore import counters, customers, timeline
from crmcore.database.gate import ShopSession, new_id
from crmcore.demo import companies, dealing, leading, outreach, refilling, visiting
from crmcore.demo.floor import Floor
from crmcore.demo.life import Life, Sale, Shopper
from crmcore.demo.profiles import Profile
from crmcore.errors import Conflict
from crmcore.models import Customer, Membership, Staff, StaffShop, Tag, Tagging
from crmcore.orders.sale import COMPLETED, told

RECENTLY = timedelta(days=90)  # what happened since then is on the timeline
_BATCH = 5_000

Team = list[UUID]  # in the order of the profile


def hire(shop: ShopSession, profile: Profile, password_hash: str) -> None:
    """Give the five of the team their sign-ins. Raises Conflict when somebody else has such a name."""
    for member in profile.team:
        staff_id = new_id()
        added = shop.scalar(
            upsert(Staff)
            .values(id=staff_id, login=member.login, password_hash=password_hash)
            .on_conflict_do_nothing()
            .returning(Staff.id)
        )
        if added is None:
            raise Conflict(f"The sign-in name {member.login} is taken, so {profile.name} can't be a demo shop here.")
        shop.execute(insert(StaffShop).values(staff_id=staff_id, shop_id=shop.id))
        rights = {"role": member.role, "sells": member.sells, "medical": member.medical}
        shop.execute(insert(Membership).values(shop_id=shop.id, staff_id=staff_id, name=member.name, **rights))
        timeline.note(
            shop, "team member added", "team member", staff_id, name=member.name, role=member.role, login=member.login
        )


def stock(shop: ShopSession, profile: Profile) -> None:
    """Fill the catalogue, and make the tags."""
    _fill(shop, "products", ({"id": new_id(), **product._asdict()} for product in profile.products))
    shop.execute(insert(Tag), [{"shop_id": shop.id, "id": new_id(), "name": name} for name in profile.tags])
    if shop.shop.has("pipeline"):
        leading.begin(shop, _team(shop, profile))


def file(shop: ShopSession, profile: Profile, life: Life, seen: Floor, after: datetime, until: datetime) -> None:
    """Write down what happened between two moments. Needs a gate opened alone."""
    team = _team(shop, profile)
    came = [one for one in (*life.shoppers, *seen.lookers) if after < one.came_at <= until]
    sales = [sale for sale in life.sales if after < sale.at <= until]
    known = {sale.shopper.id for sale in life.sales if sale.shopper and sale.at <= until and sale.status == COMPLETED}
    known |= {visit.shopper.id for visit in seen.visits if visit.at <= until}
    touched = {shopper.id for shopper in came} | {sale.shopper.id for sale in sales if sale.shopper}
    touched |= {visit.shopper.id for visit in seen.visits if after < visit.at <= until}
    with counters.recounting(shop, touched, [sale.id for sale in sales if sale.shopper is None]):
        _fill(shop, "customers", (_customer(shop, shopper, team, shopper.id in known) for shopper in came))
        _fill(shop, "orders", (_order(shop, profile, sale, team) for sale in sales))
        _fill(shop, "order_items", (row for sale in sales for row in _items(sale)))
        visiting.write(shop, seen, team, after, until, partial(_fill, shop))
        _become_active(shop, known & touched)
    customers.write_words(shop, [(shopper.id, shopper.identity.fields["name"]) for shopper in came])
    _put_tags_on(shop, came)
    refilling.write(shop, team, came, touched, after)
    _fill(shop, "activities", _lines(came, sales, seen, team, max(after, until - RECENTLY), until))


def call(
    shop: ShopSession, profile: Profile, seed: int, since: date, life: Life, after: datetime, until: datetime
) -> None:
    """Write down what happened with the contact sheets between two moments. Needs a gate opened alone."""
    outreach.write(shop, profile, seed, since, life, _team(shop, profile), after, until, partial(_fill, shop))


def lead(
    shop: ShopSession, profile: Profile, seed: int, since: date, life: Life, after: datetime, until: datetime
) -> None:
    """Write down what happened with the leads between two moments. Needs a gate opened alone."""
    leading.write(shop, profile, seed, since, life, _team(shop, profile), after, until, partial(_fill, shop))


def deal(shop: ShopSession, profile: Profile, seed: int, after: datetime, until: datetime) -> None:
    """Write down what happened with deals between two moments. Needs a gate opened alone."""
    dealing.write(shop, seed, _sellers(shop, profile), after, until)


def know(shop: ShopSession, profile: Profile, seed: int) -> None:
    """Write down the people of the companies, talk with them, and how they are doing. Needs a gate opened alone."""
    companies.write(shop, seed, _sellers(shop, profile), partial(_fill, shop))


def _sellers(shop: ShopSession, profile: Profile) -> Team:
    """Those of the team who sell, in the order of the profile."""
    return [one for one, member in zip(_team(shop, profile), profile.team, strict=True) if member.sells]


def _fill(shop: ShopSession, table: str, rows: Iterable[dict[str, Any]]) -> None:
    """Insert rows through sql/demo/<table>.sql, some thousands at a time."""
    rows = iter(rows)
    while batch := list(islice(rows, _BATCH)):
        shop.run(f"demo/{table}", rows=json.dumps(batch, default=str))


def _team(shop: ShopSession, profile: Profile) -> Team:
    query = (
        select(Staff.login, Staff.id)
        .join(Membership, Membership.staff_id == Staff.id)
        .where(Membership.shop_id == shop.id)
    )
    known = dict(shop.execute(query).all())
    return [known[member.login] for member in profile.team]


def _customer(shop: ShopSession, shopper: Shopper, team: Team, is_known: bool) -> dict[str, Any]:
    return {
        **shopper.identity.fields,
        "id": shopper.id,
        "status": "active" if is_known else "lead",
        "rep_id": None if shopper.rep is None else team[shopper.rep],
        "came_on": shopper.came_at.astimezone(shop.zone).date(),
        "came_at": shopper.came_at,
        "taken_by": _who_was_there(shopper.id, shopper.rep, team),
    }


def _order(shop: ShopSession, profile: Profile, sale: Sale, team: Team) -> dict[str, Any]:
    sells_by_link = profile.kind == "storefront"
    return {
        "id": sale.id,
        "number": sale.number,
        "status": sale.status,
        "ordered_at": sale.at,
        "ordered_on": sale.at.astimezone(shop.zone).date(),
        "customer_id": sale.shopper and sale.shopper.id,
        "rep_id": None if sale.rep is None else team[sale.rep],
        "total": sale.total,
        "quantity": sale.quantity,
        "returns_order_id": sale.of,
        "payment_method": sale.payment,
        "source_slug": sale.shopper.identity.fields["source"] if sells_by_link and sale.shopper else None,
        "taken_by": _who_was_there(sale.id, sale.rep, team),
    }


def _items(sale: Sale) -> Iterator[dict[str, Any]]:
    for position, item in enumerate(sale.items, 1):
        yield {"order_id": sale.id, "position": position, **vars(item), "total": item.total}


def _lines(
    came: list[Shopper], sales: list[Sale], seen: Floor, team: Team, since: datetime, until: datetime
) -> Iterator[dict[str, Any]]:
    """The timeline's lines in order of time; their ids are made now, so that the seal on the record finds them new."""
    happened: list[visiting.Line] = [
        *(
            (shopper.came_at, _who_was_there(shopper.id, shopper.rep, team), _line_of_shopper(shopper))
            for shopper in came
        ),
        *((sale.at, _who_was_there(sale.id, sale.rep, team), _line_of_sale(sale)) for sale in sales),
        *visiting.lines(seen, team),
    ]
    lately = [line for line in happened if since < line[0] <= until]
    for at, staff_id, line in sorted(lately, key=lambda line: line[0]):
        yield {"id": new_id(), "at": at, "staff_id": staff_id, **line}


def _line_of_shopper(shopper: Shopper) -> dict[str, Any]:
    kept = {key: shopper.identity.fields[key] for key in ("name", "phone", "source")}
    return {
        "what": "customer added",
        "subject": "customer",
        "subject_id": shopper.id,
        "customer_id": shopper.id,
        "detail": {"after": {key: value for key, value in kept.items() if value}},
    }


def _line_of_sale(sale: Sale) -> dict[str, Any]:
    detail = {"total": sale.total, "status": sale.status, "items": told(sale.items), "payment_method": sale.payment}
    return {
        "what": "return recorded" if sale.of else "sale recorded",
        "subject": "order",
        "subject_id": sale.id,
        "customer_id": sale.shopper and sale.shopper.id,
        "detail": detail,
    }


def _who_was_there(subject_id: UUID, rep: int | None, team: Team) -> UUID:
    """Who took it down: the sales rep, else one of the three at the counter."""
    return team[rep] if rep is not None else team[2 + subject_id.int % 3]


def _become_active(shop: ShopSession, known: set[UUID]) -> None:
    """Leads who bought or came by are leads no more."""
    shop.execute(
        update(Customer)
        .where(Customer.shop_id == shop.id, Customer.id.in_(known), Customer.status == "lead")
        .values(status="active")
    )


def _put_tags_on(shop: ShopSession, came: list[Shopper]) -> None:
    tags = dict(shop.execute(select(Tag.name, Tag.id).where(Tag.shop_id == shop.id)).all())
    rows = [
        {"shop_id": shop.id, "customer_id": shopper.id, "tag_id": tags[shopper.identity.tag]}
        for shopper in came
        if shopper.identity.tag in tags
    ]
    if rows:
        shop.execute(upsert(Tagging).on_conflict_do_nothing(), rows)
