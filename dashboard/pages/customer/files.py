"""Files of a customer: adding one, saving one to the own device, removing one."""

from uuid import UUID

import streamlit as st
from sqlalchemy import RowMapping
from streamlit.runtime.uploaded_file_manager import UploadedFile

from crmcore import attachments, file_kinds
from crmcore.database.gate import ShopSession, Who
from dashboard.files import ADDRESS
from dashboard.parts import words
from dashboard.parts.customer_form import WIDTH
from dashboard.parts.layout import note
from dashboard.parts.older import most_shown, show_older
from dashboard.parts.saving import saving
from dashboard.parts.words import escape

_LARGEST = attachments.LARGEST // 1024**2  # MB


def show_files(customer: RowMapping, shop: ShopSession) -> None:
    """The files, newest first. They are handed out to whoever is signed in and may see the customer."""
    is_there = customer["hidden_at"] is None
    if is_there:
        _add(customer["id"], shop.who)
    shown = f"files-{customer['id']}"
    most = most_shown(shown, attachments.PAGE_SIZE)
    rows = attachments.of_customer(shop, customer["id"], limit=most + 1)
    if not rows:
        st.markdown(":gray[No file yet. Quotes, photos and letters belong here.]")
    for row in rows[:most]:
        _file(row, shop, may_remove=is_there and shop.who.may_change(row["created_by"]))
    if len(rows) > most:
        show_older(shown, attachments.PAGE_SIZE)


def choose_file(label: str, key: str) -> UploadedFile | None:
    """The field for a file of a kind that is kept here."""
    return st.file_uploader(label, type=file_kinds.ENDINGS, max_upload_size=_LARGEST, key=key)


def _add(customer_id: UUID, who: Who) -> None:
    times = st.session_state.setdefault("files-added", 0)  # a new key empties the field
    with st.container(width=WIDTH):
        file = choose_file(f"Add a file of up to {_LARGEST} MB", f"file-{customer_id}-{times}")
        if file is None:
            return
        label = f"Keep {escape(attachments.clean_name(file.name))}"
        if st.button(label, icon=":material/check:", key="keep-file"):
            with saving(who, "File added") as shop:
                attachments.add(shop, customer_id, file.name, file.getvalue())
            if shop.saved:
                st.session_state["files-added"] = times + 1
                st.rerun()


def _file(row: RowMapping, shop: ShopSession, *, may_remove: bool) -> None:
    with st.container(
        border=True, horizontal=True, vertical_alignment="center", gap="small", width=WIDTH, key=f"file-{row['id']}"
    ):
        day = words.day(row["created_at"].astimezone(shop.zone).date(), shop.today)
        about = f"{_size(row['size'])} · {row['added_by'] or 'Regulars'}, {day}"
        icon = ":material/image:" if row["media_type"].startswith("image/") else ":material/description:"
        st.markdown(f"{icon} {escape(row['file_name'])}  \n:gray[:small[{escape(about)}]]", width="stretch")
        # In this tab: a file that is to be saved leaves the page as it is, where a new tab would stay empty on a phone.
        st.html(f'<a class="save-file" href="{ADDRESS}/{row["id"]}" target="_self">Save</a>', width="content")
        if may_remove:
            with st.popover("Remove", type="tertiary", key=f"remove-file-{row['id']}"):
                note("It is deleted for good. A line on the timeline says that it was there.")
                st.button("Remove file", key=f"removed-file-{row['id']}", on_click=_remove, args=(shop.who, row["id"]))


def _size(size: int) -> str:
    """640 kB, 2.4 MB."""
    return f"{max(round(size / 1024), 1)} kB" if size < 1024**2 else f"{size / 1024**2:.1f} MB"


def _remove(who: Who, attachment_id: UUID) -> None:
    with saving(who, "File removed") as shop:
        attachments.remove(shop, attachment_id)
