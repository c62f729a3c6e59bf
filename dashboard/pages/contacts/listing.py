"""The list of contacts: a table with boxes to tick, cards on a phone, and what stands where nobody fits."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import pandas as pd
import streamlit as st

from crmcore import contacts
from crmcore.database.gate import ShopSession
from crmcore.lists import MOST_PAGES
from dashboard.navigation import to
from dashboard.pages.contacts.choosing import View, clear, turn_to
from dashboard.parts import words
from dashboard.parts.contact_words import called, number, status_badge, status_word
from dashboard.parts.layout import badge, only_phone, only_wide
from dashboard.parts.words import escape

SIZE = 25
_ROW, _HEAD = 40, 36


def contacts_listed(shop: ShopSession, view: View) -> tuple[UUID | None, tuple[UUID, ...], int]:
    """The list; return whom a press opens, whose boxes are ticked, and how many there are in all."""
    listed = contacts.page_of(shop, view.filters, view.sort, view.page, SIZE)
    if not listed.total:
        _nobody_fits()
        return None, (), 0
    if not listed.rows:  # a page that is no more
        turn_to(1)
        st.rerun()
    whole = shop.who.may("see whole contact details in lists")
    rows = [_told(row, shop, whole=whole) for row in listed.rows]
    with only_wide("contacts"):
        opened, chosen = _table(rows, view, shop)
    with only_phone("contacts", gap="small"):
        for row in rows:
            _card(row)
    _pages(view, listed.total)
    return opened, chosen, listed.total


def times() -> int:
    """How often contacts were shared out here: ticks are to be gone afterwards."""
    done: int = st.session_state.get("shared-times", 0)
    return done


def _told(row: Any, shop: ShopSession, *, whole: bool) -> dict[str, Any]:
    last = row["last_touched_at"]
    return {
        "id": row["id"],
        "name": called(row, shop.who, whole=whole),
        "phone": number(row, shop.who, whole=whole),
        "status": row["status"],
        "assignee": row["assignee"],
        "last": last and last.astimezone(shop.zone).date(),
        "touches": row["touches"],
        "sheet": row["file_name"] or "Added by hand",
        "value": row["value"],
        "today": shop.today,
    }


def _table(rows: Sequence[Mapping[str, Any]], view: View, shop: ShopSession) -> tuple[UUID | None, tuple[UUID, ...]]:
    frame = pd.DataFrame(
        {
            "name": [row["name"] for row in rows],
            "phone": [row["phone"] for row in rows],
            "status": [status_word(row["status"]) for row in rows],
            "assignee": [row["assignee"] for row in rows],
            "last": [row["last"] for row in rows],
            "touches": [row["touches"] for row in rows],
            "sheet": [row["sheet"] for row in rows],
        }
    )
    shown = frame.style.format({"last": lambda day: words.day(day, shop.today), "touches": words.count})
    column = st.column_config
    modes: list[Any] = ["single-cell", *(["multi-row"] if shop.who.may("assign contacts") else [])]
    pressed = st.dataframe(
        shown,
        key=f"contact-rows-{times()}-{hash(view)}",  # ticks are by place: another page or order has its own
        on_select="rerun",
        selection_mode=modes,
        hide_index=True,
        row_height=_ROW,
        height=_HEAD + _ROW * len(rows) + 2,
        placeholder=words.NOTHING,
        alt="Contacts with number, status, who has them, when somebody was last in touch, and their sheet; press one to"
        " open it",
        column_config={
            "name": column.TextColumn("Name", width=190),
            "phone": column.TextColumn("Phone", width=150),
            "status": column.TextColumn("Status", width=170),
            "assignee": column.TextColumn("Assigned to", width=130),
            "last": column.DateColumn("Last in touch", alignment="right", width=100),
            "touches": column.NumberColumn("Times", help="How often in touch", alignment="right", width=60),
            "sheet": column.TextColumn("From", width=170),
        },
    )
    for row, _ in pressed["selection"]["cells"]:
        if row < len(rows):
            return rows[row]["id"], ()
    return None, tuple(rows[row]["id"] for row in pressed["selection"].get("rows", []) if row < len(rows))


def _card(row: Mapping[str, Any]) -> None:
    """The whole card is the link: who, where they stand, who has them."""
    about = [row["assignee"] or "Nobody's yet", row["sheet"]]
    if row["last"]:
        about.append(f"in touch {words.ago(row['last'], row['today'])}")
    label = f"**{escape(row['name'])}** {badge(status_badge(row['status']))}"
    label += f" :gray[:small[{escape(' · '.join(about))}]]"
    st.page_link(to("contact"), label=label, icon="", query_params={"id": str(row["id"])}, width="stretch")


def _pages(view: View, total: int) -> None:
    first = (view.page - 1) * SIZE + 1
    with st.container(horizontal=True, vertical_alignment="center", key="contact-pages"):
        last = min(first + SIZE - 1, total)
        pages = min(-(-total // SIZE), MOST_PAGES)
        told = f"{words.count(first)}–{words.count(last)} of {words.count(total)}"
        st.markdown(f":gray[:small[{told if pages > 1 else words.several(total, 'contact')}]]", width="stretch")
        if pages > 1:
            field = f"contacts-page-{view.page}"
            st.pagination(
                pages, default=view.page, key=field, on_change=lambda: turn_to(st.session_state[field])
            )


def _nobody_fits() -> None:
    with st.container(border=True, horizontal_alignment="center", key="no-contact-fits"):
        st.space("xsmall")
        st.markdown("## :material/search_off:", width="content")
        st.markdown("**No contact fits**", width="content")
        st.markdown(
            ":gray[Try fewer letters, the last digits of the number, or take a filter away.]",
            width="content",
            text_alignment="center",
        )
        st.button("Clear filters", key="clear-contacts", on_click=clear)
        st.space("xsmall")
