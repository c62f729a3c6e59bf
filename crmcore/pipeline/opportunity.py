"""What an opportunity is: its words, and what may be said of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from sqlalchemy import select

from crmcore import customers, people
from crmcore.database.gate import ShopSession
from crmcore.errors import BadInput, NotFound
from crmcore.models import ContactPerson, Lead, Product, Territory
from crmcore.money import LARGEST_DEAL
from crmcore.names import fold
from crmcore.periods import BEGINNING
from crmcore.texts import one_line, paragraph

OPEN, WON, LOST = "open", "won", "lost"
STATUSES = {OPEN: "Open", WON: "Won", LOST: "Lost"}

# What a person may change, as it is called.
FIELDS = {
    "name": "Name",
    "customer_id": "Customer",
    "contact_person_id": "Contact person",
    "value": "Value",
    "probability": "Probability",
    "expected_close_on": "Expected close",
    "kind": "Type",
    "source": "Source",
    "competitor": "Competitor",
    "next_step": "Next step",
    "rep_id": "Sales rep",
    "territory_id": "Territory",
}

KINDS = ("New business", "Existing customer", "Renewal")  # offered; a shop may write its own
FURTHEST_YEARS = 20  # an expected close beyond this is a slip of the finger

_LINES = {"kind": 60, "source": 120, "competitor": 200}


@dataclass(frozen=True)
class NewOpportunity:
    """A deal that begins. `stage_id=None`: the first open stage. `probability=None`: the stage's.

    `created_on`: None for today. `lead_id`: the lead it came of. `reason_id`, `reason_note`: for one that is written
    down as won or lost already, with `closed_on` (None: today).
    """

    name: str
    customer_id: UUID | None = None
    stage_id: UUID | None = None
    value: Decimal | None = None
    probability: int | None = None
    expected_close_on: date | None = None
    kind: str | None = None
    source: str | None = None
    competitor: str | None = None
    next_step: str | None = None
    rep_id: UUID | None = None
    territory_id: UUID | None = None
    contact_person_id: UUID | None = None
    lead_id: UUID | None = None
    created_on: date | None = None
    closed_on: date | None = None
    reason_id: UUID | None = None
    reason_note: str | None = None


@dataclass(frozen=True)
class Item:
    """What is offered. A product of the catalogue or a name; `total=None`: quantity x price, if there is a price."""

    name: str = ""
    quantity: Decimal = Decimal(1)
    unit_price: Decimal | None = None
    total: Decimal | None = None
    product_id: UUID | None = None


def checked(shop: ShopSession, fields: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """The columns for these fields (keys of FIELDS), tidied. `before`: what the opportunity says so far.

    Raises BadInput naming the first that can't be used, NotFound for a customer who is not on file.
    """
    if unknown := set(fields) - set(FIELDS):
        raise BadInput(min(unknown), f"An opportunity has no field “{min(unknown)}”.")
    values: dict[str, Any] = {}
    if "name" in fields:
        values["name"] = one_line("name", "The name of an opportunity", fields["name"], 300)
        if values["name"] is None:
            raise BadInput("name", "Give the opportunity a name, such as what it is about.")
    if "value" in fields:
        values["value"] = amount("value", "The value", fields["value"])
    if "probability" in fields:
        values["probability"] = percent("probability", fields["probability"])
    if "expected_close_on" in fields:
        values["expected_close_on"] = _expected(shop, fields["expected_close_on"], before["created_on"])
    for name, longest in _LINES.items():
        if name in fields:
            values[name] = one_line(name, f"The field {FIELDS[name].lower()}", fields[name], longest)
    if values.get("source") and fold(values["source"]) != fold(before.get("source") or ""):  # else it is spelt anew
        values["source"] = _spelt_as_before(shop, values["source"])
    if "next_step" in fields:
        values["next_step"] = paragraph("next_step", "The next step", fields["next_step"], 1_000)
    if "rep_id" in fields:
        values["rep_id"] = fields["rep_id"]
        if fields["rep_id"] != before.get("rep_id"):
            people.must_sell(shop, fields["rep_id"], "rep_id")
    _check_links(shop, fields, before, values)
    return values


def _check_links(
    shop: ShopSession, fields: Mapping[str, Any], before: Mapping[str, Any], values: dict[str, Any]
) -> None:
    """The customer, the person there and the territory, each of this shop. What stays as it was is not looked up: a
    colleague may look after the customer, unseen by whose deal it is.
    """
    customer_id, person_before = fields.get("customer_id", before.get("customer_id")), before.get("contact_person_id")
    is_another = customer_id != before.get("customer_id")
    if "customer_id" in fields:
        values["customer_id"] = customer_id
        if customer_id is not None and is_another:
            customers.on_file(shop, customer_id)
    if "contact_person_id" in fields or (is_another and person_before):
        person_id = fields.get("contact_person_id")
        values["contact_person_id"] = person_id
        if person_id is not None and (is_another or person_id != person_before):
            of_customer = select(ContactPerson.customer_id).where(
                ContactPerson.shop_id == shop.id, ContactPerson.id == person_id
            )
            if customer_id is None or shop.scalar(of_customer) != customer_id:
                raise BadInput(
                    "contact_person_id", "This contact person is not one of the customer's. Choose one of theirs."
                )
    if "territory_id" in fields:
        values["territory_id"] = fields["territory_id"]
        known = select(Territory.id).where(Territory.shop_id == shop.id, Territory.id == fields["territory_id"])
        if fields["territory_id"] is not None and shop.scalar(known) is None:
            raise BadInput("territory_id", "This territory is not one of your shop's. Choose one from the list.")


def check_lead(shop: ShopSession, lead_id: UUID | None) -> None:
    """Raise NotFound unless there is no lead, or it is one of this shop."""
    if lead_id is None:
        return
    if shop.scalar(select(Lead.id).where(Lead.shop_id == shop.id, Lead.id == lead_id)) is None:
        raise NotFound("This lead is not on file in your shop any more.")


def check_begun(shop: ShopSession, created_on: date) -> None:
    """Raise BadInput for a day to come, or one that nobody can have meant."""
    if created_on < BEGINNING:
        raise BadInput("created_on", f"The year {created_on.year} can't be right. Check the day the deal began.")
    if created_on > shop.today:
        raise BadInput("created_on", f"The deal can't have begun on {said(created_on)}, which is still to come.")


def check_closed(shop: ShopSession, closed_on: date, created_on: date) -> None:
    """Raise BadInput for a closing day before the deal began, or one to come."""
    if closed_on < created_on:
        raise BadInput(
            "closed_on",
            f"The deal can't have closed on {said(closed_on)}, before it began on {said(created_on)}. Check both days.",
        )
    if closed_on > shop.today:
        raise BadInput("closed_on", f"The deal can't have closed on {said(closed_on)}, which is still to come.")


def checked_items(shop: ShopSession, items: Sequence[Item]) -> list[dict[str, Any]]:
    """The rows of these items, in order. Raises BadInput for a name, quantity or price that can't be used."""
    wanted = {item.product_id for item in items if item.product_id is not None}
    names: dict[UUID, str] = dict(
        shop.execute(select(Product.id, Product.name).where(Product.shop_id == shop.id, Product.id.in_(wanted))).all()
    )
    rows = []
    for position, item in enumerate(items, 1):
        if item.product_id is not None and item.product_id not in names:
            raise BadInput("product_id", "This product is not on your catalogue any more. Choose another.")
        name = one_line("items", "The name of an item", item.name, 300)
        name = name or (names[item.product_id] if item.product_id else None)
        if name is None:
            raise BadInput("items", f"Say what item {position} is.")
        quantity = _number("quantity", "The quantity", item.quantity)
        if quantity is None or not 0 < quantity < 10**9:
            raise BadInput("quantity", f"The quantity of {name} must be more than 0.")
        price = amount("unit_price", "The price", item.unit_price)
        total = amount("total", "The total", item.total)
        if total is None and price is not None:
            total = amount("total", "The total", quantity * price)
        rows.append(
            {
                "position": position,
                "product_id": item.product_id,
                "product_name": name,
                "quantity": quantity,
                "unit_price": price,
                "total": total,
            }
        )
    return rows


def _spelt_as_before(shop: ShopSession, source: str) -> str:
    """The source as the shop has it, so that it is one in every sum whatever its capitals."""
    known: list[str] = list(shop.run("pipeline/sources").scalars())
    alike = (one for one in known if fold(one) == fold(source))
    return source if source in known else next(alike, source)


def amount(field: str, label: str, typed: Any) -> Decimal | None:
    """An amount of money with its cents, or None. Raises BadInput below zero and beyond what is plausible."""
    number = _number(field, label, typed)
    if number is None:
        return None
    if number < 0:
        raise BadInput(field, f"{label} can't be below zero.")
    if number > LARGEST_DEAL:
        raise BadInput(field, f"{label} can't be more than {LARGEST_DEAL:,}.")
    return number.quantize(Decimal("0.01"))


def percent(field: str, typed: Any) -> int | None:
    """A whole number from 0 to 100, or None. Raises BadInput for anything else."""
    number = _number(field, "A probability", typed)
    if number is None:
        return None
    if not 0 <= number <= 100 or number % 1:
        raise BadInput(field, f"A probability is a whole number from 0 to 100, not {typed}.")
    return int(number)


def said(day: date) -> str:
    """3 March 2026."""
    return f"{day:%-d %B %Y}"


def _number(field: str, label: str, typed: Any) -> Decimal | None:
    if typed is None or typed == "":
        return None
    try:
        number = Decimal(str(typed))
    except InvalidOperation:
        number = Decimal("nan")
    if not number.is_finite():
        raise BadInput(field, f"{label} must be a number, not “{typed}”.")
    return number


def _expected(shop: ShopSession, day: date | None, created_on: date) -> date | None:
    if day is None:
        return None
    if day < created_on:
        raise BadInput(
            "expected_close_on",
            f"The deal can't close on {said(day)}, before it began on {said(created_on)}. Choose a later day.",
        )
    if day.year > shop.today.year + FURTHEST_YEARS:
        raise BadInput("expected_close_on", f"{said(day)} is more than {FURTHEST_YEARS} years away. Check the year.")
    return day
