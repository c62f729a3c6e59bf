"""How a shop reminds of refills: a part of Settings."""

import streamlit as st

from crmcore import refills
from crmcore.database.gate import Who, shop_session
from crmcore.errors import BadInput
from crmcore.refills import MOST_LEAD_DAYS, WEEKDAYS, Rules
from dashboard.navigation import to
from dashboard.parts.layout import note, section
from dashboard.parts.saving import complain, saving


def show(who: Who) -> None:
    with shop_session(who) as shop:
        kept = refills.rules_of(shop)
    section("Refill reminders", "When a customer is to be reminded; each customer may want it otherwise")
    with st.form("refills", width=640):
        lead = st.number_input("Days before a medicine runs out", 0, MOST_LEAD_DAYS, kept.lead_days, step=1)
        skipped = st.pills(
            "On these days nobody is reminded", list(WEEKDAYS), selection_mode="multi",
            default=list(kept.skipped_weekdays), format_func=WEEKDAYS.__getitem__, wrap=True,
        )  # fmt: skip
        holidays = st.text_area(
            "Nor on these holidays, one a line", "\n".join(day.isoformat() for day in kept.holidays), height=120,
            placeholder="2027-01-26",
        )  # fmt: skip
        lost = st.number_input(
            "So many days after a medicine ran out the customer counts as lost", 7, 365, kept.lost_after_days, step=1
        )
        pressed = st.form_submit_button("Save changes", type="primary")
    note("What falls on such a day is due before it, so that nobody runs out. Reminders not sent yet move at once.")
    st.page_link(
        to("messages"),
        label="Messages that go by themselves",
        icon=":material/chat:",
        query_params={"part": "Services"},
    )
    if not pressed:
        return
    try:
        days = refills.read_days(holidays, who.shop.region, who.shop.zone)
    except BadInput as fault:
        complain(fault)
        return
    new = Rules(int(lead), tuple(skipped), days, int(lost))
    with saving(who, "Settings saved", alone=True) as shop:
        refills.change_rules(shop, new)
