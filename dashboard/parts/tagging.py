"""The tags of a customer, a lead or a deal: badges in their colours in its head, put on and taken off in one field."""

from collections.abc import Sequence
from uuid import UUID

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import tags
from crmcore.database.gate import ShopSession, Who
from dashboard.parts.layout import Badge, section
from dashboard.parts.saving import saving


def tag_badge(tag: RowMapping) -> Badge:
    return tag["name"], tag["colour"] or "gray", ":material/label:"


def tag_field(shop: ShopSession, subject: str, subject_id: UUID, own: Sequence[RowMapping]) -> None:
    """Tags are saved as they are put on and taken off."""
    names = [tag["name"] for tag in own]
    section("Tags")
    field = f"tags-{subject_id}-{'|'.join(names)}"
    st.multiselect(
        "Tags",
        list(dict.fromkeys([*names, *(tag["name"] for tag in tags.all_tags(shop))])),
        default=names,
        accept_new_options=True,
        placeholder="Add a tag",
        key=field,
        label_visibility="collapsed",
        on_change=_save,
        args=(shop.who, subject, subject_id, field, own),
    )


def _save(who: Who, subject: str, subject_id: UUID, field: str, own: Sequence[RowMapping]) -> None:
    wanted: list[str] = st.session_state[field]
    before = {tag["name"] for tag in own}
    with saving(who, "Tags saved") as shop:
        for name in wanted:
            if name not in before:
                tags.put_on(shop, subject, subject_id, name)
        for tag in own:
            if tag["name"] not in wanted:
                tags.take_off(shop, subject, subject_id, tag["id"])
