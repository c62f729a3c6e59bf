"""My day: what to do now, what comes next, and each thing done, moved or given on with a press."""

from uuid import UUID

import streamlit as st

from crmcore import contacts, customer_list, my_day
from crmcore.database.gate import ShopSession, Who, shop_session
from crmcore.my_day import WHOLE_TEAM, Day, Part, WorkItem
from dashboard.navigation import to
from dashboard.parts import plan, words, work
from dashboard.parts.layout import Badge, badge, empty_state, page_head
from dashboard.parts.session import require
from dashboard.parts.words import escape

_MINE, _TEAM = "", "team"


def page() -> None:
    who = require("plan follow-ups")
    assert who.staff_id is not None  # only people sign in
    work.look()
    with shop_session(who) as shop:
        actions = page_head(f"{_greeting(shop)}, {who.name.split()[0]}", f"{shop.now.astimezone(shop.zone):%A %-d %B}")
        with actions:
            whose = _choose_whose(shop) if who.may("plan follow-ups of others") else who.staff_id
            plan.plan_button("Add a task", ":material/add_task:")
        plan.plan_form(shop)
        work.just_done(who)
        day = my_day.of(shop, whose, shown=_shown())
        to_call = _contacts_to_call(day, shop) if whose == who.staff_id else 0
        if day.is_empty:
            if not to_call:
                _nothing_planned(shop, whose)
            return
        _progress(day)
        _show(day, shop, whose)


def _greeting(shop: ShopSession) -> str:
    hour = shop.now.astimezone(shop.zone).hour
    return "Good morning" if 4 <= hour < 12 else "Good afternoon" if 12 <= hour < 17 else "Good evening"


def _choose_whose(shop: ShopSession) -> UUID | None:
    """Whose list: one's own, the whole team's, or a colleague's. It stands in the address."""
    me = shop.who.staff_id
    team = {str(one.staff_id): one.name for one in work.at_work(shop) if one.staff_id != me}
    names = {_MINE: "My own", _TEAM: "Whole team", **team}
    asked = st.query_params.get("whose", _MINE)
    st.session_state["whose"] = asked if asked in names else _MINE
    chosen = st.selectbox(
        "Whose", list(names), format_func=names.__getitem__, key="whose", on_change=_keep_whose,
        label_visibility="collapsed", width=170,
    )  # fmt: skip
    return me if chosen == _MINE else WHOLE_TEAM if chosen == _TEAM else UUID(chosen)


def _keep_whose() -> None:
    if st.session_state["whose"]:
        st.query_params["whose"] = st.session_state["whose"]
    else:
        st.query_params.pop("whose", None)


def _shown() -> int:
    return int(st.session_state.get("work-shown", my_day.SHOWN))


def _show_more() -> None:
    st.session_state["work-shown"] = _shown() + 2 * my_day.SHOWN


def _contacts_to_call(day: Day, shop: ShopSession) -> int:
    """The contacts that wait for a first call, one press away; the filled button when nothing is due before them."""
    if not shop.shop.has("contacts"):
        return 0
    following = contacts.next_of(shop, shop.who.staff_id)
    if following is None:
        return 0
    many = contacts.open_of(shop, shop.who.staff_id)
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="contacts-to-call"):
        st.markdown(
            f":material/contact_phone: **{words.several(many, 'contact')}** of yours to call", width="stretch"
        )
        pressed = st.button(
            "Next contact", icon=":material/call:", key="first-contact",
            type="secondary" if day.next and not plan.is_open() else "primary",
        )  # fmt: skip
    if pressed:
        st.switch_page(to("contact"), query_params={"id": str(following)})
    return many


def _progress(day: Day) -> None:
    """4 of 10 done today: only once something was done, as a list that just begins needs no bar."""
    if not day.done.total:
        return
    left = day.late.total + day.today.total
    share = day.done.total / (day.done.total + left)
    st.progress(share, f"{words.count(day.done.total)} of {words.count(day.done.total + left)} done today")


def _show(day: Day, shop: ShopSession, whose: UUID | None) -> None:
    due = day.late.total + day.today.total
    if not due:
        _all_done(day, shop)
    _part("Overdue", day.late, ("red", ":material/error:"), day.next, shop, whose)
    _part("Today", day.today, ("blue", ":material/today:"), day.next, shop, whose)
    _part("Next 7 days", day.coming, ("gray", ":material/date_range:"), day.next, shop, whose)
    if day.done.total:
        with st.expander(f"Done today :gray[{words.count(day.done.total)}]", icon=":material/check:", key="done-today"):
            for item in day.done.items:
                work.done_row(item, shop.who)


def _part(
    title: str, part: Part, look: tuple[str, str], next_: WorkItem | None, shop: ShopSession, whose: UUID | None
) -> None:
    if not part.total:
        return
    colour, icon = look
    most = part.total >= my_day.MOST_COUNTED
    number: Badge = (f"{words.count(part.total)}{'+' if most else ''}", colour, icon)
    with st.container(gap="xsmall", key=f"part-{title}"):
        st.subheader(f"{escape(title)} {badge(number)}", anchor=False)
        for item in part.items:
            first = item == next_ and not plan.is_open()
            work.show_item(item, shop, first=first, names_person=whose != shop.who.staff_id)
        if part.total > len(part.items) and len(part.items) < my_day.MOST:
            st.button(
                "Show more", icon=":material/expand_more:", type="tertiary", key=f"more-of-{title}", on_click=_show_more
            )


def _all_done(day: Day, shop: ShopSession) -> None:
    """The day is clear: say so, and what comes next."""
    following = next(iter(day.coming.items), None)
    when = "Nothing is planned for this week."
    if following is not None:
        when = f"Next: {work.named(following, shop.who)}, {words.weekday(following.due_on, shop.today)}."
    with st.container(border=True, horizontal_alignment="center", key="all-done"):
        st.space("xsmall")
        st.markdown("## :green[:material/task_alt:]", width="content")
        done = day.done.total
        head = f"All done: {words.several(done, 'thing')} today" if done else "Nothing is due today"
        st.markdown(f"**{escape(head)}**", width="content", text_alignment="center")
        st.markdown(f":gray[{escape(when)}]", width="content", text_alignment="center")
        st.space("xsmall")


def _nothing_planned(shop: ShopSession, whose: UUID | None) -> None:
    if not customer_list.counts(shop)["all"]:
        _nobody_on_file(shop.who)
        return
    mine = whose == shop.who.staff_id
    empty_state(
        ":material/event_available:",
        "Nothing is planned for you" if mine else "Nothing is planned here",
        "Open a customer and plan a follow-up: it stands here on its day, with a way to call them.",
        "Find a customer",
        to="customers",
    )


def _nobody_on_file(who: Who) -> None:
    """An empty shop: what to do first."""
    if who.may("import"):
        empty_state(
            ":material/group_add:",
            "First, put your customers on file",
            "Upload the sheet you have, or sell to a phone number. What you promise them then stands here on its day.",
            "Upload a sheet",
            to="imports",
        )
    else:
        empty_state(
            ":material/group_add:",
            "First, somebody to look after",
            "Sell to a phone number, and whoever it belongs to is on file. What you promise them then stands here.",
            "Sell",
            to="sell",
        )
    with st.container(horizontal_alignment="center"):
        st.page_link(to("customer"), label="Add a customer", icon=":material/person_add:")
