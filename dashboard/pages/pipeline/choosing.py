"""What the Pipeline page shows: its part, what it is narrowed to, and the table's filters and order, in the address."""

from functools import partial
from uuid import UUID

import streamlit as st

from crmcore import people, products
from crmcore.database.gate import ShopSession, Who
from crmcore.leads import territories
from crmcore.lists import NOBODY
from crmcore.metrics.measure import Some
from crmcore.pipeline import STATUSES, board, stages
from crmcore.pipeline.listing import WATCH, Filters
from dashboard.parts import lists
from dashboard.parts.buyer import product_name
from dashboard.parts.lists import Fields, choose_part
from dashboard.parts.segmenting import segment_choices

BOARD, TABLE, FIGURES, SETTINGS = "board", "table", "figures", "settings"
PARTS = {BOARD: "Board", TABLE: "Table", FIGURES: "Figures", SETTINGS: "Settings"}
_RIGHTS = {FIGURES: "see figures", SETTINGS: "manage the pipeline"}

SORTS = {
    "-value": "Largest value",
    "expected": "Closing soonest",
    "since": "Longest in stage",
    "-created": "Newest first",
    "-closed": "Closed last",
    "customer": "By customer",
    "stage": "By stage",
    "rep": "By sales rep",
}
_NARROWING = ("rep", "territory", "source", "product")
FIELDS = Fields("pipeline", Filters, SORTS)


class View(lists.View[Filters]):
    """The part of the page, the filters of the table, and its order."""

    @property
    def some(self) -> Some:
        """What board and figures are narrowed to."""
        rep = self.filters.rep if isinstance(self.filters.rep, UUID) else None
        return Some(rep, self.filters.territory, self.filters.source or None, self.filters.product)

    @property
    def narrowing(self) -> dict[str, str]:
        """The same as the address has it, to be carried along to the rows behind a figure."""
        return {name: value for name, value in self.filters.address().items() if name in _NARROWING}


def parts_of(who: Who) -> dict[str, str]:
    """The parts this person may see."""
    return {part: label for part, label in PARTS.items() if part not in _RIGHTS or who.may(_RIGHTS[part])}


def current(who: Who) -> View:
    """The view the address names."""
    seen = FIELDS.view(parts_of(who))
    return View(seen.part, seen.filters, seen.sort, seen.page)


def choose_view(view: View, shop: ShopSession) -> None:
    """The parts of the page, and the fields that narrow it."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="pipeline-filters"):
        choose_part("pipeline", parts_of(shop.who), view.part, _NARROWING)
        if view.part == SETTINGS:
            return
        team = {str(one.staff_id): one.name for one in people.colleagues(shop) if one.sells or _is(view, one.staff_id)}
        nobody = {NOBODY: "Nobody's"} if view.part == TABLE else {}
        rep = view.filters.rep if view.part == TABLE else view.some.rep
        FIELDS.choose("rep", "Sales rep", rep, {"": "All reps", **team, **nobody}, 150)
        if view.part == TABLE:
            _of_the_table(view, shop)
        _more(view, shop)


def _is(view: View, staff_id: UUID) -> bool:
    return view.filters.rep == staff_id


def _of_the_table(view: View, shop: ShopSession) -> None:
    filters = view.filters
    FIELDS.search(filters.q, "Name or customer", 180, "Find", icon=None)
    known = {str(one["id"]): one["name"] for one in stages.listed(shop, retired=True)}
    statuses = {"": "Any status", **STATUSES, "closed": "Won or lost"}
    FIELDS.choose("status", "Status", filters.status, statuses, 130)
    FIELDS.choose("stage", "Stage", filters.stage, {"": "Any stage", **known}, 140)
    FIELDS.sort(view.sort, 160)


def _more(view: View, shop: ShopSession) -> None:
    """What is needed now and then stands in a menu, which says how many of its filters are set."""
    filters = view.filters
    used = sum(bool(getattr(filters, name)) for name in ("territory", "source", "product", "watch", "segment"))
    with st.popover(
        f"Filters · {used}" if used else "Filters", icon=":material/tune:", type="tertiary", key="more-filters"
    ):
        if view.part == TABLE:
            _choose("watch", "Look at", filters.watch, {"": "All of them", **WATCH})
            if kept := segment_choices(shop, filters.segment):
                _choose("segment", "Customers in", filters.segment, kept)
        sources = {one: one for one in board.sources(shop)}
        _choose("source", "Source", filters.source, {"": "Any source", **sources}, other=filters.source)
        places = {str(key): name for key, name in territories.names(shop).items()}
        if places:
            _choose("territory", "Territory", filters.territory, {"": "Any territory", **places})
        catalogue = {str(key): name for key, name in products.names(shop).items()}
        if filters.product is not None and str(filters.product) not in catalogue:
            catalogue[str(filters.product)] = product_name(shop, filters.product)
        if catalogue:
            _choose("product", "Product", filters.product, {"": "Any product", **catalogue})
        if used:
            st.button("Clear filters", key="clear-pipeline", on_click=FIELDS.clear, width="stretch")


_choose = partial(FIELDS.choose, width=260, labelled=True)
