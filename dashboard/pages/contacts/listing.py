"""The list of contacts: a table with boxes to tick, cards on a phone, and what stands where nobody fits."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import streamlit as st

from crmcore import contacts
from crmcore.database.gate import ShopSession
from dashboard.navigation import to
from dashboard.pages.contacts.choosing import FIELDS, View
from dashboard.parts import words
from dashboard.parts.contact_words import called, number, status_badge, status_word
from dashboard.parts.layout import badge, only_phone, only_wide
from dashboard.parts.lists import SIZE, nothing_fits, show_pages, turn_to
from dashboard.parts.tables import Columns, pressed_or_ticked
from dashboard.parts.words import escape

_COLUMNS: Columns = {
    "name": ("Name", "text"),
    "phone": ("Phone", "text"),
    "status": ("Status", "text"),
    "assignee": ("Assigned to", "text"),
    "last": ("Last in touch", "day"),
    "touches": ("Times", "count"),
    "sheet": ("From", "text"),
}
_WIDTHS = {"name": 190, "phone": 150, "status": 170, "assignee": 130, "last": 100, "touches": 60, "sheet": 170}


def contacts_listed(shop: ShopSession, view: View) -> tuple[UUID | None, tuple[UUID, ...], int]:
    """The list; return whom a press opens, whose boxes are ticked, and how many there are in all."""
    listed = contacts.page_of(shop, view.filters, view.sort, view.page, SIZE)
    if not listed.total:
        nothing_fits(
            "contacts", "No contact fits", "Try fewer letters, the last digits of the number, or take a filter away.",
            FIELDS.clear,
        )  # fmt: skip
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
    show_pages("contacts", view.page, listed.total, in_words=words.several(listed.total, "contact"))
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
    pressed, ticked = pressed_or_ticked(
        f"contact-rows-{times()}-{hash(view)}",  # ticks are by place: another page or order has its own
        [{**row, "status": status_word(row["status"])} for row in rows],
        _COLUMNS,
        shop.shop,
        alt="Contacts with number, status, who has them, when somebody was last in touch, and their sheet; press one to"
        " open it",
        widths=_WIDTHS,
        tips={"touches": "How often in touch"},
        boxes=shop.who.may("assign contacts"),
    )
    return None if pressed is None else rows[pressed]["id"], tuple(rows[row]["id"] for row in ticked)


def _card(row: Mapping[str, Any]) -> None:
    """The whole card is the link: who, where they stand, who has them."""
    about = [row["assignee"] or "Nobody's yet", row["sheet"]]
    if row["last"]:
        about.append(f"in touch {words.ago(row['last'], row['today'])}")
    label = f"**{escape(row['name'])}** {badge(status_badge(row['status']))}"
    label += f" :gray[:small[{escape(' · '.join(about))}]]"
    st.page_link(to("contact"), label=label, icon="", query_params={"id": str(row["id"])}, width="stretch")
