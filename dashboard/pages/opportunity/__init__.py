"""One opportunity: how far it is, what is offered, what was said, and moving it on. Without an id: a new one."""

from pathlib import Path
from uuid import UUID

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import follow_ups, interactions, notes, pipeline, tags
from crmcore.database.gate import ShopSession, shop_session
from crmcore.errors import NotFound
from dashboard.navigation import to
from dashboard.pages.opportunity.editing import add, edit
from dashboard.pages.opportunity.history import show_history
from dashboard.pages.opportunity.items import show_items
from dashboard.pages.opportunity.moving import move_form
from dashboard.parts import talk_log, words, work
from dashboard.parts.deal_words import marks, status_badge
from dashboard.parts.layout import back_link, badges, empty_state, facts, figure_strip, note, page_head, section
from dashboard.parts.saving import saving
from dashboard.parts.session import require
from dashboard.parts.tagging import tag_badge, tag_field
from dashboard.parts.words import day, escape, money

_LOOK = Path(__file__).resolve().parents[2] / "look" / "pipeline.css"


def page() -> None:
    who = require("see opportunities", "pipeline")
    st.html(_LOOK)
    work.look()
    asked = st.query_params.get("id")
    back_link("pipeline", "Pipeline")
    if asked is None:
        add(who)
        return
    with shop_session(who) as shop:
        try:
            deal = pipeline.get(shop, UUID(asked))
        except (ValueError, NotFound):
            _not_on_file()
            return
        if st.query_params.get("edit") and who.may("edit opportunities"):
            edit(deal, shop)
        else:
            _show(deal, shop)


def _show(deal: RowMapping, shop: ShopSession) -> None:
    told = [deal["customer_name"], f"with {deal['rep_name']}" if deal["rep_name"] else "nobody's yet"]
    told.append(f"since {day(deal['created_on'], shop.today)}")
    with page_head(deal["name"], " · ".join(filter(None, told))):
        _actions(deal, shop)
    own_tags = tags.of(shop, tags.OPPORTUNITY, deal["id"])
    badges([status_badge(deal), *marks(deal, shop), *(tag_badge(tag) for tag in own_tags)])
    figure_strip(_figures(deal, shop))
    left, right = st.columns([5, 3], gap="large")
    about = {"opportunity_id": deal["id"]}
    with left:
        if shop.who.may("edit opportunities"):
            move_form(deal, shop)
        if deal["next_step"] and deal["status"] == "open":
            section("Next step")
            st.markdown("  \n".join(words.lines(deal["next_step"])))
        talk_log.log_form(about, shop)
        talk_log.show_notes(notes.of_opportunity(shop, deal["id"]), shop)
        shown = f"talk-{deal['id']}"
        most = talk_log.most_talk(shown)
        section("What was said")
        talk_log.show_talk(shown, interactions.of_opportunity(shop, deal["id"], limit=most + 1), shop)
    with right:
        section("What to do next")
        talk_log.reminders(follow_ups.open_of_opportunity(shop, deal["id"]), shop)
        if deal["status"] == "open":
            talk_log.reminder_form(about, shop)
        _about(deal, shop)
        if shop.who.may("edit opportunities"):
            tag_field(shop, tags.OPPORTUNITY, deal["id"], own_tags)
        show_items(deal, shop)
        show_history(deal, shop)


def _actions(deal: RowMapping, shop: ShopSession) -> None:
    if shop.who.may("edit opportunities") and st.button("Edit", icon=":material/edit:", key="edit-deal"):
        st.query_params["edit"] = "yes"
        st.rerun()
    if shop.who.may("remove opportunities"):
        with st.popover("More", type="tertiary", key=f"more-{deal['id']}"):
            note("Removed, it leaves the pipeline and all figures with its history. What was said stays.", 260)
            if st.button("Remove this opportunity", icon=":material/delete:", key="remove-deal", width="stretch"):
                with saving(shop.who, f"“{deal['name']}” is removed", alone=True) as gate:
                    pipeline.remove(gate, deal["id"])
                if gate.saved:
                    st.switch_page(to("pipeline"))


def _figures(deal: RowMapping, shop: ShopSession) -> list[tuple[str, str, str]]:
    own = "its own" if deal["probability"] is not None else "the stage's"
    if deal["status"] != "open":
        ended = day(deal["closed_on"], shop.today)
        return [
            ("Value", money(deal["value"], shop.shop), ""),
            ("Won" if deal["status"] == "won" else "Lost", ended, deal["reason_name"] or ""),
            ("Days from the beginning", words.count(deal["days_open"]), ""),
        ]
    expected = deal["expected_close_on"]
    longest = f"{deal['expected_days']} expected" if deal["expected_days"] else ""
    return [
        ("Value", money(deal["value"], shop.shop), "" if deal["value"] is not None else "nobody said yet"),
        ("Probability", f"{deal['likelihood']} %", own),
        ("Weighted", money(deal["weighted"], shop.shop), ""),
        ("Expected close", day(expected, shop.today), words.ago(expected, shop.today) if expected else ""),
        ("Days in stage", words.count(deal["days_in_stage"]), longest),
        ("Days open", words.count(deal["days_open"]), ""),
    ]


def _about(deal: RowMapping, shop: ShopSession) -> None:
    section("About it")
    reason = " · ".join(filter(None, [deal["reason_name"], deal["reason_note"]]))
    pairs = (
        ("Contact person", deal["person_name"]),
        ("Sales rep", deal["rep_name"]),
        ("Type", deal["kind"]),
        ("Source", deal["source"]),
        ("Competitor", deal["competitor"]),
        ("Territory", deal["territory_name"]),
        ("Reason", reason),
        ("Reference", deal["ref"]),
    )
    facts((label, value) for label, value in pairs if value)
    if deal["customer_id"] is not None:
        st.page_link(
            to("customer"), label=f"Customer: {escape(deal['customer_name'] or 'without a name')}",
            icon=":material/person:", query_params={"id": str(deal["customer_id"])},
        )  # fmt: skip
    if deal["lead_id"] is not None:
        st.page_link(
            to("lead"), label=f"Came of the lead {escape(deal['lead_name'] or '')}", icon=":material/person_search:",
            query_params={"id": str(deal["lead_id"])},
        )  # fmt: skip


def _not_on_file() -> None:
    empty_state(
        ":material/search_off:",
        "This opportunity is not on file",
        "It may have been removed, or be a colleague's.",
        "To the pipeline",
        to="pipeline",
    )
