"""Companies: customers that are one, and what is known of them besides name and address."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, func, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert

from crmcore import customers, texts, timeline
from crmcore.database.gate import ShopSession
from crmcore.errors import BadInput
from crmcore.models import Company, Customer

FIELDS = {
    "website": "Website",
    "employees": "Employees",
    "annual_revenue": "Revenue a year",
    "tax_number": "Tax number",
}


def of(shop: ShopSession, customer_id: UUID) -> RowMapping | None:
    """What is known of a customer as a company (the keys of FIELDS, updated_at); None when it is none."""
    shop.who.must("see customers")
    query = select(Company).where(Company.shop_id == shop.id, Company.customer_id == customer_id)
    row: RowMapping | None = shop.execute(query).mappings().one_or_none()
    return row


def change(shop: ShopSession, customer_id: UUID, fields: Mapping[str, Any]) -> None:
    """Write down what is given in `fields` (keys of FIELDS; None or "" empties one); the customer is a company then.

    Raises NotFound, and BadInput naming the first field that can't be used.
    """
    shop.who.must("edit customers")
    if unknown := set(fields) - set(FIELDS):
        raise BadInput(min(unknown), f"A company has no field “{min(unknown)}”.")
    customers.on_file(shop, customer_id, lock=True)
    before = of(shop, customer_id)
    values = {key: checked(key, value) for key, value in fields.items()}
    changed = timeline.changes(dict(before or {}), values)
    if before is not None and not changed["after"]:
        return
    stamps = {"updated_at": shop.now, "updated_by": shop.who.staff_id}
    made = {"shop_id": shop.id, "customer_id": customer_id, "created_at": shop.now, "created_by": shop.who.staff_id}
    row = upsert(Company).values(**made, **values, **stamps)
    shop.execute(row.on_conflict_do_update(index_elements=["shop_id", "customer_id"], set_={**values, **stamps}))
    what = "company changed" if before is not None else "made a company"
    timeline.note(shop, what, "company", customer_id, customer_id=customer_id, **changed)


def find_or_create(shop: ShopSession, name: str, fields: Mapping[str, Any] | None = None) -> tuple[UUID, bool]:
    """The company of this name, by its letters and digits; created when there is none: (customer's id, was created).

    Of “Acme Ltd” and “ACME Ltd.”, where both are on file, the one that is spelt alike counts.

    One row whatever two people do at once. Customers of that name who are people are no match. `fields`: of a customer,
    for one that is created. Raises BadInput.
    """
    shop.who.must("edit customers")
    tidy = texts.one_line("name", "The name of a company", name, 300)
    if tidy is None:
        raise BadInput("name", "Write the company's name.")
    called, letters = func.coalesce(Customer.name, Customer.company_name), func.letter_key(tidy)
    lock = func.hashtextextended(func.concat(f"{shop.id} company ", letters), 0)
    shop.execute(select(func.pg_advisory_xact_lock(lock)))
    is_spelt_alike = func.name_key(called) == func.name_key(tidy)
    found = shop.scalar(
        select(Customer.id)
        .join(Company, (Company.shop_id == Customer.shop_id) & (Company.customer_id == Customer.id))
        .where(
            Customer.shop_id == shop.id,
            or_(is_spelt_alike, func.letter_key(called) == func.nullif(letters, "")),
            Customer.hidden_at.is_(None),
        )
        .order_by(is_spelt_alike.desc(), Customer.id)
        .limit(1)
    )
    if found is not None:
        return found, False
    customer_id = customers.create(shop, {**(fields or {}), "name": tidy})
    change(shop, customer_id, {})
    return customer_id, True


def checked(key: str, value: Any) -> Any:
    """What a field of a company (a key of FIELDS) will say, as it is stored; None for nothing. Raises BadInput(key)."""
    if value is None or value == "":
        return None
    if key == "employees":
        return int(_number(key, value, Decimal(10_000_000), whole=True))
    if key == "annual_revenue":
        return _number(key, value, Decimal(999_999_999_999)).quantize(Decimal("0.01"))
    return texts.one_line(key, FIELDS[key], str(value), 300)


def _number(key: str, value: Any, most: Decimal, *, whole: bool = False) -> Decimal:
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        number = Decimal("nan")
    if not number.is_finite() or not 0 <= number <= most or (whole and number != number.to_integral_value()):
        kind = "a whole number" if whole else "an amount"
        raise BadInput(key, f"{FIELDS[key]} must be {kind} from 0 to {most:,}, not “{value}”.")
    return number
