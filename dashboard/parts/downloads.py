"""Files to take away, written when the button is pressed and not before."""

from collections.abc import Callable
from io import BytesIO
from typing import Literal

import streamlit as st

from crmcore import exports, sign_in
from crmcore.database.gate import ShopSession, Who
from crmcore.errors import NotSignedIn
from dashboard.parts.session import token

LABELS = {"xlsx": "Excel workbook", "csv": "CSV file"}


def export_menu(name: str, who: Who, table: Callable[[ShopSession], exports.Table], said: str = "") -> None:
    """A quiet "Export" that opens a button for each kind of file of `table`, for who may export."""
    if not who.may("export"):
        return
    with st.popover("Export", icon=":material/download:", type="tertiary", key=f"export-{name}"):
        if said:
            st.markdown(f":gray[:small[{said}]]")
        for kind in LABELS:
            download(name, kind, who, table)


def download(
    name: str,
    kind: str,
    who: Who,
    table: Callable[[ShopSession], exports.Table],
    label: str | None = None,
    width: Literal["stretch", "content"] = "stretch",
) -> None:
    """A button for `table` as a file of `kind`; when it is pressed it asks whether the person is still signed in."""
    held = token()

    def write() -> BytesIO:
        still = sign_in.who_has(held)
        if still is None or still.shop.id != who.shop.id:
            raise NotSignedIn("Please sign in again.")
        file = BytesIO()
        exports.hand_out(still, table, file, kind)
        file.seek(0)
        return file

    st.download_button(
        label or LABELS[kind],
        write,
        f"{who.shop.slug}-{name}.{kind}",
        exports.KINDS[kind],
        key=f"download-{name}-{kind}",
        icon=":material/download:" if label else None,
        on_click="ignore",
        width=width,
    )
