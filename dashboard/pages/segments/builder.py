"""The form of a segment: rows of what is asked, how, and against what; who matches is shown as they are filled."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from itertools import count
from typing import Any

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import segments
from crmcore.database.gate import ShopSession, Who, new_id
from crmcore.errors import BadInput
from crmcore.segments.rules import DEEPEST
from crmcore.segments.vocabulary import (
    DAY,
    MONEY,
    NUMBER,
    TEXT,
    WITH_LIST,
    WITHOUT_VALUE,
    Field,
    Vocabulary,
)
from dashboard.navigation import to
from dashboard.parts import words as said
from dashboard.parts.buyer import name_of
from dashboard.parts.layout import note, page_head, section
from dashboard.parts.saving import saving
from dashboard.parts.words import escape

_WIDTH = 860
_MATCH = {"all": "All of these hold", "any": "Any of these holds"}
_NEW = {"field": "tag", "operator": "any_of", "value": []}
_FIRST = {"field": "last_purchase_on", "operator": "before_days", "value": 60}


def form(shop: ShopSession, segment: RowMapping | None, kind: str) -> Callable[[], None] | None:
    """The fields of a segment, new or kept; return what saves it, once Save was pressed."""
    key = f"segment-{segment['id'] if segment else kind}"
    opened = _opened(key, segment, kind)
    is_list = kind == segments.STATIC
    title = f"Change {opened['name']}" if segment else "New list" if is_list else "New segment"
    page_head(title, "You put customers on it yourself" if is_list else "Say what they have in common")
    with st.container(width=_WIDTH, key="segment-form"):
        name = st.text_input("Name", opened["name"], max_chars=100, key=f"{key}-name", autocomplete="off")
        about = st.text_input(
            "What it is for, if you like", opened["description"], max_chars=300, key=f"{key}-about", autocomplete="off"
        )
        rule = None if is_list else _group(key, opened["group"], opened, Vocabulary(shop))
        if is_list:
            note("Save it, then tick customers in their list and put them on it.")
    with st.container(horizontal=True, width=_WIDTH):
        label = "Save changes" if segment else "Save list" if is_list else "Save segment"
        pressed = st.button(label, type="primary", icon=":material/check:", key="save-segment")
        if st.button("Cancel", type="tertiary", key="cancel-segment"):
            _leave(key)
    if rule is not None:
        _preview(shop, rule)
    if not pressed:
        return None
    new = segments.NewSegment(name, rule, about, opened["id"])
    return partial(_save, shop.who, key, new, segment)


def _opened(key: str, segment: RowMapping | None, kind: str) -> dict[str, Any]:
    """What the form began with, and its rows and groups so far."""
    if f"{key}-opened" not in st.session_state:
        empty = {"id": new_id(), "name": "", "description": "", "rule": None}
        kept: dict[str, Any] = dict(segment) if segment else empty
        rule: dict[str, Any] = kept["rule"] or {"all": [_FIRST]}
        numbers = count()
        group = _part({"all": [rule]} if "field" in rule else rule, numbers, 1)
        kept |= {"key": key, "description": kept["description"] or "", "group": group, "numbers": numbers}
        st.session_state[f"{key}-opened"] = kept
    opened: dict[str, Any] = st.session_state[f"{key}-opened"]
    return opened


def _group(
    key: str, group: dict[str, Any], opened: dict[str, Any], words: Vocabulary, out: Callable[[], Any] | None = None
) -> dict[str, Any]:
    """The rule that a group of rows says, and the groups within it. `out`: takes the whole group out of its own."""
    parts, depth = group["parts"], group["depth"]
    match = group["match"]
    if out or len(parts) > 1:
        match = st.segmented_control(
            "A group, in which" if out else "Customers for whom", list(_MATCH), default=match, required=True,
            key=f"{key}-match", format_func=_MATCH.__getitem__, wrap=True,
        ) or match  # fmt: skip
    rows: list[dict[str, Any]] = []
    for number, part in list(parts.items()):
        part_out = partial(parts.pop, number) if len(parts) > 1 else None
        if "parts" in part:
            with st.container(gap="small", key=f"{key}-group-{number}"):
                rows.append(_group(f"{key}-group-{number}", part, opened, words, partial(parts.pop, number)))
        else:
            rows.append(_row(f"{opened['key']}-row-{number}", part, words, part_out))
    with st.container(horizontal=True, gap="small"):
        st.button("Add a row", icon=":material/add:", key=f"{key}-add", on_click=_add, args=(opened, group, _NEW))
        if depth < DEEPEST:
            st.button(
                "Add a group", icon=":material/add_box:", type="tertiary", key=f"{key}-add-group", on_click=_add,
                args=(opened, group, {"any" if match == "all" else "all": [_NEW]}),
                help="Rows of which all or any must hold, as one row of this one",
            )  # fmt: skip
        if out:
            st.button("Take the group out", icon=":material/close:", type="tertiary", key=f"{key}-out", on_click=out)
    return {match: rows}


def _row(key: str, start: Mapping[str, Any], words: Vocabulary, out: Callable[[], Any] | None) -> dict[str, Any]:
    """One row: the field, how it is compared, and with what. `out`: takes it out."""
    fields = words.fields
    with (
        st.container(border=True, gap="small", key=key),
        st.container(horizontal=True, vertical_alignment="bottom", gap="small"),
    ):
        known = start["field"] in fields
        field_key = st.selectbox(
            "What", list(fields), index=list(fields).index(start["field"]) if known else None, key=f"{key}-field",
            format_func=lambda one: f"{fields[one].part}: {fields[one].label}", width=240,
            placeholder="No longer there: choose another",
        )  # fmt: skip
        if field_key is None:
            _take_out(key, out)
            return dict(start)
        field, same = fields[field_key], field_key == start["field"]
        operators = list(field.operators)
        before = start["operator"] if same and start["operator"] in operators else operators[0]
        operator = st.selectbox(
            "How", operators, index=operators.index(before), key=f"{key}-how-{field_key}", width=190,
            format_func=field.operators.__getitem__,
        )  # fmt: skip
        value = start.get("value") if same and operator == start["operator"] else None
        given = None
        if operator not in WITHOUT_VALUE:
            given = _value(f"{key}-{field_key}-{operator}", field, operator, value, words)
        _take_out(key, out)
    row = {"field": field_key, "operator": operator}
    return row if operator in WITHOUT_VALUE else {**row, "value": given}


def _value(key: str, field: Field, operator: str, before: Any, words: Vocabulary) -> Any:
    """The field for what is compared with, as its kind asks."""
    if operator in WITH_LIST:
        choices = dict(words.choices_of(field))
        chosen = list(before or [])
        known = [*choices, *(one for one in chosen if one not in choices and field.is_open)]
        return st.multiselect(
            "Which", known, default=[one for one in chosen if one in known], key=key, width=250,
            format_func=lambda one: choices.get(one, one), accept_new_options=field.is_open, placeholder="Choose",
        )  # fmt: skip
    if operator in ("within_days", "before_days"):
        return st.number_input("Days", 1, 36_500, before or 60, key=key, width=120)
    if operator == "between":
        low, high = before or (None, None)
        return [_number("From", low, f"{key}-low"), _number("To", high, f"{key}-high")]
    if field.kind in (NUMBER, MONEY):
        return _number("Number" if field.kind == NUMBER else "Amount", before, key)
    if field.kind == DAY:
        start = date.fromisoformat(before) if before else None
        day = st.date_input("Day", start, format="DD/MM/YYYY", key=key, width=160)
        return day.isoformat() if isinstance(day, date) else None
    assert field.kind == TEXT
    return st.text_input("Text", before or "", key=key, width=220, max_chars=200)


def _number(label: str, before: Any, key: str) -> float | None:
    start = None if before is None else float(before)
    return st.number_input(label, value=start, format="%g", step=1.0, key=key, width=140)


def _take_out(key: str, out: Callable[[], Any] | None) -> None:
    if out:
        st.button("Take out", icon=":material/close:", type="tertiary", key=f"{key}-out", on_click=out)


def _add(opened: dict[str, Any], group: dict[str, Any], rule: dict[str, Any]) -> None:
    number = next(opened["numbers"])
    group["parts"][number] = _part(rule, opened["numbers"], group["depth"] + 1)


def _part(rule: Mapping[str, Any], numbers: Iterator[int], depth: int) -> dict[str, Any]:
    """A row, or a group of parts by number: each keeps its own while others come and go."""
    if "field" in rule:
        return dict(rule)
    ((match, parts),) = rule.items()
    numbered = {next(numbers): _part(part, numbers, depth + 1) for part in parts}
    return {"match": match, "parts": numbered, "depth": depth}


def _preview(shop: ShopSession, rule: Mapping[str, Any]) -> None:
    """How many match now, and the newest of them."""
    section("Who matches now")
    try:
        found = segments.preview(shop, rule)
    except BadInput as missing:
        note(str(missing))
        return
    st.markdown(f"**{said.several(found.count, 'customer')}** of {said.count(found.among)} on file")
    if found.remark:
        note(found.remark)
    for row in found.examples:
        about = [
            f"bought {said.day(row['last_purchase_on'], shop.today)}" if row["order_count"] else "no purchase yet",
        ]
        st.page_link(
            to("customer"), icon=":material/person:", query_params={"id": str(row["id"])},
            label=f"{escape(name_of(row, shop.shop.region))} :gray[:small[{escape(' · '.join(filter(None, about)))}]]",
        )  # fmt: skip
    if found.count > len(found.examples):
        note(f"The {len(found.examples)} newest are shown. Save it, and open it as a list to see all.")


def _save(who: Who, key: str, new: segments.NewSegment, segment: RowMapping | None) -> None:
    with saving(who, f"“{new.name.strip()}” saved") as shop:
        if segment is None:
            segments.create(shop, new)
        else:
            segments.change(shop, segment["id"], new, seen_at=st.session_state[f"{key}-opened"].get("updated_at"))
    if shop.saved:
        _leave(key)


def _leave(key: str) -> None:
    for one in [one for one in st.session_state if str(one).startswith(key)]:
        del st.session_state[one]
    st.query_params.clear()
    st.rerun()
