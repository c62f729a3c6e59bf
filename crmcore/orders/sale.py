"""What a sale is made of, and what can't be one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from crmcore.books import check_moment
from crmcore.database.gate import ShopSession
from crmcore.errors import BadInput
from crmcore.money import CENT, LARGEST, format_money
from crmcore.texts import one_line, paragraph

DRAFT, COMPLETED, CANCELLED, RETURNED = "draft", "completed", "cancelled", "returned"
STATUSES = {DRAFT: "Draft", COMPLETED: "Completed", CANCELLED: "Cancelled", RETURNED: "Returned"}

MOST_ITEMS = 500
MOST_PIECES = Decimal(9_999_999)
_THOUSANDTH, _PRICE_STEP = Decimal("0.001"), Decimal("0.0001")


@dataclass(frozen=True)
class Item:
    """One line of an order: a product on the catalogue, or just its name; price per piece in the shop's currency."""

    product_name: str | None
    quantity: Decimal = Decimal(1)
    unit_price: Decimal = Decimal(0)
    product_id: UUID | None = None
    sku: str | None = None
    category: str | None = None
    medicine_days: int | None = None

    @property
    def total(self) -> Decimal:
        """What the line costs, rounded to the cent."""
        return in_cents(self.quantity * self.unit_price)

    def checked(self, position: int, currency: str) -> "Item":
        """The item with its texts tidied; raises BadInput naming what is wrong with the item at `position`."""
        item = replace(
            self,
            product_name=one_line("product", f"The name of item {position}", self.product_name, 300),
            sku=one_line("sku", f"The code of item {position}", self.sku, 100),
            category=one_line("category", f"The category of item {position}", self.category, 100),
        )
        label = item.product_name or f"Item {position}"
        if not item.product_name and item.product_id is None:
            raise BadInput("product", f"Item {position} needs a product or a name.")
        if not item.quantity.is_finite() or abs(item.quantity) > MOST_PIECES:
            raise BadInput("quantity", f"{label}: a quantity can be up to {MOST_PIECES:,}.")
        if item.quantity == 0:
            raise BadInput("quantity", f"{label} has no quantity. Give at least 1, or remove it.")
        if item.quantity != item.quantity.quantize(_THOUSANDTH):
            raise BadInput("quantity", f"{label}: a quantity has at most three decimals, such as 0.250.")
        if not item.unit_price.is_finite() or item.unit_price > LARGEST:
            raise BadInput("unit_price", f"{label}: a price can be up to {format_money(LARGEST, currency)}.")
        if item.unit_price < 0:
            raise BadInput("unit_price", f"{label} has a negative price. Use Return to give money back.")
        if item.unit_price != item.unit_price.quantize(_PRICE_STEP):
            raise BadInput("unit_price", f"{label}: a price has at most four decimals.")
        if abs(item.total) > LARGEST:
            raise BadInput(
                "total", f"{label} comes to more than {format_money(LARGEST, currency)}. Check price and quantity."
            )
        if item.medicine_days is not None and not 1 <= item.medicine_days <= 3650:
            raise BadInput("medicine_days", f"{label} lasts {item.medicine_days} days; use 1 to 3650.")
        return item


@dataclass(frozen=True)
class NewOrder:
    """A sale to record.

    Who bought: `customer_id`; or a `phone`, found or created on the way; or neither: a walk-in without a name.
    How much: `items`, or one `amount` in the shop's currency; both when the items were sold for another sum.
    `ordered_at`: aware, default now. `idempotency_key`: the same key again records nothing, it gives the first order.
    """

    items: Sequence[Item] = ()
    amount: Decimal | None = None
    customer_id: UUID | None = None
    phone: str | None = None
    name: str | None = None
    email: str | None = None
    address: str | None = None
    status: str = COMPLETED
    ordered_at: datetime | None = None
    rep_id: UUID | None = None
    payment_method: str | None = None
    number: str | None = None
    note: str | None = None
    source_slug: str | None = None
    customer_category: str | None = None
    was_contacted_before: bool | None = None
    visited_but_no_purchase: bool | None = None
    idempotency_key: str | None = None

    @property
    def total(self) -> Decimal:
        return in_cents(self.amount) if self.amount is not None else total_of(self.items)

    @property
    def quantity(self) -> Decimal:
        return pieces_in(self.items, self.total)

    @property
    def is_return(self) -> bool:
        """The rule of the column orders.is_return."""
        return self.total < 0 or (self.total == 0 and self.quantity < 0)

    def checked(self, shop: ShopSession) -> "NewOrder":
        """The sale with its texts tidied; raises BadInput naming the first field that can't be used."""
        if self.amount is None and not self.items:
            raise BadInput("items", "Add at least one item, or an amount.")
        if self.status not in STATUSES:
            raise BadInput("status", f"“{self.status}” is not a status. Use one of: {', '.join(STATUSES)}.")
        new = replace(
            self,
            items=checked_items(self.items, shop.shop.currency),
            name=one_line("name", "A name", self.name, 300),
            address=paragraph("address", "An address", self.address, 500),
            payment_method=one_line("payment_method", "A way to pay", self.payment_method, 60),
            number=one_line("number", "An order number", self.number, 100),
            note=paragraph("note", "A note", self.note),
            source_slug=one_line("source_slug", "A link's name", self.source_slug, 100),
            customer_category=one_line("customer_category", "A category", self.customer_category, 100),
        )
        check_amount(new.amount, shop.shop.currency)
        if abs(new.total) > LARGEST:
            raise _too_much(shop.shop.currency)
        if new.ordered_at is not None:
            check_moment(shop, "ordered_at", "A sale", new.ordered_at)
        return new


def checked_items(items: Sequence[Item], currency: str) -> tuple[Item, ...]:
    """The items with their texts tidied. Raises BadInput for the first that can't be used."""
    if len(items) > MOST_ITEMS:
        raise BadInput("items", f"An order holds up to {MOST_ITEMS} items; this has {len(items)}.")
    return tuple(item.checked(position, currency) for position, item in enumerate(items, 1))


def check_amount(amount: Decimal | None, currency: str) -> None:
    """Raise BadInput unless an order can hold the amount."""
    if amount is not None and (not amount.is_finite() or abs(amount) > LARGEST):
        raise _too_much(currency)


def on_day(shop: ShopSession, day: date, like: datetime | None = None) -> datetime:
    """A moment on the shop's `day`, at the shop's time of `like` (default: the time it is now)."""
    local = (like or shop.now).astimezone(shop.zone)
    return datetime.combine(day, local.time(), shop.zone)


def in_cents(amount: Decimal) -> Decimal:
    """The amount rounded to the cent, halves up."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def total_of(items: Sequence[Item]) -> Decimal:
    return sum((item.total for item in items), Decimal(0))


def pieces_in(items: Sequence[Item], total: Decimal) -> Decimal:
    """Net number of pieces; an order of one amount counts as one piece, or as minus one when it is a return."""
    if items:
        return sum((item.quantity for item in items), Decimal(0))
    return Decimal(-1) if total < 0 else Decimal(1)


def told(items: Sequence[Item]) -> str:
    """What was bought, in one line for the timeline: "Rice, Soap × 2 and 3 more"."""
    shown = [
        (item.product_name or "item") + (f" × {plain_number(item.quantity)}" if item.quantity != 1 else "")
        for item in items[:5]
    ]
    return ", ".join(shown) + (f" and {len(items) - 5} more" if len(items) > 5 else "")


def plain_number(quantity: Decimal) -> str:
    """A quantity without needless zeros: 2, 0.25, 100."""
    return f"{quantity:f}".rstrip("0").rstrip(".") if "." in f"{quantity:f}" else f"{quantity:f}"


def _too_much(currency: str) -> BadInput:
    most = format_money(LARGEST, currency)
    return BadInput("total", f"That is more than an order can hold ({most}). Check price and quantity.")
