"""From the catalogue to the page: a figure's card, its change, and the quiet button that opens what it means."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl

from crmcore.database.gate import Shop
from crmcore.database.sql import read_sql
from crmcore.metrics import Measure
from crmcore.metrics.catalogue import DOWN, MONEY, NEITHER, NUMBER, PERCENT
from dashboard.parts import kpi, words
from dashboard.parts.period import address_of

Some = Mapping[str, str]

_WIDEST = len("₹51,00,45,000")  # what half of a phone holds in the size of a card's figure


def figure_card(
    now: Measure,
    before: Measure | None,
    shop: Shop,
    today: date,
    *,
    basis: str,
    course: Sequence[float | Decimal] = (),
    active_days: int = 90,
    some: Some = MappingProxyType({}),
    label: str = "",
) -> None:
    """One KPI card: the figure, its change against `before`, its course, and `basis`, which opens what it means.

    `label`: a shorter one, where the figure's own is too long for a phone. `some`: what it was narrowed to, as the list
    of visits calls it ("rep", "product").
    """
    text, worse = change(now, before, shop)
    kpi.kpi_card(
        now.key,
        label or now.label,
        _in_a_card(now, shop),
        basis=basis,
        change=text,
        against=f"vs {short(before, shop)}" if text and before else "",
        worse=worse,
        course=course,
        means=now.metric.means,
        formula=worked_out(now, shop, today),
        sql=read_sql(f"metrics/{now.key}"),
        behind=behind(now, active_days, some),
    )


def figure_meaning(
    measure: Measure, shop: Shop, today: date, button: str, *, key: str | None = None, active_days: int = 90
) -> None:
    """The quiet `button` that opens what a figure means, how it was worked out, its SQL and the customers behind it."""
    kpi.meaning(
        key or measure.key,
        button,
        label=measure.label,
        means=measure.metric.means,
        formula=worked_out(measure, shop, today),
        sql=read_sql(f"metrics/{measure.key}"),
        behind=behind(measure, active_days),
    )


def change(now: Measure, before: Measure | None, shop: Shop) -> tuple[str | None, bool]:
    """How a figure changed, as ("11.7 %", "0.9 pt", "-₹84"; "0": not at all), and whether that is for the worse.

    Sums of money change in percent (from nothing: by so much), rates in points, everything else by so much. None if
    there is nothing to compare.
    """
    if before is None or now.value is None or before.value is None:
        return None, False
    unit, difference = now.metric.unit, Decimal(str(now.value)) - Decimal(str(before.value))
    if unit == MONEY and now.whole is None:
        earlier = Decimal(str(before.value))
        text = words.percent(100 * difference / earlier) if earlier > 0 else words.short_money(difference, shop)
    elif unit == PERCENT:
        text = f"{difference:.1f}{words.NARROW}pt"
    elif unit == MONEY:
        text = words.money(_without_cents(difference, now.value), shop)
    else:
        text = f"{difference:,.1f}" if unit == NUMBER else f"{difference:,.0f}"
    if not any(sign in "123456789" for sign in text):
        return "0", False
    better = now.metric.better
    return text, better != NEITHER and (difference > 0) == (better == DOWN)


def short(measure: Measure, shop: Shop) -> str:
    """A figure for comparison: ₹11.2 L where there is room for no more."""
    if measure.metric.unit == MONEY and measure.whole is None and measure.value is not None:
        return words.short_money(Decimal(str(measure.value)), shop)
    return rounded(measure, shop)


def rounded(measure: Measure, shop: Shop) -> str:
    """A figure as it stands on a page: averages of a thousand and more without cents."""
    if measure.metric.unit == MONEY and measure.whole is not None and measure.value is not None:
        return words.money(_without_cents(Decimal(str(measure.value)), measure.value), shop)
    return measure.shown(shop)


def _in_a_card(measure: Measure, shop: Shop) -> str:
    """₹102 Cr, where more would be cut off on a phone; what stands behind the card tells it to the last digit."""
    told = rounded(measure, shop)
    return told if len(told) <= _WIDEST else short(measure, shop)


def _without_cents(amount: Decimal, of: Any) -> Decimal:
    return round(amount, 0) if abs(of) >= 1000 else amount


def worked_out(measure: Measure, shop: Shop, today: date) -> str:
    """The formula with its numbers and days: "312 repeat customers / 1,168 customers, up to 20 November"."""
    if measure.key == "people_on_file":
        return measure.basis(shop)
    period = measure.period
    if measure.metric.so_far:
        days = "up to today" if period.last >= today else f"up to {words.day(period.last, today)}"
    else:
        days = period.in_words(today)
    return f"{measure.basis(shop)}, {days}"


def behind(measure: Measure, active_days: int = 90, some: Some = MappingProxyType({})) -> kpi.Way | None:
    """The way to the customers, or else the orders or visits, behind a figure: (label, page, its ?query)."""
    customers, orders = measure.metric.behind(measure.period, active_days), measure.metric.orders
    if customers is not None:
        return "The customers behind it", "customers", {**customers, **customers_of(some)}
    if orders is not None:
        return "The orders behind it", "orders", {**address_of(measure.period), **dict(parse_qsl(orders))}
    if measure.metric.leads is not None:
        days = {"since": measure.period.since, "last": measure.period.last}
        return "The leads behind it", "leads", dict(parse_qsl(measure.metric.leads.format(**days)))
    if measure.metric.contacts is not None:
        days = {"since": measure.period.since, "last": measure.period.last}
        return "The contacts behind it", "contacts", dict(parse_qsl(measure.metric.contacts.format(**days)))
    if measure.metric.opportunities is not None:
        days = {"since": measure.period.since, "last": measure.period.last}
        query = dict(parse_qsl(measure.metric.opportunities.format(**days)))
        return "The opportunities behind it", "pipeline", {"show": "table", **query, **some}
    if measure.metric.visits is not None:
        listed = {"show": "list", **address_of(measure.period), **some}
        return "The visits behind it", "visits", {**listed, **dict(parse_qsl(measure.metric.visits))}
    return None


def customers_of(some: Some) -> dict[str, str]:
    """What the list of customers calls it when visits are narrowed to a sales rep or a product."""
    return {{"rep": "handled_by", "product": "about"}[name]: value for name, value in some.items()}
