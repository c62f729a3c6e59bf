"""Filling in from the sales on file what nobody wrote down at the time. May be run any number of times.

For a shop that begins to record visits, or sales reps, with years of orders behind it.
"""

from collections import defaultdict
from uuid import UUID

from crmcore import counters, reps, timeline
from crmcore.database.gate import ShopSession, new_id


def visits(shop: ShopSession, *, dry_run: bool = False) -> int:
    """Give everybody who bought since their latest visit, or never had one, a visit on the day of the latest purchase.

    It says so itself (`from_sales`): outcome bought, handled by the rep of the sale, nothing made up beside it. The
    latest visit is a counter of visits, so it follows, as all figures do. Hidden customers are left alone. Returns how
    many visits there are to fill in, or with `dry_run` would be. Needs a gate opened alone.
    """
    shop.who.must("import")
    shop.must_be_alone()
    found = shop.rows("backfill/latest_purchases", today=shop.today)
    if not found or dry_run:
        return len(found)
    customer_ids = [row["customer_id"] for row in found]
    with counters.recounting(shop, customer_ids):
        shop.run(
            "backfill/insert_visits",
            ids=[new_id() for _ in found],
            customer_ids=customer_ids,
            moments=[row["ordered_at"] for row in found],
            days=[row["ordered_on"] for row in found],
            rep_ids=[row["rep_id"] for row in found],
            now=shop.now,
            staff_id=shop.who.staff_id,
        )
    timeline.note(shop, "visits filled in", "shop", shop.id, important=True, visits=len(found))
    return len(found)


def sales_reps(shop: ShopSession, *, dry_run: bool = False) -> int:
    """Give every customer whom nobody looks after to the rep of their most recent sale that names one who still sells.

    A sales rep who is there stays. Each change stands on its customer's timeline. Returns how many customers get one,
    or with `dry_run` would. Needs a gate opened alone.
    """
    shop.who.must("import")
    shop.must_be_alone()
    found = shop.rows("backfill/latest_reps")
    if dry_run:
        return len(found)
    customers_of: dict[UUID, list[UUID]] = defaultdict(list)
    for row in found:
        customers_of[row["rep_id"]].append(row["customer_id"])
    for rep_id, customer_ids in customers_of.items():
        reps.assign(shop, customer_ids, rep_id)
    if found:
        timeline.note(shop, "sales reps filled in", "shop", shop.id, important=True, customers=len(found))
    return len(found)
