"""Making reminders: they follow the bills, whatever happens to a bill, in the same transaction.

sql/views/refills.sql says which reminders there have to be. Whoever writes, changes, cancels, returns or moves bills
names the customers; only shops that use refill reminders have any.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert

from crmcore import timeline
from crmcore.database.gate import ShopSession, new_id
from crmcore.models import Customer, ShopSetting
from crmcore.refills import rules
from crmcore.refills.rules import Rules

SLICE = 10_000  # customers whose reminders one statement makes


def remake(shop: ShopSession, customer_ids: Iterable[UUID | None]) -> None:
    """Make the reminders of these customers what their bills say by now; messages that became needless are dropped.

    Name everybody who has or had one of the bills.
    """
    if not shop.shop.has("refills"):
        return
    named = sorted({customer_id for customer_id in customer_ids if customer_id is not None})
    for start in range(0, len(named), SLICE):
        _remake(shop, named[start : start + SLICE])


def remake_all(shop: ShopSession) -> None:
    """Make the reminders of everybody: after the shop switched them on, or reminds another way."""
    everybody = select(Customer.id).where(Customer.shop_id == shop.id, Customer.order_count > 0).order_by(Customer.id)
    named = shop.execute(everybody).scalars().all()
    for start in range(0, len(named), SLICE):
        _remake(shop, named[start : start + SLICE])


def change_rules(shop: ShopSession, new: Rules) -> None:
    """Remind another way from now on: reminders nobody was sent yet move to their new day. Needs the gate alone.

    Raises BadInput for rules that can't be.
    """
    shop.who.must("manage settings")
    shop.must_be_alone()
    before, after = rules.of_shop(shop).as_kept(), new.checked().as_kept()
    if before == after:
        return
    row = {"value": after, "updated_at": shop.now, "updated_by": shop.who.staff_id}
    setting = upsert(ShopSetting).values(shop_id=shop.id, key=rules.KEY, **row)
    shop.execute(setting.on_conflict_do_update(index_elements=["shop_id", "key"], set_=row))
    remake_all(shop)
    timeline.note(shop, "refill rules changed", "shop", shop.id, important=True, **timeline.changes(before, after))


def give_up(shop: ShopSession) -> None:
    """What ran out so long ago that nobody will come for it any more is lost. A part of every morning."""
    lost_before = shop.today - timedelta(days=rules.of_shop(shop).lost_after_days)
    lost = shop.run("refills/give_up", lost_before=lost_before, now=shop.now).rowcount
    if lost:
        timeline.note(shop, "refills given up", "refill", count=lost)


def _remake(shop: ShopSession, customer_ids: Sequence[UUID]) -> None:
    if not shop.alone:  # two tills with a bill of one customer each: the second must see the first one's
        these = (Customer.shop_id == shop.id, Customer.id.in_(customer_ids))
        shop.execute(select(Customer.id).where(*these).order_by(Customer.id).with_for_update(key_share=True))
    shop.run(
        "refills/remake",
        customer_ids=list(customer_ids),
        id_start=new_id().hex[:24],
        usually_lost_after=Rules.lost_after_days,
        today=shop.today,
        now=shop.now,
        staff_id=shop.who.staff_id,
    )
    drop_messages(shop, customer_ids)


def drop_messages(shop: ShopSession, customer_ids: Iterable[UUID]) -> None:
    """What was made to remind these customers and did not go yet is dropped where it is needless or unwanted by now."""
    shop.run("refills/drop_messages", customer_ids=list(customer_ids), today=shop.today, now=shop.now)
