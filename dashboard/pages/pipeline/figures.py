"""The pipeline in figures: what is open, what was won, how fast it moves, what is to come, each with its rows."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from heapq import nlargest
from typing import Any

import streamlit as st

from crmcore.database.gate import ShopSession
from crmcore.lists import NOBODY
from crmcore.metrics import Measure
from crmcore.metrics.measure import measure, measure_before
from crmcore.periods import Period
from crmcore.pipeline.board import Column
from dashboard.navigation import to
from dashboard.pages.pipeline.choosing import TABLE, View
from dashboard.parts import charts
from dashboard.parts.deal_words import line
from dashboard.parts.figures import figure_card
from dashboard.parts.layout import figure_strip, note, only_phone, only_wide, section
from dashboard.parts.period import choose_period
from dashboard.parts.tables import Columns, pressed_cell, table
from dashboard.parts.words import count, escape, money, percent, several, short_money

_NOW = ("pipeline_value", "weighted_pipeline", "average_open_deal")
_ENDED = ("win_rate", "average_deal", "sales_cycle")
_TOP = 5

_REPS: Columns = {
    "name": ("Sales rep", "text"),
    "opportunities": ("Open", "count"),
    "open_value": ("Open value", "money"),
    "won": ("Won", "count"),
    "lost": ("Lost", "count"),
    "won_value": ("Won value", "money"),
    "win_rate": ("Win rate", "percent"),
    "average_deal": ("Average deal", "money"),
    "sales_cycle": ("Days to sale", "days"),
}
_STAGES: Columns = {
    "stage": ("Stage", "text"),
    "standing": ("There now", "count"),
    "stuck": ("Stuck", "count"),
    "expected_days": ("Expected days", "count"),
    "days": ("Days on average", "days"),
    "moved_on": ("Left it", "count"),
}
_MONTHS: Columns = {
    "when": ("Month", "text"),
    "opportunities": ("Open", "count"),
    "value": ("Open value", "money"),
    "weighted": ("Weighted", "money"),
    "won_value": ("Won", "money"),
    "target": ("Target", "money"),
}
_KINDS = {"overdue": "Should have closed", "later": "Later", "undated": "Without a day"}


def show_figures(columns: Sequence[Column], view: View, shop: ShopSession) -> None:
    period = choose_period(shop.today, default="year")
    found = {key: measure(shop, key, period, view.some) for key in (*_NOW, *_ENDED, "pipeline_velocity")}
    _cards(found, columns, period, view, shop)
    left, right = st.columns(2, gap="large")
    with left:
        _by_stage(columns, view, shop)
        _lost(view, period, shop)
    with right:
        _largest(columns, shop)
    _forecast(view, period, shop)
    _time_in_stage(view, period, shop)
    _reps(view, period, shop)


def _cards(
    found: Mapping[str, Measure], columns: Sequence[Column], period: Period, view: View, shop: ShopSession
) -> None:
    open_ = sum(one.count for one in columns)
    won, closed = (int(one or 0) for one in (found["win_rate"].part, found["win_rate"].whole))
    flow, lost = found["pipeline_velocity"].rows[0], found["sales_cycle"].rows[0]
    days_lost = f"; {round(lost['lost_days'] / lost['lost'])} days to a loss" if lost["lost"] else ""
    bases = {
        "pipeline_value": several(open_, "open opportunity", "open opportunities"),
        "weighted_pipeline": "each times its probability",
        "average_open_deal": several(open_, "open opportunity", "open opportunities"),
        "win_rate": f"{count(won)} won of {count(closed)} closed",
        "average_deal": f"{count(won)} won",
        "sales_cycle": f"{count(won)} won{days_lost}",
        "pipeline_velocity": "a day, at this pace",
    }
    with st.grid(4, min_column_width=158, gap=(12, 12)):
        for key, now in found.items():
            before = measure_before(shop, key, period, view.some) if key in _ENDED else None
            if key == "pipeline_velocity" and now.value is not None:
                now = replace(now, value=round(Decimal(now.value)))  # cents a day say nothing
            figure_card(now, before, shop.shop, shop.today, basis=bases[key], some=view.narrowing)
        with st.container(border=True, key="kpi-moves", gap="xsmall", height="stretch"):
            st.metric("Moves a week", f"{float(flow['moves_per_week'] or 0):,.1f}")
            stood = flow["days_per_stage"]
            note(f"{several(flow['moves'], 'move')}" + (f", {float(stood):.1f} days a stage" if stood else ""))


def _by_stage(columns: Sequence[Column], view: View, shop: ShopSession) -> None:
    section("By stage", "What is open, and what of it is likely")
    values = [one.value for one in columns]
    texts = [
        f"{count(one.count)} · {money(one.value, shop.shop)} · weighted {money(one.weighted, shop.shop)}"
        for one in columns
    ]
    alt = "; ".join(f"{one.name}: {text}" for one, text in zip(columns, texts, strict=True))
    short = [f"{count(one.count)} · {short_money(one.value, shop.shop)}" for one in columns]
    names = [one.name for one in columns]
    charts.bars("pipeline-stages", f"Open opportunities by stage. {alt}.", names, values, texts=short)
    with st.container(horizontal=True, gap="xsmall", key="stage-links"):
        for one in columns:
            query = {"show": TABLE, "status": "open", "stage": str(one.stage_id), **view.narrowing}
            st.page_link(to("pipeline"), label=f"{escape(one.name)} · {count(one.count)}", icon="", query_params=query)


def _largest(columns: Sequence[Column], shop: ShopSession) -> None:
    """Each column holds its own largest ones, so the largest of all are among them."""
    section("Largest open opportunities", "How likely each is, by its own probability or its stage's")
    largest = nlargest(_TOP, (deal for one in columns for deal in one.deals), key=lambda deal: deal["value"] or 0)
    stage_of = {deal["id"]: one.name for one in columns for deal in one.deals}
    for row in largest:
        with st.container(border=True, gap="xsmall", key=f"top-{row['id']}"):
            named = escape(row["customer_name"] or row["name"])
            st.page_link(to("opportunity"), label=f"**{named}**", icon="", query_params={"id": str(row["id"])})
            about = f"{row['name']} · " if row["customer_name"] else ""
            st.markdown(f":gray[:small[{escape(about + stage_of[row['id']])} · {escape(line(row, shop))}]]")
            st.progress(int(row["likelihood"]))
    if not largest:
        note("Nothing is open.")


def _forecast(view: View, period: Period, shop: ShopSession) -> None:
    section(
        "Forecast",
        "Open opportunities by the month they should close in, times their probability, beside what was won",
    )
    found = measure(shop, "forecast", period, view.some)
    months = [row for row in found.rows if row["kind"] == "month"]
    labels = [f"{row['month']:%b}" + (f" {row['month']:%y}" if row["month"].month == 1 else "") for row in months]
    groups = [("Won", [row["won_value"] for row in months]), ("Weighted, open", [row["weighted"] for row in months])]
    told = "; ".join(
        f"{label}: won {money(row['won_value'], shop.shop)}, weighted {money(row['weighted'], shop.shop)}"
        for label, row in zip(labels, months, strict=True)
    )
    charts.stacked_bars("forecast", f"Won and expected by month. {told}.", labels, groups, shop=shop.shop)
    strip: list[tuple[str, str, str]] = []
    for row in found.rows:
        if row["kind"] != "month" and row["opportunities"]:
            deals = several(row["opportunities"], "deal")
            strip.append((_KINDS[row["kind"]], money(row["weighted"], shop.shop), deals))
    this_month = next(row for row in months if row["month"] == shop.today.replace(day=1))
    target = this_month["target"]
    has_targets = not (view.some.territory or view.some.source or view.some.product)
    without_target = "no target set" if has_targets else "targets are for all of them"
    reached = f"of {money(target, shop.shop)}" if target else without_target
    strip.insert(0, ("Won this month", money(this_month["won_value"], shop.shop), reached))
    figure_strip(strip)
    with st.expander("The months as a table", key="forecast-table"):
        rows = [{**row, "when": _when(row)} for row in found.rows]
        pressed = table(
            "forecast-months", rows, _MONTHS, shop.shop, selection="open",
            alt="Open, weighted, won and target by month; press a month to see its opportunities",
        )  # fmt: skip
    without = sum(row["without_value"] for row in found.rows)
    if without:
        have = several(without, "open opportunity has", "open opportunities have")
        note(f"{have} no value and count as nothing here.")
    if pressed:
        _open_table(behind_month(rows[pressed[0]], months, shop), view)


def _when(row: Mapping[str, Any]) -> str:
    return f"{row['month']:%B %Y}" if row["kind"] == "month" else _KINDS[row["kind"]]


def behind_month(row: Mapping[str, Any], months: Sequence[Mapping[str, Any]], shop: ShopSession) -> dict[str, str]:
    """The open opportunities of a row of the forecast; of a month that is over, those that were won in it."""
    if row["kind"] in ("overdue", "undated"):
        return {"status": "open", "watch": row["kind"]}
    if row["kind"] == "later":
        return {"status": "open", "expected_from": str(_last_of(months[-1]["month"]) + timedelta(days=1))}
    last = _last_of(row["month"])
    if last < shop.today.replace(day=1):
        return {"status": "won", "closed_from": str(row["month"]), "closed_to": str(last)}
    first = max(row["month"], shop.today)
    return {"status": "open", "expected_from": str(first), "expected_to": str(last)}


def _last_of(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _time_in_stage(view: View, period: Period, shop: ShopSession) -> None:
    section("Time in stage", f"Of those that left a stage in {period.in_words(shop.today)}; and who stands there now")
    rows = measure(shop, "time_in_stage", period, view.some).rows
    alt = "Stages with how many stand there, how many are stuck, days expected and days taken; press a number"
    with only_wide("time-in-stage"):
        pressed = pressed_cell("time-in-stage", rows, _STAGES, shop.shop, alt=alt)
    with only_phone("list-time-in-stage", gap="xsmall"):
        for row in rows:
            took = "none left it in these days" if row["days"] is None else f"{row['days']:.1f} days on average"
            expected = f", {row['expected_days']} expected" if row["expected_days"] else ""
            stuck = f" · {count(row['stuck'])} stuck" if row["stuck"] else ""
            query = {"show": TABLE, **view.narrowing, **behind_stage(row, "standing")}
            label = f"**{escape(row['stage'])}** **{count(row['standing'])}** :gray[:small[{took}{expected}{stuck}]]"
            st.page_link(to("pipeline"), label=label, query_params=query, width="stretch")
    if pressed is not None:
        _open_table(behind_stage(rows[pressed[0]], pressed[1]), view)


def behind_stage(row: Mapping[str, Any], column: str) -> dict[str, str]:
    """The opportunities that stand in a stage; of the number of those that are stuck, these."""
    query = {"status": "open", "stage": str(row["stage_id"]), "sort": "since"}
    return query | ({"watch": "stuck"} if column == "stuck" else {})


def _lost(view: View, period: Period, shop: ShopSession) -> None:
    section("Why deals are lost", period.in_words(shop.today))
    rows = measure(shop, "lost_reasons", period, view.some).rows
    if not rows:
        note("None were lost in these days.")
        return
    names = [row["reason"] or "No reason given" for row in rows]
    texts = [f"{count(row['opportunities'])} · {short_money(row['value'], shop.shop)}" for row in rows]
    alt = "; ".join(f"{name}: {text}" for name, text in zip(names, texts, strict=True))
    values = [row["opportunities"] for row in rows]
    charts.bars("lost-reasons", f"Lost opportunities by reason. {alt}.", names, values, texts=texts)
    with st.container(horizontal=True, gap="xsmall", key="reason-links"):
        for name, row in zip(names, rows, strict=True):
            query = {"show": TABLE, **view.narrowing, **behind_reason(row, period)}
            label = f"{escape(name)} · {count(row['opportunities'])}"
            st.page_link(to("pipeline"), label=label, icon="", query_params=query)


def behind_reason(row: Mapping[str, Any], period: Period) -> dict[str, str]:
    """The opportunities that were lost for a reason, or without one."""
    return {"status": "lost", "reason": str(row["reason_id"] or NOBODY), **_days(period)}


def _reps(view: View, period: Period, shop: ShopSession) -> None:
    section("Sales reps", f"Open now; won and lost in {period.in_words(shop.today)}")
    rows = measure(shop, "deal_results", period, view.some).rows
    told = [
        {
            **row,
            "name": row["name"] or "Nobody's",
            "average_deal": None if row["average_deal"] is None else round(row["average_deal"]),
        }
        for row in rows
    ]
    if not told:
        note("Nobody sells yet. Mark people in your team as selling, and they stand here.")
        return
    with only_wide("deal-reps"):
        alt = "Sales reps with open, won and lost opportunities; press a number to see its opportunities"
        pressed = pressed_cell("deal-reps", told, _REPS, shop.shop, alt=alt)
    with only_phone("list-deal-reps", gap="xsmall"):
        for row in told:
            worth = f"**{escape(money(row['won_value'], shop.shop))}**"
            rate = f", {percent(row['win_rate'])} won" if row["win_rate"] is not None else ""
            about = f"{count(row['opportunities'])} open · {count(row['won'])} won · {count(row['lost'])} lost{rate}"
            query = {"show": TABLE, **view.narrowing, "rep": str(row["rep_id"] or NOBODY)}
            label = f"**{escape(row['name'])}** {worth} :gray[:small[{escape(about)}]]"
            st.page_link(to("pipeline"), label=label, query_params=query, width="stretch")
    if pressed is not None:
        _open_table(behind_rep(rows[pressed[0]], pressed[1], period), view)


def behind_rep(row: Mapping[str, Any], column: str, period: Period) -> dict[str, str]:
    """The opportunities of a sales rep, or nobody's, that stand behind a number of theirs."""
    whose = {"rep": str(row["rep_id"] or NOBODY)}
    if column in ("opportunities", "open_value"):
        return {**whose, "status": "open"}
    if column == "name":
        return whose
    status = {"lost": "lost", "win_rate": "closed"}.get(column, "won")
    return {**whose, "status": status, **_days(period)}


def _days(period: Period) -> dict[str, str]:
    return {"closed_from": str(period.since), "closed_to": str(period.last)}


def _open_table(query: Mapping[str, str], view: View) -> None:
    """The rows behind a number, narrowed as the page is."""
    st.switch_page(to("pipeline"), query_params={"show": TABLE, **view.narrowing, **query})


