"""Choosing the days a page speaks of. The choice stands in the address, so that a view can be shared."""

from datetime import date

import streamlit as st

from crmcore import periods
from crmcore.errors import BadInput
from crmcore.periods import Period

_OWN_DAYS = "Other days"
_LABELS = [*periods.NAMES.values(), _OWN_DAYS]
_NAMES = {label: name for name, label in periods.NAMES.items()}


def choose_period(shop_today: date, default: str = periods.DEFAULT) -> Period:
    """The chosen period. The address names it as people read it: `?period=Last+month`, or days of one's own."""
    with st.container(horizontal=True, width="content", gap="xsmall", key="choose-period"):
        label = st.segmented_control(
            "Period",
            _LABELS,
            default=periods.NAMES[default],
            required=True,
            key="period",
            label_visibility="collapsed",
            wrap=True,
            bind="query-params",
        )
        if label != _OWN_DAYS:
            return periods.named(_NAMES.get(str(label), default), shop_today)
        days = st.date_input(
            "First and last day",
            (shop_today.replace(day=1), shop_today),
            min_value=periods.BEGINNING,
            max_value=shop_today,
            format="DD/MM/YYYY",
            key="days",
            label_visibility="collapsed",
            width=232,
            bind="query-params",
        )
    return _between(days, shop_today, default)


def choose(period: Period) -> None:
    """Choose this period for the person, from the callback of a button."""
    st.session_state["period"] = periods.NAMES.get(period.name, _OWN_DAYS)
    if not period.name:
        st.session_state["days"] = (period.since, period.last)


def address_of(period: Period) -> dict[str, str | list[str]]:
    """The query that opens a page with this period chosen, for st.page_link and st.switch_page."""
    if period.name:
        return {"period": periods.NAMES[period.name]}
    return {"period": _OWN_DAYS, "days": [period.since.isoformat(), period.last.isoformat()]}


def _between(days: object, shop_today: date, default: str) -> Period:
    """The days of a date field: while only the first is picked, that day alone."""
    picked = [day for day in days if isinstance(day, date)] if isinstance(days, tuple) else []
    try:
        return periods.between(picked[0], min(picked[-1], shop_today))
    except (BadInput, IndexError):
        return periods.named(default, shop_today)
