"""Tags: short words a shop puts on its customers."""

from uuid import UUID

from sqlalchemy import RowMapping, delete, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from crmcore import customers, texts, timeline
from crmcore.database.gate import ShopSession, new_id
from crmcore.errors import BadInput
from crmcore.models import Tag, Tagging

LONGEST = 60


def all_tags(shop: ShopSession) -> list[RowMapping]:
    """Every tag of the shop (id, name), by name."""
    query = select(Tag.id, Tag.name).where(Tag.shop_id == shop.id).order_by(func.lower(Tag.name))
    return list(shop.execute(query).mappings())


def of_customer(shop: ShopSession, customer_id: UUID) -> list[RowMapping]:
    """The tags on one customer (id, name), by name."""
    query = (
        select(Tag.id, Tag.name)
        .join(Tagging, (Tagging.shop_id == Tag.shop_id) & (Tagging.tag_id == Tag.id))
        .where(Tag.shop_id == shop.id, Tagging.customer_id == customer_id)
        .order_by(func.lower(Tag.name))
    )
    return list(shop.execute(query).mappings())


def add(shop: ShopSession, customer_id: UUID, name: str) -> UUID:
    """Put a tag on a customer, making it if the shop has none of that name yet; return the tag's id.

    "VIP" and "vip" are one tag. A tag that is on the customer already stays as it is. Raises BadInput, NotFound.
    """
    shop.who.must("edit customers")
    tidy = texts.one_line("tag", "A tag", name, LONGEST)
    if tidy is None:
        raise BadInput("tag", "Write the tag first.")
    customers.get(shop, customer_id)
    tag_id = _tag(shop, tidy)
    put_on = shop.scalar(
        upsert(Tagging)
        .values(
            shop_id=shop.id,
            customer_id=customer_id,
            tag_id=tag_id,
            created_at=shop.now,
            created_by=shop.who.staff_id,
        )
        .on_conflict_do_nothing()
        .returning(Tagging.tag_id)
    )
    if put_on is not None:
        timeline.note(shop, "tag added", "tag", tag_id, customer_id=customer_id, tag=tidy)
    return tag_id


def remove(shop: ShopSession, customer_id: UUID, tag_id: UUID) -> None:
    """Take a tag off a customer; nothing happens if it is not on them."""
    shop.who.must("edit customers")
    name = shop.scalar(select(Tag.name).where(Tag.shop_id == shop.id, Tag.id == tag_id))
    taken = shop.scalar(
        delete(Tagging)
        .where(Tagging.shop_id == shop.id, Tagging.customer_id == customer_id, Tagging.tag_id == tag_id)
        .returning(Tagging.tag_id)
    )
    if taken is not None:
        timeline.note(shop, "tag removed", "tag", tag_id, customer_id=customer_id, tag=name)


def _tag(shop: ShopSession, name: str) -> UUID:
    """The id of the tag of this name, whatever its case; made when there is none, once whatever two people do."""
    same = select(Tag.id).where(Tag.shop_id == shop.id, func.lower(Tag.name) == func.lower(name)).order_by(Tag.id)
    found = shop.scalar(same.limit(1))
    if found is not None:
        return found
    made = shop.scalar(
        upsert(Tag)
        .values(shop_id=shop.id, id=new_id(), name=name, created_at=shop.now, created_by=shop.who.staff_id)
        .on_conflict_do_nothing()
        .returning(Tag.id)
    )
    return made or shop.scalar(same.limit(1))
