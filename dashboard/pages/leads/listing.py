"""The list of leads: a table with boxes to tick, cards on a phone, and what stands where nobody fits."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import pandas as pd
import streamlit as st

from crmcore import leads
from crmcore.database.gate import ShopSession
from crmcore.leads import Rules, rules
from crmcore.lists import MOST_PAGES
from dashboard.navigation import to
from dashboard.pages.leads.choosing import View, clear, turn_to
from dashboard.parts import words
from dashboard.parts.layout import badge, only_phone, only_wide
from dashboard.parts.lead_words import called, mail, number, status_badge, status_word
from dashboard.parts.words import escape

SIZE = 25
_ROW, _HEAD = 40, 36


def leads_listed(shop: ShopSession, view: View) -> tuple[UUID | None, tuple[UUID, ...], int]:
    """The list; return whom a press opens, whose boxes are ticked, and how many there are in all."""
    listed = leads.page_of(shop, view.filters, view.sort, view.page, SIZE)
    if not listed.total:
        _nobody_fits()
        return None, (), 0
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
    _pages(view, listed.total)
    return opened, chosen, listed.total


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
    frame = pd.DataFrame(
        {
            "name": [row["name"] for row in rows],
            "company": [row["company"] for row in rows],
            "status": [status_word(row["status"]) for row in rows],
            "grade": [row["grade"] and f"{row['grade']} · {row['score']}" for row in rows],
            "next": [_due(row) for row in rows],
            "assignee": [row["assignee"] for row in rows],
            "source": [row["source"] for row in rows],
            "reach": [row["reach"] for row in rows],
            "created": [row["created"] for row in rows],
        }
    )
    column = st.column_config
    modes: list[Any] = ["single-cell", *(["multi-row"] if shop.who.may("assign leads") else [])]
    pressed = st.dataframe(
        frame.style.format({"created": lambda day: words.day(day, shop.today)}),
        key=f"lead-rows-{times()}-{hash(view)}",  # ticks are by place: another page or order has its own
        on_select="rerun",
        selection_mode=modes,
        hide_index=True,
        row_height=_ROW,
        height=_HEAD + _ROW * len(rows) + 2,
        placeholder=words.NOTHING,
        alt="Leads with company, status, grade and score, next follow-up, who has them, where they came from, and how"
        " to reach them; press one to open it",
        column_config={
            "name": column.TextColumn("Name", width=134),
            "company": column.TextColumn("Company", width=128),
            "status": column.TextColumn("Status", width=110),
            "grade": column.TextColumn("Grade", help="The grade, and the score out of 300", width=66),
            "next": column.TextColumn("Next follow-up", width=102),
            "assignee": column.TextColumn("Assigned to", width=100),
            "source": column.TextColumn("Came from", width=86),
            "reach": column.TextColumn("Reached by", width=122),
            "created": column.DateColumn("Since", alignment="right", width=92),
        },
    )
    for row, _ in pressed["selection"]["cells"]:
        if row < len(rows):
            return rows[row]["id"], ()
    return None, tuple(rows[row]["id"] for row in pressed["selection"].get("rows", []) if row < len(rows))


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


def _pages(view: View, total: int) -> None:
    first = (view.page - 1) * SIZE + 1
    with st.container(horizontal=True, vertical_alignment="center", key="lead-pages"):
        last = min(first + SIZE - 1, total)
        pages = min(-(-total // SIZE), MOST_PAGES)
        told = f"{words.count(first)}–{words.count(last)} of {words.count(total)}"
        st.markdown(f":gray[:small[{told if pages > 1 else words.several(total, 'lead')}]]", width="stretch")
        if pages > 1:
            field = f"leads-page-{view.page}"
            st.pagination(
                pages, default=view.page, key=field, on_change=lambda: turn_to(st.session_state[field])
            )


def _nobody_fits() -> None:
    with st.container(border=True, horizontal_alignment="center", key="no-lead-fits"):
        st.space("xsmall")
        st.markdown("## :material/search_off:", width="content")
        st.markdown("**No lead fits**", width="content")
        st.markdown(
            ":gray[Try fewer letters, the last digits of the number, or take a filter away.]",
            width="content",
            text_alignment="center",
        )
        st.button("Clear filters", key="clear-leads", on_click=clear)
        st.space("xsmall")
