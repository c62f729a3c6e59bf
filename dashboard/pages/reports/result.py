"""A report worked out: its number, its chart and its table."""

from dataclasses import replace
from typing import Any, cast

import streamlit as st

from crmcore.database.gate import ShopSession
from crmcore.reports import Result
from dashboard.parts import charts, words
from dashboard.parts.layout import empty_state, note
from dashboard.parts.tables import Columns, table
from dashboard.parts.words import escape

_BARS, _ROWS = 15, 100


def show(shop: ShopSession, result: Result) -> None:
    """The number in large letters, then the chart and the rows behind it."""
    days = result.period.in_words(shop.today)
    among = f" · among {result.among}" if result.among else ""
    if result.x is None:
        st.metric(result.title, said(shop, result.value, result.unit))
        note(f"Of {days}{among}" if days != "all time" else f"Of all time{among}")
    else:
        whole = f" · **{escape(said(shop, result.value, result.unit))}** in all" if result.value is not None else ""
        st.markdown(f"{escape(result.title)} :gray[· {escape(days + among)}]{whole}")
    if not result.rows:
        empty_state(":material/search_off:", "Nothing to show", "No rows fit. Choose other days or fewer filters.")
        return
    if result.step:
        result = _with_names_of_steps(result, result.step)
    if result.x is not None and result.y is not None:
        _draw(shop, result, result.x, result.y)
    if result.x is None and len(result.columns) == 1:
        return
    table(
        "report-rows", result.rows[:_ROWS], cast(Columns, result.columns), shop.shop, alt=f"{result.title}, row by row"
    )
    hidden = len(result.rows) - _ROWS
    if hidden > 0 or result.left_off:
        note(f"The first {_ROWS} of {words.count(len(result.rows) + result.left_off)} rows.")


def _with_names_of_steps(result: Result, step: str) -> Result:
    """Months, quarters and years under their names; a line is drawn through them all the same."""
    rows = [{**row, "by": words.step(row["by"], step)} for row in result.rows]
    return replace(result, rows=rows, columns={**result.columns, "by": (result.columns["by"][0], "text")})


def said(shop: ShopSession, value: Any, unit: str) -> str:
    """A value of a report as people read it."""
    if value is None:
        return words.NOTHING
    if unit == "money":
        return words.money(value, shop.shop)
    if unit == "percent":
        return words.percent(value)
    return f"{value:,.2f}".rstrip("0").rstrip(".") if unit == "quantity" else words.count(value)


def _draw(shop: ShopSession, result: Result, x: str, y: str) -> None:
    unit = result.columns[y][1]
    money = shop.shop if unit == "money" else None
    alt = f"{result.title}: {result.columns[y][0].lower()} by {result.columns[x][0].lower()}"
    if result.columns[x][1] == "day" or result.step:
        values = [row[y] for row in result.rows]
        charts.line("report-chart", alt, [row[x] for row in result.rows], values, name=result.columns[y][0], shop=money)
        return
    first = [row for row in result.rows if row[y] is not None][:_BARS]
    if first:
        charts.bars(
            "report-chart", alt, [str(row[x]) for row in first], [row[y] for row in first], shop=money,
            texts=[said(shop, row[y], unit) for row in first],
        )  # fmt: skip
