"""What the Contacts page shows: its part, its filters and order. The address is what holds: a view can be shared."""

import streamlit as st

from crmcore import contacts
from crmcore.contacts import STATUSES, TOUCHED, WHATSAPP, Filters
from crmcore.database.gate import ShopSession, Who
from dashboard.parts import lists
from dashboard.parts.lists import Fields
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
FIELDS = Fields("contacts", Filters, SORTS, private=True)

View = lists.View[Filters]


def parts_of(who: Who) -> dict[str, str]:
    """The parts of the page a person may see."""
    allowed = {LIST: True, TEAM: who.may("assign contacts"), RESULTS: who.may("see figures")}
    return {part: label for part, label in PARTS.items() if allowed[part]}


def current(who: Who) -> View:
    """The view the address names."""
    return FIELDS.view(parts_of(who))


def choose_filters(view: View, shop: ShopSession) -> None:
    """The search field, who has them, the sheets, and the pills with their counts."""
    filters = view.filters
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="contact-filters"):
        FIELDS.search(filters.q, "Name or phone", 260)
        FIELDS.choose("assigned", "Who has them", filters.assigned, lists.whose(shop), 170)
        FIELDS.choose("upload", "Sheet", filters.upload, _sheets(shop), 200)
        FIELDS.choose("touched", "In touch", filters.touched, {"": "In touch any time", **TOUCHED}, 170)
        FIELDS.choose("whatsapp", "WhatsApp", filters.whatsapp, {"": "WhatsApp or not", **WHATSAPP}, 160)
        FIELDS.sort(view.sort, 190)
    numbers = contacts.counts(shop, filters)
    labels = {"": f"All {count(sum(numbers.values()))}"}
    labels |= {status: f"{STATUSES[status]} {count(many)}" for status, many in numbers.items()}
    FIELDS.pills("status", "Status", filters.status, labels)


def _sheets(shop: ShopSession) -> dict[str, str]:
    sheets = contacts.uploads(shop)
    return {
        "": "All sheets",
        **{
            str(one["id"]): f"{one['file_name']}, {day(one['created_at'].astimezone(shop.zone).date(), shop.today)}"
            for one in sheets
        },
    }
