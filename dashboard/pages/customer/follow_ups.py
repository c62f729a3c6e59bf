"""What is to be done for a customer next, and planning more."""

import streamlit as st
from sqlalchemy import RowMapping

from crmcore import my_day
from crmcore.database.gate import ShopSession
from dashboard.parts import plan, work
from dashboard.parts.layout import section


def show_follow_ups(customer: RowMapping, shop: ShopSession) -> None:
    """The open ones, the next first. Nothing is planned for somebody who was hidden."""
    if not shop.who.may("plan follow-ups") or customer["hidden_at"] is not None:
        return
    work.look()
    items = my_day.of_customer(shop, customer["id"])
    with st.container(horizontal=True, vertical_alignment="bottom", key="follow-ups-head"):
        with st.container(width="stretch"):
            section("Follow-ups")
        plan.plan_button("Plan a follow-up", ":material/add:", customer["id"], type="tertiary")
    plan.plan_form(shop, customer["id"])
    work.just_done(shop.who, customer["id"])
    with st.container(gap="xsmall"):
        for item in items:
            work.show_item(item, shop, names_customer=False, names_person=item.assigned_to != shop.who.staff_id)
    if not items:
        st.markdown(":gray[Nothing planned.]")
