"""A till for tests: sells, takes back and hides in plain words."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from crmcore import customers, orders, people, visits
from crmcore.database.gate import STAFF, ShopSession


class Till:
    """Rings up sales in an open gate. Customers are named by their names; None is a walk-in without one."""

    def __init__(self, shop: ShopSession) -> None:
        self.shop = shop
        self.people: dict[str, UUID] = {}
        self.reps: dict[str, UUID] = {}

    def customer(self, name: str) -> UUID:
        if name not in self.people:
            self.people[name] = customers.create(self.shop, {"name": name})
        return self.people[name]

    def rep(self, name: str) -> UUID:
        if name not in self.reps:
            login = f"{name.lower()}-{self.shop.id.hex}"
            new = people.NewMember(login, name, STAFF, "long enough", sells=True)
            self.reps[name] = people.add_member(self.shop, new)
        return self.reps[name]

    def visit(self, name: str, day: str | date, at: str = "11:00", by: str | None = None, **fields: Any) -> UUID:
        """A visit on `day` (ISO), `at` that time on the shop's clock, today not later than now; fields as in NewVisit.

        `by`: the name of the sales rep who handled it.
        """
        moment = visits.moment_on(self.shop, date.fromisoformat(str(day)), time.fromisoformat(at))
        handler = self.rep(by) if by else None
        new = visits.NewVisit(self.customer(name), visited_at=moment, handled_by=handler, **fields)
        return visits.record(self.shop, new).visit_id

    def sell(
        self,
        name: str | None,
        amount: str | int,
        day: str | date,
        at: str = "11:00",
        status: str = orders.COMPLETED,
        by: str | None = None,
    ) -> UUID:
        """A sale of `amount` on `day` (ISO), `at` that time on the shop's clock; below zero it is a return."""
        sale = orders.NewOrder(
            amount=Decimal(amount),
            customer_id=self.customer(name) if name else None,
            ordered_at=self._moment(day, at),
            status=status,
            rep_id=self.rep(by) if by else None,
        )
        return orders.record(self.shop, sale)

    def hide(self, name: str) -> None:
        customers.hide(self.shop, self.people[name])

    def _moment(self, day: str | date, at: str) -> datetime:
        return datetime.combine(date.fromisoformat(str(day)), time.fromisoformat(at), self.shop.zone)
