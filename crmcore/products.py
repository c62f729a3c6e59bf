"""Products: the catalogue a shop sells from. A product is switched off, never deleted, so old orders stay readable."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import IntegrityError

from crmcore import timeline
from crmcore.database.gate import ShopSession, broken_constraint, new_id
from crmcore.errors import BadInput, Conflict, NotFound
from crmcore.models import Product
from crmcore.money import LARGEST, format_money
from crmcore.names import fold, split_words
from crmcore.texts import one_line

SORTS = {"name": "Name", "price": "Price, low first", "-price": "Price, high first", "code": "Code", "newest": "Newest"}


@dataclass(frozen=True)
class NewProduct:
    """A product as it shall stand on the catalogue; `price` per piece in the shop's currency, None when it varies."""

    name: str
    sku: str | None = None
    category: str | None = None
    price: Decimal | None = None

    def checked(self, currency: str) -> "NewProduct":
        """The product with its texts tidied. Raises BadInput naming the first field that can't be used."""
        name = one_line("name", "A product's name", self.name, 300)
        if name is None:
            raise BadInput("name", "Give the product a name.")
        if self.price is not None and not (self.price.is_finite() and 0 <= self.price <= LARGEST):
            least, most = format_money(0, currency), format_money(LARGEST, currency)
            raise BadInput("price", f"A price is between {least} and {most}.")
        if self.price is not None and self.price != round(self.price, 2):
            raise BadInput("price", "A price has at most two decimals.")
        return replace(
            self,
            name=name,
            sku=one_line("sku", "A code", self.sku, 100),
            category=one_line("category", "A category", self.category, 100),
        )


def create(shop: ShopSession, new: NewProduct) -> UUID:
    """Put a product on the catalogue; return its id. Raises BadInput, also when its code is taken."""
    shop.who.must("manage products")
    new = new.checked(shop.shop.currency)
    product_id = shop.scalar(
        upsert(Product)
        .values(
            **vars(new),
            shop_id=shop.id,
            id=new_id(),
            created_at=shop.now,
            created_by=shop.who.staff_id,
            updated_at=shop.now,
            updated_by=shop.who.staff_id,
        )
        .on_conflict_do_nothing()
        .returning(Product.id)
    )
    if product_id is None:
        raise _code_is_taken(shop, new.sku)
    timeline.note(shop, "product added", "product", product_id, name=new.name, after=vars(new))
    return product_id


def change(shop: ShopSession, product_id: UUID, to: NewProduct, *, seen_at: datetime | None = None) -> None:
    """Change a product; sales made so far keep the name and price they had.

    `seen_at`: the `updated_at` the person saw; if somebody saved in between, raises Conflict.
    Raises NotFound, and BadInput as `create` does.
    """
    shop.who.must("manage products")
    before = _locked(shop, product_id)
    if seen_at is not None and before["updated_at"] != seen_at:
        raise Conflict("Someone else changed this product meanwhile. Look at what it says now, then save again.")
    after = vars(to.checked(shop.shop.currency))
    _write(shop, before, after, "product changed")


def switch_off(shop: ShopSession, product_id: UUID) -> None:
    """Take a product off what can be chosen when selling; it stays on old orders."""
    shop.who.must("manage products")
    _write(shop, _locked(shop, product_id), {"is_active": False}, "product switched off")


def switch_on(shop: ShopSession, product_id: UUID) -> None:
    """Offer a product for sale again."""
    shop.who.must("manage products")
    _write(shop, _locked(shop, product_id), {"is_active": True}, "product switched on")


def get(shop: ShopSession, product_id: UUID) -> RowMapping:
    """One product, switched off or not. Raises NotFound."""
    return _one(shop, select(Product).where(Product.shop_id == shop.id, Product.id == product_id))


def find(
    shop: ShopSession,
    typed: str = "",
    *,
    is_active: bool | None = True,
    category: str | None = None,
    sort: str = "name",
    limit: int = 20,
    offset: int = 0,
) -> tuple[list[RowMapping], int]:
    """Products by the start of any words of the name, or of the code, and how many there are in all.

    `typed` empty: all of them. `is_active` None: also those switched off. `sort`: a key of SORTS.
    """
    shop.who.must("see products")
    if sort not in SORTS:
        raise BadInput("sort", f"Products can't be sorted by “{sort}”. Use one of: {', '.join(SORTS)}.")
    typed = one_line("q", "A search", typed[:300], 300) or ""
    rows = shop.rows(
        "products/search",
        words=split_words(fold(typed)),
        code=typed.lower() or None,
        is_active=is_active,
        category=category,
        sort=sort,
        most=limit,
        skip=offset,
    )
    return rows, rows[0]["matches"] if rows else 0


def names(shop: ShopSession, limit: int = 500) -> dict[UUID, str]:
    """The products on the catalogue by name, switched off or not: what a filter offers."""
    shop.who.must("see products")
    query = select(Product.id, Product.name).where(Product.shop_id == shop.id).order_by(Product.name).limit(limit)
    return dict(shop.execute(query).all())


def often_sold(shop: ShopSession, customer_id: UUID | None = None, limit: int = 6) -> list[RowMapping]:
    """Products to offer first: what this customer bought lately, then what the shop sold most of late.

    Columns as in `find`, and bought_before: how often this customer did.
    """
    shop.who.must("see products")
    return shop.rows("products/often_sold", customer_id=customer_id, most=limit)


def categories(shop: ShopSession) -> list[str]:
    """The categories in use, by name."""
    query = select(Product.category).distinct().where(Product.shop_id == shop.id, Product.category.is_not(None))
    return sorted(category for (category,) in shop.execute(query))


def _write(shop: ShopSession, before: RowMapping, after: Mapping[str, Any], what: str) -> None:
    changed = timeline.changes(dict(before), dict(after))
    if not changed["after"]:
        return
    try:
        with shop.connection.begin_nested():
            shop.execute(
                update(Product)
                .where(Product.shop_id == shop.id, Product.id == before["id"])
                .values(**changed["after"], updated_at=shop.now, updated_by=shop.who.staff_id)
            )
    except IntegrityError as error:
        if broken_constraint(error).startswith("products_sku_once"):
            raise _code_is_taken(shop, after["sku"]) from error
        raise
    timeline.note(shop, what, "product", before["id"], name=before["name"], **changed)


def _locked(shop: ShopSession, product_id: UUID) -> RowMapping:
    this = select(Product).where(Product.shop_id == shop.id, Product.id == product_id)
    return _one(shop, this.with_for_update(key_share=True))


def _one(shop: ShopSession, query: Any) -> RowMapping:
    row = shop.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound("This product is not in your catalogue any more.")
    return row


def _code_is_taken(shop: ShopSession, sku: str | None) -> BadInput:
    name = shop.scalar(select(Product.name).where(Product.shop_id == shop.id, Product.sku == sku))
    return BadInput("sku", f"The code {sku} belongs to {name} already. Give this product another code.")
