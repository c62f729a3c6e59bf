"""The list of leads: a table with boxes to tick, cards on a phone, and what stands where nobody fits."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import streamlit as st

from crmcore import leads
from crmcore.database.gate import ShopSession
from crmcore.leads import Rules, rules
from dashboard.navigation import to
from dashboard.pages.leads.choosing import FIELDS, View
from dashboard.parts import words
from dashboard.parts.layout import badge, only_phone, only_wide
from dashboard.parts.lead_words import called, mail, number, status_badge, status_word
from dashboard.parts.lists import SIZE, nothing_fits, show_pages, turn_to
from dashboard.parts.tables import Columns, pressed_or_ticked
from dashboard.parts.words import escape

_COLUMNS: Columns = {
    "name": ("Name", "text"),
    "company": ("Company", "text"),
    "status": ("Status", "text"),
    "grade": ("Grade", "text"),
    "next": ("Next follow-up", "text"),
    "assignee": ("Assigned to", "text"),
    "source": ("Came from", "text"),
    "reach": ("Reached by", "text"),
    "created": ("Since", "day"),
}
_WIDTHS = {
    "name": 134, "company": 128, "status": 110, "grade": 66, "next": 102, "assignee": 100, "source": 86, "reach": 122,
    "created": 92,
}  # fmt: skip


def leads_listed(shop: ShopSession, view: View, total: int) -> tuple[UUID | None, tuple[UUID, ...]]:
    """The list, of so many in all; return whom a press opens, and whose boxes are ticked."""
    listed = leads.page_of(shop, view.filters, view.sort, view.page, SIZE, total)
    if not total:
        nothing_fits(
            "leads", "No lead fits", "Try fewer letters, the last digits of the number, or take a filter away.",
            FIELDS.clear,
        )  # fmt: skip
        return None, ()
    if not listed.rows:  # a page that is no more
        turn_to(1)
        st.rerun()
    ours, whole = rules.of_shop(shop), shop.who.may("see whole contact details in lists")
    rows = [_told(row, shop, ours, whole=whole) for row in listed.rows]
    with only_wide("leads"):
        opened, chosen = _table(rows, view, shop)
    with only_phone("leads", gap="small"):
        for row in rows:
            _card(row)
    show_pages("leads", view.page, total, in_words=words.several(total, "lead"))
    return opened, chosen


def times() -> int:
    """How often leads were shared out here: ticks are to be gone afterwards."""
    done: int = st.session_state.get("leads-shared-times", 0)
    return done


def _told(row: Any, shop: ShopSession, ours: Rules, *, whole: bool) -> dict[str, Any]:
    return {
        "id": row["id"],
        "name": called(row, shop.who, whole=whole),
        "company": row["company"],
        "reach": number(row, shop.who, whole=whole) if row["phone"] else mail(row, whole=whole),
        "status": row["status"],
        "grade": ours.grade(row["score"]),
        "score": row["score"],
        "source": row["source"],
        "assignee": row["assignee"],
        "next": row["next_follow_up_on"],
        "created": row["created_on"],
        "today": shop.today,
    }


def _table(rows: Sequence[Mapping[str, Any]], view: View, shop: ShopSession) -> tuple[UUID | None, tuple[UUID, ...]]:
    pressed, ticked = pressed_or_ticked(
        f"lead-rows-{times()}-{hash(view)}",  # ticks are by place: another page or order has its own
        [
            {
                **row,
                "status": status_word(row["status"]),
                "grade": row["grade"] and f"{row['grade']} · {row['score']}",
                "next": _due(row),
            }
            for row in rows
        ],
        _COLUMNS,
        shop.shop,
        alt="Leads with company, status, grade and score, next follow-up, who has them, where they came from, and how"
        " to reach them; press one to open it",
        widths=_WIDTHS,
        tips={"grade": "The grade, and the score out of 300"},
        boxes=shop.who.may("assign leads"),
    )
    return None if pressed is None else rows[pressed]["id"], tuple(rows[row]["id"] for row in ticked)


def _due(row: Mapping[str, Any]) -> str | None:
    """When the next thing is to be done; what is late says so in words, not by its colour."""
    if row["next"] is None:
        return None
    late = (row["today"] - row["next"]).days
    return words.day(row["next"], row["today"]) if late <= 0 else f"{words.several(late, 'day')} late"


def _card(row: Mapping[str, Any]) -> None:
    """The whole card is the link: who, where they stand, how promising, whose, and what is next."""
    grade = f"{row['grade']} · {row['score']}" if row["grade"] else None
    due = _due(row)
    about = [
        row["company"] if row["company"] != row["name"] else None, grade, row["assignee"] or "Nobody's yet",
        due and f"next {due}" if due and "late" not in due else due, row["source"],
    ]  # fmt: skip
    label = f"**{escape(row['name'])}** {badge(status_badge(row['status']))}"
    label += f" :gray[:small[{escape(' · '.join(filter(None, about)))}]]"
    st.page_link(to("lead"), label=label, icon="", query_params={"id": str(row["id"])}, width="stretch")
