"""What the Contacts page shows: its part, its filters and order. The address is what holds: a view can be shared."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from crmcore import contacts, people
from crmcore.contacts import STATUSES, TOUCHED, WHATSAPP, Filters
from crmcore.database.gate import ShopSession, Who
from crmcore.lists import MOST_PAGES, NOBODY
from dashboard.parts.words import count, day

LIST, TEAM, RESULTS = "list", "team", "results"
PARTS = {LIST: "List", TEAM: "Who has how many", RESULTS: "Results"}
SORTS = {
    "uploaded": "First uploaded first",
    "-uploaded": "Last uploaded first",
    "name": "Name, A to Z",
    "touched": "Longest not in touch",
    "-touched": "Last in touch first",
    "status": "By status",
    "assigned": "By who has them",
}
_FIELDS = ("q", "status", "whatsapp", "assigned", "upload", "touched", "uploaded_from", "uploaded_to")


@dataclass(frozen=True)
class View:
    """The part of the page, the filters of the contacts, their order, and the page of the list."""

    part: str
    filters: Filters
    sort: str
    page: int


def parts_of(who: Who) -> dict[str, str]:
    """The parts of the page a person may see."""
    allowed = {LIST: True, TEAM: who.may("assign contacts"), RESULTS: who.may("see figures")}
    return {part: label for part, label in PARTS.items() if allowed[part]}


def current(who: Who) -> View:
    """The view the address names; what can't be read in it stays as it usually is. What was typed is no matter for an
    address bar when it is a number."""
    query = st.query_params.to_dict()
    part, sort = query.get("show", LIST), query.get("sort", "uploaded")
    page = query.get("page", "1")
    filters = Filters.of_address(query)
    typed = str(st.session_state.get("contacts-q") or "")
    if _is_number(typed):
        filters = replace(filters, q=typed)
    return View(
        part if part in parts_of(who) else LIST,
        filters,
        sort if sort in SORTS else "uploaded",
        int(page) if page.isdecimal() and 1 <= int(page) <= MOST_PAGES else 1,
    )


def choose_filters(view: View, shop: ShopSession) -> None:
    """The search field, who has them, the sheets, and the pills with their counts."""
    filters = view.filters
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="contact-filters"):
        _keep("q", filters.q)
        st.text_input(
            "Search", key="contacts-q", type="search", live=True, icon=":material/search:",
            placeholder="Name or phone", label_visibility="collapsed", width=260, on_change=_write, args=("q",),
        )  # fmt: skip
        _select("assigned", str(filters.assigned or ""), _people(shop), 170)
        _select("upload", str(filters.upload or ""), _sheets(shop), 200)
        _select("touched", filters.touched, {"": "In touch any time", **TOUCHED}, 170)
        _select("whatsapp", filters.whatsapp, {"": "WhatsApp or not", **WHATSAPP}, 160)
        _select("sort", view.sort, SORTS, 190, usual="uploaded")
    numbers = contacts.counts(shop, filters)
    labels = {"": f"All {count(sum(numbers.values()))}"}
    labels |= {status: f"{STATUSES[status]} {count(many)}" for status, many in numbers.items()}
    _keep("status", filters.status if filters.status in labels else "")
    st.pills(
        "Status", list(labels), key="contacts-status", required=True, format_func=labels.__getitem__,
        label_visibility="collapsed", wrap=True, on_change=_write, args=("status",),
    )  # fmt: skip


def clear() -> None:
    """Take every filter away."""
    for name in (*_FIELDS, "page", "sort"):
        st.query_params.pop(name, None)
    st.session_state["contacts-q"] = ""


def turn_to(page: int) -> None:
    st.query_params["page"] = str(page)


def _people(shop: ShopSession) -> dict[str, str]:
    me = str(shop.who.staff_id)
    team = {str(one.staff_id): one.name for one in people.colleagues(shop) if one.is_active}
    mine = {me: "Mine"} if me in team else {}
    return {"": "Anyone's", **mine, NOBODY: "Nobody's yet", **{key: name for key, name in team.items() if key != me}}


def _sheets(shop: ShopSession) -> dict[str, str]:
    sheets = contacts.uploads(shop)
    return {
        "": "All sheets",
        **{
            str(one["id"]): f"{one['file_name']}, {day(one['created_at'].astimezone(shop.zone).date(), shop.today)}"
            for one in sheets
        },
    }


def _select(name: str, value: str, choices: Mapping[str, str], width: int, usual: str = "") -> None:
    known = choices if value in choices else {**choices, value: "Somebody or something else"}
    _keep(name, value)
    labels = {
        "assigned": "Who has them", "upload": "Sheet", "touched": "In touch", "whatsapp": "WhatsApp", "sort": "Order",
    }  # fmt: skip
    st.selectbox(
        labels[name], list(known), format_func=known.__getitem__, key=f"contacts-{name}", width=width,
        label_visibility="collapsed", on_change=_write, args=(name, usual),
    )  # fmt: skip


def _keep(name: str, value: Any) -> None:
    """Let a field show what the view says. Only where they differ: setting it anew would undo what is being typed."""
    field = f"contacts-{name}"
    if field not in st.session_state or st.session_state[field] != value:
        st.session_state[field] = value


def _write(name: str, usual: str = "") -> None:
    """A field changed: say so in the address, and begin on the first page."""
    value = st.session_state[f"contacts-{name}"]
    st.query_params.pop("page", None)
    if value and value != usual and not (name == "q" and _is_number(value)):
        st.query_params[name] = value
    else:
        st.query_params.pop(name, None)


def _is_number(typed: str) -> bool:
    """Whether somebody's phone number was typed, or most of it."""
    return sum(sign.isdigit() for sign in typed) >= 5
