"""The figures on top of the Overview: four cards, a quiet strip, and the five lines that sum the shop up."""

import html

import streamlit as st

from crmcore.database.gate import Shop
from crmcore.metrics import Measure
from crmcore.metrics.overview import Overview
from dashboard.navigation import to
from dashboard.parts.figures import change, figure_card, figure_meaning, rounded, worked_out
from dashboard.parts.words import Markdown, count, escape, money, several, short_money


def kpi_cards(shown: Overview, shop: Shop) -> None:
    now, earlier = shown.now, shown.earlier
    bases = {
        "revenue": several(now.within.purchases, "purchase") + _and_returns(shown),
        "customers": f"of {count(now.books.everything.people)} people on file",
        "repeat_rate": f"{count(now.so_far.became_repeat)} of {several(now.so_far.buyers, 'customer')}",
        "average_ltv": f"{short_money(now.so_far.customer_revenue, shop)} net spend",
    }
    with st.grid(4, min_column_width=158, gap=(12, 12)):
        for key, basis in bases.items():
            course = [step.measure(key).value for step in shown.line]
            figure_card(
                now.measure(key),
                earlier.measure(key) if earlier else None,
                shop,
                shown.today,
                basis=basis,
                course=[value for value in course if value is not None] if len(course) > 1 else (),
            )


def _and_returns(shown: Overview) -> str:
    returns = shown.now.within.returns
    return f", {several(returns, 'return')}" if returns else ""


def strip(shown: Overview, shop: Shop) -> None:
    """Five quieter figures; the note below each opens what it means."""
    now, earlier = shown.now, shown.earlier
    this_month = shown.this_month.measure("new_customers")
    figures: list[tuple[Measure, Measure | None, str, str]] = [
        (
            this_month,
            shown.month_before.measure("new_customers"),
            "New this month",
            f"{count(shown.last_30_days.within.buyers)} in 30 days",
        )
    ]
    for key, note in (
        ("average_order", several(now.within.purchases, "purchase")),
        ("purchase_frequency", several(now.so_far.customer_purchases, "purchase")),
        ("anonymous_share", f"{short_money(now.within.anonymous_revenue, shop)} of revenue"),
        ("returns", f"{money(now.given_back, shop)} given back"),
    ):
        figures.append((now.measure(key), earlier.measure(key) if earlier else None, "", note))
    with st.container(border=True, key="strip-figures"), st.grid(5, min_column_width=140, gap=(12, 12)):
        for measure, before, label, note in figures:
            with st.container(gap=None):
                st.markdown(
                    f":gray[:small[{escape(label or measure.label)}]]  \n"
                    f"**{escape(rounded(measure, shop))}**{_arrow(measure, before, shop)}"
                )
                figure_meaning(measure, shop, shown.today, note, key=f"strip-{measure.key}")


def _arrow(now: Measure, before: Measure | None, shop: Shop) -> Markdown:
    text, worse = change(now, before, shop)
    if text is None or text == "0":
        return Markdown("")
    arrow, amount = ("↓", text[1:]) if text.startswith("-") else ("↑", text)
    return Markdown(f" :{'red' if worse else 'blue'}[:small[{arrow}\u202f{escape(amount)}]]")


def customer_lines(shown: Overview, shop: Shop) -> None:
    """The shop in five lines, since the beginning of its books."""
    everything, this_month = shown.in_all, shown.this_month
    rate = everything.measure("repeat_rate")
    lines = (
        (everything.measure("customers"), "Total customers", count(everything.so_far.buyers)),
        (rate, "Repeat customers", f"{count(everything.so_far.became_repeat)} ({rate.shown(shop)})"),
        (this_month.measure("new_customers"), "New this month", count(this_month.within.buyers)),
        (everything.measure("average_ltv"), "Average lifetime value", everything.measure("average_ltv").shown(shop)),
        (everything.measure("revenue"), "Total revenue", everything.measure("revenue").shown(shop)),
    )
    with st.container(gap=None):
        st.subheader("Customer overview", anchor=False)
        with st.popover("Since the first sale, up to today", type="tertiary", key="meaning-lines"):
            st.markdown(
                "\n\n".join(
                    f"**{label}**  \n{escape(measure.metric.means)}  \n"
                    f":gray[:small[{escape(worked_out(measure, shop, shown.today))}]]"
                    for measure, label, _ in lines
                )
            )
            st.page_link(to("definitions"), label="Their SQL, and the customers behind them")
    with st.container(border=True, key="customer-lines"):
        rows = "".join(f"<dt>{html.escape(label)}</dt><dd>{html.escape(value)}</dd>" for _, label, value in lines)
        st.html(f'<dl class="lines">{rows}</dl>')
