"""What an owner may change about the shop itself: its name, where it is, and how some figures are counted."""

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import exists, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from crmcore import counters, modules, refills, texts, timeline
from crmcore.database.gate import ShopSession
from crmcore.errors import BadInput, Conflict
from crmcore.models import Opportunity, Order, Product, ShopRecord, ShopSetting, Target, Visit
from crmcore.people import NewShop
from crmcore.pipeline import stages


@dataclass(frozen=True)
class Counting:
    """How figures are counted.

    `active_days`: who bought or came by within so many days is an active customer. `conversion_days`: a purchase so
    many days after a visit counts as having come of it.
    """

    active_days: int = 90
    conversion_days: int = 30

    def check(self) -> None:
        if not 1 <= self.active_days <= 3650:
            raise BadInput("active_days", f"Active days must be between 1 and 3,650, not {self.active_days:,}.")
        if not 0 <= self.conversion_days <= 365:
            raise BadInput(
                "conversion_days",
                f"Days from visit to purchase must be between 0 and 365, not {self.conversion_days:,}.",
            )


@dataclass(frozen=True)
class Fixed:
    """Which facts about the shop can't change any more, because what is on file was counted by them."""

    currency: bool
    timezone: bool


def counting(shop: ShopSession) -> Counting:
    """How this shop counts; what was never set is as for every new shop."""
    kept = dict(shop.execute(select(ShopSetting.key, ShopSetting.value).where(ShopSetting.shop_id == shop.id)).all())
    return Counting(**{name: kept.get(name, usual) for name, usual in asdict(Counting()).items()})


def change_counting(shop: ShopSession, new: Counting) -> None:
    """Count another way from now on, and past days anew the same way. Needs the gate alone, since sums change."""
    shop.who.must("manage settings")
    new.check()
    before = asdict(counting(shop))
    for key, value in asdict(new).items():
        if value == before[key]:
            continue
        row = {"value": value, "updated_at": shop.now, "updated_by": shop.who.staff_id}
        setting = upsert(ShopSetting).values(shop_id=shop.id, key=key, **row)
        shop.execute(setting.on_conflict_do_update(index_elements=["shop_id", "key"], set_=row))
    changes = timeline.changes(before, asdict(new))
    if "active_days" in changes["after"]:
        counters.recount_recency(shop)
    if "conversion_days" in changes["after"]:
        counters.recount_conversions(shop)
    if changes["after"]:
        timeline.note(shop, "counting changed", "shop", shop.id, important=True, **changes)


def show_staff_own_records_only(shop: ShopSession, only: bool) -> None:
    """Whether staff see only the customers they look after, and those nobody looks after. From the next press on."""
    shop.who.must("manage settings")
    before, after = {"own_records_only": shop.shop.own_records_only}, {"own_records_only": only}
    if before == after:
        return
    shop.execute(update(ShopRecord).where(ShopRecord.id == shop.id).values(**after))
    timeline.note(shop, "access changed", "shop", shop.id, important=True, **timeline.changes(before, after))


def fixed(shop: ShopSession) -> Fixed:
    """What `change_shop` would refuse to change."""
    has_orders = exists().where(Order.shop_id == shop.id)
    has_prices = exists().where(Product.shop_id == shop.id, Product.price.is_not(None))
    has_visits = exists().where(Visit.shop_id == shop.id)
    has_estimates = exists().where(Visit.shop_id == shop.id, Visit.estimated_value.is_not(None))
    has_deals = exists().where(Opportunity.shop_id == shop.id)
    has_values = exists().where(Opportunity.shop_id == shop.id, Opportunity.value.is_not(None))
    has_targets = exists().where(Target.shop_id == shop.id)
    amounts = has_orders | has_prices | has_estimates | has_values | has_targets
    money, days = shop.execute(select(amounts, has_orders | has_visits | has_deals)).one()
    return Fixed(currency=money, timezone=days)


def change_shop(shop: ShopSession, *, name: str, kind: str, region: str, currency: str, timezone: str) -> None:
    """Change what the shop is called and where it is. Needs the gate alone, so that no order comes in between.

    Raises BadInput, and Conflict for another currency or time zone when there are orders or visits: their amounts are
    in that currency, and the day each of them counts on was told by that clock. The modules of another kind of shop
    join those in use.
    """
    shop.who.must("manage settings")
    tidy = texts.one_line("name", "The name of a shop", name, 200) or ""
    NewShop(shop.shop.slug, tidy, kind, currency, region, timezone).check()
    facts = ("name", "kind", "region", "currency", "timezone")
    before: dict[str, Any] = {field: getattr(shop.shop, field) for field in facts}
    after: dict[str, Any] = {"name": tidy, "kind": kind, "region": region, "currency": currency, "timezone": timezone}
    if after == before:
        return
    if kind != before["kind"]:
        before["modules"] = list(shop.shop.modules)
        after["modules"] = modules.with_those_of(kind, shop.shop.modules)
    stays = fixed(shop)
    if currency != before["currency"] and stays.currency:
        raise Conflict(f"The amounts on file are in {before['currency']}: the currency can't change any more.")
    if timezone != before["timezone"] and stays.timezone:
        raise Conflict(
            f"The day of every order and visit on file was told by the clock of {before['timezone']}: "
            "the time zone can't change any more."
        )
    shop.execute(update(ShopRecord).where(ShopRecord.id == shop.id).values(**after))
    if "refills" in after.get("modules", ()) and not shop.shop.has("refills"):
        refills.remake_all(shop)
    if "pipeline" in after.get("modules", ()):
        stages.begin(shop)
    timeline.note(shop, "shop changed", "shop", shop.id, important=True, **timeline.changes(before, after))
