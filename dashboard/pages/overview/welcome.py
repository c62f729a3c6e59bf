"""What the Overview says before the first sale: a few steps, and what will stand here after them."""

from dataclasses import dataclass

import streamlit as st

from crmcore import customer_list, people
from crmcore.customer_list import Filters
from crmcore.database.gate import ShopSession
from crmcore.metrics import Measure
from crmcore.metrics.figures import people_on_file
from crmcore.periods import named
from dashboard.navigation import to
from dashboard.parts.figures import figure_card
from dashboard.parts.layout import empty_state, page_head, section
from dashboard.parts.words import several

_NUMBERS = {3: "Three", 4: "Four"}


@dataclass(frozen=True)
class Step:
    """One thing to do first. `done`: what there is of it already, or "" while it is still to do."""

    title: str
    text: str
    button: str
    icon: str
    page: str
    done: str


def welcome(shop: ShopSession) -> None:
    period = named("month", shop.today)
    team = len(people.members(shop, only_active=True))
    on_file = int(people_on_file(shop, period).value or 0)
    steps = [
        Step(
            "Add your staff",
            "Everyone signs in with their own name, so you see who served whom.",
            "Add a person",
            ":material/group:",
            "team",
            f"{several(team, 'person', 'people')} can sign in" if team > 1 else "",
        ),
        Step(
            "Upload your customers",
            "An Excel or CSV sheet with phone numbers is enough. You check everything before it is saved.",
            "Choose a sheet",
            ":material/upload_file:",
            "imports",
            f"{several(on_file, 'person', 'people')} on file" if on_file else "",
        ),
        *([_first_visit(shop)] if shop.shop.has("visits") else []),
        Step(
            "Record your first sale",
            "Type a phone number and an amount. The customer is created on the way.",
            "Record a sale",
            ":material/point_of_sale:",
            "sell",
            "",
        ),
    ]
    first_name = shop.who.name.split()[0]
    told = f"{shop.shop.name} has no sales yet. {_NUMBERS[len(steps)]} steps, then this page fills itself."
    page_head(f"Welcome, {first_name}", told)
    upcoming = next(number for number, step in enumerate(steps) if not step.done)
    with st.grid(len(steps), min_column_width=210, gap=(16, 16)):
        for number, step in enumerate(steps):
            _show(step, f"Step {number + 1} of {len(steps)}", is_next=number == upcoming)
    st.space("small")
    section("What you will see here")
    with st.grid(4, min_column_width=158, gap=(12, 12)):
        for key, why in (
            ("revenue", "No sales yet"),
            ("customers", "No purchases yet"),
            ("repeat_rate", "0 of 0 customers"),
            ("average_ltv", "0 customers"),
        ):
            figure_card(Measure(key, period), None, shop.shop, shop.today, basis=why)
    empty_state(
        ":material/show_chart:",
        "Revenue by day appears after the first sale",
        "Sales you import from a sheet count as well, with their own dates.",
    )


def _first_visit(shop: ShopSession) -> Step:
    came = sum(customer_list.count(shop, Filters(came=how)) for how in ("once", "again"))
    return Step(
        "Record your first visit",
        "Who came by, what they looked at, and when to ask again. Half a minute on a phone.",
        "Record a visit",
        ":material/storefront:",
        "visit",
        f"{several(came, 'person', 'people')} came by" if came else "",
    )


def _show(step: Step, nth: str, *, is_next: bool) -> None:
    with st.container(border=True, height="stretch", key=f"step-{step.page}"):
        if step.done:
            st.markdown(":green-badge[:material/check: Done]")
        else:
            st.markdown(f":{'blue' if is_next else 'gray'}-badge[{nth}]")
        st.markdown(f"**{step.title}**  \n:gray[{step.text}]")
        st.space("stretch")
        if step.done:
            st.page_link(to(step.page), label=step.done, icon=step.icon)
        elif st.button(
            step.button,
            icon=step.icon,
            type="primary" if is_next else "secondary",
            width="stretch",
            key=f"do-{step.page}",
        ):
            st.switch_page(to(step.page))
