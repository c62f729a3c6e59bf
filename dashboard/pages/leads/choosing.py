"""What the Leads page shows: its part, its filters and order. The address is what holds: a view can be shared."""

import streamlit as st

from crmcore import leads
from crmcore.database.gate import ShopSession, Who
from crmcore.leads import FOLLOW_UPS, GRADES, QUALITIES, STATUSES, UNKNOWN, Filters, territories
from dashboard.parts import lists
from dashboard.parts.layout import narrowed_to
from dashboard.parts.lists import Fields
from dashboard.parts.words import count, day

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
FIELDS = Fields("leads", Filters, SORTS, private=True)

View = lists.View[Filters]


def parts_of(who: Who) -> dict[str, str]:
    """The parts of the page a person may see."""
    return {part: label for part, label in PARTS.items() if part == LIST or who.may("see figures")}


def current(who: Who) -> View:
    """The view the address names."""
    return FIELDS.view(parts_of(who))


def choose_filters(view: View, shop: ShopSession) -> int:
    """The search field, whose, grade, source, next follow-up, and the pills with their counts; return how many leads
    are found."""
    filters = view.filters
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="lead-filters"):
        FIELDS.search(filters.q, "Name, company, phone", 250)
        FIELDS.choose("assigned", "Who has them", filters.assigned, lists.whose(shop), 150)
        FIELDS.choose("grade", "Grade", filters.grade, {"": "Any grade", **_grades()}, 160)
        FIELDS.choose("source", "Source", filters.source, _sources(shop), 150, other=filters.source)
        FIELDS.choose("follow_up", "Next follow-up", filters.follow_up, {"": "Any follow-up", **FOLLOW_UPS}, 150)
        FIELDS.choose("quality", "Quality", filters.quality, {"": "Any quality", **QUALITIES}, 130)
        grounds = {str(one["id"]): one["name"] for one in territories.all_of(shop)}
        if grounds:
            FIELDS.choose("territory", "Territory", filters.territory, {"": "Any territory", **grounds}, 150)
        FIELDS.sort(view.sort, 180)
    _days(filters, shop)
    numbers = leads.counts(shop, filters)
    active = sum(numbers[status] for status in leads.ACTIVE)
    labels = {"": f"All {count(sum(numbers.values()))}", "active": f"Active {count(active)}"}
    labels |= {status: f"{STATUSES[status]} {count(many)}" for status, many in numbers.items()}
    FIELDS.pills("status", "Status", filters.status, labels)
    return {"": sum(numbers.values()), "active": active, **numbers}[filters.status]


def _days(filters: Filters, shop: ShopSession) -> None:
    """The days a link narrowed the list to, with the way back."""
    for of, label in (("created", "Came up"), ("converted", "Converted")):
        since, until = getattr(filters, f"{of}_from"), getattr(filters, f"{of}_to")
        if since is None and until is None:
            continue
        first, last = (day(since, shop.today) if since else "…"), (day(until, shop.today) if until else "today")
        told = f"{label} {first} – {last}"
        narrowed_to(told, ":material/event:", "Any day", f"{of}_from", f"{of}_to")


def _grades() -> dict[str, str]:
    return {**{grade: f"{grade} · {means}" for grade, means in GRADES.items()}, "none": "No score yet"}


def _sources(shop: ShopSession) -> dict[str, str]:
    return {"": "Any source", UNKNOWN: "Unknown", **{source: source for source in leads.sources(shop)}}
