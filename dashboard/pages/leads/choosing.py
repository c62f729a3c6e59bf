"""What the Leads page shows: its part, its filters and order. The address is what holds: a view can be shared."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import streamlit as st

from crmcore import leads, people
from crmcore.database.gate import ShopSession, Who
from crmcore.leads import FOLLOW_UPS, GRADES, QUALITIES, STATUSES, UNKNOWN, Filters, territories
from crmcore.lists import MOST_PAGES, NOBODY
from dashboard.parts.layout import badge
from dashboard.parts.words import count, day, escape

LIST, FIGURES = "list", "figures"
PARTS = {LIST: "List", FIGURES: "Where they come from"}
SORTS = {
    "-created": "Newest first",
    "created": "Oldest first",
    "-score": "Best score first",
    "follow_up": "Next follow-up first",
    "name": "Name, A to Z",
    "company": "Company, A to Z",
    "status": "By status",
    "source": "By source",
    "assigned": "By who has them",
}
USUAL = "-created"


@dataclass(frozen=True)
class View:
    """The part of the page, the filters of the leads, their order, and the page of the list."""

    part: str
    filters: Filters
    sort: str
    page: int


def parts_of(who: Who) -> dict[str, str]:
    """The parts of the page a person may see."""
    return {part: label for part, label in PARTS.items() if part == LIST or who.may("see figures")}


def current(who: Who) -> View:
    """The view the address names; what can't be read in it stays as it usually is. What was typed is no matter for an
    address bar when it is a number or an address."""
    query = st.query_params.to_dict()
    part, sort, page = query.get("show", LIST), query.get("sort", USUAL), query.get("page", "1")
    filters = Filters.of_address(query)
    typed = str(st.session_state.get("leads-q") or "")
    if _is_private(typed):
        filters = replace(filters, q=typed)
    return View(
        part if part in parts_of(who) else LIST,
        filters,
        sort if sort in SORTS else USUAL,
        int(page) if page.isdecimal() and 1 <= int(page) <= MOST_PAGES else 1,
    )


def choose_filters(view: View, shop: ShopSession) -> None:
    """The search field, whose, grade, source, next follow-up, and the pills with their counts."""
    filters = view.filters
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="lead-filters"):
        _keep("q", filters.q)
        st.text_input(
            "Search", key="leads-q", type="search", live=True, icon=":material/search:",
            placeholder="Name, company, phone", label_visibility="collapsed", width=250, on_change=_write, args=("q",),
        )  # fmt: skip
        _select("assigned", str(filters.assigned or ""), _people(shop), 150)
        _select("grade", filters.grade, {"": "Any grade", **_grades()}, 160)
        _select("source", filters.source, _sources(shop), 150)
        _select("follow_up", filters.follow_up, {"": "Any follow-up", **FOLLOW_UPS}, 150)
        _select("quality", filters.quality, {"": "Any quality", **QUALITIES}, 130)
        grounds = territories.all_of(shop)
        if grounds:
            names = {str(one["id"]): one["name"] for one in grounds}
            _select("territory", str(filters.territory or ""), {"": "Any territory", **names}, 150)
        _select("sort", view.sort, SORTS, 180, usual=USUAL)
    _days(filters, shop)
    numbers = leads.counts(shop, filters)
    active = sum(numbers[status] for status in leads.ACTIVE)
    labels = {"": f"All {count(sum(numbers.values()))}", "active": f"Active {count(active)}"}
    labels |= {status: f"{STATUSES[status]} {count(many)}" for status, many in numbers.items()}
    _keep("status", filters.status if filters.status in labels else "")
    st.pills(
        "Status", list(labels), key="leads-status", required=True, format_func=labels.__getitem__,
        label_visibility="collapsed", wrap=True, on_change=_write, args=("status",),
    )  # fmt: skip


def clear() -> None:
    """Take every filter away."""
    for name in (*(one.name for one in fields(Filters)), "page", "sort"):
        st.query_params.pop(name, None)
    st.session_state["leads-q"] = ""


def turn_to(page: int) -> None:
    st.query_params["page"] = str(page)


def _days(filters: Filters, shop: ShopSession) -> None:
    """The days a link narrowed the list to, with the way back."""
    for of, label in (("created", "Came up"), ("converted", "Converted")):
        since, until = getattr(filters, f"{of}_from"), getattr(filters, f"{of}_to")
        if since is None and until is None:
            continue
        first, last = (day(since, shop.today) if since else "…"), (day(until, shop.today) if until else "today")
        told = f"{label} {first} – {last}"
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(badge((told, "blue", ":material/event:")), width="content")
            st.button(
                "Any day", type="tertiary", icon=":material/close:", key=f"any-day-{of}", on_click=_any_day, args=(of,)
            )


def _any_day(of: str) -> None:
    for end in ("from", "to"):
        st.query_params.pop(f"{of}_{end}", None)


def _people(shop: ShopSession) -> dict[str, str]:
    me = str(shop.who.staff_id)
    team = {str(one.staff_id): one.name for one in people.colleagues(shop) if one.is_active}
    mine = {me: "Mine"} if me in team else {}
    return {"": "Anyone's", **mine, NOBODY: "Nobody's yet", **{key: name for key, name in team.items() if key != me}}


def _grades() -> dict[str, str]:
    return {**{grade: f"{grade} · {means}" for grade, means in GRADES.items()}, "none": "No score yet"}


def _sources(shop: ShopSession) -> dict[str, str]:
    return {"": "Any source", UNKNOWN: "Unknown", **{source: source for source in leads.sources(shop)}}


def _select(name: str, value: str, choices: Mapping[str, str], width: int, usual: str = "") -> None:
    known = choices if value in choices else {**choices, value: _unknown(name, value)}
    _keep(name, value)
    labels = {
        "assigned": "Who has them", "grade": "Grade", "source": "Source", "follow_up": "Next follow-up",
        "quality": "Quality", "territory": "Territory", "sort": "Order",
    }  # fmt: skip
    st.selectbox(
        labels[name], list(known), format_func=known.__getitem__, key=f"leads-{name}", width=width,
        label_visibility="collapsed", on_change=_write, args=(name, usual),
    )  # fmt: skip


def _unknown(name: str, value: str) -> str:
    return str(escape(value)) if name == "source" else "Somebody or something else"


def _keep(name: str, value: Any) -> None:
    """Let a field show what the view says. Only where they differ: setting it anew would undo what is being typed."""
    field = f"leads-{name}"
    if field not in st.session_state or st.session_state[field] != value:
        st.session_state[field] = value


def _write(name: str, usual: str = "") -> None:
    """A field changed: say so in the address, and begin on the first page."""
    value = st.session_state[f"leads-{name}"]
    st.query_params.pop("page", None)
    if value and value != usual and not (name == "q" and _is_private(value)):
        st.query_params[name] = value
    else:
        st.query_params.pop(name, None)


def _is_private(typed: str) -> bool:
    """Whether somebody's phone number was typed, or most of it, or an e-mail address."""
    return "@" in typed or sum(sign.isdigit() for sign in typed) >= 5
