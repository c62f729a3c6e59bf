"""The Overview below its figures: lines over time, new against returning, the best customers, who comes back."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from crmcore.database.gate import Shop
from crmcore.database.sql import read_sql
from crmcore.metrics import metric
from crmcore.metrics.overview import COHORTS, Overview, Span
from dashboard.navigation import to
from dashboard.parts import charts, kpi
from dashboard.parts.words import count, escape, money, percent, rate, several, short_money

_STEPS = {1: "day", 7: "week", 28: "four weeks"}


def revenue_line(shown: Overview, shop: Shop) -> None:
    now, earlier, step = shown.now, shown.earlier, _STEPS[shown.step_days]
    said = f"{short_money(now.within.revenue, shop)} {'so far' if now.is_open else 'in all'}"
    if earlier and shown.compared:
        ahead = now.within.revenue - earlier.within.revenue
        days = shown.compared.in_words(shown.today)
        said += f", {short_money(abs(ahead), shop)} {'ahead of' if ahead > 0 else 'behind'} {days}" if ahead else ""
    _head(f"Revenue by {step}", said, "revenue_by_day")
    charts.line(
        "revenue",
        f"Revenue by {step}: {said}.",
        [part.period.since for part in shown.line],
        [part.within.revenue for part in shown.line],
        name=shown.period.in_words(shown.today, short=True),
        earlier=[part.within.revenue for part in shown.earlier_line],
        earlier_name=shown.compared.in_words(shown.today, short=True) if shown.compared else "",
        earlier_xs=[part.period.since for part in shown.earlier_line],
        shop=shop,
        unfinished=now.is_open,
    )


def customers_over_time(shown: Overview, shop: Shop) -> None:
    first, last = shown.months[0], shown.months[-1]
    gained = last.so_far.buyers - first.so_far.buyers
    said = count(last.so_far.buyers)
    if len(shown.months) > 1:
        said += f", up {count(gained)} since the end of {first.period.since:%B}"
    _head("Customers", said, "customers_by_month")
    charts.line(
        "customers",
        f"Customers at the end of each month: {said}.",
        _names(shown.months),
        [month.so_far.buyers for month in shown.months],
        end_label=True,
        height=260,
    )


def orders_over_time(shown: Overview, shop: Shop) -> None:
    last = shown.months[-1]
    said = f"{count(last.within.purchases)} in {last.period.since:%B}{' so far' if last.is_open else ''}"
    _head("Purchases", said, "orders")
    charts.stacked_bars(
        "orders",
        f"Purchases in each month: {said}.",
        _names(shown.months),
        [("Purchases", [month.within.purchases for month in shown.months])],
        height=260,
    )


def new_against_returning(shown: Overview, shop: Shop) -> None:
    last = shown.months[-1]
    share = rate(last.returning_revenue, last.within.customer_revenue, 0)
    said = f"Regulars bring {share} {'this month' if last.is_open else f'in {last.period.since:%B}'}"
    _head("New against returning", said, "new_and_returning_by_month")
    charts.stacked_bars(
        "new-returning",
        f"Spend of returning and of new customers in each month. {said}.",
        _names(shown.months),
        [
            ("Returning customers", [month.returning_revenue for month in shown.months]),
            ("New customers", [month.within.new_revenue for month in shown.months]),
        ],
        shop=shop,
    )


def top_customers(shown: Overview, shop: Shop) -> None:
    _head("Top customers", "By what they spent with you in all", "top_customers")
    with st.container(gap="xsmall", key="top-customers"):
        for row in shown.top:
            with st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="small"):
                st.page_link(
                    to("customer"),
                    label=escape(row["name"]),
                    query_params={"id": str(row["customer_id"])},
                    width="stretch",
                )
                st.markdown(
                    f"**{escape(money(row['total_spent'], shop))}**  \n"
                    f":gray[:small[{several(row['purchases'], 'purchase')}]]",
                    width="content",
                    text_alignment="right",
                )
        st.page_link(to("customers"), label="All customers", icon=":material/arrow_forward:", icon_position="right")


def cohort_map(shown: Overview, shop: Shop) -> None:
    """Only months whose customers had a month to come back in."""
    rows = [
        (f"{cohort:%b} · {count(months[cohort])} new", _shares(cohort, months, shown.period.last))
        for cohort, months in shown.cohorts.items()
    ]
    rows = [row for row in rows if row[1]]
    _head(
        "Do new customers come back?",
        "The share who bought again in the months after",
        "cohorts",
    )
    if not rows:
        st.markdown(":gray[The first answer comes a month after the first sale.]")
        return
    told = "; ".join(f"{label}: {percent(100 * (shares[0] or 0), 0)} a month later" for label, shares in rows)
    charts.cohorts("cohorts", f"Share of new customers who bought again. {told}.", rows)


def _shares(cohort: date, months: dict[date, int], last: date) -> list[float]:
    """The share of a month's new customers who bought 1, 2, … months later, up to the last month shown."""
    later = (last.year - cohort.year) * 12 + last.month - cohort.month
    found = []
    for ahead in range(1, min(later, COHORTS - 1) + 1):
        month = cohort.month - 1 + ahead
        found.append(months.get(date(cohort.year + month // 12, month % 12 + 1, 1), 0) / months[cohort])
    return found


def _names(months: Sequence[Span]) -> list[str]:
    return [f"{month.period.since:%b}" for month in months]


def _head(title: str, said: str, key: str) -> None:
    """A chart's heading; what it says in one line opens what it means."""
    known = metric(key)
    with st.container(gap=None):
        st.subheader(title, anchor=False)
        kpi.meaning(
            f"chart-{key}",
            said,
            label=known.label,
            means=known.means,
            formula=known.formula,
            sql=read_sql(f"metrics/{key}"),
        )
