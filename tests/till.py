"""A till for tests: sells, takes back and hides in plain words."""

from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID

from crmcore import customers, orders, visits
from crmcore.database.gate import ShopSession


class Till:
    """Rings up sales in an open gate. Customers are named by their names; None is a walk-in without one."""

    def __init__(self, shop: ShopSession) -> None:
        self.shop = shop
        self.people: dict[str, UUID] = {}

    def customer(self, name: str) -> UUID:
        if name not in self.people:
            self.people[name] = customers.create(self.shop, {"name": name})
        return self.people[name]

    def sell(
        self, name: str | None, amount: str | int, day: str | date, at: str = "11:00", status: str = orders.COMPLETED
    ) -> UUID:
        """A sale of `amount` on `day` (ISO), `at` that time on the shop's clock; below zero it is a return."""
        moment = datetime.combine(date.fromisoformat(str(day)), time.fromisoformat(at), self.shop.zone)
        sale = orders.NewOrder(
            amount=Decimal(amount),
            customer_id=self.customer(name) if name else None,
            ordered_at=moment,
            status=status,
        )
        return orders.record(self.shop, sale)

    def visit(self, name: str, day: str | date) -> None:
        """They came by at noon of that day."""
        noon = datetime.combine(date.fromisoformat(str(day)), time(12), self.shop.zone)
        visits.record(self.shop, visits.NewVisit(self.customer(name), visited_at=min(noon, self.shop.now)))

    def hide(self, name: str) -> None:
        customers.hide(self.shop, self.people[name])
