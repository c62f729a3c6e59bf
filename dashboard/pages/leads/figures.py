"""Where leads come from and what becomes of them: figures, the funnel, and source by source."""

from decimal import Decimal

import streamlit as st

from crmcore.database.gate import ShopSession
from crmcore.leads import STATUSES
from crmcore.metrics import MEASURES
from crmcore.metrics.measure import measure_before
from dashboard.navigation import to
from dashboard.parts import charts
from dashboard.parts.figures import figure_card, figure_meaning
from dashboard.parts.layout import note, section
from dashboard.parts.period import choose_period
from dashboard.parts.tables import Columns, table
from dashboard.parts.words import count, percent, rate

_COLUMNS: Columns = {
    "source": ("Came from", "text"),
    "leads": ("Leads", "count"),
    "converted": ("Converted", "count"),
    "rate": ("Rate", "text"),
}


def show_figures(shop: ShopSession) -> None:
    """What became of the leads that came up in a period."""
    period = choose_period(shop.today, default="year")
    now = MEASURES["lead_conversion"](shop, period)
    active = MEASURES["active_leads"](shop, period)
    with st.grid(2, min_column_width=158, gap=(12, 12)):
        basis = f"{_shown(now.part)} of {_shown(now.whole)} leads"
        figure_card(now, measure_before(shop, "lead_conversion", period), shop.shop, shop.today, basis=basis)
        figure_card(active, None, shop.shop, shop.today, basis="as of now, whatever the days")
    if not now.whole:
        note(f"No leads came up in these days ({period.in_words(shop.today)}). Choose other days.")
        return
    section("Where they stand now")
    by_status = MEASURES["leads_by_status"](shop, period)
    numbers = {row["status"]: row["leads"] for row in by_status.rows}
    texts = [f"{count(many)} · {rate(many, now.whole, 0)}" for many in numbers.values()]
    labels = [STATUSES[status] for status in numbers]
    alt = ", ".join(f"{label} {text}" for label, text in zip(labels, texts, strict=True))
    charts.bars("lead-funnel", f"Leads by status: {alt}.", labels, list(numbers.values()), texts=texts)
    figure_meaning(by_status, shop.shop, shop.today, "What this counts")
    section("By source")
    rows = [{**row, "rate": percent(row["rate"])} for row in now.rows]
    chosen = table(
        "leads-by-source", rows, _COLUMNS, shop.shop, selection="open",
        alt="For each source the leads, those that were converted, and the rate; press a line to see its leads",
        widths={"source": 260},
    )  # fmt: skip
    if chosen:
        days = {"created_from": str(period.since), "created_to": str(period.last)}
        st.switch_page(to("leads"), query_params={"source": rows[chosen[0]]["source"], **days})


def _shown(number: float | Decimal | None) -> str:
    return count(int(number or 0))
