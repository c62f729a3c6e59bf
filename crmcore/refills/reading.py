"""Reading reminders: whom to remind of what, what somebody has at home, and how they keep to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import RowMapping, func, select

from crmcore import customer_numbers, customers, names
from crmcore.customer_numbers import REMINDER_PHONES
from crmcore.customer_search import Query
from crmcore.database.gate import ShopSession
from crmcore.errors import NotFound
from crmcore.messages.consent import CALL
from crmcore.models import Customer, Order, RefillReminder
from crmcore.periods import BEGINNING
from crmcore.phones import can_be_texted
from crmcore.refills.marking import DUE, SENT, TOGETHER

OVERDUE, TODAY, COMING, REMINDED = "overdue", "today", "coming", "sent"
PARTS = {OVERDUE: "Overdue", TODAY: "Today", COMING: "Coming", REMINDED: "Reminded"}

AHEAD = timedelta(days=14)  # how far the list looks
EARLY = 0.8  # of a supply; whoever buys before has more than a fifth left
MOST_COUNTED = 200  # nobody counts further
_EVER = date(9999, 1, 1)


@dataclass(frozen=True)
class Call:
    """Everything to remind one customer of at once: `reminders` as sql/refills/of_customers.sql gives them.

    `phone`: the number that reminders go to. Who chose a landline wishes to be called.
    """

    customer_id: UUID
    customer_name: str | None
    phone: str | None
    generic_preference: str | None
    wished_channel: str | None
    reminders: tuple[RowMapping, ...]

    @property
    def ids(self) -> list[UUID]:
        return [one["id"] for one in self.reminders]

    @property
    def due_on(self) -> date:
        return self.reminders[0]["due_on"]

    @property
    def runs_out_on(self) -> date:
        """The day the first of the medicines runs out."""
        return min(one["runs_out_on"] for one in self.reminders)

    @property
    def medicines(self) -> list[str]:
        return list(dict.fromkeys(one["medicine"] for one in self.reminders))

    @property
    def told(self) -> str:
        """The medicines in one line: "Metformin 500, Amlodipine 5 and Atorvastatin 10"."""
        *first, last = self.medicines
        return f"{', '.join(first)} and {last}" if first else last


@dataclass(frozen=True)
class Supply:
    """What a customer bought last of one medicine, and whether today is early for more of it."""

    medicine_key: str
    product_id: UUID | None
    medicine: str
    purchased_on: date
    quantity: float
    days: int
    runs_out_on: date

    def days_left(self, today: date) -> int:
        return max((self.runs_out_on - today).days, 0)

    def is_early(self, today: date) -> bool:
        """Whether less than 80 % of it can be used up."""
        return today < self.purchased_on + timedelta(days=self.days * EARLY)


def key_of(product_id: UUID | None, name: str | None) -> str:
    """What makes two lines of bills the same medicine, as sql/views/refills.sql says."""
    return str(product_id) if product_id else names.key(name or "")


def counts(shop: ShopSession) -> dict[str, int]:
    """How many customers each of PARTS has, counted up to MOST_COUNTED."""
    shop.who.must("see customers")
    found = {part: count_between(shop, *span(shop, part), most=MOST_COUNTED) for part in (OVERDUE, TODAY, COMING)}
    return found | {REMINDED: shop.row("refills/count_sent", most=MOST_COUNTED)["found"]}


def count_between(shop: ShopSession, since: date, until: date, *, staff_id: UUID | None = None, most: int) -> int:
    """How many customers `calls_between` would list, counted up to `most`."""
    shop.who.must("see customers")
    days = {"since": since, "until": until, "today": shop.today}
    return int(shop.row("refills/count_due", staff_id=staff_id, most=most, **days)["found"])


def calls(shop: ShopSession, part: str, *, limit: int = 25, offset: int = 0) -> list[Call]:
    """Whom to remind, the first that is due first; of REMINDED those who were, the last first.

    A customer stands in the part of what is due first for them, with everything that is due within three days of it
    (or of today, when it is overdue): one call for all of it.
    """
    shop.who.must("see customers")
    if part == REMINDED:
        found = shop.rows("refills/sent_customers", most=limit, skipped=offset)
        return _calls(shop, found, SENT, _EVER)
    since, until = span(shop, part)
    return calls_between(shop, since, until, limit=limit, offset=offset)


def calls_between(
    shop: ShopSession, since: date, until: date, *, staff_id: UUID | None = None, limit: int = 25, offset: int = 0
) -> list[Call]:
    """Whom to remind of what is due first between two days, both included.

    `staff_id`: only of customers this person looks after, and of those nobody does.
    """
    shop.who.must("see customers")
    found = shop.rows(
        "refills/due_customers",
        since=since,
        until=until,
        staff_id=staff_id,
        today=shop.today,
        most=limit,
        skipped=offset,
    )
    return _calls(shop, found, DUE, max(until, shop.today) + TOGETHER)


def get(shop: ShopSession, reminder_id: UUID) -> RowMapping:
    """One reminder. Raises NotFound."""
    shop.who.must("see customers")
    query = select(RefillReminder).where(RefillReminder.shop_id == shop.id, RefillReminder.id == reminder_id)
    row = shop.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound("This reminder is gone: its bill was changed or taken back. Look at the list again.")
    return row


def call_of(shop: ShopSession, customer_id: UUID) -> Call | None:
    """The next call to one customer, however far away; None when nothing is due."""
    shop.who.must("see customers")
    rows = shop.rows("refills/of_customers", customer_ids=[customer_id], status=DUE, until=_EVER)
    if not rows:
        return None
    return _call(rows, shop.today, customer_numbers.for_reminders(shop, [customer_id]))


def of_customer(shop: ShopSession, customer_id: UUID, *, limit: int = 20) -> list[RowMapping]:
    """A customer's reminders of every status, the latest purchase first, with `refilled_number` of the newer bill."""
    shop.who.must("see customers")
    query = (
        select(RefillReminder, Order.number.label("refilled_number"))
        .outerjoin(
            Order, (Order.shop_id == RefillReminder.shop_id) & (Order.id == RefillReminder.refilled_by_order_id)
        )
        .where(RefillReminder.shop_id == shop.id, RefillReminder.customer_id == customer_id)
        .order_by(RefillReminder.purchased_on.desc(), RefillReminder.id.desc())
        .limit(limit)
    )
    return list(shop.execute(query).mappings())


def listed(shop: ShopSession) -> Query:
    """What is open, whoever it is for, as a query: the first that is due first. Who is hidden is left out."""
    shop.who.must("see customers")
    return (
        select(
            RefillReminder,
            func.coalesce(Customer.name, Customer.company_name).label("customer_name"),
            func.coalesce(REMINDER_PHONES.c.phone, Customer.phone).label("phone"),
        )
        .join(Customer, (Customer.shop_id == RefillReminder.shop_id) & (Customer.id == RefillReminder.customer_id))
        .outerjoin(
            REMINDER_PHONES,
            (REMINDER_PHONES.c.shop_id == RefillReminder.shop_id)
            & (REMINDER_PHONES.c.customer_id == RefillReminder.customer_id),
        )
        .where(
            RefillReminder.shop_id == shop.id,
            RefillReminder.status.in_((DUE, SENT)),
            Customer.hidden_at.is_(None),
        )
        .order_by(RefillReminder.due_on, RefillReminder.customer_id, RefillReminder.id)
    )


def of_order(shop: ShopSession, order_id: UUID) -> list[RowMapping]:
    """The reminders a bill made, the first that is due first."""
    shop.who.must("see orders")
    query = (
        select(RefillReminder)
        .where(RefillReminder.shop_id == shop.id, RefillReminder.order_id == order_id)
        .order_by(RefillReminder.due_on, RefillReminder.medicine)
    )
    return list(shop.execute(query).mappings())


def supplies(shop: ShopSession, customer_id: UUID) -> list[Supply]:
    """What this customer bought last of each medicine that lasts for so many days, what runs out first first."""
    shop.who.must("see orders")
    customers.get(shop, customer_id)
    rows = shop.rows("refills/supplies", customer_id=customer_id)
    found = [
        Supply(
            row["medicine_key"], row["product_id"], row["medicine"], row["purchased_on"], float(row["quantity"]),
            row["days"], row["runs_out_on"],
        )
        for row in rows
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.runs_out_on, one.medicine_key))


def adherence(shop: ShopSession, customer_id: UUID, *, days: int = 365) -> list[RowMapping]:
    """Of each medicine bought twice or more in the last `days`, the days covered (part) of those that passed (whole).

    sql/refills/adherence.sql says how it is counted, and whose measure that is.
    """
    shop.who.must("see orders")
    since = shop.today - timedelta(days=days - 1)
    return shop.rows("refills/adherence", customer_id=customer_id, since=since, until=shop.today)


def is_used(shop: ShopSession) -> bool:
    """Whether there ever was a reminder."""
    return bool(shop.row("refills/is_used")["is_used"])


def span(shop: ShopSession, part: str) -> tuple[date, date]:
    """The days of a part of the list, both included."""
    day = timedelta(days=1)
    return {
        OVERDUE: (BEGINNING, shop.today - day),
        TODAY: (shop.today, shop.today),
        COMING: (shop.today + day, shop.today + AHEAD),
    }[part]


def _calls(shop: ShopSession, found: Sequence[RowMapping], status: str, until: date) -> list[Call]:
    ids = [row["customer_id"] for row in found]
    by_customer: dict[UUID, list[RowMapping]] = {}
    if ids:
        for row in shop.rows("refills/of_customers", customer_ids=ids, status=status, until=until):
            by_customer.setdefault(row["customer_id"], []).append(row)
    chosen = customer_numbers.for_reminders(shop, list(by_customer))
    if status == SENT:
        return [_as_call(by_customer[one], chosen) for one in ids if one in by_customer]
    return [_call(by_customer[one], shop.today, chosen) for one in ids if one in by_customer]


def _call(rows: Sequence[RowMapping], today: date, chosen: Mapping[UUID, str]) -> Call:
    """The first call of these, which are in the order of their days."""
    last = max(rows[0]["due_on"], today) + TOGETHER
    return _as_call([row for row in rows if row["due_on"] <= last], chosen)


def _as_call(rows: Sequence[RowMapping], chosen: Mapping[UUID, str]) -> Call:
    first = rows[0]
    phone = chosen.get(first["customer_id"])
    is_landline = phone is not None and not can_be_texted(phone)
    return Call(
        customer_id=first["customer_id"],
        customer_name=first["customer_name"],
        phone=phone or first["phone"],
        generic_preference=first["generic_preference"],
        wished_channel=first["wished_channel"] or (CALL if is_landline else None),
        reminders=tuple(rows),
    )
