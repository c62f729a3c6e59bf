"""What was said with a contact, newest first."""

from uuid import UUID

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import interactions
from crmcore.database.gate import ShopSession, Who
from crmcore.texts import beyond_the_gist, gist
from dashboard.pages.contact.log import ICONS
from dashboard.parts import words
from dashboard.parts.layout import note, section
from dashboard.parts.older import most_shown, show_older
from dashboard.parts.saving import saving
from dashboard.parts.words import escape

_OPEN_LINES = 3


def show_history(contact: RowMapping, shop: ShopSession) -> None:
    last = contact["last_touched_at"]
    told = "Nobody was in touch yet"
    if last is not None:
        ago = words.ago(last.astimezone(shop.zone).date(), shop.today)
        told = f"In touch {words.several(contact['touches'], 'time')}, last {ago}"
    section("History", told)
    shown = f"contact-{contact['id']}"
    most = most_shown(shown, interactions.PAGE_SIZE)
    rows = interactions.of_contact(shop, contact["id"], limit=most + 1)
    for nth, row in enumerate(rows[:most]):
        _line(row, shop, open_=nth < _OPEN_LINES)
    if len(rows) > most:
        show_older(shown, interactions.PAGE_SIZE)


def _line(row: RowMapping, shop: ShopSession, *, open_: bool) -> None:
    when = words.moment(row["at"], shop.shop, shop.today)
    title = interactions.title(row["kind"], row["direction"], row["outcome"] or gist(row["notes"]))
    by = f" · {row['handled_by_name']}" if row["handled_by_name"] else ""
    label = f"**{escape(title)}** :gray[· {escape(when + by)}]"
    with st.expander(label, icon=f":material/{ICONS[row['kind']]}:", type="step", expanded=open_):
        said = row["notes"] if row["outcome"] else beyond_the_gist(row["notes"])
        told = [said, row["next_step"] and f"Next step: {row['next_step']}"]
        lines = [line for one in told if one for line in words.lines(one)]
        if lines:
            st.markdown("  \n".join(f":gray[{line}]" for line in lines))
        if shop.who.may_change(row["created_by"]):
            with st.popover("Remove", icon=":material/delete:", type="tertiary", key=f"remove-talk-{row['id']}"):
                note("It leaves the history for good. A line on the record says that it was removed.", 260)
                st.button("Remove it", key=f"removed-{row['id']}", on_click=_remove, args=(shop.who, row["id"]))


def _remove(who: Who, interaction_id: UUID) -> None:
    with saving(who, "Removed") as shop:
        interactions.remove(shop, interaction_id)
