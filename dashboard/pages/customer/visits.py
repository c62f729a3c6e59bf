"""When a customer came by, what they looked at and what was said, newest first; changed and removed here."""

from uuid import UUID

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import visits
from crmcore.database.gate import ShopSession, Who
from dashboard.navigation import to
from dashboard.parts import visit_words, words
from dashboard.parts.layout import badge, note
from dashboard.parts.older import most_shown, show_older
from dashboard.parts.saving import saving
from dashboard.parts.words import escape

_PAGE_SIZE = 5


def show_visits(customer: RowMapping, shop: ShopSession) -> None:
    """How often they came and came again, and each visit."""
    shown = f"visits-{customer['id']}"
    most = most_shown(shown, _PAGE_SIZE)
    rows = visits.of_customer(shop, customer["id"], limit=most + 1)
    if not rows:
        note("No visit yet. Record the first one when they come by: it takes half a minute.")
        return
    st.markdown(f":gray[{escape(came(customer, shop))}]")
    with st.container(gap="xsmall"):
        for visit in rows[:most]:
            _visit(visit, shop, may_change=customer["hidden_at"] is None)
    if len(rows) > most:
        show_older(shown, _PAGE_SIZE)


def came(customer: RowMapping, shop: ShopSession) -> str:
    """Came on 3 days, 2 times again: first on 3 Oct, last on 20 Nov."""
    count, first, last = (customer[name] for name in ("visit_count", "first_visit_on", "last_visit_on"))
    if count < 2:
        return f"Came once, {words.ago(first, shop.today)}" if first else "Came once"
    again = words.several(count - 1, "revisit")
    days = f"first {words.day(first, shop.today)}, last {words.day(last, shop.today)}"
    return f"{words.several(count, 'visit')}, {again} among them: {days}"


def _visit(visit: RowMapping, shop: ShopSession, *, may_change: bool) -> None:
    who = shop.who
    with st.container(border=True, gap="xsmall", key=f"visit-{visit['id']}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            when = words.day(visit["visited_on"], shop.today)
            badges = " ".join(badge(one) for one in visit_words.marks(visit))
            st.markdown(f"**{escape(when)}** {badges}", width="stretch")
            if may_change and who.may("record visits"):
                _more(visit, who)
        told = escape(visit_words.told(visit, shop))
        notes = "  \n".join(escape(line) for line in (visit["notes"] or "").splitlines())
        by = visit["handled_by_name"]
        handled = f":gray[:small[Handled by {escape(by)}]]" if by else ""
        st.markdown("  \n".join(filter(None, [told, notes, handled])))


def _more(visit: RowMapping, who: Who) -> None:
    with st.popover("More", type="tertiary", key=f"visit-more-{visit['id']}"):
        if st.button("Change", icon=":material/edit:", key=f"visit-change-{visit['id']}", width="stretch"):
            st.switch_page(to("visit"), query_params={"id": str(visit["id"])})
        if who.may("remove visits"):
            note("Removed, it counts no more. What was planned because of it goes, what it ticked off comes back.", 320)
            st.button(
                "Remove this visit",
                icon=":material/delete:",
                key=f"visit-remove-{visit['id']}",
                width="stretch",
                on_click=_remove,
                args=(who, visit["id"]),
            )


def _remove(who: Who, visit_id: UUID) -> None:
    with saving(who, "Visit removed", alone=True) as shop:
        visits.remove(shop, visit_id)
