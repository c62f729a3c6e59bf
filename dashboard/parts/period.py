"""Choosing the days a page speaks of. The choice stands in the address, so that a view can be shared."""

from datetime import date

import streamlit as st

from crmcore import periods
from crmcore.errors import BadInput
from crmcore.periods import Period


def choose_period(shop_today: date, key: str = "period") -> Period:
    """The chosen period: one of periods.NAMES, or days of one's own; `?period=` in the address."""
    named = {name: label for name, label in periods.NAMES.items() if name != "all"}
    chosen = st.segmented_control(
        "Period",
        list(periods.NAMES),
        default=periods.DEFAULT,
        required=True,
        format_func=lambda name: {**named, "all": "All time"}[name],
        key=key,
        label_visibility="collapsed",
        bind="query-params",
    )
    try:
        return periods.parse(str(chosen), shop_today)
    except BadInput:
        return periods.named(periods.DEFAULT, shop_today)
