"""Tables: figures and dates to the right, one line a row, no index."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal

import pandas as pd
import streamlit as st

from crmcore.database.gate import Shop
from dashboard.parts import words

Kind = Literal["text", "money", "count", "day", "moment", "percent", "quantity", "days"]

Columns = Mapping[str, tuple[str, Kind]]

_ROW, _HEAD = 40, 36


def table(
    key: str,
    rows: Sequence[Mapping[str, Any]],
    columns: Columns,
    shop: Shop,
    *,
    alt: str,
    selection: Literal["none", "one", "many", "open"] = "none",
    widths: Mapping[str, int] = MappingProxyType({}),
) -> list[int]:
    """Show `rows`, one column for each name in `columns`: {"total": ("Total", "money")}; return which are chosen.

    Money sorts as a number and dates by the calendar, whatever they are shown as. `selection="open"`: a press anywhere
    on a row chooses it, for a list whose rows lead somewhere. `widths`: pixels for columns of long text, so that those
    beside it have room.
    """
    shown, look = _shown(key, rows, columns, shop, alt, widths)
    if selection == "none":
        st.dataframe(shown, **look)
        return []
    if selection == "open":
        pressed = st.dataframe(shown, on_select="rerun", selection_mode="single-cell", **look)
        return [row for row, _ in pressed["selection"]["cells"]]
    mode: Literal["single-row", "multi-row"] = "single-row" if selection == "one" else "multi-row"
    state = st.dataframe(shown, on_select="rerun", selection_mode=mode, **look)
    return list(state["selection"]["rows"])


def pressed_or_ticked(
    key: str,
    rows: Sequence[Mapping[str, Any]],
    columns: Columns,
    shop: Shop,
    *,
    alt: str,
    widths: Mapping[str, int],
    tips: Mapping[str, str] = MappingProxyType({}),
    boxes: bool,
) -> tuple[int | None, list[int]]:
    """As `table`, for a list whose rows lead somewhere and, with `boxes`, can be ticked; return the row that was
    pressed, else those that are ticked. `tips`: what the head of a column tells about it."""
    shown, look = _shown(key, rows, columns, shop, alt, widths, tips)
    modes: list[Any] = ["single-cell", *(["multi-row"] if boxes else [])]
    state = st.dataframe(shown, on_select="rerun", selection_mode=modes, **look)["selection"]
    pressed = next((row for row, _ in state["cells"] if row < len(rows)), None)
    return pressed, [] if pressed is not None else [row for row in state.get("rows", []) if row < len(rows)]


def pressed_cell(
    key: str,
    rows: Sequence[Mapping[str, Any]],
    columns: Columns,
    shop: Shop,
    *,
    alt: str,
) -> tuple[int, str] | None:
    """As `table`, for one whose cells lead somewhere each; return the row and the column that were pressed."""
    shown, look = _shown(key, rows, columns, shop, alt, {})
    pressed = st.dataframe(shown, on_select="rerun", selection_mode="single-cell", **look)
    return next(((row, str(column)) for row, column in pressed["selection"]["cells"] if row < len(rows)), None)


def _shown(
    key: str,
    rows: Sequence[Mapping[str, Any]],
    columns: Columns,
    shop: Shop,
    alt: str,
    widths: Mapping[str, int],
    tips: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Any, dict[str, Any]]:
    """The rows as st.dataframe wants them, and how it shall look."""
    frame = pd.DataFrame({name: [row[name] for row in rows] for name in columns}, columns=list(columns))
    shown = frame.style.format({name: _writer(kind, shop) for name, (_, kind) in columns.items() if kind != "text"})
    return shown, {
        "key": key,
        "hide_index": True,
        "row_height": _ROW,
        "height": _HEAD + _ROW * len(rows) + 2,
        "column_config": {
            name: _column(label, kind, shop, widths.get(name), tips.get(name))
            for name, (label, kind) in columns.items()
        },
        "placeholder": words.NOTHING,
        "alt": alt,
    }


def _writer(kind: Kind, shop: Shop) -> Callable[[Any], str]:
    today = datetime.now(shop.zone).date()
    write: dict[str, Callable[[Any], str]] = {
        "money": lambda value: words.money(value, shop),
        "percent": words.percent,
        "count": lambda value: words.count(int(value)),
        "quantity": lambda value: f"{value:,f}".rstrip("0").rstrip(".") if value % 1 else words.count(int(value)),
        "days": lambda value: f"{value:.1f}",
        "day": lambda value: words.day(value, today),
        "moment": lambda value: words.moment(value, shop, today),
    }
    return lambda value: words.NOTHING if pd.isna(value) else write[kind](value)


def _column(label: str, kind: Kind, shop: Shop, width: int | None, tip: str | None) -> Any:
    config = st.column_config
    if kind == "text":
        return config.TextColumn(label, width=width, help=tip)
    if kind == "day":
        return config.DateColumn(label, width=width, help=tip, alignment="right")
    if kind == "moment":
        return config.DatetimeColumn(label, width=width, help=tip, timezone=shop.timezone, alignment="right")
    return config.NumberColumn(label, width=width, help=tip, alignment="right")
