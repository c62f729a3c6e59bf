"""Files to take away, written when the button is pressed and not before."""

from collections.abc import Callable
from io import BytesIO

import streamlit as st

from crmcore import exports, sign_in
from crmcore.database.gate import ShopSession, Who, shop_session
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


def download(name: str, kind: str, who: Who, table: Callable[[ShopSession], exports.Table]) -> None:
    """A button for `table` as a file of `kind`; when it is pressed it asks whether the person is still signed in."""
    held = token()

    def write() -> BytesIO:
        still = sign_in.who_has(held)
        if still is None or still.shop.id != who.shop.id:
            raise NotSignedIn("Please sign in again.")
        file = BytesIO()
        with shop_session(still, writes=True) as shop:
            exports.write(shop, table(shop), file, kind)
        file.seek(0)
        return file

    st.download_button(
        LABELS[kind],
        write,
        f"{who.shop.slug}-{name}.{kind}",
        exports.KINDS[kind],
        key=f"download-{name}-{kind}",
        on_click="ignore",
        width="stretch",
    )
