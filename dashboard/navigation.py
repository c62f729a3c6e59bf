"""The pages of the dashboard: where each stands in the menu, and who may open it."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from urllib.parse import urlsplit

import streamlit as st

from crmcore.database.gate import STAFF, Who
from crmcore.modules import MODULES


@dataclass(frozen=True)
class Entry:
    """A page: dashboard/pages/<noun>.py at the address /<noun>. `right`: a key of gate.RIGHTS, None for everybody.
    `module`: a key of modules.MODULES, without which the page is not there.

    A page without a section is not in the menu: it opens from a record or from the person's menu.
    """

    noun: str
    title: str
    icon: str
    section: str | None
    right: str | None
    module: str | None = None


ENTRIES = (
    Entry("overview", "Overview", "monitoring", "", "see figures"),
    Entry("my_day", "My day", "event_available", "", "plan follow-ups"),
    Entry("customers", "Customers", "group", "People", "see customers"),
    Entry("segments", "Segments", "filter_alt", "People", "see customers"),
    Entry("contacts", "Contacts", "contact_phone", "People", "see contacts", "contacts"),
    Entry("leads", "Leads", "person_search", "People", "see leads", "pipeline"),
    Entry("refills", "Refills", "medication", "People", "see messages", "refills"),
    Entry("at_risk", "Health", "ecg_heart", "People", "see customers", "pipeline"),
    Entry("messages", "Messages", "chat", "People", "see messages"),
    Entry("mails", "E-mails", "inbox", "People", "sort e-mails"),
    Entry("visit", "Record visit", "storefront", "Sales", "record visits", "visits"),
    Entry("visits", "Visits", "footprint", "Sales", "see figures", "visits"),
    Entry("pipeline", "Pipeline", "view_kanban", "Sales", "see opportunities", "pipeline"),
    Entry("sell", "Sell", "point_of_sale", "Sales", "sell"),
    Entry("orders", "Orders", "receipt_long", "Sales", "see orders"),
    Entry("products", "Products", "sell", "Sales", "see products"),
    Entry("reports", "Reports", "bar_chart", "Shop", "see figures"),
    Entry("tags", "Tags", "label", "Shop", "manage tags"),
    Entry("activity", "Activity", "history", "Shop", "see the shop's activity"),
    Entry("imports", "Imports", "upload_file", "Shop", "import"),
    Entry("team", "Team", "badge", "Shop", "see team"),
    Entry("settings", "Settings", "tune", "Shop", "manage settings"),
    Entry("definitions", "Definitions", "menu_book", "Shop", "see figures"),
    Entry("customer", "Customer", "person", None, "see customers"),
    Entry("contact", "Contact", "contact_phone", None, "see contacts", "contacts"),
    Entry("lead", "Lead", "person_search", None, "see leads", "pipeline"),
    Entry("opportunity", "Opportunity", "handshake", None, "see opportunities", "pipeline"),
    Entry("order", "Order", "receipt", None, "see orders"),
    Entry("member", "Team member", "badge", None, "manage team"),
    Entry("notifications", "Notifications", "notifications", None, None),
    Entry("account", "Your account", "account_circle", None, None),
)

Tab = tuple[str, str, str]  # noun, short label, icon


def home_of(who: Who) -> str:
    """The noun of the page a person starts on. It answers at "/"."""
    return "my_day" if who.role == STAFF else "overview"


def tabs_of(who: Who) -> list[Tab]:
    """The few things this person does all day: the tab bar on a phone."""
    tabs = [
        ("my_day", "My day", "event_available"),
        ("customers", "Find", "search"),
        ("sell", "Sell", "point_of_sale"),
    ]
    if who.role != STAFF:
        return [("overview", "Overview", "monitoring"), *tabs]
    if who.shop.has("pipeline"):
        return [*tabs[:2], ("leads", "Leads", "person_search"), ("pipeline", "Pipeline", "view_kanban")]
    if who.shop.has("visits"):
        return [*tabs[:2], ("visit", "Visit", "storefront"), *tabs[2:]]
    if who.shop.has("refills"):
        return [*tabs, ("refills", "Refills", "medication")]
    return [*tabs, ("orders", "Orders", "receipt_long")]


def may_open(who: Who, entry: Entry) -> bool:
    return (entry.right is None or who.may(entry.right)) and (entry.module is None or who.shop.has(entry.module))


def modules_with_pages() -> list[str]:
    """The modules that can be switched: those that have pages."""
    return [module for module in MODULES if any(entry.module == module for entry in ENTRIES)]


def menu_for(who: Who) -> list[Entry]:
    """The pages in a person's menu, in order."""
    return [entry for entry in ENTRIES if entry.section is not None and may_open(who, entry)]


def current_page(who: Who, due: int = 0) -> st.Page:
    """Lay out the menu for this person and return the page the address names. `due`: how much My day holds for now.

    Every address stays known, so that one that is not for this person says so instead of being "not found". The page
    a person starts on answers at "/" and, for links that others share, at its own address too.
    """
    home = home_of(who)
    # Of the two addresses of the first page the menu holds the one that is open, so that it is marked there.
    at_the_start = urlsplit(st.context.url or "").path.strip("/") != home
    sections: dict[str, list[st.Page]] = {}
    pages: dict[str, st.Page] = {}
    for entry in ENTRIES:
        in_menu = entry.section is not None and may_open(who, entry)
        show = _opener(entry.noun) if may_open(who, entry) else _refusal(who, entry)
        section = sections.setdefault(entry.section or "", [])
        title = with_number(entry.title, due) if entry.noun == "my_day" else entry.title
        own = _page(show, entry, title, visible=in_menu and not (entry.noun == home and at_the_start))
        section.append(own)
        pages[entry.noun] = own
        if entry.noun == home:
            start = _page(show, entry, title, address="start", visible=at_the_start, default=True)
            section.append(start)
            pages[home] = start if at_the_start else own
    st.session_state["pages"] = pages | {"home": pages[home]}
    return st.navigation(sections, expanded=True)


def _page(
    show: Callable[[], None], entry: Entry, title: str, *, visible: bool, address: str = "", default: bool = False
) -> st.Page:
    return st.Page(
        show,
        title=title,
        icon=f":material/{entry.icon}:",
        url_path=address or entry.noun,
        default=default,
        visibility="visible" if visible else "hidden",
    )


def with_number(label: str, number: int, most: int = 99) -> str:
    """My day · 5; a number that is nothing is left out, a large one is not told exactly."""
    if not number:
        return label
    return f"{label} · {number if number <= most else f'{most}+'}"


def to(noun: str) -> st.Page:
    """The page to hand to st.page_link and st.switch_page: to("customer"), with its id as query_params."""
    page: st.Page = st.session_state["pages"][noun]
    return page


def _opener(noun: str) -> Callable[[], None]:
    """Import a page when it is opened: a first start should not wait for all of them."""

    def opened() -> None:
        import_module(f"dashboard.pages.{noun}").page()

    return opened


def _refusal(who: Who, entry: Entry) -> Callable[[], None]:
    def refused() -> None:
        from dashboard.parts.session import require

        require(entry.right, entry.module)

    return refused
