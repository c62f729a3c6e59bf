"""Figures, dates and names as people read them. "–" stands for what is not there."""

import re
from datetime import date, datetime
from datetime import time as clock_time
from decimal import Decimal
from typing import Any

from crmcore import phones
from crmcore.database.gate import Shop
from crmcore.money import format_money

ROLES = {"owner": "Owner", "manager": "Manager", "staff": "Staff"}

NOTHING = "–"
NARROW = "\u202f"  # between a figure and its unit

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_LINE_ENDS = re.compile(r"\s*[\r\n]+\s*")
_ADDRESS = re.compile(r"(https?(?=:)|www(?=\.))", re.IGNORECASE)
_JOINER = "\u2060"  # unseen; keeps an address that someone typed into a name from becoming a link


class Markdown(str):
    """Text that is markdown on purpose: `escape` leaves it alone."""

    __slots__ = ()


def escape(text: object) -> Markdown:
    """What people typed, safe to stand in markdown: shown as it is, never as formatting; only an e-mail
    address becomes a link."""
    if isinstance(text, Markdown):
        return text
    plain = _ADDRESS.sub(rf"\1{_JOINER}", _LINE_ENDS.sub(" ", str(text)))
    return Markdown(_PUNCTUATION.sub(r"\\\1", plain))


def lines(text: str) -> list[Markdown]:
    """What people typed on several lines, each of them safe in markdown; empty ones are left out."""
    return [escape(line) for line in text.splitlines() if line.strip()]


def money(amount: Decimal | int | None, shop: Shop) -> str:
    """₹12,48,560; decimals only where they occur."""
    return NOTHING if amount is None else format_money(amount, shop.currency)


def short_money(amount: Decimal | int | float | None, shop: Shop) -> str:
    """₹11.2 L, for comparisons and axes."""
    return NOTHING if amount is None else format_money(Decimal(str(amount)), shop.currency, short=True)


def count(number: int | Decimal | None) -> str:
    """1,168."""
    return NOTHING if number is None else f"{number:,}"


def percent(value: float | Decimal | None, decimals: int = 1) -> str:
    """26.7 % of a value in percent; a whole number for `decimals=0`."""
    return NOTHING if value is None else f"{value:.{decimals}f}{NARROW}%"


def rate(part: Any, whole: Any, decimals: int = 1) -> str:
    """`part` of `whole` in percent; 0 of 0 is nothing, not 0 %."""
    return percent(None if not whole else 100 * part / whole, decimals)


def day(when: date | None, today: date) -> str:
    """20 Nov, with the year only when it is another one than today's."""
    if when is None:
        return NOTHING
    return f"{when.day} {when:%b}" + ("" if when.year == today.year else f" {when.year}")


def step(first: date, length: str) -> str:
    """A week, month, quarter or year by its first day: 20 Nov 2026, Nov 2026, Q4 2026, 2026."""
    names = {"month": f"{first:%b %Y}", "quarter": f"Q{(first.month + 2) // 3} {first.year}", "year": f"{first.year}"}
    return names.get(length, f"{first.day} {first:%b %Y}")


def weekday(when: date, today: date) -> str:
    """Mon 23 Nov."""
    return f"{when:%a} {day(when, today)}"


def time(when: datetime, shop: Shop) -> str:
    """5:30 pm on the shop's clock."""
    return clock(when.astimezone(shop.zone).time())


def clock(when: clock_time) -> str:
    """5:30 pm."""
    return f"{when.hour % 12 or 12}:{when:%M} {'am' if when.hour < 12 else 'pm'}"


def moment(when: datetime | None, shop: Shop, today: date | None = None) -> str:
    """20 Nov, 5:30 pm on the shop's clock."""
    if when is None:
        return NOTHING
    local_today = today or datetime.now(shop.zone).date()
    return f"{day(when.astimezone(shop.zone).date(), local_today)}, {time(when, shop)}"


def ago(when: date | None, today: date) -> str:
    """today, yesterday, 12 days ago, in 3 days."""
    if when is None:
        return NOTHING
    days = (today - when).days
    if days in (0, 1, -1):
        return {0: "today", 1: "yesterday", -1: "tomorrow"}[days]
    return f"{count(days)} days ago" if days > 0 else f"in {count(-days)} days"


def phone(e164: str | None, region: str) -> str:
    """98200 11111 at home, +44 20 7946 0000 from elsewhere."""
    return phones.display(e164, region) if e164 else NOTHING


def masked(e164: str | None) -> str:
    """The last three digits of a phone number, for those who need no more."""
    return f"••• {e164[-3:]}" if e164 else NOTHING


def several(number: int, one: str, many: str = "") -> str:
    """1 customer, 3 customers."""
    return f"{count(number)} {one if number == 1 else many or one + 's'}"
