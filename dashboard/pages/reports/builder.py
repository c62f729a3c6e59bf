"""Making a report: each choice shows at once what it gives; a name keeps it."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import metrics, periods, reports, segments
from crmcore.database.gate import ShopSession, new_id
from crmcore.errors import BadInput
from crmcore.metrics.catalogue import GROUPS, ROWS
from crmcore.reports.sources import DAY, MONEY, NUMBER, TEXT, Source, of_shop
from crmcore.reports.working import NOT_GIVEN
from dashboard.pages.reports import result
from dashboard.parts.downloads import export_menu
from dashboard.parts.layout import note, page_head
from dashboard.parts.saving import saving
from dashboard.parts.words import escape

SEEN = "report-seen"  # the report that is being changed, and when what is changed was saved
_WHOLE = "One number"
_OTHER_DAYS = "Other days"


def form(shop: ShopSession, begin: Mapping[str, Any], kept: RowMapping | None = None) -> Callable[[], None] | None:
    """The fields, and below them what they give. Returns what saves, to be called when the gate is closed."""
    page_head("Change the report" if kept else "New report", "What you choose shows below at once")
    if kept and st.session_state.get(SEEN, {}).get("id") != kept["id"]:
        st.session_state[SEEN] = {"id": kept["id"], "at": kept["updated_at"]}
    said = _fields(shop, begin, str(kept["id"]) if kept else "new")
    try:
        definition = reports.checked(shop.shop, said)
        worked_out = reports.work_out(shop, definition)
    except BadInput as fault:
        st.warning(escape(str(fault)), icon=":material/info:")
        return None
    pressed = _keep(kept, worked_out.title)
    st.divider()
    export_menu("report", shop.who, lambda opened: reports.report_table(opened, definition))
    result.show(shop, worked_out)
    if not pressed:
        return None
    name, is_shared = pressed
    form_id = st.session_state.setdefault("report-id", new_id())
    new = reports.NewReport(name, definition.as_json(), is_shared, None if kept else form_id)
    who = shop.who

    def save() -> None:
        report_id = kept["id"] if kept else form_id
        with saving(who, "Report kept") as opened:
            if kept:
                reports.change(opened, kept["id"], new, seen_at=st.session_state[SEEN]["at"])
            else:
                report_id = reports.keep(opened, new)
        if opened.saved:
            st.session_state.pop("report-id", None)
            st.query_params.from_dict({"id": str(report_id)})
            st.rerun()

    return save


def _keep(kept: RowMapping | None, title: str) -> tuple[str, bool] | None:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="report-keep"):
        name = st.text_input("Name", kept["name"] if kept else title, max_chars=100, key=f"name-{title}", width=320)
        is_shared = st.toggle("Shared in the shop", kept["is_shared"] if kept else False, key="report-shared")
        pressed = st.button("Keep report", type="primary", icon=":material/save:")
    return (name, is_shared) if pressed else None


def _fields(shop: ShopSession, begin: Mapping[str, Any], key: str) -> dict[str, Any]:
    """What the fields say, as a definition in JSON."""
    take = st.segmented_control(
        "Show", list(reports.TAKES), default=begin.get("take", reports.COUNT), format_func=reports.TAKES.__getitem__,
        required=True, key=f"{key}-take", wrap=True,
    )  # fmt: skip
    said: dict[str, Any] = {"take": take}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="report-fields"):
        if take == reports.FIGURE:
            said |= _figure(shop, begin, key)
        else:
            said |= _rows(shop, begin, key, str(take))
        said["period"] = _days(shop.today, begin, key)
    if take != reports.FIGURE:
        said |= _filters(shop, said["of"], begin, key)
    return said


def _figure(shop: ShopSession, begin: Mapping[str, Any], key: str) -> dict[str, Any]:
    known = {one.key: one for one in sorted(metrics.of_shop(shop.shop), key=lambda one: GROUPS.index(one.group))}
    figure = st.selectbox(
        "Figure", list(known), _place(list(known), begin.get("figure")), width=280, key=f"{key}-figure",
        format_func=lambda one: f"{known[one].group}: {known[one].label}",
    )  # fmt: skip
    if known[figure].unit == ROWS or known[figure].today is not None:
        return {"figure": figure}
    return {"figure": figure, "by": _by({}, begin, f"{key}-figure")}


def _rows(shop: ShopSession, begin: Mapping[str, Any], key: str, take: str) -> dict[str, Any]:
    known = {source.key: source for source in of_shop(shop.shop)}
    of = st.selectbox(
        "Of", list(known), _place(list(known), begin.get("of")), width=200, key=f"{key}-of",
        format_func=lambda one: known[one].label,
    )  # fmt: skip
    source = known[of]
    said: dict[str, Any] = {"of": of}
    if take != reports.COUNT:
        numbers = source.of_kind(MONEY, NUMBER)
        said["column"] = _choice("What", numbers, begin.get("column"), f"{key}-{of}-column")
    said["by"] = _by(source.of_kind(TEXT), begin, f"{key}-{of}")
    days = source.of_kind(DAY)
    if len(days) > 1:
        said["day"] = _choice("Placed by", days, begin.get("day"), f"{key}-{of}-day")
    return said


def _by(columns: dict[str, str], begin: Mapping[str, Any], key: str) -> str | None:
    choices = {"": _WHOLE, **reports.STEPS, **columns}
    return _choice("Broken down by", choices, begin.get("by") or "", f"{key}-by") or None


def _days(today: date, begin: Mapping[str, Any], key: str) -> Any:
    kept = begin.get("period", "last-12-months")
    choices = {**reports.PERIODS, "": _OTHER_DAYS}
    chosen = _choice("Days", choices, kept if isinstance(kept, str) else "", f"{key}-period")
    if chosen:
        return chosen
    given = [date.fromisoformat(one) for one in kept] if not isinstance(kept, str) else [today.replace(day=1), today]
    picked = st.date_input(
        "First and last day", (given[0], given[1]), min_value=periods.BEGINNING, format="DD/MM/YYYY",
        key=f"{key}-days", width=232,
    )  # fmt: skip
    days = list(picked) if isinstance(picked, tuple) else [picked]
    return [days[0].isoformat(), days[-1].isoformat()] if days else "last-12-months"


def _filters(shop: ShopSession, of: str, begin: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Which rows count: those of a segment, and those of which columns say something."""
    source: Source = next(one for one in of_shop(shop.shop) if one.key == of)
    columns = source.of_kind(TEXT)
    before = {one: values for one, values in (begin.get("where") or {}).items() if one in columns}
    segment, narrowed = None, bool(before or begin.get("segment"))
    with st.expander("Only some of them", icon=":material/filter_alt:", expanded=narrowed):
        if source.is_of_customers:
            segment = _segment(shop, begin.get("segment"), key)
        chosen = st.multiselect(
            "Where", list(columns), list(before), format_func=columns.__getitem__, key=f"{key}-{of}-where",
            placeholder="Choose what tells them apart",
        )  # fmt: skip
        where: dict[str, list[str | None]] = {}
        for one in chosen:
            values = reports.choices(shop, of, one)
            values += [value for value in before.get(one, []) if value not in values]
            where[one] = st.multiselect(
                columns[one], values, before.get(one, []), key=f"{key}-{of}-where-{one}",
                format_func=lambda value: NOT_GIVEN if value is None else value, placeholder="All",
            )  # fmt: skip
        if not chosen and segment is None:
            note("All rows count.")
    return {"where": where, "segment": segment}


def _segment(shop: ShopSession, before: Any, key: str) -> str | None:
    """Of which segment's customers; one that is gone since stays chosen, and is told of below."""
    known = {str(one["id"]): one["name"] for one in segments.all_of(shop)}
    if not known and not before:
        return None
    choices = [*known, *([before] if before and before not in known else [])]
    return st.selectbox(
        "Of customers in", choices, choices.index(before) if before else None, key=f"{key}-segment", width=280,
        format_func=lambda one: known.get(one, "A segment that is gone"), placeholder="All, or choose a segment",
    )  # fmt: skip


def _choice(label: str, choices: dict[str, str], now: Any, key: str) -> str:
    return str(
        st.selectbox(
            label, list(choices), _place(list(choices), now), format_func=choices.__getitem__, key=key, width=200
        )
    )


def _place(choices: list[str], now: Any) -> int:
    return choices.index(now) if now in choices else 0
