"""The figures of one customer: how often they buy, what an order comes to, who lives around them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import cos, radians

from sqlalchemy import RowMapping

from crmcore.database.gate import ShopSession

# A degree of latitude is about 111 km.
_REACH = Decimal("0.045")


@dataclass(frozen=True)
class CustomerFigures:
    """Money in the shop's currency; None where there is nothing to divide.

    `every_days`: days between first and last purchase / (purchases - 1). `returned`: what came back, as a sum above
    zero. `average_order`: purchases / their number, returns left out; `shop_average`: the same for the whole shop,
    None for who may not see figures.
    """

    every_days: Decimal | None
    average_order: Decimal | None
    shop_average: Decimal | None
    returned: Decimal


def figures(shop: ShopSession, customer: RowMapping) -> CustomerFigures:
    """The figures of a customer, a row of `customers.get`."""
    shop.who.must("see customers")
    sums = shop.row("customers/figures", customer_id=customer["id"])
    purchases = customer["order_count"]
    return CustomerFigures(
        every_days=every_days(customer["first_purchase_on"], customer["last_purchase_on"], purchases),
        average_order=sums["bought"] / purchases if purchases else None,
        shop_average=sums["shop_average"] if shop.who.may("see figures") else None,
        returned=-sums["returned"],
    )


def every_days(first: date | None, last: date | None, purchases: int) -> Decimal | None:
    """Every how many days somebody buys: 2 purchases 30 days apart are every 30 days, one purchase tells nothing."""
    if first is None or last is None or purchases < 2:
        return None
    return Decimal((last - first).days) / (purchases - 1)


def around(shop: ShopSession, customer: RowMapping) -> list[RowMapping]:
    """Other customers with a place within about 5 km (id, latitude, longitude); none if this one has no place."""
    shop.who.must("see customers")
    if customer["latitude"] is None or customer["longitude"] is None:
        return []
    narrowing = max(cos(radians(float(customer["latitude"]))), 0.01)  # degrees of longitude get shorter to the poles
    return shop.rows(
        "customers/around",
        customer_id=customer["id"],
        latitude=customer["latitude"],
        longitude=customer["longitude"],
        reach=_REACH,
        reach_of_longitude=_REACH / Decimal(str(narrowing)),
    )
