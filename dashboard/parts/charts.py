"""Charts: plain dicts made into one figure each, in the same quiet style on light and dark.

Colour never stands alone: what is compared is dotted, a second group hatched, a heat map printed with its figures.
Money axes have tick texts of their own, because Plotly can't group ₹12,48,560.
"""

from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from math import ceil, floor, log10
from typing import Any

import plotly.io
import streamlit as st
from plotly.basedatatypes import BaseFigure

from crmcore.database.gate import Shop
from dashboard.look.theme import CHART_COLOURS, CHART_EARLIER, CHART_MAIN, CHART_SECOND
from dashboard.parts import words

Number = Any  # int, float or Decimal
Xs = Sequence[date] | Sequence[str]

_CONFIG = {"displayModeBar": False, "responsive": True, "doubleClick": False, "showTips": False}
_LIGHT_FILL = "rgba(47, 127, 156, 0.09)"
_HATCHES = ("", "/", ".")


def line(
    key: str,
    alt: str,
    xs: Xs,
    now: Sequence[Number | None],
    *,
    name: str = "",
    earlier: Sequence[Number | None] = (),
    earlier_name: str = "",
    earlier_xs: Xs = (),
    shop: Shop | None = None,
    unfinished: bool = False,
    end_label: bool = False,
    height: int = 290,
) -> None:
    """`now` as a solid line with a light fill over `xs` (days or words); `earlier`, point by point, grey and dotted.

    `shop`: the figures are its money. `unfinished`: the last point is today, so it is an open dot "today so far".
    `end_label`: the last value is written at its end. `alt` says in a sentence what the chart shows.
    """
    said = _said(shop)
    days = _x_words(xs)
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": name,
            "x": days,
            "y": _plain(now),
            "line": {"color": CHART_MAIN, "width": 2.5},
            "fill": "tozeroy",
            "fillcolor": _LIGHT_FILL,
            "customdata": [said(value) for value in now],
            "hovertemplate": f"<b>%{{customdata}}</b> {name}<extra></extra>",
        }
    ]
    if earlier:
        their_days = _x_words(earlier_xs) if earlier_xs else [""] * len(earlier)
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "name": earlier_name,
                "x": days[: len(earlier)],
                "y": _plain(earlier)[: len(days)],
                "line": {"color": CHART_EARLIER, "width": 2, "dash": "dot"},
                "customdata": [
                    f"{said(value)} · {when}" if when else f"{said(value)} {earlier_name}"
                    for value, when in zip(earlier, their_days, strict=False)
                ],
                "hovertemplate": "%{customdata}<extra></extra>",
            }
        )
    notes = []
    if len(now) and (unfinished or end_label or len(now) == 1):
        traces.append(_end_dot(days[-1], _plain(now)[-1], open_dot=unfinished))
        text = "today so far" if unfinished else said(now[-1]) if end_label else ""
        end, highest = _plain(now)[-1], max((point or 0 for point in _plain(now)), default=0)
        below = unfinished and end is not None and end > highest / 4  # lower down it would stand on the axis
        notes = [_note(days[-1], end, text, below=below)] if text and end is not None else []
    layout = _layout([*_plain(now), *_plain(earlier)], days, shop, legend=bool(earlier), height=height)
    _show(key, alt, traces, layout | {"annotations": notes, "hovermode": "x unified"})


def stacked_bars(
    key: str,
    alt: str,
    xs: Xs,
    groups: Sequence[tuple[str, Sequence[Number]]],
    *,
    shop: Shop | None = None,
    height: int = 290,
) -> None:
    """Up to three groups stacked on one another over `xs`; every group after the first has a pattern as well."""
    said = _said(shop)
    days = _x_words(xs)
    traces = [
        {
            "type": "bar",
            "name": name,
            "x": days,
            "y": _plain(values),
            "marker": {
                "color": (CHART_MAIN, CHART_SECOND, CHART_EARLIER)[nth],
                "pattern": {"shape": _HATCHES[nth], "size": 5, "solidity": 0.45},
            },
            "customdata": [said(value) for value in values],
            "hovertemplate": f"{name} <b>%{{customdata}}</b><extra></extra>",
        }
        for nth, (name, values) in enumerate(groups)
    ]
    totals = [sum(column) for column in zip(*(_plain(values) for _, values in groups), strict=True)]
    layout = _layout(totals, days, shop, legend=len(groups) > 1, height=height)
    _show(key, alt, traces, layout | {"barmode": "stack", "hovermode": "x unified"})


def bars(
    key: str,
    alt: str,
    labels: Sequence[str],
    values: Sequence[Number],
    *,
    shop: Shop | None = None,
    texts: Sequence[str] = (),
) -> None:
    """One horizontal bar a label, the first on top, each with its value, or what `texts` say, written beside it."""
    shown = list(texts) or [_said(shop)(value) for value in values]
    trace = {
        "type": "bar",
        "orientation": "h",
        "x": _plain(values),
        "y": list(labels),
        "marker": {"color": CHART_MAIN},
        "text": shown,
        "textposition": "outside",
        "cliponaxis": False,
        "hoverinfo": "skip",
    }
    largest = max(_plain(values), default=0) or 1
    layout = _base(height=44 + 34 * max(len(labels), 1)) | {
        "bargap": 0.35,
        "xaxis": {"visible": False, "fixedrange": True, "range": [0, largest * (1.6 if texts else 1.25)]},
        "yaxis": {
            "type": "category", "autorange": "reversed", "fixedrange": True, "ticks": "", "automargin": True,
            "showgrid": False, "ticksuffix": "  ",
        },
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
    }  # fmt: skip
    _show(key, alt, [trace], layout)


def cohorts(
    key: str, alt: str, rows: Sequence[tuple[str, Sequence[float | None]]], *, first_column: str = "1 month later"
) -> None:
    """Of each row's people ("Aug · 42 new") the share who bought again 1, 2, … months later, as values from 0 to 1."""
    wide = max((len(shares) for _, shares in rows), default=0)
    largest = max((share for _, shares in rows for share in shares if share is not None), default=0)
    columns = [first_column, *(str(nth) for nth in range(2, wide + 1))]
    trace = {
        "type": "heatmap",
        "x": columns,
        "y": [label for label, _ in rows],
        "z": [[*shares, *[None] * (wide - len(shares))] for _, shares in rows],
        "text": [
            [*("" if s is None else words.percent(100 * s, 0) for s in shares), *[""] * (wide - len(shares))]
            for _, shares in rows
        ],
        "texttemplate": "%{text}",
        "xgap": 3,
        "ygap": 3,
        "zmin": 0,
        "zmax": 2.2 * largest or 1,  # only the pale half of the scale, so that the figures stay readable
        "showscale": False,
        "hoverinfo": "skip",
        "hoverongaps": False,
    }
    layout = _base(height=44 + 34 * max(len(rows), 1)) | {
        "xaxis": {"type": "category", "side": "top", "fixedrange": True, "showgrid": False, "ticks": ""},
        "yaxis": {
            "type": "category", "autorange": "reversed", "fixedrange": True, "showgrid": False, "ticks": "",
            "automargin": True, "ticksuffix": " ",
        },
        "margin": {"l": 0, "r": 0, "t": 28, "b": 4},
    }  # fmt: skip
    _show(key, alt, [trace], layout)


def heat_map(key: str, alt: str, columns: Sequence[str], rows: Sequence[tuple[str, Sequence[int]]]) -> None:
    """How many in each cell, printed in it and the darker the more; a cell with none stays empty."""
    largest = max((number for _, numbers in rows for number in numbers), default=0)
    trace = {
        "type": "heatmap",
        "x": list(columns),
        "y": [label for label, _ in rows],
        "z": [[number or None for number in numbers] for _, numbers in rows],
        "text": [[words.count(number) if number else "" for number in numbers] for _, numbers in rows],
        "texttemplate": "%{text}",
        "xgap": 3,
        "ygap": 3,
        "zmin": 0,
        "zmax": 2.2 * largest or 1,  # only the pale half of the scale, so that the figures stay readable
        "showscale": False,
        "hoverinfo": "skip",
        "hoverongaps": False,
    }
    layout = _base(height=36 + 27 * max(len(rows), 1)) | {
        "xaxis": {"type": "category", "side": "top", "fixedrange": True, "showgrid": False, "ticks": ""},
        "yaxis": {
            "type": "category", "autorange": "reversed", "fixedrange": True, "showgrid": False, "ticks": "",
            "automargin": True, "ticksuffix": " ", "dtick": 1,
        },
        "margin": {"l": 0, "r": 0, "t": 28, "b": 4},
    }  # fmt: skip
    _show(key, alt, [trace], layout)


def _show(key: str, alt: str, traces: list[dict[str, Any]], layout: dict[str, Any]) -> None:
    st.plotly_chart(_Drawn(traces, layout), key=key, config=_CONFIG, alt=alt, theme="streamlit")


class _Drawn(BaseFigure):
    """A figure taken as it is. Plotly's own goes over every property of it, which was half of the Overview's time."""

    def __init__(self, traces: list[dict[str, Any]], layout: dict[str, Any]) -> None:
        self._drawn = {"data": traces, "layout": layout | {"template": _template()}}

    def to_dict(self) -> dict[str, Any]:
        return self._drawn


@cache
def _template() -> dict[str, Any]:
    """Streamlit's template, which go.Figure would put in: the browser fills in the theme's colours."""
    template: dict[str, Any] = plotly.io.templates["streamlit"].to_plotly_json()
    return template


def _base(height: int) -> dict[str, Any]:
    return {
        "height": height,
        "colorway": CHART_COLOURS,
        "dragmode": False,
        "barcornerradius": 3,
        "font": {"size": 12},
        "margin": {"l": 4, "r": 12, "t": 30, "b": 4},
        "showlegend": False,
    }


def _layout(
    values: Sequence[float | None], days: list[str], shop: Shop | None, *, legend: bool, height: int
) -> dict[str, Any]:
    top, ticks = _ticks([value for value in values if value is not None])
    low = min([value for value in values if value is not None], default=0)
    said = (lambda value: words.short_money(value, shop)) if shop else (lambda value: words.count(round(value)))
    return _base(height) | {
        "showlegend": legend,
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "xanchor": "left", "yanchor": "bottom"},
        "bargap": 0.35,
        "xaxis": {
            "type": "category",
            "fixedrange": True,
            "showgrid": False,
            "categoryarray": days,
            "tickvals": _some(days),
            "tickangle": 0,
            "ticks": "",
            "automargin": True,
        },
        "yaxis": {
            "fixedrange": True,
            "range": [min(low * 1.1, 0), top],
            "tickvals": ticks,
            "ticktext": [said(tick) if tick else "0" for tick in ticks],
            "zeroline": low < 0,
            "automargin": True,
            "ticks": "",
            "ticksuffix": " ",
        },
    }


def _ticks(values: Sequence[float]) -> tuple[float, list[float]]:
    """The top of the axis and at most five round grid lines, zero and the one above the largest value included."""
    largest = max(values, default=0)
    if largest <= 0:
        return 1, [0]
    size = 10 ** floor(log10(largest / 4))
    step = next(nice * size for nice in (1, 2, 2.5, 5, 10) if nice * size * 4 >= largest)
    if largest <= 4:
        step = 1
    lines = [step * nth for nth in range(ceil(largest / step) + 1)]
    return lines[-1] * 1.04, lines


def _some(days: list[str]) -> list[str]:
    """A few of the labels, as many as stand side by side on a phone, evenly spread and ending with the last one."""
    at_most = 12 if max(map(len, days), default=0) <= 3 else 7
    step = -(-len(days) // at_most) or 1
    return days[::-1][::step][::-1]


def _x_words(xs: Xs) -> list[str]:
    """Labels for an axis of days: 20 Nov, with the year where the axis holds more than one."""
    ends = [x for x in xs if isinstance(x, date)]
    if not ends:
        return [str(x) for x in xs]
    last = ends[-1] if ends[0].year == ends[-1].year else date.min
    return [words.day(x, last) for x in ends]


def _plain(values: Sequence[Number | None]) -> list[Any]:
    return [None if value is None else float(value) for value in values]


def _said(shop: Shop | None) -> Callable[[Number | None], str]:
    return (lambda value: words.money(value, shop)) if shop else words.count


def _end_dot(x: str, y: float | None, *, open_dot: bool) -> dict[str, Any]:
    look = {"color": "rgba(0,0,0,0)" if open_dot else CHART_MAIN, "size": 8, "line": {"color": CHART_MAIN, "width": 2}}
    return {
        "type": "scatter", "mode": "markers", "x": [x], "y": [y], "marker": look, "showlegend": False,
        "hoverinfo": "skip", "cliponaxis": False,
    }  # fmt: skip


def _note(x: str, y: float, text: str, *, below: bool) -> dict[str, Any]:
    return {
        "x": x, "y": y, "text": text, "showarrow": False, "xanchor": "right", "yanchor": "top" if below else "bottom",
        "yshift": -6 if below else 6, "xshift": -6 if below else 4, "font": {"size": 12},
    }  # fmt: skip
