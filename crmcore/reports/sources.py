"""What can be counted: the views of sql/views/report_sources.sql, column by column, in words people read."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Date, Integer, Numeric, TableClause, Text, Uuid, column, table

from crmcore.database.gate import Shop
from crmcore.errors import BadInput

TEXT, DAY, MONEY, NUMBER = "text", "day", "money", "number"

_TYPES: dict[str, Any] = {TEXT: Text(), DAY: Date(), MONEY: Numeric(14, 2), NUMBER: Integer()}


@dataclass(frozen=True)
class Column:
    """A column of a view. `kind`: text can be broken down and filtered by, days place a row in time, money and numbers
    can be added up. `lies_ahead`: a day to come is meant, so that all time has no end."""

    key: str
    label: str
    kind: str = TEXT
    lies_ahead: bool = False


@dataclass(frozen=True)
class Source:
    """A view a report counts rows of. `module`: without it the shop has no such rows. `is_of_customers`: its rows say
    whose they are (customer_id), so that those of a segment can be counted."""

    key: str
    label: str
    columns: tuple[Column, ...]
    module: str | None = None
    is_of_customers: bool = True

    @cached_property
    def view(self) -> TableClause:
        return table(
            f"report_{self.key}",
            column("shop_id", Uuid()),
            *([column("customer_id", Uuid())] if self.is_of_customers else []),
            *(column(one.key, _TYPES[one.kind]) for one in self.columns),
        )

    def of_kind(self, *kinds: str) -> dict[str, str]:
        """The columns of these kinds, with their labels."""
        return {one.key: one.label for one in self.columns if one.kind in kinds}

    def column(self, key: str, *kinds: str, field: str) -> Column:
        """The column of this name and one of these kinds. Raises BadInput(field) when there is none."""
        for one in self.columns:
            if one.key == key and one.kind in kinds:
                return one
        names = ", ".join(self.of_kind(*kinds).values())
        raise BadInput(field, f"{self.label} have no “{key}” any more. Choose one of: {names}.")


SOURCES = {
    source.key: source
    for source in (
        Source(
            "orders",
            "Orders",
            (
                Column("ordered_on", "Day of the order", DAY),
                Column("kind", "Kind"),
                Column("customer", "Customer"),
                Column("category", "Category of the customer"),
                Column("source", "Source of the customer"),
                Column("city", "City"),
                Column("rep", "Sales rep"),
                Column("payment_method", "Paid by"),
                Column("link", "Link"),
                Column("revenue", "Revenue", MONEY),
                Column("total", "Total, drafts and cancelled ones too", MONEY),
            ),
        ),
        Source(
            "order_lines",
            "Lines of orders",
            (
                Column("ordered_on", "Day of the order", DAY),
                Column("product", "Product"),
                Column("category", "Category of the product"),
                Column("sku", "SKU"),
                Column("kind", "Kind of the order"),
                Column("customer", "Customer"),
                Column("city", "City"),
                Column("rep", "Sales rep"),
                Column("revenue", "Revenue", MONEY),
                Column("quantity", "Quantity", NUMBER),
            ),
        ),
        Source(
            "customers",
            "Customers",
            (
                Column("created_on", "On file since", DAY),
                Column("first_purchase_on", "First purchase", DAY),
                Column("last_purchase_on", "Last purchase", DAY),
                Column("last_visit_on", "Last visit", DAY),
                Column("status", "Status"),
                Column("kind", "Person or company"),
                Column("category", "Category"),
                Column("source", "Source"),
                Column("city", "City"),
                Column("state", "State"),
                Column("postcode", "Postcode"),
                Column("language", "Language"),
                Column("industry", "Industry"),
                Column("segment", "Segment"),
                Column("lifecycle_stage", "Lifecycle stage"),
                Column("rep", "Sales rep"),
                Column("customer", "Customer"),
                Column("spent", "Spent", MONEY),
                Column("purchases", "Purchases", NUMBER),
                Column("visits", "Visits", NUMBER),
            ),
        ),
        Source(
            "visits",
            "Visits",
            (
                Column("visited_on", "Day of the visit", DAY),
                Column("kind", "Type"),
                Column("purpose", "Purpose"),
                Column("interest", "Interest"),
                Column("outcome", "Outcome"),
                Column("rep", "Handled by"),
                Column("customer", "Customer"),
                Column("category", "Category of the customer"),
                Column("source", "Source of the customer"),
                Column("city", "City"),
                Column("estimated_value", "Estimated value", MONEY),
            ),
            module="visits",
        ),
        Source(
            "leads",
            "Leads",
            (
                Column("created_on", "Day the lead came", DAY),
                Column("converted_on", "Day it was converted", DAY),
                Column("status", "Status"),
                Column("quality", "Quality"),
                Column("source", "Source"),
                Column("city", "City"),
                Column("territory", "Territory"),
                Column("rep", "Assigned to"),
                Column("company", "Company"),
                Column("score", "Score", NUMBER),
                Column("days_to_convert", "Days to convert", NUMBER),
            ),
            module="pipeline",
            is_of_customers=False,
        ),
        Source(
            "opportunities",
            "Opportunities",
            (
                Column("created_on", "Day it began", DAY),
                Column("closed_on", "Day it closed", DAY),
                Column("expected_close_on", "Expected close", DAY, lies_ahead=True),
                Column("stage", "Stage"),
                Column("status", "Status"),
                Column("rep", "Sales rep"),
                Column("source", "Source"),
                Column("kind", "Type"),
                Column("territory", "Territory"),
                Column("city", "City"),
                Column("customer", "Customer"),
                Column("competitor", "Competitor"),
                Column("reason", "Why won or lost"),
                Column("value", "Value", MONEY),
                Column("weighted", "Weighted value", MONEY),
                Column("days_to_close", "Days to close", NUMBER),
            ),
            module="pipeline",
        ),
    )
}


def of_shop(shop: Shop) -> list[Source]:
    """What this shop has rows of: that of modules it has not switched on is left out."""
    return [source for source in SOURCES.values() if source.module is None or shop.has(source.module)]
