"""A row of a sheet as it was understood, in the words of the shop."""

from datetime import datetime
from decimal import Decimal

from crmcore.database.gate import Shop
from crmcore.sheets.fields import Field, kinds
from dashboard.parts import words


def as_saved(value: str | None, field: Field, shop: Shop) -> str | None:
    """One cell: a date, an amount or a phone as the pages show them; None stays empty."""
    if value is None:
        return None
    if field.holds == kinds.PHONE:
        return words.phone(value, shop.region)
    if field.holds in (kinds.MONEY, kinds.PRICE):
        return words.money(Decimal(value), shop)
    if field.holds == kinds.MOMENT:
        when = datetime.fromisoformat(value).astimezone(shop.zone)
        at = "" if (when.hour, when.minute) == (0, 0) else f", {words.time(when, shop)}"
        return f"{when.day} {when:%b %Y}{at}"
    return value
