"""A shop's books: the day they open, before which nothing is on file, and the days its records count on."""

from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as upsert

from crmcore import timeline
from crmcore.database.gate import ShopSession
from crmcore.errors import BadInput
from crmcore.models import ShopSetting

FIRST_YEAR = 1900  # before it nobody can have meant it, whatever the shop says

_KEPT = "books_open_on"


def open_on(shop: ShopSession) -> date | None:
    """The day the shop's books open, or None when it never said."""
    kept = shop.scalar(select(ShopSetting.value).where(ShopSetting.shop_id == shop.id, ShopSetting.key == _KEPT))
    return date.fromisoformat(str(kept)) if kept is not None else None


def open_from(shop: ShopSession, day: date | None) -> None:
    """Say on which day the books open; None: on no day in particular. What is on file already stays.

    Raises BadInput for a day after today, or one that can't be meant.
    """
    shop.who.must("manage settings")
    before = open_on(shop)
    if day == before:
        return
    if day is None:
        shop.execute(delete(ShopSetting).where(ShopSetting.shop_id == shop.id, ShopSetting.key == _KEPT))
    else:
        if day > shop.today:
            raise BadInput(_KEPT, "Your books can't open in the future. Choose today or an earlier day.")
        if day.year < FIRST_YEAR:
            raise BadInput(_KEPT, f"The year {day.year} can't be right. Check the date.")
        row = {"value": day.isoformat(), "updated_at": shop.now, "updated_by": shop.who.staff_id}
        setting = upsert(ShopSetting).values(shop_id=shop.id, key=_KEPT, **row)
        shop.execute(setting.on_conflict_do_update(index_elements=["shop_id", "key"], set_=row))
    changed = timeline.changes({_KEPT: before}, {_KEPT: day})
    timeline.note(shop, "counting changed", "shop", shop.id, important=True, **changed)


def check_moment(shop: ShopSession, field: str, what: str, moment: datetime) -> None:
    """Raise BadInput(field) when `what` ("A sale") would lie after the shop's today or before its books open."""
    day = local_day(shop, moment)
    if day > shop.today:
        raise BadInput(field, f"{what} can't lie in the future. Choose today or an earlier day.")
    if day.year < FIRST_YEAR:
        raise BadInput(field, f"The year {day.year} can't be right. Check the date.")
    first = open_on(shop)
    if first is not None and day < first:
        raise BadInput(field, f"Your books open on {first:%-d %B %Y}. Choose that day or a later one.")


def local_day(shop: ShopSession, moment: datetime) -> date:
    """The shop's calendar day of a moment."""
    return moment.astimezone(shop.zone).date()
