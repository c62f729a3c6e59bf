"""A customer's medicines: what they have, how well they keep to it, what was reminded of, and how they want it."""

from datetime import date, timedelta
from uuid import UUID

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import customer_numbers, refills
from crmcore.database.gate import ShopSession, Who
from crmcore.messages.consent import CHANNELS
from crmcore.phones import can_be_texted
from crmcore.refills import MOST_LEAD_DAYS, Supply, Wishes
from dashboard.navigation import to
from dashboard.parts import words
from dashboard.parts.layout import Badge, badge, note, section
from dashboard.parts.saving import saving
from dashboard.parts.words import escape

_STATES: dict[str, tuple[str, str]] = {
    "due": ("blue", ":material/event:"),
    "sent": ("gray", ":material/done:"),
    "refilled": ("green", ":material/check_circle:"),
    "lost": ("gray", ":material/do_not_disturb_on:"),
    "cancelled": ("gray", ":material/block:"),
}
_GOOD = 80  # percent of days covered from which on somebody is said to keep to a medicine (PQA)


def show_medicines(customer: RowMapping, shop: ShopSession) -> None:
    supplies = refills.supplies(shop, customer["id"])
    if not supplies:
        st.markdown(":gray[No bill says yet how long a medicine lasts. Fill in “Lasts (days)” when you sell one.]")
    else:
        _at_home(supplies, shop.today)
        _adherence(customer, shop)
        _reminders(customer, shop)
    if customer["hidden_at"] is None and shop.who.may("edit customers"):
        _wishes(customer, shop)


def _at_home(supplies: list[Supply], today: date) -> None:
    section("At home", "What they bought last of each medicine, and until when it lasts")
    with st.container(border=True, gap="xsmall"):
        for one in supplies:
            ended = one.runs_out_on <= today
            until = f"ran out {words.ago(one.runs_out_on, today)}" if ended else f"until {_day(one.runs_out_on, today)}"
            mark: Badge = (until, "red" if ended else "green", ":material/error:" if ended else ":material/check:")
            bought = f"{words.several(one.days, 'day')} bought on {_day(one.purchased_on, today)}"
            st.markdown(
                f":material/medication: **{escape(one.medicine)}** {badge(mark)} :gray[:small[{escape(bought)}]]"
            )


def _adherence(customer: RowMapping, shop: ShopSession) -> None:
    rows = refills.adherence(shop, customer["id"])
    if not rows:
        return
    section("Days covered", "In the last year, since they first bought it: on how many of the days they had it at hand")
    with st.container(border=True, gap="xsmall"):
        for row in rows:
            share = 100 * row["part"] / row["whole"]
            colour, word = ("green", "keeps to it") if share >= _GOOD else ("orange", "with gaps")
            st.markdown(
                f"**{escape(row['medicine'])}** {badge((f'{words.percent(share, 0)} · {word}', colour))} "
                f":gray[:small[{words.count(row['part'])} of {words.count(row['whole'])} days, "
                f"{words.several(row['purchases'], 'purchase')}]]"
            )
    note("Proportion of days covered, as the Pharmacy Quality Alliance counts it; what is bought early is used later.")


def _reminders(customer: RowMapping, shop: ShopSession) -> None:
    section("Reminders")
    for row in refills.of_customer(shop, customer["id"]):
        colour, icon = _STATES[row["status"]]
        mark: Badge = (refills.STATUSES[row["status"]], colour, icon)
        st.markdown(
            f"**{escape(row['medicine'])}** {badge(mark)}  \n:gray[:small[{escape(_told(row, shop))}]]"
        )
    st.page_link(to("refills"), label="All refills", icon=":material/medication:")


def _told(row: RowMapping, shop: ShopSession) -> str:
    """Due 21 Nov · WhatsApp on 21 Nov · “will come Friday” · bought again with 261125-7KQ2M."""
    told = [f"due {words.weekday(row['due_on'], shop.today)}"]
    if row["sent_channel"]:
        told.append(f"{CHANNELS[row['sent_channel']]} on {words.day(row['sent_on'], shop.today)}")
    if row["response"]:
        told.append(f"“{row['response']}”")
    if row["refilled_number"]:
        told.append(f"bought again on {words.day(row['refilled_on'], shop.today)} with {row['refilled_number']}")
    return " · ".join(told)


def _wishes(customer: RowMapping, shop: ShopSession) -> None:
    customer_id = customer["id"]
    wishes, usual = refills.wishes_of(shop, customer_id), refills.rules_of(shop)
    section("How to remind them")
    if wishes.is_paused(shop.today):
        until = f"until {words.weekday(wishes.paused_until, shop.today)}" if wishes.paused_until else "for now"
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(badge((f"Paused {until}", "orange", ":material/notifications_off:")), width="content")
            st.button(
                "Remind again", icon=":material/notifications:", type="tertiary", key="resume-refills",
                on_click=_resume, args=(shop.who, customer_id),
            )  # fmt: skip
    with st.form(f"refill-wishes-{customer_id}", width=640):
        with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
            lead = st.number_input(
                "Days before it runs out", 0, MOST_LEAD_DAYS, wishes.lead_days, step=1,
                placeholder=f"{usual.lead_days}, as for all", width=200,
            )  # fmt: skip
            channels: list[str | None] = [None, *CHANNELS]
            channel = st.selectbox(
                "Remind by", channels, index=channels.index(wishes.channel), width=200,
                format_func=lambda one: CHANNELS[one] if one else "As it fits", placeholder="As it fits",
            )  # fmt: skip
            phone = _number(customer, wishes.phone, shop)
            until_day = st.date_input(
                "Pause until", None, min_value=shop.today + timedelta(days=1), format="DD/MM/YYYY", width=160
            )
        if st.form_submit_button("Save changes"):
            is_day = isinstance(until_day, date)
            _save(
                shop.who,
                customer_id,
                Wishes(
                    None if lead is None else int(lead),
                    channel,
                    shop.today if is_day else wishes.paused_on,
                    until_day if is_day else wishes.paused_until,
                    phone,
                ),
            )


def _number(customer: RowMapping, chosen: str | None, shop: ShopSession) -> str | None:
    """Which of several numbers reminders go to; None is the customer's own."""
    others = [one for one in customer_numbers.of_customer(shop, customer["id"]) if one != customer["phone"]]
    if not others:
        return None
    numbers: list[str | None] = [None, *others]

    def told(number: str | None) -> str:
        number = number or customer["phone"]
        if not number:
            return "No number of their own"
        shown = words.phone(number, shop.shop.region)
        return shown if can_be_texted(number) else f"{shown} · landline, calls only"

    return st.selectbox(
        "On which number", numbers, index=numbers.index(chosen) if chosen in numbers else 0, format_func=told, width=320
    )


def _save(who: Who, customer_id: UUID, wishes: Wishes) -> None:
    with saving(who, "Wishes saved") as shop:
        refills.change_wishes(shop, customer_id, wishes)
    if shop.saved:
        st.rerun()


def _resume(who: Who, customer_id: UUID) -> None:
    with saving(who, "They are reminded again") as shop:
        refills.resume(shop, customer_id)


def _day(when: date, today: date) -> str:
    return words.day(when, today)
