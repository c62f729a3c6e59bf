"""Choosing the days a page speaks of. The choice stands in the address, so that a view can be shared."""

from datetime import date

import streamlit as st

from crmcore import periods
from crmcore.errors import BadInput
from crmcore.periods import Period

_OWN_DAYS = "days"
_LABELS = {**periods.NAMES, _OWN_DAYS: "Days…"}


def choose_period(shop_today: date, default: str = periods.DEFAULT) -> Period:
    """The chosen period: one of periods.NAMES as `?period=`, or days of one's own as `?period=days&days=`."""
    with st.container(horizontal=True, width="content", gap="xsmall", key="choose-period"):
        name = st.segmented_control(
            "Period",
            list(_LABELS),
            default=default,
            required=True,
            format_func=_LABELS.__getitem__,
            key="period",
            label_visibility="collapsed",
            wrap=True,
            bind="query-params",
        )
        if name != _OWN_DAYS:
            return periods.named(name or default, shop_today)
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


def _between(days: object, shop_today: date, default: str) -> Period:
    """The days of a date field: while only the first is picked, that day alone."""
    picked = [day for day in days if isinstance(day, date)] if isinstance(days, tuple) else []
    try:
        return periods.between(picked[0], min(picked[-1], shop_today))
    except (BadInput, IndexError):
        return periods.named(default, shop_today)
