"""Tags: every tag of the shop with how many carry it; made, renamed, coloured, merged and removed."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import tags
from crmcore.database.gate import Who, shop_session
from crmcore.tags import COLOURS
from dashboard.navigation import to
from dashboard.parts.layout import badge, empty_state, note, page_head
from dashboard.parts.saving import saving
from dashboard.parts.session import require
from dashboard.parts.words import escape, several

_NO_GROUP = "No group"


def page() -> None:
    who = require("manage tags")
    with shop_session(who) as shop:
        rows = tags.with_usage(shop)
    with page_head("Tags", "Short words you put on people, to find them together again"):
        if st.button("Add a tag", type="primary", icon=":material/new_label:", key="add-tag"):
            _add(who, _groups(rows))
    if not rows:
        empty_state(
            ":material/label:",
            "No tags yet",
            "Press Add a tag, or type one on a customer’s page: VIP, architect, wants samples.",
        )
    for group in dict.fromkeys(row["category"] for row in rows):
        if len(_groups(rows)) > 0:
            st.subheader(escape(group or _NO_GROUP), anchor=False)
        with st.container(border=True, gap="xsmall", key=f"tags-of-{group or ''}"):
            for row in rows:
                if row["category"] == group:
                    _line(row, rows, who)


def _groups(rows: Sequence[RowMapping]) -> list[str]:
    return list(dict.fromkeys(row["category"] for row in rows if row["category"]))


def _line(row: RowMapping, rows: Sequence[RowMapping], who: Who) -> None:
    """A tag, who carries it, and what can be done with it."""
    with st.container(horizontal=True, wrap=False, gap="small", vertical_alignment="center", key=f"tag-{row['id']}"):
        st.markdown(badge((row["name"], row["colour"] or "gray", ":material/label:")), width="stretch")
        with st.container(width="content"):
            st.page_link(
                to("customers"), label=several(row["customers"], "customer"), icon="",
                query_params={"tag": row["name"]},
            )  # fmt: skip
            others = [several(row[of], word) for of, word in (("leads", "lead"), ("opportunities", "deal")) if row[of]]
            if others:
                note(", ".join(others))
        if st.button("Change", type="tertiary", icon=":material/edit:", key=f"change-{row['id']}", width="content"):
            _change(who, dict(row), [dict(one) for one in rows])


@st.dialog("Add a tag")
def _add(who: Who, groups: list[str]) -> None:
    given = _fields("new-tag", {}, groups)
    if st.button("Add the tag", type="primary", icon=":material/check:", key="save-new-tag"):
        with saving(who, f"Tag “{given['name'].strip()}” added") as shop:
            tags.create(shop, **given)
        if shop.saved:
            st.rerun()


@st.dialog("Change a tag")
def _change(who: Who, tag: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> None:
    groups = list(dict.fromkeys(row["category"] for row in rows if row["category"]))
    given = _fields(f"tag-{tag['id']}", tag, groups)
    if st.button("Save tag", type="primary", icon=":material/check:", key="save-tag"):
        with saving(who, "Tag saved") as shop:
            tags.change(shop, tag["id"], **given)
        if shop.saved:
            st.rerun()
    carried = several(tag["customers"], "customer")
    others: dict[UUID, str] = {row["id"]: row["name"] for row in rows if row["id"] != tag["id"]}
    if others:
        st.divider()
        into = st.selectbox(
            "Or merge it into", list(others), index=None, format_func=others.__getitem__, key="merge-into",
            placeholder="Another tag",
        )  # fmt: skip
        if into is not None:
            note(f"{carried} with “{tag['name']}” will have “{others[into]}” instead. This can’t be undone.")
            if st.button(f"Merge into {escape(others[into])}", icon=":material/merge:", key="merge-tag"):
                _do(who, f"“{tag['name']}” is now “{others[into]}”", tag["id"], into)
    st.divider()
    note(f"Removing takes it off {carried} for good.")
    if st.button("Remove this tag", icon=":material/delete:", type="tertiary", key="drop-tag"):
        _do(who, f"Tag “{tag['name']}” removed", tag["id"], None)


def _do(who: Who, done: str, tag_id: UUID, into: UUID | None) -> None:
    """Merge a tag into another one, or do away with it."""
    with saving(who, done, alone=True) as shop:
        if into is None:
            tags.drop(shop, tag_id)
        else:
            tags.merge(shop, tag_id, into)
    if shop.saved:
        st.rerun()


def _fields(key: str, tag: Mapping[str, Any], groups: list[str]) -> dict[str, Any]:
    """The fields of a tag, as tags.create and tags.change take them."""
    name = st.text_input("Tag", tag.get("name") or "", max_chars=tags.LONGEST, key=f"{key}-name", autocomplete="off")
    before = tag.get("category")
    category = st.selectbox(
        "Group, if you like", groups, index=groups.index(before) if before in groups else None,
        accept_new_options=True, placeholder="Choose one, or type a new one", key=f"{key}-group",
    )  # fmt: skip
    colour = st.pills(
        "Colour", list(COLOURS), default=tag.get("colour") or "gray", required=True, key=f"{key}-colour",
        format_func=lambda one: f":{one}-badge[{COLOURS[one]}]",
    )  # fmt: skip
    return {"name": name, "category": category, "colour": colour}
