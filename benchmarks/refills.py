"""Refills of a pharmacy with half a million reminders: the list of whom to remind, and what a bill costs with them."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count

from sqlalchemy import create_engine, delete, func, select, text
from sqlalchemy.pool import NullPool

from benchmarks.data import TODAY, named, sql
from benchmarks.timing import Ratio, in_turn, ms
from crmcore import bills, contacts, counters, people, refills
from crmcore.bills import NewBill
from crmcore.database import server
from crmcore.database.gate import Who, keeper, new_id, shop_session
from crmcore.metrics.figures import adherence
from crmcore.models import Customer, Order, OrderItem, RefillReminder
from crmcore.orders import Item, NewOrder, record
from crmcore.orders.sale import on_day
from crmcore.periods import between

REMINDERS, CUSTOMERS, ROUNDS = 500_000, 50_000, 100
FEW, MANY = 100, 100_000
_SLUG = "bench-refills"


def run(shops: list[Who]) -> list[Ratio]:
    """On a pharmacy of its own: the shops of the other parts sell no medicine."""
    who = _pharmacy()
    lists = [_list(who, part) for part in (refills.OVERDUE, refills.TODAY, refills.COMING)]
    return [*lists, _counts(who), _days_covered(who), _bill(who), *_bill_of_a_contact()]


def _list(who: Who, part: str) -> Ratio:
    """The first page of a part of the list, with everything a card shows but its message."""
    with shop_session(who, now=_noon(who)) as shop:
        took = _least(lambda: refills.calls(shop, part))
        total = refills.counts(shop)[part]
    what = f"refills {part}, of {REMINDERS:,} reminders, ms"
    return Ratio(what, took * 1000, "<= 10", f"25 of {total:,} or more customers")


def _counts(who: Who) -> Ratio:
    with shop_session(who, now=_noon(who)) as shop:
        took = _least(lambda: refills.counts(shop))
    what = "how many refills there are of each part, ms"
    return Ratio(what, took * 1000, None, f"counted up to {refills.MOST_COUNTED}")


def _days_covered(who: Who) -> Ratio:
    """The figure of a year, of every medicine of everybody."""
    year = between(TODAY - timedelta(days=364), TODAY)
    with shop_session(who, now=_noon(who)) as shop:
        took = _least(lambda: adherence(shop, year), rounds=4)
        told = adherence(shop, year)
    what = f"days covered of a year, of {REMINDERS:,} reminders, ms"
    return Ratio(what, took * 1000, None, f"{told.part:,} of {told.whole:,} days")


def _bill(who: Who) -> Ratio:
    """A bill of a medicine that closes a reminder and makes one, against the same in a shop that reminds of nothing."""
    medicine = Item("Medicine 1", Decimal(1), Decimal(40), medicine_days=30)
    without = replace(who, shop=replace(who.shop, modules=()))
    with shop_session(who) as shop:
        some = select(Customer.id).where(Customer.shop_id == shop.id).order_by(Customer.id).limit(2 * ROUNDS + 2)
        buyers = shop.execute(some).scalars().all()
    left, made = iter(buyers), []

    def sell(till: Who) -> None:
        with shop_session(till, writes=True) as shop:
            made.append(record(shop, NewOrder(items=[medicine], customer_id=next(left))))

    alone, whole = in_turn(lambda: sell(without), lambda: sell(who), ROUNDS)
    with shop_session(who, alone=True) as shop:
        with counters.recounting(shop, buyers):
            shop.execute(delete(OrderItem).where(OrderItem.shop_id == shop.id, OrderItem.order_id.in_(made)))
            shop.execute(delete(Order).where(Order.shop_id == shop.id, Order.id.in_(made)))
        refills.remake(shop, buyers)
    what = "a bill that makes a reminder and closes another, against one where nobody is reminded"
    return Ratio(what, whole / alone, "<= 2", f"{ms(whole)} against {ms(alone)}")


def _bill_of_a_contact() -> list[Ratio]:
    """A bill by the second number of a contact, whom it converts, among very many and among few; and finding one."""
    few, many = _with_contacts(FEW), _with_contacts(MANY)
    medicine = Item("Medicine 1", Decimal(1), Decimal(40), medicine_days=30)
    next_of = {few: count(1), many: count(1)}

    def sell(till: Who) -> None:
        phone = f"+9197{next(next_of[till]):08}"
        with shop_session(till, writes=True) as shop:
            bills.record(shop, NewBill(NewOrder(items=[medicine], phone=phone)))

    among_few, among_many = in_turn(lambda: sell(few), lambda: sell(many), 60)
    with shop_session(many) as shop:
        look = _least(lambda: contacts.of_phone(shop, f"+9197{MANY:08}"))
    what = f"a bill by the second number of a contact, among {MANY:,} contacts against among {FEW}"
    return [
        Ratio(what, among_many / among_few, "<= 1.5", f"{ms(among_many)} against {ms(among_few)}"),
        Ratio(f"a contact found by the second number, among {MANY:,}, ms", look * 1000, "<= 5", "as the counter asks"),
    ]


def _with_contacts(how_many: int) -> Who:
    """A new pharmacy with so many contacts that nobody was in touch with."""
    slug = f"bench-contacts-{new_id().hex[-12:]}"
    new = people.NewShop(slug, "Contacts", "pharmacy", "INR", "IN", "Asia/Kolkata", is_demo=True)
    shop = people.open_shop(new)
    engine = create_engine(server.owner_url(), poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("select set_config('app.shop_id', :shop, true)"), {"shop": str(shop.id)})
        given = {"shop_id": shop.id, "contacts": how_many, "today": TODAY}
        connection.execute(sql("make_contacts"), named("make_contacts", given))
        connection.execute(text("analyze contacts"))
    engine.dispose()
    return keeper(shop)


def _least(work: Callable[[], object], rounds: int = 20) -> float:
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times[1:])


def _pharmacy() -> Who:
    """The pharmacy, made unless it is there."""
    there = {shop.slug: shop for shop in people.all_shops()}
    if _SLUG not in there:
        new = people.NewShop(_SLUG, "Pharmacy", "pharmacy", "INR", "IN", "Asia/Kolkata", is_demo=True)
        shop = there[_SLUG] = people.open_shop(new)
        given = {"shop_id": shop.id, "customers": CUSTOMERS, "orders": REMINDERS, "today": TODAY}
        engine = create_engine(server.owner_url(), poolclass=NullPool)
        with engine.begin() as connection:
            connection.execute(text("select set_config('app.shop_id', :shop, true)"), {"shop": str(shop.id)})
            connection.execute(text("set local session_replication_role = replica"))
            for step in ("make_customers", "make_refills", "make_medicines"):
                connection.execute(sql(step), named(step, given))
            connection.execute(text("analyze customers, orders, order_items"))
            connection.execute(sql("count_customers"), named("count_customers", given))
        who = keeper(shop)
        with shop_session(who, alone=True, now=_noon(who)) as session:
            refills.remake_all(session)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("vacuum analyze refill_reminders"))
        engine.dispose()
    who = keeper(there[_SLUG])
    with shop_session(who) as session:
        made = session.scalar(select(func.count()).where(RefillReminder.shop_id == session.id))
        assert made >= REMINDERS * 0.95, f"only {made:,} reminders"
    return who


def _noon(who: Who) -> datetime:
    with shop_session(who) as shop:
        return on_day(shop, TODAY, shop.now.replace(hour=6, minute=30))
